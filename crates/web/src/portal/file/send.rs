//! The whole form at once: from the preview, or from a program (`Accept: application/json`).

use appeals::Kind;
use appeals::alarm;
use appeals::filing::{self, FieldError, Filed, Form, NotFiled, Upload as RoomUpload, form_hash};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use civic::directory::normal_contact;
use civic::outbox;
use civic::refusal::{No, Refusal};
use data_encoding::HEXLOWER;
use db::Fault;
use serde_json::{Value, json};
use uuid::Uuid;

use super::attach::{receive, reread, room, shown};
use super::copy::FiledCopy;
use super::draft::{Typed, form};
use super::steps::{At, Step, draw};
use super::wrong;
use crate::app::App;
use crate::error::Problem;
use crate::extract::{Fields, Upload};
use crate::files;
use crate::kit::errors::Errors;
use crate::link;
use crate::throttle::network;
use crate::visit::Visit;
use crate::words::Lang;

/// Takes a form. A form sent twice makes one matter and gives the same answer; another form under its key is refused.
pub async fn send(State(app): State<App>, visit: Visit, mut typed: Typed, upload: Upload) -> Result<Response, Problem> {
    let (form, mut uploads) = (form(&upload.fields, &visit), room(upload.files.clone()));
    let posted = HEXLOWER.encode(&form_hash(&form, &uploads));
    if let Some(filed) = typed.filed.as_ref().filter(|filed| filed.submit_key == form.submit_key) {
        return if filed.posted == posted { Ok(answer_again(&app, &visit, filed)) } else { Err(reused()) };
    }
    if upload.fields.has("draft") {
        let errors = attached(&app, visit.lang, &mut typed, upload.clone()).await?;
        if !errors.is_empty() {
            return Ok(shown(&app, &visit, (&mut typed, &errors), link::FILE));
        }
        uploads = reread(&app, &mut typed)?;
    } else if let Err(refusal) = upload.whole() {
        return Err(Problem::Refused(StatusCode::PAYLOAD_TOO_LARGE, refusal));
    }
    let fields = upload.fields;
    match take(&app, &visit, &form, &uploads).await {
        Ok(filed) => answer(&app, &visit, &mut typed, (&form, posted, filed)).await,
        Err(NotFiled::OtherForm) => Err(reused()),
        Err(NotFiled::No(no)) => Err(no.into()),
        Err(NotFiled::Fields(errors)) => incomplete(&app, &visit, (&mut typed, &fields), &errors).await,
    }
}

/// Keeps what was chosen at the preview, so that no button loses it, and says which attachments cannot go along.
async fn attached(app: &App, lang: Lang, typed: &mut Typed, upload: Upload) -> Result<Errors, Problem> {
    let before: usize = upload.fields.get("attached").parse().unwrap_or(0);
    let gone = typed.files.len() < before;
    let mut errors = receive(app, lang, typed, upload).await?;
    if gone {
        errors.add("files", lang.t("files-gone"));
    }
    Ok(errors)
}

fn reused() -> Problem {
    Refusal::new("key_reused").instead("begin_anew").into()
}

/// Takes a form within the limits. Whoever sends an accepted form again gets its answer, also when the limit for new ones
/// is reached; but whatever makes no new matter is counted too, so that keys cannot be tried for free.
pub(crate) async fn take(app: &App, visit: &Visit, form: &Form, uploads: &[RoomUpload]) -> Result<Filed, NotFiled> {
    let idle = (format!("{}idle|{}", apart(form), network(visit.peer.address)), app.limits.idle_sendings_of_address_hour_max);
    if !visit.peer.unlimited {
        app.throttle.check(app.now(), &idle.0, idle.1).map_err(No::from)?;
    }
    let taken = match filing::repeated(&app.hall, form, uploads).await {
        Ok(Some(filed)) => Ok(filed),
        Ok(None) => fresh(app, visit, form, uploads).await,
        Err(not) => Err(not),
    };
    if !taken.as_ref().is_ok_and(|filed| !filed.repeated) {
        app.throttle.note(app.now(), &idle.0);
    }
    taken
}

async fn fresh(app: &App, visit: &Visit, form: &Form, uploads: &[RoomUpload]) -> Result<Filed, NotFiled> {
    let counted = counted(app, visit, form);
    for (what, max) in &counted {
        app.throttle.check(app.now(), what, *max).map_err(No::from)?;
    }
    let keeper = app.clone();
    let keep = move |key: &_, uploads: &_| files::keep(&keeper, key, uploads);
    let filed = filing::file_new(&app.hall, form, uploads, None, keep).await?;
    if !filed.repeated {
        for (what, _) in &counted {
            app.throttle.note(app.now(), what);
        }
    }
    Ok(filed)
}

/// Lists what is counted against floods: the address, and each contact. Accusations count by themselves and by no contact:
/// whoever files ordinary matters under somebody else's number until they are refused would learn that this number had been
/// under an accusation.
fn counted(app: &App, visit: &Visit, form: &Form) -> Vec<(String, u32)> {
    if visit.peer.unlimited {
        return Vec::new();
    }
    let address = format!("{}filing|{}", apart(form), network(visit.peer.address));
    let mut all = vec![(address, app.limits.filings_of_address_hour_max)];
    if is_accusation(form) {
        return all;
    }
    for contact in [&form.mobile, &form.email].into_iter().filter(|contact| !contact.is_empty()) {
        all.push((format!("filing|{}", normal_contact(contact)), app.limits.filings_of_contact_hour_max));
    }
    all
}

fn is_accusation(form: &Form) -> bool {
    form.kind == Kind::Accusation.code()
}

/// Begins the names of counters that hold accusations only.
fn apart(form: &Form) -> &'static str {
    if is_accusation(form) { "accusation|" } else { "" }
}

async fn answer(
    app: &App,
    visit: &Visit,
    typed: &mut Typed,
    (form, posted, filed): (&Form, String, Filed),
) -> Result<Response, Problem> {
    let (matter, repeated) = (filed.matter, filed.repeated);
    let copy = FiledCopy { danger: written_to(app, form, matter).await?, ..FiledCopy::new(app, (form, posted), filed) };
    if visit.json {
        let status = if repeated { StatusCode::OK } else { StatusCode::CREATED };
        return Ok((status, Json(as_json(app, visit, &copy))).into_response());
    }
    typed.finish(app, copy).await?;
    let cookie = AppendHeaders([(header::SET_COOKIE, typed.receipt_cookie(app, visit.peer))]);
    Ok((cookie, Redirect::to(link::RECEIPT)).into_response())
}

/// Counts who of the staff was written to because somebody is in danger; of an accusation nobody is.
async fn written_to(app: &App, form: &Form, matter: Uuid) -> Result<Option<usize>, Fault> {
    if !form.danger {
        return Ok(None);
    }
    let jurisdiction = app.hall.site.jurisdiction;
    let messages = app.hall.store.read(move |tx| outbox::of_matter(tx, jurisdiction, matter)).await?;
    let (directory, today) = (app.hall.site.directory(), app.today());
    let reached = |recipient: &str| {
        let id = recipient.strip_prefix("staff:").and_then(|id| id.parse().ok());
        id.and_then(|id: Uuid| directory.staff.get(&id)).is_some_and(|staff| alarm::reachable(staff, today))
    };
    let alarms = messages.iter().filter(|letter| letter.template == alarm::FIRST);
    Ok(Some(alarms.filter(|letter| reached(&letter.recipient)).count()))
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
        return Ok(wrong::incomplete(lang, errors));
    }
    typed.keep_all(app, fields).await?;
    let step = errors.first().map_or(Step::Check, |error| Step::of(error.field));
    let shown = wrong::errors(lang, errors, if step == Step::Check { &[] } else { step.fields() });
    let cookie = AppendHeaders([(header::SET_COOKIE, typed.cookie(app, visit.peer))]);
    let page = draw(app, visit, At { step, again: true, lost: false }, typed, &shown);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, cookie, page).into_response())
}
