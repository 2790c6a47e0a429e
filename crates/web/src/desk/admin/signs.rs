//! What is printed for an opinion box or a place: a sign for the wall (A4) and cards to write on (A6, four on a sheet). The code on them leads
//! to the form, where the place is filled in already; what comes by a box is counted for it.

use axum::response::Response;
use civic::directory::{OpinionBox, Place};
use maud::{Markup, html};

use super::Administrator;
use crate::desk::counter;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::Query;
use crate::kit::qr::qr;
use crate::link;
use crate::words::Lang;

/// Cards on a sheet.
const CARDS: usize = 4;

/// Is what a sheet says.
struct Sign {
    /// The code in its address.
    code: String,
    /// The whole address, as the picture holds it.
    address: String,
    /// The address as a person types it.
    shown: String,
    /// The county.
    site: String,
    /// Name of the box; of a place none.
    own: Option<OpinionBox>,
    place: Place,
    /// The office that empties the box, and its telephone.
    office: Option<(String, String)>,
}

/// Shows a sheet, or the sign in an office's window, ready to be printed.
pub async fn show(Administrator(desk): Administrator, Query(query): Query) -> Result<Response, Problem> {
    if !query.get("office").is_empty() {
        let office = desk.directory().acting(query.get("office")).cloned().ok_or(Problem::Absent)?;
        return Ok(counter::sign::draw(&desk, &office, &link::admin_office(&office.code)));
    }
    let sign = find(&desk, query.get("at")).ok_or(Problem::Absent)?;
    let (lang, cards) = (desk.lang(), query.get("form") == "cards");
    let title = lang.t(if cards { "sign-cards" } else { "sign-poster" });
    let back = if sign.own.is_some() { link::ADMIN_BOXES } else { link::ADMIN_PLACES };
    let other = if cards { ("poster", "sign-poster") } else { ("cards", "sign-cards") };
    let body = html! {
        div.no-print {
            h1 { (title) }
            p { (lang.t(if cards { "sign-cards-how" } else { "sign-poster-how" })) }
            p {
                button type="button" data-print="" hidden { (lang.t("print")) } span.print-hint { (lang.t("print-hint")) } " "
                a.button.second href=(link::admin_sign(&sign.code, other.0)) { (lang.t(other.1)) } " "
                a.button.second href=(back) { (lang.t("back")) }
            }
        }
        div.sheet { @if cards { div.card-sheet { @for _ in 0..CARDS { (card(lang, &sign)) } } } @else { (poster(lang, &sign)) } }
    };
    Ok(desk.page(&title, &body))
}

/// Finds the box or the place of a code.
fn find(desk: &Desk, code: &str) -> Option<Sign> {
    let (lang, directory) = (desk.lang(), desk.directory());
    let own = directory.boxes.get(code).filter(|own| own.active).cloned();
    let place = directory.places.get(own.as_ref().map_or(code, |own| own.place.as_str()))?.clone();
    let office = own.as_ref().and_then(|own| directory.acting(&own.office));
    let address = format!("{}{}", desk.visit.base, link::at(code));
    Some(Sign {
        code: code.to_owned(),
        shown: address.split_once("://").map_or_else(String::new, |(_, rest)| rest.to_owned()),
        address,
        site: desk.visit.site.clone(),
        office: office.map(|office| (lang.pick(&office.name, &office.name_en).to_owned(), office.phone.clone())),
        own,
        place,
    })
}

/// Says where the sign hangs.
fn whose(lang: Lang, sign: &Sign) -> String {
    match &sign.own {
        Some(own) => lang.pick(&own.name, &own.name_en).to_owned(),
        None => lang.pick(&sign.place.name, &sign.place.name_en).to_owned(),
    }
}

fn picture(lang: Lang, sign: &Sign) -> Markup {
    qr(&sign.address, &lang.say("sign-picture", &[("address", sign.shown.as_str().into())]))
}

/// Draws the sign for the wall.
fn poster(lang: Lang, sign: &Sign) -> Markup {
    let steps = if sign.own.is_some() {
        ["sign-way-scan", "sign-way-card", "sign-way-answer"]
    } else {
        ["sign-way-scan", "sign-way-ask", "sign-way-answer"]
    };
    html! {
        section.poster aria-label=(lang.t("sign-poster")) {
            p.poster-head { span { (sign.site) } span { (whose(lang, sign)) } }
            p.poster-call { (lang.t("home-title")) }
            p.poster-line { (lang.t("sign-line")) }
            div.poster-code { (picture(lang, sign)) p.code { (sign.shown) } }
            ol.poster-steps { @for key in steps { li { (lang.t(key)) } } }
            div.poster-foot {
                @if let Some(own) = &sign.own { @if !own.spot.is_empty() { p { (own.spot) } } }
                @if let Some((office, phone)) = &sign.office {
                    p { (lang.say("sign-keeper", &[("office", office.as_str().into()), ("phone", phone.as_str().into())])) }
                }
                p { (lang.t("sign-sealed")) }
                p { strong { (lang.t("sign-danger")) } }
            }
        }
    }
}

/// Draws one card to write on.
fn card(lang: Lang, sign: &Sign) -> Markup {
    let lines = |count: usize| html! { @for _ in 0..count { span.rule {} } };
    html! {
        div.paper-card {
            div.paper-card-head {
                div { p.paper-card-call { (lang.t("home-title")) } p { (sign.site) " · " (whose(lang, sign)) } }
                (picture(lang, sign))
            }
            p { (lang.t("sign-card-what")) }
            (lines(4))
            p { (lang.t("sign-card-where")) }
            (lines(1))
            p { (lang.t("sign-card-who")) }
            (lines(1))
            p.paper-card-foot { (lang.t("sign-card-foot")) }
        }
    }
}
