//! Files of supervision at the desk: campaigns, leaders' personal cases, suggestions to offices, accountability, joint conferences.
//!
//! `list` shows those of a kind, `begin` opens one, `show` is one of them with its forms, `act` does what was pressed there, `paper` is what a
//! conference settled, to be printed, `minutes` the same as PDF, and its invitation for calendars.

mod act;
mod begin;
mod list;
mod minutes;
mod paper;
mod show;

pub use paper::ruled;

use axum::routing::get;
use civic::permit::{Act, Subject};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use db::Tx;
use maud::{Markup, html};
use oversight::dossier::Kind;

use super::frame::Desk;
use crate::error::Problem;
use crate::link;
use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::staff("/desk/dossiers/{kind}", "GET", || get(list::show)),
    Route::staff("/desk/dossiers/{kind}/take/{form}", "GET", || get(list::take)),
    Route::staff("/desk/dossiers/{kind}/new", "GET POST", || get(begin::show).post(begin::send)),
    Route::staff("/desk/dossiers/{kind}/{number}", "GET POST", || get(show::show).post(act::run)),
    Route::staff("/desk/dossiers/{kind}/{number}/minutes", "GET", || get(minutes::paper)),
    Route::staff("/desk/dossiers/{kind}/{number}/invitation", "GET", || get(minutes::invitation)),
];

/// Tells whether this person has anything to do with files of supervision.
pub fn permitted(desk: &Desk) -> Result<(), Refusal> {
    let own = Subject { owner: desk.person().office.clone(), ..Subject::default() };
    desk.permit(Act::SeeSupervision, &own).map(drop)
}

/// Reads a kind off an address.
fn known(kind: &str) -> Result<Kind, Problem> {
    Kind::parse(kind).ok_or(Problem::Absent)
}

/// Leads from one list of supervision to the others.
pub fn ways(desk: &Desk) -> Markup {
    let lang = desk.lang();
    if permitted(desk).is_err() {
        return html! {};
    }
    html! {
        nav.acts.no-print aria-label=(lang.t("supervision-ways")) {
            a.button.second href=(link::SUPERVISION) { (lang.t("supervision-title")) }
            @for kind in Kind::ALL { a.button.second href=(link::dossiers(kind)) { (lang.code("dossier-kind", kind.code())) } }
        }
    }
}

/// Finds a matter by its number, as far as somebody may see it.
fn matter(tx: &mut Tx<'_>, site: &Site, who: &civic::permit::Who, number: &str) -> Result<appeals::store::Loaded, No> {
    let none = || Refusal::new("dossier_matter").with("field", "matter").instead("correct_field");
    let parsed = appeals::number::parse(number).ok_or_else(none)?;
    let row = appeals::store::by_number(tx, site.jurisdiction, &parsed)?.ok_or_else(none)?;
    let loaded = appeals::store::load(tx, site, row.id)?.ok_or_else(none)?;
    civic::permit::may(&site.directory(), who, Act::See, &loaded.state.subject()).map_err(|_| none())?;
    Ok(loaded)
}
