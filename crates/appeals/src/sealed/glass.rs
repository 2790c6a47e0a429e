//! Breaking the glass is loud: whenever two people open what is closed to each of them, an entry says so in public, and
//! administrators, supervisors and auditors are written to. Neither says what was opened.

use civic::chance::{self, Chance};
use civic::directory::Role;
use civic::journal::{self, Actor, OwnEvent};
use civic::outbox::{self, Message};
use civic::site::Site;
use db::{Fault, Tx};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Map;
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
    journal::own_stream(&format!("minsheng/glass/{jurisdiction}"))
}

/// Says aloud that it was done.
pub(super) fn broken(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), by: By) -> Result<(), Fault> {
    let stream = stream(site.jurisdiction);
    let own = OwnEvent {
        stream,
        version: journal::of_matter(tx, site.jurisdiction, stream)?.len() as i64 + 1,
        actor: Actor::System,
        kind: KIND,
        fields: Map::from_iter([("people".to_owned(), PEOPLE.into())]),
        body: serde_json::to_value(&by).expect("events are plain data"),
    };
    let stored = journal::append_own(tx, site, (now, &mut *chance), own)?;
    let directory = site.directory();
    for staff in directory.staff.values().filter(|staff| staff.active && TOLD.iter().any(|role| staff.is(*role))) {
        let (event, recipient) = (stored.position, format!("staff:{}", staff.id));
        let message = Message { matter: stream, event, recipient, template: KIND, channel: outbox::MAIL };
        outbox::put(tx, site.jurisdiction, (chance::id_plain(chance), now), &message)?;
    }
    tracing::warn!(people = PEOPLE, "two people opened what is closed to each of them");
    Ok(())
}
