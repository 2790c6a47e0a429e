//! Mail out: the outbox is emptied over SMTP, each message at least once and under one `Message-ID`.

mod dkim;
mod hand;
pub mod incoming;
mod letter;
mod send;
pub(crate) mod words;
pub(crate) mod worker;

pub use dkim::Dkim;
pub use hand::Way;
pub use letter::{Letter, letter};
pub use send::{Mailer, Relay, Security};
pub use words::TEMPLATES;
pub use worker::round;

pub use crate::worker::{NotSent, Round};
