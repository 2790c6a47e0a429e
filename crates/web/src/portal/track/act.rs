//! Doing it: one address for all acts of residents. What comes back after a refusal still holds the words.

use appeals::filing::hides;
use appeals::followup::{Detail, list_of};
use appeals::run::{self, Done};
use appeals::view::Personal;
use appeals::{Command, Event};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use civic::journal::pseudonym;
use civic::permit::Act;
use civic::refusal::{No, Refusal};
use maud::html;

use super::load::{Found, load, seed};
use super::pressed;
use crate::app::App;
use crate::error::{Problem, status};
use crate::extract::{Fields, Upload};
use crate::files;
use crate::kit::Tone;
use crate::kit::errors::Errors;
use crate::kit::notice::notice;
use crate::kit::print::{number_and_code, slip};
use crate::kit::refusal::refusal_block;
use crate::kit::shell::Page;
use crate::portal::file::room;
use crate::session::Resident;
use crate::visit::Visit;

/// Does an act and shows the matter again.
pub async fn act(State(app): State<App>, visit: Visit, resident: Resident, upload: Upload) -> Result<Response, Problem> {
    let found = load(&app, &resident).await?;
    if upload.fields.get("act") == Act::ReportPressure.code() {
        return pressed::send(&app, &visit, &resident, &found, &upload.fields).await;
    }
    let Found::Matter(personal, ..) = found else {
        return Err(Refusal::new("sealed_matter").instead("ask_supervising").into());
    };
    let (sent, chosen) = (upload.fields.clone(), !(upload.files.is_empty() && upload.refused.is_empty()));
    match run_act(&app, &resident, &personal, upload).await {
        Ok((act, done)) => Ok(after(&visit, act, &done)),
        Err(Problem::Refused(_, refusal)) => Ok(refused(&app, &visit, (&personal, &sent, chosen), &refusal)),
        Err(problem) => Err(problem),
    }
}

async fn run_act(app: &App, resident: &Resident, personal: &Personal, upload: Upload) -> Result<(Act, Done), Problem> {
    let act = Act::parse(upload.fields.get("act")).filter(|act| super::acts::ACTS.contains(act) || *act == Act::Join);
    let act = act.ok_or_else(|| Problem::bad("field_name"))?;
    let command = command(app, resident, personal, (act, upload))?;
    let matter = personal.state.matter;
    let request = run::Request { who: resident.who(), matter, seen: None, command };
    Ok((act, run::act(&app.hall, request).await?))
}

/// Makes a command of what was sent along with an act.
pub(crate) fn command(
    app: &App,
    resident: &Resident,
    personal: &Personal,
    (act, upload): (Act, Upload),
) -> Result<Command, Problem> {
    upload.whole()?;
    let Upload { fields, files, .. } = upload;
    if fields.iter().any(|(_, text)| text.chars().any(hides)) {
        return Err(Refusal::new("hidden_characters").instead("type_anew").into());
    }
    let text = |name: &str| fields.get(name).to_owned();
    let words = text("words");
    Ok(match act {
        Act::Rate => rate(app, resident, personal, &fields)?,
        Act::MarkRectification => mark(app, resident, personal, &fields)?,
        Act::AnswerObjection => Command::AnswerObjection { words },
        Act::Supplement => {
            let files = files::keep(app, &key(app, personal)?, &room(files))?;
            Command::Supplement { words, files }
        }
        Act::Reopen => Command::Reopen { words },
        Act::AskReview => Command::AskReview { words },
        Act::AskRecheck => Command::AskRecheck { words },
        Act::Join => Command::Join { subject: text("joins") },
        Act::AskWithdraw => Command::AskWithdraw { words },
        Act::RevokeWithdraw => Command::RevokeWithdraw,
        Act::StopTexts => Command::StopTexts,
        Act::NameDelegate => Command::NameDelegate { name: text("name"), mobile: text("mobile") },
        _ => Command::RemoveDelegate,
    })
}

fn key(app: &App, personal: &Personal) -> Result<civic::vault::Key, No> {
    app.hall.site.keystore.get(personal.state.key_id)?.ok_or(No::Absent)
}

/// Signs a grade with the key that grows from the query code: nobody inside holds it.
fn rate(app: &App, resident: &Resident, personal: &Personal, fields: &Fields) -> Result<Command, Problem> {
    let of = personal
        .state
        .reply()
        .map(|reply| reply.leaf)
        .ok_or_else(|| Refusal::new("nothing_to_rate").instead("wait_for_reply"))?;
    let grade = grade(fields.get("grade"))?;
    let optional = |name: &str| match fields.get(name) {
        "" => Ok(None),
        text => self::grade(text).map(Some),
    };
    let detail = Detail {
        // what was ticked for another grade before the grade was changed is not meant
        reasons: fields.all(list_of(grade)).map(str::to_owned).collect(),
        measures: optional("measures")?,
        rectification: optional("rectification")?,
        effect: optional("effect")?,
    };
    let signature = seed(resident)?.sign_rating_with(&pseudonym(&key(app, personal)?), of, grade, &detail);
    Ok(Command::Rate { grade, words: fields.get("words").to_owned(), signature, detail })
}

/// Signs the mark of what was put right, with the same key.
fn mark(app: &App, resident: &Resident, personal: &Personal, fields: &Fields) -> Result<Command, Problem> {
    let done = personal.state.followup.to_mark().map(|done| done.leaf);
    let of = done.ok_or_else(|| Refusal::new("nothing_to_mark").instead("read_timeline"))?;
    let grade = grade(fields.get("mark"))?;
    let signature = seed(resident)?.sign_rating(&pseudonym(&key(app, personal)?), of, grade);
    Ok(Command::MarkRectification { grade, words: fields.get("words").to_owned(), signature })
}

fn grade(text: &str) -> Result<u8, Refusal> {
    text.parse().map_err(|_| Refusal::new("grade_unknown").instead("choose_grade"))
}

fn after(visit: &Visit, act: Act, done: &Done) -> Response {
    let lang = visit.lang;
    if let (Some(code), Some((_, Event::DelegateNamed { name, .. }))) = (&done.code, done.events.first()) {
        let paper = html! {
            p { (lang.say("delegate-for", &[("name", name.as_str().into())])) }
            (number_and_code(lang, &done.state.number, &code.shown()))
        };
        let body = html! {
            h1 { (lang.t("delegate-title")) }
            (notice(Tone::Soon, &lang.t("delegate-once"), &html! { p { (lang.t("delegate-once-why")) } }))
            (slip(lang, &lang.t("delegate-title"), &paper))
            div.acts { a.button href="/track/matter" { (lang.t("track-back")) } }
        };
        return Page::new(visit, &lang.t("delegate-title")).show(&body);
    }
    Redirect::to(&format!("/track/matter?done={}", act.code())).into_response()
}

/// Shows why not, with the words that were typed, so that none is lost.
fn refused(app: &App, visit: &Visit, (personal, sent, chosen): (&Personal, &Fields, bool), refusal: &Refusal) -> Response {
    let lang = visit.lang;
    let mut errors = Errors::default();
    if chosen {
        errors.add("files", lang.t("files-again"));
    }
    let act = Act::parse(sent.get("act")).filter(|act| super::acts::ACTS.contains(act));
    let title = lang.t("refused-rule-title");
    let body = html! {
        h1 { (title) }
        (refusal_block(lang, &app.hall.site.rules(), refusal))
        @if let Some(act) = act {
            h2 { (lang.t("words-kept")) }
            (super::acts::form((lang, &app.hall.site.rules()), (act, personal.state.version), (sent, &errors)))
        }
        div.acts { a.button href="/track/matter" { (lang.t("track-back")) } }
    };
    let status: StatusCode = status(refusal.code);
    (status, Page::new(visit, &title).show(&body)).into_response()
}
