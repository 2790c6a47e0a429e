//! Whoever left a telephone number only is told by a person: what is owed stands in the holder's list until it was said.

use appeals::appeal::{Command, Event};
use appeals::filing::{Filed, Form};
use appeals::queue::{self, Filter, Reach, Scope};
use appeals::{rebuild, store};
use civic::outbox;
use testkit::{Engine, county, on_both};

use crate::common::{self, Town, code};

on_both![
    what_only_a_call_can_tell_stands_in_the_list_until_it_was_told,
    the_list_goes_over_with_the_matter_and_hides_it_from_relatives,
    who_can_be_written_to_and_who_cannot_be_reached_is_never_rung_up,
    each_of_those_merged_is_rung_up_about_their_own,
    a_return_is_told_by_letter_and_nobody_is_rung_up_for_it,
];

fn tell(reached: bool) -> Command {
    Command::TellByPhone { reached, words: "说了处理意见，他说知道了".into(), otherwise: false, speaker: None }
}

/// Lists the numbers of the matters in somebody's list, and what the count says.
fn listed(town: &Town, login: &str) -> (Vec<String>, i64) {
    let staff = town.world.hall.site.directory().staff[&county::staff_id(login)].clone();
    let today = town.world.hall.site.day(town.world.now());
    let reach = Reach { whole: false, today, soon: today, max: 99 };
    town.world
        .read(move |tx, site| {
            let page = queue::page(tx, site, &staff, (Scope::Calls, &Filter::default()))?;
            let count = queue::counts(tx, site, &staff, reach)?.calls;
            Ok::<_, db::Fault>((page.rows.into_iter().map(|row| row.number).collect(), count))
        })
        .unwrap()
}

/// Lists template, state and tries of the messages to the resident.
fn messages(town: &Town, filed: &Filed) -> Vec<(String, String, i64)> {
    let matter = filed.matter;
    let all = town.world.read(move |tx, site| outbox::of_matter(tx, site.jurisdiction, matter)).unwrap();
    let own = all.into_iter().filter(|one| one.recipient == "resident");
    let mut own: Vec<_> = own.map(|one| (one.template, one.state, one.attempts)).collect();
    own.sort();
    own
}

fn message(template: &str, state: &str, tries: i64) -> (String, String, i64) {
    (template.to_owned(), state.to_owned(), tries)
}

fn what_only_a_call_can_tell_stands_in_the_list_until_it_was_told(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    assert_eq!(listed(&town, "gu"), (Vec::new(), 0), "who files holds the number in their hands");
    assert_eq!(code(town.act("gu", &filed, tell(true))), "nothing_to_tell");
    town.act("gu", &filed, Command::Accept { category: "14".into() }).unwrap();
    town.world.clock.days(1);
    town.act("gu", &filed, common::reply()).unwrap();
    assert_eq!(listed(&town, "gu"), (vec![filed.number.clone()], 1));
    let (rules, calendar) = (town.world.hall.site.rules(), town.world.hall.site.calendar());
    let state = town.state(&filed);
    let owed: Vec<(&str, String)> =
        state.untold.iter().map(|one| (one.template, one.until(&rules, &calendar).to_string())).collect();
    // filed on Tuesday 24 November 2026, three working days each
    assert_eq!(owed, [("accepted", "2026-11-27".to_owned()), ("replied", "2026-11-30".to_owned())]);
    town.act("gu", &filed, tell(false)).unwrap();
    assert_eq!((town.state(&filed).calls, town.state(&filed).untold.len()), (1, 2));
    assert_eq!(listed(&town, "gu").1, 1, "whoever was not reached stays");
    town.act("gu", &filed, tell(true)).unwrap();
    assert_eq!(listed(&town, "gu"), (Vec::new(), 0));
    assert_eq!((town.state(&filed).calls, town.state(&filed).untold.len()), (0, 0));
    let told = [message("accepted", "told", 2), message("filed", "waiting", 0), message("replied", "told", 2)];
    assert_eq!(messages(&town, &filed), told);
    assert_eq!(code(town.act("gu", &filed, tell(true))), "nothing_to_tell");
    let matter = filed.matter;
    let loaded = town.world.read(move |tx, site| store::load(tx, site, matter)).unwrap().unwrap();
    let calls: Vec<&Event> = loaded.events.iter().map(|(_, event)| event).filter(|event| event.kind() == "phoned").collect();
    assert!(
        matches!(calls[..], [Event::Phoned { reached: false, .. }, Event::Phoned { of, reached: true, .. }] if *of == [2, 3])
    );
    let facts = loaded.events.iter().filter(|(stored, _)| stored.kind == "phoned").map(|(stored, _)| stored.fact.as_str());
    assert!(facts.zip(["\"re\":false", "\"re\":true"]).all(|(fact, shown)| fact.contains(shown) && !fact.contains("知道")));
}

fn the_list_goes_over_with_the_matter_and_hides_it_from_relatives(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    town.act("gu", &filed, Command::Accept { category: "14".into() }).unwrap();
    town.declare_relative("gu", "13900000001");
    assert_eq!(listed(&town, "gu"), (Vec::new(), 0), "neither shown nor counted");
    assert_eq!(code(town.act("gu", &filed, tell(true))), "recused");
    assert_eq!(listed(&town, "qiao").1, 1);
    let assign = Command::Assign { to: county::WATER.into(), words: String::new() };
    town.act("qiao", &filed, assign).unwrap();
    let officer = "wei";
    town.act(officer, &filed, Command::TakeOver).unwrap();
    assert_eq!((listed(&town, "qiao").1, listed(&town, officer).1), (0, 1), "whoever holds it owes the call");
    let before = town.world.read(rebuild::fingerprints).unwrap();
    town.world.write(|tx, site, _| rebuild::rebuild(tx, site)).unwrap();
    assert_eq!(town.world.read(rebuild::fingerprints).unwrap(), before);
    assert_eq!(listed(&town, officer).1, 1, "a list made anew is the same");
    town.act(officer, &filed, tell(true)).unwrap();
    assert_eq!(listed(&town, officer).1, 0);
}

fn who_can_be_written_to_and_who_cannot_be_reached_is_never_rung_up(engine: Engine) {
    let town = Town::new(engine);
    let forms = [
        Form { email: "tian@mail.example".into(), ..common::form("key-1") },
        Form { identity: "anonymous".into(), name: String::new(), mobile: String::new(), ..common::form("key-2") },
    ];
    for form in &forms {
        let filed = town.file(form).unwrap();
        town.act("gu", &filed, Command::Accept { category: "14".into() }).unwrap();
        town.act("gu", &filed, common::reply()).unwrap();
        assert!(town.state(&filed).untold.is_empty());
    }
    town.file(&Form { kind: "accusation".into(), ..common::form("key-3") }).unwrap();
    town.world.clock.days(2);
    town.tick();
    let rows = town.world.read(|tx, _| tx.rows("select matter from matter_call", &[])).unwrap();
    assert_eq!((rows.len(), listed(&town, "gu")), (0, (Vec::new(), 0)));
}

fn each_of_those_merged_is_rung_up_about_their_own(engine: Engine) {
    let town = Town::new(engine);
    let all = ["main", "a", "b"].map(|key| town.file(&common::form(key)).unwrap());
    town.merge(&all[0], &all[1..]);
    town.act("gu", &all[0], Command::Accept { category: "14".into() }).unwrap();
    town.act("gu", &all[0], common::reply()).unwrap();
    assert_eq!(listed(&town, "gu").1, 3);
    town.act("gu", &all[1], tell(true)).unwrap();
    let left: Vec<usize> = all.iter().map(|filed| town.state(filed).untold.len()).collect();
    assert_eq!(left, [2, 0, 2], "a call tells one of them");
}

fn a_return_is_told_by_letter_and_nobody_is_rung_up_for_it(engine: Engine) {
    let town = Town::new(engine);
    let written = town.file(&Form { email: "tian@mail.example".into(), ..common::form("written") }).unwrap();
    let rung = town.file(&common::form("rung")).unwrap();
    for filed in [&written, &rung] {
        let assign = Command::Assign { to: county::WATER.into(), words: "请你单位办理".into() };
        town.act("gu", filed, assign).unwrap();
        let back = Command::Return { ground: "competence".into(), words: "路灯由住建局管护".into() };
        let state = town.act("wei", filed, back).unwrap().state;
        assert_eq!(state.owner, county::TOWNSHIP_OFFICE, "it stays where it was");
        assert!(town.letters(filed).contains(&"stays".to_owned()), "{:?}", town.letters(filed));
    }
    assert_eq!(listed(&town, "gu"), (Vec::new(), 0));
}
