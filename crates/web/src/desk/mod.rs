//! The staff pages: the way in, the desk, and administration. One page is one file, named like its address.

pub mod account;
pub mod act;
pub mod admin;
mod alarm;
pub mod assessment;
pub mod board;
pub mod boxes;
pub mod consult;
pub mod counter;
pub mod days;
pub mod demo;
mod disclose;
pub mod dossiers;
mod erase;
pub mod find;
pub mod followup;
pub mod forum;
pub mod frame;
pub mod gate;
pub mod hotline;
mod issues;
mod keys;
mod leave;
pub mod letters;
pub mod matter;
pub mod queue;
mod reading;
pub mod reception;
pub mod register;
pub mod sealed;
mod slip;
pub mod supervision;

use axum::routing::{get, post};

use crate::route::Route;

/// Lists the addresses that belong to no group of their own.
pub const ROUTES: &[Route] = &[
    Route::public("/demo", "GET", || get(demo::show)),
    Route::public("/slip", "POST", || post(slip::show)),
    Route::staff("/desk/find", "GET", || get(find::go)),
    Route::staff("/desk/reading", "GET", || get(reading::show)),
    Route::staff("/desk/issues", "GET", || get(issues::list)),
    Route::staff("/desk/issues/{number}", "GET POST", || get(issues::show).post(issues::run)),
    Route::staff("/desk/leave", "GET", || get(leave::show)),
    Route::staff("/desk/erase", "GET POST", || get(erase::show).post(erase::run)),
    Route::staff("/desk/disclose", "GET POST", || get(disclose::show).post(disclose::run)),
    Route::staff("/desk/disclose/take", "POST", || post(disclose::take)),
];
