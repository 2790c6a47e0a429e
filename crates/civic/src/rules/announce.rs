//! Rules enter the public log by hash when they come into force, so that nobody can judge by rules that were never public.

use data_encoding::HEXLOWER;
use db::{Fault, Tx};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::chance::Chance;
use crate::journal::{self, Actor, OwnEvent};
use crate::site::Site;

/// Kind code of the event.
pub const KIND: &str = "rules_set";

/// Names the stream of a site's rules.
fn stream(jurisdiction: i64) -> Uuid {
    journal::own_stream(&format!("minsheng/rules/{jurisdiction}"))
}

/// Writes an event when the rules or the calendar in force are not those of the last such event. Returns whether it did.
pub fn announce(tx: &mut Tx<'_>, site: &Site, now: Timestamp, chance: &mut Chance) -> Result<bool, Fault> {
    let stream = stream(site.jurisdiction);
    let past = journal::of_matter(tx, site.jurisdiction, stream)?;
    // the name alone is too short to bind: two sets with one name could be searched for
    let calendar = HEXLOWER.encode(&Sha256::digest(site.calendar().text()));
    let mut fields = Map::new();
    fields.insert("rv".into(), site.rules().version().into());
    fields.insert("sha256".into(), site.rules().sha256().into());
    fields.insert("cal".into(), calendar.into());
    let last = past.last().and_then(|raw| serde_json::from_str::<Value>(&raw.fact).ok());
    if last.is_some_and(|fact| fact["x"] == Value::Object(fields.clone())) {
        return Ok(false);
    }
    let body = json!({"rules": site.rules().sha256(), "calendar": site.calendar().text()});
    let version = past.len() as i64 + 1;
    let own = OwnEvent { stream, version, actor: Actor::System, kind: KIND, fields, body };
    journal::append_own(tx, site, (now, chance), own)?;
    Ok(true)
}
