//! Accusations (检举控告, tier C): sealed at once to the supervising body's key, with a copy that only the resident's
//! code opens. The server keeps neither words nor names it could read.
//!
//! The public entry waits for a daily batch of constant size, padded with dummies; until then the receipt is a signed
//! promise. A database administrator can count the rows here: the threat model says so. What they do to a row shows
//! (`kept`).

use civic::chance::{self, Chance};
use civic::hall::Hall;
use civic::journal::{self, canonical, commitment};
use civic::refusal::No;
use civic::site::Site;
use civic::vault::{Key, index, open, seal};
use data_encoding::{BASE64, HEXLOWER};
use db::{Fault, FaultKind, Migration, Question, Tx, params, values};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::appeal::{Event, Filing};
use crate::code::{Code, Seed};
use crate::filing::{Filed, New, NotFiled, Seen, answer};
use crate::receipt;
use tlog::proof::TlogProof;

pub mod about;
pub mod ceremony;
pub mod escrow;
pub mod glass;
mod kept;
pub mod keys;
pub mod letter;
pub mod pressed;
pub mod room;
pub mod step;
pub mod term;
mod wrap;

pub use keys::{Body, MIGRATION as ROOM_MIGRATION, STATEMENTS as KEY_STATEMENTS};
pub use room::STATEMENTS as ROOM_STATEMENTS;
pub use wrap::STATEMENTS as WRAP_STATEMENTS;

pub use pressed::{MIGRATION as PRESSED_MIGRATION, Pressed, STATEMENTS as PRESSED_STATEMENTS};

pub use kept::{MIGRATION as KEPT_MIGRATION, STATEMENTS as KEPT_STATEMENTS, check};

/// Builds the table.
pub const MIGRATION: Migration = Migration {
    name: "0101_accusation",
    sql: "create table accusation (
            jurisdiction bigint not null,
            id uuid not null,
            number text not null,
            code bytea not null,
            submit bytea not null,
            form bytea not null,
            day text not null,
            sealed bytea not null,
            own bytea not null,
            commitment text,
            primary key (jurisdiction, id));
          create unique index accusation_code on accusation (jurisdiction, code);
          create unique index accusation_submit on accusation (jurisdiction, submit);
          create unique index accusation_number on accusation (jurisdiction, number);
          create index accusation_waiting on accusation (jurisdiction, commitment, day);
          create table accusation_file (
            jurisdiction bigint not null,
            address text not null,
            primary key (jurisdiction, address));
          create table sealed_batch (
            jurisdiction bigint not null,
            day text not null,
            entries bigint not null,
            primary key (jurisdiction, day));",
    sql_postgres: None,
};

db::statements! {
    PUT = "insert into accusation (jurisdiction, id, number, code, submit, form, day, sealed, own, commitment, mark, seal)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    PUT_FILE = "insert into accusation_file (jurisdiction, address) values ($1, $2) on conflict (jurisdiction, address) do nothing";
    HAS_FILE = "select address from accusation_file where jurisdiction = $1 and address = $2";
    FIND_CODE = "select id, number from accusation where jurisdiction = $1 and code = $2";
    FIND_SUBMIT = "select id, form, own from accusation where jurisdiction = $1 and submit = $2";
    GET = "select number, own from accusation where jurisdiction = $1 and id = $2";
    WAITING = "select id, commitment, day from accusation where jurisdiction = $1 and commitment is not null and day < $2
        order by day, id limit $3";
    OLDEST = "select day from accusation where jurisdiction = $1 and commitment is not null order by day limit 1";
    BATCHED = "update accusation set commitment = null where jurisdiction = $1 and id = $2";
    LAST_BATCH = "select day from sealed_batch where jurisdiction = $1 and day = $2";
    PUT_BATCH = "insert into sealed_batch (jurisdiction, day, entries) values ($1, $2, $3)";
    SEALED_AFTER = "select position, leaf, fact from event where jurisdiction = $1 and position > $2 and kind = 'sealed'
        order by position limit $3";
    ANY = "select id from accusation where jurisdiction = $1 limit 1";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Entries of a daily batch; one of them is always the tally.
const BATCH_ENTRIES: i64 = 64;
/// Entries of a batch when more than [`BATCH_ENTRIES`] wait and one of them for too long.
const BATCH_ENTRIES_LARGE: i64 = 1_024;
/// Longest wait for a batch, in days.
const WAIT_DAYS_MAX: i64 = 3;
/// Sealed texts are padded to a multiple of so many bytes.
const PAD_BYTES: usize = 4_096;
/// Entries looked through at once for the own one.
const PAGE_ENTRIES: i64 = 1_000;
/// First line of a promise.
const PROMISE_HEADER: &str = "minsheng.promise/1";

/// Is what the resident's own copy holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Own {
    /// What was filed.
    pub filing: Filing,
    /// The canonical body that the commitment is over.
    pub body: String,
    /// The commitment's nonce, hexadecimal.
    pub nonce: String,
    /// The day it came in.
    pub day: Date,
    /// The key its attachments are sealed with, hexadecimal.
    pub files_key: String,
    /// Position of the journal when it came in.
    pub after: i64,
    /// The signed promise.
    pub promise: String,
    /// The matter because of which somebody is put under pressure, where it is that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pressed: Option<Pressed>,
}

impl Own {
    /// Returns the key its attachments are sealed with.
    pub fn files_key(&self) -> Result<Key, Fault> {
        let bytes = HEXLOWER.decode(self.files_key.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Key::new).ok_or_else(|| Fault::other("an own copy holds a wrong key"))
    }

    /// Says who looks into it.
    pub fn body(&self) -> Body {
        if self.pressed.as_ref().is_some_and(|pressed| pressed.above) { Body::Above } else { Body::Supervising }
    }
}

/// Tells whether any accusation was ever filed. For the operator who wants to take an empty site back, and nobody else.
pub fn any(tx: &mut Tx<'_>, jurisdiction: i64) -> Result<bool, Fault> {
    Ok(tx.row(ANY, params![jurisdiction])?.is_some())
}

/// Files an accusation.
pub(crate) async fn file(hall: &Hall, new: New) -> Result<Filed, NotFiled> {
    let (site, now) = (hall.site.clone(), hall.clock.now());
    let seen = new.seen.clone();
    let filed = hall.store.write(move |tx| write(tx, &site, now, &new)).await;
    match filed {
        Err(No::Failed(fault)) if fault.kind() == FaultKind::Unique => {
            let (site, code) = (hall.site.clone(), Code::of_filing(&hall.site, &seen.submit_key, &seen.form));
            let again = move |tx: &mut Tx<'_>| {
                let (sql, params) = submitted(&site, &seen);
                repeat(&site, tx.row(sql, &params)?.as_ref(), &seen, &code)
            };
            let again = hall.store.read(again).await?;
            again.ok_or_else(|| NotFiled::from(fault))
        }
        other => Ok(other?),
    }
}

/// Writes a prepared accusation. Runs in the writer.
pub(crate) fn write(tx: &mut Tx<'_>, site: &Site, now: Timestamp, new: &New) -> Result<Filed, No> {
    let mut chance = site.chance();
    let (after, now) = not_before_the_log(tx, site, now)?;
    let filing = new.filing(site, now, &mut chance)?;
    let code = new.code.hash(site);
    let entered = Entered { code, submit: new.seen.submit.clone(), form: new.seen.form.to_vec(), filing };
    let files = (&new.code.seed().own_key(), &new.key.1);
    let (id, own) = enter(tx, site, (now, after), (&entered, files, None), &mut chance)?;
    // kept from the sweep of orphans, and told apart from the accusation they belong to
    for address in own.filing.files.iter().flat_map(|file| [&file.original, &file.cleaned]) {
        tx.run(PUT_FILE, params![site.jurisdiction, address.as_str()])?;
    }
    Ok(Filed { receipt: own.promise.clone(), ..answer(&own.filing, id, &new.code) })
}

/// Is what comes in, and how its row is found again.
struct Entered {
    filing: Filing,
    code: Vec<u8>,
    submit: Vec<u8>,
    form: Vec<u8>,
}

/// Enters an accusation: its two copies, its wraps, its row. `own_key` opens the resident's copy; with it the key of the files.
fn enter(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, after): (Timestamp, i64),
    (entered, (own_key, files_key), pressed): (&Entered, (&Key, &Key), Option<Pressed>),
    chance: &mut Chance,
) -> Result<(Uuid, Own), No> {
    let filing = entered.filing.clone();
    let (id, nonce) = (chance::id_plain(chance), chance::bytes::<32>(chance));
    let mut body = serde_json::to_value(Event::Filed(filing.clone())).expect("events are plain data");
    if let (Some(pressed), Some(body)) = (&pressed, body.as_object_mut()) {
        body.insert("pressed".to_owned(), serde_json::to_value(pressed).expect("links are plain data"));
    }
    let body = canonical(&body);
    let commitment = commitment(&nonce, &body);
    let day = site.day(now);
    let own = Own {
        promise: promise(site, (&commitment, day), (&nonce, &body)),
        filing,
        body,
        nonce: HEXLOWER.encode(&nonce),
        day,
        files_key: HEXLOWER.encode(files_key.bytes()),
        after,
        pressed,
    };
    let text = pad(&own);
    let copy = seal(own_key, &context(site, id), &text, chance);
    let body_of = own.body();
    let sealed = escrow::shut(site, body_of, &text, chance)?;
    wrap::begin(tx, site, (id, &text), (&own, day), chance)?;
    let row = kept::Row {
        id,
        number: sign(site, &own.filing.number),
        code: entered.code.clone(),
        submit: entered.submit.clone(),
        form: entered.form.clone(),
        day: day.to_string(),
        sealed,
        own: copy,
        mark: Some(pressed::mark(site, id, own.pressed.is_some().then_some(body_of), chance)),
    };
    let seal = row.seal(site).to_vec();
    let kept::Row { number, code, submit, form, day, sealed, own: copy, mark, .. } = row;
    tx.run(PUT, params![site.jurisdiction, id, number, code, submit, form, day, sealed, copy, commitment, mark, seal])?;
    Ok((id, own))
}

/// Returns the newest position of the journal, and the time: like the journal's, it never goes back. A promise dated by a
/// clock that was put back would count as broken at once, and its row among days whose tally is published.
fn not_before_the_log(tx: &mut Tx<'_>, site: &Site, now: Timestamp) -> Result<(i64, Timestamp), Fault> {
    let reached = journal::reached(tx, site.jurisdiction)?;
    Ok(reached.map_or((0, now), |(position, last)| (position, now.max(last))))
}

/// Tells whether a stored file belongs to an accusation.
pub(crate) fn has_file(tx: &mut Tx<'_>, jurisdiction: i64, address: &str) -> Result<bool, Fault> {
    Ok(tx.row(HAS_FILE, params![jurisdiction, address])?.is_some())
}

fn context(site: &Site, id: Uuid) -> String {
    format!("{}|accusation|{id}|own|1", site.jurisdiction)
}

/// Renders plain data and pads it, so that its length tells little.
fn pad<T: Serialize>(data: &T) -> Vec<u8> {
    let mut text = serde_json::to_vec(data).expect("what is sealed is plain data");
    let whole = (text.len() + 1).next_multiple_of(PAD_BYTES);
    text.resize(whole, b' ');
    text
}

/// Returns the words in which somebody may be named: those of an accusation because of which this was told are among them.
fn words(own: &Own) -> String {
    let accused = own.pressed.as_ref().map_or("", |pressed| &pressed.accused);
    format!("{}\n{}\n{accused}", own.filing.what, own.filing.place_words)
}

/// Signs the promise that the entry will stand in the log in time.
fn promise(site: &Site, (commitment, day): (&str, Date), (nonce, body): (&[u8; 32], &str)) -> String {
    let by = day.saturating_add((WAIT_DAYS_MAX + 1).days());
    let text = format!("{PROMISE_HEADER}\n{}\n{commitment}\n{day}\n{by}\n", site.origin);
    let extra = BASE64.encode(&receipt::extra("", nonce, body));
    format!("{PROMISE_HEADER}\nextra {extra}\n\n{}", site.sign_note(&text))
}

/// Stands for a number in its row: in the clear it would tell whoever reads the database, and has seen the number on a slip
/// or in a letter, that an accusation was behind it.
fn sign(site: &Site, number: &str) -> String {
    HEXLOWER.encode(&index(&site.keys.index, "accusation_number", number))
}

/// Finds an accusation by the keyed hash of its code, if the number is its own too.
pub(crate) fn find(tx: &mut Tx<'_>, site: &Site, (number, code): (&str, &[u8])) -> Result<Option<Uuid>, Fault> {
    let row = tx.row(FIND_CODE, params![site.jurisdiction, code])?;
    let Some(row) = row else { return Ok(None) };
    let its: String = row.get("number")?;
    // rows of earlier versions hold the number itself
    if its == sign(site, number) || its == number { row.get("id").map(Some) } else { Ok(None) }
}

/// Returns the question for an accusation that came with a submit key; [`repeat`] takes its answer.
pub(crate) fn submitted(site: &Site, seen: &Seen) -> Question<'static> {
    (FIND_SUBMIT, values![site.jurisdiction, seen.submit.clone()])
}

/// Answers a form that was sent before.
pub(crate) fn repeat(site: &Site, found: Option<&db::Row>, seen: &Seen, code: &Code) -> Result<Option<Filed>, NotFiled> {
    let Some(row) = found else { return Ok(None) };
    if row.get::<Vec<u8>>("form")? != seen.form {
        return Err(NotFiled::OtherForm);
    }
    let id: Uuid = row.get("id")?;
    let own = opened(site, id, &row.get::<Vec<u8>>("own")?, &code.seed())?;
    Ok(Some(Filed { receipt: own.promise, repeated: true, ..answer(&own.filing, id, code) }))
}

fn opened(site: &Site, id: Uuid, own: &[u8], seed: &Seed) -> Result<Own, Fault> {
    let text = open(&seed.own_key(), &context(site, id), own)?;
    serde_json::from_slice(&text).map_err(|_| Fault::new(FaultKind::Corrupt, "an own copy cannot be read"))
}

/// Opens the resident's own copy.
pub fn own(tx: &mut Tx<'_>, site: &Site, id: Uuid, seed: &Seed) -> Result<Option<Own>, Fault> {
    let Some(row) = tx.row(GET, params![site.jurisdiction, id])? else { return Ok(None) };
    opened(site, id, &row.get::<Vec<u8>>("own")?, seed).map(Some)
}

/// Renders the resident's receipt: the proof once the entry is in the log, the promise before.
pub fn receipt(tx: &mut Tx<'_>, site: &Site, own: &Own) -> Result<String, Fault> {
    let wrong = |_| Fault::new(FaultKind::Corrupt, "an own copy holds a wrong nonce");
    let nonce: [u8; 32] = HEXLOWER.decode(own.nonce.as_bytes()).map_err(wrong)?.try_into().map_err(|_| Fault::other("nonce"))?;
    let needle = format!("\"h\":\"{}\"", commitment(&nonce, &own.body));
    let mut after = own.after;
    loop {
        let rows = tx.rows(SEALED_AFTER, params![site.jurisdiction, after, PAGE_ENTRIES])?;
        let Some(last) = rows.last() else { return Ok(own.promise.clone()) };
        after = last.get("position")?;
        for row in &rows {
            let fact: String = row.get("fact")?;
            if fact.contains(&needle) {
                let leaf: i64 = row.get("leaf")?;
                let (size, note) = journal::receipt_note(tx, site.jurisdiction, leaf)?;
                let hashes = journal::proof_for(tx, site, leaf, size)?;
                let extra = Some(receipt::extra(&fact, &nonce, &own.body));
                return Ok(TlogProof { extra, index: leaf as u64, hashes, checkpoint: note }.to_text());
            }
        }
    }
}

/// Chooses the size of a batch. It must not tell whether anything waits: a site that stood still for days has late ones
/// too, and a small batch takes them all.
fn batch_entries(waiting: i64, late: bool) -> i64 {
    if late && waiting >= BATCH_ENTRIES { BATCH_ENTRIES_LARGE } else { BATCH_ENTRIES }
}

/// Publishes the batch of the days before today, once a day: real entries, the tally of what is kept and dummies, in an
/// order that tells nothing.
pub fn batch(tx: &mut Tx<'_>, site: &Site, now: Timestamp, chance: &mut Chance) -> Result<(), Fault> {
    let (_, now) = not_before_the_log(tx, site, now)?;
    let today = site.day(now);
    let yesterday = today.saturating_sub(1.day()).to_string();
    if tx.row(LAST_BATCH, params![site.jurisdiction, yesterday.as_str()])?.is_some() {
        return Ok(());
    }
    keys::prune(tx, site)?;
    let late = today.saturating_sub(WAIT_DAYS_MAX.days()).to_string();
    let oldest: Option<String> = tx.row(OLDEST, params![site.jurisdiction])?.map(|row| row.get("day")).transpose()?;
    let waiting = tx.rows(WAITING, params![site.jurisdiction, today.to_string(), BATCH_ENTRIES_LARGE])?;
    let entries = batch_entries(waiting.len() as i64, oldest.is_some_and(|day| day <= late));
    let tally = kept::tally(tx, site, today)?;
    let mut all: Vec<(u64, Option<String>)> = vec![(u64::from_be_bytes(chance::bytes(chance)), Some(tally))];
    for row in waiting.iter().take(entries as usize - 1) {
        all.push((u64::from_be_bytes(chance::bytes(chance)), row.get("commitment")?));
        tx.run(BATCHED, params![site.jurisdiction, row.get::<Uuid>("id")?])?;
    }
    while (all.len() as i64) < entries {
        all.push((u64::from_be_bytes(chance::bytes(chance)), None));
    }
    all.sort();
    for (_, commitment) in &all {
        journal::append_sealed(tx, site, now, chance, commitment.as_deref())?;
    }
    tx.run(PUT_BATCH, params![site.jurisdiction, yesterday, entries])?;
    pressed::count_quarters(tx, site, (now, chance), today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_batch_tells_nothing_until_more_wait_than_a_small_one_takes() {
        for waiting in [0, 1, BATCH_ENTRIES - 1] {
            assert_eq!((batch_entries(waiting, false), batch_entries(waiting, true)), (BATCH_ENTRIES, BATCH_ENTRIES));
        }
        assert_eq!(batch_entries(BATCH_ENTRIES, false), BATCH_ENTRIES);
        assert_eq!(batch_entries(BATCH_ENTRIES, true), BATCH_ENTRIES_LARGE);
    }
}
