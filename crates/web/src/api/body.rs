//! Reading a body of JSON: its kind, its size, and what is wrong with it in words that name the place.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use civic::refusal::Refusal;
use data_encoding::BASE64;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::error::Problem;
use crate::extract::{announced, kind, shown, too_much};
use crate::limits::Limits;
use appeals::filing::Upload;

/// Bytes in a mebibyte.
const MIB: usize = 1_048_576;

/// Is a body of JSON of a type. Fields that the type does not know are refused, so that a slip of the pen is not passed over.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let max = app.limits.upload_bytes_max;
        if kind(request.headers()) != "application/json" {
            return Err(Problem::Refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, Refusal::new("body_not_json")));
        }
        announced(request.headers(), max)?;
        let _place = app.uploads.acquire().await.expect("the places for uploads are never closed");
        let bytes = to_bytes(request.into_body(), max).await.map_err(|_| too_much("body_large", max))?;
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let read = T::deserialize(&mut reader).map_err(|error| broken(&error))?;
        reader.end().map_err(|error| broken(&error))?;
        Ok(Self(read))
    }
}

/// Says what is wrong with a body and where; the words go back to whoever sent it and into no log.
fn broken(error: &serde_json::Error) -> Problem {
    let why: String = error.to_string().chars().take(WHY_CHARS_MAX).collect();
    Problem::Refused(StatusCode::BAD_REQUEST, Refusal::new("body_json").with("why", why))
}

/// Longest description of what is wrong, in characters.
const WHY_CHARS_MAX: usize = 200;

/// An attachment.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Attached {
    /// Its name, for display only.
    #[schema(max_length = 100, example = "桥洞积水.jpg")]
    name: String,
    /// Its bytes, in base64 (RFC 4648, with padding).
    #[schema(content_encoding = "base64")]
    content: String,
}

/// Unpacks attachments; what is too large or no base64 is refused by its name.
pub fn unpack(limits: &Limits, files: &[Attached]) -> Result<Vec<Upload>, Problem> {
    files.iter().map(|file| unpack_one(limits, file)).collect()
}

fn unpack_one(limits: &Limits, file: &Attached) -> Result<Upload, Problem> {
    let bytes = BASE64.decode(file.content.as_bytes());
    let bytes = bytes.map_err(|_| Problem::from(Refusal::new("file_not_base64").with("name", shown(&file.name))))?;
    if bytes.len() > limits.file_bytes_max {
        let refusal = Refusal::new("file_large").with("max_mib", limits.file_bytes_max / MIB);
        return Err(Problem::Refused(StatusCode::PAYLOAD_TOO_LARGE, refusal));
    }
    Ok(Upload { name: shown(&file.name), bytes })
}
