//! What was published of a month or a year (R30, R32): the tables of figures with the size of the log that they were computed of, the names of
//! the offices and the rules by which they are judged, as they were. An edition stays what it was; a correction is a new one with a reason.
//!
//! Each is one event, so the log says when which edition was published, and with which content.

use std::collections::{BTreeMap, BTreeSet};

use civic::chance::{self, Chance};
use civic::directory::{Directory, PlaceLevel};
use civic::journal::{self, Actor, NewEvent, Public};
use civic::permit::{Act, Subject, Who, may};
use civic::refusal::{No, Refusal};
use civic::rules::assessment::Assessing;
use civic::site::Site;
use civic::vault::{Key, KeyId};
use data_encoding::HEXLOWER;
use db::{Fault, FaultKind, Guard, Keep, Migration, Row, Tx, params};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use text::personal::mask;
use uuid::Uuid;

use crate::reception::decide::{WORDS_CHARS_MAX, said};
use crate::told;

/// Kind code of the event. For ever: it is never used again for something else.
pub const KIND: &str = "edition_published";
/// How many days after the end of a period its first edition is published.
pub const PUBLISH: &str = "assessment.publish";
/// Editions listed at once.
pub const SHOWN_MAX: i64 = 60;

/// Builds the table.
pub(crate) const MIGRATION: Migration = Migration {
    name: "0450_edition",
    sql: "create table edition (
            jurisdiction bigint not null,
            period text not null,
            number bigint not null,
            id uuid not null,
            day text not null,
            reason text not null,
            note text not null,
            size bigint not null,
            digest text not null,
            content text not null,
            primary key (jurisdiction, period, number));
          create unique index edition_id on edition (jurisdiction, id);",
    sql_postgres: None,
};

/// What was published stays.
pub(crate) const GUARD: Guard = Guard { table: "edition", keep: Keep::Appended };

/// Names the columns.
macro_rules! edition {
    ($tail:literal) => {
        concat!(
            "select period, number, id, day, reason, note, size, digest, content from edition where jurisdiction = $1 ",
            $tail
        )
    };
}

db::statements! {
    PUT = "insert into edition (jurisdiction, period, number, id, day, reason, note, size, digest, content)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    NEWEST = edition!("and period = $2 order by number desc limit 1");
    ONE = edition!("and period = $2 and number = $3");
    LIST = "select period, number, day, reason, note from edition where jurisdiction = $1 order by period desc, number desc limit $2";
    NEXT = edition!("and (period, number) > ($2, $3) order by period, number limit 1");
}

/// Lists the statements, so that a test prepares each on both engines.
pub(crate) const STATEMENTS: &[(&str, &str)] = ALL;

/// Puts what was published of people in the place of what would be now: it changes while old matters are sorted and erased, and two looks at
/// it would tell of whom. `names` are the tables; what the first edition had none of, later ones have not either.
pub fn stays(
    tx: &mut Tx<'_>,
    site: &Site,
    (period, names): (&str, &[&str]),
    fresh: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Fault> {
    let Some(old) = newest(tx, site, period)? else { return Ok(fresh) };
    let tables = old.snapshot.tables;
    Ok(tables.into_iter().filter(|(name, _)| names.contains(&name.as_str())).collect())
}

/// Says why there is an edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The period was over.
    First,
    /// Another office decided that an item is left out.
    Objection,
    /// What entered the log later says something else of the period, such as a rating that was set aside.
    Later,
    /// Somebody corrects it, and says why.
    Words,
}

impl Reason {
    /// Lists all of them.
    pub const ALL: [Self; 4] = [Self::First, Self::Objection, Self::Later, Self::Words];

    /// Returns the code that tables and words use.
    pub fn code(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Objection => "objection",
            Self::Later => "later",
            Self::Words => "words",
        }
    }

    fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// Is an office as it was called, and the class it is held against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// Its class.
    pub class: String,
}

/// Is what an edition holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Tables by their names, as `docs/log-format.md`, section 13 writes them; and `categories`, which is rounded.
    pub tables: BTreeMap<String, String>,
    /// The offices that stand in them.
    pub offices: BTreeMap<String, Named>,
    /// The rules by which they are judged.
    pub assessing: Assessing,
    /// The version of all rules then in force.
    pub rules: String,
    /// The size of the log that the tables were computed of.
    pub size: u64,
}

/// Names the class of an office: what it is held against (docs/assessment.md). By the level of the place it serves, and apart where it is the
/// supervising body.
pub fn class(directory: &Directory, office: &str) -> &'static str {
    let Some(office) = directory.offices.get(office) else { return "other" };
    match directory.places.get(&office.place).map(|place| place.level) {
        _ if office.supervising => "supervising",
        Some(PlaceLevel::County) => "county",
        Some(PlaceLevel::Township) => "township",
        Some(PlaceLevel::Village | PlaceLevel::Grid) => "village",
        Some(PlaceLevel::Unit) | None => "other",
    }
}

/// Lists the classes.
pub const CLASSES: [&str; 5] = ["county", "township", "village", "supervising", "other"];

impl Snapshot {
    /// Puts tables together with what they are read by: names of offices, and the rules in force.
    pub fn of(site: &Site, tables: BTreeMap<String, String>, size: u64) -> Self {
        let (directory, rules) = (site.directory(), site.rules());
        let lines =
            ["offices", "followup", "measured"].into_iter().filter_map(|name| tables.get(name)).flat_map(|text| text.lines());
        let mut codes: BTreeSet<String> = lines.filter_map(|line| line.split('\t').next()).map(str::to_owned).collect();
        let work = tables.get("work").into_iter().flat_map(|text| text.lines());
        codes.extend(work.filter_map(|line| line.strip_prefix("of.")?.split('\t').next()).map(str::to_owned));
        let name = |code: String| {
            let known = directory.offices.get(&code);
            let (zh, en) = known.map_or((code.clone(), code.clone()), |office| (office.name.clone(), office.name_en.clone()));
            let class = class(&directory, &code).to_owned();
            (code, Named { zh, en, class })
        };
        let offices = codes.into_iter().map(name).collect();
        Self { tables, offices, assessing: rules.assessing().clone(), rules: rules.version().to_owned(), size }
    }

    /// Returns the rows of a table: its code and the rest of the fields.
    pub fn rows(&self, table: &str) -> impl Iterator<Item = Vec<&str>> {
        self.tables.get(table).into_iter().flat_map(|text| text.lines()).map(|line| line.split('\t').collect())
    }
}

/// Is an edition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edition {
    /// The month or year, such as `2026-11` or `2026`.
    pub period: String,
    /// Its number, from 1.
    pub number: i64,
    /// The day it was published.
    pub day: Date,
    /// Why there is one.
    pub reason: Reason,
    /// What somebody says to that; personal data is out of it.
    pub note: String,
    /// What it holds.
    pub snapshot: Snapshot,
}

/// Is an edition as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The month or year.
    pub period: String,
    /// Its number.
    pub number: i64,
    /// The day it was published.
    pub day: Date,
    /// Why there is one.
    pub reason: Reason,
    /// What somebody says to that.
    pub note: String,
}

/// Is an edition that is wanted.
#[derive(Debug, Clone)]
pub struct New {
    /// The month or year.
    pub period: String,
    /// Why.
    pub reason: Reason,
    /// What somebody says to that.
    pub note: String,
    /// What it holds.
    pub snapshot: Snapshot,
}

fn corrupt(what: &'static str) -> Fault {
    Fault::new(FaultKind::Corrupt, what)
}

fn content(snapshot: &Snapshot) -> Result<String, Fault> {
    serde_json::to_string(snapshot).map_err(|error| Fault::other("an edition cannot be written").caused_by(error))
}

fn head(row: &Row) -> Result<Listed, Fault> {
    let (day, reason): (String, String) = (row.get("day")?, row.get("reason")?);
    Ok(Listed {
        period: row.get("period")?,
        number: row.get("number")?,
        day: day.parse().map_err(|_| corrupt("an edition has no date"))?,
        reason: Reason::parse(&reason).ok_or_else(|| corrupt("an edition has an unknown reason"))?,
        note: row.get("note")?,
    })
}

fn whole(row: &Row) -> Result<Edition, Fault> {
    let (Listed { period, number, day, reason, note }, content): (_, String) = (head(row)?, row.get("content")?);
    let snapshot = serde_json::from_str(&content).map_err(|_| corrupt("an edition cannot be read"))?;
    Ok(Edition { period, number, day, reason, note, snapshot })
}

/// Finds the newest edition of a month or year.
pub fn newest(tx: &mut Tx<'_>, site: &Site, period: &str) -> Result<Option<Edition>, Fault> {
    tx.row(NEWEST, params![site.jurisdiction, period])?.map(|row| whole(&row)).transpose()
}

/// Finds one edition.
pub fn of_number(tx: &mut Tx<'_>, site: &Site, (period, number): (&str, i64)) -> Result<Option<Edition>, Fault> {
    tx.row(ONE, params![site.jurisdiction, period, number])?.map(|row| whole(&row)).transpose()
}

/// Lists the editions, the newest period first.
pub fn list(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<Listed>, Fault> {
    tx.rows(LIST, params![site.jurisdiction, SHOWN_MAX])?.iter().map(head).collect()
}

/// Publishes an edition. `by` is whoever corrects one; none where the period is over, or an objection was decided. A first edition is published
/// once, and a correction only where it says something else than the newest, or in words why it is there.
pub fn publish(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (by, new, key): (Option<&Who>, &New, &(KeyId, Key)),
) -> Result<Option<Edition>, No> {
    let mut note = String::new();
    if let Some(who) = by {
        may(&site.directory(), who, Act::PublishReport, &Subject::site())?;
        mask(&said(&new.note, "note", WORDS_CHARS_MAX)?).as_str().clone_into(&mut note);
    }
    let before = newest(tx, site, &new.period)?;
    match (&before, new.reason) {
        (None, Reason::First) => {}
        (None, _) => return Err(Refusal::new("edition_early").instead("edition_wait").into()),
        (Some(_), Reason::First) => return Ok(None),
        (Some(before), Reason::Objection | Reason::Later) if before.snapshot.tables == new.snapshot.tables => return Ok(None),
        // the same form again is the same edition
        (Some(before), Reason::Words) if before.note == note && before.snapshot.tables == new.snapshot.tables => return Ok(None),
        (Some(_), _) => {}
    }
    let (id, number) = (chance::id_ordered(chance, now), before.map_or(1, |before| before.number + 1));
    let (period, reason, snapshot) = (new.period.clone(), new.reason, new.snapshot.clone());
    let edition = Edition { period, number, day: site.day(now), reason, note, snapshot };
    let text = content(&edition.snapshot)?;
    let digest = HEXLOWER.encode(&Sha256::digest(&text));
    let actor = match by {
        Some(Who::Staff { id, .. }) => Actor::Staff(*id),
        _ => Actor::System,
    };
    // the content as it is hashed: numbers of the journal are whole, and bounds of intervals are not
    let body = json!({
        "period": edition.period, "number": number, "day": edition.day.to_string(), "reason": reason.code(),
        "note": edition.note, "content": text,
    });
    let event =
        NewEvent { matter: id, version: 1, actor, kind: KIND, public: public(&edition, &digest), body, key: (key.0, &key.1) };
    journal::append(tx, site, now, chance, event)?;
    let directory = site.directory();
    let heads =
        directory.offices.values().filter(|office| directory.open(office)).filter_map(|office| directory.head_of(&office.code));
    let template = if reason == Reason::First { told::PUBLISHED } else { told::CORRECTED };
    told::write(tx, site, (now, &mut *chance), (heads.map(|head| head.id).collect(), template))?;
    let row = params![
        site.jurisdiction,
        edition.period.as_str(),
        number,
        id,
        edition.day.to_string(),
        reason.code(),
        edition.note.as_str(),
        edition.snapshot.size.cast_signed(),
        digest,
        text
    ];
    tx.run(PUT, row)?;
    Ok(Some(edition))
}

fn public(edition: &Edition, digest: &str) -> Public {
    let fields = [
        ("q", edition.period.as_str().into()),
        ("n", edition.number.into()),
        ("gr", edition.reason.code().into()),
        ("sz", edition.snapshot.size.into()),
        ("sha256", digest.into()),
    ];
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Public { office: None, place: None, category: None, fields }
}

/// Compares each row with its event. Nothing is written.
pub fn compare(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<String>, Fault> {
    let (mut found, mut last) = (Vec::new(), (String::new(), 0_i64));
    while let Some(row) = tx.row(NEXT, params![site.jurisdiction, last.0.as_str(), last.1])? {
        last = (row.get("period")?, row.get("number")?);
        let (own, digest, text): (Listed, String, String) = (head(&row)?, row.get("digest")?, row.get("content")?);
        let size = whole(&row)?.snapshot.size.cast_signed();
        let sound = size == row.get::<i64>("size")? && HEXLOWER.encode(&Sha256::digest(&text)) == digest;
        if !sound || told(tx, site, row.get("id")?)? != Some((own, text)) {
            found.push(format!("the row of edition {} of {} says something else than its event", last.1, last.0));
        }
    }
    Ok(found)
}

/// Returns the edition that an event tells of, and its content as it stands there.
fn told(tx: &mut Tx<'_>, site: &Site, id: Uuid) -> Result<Option<(Listed, String)>, Fault> {
    let all = journal::of_matter(tx, site.jurisdiction, id)?;
    let Some(raw) = all.first() else { return Ok(None) };
    let Some(key) = site.keystore.get(raw.key_id)? else { return Ok(None) };
    let body = journal::open_body(site, raw, &key)?.body;
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let listed = Listed {
        period: text("period"),
        number: body["number"].as_i64().unwrap_or_default(),
        day: text("day").parse().map_err(|_| corrupt("an edition's event has no date"))?,
        reason: Reason::parse(&text("reason")).ok_or_else(|| corrupt("an edition's event has an unknown reason"))?,
        note: text("note"),
    };
    Ok(Some((listed, text("content"))))
}
