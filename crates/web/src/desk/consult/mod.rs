//! What the own office asks everybody, at the desk: `list` are its questions, `new` puts one, `show` is one with the next thing to do first,
//! `forms` are its forms, `act` does what was pressed there, `voices` types in what people said.

mod act;
mod forms;
mod list;
mod new;
mod show;
mod voices;

pub use list::waiting;

use axum::routing::get;
use civic::permit::{Act, Subject};
use civic::refusal::Refusal;

use super::frame::Desk;
use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::staff("/desk/consult", "GET", || get(list::show)),
    Route::staff("/desk/consult/new", "GET POST", || get(new::begin).post(new::send)),
    Route::staff("/desk/consult/{number}", "GET POST", || get(show::show).post(act::act)),
    Route::staff("/desk/consult/{number}/voices", "GET POST", || get(voices::begin).post(voices::send)),
];

/// Describes the own office to the permit.
fn own(desk: &Desk) -> Subject {
    Subject { owner: desk.person().office.clone(), ..Subject::default() }
}

/// Tells whether this person has anything to do with what is asked: works on it, or types in what people said.
pub fn permitted(desk: &Desk) -> Result<(), Refusal> {
    desk.permit(Act::KeepConsultation, &own(desk)).or_else(|_| desk.permit(Act::TakeVoice, &Subject::site())).map(drop)
}
