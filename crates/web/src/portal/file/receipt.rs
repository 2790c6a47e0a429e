//! The receipt page: a paper slip with the number, the code, who has it, until when, and what happens next.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::copy::{FiledCopy, Told};
use super::danger_calls;
use super::draft::{Typed, cookie_gone};
use crate::app::App;
use crate::error::Problem;
use crate::kit::Tone;
use crate::kit::due::{DueView, arithmetic};
use crate::kit::notice::notice;
use crate::kit::print::{slip, slip_head};
use crate::kit::shell::Page;
use crate::link;
use crate::portal::track::text_hint;
use crate::visit::Visit;
use crate::words::{Lang, day};

/// Shows the slip of what was just filed; after half an hour the tracking page takes over.
pub async fn show(State(app): State<App>, visit: Visit, typed: Typed) -> Response {
    let Some(filed) = &typed.filed else { return Redirect::to(link::TRACK).into_response() };
    let lang = visit.lang;
    let body = html! {
        h1 data-draft-done="" { (lang.t("receipt-title")) }
        (danger(&app, lang, filed))
        (notice(Tone::Soon, &lang.t("receipt-keep"), &html! { p { (lang.t(keep_why(filed))) } }))
        (slip(lang, &lang.t("receipt-slip"), &paper(&app, &visit, filed)))
        div.acts {
            a.button href="/appeals/receipt/file" download { (lang.t("receipt-download")) }
            a.button.second href=(link::TRACK) { (lang.t("receipt-track")) }
        }
        p { (lang.t("receipt-file-why")) " " a href=(link::CHECK) { (lang.t("foot-check")) } }
        form method="post" action="/appeals/receipt/erase" { button.plain-button { (lang.t("receipt-erase")) } }
    };
    Page::new(&visit, &lang.t("receipt-title")).show(&body)
}

/// Says what was done because somebody is in danger, and what it cannot replace.
fn danger(app: &App, lang: Lang, filed: &FiledCopy) -> Markup {
    let Some(people) = filed.danger else { return html! {} };
    let rules = app.hall.site.rules();
    let minutes = |id: &str| rules.clock(id).as_mins();
    let body = html! {
        (danger_calls(lang))
        @if filed.sealed { p { (lang.t("danger-told-sealed")) } }
        @else if !app.writes_letters { p { (lang.t("danger-told-unwritten")) } }
        @else if people == 0 { p { (lang.t("danger-told-nobody")) } }
        @else { p { (lang.say("danger-told", &[("people", people.into())])) } }
        @if !filed.sealed && app.writes_letters {
            p { (lang.say("danger-told-next", &[("head", minutes("site.danger_head").into()), ("leaders", minutes("site.danger_leaders").into())])) }
        }
    };
    notice(Tone::Late, &lang.t("danger-told-title"), &body)
}

/// Says whether a lost code can be made anew: only of a matter that the counter may see, for somebody it can recognise.
fn keep_why(filed: &FiledCopy) -> &'static str {
    if filed.sealed || filed.anonymous { "receipt-keep-why-lost" } else { "receipt-keep-why" }
}

/// Says who has it and what is promised by when.
fn promised(filed: &FiledCopy) -> &'static str {
    match (filed.sealed && filed.anonymous, filed.acceptance, filed.told) {
        // the rule promises an answer to whoever gives their name
        (true, ..) => "receipt-owner-unnamed",
        (false, true, Told::Looking) => "receipt-owner-acceptance-looking",
        (false, true, _) => "receipt-owner-acceptance",
        (false, false, Told::Looking) => "receipt-owner-looking",
        (false, false, _) => "receipt-owner",
    }
}

/// Says what comes next, in three sentences: what the office does, how one hears of it, what one can do then.
fn next(filed: &FiledCopy) -> [&'static str; 3] {
    let told = match filed.told {
        _ if filed.sealed => "receipt-next-sealed",
        Told::Looking => "receipt-next-anonymous",
        Told::Phone => "receipt-next-phone",
        Told::Mail => "receipt-next-mail",
        Told::Post => "receipt-next-post",
        Told::Unwritten => "receipt-next-unwritten",
    };
    if filed.sealed {
        ["receipt-next-owner-sealed", told, "receipt-next-you-sealed"]
    } else {
        ["receipt-next-owner", told, "receipt-next-you"]
    }
}

/// Draws the paper itself.
pub fn paper(app: &App, visit: &Visit, filed: &FiledCopy) -> Markup {
    let (lang, site) = (visit.lang, &app.hall.site);
    let (directory, rules, today) = (site.directory(), site.rules(), app.today());
    let office = directory.offices.get(&filed.owner);
    let name = office.map_or("", |office| lang.pick(&office.name, &office.name_en)).to_owned();
    let last = filed.due.due.last;
    let left = site.calendar().left(today, last);
    let view = DueView { rules: &rules, due: &filed.due.due, left, rule: rules.find_term(&filed.due.term) };
    let unnamed = filed.sealed && filed.anonymous;
    html! {
        (slip_head(lang, &visit.base, (&filed.number, &filed.code)))
        p { (lang.say(promised(filed), &[("office", name.as_str().into()), ("day", day(lang, last).into())])) }
        @if let Some(office) = office { p { (lang.t("owner-phone")) a href={ "tel:" (office.phone) } { (office.phone) } } }
        @if !unnamed { details open { summary { (lang.t("due-how")) } (arithmetic(lang, &view)) } }
        h2 { (lang.t("receipt-next")) }
        ol {
            @for key in next(filed) { li { (lang.say(key, &[("office", name.as_str().into())])) } }
        }
        @if !filed.short.is_empty() { (text_hint(app, lang, &filed.short)) }
        @if filed.sealed { p { (lang.t("receipt-sealed")) } }
    }
}

/// Hands out the receipt file.
pub async fn download(typed: Typed) -> Result<Response, Problem> {
    let filed = typed.filed.ok_or(Problem::ShowCode)?;
    Ok(receipt_file(&filed.number, filed.receipt))
}

/// Makes the answer that saves a receipt under its name.
pub fn receipt_file(number: &str, receipt: String) -> Response {
    let manner = format!("attachment; filename=\"{number}.receipt.txt\"");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(manner).expect("a number is plain ASCII")),
    ];
    (headers, receipt).into_response()
}

/// Takes number and code off this device.
pub async fn erase(State(app): State<App>, visit: Visit, mut typed: Typed) -> Result<Response, Problem> {
    typed.erase(&app).await?;
    let cookie = AppendHeaders([(header::SET_COOKIE, cookie_gone(visit.peer))]);
    Ok((cookie, Redirect::to(link::HOME)).into_response())
}
