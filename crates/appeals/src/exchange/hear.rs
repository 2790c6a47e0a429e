//! What becomes of a step that another site sent: a matter here, or an event of one. However often it comes, it is taken once; one that comes
//! before its turn is not taken yet.

use civic::directory::Peer;
use civic::exchange::reads;
use civic::journal::Actor;
use civic::refusal::No;
use civic::site::Site;
use civic::vault::Key;
use db::{Fault, Tx, params};
use jiff::Timestamp;
use uuid::Uuid;

use super::parcel::Told;
use super::{Item, Matter, submit_key};
use crate::appeal::{Channel, Event, FileRef, Heard, Origin, Sent, State, Step};
use crate::code::submit_hash;
use crate::decide::{self, Ctx, WORDS_CHARS_MAX};
use crate::filing::{Cabinet, Form, NotFiled, Prepared, Upload, file_prepared, prepare_kept};
use crate::run;
use crate::store::{self, Loaded};

/// Longest mark, in bytes.
const MARK_BYTES_MAX: usize = 64;

/// Says what became of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Took {
    /// It is durable here with this transaction.
    Taken,
    /// It was here already.
    Known,
    /// Steps before it are missing: everything behind this number has to come first.
    Missing(i64),
    /// Another step was taken under its number: one of the sites was put back to an older day.
    Other,
    /// A rule says no; a person has to look. The code of the refusal, or of the field.
    Refused(String),
}

/// Is where a step belongs.
#[derive(Debug)]
pub enum Found {
    /// To a matter that is not here yet.
    New,
    /// To a matter that is here, with its key.
    Here(Uuid, Key),
}

/// Is a step that can be taken: what takes time is done.
#[derive(Debug)]
pub enum Ready {
    /// A matter to be filed, and the files of what was added to it.
    New(Box<Prepared>, Vec<Vec<FileRef>>),
    /// A step of a matter that is here, with its files.
    Step(Uuid, Vec<FileRef>),
}

/// Finds the matter that a step belongs to. `Err` says at once what became of it.
pub fn find(tx: &mut Tx<'_>, site: &Site, peer: &Peer, item: &Item) -> Result<Result<Found, Took>, Fault> {
    if let Some(no) = unfit(peer, item) {
        return Ok(Err(Took::Refused(no.to_owned())));
    }
    let Some(matter) = matter_of(tx, site, peer, (item.matter, item.to, item.step.is_down()))? else {
        return Ok(match item.step {
            Step::Handed { .. } if item.handed.is_some() => Ok(Found::New),
            // the first step is missing
            _ if item.step.is_down() => Err(Took::Missing(0)),
            // what it goes to was erased here
            _ => Err(Took::Known),
        });
    };
    let Some(loaded) = store::load(tx, site, matter)? else { return Ok(Err(Took::Known)) };
    Ok(turn(&loaded.state, peer, item).map_or(Ok(Found::Here(matter, loaded.key)), Err))
}

/// Makes a step ready, outside the database: looks into its files and keeps them, durable when this returns.
pub fn prepare(
    site: &Site,
    cabinet: &Cabinet<'_>,
    peer: &Peer,
    (item, uploads): (&Item, &[Upload]),
    found: Found,
) -> Result<Ready, NotFiled> {
    match (found, &item.handed) {
        (Found::Here(matter, key), _) => {
            // an answer goes to those merged into the matter too, so its files have keys of their own
            let shared = matches!(item.step, Step::Answered { .. });
            Ok(Ready::Step(matter, cabinet.keep(site, Some(&key).filter(|_| !shared), uploads)?))
        }
        (Found::New, Some(handed)) => fresh(site, cabinet, peer, (item, handed, uploads)),
        (Found::New, None) => Err(No::Absent.into()),
    }
}

/// Says what a step comes to that could not be made ready or filed; a failure of the machine is none of it.
pub fn refused(not: NotFiled) -> Result<Took, Fault> {
    match not {
        NotFiled::Fields(wrong) => Ok(Took::Refused(wrong.first().map_or("", |one| one.code).to_owned())),
        NotFiled::OtherForm => Ok(Took::Other),
        NotFiled::No(No::Refused(refusal)) => Ok(Took::Refused(refusal.code.to_owned())),
        NotFiled::No(No::Absent) => Ok(Took::Known),
        NotFiled::No(No::Failed(fault)) => Err(fault),
    }
}

/// Takes a step that was made ready.
pub fn hear(tx: &mut Tx<'_>, site: &Site, now: Timestamp, peer: &Peer, (item, ready): (&Item, Ready)) -> Result<Took, Fault> {
    match ready {
        Ready::New(prepared, later) => {
            let (filed, loaded) = match file_prepared(tx, site, now, *prepared, None) {
                Ok(filed) => filed,
                Err(not) => return refused(not),
            };
            let loaded = loaded.map_or_else(|| store::load(tx, site, filed.matter), |loaded| Ok(Some(loaded)))?;
            let Some(mut loaded) = loaded else { return Ok(Took::Known) };
            take(tx, site, now, peer, (item, &mut loaded, later))
        }
        Ready::Step(matter, files) => {
            let Some(mut loaded) = store::load(tx, site, matter)? else { return Ok(Took::Known) };
            take(tx, site, now, peer, (item, &mut loaded, vec![files]))
        }
    }
}

/// Writes the events of a step, in its turn.
fn take(
    tx: &mut Tx<'_>,
    site: &Site,
    now: Timestamp,
    peer: &Peer,
    (item, loaded, files): (&Item, &mut Loaded, Vec<Vec<FileRef>>),
) -> Result<Took, Fault> {
    if let Some(took) = turn(&loaded.state, peer, item) {
        return Ok(took);
    }
    let step = with_files(&item.step, &files);
    let events = {
        let (rules, calendar, directory) = (site.rules(), site.calendar(), site.directory());
        let ctx = Ctx::new((now, site.day(now)), (&rules, &calendar), &directory);
        decide::heard(&loaded.state, (peer.id, item.n, &item.mark), &step, &ctx)
    };
    let mut chance = site.chance();
    for event in events.into_iter().chain(added(item, files)) {
        run::record(tx, site, (now, &mut chance), Actor::System, (loaded, event))?;
    }
    if let Step::Rated { grade, .. } = &item.step {
        reads::graded(tx, site.jurisdiction, (peer.id, loaded.state.matter, *grade), now)?;
    }
    Ok(Took::Taken)
}

/// Lists what the resident added, as events of their own.
fn added(item: &Item, files: Vec<Vec<FileRef>>) -> Vec<Event> {
    match (&item.step, &item.handed) {
        (Step::Supplemented { words }, _) => {
            vec![Event::Supplemented { words: words.clone(), files: files.into_iter().flatten().collect() }]
        }
        (Step::Handed { .. }, Some(handed)) => {
            let each = handed.earlier.iter().zip(files);
            each.map(|(one, files)| Event::Supplemented { words: one.words.clone(), files }).collect()
        }
        _ => Vec::new(),
    }
}

fn with_files(step: &Step, files: &[Vec<FileRef>]) -> Step {
    let mut step = step.clone();
    if let Step::Answered { reply, .. } = &mut step {
        reply.files = files.concat();
    }
    step
}

/// Finds the matter here that a step belongs to.
fn matter_of(
    tx: &mut Tx<'_>,
    site: &Site,
    peer: &Peer,
    (theirs, ours, down): (Uuid, Option<Uuid>, bool),
) -> Result<Option<Uuid>, Fault> {
    if !down {
        let Some(to) = ours else { return Ok(None) };
        return Ok(store::row(tx, site.jurisdiction, to)?.map(|row| row.id));
    }
    let submit = submit_hash(site, &submit_key(site, (peer.id, theirs)));
    let row = tx.row(store::FIND_SUBMISSION, params![site.jurisdiction, submit])?;
    row.map(|row| row.get("matter")).transpose()
}

/// Returns the last step of a matter that was heard from another site; 0 where none was. What is not with it any more, or was erased, counts
/// as heard, for nothing of it is wanted.
pub fn heard_of(tx: &mut Tx<'_>, site: &Site, peer: &Peer, told: &Told) -> Result<i64, Fault> {
    let Some(matter) = matter_of(tx, site, peer, (told.matter, told.to, peer.above))? else {
        return Ok(if peer.above { 0 } else { told.n });
    };
    let Some(loaded) = store::load(tx, site, matter)? else { return Ok(told.n) };
    Ok(heard(&loaded.state, peer, peer.above).map_or(told.n, |heard| heard.of))
}

/// Finds the last step heard from another site, where the matter is with it.
fn heard<'a>(state: &'a State, peer: &Peer, down: bool) -> Option<&'a Heard> {
    if down {
        state.handed.above.as_ref().filter(|above| above.sent.peer == peer.id).map(|above| &above.heard)
    } else {
        // of what was taken back, and given to another site since, nothing is wanted any more
        state.handed.below.as_ref().filter(|below| below.peer == peer.id).map(|below| &below.heard)
    }
}

/// Says whether it is a step's turn; `None`: it is.
fn turn(state: &State, peer: &Peer, item: &Item) -> Option<Took> {
    let Some(heard) = heard(state, peer, item.step.is_down()) else { return Some(Took::Known) };
    if item.n == heard.of && item.mark != heard.mark {
        return Some(Took::Other);
    }
    if item.n <= heard.of {
        return Some(Took::Known);
    }
    (item.before != heard.of).then_some(Took::Missing(heard.of))
}

/// Says why a step can be none of this site's; `None`: it can.
fn unfit(peer: &Peer, item: &Item) -> Option<&'static str> {
    let long = |text: &&str| text.chars().count() > WORDS_CHARS_MAX;
    if item.step.is_down() != peer.above {
        return Some("wrong_direction");
    }
    if item.n < 1 || item.before < 0 || item.before >= item.n || item.mark.is_empty() || item.mark.len() > MARK_BYTES_MAX {
        return Some("not_readable");
    }
    let earlier = item.handed.iter().flat_map(|handed| handed.earlier.iter().map(|one| one.words.as_str()));
    if item.step.texts().iter().any(long) || earlier.into_iter().any(|text| long(&text)) {
        return Some("words_long");
    }
    let mut kinds = item.handed.iter().map(|handed| handed.kind);
    kinds.any(|kind| kind == crate::Kind::Accusation).then_some("accusation_apart")
}

/// Makes a matter ready that is not here yet: the files of the filing come first, then those of what was added, in order.
fn fresh(
    site: &Site,
    cabinet: &Cabinet<'_>,
    peer: &Peer,
    (item, handed, uploads): (&Item, &Matter, &[Upload]),
) -> Result<Ready, NotFiled> {
    let form = form(site, peer, (item, handed));
    let (key_id, key) = site.keystore.take()?;
    let (own, mut rest) = uploads.split_at(handed.files.min(uploads.len()));
    let files = cabinet.keep(site, Some(&key), own)?;
    let mut later = Vec::with_capacity(handed.earlier.len());
    for one in &handed.earlier {
        let (these, others) = rest.split_at(one.files.min(rest.len()));
        later.push(cabinet.keep(site, Some(&key), these)?);
        rest = others;
    }
    let prepared = prepare_kept(site, &form, (own, files), (key_id, key))?;
    Ok(Ready::New(Box::new(prepared), later))
}

/// Fills in the form that a matter from above is filed with. A place that is not one of ours is left to the office.
fn form(site: &Site, peer: &Peer, (item, handed): (&Item, &Matter)) -> Form {
    let directory = site.directory();
    let ours = |code: &&String| directory.places.get(*code).is_some_and(|place| place.merged_into.is_none());
    let sent =
        Sent { peer: peer.id, matter: item.matter, number: handed.number.clone(), manner: handed.manner, back: handed.back };
    Form {
        what: handed.what.clone(),
        place: handed.place.as_ref().filter(ours).cloned().unwrap_or_default(),
        place_words: handed.place_words.clone(),
        kind: handed.kind.code().to_owned(),
        identity: handed.identity.code().to_owned(),
        name: handed.name.clone(),
        mobile: handed.mobile.clone(),
        email: handed.email.clone(),
        address: handed.address.clone(),
        danger: handed.danger,
        people: handed.people.to_string(),
        submit_key: submit_key(site, (peer.id, item.matter)),
        language: handed.language.clone(),
        channel: Channel::Above,
        unread: handed.unread,
        spokespersons: handed.spokespersons.clone(),
        origin: Some(Origin { above: Some(sent), ..Origin::default() }),
        ..Form::default()
    }
}
