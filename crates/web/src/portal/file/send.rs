//! The whole form at once: from the preview, or from a program (`Accept: application/json`).

use appeals::Kind;
use appeals::filing::{self, FieldError, Filed, Form, NotFiled, Upload as RoomUpload};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use civic::directory::normal_contact;
use civic::refusal::Refusal;
use serde_json::{Value, json};

use super::attach::{reread, room};
use super::draft::{FiledCopy, Typed, form};
use super::steps::{At, Step, draw};
use super::wrong;
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Fields, Upload};
use crate::files;
use crate::link;
use crate::throttle::network;
use crate::visit::Visit;

/// Takes a form. A form sent twice makes one matter and gives the same answer.
pub async fn send(State(app): State<App>, visit: Visit, mut typed: Typed, upload: Upload) -> Result<Response, Problem> {
    let Upload { fields, files: sent } = upload;
    if let Some(filed) = typed.filed.as_ref().filter(|filed| filed.submit_key == fields.get("submit_key")) {
        return Ok(answer_again(&app, &visit, filed));
    }
    let mut uploads = room(sent);
    if fields.has("draft") {
        uploads.extend(reread(&app, &mut typed)?);
    }
    let form = form(&fields, &visit);
    let counted = counted(&app, &visit, &form);
    for (what, max) in &counted {
        app.throttle.check(app.now(), what, *max)?;
    }
    match file(&app, &form, &uploads).await {
        Ok(filed) => {
            if !filed.repeated {
                for (what, _) in &counted {
                    app.throttle.note(app.now(), what);
                }
            }
            answer(&app, &visit, &mut typed, (&form, filed)).await
        }
        Err(NotFiled::OtherForm) => Err(Refusal::new("key_reused").instead("begin_anew").into()),
        Err(NotFiled::No(no)) => Err(no.into()),
        Err(NotFiled::Fields(errors)) => incomplete(&app, &visit, (&mut typed, &fields), &errors).await,
    }
}

async fn file(app: &App, form: &Form, uploads: &[RoomUpload]) -> Result<Filed, NotFiled> {
    let keeper = app.clone();
    filing::file(&app.hall, form, uploads, None, move |key, uploads| files::keep(&keeper, key, uploads)).await
}

/// Lists what is counted against floods: the address, and each contact.
fn counted(app: &App, visit: &Visit, form: &Form) -> Vec<(String, u32)> {
    if visit.peer.unlimited {
        return Vec::new();
    }
    let mut all = vec![(format!("filing|{}", network(visit.peer.address)), app.limits.filings_of_address_hour_max)];
    for contact in [&form.mobile, &form.email].into_iter().filter(|contact| !contact.is_empty()) {
        all.push((format!("filing|{}", normal_contact(contact)), app.limits.filings_of_contact_hour_max));
    }
    all
}

async fn answer(app: &App, visit: &Visit, typed: &mut Typed, (form, filed): (&Form, Filed)) -> Result<Response, Problem> {
    let copy = FiledCopy {
        at: app.now(),
        submit_key: form.submit_key.clone(),
        number: filed.number,
        code: filed.code.shown(),
        owner: filed.owner,
        due: filed.due,
        receipt: filed.receipt,
        sealed: form.kind == Kind::Accusation.code(),
        anonymous: form.identity == appeals::Identity::Anonymous.code(),
    };
    if visit.json {
        let status = if filed.repeated { StatusCode::OK } else { StatusCode::CREATED };
        return Ok((status, Json(as_json(app, visit, &copy))).into_response());
    }
    typed.finish(app, copy).await?;
    let cookie = AppendHeaders([(header::SET_COOKIE, typed.receipt_cookie(app, visit.peer))]);
    Ok((cookie, Redirect::to(link::RECEIPT)).into_response())
}

/// Answers a form that was sent from here before.
fn answer_again(app: &App, visit: &Visit, filed: &FiledCopy) -> Response {
    if visit.json { Json(as_json(app, visit, filed)).into_response() } else { Redirect::to(link::RECEIPT).into_response() }
}

fn as_json(app: &App, visit: &Visit, filed: &FiledCopy) -> Value {
    let directory = app.hall.site.directory();
    let office = directory.offices.get(&filed.owner);
    let name = office.map_or("", |office| visit.lang.pick(&office.name, &office.name_en));
    json!({
        "number": filed.number,
        "query_code": filed.code,
        "owner": {"code": filed.owner, "name": name},
        "due": filed.due.due.last.to_string(),
        "receipt": filed.receipt,
    })
}

/// Answers an incomplete form: programs get every error, people the first step that needs something, all words kept.
async fn incomplete(
    app: &App,
    visit: &Visit,
    (typed, fields): (&mut Typed, &Fields),
    errors: &[FieldError],
) -> Result<Response, Problem> {
    let lang = visit.lang;
    if visit.json {
        let list: Vec<Value> = errors
            .iter()
            .map(|error| json!({"field": error.field, "code": error.code, "detail": wrong::sentence(lang, error)}))
            .collect();
        let title = lang.t("errors-title");
        let problem = json!({"type": "urn:minsheng:fields", "title": title, "status": 422, "code": "fields", "errors": list});
        let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, kind, problem.to_string()).into_response());
    }
    for step in [Step::What, Step::Where, Step::Kind, Step::Who] {
        typed.keep_step(app, step.code(), step.fields(), fields).await?;
    }
    let step = errors.first().map_or(Step::Check, |error| Step::of(error.field));
    let shown = wrong::errors(lang, errors, if step == Step::Check { &[] } else { step.fields() });
    let cookie = AppendHeaders([(header::SET_COOKIE, typed.cookie(app, visit.peer))]);
    let page = draw(app, visit, At { step, again: true }, typed, &shown);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, cookie, page).into_response())
}
