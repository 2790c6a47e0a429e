//! The contents of administration, with how many of each there are.

use axum::response::Response;
use maud::html;

use super::Administrator;
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::link;

/// Shows the page.
pub async fn show(Administrator(desk): Administrator) -> Response {
    let lang = desk.lang();
    let directory = desk.directory();
    let open = directory.offices.values().filter(|office| directory.open(office)).count();
    let active = directory.staff.values().filter(|staff| staff.active).count();
    let relatives = directory.relatives.iter().filter(|relative| relative.active).count();
    let calendar = desk.app.hall.site.calendar();
    let doors = [
        (link::ADMIN_PLACES, "admin-places", directory.places.len()),
        (link::ADMIN_OFFICES, "admin-offices", open),
        (link::ADMIN_STAFF, "admin-staff", active),
        (link::ADMIN_RELATIVES, "admin-relatives", relatives),
        (link::ADMIN_CALENDAR, "admin-calendar", calendar.years().count()),
        (link::ADMIN_RULES, "admin-rules", desk.app.hall.site.rules().terms().count()),
    ];
    let body = html! {
        h1 { (lang.t("nav-admin")) }
        (notice(Tone::Plain, &lang.t("admin-notice"), &html! { p { (lang.t("admin-notice-why")) } }))
        ul.doors {
            @for (address, key, count) in doors {
                li { a href=(address) { strong { (lang.t(key)) } span { (lang.say("admin-count", &[("count", count.into())])) } } }
            }
        }
    };
    desk.page(&lang.t("nav-admin"), &body)
}
