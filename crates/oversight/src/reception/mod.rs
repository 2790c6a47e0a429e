//! Reception days (接访日): a leader sits at a place, or goes down to one (下访), and people come with what they have to say.
//!
//! - [`day`] is one such day: who, where, when, for how many; what was promised there, and what came of it. Pure.
//! - [`booking`] is one person's place in it: booked, waiting, come, called, heard. Pure.
//! - [`decide`] says what may happen next to either, by whom, when. Pure.
//! - [`often`] says how often a leader has to sit, and who did not. Pure.
//! - [`plan`], [`book`](mod@book), [`run`] write, each in one transaction with its event; [`list`] is what pages are drawn from; [`ics`] is
//!   the calendar that other programs follow; [`check`] compares the tables with the events.
//!
//! The schedule, the promises and what came of them are public. Who came, and about what, is sealed under a key of its own for each
//! booking, is read only by those who receive, is shown to whoever booked, and is destroyed some time after the day.

pub mod book;
pub mod booking;
pub mod check;
pub mod day;
pub mod decide;
pub mod ics;
pub mod list;
pub mod often;
pub mod plan;
pub mod run;
pub mod store;

use civic::pass::Labels;

pub use booking::{Booking, Standing};
pub use day::{Day, Held};

/// Names what passes of bookings are derived under.
pub(crate) const LABELS: Labels =
    Labels { pass: "minsheng/booking-pass/1", hash: "minsheng/booking-pass-hash/1", submit: "minsheng/booking-submit-key/1" };
