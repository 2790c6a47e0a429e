//! What many people say at once: issues formed of messages by place and cause, ranked, and told early; and what they say when they are asked.
//!
//! - [`board`] holds the issues of a site as its matters come, and says what somebody sees of them; [`deed`] are the events about them.
//! - [`consult`] asks people, sums up what they say in points, answers each, and shows where everybody's words went (R8); it has tables of its own.
//! - [`hot`](mod@hot) does all of it with a file of messages.
//! - [`issues`] puts each message to the issue it belongs to, as it comes; [`issues::Issues::settle`] tidies up now and then.
//! - [`rank`] puts a figure to an issue, every part of it explained, by [`rules`] that are data.
//! - [`title`] finds an issue's title in the people's own words, without personal data.
//! - [`reading`] reads one text and suggests what it is about, how pressing it is and who answers, with the words that say so.
//! - [`warn`](mod@warn) tells when an issue grows beyond what its season would give, with the reason.
//!
//! Issues and places have figures here, people never: who wrote counts only so that one person counts once. No clock, no file
//! and no chance: the same messages give the same issues.

#![expect(clippy::cast_precision_loss, reason = "counts of messages and words are far below what a float holds exactly")]

pub mod board;
pub mod consult;
pub mod deed;
pub mod hot;
pub mod issues;
pub mod lines;
pub mod rank;
pub mod reading;
pub mod rules;
pub mod title;
mod vector;
pub mod warn;

pub use consult::store::{GUARDS, MIGRATIONS, STATEMENTS};

/// Is a message as issues see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// What it is about, in a line; may be empty.
    pub subject: &'a str,
    /// The words themselves.
    pub body: &'a str,
    /// When it came, in seconds since 1970.
    pub at: i64,
    /// Who wrote it, as any number that is the same for the same person; `None` counts as somebody else each time.
    pub who: Option<u64>,
    /// How many others joined it.
    pub joined: u32,
    /// Where it is at home, as any number that is the same for the same place; messages of different homes are less alike.
    pub home: Option<u32>,
}
