//! What comes in, read with limits. Every failure is a page that says what was wrong; nothing is half read.

mod fields;
mod form;
mod path;
mod upload;

pub use fields::Fields;
pub(crate) use fields::too_much;
pub use form::{Form, Query};
pub(crate) use form::{announced, kind};
pub use path::Path;
pub(crate) use upload::shown;
pub use upload::{File, Upload};
