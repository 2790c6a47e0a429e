//! Full text: documents with words, marks and figures go in, what fits a question comes out in one pass, counted and in order.
//!
//! - [`Index`] is a folder of sealed files that may be deleted at any time: whoever fills it can fill it again. Each commit
//!   carries a mark of the filler's own (how far it has come), so index and mark never part.
//! - [`Document`] says what is in: texts that are searched, marks and figures that filters go by, facets that are counted.
//! - [`Typed`] reads what somebody typed into the box; [`phrases`] makes it what is looked for.
//! - [`View::find`] answers an [`Ask`]: hits, how many in all, counts by facet. What the asker may not see is a [`Filter`] of the
//!   same question, so no count and no order knows of it.
//! - [`View::alike`] finds what is most like a text, by those of its pairs that stand in the fewest others.
//! - [`shown`] cuts out of a text where it was found.
//!
//! A text is held as pairs of neighbouring characters with their places, so every name and every new word is found whether a
//! dictionary knows it or not. No text is kept, only where which pair stands; the files are sealed all the same, for from
//! pairs and places a text can be put together again.
//!
//! It is the only crate that names its engine.

mod alike;
mod ask;
mod collect;
mod fault;
mod filter;
mod grams;
mod index;
mod names;
mod phrase;
mod sealed;
mod shape;
mod shown;
mod typed;

pub use alike::{Alike, Likeness};
pub use ask::{Answer, Ask, Cursor, Hit, Order, View};
pub use fault::Fault;
pub use filter::Filter;
pub use index::{Change, Index, Place};
pub use phrase::phrases;
pub use shape::{Document, Shape};
pub use shown::{Part, shown};
pub use typed::Typed;
