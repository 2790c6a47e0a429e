//! Following one's own matter: number and code open it for half an hour; no secret stands in any address.
//!
//! `archive` hands out everything of one's own in one signed file. `danger` says who was told where a life may be in danger.
//!
//! `open` takes number and code, `page` draws the matter, `story` its steps, `acts` what can be done now, `act` does it.

mod act;
mod acts;
mod archive;
mod danger;
mod declined;
mod joined;
mod load;
mod open;
mod page;
mod pressed;
mod sealed;
pub mod story;

pub(crate) use load::{Ahead, ahead};
pub(crate) use open::ask_again;
pub use page::{messages, now, readings, stage};

#[cfg(test)]
pub use acts::{ACTS, DONE};

use axum::routing::{get, post};

use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::public("/track", "GET POST", || get(open::ask).post(open::open)),
    Route::resident("/track/matter", "GET", || get(page::show)),
    Route::resident("/track/receipt", "GET", || get(page::receipt)),
    Route::resident("/track/archive", "GET", || get(archive::take)),
    Route::resident("/track/file/{version}/{at}", "GET", || get(page::file)),
    Route::resident("/track/act", "POST", || post(act::act)),
    Route::public("/track/leave", "POST", || post(open::leave)),
];
