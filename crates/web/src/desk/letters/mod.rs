//! Letters (来信): one screen on which one letter after the other is entered, with its scans; each gets its number in the office's register.
//! What is entered goes the way of a resident's own form, so a letter that accuses somebody goes to the supervising body and stands in no
//! register.

mod form;
mod send;

pub use send::told;

use axum::routing::get;

use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[Route::staff("/desk/letters", "GET POST", || get(form::show).post(send::send))];
