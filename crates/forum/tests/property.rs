//! The rules of posts, whatever is tried by whomever in whatever order.

use civic::directory::{Directory, Entry};
use civic::rules::RuleSet;
use forum::moderators::{about, moderators};
use forum::post::{At, Contact, Words, Written, decide};
use forum::{By, Command, Event, Kind, Standing, State};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use testkit::county;
use uuid::Uuid;

const OFFICES: &[&str] = &["zf", "jw", "xf", "zj", "sw", "bd", "ny"];
const SECRET: &str = "这是帖子里的话";

fn directory() -> Directory {
    let mut directory = Directory::default();
    for entry in county::entries() {
        match entry {
            Entry::Place(place) => drop(directory.places.insert(place.code.clone(), place)),
            Entry::Office(office) => drop(directory.offices.insert(office.code.clone(), office)),
            _ => {}
        }
    }
    directory
}

fn at(minutes: i64) -> Timestamp {
    "2026-11-24T02:00:00Z".parse::<Timestamp>().unwrap() + minutes.minutes()
}

fn begun(kind: Kind, (office, named): (&str, &[&str]), held: bool) -> State {
    let written = Written {
        kind,
        topic: Uuid::nil(),
        place: county::VILLAGE.to_owned(),
        theme: "03".to_owned(),
        office: office.to_owned(),
        head: false,
        words: Words {
            text: SECRET.to_owned(),
            named: named.iter().map(|code| (*code).to_owned()).collect(),
            ..Words::default()
        },
        contact: Contact { mobile: "13900000001".to_owned(), ..Contact::default() },
        held,
        code: String::new(),
        submit: String::new(),
        form: String::new(),
    };
    State::begin(Uuid::from_u128(7), &written, at(0))
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), Just("原因".to_owned()), Just("长".repeat(600))]
}

fn ground() -> impl Strategy<Value = String> {
    prop_oneof![Just("1_personal"), Just("1_settled"), Just("1_elsewhere"), Just("2_insult"), Just("no_such")]
        .prop_map(str::to_owned)
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        Just(Command::Publish),
        (words(), any::<bool>()).prop_map(|(reason, accuses)| Command::Edit {
            words: Words { text: SECRET.into(), ..Words::default() },
            reason,
            accuses
        }),
        Just(Command::Withdraw),
        (ground(), words()).prop_map(|(ground, words)| Command::Report { ground, words }),
        words().prop_map(|words| Command::Leave { words }),
        (ground(), words()).prop_map(|(ground, words)| Command::Hide { ground, words }),
        words().prop_map(|words| Command::Object { words }),
        (any::<bool>(), words()).prop_map(|(stays, words)| Command::Decide { stays, words }),
        (ground(), words()).prop_map(|(ground, words)| Command::Lock { ground, words }),
        words().prop_map(|words| Command::Unlock { words }),
        (ground(), words()).prop_map(|(ground, words)| Command::Move {
            ground,
            words,
            place: county::COUNTY.into(),
            theme: "04".into(),
            to: "zj".into()
        }),
        Just(Command::Answer { post: Uuid::nil() }),
        Just(Command::Matter { number: "MS".into() }),
    ]
}

/// Somebody: an office by its number, or beyond them the writer, or anybody.
fn by(number: usize) -> By<'static> {
    match OFFICES.get(number) {
        Some(office) => By::Office(office),
        None if number == OFFICES.len() => By::Author,
        None => By::Anyone,
    }
}

fn kind() -> impl Strategy<Value = Kind> {
    proptest::sample::select(Kind::ALL)
}

proptest! {
    #[test]
    fn nobody_judges_in_their_own_matter(
        kind in kind(),
        asked in 0..7_usize,
        named in proptest::collection::vec(0..7_usize, 0..3),
        held: bool,
        steps in proptest::collection::vec((command(), 0..9_usize, 0..60_000_i64), 0..40),
    ) {
        let (directory, rules) = (directory(), RuleSet::builtin());
        let named: Vec<&str> = named.into_iter().map(|at| OFFICES[at]).collect();
        let mut state = begun(kind, (OFFICES[asked], &named), held);
        let mut minutes = 0;
        for (command, who, later) in steps {
            minutes += later;
            let now = at(minutes);
            let day = now.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
            let moderators = moderators(&directory, &state, &state);
            let hid_itself = matches!((&state.hiding, by(who)), (Some(hiding), By::Office(own)) if hiding.office == own);
            let until = state.hiding.as_ref().map(|hiding| hiding.day + 15.days());
            let around = At { now, today: day, rules: &rules, object_until: until, by: by(who), moderators: &moderators, hid_itself };
            let accuses = matches!(&command, Command::Edit { accuses: true, .. });
            let Ok(event) = decide(&state, command, &around) else { continue };
            let before = state.clone();
            match &event {
                Event::Hidden { office, words, .. } | Event::Locked { office, words, on: true, .. } | Event::Moved { office, words, .. } => {
                    prop_assert!(!about(&before, &before).contains(&office.as_str()), "{office} put away what is said about it");
                    prop_assert!(!words.is_empty() && words.chars().count() <= 500);
                    prop_assert_eq!(By::Office(office), by(who));
                }
                Event::Decided { office, .. } => {
                    prop_assert!(before.hiding.as_ref().is_some_and(|hiding| hiding.office != *office), "whoever hid it decided");
                    prop_assert!(!about(&before, &before).contains(&office.as_str()));
                }
                Event::Edited { .. } if !kind.is_of_office() => {
                    prop_assert!(!accuses && by(who) == By::Author);
                    prop_assert!(now.duration_since(before.shown.unwrap_or(before.written)).as_mins() <= 30);
                }
                Event::Objected { .. } => prop_assert!(by(who) == By::Author && before.objection.is_none() && until.is_none_or(|until| day <= until)),
                Event::Withdrawn => prop_assert!(by(who) == By::Author || kind.is_of_office() && before.standing == Standing::Held),
                _ => {}
            }
            let public = format!("{:?}", event.public(&before, Some(county::TOWNSHIP.to_owned())));
            prop_assert!(!public.contains(SECRET) && !public.contains("13900000001") && !public.contains("原因"), "{public}");
            state.apply(&event, (now, day));
            prop_assert_eq!(state.version, before.version + 1);
            let face = serde_json::to_string(&state.face()).unwrap();
            prop_assert!(!face.contains("13900000001"));
            if state.standing == Standing::Withdrawn {
                prop_assert!(!face.contains(SECRET));
            }
        }
    }

    #[test]
    fn moderators_are_never_those_it_is_about(asked in 0..7_usize, named in proptest::collection::vec(0..7_usize, 0..7)) {
        let directory = directory();
        let named: Vec<&str> = named.into_iter().map(|at| OFFICES[at]).collect();
        let state = begun(Kind::Topic, (OFFICES[asked], &named), false);
        let found = moderators(&directory, &state, &state);
        for office in about(&state, &state) {
            prop_assert!(!found.iter().any(|own| own == office));
        }
        let mut once = found.clone();
        once.dedup();
        prop_assert_eq!(found, once);
    }

    #[test]
    fn parser_of_cursors_and_codes(text in "\\PC{0,60}") {
        if let Some(cursor) = forum::board::Cursor::parse(&text) {
            prop_assert_eq!(forum::board::Cursor::parse(&cursor.to_string()), Some(cursor));
        }
        let _ = forum::code::Code::parse(&text);
    }
}
