//! Words as residents write them. What is here knows no matter, no law and no database: text in, text out.
//!
//! - [`personal`] finds telephone numbers, numbers of papers and cards, plates, addresses and names, however they are spelt.
//! - [`mask`](personal::mask) takes them out; [`Masked`](personal::Masked) is the only kind of words that others than the
//!   people of a matter may be shown, and nothing else makes one.
//! - [`fold`] brings a text into one spelling, [`words`] cuts it.
//! - [`lines`] reads files of one JSON object a line and names a bad one.
//! - [`places`] finds the places of a site, [`when`] days and times, [`amount`] sums and measures.

pub mod amount;
pub mod fold;
pub mod lines;
mod numeral;
pub mod personal;
pub mod places;
pub mod when;
pub mod words;
