//! Asking, and what an office does to a consultation. Each is one transaction with its event.

use civic::chance::{self, Chance};
use civic::journal::{self, Actor, NewEvent};
use civic::pass::submit_hash;
use civic::permit::{Act, Subject, Who, may};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use civic::vault::{Key, KeyId};
use db::{Fault, Tx, params};
use jiff::Timestamp;
use uuid::Uuid;

use super::consultation::{Consultation, Event, Plan};
use super::decide::{self, At, Command};
use super::store::{self, ConsultRow, NewRow};
use super::{LABELS, list, tell};

/// Length of a submit key, in characters.
pub(crate) const SUBMIT_KEY_CHARS: std::ops::RangeInclusive<usize> = 1..=64;

/// Describes a consultation to the permit: the office that asks holds it.
#[must_use]
pub fn subject(office: &str) -> Subject {
    Subject { owner: office.to_owned(), ..Subject::default() }
}

/// Names the act of a command: whoever works on it does most; what binds the office is its head's, or a leader's.
#[must_use]
pub fn act(command: &Command) -> Act {
    match command {
        Command::Point { .. } | Command::Answer { .. } | Command::Report { .. } | Command::Prolong { .. } => {
            Act::KeepConsultation
        }
        Command::Draft { .. } | Command::Decide { .. } | Command::Again { .. } | Command::Stop { .. } => Act::DecideConsultation,
    }
}

/// Names who acts, for the journal.
pub(crate) fn actor(who: &Who) -> Actor {
    match who {
        Who::Staff { id, .. } => Actor::Staff(*id),
        Who::Delegate { .. } => Actor::Delegate,
        _ => Actor::Resident,
    }
}

/// Puts a question to everybody. `key` is a fresh one, taken outside the writer. The same form again is the same question.
pub fn ask(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (who, (plan, submit_key), key): (&Who, (Plan, &str), &(KeyId, Key)),
) -> Result<Consultation, No> {
    let (directory, rules, today) = (site.directory(), site.rules(), site.day(now));
    may(&directory, who, Act::DecideConsultation, &subject(&plan.office))?;
    if !SUBMIT_KEY_CHARS.contains(&submit_key.chars().count()) {
        return Err(Refusal::new("post_submit_key").instead("begin_anew").into());
    }
    let at = At { today, rules: &rules, unsorted: 0, behind: &std::collections::BTreeMap::new() };
    let plan = decide::plan(&directory, &at, plan)?;
    let submit = submit_hash(site, &LABELS, submit_key);
    if let Some(same) = store::consult(tx, site, (store::BY_SUBMIT, params![site.jurisdiction, submit.clone()]))? {
        let again = Refusal::new("key_reused").instead("begin_anew");
        return if same.consult.plan == plan { Ok(same.consult) } else { Err(again.into()) };
    }
    let number: i64 = tx.row(store::NUMBER, params![site.jurisdiction])?.map_or(Ok(1), |row| row.get("number"))?;
    let id = chance::id_ordered(chance, now);
    let event = Event::Asked { number, plan: Box::new(plan), day: today };
    let consult = Consultation::begin(id, &event).ok_or_else(|| Fault::other("a consultation begins with its question"))?;
    tell_event(tx, site, (now, &mut *chance), ((&consult, 1), (key.0, &key.1), actor(who), &event))?;
    store::put(tx, site, NewRow { consult: &consult, submit, key: (key.0, &key.1) }, chance)?;
    Ok(consult)
}

/// Does something to a consultation.
pub fn execute(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (who, id, command): (&Who, Uuid, Command),
) -> Result<Consultation, No> {
    let row = list::by_id(tx, site, id)?.ok_or(No::Absent)?;
    let (directory, rules) = (site.directory(), site.rules());
    may(&directory, who, act(&command), &subject(&row.consult.plan.office))?;
    let (counts, behind) = (list::counts(tx, site, id)?, list::behind(tx, site, id)?);
    let at = At { today: site.day(now), rules: &rules, unsorted: counts.unsorted, behind: &behind };
    let event = decide::decide(&row.consult, &at, command)?;
    let consult = append(tx, site, (now, &mut *chance), (&row, actor(who), event))?;
    if consult.news() > row.consult.news() {
        tell::some(tx, site, (now, chance))?;
    }
    Ok(consult)
}

fn append(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (row, actor, event): (&ConsultRow, Actor, Event),
) -> Result<Consultation, No> {
    let key = site.keystore.get(row.key_id)?.ok_or(No::Absent)?;
    let mut consult = row.consult.clone();
    tell_event(tx, site, (now, &mut *chance), ((&consult, consult.version + 1), (row.key_id, &key), actor, &event))?;
    consult.apply(&event);
    store::change(tx, site, (&consult, &key), chance)?;
    Ok(consult)
}

fn tell_event(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    ((consult, version), key, actor, event): ((&Consultation, i64), (KeyId, &Key), Actor, &Event),
) -> Result<(), Fault> {
    let place = site.directory().public_place(&consult.plan.place).map(|place| place.code.clone());
    let body = serde_json::to_value(event)
        .map_err(|error| Fault::other("an event of a consultation cannot be written").caused_by(error))?;
    let public = event.public(&consult.plan, place);
    let new = NewEvent { matter: consult.id, version, actor, kind: event.kind(), public, body, key };
    journal::append(tx, site, now, chance, new).map(drop)
}
