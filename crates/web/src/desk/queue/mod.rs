//! The desk's first page: whose table, narrowed how, sorted by what is due. Everything stands in the address, so that a
//! view can be kept, shared and gone back to.

mod calls;
mod filter;
mod list;
mod show;

pub use filter::{everything, soon};
pub use show::{listing, note_titles};

use axum::routing::get;

use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[Route::staff("/desk", "GET", || get(show::show))];
