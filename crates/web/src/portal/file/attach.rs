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
use crate::extract::{File, Form, Upload};
use crate::files;
use crate::kit::errors::Errors;
use crate::kit::field::{Field, Input, field};
use crate::kit::refusal::{reason, way_on};
use crate::portal::track::story::as_it_came;
use crate::visit::Visit;
use crate::words::Lang;

/// What a picker offers; the server looks at the content anyway.
pub const ACCEPT: &str = "image/*,audio/*,video/*,application/pdf";
/// Bytes in a mebibyte.
const MIB: usize = 1_048_576;

/// Keeps further attachments. One that cannot be taken is named with the reason; the others stay.
pub async fn add(State(app): State<App>, visit: Visit, mut typed: Typed, upload: Upload) -> Result<Response, Problem> {
    let key = typed.files_key(&app);
    let (mut all, mut errors) = (typed.files.clone(), Errors::default());
    for upload in room(upload.files) {
        let name = upload.name.clone();
        let kept = inspect_count(all.len() + 1).map_err(No::from);
        match kept.and_then(|()| files::keep(&app, &key, std::slice::from_ref(&upload))) {
            Ok(kept) => all.extend(kept.into_iter().filter(|file| !typed.files.iter().any(|known| known.sha256 == file.sha256))),
            Err(No::Refused(refusal)) => errors.add("files", not_taken(visit.lang, &name, &refusal)),
            Err(no) => return Err(no.into()),
        }
    }
    typed.keep_files(&app, all).await?;
    if errors.is_empty() {
        return Ok(back(&app, &visit, &mut typed));
    }
    let cookie = AppendHeaders([(header::SET_COOKIE, typed.cookie(&app, visit.peer))]);
    let page = draw(&app, &visit, At { step: Step::Check, again: true }, &typed, &errors);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, cookie, page).into_response())
}

/// Says which file was not taken, why, and what to do.
fn not_taken(lang: Lang, name: &str, refusal: &Refusal) -> String {
    let why = std::iter::once(reason(lang, refusal)).chain(way_on(lang, refusal)).collect::<Vec<_>>();
    let why = why.join(if lang == Lang::En { " " } else { "" });
    lang.say("file-not-taken", &[("name", name.into()), ("why", why.into())])
}

/// Takes one attachment out.
pub async fn remove(State(app): State<App>, visit: Visit, mut typed: Typed, Form(sent): Form) -> Result<Response, Problem> {
    let left: Vec<FileRef> = typed.files.iter().filter(|file| file.sha256 != sent.get("file")).cloned().collect();
    typed.keep_files(&app, left).await?;
    Ok(back(&app, &visit, &mut typed))
}

fn back(app: &App, visit: &Visit, typed: &mut Typed) -> Response {
    let cookie = AppendHeaders([(header::SET_COOKIE, typed.cookie(app, visit.peer))]);
    (cookie, Redirect::to(&format!("{}#attachments", Step::Check.address()))).into_response()
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

/// Draws the attachments so far and the form for more.
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
                            form method="post" action="/appeals/new/files/remove" {
                                span { (file.name) " · " (size(file.size)) (as_it_came(lang, file)) }
                                button.second name="file" value=(file.sha256) { (lang.t("file-remove")) span.unseen { (file.name) } }
                            }
                        }
                    }
                }
            }
            @if typed.files.len() < FILES_MAX {
                form method="post" action="/appeals/new/files" enctype="multipart/form-data" {
                    (field(lang, &picker, &typed.fields, errors))
                    button.second { (lang.t("file-add")) }
                }
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
