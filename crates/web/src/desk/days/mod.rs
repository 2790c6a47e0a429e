//! Reception days at the desk: the own leaders' calendar, the queue of a day, what was said and promised there.
//!
//! `list` is the calendar, `plan` publishes a day, `show` is one day with its queue, `act` does what was pressed there, `book` books for
//! somebody on the telephone or at a counter.

mod act;
mod book;
mod list;
mod plan;
mod show;

use axum::routing::get;
use civic::permit::{Act, Subject};
use civic::refusal::Refusal;

use super::frame::Desk;
use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::staff("/desk/days", "GET", || get(list::show)),
    Route::staff("/desk/days/new", "GET POST", || get(plan::begin).post(plan::send)),
    Route::staff("/desk/days/{day}", "GET POST", || get(show::show).post(act::act)),
    Route::staff("/desk/days/{day}/book", "GET POST", || get(book::begin).post(book::send)),
];

/// Describes the own office to the permit.
fn own(desk: &Desk) -> Subject {
    Subject { owner: desk.person().office.clone(), ..Subject::default() }
}

/// Tells whether this person has anything to do with reception days: keeps them, receives, or books for others.
pub fn permitted(desk: &Desk) -> Result<(), Refusal> {
    let any = |act| desk.permit(act, &own(desk));
    any(Act::HoldReception)
        .or_else(|_| any(Act::PlanReception))
        .or_else(|_| desk.permit(Act::BookReception, &Subject::site()))
        .map(drop)
}
