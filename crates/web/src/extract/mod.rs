//! What comes in, read with limits. Every failure is a page that says what was wrong; nothing is half read.

mod fields;
mod form;
mod path;
mod upload;

pub use fields::Fields;
pub use form::{Form, Query};
pub use path::Path;
pub use upload::{File, Upload};
