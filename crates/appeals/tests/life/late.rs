//! What follows when a last day passes without the promised word: told upwards, once a step, for everybody to see.

use crate::common::{self, Town, reply};
use appeals::appeal::{Command, Event};
use appeals::filing::Filed;
use appeals::store;
use testkit::{Engine, county, on_both};

on_both![
    a_missed_last_day_reaches_the_head_and_three_working_days_later_the_leaders_above_and_the_supervisors,
    each_missed_term_is_told_once_and_an_answer_in_time_never,
];

/// Lists what was told upwards: step, late office, office told, last day.
fn told(town: &Town, filed: &Filed) -> Vec<(u8, String, String, String)> {
    let matter = filed.matter;
    let loaded = town.world.read(move |tx, site| store::load(tx, site, matter)).unwrap().unwrap();
    let steps = loaded.events.iter().filter_map(|(_, event)| match event {
        Event::Escalated { level, office, to, last, .. } => Some((*level, office.clone(), to.clone(), last.to_string())),
        _ => None,
    });
    steps.collect()
}

/// Lists who gets a letter about it.
fn letters(town: &Town, filed: &Filed) -> Vec<String> {
    let matter = filed.matter;
    let all = town.world.read(move |tx, site| civic::outbox::of_matter(tx, site.jurisdiction, matter)).unwrap();
    all.into_iter().filter(|letter| letter.template == "overdue").map(|letter| letter.recipient).collect()
}

fn staff(login: &str) -> String {
    format!("staff:{}", county::staff_id(login))
}

fn a_missed_last_day_reaches_the_head_and_three_working_days_later_the_leaders_above_and_the_supervisors(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    let due = town.state(&filed).due.due.last;
    assert_eq!(due.to_string(), "2026-12-09");
    town.world.clock.days(15);
    town.tick();
    assert_eq!(told(&town, &filed), [], "the last day itself is in time");
    town.world.clock.days(1);
    town.tick();
    town.tick();
    let (own, above) = (county::TOWNSHIP_OFFICE.to_owned(), county::GOVERNMENT.to_owned());
    let first = (1, own.clone(), own.clone(), due.to_string());
    assert_eq!(told(&town, &filed), std::slice::from_ref(&first));
    assert_eq!(letters(&town, &filed), [staff("qiao")]);
    town.world.clock.days(4);
    town.tick();
    assert_eq!(told(&town, &filed), std::slice::from_ref(&first), "Monday the 14th is the third working day");
    town.world.clock.days(1);
    town.tick();
    town.tick();
    assert_eq!(told(&town, &filed), [first, (2, own, above, due.to_string())]);
    let mut all = letters(&town, &filed);
    all.sort();
    let mut expected = [staff("qiao"), staff("du"), staff("meng")];
    expected.sort();
    assert_eq!(all, expected);
    assert_eq!(town.state(&filed).due.due.last, due, "telling moves no date");
}

fn each_missed_term_is_told_once_and_an_answer_in_time_never(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    town.resident(&filed, Command::Open).unwrap();
    town.world.clock.days(20);
    town.tick();
    assert_eq!(told(&town, &filed), [], "whoever answered owes nothing");
    town.resident(&filed, Command::AskReview { words: "请复查".into() }).unwrap();
    town.world.clock.days(60);
    town.tick();
    town.tick();
    town.world.clock.days(5);
    town.tick();
    let government = county::GOVERNMENT.to_owned();
    let late = |level| (level, government.clone(), government.clone(), "2027-01-13".to_owned());
    assert_eq!(told(&town, &filed), [late(1), late(2)], "it is the reviewer who is late, and nobody stands above it here");
    let slow = town.file(&common::form("key-2")).unwrap();
    town.world.clock.days(30);
    town.tick();
    town.world.clock.days(5);
    town.tick();
    town.act("gu", &slow, Command::Accept { category: "14".into() }).unwrap();
    town.world.clock.days(80);
    town.tick();
    town.tick();
    let steps: Vec<(u8, String)> = told(&town, &slow).into_iter().map(|(level, .., last)| (level, last)).collect();
    assert_eq!(
        steps.iter().map(|step| step.0).collect::<Vec<_>>(),
        [1, 2, 1, 3],
        "a second term is missed for itself, and the first card climbs on: {steps:?}"
    );
    assert!(steps[0].1 == steps[1].1 && steps[1].1 < steps[2].1 && steps[0].1 == steps[3].1);
    town.act("gu", &slow, reply()).unwrap();
    town.world.clock.days(30);
    town.tick();
    assert_eq!(told(&town, &slow).len(), 6, "a late answer takes no card away");
}
