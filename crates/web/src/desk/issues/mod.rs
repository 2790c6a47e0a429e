//! Issues: what many people say at once, as far as this person may see the matters in them. Figures are counted over these alone, so
//! that no count tells of a matter that is out of reach.

mod act;
mod draw;
mod list;
mod look;
mod page;

pub use act::run;
pub use list::show as list;
pub use look::waiting;
pub use page::show;
