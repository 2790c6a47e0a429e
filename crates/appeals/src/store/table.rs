//! What an event does to the tables. Only state and event go in, so that a rebuild gives the same rows.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use db::{Fault, Tx, Value, params, values};
use jiff::civil::Date;
use uuid::Uuid;

use super::sql;
use crate::appeal::{DueDate, Event, Filing, Identity, State};
use crate::exchange::levels;
use crate::followup;
use crate::supervise;

/// Begins the rank of what owes a word and may be dangerous to life; `COUNTS_HELD` counts by these three.
pub(crate) const RANK_DANGER: char = '0';
/// Begins the rank of everything else that owes a word.
pub(crate) const RANK_OWING: char = '1';
/// Begins the rank of what owes none.
pub(crate) const RANK_ANSWERED: char = '2';

/// Applies an event: `before` is none for a filing.
pub fn apply(tx: &mut Tx<'_>, jurisdiction: i64, before: Option<&State>, after: &State, event: &Event) -> Result<(), Fault> {
    put_matter(tx, jurisdiction, before, after)?;
    put_parties(tx, jurisdiction, before, after)?;
    super::call::put(tx, jurisdiction, before, after)?;
    super::topic::put(tx, jurisdiction, before, after)?;
    super::shown::put(tx, jurisdiction, before, after)?;
    super::origin::put(tx, jurisdiction, before, after)?;
    followup::put(tx, jurisdiction, before, after)?;
    supervise::put(tx, jurisdiction, before, after)?;
    levels::put(tx, jurisdiction, before, after)?;
    super::tally::put(tx, jurisdiction, before, after);
    for address in files(event) {
        tx.later(sql::PUT_FILE, &file_row(jurisdiction, after.matter, address))?;
    }
    let Codes { dropped, put } = codes(event);
    if let Some(delegate) = dropped {
        tx.later(sql::DROP_CODES, params![jurisdiction, after.matter, delegate])?;
    }
    if let Some((code, delegate)) = put {
        tx.later(sql::PUT_CODE, &code_row(jurisdiction, after.matter, (code, delegate))?)?;
    }
    if let Event::Filed(filing) = event {
        for contact in &filing.contacts {
            tx.later(sql::PUT_CONTACT, &contact_row(jurisdiction, after.matter, contact)?)?;
        }
        tx.later(sql::PUT_SUBMISSION, &submission_row(jurisdiction, after.matter, filing)?)?;
    }
    Ok(())
}

/// Is what an event does to the codes of its matter: those of the delegate (`true`) or of the resident.
pub(super) struct Codes<'a> {
    /// Whose are taken away.
    pub dropped: Option<bool>,
    /// The keyed hash of a new one, and whose it is.
    pub put: Option<(&'a str, bool)>,
}

/// Says what an event does to the codes.
pub(super) fn codes(event: &Event) -> Codes<'_> {
    let (dropped, put) = match event {
        Event::Filed(filing) => (None, Some((filing.code.as_str(), false))),
        Event::DelegateNamed { code, .. } => (None, Some((code.as_str(), true))),
        Event::DelegateRemoved => (Some(true), None),
        Event::CodeReissued { code, .. } => (Some(false), Some((code.as_str(), false))),
        _ => (None, None),
    };
    Codes { dropped, put }
}

/// Lists the addresses of what an event brings.
pub(super) fn files(event: &Event) -> impl Iterator<Item = &str> {
    event.files().iter().flat_map(|file| [file.original.as_str(), file.cleaned.as_str()])
}

/// Columns that may change and that no index but one of few rows holds, by their place in [`matter_row`].
const KEPT: [usize; 12] = [3, 9, 14, 15, 20, 21, 22, 24, 25, 26, 28, 29];
/// Columns that may change and that indexes hold.
const MOVED: [usize; 9] = [6, 10, 11, 12, 23, 27, 30, 31, 32];

/// Writes the row of a matter, or what changed in it: an index is touched only where a matter moves in it.
fn put_matter(tx: &mut Tx<'_>, jurisdiction: i64, before: Option<&State>, after: &State) -> Result<(), Fault> {
    let row = matter_row(jurisdiction, after);
    let Some(before) = before.map(|before| matter_row(jurisdiction, before)) else { return tx.later(sql::PUT, &row) };
    let stays = MOVED.iter().all(|at| before[*at] == row[*at]);
    let (statement, moved): (_, &[usize]) = if stays { (sql::KEEP, &[]) } else { (sql::MOVE, &MOVED) };
    let values: Vec<Value> = [0, 1].iter().chain(&KEPT).chain(moved).map(|at| row[*at].clone()).collect();
    tx.later(statement, &values)
}

/// Writes the row of a matter.
pub(super) fn matter_row(jurisdiction: i64, state: &State) -> Vec<Value> {
    let pressing = state.pressing_due();
    let due = &pressing.due;
    let owes = state.owes_word();
    let (rank, _) = placed(state);
    params![
        jurisdiction,
        state.matter,
        state.number.as_str(),
        state.version,
        state.filed_position,
        state.key_id,
        state.kind.code(),
        state.identity.code(),
        state.channel.code(),
        state.stage.code(),
        state.is_open(),
        state.owner.as_str(),
        state.handler,
        state.place.clone(),
        state.category.clone(),
        state.simplified,
        state.danger,
        state.people,
        state.received_at.as_microsecond(),
        state.received.to_string(),
        pressing.term.as_str(),
        due.target.to_string(),
        due.last.to_string(),
        rank,
        owes,
        due.provisional,
        state.returns,
        state.disputed,
        state.reply().map(|reply| reply.day.to_string()),
        state.rating.map(|rating| i64::from(rating.grade)),
        state.merged_into,
        wake(state),
        state.unheard()
    ]
    .to_vec()
}

/// Returns the place of a matter in every list, and whether it stands in those of open ones. What is in danger comes first,
/// then by the last day; what is answered already does not press. Counts go by the same order.
fn placed(state: &State) -> (String, bool) {
    let first = match (state.owes_word(), state.danger) {
        (true, true) => RANK_DANGER,
        (true, false) => RANK_OWING,
        (false, _) => RANK_ANSWERED,
    };
    (format!("{first}{}", state.pressing_due().due.last), state.is_open())
}

/// Names the first day on which the passing of time may do something; `decide::due_now` looks closer.
fn wake(state: &State) -> Option<String> {
    let climbs = state.supervision.cards.iter().filter_map(|card| state.climbs(card)).min();
    let climbs = climbs.into_iter().chain(state.late_after_rating()).min();
    if !state.is_open() {
        return climbs.map(|day| day.to_string());
    }
    if state.unheard() {
        // minutes count here, and every day that has come may hold one
        return Some(state.received.to_string());
    }
    let word = state.last_word();
    let unread = word.filter(|word| word.delivered.is_none() && state.identity == Identity::Anonymous).map(|word| word.day);
    let until = word.filter(|word| word.delivered.is_some() && state.pending_review().is_none() && !state.owes_reply());
    let until = until.map(|word| word.until.as_ref().map_or(word.day, |until| until.due.last));
    // an instant of the withdrawal lies on its civil day or, west of it, the day after: one day early does no harm
    let withdraw = state.withdraw_until.map(|until| until.to_zoned_datetime(jiff::tz::TimeZone::UTC).date());
    let offer = state.offer.as_ref().map(|offer| offer.until);
    let late = state.promised().into_iter().filter_map(|(_, due)| escalates(state, due)).min();
    [unread, until, withdraw, offer, late, climbs].into_iter().flatten().min().map(|day| day.to_string())
}

/// Names the last day before a missed date is told to the next one up; none once everybody was told.
fn escalates(state: &State, due: &DueDate) -> Option<Date> {
    let last = due.due.last;
    if state.card_of(&due.term, last).is_some() {
        return None;
    }
    state.supervision.escalated.get(&due.term).filter(|taken| taken.last == last).map_or(Some(last), |taken| taken.next)
}

/// Lists who else has to do with the matter: office, role, whether it is done, until when.
fn parties(state: &State) -> Vec<(String, &'static str, bool, String)> {
    let mut all = Vec::new();
    if let Some(offer) = &state.offer {
        all.push((offer.to.clone(), "offered", false, offer.until.to_string()));
    }
    for (office, co) in &state.co_handlers {
        all.push((office.clone(), "co_handler", co.answered || !state.owes_reply(), co.until.to_string()));
    }
    for (office, whistle) in &state.whistles {
        all.push((office.clone(), "whistled", whistle.came_late.is_some(), whistle.until.to_string()));
    }
    for referral in &state.referrals {
        all.push((referral.office.clone(), "referral", referral.admitted.is_some(), state.due.due.last.to_string()));
    }
    for review in [&state.review, &state.recheck].into_iter().flatten() {
        all.push((review.office.clone(), "reviewer", review.decided.is_some(), review.due.due.last.to_string()));
    }
    all.extend(state.former.iter().map(|office| (office.clone(), "former", true, String::new())));
    all
}

/// Writes what changed among who else has to do with a matter.
fn put_parties(tx: &mut Tx<'_>, jurisdiction: i64, before: Option<&State>, after: &State) -> Result<(), Fault> {
    let before = before.map(|before| party_rows(jurisdiction, before)).unwrap_or_default();
    let rows = party_rows(jurisdiction, after);
    for (office, role) in before.keys().filter(|party| !rows.contains_key(*party)) {
        tx.later(sql::DROP_PARTY, params![jurisdiction, office.as_str(), *role, after.matter])?;
    }
    let changed = rows.iter().filter(|(party, row)| before.get(*party) != Some(*row));
    changed.map(|(_, row)| row).try_for_each(|row| tx.later(sql::PUT_PARTY, row))
}

/// Is the rows of who else has to do with a matter, by office and role.
type Parties = BTreeMap<(String, &'static str), Vec<Value>>;

/// Lists the rows of who else has to do with a matter; of two under one key the later one stays.
pub(super) fn party_rows(jurisdiction: i64, state: &State) -> Parties {
    let parties = parties(state);
    if parties.is_empty() {
        return Parties::new();
    }
    let ((rank, open), mut rows) = (placed(state), Parties::new());
    for (office, role, done, until) in parties {
        let (live, rank, number) = (open && !done, rank.as_str(), state.number.as_str());
        let row = values![jurisdiction, office.as_str(), role, state.matter, done, until, live, rank, number];
        rows.insert((office, role), row);
    }
    rows
}

/// Writes the row of a query code.
pub(super) fn code_row(jurisdiction: i64, matter: Uuid, (code, delegate): (&str, bool)) -> Result<Vec<Value>, Fault> {
    Ok(params![jurisdiction, bytes(code)?, matter, delegate].to_vec())
}

/// Writes the row of a contact.
pub(super) fn contact_row(jurisdiction: i64, matter: Uuid, contact: &str) -> Result<Vec<Value>, Fault> {
    Ok(params![jurisdiction, bytes(contact)?, matter].to_vec())
}

/// Writes the row of the submit key that a matter came in with.
pub(super) fn submission_row(jurisdiction: i64, matter: Uuid, filing: &Filing) -> Result<Vec<Value>, Fault> {
    Ok(params![jurisdiction, bytes(&filing.submit)?, bytes(&filing.form)?, matter].to_vec())
}

/// Writes the row of a stored file.
pub(super) fn file_row(jurisdiction: i64, matter: Uuid, address: &str) -> Vec<Value> {
    params![jurisdiction, address, matter].to_vec()
}

fn bytes(hexadecimal: &str) -> Result<Vec<u8>, Fault> {
    HEXLOWER.decode(hexadecimal.as_bytes()).map_err(|_| Fault::other("an event holds a hash that is not hexadecimal"))
}
