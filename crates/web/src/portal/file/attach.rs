//! Attachments of a draft: sealed under the draft's own key until the form is sent.

use appeals::appeal::FileRef;
use appeals::filing::Upload as RoomUpload;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use civic::file::{FILE_BYTES_MAX, FILES_MAX, inspect_count};
use civic::refusal::{No, Refusal};
use maud::{Markup, html};

use super::draft::Typed;
use super::steps::{At, Step, draw};
use crate::app::App;
use crate::error::Problem;
use crate::extract::{File, Upload};
use crate::files;
use crate::kit::errors::Errors;
use crate::kit::field::{Field, Input, field};
use crate::kit::refusal::{reason, way_on};
use crate::portal::track::story::as_it_came;
use crate::visit::Visit;
use crate::words::Lang;

/// What a picker offers; the server looks at the content anyway.
pub const ACCEPT: &str = "image/*,audio/*,video/*,application/pdf";
/// Keeps chosen files.
pub const ADD: &str = "/appeals/new/files";
/// Takes a file off again.
pub const REMOVE: &str = "/appeals/new/files/remove";
/// Row and field of whoever wants no machine to read the text for a suggestion.
const UNREAD: &str = "unread";
/// Bytes in a mebibyte.
const MIB: usize = 1_048_576;

/// Keeps further attachments, and leads on to where the pressed button says.
pub async fn add(State(app): State<App>, visit: Visit, mut typed: Typed, upload: Upload) -> Result<Response, Problem> {
    let errors = receive(&app, visit.lang, &mut typed, upload.clone()).await?;
    let to = match (Step::parse(upload.fields.get("change")), Step::parse(upload.fields.get("go"))) {
        (Some(step), _) => format!("{}&then={}", step.address(), Step::Check.code()),
        (None, Some(step)) => step.address(),
        (None, None) => attachments(),
    };
    Ok(shown(&app, &visit, (&mut typed, &errors), &to))
}

/// Takes an attachment off; what was chosen meanwhile is kept.
pub async fn remove(State(app): State<App>, visit: Visit, mut typed: Typed, upload: Upload) -> Result<Response, Problem> {
    let file = upload.fields.get("file");
    let left: Vec<FileRef> = typed.files.iter().filter(|own| own.sha256 != file).cloned().collect();
    typed.keep_files(&app, left).await?;
    let errors = receive(&app, visit.lang, &mut typed, upload.clone()).await?;
    Ok(shown(&app, &visit, (&mut typed, &errors), &attachments()))
}

/// Keeps the chosen files of a form, whichever of its buttons was pressed. One that cannot be taken is named with the
/// reason; the others stay. Where the draft is gone the texts that came with the form are kept too.
pub async fn receive(app: &App, lang: Lang, typed: &mut Typed, upload: Upload) -> Result<Errors, Problem> {
    let mut errors = Errors::default();
    for (name, refusal) in &upload.refused {
        errors.add("files", not_taken(lang, name, refusal));
    }
    if upload.fields.has("unread") != typed.fields.has("unread") {
        typed.keep_step(app, UNREAD, &[UNREAD], &upload.fields).await?;
    }
    let sent = room(upload.files);
    if typed.submit_key.is_empty() && upload.fields.has("submit_key") {
        typed.keep_all(app, &upload.fields).await?;
    }
    if sent.is_empty() {
        return Ok(errors);
    }
    let (key, mut all) = (typed.files_key(app), typed.files.clone());
    for upload in sent {
        let kept = inspect_count(all.len() + 1).map_err(No::from);
        match kept.and_then(|()| files::keep(app, &key, std::slice::from_ref(&upload))) {
            Ok(kept) => {
                let fresh = |file: &FileRef| !all.iter().any(|known| known.sha256 == file.sha256);
                let fresh: Vec<FileRef> = kept.into_iter().filter(fresh).collect();
                all.extend(fresh);
            }
            Err(No::Refused(refusal)) => errors.add("files", not_taken(lang, &upload.name, &refusal)),
            Err(no) => return Err(no.into()),
        }
    }
    typed.keep_files(app, all).await?;
    Ok(errors)
}

/// Leads on, or shows the preview again with the files that could not be taken.
pub fn shown(app: &App, visit: &Visit, (typed, errors): (&mut Typed, &Errors), to: &str) -> Response {
    let cookie = AppendHeaders([(header::SET_COOKIE, typed.cookie(app, visit.peer))]);
    if errors.is_empty() {
        return (cookie, Redirect::to(to)).into_response();
    }
    let page = draw(app, visit, At { step: Step::Check, again: true, lost: false }, typed, errors);
    (StatusCode::UNPROCESSABLE_ENTITY, cookie, page).into_response()
}

fn attachments() -> String {
    format!("{}#attachments", Step::Check.address())
}

/// Says which file was not taken, why, and what to do.
pub fn not_taken(lang: Lang, name: &str, refusal: &Refusal) -> String {
    let why = std::iter::once(reason(lang, refusal)).chain(way_on(lang, refusal)).collect::<Vec<_>>();
    let why = why.join(if lang == Lang::En { " " } else { "" });
    lang.say("file-not-taken", &[("name", name.into()), ("why", why.into())])
}

/// Hands files to the room.
pub fn room(files: Vec<File>) -> Vec<RoomUpload> {
    files.into_iter().map(|file| RoomUpload { name: file.name, bytes: file.bytes }).collect()
}

/// Reads the attachments of a draft back.
pub fn reread(app: &App, typed: &mut Typed) -> Result<Vec<RoomUpload>, Problem> {
    let key = typed.files_key(app);
    let mut uploads = Vec::with_capacity(typed.files.len());
    for file in &typed.files {
        uploads.push(RoomUpload { name: file.name.clone(), bytes: files::read(app, &key, &file.original)? });
    }
    Ok(uploads)
}

/// Draws the attachments so far and the picker for more. All of it stands in the one form of the preview, so that every
/// button takes along what is chosen.
pub fn section(lang: Lang, typed: &Typed, errors: &Errors) -> Markup {
    let picker = Field {
        name: "files",
        label: lang.t("field-files"),
        hint: lang.say("field-files-hint", &[("most", FILES_MAX.into()), ("max", (FILE_BYTES_MAX / MIB).into())]),
        input: Input::Files,
        accept: ACCEPT,
        ..Field::default()
    };
    html! {
        section #attachments {
            h2 { (lang.t("file-files")) }
            @if !typed.files.is_empty() {
                ul.attachments {
                    @for file in &typed.files {
                        li {
                            span { (file.name) " · " (size(file.size)) (as_it_came(lang, file)) }
                            button.second name="file" value=(file.sha256) formaction=(REMOVE) { (lang.t("file-remove")) span.unseen { (file.name) } }
                        }
                    }
                }
            }
            @if typed.files.len() < FILES_MAX {
                (field(lang, &picker, &typed.fields, errors))
                button.second formaction=(ADD) { (lang.t("file-add")) }
            }
        }
    }
}

/// Writes a size as people read it.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => format!("{} KB", bytes.div_ceil(1_024)),
        _ => format!("{}.{} MB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}
