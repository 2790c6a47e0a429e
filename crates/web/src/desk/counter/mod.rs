//! Filing for a person present or on the phone: the office that is asked first registers it (首问负责). The query code goes
//! onto a slip that is printed outside this session.

mod form;
mod send;

use axum::routing::get;

use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[Route::staff("/desk/counter", "GET POST", || get(form::show).post(send::send))];
