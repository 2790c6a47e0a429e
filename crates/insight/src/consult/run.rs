//! Putting a voice into points, and taking one back. Each is one transaction with its event.

use civic::chance::Chance;
use civic::hall::Hall;
use civic::journal::{self, Actor, NewEvent};
use civic::permit::{Act, Subject, Who, may};
use civic::refusal::No;
use civic::site::Site;
use civic::vault::{Key, KeyId};
use db::{Fault, Tx, params};
use jiff::Timestamp;
use uuid::Uuid;

use super::ask::{actor, subject};
use super::consultation::Consultation;
use super::speak::Source;
use super::store::{self, VoiceRow};
use super::voice::{Event, Standing, Voice};
use super::{decide, list};

/// Is where a voice goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// The voice.
    pub voice: Uuid,
    /// The points, by their numbers from 1.
    pub points: Vec<u32>,
    /// Why it is in none, where it is in none.
    pub ground: String,
}

/// Puts a voice into points, or sets it aside with a reason.
pub fn sort(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (who, sort): (&Who, Sort),
) -> Result<Voice, No> {
    let row = list::voice(tx, site, sort.voice)?.ok_or(No::Absent)?;
    let consult = list::by_id(tx, site, row.consult)?.ok_or(No::Absent)?.consult;
    may(&site.directory(), who, Act::KeepConsultation, &subject(&consult.plan.office))?;
    let state = row.voice.as_ref().ok_or(No::Absent)?;
    let event = decide::sort((&consult, state), &site.rules(), (sort.points, sort.ground))?;
    append(tx, site, (now, chance), ((&row, &consult), actor(who), &event))
}

/// Takes a voice back, by whoever holds its pass: its words and its key go.
pub fn withdraw(tx: &mut Tx<'_>, site: &Site, at: (Timestamp, &mut Chance), voice: Uuid) -> Result<(), No> {
    let row = list::voice(tx, site, voice)?.ok_or(No::Absent)?;
    let who = Who::Resident { matter: voice };
    may(&site.directory(), &who, Act::KeepVoice, &Subject { matter: voice, ..Subject::default() })?;
    gone(tx, site, at, (&row, Actor::Resident))
}

/// Takes back what was carried in from a matter, by its resident; one consultation or all.
pub fn withdraw_own(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (who, matter, consult): (&Who, Uuid, Option<Uuid>),
) -> Result<(), No> {
    may(&site.directory(), who, Act::KeepVoice, &Subject { matter, ..Subject::default() })?;
    for row in list::of_source(tx, site, Source::Matter(matter))? {
        if consult.is_none_or(|consult| consult == row.consult) {
            gone(tx, site, (now, &mut *chance), (&row, actor(who)))?;
        }
    }
    Ok(())
}

/// Takes back what came from a matter that is erased, or a post whose writer took it back: what was said there is said here no longer. Whoever
/// calls has asked the permit for that.
pub fn follow(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), source: Source) -> Result<(), No> {
    for row in list::of_source(tx, site, source)? {
        gone(tx, site, (now, &mut *chance), (&row, Actor::System))?;
    }
    Ok(())
}

fn gone(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (row, actor): (&VoiceRow, Actor),
) -> Result<(), No> {
    if row.standing == Standing::Withdrawn {
        return Ok(());
    }
    let consult = list::by_id(tx, site, row.consult)?.ok_or(No::Absent)?.consult;
    append(tx, site, (now, chance), ((row, &consult), actor, &Event::Withdrawn)).map(drop)
}

fn append(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    ((row, consult), actor, event): ((&VoiceRow, &Consultation), Actor, &Event),
) -> Result<Voice, No> {
    let mut voice = row.voice.clone().ok_or(No::Absent)?;
    let key = site.keystore.get(row.key_id)?.ok_or(No::Absent)?;
    let entry = Entry { voice: voice.id, version: voice.version + 1, key: (row.key_id, &key), actor, consult };
    tell(tx, site, (now, &mut *chance), (entry, event))?;
    voice.apply(event);
    tx.run(store::DROP_POINTS, params![site.jurisdiction, consult.id, row.seq])?;
    for point in &voice.points {
        tx.run(store::PUT_POINT, params![site.jurisdiction, consult.id, i64::from(*point), row.seq, voice.id])?;
    }
    if voice.standing == Standing::Withdrawn {
        tx.run(store::FORGET_VOICE, params![site.jurisdiction, voice.id, voice.version])?;
        tx.run(store::GONE, params![site.jurisdiction, row.key_id])?;
        forget_contact(tx, site, voice.id)?;
    } else {
        let sealed = store::voice_face(site, (&voice, &key), chance)?;
        let row = params![site.jurisdiction, voice.id, voice.standing.code(), voice.ground.as_str(), voice.version, sealed];
        tx.run(store::CHANGE_VOICE, row)?;
    }
    Ok(voice)
}

/// Forgets the number that was left with a voice, and its key.
pub(crate) fn forget_contact(tx: &mut Tx<'_>, site: &Site, voice: Uuid) -> Result<(), Fault> {
    let Some(row) = tx.row(store::LEFT, params![site.jurisdiction, voice])? else { return Ok(()) };
    tx.run(store::GONE, params![site.jurisdiction, row.get::<i64>("key_id")?])?;
    tx.run(store::DROP_LEFT, params![site.jurisdiction, voice]).map(drop)
}

/// Is where an event of a voice goes, and who did it.
pub(crate) struct Entry<'a> {
    /// The voice.
    pub voice: Uuid,
    /// Its events with this one.
    pub version: i64,
    /// The voice's key.
    pub key: (KeyId, &'a Key),
    /// Who did it.
    pub actor: Actor,
    /// The consultation.
    pub consult: &'a Consultation,
}

/// Appends an event of a voice to the journal.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (entry, event): (Entry<'_>, &Event),
) -> Result<(), Fault> {
    let body =
        serde_json::to_value(event).map_err(|error| Fault::other("an event of a voice cannot be written").caused_by(error))?;
    let public = event.public(&entry.consult.plan.office, entry.consult.number);
    let Entry { voice, version, key, actor, .. } = entry;
    let new = NewEvent { matter: voice, version, actor, kind: event.kind(), public, body, key };
    journal::append(tx, site, now, chance, new).map(drop)
}

/// Destroys the keys of voices that were taken back, durably: from then on nobody opens their words, in the journal neither. To be called after
/// every withdrawal, and again and again by the jobs: it goes on where a crash left it. Returns how many.
pub fn finish(hall: &Hall) -> Result<usize, Fault> {
    hall.destroy_keys(store::GONE_LEFT, store::GONE_DONE)
}
