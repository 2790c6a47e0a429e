//! Attachments at the web edge: kept sealed under a key, each as it came and as a cleaned copy, and served back.

use appeals::appeal::FileRef;
use appeals::filing::{self, Upload, When};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use civic::file::{FileType, Group};
use civic::refusal::No;
use civic::vault::Key;
use db::Fault;

use crate::app::App;
use crate::error::Problem;

/// Checks what came in and keeps it sealed under a key. Durable when this returns.
pub fn keep(app: &App, key: &Key, uploads: &[Upload]) -> Result<Vec<FileRef>, No> {
    app.cabinet().keep(&app.hall.site, Some(key), uploads)
}

/// Keeps what may have to reach further matters: each file under a key of its own, which whoever names the file holds.
pub fn keep_to_share(app: &App, uploads: &[Upload]) -> Result<Vec<FileRef>, No> {
    app.cabinet().keep(&app.hall.site, None, uploads)
}

/// Looks into what came in while the scanner was away, before others are shown it.
pub fn checked(app: &App, key: &Key, file: &FileRef) -> Result<(), No> {
    if file.unscanned {
        app.cabinet().scanned(&cleaned(app, key, file)?, When::Shown)?;
    }
    Ok(())
}

/// Tells whether others are shown a file just as it came, with whatever may be hidden in it.
pub fn is_as_it_came(file: &FileRef) -> bool {
    let kind = FileType::ALL.iter().find(|kind| kind.mime() == file.media);
    file.original == file.cleaned && !kind.is_some_and(|kind| kind.is_always_cleaned())
}

/// Reads a kept file back: the original, or the copy that people are shown.
pub fn read(app: &App, key: &Key, address: &str) -> Result<Vec<u8>, Fault> {
    filing::read_file(&app.files, &app.hall.site, key, address)
}

/// Reads the copy that people are shown, of a matter whose key is given.
pub fn cleaned(app: &App, key: &Key, file: &FileRef) -> Result<Vec<u8>, Fault> {
    filing::cleaned(&app.files, &app.hall.site, key, file)
}

/// Names an attachment within a file of many: by its step and place, never by the name it came with.
pub fn packed(version: i64, at: usize, file: &FileRef) -> String {
    let kind = FileType::ALL.iter().find(|kind| kind.mime() == file.media);
    format!("files/{version}-{}.{}", at + 1, kind.map_or("bin", |kind| kind.code()))
}

/// Serves the copy that people are shown, of a matter whose key is given. Pictures, sound and film open in the page, all else is saved.
pub fn serve(app: &App, key: &Key, file: &FileRef) -> Result<Response, Problem> {
    let bytes = cleaned(app, key, file)?;
    if file.unscanned {
        app.cabinet().scanned(&bytes, When::Shown)?;
    }
    let kind = FileType::ALL.iter().find(|kind| kind.mime() == file.media);
    let opens = kind.is_some_and(|kind| !matches!(kind.group(), Group::Document));
    let ending = kind.map_or("bin", |kind| kind.code());
    let manner = if opens { "inline".to_owned() } else { format!("attachment; filename=\"file.{ending}\"") };
    let media = kind.map_or("application/octet-stream", |kind| kind.mime());
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media)),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(manner).expect("an ending is plain ASCII")),
    ];
    Ok((headers, bytes).into_response())
}
