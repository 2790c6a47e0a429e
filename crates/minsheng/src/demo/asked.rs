//! What offices of the demo ask everybody: one question that is carried out, one that is open now.

use std::collections::BTreeMap;

use civic::directory::{Role, Staff};
use civic::permit::{Act, Who};
use civic::refusal::No;
use civic::site::Site;
use db::{Fault, Tx};
use insight::consult::ask::{act, ask, execute};
use insight::consult::consultation::{Outcome, Plan};
use insight::consult::decide::Command;
use insight::consult::list;
use insight::consult::run::{Sort, sort};
use insight::consult::speak::{New, prepare, speak};
use insight::consult::voice::Way;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;
use uuid::Uuid;

use super::play::who;

/// Minutes between two of the same day.
const APART_MINUTES: i64 = 2;

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
    office: String,
    place: String,
    theme: String,
    title: String,
    question: String,
    until: i64,
    way: String,
    present: u32,
    words: String,
    voice: String,
    points: Vec<u32>,
    ground: String,
    point: u32,
    outcome: String,
    text: String,
    shorter: String,
    done: bool,
}

/// Are the questions of the demo while it plays, and the voices, by name.
#[derive(Debug, Default)]
pub struct Asked {
    known: BTreeMap<String, Uuid>,
}

impl Asked {
    /// Does what is done on a day; `last` is the last day that is played.
    pub fn pass(&mut self, tx: &mut Tx<'_>, site: &Site, (day, last): (Date, Date), now: Timestamp) -> Result<(), Fault> {
        let script: Script =
            toml::from_str(include_str!("asked.toml")).map_err(|error| Fault::other(format!("what the demo asks: {error}")))?;
        let of_day = script.step.into_iter().filter(|step| last.checked_sub(step.days.days()).is_ok_and(|on| on == day));
        for (at, step) in (1_i64..).zip(of_day) {
            // the last day ends now: nothing is played in the time to come, else what visitors file would come after it
            let apart = if day == last { 0 } else { at * APART_MINUTES };
            let now = now.saturating_add(apart.minutes()).unwrap_or(now);
            self.one(tx, site, (now, last), &step).map_err(|no| match no {
                No::Failed(fault) => fault,
                other => Fault::other(format!("what the demo asks, {} {} days ago: {other}", step.what, step.days)),
            })?;
        }
        Ok(())
    }

    fn find(&self, name: &str) -> Result<Uuid, No> {
        self.known.get(name).copied().ok_or(No::Absent)
    }

    fn one(&mut self, tx: &mut Tx<'_>, site: &Site, (now, last): (Timestamp, Date), step: &Step) -> Result<(), No> {
        let mut chance = site.chance();
        match step.what.as_str() {
            "ask" => return self.ask(tx, site, (now, last), step),
            "say" => return self.say(tx, site, now, step),
            "sort" => {
                let office = self.office(tx, site, step)?;
                let keeper = somebody(site, (&office, Act::KeepConsultation), now)?;
                let to = Sort { voice: self.find(&step.voice)?, points: step.points.clone(), ground: step.ground.clone() };
                return sort(tx, site, (now, &mut chance), (&keeper, to)).map(drop);
            }
            _ => {}
        }
        let (id, words) = (self.find(&step.to)?, step.words.clone());
        let until = last.checked_sub(step.until.days()).map_err(|_| No::Absent)?;
        let command = match step.what.as_str() {
            "point" => Command::Point { point: None, title: step.title.clone() },
            "answer" => Command::Answer { point: step.point, outcome: Outcome::parse(&step.outcome).ok_or(No::Absent)?, words },
            "draft" => Command::Draft { text: step.text.clone(), words, until, shorter: step.shorter.clone() },
            "decide" => Command::Decide { adopted: true, text: step.text.clone(), words },
            _ => Command::Report { done: step.done, words },
        };
        let office = self.office(tx, site, step)?;
        let doer = somebody(site, (&office, act(&command)), now)?;
        execute(tx, site, (now, &mut chance), (&doer, id, command)).map(drop)
    }

    fn office(&self, tx: &mut Tx<'_>, site: &Site, step: &Step) -> Result<String, No> {
        Ok(list::by_id(tx, site, self.find(&step.to)?)?.ok_or(No::Absent)?.consult.plan.office)
    }

    fn ask(&mut self, tx: &mut Tx<'_>, site: &Site, (now, last): (Timestamp, Date), step: &Step) -> Result<(), No> {
        let plan = Plan {
            office: step.office.clone(),
            place: step.place.clone(),
            theme: step.theme.clone(),
            title: step.title.clone(),
            question: step.question.clone(),
            until: last.checked_sub(step.until.days()).map_err(|_| No::Absent)?,
        };
        let head = somebody(site, (&step.office, Act::DecideConsultation), now)?;
        let (mut chance, key) = (site.chance(), site.keystore.take()?);
        let submit = format!("demo-{}", step.name);
        let consult = ask(tx, site, (now, &mut chance), (&head, (plan, &submit), &key))?;
        self.known.insert(step.name.clone(), consult.id);
        Ok(())
    }

    fn say(&mut self, tx: &mut Tx<'_>, site: &Site, now: Timestamp, step: &Step) -> Result<(), No> {
        let way = Way::parse(&step.way).unwrap_or(Way::Web);
        let new = New {
            consult: self.find(&step.to)?,
            way,
            words: step.words.clone(),
            day: way.is_typed().then(|| site.day(now)),
            present: step.present,
            mobile: String::new(),
            language: String::new(),
            submit_key: format!("demo-{}", step.name),
            source: None,
            accuses: false,
        };
        let by = if way.is_typed() { Some(somebody(site, (&self.office(tx, site, step)?, Act::TakeVoice), now)?) } else { None };
        let ready = prepare(site, new)?;
        let mut chance = site.chance();
        let done = speak(tx, site, (now, &mut chance), (&ready, by.as_ref()))?;
        self.known.insert(step.name.clone(), done.voice.id);
        Ok(())
    }
}

/// Finds somebody of an office who may do it: what binds the office is its head's.
fn somebody(site: &Site, (office, act): (&str, Act), at: Timestamp) -> Result<Who, No> {
    let roles: &[Role] =
        if act == Act::DecideConsultation { &[Role::OfficeHead, Role::Leader] } else { &[Role::Officer, Role::OfficeHead] };
    let directory = site.directory();
    let fits = |staff: &&Staff| roles.iter().any(|role| staff.is(*role));
    let found = directory.staff_of(office).find(fits).map(|staff| who(staff.id, at));
    found.ok_or(No::Absent)
}
