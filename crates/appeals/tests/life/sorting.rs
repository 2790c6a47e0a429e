//! What a matter is about: said by a person, beside what a machine had suggested; counted by week, and gone with the matter.

use appeals::appeal::{Channel, Command, Kind, Suggested};
use appeals::filing::Form;
use appeals::sorting::{Count, counts, lessons};
use appeals::{Event, Stage, rebuild, store};
use jiff::civil::Date;
use testkit::{Engine, on_both};
use uuid::Uuid;

use crate::common::{self, Town};

on_both![
    a_tap_registers_and_sorts_and_is_counted,
    a_correction_moves_the_count_and_another_category_takes_the_topic_away,
    what_is_no_topic_or_an_accusation_is_refused,
    what_people_decided_is_learned_from_and_nothing_else,
    a_mail_is_named_its_kind_by_a_person_and_nothing_else_is,
];

fn sort(to: &str, said: Option<(&str, u16)>) -> Command {
    Command::Sort { to: to.into(), said: said.map(|(code, sure)| Suggested { code: code.into(), sure }) }
}

fn today(town: &Town) -> Date {
    town.world.hall.site.day(town.world.now())
}

fn counted(town: &Town) -> Vec<Count> {
    let today = today(town);
    town.world.read(move |tx, site| counts(tx, site, today)).unwrap()
}

fn rows(town: &Town) -> usize {
    town.world.read(|tx, _| tx.rows("select matter from matter_topic", &[])).unwrap().len()
}

/// Builds everything anew and compares.
fn holds_after_rebuilding(town: &Town) {
    let (live, before) = (town.world.read(rebuild::fingerprints).unwrap(), counted(town));
    town.world.write(|tx, site, _| rebuild::rebuild(tx, site)).unwrap();
    assert_eq!(town.world.read(rebuild::fingerprints).unwrap(), live);
    assert_eq!(counted(town), before);
}

fn a_tap_registers_and_sorts_and_is_counted(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("one")).unwrap();
    let state = town.act("gu", &filed, sort("030101", Some(("030101", 870)))).unwrap().state;
    assert_eq!((state.stage, state.category.as_deref()), (Stage::Registered, Some("03")));
    assert_eq!(town.kinds(&filed), ["filed", "registered", "sorted"]);
    let all = counted(&town);
    let [count] = all.as_slice() else { panic!("{all:?}") };
    assert!(count.right() && count.times == 1 && count.sure == 800 && count.week == store::monday(today(&town)));
    let public = town.world.read(|tx, _| tx.rows("select fact from event where kind = 'sorted'", &[])).unwrap();
    let fact: String = public[0].get("fact").unwrap();
    assert!(fact.contains("\"c\":\"03\"") && !fact.contains("0301"), "finer levels and the machine stay inside: {fact}");
    holds_after_rebuilding(&town);
}

fn a_correction_moves_the_count_and_another_category_takes_the_topic_away(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("one")).unwrap();
    town.act("gu", &filed, sort("140302", Some(("030102", 640)))).unwrap();
    town.act("gu", &filed, sort("030102", None)).unwrap();
    let all = counted(&town);
    assert_eq!(
        all.iter().map(|count| (count.said.as_deref(), count.chosen.as_str())).collect::<Vec<_>>(),
        [(Some("030102"), "030102")]
    );
    let again = common::code(town.act("gu", &filed, sort("030102", None)));
    assert_eq!(again, "same_subject");
    holds_after_rebuilding(&town);
    let state = town.act("gu", &filed, Command::Accept { category: "14".into() }).unwrap().state;
    assert_eq!((state.category.as_deref(), state.sorted), (Some("14"), None));
    assert_eq!((counted(&town).len(), rows(&town)), (0, 0));
    holds_after_rebuilding(&town);
}

fn what_is_no_topic_or_an_accusation_is_refused(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("one")).unwrap();
    for code in ["", "7", "77", "039999", "21"] {
        assert_eq!(common::code(town.act("gu", &filed, sort(code, None))), "unknown_category", "{code}");
    }
    let made = town.act("gu", &filed, sort("24", Some(("7777", 900)))).unwrap();
    let said = made.events.iter().find_map(|(_, event)| if let Event::Sorted { said, .. } = event { Some(said) } else { None });
    assert_eq!(said, Some(&None), "what the rules do not know was not suggested");
}

fn what_people_decided_is_learned_from_and_nothing_else(engine: Engine) {
    let town = Town::new(engine);
    let file = |key: &str, form: Form| town.file(&Form { what: format!("{key}的水管漏了"), ..form }).unwrap();
    let sorted = file("甲", common::form("one"));
    town.act("gu", &sorted, sort("030102", None)).unwrap();
    let accepted = file("乙", common::form("two"));
    town.act("gu", &accepted, Command::Accept { category: "14".into() }).unwrap();
    let refused = file("丙", Form { unread: true, ..common::form("three") });
    town.act("gu", &refused, sort("030102", None)).unwrap();
    file("丁", common::form("four"));
    file("戊", Form { kind: "accusation".into(), ..common::form("five") });
    let (all, next) = town.world.read(|tx, site| lessons(tx, site, Uuid::max())).unwrap();
    let taught: Vec<(&str, &str)> = all.iter().map(|lesson| (lesson.text.as_str(), lesson.subject.as_str())).collect();
    assert_eq!(taught, [("乙的水管漏了", "14"), ("甲的水管漏了", "030102")], "the newest first");
    let end = town.world.read(move |tx, site| lessons(tx, site, next.unwrap())).unwrap();
    assert_eq!(end, (Vec::new(), None));
}

fn a_mail_is_named_its_kind_by_a_person_and_nothing_else_is(engine: Engine) {
    let town = Town::new(engine);
    let name = |to, said| Command::NameKind { to, said };
    let mail = town.file(&Form { kind: "help".into(), channel: Channel::Mail, ..common::form("one") }).unwrap();
    let before = town.state(&mail).due.due.last;
    assert_eq!(common::code(town.act("gu", &mail, name(Kind::Accusation, None))), "kind_sealed");
    assert_eq!(common::code(town.act("gu", &mail, name(Kind::Help, None))), "same_kind");
    let state = town.act("gu", &mail, name(Kind::Consultation, Some(Kind::Complaint))).unwrap().state;
    assert_eq!((state.kind, state.stage), (Kind::Consultation, Stage::Received));
    assert!(state.due.due.last < before && state.due.term == "site.consultation_answer");
    let sooner = state.due.due.last;
    let state = town.act("gu", &mail, name(Kind::Complaint, None)).unwrap().state;
    assert_eq!((state.kind, state.due.due.last), (Kind::Complaint, sooner), "no name moves a date away");
    let public = town.world.read(|tx, _| tx.rows("select fact from event where kind = 'kind_named'", &[])).unwrap();
    let fact: String = public[0].get("fact").unwrap();
    assert!(fact.contains("\"kd\":\"consultation\"") && !fact.contains("complaint"), "the machine stays inside: {fact}");
    let listed = town.world.read(|tx, _| tx.rows("select kind from matter", &[])).unwrap();
    assert_eq!(listed[0].get::<String>("kind").unwrap(), "complaint");
    holds_after_rebuilding(&town);
    town.act("gu", &mail, Command::Accept { category: "14".into() }).unwrap();
    assert_eq!(common::code(town.act("gu", &mail, name(Kind::Help, None))), "already_accepted");
    let chosen = town.file(&common::form("two")).unwrap();
    assert_eq!(common::code(town.act("gu", &chosen, name(Kind::Praise, None))), "kind_chosen");
}
