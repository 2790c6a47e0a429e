//! The box on every page for residents: offices, places, what kinds of matters there are and whose duty they are, questions
//! and answers, clauses. No matter is found here, nobody's: what people wrote is for those who work on it.
//!
//! What was typed is often the matter itself; one press takes it along to the form.

mod brief;
mod hits;
mod said;
mod show;

pub use brief::{Group, Item, Known, known};
pub use said::told;
pub use show::show;
