//! The demo's reception days: one that is over, one where leaders went down, one of today with its queue, some to come.

use std::collections::BTreeMap;

use civic::directory::{Directory, Role, Staff};
use civic::permit::Who;
use civic::refusal::No;
use civic::site::Site;
use db::{Fault, Tx};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use oversight::reception::book::{New, book, prepare};
use oversight::reception::booking::{Person, Way};
use oversight::reception::day::{Going, Plan};
use oversight::reception::decide::{ToBooking, ToDay};
use oversight::reception::{Standing, list, plan, run};
use serde::Deserialize;
use uuid::Uuid;

use super::play::who;

/// Minutes between two of the same day.
const APART_MINUTES: i64 = 3;

#[derive(Deserialize)]
struct Script {
    step: Vec<Step>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Step {
    days: i64,
    what: String,
    name: String,
    to: String,
    leader: String,
    place: String,
    venue: String,
    duty: String,
    on: i64,
    from: String,
    minutes: u16,
    slots: u16,
    ground: String,
    table: Vec<String>,
    person: String,
    about: String,
    booking: String,
    words: String,
    office: String,
    due: i64,
}

/// Are the reception days of the demo while it plays, by name.
#[derive(Debug, Default)]
pub struct Days {
    known: BTreeMap<String, Uuid>,
}

impl Days {
    /// Does what is done on a day; `last` is the last day that is played.
    pub fn pass(&mut self, tx: &mut Tx<'_>, site: &Site, (day, last): (Date, Date), now: Timestamp) -> Result<(), Fault> {
        let script: Script = toml::from_str(include_str!("reception.toml"))
            .map_err(|error| Fault::other(format!("the demo's reception days: {error}")))?;
        let of_day = script.step.into_iter().filter(|step| last.checked_sub(step.days.days()).is_ok_and(|on| on == day));
        for (at, step) in (1_i64..).zip(of_day) {
            // the last day ends now: nothing is played in the time to come, else what visitors file would come after it
            let apart = if day == last { 0 } else { at * APART_MINUTES };
            let now = now.saturating_add(apart.minutes()).unwrap_or(now);
            self.one(tx, site, (now, last), &step).map_err(|no| match no {
                No::Failed(fault) => fault,
                other => Fault::other(format!("the demo's reception days, {} {} days ago: {other}", step.what, step.days)),
            })?;
        }
        Ok(())
    }

    fn one(&mut self, tx: &mut Tx<'_>, site: &Site, (now, last): (Timestamp, Date), step: &Step) -> Result<(), No> {
        let directory = site.directory();
        if step.what == "plan" {
            return self.plan(tx, site, (now, last), step);
        }
        let day = self.known.get(&step.to).copied().ok_or(No::Absent)?;
        if matches!(step.what.as_str(), "book" | "door") {
            return self.book(tx, site, now, (day, step));
        }
        let plan_of = list::day(tx, site, day)?.ok_or(No::Absent)?.day.plan;
        let who = receiver(&directory, &plan_of, now).ok_or(No::Absent)?;
        let mut chance = site.chance();
        if let Some(booking) = self.known.get(&step.booking).copied() {
            for command in commands(step, standing(tx, site, booking)?) {
                run::execute(tx, site, (now, &mut chance), (&who, booking, command))?;
            }
            return Ok(());
        }
        let words = step.words.clone();
        let command = match step.what.as_str() {
            "promise" => {
                let due = last.checked_sub(step.due.days()).map_err(|_| No::Absent)?;
                ToDay::Promise { words, office: step.office.clone(), due }
            }
            "post" => {
                let received = list::counts(tx, site, day)?.heard;
                ToDay::Post { words, received: u32::try_from(received).unwrap_or_default() }
            }
            kept => {
                let promise = list::day(tx, site, day)?.map_or(0, |row| row.day.promises.len().saturating_sub(1));
                ToDay::Answer { promise, kept: kept == "kept", words }
            }
        };
        plan::execute(tx, site, (now, &mut chance), (&who, day, command)).map(drop)
    }

    fn plan(&mut self, tx: &mut Tx<'_>, site: &Site, (now, last): (Timestamp, Date), step: &Step) -> Result<(), No> {
        let directory = site.directory();
        let leader = directory.staff.values().find(|staff| staff.login == step.leader).ok_or(No::Absent)?;
        let minutes = step
            .from
            .split_once(':')
            .and_then(|(hour, minute)| Some(hour.parse::<u16>().ok()? * 60 + minute.parse::<u16>().ok()?));
        let going = (!step.ground.is_empty()).then(|| Going { ground: step.ground.clone(), table: step.table.clone() });
        let plan_of = Plan {
            leader: leader.id,
            name: leader.name.clone(),
            post: leader.title.clone(),
            duty: step.duty.clone(),
            office: leader.office.clone(),
            going,
            place: step.place.clone(),
            venue: step.venue.clone(),
            date: last.checked_sub(step.on.days()).map_err(|_| No::Absent)?,
            from: minutes.ok_or(No::Absent)?,
            minutes: step.minutes,
            slots: step.slots,
        };
        let who = receiver(&directory, &plan_of, now).ok_or(No::Absent)?;
        let (mut chance, key) = (site.chance(), site.keystore.take()?);
        let day = plan::plan(tx, site, (now, &mut chance), (&who, plan_of, &key))?;
        self.known.insert(step.name.clone(), day.id);
        Ok(())
    }

    fn book(&mut self, tx: &mut Tx<'_>, site: &Site, now: Timestamp, (day, step): (Uuid, &Step)) -> Result<(), No> {
        let way = if step.what == "door" { Way::Door } else { Way::Web };
        let person = Person { name: step.person.clone(), about: step.about.clone(), ..Person::default() };
        let ready = prepare(site, New { day, slot: None, way, person, submit_key: format!("demo-{}", step.name) })?;
        let plan_of = list::day(tx, site, day)?.ok_or(No::Absent)?.day.plan;
        let who = receiver(&site.directory(), &plan_of, now).filter(|_| way == Way::Door);
        let mut chance = site.chance();
        let done = book(tx, site, (now, &mut chance), (&ready, who.as_ref()))?;
        self.known.insert(step.name.clone(), done.booking.id);
        Ok(())
    }
}

fn standing(tx: &mut Tx<'_>, site: &Site, booking: Uuid) -> Result<Standing, No> {
    Ok(list::booking(tx, site, booking)?.ok_or(No::Absent)?.standing)
}

/// Lists what is pressed until a booking is where the script wants it.
fn commands(step: &Step, standing: Standing) -> Vec<ToBooking> {
    let arrives = (standing == Standing::Booked).then_some(ToBooking::Arrive);
    match step.what.as_str() {
        "hear" => {
            let heard = ToBooking::Hear { words: step.words.clone(), number: String::new() };
            arrives.into_iter().chain([ToBooking::Call, heard]).collect()
        }
        "arrive" => arrives.into_iter().collect(),
        _ => vec![ToBooking::Miss],
    }
}

/// Finds somebody of the leader's office who keeps the calendar and receives.
fn receiver(directory: &Directory, plan_of: &Plan, at: Timestamp) -> Option<Who> {
    let keeps = |staff: &&Staff| [Role::OfficeHead, Role::Officer, Role::Leader].iter().any(|role| staff.is(*role));
    directory.staff_of(&plan_of.office).find(keeps).map(|staff| who(staff.id, at))
}
