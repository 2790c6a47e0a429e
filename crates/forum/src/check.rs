//! The tables of the board against the journal: each post folded anew from its events must be what its row says, stand in the lists it
//! belongs in, and have its measures noted. Nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use civic::journal::{self, Raw, Stored};
use civic::site::Site;
use civic::vault::Key;
use data_encoding::HEXLOWER;
use db::{Fault, Row, Tx, params};
use jiff::Timestamp;
use uuid::Uuid;

use crate::board;
use crate::post::{Event, Standing, State, Written};
use crate::store;

/// Events read at once.
const PAGE_EVENTS: i64 = 2_000;
/// Posts named; more are counted only.
const NAMED_MAX: usize = 20;

/// Is a measure as its event has it: position, kind, office, reason, day.
type Measure = (i64, String, String, String, String);

/// Is what the events of all posts come to, beside each post's own row.
#[derive(Default)]
struct Sum {
    posts: i64,
    lists: i64,
    measures: i64,
    tally: BTreeMap<(String, String, String), i64>,
    /// Public posts below each.
    replies: BTreeMap<Uuid, i64>,
    wrong: BTreeSet<Uuid>,
}

/// Folds every post again and says where the tables differ.
pub fn compare(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<String>, Fault> {
    let (mut sum, mut after) = (Sum::default(), Uuid::nil());
    loop {
        let events = journal::matters(tx, site.jurisdiction, after, PAGE_EVENTS)?;
        let Some(last) = events.last() else { break };
        after = last.matter;
        for life in events.chunk_by(|one, next| one.matter == next.matter) {
            if life[0].kind == "post_written" {
                one(tx, site, (life, &mut sum))?;
            }
        }
    }
    replies(tx, site, &mut sum)?;
    let mut found: Vec<String> = sum
        .wrong
        .iter()
        .take(NAMED_MAX)
        .map(|post| format!("the board says something else about post {post} than its events"))
        .collect();
    if let Some(more) = sum.wrong.len().checked_sub(NAMED_MAX).filter(|more| *more > 0) {
        found.push(format!("and so it does about {more} more posts"));
    }
    let many = |tx: &mut Tx<'_>, sql: &str| -> Result<i64, Fault> {
        tx.row(sql, params![site.jurisdiction])?.map_or(Ok(0), |row| row.get("many"))
    };
    for (table, sql, own) in [
        ("forum_post", store::MANY_POSTS, sum.posts),
        ("forum_list", store::MANY_LISTED, sum.lists),
        ("forum_measure", store::MANY_MEASURES, sum.measures),
    ] {
        let live = many(tx, sql)?;
        if live != own {
            found.push(format!("table {table} has {live} rows, and by the events {own}"));
        }
    }
    let tally: BTreeMap<_, _> =
        board::tallies(tx, site)?.into_iter().map(|(office, ground, kind, many)| ((office, ground, kind), many)).collect();
    if tally != sum.tally {
        found.push("table forum_tally counts measures otherwise than the events".to_owned());
    }
    Ok(found)
}

/// Folds one post and compares it.
fn one(tx: &mut Tx<'_>, site: &Site, (life, sum): (&[Raw], &mut Sum)) -> Result<(), Fault> {
    let id = life[0].matter;
    sum.posts += 1;
    let row = tx.row(store::WHOLE, params![site.jurisdiction, id])?;
    let listed = tx.rows(store::LISTED, params![site.jurisdiction, id])?;
    sum.lists += listed.len() as i64;
    let noted = tx.rows(store::NOTED, params![site.jurisdiction, id])?;
    sum.measures += noted.len() as i64;
    let Some(mut row) = row else {
        sum.wrong.insert(id);
        return Ok(());
    };
    let Some(key) = site.keystore.get(life[0].key_id)? else {
        // taken back: nobody opens its words, and its measures stand in the public entries
        for row in &noted {
            let (_, kind, office, ground, _) = measure(row)?;
            *sum.tally.entry((office, ground, kind)).or_default() += 1;
        }
        let version = life.last().map_or(0, |raw| raw.version);
        let gone = row.get::<String>("standing")? == Standing::Withdrawn.code() && row.get::<i64>("version")? == version;
        if !gone || !listed.is_empty() || row.take::<Option<Vec<u8>>>("sealed")?.is_some() {
            sum.wrong.insert(id);
        }
        return Ok(());
    };
    let Some((written, state, own)) = fold(site, (life, &key))? else {
        sum.wrong.insert(id);
        return Ok(());
    };
    for (_, kind, office, ground, _) in &own {
        *sum.tally.entry((office.clone(), ground.clone(), kind.clone())).or_default() += 1;
    }
    if state.standing == Standing::Public && !state.kind.is_first() && state.shown.is_some() {
        *sum.replies.entry(state.topic).or_default() += 1;
    }
    let live = noted.iter().map(measure).collect::<Result<Vec<_>, Fault>>()?;
    let fits = live == own && lists(site, &state, &listed)? && is_row(site, (&mut row, &key), (&written, &state))?;
    if !fits {
        sum.wrong.insert(id);
    }
    Ok(())
}

/// Goes through the events of a post. `None`: they are none of a post.
fn fold(site: &Site, (life, key): (&[Raw], &Key)) -> Result<Option<(Written, State, Vec<Measure>)>, Fault> {
    let (mut whole, mut measures): (Option<(Written, State)>, Vec<Measure>) = (None, Vec::new());
    for raw in life {
        let stored = journal::open_body(site, raw, key)?;
        let Ok(event) = serde_json::from_value::<Event>(stored.body.clone()) else { return Ok(None) };
        measures.extend(taken(&event, &stored));
        match (&mut whole, event) {
            (Some((_, state)), event) => state.apply(&event, (stored.at, stored.day)),
            (None, Event::Written(written)) => {
                let state = State::begin(raw.matter, &written, stored.at);
                whole = Some((*written, state));
            }
            (None, _) => return Ok(None),
        }
    }
    Ok(whole.map(|(written, state)| (written, state, measures)))
}

fn taken(event: &Event, stored: &Stored) -> Option<Measure> {
    let (office, ground) = match (event, event.measure()) {
        (_, Some(measure)) => measure,
        (Event::Decided { office, stays, .. }, None) => (office.as_str(), if *stays { "stays" } else { "restored" }),
        _ => return None,
    };
    let owned = |text: &str| text.to_owned();
    Some((stored.position, owned(event.kind()), owned(office), owned(ground), stored.day.to_string()))
}

fn measure(row: &Row) -> Result<Measure, Fault> {
    Ok((row.get("position")?, row.get("kind")?, row.get("office")?, row.get("ground")?, row.get("day")?))
}

/// Tells whether a post stands in the lists it belongs in. Below which places its own one lies is asked of nobody: the tree may have been
/// another one then.
fn lists(site: &Site, state: &State, listed: &[Row]) -> Result<bool, Fault> {
    let at = state.shown.unwrap_or(state.written).as_microsecond();
    let of_tree = |name: &String| {
        let place = name.strip_prefix("b|").and_then(|rest| rest.split('|').next()).unwrap_or_default();
        !place.is_empty() && place != state.place
    };
    let own: BTreeSet<String> = board::lists(&site.directory(), state).into_iter().filter(|name| !of_tree(name)).collect();
    let mut live = BTreeSet::new();
    for row in listed {
        if row.get::<i64>("at")? != at {
            return Ok(false);
        }
        live.insert(row.get::<String>("list")?);
    }
    live.retain(|name| !of_tree(name));
    Ok(own == live)
}

fn is_row(site: &Site, (row, key): (&mut Row, &Key), (written, state): (&Written, &State)) -> Result<bool, Fault> {
    let hash = |text: &str| HEXLOWER.decode(text.as_bytes()).unwrap_or_default();
    let code = (!written.code.is_empty()).then(|| hash(&written.code));
    let texts = [
        ("kind", state.kind.code()),
        ("standing", state.standing.code()),
        ("place", state.place.as_str()),
        ("theme", state.theme.as_str()),
        ("office", state.office.as_str()),
    ];
    for (name, own) in texts {
        if row.get::<String>(name)? != own {
            return Ok(false);
        }
    }
    let numbers = [
        ("version", state.version),
        ("written", state.written.as_microsecond()),
        ("shown", state.shown.map_or(0, Timestamp::as_microsecond)),
        ("changed", state.changed.as_microsecond()),
    ];
    for (name, own) in numbers {
        if row.get::<i64>(name)? != own {
            return Ok(false);
        }
    }
    let hashes = row.take::<Option<Vec<u8>>>("code")? == code
        && row.take::<Vec<u8>>("submit")? == hash(&written.submit)
        && row.take::<Vec<u8>>("form")? == hash(&written.form);
    let sealed: Option<Vec<u8>> = row.take("sealed")?;
    let face = sealed.map(|sealed| store::unsealed(site, (state.id, state.version), (key, &sealed)));
    let shown = match (face, state.standing) {
        (None, Standing::Withdrawn) => true,
        (Some(Ok(face)), standing) => standing != Standing::Withdrawn && face == state.face(),
        _ => false,
    };
    Ok(row.get::<Uuid>("topic")? == state.topic && hashes && shown)
}

/// Compares how many public posts each row says stand below it.
fn replies(tx: &mut Tx<'_>, site: &Site, sum: &mut Sum) -> Result<(), Fault> {
    let mut after = Uuid::nil();
    loop {
        let rows = tx.rows(store::COUNTED, params![site.jurisdiction, after, PAGE_EVENTS])?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.get("id")?;
        for row in &rows {
            let id: Uuid = row.get("id")?;
            if row.get::<i64>("replies")? != sum.replies.get(&id).copied().unwrap_or_default() {
                sum.wrong.insert(id);
            }
        }
    }
}
