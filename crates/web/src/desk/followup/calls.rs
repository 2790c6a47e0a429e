//! The call-backs that are owed: whom an office of another line asks how it went, until when, how often it was tried.

use appeals::followup::list::{self, Owed, Which};
use axum::response::Response;
use db::Fault;
use maud::{Markup, html};

use super::{calls_back, until};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::print::slip;
use crate::kit::state::chip;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::track::story::office;

/// Shows the list.
pub async fn show(desk: Desk) -> Result<Response, Problem> {
    calls_back(&desk)?;
    let lang = desk.lang();
    let who = desk.staff.who();
    let today = desk.app.today();
    let read = desk.read(move |tx, site, _| {
        let mut all = list::calls(tx, site, &who)?;
        all.extend(list::drawn(tx, site, (&who, today))?);
        all.extend(list::objections(tx, site, (&who, today))?);
        Ok::<_, Fault>(all)
    });
    let mut all = read.await?;
    all.sort_by_key(|one| (one.until, one.of().is_none(), one.state.number.clone()));
    let heads = ["queue-matter", "callback-why", "callback-until"].map(|key| lang.t(key)).to_vec();
    let rows = all.iter().map(|one| row(&desk, one)).collect();
    let body = html! {
        h1 { (lang.t("callbacks-title")) }
        p.lead { (lang.t("callbacks-lead")) }
        @if all.is_empty() { (empty(&lang.t("callbacks-empty"), &lang.t("callbacks-empty-why"), &html! {})) }
        @else { (slip(lang, &lang.t("callbacks-title"), &table(&Table { caption: lang.t("callbacks-caption"), heads, rows }))) }
    };
    Ok(desk.page(&lang.t("callbacks-title"), &body))
}

fn row(desk: &Desk, one: &Owed) -> Vec<Markup> {
    let (lang, directory) = (desk.lang(), desk.directory());
    let state = &one.state;
    vec![
        html! {
            a.code href=(link::callback(&state.number, one.which)) data-row="" { (state.number) }
            br;
            span.quiet { (lang.code("kind", state.kind.code())) " · " (office(lang, &directory, &state.owner)) }
        },
        html! { (why(desk, one)) },
        html! {
            p { (until(desk, one.until)) }
            @if one.tries > 0 { p { (chip(Tone::Soon, &lang.say("call-tries", &[("count", one.tries.into())]))) } }
        },
    ]
}

/// Says why somebody is rung up.
pub fn why(desk: &Desk, one: &Owed) -> Markup {
    let lang = desk.lang();
    let grade = |of: i64| one.state.followup.criticism(of).map_or(0, |criticism| criticism.grade);
    let say = |key: &str, of: i64| lang.say(key, &[("grade", lang.code("grade", &grade(of).to_string()).into())]);
    html! {
        @match one.which {
            Which::Criticism(of) => { (say("callback-bad", of)) }
            Which::Drawn(_) => { (lang.t("callback-drawn")) }
            Which::Objection(of) => { (say("callback-objection", of)) }
        }
    }
}
