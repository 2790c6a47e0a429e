//! The telephone: an exchange tells by signed requests which calls ring, are answered and are over, and hands recordings over or says
//! where they are (`docs/hotline.md`).
//!
//! What is told of calls is durable before the exchange hears that it was taken, and is the same told in any order and however often.
//! Recordings lie sealed in the inbox until they are attached to the matter of their call; a voice mail becomes a matter, once.

mod fetch;
mod listen;
mod take;

pub use fetch::Shelf;
pub use listen::{Lines, Listen, listen};
pub use take::{Desk, RECORDING_BYTES_MAX, Round, round};

/// Names the channel in the inbox and among sources.
pub const CHANNEL: &str = civic::hotline::CHANNEL;
