//! The pages for residents and for anyone who looks, one a file.

pub(crate) mod assessment;
mod boxes;
mod check;
pub(crate) mod consult;
mod figures;
pub mod file;
pub mod forum;
mod help;
mod home;
mod joined;
pub(crate) mod news;
mod offline;
mod own;
mod people;
mod places;
mod privacy;
pub(crate) mod reception;
pub(crate) mod reports;
mod rules;
pub(crate) mod search;
mod settings;
pub mod supervision;
pub mod track;
mod watch;
mod window;
mod within;

pub use figures::{Fold, share};
#[cfg(test)]
pub(crate) use offline::said as offline_said;
pub(crate) use people::sheet;

use axum::routing::{get, post};

use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::public("/", "GET", || get(home::show)),
    Route::public("/figures", "GET", || get(figures::show)),
    Route::public("/figures/statements", "GET", || get(figures::statements)),
    Route::public("/figures/people", "GET", || get(people::show)),
    Route::public("/figures/table/{name}/{form}", "GET", || get(people::take)),
    Route::public("/assessment", "GET", || get(assessment::list)),
    Route::public("/assessment/{office}", "GET", || get(assessment::show)),
    Route::public("/assessment/{office}/{form}", "GET", || get(assessment::take)),
    Route::public("/reports", "GET", || get(reports::list)),
    Route::public("/reports/{period}", "GET", || get(reports::show)),
    Route::public("/reports/{period}/{form}", "GET", || get(reports::take_whole)),
    Route::public("/reports/{period}/table/{name}/{form}", "GET", || get(reports::take_one)),
    Route::public("/check", "GET", || get(check::show)),
    Route::public("/help", "GET", || get(help::show)),
    Route::public("/privacy", "GET", || get(privacy::show)),
    Route::public("/rules", "GET", || get(rules::show)),
    Route::public("/search", "GET", || get(search::show)),
    Route::public("/offline", "GET", || get(offline::show)),
    Route::public("/offline/{language}", "GET", || get(offline::show_in)),
    Route::public("/settings", "POST", || post(settings::keep)),
    Route::public("/window/{office}", "GET", || get(window::show)),
    Route::public("/boxes", "GET", || get(boxes::show)),
    Route::public("/news.atom", "GET", || get(news::whole)),
    Route::public("/news/{place}", "GET", || get(news::of_place)),
    Route::public("/news/theme/{theme}", "GET", || get(news::of_theme)),
    Route::public("/sitemap/{name}", "GET", || get(news::sitemap_of)),
    Route::public("/sitemap.xml", "GET", || get(news::sitemap)),
    Route::public("/robots.txt", "GET", || get(news::robots)),
    Route::public("/places.json", "GET", || get(places::show)),
];
