//! The room in which accusations are handled: list, open, act. Every reading and every step is a row of its own, sealed under
//! the accusation's key, with a copy that only the accuser's code opens; nothing of it stands in a clear column, and nothing
//! reaches the journal, the access log or the outbox. The rows of a day are in the next daily tally.

use civic::access::Purpose;
use civic::chance::{self, Chance};
use civic::directory::{Directory, Staff};
use civic::journal::{canonical, commitment};
use civic::permit::Who;
use civic::refusal::{No, Refusal};
use civic::site::Site;
use civic::vault::{Key, derive, open as unseal, seal};
use data_encoding::HEXLOWER;
use db::{Fault, FaultKind, Row, Tx, params};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::about::keeps_out;
use super::keys::{self, Body, HandlerKey, Kept};
use super::step::{self, Deed, Stage, Step};
use super::{Own, glass, kept, not_before_the_log, pad, term, wrap};
use crate::appeal::DueDate;

db::statements! {
    PUT = "insert into accusation_act (jurisdiction, id, seq, day, sealed, own, commitment, seal)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    STEPS = "select seq, sealed from accusation_act where jurisdiction = $1 and id = $2 order by seq";
    TOLD = "select seq, own from accusation_act where jurisdiction = $1 and id = $2 order by seq";
    RESEAL = "update accusation_act set sealed = $4 where jurisdiction = $1 and id = $2 and seq = $3";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Accusations looked at at once.
const IDS_AT_ONCE: i64 = 50;

/// Says who is in the room.
#[derive(Debug, Clone)]
pub struct Handler {
    /// The member of staff.
    pub staff: Uuid,
    /// Their session.
    pub session: Uuid,
    /// Their key, opened at the door.
    pub key: HandlerKey,
}

/// Is an accusation in the hands of somebody who may open it.
pub struct Opened {
    /// Its id in its compartment.
    pub id: Uuid,
    /// What was filed.
    pub own: Own,
    /// What was done so far.
    pub steps: Vec<Step>,
    pub(super) key: Key,
}

impl Opened {
    /// Tells whether somebody is kept out by whom it is about: by what was named, and by the matter that a resident is put under
    /// pressure for.
    pub(super) fn shuts_out(&self, directory: &Directory, today: Date, staff: &Staff) -> bool {
        let pressed = self.own.pressed.as_ref().is_some_and(|pressed| pressed.shuts_out(directory, today, staff));
        pressed || self.is_named_out(directory, today, staff)
    }

    /// Tells whether somebody is kept out by what was named.
    pub(super) fn is_named_out(&self, directory: &Directory, today: Date, staff: &Staff) -> bool {
        step::accused(&self.steps).iter().any(|one| keeps_out(directory, today, (staff, one)))
    }
}

/// Is one line of the list: no word of it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its id in its compartment.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// The day it came in.
    pub day: Date,
    /// Until when the accuser is to hear something; none where no term runs.
    pub due: Option<DueDate>,
    /// How far it has come.
    pub stage: Stage,
    /// True where that day is over.
    pub late: bool,
    /// True where the accuser has not read yet that it is.
    pub unnoted: bool,
    /// True where somebody is put under pressure because of another matter.
    pub pressed: bool,
}

/// Is what the accuser is told of a step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Told {
    /// The civil day.
    pub day: Date,
    /// What was done.
    pub deed: Deed,
}

#[derive(Serialize, Deserialize)]
struct Written {
    nonce: String,
    body: String,
}

/// Opens an accusation. `None`: there is none of this id for this handler, whatever the reason.
pub fn open(tx: &mut Tx<'_>, site: &Site, by: &Handler, id: Uuid) -> Result<Option<Opened>, No> {
    keys::permit(&site.directory(), &Who::Staff { id: by.staff, session: by.session }).map_err(|_| No::Absent)?;
    let Some(key) = wrap::key(tx, site, id, (by.staff, &by.key))? else { return Ok(None) };
    let opened = with(tx, site, id, key)?;
    // whoever went over to another body left what they could open behind
    Ok(Some(opened).filter(|opened| Body::of(&site.directory(), by.staff) == Some(opened.own.body())))
}

/// Reads an accusation under its key.
pub(super) fn with(tx: &mut Tx<'_>, site: &Site, id: Uuid, key: Key) -> Result<Opened, Fault> {
    let own = wrap::text(tx, site, id, &key)?;
    let steps = steps(tx, site, id, &key)?;
    Ok(Opened { id, own, steps, key })
}

/// Lists what a handler may open: what is past its day first, then what waits for a word, the earliest leading.
pub fn list(tx: &mut Tx<'_>, site: &Site, now: Timestamp, by: &Handler) -> Result<Vec<Listed>, No> {
    let (mut all, mut after, today) = (Vec::new(), Uuid::nil(), site.day(now));
    loop {
        let ids = wrap::held(tx, site, (by.staff, after), IDS_AT_ONCE)?;
        let Some(last) = ids.last() else { break };
        after = *last;
        for id in ids {
            let Some(Opened { own, steps, .. }) = open(tx, site, by, id)? else { continue };
            let (stage, due) = (step::stage(&steps), term::of(site, (&own, &steps)));
            let missed = due.as_ref().filter(|due| due.due.last < today);
            let (late, unnoted) = (missed.is_some(), missed.is_some_and(|due| !term::is_noted(&steps, due)));
            let pressed = own.pressed.is_some();
            all.push(Listed { id, number: own.filing.number, day: own.day, due, stage, late, unnoted, pressed });
        }
    }
    all.sort_by(|a, b| (!a.late, a.stage, a.day, &a.number).cmp(&(!b.late, b.stage, b.day, &b.number)));
    Ok(all)
}

/// Notes what is past its day, once for each term: the accuser reads it, and that it stands first in the room. Only a key that
/// is open shows how far an accusation has come, so this happens when a handler comes in, and no other time.
pub fn note_late(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), by: &Handler) -> Result<(), No> {
    for listed in list(tx, site, now, by)?.into_iter().filter(|listed| listed.unnoted) {
        let Some(opened) = open(tx, site, by, listed.id)? else { continue };
        let Some(DueDate { term, due }) = listed.due else { continue };
        let deed = Deed::Late { term, last: due.last };
        append(tx, site, (now, &mut *chance), &opened, (Uuid::nil(), Uuid::nil(), deed))?;
    }
    Ok(())
}

/// Does a step. Runs in the writer; who lost access in the meantime finds nothing.
pub fn act(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    by: &Handler,
    (id, mut deed): (Uuid, Deed),
) -> Result<(), No> {
    let opened = open(tx, site, by, id)?.ok_or(No::Absent)?;
    let rules = site.rules();
    step::ready(&opened.steps, &deed)?;
    step::check(&rules, &deed)?;
    if let Deed::Agree { to, .. } = &deed {
        let (asked, agreed) = step::agree(&rules, &opened.steps, (by.staff, by.session, now), *to)?;
        glass::broken(tx, site, (now, &mut *chance), glass::By::Handlers { asked, agreed: by.staff })?;
        deed = agreed;
    }
    if let Deed::Read { purpose } = &deed {
        let fits = Purpose::parse(purpose).is_some_and(|purpose| PURPOSES.contains(&purpose));
        fits.then_some(()).ok_or_else(|| Refusal::new("purpose_missing").instead("choose_purpose"))?;
    }
    append(tx, site, (now, &mut *chance), &opened, (by.staff, by.session, deed.clone()))?;
    if let Deed::Name { .. } = deed {
        recuse(tx, site, (now, chance), by, id)?;
    }
    Ok(())
}

/// What somebody may read an accusation for.
pub const PURPOSES: [Purpose; 2] = [Purpose::Handle, Purpose::Supervise];

/// Adds a step.
pub(super) fn append(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    opened: &Opened,
    (by, session, deed): (Uuid, Uuid, Deed),
) -> Result<(), Fault> {
    let (_, at) = not_before_the_log(tx, site, now)?;
    let (id, seq, day) = (opened.id, opened.steps.last().map_or(0, |step| step.seq) + 1, site.day(at));
    let told = deed.is_told().then(|| Told { day, deed: deed.clone() });
    let step = Step { seq, at, day, by, session, deed };
    let nonce: [u8; 32] = chance::bytes(chance);
    let body = canonical(&serde_json::to_value(&step).expect("steps are plain data"));
    let commitment = commitment(&nonce, &body);
    let sealed = seal(&opened.key, &context(site, (id, seq)), &pad(&Written { nonce: HEXLOWER.encode(&nonce), body }), chance);
    let own = seal(&told_key(&opened.own)?, &told_context(site, (id, seq)), &pad(&told), chance);
    let day = day.to_string();
    let proof = kept::Act { id, seq, day: &day, own: &own, commitment: &commitment }.seal(site);
    tx.run(PUT, params![site.jurisdiction, id, seq, day, sealed, own, commitment, proof])?;
    Ok(())
}

fn steps(tx: &mut Tx<'_>, site: &Site, id: Uuid, key: &Key) -> Result<Vec<Step>, Fault> {
    let read = |row: &Row| {
        let seq: i64 = row.get("seq")?;
        let text = unseal(key, &context(site, (id, seq)), &row.get::<Vec<u8>>("sealed")?)?;
        let body: Written = serde_json::from_slice(&text).map_err(|_| unreadable())?;
        serde_json::from_str(&body.body).map_err(|_| unreadable())
    };
    tx.rows(STEPS, params![site.jurisdiction, id])?.iter().map(read).collect()
}

/// Takes access from whoever was named, and from everybody in their line of command: a new key for text and steps, wrapped to
/// those who are left. What was wrapped before is gone with this commit.
fn recuse(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), by: &Handler, id: Uuid) -> Result<(), No> {
    let opened = open(tx, site, by, id)?.ok_or(No::Absent)?;
    let held = wrap::holders(tx, site, id)?;
    let left = allowed(tx, site, now, &opened)?.into_iter().filter(|kept| held.contains(&kept.staff));
    let (left, key): (Vec<Kept>, Key) = (left.collect(), Key::random(chance));
    wrap::renew(tx, site, (id, opened.own.body()), ((&key, &pad(&opened.own)), &left), chance)?;
    for step in &tx.rows(STEPS, params![site.jurisdiction, id])? {
        let place = context(site, (id, step.get("seq")?));
        let text = unseal(&opened.key, &place, &step.get::<Vec<u8>>("sealed")?)?;
        tx.run(RESEAL, params![site.jurisdiction, id, step.get::<i64>("seq")?, seal(&key, &place, &text, chance)])?;
    }
    Ok(())
}

/// Lists the admitted handlers whom nothing that was named keeps out.
fn allowed(tx: &mut Tx<'_>, site: &Site, now: Timestamp, opened: &Opened) -> Result<Vec<Kept>, Fault> {
    let (directory, today) = (site.directory(), site.day(now));
    let fits = |kept: &Kept| directory.staff.get(&kept.staff).is_some_and(|staff| !opened.shuts_out(&directory, today, staff));
    Ok(keys::every(tx, site)?.into_iter().filter(|kept| kept.admitted && fits(kept)).collect())
}

/// Lets a colleague's new key in: whoever can open an accusation wraps it to them, except where they are kept out.
pub fn admit(tx: &mut Tx<'_>, site: &Site, now: Timestamp, by: &Handler, (staff, public): (Uuid, &str)) -> Result<(), No> {
    keys::permit(&site.directory(), &Who::Staff { id: by.staff, session: by.session }).map_err(|_| No::Absent)?;
    let own = keys::of(tx, site, by.staff)?.filter(|kept| kept.admitted);
    own.filter(|_| by.staff != staff).ok_or_else(|| Refusal::new("second_same").instead("second_colleague"))?;
    // nobody is let in but by colleagues of the same body
    let body = |staff| Body::of(&site.directory(), staff);
    let new = keys::of(tx, site, staff)?.filter(|kept| kept.public == public && body(kept.staff) == body(by.staff));
    let new = new.ok_or_else(|| Refusal::new("entry_changed").instead("look_again"))?.admitted();
    keys::put(tx, site, &new)?;
    let mut after = Uuid::nil();
    loop {
        let ids = wrap::held(tx, site, (by.staff, after), IDS_AT_ONCE)?;
        let Some(last) = ids.last() else { return Ok(()) };
        after = *last;
        for id in ids {
            let Some(opened) = open(tx, site, by, id)? else { continue };
            share(tx, site, now, (&opened, &new))?;
        }
    }
}

/// Wraps an opened accusation to one more handler, unless they are kept out: by what was named, and by what the text may
/// mean as long as nobody was.
fn share(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (opened, new): (&Opened, &Kept)) -> Result<(), Fault> {
    let (directory, today) = (site.directory(), site.day(now));
    let Some(staff) = directory.staff.get(&new.staff) else { return Ok(()) };
    let meant = super::about::may_mean(&directory, today, (staff, &super::words(&opened.own)));
    if meant || opened.shuts_out(&directory, today, staff) || Body::of(&directory, staff.id) != Some(opened.own.body()) {
        return Ok(());
    }
    wrap::add(tx, site, opened.id, (&opened.key, new))
}

/// Reads what the accuser is told, with the own copy that their code opened.
pub fn told(tx: &mut Tx<'_>, site: &Site, (id, own): (Uuid, &Own)) -> Result<Vec<Told>, Fault> {
    let key = told_key(own)?;
    let mut all = Vec::new();
    for row in tx.rows(TOLD, params![site.jurisdiction, id])? {
        let text = unseal(&key, &told_context(site, (id, row.get("seq")?)), &row.get::<Vec<u8>>("own")?)?;
        let told: Option<Told> = serde_json::from_slice(&text).map_err(|_| unreadable())?;
        all.extend(told);
    }
    Ok(all)
}

/// Derives the key of what the accuser is told; both sides hold its parent.
fn told_key(own: &Own) -> Result<Key, Fault> {
    Ok(derive(&own.files_key()?, "minsheng/told/1"))
}

fn unreadable() -> Fault {
    Fault::new(FaultKind::Corrupt, "a step of an accusation cannot be read")
}

fn context(site: &Site, (id, seq): (Uuid, i64)) -> String {
    format!("{}|accusation_act|{id}|{seq}|sealed|1", site.jurisdiction)
}

fn told_context(site: &Site, (id, seq): (Uuid, i64)) -> String {
    format!("{}|accusation_act|{id}|{seq}|own|1", site.jurisdiction)
}
