//! What happened to an account: shown to its owner at the next log-in until they said to have seen it, and to the
//! administrator where no letter can tell them.

use axum::response::{IntoResponse, Redirect, Response};
use civic::account::news::{self, Happened, NEWS_DAYS_MAX};
use maud::{Markup, html};

use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::Tone;
use crate::kit::device::device;
use crate::kit::notice::notice;
use crate::kit::table::{Table, table};
use crate::link;
use crate::words::{Lang, moment};

/// Notes that the owner has seen what happened before this session, and leads on to where they wanted to go.
pub async fn seen(desk: Desk, Form(fields): Form) -> Result<Response, Problem> {
    let (staff, began) = (desk.person().id, desk.staff.session.created_at);
    desk.write(move |tx, site, _| Ok(news::read(tx, site.jurisdiction, staff, began)?)).await?;
    Ok(Redirect::to(link::local(fields.get("next")).unwrap_or(link::DESK)).into_response())
}

/// Says what happened in the words of a page.
pub fn told(lang: Lang, happened: &Happened) -> String {
    lang.code("news", happened.news.code())
}

/// Draws when and where the owner signed in before, and what they have not seen yet, with both answers to "was that you?".
pub(super) fn before(desk: &Desk, (all, typed): (&[Happened], &Fields)) -> Markup {
    let (lang, zone, began) = (desk.lang(), &desk.app.hall.site.zone, desk.staff.session.created_at);
    let earlier = || all.iter().filter(|happened| happened.at < began);
    let last = earlier().find(|happened| happened.news.is_log_in());
    let unseen: Vec<&Happened> = earlier().filter(|happened| happened.open).collect();
    let body = html! {
        ul { @for one in &unseen { li { (moment(lang, one.at, zone)) " " (told(lang, one)) @if !one.device.is_empty() { " (" (device(lang, &one.device)) ")" } } } }
        p { (lang.t("news-why")) }
        form method="post" action=(link::ACCOUNT_SEEN) {
            input type="hidden" name="next" value=(typed.get("next"));
            div.acts { button { (lang.t("news-own")) } a.button.danger href=(link::ACCOUNT_PASSWORD) { (lang.t("news-foreign")) } }
        }
    };
    html! {
        @if !unseen.is_empty() { (notice(Tone::Soon, &lang.t("news-title"), &body)) }
        @if let Some(last) = last {
            p { (lang.say("news-last", &[("at", moment(lang, last.at, zone).into()), ("device", device(lang, &last.device).into())])) }
        }
    }
}

/// Draws the whole list.
pub(super) fn list(desk: &Desk, all: &[Happened]) -> Markup {
    let (lang, zone) = (desk.lang(), &desk.app.hall.site.zone);
    let row = |one: &Happened| {
        let named = if one.device.is_empty() { String::new() } else { device(lang, &one.device) };
        vec![html! { (moment(lang, one.at, zone)) }, html! { (told(lang, one)) }, html! { span title=(one.device) { (named) } }]
    };
    let heads = ["news-at", "news-what", "session-device"].map(|key| lang.t(key)).to_vec();
    html! {
        h2 { (lang.t("news-list")) }
        p { (lang.say("news-kept", &[("days", NEWS_DAYS_MAX.into())])) }
        (table(&Table { caption: lang.t("news-list"), heads, rows: all.iter().map(row).collect() }))
    }
}
