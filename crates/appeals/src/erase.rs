//! Erasing a matter: its key is destroyed, so that no body, file or link to its public entries opens again, and every row about
//! it goes. It takes two persons ([`civic::second`]), leaves an entry in the public log, and nothing else.
//!
//! Nothing is erased by the passing of time alone: a clock that jumps makes many matters look old, and destroys none. More
//! than one in a hundred on one day needs two persons once more, for that day.
//!
//! The event and the rows go in one commit, then the key in its own store; a row of the table `erasure` is the thread between
//! the two, and [`finish`] follows it after a crash.

use civic::chance::Chance;
use civic::journal::{self, Actor, OwnEvent};
use civic::refusal::{No, Refusal};
use civic::second::{Agreed, Deed};
use civic::site::Site;
use civic::vault::KeyId;
use db::{Fault, Migration, Tx, params};
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use serde_json::{Map, json};
use uuid::Uuid;

use crate::disclose;
use crate::store::{self, Loaded, tally};

/// Kind code of the event.
pub const KIND: &str = "erased";
/// The list of grounds.
pub const GROUNDS: &str = "erase";
/// The ground of a time that is over; the others name what else the law says.
const TIME_OVER: &str = "time_over";
/// The term of keeping, from the last step.
const TERM: &str = "site.keep_matter";
/// One in so many matters may be erased on a day.
const SHARE: i64 = 100;

/// Builds the tables.
pub const MIGRATION: Migration = Migration {
    name: "0141_erasure",
    sql: "create table erasure (
            jurisdiction bigint not null,
            matter uuid not null,
            key_id bigint not null,
            day text not null,
            done boolean not null,
            primary key (jurisdiction, matter));
          create index erasure_of_day on erasure (jurisdiction, day);
          create index erasure_done on erasure (jurisdiction, done);
          create table erasure_many (
            jurisdiction bigint not null,
            day text not null,
            primary key (jurisdiction, day));",
    sql_postgres: None,
};

db::statements! {
    PUT_ERASURE = "insert into erasure (jurisdiction, matter, key_id, day, done) values ($1, $2, $3, $4, false)";
    LEFT = "select matter, key_id from erasure where jurisdiction = $1 and done = false limit 100";
    DONE = "update erasure set done = true where jurisdiction = $1 and matter = $2";
    OF_DAY = "select cast(count(*) as bigint) as many from erasure where jurisdiction = $1 and day = $2";
    MATTERS = "select cast(count(*) as bigint) as many from
        (select id from matter where jurisdiction = $1 limit $2) as part";
    PUT_DAY = "insert into erasure_many (jurisdiction, day) values ($1, $2) on conflict (jurisdiction, day) do nothing";
    IS_DAY = "select day from erasure_many where jurisdiction = $1 and day = $2";
    DROP_MATTER = "delete from matter where jurisdiction = $1 and id = $2";
    DROP_PARTIES_OF = "delete from matter_party where jurisdiction = $1 and matter = $2";
    DROP_CODES_OF = "delete from matter_code where jurisdiction = $1 and matter = $2";
    DROP_CONTACT = "delete from matter_contact where jurisdiction = $1 and contact = $2 and matter = $3";
    DROP_SUBMISSION = "delete from submission where jurisdiction = $1 and submit = $2";
    DROP_FILE = "delete from matter_file where jurisdiction = $1 and address = $2 and matter = $3";
    DROP_CALL_OF = "delete from matter_call where jurisdiction = $1 and matter = $2";
    DROP_LETTERS = "delete from outbox where jurisdiction = $1 and matter = $2";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Says whether a matter may be erased on a ground, or why not: asked of both persons.
pub fn ready(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (loaded, ground): (&Loaded, &str)) -> Result<(), No> {
    let rules = site.rules();
    rules.ground(GROUNDS, ground).ok_or_else(|| Refusal::new("unknown_ground").instead("choose_ground"))?;
    if loaded.state.is_open() {
        return Err(Refusal::new("erase_open").instead("erase_close_first").into());
    }
    if !store::children(tx, site.jurisdiction, loaded.state.matter)?.is_empty() {
        return Err(Refusal::new("erase_merged").instead("erase_merged_first").into());
    }
    if disclose::hidden_since(tx, site, loaded.state.matter)?.is_some() {
        return Err(Refusal::new("erase_untold").instead("erase_wait").into());
    }
    let until = kept_until(loaded, rules.term(TERM).value)?;
    // whatever else the law says, nobody's time to object is cut short
    let review = loaded.state.last_word().and_then(|word| word.until.as_ref()).map(|until| until.due.last);
    if let Some(last) = review.filter(|last| *last >= site.day(now)) {
        return Err(Refusal::new("erase_review").with("day", last).instead("erase_wait").into());
    }
    if ground == TIME_OVER && site.day(now) < until {
        return Err(Refusal::new("erase_early").with("day", until).instead("erase_wait").into());
    }
    Ok(())
}

/// Returns the first day on which the time of keeping is over: so many months after the last step.
fn kept_until(loaded: &Loaded, months: u32) -> Result<Date, Fault> {
    let last = loaded.events.last().map(|(stored, _)| stored.day).ok_or_else(|| Fault::other("a matter without events"))?;
    last.checked_add(Span::new().months(months)).map_err(|_| Fault::other("a time of keeping is out of range"))
}

/// Erases the matter that two persons agreed about. The key goes with [`finish`], once this is durable.
pub fn erase(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), agreed: &Agreed) -> Result<(), No> {
    let asked = agreed.asked();
    if asked.deed != Deed::Erase {
        return Err(Fault::other("two persons agreed to something else").into());
    }
    let matter: Uuid = asked.subject.parse().map_err(|_| Fault::other("an erasure names no matter"))?;
    let loaded = store::load(tx, site, matter)?.ok_or(No::Absent)?;
    ready(tx, site, now, (&loaded, &asked.ground))?;
    few(tx, site, now)?;
    tell(tx, site, (now, chance), (agreed, &loaded))?;
    forget(tx, site.jurisdiction, &loaded)?;
    let day = site.day(now).to_string();
    tx.run(PUT_ERASURE, params![site.jurisdiction, matter, loaded.state.key_id, day])?;
    Ok(())
}

/// Refuses more than one in a hundred on a day, unless two persons agreed to more for that day. One a day always passes.
fn few(tx: &mut Tx<'_>, site: &Site, now: Timestamp) -> Result<(), No> {
    let (jurisdiction, day) = (site.jurisdiction, site.day(now).to_string());
    let count = |row: Option<db::Row>| row.map_or(Ok(0), |row| row.get::<i64>("many"));
    let today = count(tx.row(OF_DAY, params![jurisdiction, day.as_str()])?)?;
    let wanted = (today + 1) * SHARE;
    let there = count(tx.row(MATTERS, params![jurisdiction, wanted])?)?;
    if today == 0 || there + today >= wanted || tx.row(IS_DAY, params![jurisdiction, day.as_str()])?.is_some() {
        return Ok(());
    }
    Err(Refusal::new("erase_many").with("count", today).instead("erase_many_agree").into())
}

/// Lets more than one in a hundred be erased on a day: two persons agreed to it.
pub fn allow_many(tx: &mut Tx<'_>, site: &Site, agreed: &Agreed) -> Result<(), No> {
    if agreed.asked().deed != Deed::EraseMany {
        return Err(Fault::other("two persons agreed to something else").into());
    }
    tx.run(PUT_DAY, params![site.jurisdiction, agreed.asked().subject.as_str()])?;
    Ok(())
}

/// Writes the event: its public entry says the ground and the day, its body who agreed; under the site's own key, and with
/// nothing that leads to the entries of the matter.
fn tell(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (agreed, loaded): (&Agreed, &Loaded),
) -> Result<(), Fault> {
    let matter = loaded.state.matter;
    let stream = journal::own_stream(&format!("minsheng/erased/{}/{matter}", site.jurisdiction));
    let mut fields = Map::new();
    fields.insert("g".into(), agreed.asked().ground.as_str().into());
    let body = json!({"matter": matter, "key": loaded.state.key_id, "first": agreed.first(), "second": agreed.second()});
    let own = OwnEvent { stream, version: 1, actor: Actor::Staff(agreed.second()), kind: KIND, fields, body };
    journal::append_own(tx, site, (now, chance), own).map(drop)
}

/// Deletes every row about a matter. The files go with the daily sweep: nothing names them any more.
fn forget(tx: &mut Tx<'_>, jurisdiction: i64, loaded: &Loaded) -> Result<(), Fault> {
    let matter = loaded.state.matter;
    for (_, event) in loaded.events.iter() {
        for file in event.files() {
            for address in [file.original.as_str(), file.cleaned.as_str()] {
                tx.run(DROP_FILE, params![jurisdiction, address, matter])?;
            }
        }
        if let crate::Event::Filed(filing) = event {
            for contact in &filing.contacts {
                tx.run(DROP_CONTACT, params![jurisdiction, bytes(contact)?, matter])?;
            }
            tx.run(DROP_SUBMISSION, params![jurisdiction, bytes(&filing.submit)?])?;
        }
    }
    if let Some(row) = tx.row(store::TOPIC_OF, params![jurisdiction, matter])? {
        let counted: [String; 3] = [row.get("week")?, row.get("said")?, row.get("chosen")?];
        let ([week, said, chosen], sure) = (counted, row.get::<i64>("sure")?);
        tx.run(store::COUNT_DOWN, params![jurisdiction, week, said, sure, chosen])?;
        tx.run(store::DROP_TOPIC, params![jurisdiction, matter])?;
    }
    tally::add(tx, jurisdiction, &loaded.state, -1);
    tally::again(tx, jurisdiction)?;
    civic::inbox::drop_of(tx, jurisdiction, matter)?;
    civic::hotline::drop_of(tx, jurisdiction, matter)?;
    for statement in [
        DROP_PARTIES_OF,
        DROP_CODES_OF,
        DROP_CALL_OF,
        store::DROP_SHOWN,
        store::DROP_ORIGIN,
        crate::followup::DROP_CRITICISM,
        crate::supervise::DROP_SUPERVISED,
        crate::exchange::levels::DROP_LEVELS,
        DROP_LETTERS,
        DROP_MATTER,
    ] {
        tx.run(statement, params![jurisdiction, matter])?;
    }
    Ok(())
}

/// Is what an erasure took away.
pub(crate) struct Gone {
    /// The matter.
    pub matter: Uuid,
    /// Its key.
    pub key: KeyId,
}

/// Names what the event of an erasure at a position of the journal is about.
pub(crate) fn of(tx: &mut Tx<'_>, site: &Site, position: i64) -> Result<Option<Gone>, Fault> {
    let Some(raw) = journal::stored(tx, site.jurisdiction, position)? else { return Ok(None) };
    let Some(key) = site.keystore.get(raw.key_id)? else { return Ok(None) };
    let stored = journal::open_body(site, &raw, &key)?;
    let matter = stored.body["matter"].as_str().and_then(|matter| matter.parse().ok());
    Ok(matter.zip(stored.body["key"].as_i64()).map(|(matter, key)| Gone { matter, key }))
}

fn bytes(hexadecimal: &str) -> Result<Vec<u8>, Fault> {
    data_encoding::HEXLOWER.decode(hexadecimal.as_bytes()).map_err(|_| Fault::other("an event holds a broken hash"))
}

/// Destroys the keys of what was erased, durably, and empties the key store's write-ahead log of them. Returns how many. To be
/// called after every erasure, and again and again by the jobs: it goes on where a crash left it.
pub fn finish(hall: &civic::hall::Hall) -> Result<usize, Fault> {
    let site = &hall.site;
    let jurisdiction = site.jurisdiction;
    let left = hall.store.read_blocking(move |tx| {
        let rows = tx.rows(LEFT, params![jurisdiction])?;
        rows.iter().map(|row| Ok::<(Uuid, i64), Fault>((row.get("matter")?, row.get("key_id")?))).collect::<Result<Vec<_>, _>>()
    })?;
    for (_, key) in &left {
        site.keystore.shred(*key)?;
    }
    if left.is_empty() {
        return Ok(0);
    }
    site.keystore.settle()?;
    let done = left.len();
    hall.store.write_blocking(move |tx| {
        for (matter, _) in &left {
            tx.run(DONE, params![jurisdiction, *matter])?;
        }
        Ok::<_, Fault>(())
    })?;
    hall.store.settle()?;
    Ok(done)
}
