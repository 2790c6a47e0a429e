//! Danger to life that nobody opens: told again and further up until somebody does, by the minutes of the rules, once only.

use std::collections::BTreeSet;

use crate::common::{self, Town};
use appeals::alarm::{self, Gap, gaps};
use appeals::appeal::{Command, Event};
use appeals::decide::next_alarm;
use appeals::filing::{Filed, Form};
use appeals::{rebuild, store, tick};
use civic::access::Purpose;
use civic::directory::{Entry, Staff};
use jiff::ToSpan;
use testkit::{Engine, county, on_both};

on_both![
    an_unopened_danger_climbs_by_the_minutes_of_the_rules_and_is_told_again_until_somebody_opens_it,
    each_time_is_told_once_whatever_runs_and_however_long_nothing_ran,
    opening_registering_or_passing_on_ends_it_and_an_audit_does_not,
    nobody_hears_of_what_the_permit_keeps_from_them,
    a_step_that_reaches_nobody_is_skipped_at_once,
    the_desk_of_whoever_it_concerns_shows_it_and_no_other,
];

fn danger(key: &str) -> Form {
    Form { danger: true, ..common::form(key) }
}

/// Lists the steps told so far.
fn steps(town: &Town, filed: &Filed) -> Vec<u8> {
    let matter = filed.matter;
    let loaded = town.world.read(move |tx, site| store::load(tx, site, matter)).unwrap().unwrap();
    let steps = loaded.events.iter().filter_map(|(_, event)| match event {
        Event::Alarmed { level } => Some(*level),
        _ => None,
    });
    steps.collect()
}

/// Lists who has a letter of a template, by log-in name.
fn letters(town: &Town, filed: &Filed, template: &str) -> BTreeSet<String> {
    let matter = filed.matter;
    let all = town.world.read(move |tx, site| civic::outbox::of_matter(tx, site.jurisdiction, matter)).unwrap();
    let directory = town.world.hall.site.directory();
    let login = |recipient: &str| directory.staff[&recipient.strip_prefix("staff:").unwrap().parse().unwrap()].login.clone();
    all.iter().filter(|letter| letter.template == template).map(|letter| login(&letter.recipient)).collect()
}

fn names(logins: &[&str]) -> BTreeSet<String> {
    logins.iter().map(|login| (*login).to_owned()).collect()
}

fn minutes(town: &Town, minutes: i64) {
    town.world.clock.advance(minutes.minutes());
    town.tick();
}

fn person(town: &Town, login: &str, change: impl FnOnce(&mut Staff)) {
    let mut staff = town.world.hall.site.directory().staff[&county::staff_id(login)].clone();
    change(&mut staff);
    town.world.set(Entry::Staff(staff), "edited");
}

fn open(town: &Town, login: &str, filed: &Filed, purpose: Purpose) {
    let (staff, matter) = (county::staff_id(login), filed.matter);
    town.world.write(move |tx, site, (now, _)| alarm::answer(tx, site, now, (staff, matter), purpose)).unwrap();
}

fn unheard(town: &Town, login: &str) -> Vec<String> {
    let staff = town.world.hall.site.directory().staff[&county::staff_id(login)].clone();
    let rows = town.world.read(move |tx, site| alarm::unheard(tx, site, &staff, 99)).unwrap();
    rows.into_iter().map(|row| row.number).collect()
}

fn an_unopened_danger_climbs_by_the_minutes_of_the_rules_and_is_told_again_until_somebody_opens_it(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&danger("key-1")).unwrap();
    town.tick();
    assert_eq!(letters(&town, &filed, alarm::FIRST), names(&["gu", "qiao", "luo", "xu"]), "whoever can take it in hand");
    assert!(letters(&town, &filed, "new_matter").is_empty());
    minutes(&town, 4);
    assert!(steps(&town, &filed).is_empty());
    minutes(&town, 1);
    assert_eq!(steps(&town, &filed), [1], "the head after five minutes");
    assert!(!letters(&town, &filed, alarm::AGAIN).contains("du"));
    minutes(&town, 9);
    assert_eq!(steps(&town, &filed), [1]);
    minutes(&town, 1);
    assert_eq!(steps(&town, &filed), [1, 2], "the leaders above after fifteen, which is also ten after the last time");
    assert_eq!(letters(&town, &filed, alarm::AGAIN), names(&["gu", "qiao", "luo", "xu", "du", "meng"]));
    minutes(&town, 9);
    minutes(&town, 1);
    assert_eq!(steps(&town, &filed), [1, 2, 2], "again after ten minutes");
    let rules = town.world.hall.site.rules();
    assert_eq!(next_alarm(&town.state(&filed), &rules), Some(town.world.now() + 10.minutes()));
    for _ in 0..10 {
        minutes(&town, 10);
    }
    assert_eq!(steps(&town, &filed).len(), 13, "two hours are over: from now on once an hour");
    minutes(&town, 50);
    assert_eq!(steps(&town, &filed).len(), 13);
    minutes(&town, 10);
    assert_eq!(steps(&town, &filed).len(), 14);
    open(&town, "gu", &filed, Purpose::Handle);
    assert_eq!(next_alarm(&town.state(&filed), &rules), None);
    minutes(&town, 600);
    assert_eq!(steps(&town, &filed).len(), 14);
    assert_eq!(town.kinds(&filed).last().unwrap(), "alarm_answered");
    let live = town.world.read(rebuild::fingerprints).unwrap();
    town.world.write(|tx, site, _| rebuild::rebuild(tx, site)).unwrap();
    assert_eq!(town.world.read(rebuild::fingerprints).unwrap(), live);
}

fn each_time_is_told_once_whatever_runs_and_however_long_nothing_ran(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&danger("key-1")).unwrap();
    town.world.clock.advance(3.hours());
    let town = Town { world: town.world.reopened() };
    town.tick();
    assert_eq!(steps(&town, &filed), [2], "after a long standstill one word, to everybody");
    // another process over the same data, at the same instant
    let other = town.world.hall.clone();
    let site = other.site.clone();
    let now = town.world.now();
    assert_eq!(other.store.write_blocking(move |tx| tick::tick(tx, &site, now)).unwrap(), 0);
    town.tick();
    assert_eq!(steps(&town, &filed), [2]);
    let matter = filed.matter;
    let all = town.world.read(move |tx, site| civic::outbox::of_matter(tx, site.jurisdiction, matter)).unwrap();
    let again: Vec<_> = all.iter().filter(|letter| letter.template == alarm::AGAIN).map(|letter| &letter.recipient).collect();
    assert_eq!(again.len(), again.iter().collect::<BTreeSet<_>>().len(), "one letter each");
}

fn opening_registering_or_passing_on_ends_it_and_an_audit_does_not(engine: Engine) {
    let town = Town::new(engine);
    let [read, registered, passed] = ["key-1", "key-2", "key-3"].map(|key| town.file(&danger(key)).unwrap());
    open(&town, "yan", &read, Purpose::Audit);
    assert!(town.state(&read).unheard(), "whoever checks afterwards helps nobody");
    open(&town, "meng", &read, Purpose::Supervise);
    open(&town, "gu", &read, Purpose::Handle);
    assert_eq!(town.kinds(&read).iter().filter(|kind| *kind == "alarm_answered").count(), 1, "the first alone");
    town.act("gu", &registered, Command::Register { category: "14".into() }).unwrap();
    town.act("gu", &passed, Command::Assign { to: county::WATER.into(), words: "请马上去".into() }).unwrap();
    town.act("wei", &passed, Command::Return { ground: "competence".into(), words: "不归我们管".into() }).unwrap();
    minutes(&town, 60);
    for filed in [&read, &registered, &passed] {
        assert!(steps(&town, filed).is_empty());
    }
    let plain = town.file(&common::form("key-4")).unwrap();
    open(&town, "gu", &plain, Purpose::Handle);
    minutes(&town, 60);
    assert_eq!((steps(&town, &plain).len(), town.kinds(&plain).len()), (0, 1), "only where a life may be in danger");
}

fn nobody_hears_of_what_the_permit_keeps_from_them(engine: Engine) {
    let town = Town::new(engine);
    town.declare_relative("qiao", "139 0000 0001");
    let close = town.file(&danger("key-1")).unwrap();
    let guarded = town.file(&Form { kind: "complaint".into(), mobile: "139 0000 0002".into(), ..danger("key-2") }).unwrap();
    let accused = town.file(&Form { kind: "accusation".into(), mobile: "139 0000 0003".into(), ..danger("key-3") }).unwrap();
    minutes(&town, 30);
    let told = |filed: &Filed| &letters(&town, filed, alarm::FIRST) | &letters(&town, filed, alarm::AGAIN);
    assert_eq!(told(&close), names(&["gu", "luo", "xu", "du", "meng"]), "not the head, whose brother it is");
    assert_eq!(told(&guarded), names(&["gu", "qiao", "du", "meng"]), "not the cadre of the village");
    assert!(told(&accused).is_empty(), "an accusation is told to nobody");
    assert_eq!(unheard(&town, "qiao"), std::slice::from_ref(&guarded.number));
    assert_eq!(unheard(&town, "luo"), std::slice::from_ref(&close.number));
    for login in ["gu", "du", "meng", "ning"] {
        assert!(!unheard(&town, login).contains(&accused.number));
    }
}

fn a_step_that_reaches_nobody_is_skipped_at_once(engine: Engine) {
    let town = Town::new(engine);
    let today = town.world.hall.site.day(town.world.now());
    let gap = |town: &Town, office: &str| {
        let found = gaps(&town.world.hall.site.directory(), today);
        found.into_iter().find(|(code, _)| code == office).map(|(_, gap)| gap)
    };
    assert_eq!(gap(&town, county::TOWNSHIP_OFFICE), None);
    person(&town, "gu", |staff| staff.away = Some((today, today)));
    person(&town, "luo", |staff| staff.email = None);
    person(&town, "xu", |staff| staff.email = None);
    person(&town, "qiao", |staff| staff.email = Some(String::new()));
    assert_eq!(gap(&town, county::TOWNSHIP_OFFICE), Some(Gap::Office));
    let filed = town.file(&danger("key-1")).unwrap();
    assert!(letters(&town, &filed, alarm::FIRST).contains("du"), "nobody of the office can be reached: those above at once");
    for login in ["du", "meng"] {
        person(&town, login, |staff| staff.away = Some((today, today)));
    }
    assert_eq!(gap(&town, county::TOWNSHIP_OFFICE), Some(Gap::Nobody));
    let lost = town.file(&danger("key-2")).unwrap();
    assert!(letters(&town, &lost, alarm::FIRST).contains("du"), "where nobody can be reached everybody is tried");
    person(&town, "gu", |staff| staff.away = None);
    assert_eq!(gap(&town, county::TOWNSHIP_OFFICE), Some(Gap::Above));
}

fn the_desk_of_whoever_it_concerns_shows_it_and_no_other(engine: Engine) {
    let town = Town::new(engine);
    let first = town.file(&danger("key-1")).unwrap();
    minutes(&town, 1);
    let second = town.file(&danger("key-2")).unwrap();
    town.file(&common::form("key-3")).unwrap();
    let both = [first.number.clone(), second.number.clone()];
    for login in ["gu", "qiao", "luo", "xu", "fang", "du", "meng"] {
        assert_eq!(unheard(&town, login), both, "{login}");
    }
    for login in ["lin", "kong", "an", "yan", "tang", "ning"] {
        assert!(unheard(&town, login).is_empty(), "{login}");
    }
    open(&town, "gu", &first, Purpose::Handle);
    assert_eq!(unheard(&town, "du"), [second.number]);
}
