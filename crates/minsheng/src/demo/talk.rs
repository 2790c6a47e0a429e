//! What is said on the demo's board: topics, answers, posts of offices, one post that was hidden with its reason.

use std::collections::BTreeMap;

use civic::directory::{Directory, Role};
use civic::permit::Who;
use civic::refusal::No;
use civic::site::Site;
use db::{Fault, Tx};
use forum::moderators::moderators;
use forum::post::{Contact, Words};
use forum::run::{Request, execute};
use forum::words::{Typed, publishable};
use forum::write::{New, prepare, write};
use forum::{Command, Kind, Standing};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;
use uuid::Uuid;

use super::play::who;

/// Minutes between two of the same day.
const APART_MINUTES: i64 = 7;

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
    place: String,
    theme: String,
    office: String,
    head: bool,
    title: String,
    text: String,
    pen: String,
    ground: String,
    words: String,
    reason: String,
}

/// Is the board of the demo while it plays: what has been written, by name.
#[derive(Debug, Default)]
pub struct Talk {
    posts: BTreeMap<String, Uuid>,
}

impl Talk {
    /// Says what is said on a day; `last` is the last day that is played.
    pub fn say(&mut self, tx: &mut Tx<'_>, site: &Site, (day, last): (Date, Date), now: Timestamp) -> Result<(), Fault> {
        let script: Script =
            toml::from_str(include_str!("talk.toml")).map_err(|error| Fault::other(format!("the demo's board: {error}")))?;
        let of_day = script.step.into_iter().filter(|step| last.checked_sub(step.days.days()).is_ok_and(|on| on == day));
        for (at, step) in (1_i64..).zip(of_day) {
            let now = now.saturating_add((at * APART_MINUTES).minutes()).unwrap_or(now);
            self.one(tx, site, (now, &step)).map_err(|no| match no {
                No::Failed(fault) => fault,
                other => Fault::other(format!("the demo's board, {} {} days ago: {other}", step.what, step.days)),
            })?;
        }
        Ok(())
    }

    fn one(&mut self, tx: &mut Tx<'_>, site: &Site, (now, step): (Timestamp, &Step)) -> Result<(), No> {
        let directory = site.directory();
        let about = self.posts.get(&step.to).copied();
        match step.what.as_str() {
            "hide" => {
                let command = Command::Hide { ground: step.ground.clone(), words: step.words.clone() };
                moderate(tx, site, now, (about.ok_or(No::Absent)?, command))
            }
            "correct" => {
                let post = about.ok_or(No::Absent)?;
                let typed = Typed { title: step.title.clone(), text: step.text.clone(), pen: String::new() };
                let words: Words = publishable(&directory, &typed, true)?;
                let command = Command::Edit { words, reason: step.reason.clone(), accuses: false };
                let who = speaker(&directory, &step.office, now).ok_or(No::Absent)?;
                let mut chance = site.chance();
                execute(tx, site, (now, &mut chance), &Request { who, post, seen: None, command }).map(drop)
            }
            _ => self.write(tx, site, (now, step), about),
        }
    }

    fn write(&mut self, tx: &mut Tx<'_>, site: &Site, (now, step): (Timestamp, &Step), about: Option<Uuid>) -> Result<(), No> {
        let kind = Kind::parse(&step.what).ok_or(No::Absent)?;
        let (at, mut chance) = (step.days, site.chance());
        let new = New {
            kind,
            topic: about,
            place: step.place.clone(),
            theme: step.theme.clone(),
            office: step.office.clone(),
            head: step.head,
            typed: Typed { title: step.title.clone(), text: step.text.clone(), pen: step.pen.clone() },
            contact: Contact::default(),
            submit_key: format!("demo-{at}-{}-{}", step.what, step.text.chars().count()),
            accuses: false,
        };
        let ready = prepare(site, new)?;
        let by = speaker(&site.directory(), &step.office, now).filter(|_| kind.is_of_office());
        let done = write(tx, site, (now, &mut chance), (&ready, by.as_ref()))?;
        if !step.name.is_empty() {
            self.posts.insert(step.name.clone(), done.post);
        }
        match by {
            _ if !done.held => Ok(()),
            Some(who) => {
                let request = Request { who, post: done.post, seen: None, command: Command::Publish };
                execute(tx, site, (now, &mut chance), &request).map(drop)
            }
            None => moderate(tx, site, now, (done.post, Command::Publish)),
        }
    }
}

/// Finds somebody who speaks for an office.
fn speaker(directory: &Directory, office: &str, at: Timestamp) -> Option<Who> {
    let speaks = [Role::Officer, Role::OfficeHead, Role::Leader];
    let staff = directory.staff_of(office).find(|staff| speaks.iter().any(|role| staff.is(*role)))?;
    Some(who(staff.id, at))
}

/// Lets the nearest office do it that may moderate the post and has somebody for it.
fn moderate(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (post, command): (Uuid, Command)) -> Result<(), No> {
    let directory = site.directory();
    let state = forum::get(tx, site, post)?.and_then(|post| post.state).filter(|state| state.standing != Standing::Withdrawn);
    let state = state.ok_or(No::Absent)?;
    let topic = forum::run::topic_of(tx, site, &state)?;
    let mut all = moderators(&directory, &state, &topic).into_iter();
    let who = all.find_map(|office| speaker(&directory, &office, now)).ok_or(No::Absent)?;
    let mut chance = site.chance();
    execute(tx, site, (now, &mut chance), &Request { who, post, seen: None, command }).map(drop)
}
