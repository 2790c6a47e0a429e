//! Whoever comes again with the same matter gets more service (E3): from the third time on it is told above, somebody else answers,
//! and it counts against the office.

use appeals::appeal::{Command, Event};
use appeals::figures::Figures;
use appeals::filing::Filed;
use appeals::rebuild;
use civic::directory::{Entry, Staff};
use testkit::{Engine, county, on_both};

use crate::common::{self, Town, code};

on_both![
    who_comes_a_third_time_is_answered_by_somebody_else_and_it_counts_against_the_office,
    where_nobody_else_of_the_office_may_answer_the_same_person_does,
];

fn again(town: &Town, filed: &Filed) -> Vec<String> {
    let done = town.resident(filed, Command::Reopen { words: "还是没有修好".into() }).unwrap();
    done.events.iter().map(|(_, event)| event.kind().to_owned()).collect()
}

/// Lists who is told of it.
fn told(town: &Town, filed: &Filed) -> Vec<String> {
    let matter = filed.matter;
    let all = town.world.read(move |tx, site| civic::outbox::of_matter(tx, site.jurisdiction, matter)).unwrap();
    all.into_iter().filter(|letter| letter.template == "came_again").map(|letter| letter.recipient).collect()
}

fn figures(town: &Town) -> Figures {
    let facts = town.world.read(|tx, _| tx.rows("select fact from event order by position", &[])).unwrap();
    let mut figures = Figures::default();
    for row in &facts {
        figures.read(&row.get::<String>("fact").unwrap());
    }
    figures
}

fn who_comes_a_third_time_is_answered_by_somebody_else_and_it_counts_against_the_office(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    assert_eq!(again(&town, &filed), ["reopened"], "the second time is before the same office and whoever holds it");
    town.act("gu", &filed, common::reply()).unwrap();
    assert_eq!(figures(&town).total("2026-11").again, 0);
    assert_eq!(told(&town, &filed), [""; 0]);
    town.act("gu", &filed, Command::HandOver { to: county::staff_id("gu") }).unwrap();
    assert_eq!(again(&town, &filed), ["reopened", "came_again"]);
    let state = town.state(&filed);
    assert_eq!((state.appeals, state.owner.as_str(), state.handler), (3, county::TOWNSHIP_OFFICE, None));
    assert_eq!(code(town.act("gu", &filed, common::reply())), "another_person");
    assert_eq!(told(&town, &filed), [format!("staff:{}", county::staff_id("du"))], "the leader above");
    let figures = figures(&town);
    assert_eq!(figures.month("2026-11")[county::TOWNSHIP_OFFICE].again, 1);
    assert_eq!(figures.total("2026-11").again, 1);
    let before = town.world.read(rebuild::fingerprints).unwrap();
    town.world.write(|tx, site, _| rebuild::rebuild(tx, site)).unwrap();
    assert_eq!(town.world.read(rebuild::fingerprints).unwrap(), before);
    let reply = town.act("qiao", &filed, common::reply()).unwrap();
    assert!(matches!(reply.events[0].1, Event::Replied { .. }), "a colleague answers");
    assert_eq!(again(&town, &filed), ["reopened", "came_again"], "and each time after it");
}

fn where_nobody_else_of_the_office_may_answer_the_same_person_does(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    let directory = town.world.hall.site.directory();
    for colleague in directory.staff_of(county::TOWNSHIP_OFFICE).filter(|staff| staff.login != "gu") {
        town.world.set(Entry::Staff(Staff { active: false, ..colleague.clone() }), "left");
    }
    again(&town, &filed);
    town.act("gu", &filed, common::reply()).unwrap();
    assert_eq!(again(&town, &filed), ["reopened", "came_again"]);
    town.act("gu", &filed, common::reply()).unwrap();
}
