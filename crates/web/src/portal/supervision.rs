//! What everybody may read of supervision: suggestions to offices with their written answers, campaigns with the seed they were drawn with, and
//! what joint conferences ruled. Never a matter, never a person; who is held to account, and leaders' own cases, are not here.

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use db::Fault;
use maud::{Markup, html};
use oversight::dossier::{Dossier, Kind, What, list};

use crate::app::App;
use crate::desk::dossiers::ruled;
use crate::error::Problem;
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::shell::Page;
use crate::kit::state::chip;
use crate::portal::track::story::office;
use crate::route::Route;
use crate::visit::Visit;
use crate::words::{Lang, day};

/// Lists the addresses.
pub const ROUTES: &[Route] = &[Route::public("/supervision", "GET", || get(show))];

/// Shows it.
pub async fn show(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let lang = visit.lang;
    let site = app.hall.site.clone();
    let read = app.hall.store.read(move |tx| {
        let mut all = Vec::new();
        for kind in [Kind::Advice, Kind::Conference, Kind::Task] {
            let mut own = list::all(tx, &site, None, (kind, false, None))?.0;
            own.extend(list::all(tx, &site, None, (kind, true, None))?.0);
            own.sort_by_key(|one| std::cmp::Reverse(one.number));
            all.push((kind, own));
        }
        Ok::<_, Fault>(all)
    });
    let all = read.await?;
    let title = lang.t("supervised-title");
    let body = html! {
        h1 { (title) }
        p.lead { (lang.t("supervised-lead")) }
        @if all.iter().all(|(_, own)| own.is_empty()) { (empty(&lang.t("supervised-empty"), &lang.t("supervised-empty-why"), &html! {})) }
        @for (kind, own) in all.iter().filter(|(_, own)| !own.is_empty()) {
            h2 { (lang.code("dossier-kind", kind.code())) }
            ul.finds { @for one in own { li { (face(&app, lang, one)) } } }
        }
    };
    Ok(Page::new(&visit, &title).show(&body))
}

fn face(app: &App, lang: Lang, one: &Dossier) -> Markup {
    let (directory, rules) = (app.hall.site.directory(), app.hall.site.rules());
    let head = html! { p { strong { (one.opening.title) } } p.quiet { (day(lang, one.day)) " · " (office(lang, &directory, &one.opening.office)) } };
    match &one.opening.what {
        What::Advice { ground, .. } => html! {
            (head)
            @if let Some(row) = rules.ground("advice", ground) { p { (lang.pick(&row.zh, &row.en)) } }
            p.words { (one.opening.words) }
            @match &one.answer {
                Some(answer) => {
                    p { (chip(if answer.good { Tone::Done } else { Tone::Soon }, &lang.t(if answer.good { "dossier-adopted" } else { "dossier-not-adopted" }))) " " span.quiet { (day(lang, answer.day)) } }
                    p.words { (answer.words) }
                }
                None if one.opening.due < app.today() => p { (chip(Tone::Late, &lang.say("supervised-late", &[("day", day(lang, one.opening.due).into())]))) },
                None => p { (chip(Tone::Way, &lang.say("supervised-until", &[("day", day(lang, one.opening.due).into())]))) },
            }
        },
        What::Task { seed, of, drawn, .. } => html! {
            (head)
            p { (lang.say("dossier-drawn-of", &[("count", drawn.len().into()), ("of", i64::from(*of).into())])) }
            p.quiet { (lang.t("dossier-seed")) " " span.code { (seed) } }
            @if let Some((words, _)) = &one.ended { p.words { (words) } }
        },
        _ => html! {
            (head)
            @for ruling in &one.rulings { (ruled(lang, &directory, ruling)) }
            @if let Some((words, _)) = &one.ended { p.words { (words) } }
        },
    }
}
