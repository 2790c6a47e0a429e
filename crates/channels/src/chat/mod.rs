//! Group chat, QQ and what speaks OneBot 11 (decision 0046): a message to us is kept as it came, and then becomes a word in a talk, a
//! matter, or a command that is answered; what residents are told goes back to the account they wrote from, and to that alone. In a group
//! nothing personal is ever said.
//!
//! Commands are those of short messages (`sms::command`). `docs/chat.md` says how a group is bound and what is said where.

mod api;
mod deed;
mod event;
mod forward;
mod history;
mod hub;
mod keep;
mod line;
mod link;
mod listen;
mod picture;
mod segment;
mod store;
mod take;
mod talk;
mod tell;
mod words;

pub use api::Api;
pub use event::LATE_SECONDS_MAX;
pub use forward::{Forward, forward};
pub use hub::{Hub, Role, Unasked};
pub use keep::Ear;
pub use line::Line;
pub use listen::{LINKS_MAX, listen};
pub use store::{MIGRATION, STATEMENTS};
pub use take::{Desk, Limits, round};

pub use crate::made::Round;
pub use talk::{Step, Talk};
pub use tell::{GAP_SECONDS, TOPIC_REST_SECONDS, Teller};
pub use words::TEMPLATES;

pub use crate::worker::Round as Sent;

/// Names the channel in the inbox and in the outbox.
pub const CHANNEL: &str = civic::outbox::CHAT;
/// How long a talk waits for the next word, in seconds; then what was told is forgotten, for nobody said that it may be sent.
pub const TALK_SECONDS: i64 = 1_800;
/// How an account is written as a contact.
const CONTACT: &str = "chat:";

/// Writes an account as a contact: never a telephone number's.
pub(crate) fn contact(user: &str) -> String {
    format!("{CONTACT}{user}")
}

/// Reads the account of a contact.
pub(crate) fn account(contact: &str) -> Option<&str> {
    contact.strip_prefix(CONTACT).filter(|user| !user.is_empty())
}
