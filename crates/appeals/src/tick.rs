//! The passing of time over all matters, and what a reorganisation does to them. Each step happens once, however often
//! it is run.

use civic::chance::Chance;
use civic::journal::Actor;
use civic::refusal::{No, Refusal};
use civic::site::Site;
use civic::{access, journal};
use db::{Fault, Tx, params};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;
use worktime::Calendar;

use crate::appeal::Event;
use crate::decide::{self, Ctx, Moved, due_now};
use crate::followup::draw;
use crate::{digest, disclose, queue, run, sealed, store, supervise};

/// Matters read at once.
const PAGE_MATTERS: i64 = 200;
/// Events made in one run, so that other writers need not wait long; the next run goes on.
const RUN_EVENTS_MAX: usize = 200;
/// Steps one matter can take in one run.
const STEPS_MAX: usize = 4;

/// Does what is due. Returns how many steps it took; run it again while that is not zero.
pub fn tick(tx: &mut Tx<'_>, site: &Site, now: Timestamp) -> Result<usize, Fault> {
    let mut chance = site.chance();
    access::close_days(tx, site, now, &mut chance)?;
    sealed::batch(tx, site, now, &mut chance)?;
    digest::write(tx, site, now, &mut chance)?;
    sealed::letter::write(tx, site, now, &mut chance)?;
    draw::keep(tx, site, (now, &mut chance))?;
    let held = supervise::held(tx, site, site.day(now))?;
    let mut made = awake(tx, site, (now, &mut chance), held)?;
    made += walk(tx, site, (now, &mut chance), held)?;
    made += disclose::tell(tx, site, (now, &mut chance))?;
    Ok(made)
}

/// Goes through the matters that something is due to happen to today. Some of them sleep on until a later hour, so the end
/// of a page is not the end.
fn awake(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), held: bool) -> Result<usize, Fault> {
    let today = site.day(now).to_string();
    let (mut made, mut after) = (0, (String::new(), String::new()));
    loop {
        let rows = tx.rows(store::AWAKE, params![site.jurisdiction, today.as_str(), after.0, after.1, PAGE_MATTERS])?;
        let Some(last) = rows.last() else { return Ok(made) };
        after = (last.get("wake")?, last.get("number")?);
        for row in &rows {
            made += one(tx, site, (now, &mut *chance), (row.get("id")?, held))?;
            if made >= RUN_EVENTS_MAX {
                return Ok(made);
            }
        }
    }
}

/// Goes through the open matters after the calendar changed, a page in each run, and counts as a step until it has been
/// through.
fn walk(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), held: bool) -> Result<usize, Fault> {
    let calendar = site.calendar();
    let Some(after) = store::walk::next(tx, site.jurisdiction, &calendar)? else { return Ok(0) };
    let (ids, end) = store::walk::open(tx, site.jurisdiction, (&after, PAGE_MATTERS))?;
    let mut made = usize::from(end.is_some());
    for id in ids {
        made += one(tx, site, (now, &mut *chance), (id, held))?;
    }
    store::walk::note(tx, site.jurisdiction, &calendar, end.as_deref())?;
    Ok(made)
}

/// Lets time do to a matter what is due; `held` keeps the ladder still, which is the last that time does.
fn one(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), (id, held): (Uuid, bool)) -> Result<usize, Fault> {
    let Some(mut loaded) = store::load(tx, site, id)? else { return Ok(0) };
    let (rules, calendar, directory) = (site.rules(), site.calendar(), site.directory());
    let pseudonym = journal::pseudonym(&loaded.key);
    let mut made = 0;
    while made < STEPS_MAX {
        let ctx = Ctx { pseudonym: &pseudonym, ..Ctx::new((now, site.day(now)), (&rules, &calendar), &directory) };
        let climbs = |event: &Event| matches!(event, Event::Escalated { .. } | Event::FollowupLate { .. });
        let Some(event) = due_now(&loaded.state, &ctx).filter(|event| !(held && climbs(event))) else { break };
        run::record(tx, site, (now, &mut *chance), Actor::System, (&mut loaded, event))?;
        made += 1;
    }
    Ok(made)
}

/// Moves every open matter of an office that was merged or abolished to the one that took over. Runs in the command that
/// changes the directory, so no matter is ever without an owner.
pub fn reorganise(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (from, change): (&str, &str)) -> Result<usize, No> {
    let directory = site.directory();
    if directory.acting(from).is_none_or(|office| office.code == from) {
        return Ok(0);
    }
    let mut chance = site.chance();
    let mut ids: Vec<Uuid> = Vec::new();
    for row in tx.rows(store::OF_OWNER, params![site.jurisdiction, from])? {
        ids.push(row.get("id")?);
    }
    for id in &ids {
        let Some(mut loaded) = store::load(tx, site, *id)? else { continue };
        // a merged matter may have gone along with its main one already
        let Some(event) = decide::reorganised(&loaded.state, &directory, change) else { continue };
        run::record(tx, site, (now, &mut chance), Actor::System, (&mut loaded, event))?;
    }
    Ok(ids.len())
}

/// Hands every open matter that a member of staff works on to a colleague of the same office: when somebody leaves.
pub fn hand_over(tx: &mut Tx<'_>, site: &Site, now: Timestamp, by: Actor, (from, to): (Uuid, Uuid)) -> Result<usize, No> {
    let directory = site.directory();
    let office = directory.staff.get(&from).map(|staff| staff.office.as_str());
    let colleague = directory.staff.get(&to).filter(|staff| staff.active && from != to && Some(staff.office.as_str()) == office);
    colleague.ok_or_else(|| Refusal::new("not_a_colleague").with("field", "to").instead("choose_colleague"))?;
    let mut chance = site.chance();
    let ids = queue::of_handler(tx, site.jurisdiction, from)?;
    for id in &ids {
        let Some(mut loaded) = store::load(tx, site, *id)? else { continue };
        run::record(tx, site, (now, &mut chance), by, (&mut loaded, Event::HandedOver { to }))?;
    }
    Ok(ids.len())
}

/// Says how a date would move under another calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// The matter's number.
    pub number: String,
    /// The term that gave the date.
    pub term: String,
    /// The last day now.
    pub before: Date,
    /// The last day then.
    pub after: Date,
}

/// Is a page of a preview.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shifts {
    /// The dates that would move.
    pub shifts: Vec<Shift>,
    /// Open matters that were looked at.
    pub looked: usize,
    /// The number after which the next page begins; none after the last.
    pub next: Option<String>,
}

/// Lists the dates that another calendar would move, in the order of the matters' numbers: what [`tick`] then does. A page
/// of some hundred matters at a time, so that no reader is held long and no list grows with the site.
pub fn preview(tx: &mut Tx<'_>, site: &Site, (calendar, today): (&Calendar, Date), after: &str) -> Result<Shifts, Fault> {
    let (ids, next) = store::walk::open(tx, site.jurisdiction, (after, PAGE_MATTERS))?;
    let mut page = Shifts { shifts: Vec::new(), looked: ids.len(), next };
    for id in ids {
        let Some(loaded) = store::load(tx, site, id)? else { continue };
        for Moved { before, after } in decide::moved(&loaded.state, calendar, today) {
            let (number, term) = (loaded.state.number.clone(), after.term);
            let shift = Shift { number, term, before: before.due.last, after: after.due.last };
            page.shifts.extend(Some(shift).filter(|shift| shift.before != shift.after));
        }
    }
    Ok(page)
}
