//! The way in and one's own account: log-in with two factors on every path, setup by a one-time code, sessions, password.

mod home;
mod login;
mod logout;
mod news;
mod password;
mod relatives;
mod setup;

pub(crate) use login::{ask_again, code_field};
pub(crate) use news::told;
pub(crate) use password::prove;

use axum::routing::{get, post};

use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::setup("/desk/login", "GET POST", || get(login::show).post(login::enter)),
    Route::setup("/desk/setup", "GET POST", || get(setup::show).post(setup::go_on)),
    Route::setup("/desk/logout", "POST", || post(logout::leave)),
    Route::staff("/desk/account", "GET", || get(home::show)),
    Route::staff("/desk/account/end", "POST", || post(home::end)),
    Route::staff("/desk/account/seen", "POST", || post(news::seen)),
    Route::staff("/desk/account/relatives", "GET POST", || get(relatives::show).post(relatives::declare)),
    Route::staff("/desk/account/password", "GET POST", || get(password::show).post(password::change)),
];
