//! Some matters, the offices that handle them, and what people, time and reorganisations do to both.

use appeals::appeal::{Channel, Command, Event, Filing, Identity, Kind, State, first_due};
use appeals::decide::{Ctx, decide, due_now, follow, reaches, reorganised};
use civic::directory::{Directory, Entry, Office};
use civic::journal::{Actor, Stored};
use civic::rules::RuleSet;
use jiff::Timestamp;
use testkit::county;
use uuid::Uuid;
use worktime::Calendar;

use crate::command::command;

/// Matters of one history.
pub const MATTERS: usize = 3;
/// Office of the village: what it decides is reviewed and re-reviewed above it.
const VILLAGE_OFFICE: &str = "lw";
/// Offices that take part.
pub const OFFICES: [&str; 6] =
    [VILLAGE_OFFICE, county::TOWNSHIP_OFFICE, county::WATER, county::HOUSING, county::PETITIONS, county::GOVERNMENT];

/// Is an event that happened to a matter.
#[derive(Debug, Clone)]
pub struct Step {
    pub matter: usize,
    pub event: Event,
}

pub struct Bench {
    pub rules: RuleSet,
    pub calendar: Calendar,
    pub directory: Directory,
    pub now: Timestamp,
    pub states: Vec<State>,
}

fn directory() -> Directory {
    let mut directory = Directory::default();
    for entry in county::entries() {
        match entry {
            Entry::Place(place) => drop(directory.places.insert(place.code.clone(), place)),
            Entry::Office(office) => drop(directory.offices.insert(office.code.clone(), office)),
            Entry::Staff(staff) => drop(directory.staff.insert(staff.id, staff)),
            _ => {}
        }
    }
    let above = directory.offices[county::TOWNSHIP_OFFICE].clone();
    let village = Office { code: VILLAGE_OFFICE.into(), superior: Some(above.code.clone()), intake_for: Vec::new(), ..above };
    directory.offices.insert(village.code.clone(), village);
    directory
}

fn stored(now: Timestamp, matter: usize, (version, event): (i64, &Event)) -> Stored {
    Stored {
        position: version,
        leaf: version,
        matter: Uuid::from_u128(1 + matter as u128),
        version,
        at: now,
        day: now.to_zoned_datetime(jiff::tz::TimeZone::get("Asia/Shanghai").unwrap()).date(),
        actor: Actor::System,
        kind: event.kind().to_owned(),
        fact: String::new(),
        body: serde_json::Value::Null,
        nonce: [0; 32],
        key_id: 1,
    }
}

fn filing(kind: Kind, at: usize, rules: &RuleSet, calendar: &Calendar) -> Filing {
    Filing {
        number: format!("MS{at}"),
        what: String::new(),
        place: None,
        place_words: String::new(),
        kind,
        identity: Identity::Anonymous,
        name: String::new(),
        mobile: String::new(),
        email: String::new(),
        danger: false,
        people: 1,
        language: "zh-CN".into(),
        channel: if at.is_multiple_of(2) { Channel::Mail } else { Channel::Web },
        files: Vec::new(),
        owner: VILLAGE_OFFICE.into(),
        due: first_due(rules, calendar, kind, jiff::civil::date(2026, 11, 24)),
        code: String::new(),
        submit: String::new(),
        form: String::new(),
        rating_key: String::new(),
        contacts: Vec::new(),
        rules: String::new(),
        unread: false,
        joins: None,
        sender: None,
        via: None,
        agreed: false,
        address: String::new(),
        chat: String::new(),
        spokespersons: Vec::new(),
        origin: None,
    }
}

impl Bench {
    pub fn new(kinds: &[usize]) -> Self {
        let (rules, calendar) = (RuleSet::builtin(), Calendar::builtin());
        let now: Timestamp = "2026-11-24T02:00:00Z".parse().unwrap();
        let begin = |(at, kind): (usize, &usize)| {
            let filing = filing(Kind::ALL[*kind], at, &rules, &calendar);
            let event = Event::Filed(filing.clone());
            State::begin(&filing, &stored(now, at, (1, &event)))
        };
        let states = kinds.iter().enumerate().map(begin).collect();
        Self { rules, calendar, directory: directory(), now, states }
    }

    fn ctx<'a>(&'a self, office: Option<&'a str>, target: Option<&'a State>) -> Ctx<'a> {
        Ctx {
            now: self.now,
            today: stored(self.now, 0, (0, &Event::Withdrawn)).day,
            rules: &self.rules,
            calendar: &self.calendar,
            directory: &self.directory,
            office,
            staff: None,
            fresh: None,
            pseudonym: "",
            target,
        }
    }

    pub fn due_now(&self, at: usize) -> Option<Event> {
        due_now(&self.states[at], &self.ctx(None, None))
    }

    /// Lets somebody try something: the holder, whoever was offered it, the reviewer, or any office.
    pub fn act(&mut self, (number, at, other): (usize, usize, usize), (actor, office): (usize, &str)) -> Vec<Step> {
        let state = &self.states[at];
        let actor = match actor {
            0 => state.owner.as_str(),
            1 => state.offer.as_ref().map_or(state.owner.as_str(), |offer| offer.to.as_str()),
            2 => state.pending_review().map_or(state.owner.as_str(), |review| review.office.as_str()),
            other => OFFICES[other - 3],
        };
        let colleague = self.directory.staff_of(&state.owner).next().map(|staff| staff.id);
        let main = &self.states[other];
        let command = match command(number, office) {
            Command::Merge { .. } => Command::Merge { into: main.matter, number: main.number.clone() },
            Command::HandOver { to } => Command::HandOver { to: colleague.unwrap_or(to) },
            command => command,
        };
        let events = decide(state, &command, &self.ctx(Some(actor), Some(main))).unwrap_or_default();
        self.take(at, events)
    }

    /// Applies events to a matter and what they bring to those merged into it, as a run does.
    pub fn take(&mut self, at: usize, events: Vec<Event>) -> Vec<Step> {
        let mut steps = Vec::new();
        for event in events {
            self.apply(at, event, &mut steps);
            let event = steps.last().expect("just put").event.clone();
            let main = match &event {
                Event::Merged { into, .. } => self.at(*into),
                _ => at,
            };
            let own = self.states[at].matter;
            let children: Vec<State> = self.states.iter().filter(|child| child.merged_into == Some(own)).cloned().collect();
            if reaches(&event) {
                let all = follow(&event, &self.states[main], &children, &self.ctx(None, None));
                for (child, event) in all {
                    self.apply(self.at(child), event, &mut steps);
                }
            }
        }
        steps
    }

    fn at(&self, matter: Uuid) -> usize {
        self.states.iter().position(|state| state.matter == matter).expect("one of the matters")
    }

    fn apply(&mut self, at: usize, event: Event, steps: &mut Vec<Step>) {
        let stored = stored(self.now, at, (self.states[at].version + 1, &event));
        self.states[at].apply(&event, &stored);
        steps.push(Step { matter: at, event });
    }

    pub fn rename(&mut self, office: &str) -> Vec<Step> {
        self.directory.offices.get_mut(office).expect("an office").name.push('新');
        Vec::new()
    }

    /// Ends an office: another takes over its people and its matters.
    pub fn end(&mut self, office: &str, successor: &str) -> Vec<Step> {
        let open = |code: &str| self.directory.open(&self.directory.offices[code]);
        if office == successor || office == county::GOVERNMENT || !open(office) || !open(successor) {
            return Vec::new();
        }
        self.directory.offices.get_mut(office).expect("an office").successor = Some(successor.to_owned());
        for staff in self.directory.staff.values_mut().filter(|staff| staff.office == office) {
            successor.clone_into(&mut staff.office);
        }
        let mut steps = Vec::new();
        for at in 0..self.states.len() {
            let state = &self.states[at];
            let event = reorganised(state, &self.directory, "abolished").filter(|_| state.is_open());
            steps.extend(self.take(at, event.into_iter().collect()));
        }
        steps
    }

    /// Lets a member of staff leave; a colleague takes over what they worked on.
    pub fn leave(&mut self, number: usize) -> Vec<Step> {
        let ids: Vec<Uuid> = self.directory.staff.values().filter(|staff| staff.active).map(|staff| staff.id).collect();
        let Some(id) = ids.get(number) else { return Vec::new() };
        let office = self.directory.staff[id].office.clone();
        let Some(to) = self.directory.staff_of(&office).map(|staff| staff.id).find(|other| other != id) else {
            return Vec::new();
        };
        self.directory.staff.get_mut(id).expect("one of them").active = false;
        let mut steps = Vec::new();
        for at in 0..self.states.len() {
            if self.states[at].is_open() && self.states[at].handler == Some(*id) {
                steps.extend(self.take(at, vec![Event::HandedOver { to }]));
            }
        }
        steps
    }
}
