//! Somebody is put under pressure because of a matter, or paid back for it (打击报复). One tap on the own page tells the
//! supervising body, and nobody else: it is an accusation, whose accused are the offices that have to do with the matter. So
//! the room, its keys and its batches hold for it too, and no event, list, count or letter of the matter shows it.
//!
//! The resident finds it again by what grows out of the code they hold: no row says which matter it belongs to, and a code
//! that somebody else had re-issued finds nothing of it.

use civic::chance::{self, Chance};
use civic::directory::{Directory, Staff};
use civic::hall::Hall;
use civic::journal::{self, Actor, OwnEvent};
use civic::permit::{Act, Permitted};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use civic::vault::{Key, derive, mac};
use data_encoding::HEXLOWER;
use db::{Fault, FaultKind, Migration, Question, Tx, params, values};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::about::{Accused, keeps_out};
use super::keys::{self, Body};
use super::{Entered, Own, not_before_the_log, wrap};
use crate::appeal::{Channel, DueDate, Event, Filing, Kind, State, compute};
use crate::code::Seed;
use crate::filing::hides;
use crate::{number, store};

/// Adds the mark by which the site counts them; without the site's key it looks like that of any other accusation.
pub const MIGRATION: Migration =
    Migration { name: "0170_accusation_mark", sql: "alter table accusation add column mark bytea;", sql_postgres: None };

db::statements! {
    OF_CODE = "select id, own from accusation where jurisdiction = $1 and code = $2";
    MARKS = "select id, mark from accusation where jurisdiction = $1 and day >= $2 and day < $3 order by id";
    FIRST_BATCH = "select day from sealed_batch where jurisdiction = $1 order by day limit 1";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Kind code of the event that says how many there were in a quarter.
pub const KIND: &str = "pressed_counted";
/// Until when whoever tells it hears whether it is taken up.
const FIRST: &str = "site.pressed_first";
/// Longest words, in characters.
pub const WORDS_CHARS_MAX: usize = 1_000;
/// Reports under one code at most: each is looked at by a person.
pub const REPORTS_MAX: usize = 9;
/// Bytes of the hash by which a report is found, like that of a code.
const FIND_BYTES: usize = 16;

/// Says which matter it is because of, and whom that shuts out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pressed {
    /// Number of the matter.
    pub number: String,
    /// Offices that hold or held it, were asked about it, or review it.
    pub offices: Vec<String>,
    /// Staff who did something with it.
    pub people: Vec<Uuid>,
    /// Whether the body above the supervising body looks into it, since that one has or had the matter itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub above: bool,
    /// Where the matter is an accusation, what was said in it: whoever may be meant there does not open this either.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub accused: String,
    /// Where the matter is an accusation, those of the body to whom it does not open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed_to: Vec<Uuid>,
}

/// Says because of what somebody is put under pressure.
#[derive(Debug, Clone)]
pub enum Because {
    /// An ordinary matter.
    Matter(Uuid),
    /// An accusation of the same person, as their code opened it.
    Accusation(Uuid, Box<Own>),
}

impl Because {
    /// Returns its id.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Matter(id) | Self::Accusation(id, _) => *id,
        }
    }
}

/// Says who looks into a report that is sent from here: the supervising body; where that one has or had the matter itself, the
/// body above it, if the site knows one and it has a key here.
pub fn ready(site: &Site, state: &State) -> Result<Body, Refusal> {
    let directory = site.directory();
    let free = |body: &Body| {
        let mut held = std::iter::once(&state.owner).chain(&state.former);
        let office = body.office(&directory);
        let keeps_a_key = *body == Body::Supervising || site.keys.above.is_some();
        keeps_a_key && office.is_some_and(|office| !held.any(|code| directory.is_now(code, &office.code)))
    };
    let body = [Body::Supervising, Body::Above].into_iter().find(free);
    body.ok_or_else(|| Refusal::new("pressed_supervising").instead("turn_higher"))
}

impl Pressed {
    fn of(site: &Site, loaded: &store::Loaded) -> Result<Self, Refusal> {
        let (body, directory) = (ready(site, &loaded.state)?, &site.directory());
        let (subject, own) = (loaded.state.subject(), body.office(directory).map_or("", |office| &office.code));
        let held = std::iter::once(subject.owner).chain(subject.former);
        // whoever calls the body in that looks into it does not thereby close this way
        let asked = subject.invited.into_iter().chain(subject.reviewer).filter(|code| !directory.is_now(code, own));
        let mut offices: Vec<String> = held.chain(asked).collect();
        let acted = loaded.events.iter().filter_map(|(stored, _)| match stored.actor {
            Actor::Staff(id) => Some(id),
            _ => None,
        });
        let mut people: Vec<Uuid> = acted.chain(loaded.state.handler).collect();
        offices.sort();
        offices.dedup();
        people.sort();
        people.dedup();
        let number = loaded.state.number.clone();
        Ok(Self { number, offices, people, above: body == Body::Above, accused: String::new(), closed_to: Vec::new() })
    }

    /// Says the same of an accusation. Nobody who came to lose it, whoever was named since, gets what is told because of it: it opens to
    /// those alone to whom the accusation opens now.
    fn of_accusation(tx: &mut Tx<'_>, site: &Site, (id, own): (Uuid, &Own)) -> Result<Self, Fault> {
        let (directory, holders) = (site.directory(), wrap::holders(tx, site, id)?);
        let shut = |staff: &Uuid| Body::of(&directory, *staff) == Some(own.body()) && !holders.contains(staff);
        Ok(Self {
            number: own.filing.number.clone(),
            offices: Vec::new(),
            people: Vec::new(),
            above: own.body() == Body::Above,
            accused: super::words(own),
            closed_to: keys::every(tx, site)?.into_iter().map(|kept| kept.staff).filter(shut).collect(),
        })
    }

    /// Tells whether somebody did something with the matter, or belongs to an office that has to do with it.
    pub(super) fn concerns(&self, directory: &Directory, staff: &Staff) -> bool {
        let acting = |code: &str| directory.acting(code).map(|office| office.code.clone());
        let own = acting(&staff.office);
        self.people.contains(&staff.id) || self.offices.iter().any(|code| acting(code) == own)
    }

    /// Tells the same also of those who stand above or below such an office.
    pub(super) fn shuts_out(&self, directory: &Directory, today: Date, staff: &Staff) -> bool {
        let office = |code: &String| keeps_out(directory, today, (staff, &Accused::Office(code.clone())));
        self.concerns(directory, staff) || self.closed_to.contains(&staff.id) || self.offices.iter().any(office)
    }
}

/// Is what a resident, or whoever acts for them, tells.
#[derive(Debug, Clone)]
pub struct Report {
    /// Their permit to tell it, for the matter.
    pub permit: Permitted,
    /// The matter, or the accusation.
    pub because: Because,
    /// What grew out of the code they hold.
    pub seed: Seed,
    /// How many reports under it they had seen; so one that is sent twice is one.
    pub seen: usize,
    /// A few words, or none.
    pub words: String,
}

/// Sends a report.
pub async fn send(hall: &Hall, report: Report) -> Result<(), No> {
    let (site, now, kept) = (hall.site.clone(), hall.clock.now(), report.clone());
    match hall.store.write(move |tx| write(tx, &site, now, &kept)).await {
        Err(No::Failed(fault)) if fault.kind() == FaultKind::Unique => {
            // the same one came by another way in the same moment
            let site = hall.site.clone();
            let there = hall.store.read(move |tx| find(tx, &site, &report.seed).map(|own| own.len() > report.seen)).await?;
            if there { Ok(()) } else { Err(fault.into()) }
        }
        other => other,
    }
}

/// Writes a report. Runs in the writer.
fn write(tx: &mut Tx<'_>, site: &Site, now: Timestamp, report: &Report) -> Result<(), No> {
    assert_eq!(report.permit.act(), Act::ReportPressure, "a report is sent under its own permit");
    let count = find(tx, site, &report.seed)?.len();
    if count > report.seen {
        return Ok(());
    }
    let words = report.words.trim();
    if words.chars().any(hides) {
        return Err(Refusal::new("hidden_characters").instead("type_anew").into());
    }
    if words.chars().count() > WORDS_CHARS_MAX {
        return Err(Refusal::new("words_long").with("max", WORDS_CHARS_MAX).into());
    }
    if count >= REPORTS_MAX {
        return Err(Refusal::new("pressed_often").with("max", REPORTS_MAX).instead("ask_supervising").into());
    }
    let (told, pressed) = because(tx, site, &report.because)?;
    let mut chance = site.chance();
    let (after, now) = not_before_the_log(tx, site, now)?;
    let seed = report.seed.pressed(count);
    let body = if pressed.above { Body::Above } else { Body::Supervising };
    let filing = filing(site, (&told, words, body), site.day(now), (&seed, &mut chance))?;
    let row = Entered { code: seed.found_by(site), submit: submit(site, &seed), form: Sha256::digest(words).to_vec(), filing };
    let files = Key::random(&mut chance);
    super::enter(tx, site, (now, after), (&row, (&seed.own_key(), &files), Some(pressed)), &mut chance)?;
    Ok(())
}

/// Finds what the matter says of who tells it, and whom it shuts out.
fn because(tx: &mut Tx<'_>, site: &Site, because: &Because) -> Result<(Filing, Pressed), No> {
    match because {
        Because::Matter(id) => {
            let loaded = store::load(tx, site, *id)?.ok_or(No::Absent)?;
            let pressed = Pressed::of(site, &loaded)?;
            let Some((_, Event::Filed(told))) = loaded.events.first() else { return Err(No::Absent) };
            Ok((told.clone(), pressed))
        }
        Because::Accusation(id, own) => Ok((own.filing.clone(), Pressed::of_accusation(tx, site, (*id, own))?)),
    }
}

/// Says who tells it, as the matter says: nothing more is asked, and anonymous stays anonymous.
fn filing(
    site: &Site,
    (told, words, body): (&Filing, &str, Body),
    today: Date,
    (seed, chance): (&Seed, &mut Chance),
) -> Result<Filing, No> {
    let directory = site.directory();
    let owner = body.office(&directory).ok_or_else(|| Refusal::new("pressed_supervising").instead("turn_higher"))?;
    Ok(Filing {
        number: number::make(&site.code, today, chance),
        what: words.to_owned(),
        place_words: String::new(),
        kind: Kind::Accusation,
        danger: false,
        people: 1,
        channel: Channel::Web,
        files: Vec::new(),
        sender: None,
        spokespersons: Vec::new(),
        origin: None,
        owner: owner.code.clone(),
        due: due(site, today),
        code: HEXLOWER.encode(&seed.found_by(site)),
        submit: HEXLOWER.encode(&submit(site, seed)),
        form: String::new(),
        rating_key: seed.rating_key(),
        rules: site.rules().version().to_owned(),
        ..told.clone()
    })
}

/// Computes until when whoever tells it on a day hears whether it is taken up.
pub fn due(site: &Site, today: Date) -> DueDate {
    compute(&site.rules(), &site.calendar(), FIRST, today)
}

impl Seed {
    /// Derives what stands for the code of a report, by its place among the reports under this code.
    fn pressed(&self, at: usize) -> Self {
        let key = derive(&Key::new(*self.bytes()), "minsheng/pressed/1");
        Self::new(mac(&key, &[&(at as u64).to_be_bytes()]))
    }

    /// Computes the keyed hash under which the database knows a report. It does not lead back to the code.
    fn found_by(&self, site: &Site) -> Vec<u8> {
        let key = derive(&site.keys.code, "minsheng/pressed-find/1");
        mac(&key, &[&site.jurisdiction.to_be_bytes(), self.bytes()])[..FIND_BYTES].to_vec()
    }
}

fn submit(site: &Site, seed: &Seed) -> Vec<u8> {
    let key = derive(&site.keys.code, "minsheng/pressed-submit/1");
    mac(&key, &[&site.jurisdiction.to_be_bytes(), seed.bytes()])[..FIND_BYTES].to_vec()
}

/// Finds the reports under a code, oldest first, and opens the own copies.
pub fn find(tx: &mut Tx<'_>, site: &Site, seed: &Seed) -> Result<Vec<(Uuid, Own)>, Fault> {
    let (sql, params) = first(site, seed);
    let rows = tx.rows(sql, &params)?;
    find_from(tx, site, seed, rows)
}

/// Returns the question that [`find`] begins with, for whoever asks more with it; [`find_from`] takes its answer.
pub fn first(site: &Site, seed: &Seed) -> Question<'static> {
    (OF_CODE, values![site.jurisdiction, seed.pressed(0).found_by(site)])
}

/// Goes on from what [`first`] is answered.
pub fn find_from(tx: &mut Tx<'_>, site: &Site, seed: &Seed, first: Vec<db::Row>) -> Result<Vec<(Uuid, Own)>, Fault> {
    let (mut all, mut rows) = (Vec::new(), first);
    while let Some(row) = rows.first() {
        let id: Uuid = row.get("id")?;
        all.push((id, super::opened(site, id, &row.get::<Vec<u8>>("own")?, &seed.pressed(all.len()))?));
        if all.len() >= REPORTS_MAX {
            break;
        }
        rows = tx.rows(OF_CODE, params![site.jurisdiction, seed.pressed(all.len()).found_by(site)])?;
    }
    Ok(all)
}

/// Marks a row so that the site alone, and only with its key, sees whether it is a report, and for whom.
pub(super) fn mark(site: &Site, id: Uuid, report: Option<Body>, chance: &mut Chance) -> Vec<u8> {
    report.map_or_else(|| chance::bytes::<32>(chance).to_vec(), |body| own_mark(site, (id, body)))
}

/// Says from the mark of a row who looks into it.
pub(super) fn body(site: &Site, (id, mark): (Uuid, Option<Vec<u8>>)) -> Body {
    let above = mark.is_some_and(|mark| mark == own_mark(site, (id, Body::Above)));
    if above { Body::Above } else { Body::Supervising }
}

fn own_mark(site: &Site, (id, body): (Uuid, Body)) -> Vec<u8> {
    let purpose = match body {
        Body::Supervising => "minsheng/pressed-mark/1",
        Body::Above => "minsheng/pressed-mark/above/1",
    };
    let key = derive(&site.keys.seal, purpose);
    mac(&key, &[&site.jurisdiction.to_be_bytes(), id.as_bytes()]).to_vec()
}

/// Says in public how many reports a quarter that is over had on the whole site: a month or an office would tell too much.
pub(super) fn count_quarters(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    today: Date,
) -> Result<(), Fault> {
    let stream = journal::own_stream(&format!("minsheng/pressed-count/{}", site.jurisdiction));
    let said = journal::of_matter(tx, site.jurisdiction, stream)?;
    let Some(first) = tx.row(FIRST_BATCH, params![site.jurisdiction])? else { return Ok(()) };
    let first: Date = first.get::<String>("day")?.parse().map_err(|_| Fault::other("a batch has no day"))?;
    // one entry for each quarter, none left out: how many there are says where to go on
    let mut begin = said.iter().fold(quarter(first), |begin, _| next(begin));
    let mut version = said.len() as i64;
    while begin < quarter(today) {
        version += 1;
        let (name, count) = (name(begin), reports(tx, site, (begin, next(begin)))?);
        let fields = Map::from_iter([("q".to_owned(), json!(name)), ("n".to_owned(), json!(count))]);
        let body = json!({"quarter": name, "count": count});
        let own = OwnEvent { stream, version, actor: Actor::System, kind: KIND, fields, body };
        journal::append_own(tx, site, (now, &mut *chance), own)?;
        begin = next(begin);
    }
    Ok(())
}

fn reports(tx: &mut Tx<'_>, site: &Site, (begin, end): (Date, Date)) -> Result<usize, Fault> {
    let rows = tx.rows(MARKS, params![site.jurisdiction, begin.to_string(), end.to_string()])?;
    let mut count = 0;
    for row in &rows {
        let (id, mark): (Uuid, Option<Vec<u8>>) = (row.get("id")?, row.get("mark")?);
        let is = |body| mark.as_ref().is_some_and(|mark| *mark == own_mark(site, (id, body)));
        count += usize::from(is(Body::Supervising) || is(Body::Above));
    }
    Ok(count)
}

/// Returns the first day of the quarter of a day.
fn quarter(day: Date) -> Date {
    date(day.year(), (day.month() - 1) / 3 * 3 + 1, 1)
}

fn next(begin: Date) -> Date {
    begin.saturating_add(3.months())
}

/// Names a quarter: `2026Q4`.
fn name(begin: Date) -> String {
    format!("{}Q{}", begin.year(), (begin.month() - 1) / 3 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_begins_on_its_first_day_and_has_its_name() {
        for (day, begin, named) in [
            (date(2026, 11, 29), date(2026, 10, 1), "2026Q4"),
            (date(2026, 1, 1), date(2026, 1, 1), "2026Q1"),
            (date(2028, 2, 29), date(2028, 1, 1), "2028Q1"),
            (date(2027, 9, 30), date(2027, 7, 1), "2027Q3"),
        ] {
            assert_eq!((quarter(day), name(quarter(day)).as_str()), (begin, named));
        }
        assert_eq!(next(date(2026, 10, 1)), date(2027, 1, 1));
    }
}
