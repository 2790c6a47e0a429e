//! Administration: places, offices, staff, relatives, calendar, rules. Every change is one event; nothing here reads a
//! matter.

mod boxes;
mod calendar;
mod channels;
mod chat;
mod clients;
mod home;
mod office;
mod offices;
mod outlines;
mod paper;
mod peers;
mod people;
mod person;
mod place;
mod places;
pub mod relatives;
mod rules;
mod set;
mod signs;

#[cfg(test)]
pub use channels::CODES as CHANNEL_CODES;
#[cfg(test)]
pub use peers::TROUBLES as PEER_TROUBLES;
pub use places::options as place_options;
pub use set::wrong;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::routing::get;

use crate::app::App;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::staff("/desk/admin", "GET", || get(home::show)),
    Route::staff("/desk/admin/places", "GET POST", || get(places::show).post(places::add)),
    Route::staff("/desk/admin/outlines", "GET POST", || get(outlines::show).post(outlines::load)),
    Route::staff("/desk/admin/places/{code}", "GET POST", || get(place::show).post(place::save)),
    Route::staff("/desk/admin/offices", "GET POST", || get(offices::show).post(offices::add)),
    Route::staff("/desk/admin/offices/{code}", "GET POST", || get(office::show).post(office::save)),
    Route::staff("/desk/admin/staff", "GET POST", || get(people::show).post(people::invite)),
    Route::staff("/desk/admin/staff/{id}", "GET POST", || get(person::show).post(person::save)),
    Route::staff("/desk/admin/relatives", "GET POST", || get(relatives::show).post(relatives::save)),
    Route::staff("/desk/admin/calendar", "GET POST", || get(calendar::show).post(calendar::load)),
    Route::staff("/desk/admin/clients", "GET POST", || get(clients::show).post(clients::save)),
    Route::staff("/desk/admin/boxes", "GET POST", || get(boxes::show).post(boxes::add)),
    Route::staff("/desk/admin/boxes/{code}", "GET POST", || get(boxes::one).post(boxes::save)),
    Route::staff("/desk/admin/signs", "GET", || get(signs::show)),
    Route::staff("/desk/admin/channels", "GET POST", || get(channels::show).post(channels::act)),
    Route::staff("/desk/admin/peers", "GET POST", || get(peers::show).post(peers::save)),
    Route::staff("/desk/admin/rules", "GET", || get(rules::show)),
];

/// Is a request of an administrator: the permit was asked and said yes.
pub struct Administrator(pub Desk);

impl FromRequestParts<App> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let desk = Desk::from_request_parts(parts, app).await?;
        desk.administer()?;
        Ok(Self(desk))
    }
}
