//! Assessment (考核, R30): offices and their duties, never residents and never opinions.
//!
//! - [`share`] says how sure a share of so many is, and whether two differ; [`sheet`] makes the sheet of an office of counts and rules. Pure.
//! - [`objection`] is what an office says against one item of its sheet, and what another office decides; [`run`] does both, each in one
//!   transaction with its event; [`store`] holds them.
//!
//! Counts come from the public entries of the log, by whoever asks (`appeals::measured` counts them): this room knows no matter. Nothing here
//! puts offices in a row by their points: an office is held against the others of its class together, and where that is chance it says so.

pub mod objection;
pub mod run;
pub mod share;
pub mod sheet;
pub mod store;

pub use objection::{Decision, Objection};
pub use share::{Against, Counted, Interval};
pub use sheet::{Counts, Sheet};
