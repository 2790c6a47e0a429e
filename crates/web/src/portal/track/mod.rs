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
pub mod followed;
mod joined;
mod load;
mod open;
mod page;
mod pressed;
mod sealed;
pub mod story;

pub(crate) use act::command;
pub use acts::ACTS;
#[cfg(test)]
pub use acts::DONE;
pub(crate) use archive::take as take_archive;
pub(crate) use load::{Ahead, Found, Reported, ahead, load};
pub(crate) use open::{ask_again, begin, look};
pub use page::{below_term, messages, now, readings, stage, text_hint};
pub(crate) use page::{file, receipt};
pub(crate) use pressed::tell;

use axum::routing::{get, post};

use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::public("/track", "GET POST", || get(open::ask).post(open::open)),
    Route::resident("/track/matter", "GET", || get(page::show)),
    Route::resident("/track/receipt", "GET", || get(receipt)),
    Route::resident("/track/archive", "GET", || get(archive::take)),
    Route::resident("/track/file/{version}/{at}", "GET", || get(file)),
    Route::resident("/track/act", "POST", || post(act::act)),
    Route::public("/track/leave", "POST", || post(open::leave)),
];
