//! The pages for residents and for anyone who looks, one a file.

mod check;
mod figures;
pub mod file;
mod help;
mod home;
mod joined;
mod offline;
mod people;
mod places;
mod privacy;
mod rules;
pub(crate) mod search;
mod settings;
pub mod track;

pub use figures::{Fold, share};
pub(crate) use people::sheet;

use axum::routing::{get, post};

use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::public("/", "GET", || get(home::show)),
    Route::public("/figures", "GET", || get(figures::show)),
    Route::public("/figures/people", "GET", || get(people::show)),
    Route::public("/figures/table/{name}/{form}", "GET", || get(people::take)),
    Route::public("/check", "GET", || get(check::show)),
    Route::public("/help", "GET", || get(help::show)),
    Route::public("/privacy", "GET", || get(privacy::show)),
    Route::public("/rules", "GET", || get(rules::show)),
    Route::public("/search", "GET", || get(search::show)),
    Route::public("/offline", "GET", || get(offline::show)),
    Route::public("/settings", "POST", || post(settings::keep)),
    Route::public("/places.json", "GET", || get(places::show)),
];
