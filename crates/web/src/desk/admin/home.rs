//! The contents of administration, with how many of each there are.

use appeals::alarm::{Gap, gaps};
use axum::response::Response;
use civic::account::news::{self, Happened};
use civic::directory::Staff;
use maud::{Markup, html};

use super::Administrator;
use crate::desk::account::told;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::link;
use crate::portal::track::story::office;
use crate::words::moment;

/// Warns where danger to life could not be told to anybody today.
fn unreached(desk: &Desk) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let gaps = gaps(&directory, desk.app.today());
    if gaps.is_empty() {
        return html! {};
    }
    let nobody = gaps.iter().any(|(_, gap)| *gap == Gap::Nobody);
    let line = |code: &str, gap: Gap| {
        let key = match gap {
            Gap::Nobody => "unreached-nobody",
            Gap::Office => "unreached-office",
            Gap::Above => "unreached-above",
        };
        lang.say(key, &[("office", office(lang, &directory, code).into())])
    };
    let body = html! {
        p { (lang.t("unreached-why")) }
        ul { @for (code, gap) in &gaps { li { a href=(link::admin_office(code)) { (line(code, *gap)) } } } }
        p { (lang.t("unreached-way")) " " a href=(link::ADMIN_STAFF) { (lang.t("admin-staff")) } }
    };
    notice(if nobody { Tone::Late } else { Tone::Soon }, &lang.t("unreached-title"), &body)
}

/// Lists what no letter can tell the owner of an account, so that somebody tells them.
fn untold(desk: &Desk, open: &[Happened]) -> Markup {
    let (lang, directory, zone) = (desk.lang(), desk.directory(), &desk.app.hall.site.zone);
    let unreached = |staff: &Staff| staff.active && (staff.email.is_none() || !desk.app.writes_letters);
    let whose = |happened: &Happened| directory.staff.get(&happened.staff).filter(|staff| unreached(staff)).cloned();
    let lines: Vec<(Staff, &Happened)> = open.iter().filter_map(|happened| Some((whose(happened)?, happened))).collect();
    if lines.is_empty() {
        return html! {};
    }
    let body = html! {
        ul {
            @for (staff, happened) in &lines {
                li { a href=(link::admin_person(staff.id)) { (staff.name) } " · " (moment(lang, happened.at, zone)) " " (told(lang, happened)) }
            }
        }
        p { (lang.t("news-untold-why")) }
    };
    notice(Tone::Soon, &lang.t("news-untold"), &body)
}

/// Shows the page.
pub async fn show(Administrator(desk): Administrator) -> Result<Response, Problem> {
    let happened = desk.read(|tx, site, _| news::open(tx, site.jurisdiction)).await?;
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
        (unreached(&desk))
        (untold(&desk, &happened))
        (notice(Tone::Plain, &lang.t("admin-notice"), &html! { p { (lang.t("admin-notice-why")) } }))
        ul.doors {
            @for (address, key, count) in doors {
                li { a href=(address) { strong { (lang.t(key)) } span { (lang.say("admin-count", &[("count", count.into())])) } } }
            }
            li { a href=(link::ADMIN_BOXES) { strong { (lang.t("admin-boxes")) } span { (lang.t("admin-boxes-what")) } } }
            li { a href=(link::ADMIN_CLIENTS) { strong { (lang.t("admin-clients")) } span { (lang.t("admin-clients-what")) } } }
            li { a href=(link::ADMIN_PEERS) { strong { (lang.t("admin-peers")) } span { (lang.t("admin-peers-what")) } } }
            li { a href=(link::ADMIN_CHANNELS) { strong { (lang.t("admin-channels")) } span { (lang.t("admin-channels-what")) } } }
        }
    };
    Ok(desk.page(&lang.t("nav-admin"), &body))
}
