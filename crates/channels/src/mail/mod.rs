//! Mail out: the outbox is emptied over SMTP, each message at least once and under one `Message-ID`.

mod dkim;
pub mod incoming;
mod letter;
mod send;
mod words;
mod worker;

pub use dkim::Dkim;
pub use letter::{Letter, letter};
pub use send::{Mailer, NotSent, Relay, Security};
pub use words::TEMPLATES;
pub use worker::{Round, round};
