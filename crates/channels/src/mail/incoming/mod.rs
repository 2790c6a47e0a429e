//! Mail in: a mail is kept as it came, called taken, and then becomes a matter, words added to one, or a letter returned.
//!
//! A mail joins a matter only through an address that was written to that matter's resident and that nobody can guess; a
//! subject or a number joins nothing.

mod address;
mod apart;
mod head;
mod imap;
mod listen;
mod quote;
mod read;
mod sort;
mod speak;
mod take;
pub mod vouched;

pub use address::{Answers, To};
pub use apart::{Here, Reader, ask, hear, serve};
pub use head::fingerprint;
pub use imap::{Fetch, Hindered, Mailbox, TROUBLES, fetch, read_once};
pub use listen::{Limits, Listen, keep, listen};
pub use quote::{MARK, MARK_ENGLISH};
pub use read::{Attached, Auto, Mail, read};
pub use sort::{What, sort};
pub use speak::{Answer, Session};
pub use take::{Desk, round};

pub use crate::made::Round;

/// Names the channel in the inbox.
pub const CHANNEL: &str = "mail";
/// Largest mail, in bytes.
pub const MAIL_BYTES_MAX: usize = 25 * 1024 * 1024;
/// Name of the header that every letter of a site carries, so that one that comes back is recognised.
pub const SITE_HEADER: &str = "X-Minsheng-Site";
