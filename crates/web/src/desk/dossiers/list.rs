//! The files of one kind, open ones or those that are over.

use axum::response::Response;
use db::Fault;
use maud::{Markup, html};
use oversight::dossier::list::{self, PAGE_MAX};
use oversight::dossier::{Dossier, Kind};

use super::{begin, known, permitted, ways};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Path, Query};
use crate::kit::Tone;
use crate::kit::due;
use crate::kit::empty::empty;
use crate::kit::icon::icon;
use crate::kit::pager::{Pager, pager};
use crate::kit::print::slip;
use crate::kit::state::chip;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::track::story::office;
use crate::take;
use crate::words::day;

/// Shows them.
pub async fn show(desk: Desk, Path(kind): Path<String>, Query(query): Query) -> Result<Response, Problem> {
    let kind = known(&kind)?;
    permitted(&desk)?;
    let lang = desk.lang();
    let over = query.get("standing") == "over";
    let before: Option<i64> = query.get("before").parse().ok();
    let who = desk.staff.who();
    let (all, next) = desk.read(move |tx, site, _| list::all(tx, site, Some(&who), (kind, over, before))).await?;
    let here = if over { format!("{}?standing=over", link::dossiers(kind)) } else { link::dossiers(kind) };
    let joint = if over { '&' } else { '?' };
    let pages = Pager {
        before: before.map(|_| here.clone()),
        after: next.filter(|_| all.len() >= PAGE_MAX).map(|number| format!("{here}{joint}before={number}")),
        here: String::new(),
    };
    let title = lang.code("dossier-kind", kind.code());
    let heads = ["dossier-title", "dossier-office", "dossier-standing", "dossier-due"].map(|key| lang.t(key)).to_vec();
    let rows: Vec<Vec<Markup>> = all.iter().map(|one| row(&desk, (kind, one))).collect();
    let caption = if over { lang.t("dossier-over") } else { lang.t("dossier-open") };
    let body = html! {
        h1 { (title) }
        p.lead { (lang.code("dossier-lead", kind.code())) }
        (ways(&desk))
        div.acts {
            @if begin::offers(&desk, kind) { a.button href=(link::dossier_new(kind)) { (lang.code("dossier-new", kind.code())) } }
            @if over { a.button.second href=(link::dossiers(kind)) { (lang.t("dossier-open")) } }
            @else { a.button.second href={ (link::dossiers(kind)) "?standing=over" } { (lang.t("dossier-over")) } }
        }
        @if rows.is_empty() { (empty(&lang.t("dossier-empty"), &lang.code("dossier-empty", kind.code()), &html! {})) }
        @else { (slip(lang, &title, &table(&Table { caption, heads, rows }))) }
        (pager(lang, &pages))
        @if !all.is_empty() { (take::text_links(lang, &link::dossiers_take(kind))) }
    };
    Ok(desk.page(&title, &body))
}

/// Rows of one file at most.
const ROWS_MAX: usize = 2_000;

/// Answers with the files of a kind as a file, open ones first: what this person sees in the list.
pub async fn take(desk: Desk, Path((kind, form)): Path<(String, String)>) -> Result<Response, Problem> {
    let kind = known(&kind)?;
    permitted(&desk)?;
    let (lang, directory, who) = (desk.lang(), desk.directory(), desk.staff.who());
    let read = desk.read(move |tx, site, _| {
        let mut all: Vec<Dossier> = Vec::new();
        for over in [false, true] {
            let mut before = None;
            loop {
                let (found, next) = list::all(tx, site, Some(&who), (kind, over, before))?;
                all.extend(found);
                before = next;
                if before.is_none() || all.len() >= ROWS_MAX {
                    break;
                }
            }
        }
        all.truncate(ROWS_MAX);
        Ok::<_, Fault>(all)
    });
    let all = read.await?;
    let heads = ["dossier-file", "dossier-title", "dossier-office", "take-day", "dossier-standing", "dossier-due"];
    let heads = heads.map(|key| lang.t(key)).to_vec();
    let line = |one: &Dossier| {
        vec![
            one.number.to_string(),
            one.opening.title.clone(),
            office(lang, &directory, &one.opening.office),
            one.day.to_string(),
            lang.t(standing_key(one)),
            one.due().map_or_else(|| lang.t("dossier-nothing-owed"), |due| due.to_string()),
        ]
    };
    let rows: Vec<Vec<String>> = std::iter::once(heads).chain(all.iter().map(line)).collect();
    take::texts((kind.code(), &lang.code("dossier-kind", kind.code())), &rows, &form)
}

fn row(desk: &Desk, (kind, one): (Kind, &Dossier)) -> Vec<Markup> {
    let (lang, directory) = (desk.lang(), desk.directory());
    vec![
        html! {
            a href=(link::dossier(kind, one.number)) data-row="" { (one.opening.title) } br;
            span.quiet { (lang.say("dossier-number", &[("number", one.number.into()), ("day", day(lang, one.day).into())])) }
        },
        html! { (office(lang, &directory, &one.opening.office)) },
        html! { (standing(desk, one)) },
        html! { (until(desk, one)) },
    ]
}

/// Says how far a file is, in one word.
pub fn standing(desk: &Desk, one: &Dossier) -> Markup {
    chip(if one.over() { Tone::Done } else { Tone::Way }, &desk.lang().t(standing_key(one)))
}

fn standing_key(one: &Dossier) -> &'static str {
    match one.kind() {
        _ if one.over() => "dossier-is-over",
        Kind::Conference if one.ended.is_some() => "dossier-is-followed",
        Kind::Conference if !one.rulings.is_empty() => "dossier-is-ruling",
        Kind::Advice if one.answer.is_some() => "dossier-is-answered",
        Kind::Account if one.steps.last().is_some_and(|step| step.reply.is_some()) => "dossier-is-replied",
        _ => "dossier-is-open",
    }
}

/// Says until when something is owed.
pub fn until(desk: &Desk, one: &Dossier) -> Markup {
    let lang = desk.lang();
    let Some(last) = one.due() else { return html! { (lang.t("dossier-nothing-owed")) } };
    let left = desk.app.hall.site.calendar().left(desk.app.today(), last);
    let tone = due::tone(left);
    html! { span class={ "due-words " (tone.class()) } { (icon(tone)) (due::sentence(lang, left, last)) } }
}
