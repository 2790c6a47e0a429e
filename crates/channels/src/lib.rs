//! Foreign messages in and answers out. Mail, short messages, chats, and the telephone; and what programs of others are told of what they sent.
//!
//! It owns how a message looks in a channel and how it gets there. What is to be told, and to whom, stands in
//! `civic::outbox` from the transaction of its event; both sides see the state of every message.

use db::Migration;

pub mod chat;
mod door;
pub mod exchange;
mod hands;
pub mod hook;
pub mod hotline;
mod made;
pub mod mail;
mod own;
pub mod sms;
mod undelivered;
mod worker;

/// Lists the migrations of this face in order: what channels keep until a message is what it is.
pub const MIGRATIONS: &[Migration] = &[sms::MIGRATION, chat::MIGRATION];
