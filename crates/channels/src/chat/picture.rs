//! Pictures of messages. They are taken where the message brings them along, or where the other end hands their bytes over itself; no
//! address that stands in a message is ever asked.

use std::time::Duration;

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::hub::Hub;
use super::segment::{self, Picture};

/// How long the other end may take to hand a picture over.
const WAIT: Duration = Duration::from_secs(10);
/// Largest picture, in bytes: as large as any attachment.
const BYTES_MAX: usize = 20 * 1024 * 1024;

/// Fetches the pictures of a message, as far as they can be had. Blocks.
pub(super) fn fetch(hub: &Hub, content: &[u8]) -> Vec<Vec<u8>> {
    let Ok(message) = serde_json::from_slice::<Value>(content) else { return Vec::new() };
    segment::pictures(segment::read(&message)).into_iter().filter_map(|picture| bytes(hub, picture)).collect()
}

fn bytes(hub: &Hub, picture: Picture) -> Option<Vec<u8>> {
    let bytes = match picture {
        Picture::Here(bytes) => bytes,
        Picture::There(name) if name.is_empty() => return None,
        Picture::There(name) => {
            let answer = hub.ask("get_image", &json!({"file": name}), WAIT).ok()?;
            let text = answer.get("base64").and_then(Value::as_str).filter(|text| text.len() / 4 * 3 <= BYTES_MAX)?;
            BASE64.decode(text.strip_prefix("base64://").unwrap_or(text).as_bytes()).ok()?
        }
    };
    (!bytes.is_empty() && bytes.len() <= BYTES_MAX).then_some(bytes)
}
