//! Offices before the people.
//!
//! - [`reception`]: reception days (接访日): leaders sit where people can come, or go down to them (下访); booked ahead or come by,
//!   called by number, recorded on the spot, with promises that anybody can hold them to (R13).
//!
//! Nothing here counts, scores or ranks people: figures are about leaders and their offices.

pub mod reception;

pub use reception::store::{GUARDS, MIGRATIONS, STATEMENTS};
