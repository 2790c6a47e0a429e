//! Foreign messages in and answers out. Now: mail out.
//!
//! It owns how a message looks in a channel and how it gets there. What is to be told, and to whom, stands in
//! `civic::outbox` from the transaction of its event; both sides see the state of every message.

pub mod mail;
