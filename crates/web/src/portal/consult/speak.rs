//! Taking what somebody says, and the slip that comes of it. Words that read like an accusation go nowhere: the guarded way is shown instead.

use axum::extract::State;
use axum::response::Response;
use civic::refusal::No;
use insight::consult::list;
use insight::consult::speak::{self, Done, New, Ready};
use insight::consult::voice::Way;
use maud::{Markup, html};

use super::show;
use crate::app::App;
use crate::desk::admin::wrong;
use crate::error::Problem;
use crate::extract::{Form, Path};
use crate::kit::Tone;
use crate::kit::errors::Errors;
use crate::kit::notice::notice;
use crate::kit::print::slip;
use crate::kit::shell::Page;
use crate::link;
use crate::portal::forum::{accuses, guarded};
use crate::portal::within::{self, Taken};
use crate::visit::Visit;
use crate::words::Lang;

/// Takes the form. A form sent twice is one voice and gives the same answer.
pub async fn send(State(app): State<App>, visit: Visit, Path(number): Path<i64>, Form(sent): Form) -> Result<Response, Problem> {
    if visit.switched {
        return show::draw(&app, &visit, number, (&sent, &Errors::default())).await;
    }
    let site = app.hall.site.clone();
    let row = app.hall.store.read(move |tx| list::by_number(tx, &site, number)).await?.ok_or(Problem::Absent)?;
    let typed = forum::words::Typed { text: sent.get("words").to_owned(), ..forum::words::Typed::default() };
    if accuses(&app, &typed) {
        return Ok(guarded(&visit, &typed, &link::consult(number)));
    }
    let new = New {
        consult: row.consult.id,
        way: Way::Web,
        words: sent.get("words").to_owned(),
        day: None,
        present: 0,
        mobile: sent.get("mobile").to_owned(),
        language: visit.lang.tag().to_owned(),
        submit_key: sent.get("submit_key").to_owned(),
        source: None,
        accuses: false,
    };
    match take(&app, &visit, new).await {
        Ok(done) => Ok(taken(&visit, &done, sent.has("mobile"))),
        Err(No::Refused(refusal)) if refusal.facts.iter().any(|(name, _)| *name == "field") => {
            let errors = wrong(visit.lang, refusal.into())?;
            show::draw(&app, &visit, number, (&sent, &errors)).await
        }
        Err(no) => Err(no.into()),
    }
}

/// Says how a voice is taken.
const VOICE: Taken<New, Ready, Done> =
    Taken { name: "voice", prepare: speak::prepare, write: speak::speak, repeated: |done| done.repeated };

/// Takes a voice within the limits.
pub(crate) async fn take(app: &App, visit: &Visit, new: New) -> Result<Done, No> {
    within::take(app, visit, &VOICE, new).await
}

/// Says on a slip what was kept, and by which code it is found again.
pub(crate) fn gave_lines(lang: Lang, done: &Done) -> Markup {
    html! {
        p { strong { (done.consult.plan.title) } }
        p.words { (done.voice.said.words) }
        @if let Some(pass) = &done.pass {
            p.quiet { (lang.t("voice-pass")) }
            p.big.code { (pass.shown()) }
            p { (lang.t("voice-pass-why")) }
        }
    }
}

/// Shows what was kept, with the pass, once.
fn taken(visit: &Visit, done: &Done, told: bool) -> Response {
    let lang = visit.lang;
    let title = lang.t("voice-given");
    let body = html! {
        h1 { (title) }
        (slip(lang, &title, &gave_lines(lang, done)))
        @if done.voice.said.covered > 0 { p { (lang.say("voice-covered", &[("count", done.voice.said.covered.into())])) } }
        (notice(Tone::Plain, &lang.t("voice-next"), &html! { p { (lang.t("voice-next-why")) } p { (lang.t(if told { "voice-told" } else { "voice-untold" })) } }))
        p { a href=(link::CONSULT_OWN) { (lang.t("consult-own")) } " · " a href=(link::consult(done.consult.number)) { (lang.t("consult-again")) } }
    };
    Page::new(visit, &title).show(&body)
}
