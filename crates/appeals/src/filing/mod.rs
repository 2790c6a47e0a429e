//! Filing: what a person typed becomes a matter with a number, a code, an owner, a day and a receipt.
//!
//! The order is fixed: first whether this form was sent before (same key), then whether it is complete, then keys and
//! files are made durable, then one write. A form sent twice makes one matter and shows the same answer.

mod check;
mod form;
mod keep;

pub use check::{
    ADDRESS_CHARS_MAX, Checked, EMAIL_CHARS_MAX, FILE_BYTES_MAX, FILES_MAX, FieldError, NAME_CHARS_MAX, PLACE_CHARS_MAX,
    WHAT_CHARS_MAX, check, hides, phone,
};
pub use form::{Form, Upload, form_hash};
pub use keep::{Cabinet, Scanner, When, cleaned, context as file_context, read as read_file};

use std::fmt;
use std::sync::Arc;

use civic::directory::{Directory, contact_index};
use civic::hall::Hall;
use civic::journal::{self, Actor, NewEvent};
use civic::permit::{Act, Permitted, Who};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use civic::vault::{Key, KeyId};
use civic::{chance, chance::Chance};
use data_encoding::HEXLOWER;
use db::{Fault, FaultKind, Tx, params, values};
use jiff::Timestamp;
use uuid::Uuid;

use crate::appeal::{Channel, DueDate, Event, FileRef, Filing, Kind, Registered, Sent, State, first_due, public};
use crate::code::{Code, submit_hash};
use crate::store::Loaded;
use crate::{number, receipt, run, sealed, store};

/// Stands for a key that is in no key store.
const NO_KEY: KeyId = 0;
/// The term that says how many may speak for the others, whoever files counted.
const REPRESENTATIVES: &str = "xf.group_reps_max";

/// Is the answer to a filing.
#[derive(Debug, Clone)]
pub struct Filed {
    /// The matter; for an accusation its id in its own compartment.
    pub matter: Uuid,
    /// Its number.
    pub number: String,
    /// The query code, for this one answer.
    pub code: Code,
    /// The office that holds it, by code.
    pub owner: String,
    /// The first due date with its arithmetic.
    pub due: DueDate,
    /// The receipt file; for an accusation the signed promise.
    pub receipt: String,
    /// True where the same form had been sent before.
    pub repeated: bool,
}

/// Says why a form was not taken.
#[derive(Debug)]
pub enum NotFiled {
    /// The key was used for another form.
    OtherForm,
    /// Fields are missing or wrong.
    Fields(Vec<FieldError>),
    /// A rule said no, or the machine failed.
    No(No),
}

impl From<Fault> for NotFiled {
    fn from(fault: Fault) -> Self {
        Self::No(fault.into())
    }
}

impl From<No> for NotFiled {
    fn from(no: No) -> Self {
        Self::No(no)
    }
}

/// Files a form. `by` is the permit of the member of staff who types for a person present; `keep` makes the uploads
/// durable under the matter's key before anything is written.
pub async fn file(
    hall: &Hall,
    form: &Form,
    uploads: &[Upload],
    by: Option<&Permitted>,
    keep: impl FnOnce(&Key, &[Upload]) -> Result<Vec<FileRef>, No>,
) -> Result<Filed, NotFiled> {
    if let Some(filed) = repeated(hall, form, uploads).await? {
        return Ok(filed);
    }
    file_new(hall, form, uploads, by, keep).await
}

/// Files a form of which [`repeated`] has just told that it was not sent before. One that was sent at the same moment is
/// recognised all the same.
pub async fn file_new(
    hall: &Hall,
    form: &Form,
    uploads: &[Upload],
    by: Option<&Permitted>,
    keep: impl FnOnce(&Key, &[Upload]) -> Result<Vec<FileRef>, No>,
) -> Result<Filed, NotFiled> {
    check_key(form)?;
    let hash = form_hash(form, uploads);
    let seen = Seen { submit: submit_hash(&hall.site, &form.submit_key), form: hash, submit_key: form.submit_key.clone() };
    let checked = complete(&hall.site, form, uploads)?;
    let by = by.map(staff_office(&hall.site)).transpose()?;
    let (key_id, key) = fresh_key(&hall.site, checked.kind)?;
    let files = if uploads.is_empty() { Vec::new() } else { keep(&key, uploads)? };
    let new = New { by, ..New::of(&hall.site, checked, (files, (key_id, key)), seen.clone()) };
    let (site, now) = (hall.site.clone(), hall.clock.now());
    if new.checked.kind == Kind::Accusation {
        return sealed::file(hall, new).await;
    }
    match write_new(hall, new, now).await? {
        Written::New(filed, loaded) => {
            let loaded = Arc::new(*loaded);
            site.kept.put(filed.matter, Arc::clone(&loaded), loaded.events.len());
            Ok(Filed { receipt: receipt_of(hall, &loaded).await?, ..*filed })
        }
        Written::Repeated => {
            let again = hall.store.read(move |tx| repeat(tx, &site, &seen)).await?;
            again.ok_or_else(|| NotFiled::from(Fault::other("a form was seen and then was not there")))
        }
    }
}

/// Renders the receipt of what was committed this moment.
async fn receipt_of(hall: &Hall, loaded: &Loaded) -> Result<String, Fault> {
    let Some((stored, _)) = loaded.events.first() else { return Err(Fault::other("a matter was filed without an event")) };
    if let Some(receipt) = receipt::render_fresh(&hall.site, stored) {
        return Ok(receipt);
    }
    let (site, stored) = (hall.site.clone(), stored.clone());
    hall.store.read(move |tx| receipt::render(tx, &site, &stored)).await
}

/// Finds the answer to a form that was sent before, without filing a new one; another form under its key is refused.
pub async fn repeated(hall: &Hall, form: &Form, uploads: &[Upload]) -> Result<Option<Filed>, NotFiled> {
    check_key(form)?;
    let submit = submit_hash(&hall.site, &form.submit_key);
    let seen = Seen { submit, form: form_hash(form, uploads), submit_key: form.submit_key.clone() };
    let site = hall.site.clone();
    hall.store.read(move |tx| repeat(tx, &site, &seen)).await
}

/// Is a form without attachments that is ready to be written: what takes time and needs no database is done.
#[derive(Clone)]
pub struct Prepared(New);

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prepared")
    }
}

impl Prepared {
    /// Tells whether the resident left an e-mail address.
    pub fn has_email(&self) -> bool {
        !self.0.checked.email.is_empty()
    }
}

/// Checks a form without attachments and makes it ready, outside the writer: for what comes in many at a time. A key is taken for it.
pub fn prepare(site: &Site, form: &Form) -> Result<Prepared, NotFiled> {
    check_key(form)?;
    let seen =
        Seen { submit: submit_hash(site, &form.submit_key), form: form_hash(form, &[]), submit_key: form.submit_key.clone() };
    let checked = complete(site, form, &[])?;
    let key = fresh_key(site, checked.kind)?;
    Ok(Prepared(New::of(site, checked, (Vec::new(), key), seen)))
}

/// Makes ready what came in by another channel, under the key it was kept with; `files` are its uploads as [`Cabinet::keep`] kept
/// them under that key.
pub fn prepare_kept(
    site: &Site,
    form: &Form,
    (uploads, files): (&[Upload], Vec<FileRef>),
    key: (KeyId, Key),
) -> Result<Prepared, NotFiled> {
    check_key(form)?;
    let seen =
        Seen { submit: submit_hash(site, &form.submit_key), form: form_hash(form, uploads), submit_key: form.submit_key.clone() };
    let checked = complete(site, form, uploads)?;
    Ok(Prepared(New::of(site, checked, (files, key), seen)))
}

/// Files a form that was made ready, inside a transaction of the writer. The receipt is left out; [`file`] renders it when the
/// same form comes again. Answers with the matter too where it is a new one that can be opened here.
pub fn file_prepared(
    tx: &mut Tx<'_>,
    site: &Site,
    now: Timestamp,
    Prepared(new): Prepared,
    by: Option<&Permitted>,
) -> Result<(Filed, Option<Loaded>), NotFiled> {
    if let Some(filed) = repeat(tx, site, &new.seen)? {
        return Ok((filed, None));
    }
    let new = New { by: by.map(staff_office(site)).transpose()?, ..new };
    if new.checked.kind == Kind::Accusation {
        return Ok((sealed::write(tx, site, now, &new)?, None));
    }
    match write_after_looking(tx, site, now, &new)? {
        Written::New(filed, loaded) => Ok((*filed, Some(*loaded))),
        Written::Repeated => Err(Fault::other("a form was not there and then was seen").into()),
    }
}

/// Takes the key of a new matter. An accusation's is drawn and kept nowhere: what this machine could open is no longer there
/// once the answer has left.
fn fresh_key(site: &Site, kind: Kind) -> Result<(KeyId, Key), Fault> {
    match kind {
        Kind::Accusation => Ok((NO_KEY, Key::random(&mut site.chance()))),
        _ => site.keystore.take(),
    }
}

/// Checks a form, and that no more speak for the others than the law lets speak (`xf.group_reps_max`).
fn complete(site: &Site, form: &Form, uploads: &[Upload]) -> Result<Checked, NotFiled> {
    let checked = check(form, uploads, &site.directory()).map_err(NotFiled::Fields)?;
    let max = site.rules().term(REPRESENTATIVES).value as usize;
    if checked.spokespersons.len() >= max {
        let many = FieldError { max: Some(max), ..FieldError::new("spokespersons", "spokespersons_many") };
        return Err(NotFiled::Fields(vec![many]));
    }
    Ok(checked)
}

fn check_key(form: &Form) -> Result<(), NotFiled> {
    if form.submit_key.is_empty() || form.submit_key.chars().count() > form::SUBMIT_KEY_CHARS_MAX {
        return Err(NotFiled::Fields(vec![FieldError::new("submit_key", "submit_key")]));
    }
    Ok(())
}

fn staff_office(site: &Site) -> impl Fn(&Permitted) -> Result<(Uuid, String), No> {
    let directory = site.directory();
    move |permit| {
        let staff = match permit.who() {
            Who::Staff { id, .. } if permit.act() == Act::FileForPerson => directory.staff.get(id),
            _ => None,
        };
        let staff = staff.ok_or_else(|| No::from(Refusal::new("sign_in").instead("sign_in")))?;
        Ok((staff.id, staff.office.clone()))
    }
}

/// Recognises a form that was sent before.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) submit: Vec<u8>,
    pub(crate) form: [u8; 32],
    pub(crate) submit_key: String,
}

/// Holds everything a filing needs once it is prepared.
#[derive(Clone)]
pub(crate) struct New {
    pub(crate) checked: Checked,
    pub(crate) files: Vec<FileRef>,
    pub(crate) key: (KeyId, Key),
    pub(crate) code: Code,
    pub(crate) seen: Seen,
    pub(crate) by: Option<(Uuid, String)>,
    /// The public half of the rating key that grows out of the code.
    rating_key: String,
    /// Blind indexes of the contacts, hexadecimal.
    contacts: Vec<String>,
}

impl New {
    /// Takes a checked form, its files and its key; what grows out of them is computed here, outside the writer.
    fn of(site: &Site, checked: Checked, (files, key): (Vec<FileRef>, (KeyId, Key)), seen: Seen) -> Self {
        let code = Code::of_filing(site, &seen.submit_key, &seen.form);
        let beside = checked.spokespersons.iter().flat_map(|one| [&one.mobile, &one.email]);
        let contacts =
            [&checked.mobile, &checked.email, &checked.chat].into_iter().chain(beside).filter(|contact| !contact.is_empty());
        // whom the site above tells is told once
        let contacts = contacts.filter(|_| checked.channel != Channel::Above);
        let contacts = contacts.map(|contact| HEXLOWER.encode(&contact_index(&site.keys.index, contact))).collect();
        Self { rating_key: code.seed().rating_key(), checked, files, key, code, seen, by: None, contacts }
    }

    /// Builds what was filed, once the day is known.
    pub(crate) fn filing(&self, site: &Site, now: Timestamp, chance: &mut Chance) -> Result<Filing, No> {
        let (checked, today) = (&self.checked, site.day(now));
        let owner = self.owner(site).ok_or_else(|| Fault::other("no office receives matters of this place"))?;
        Ok(Filing {
            number: number::make(&site.code, today, chance),
            what: checked.what.clone(),
            place: checked.place.clone(),
            place_words: checked.place_words.clone(),
            kind: checked.kind,
            identity: checked.identity,
            name: checked.name.clone(),
            mobile: checked.mobile.clone(),
            email: checked.email.clone(),
            danger: checked.danger,
            people: checked.people,
            language: checked.language.clone(),
            channel: checked.channel,
            files: self.files.clone(),
            owner,
            due: first_due(&site.rules(), &site.calendar(), checked.kind, today),
            code: HEXLOWER.encode(&self.code.hash(site)),
            submit: HEXLOWER.encode(&self.seen.submit),
            form: HEXLOWER.encode(&self.seen.form),
            rating_key: self.rating_key.clone(),
            contacts: self.contacts.clone(),
            rules: site.rules().version().to_owned(),
            unread: checked.unread,
            joins: checked.joins.clone(),
            sender: checked.sender,
            via: checked.via.clone(),
            agreed: checked.agreed,
            address: checked.address.clone(),
            chat: checked.chat.clone(),
            spokespersons: checked.spokespersons.clone(),
            origin: checked.origin.clone(),
        })
    }

    /// Whoever is asked first holds it (首问负责): the desk that typed it, else the intake office of the place.
    fn owner(&self, site: &Site) -> Option<String> {
        let directory = site.directory();
        if self.checked.kind == Kind::Accusation {
            return directory.supervising().map(|office| office.code.clone());
        }
        if let Some((_, office)) = &self.by {
            return Some(office.clone());
        }
        if let Some(office) = self.checked.origin.as_ref().and_then(|origin| receiver(&directory, origin.above.as_ref()?)) {
            return Some(office);
        }
        let place = self.checked.place.clone().or_else(|| directory.root().map(|root| root.code.clone()))?;
        directory.intake(&place).map(|office| office.code.clone())
    }
}

/// Names the office that receives what a site above hands down, where one was named.
fn receiver(directory: &Directory, sent: &Sent) -> Option<String> {
    let office = directory.peers.get(&sent.peer)?.office.as_ref()?;
    directory.acting(office).map(|office| office.code.clone())
}

enum Written {
    New(Box<Filed>, Box<Loaded>),
    Repeated,
}

/// Writes a prepared filing. Whether the form or the number is there already is not asked first: a key that is taken undoes
/// the command, and only then one looks which. So a filing goes to the database once.
async fn write_new(hall: &Hall, new: New, now: Timestamp) -> Result<Written, No> {
    let (site, new) = (hall.site.clone(), Arc::new(new));
    let first = Arc::clone(&new);
    let written = hall.store.write(move |tx| {
        let mut chance = site.chance();
        let filing = first.filing(&site, now, &mut chance)?;
        write(tx, &site, (now, &mut chance), (&first, filing))
    });
    match written.await {
        Err(No::Failed(fault)) if fault.kind() == FaultKind::Unique => {
            let site = hall.site.clone();
            hall.store.write(move |tx| write_after_looking(tx, &site, now, &new)).await
        }
        written => written,
    }
}

/// Looks whether the form was sent before and writes it where it was not. Runs in the writer.
fn write_after_looking(tx: &mut Tx<'_>, site: &Site, now: Timestamp, new: &New) -> Result<Written, No> {
    let mut chance = site.chance();
    let mut filing = new.filing(site, now, &mut chance)?;
    loop {
        let taken = tx.rows(store::TAKEN, params![site.jurisdiction, new.seen.submit.clone(), filing.number.as_str()])?;
        let by = taken.iter().map(|row| row.get("by_submit")).collect::<Result<Vec<bool>, Fault>>()?;
        if by.contains(&true) {
            return Ok(Written::Repeated);
        }
        if by.is_empty() {
            break;
        }
        // among some hundred thousand numbers of one day two are alike
        filing.number = number::make(&site.code, site.day(now), &mut chance);
    }
    write(tx, site, (now, &mut chance), (new, filing))
}

fn write(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (new, mut filing): (&New, Filing),
) -> Result<Written, No> {
    register(tx, site, now, (new, &mut filing))?;
    let actor = new.by.as_ref().map_or(Actor::Resident, |(staff, _)| Actor::Staff(*staff));
    let matter = chance::id_ordered(chance, now);
    let event = Event::Filed(filing.clone());
    let stored = journal::append(
        tx,
        site,
        now,
        chance,
        NewEvent {
            matter,
            version: 1,
            actor,
            kind: event.kind(),
            public: public(&event, None, &site.directory()),
            body: serde_json::to_value(&event).expect("events are plain data"),
            key: (new.key.0, &new.key.1),
        },
    )?;
    let state = State::begin(&filing, &stored);
    store::apply(tx, site.jurisdiction, None, &state, &event)?;
    run::tell(tx, site, (now, chance), (&state, &event, stored.position))?;
    let filed = answer(&filing, matter, &new.code);
    let (key, state, events) = (new.key.1.clone(), Arc::new(state), Arc::new(vec![(stored, event)]));
    Ok(Written::New(Box::new(filed), Box::new(Loaded { key, state, events })))
}

/// Gives what came by letter or visit its place in the register of the office that typed it. The writer holds the head of the log, so no
/// two get one number.
fn register(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (new, filing): (&New, &mut Filing)) -> Result<(), Fault> {
    let Some((_, office)) = new.by.as_ref().filter(|_| filing.channel.has_register()) else { return Ok(()) };
    let year = site.day(now).year();
    let book = filing.channel.code();
    let last = tx.row(store::LAST_REGISTERED, params![site.jurisdiction, office.as_str(), book, i64::from(year)])?;
    let last: i64 = last.map_or(Ok(0), |row| row.get("last"))?;
    let entry = Registered { office: office.clone(), year, number: last + 1 };
    filing.origin.get_or_insert_default().entry = Some(entry);
    Ok(())
}

pub(crate) fn answer(filing: &Filing, matter: Uuid, code: &Code) -> Filed {
    Filed {
        matter,
        number: filing.number.clone(),
        code: code.clone(),
        owner: filing.owner.clone(),
        due: filing.due.clone(),
        receipt: String::new(),
        repeated: false,
    }
}

/// Answers a form that was sent before: the same number, code and receipt, or that the key belongs to another form.
fn repeat(tx: &mut Tx<'_>, site: &Site, seen: &Seen) -> Result<Option<Filed>, NotFiled> {
    let code = Code::of_filing(site, &seen.submit_key, &seen.form);
    let ordinary = (store::FIND_SUBMISSION, values![site.jurisdiction, seen.submit.clone()]);
    let found = tx.ask(&[sealed::submitted(site, seen), ordinary])?;
    let [accusation, ordinary] = found.as_slice() else { return Err(Fault::other("a form was asked for in vain").into()) };
    if let Some(filed) = sealed::repeat(site, accusation.first(), seen, &code)? {
        return Ok(Some(filed));
    }
    let Some(row) = ordinary.first() else { return Ok(None) };
    if row.get::<Vec<u8>>("form")? != seen.form {
        return Err(NotFiled::OtherForm);
    }
    let matter: Uuid = row.get("matter")?;
    let Some(loaded) = store::load(tx, site, matter)? else { return Err(No::Absent.into()) };
    let Some((stored, Event::Filed(filing))) = loaded.events.first() else { return Err(No::Absent.into()) };
    let receipt = receipt::render(tx, site, stored)?;
    Ok(Some(Filed { receipt, repeated: true, ..answer(filing, matter, &code) }))
}
