//! The kit: the pieces every page is built from, one a file. Typed functions, no styles in pages; colours and sizes
//! stand in `assets/style.css` alone. Each piece works without script, by keyboard and at 320 pixels.

pub mod choice;
pub mod device;
pub mod due;
pub mod empty;
pub mod errors;
pub mod facts;
pub mod field;
pub mod icon;
pub mod notice;
pub mod owner;
pub mod pager;
pub mod paper;
pub mod print;
pub mod qr;
pub mod refusal;
pub mod shell;
pub mod spark;
pub mod state;
pub mod steps;
pub mod table;
pub mod timeline;

/// Says what a colour means. It never stands alone: shape and word come with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// On its way (azurite).
    Way,
    /// Soon due, or waiting for you (gamboge).
    Soon,
    /// Late, refused, danger (cinnabar).
    Late,
    /// Done, kept, confirmed (pine).
    Done,
    /// Nothing special.
    Plain,
}

impl Tone {
    /// Returns the class that carries the colour.
    pub fn class(self) -> &'static str {
        match self {
            Self::Way => "way",
            Self::Soon => "soon",
            Self::Late => "late",
            Self::Done => "done",
            Self::Plain => "plain",
        }
    }
}
