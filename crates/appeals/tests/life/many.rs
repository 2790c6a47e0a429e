//! More matters than one page holds: none is left out where something is due to all of them.

use crate::common::{self, Town};
use appeals::appeal::Command;
use appeals::filing::{Filed, Form};
use appeals::tick;
use civic::directory::{CalendarYear, Entry};
use jiff::{SignedDuration, ToSpan};
use testkit::{Engine, county, on_both};
use worktime::{Calendar, Year};

on_both![
    a_new_calendar_is_previewed_over_every_matter_and_moves_every_matter,
    one_contact_stands_before_what_lies_near_and_few_are_opened,
    matters_that_sleep_until_a_later_hour_do_not_keep_the_others_waiting,
];

/// More than a page and than one run of the clock.
const MANY: usize = 230;

fn anonymous(key: String) -> Form {
    Form { identity: "anonymous".into(), name: String::new(), mobile: String::new(), ..common::form(&key) }
}

fn many(town: &Town) -> Vec<Filed> {
    (0..MANY).map(|n| town.file(&anonymous(format!("many-{n}"))).unwrap()).collect()
}

fn a_new_calendar_is_previewed_over_every_matter_and_moves_every_matter(engine: Engine) {
    let town = Town::new(engine);
    town.world.clock.set("2027-01-25T02:00:00Z");
    let filed = many(&town);
    let last = town.state(&filed[0]).due.due.last;
    let text = format!("year = 2027\nsource = \"通知\"\nverified = \"yes\"\noff = [\"{last}\"]\nwork = []\n");
    let mut calendar = Calendar::clone(&town.world.hall.site.calendar());
    calendar.add(Year::parse(&text).unwrap());
    let today = town.world.hall.site.day(town.world.now());
    let shifts = town.preview(&calendar, today);
    assert_eq!(shifts.len(), MANY);
    town.world.set(Entry::Calendar(CalendarYear { year: 2027, text }), "loaded");
    town.tick();
    for one in &filed {
        let due = town.state(one).due.due;
        assert!(due.last > last && !due.provisional, "{}", one.number);
    }
}

fn one_contact_stands_before_what_lies_near_and_few_are_opened(engine: Engine) {
    use appeals::likely::{LIKELY_MAX, OPENED_MAX, find};
    let town = Town::new(engine);
    let same = town.file(&Form { kind: "consultation".into(), what: "想问低保怎么办".into(), ..common::form("same") }).unwrap();
    let older = town.file(&Form { what: "水管漏了三天，没人来修".into(), ..anonymous("older".into()) }).unwrap();
    town.world.clock.advance(24.hours());
    for number in 0..OPENED_MAX - 5 {
        town.file(&anonymous(format!("near-{number}"))).unwrap();
        town.file(&Form { place: county::TOWNSHIP.into(), ..anonymous(format!("above-{number}")) }).unwrap();
    }
    let state = town.state(&town.file(&common::form("here")).unwrap());
    let words = Some("水管漏了三天，没人来修");
    let found = town.world.read(move |tx, site| find(tx, site, &common::who("gu"), (&state, words))).unwrap();
    assert_eq!(found.len(), LIKELY_MAX);
    assert!(found.iter().all(|one| one.row.number != older.number), "what is alike but older than so many is not opened");
    assert!(found.iter().any(|one| one.same_contact && one.row.number == same.number), "the same contact is, however old");
}

fn matters_that_sleep_until_a_later_hour_do_not_keep_the_others_waiting(engine: Engine) {
    let town = Town::new(engine);
    let sleeping = many(&town);
    // the walk under the calendar in force is behind it
    town.tick();
    town.world.clock.advance(24.hours());
    let offered = town.file(&anonymous("offered".into())).unwrap();
    assert!(sleeping.iter().all(|one| one.number < offered.number), "numbers begin with the day");
    town.act("gu", &offered, Command::Assign { to: county::WATER.into(), words: String::new() }).unwrap();
    let until = town.state(&offered).offer.unwrap().until;
    let begins = town.world.hall.site.zone.to_ambiguous_timestamp(until.tomorrow().unwrap().at(0, 0, 0, 0)).compatible().unwrap();
    // asked for at noon, so all of them wake on that day and do nothing before noon
    town.world.clock.set(&(begins + SignedDuration::from_hours(12 - 72)).to_string());
    for one in &sleeping {
        town.resident(one, Command::AskWithdraw { words: "自己解决了".into() }).unwrap();
    }
    town.world.clock.set(&(begins + SignedDuration::from_hours(1)).to_string());
    let made = town.world.write(|tx, site, (now, _)| tick::tick(tx, site, now)).unwrap();
    assert_eq!((made, town.state(&offered).owner), (1, county::WATER.to_owned()));
    town.world.clock.set(&(begins + SignedDuration::from_hours(13)).to_string());
    let first = town.world.write(|tx, site, (now, _)| tick::tick(tx, site, now)).unwrap();
    assert!(first < MANY, "one run ends somewhere, so that others can write: {first}");
    town.tick();
    let open = sleeping.iter().filter(|one| town.state(one).is_open()).count();
    assert_eq!(open, 0);
}
