//! What was put before the supervisor: every bad rating, with what came of it. There is no way to take one out; it can be answered.

use appeals::followup::list::{self, Listed, Place};
use appeals::followup::{Criticism, Owing};
use axum::response::Response;
use civic::permit::Act;
use maud::{Markup, html};

use super::{sees, until};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Query};
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::pager::{Pager, pager};
use crate::kit::print::slip;
use crate::kit::state::chip;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::track::followed::late_step;
use crate::portal::track::story::office;
use crate::take::text_links;
use crate::words::day;

/// Shows the list: of all offices for those who watch, of the own one for those who owe something put right.
pub async fn show(desk: Desk, Query(query): Query) -> Result<Response, Problem> {
    let of = sees(&desk)?;
    let lang = desk.lang();
    let (who, own, after) = (desk.staff.who(), of.clone(), place(&query));
    let first = after.is_none();
    let (all, next) = desk.read(move |tx, site, _| list::criticisms(tx, site, &who, (own.as_deref(), after))).await?;
    let heads = ["queue-matter", "criticism-what", "criticism-call", "criticism-rectify", "criticism-answer"]
        .map(|key| lang.t(key))
        .to_vec();
    let rows: Vec<Vec<Markup>> = all.iter().filter_map(|one| row(&desk, one)).collect();
    let pages = Pager {
        before: (!first).then(|| link::CRITICISM.to_owned()),
        after: next.map(|(day, number, of)| format!("{}?day={day}&number={number}&of={of}", link::CRITICISM)),
        here: String::new(),
    };
    let lead = if of.is_some() { "criticism-lead-own" } else { "criticism-lead" };
    let body = html! {
        h1 { (lang.t("criticism-title")) }
        p.lead { (lang.t(lead)) }
        @if rows.is_empty() { (empty(&lang.t("criticism-empty"), &lang.t("criticism-empty-why"), &html! {})) }
        @else { (slip(lang, &lang.t("criticism-title"), &table(&Table { caption: lang.t("criticism-caption"), heads, rows }))) }
        (pager(lang, &pages))
        @if !all.is_empty() { (text_links(lang, link::CRITICISM_TAKE)) }
    };
    Ok(desk.page(&lang.t("criticism-title"), &body))
}

fn place(query: &Fields) -> Option<Place> {
    let of = query.get("of").parse().ok()?;
    Some((query.get("day").to_owned(), query.get("number").to_owned(), of))
}

fn row(desk: &Desk, one: &Listed) -> Option<Vec<Markup>> {
    let (lang, directory) = (desk.lang(), desk.directory());
    let state = &one.state;
    let criticism = state.followup.criticism(one.of)?;
    let signed = if criticism.signed { "criticism-signed" } else { "criticism-told" };
    Some(vec![
        html! {
            a.code href=(link::matter(&state.number)) data-row="" { (state.number) }
            br;
            span.quiet { (lang.code("kind", state.kind.code())) " · " (office(lang, &directory, &criticism.office)) }
        },
        html! {
            div {
                (chip(Tone::Late, &lang.code("grade", &criticism.grade.to_string()))) br;
                span.quiet { (day(lang, criticism.day)) " · " (lang.t(signed)) }
                (objection(desk, criticism))
                (late(desk, (criticism, Owing::Decide)))
            }
        },
        html! { div { (call(desk, criticism)) (late(desk, (criticism, Owing::Call))) } },
        html! { div { (rectification(desk, criticism)) (late(desk, (criticism, Owing::Rectify))) } },
        html! {
            @if criticism.answers > 0 { (lang.t("criticism-answered")) } @else { (lang.t("criticism-unanswered")) }
            @if desk.permit(Act::AnswerCriticism, &state.subject()).is_ok() {
                br; a.no-print href=(link::matter_act(&state.number, Act::AnswerCriticism)) { (lang.code("act", Act::AnswerCriticism.code())) span.unseen { (state.number) } }
            }
        },
    ])
}

fn objection(desk: &Desk, criticism: &Criticism) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let Some(objection) = &criticism.objection else { return html! {} };
    let key = match objection.upheld {
        None => "criticism-objected",
        Some(true) => "criticism-set-aside",
        Some(false) => "criticism-stands",
    };
    html! { br; (lang.say(key, &[("office", office(lang, &directory, &objection.judge).into())])) }
}

/// Says how far something that is late was told upwards.
fn late(desk: &Desk, (criticism, what): (&Criticism, Owing)) -> Markup {
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    let climbed = criticism.late.get(&what).filter(|_| criticism.owed(what).is_some());
    html! {
        @if let Some(climbed) = climbed {
            br; (chip(Tone::Late, &late_step(lang, &rules, (what, climbed.step)))) " " span.quiet { (day(lang, climbed.day)) }
        }
    }
}

fn call(desk: &Desk, criticism: &Criticism) -> Markup {
    let lang = desk.lang();
    let Some(call) = &criticism.call else { return html! { (lang.t("criticism-no-call")) } };
    html! {
        @match call.reached {
            Some(true) => { (chip(Tone::Done, &lang.t("criticism-called"))) }
            Some(false) => { (lang.say("criticism-unreached", &[("count", call.tries.into())])) }
            None if criticism.set_aside() => { (lang.t("criticism-no-call")) }
            None => { (until(desk, call.due.due.last)) }
        }
    }
}

fn rectification(desk: &Desk, criticism: &Criticism) -> Markup {
    let lang = desk.lang();
    html! {
        @match &criticism.rectified {
            Some(done) => {
                @let key = if done.late { "criticism-rectified-late" } else { "criticism-rectified" };
                (lang.say(key, &[("day", day(lang, done.day).into())]))
                @if let Some(mark) = done.mark { br; (lang.say("criticism-marked", &[("grade", lang.code("grade", &mark.to_string()).into())])) }
            }
            None if criticism.set_aside() => { (lang.t("criticism-not-owed")) }
            None => { (until(desk, criticism.rectify.due.last)) }
        }
    }
}
