//! Making a site: a county file is read, checked as a whole, shown, and made in one go.

pub(crate) mod answers;
pub(crate) mod ask;
pub(crate) mod check;
pub(crate) mod county;
pub(crate) mod make;
pub(crate) mod show;
pub(crate) mod staff;
pub(crate) mod supervisor;
pub(crate) mod undo;
pub(crate) mod warn;
