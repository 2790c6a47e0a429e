//! The staff pages: the way in, the desk, and administration. One page is one file, named like its address.

pub mod account;
pub mod admin;
pub mod demo;
mod frame;
pub mod gate;

use axum::routing::get;

use crate::route::Route;

/// Lists the addresses that belong to no group of their own.
pub const ROUTES: &[Route] = &[Route::public("/demo", "GET", || get(demo::show))];
