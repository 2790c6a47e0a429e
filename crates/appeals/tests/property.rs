//! Properties over whole histories: whatever people try in whatever order, a matter has exactly one owner that exists, and
//! no return, edit or change of hands moves a due date that law does not move.

use appeals::appeal::{Command, Event, Filing, Identity, Kind, Outcome, ReplyText, Stage, State, first_due};
use appeals::decide::{Ctx, decide, due_now};
use civic::directory::{Directory, Entry};
use civic::journal::{Actor, Stored};
use civic::rules::RuleSet;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use testkit::county;
use uuid::Uuid;
use worktime::Calendar;

struct Bench {
    rules: RuleSet,
    calendar: Calendar,
    directory: Directory,
    now: Timestamp,
    state: State,
}

const OFFICES: [&str; 5] = [county::TOWNSHIP_OFFICE, county::WATER, county::HOUSING, county::PETITIONS, county::GOVERNMENT];

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
    directory
}

fn stored(now: Timestamp, version: i64, event: &Event) -> Stored {
    Stored {
        position: version,
        leaf: version,
        matter: Uuid::from_u128(1),
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

impl Bench {
    fn new(kind: Kind) -> Self {
        let (rules, calendar, directory) = (RuleSet::builtin(), Calendar::builtin(), directory());
        let now: Timestamp = "2026-11-24T02:00:00Z".parse().unwrap();
        let due = first_due(&rules, &calendar, kind, jiff::civil::Date::constant(2026, 11, 24));
        let filing = Filing {
            number: "MS".into(),
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
            channel: appeals::appeal::Channel::Web,
            files: Vec::new(),
            owner: county::TOWNSHIP_OFFICE.into(),
            due,
            code: String::new(),
            submit: String::new(),
            form: String::new(),
            rating_key: String::new(),
            contacts: Vec::new(),
            rules: String::new(),
        };
        let event = Event::Filed(filing.clone());
        let state = State::begin(&filing, &stored(now, 1, &event));
        Self { rules, calendar, directory, now, state }
    }

    fn ctx<'a>(&'a self, office: &'a str) -> Ctx<'a> {
        Ctx {
            now: self.now,
            today: stored(self.now, 0, &Event::Withdrawn).day,
            rules: &self.rules,
            calendar: &self.calendar,
            directory: &self.directory,
            office: Some(office),
            staff: None,
            fresh: None,
            pseudonym: "",
            target: None,
        }
    }

    fn take(&mut self, events: &[Event]) {
        for event in events {
            let stored = stored(self.now, self.state.version + 1, event);
            self.state.apply(event, &stored);
        }
    }
}

fn command(number: usize, office: &str) -> Command {
    let words = || "因为这样".to_owned();
    let reply = ReplyText {
        request: words(),
        facts: words(),
        opinion: words(),
        basis: vec!["xf:32".into()],
        way_on: words(),
        files: Vec::new(),
    };
    match number {
        0 => Command::Register { category: "14".into() },
        1 => Command::Accept { category: "14".into() },
        2 => Command::Simplify,
        3 | 4 => Command::Assign { to: office.into(), words: String::new() },
        5 | 6 => Command::TakeOver,
        7 | 8 => Command::Return { ground: "competence".into(), words: words() },
        9 => Command::Arbitrate { to: office.into(), words: words() },
        10 => Command::CallIn { offices: vec![office.into()], words: words() },
        11 => Command::CoAnswer { words: words() },
        12 => Command::Extend { ground: "complex".into(), days: 30, words: words() },
        13 => Command::Pause { ground: "hearing".into(), words: words() },
        14 => Command::Resume,
        15 => Command::Reply { reply, outcome: Outcome::Explain },
        16 => Command::Open,
        17 => Command::Reopen { words: words() },
        18 => Command::AskWithdraw { words: words() },
        19 => Command::RevokeWithdraw,
        20 => Command::AskReview { words: words() },
        21 => Command::Whistle { offices: vec![office.into()], words: words() },
        22 => Command::AnswerWhistle { words: String::new() },
        23 => Command::AskSupplement { words: words() },
        24 => Command::Supplement { words: words(), files: Vec::new() },
        25 => Command::ReportReferral { office: office.into(), words: words() },
        _ => Command::Close { ground: "term_over".into(), words: words(), files: Vec::new() },
    }
}

/// Tells whether law lets an event move the running due date.
fn moves_by_law(event: &Event) -> bool {
    matches!(
        event,
        Event::Accepted { .. }
            | Event::Simplified { .. }
            | Event::Extended { .. }
            | Event::Resumed { .. }
            | Event::Reopened { .. }
            | Event::DueRecomputed { .. }
    )
}

fn check(bench: &Bench, before: &State, events: &[Event]) -> Result<(), TestCaseError> {
    let after = &bench.state;
    let owner = bench.directory.offices.get(&after.owner);
    prop_assert!(owner.is_some_and(|office| bench.directory.open(office)), "the owner {} is no open office", after.owner);
    if !events.iter().any(moves_by_law) {
        prop_assert_eq!(&before.due, &after.due, "{:?} moved a due date", events);
    }
    if events.iter().any(|event| matches!(event, Event::Simplified { .. })) {
        prop_assert!(after.due.due.last <= before.due.due.last, "the simplified track never lengthens");
    }
    let extended = events.iter().any(|event| matches!(event, Event::Extended { .. }));
    prop_assert!(!extended || after.due.due.last > before.due.due.last);
    prop_assert!(before.stage != Stage::Withdrawn || after.stage == Stage::Withdrawn, "a withdrawn matter stays so");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_sequence_of_acts_loses_the_owner_or_moves_a_date_that_law_does_not_move(
        kind in 0..Kind::ALL.len(),
        acts in prop::collection::vec((0..27_usize, 0..OFFICES.len(), 0..OFFICES.len(), 0..5_i64), 1..60),
    ) {
        let mut bench = Bench::new(Kind::ALL[kind]);
        for (number, actor, other, days) in acts {
            bench.now = bench.now.checked_add((days * 24).hours()).unwrap();
            let before = bench.state.clone();
            let events = {
                let ctx = bench.ctx(OFFICES[actor]);
                decide(&bench.state, &command(number, OFFICES[other]), &ctx).unwrap_or_default()
            };
            bench.take(&events);
            check(&bench, &before, &events)?;
            while let Some(event) = due_now(&bench.state, &bench.ctx(OFFICES[actor])) {
                let before = bench.state.clone();
                bench.take(std::slice::from_ref(&event));
                check(&bench, &before, &[event])?;
                prop_assert_ne!(&before, &bench.state, "time does a thing once only");
            }
        }
    }
}
