//! Figures drawn. One [`Sheet`] holds title, explanation, headings and cells; every drawing, the table below it and every file that
//! is taken away are made of it, so none can say something else than the others.
//!
//! Drawings are SVG without script and without style of their own: classes name what a thing is, the page's stylesheet says how it
//! looks, in the dark and on paper as well. Nothing is told by colour alone: lines differ by their dashes, areas by their hatching,
//! and each carries its number or its name. Positions across are shares of the width, so that letters keep their size on a telephone.
//!
//! It knows no matter, no place and no page.

mod bars;
mod lines;
mod map;
mod shape;
mod sheet;

pub use bars::bars;
pub use lines::trend;
pub use map::{Map, map};
pub use shape::{Outline, Ring, Wrong, outlines};
pub use sheet::{Cell, Line, Sheet, table};
