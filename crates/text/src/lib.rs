//! Words as residents write them. What is here knows no matter, no law and no database: text in, text out.
//!
//! - [`personal`] finds telephone numbers, numbers of papers and cards, plates, addresses and names, however they are spelt.
//! - [`mask`](personal::mask) takes them out; [`Masked`](personal::Masked) is the only kind of words that others than the
//!   people of a matter may be shown, and nothing else makes one.

pub mod personal;
