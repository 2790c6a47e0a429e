//! Rounds of opinion boxes (意见箱巡回): who opened which box when with whom, how many cards lay in it, and a picture of them; a box that was
//! empty is noted too. A card becomes a matter as any form does (`filing`, with the round in its origin); one that nobody can read is noted
//! here, with its picture.
//!
//! A round is a stream of the site's own: its public entries say the box, the day and the number of cards, so that anybody can see how often
//! a box is opened. Tables hold what lists are drawn from; who was there and the pictures' keys stand in the sealed bodies alone.

use civic::chance::Chance;
use civic::directory::Directory;
use civic::journal::{self, Actor, OwnEvent, Stored};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use db::{Fault, FaultKind, Migration, Row, Tx, params};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::appeal::{DueDate, FileRef, compute};

/// Kind code of the event of an opened box.
pub const OPENED: &str = "box_opened";
/// Kind code of the event of a card that nobody can read.
pub const UNREAD: &str = "card_unread";
/// The term after which a box is opened at the latest.
const TERM: &str = "site.box_round";
/// The term for which pictures of a round are kept.
const KEEP: &str = "site.box_pictures";
/// Most cards of one box.
const CARDS_MAX: i64 = 2_000;
/// Longest name of somebody who was there, or words about it, in characters.
const WORDS_CHARS_MAX: usize = 200;
/// Rounds of one box that are listed.
const LISTED_MAX: i64 = 50;

/// Builds the tables.
pub const MIGRATION: Migration = Migration {
    name: "0341_box_round",
    sql: "create table box_round (
            jurisdiction bigint not null,
            id uuid not null,
            of_box text not null,
            day text not null,
            at bigint not null,
            staff uuid not null,
            cards bigint not null,
            position bigint not null,
            primary key (jurisdiction, id));
          create index box_round_box on box_round (jurisdiction, of_box, at);
          create table box_unread (
            jurisdiction bigint not null,
            id uuid not null,
            round uuid not null,
            position bigint not null,
            primary key (jurisdiction, id));
          create index box_unread_round on box_unread (jurisdiction, round, position);
          create table box_file (
            jurisdiction bigint not null,
            address text not null,
            round uuid not null,
            primary key (jurisdiction, address, round));",
    sql_postgres: None,
};

db::statements! {
    PUT_ROUND = "insert into box_round (jurisdiction, id, of_box, day, at, staff, cards, position)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    GET_ROUND = "select id, of_box, day, at, staff, cards, position from box_round where jurisdiction = $1 and id = $2";
    LIST_ROUNDS = "select id, of_box, day, at, staff, cards, position from box_round where jurisdiction = $1 and of_box = $2
        order by at desc, id limit $3";
    PUT_UNREAD = "insert into box_unread (jurisdiction, id, round, position) values ($1, $2, $3, $4)";
    GET_UNREAD = "select round from box_unread where jurisdiction = $1 and id = $2";
    LIST_UNREAD = "select position from box_unread where jurisdiction = $1 and round = $2 order by position";
    PUT_BOX_FILE = "insert into box_file (jurisdiction, address, round) values ($1, $2, $3)
        on conflict (jurisdiction, address, round) do nothing";
    NEWEST_OF_FILE = "select r.day from box_file f join box_round r on r.jurisdiction = f.jurisdiction and r.id = f.round
        where f.jurisdiction = $1 and f.address = $2 order by r.at desc limit 1";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Is what somebody notes of an opened box.
#[derive(Debug, Clone)]
pub struct Opening {
    /// Id of the round, drawn with its form: a form sent twice is one round.
    pub id: Uuid,
    /// The box, by code.
    pub of_box: String,
    /// Who opened it.
    pub staff: Uuid,
    /// Who was there: a colleague or somebody of the place, by name.
    pub beside: String,
    /// How many cards lay in it; 0 where it was empty.
    pub cards: i64,
    /// What else is to be said.
    pub words: String,
    /// Pictures of what lay in it.
    pub files: Vec<FileRef>,
}

/// Is a round as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Its id.
    pub id: Uuid,
    /// The box, by code.
    pub of_box: String,
    /// The day.
    pub day: Date,
    /// When it was noted.
    pub at: Timestamp,
    /// Who opened it.
    pub staff: Uuid,
    /// How many cards lay in it.
    pub cards: i64,
    /// Position of its event.
    position: i64,
}

/// Is what the sealed body of a round holds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Inside {
    /// Who was there.
    #[serde(default)]
    pub beside: String,
    /// What else was said.
    #[serde(default)]
    pub words: String,
    /// Pictures.
    #[serde(default)]
    pub files: Vec<FileRef>,
}

fn stream(site: &Site, round: Uuid) -> Uuid {
    journal::own_stream(&format!("minsheng/box/{}/{round}", site.jurisdiction))
}

/// Notes that a box was opened. The same form again notes nothing more.
pub fn open(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), opening: &Opening) -> Result<(), No> {
    let at = |refusal: Refusal, field: &'static str| refusal.with("field", field).instead("correct_field");
    if tx.row(GET_ROUND, params![site.jurisdiction, opening.id])?.is_some() {
        return Ok(());
    }
    if !(0..=CARDS_MAX).contains(&opening.cards) {
        return Err(at(Refusal::new("cards_count").with("max", CARDS_MAX), "cards").into());
    }
    // whoever opens a box alone can be said to have taken something out of it
    if opening.beside.trim().is_empty() {
        return Err(at(Refusal::new("opened_alone"), "beside").into());
    }
    for (text, field) in [(&opening.beside, "beside"), (&opening.words, "words")] {
        if text.chars().count() > WORDS_CHARS_MAX {
            return Err(at(Refusal::new("line_long"), field).into());
        }
    }
    if opening.cards > 0 && opening.files.is_empty() {
        return Err(at(Refusal::new("contents_unseen"), "files").into());
    }
    let mut fields = Map::new();
    fields.insert("bx".into(), opening.of_box.as_str().into());
    fields.insert("n".into(), opening.cards.into());
    let inside = Inside { beside: opening.beside.clone(), words: opening.words.clone(), files: opening.files.clone() };
    let mut body = json!(inside);
    body["box"] = opening.of_box.as_str().into();
    body["round"] = json!(opening.id);
    let stored = tell(tx, site, (now, chance), (opening.id, 1, opening.staff), (OPENED, fields, body))?;
    let (day, staff) = (stored.day.to_string(), opening.staff);
    let row = params![
        site.jurisdiction,
        opening.id,
        opening.of_box.as_str(),
        day,
        stored.at.as_microsecond(),
        staff,
        opening.cards,
        stored.position
    ];
    tx.run(PUT_ROUND, row)?;
    keep(tx, site, opening.id, &opening.files)?;
    Ok(())
}

/// Notes a card that nobody can read, with its picture. `card` is drawn with its form: a form sent twice is one card.
pub fn unread(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (round, staff): (Uuid, Uuid),
    (card, files): (Uuid, Vec<FileRef>),
) -> Result<(), No> {
    if let Some(row) = tx.row(GET_UNREAD, params![site.jurisdiction, card])? {
        return if row.get::<Uuid>("round")? == round {
            Ok(())
        } else {
            Err(Refusal::new("key_reused").instead("begin_anew").into())
        };
    }
    get(tx, site, round)?.ok_or(No::Absent)?;
    if files.is_empty() {
        return Err(Refusal::new("card_unseen").with("field", "files").instead("correct_field").into());
    }
    let version = 2 + tx.rows(LIST_UNREAD, params![site.jurisdiction, round])?.len() as i64;
    let body = json!(Inside { files: files.clone(), ..Inside::default() });
    let stored = tell(tx, site, (now, chance), (round, version, staff), (UNREAD, Map::new(), body))?;
    tx.run(PUT_UNREAD, params![site.jurisdiction, card, round, stored.position])?;
    keep(tx, site, round, &files)?;
    Ok(())
}

fn tell(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (round, version, staff): (Uuid, i64, Uuid),
    (kind, fields, body): (&'static str, Map<String, Value>, Value),
) -> Result<Stored, Fault> {
    let own = OwnEvent { stream: stream(site, round), version, actor: Actor::Staff(staff), kind, fields, body };
    journal::append_own(tx, site, (now, chance), own)
}

fn keep(tx: &mut Tx<'_>, site: &Site, round: Uuid, files: &[FileRef]) -> Result<(), Fault> {
    for address in files.iter().flat_map(|file| [file.original.as_str(), file.cleaned.as_str()]) {
        tx.run(PUT_BOX_FILE, params![site.jurisdiction, address, round])?;
    }
    Ok(())
}

/// Tells whether a stored file belongs to a round whose pictures are still kept: once they are not, the sweep removes it.
pub(crate) fn names_file(tx: &mut Tx<'_>, site: &Site, today: Date, address: &str) -> Result<bool, Fault> {
    let Some(row) = tx.row(NEWEST_OF_FILE, params![site.jurisdiction, address])? else { return Ok(false) };
    Ok(pictures_until(site, day_of(&row)?) >= today)
}

/// Returns the last day on which the pictures of a round of some day are kept: then nobody can doubt its count any more, and handwriting is
/// personal.
pub fn pictures_until(site: &Site, day: Date) -> Date {
    compute(&site.rules(), &site.calendar(), KEEP, day).due.last
}

fn day_of(row: &Row) -> Result<Date, Fault> {
    let wrong = |_| Fault::new(FaultKind::Corrupt, "a round has no day");
    row.get::<String>("day")?.parse().map_err(wrong)
}

/// Finds a round.
pub fn get(tx: &mut Tx<'_>, site: &Site, round: Uuid) -> Result<Option<Round>, Fault> {
    tx.row(GET_ROUND, params![site.jurisdiction, round])?.as_ref().map(read).transpose()
}

/// Lists the rounds of a box, the newest first.
pub fn of_box(tx: &mut Tx<'_>, site: &Site, code: &str) -> Result<Vec<Round>, Fault> {
    tx.rows(LIST_ROUNDS, params![site.jurisdiction, code, LISTED_MAX])?.iter().map(read).collect()
}

/// Finds the newest round of a box.
pub fn last(tx: &mut Tx<'_>, site: &Site, code: &str) -> Result<Option<Round>, Fault> {
    tx.row(LIST_ROUNDS, params![site.jurisdiction, code, 1])?.as_ref().map(read).transpose()
}

/// Opens what was noted of a round: its own body first, then that of each card that nobody could read.
pub fn inside(tx: &mut Tx<'_>, site: &Site, round: &Round) -> Result<Vec<Inside>, Fault> {
    let mut positions = vec![round.position];
    for row in tx.rows(LIST_UNREAD, params![site.jurisdiction, round.id])? {
        positions.push(row.get("position")?);
    }
    let mut all = Vec::with_capacity(positions.len());
    for position in positions {
        let raw = journal::stored(tx, site.jurisdiction, position)?.ok_or_else(|| Fault::other("a round has no event"))?;
        let key = site.keystore.get(raw.key_id)?.ok_or_else(|| Fault::other("the site's own key was shredded"))?;
        let body = journal::open_body(site, &raw, &key)?.body;
        let inside = serde_json::from_value(body);
        all.push(inside.map_err(|_| Fault::new(FaultKind::Corrupt, "the event of a round cannot be read"))?);
    }
    Ok(all)
}

fn read(row: &Row) -> Result<Round, Fault> {
    let wrong = |_| Fault::new(FaultKind::Corrupt, "a round has no time");
    Ok(Round {
        id: row.get("id")?,
        of_box: row.get("of_box")?,
        day: day_of(row)?,
        at: Timestamp::from_microsecond(row.get("at")?).map_err(wrong)?,
        staff: row.get("staff")?,
        cards: row.get("cards")?,
        position: row.get("position")?,
    })
}

/// Computes the last day on which a box is to be opened again; none where it never was.
pub fn due(site: &Site, last: Option<&Round>) -> Option<DueDate> {
    last.map(|last| compute(&site.rules(), &site.calendar(), TERM, last.day))
}

/// Tells whether a box should have been opened by a day.
pub fn is_overdue(site: &Site, last: Option<&Round>, today: Date) -> bool {
    due(site, last).is_none_or(|due| due.due.last < today)
}

/// Lists the boxes that hang, by code.
pub fn hanging(directory: &Directory) -> Vec<String> {
    directory.boxes.values().filter(|own| own.active).map(|own| own.code.clone()).collect()
}
