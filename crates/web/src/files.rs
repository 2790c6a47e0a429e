//! Attachments at the web edge: kept sealed under a key, each as it came and as a cleaned copy, and served back.

use appeals::appeal::FileRef;
use appeals::filing::Upload;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use civic::file::{self, Address, Cleaned, Decoded, FileStore, FileType, Group, Verdict};
use civic::refusal::{No, Refusal};
use civic::vault::Key;
use data_encoding::HEXLOWER;
use db::{Fault, FaultKind};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::error::Problem;

/// Names the place a file is sealed to: the matter's key says the rest.
fn context(jurisdiction: i64) -> String {
    format!("{jurisdiction}|file|1")
}

/// Checks what came in and keeps it sealed under a key. Durable when this returns.
pub fn keep(app: &App, key: &Key, uploads: &[Upload]) -> Result<Vec<FileRef>, No> {
    keep_under(app, Some(key), uploads)
}

/// Keeps what may have to reach further matters: each file under a key of its own, which whoever names the file holds.
pub fn keep_to_share(app: &App, uploads: &[Upload]) -> Result<Vec<FileRef>, No> {
    keep_under(app, None, uploads)
}

fn keep_under(app: &App, key: Option<&Key>, uploads: &[Upload]) -> Result<Vec<FileRef>, No> {
    file::inspect_count(uploads.len())?;
    let mut chance = app.chance();
    let place = context(app.hall.site.jurisdiction);
    let mut kept = Vec::with_capacity(uploads.len());
    for upload in uploads {
        let own = key.is_none().then(|| Key::random(&mut chance));
        let Some(key) = key.or(own.as_ref()) else { continue };
        let Decoded { kind, cleaned } = app.decoder.decode(&upload.bytes)?;
        let unscanned = !scanned(app, &upload.bytes, When::Coming)?;
        let original = app.files.put((key, &place), &upload.bytes, &mut chance)?;
        let cleaned = match cleaned {
            Cleaned::Clean(bytes) if bytes != upload.bytes => app.files.put((key, &place), &bytes, &mut chance)?,
            _ => original.clone(),
        };
        kept.push(FileRef {
            name: if upload.name.is_empty() { format!("file.{}", kind.code()) } else { upload.name.clone() },
            media: kind.mime().to_owned(),
            size: upload.bytes.len() as u64,
            sha256: HEXLOWER.encode(&Sha256::digest(&upload.bytes)),
            original: original.to_string(),
            cleaned: cleaned.to_string(),
            key: own.as_ref().map(|own| HEXLOWER.encode(own.bytes())),
            unscanned,
        });
    }
    Ok(kept)
}

/// Is why a file is scanned now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// It comes in.
    Coming,
    /// It came in while the scanner was away, and somebody is about to be shown it.
    Shown,
}

/// Has a file looked into for viruses, where the site has a scanner. False: the scanner was away, and the site takes such a
/// file all the same, to be looked into before anybody is shown it.
fn scanned(app: &App, bytes: &[u8], when: When) -> Result<bool, No> {
    let Some(scanner) = &app.scanner else { return Ok(true) };
    match scanner.by.scan(bytes) {
        Ok(Verdict::Clean) => Ok(true),
        Ok(Verdict::Infected(found)) => {
            tracing::warn!(%found, bytes = bytes.len(), ?when, "an attachment was refused: the scanner knows what is in it");
            let code = if when == When::Coming { "file_infected" } else { "file_infected_kept" };
            Err(Refusal::new(code).instead(if when == When::Coming { "file_other" } else { "file_anew_added" }).into())
        }
        Err(fault) => {
            tracing::warn!(error = %fault, ?when, holds = scanner.holds, "the scanner cannot be asked about an attachment");
            match when {
                When::Coming if scanner.holds => Ok(false),
                When::Coming => Err(Refusal::new("file_unscanned").instead("file_later").into()),
                When::Shown => Err(Refusal::new("file_unscanned_kept").instead("scanner_later").into()),
            }
        }
    }
}

/// Looks into what came in while the scanner was away, before others are shown it.
pub fn checked(app: &App, key: &Key, file: &FileRef) -> Result<(), No> {
    if file.unscanned {
        scanned(app, &cleaned(app, key, file)?, When::Shown)?;
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
    let address = Address::parse(address).ok_or_else(|| Fault::other("an attachment has a wrong address"))?;
    FileStore::get(&app.files, &address, (key, &context(app.hall.site.jurisdiction)))
}

fn own_key(text: &str) -> Result<Key, Fault> {
    let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.map(Key::new).ok_or_else(|| Fault::new(FaultKind::Corrupt, "an attachment names a key that is none"))
}

/// Reads the copy that people are shown, of a matter whose key is given.
pub fn cleaned(app: &App, key: &Key, file: &FileRef) -> Result<Vec<u8>, Fault> {
    let own = file.key.as_deref().map(own_key).transpose()?;
    read(app, own.as_ref().unwrap_or(key), &file.cleaned)
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
        scanned(app, &bytes, When::Shown)?;
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
