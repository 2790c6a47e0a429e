//! The demo: one invented county with its offices, its staff and sixty days of matters.
//!
//! All of it is data (`county.toml`, `matters/*.toml`) that we made up. Nothing here knows a page or a table; what
//! happens in the demo happens through the same commands that real residents and officers use.

pub mod county;
pub mod slots;
pub mod story;
