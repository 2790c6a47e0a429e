//! The room in which accusations are handled, for those whom the supervising body named and for nobody else: for all others
//! its addresses are not there.
//!
//! `door` asks for password and code again and opens the own key; `ring` keeps it while its owner is in the room; `list` and
//! `page` show, `act` does. What may be opened, the keys say (`appeals::sealed::room`).

mod act;
mod door;
mod export;
mod list;
mod page;
mod ring;
mod steps;

pub use act::ACTS;
pub use door::carried_over;
pub use ring::{RECHECK_MINUTES_MAX, Ring};
pub use steps::{told as step_told, tone as step_tone, what as step_name};

use appeals::sealed::keys;
use appeals::sealed::room::{self, Handler, Opened};
use axum::routing::{get, post};
use civic::refusal::No;
use uuid::Uuid;

use super::frame::Desk;
use crate::error::Problem;
use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::staff("/desk/sealed", "GET", || get(list::show)),
    Route::staff("/desk/sealed/enter", "POST", || post(door::enter)),
    Route::staff("/desk/sealed/leave", "POST", || post(door::leave)),
    Route::staff("/desk/sealed/admit", "POST", || post(list::admit)),
    Route::staff("/desk/sealed/{id}", "GET", || get(page::show)),
    Route::staff("/desk/sealed/{id}/read", "POST", || post(page::read)),
    Route::staff("/desk/sealed/{id}/file/{version}/{at}", "GET", || get(page::file)),
    Route::staff("/desk/sealed/{id}/take-out", "GET", || get(export::take)),
    Route::staff("/desk/sealed/{id}/act/{act}", "GET POST", || get(act::show).post(act::act)),
];

/// Tells whether somebody has the room in their navigation.
pub fn permitted(desk: &Desk) -> bool {
    keys::permit(&desk.directory(), &desk.staff.who()).is_ok()
}

/// Finds who is in the room. `Ok(None)`: the own key is not open, or no longer.
fn handler(desk: &Desk) -> Result<Option<Handler>, Problem> {
    if !permitted(desk) {
        return Err(Problem::Absent);
    }
    let key = desk.app.ring.key(desk.staff.session.id, desk.app.now());
    Ok(key.map(|key| Handler { staff: desk.person().id, session: desk.staff.session.id, key }))
}

/// Opens an accusation; for whom its key is not wrapped, it is not there.
async fn open(desk: &Desk, handler: &Handler, id: Uuid) -> Result<Opened, Problem> {
    let handler = handler.clone();
    let opened = desk.read(move |tx, site, _| room::open(tx, site, &handler, id)).await;
    opened.map_err(Problem::from)?.ok_or(Problem::Absent)
}

/// Turns an id of an address around; what is none is not there.
fn id(text: &str) -> Result<Uuid, No> {
    text.parse().map_err(|_| No::Absent)
}
