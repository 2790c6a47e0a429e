//! Filing for a person present or on the phone: the office that is asked first registers it (首问负责). The query code goes
//! onto a slip that is printed outside this session.

mod form;
mod send;
pub mod sign;

use axum::routing::get;
use civic::permit::{Act, Subject};
use maud::{Markup, html};

use crate::desk::frame::Desk;
use crate::link;
use crate::route::Route;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::staff("/desk/counter", "GET POST", || get(form::show).post(send::send)),
    Route::staff("/desk/counter/sign", "GET", || get(sign::show)),
];

/// Draws the ways by which people come to an office in person or on paper, and its register.
pub fn ways(desk: &Desk, here: &str) -> Markup {
    let lang = desk.lang();
    let own = Subject { owner: desk.person().office.clone(), ..Subject::default() };
    let files = desk.permit(Act::FileForPerson, &Subject::site()).is_ok();
    let all = [
        (link::COUNTER, "way-counter", files),
        (link::LETTERS, "way-letters", files),
        (link::RECEPTION, "way-reception", files),
        (link::BOXES, "way-boxes", desk.permit(Act::OpenBox, &own).is_ok()),
        (link::COUNTER_SIGN, "way-sign", files),
        (link::REGISTER, "way-register", desk.permit(Act::SeeRegister, &own).is_ok()),
    ];
    html! {
        nav.tabs.no-print aria-label=(lang.t("ways-in")) {
            @for (address, key, _) in all.iter().filter(|(.., shown)| *shown) {
                a href=(address) aria-current=[(*address == here).then_some("page")] { (lang.t(key)) }
            }
        }
    }
}
