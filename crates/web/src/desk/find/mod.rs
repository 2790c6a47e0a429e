//! Finding: by number straight to the matter, by words to a list of what this person may see.

mod few;
mod number;
mod read;
mod show;

pub use few::few;
pub use number::form;
pub use show::go;
