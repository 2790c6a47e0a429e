//! What others than its resident and staff may see of a matter: number, topic, place, office, days and steps; never words or a person.

use civic::site::Site;
use db::{Fault, Row, Tx, params};
use jiff::Timestamp;
use uuid::Uuid;

use crate::appeal::{Identity, Kind, Stage};
use crate::store::{self, SHOWN_CHANGED, SHOWN_FRESH, SHOWN_LIST, SHOWN_ONE, SHOWN_OWN};

/// Is a matter as others may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The matter.
    pub matter: Uuid,
    /// Its number.
    pub number: String,
    /// The program that sent it; none where it came by itself.
    pub client: Option<Uuid>,
    /// Whether its resident agreed that everybody may see it.
    pub agreed: bool,
    /// What whoever sent it said it is about, by code; empty where nothing was said.
    pub topic: String,
    /// Where it stands, by code.
    pub stage: String,
    /// Whether it is open.
    pub is_open: bool,
    /// The office that holds it, by code.
    pub owner: String,
    /// Its place, by code.
    pub place: Option<String>,
    /// The last day of the running term.
    pub due: String,
    /// When it came in.
    pub received_at: Timestamp,
    /// When something last happened to it.
    pub changed_at: Timestamp,
}

/// Is a place in the list of what is shown, the newest first.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// When the matter before came in.
    pub received_at: Timestamp,
    /// That matter.
    pub matter: Uuid,
}

impl Place {
    /// Stands before everything that came in before a time.
    pub fn before(end: Timestamp) -> Self {
        Self { received_at: end, matter: Uuid::nil() }
    }
}

/// Lists what one program (`None`: anybody) may see and what came in since a time, the newest first, behind a place.
pub fn list(
    tx: &mut Tx<'_>,
    site: &Site,
    client: Option<Uuid>,
    (since, behind): (Timestamp, Place),
    count: i64,
) -> Result<Vec<Shown>, Fault> {
    let (since, behind, matter) = (since.as_microsecond(), behind.received_at.as_microsecond(), behind.matter);
    let rows = tx.rows(SHOWN_LIST, params![site.jurisdiction, since, behind, matter, client.unwrap_or(NOBODY), count])?;
    rows.iter().map(read).collect()
}

/// Lists what one program sent, the newest first, behind a place.
pub fn own(tx: &mut Tx<'_>, site: &Site, client: Uuid, behind: Place, count: i64) -> Result<Vec<Shown>, Fault> {
    let (at, matter) = (behind.received_at.as_microsecond(), behind.matter);
    let rows = tx.rows(SHOWN_OWN, params![site.jurisdiction, client, at, matter, count])?;
    rows.iter().map(read).collect()
}

/// Finds one by its number, if the program may see it.
pub fn one(tx: &mut Tx<'_>, site: &Site, client: Option<Uuid>, number: &str) -> Result<Option<Shown>, Fault> {
    let row = tx.row(SHOWN_ONE, params![site.jurisdiction, number, client.unwrap_or(NOBODY)])?;
    row.as_ref().map(read).transpose()
}

/// Is what everybody sees of a matter that its resident showed on the board: what it is about and where it stands, no word of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// Its number.
    pub number: String,
    /// What kind it is.
    pub kind: Kind,
    /// What it is about, by code, once somebody said so.
    pub category: Option<String>,
    /// Where it stands.
    pub stage: Stage,
    /// Whether it is open.
    pub is_open: bool,
    /// The office that has it, by code.
    pub owner: String,
    /// The last day of the running term.
    pub due: String,
}

/// Finds matters by numbers that their residents showed by their query codes. Of what was told in confidence, or is no more, nothing is shown.
pub fn linked(tx: &mut Tx<'_>, site: &Site, numbers: &[String]) -> Result<Vec<Linked>, Fault> {
    let mut all = Vec::with_capacity(numbers.len());
    for number in numbers {
        let row = store::by_number(tx, site.jurisdiction, number)?.filter(|row| row.identity != Identity::Confidential);
        all.extend(row.map(|row| Linked {
            number: row.number,
            kind: row.kind,
            category: row.category,
            stage: row.stage,
            is_open: row.open,
            owner: row.owner,
            due: row.due,
        }));
    }
    Ok(all)
}

/// Lists the matters of a program that something happened to after a time and a matter, the oldest change first.
pub fn changed(
    tx: &mut Tx<'_>,
    site: &Site,
    client: Uuid,
    (after, matter): (Timestamp, Uuid),
    count: i64,
) -> Result<Vec<(Uuid, Timestamp)>, Fault> {
    let rows = tx.rows(SHOWN_CHANGED, params![site.jurisdiction, after.as_microsecond(), matter, client, count])?;
    rows.iter().map(|row| Ok((row.get("matter")?, time(row.get("changed_at")?)?))).collect()
}

/// Lists the matters of a program that something happened to after a time and a matter, as it may see them, the oldest change first.
pub fn changed_rows(
    tx: &mut Tx<'_>,
    site: &Site,
    client: Uuid,
    (after, matter): (Timestamp, Uuid),
    count: i64,
) -> Result<Vec<Shown>, Fault> {
    let rows = tx.rows(SHOWN_FRESH, params![site.jurisdiction, after.as_microsecond(), matter, client, count])?;
    rows.iter().map(read).collect()
}

/// Stands for nobody among programs: no id is it, and what came by itself bears the nil id, which is none of a program.
const NOBODY: Uuid = Uuid::max();

fn read(row: &Row) -> Result<Shown, Fault> {
    let client: Uuid = row.get("client")?;
    Ok(Shown {
        matter: row.get("matter")?,
        number: row.get("number")?,
        client: (!client.is_nil()).then_some(client),
        agreed: row.get("agreed")?,
        topic: row.get("topic")?,
        stage: row.get("stage")?,
        is_open: row.get("is_open")?,
        owner: row.get("owner")?,
        place: row.get("place")?,
        due: row.get("due")?,
        received_at: time(row.get("received_at")?)?,
        changed_at: time(row.get("changed_at")?)?,
    })
}

fn time(micros: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_microsecond(micros).map_err(|error| Fault::other("the time of a matter is out of range").caused_by(error))
}
