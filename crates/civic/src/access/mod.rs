//! The access log: every reading of a personal part by staff, durable before the first byte leaves, hash-chained,
//! shown to the resident. One entry stands for one session, matter, purpose and the minutes of `site.reading`.
//!
//! A list that shows titles is one entry of its session, and one of every matter whose title it showed: that one stands
//! for the office and the civil day, so that the resident sees it and no flood comes of it. It opens nothing further; nor does
//! an entry for handing a matter out, which the resident may lawfully see later than others.
//!
//! Each civil day's last hash enters the public log as one leaf (`access_root`), so entries can be neither changed
//! nor dropped afterwards without showing. Until then a sealed head says how far the chain goes.

mod check;
mod head;

pub use check::{STATEMENTS as CHECK_STATEMENTS, check};
pub use head::{MIGRATION as HEAD_MIGRATION, STATEMENTS as HEAD_STATEMENTS};

use std::collections::BTreeSet;

use db::{Fault, Guard, Keep, Migration, Question, Row, Tx, params, values};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::chance::Chance;
use crate::directory;
use crate::exchange::reads;
use crate::journal::{self, Actor, OwnEvent, canonical};
use crate::site::Site;

/// How long one entry covers further readings of the same matter for the same purpose.
const COVERED: &str = "site.reading";
/// Matters of which [`LISTED_AMONG`] asks at once.
const LISTED_MAX: usize = 10;

/// Builds the table.
pub const MIGRATION: Migration = Migration {
    name: "0003_access",
    sql: "create table access_entry (
            jurisdiction bigint not null,
            seq bigint not null,
            at bigint not null,
            day text not null,
            staff uuid not null,
            office text not null,
            session uuid not null,
            matter uuid not null,
            purpose text not null,
            hash bytea not null,
            primary key (jurisdiction, seq));
          create index access_matter on access_entry (jurisdiction, matter, seq);
          create index access_recent on access_entry (jurisdiction, session, matter, purpose, at);
          create index access_day on access_entry (jurisdiction, day, seq);
          create table access_root (
            jurisdiction bigint not null,
            day text not null,
            seq bigint not null,
            primary key (jurisdiction, day));",
    sql_postgres: None,
};

/// Guards the tables: a reading that was noted stays noted.
pub const GUARDS: &[Guard] = &[
    Guard { table: "access_entry", keep: Keep::Appended },
    Guard { table: "access_root", keep: Keep::Appended },
    Guard { table: "access_head", keep: Keep::Kept },
];

/// Asks for one matter whether a list of the day was noted for it, as `LISTED` does.
macro_rules! listed {
    ($matter:literal) => {
        concat!(
            "select matter from (select matter from access_entry where jurisdiction = $1 and matter = ",
            $matter,
            " and office = $2 and day || '' = $3 and purpose = 'list' limit 1) as part"
        )
    };
}

// LISTED goes by the matter, whose entries are few; the day alone, which has many, must not lead
db::statements! {
    LAST = "select seq, hash from access_entry where jurisdiction = $1 order by seq desc limit 1";
    RECENT = "select seq from access_entry where jurisdiction = $1 and session = $2 and matter = $3 and purpose = $4
        and at > $5 limit 1";
    COVERS = "select purpose from access_entry where jurisdiction = $1 and session = $2 and matter = $3 and at > $4
        and purpose <> 'list' and purpose <> 'disclose' order by seq desc limit 1";
    LISTED = "select seq from access_entry where jurisdiction = $1 and matter = $2 and office = $3 and day || '' = $4
        and purpose = 'list' limit 1";
    // one by one, each by its matter: a list of matters would be worth as much to PostgreSQL as going through all entries
    LISTED_AMONG = concat!(listed!("$4"), " union all ", listed!("$5"), " union all ", listed!("$6"), " union all ", listed!("$7"),
        " union all ", listed!("$8"), " union all ", listed!("$9"), " union all ", listed!("$10"), " union all ", listed!("$11"),
        " union all ", listed!("$12"), " union all ", listed!("$13"));
    PUT = "insert into access_entry (jurisdiction, seq, at, day, staff, office, session, matter, purpose, hash)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    OF_MATTER = "select seq, at, staff, office, session, matter, purpose, hash, day from access_entry
        where jurisdiction = $1 and matter = $2 order by seq";
    ALL_FROM = "select seq, at, staff, office, session, matter, purpose, hash, day from access_entry
        where jurisdiction = $1 and seq > $2 order by seq limit $3";
    OPEN_DAYS = "select day, max(seq) as seq from access_entry where jurisdiction = $1 and day < $2
        and day > (select coalesce(max(day), '') from access_root where jurisdiction = $1) group by day order by day";
    HASH_AT = "select hash from access_entry where jurisdiction = $1 and seq = $2";
    PUT_ROOT = "insert into access_root (jurisdiction, day, seq) values ($1, $2, $3)";
}

/// Says why somebody reads a personal part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To handle the matter.
    Handle,
    /// To decide a review.
    Review,
    /// To supervise the office.
    Supervise,
    /// To audit.
    Audit,
    /// To help the person at the counter.
    Counter,
    /// To tell the resident something by telephone.
    Tell,
    /// To ask the resident how it went, for an office of another line.
    CallBack,
    /// To show a list of titles.
    List,
    /// To hand it to a body that the law names, after two persons agreed.
    Disclose,
}

impl Purpose {
    /// Lists all purposes.
    pub const ALL: [Self; 9] = [
        Self::Handle,
        Self::Review,
        Self::Supervise,
        Self::Audit,
        Self::Counter,
        Self::Tell,
        Self::CallBack,
        Self::List,
        Self::Disclose,
    ];

    /// Returns the code that data and word files use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Handle => "handle",
            Self::Review => "review",
            Self::Supervise => "supervise",
            Self::Audit => "audit",
            Self::Counter => "counter",
            Self::Tell => "tell",
            Self::CallBack => "call_back",
            Self::List => "list",
            Self::Disclose => "disclose",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }
}

/// Describes one reading.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Who reads.
    pub staff: Uuid,
    /// Their office, by code.
    pub office: String,
    /// Their session.
    pub session: Uuid,
    /// The matter that is read.
    pub matter: Uuid,
    /// Why.
    pub purpose: Purpose,
}

/// Is an entry as it stands in the log.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Number, from 1.
    pub seq: i64,
    /// When the reading began.
    pub at: Timestamp,
    /// Who read.
    pub staff: Uuid,
    /// Their office, by code.
    pub office: String,
    /// Purpose code.
    pub purpose: String,
    /// The chain's hash up to here.
    pub hash: [u8; 32],
    hashed: [u8; 32],
}

/// Records a reading before it happens. Runs in the writer; the personal part is fetched only after it is durable.
pub fn record(tx: &mut Tx<'_>, site: &Site, now: Timestamp, reading: &Reading) -> Result<(), Fault> {
    if is_recent(tx, site, now, reading)? { Ok(()) } else { put(tx, site, now, reading) }
}

/// Records that a list shows the titles of some matters, before it leaves. Runs in the writer.
pub fn record_list(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (reading, listed): (&Reading, &[Uuid])) -> Result<(), Fault> {
    record(tx, site, now, &of_list(reading, Uuid::nil()))?;
    for matter in listed {
        if !is_listed(tx, site, now, (&reading.office, *matter))? {
            put(tx, site, now, &of_list(reading, *matter))?;
        }
    }
    Ok(())
}

/// Tells whether a list with these titles is noted already, so that showing it again needs no writer.
pub fn covers_list(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (reading, listed): (&Reading, &[Uuid])) -> Result<bool, Fault> {
    let mut questions = vec![recent(site, now, &of_list(reading, Uuid::nil()))];
    questions.extend(listed.chunks(LISTED_MAX).map(|some| among(site, now, (&reading.office, some))));
    let answers = tx.ask(&questions)?;
    let Some((recent, noted)) = answers.split_first() else { return Ok(false) };
    let noted = noted.iter().flatten().map(|row| row.get("matter")).collect::<Result<BTreeSet<Uuid>, Fault>>()?;
    Ok(!recent.is_empty() && listed.iter().all(|matter| noted.contains(matter)))
}

/// Asks which of some matters an office's lists were noted for today.
fn among(site: &Site, now: Timestamp, (office, matters): (&str, &[Uuid])) -> Question<'static> {
    let last = matters.last().copied().unwrap_or_default();
    let whole = matters.iter().copied().chain(std::iter::repeat(last)).take(LISTED_MAX);
    let own = values![site.jurisdiction, office, site.day(now).to_string()].into_iter();
    (LISTED_AMONG, own.chain(whole.map(db::Value::from)).collect())
}

fn of_list(reading: &Reading, matter: Uuid) -> Reading {
    Reading { matter, purpose: Purpose::List, ..reading.clone() }
}

fn is_listed(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (office, matter): (&str, Uuid)) -> Result<bool, Fault> {
    let (sql, params) = of_day(site, now, (office, matter));
    Ok(tx.row(sql, &params)?.is_some())
}

fn of_day(site: &Site, now: Timestamp, (office, matter): (&str, Uuid)) -> Question<'static> {
    (LISTED, values![site.jurisdiction, matter, office, site.day(now).to_string()])
}

/// Tells whether an entry of the last quarter of an hour stands for this reading as well.
fn is_recent(tx: &mut Tx<'_>, site: &Site, now: Timestamp, reading: &Reading) -> Result<bool, Fault> {
    let (sql, params) = recent(site, now, reading);
    Ok(tx.row(sql, &params)?.is_some())
}

/// Returns the instant after which an entry still covers a reading, in microseconds.
fn since(site: &Site, now: Timestamp) -> i64 {
    now.saturating_sub(covered_for(site)).unwrap_or(Timestamp::MIN).as_microsecond()
}

/// Says for how long one entry covers further readings of the same matter for the same purpose.
pub fn covered_for(site: &Site) -> SignedDuration {
    site.rules().clock(COVERED)
}

fn recent(site: &Site, now: Timestamp, reading: &Reading) -> Question<'static> {
    let since = since(site, now);
    (RECENT, values![site.jurisdiction, reading.session, reading.matter, reading.purpose.code(), since])
}

fn put(tx: &mut Tx<'_>, site: &Site, now: Timestamp, reading: &Reading) -> Result<(), Fault> {
    let jurisdiction = site.jurisdiction;
    // from the sealed head on, not from the last row: what was cut off leaves a gap
    let (last, previous) = head::read(tx, site)?;
    let at = now.as_microsecond();
    let hash = chain(&previous, (last + 1, at), reading);
    let day = site.day(now).to_string();
    let office = reading.office.as_str();
    let code = reading.purpose.code();
    tx.later(PUT, params![jurisdiction, last + 1, at, day, reading.staff, office, reading.session, reading.matter, code, hash])?;
    head::go_on(tx, site, &(last + 1, hash))?;
    // what the law lets the resident hear later is told when they may hear it
    if reading.purpose == Purpose::Disclose { Ok(()) } else { reads::owe(tx, site, now, (reading, &hash)) }
}

/// Seals and writes the head that a batch kept in mind.
pub(crate) fn settle(tx: &mut Tx<'_>, site: &Site, (seq, hash): &(i64, [u8; 32])) -> Result<(), Fault> {
    head::put(tx, site, (*seq, hash))
}

/// Seals the head of a log that has none yet: an empty one, or one that was begun before heads were sealed.
pub(crate) fn start(tx: &mut Tx<'_>, site: &Site) -> Result<(), Fault> {
    let (seq, hash) = match tx.row(LAST, params![site.jurisdiction])? {
        Some(row) => (row.get::<i64>("seq")?, row.get::<[u8; 32]>("hash")?),
        None => (0, [0; 32]),
    };
    head::put(tx, site, (seq, &hash))
}

/// Finds the purpose for which a session may go on reading a matter: the one of an entry of the last quarter of an hour.
pub fn covers(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (session, matter): (Uuid, Uuid)) -> Result<Option<Purpose>, Fault> {
    let (sql, params) = covering(site, now, (session, matter));
    covered(&tx.rows(sql, &params)?)
}

/// Returns the question that [`covers`] asks, for whoever asks more with it; [`covered`] takes its answer.
pub fn covering(site: &Site, now: Timestamp, (session, matter): (Uuid, Uuid)) -> Question<'static> {
    (COVERS, values![site.jurisdiction, session, matter, since(site, now)])
}

/// Reads what [`covering`] is answered.
pub fn covered(rows: &[Row]) -> Result<Option<Purpose>, Fault> {
    let purpose: Option<String> = rows.first().map(|row| row.get("purpose")).transpose()?;
    Ok(purpose.as_deref().and_then(Purpose::parse))
}

/// Has sites above told of what was handed out of a matter within a time: their residents may hear of it now.
pub fn tell_handed_out(
    tx: &mut Tx<'_>,
    site: &Site,
    matter: Uuid,
    (since, until): (Timestamp, Option<Timestamp>),
) -> Result<(), Fault> {
    for entry in of_matter(tx, site, matter)? {
        let within = entry.at >= since && until.is_none_or(|until| entry.at < until);
        if within && entry.purpose == Purpose::Disclose.code() {
            let purpose = Purpose::Disclose;
            let reading = Reading { staff: entry.staff, office: entry.office, session: Uuid::nil(), matter, purpose };
            reads::owe(tx, site, entry.at, (&reading, &entry.hash))?;
        }
    }
    Ok(())
}

/// Lists who read a matter's personal part, oldest first.
pub fn of_matter(tx: &mut Tx<'_>, site: &Site, matter: Uuid) -> Result<Vec<Entry>, Fault> {
    read(&tx.rows(OF_MATTER, params![site.jurisdiction, matter])?)
}

/// Returns the question that [`of_matter`] asks, for whoever asks more with it; [`read`] takes its answer.
pub fn question(site: &Site, matter: Uuid) -> Question<'static> {
    (OF_MATTER, values![site.jurisdiction, matter])
}

/// Reads what [`question`] is answered.
pub fn read(rows: &[Row]) -> Result<Vec<Entry>, Fault> {
    rows.iter().map(entry).collect()
}

/// Closes every past day that is still open: its last hash becomes one leaf of the public log. Returns how many.
pub fn close_days(tx: &mut Tx<'_>, site: &Site, now: Timestamp, chance: &mut Chance) -> Result<usize, Fault> {
    let jurisdiction = site.jurisdiction;
    let open = tx.rows(OPEN_DAYS, params![jurisdiction, site.day(now).to_string()])?;
    for row in &open {
        let (day, seq): (String, i64) = (row.get("day")?, row.get("seq")?);
        let hash: [u8; 32] = tx
            .row(HASH_AT, params![jurisdiction, seq])?
            .ok_or_else(|| Fault::other("an access entry is missing"))?
            .get("hash")?;
        publish_root(tx, site, (now, &mut *chance), (&day, seq, &hash))?;
        tx.run(PUT_ROOT, params![jurisdiction, day, seq])?;
    }
    Ok(open.len())
}

fn publish_root(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (day, seq, hash): (&str, i64, &[u8; 32]),
) -> Result<(), Fault> {
    let mut fields = Map::new();
    fields.insert("day".into(), day.into());
    fields.insert("root".into(), data_encoding::HEXLOWER.encode(hash).into());
    let own = OwnEvent {
        stream: stream(site.jurisdiction, day),
        version: 1,
        actor: Actor::System,
        kind: "access_root",
        fields,
        body: json!({"day": day, "seq": seq}),
    };
    journal::append_own(tx, site, (now, chance), own).map(drop)
}

/// Names the stream of a day's root: the site's own, told apart by the day.
fn stream(jurisdiction: i64, day: &str) -> Uuid {
    journal::own_stream(&format!("access|{}|{day}", directory::stream(jurisdiction)))
}

fn chain(previous: &[u8; 32], (seq, at): (i64, i64), reading: &Reading) -> [u8; 32] {
    let text = canonical(&Value::Object(Map::from_iter([
        ("seq".to_owned(), Value::from(seq)),
        ("at".to_owned(), Value::from(at)),
        ("staff".to_owned(), Value::from(reading.staff.to_string())),
        ("office".to_owned(), Value::from(reading.office.as_str())),
        ("session".to_owned(), Value::from(reading.session.to_string())),
        ("matter".to_owned(), Value::from(reading.matter.to_string())),
        ("purpose".to_owned(), Value::from(reading.purpose.code())),
    ])));
    Sha256::new().chain_update(previous).chain_update(text).finalize().into()
}

fn entry(row: &Row) -> Result<Entry, Fault> {
    entry_after(row, &[0; 32])
}

fn entry_after(row: &Row, previous: &[u8; 32]) -> Result<Entry, Fault> {
    let (seq, at, purpose): (i64, i64, String) = (row.get("seq")?, row.get("at")?, row.get("purpose")?);
    let known = Purpose::parse(&purpose);
    let reading = Reading {
        staff: row.get("staff")?,
        office: row.get("office")?,
        session: row.get("session")?,
        matter: row.get("matter")?,
        purpose: known.ok_or_else(|| Fault::other(format!("unknown purpose {purpose} in the access log")))?,
    };
    Ok(Entry {
        seq,
        at: Timestamp::from_microsecond(at).map_err(|_| Fault::other("an access entry's time is out of range"))?,
        staff: reading.staff,
        office: reading.office.clone(),
        purpose,
        hash: row.get("hash")?,
        hashed: chain(previous, (seq, at), &reading),
    })
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;
