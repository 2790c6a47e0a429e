//! Labels texts by what was decided before: a linear model over words and pairs of characters.
//!
//! - [`train`](train::train) learns from texts with labels, in seconds; [`Model::label`](model::Model::label) says a label and how
//!   sure it is: of what is called 0.9 nine in ten are right. [`Model::explain`](model::Model::explain) names the words of the text
//!   that led to it.
//! - [`Model::correct`](model::Model::correct) takes a correction at once; [`store`] keeps a model in bytes with a checksum.
//! - [`group`] finds texts that say the same, so that a measurement does not test what it has trained on; [`evaluate`] measures.
//!
//! What is here reads no clock and no file, and draws chance from a seed only: the same texts give the same model. It labels
//! texts, never people.

#![expect(clippy::cast_precision_loss, reason = "counts of texts and features are far below what a float holds exactly")]

mod calibrate;
mod dictionary;
pub mod evaluate;
mod feature;
pub mod group;
pub mod lines;
pub mod model;
mod reason;
mod solve;
pub mod store;
pub mod train;

/// Is a text as it came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text<'a> {
    /// What it is about, in a line; may be empty.
    pub subject: &'a str,
    /// The words themselves.
    pub body: &'a str,
}

/// Is a text with the label that people gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example<'a> {
    /// The text.
    pub text: Text<'a>,
    /// Its label.
    pub label: &'a str,
    /// What it came together with: texts of one group are never on both sides of a measurement. Found where it is not given.
    pub group: Option<&'a str>,
}
