//! Short messages, in and out (decision 0038): a message is kept as its carrier handed it over, called taken, and then becomes a
//! matter, words added to one, or a command that is answered; letters to whoever came this way go out this way.
//!
//! A message joins a matter only where its sender says so, by command or by answering what was asked; the same number alone joins
//! nothing.

pub mod coding;
pub mod command;
mod deed;
pub mod http;
mod keep;
pub(crate) mod line;
pub mod number;
pub mod smpp;
pub(crate) mod store;
mod take;
pub(crate) mod words;

pub use crate::worker::Round as Sent;
pub use keep::{PARTS_SECONDS_MAX, Text, heard, join, keep};
pub use line::{Line, Outgoing, Way};
pub use store::{MIGRATION, STATEMENTS, sweep};
pub use take::{ASKED_SECONDS, Desk, Limits, round};

pub use crate::made::Round;
pub use appeals::texted::{SHORT_DIGITS, short};
pub use words::TEMPLATES;

/// Names the channel in the inbox and in the outbox.
pub const CHANNEL: &str = civic::outbox::SMS;
