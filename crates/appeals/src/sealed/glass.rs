//! Breaking the glass is loud: whenever two people open what is closed to each of them, an entry says so in public, and
//! administrators, supervisors and auditors are written to. Neither says what was opened.

use civic::chance::{self, Chance};
use civic::directory::Role;
use civic::journal::{self, Actor, NewEvent, Public};
use civic::outbox::{self, Message};
use civic::site::Site;
use db::{Fault, Tx, params};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Map;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Kind code of the event, and of the letter about it.
pub const KIND: &str = "glass_broken";
/// How many people it takes.
const PEOPLE: i64 = 2;
/// Who is written to.
const TOLD: [Role; 3] = [Role::Administrator, Role::Supervisor, Role::Auditor];

/// Says who did it; kept sealed.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum By {
    /// Escrow holders, for a handler.
    Escrow {
        /// Whom they let in.
        admitted: Uuid,
    },
    /// Two handlers.
    Handlers {
        /// Who asked.
        asked: Uuid,
        /// Who agreed.
        agreed: Uuid,
    },
}

/// Names the stream of these events.
pub fn stream(jurisdiction: i64) -> Uuid {
    let digest = Sha256::digest(format!("minsheng/glass/{jurisdiction}"));
    Uuid::from_slice(&digest[..16]).expect("16 bytes make an id")
}

/// Says aloud that it was done.
pub(super) fn broken(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), by: By) -> Result<(), Fault> {
    let matter = stream(site.jurisdiction);
    let version = journal::of_matter(tx, site.jurisdiction, matter)?.len() as i64 + 1;
    let head = tx.row(journal::HEAD, params![site.jurisdiction])?.ok_or_else(|| Fault::other("no log head"))?;
    let key_id: i64 = head.get("directory_key")?;
    let key = site.keystore.get(key_id)?.ok_or_else(|| Fault::other("the site's own key was shredded"))?;
    let event = NewEvent {
        matter,
        version,
        actor: Actor::System,
        kind: KIND,
        public: Public { fields: Map::from_iter([("people".to_owned(), PEOPLE.into())]), ..Public::default() },
        body: serde_json::to_value(&by).expect("events are plain data"),
        key: (key_id, &key),
    };
    let stored = journal::append(tx, site, now, chance, event)?;
    let directory = site.directory();
    for staff in directory.staff.values().filter(|staff| staff.active && TOLD.iter().any(|role| staff.is(*role))) {
        let message = Message { matter, event: stored.position, recipient: format!("staff:{}", staff.id), template: KIND };
        outbox::put(tx, site.jurisdiction, (chance::id_plain(chance), now), &message)?;
    }
    tracing::warn!(people = PEOPLE, "two people opened what is closed to each of them");
    Ok(())
}
