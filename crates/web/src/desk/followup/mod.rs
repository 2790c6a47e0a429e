//! What follows ratings at the desk: call-backs that offices of another line make, and criticism before the supervisor.

mod call;
mod calls;
mod criticism;
mod hear;
mod take;

use axum::routing::get;
use civic::permit::{Act, Subject};
use civic::refusal::Refusal;
use jiff::civil::Date;
use maud::{Markup, html};

use super::frame::Desk;
use crate::kit::due;
use crate::kit::icon::icon;
use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::staff("/desk/callbacks", "GET", || get(calls::show)),
    Route::staff("/desk/callbacks/{number}/{which}", "GET POST", || get(call::show).post(call::run)),
    Route::staff("/desk/criticism", "GET", || get(criticism::show)),
    Route::staff("/desk/criticism/take/{form}", "GET", || get(take::show)),
];

/// Says until when something is owed, and how far off that is, in words that wrap on a small screen.
fn until(desk: &Desk, last: Date) -> Markup {
    let left = desk.app.hall.site.calendar().left(desk.app.today(), last);
    let tone = due::tone(left);
    html! { span class={ "due-words " (tone.class()) } { (icon(tone)) (due::sentence(desk.lang(), left, last)) } }
}

/// Asks whether this person makes call-backs, or hears residents about objections, at all; of which matters is asked one by one.
pub fn calls_back(desk: &Desk) -> Result<(), Refusal> {
    desk.permit(Act::CallBack, &Subject::site()).or_else(|_| desk.permit(Act::HearObjection, &Subject::site())).map(drop)
}

/// Says whose criticism this person sees: of all offices (`None`), or of the own one.
pub fn sees(desk: &Desk) -> Result<Option<String>, Refusal> {
    if desk.permit(Act::AnswerCriticism, &Subject::site()).is_ok() || desk.permit(Act::SeeAccess, &Subject::site()).is_ok() {
        return Ok(None);
    }
    let own = desk.person().office.clone();
    desk.permit(Act::Rectify, &Subject { owner: own.clone(), ..Subject::default() })?;
    Ok(Some(own))
}
