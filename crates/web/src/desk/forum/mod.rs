//! The board at the desk: what the own office has to answer, what somebody has to look at, and the own office's posts.

mod act;
mod blog;
mod list;
mod topic;

pub use list::standing;

use axum::routing::get;
use civic::permit::{Act, Subject};

use super::frame::Desk;
use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::staff("/desk/forum", "GET", || get(list::show)),
    Route::staff("/desk/forum/{post}", "GET POST", || get(topic::show).post(act::act)),
    Route::staff("/desk/blog", "GET", || get(blog::list)),
    Route::staff("/desk/blog/new", "GET POST", || get(blog::begin).post(blog::write)),
    Route::staff("/desk/blog/{post}", "GET POST", || get(blog::show).post(blog::act)),
];

/// Describes the own office to the permit.
pub(super) fn own(desk: &Desk) -> Subject {
    Subject { owner: desk.person().office.clone(), ..Subject::default() }
}

/// Tells whether this person has anything to do with the board: speaks for the own office, or may moderate for it.
pub fn permitted(desk: &Desk) -> Result<(), civic::refusal::Refusal> {
    desk.permit(Act::AnswerPost, &own(desk)).or_else(|_| desk.permit(Act::Moderate, &own(desk))).map(drop)
}
