//! Danger to life: who is told and who is told next, who answers, and where nobody could be told.
//!
//! The path has three steps, each with the ones before it: whoever of the holder can take it in hand and is not away; its
//! head and who stands in; the leaders above and the supervisors. Every name on it is asked of the permit, so nobody hears
//! of a matter they may not see. Accusations are no matters of this room: they never come here.

use std::collections::BTreeSet;

use civic::access::Purpose;
use civic::directory::{Directory, Role, Staff};
use civic::journal::Actor;
use civic::permit::{Act, Relation, Subject, Who, may, relation};
use civic::site::Site;
use db::{Fault, Question, Tx, params, values};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::appeal::Event;
use crate::decide::{HEAD, LEADERS};
use crate::queue::hidden;
use crate::store::{self, Row, row_of};
use crate::{coded::coded, run};

/// Template of the first letter.
pub const FIRST: &str = "danger";
/// Template of every further one.
pub const AGAIN: &str = "danger_again";
/// Rows read at once.
const PAGE_ROWS: i64 = 50;

/// Lists who is told at a step, with those of the steps before.
pub fn told<'a>(directory: &'a Directory, subject: &Subject, level: u8, today: Date) -> Vec<&'a Staff> {
    let mut seen = BTreeSet::new();
    let mut all: Vec<&Staff> = on_duty(directory, subject, today).collect();
    if level >= HEAD {
        all.extend(heads(directory, subject));
    }
    if level >= LEADERS {
        all.extend(above(directory, subject));
    }
    all.retain(|staff| seen.insert(staff.id));
    all
}

/// Goes up from a step to the first that reaches anybody; to the last where none does.
pub fn reaching(directory: &Directory, subject: &Subject, level: u8, today: Date) -> u8 {
    let reached = |level: &u8| told(directory, subject, *level, today).iter().any(|staff| reachable(staff, today));
    (level..LEADERS).find(reached).unwrap_or(LEADERS)
}

/// Tells whether a letter can reach somebody now: there is an address, and no leave.
pub fn reachable(staff: &Staff, today: Date) -> bool {
    staff.active && !staff.away_on(today) && staff.email.as_ref().is_some_and(|email| !email.is_empty())
}

/// Tells whether somebody may do an act to a matter.
pub(crate) fn asks(directory: &Directory, staff: &Staff, act: Act, subject: &Subject) -> bool {
    may(directory, &Who::Staff { id: staff.id, session: Uuid::nil() }, act, subject).is_ok()
}

/// Whoever of the holder can take it in hand and is not away.
fn on_duty<'a>(directory: &'a Directory, subject: &Subject, today: Date) -> impl Iterator<Item = &'a Staff> {
    let here = directory.staff.values().filter(move |staff| staff.active && !staff.away_on(today));
    here.filter(move |staff| asks(directory, staff, Act::Register, subject))
}

/// The heads of the holder, away or not, and who stands in for them.
fn heads<'a>(directory: &'a Directory, subject: &Subject) -> impl Iterator<Item = &'a Staff> {
    let own = |staff: &&Staff| staff.active && relation(directory, staff, subject) == Relation::Holder;
    let heads: Vec<&Staff> = directory.staff.values().filter(own).filter(|staff| staff.is(Role::OfficeHead)).collect();
    let deputies: Vec<&Staff> = heads.iter().filter_map(|head| directory.staff.get(&head.deputy?)).collect();
    let all = heads.into_iter().chain(deputies);
    all.filter(move |staff| staff.active && asks(directory, staff, Act::See, subject))
}

/// Lists who leads the office that holds a matter: its heads and who stands in for them, the leaders above, every supervisor; as far as
/// the permit lets them see it.
pub fn leading<'a>(directory: &'a Directory, subject: &Subject) -> Vec<&'a Staff> {
    let mut seen = BTreeSet::new();
    heads(directory, subject).chain(above(directory, subject)).filter(|staff| seen.insert(staff.id)).collect()
}

/// Finds whom to ring so that somebody opens it now: the head, or who stands in, or whoever else of the holder is there
/// today and may open the words. None where nobody is.
pub fn to_ring<'a>(directory: &'a Directory, subject: &'a Subject, today: Date) -> Option<&'a Staff> {
    let mut all = heads(directory, subject).chain(on_duty(directory, subject, today));
    all.find(|staff| !staff.away_on(today) && asks(directory, staff, Act::ReadPersonal, subject))
}

/// The leaders of the holder and of the offices above it, and every supervisor.
fn above<'a>(directory: &'a Directory, subject: &Subject) -> impl Iterator<Item = &'a Staff> {
    let active = directory.staff.values().filter(|staff| staff.active);
    active.filter(move |staff| leads(directory, staff, subject) && asks(directory, staff, Act::See, subject))
}

fn leads(directory: &Directory, staff: &Staff, subject: &Subject) -> bool {
    let nearby = || matches!(relation(directory, staff, subject), Relation::Holder | Relation::Superior);
    staff.is(Role::Supervisor) || staff.is(Role::Leader) && nearby()
}

/// Notes that somebody of the staff has opened the words of a matter: the first who does ends the alarm, for the resident
/// to see. An audit is no answer.
pub fn answer(
    tx: &mut Tx<'_>,
    site: &Site,
    now: Timestamp,
    (staff, matter): (Uuid, Uuid),
    purpose: Purpose,
) -> Result<(), Fault> {
    let loaded = if purpose == Purpose::Audit { None } else { store::load(tx, site, matter)? };
    let Some(mut loaded) = loaded.filter(|loaded| loaded.state.unheard()) else { return Ok(()) };
    let office = site.directory().staff.get(&staff).map_or_else(String::new, |staff| staff.office.clone());
    let mut chance = site.chance();
    let event = Event::AlarmAnswered { office };
    run::record(tx, site, (now, &mut chance), Actor::Staff(staff), (&mut loaded, event)).map(drop)
}

/// Lists matters of danger to life that nobody opened, the one that waits longest first, as far as they concern somebody:
/// the permit lets them see it, and they are of the holder or asked by it, or stand above. One more than `max` at most.
pub fn unheard(tx: &mut Tx<'_>, site: &Site, staff: &Staff, max: usize) -> Result<Vec<Row>, Fault> {
    let (sql, params) = first_unheard(site);
    let (first, hidden) = (tx.rows(sql, &params)?, hidden(tx, site, staff)?);
    unheard_from(tx, site, staff, (max, first, &hidden))
}

/// Returns the question whose answer [`unheard_from`] begins with.
pub(crate) fn first_unheard(site: &Site) -> Question<'static> {
    (store::UNHEARD, values![site.jurisdiction, i64::MIN, "", PAGE_ROWS])
}

/// Goes on from the first rows, with what this person must not know of.
pub(crate) fn unheard_from(
    tx: &mut Tx<'_>,
    site: &Site,
    staff: &Staff,
    (max, mut rows, hidden): (usize, Vec<db::Row>, &BTreeSet<Uuid>),
) -> Result<Vec<Row>, Fault> {
    let (directory, mut found) = (site.directory(), Vec::new());
    loop {
        for row in &rows {
            let row = row_of(row)?;
            if !hidden.contains(&row.id) && concerns(&directory, staff, &row.subject()) {
                found.push(row);
            }
        }
        let last = rows.last().filter(|_| found.len() <= max && rows.len() as i64 >= PAGE_ROWS);
        let Some(last) = last else { break };
        let after: (i64, String) = (last.get("received_at")?, last.get("number")?);
        rows = tx.rows(store::UNHEARD, params![site.jurisdiction, after.0, after.1, PAGE_ROWS])?;
    }
    found.truncate(max + 1);
    Ok(found)
}

fn concerns(directory: &Directory, staff: &Staff, subject: &Subject) -> bool {
    let relation = relation(directory, staff, subject);
    let nearby = matches!(relation, Relation::Holder | Relation::Invited | Relation::Superior);
    // whoever only checks what others did is not called
    let nearby = nearby && staff.roles.iter().any(|role| !matches!(role, Role::Auditor | Role::Administrator));
    (nearby || staff.is(Role::Supervisor)) && asks(directory, staff, Act::See, subject)
}

coded! {
    /// Says where the path is broken.
    Gap {
        /// Nobody at all can be told.
        Nobody = "nobody",
        /// Nobody of the office itself: it goes straight up.
        Office = "office",
        /// Nobody above the office.
        Above = "above",
    }
}

/// Lists the offices that take matters in and on whose path somebody cannot be told today, with what is missing.
pub fn gaps(directory: &Directory, today: Date) -> Vec<(String, Gap)> {
    let takers = directory.offices.values().filter(|office| directory.open(office) && !office.intake_for.is_empty());
    let gap = |office: &str| {
        // any matter: what is looked at is the office
        let subject = Subject { matter: Uuid::max(), owner: office.to_owned(), ..Subject::default() };
        let own = told(directory, &subject, HEAD, today).iter().any(|staff| reachable(staff, today));
        let higher = above(directory, &subject).any(|staff| reachable(staff, today));
        match (own, higher) {
            (true, true) => None,
            (false, false) => Some(Gap::Nobody),
            (false, true) => Some(Gap::Office),
            (true, false) => Some(Gap::Above),
        }
    };
    takers.filter_map(|office| Some((office.code.clone(), gap(&office.code)?))).collect()
}
