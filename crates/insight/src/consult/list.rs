//! What pages are drawn from.

use std::collections::BTreeMap;

use civic::pass::Pass;
use civic::site::Site;
use db::{Fault, Question, Row, Tx, params, values};
use jiff::civil::Date;
use uuid::Uuid;

use super::LABELS;
use super::consultation::Consultation;
use super::speak::{Source, source_hash};
use super::store::{self, ConsultRow, VoiceRow};
use super::voice::Standing;

/// Consultations that are shown at once.
pub const CONSULTS_MAX: i64 = 50;
/// Voices that are shown at once.
pub const VOICES_MAX: i64 = 50;

/// Finds a consultation.
pub fn by_id(tx: &mut Tx<'_>, site: &Site, id: Uuid) -> Result<Option<ConsultRow>, Fault> {
    store::consult(tx, site, (store::BY_ID, params![site.jurisdiction, id]))
}

/// Finds a consultation by its short number.
pub fn by_number(tx: &mut Tx<'_>, site: &Site, number: i64) -> Result<Option<ConsultRow>, Fault> {
    store::consult(tx, site, (store::BY_NUMBER, params![site.jurisdiction, number]))
}

/// Lists those in which people are heard, the newest first.
pub fn open(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<ConsultRow>, Fault> {
    store::consults(&tx.rows(store::OPEN, params![site.jurisdiction, CONSULTS_MAX])?, site)
}

/// Lists those that are decided, carried out or stopped, the newest first; `before` is the number of the last that was shown.
pub fn past(tx: &mut Tx<'_>, site: &Site, before: Option<i64>) -> Result<Vec<ConsultRow>, Fault> {
    let before = before.unwrap_or(i64::MAX);
    store::consults(&tx.rows(store::PAST, params![site.jurisdiction, before, CONSULTS_MAX])?, site)
}

/// Lists the newest, whatever became of them; `before` is the number of the last that was shown.
pub fn newest(tx: &mut Tx<'_>, site: &Site, before: Option<i64>) -> Result<Vec<ConsultRow>, Fault> {
    let before = before.unwrap_or(i64::MAX);
    store::consults(&tx.rows(store::NEWEST, params![site.jurisdiction, before, CONSULTS_MAX])?, site)
}

/// Counts voices by where they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Stand nowhere yet.
    pub unsorted: i64,
    /// Are in points.
    pub sorted: i64,
    /// Are in none, by reason.
    pub aside: BTreeMap<String, i64>,
    /// Were taken back.
    pub withdrawn: i64,
}

impl Counts {
    /// Counts what was said and not taken back.
    pub fn all(&self) -> i64 {
        self.unsorted + self.sorted + self.aside.values().sum::<i64>()
    }
}

/// Counts the voices of a consultation.
pub fn counts(tx: &mut Tx<'_>, site: &Site, consult: Uuid) -> Result<Counts, Fault> {
    let mut counts = Counts::default();
    for row in tx.rows(store::COUNTS, params![site.jurisdiction, consult])? {
        let many: i64 = row.get("many")?;
        match Standing::parse(&row.get::<String>("standing")?) {
            Some(Standing::New) => counts.unsorted += many,
            Some(Standing::Sorted) => counts.sorted += many,
            Some(Standing::Aside) => drop(counts.aside.insert(row.get("ground")?, many)),
            Some(Standing::Withdrawn) | None => counts.withdrawn += many,
        }
    }
    Ok(counts)
}

/// Counts the voices behind each point; a point with none is not in it.
pub fn behind(tx: &mut Tx<'_>, site: &Site, consult: Uuid) -> Result<BTreeMap<u32, i64>, Fault> {
    let rows = tx.rows(store::BEHIND, params![site.jurisdiction, consult])?;
    let one = |row: &Row| Ok((u32::try_from(row.get::<i64>("point")?).unwrap_or_default(), row.get("many")?));
    rows.iter().map(one).collect()
}

/// Lists the voices behind a point; `after` is the number of the last that was shown.
pub fn of_point(tx: &mut Tx<'_>, site: &Site, (consult, point, after): (Uuid, u32, i64)) -> Result<Vec<VoiceRow>, Fault> {
    let asked = params![site.jurisdiction, consult, i64::from(point), after, VOICES_MAX];
    store::voices(&tx.rows(store::BEHIND_POINT, asked)?, site)
}

/// Lists the voices that stand nowhere yet, as they came.
pub fn unsorted(tx: &mut Tx<'_>, site: &Site, (consult, many): (Uuid, i64)) -> Result<Vec<VoiceRow>, Fault> {
    store::voices(&tx.rows(store::UNSORTED, params![site.jurisdiction, consult, many])?, site)
}

/// Lists the voices of a consultation as they came; `after` is the number of the last that was shown.
pub fn voices(tx: &mut Tx<'_>, site: &Site, (consult, after): (Uuid, i64)) -> Result<Vec<VoiceRow>, Fault> {
    store::voices(&tx.rows(store::VOICES, params![site.jurisdiction, consult, after, VOICES_MAX])?, site)
}

/// Finds a voice.
pub fn voice(tx: &mut Tx<'_>, site: &Site, id: Uuid) -> Result<Option<VoiceRow>, Fault> {
    store::voice(tx, site, (store::VOICE, params![site.jurisdiction, id]))
}

/// Finds the voice of a pass. The same steps are taken whether there is one or not.
pub fn by_pass(tx: &mut Tx<'_>, site: &Site, typed: &str) -> Result<Option<VoiceRow>, Fault> {
    let pass = Pass::parse(typed);
    let hash = pass.as_ref().map(|pass| pass.hash(site, &LABELS)).unwrap_or_default();
    let found = store::voice(tx, site, (store::VOICE_BY_PASS, params![site.jurisdiction, hash]))?;
    Ok(found.filter(|_| pass.is_some()))
}

/// Is what was carried in from a matter, and whether there is anything else that it may be carried into.
#[derive(Debug, Clone, Default)]
pub struct Carried {
    /// Each voice with what it was said in.
    pub own: Vec<(VoiceRow, Consultation)>,
    /// Whether something else is asked now.
    pub more: bool,
}

/// How many questions [`beside`] are.
pub const BESIDE: usize = 2;

/// Lists what is asked of a matter for [`carried`], to go along with what is asked of it anyway: most matters were carried nowhere, and
/// nothing needs to be opened to know that.
pub fn beside(site: &Site, matter: Uuid, today: Date) -> [Question<'static>; BESIDE] {
    let hash = source_hash(site, Source::Matter(matter));
    [
        (store::VOICES_BY_SOURCE, values![site.jurisdiction, hash]),
        (store::ASKED_NOW, values![site.jurisdiction, today.to_string(), CONSULTS_MAX]),
    ]
}

/// Reads what was told to the questions of [`beside`].
pub fn carried(tx: &mut Tx<'_>, site: &Site, told: &[Vec<Row>]) -> Result<Carried, Fault> {
    let [voices, asked] = told else { return Err(Fault::other("what was carried in was asked for in vain")) };
    let mut own = Vec::new();
    for row in if voices.is_empty() { Vec::new() } else { store::voices(voices, site)? } {
        if let Some(consult) = by_id(tx, site, row.consult)? {
            own.push((row, consult.consult));
        }
    }
    let asked = asked.iter().map(|row| row.get("id")).collect::<Result<Vec<Uuid>, Fault>>()?;
    let more = asked.iter().any(|id| own.iter().all(|(row, _)| row.consult != *id));
    Ok(Carried { own, more })
}

/// Lists the voices that were carried in from one matter, or are one post: at most one for each consultation.
pub fn of_source(tx: &mut Tx<'_>, site: &Site, source: Source) -> Result<Vec<VoiceRow>, Fault> {
    let hash = source_hash(site, source);
    store::voices(&tx.rows(store::VOICES_BY_SOURCE, params![site.jurisdiction, hash])?, site)
}
