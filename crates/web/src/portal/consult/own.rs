//! Where one's own words went: into which points, what the office said to them, in which lines of the text they stand, what was decided and how
//! far it is. The code is typed, or goes along in the form, and stands in no address.

use axum::extract::State;
use axum::response::Response;
use civic::refusal::No;
use db::Fault;
use insight::consult::consultation::Consultation;
use insight::consult::store::VoiceRow;
use insight::consult::{Standing, Voice, list, run};
use maud::{Markup, html};

use super::draw::{ground_name, outcome, stage_chip};
use crate::app::App;
use crate::error::Problem;
use crate::extract::Form;
use crate::kit::Tone;
use crate::kit::notice::flash;
use crate::kit::shell::Page;
use crate::kit::state::chip;
use crate::link;
use crate::portal::own as opened;
use crate::visit::Visit;
use crate::words::{Lang, day};

/// Asks for the pass.
pub async fn ask(visit: Visit) -> Response {
    pass_form(&visit, None)
}

/// Says how its pass is asked for.
const ASKED: opened::Asked =
    opened::Asked { title: "consult-own", field: ("pass", "voice-pass", "voice-own-hint"), to: link::CONSULT_OWN };

fn pass_form(visit: &Visit, wrong: Option<&str>) -> Response {
    let lang = visit.lang;
    let below = html! {
        p { (lang.t("voice-own-matter")) " " a href=(link::TRACK) { (lang.t("track-title")) } }
        p { a href=(link::CONSULT) { (lang.t("consult-back")) } }
    };
    opened::ask(visit, &ASKED, (&html! {}, &below), wrong)
}

/// Opens one's own voice, and takes it back where that was pressed.
pub async fn act(State(app): State<App>, visit: Visit, Form(sent): Form) -> Result<Response, Problem> {
    let pass = opened::typed(&sent, "pass");
    let Some((row, consult)) = open(&app, &visit, &pass).await? else {
        return Ok(pass_form(&visit, Some("voice-pass-wrong")));
    };
    if visit.switched || sent.get("act") != "withdraw" {
        return Ok(show(&app, &visit, (&pass, &row, &consult), ""));
    }
    let (site, now, id) = (app.hall.site.clone(), app.now(), row.id);
    let written = app.hall.store.write(move |tx| {
        let mut chance = site.chance();
        run::withdraw(tx, &site, (now, &mut chance), id)
    });
    written.await?;
    finish(&app).await?;
    let (row, consult) = open(&app, &visit, &pass).await?.ok_or(Problem::Absent)?;
    Ok(show(&app, &visit, (&pass, &row, &consult), "voice-done-withdrawn"))
}

/// Destroys the keys of what was taken back once that is durable; a job goes on where this does not come to it.
pub(super) async fn finish(app: &App) -> Result<(), No> {
    let hall = app.hall.clone();
    let gone = tokio::task::spawn_blocking(move || run::finish(&hall)).await;
    gone.map_err(|_| Fault::other("the key of a voice was not destroyed"))??;
    Ok(())
}

/// Finds the voice of a pass; wrong ones slow down by address.
async fn open(app: &App, visit: &Visit, pass: &str) -> Result<Option<(VoiceRow, Consultation)>, Problem> {
    let typed = pass.to_owned();
    opened::open(app, visit, move |tx, site| {
        let Some(row) = list::by_pass(tx, site, &typed)? else { return Ok(None) };
        Ok(list::by_id(tx, site, row.consult)?.map(|consult| (row, consult.consult)))
    })
    .await
}

fn show(app: &App, visit: &Visit, (pass, row, consult): (&str, &VoiceRow, &Consultation), said: &str) -> Response {
    let lang = visit.lang;
    let body = html! {
        h1 { (lang.t("consult-own")) }
        @if !said.is_empty() { (flash(Tone::Done, &lang.t(said))) }
        p { a href=(link::consult(consult.number)) { (consult.plan.title) } }
        @match &row.voice {
            Some(voice) => {
                (path(app, lang, (voice, consult)))
                form method="post" action=(link::CONSULT_OWN) {
                    input type="hidden" name="pass" value=(pass);
                    input type="hidden" name="act" value="withdraw";
                    p { (lang.t("voice-withdraw-why")) }
                    div.acts { button.danger { (lang.t("voice-withdraw")) } }
                }
            }
            None => p { (lang.t("voice-gone")) },
        }
    };
    Page::new(visit, &lang.t("consult-own")).show(&body)
}

/// Draws the way of one's own words: words, point, answer, line, decision, report.
pub(crate) fn path(app: &App, lang: Lang, (voice, consult): (&Voice, &Consultation)) -> Markup {
    let rules = app.hall.site.rules();
    html! {
        div.words { (voice.said.words) }
        p.quiet { (lang.say("voice-own-line", &[("day", day(lang, voice.said.day).into()), ("number", voice.said.seq.into())])) " " (stage_chip(lang, (consult, app.today()))) }
        @match voice.standing {
            Standing::New => { p { (chip(Tone::Soon, &lang.t("voice-new"))) } p { (lang.t("voice-new-why")) } }
            Standing::Aside => { p { (chip(Tone::Plain, &lang.t("voice-aside"))) " " (ground_name(lang, &rules, &voice.ground)) } }
            Standing::Sorted => { @for number in &voice.points { (point(lang, (*number, consult))) } }
            Standing::Withdrawn => { p { (lang.t("voice-gone")) } }
        }
        (after(lang, consult))
    }
}

fn point(lang: Lang, (number, consult): (u32, &Consultation)) -> Markup {
    let Some(point) = consult.point(number) else { return html! {} };
    let stands: Vec<_> = (1_usize..).zip(consult.lines()).filter(|(_, line)| line.points.contains(&number)).collect();
    html! {
        section.go-on {
            p.quiet { (lang.t("voice-in-point")) }
            p { a href=(link::consult_point(consult.number, number)) { strong { (lang.say("point-number", &[("number", number.into())])) " " (point.title) } } " " (outcome(lang, point.answer())) }
            @if let Some(answer) = point.answer() { p.quiet { (lang.t("voice-answer")) } p.words { (answer.words) } }
            @if !stands.is_empty() {
                p.quiet { (lang.t("voice-line")) }
                @for (at, line) in stands { p { a href={ (link::consult(consult.number)) "#line-" (at) } { (lang.say("point-line", &[("number", at.into())])) } " " (line.words) } }
            }
        }
    }
}

fn after(lang: Lang, consult: &Consultation) -> Markup {
    let decision = consult.decisions.last();
    let report = consult.reports.last();
    html! {
        @if let Some(decision) = decision {
            p { strong { (lang.t("consult-decision")) } " " (day(lang, decision.day)) " " (lang.t(if decision.adopted { "consult-adopted" } else { "consult-dropped" })) }
            p.words { (decision.words) }
        }
        @if let Some(report) = report { p { strong { (lang.t("consult-reports")) } " " (day(lang, report.day)) " " (lang.t(if report.done { "report-done" } else { "report-open" })) } p.words { (report.words) } }
    }
}
