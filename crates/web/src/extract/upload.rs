//! Forms with files (`multipart/form-data`), and plain ones where files are possible but none came.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use civic::refusal::Refusal;

use super::fields::{Fields, too_much};
use super::form::{Form, announced, kind};
use crate::app::App;
use crate::error::Problem;
use crate::limits::Limits;

/// Longest file name kept, in characters.
const NAME_CHARS_MAX: usize = 100;
/// The name of files in forms of ours.
const FILES: &str = "files";
/// Begins the addresses for programs of others.
const OPEN311: &str = "/open311/";
/// Bytes in a mebibyte.
const MIB: usize = 1_048_576;

/// Is a file as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Name for display: no folders, no control characters.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Reads a form that may bring files, all of them under the name `files`.
#[derive(Debug, Clone, Default)]
pub struct Upload {
    /// The texts.
    pub fields: Fields,
    /// The files.
    pub files: Vec<File>,
    /// Files that were chosen and could not be read in, by name, with the reason: no handler may pass over them in silence.
    pub refused: Vec<(String, Refusal)>,
}

impl FromRequest<App> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        if kind(request.headers()) != "multipart/form-data" {
            let Form(fields) = Form::from_request(request, app).await?;
            return Ok(Self { fields, ..Self::default() });
        }
        announced(request.headers(), app.limits.upload_bytes_max)?;
        let _place = app.uploads.acquire().await.expect("the places for uploads are never closed");
        // the programs of others call their files as they like: media, photo1
        let named = if request.uri().path().starts_with(OPEN311) { None } else { Some(FILES) };
        let mut parts = Multipart::from_request(request, app).await.map_err(|_| Problem::bad("body_broken"))?;
        let mut upload = Self::default();
        while let Some(part) = parts.next_field().await.map_err(|error| broken(&error, &app.limits))? {
            upload.take(part, (&app.limits, named)).await?;
        }
        Ok(upload)
    }
}

impl Upload {
    /// Refuses where a chosen file could not be read in.
    pub fn whole(&self) -> Result<(), Refusal> {
        self.refused.first().map_or(Ok(()), |(_, refusal)| Err(refusal.clone()))
    }

    async fn take(&mut self, part: Field<'_>, (limits, named): (&Limits, Option<&str>)) -> Result<(), Problem> {
        let Some(field) = part.name().map(str::to_owned) else { return Err(Problem::bad("field_name")) };
        let Some(name) = part.file_name().map(shown) else {
            let bytes = read(part, limits).await?;
            return self.fields.add(limits, field.as_bytes(), &bytes);
        };
        let Some(bytes) = read_file(part, limits).await? else {
            self.refused.push((name, Refusal::new("file_large").with("max_mib", limits.file_bytes_max / MIB)));
            return Ok(());
        };
        // a browser sends an empty nameless file for a picker that was left empty
        if name.is_empty() && bytes.is_empty() {
            return Ok(());
        }
        if named.is_some_and(|named| field != named) {
            return Err(Problem::bad("field_name"));
        }
        if self.files.len() >= limits.files_max {
            self.refused.push((name, Refusal::new("file_many").with("max", limits.files_max)));
            return Ok(());
        }
        self.files.push(File { name, bytes });
        Ok(())
    }
}

async fn read(mut part: Field<'_>, limits: &Limits) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error, limits))? {
        if bytes.len() + chunk.len() > limits.field_bytes_max {
            return Err(too_much("field_long", limits.field_bytes_max));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Reads a file; of one that is too large the rest is passed over, so that the fields behind it still arrive. `None` then.
async fn read_file(mut part: Field<'_>, limits: &Limits) -> Result<Option<Vec<u8>>, Problem> {
    let mut bytes = Some(Vec::new());
    while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error, limits))? {
        bytes = bytes.filter(|bytes: &Vec<u8>| bytes.len() + chunk.len() <= limits.file_bytes_max);
        if let Some(bytes) = &mut bytes {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(bytes)
}

fn broken(error: &MultipartError, limits: &Limits) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_much("body_large", limits.upload_bytes_max),
        _ => Problem::bad("body_broken"),
    }
}

/// Keeps of a file name what may be shown: the part behind the last slash, without what hides or turns characters.
pub(crate) fn shown(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let hides = |c: char| {
        c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    last.chars().filter(|c| !hides(*c)).take(NAME_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_folders_and_tricks() {
        assert_eq!(shown("../../etc/passwd"), "passwd");
        assert_eq!(shown("C:\\photos\\井盖.jpg"), "井盖.jpg");
        assert_eq!(shown("a\u{202e}gpj.exe\0"), "agpj.exe");
        assert_eq!(shown(&"长".repeat(300)).chars().count(), 100);
    }
}
