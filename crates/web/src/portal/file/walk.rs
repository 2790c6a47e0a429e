//! From step to step. Every step is kept before it is checked, so nothing typed is ever lost.

use appeals::Kind;
use appeals::filing::{FieldError, check};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};

use super::draft::{Typed, cookie_gone, form};
use super::second::{self, Begun};
use super::sign;
use super::steps::{At, Step, draw};
use super::wrong;
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Form, Query};
use crate::kit::errors::Errors;
use crate::link;
use crate::portal::joined::{self, Said};
use crate::visit::Visit;

/// Leads whoever comes back to the address of a sent form to its beginning.
pub async fn begin() -> Redirect {
    Redirect::to(link::FILE)
}

/// Shows a step. The preview is shown only when every step before it is complete.
pub async fn show(State(app): State<App>, visit: Visit, mut typed: Typed, Query(query): Query) -> Result<Response, Problem> {
    let step = Step::parse(query.get("step")).unwrap_or(Step::What);
    let again = query.get("then") == Step::Check.code();
    if !typed.fields.has("at") && sign::place(&app.hall.site.directory(), query.get("at")).is_some() {
        typed.fields.set("at", query.get("at"));
    }
    let wrong = missing(&app, &visit, &typed);
    Ok(match (step, wrong.first()) {
        (Step::Check, Some(first)) => {
            let step = Step::of(first.field);
            let errors = wrong::errors(visit.lang, &wrong, step.fields());
            draw(&app, &visit, At { step, again: true, lost: false }, &typed, &errors)
        }
        (Step::Check, None) => {
            typed.joined = joined::of(&app, said(&typed)).await?;
            draw(&app, &visit, At { step, again, lost: false }, &typed, &Errors::default())
        }
        _ => draw(&app, &visit, At { step, again, lost: false }, &typed, &Errors::default()),
    })
}

fn said(typed: &Typed) -> Said<'_> {
    let fields = &typed.fields;
    let kind = Kind::parse(fields.get("kind"));
    Said { kind, unread: fields.has("unread"), what: fields.get("what"), place: fields.get("place") }
}

/// Keeps a step and goes on to the next one, or back to the preview when that is where the person came from.
pub async fn keep(State(app): State<App>, visit: Visit, mut typed: Typed, Form(sent): Form) -> Result<Response, Problem> {
    let step = Step::parse(sent.get("step")).filter(|step| *step != Step::Check).ok_or_else(|| Problem::bad("field_name"))?;
    if step == Step::What {
        match second::begun(&typed, &sent) {
            Begun::Here => {}
            Begun::Nothing if visit.switched => return Ok(Redirect::to(link::HOME).into_response()),
            Begun::Nothing => return Ok(Redirect::to(&step.address()).into_response()),
            Begun::Another if sent.get("choose") == second::NEW => typed.erase(&app).await?,
            Begun::Another => return Ok(second::ask(&visit, &typed, &sent)),
        }
    }
    if visit.switched && typed.is_empty() && !step.fields().iter().any(|name| sent.has(name)) {
        let empty = if sent.has("submit_key") { step.address() } else { link::HOME.to_owned() };
        return Ok(Redirect::to(&empty).into_response());
    }
    let lost = sent.has("began") && typed.submit_key.is_empty();
    typed.keep_step(&app, step.code(), step.fields(), &sent).await?;
    at_sign(&app, step, &mut typed).await?;
    let cookie = AppendHeaders([(header::SET_COOKIE, typed.cookie(&app, visit.peer))]);
    let errors = wrong::errors(visit.lang, &missing(&app, &visit, &typed), step.fields());
    let again = sent.get("then") == Step::Check.code();
    if lost && step != Step::What {
        // what was typed at the other steps is gone: that is said, and nothing else
        let page = draw(&app, &visit, At { step: Step::What, again: true, lost }, &typed, &Errors::default());
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, cookie, page).into_response());
    }
    // a switch, or a step back: kept as it stands, and not judged yet
    let to = Step::parse(sent.get("go")).or(visit.switched.then_some(step));
    if let Some(to) = to {
        let then = if again { "&then=check" } else { "" };
        return Ok((cookie, Redirect::to(&format!("{}{then}", to.address()))).into_response());
    }
    if !errors.is_empty() {
        let page = draw(&app, &visit, At { step, again, lost: false }, &typed, &errors);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, cookie, page).into_response());
    }
    let next = if again { Step::Check } else { step.next() };
    Ok((cookie, Redirect::to(&next.address())).into_response())
}

/// Fills in the place of the sign that was scanned, where none was chosen yet.
async fn at_sign(app: &App, step: Step, typed: &mut Typed) -> Result<(), Problem> {
    let directory = app.hall.site.directory();
    let place = sign::place(&directory, typed.fields.get("at"));
    let Some(place) = place.filter(|_| step == Step::What && !typed.fields.has("place")) else { return Ok(()) };
    let mut fields = typed.fields.clone();
    fields.set("place", place);
    typed.keep_step(app, Step::Where.code(), Step::Where.fields(), &fields).await
}

/// Erases the draft when the person asks.
pub async fn erase(State(app): State<App>, visit: Visit, mut typed: Typed) -> Result<Response, Problem> {
    typed.erase(&app).await?;
    let cookie = AppendHeaders([(header::SET_COOKIE, cookie_gone(visit.peer))]);
    Ok((cookie, Redirect::to(link::HOME)).into_response())
}

/// Lists what is missing or wrong so far, over all steps.
fn missing(app: &App, visit: &Visit, typed: &Typed) -> Vec<FieldError> {
    check(&form(&typed.fields, visit), &[], &app.hall.site.directory()).err().unwrap_or_default()
}
