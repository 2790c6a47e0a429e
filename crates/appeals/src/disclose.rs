//! Handing one matter to a body that the law names (依法提供): a ground from the rules with its clause, a named receiver, words of
//! reason, and two persons of those who watch and hold none ([`civic::second`]). There is no other way out, and none for many.
//!
//! Every disclosure is an event [`KIND`] of the site's own stream, whose public entry says the ground and nothing that leads
//! to the matter; so anybody can count them. The resident is told by an event of the matter itself, in the same commit. Only
//! where the ground lets it wait, and a ground of its own says why, that event comes later: by itself, on the last day of the
//! term `site.disclosure_told`. An entry of the matter's stream would tell it before: the resident knows its pseudonym.
//!
//! What was asked for lies in `disclosure_asked` until it is decided, what was agreed in `disclosure`: sealed under the matter's key,
//! for a request says in words why somebody is looked into. Whoever asked fetches it for the hours of `site.two_persons`.

use civic::access::{self, Purpose, Reading};
use civic::chance::Chance;
use civic::journal::{self, Actor, OwnEvent};
use civic::refusal::{No, Refusal};
use civic::rules::RuleSet;
use civic::second::{self, Agreed, Asked, Deed};
use civic::site::Site;
use civic::vault::{open as unseal, seal};
use data_encoding::BASE64;
use db::{Fault, FaultKind, Guard, Keep, Migration, Row, Tx, params};
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use serde_json::{Map, json};
use uuid::Uuid;

use crate::appeal::{Disclosure, Event, Part, Stage};
use crate::store::{self, Loaded};
use crate::{decide, run};

/// Kind code of the site's own event.
pub const KIND: &str = "handed_out";
/// The list of grounds.
pub const GROUNDS: &str = "disclose";
/// The list of grounds for telling the resident later.
pub const LATER: &str = "disclose_later";
/// The term after which the resident is told at the latest.
const TOLD: &str = "site.disclosure_told";
/// How many matters one office's people may have handed out on a day.
const OF_DAY: &str = "site.disclosures_day";
/// How long whoever asked may fetch it.
const OPEN_FOR: &str = "site.two_persons";
/// Longest name of a receiver, in characters.
pub const BODY_CHARS_MAX: usize = 120;
/// Longest words of reason, in characters.
pub const WORDS_CHARS_MAX: usize = 2_000;

/// Builds the tables.
pub const MIGRATION: Migration = Migration {
    name: "0160_disclosure",
    sql: "create table disclosure_asked (
            jurisdiction bigint not null,
            id uuid not null,
            matter uuid not null,
            until bigint not null,
            sealed bytea not null,
            primary key (jurisdiction, id));
          create index disclosure_asked_until on disclosure_asked (jurisdiction, until);
          create table disclosure (
            jurisdiction bigint not null,
            id uuid not null,
            matter uuid not null,
            at bigint not null,
            fetched_by uuid not null,
            until bigint not null,
            tell text not null,
            told boolean not null,
            sealed bytea not null,
            primary key (jurisdiction, id));
          create index disclosure_tell on disclosure (jurisdiction, told, tell);
          create index disclosure_matter on disclosure (jurisdiction, matter, told);
          create index disclosure_fetch on disclosure (jurisdiction, fetched_by, until);",
    sql_postgres: None,
};

/// Finds what was handed out since a moment without going through the years before it.
pub const DAY_MIGRATION: Migration = Migration {
    name: "0191_disclosure_at",
    sql: "create index disclosure_at on disclosure (jurisdiction, at);",
    sql_postgres: None,
};

/// Guards the table: what was handed out stays noted, and so does whether its resident was told.
pub const GUARD: Guard = Guard { table: "disclosure", keep: Keep::Columns(&["told"]) };

db::statements! {
    PUT_ASKED = "insert into disclosure_asked (jurisdiction, id, matter, until, sealed) values ($1, $2, $3, $4, $5)";
    GET_ASKED = "select matter, sealed from disclosure_asked where jurisdiction = $1 and id = $2";
    DROP_ASKED = "delete from disclosure_asked where jurisdiction = $1 and id = $2";
    SWEEP_ASKED = "delete from disclosure_asked where jurisdiction = $1 and until < $2";
    PUT_DISCLOSURE = "insert into disclosure (jurisdiction, id, matter, at, fetched_by, until, tell, told, sealed)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    FETCHABLE = "select id, matter, until, sealed from disclosure where jurisdiction = $1 and fetched_by = $2 and until > $3
        order by until desc limit 50";
    FETCH = "select id, matter, until, sealed from disclosure
        where jurisdiction = $1 and id = $2 and fetched_by = $3 and until > $4";
    UNTOLD = "select id, matter, sealed from disclosure where jurisdiction = $1 and told = false and tell <= $2
        order by tell, id limit 50";
    SET_TOLD = "update disclosure set told = true where jurisdiction = $1 and id = $2";
    SINCE = "select fetched_by from disclosure where jurisdiction = $1 and at >= $2 order by at limit 1000";
    // the sum keeps it on the index of the matter
    HIDDEN = "select min(at + 0) as at from disclosure where jurisdiction = $1 and matter = $2 and told = false";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Is what somebody asks to hand out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The receiving body, by its full name.
    pub body: String,
    /// Ground code.
    pub ground: String,
    /// The receiver's paper and why it needs this.
    pub words: String,
    /// What of the matter goes.
    pub parts: Vec<Part>,
    /// Ground code for telling the resident later; none where they are told at once.
    pub later: Option<String>,
}

/// Is a request that waits for a second person, with what it asks for.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The request.
    pub asked: Asked,
    /// The matter's number.
    pub number: String,
    /// What is to be handed out.
    pub disclosure: Disclosure,
}

/// Is a disclosure that two persons agreed to.
#[derive(Debug, Clone)]
pub struct Ready {
    /// Its id, that of the request.
    pub id: Uuid,
    /// The matter.
    pub matter: Uuid,
    /// The matter's number.
    pub number: String,
    /// Until when it may be fetched.
    pub until: Timestamp,
    /// What is handed out.
    pub disclosure: Disclosure,
}

/// Says whether a matter may be handed out as somebody wants it, or why not: asked of both persons, and again of the fetching.
fn ready(rules: &RuleSet, loaded: &Loaded, wanted: &Disclosure) -> Result<(), Refusal> {
    let at = |code, field: &str, way| Refusal::new(code).with("field", field).instead(way);
    if loaded.state.stage == Stage::Withdrawn {
        return Err(at("disclose_withdrawn", "number", "disclose_ask_resident"));
    }
    let ground = rules.ground(GROUNDS, &wanted.ground).ok_or_else(|| at("unknown_ground", "ground", "choose_ground"))?;
    if wanted.body.trim().is_empty() || wanted.body.chars().count() > BODY_CHARS_MAX {
        return Err(at("body_missing", "body", "name_body").with("max", BODY_CHARS_MAX));
    }
    if wanted.words.trim().is_empty() {
        return Err(at("words_missing", "words", "write_words"));
    }
    if wanted.words.chars().count() > WORDS_CHARS_MAX {
        return Err(Refusal::new("words_long").with("field", "words").with("max", WORDS_CHARS_MAX));
    }
    decide::labels(&wanted.words)?;
    if wanted.parts.is_empty() {
        return Err(at("disclose_nothing", "parts", "choose_parts"));
    }
    if wanted.parts.iter().any(|part| !ground.parts.iter().any(|own| own == part.code())) {
        return Err(at("disclose_part", "parts", "choose_parts"));
    }
    match &wanted.held {
        Some(_) if !ground.later => Err(at("disclose_at_once", "later", "disclose_tell")),
        Some(later) if rules.ground(LATER, later).is_none() => Err(at("unknown_ground", "later", "choose_ground")),
        _ => Ok(()),
    }
}

/// Asks for a second person.
pub fn ask(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    by: Uuid,
    (matter, wanted): (Uuid, Wanted),
) -> Result<Asked, No> {
    let loaded = store::load(tx, site, matter)?.ok_or(No::Absent)?;
    let Wanted { body, ground, words, parts, later } = wanted;
    let wanted = Disclosure { day: site.day(now), body, ground, words, parts, held: later, first: by, second: Uuid::nil() };
    ready(&site.rules(), &loaded, &wanted)?;
    let asked = second::ask(tx, site, (now, &mut *chance), by, (Deed::Disclose, &matter.to_string(), &wanted.ground))?;
    let sealed = sealed(site, (&loaded, asked.id), &wanted, chance);
    tx.run(PUT_ASKED, params![site.jurisdiction, asked.id, matter, asked.until.as_microsecond(), sealed])?;
    Ok(asked)
}

/// Lists what waits for a second person.
pub fn waiting(tx: &mut Tx<'_>, site: &Site, now: Timestamp) -> Result<Vec<Waiting>, Fault> {
    let mut all = Vec::new();
    for asked in second::waiting(tx, site, now, Deed::Disclose)? {
        // of a matter that was erased meanwhile nothing is left to show
        let Some((loaded, disclosure)) = wanted(tx, site, asked.id)? else { continue };
        all.push(Waiting { number: loaded.state.number.clone(), asked, disclosure });
    }
    Ok(all)
}

/// Reads what a request asks for.
fn wanted(tx: &mut Tx<'_>, site: &Site, id: Uuid) -> Result<Option<(Loaded, Disclosure)>, Fault> {
    let Some(row) = tx.row(GET_ASKED, params![site.jurisdiction, id])? else { return Ok(None) };
    read(tx, site, (row.get("matter")?, id), &row)
}

fn read(tx: &mut Tx<'_>, site: &Site, (matter, id): (Uuid, Uuid), row: &Row) -> Result<Option<(Loaded, Disclosure)>, Fault> {
    let Some(loaded) = store::load(tx, site, matter)? else { return Ok(None) };
    let text = unseal(&loaded.key, &context(site, id), &row.get::<Vec<u8>>("sealed")?)?;
    let unreadable = |_| Fault::new(FaultKind::Corrupt, "a disclosure cannot be read");
    let disclosure = serde_json::from_slice(&text).map_err(unreadable)?;
    Ok(Some((loaded, disclosure)))
}

/// Does what two persons agreed to: the events are there before anything can be fetched.
pub fn agree(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), agreed: &Agreed) -> Result<(), No> {
    let asked = agreed.asked();
    if asked.deed != Deed::Disclose {
        return Err(Fault::other("two persons agreed to something else").into());
    }
    let (mut loaded, wanted) = wanted(tx, site, asked.id)?.ok_or(No::Absent)?;
    let disclosure = Disclosure { day: site.day(now), second: agreed.second(), ..wanted };
    ready(&site.rules(), &loaded, &disclosure)?;
    within_day(tx, site, now, agreed.first())?;
    let tell = told_on(site, &disclosure)?;
    let sealed = sealed(site, (&loaded, asked.id), &disclosure, chance);
    note(tx, site, (now, &mut *chance), (asked.id, &loaded, &disclosure, &sealed))?;
    let at_once = disclosure.held.is_none();
    if at_once {
        let (actor, event) = (Actor::Staff(agreed.second()), Event::Disclosed(disclosure));
        run::record(tx, site, (now, chance), actor, (&mut loaded, event))?;
    }
    let until = now.saturating_add(site.rules().clock(OPEN_FOR)).unwrap_or(Timestamp::MAX);
    let (jurisdiction, matter) = (site.jurisdiction, loaded.state.matter);
    let (at, until, tell) = (now.as_microsecond(), until.as_microsecond(), tell.to_string());
    tx.run(PUT_DISCLOSURE, params![jurisdiction, asked.id, matter, at, agreed.first(), until, tell, at_once, sealed])?;
    tx.run(DROP_ASKED, params![jurisdiction, asked.id])?;
    Ok(())
}

/// Refuses one more than an office's people may have handed out on a day: what is done many times over is no longer done one
/// matter at a time. The office is that of whoever asks.
fn within_day(tx: &mut Tx<'_>, site: &Site, now: Timestamp, first: Uuid) -> Result<(), No> {
    let (directory, max) = (site.directory(), i64::from(site.rules().term(OF_DAY).value));
    let office = |id: &Uuid| directory.staff.get(id).map(|staff| staff.office.clone());
    let began =
        site.day(now).to_zoned_datetime(site.zone.clone()).map_err(|_| Fault::other("a day has no beginning"))?.timestamp();
    let mut today = 0;
    for row in tx.rows(SINCE, params![site.jurisdiction, began.as_microsecond()])? {
        today += i64::from(office(&row.get("fetched_by")?) == office(&first));
    }
    if today < max {
        return Ok(());
    }
    Err(Refusal::new("disclosures_day").with("field", "number").with("max", max).instead("disclose_tomorrow").into())
}

/// Returns the day on which the resident is told.
fn told_on(site: &Site, disclosure: &Disclosure) -> Result<Date, Fault> {
    let months = disclosure.held.as_ref().map_or(0, |_| site.rules().term(TOLD).value);
    disclosure.day.checked_add(Span::new().months(months)).map_err(|_| Fault::other("a day of telling is out of range"))
}

/// Writes the site's own event: its entry says the grounds and the day; its body holds all of it, sealed under the matter's key.
fn note(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (id, loaded, disclosure, sealed): (Uuid, &Loaded, &Disclosure, &[u8]),
) -> Result<(), Fault> {
    let stream = journal::own_stream(&format!("minsheng/handed_out/{}/{id}", site.jurisdiction));
    let mut fields = Map::new();
    fields.insert("g".into(), disclosure.ground.as_str().into());
    if let Some(held) = &disclosure.held {
        fields.insert("lt".into(), held.as_str().into());
    }
    let (first, second) = (disclosure.first, disclosure.second);
    let body = json!({"matter": loaded.state.matter, "first": first, "second": second, "sealed": BASE64.encode(sealed)});
    let own = OwnEvent { stream, version: 1, actor: Actor::Staff(second), kind: KIND, fields, body };
    journal::append_own(tx, site, (now, chance), own).map(drop)
}

/// Ends a request without handing anything out.
pub fn decline(tx: &mut Tx<'_>, site: &Site, now: Timestamp, id: Uuid) -> Result<(), No> {
    second::decline(tx, site, now, (id, Deed::Disclose))?;
    tx.run(DROP_ASKED, params![site.jurisdiction, id])?;
    Ok(())
}

/// Lists what somebody asked for, two persons agreed to, and may still be fetched.
pub fn fetchable(tx: &mut Tx<'_>, site: &Site, (by, now): (Uuid, Timestamp)) -> Result<Vec<Ready>, Fault> {
    let mut all = Vec::new();
    for row in tx.rows(FETCHABLE, params![site.jurisdiction, by, now.as_microsecond()])? {
        all.extend(fetched(tx, site, &row)?.map(|(_, ready)| ready));
    }
    Ok(all)
}

fn fetched(tx: &mut Tx<'_>, site: &Site, row: &Row) -> Result<Option<(Loaded, Ready)>, Fault> {
    let (id, matter) = (row.get("id")?, row.get("matter")?);
    let until =
        Timestamp::from_microsecond(row.get("until")?).map_err(|_| Fault::other("a disclosure's time is out of range"))?;
    let Some((loaded, disclosure)) = read(tx, site, (matter, id), row)? else { return Ok(None) };
    let number = loaded.state.number.clone();
    Ok(Some((loaded, Ready { id, matter, number, until, disclosure })))
}

/// Lets whoever asked for a disclosure fetch it: an entry of the access log first, which is durable before a byte leaves.
/// The reader says who and where; matter and purpose are put in here.
pub fn fetch(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (id, reader): (Uuid, Reading)) -> Result<Ready, No> {
    let row = tx.row(FETCH, params![site.jurisdiction, id, reader.staff, now.as_microsecond()])?;
    let over = || Refusal::new("second_over").instead("second_ask_again");
    let (loaded, ready_for) = row.map(|row| fetched(tx, site, &row)).transpose()?.flatten().ok_or_else(over)?;
    ready(&site.rules(), &loaded, &ready_for.disclosure)?;
    let reading = Reading { matter: ready_for.matter, purpose: Purpose::Disclose, ..reader };
    access::record(tx, site, now, &reading)?;
    if hidden_since(tx, site, ready_for.matter)?.is_none() {
        access::tell_handed_out(tx, site, ready_for.matter, (now, None))?;
    }
    Ok(ready_for)
}

/// Tells residents whose time to be told has come. Returns how many. Nobody presses for it.
pub fn tell(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance)) -> Result<usize, Fault> {
    let today = site.day(now).to_string();
    let rows = tx.rows(UNTOLD, params![site.jurisdiction, today])?;
    for row in &rows {
        let (id, matter): (Uuid, Uuid) = (row.get("id")?, row.get("matter")?);
        if let Some((mut loaded, disclosure)) = read(tx, site, (matter, id), row)? {
            let event = Event::Disclosed(disclosure);
            run::record(tx, site, (now, &mut *chance), Actor::System, (&mut loaded, event))?;
        }
        let hidden = hidden_since(tx, site, matter)?;
        tx.run(SET_TOLD, params![site.jurisdiction, id])?;
        if let Some(since) = hidden {
            let still = hidden_since(tx, site, matter)?;
            access::tell_handed_out(tx, site, matter, (since, still))?;
        }
    }
    Ok(rows.len())
}

/// Says since when something was handed out that the resident is to be told of later: entries of that fetching wait with it.
pub fn hidden_since(tx: &mut Tx<'_>, site: &Site, matter: Uuid) -> Result<Option<Timestamp>, Fault> {
    let row = tx.row(HIDDEN, params![site.jurisdiction, matter])?;
    let at: Option<i64> = row.map(|row| row.get("at")).transpose()?.flatten();
    at.map(|at| Timestamp::from_microsecond(at).map_err(|_| Fault::other("a disclosure's time is out of range"))).transpose()
}

/// Leaves those readings of a matter that its resident may see now.
pub fn told_readings(
    tx: &mut Tx<'_>,
    site: &Site,
    (matter, mut all): (Uuid, Vec<access::Entry>),
) -> Result<Vec<access::Entry>, Fault> {
    let is_of_one = |entry: &access::Entry| entry.purpose == Purpose::Disclose.code();
    if all.iter().any(is_of_one)
        && let Some(since) = hidden_since(tx, site, matter)?
    {
        all.retain(|entry| !is_of_one(entry) || entry.at < since);
    }
    Ok(all)
}

/// Deletes requests whose time is over. Returns how many.
pub fn sweep(tx: &mut Tx<'_>, jurisdiction: i64, now: Timestamp) -> Result<u64, Fault> {
    tx.run(SWEEP_ASKED, params![jurisdiction, now.as_microsecond()])
}

fn sealed(site: &Site, (loaded, id): (&Loaded, Uuid), disclosure: &Disclosure, chance: &mut Chance) -> Vec<u8> {
    let text = serde_json::to_vec(disclosure).expect("a disclosure is plain data");
    seal(&loaded.key, &context(site, id), &text, chance)
}

fn context(site: &Site, id: Uuid) -> String {
    format!("{}|disclosure|{id}|sealed|1", site.jurisdiction)
}
