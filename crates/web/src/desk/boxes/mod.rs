//! The opinion boxes of an office: which are to be opened, a round of one, and its cards one after the other.

mod card;
mod list;
mod photo;
mod round;

pub use list::{row, standing};

use axum::routing::get;
use civic::directory::OpinionBox;
use civic::permit::{Act, Subject};

use super::frame::Desk;
use crate::error::Problem;
use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::staff("/desk/boxes", "GET", || get(list::show)),
    Route::staff("/desk/boxes/{code}", "GET POST", || get(round::show).post(round::open)),
    Route::staff("/desk/boxes/{code}/{round}", "GET POST", || get(card::show).post(card::enter)),
    Route::staff("/desk/boxes/{code}/{round}/photo/{step}/{at}", "GET", || get(photo::show)),
];

/// Describes a box to the permit: whose key it is.
fn subject(own: &OpinionBox) -> Subject {
    Subject { owner: own.office.clone(), ..Subject::default() }
}

/// Finds a box that this person opens, or looks after.
fn find(desk: &Desk, code: &str) -> Result<OpinionBox, Problem> {
    let own = desk.directory().boxes.get(code).cloned().ok_or(Problem::Absent)?;
    match desk.permit(Act::OpenBox, &subject(&own)) {
        Ok(_) => Ok(own),
        Err(refusal) => desk.permit(Act::SeeRegister, &subject(&own)).map(|_| own).map_err(|_| refusal.into()),
    }
}
