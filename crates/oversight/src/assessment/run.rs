//! Objecting, deciding, and reading both. Each act is one transaction with its event.

use civic::chance::{self, Chance};
use civic::directory::Staff;
use civic::journal::{self, Actor, NewEvent};
use civic::permit::{Act, Subject, Who, may};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use civic::vault::{Key, KeyId};
use db::{Fault, Tx, params};
use jiff::Timestamp;
use text::personal::mask;
use uuid::Uuid;
use worktime::due;

use super::objection::{Decision, Event, Item, Objection};
use super::store::{self, ObjectionRow};
use crate::edition;
use crate::reception::decide::{WORDS_CHARS_MAX, said};
use crate::told;

/// The list of grounds on which an office objects.
pub const GROUNDS: &str = "assessment_objection";
/// How long an office may object after its sheet was published.
const OBJECT: &str = "assessment.object";
/// Within how long an objection is decided.
const DECIDE: &str = "assessment.decide";
/// Objections that are shown at once.
pub const SHOWN_MAX: i64 = 100;

/// Describes a sheet to the permit: its office holds it.
#[must_use]
pub fn subject(office: &str) -> Subject {
    Subject { owner: office.to_owned(), ..Subject::default() }
}

/// Is what an office says against an item.
#[derive(Debug, Clone)]
pub struct New {
    /// To what; that the item is on the sheet is asked by whoever counts.
    pub item: Item,
    /// On what ground.
    pub ground: String,
    /// Why.
    pub words: String,
}

/// Checks words that are published and takes personal data out of them.
fn published(words: &str) -> Result<String, Refusal> {
    Ok(mask(&said(words, "words", WORDS_CHARS_MAX)?).as_str().to_owned())
}

/// Returns until when an office may object to a sheet that is published; none where none is.
pub fn open_until(tx: &mut Tx<'_>, site: &Site, period: &str) -> Result<Option<jiff::civil::Date>, Fault> {
    let first = edition::of_number(tx, site, (period, 1))?;
    Ok(first.map(|first| due(&site.calendar(), first.day, site.rules().count(OBJECT)).last))
}

/// Objects to an item of a published sheet. `key` is a fresh one, taken outside the writer.
pub fn object(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (who, new, key): (&Who, &New, &(KeyId, Key)),
) -> Result<Objection, No> {
    let (directory, rules, today) = (site.directory(), site.rules(), site.day(now));
    may(&directory, who, Act::ObjectAssessment, &subject(&new.item.office))?;
    if rules.ground(GROUNDS, &new.ground).is_none() {
        return Err(Refusal::new("assessment_ground").with("field", "ground").instead("correct_field").into());
    }
    let until = open_until(tx, site, &new.item.period)?;
    if until.is_none_or(|until| until < today) {
        return Err(Refusal::new("assessment_late").instead("assessment_look").into());
    }
    let same = params![site.jurisdiction, new.item.leaf.cast_signed(), new.item.measure.as_str()].to_vec();
    if let Some(same) = store::one(tx, site, (store::OF_ITEM, &same))? {
        // the same form again is the same objection
        return if same.objection.item == new.item && same.objection.ground == new.ground {
            Ok(same.objection)
        } else {
            Err(Refusal::new("assessment_twice").instead("assessment_look").into())
        };
    }
    let number: i64 = tx.row(store::NUMBER, params![site.jurisdiction])?.map_or(Ok(1), |row| row.get("number"))?;
    let event = Event::Objected {
        number,
        item: new.item.clone(),
        ground: new.ground.clone(),
        words: published(&new.words)?,
        day: today,
        due: due(&site.calendar(), today, rules.count(DECIDE)).last,
    };
    let objection = Objection::begin(chance::id_ordered(chance, now), &event)
        .ok_or_else(|| Fault::other("an objection begins with its making"))?;
    tell(tx, site, (now, &mut *chance), (&objection, (key.0, &key.1), who, &event))?;
    let decides = |staff: &&Staff| {
        let who = Who::Staff { id: staff.id, session: Uuid::nil() };
        staff.active && may(&directory, &who, Act::DecideAssessment, &subject(&new.item.office)).is_ok()
    };
    let people = directory.staff.values().filter(decides).map(|staff| staff.id).collect();
    told::write(tx, site, (now, &mut *chance), (people, told::OBJECTED))?;
    store::put(tx, site, (&objection, (key.0, &key.1)), chance)?;
    Ok(objection)
}

/// Decides about an objection, as an office of another line.
pub fn decide(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (who, number, (upheld, words)): (&Who, i64, (bool, &str)),
) -> Result<Objection, No> {
    let row = one(tx, site, number)?.ok_or(No::Absent)?;
    let directory = site.directory();
    may(&directory, who, Act::DecideAssessment, &subject(&row.objection.item.office))?;
    if row.objection.decision.is_some() {
        return Err(Refusal::new("assessment_decided").instead("assessment_look").into());
    }
    let office = match who {
        Who::Staff { id, .. } => directory.staff.get(id).map(|staff| staff.office.clone()),
        _ => None,
    };
    let office = office.ok_or(No::Absent)?;
    let event = Event::Decided { decision: Decision { office, upheld, words: published(words)?, day: site.day(now) } };
    let key = site.keystore.get(row.key_id)?.ok_or(No::Absent)?;
    let mut objection = row.objection;
    objection.apply(&event);
    tell(tx, site, (now, &mut *chance), (&objection, (row.key_id, &key), who, &event))?;
    let people = told::of_offices(&directory, [&objection.item.office], site.day(now));
    told::write(tx, site, (now, &mut *chance), (people, told::DECIDED))?;
    let sealed = store::face(site, (&objection, &key), chance)?;
    tx.run(store::CHANGE, params![site.jurisdiction, objection.id, objection.version, sealed])?;
    Ok(objection)
}

fn tell(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (objection, key, who, event): (&Objection, (KeyId, &Key), &Who, &Event),
) -> Result<(), Fault> {
    let body = serde_json::to_value(event)
        .map_err(|error| Fault::other("an event of an objection cannot be written").caused_by(error))?;
    let actor = match who {
        Who::Staff { id, .. } => Actor::Staff(*id),
        _ => Actor::System,
    };
    let (matter, version, public) = (objection.id, objection.version, event.public(&objection.item));
    journal::append(tx, site, now, chance, NewEvent { matter, version, actor, kind: event.kind(), public, body, key }).map(drop)
}

/// Finds an objection by its short number.
pub fn one(tx: &mut Tx<'_>, site: &Site, number: i64) -> Result<Option<ObjectionRow>, Fault> {
    store::one(tx, site, (store::ONE, params![site.jurisdiction, number]))
}

/// Lists the objections of an office, the newest first.
pub fn of_office(tx: &mut Tx<'_>, site: &Site, office: &str) -> Result<Vec<Objection>, Fault> {
    let rows = tx.rows(store::OF_OFFICE, params![site.jurisdiction, office, SHOWN_MAX])?;
    Ok(store::rows(&rows, site)?.into_iter().map(|row| row.objection).collect())
}

/// Lists the objections that nobody decided yet, the oldest first.
pub fn open(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<Objection>, Fault> {
    let rows = tx.rows(store::OPEN, params![site.jurisdiction, SHOWN_MAX])?;
    Ok(store::rows(&rows, site)?.into_iter().map(|row| row.objection).collect())
}

/// Folds every objection again and says where the table differs from the events. Nothing is written.
pub fn compare(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<String>, Fault> {
    let (mut found, mut last) = (Vec::new(), 0);
    loop {
        let all = tx.rows(store::ALL_OF, params![site.jurisdiction, last, SHOWN_MAX])?;
        if all.is_empty() {
            return Ok(found);
        }
        for row in store::rows(&all, site)? {
            if row.number != last + 1 {
                found.push(format!("no row says what objection {} is", last + 1));
            }
            last = row.number;
            if told(tx, site, row.objection.id)?.as_ref() != Some(&row.objection) || !store::is_clear(tx, site, &row.objection)? {
                found.push(format!("the row of objection {last} says something else than its events"));
            }
        }
    }
}

fn told(tx: &mut Tx<'_>, site: &Site, id: Uuid) -> Result<Option<Objection>, Fault> {
    let mut told: Option<Objection> = None;
    for raw in &journal::of_matter(tx, site.jurisdiction, id)? {
        let Some(key) = site.keystore.get(raw.key_id)? else { return Ok(None) };
        let body = journal::open_body(site, raw, &key)?.body;
        let event: Event = serde_json::from_value(body).map_err(|_| Fault::other("an event of an objection cannot be read"))?;
        match &mut told {
            Some(objection) => objection.apply(&event),
            None => told = Objection::begin(id, &event),
        }
    }
    Ok(told)
}
