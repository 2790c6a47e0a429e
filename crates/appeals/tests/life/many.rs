//! More matters than one page holds: none is left out where something is due to all of them.

use crate::common::{self, Town};
use appeals::appeal::Command;
use appeals::filing::{Filed, Form};
use appeals::tick;
use civic::directory::{CalendarYear, Entry};
use db::{Fault, params};
use jiff::{SignedDuration, ToSpan};
use testkit::{Engine, county, on_both};
use worktime::{Calendar, Year};

on_both![
    a_new_calendar_is_previewed_over_every_matter_and_moves_every_matter,
    one_contact_stands_before_what_lies_near_and_few_are_opened,
    matters_that_sleep_until_a_later_hour_do_not_keep_the_others_waiting,
    a_number_that_is_taken_is_drawn_again,
    a_list_narrowed_by_day_or_by_what_is_owed_is_a_part_of_the_whole_one_page_by_page,
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
    use appeals::find::Finder;
    use appeals::likely::{LIKELY_MAX, OPENED_MAX, find};
    let town = Town::new(engine);
    let same = town
        .file(&Form { kind: "consultation".into(), what: "水管漏了，想问哪天来修".into(), ..common::form("same") })
        .unwrap();
    let older = town.file(&Form { what: "水管漏了三天，没人来修".into(), ..anonymous("older".into()) }).unwrap();
    town.world.clock.advance(24.hours());
    for number in 0..OPENED_MAX - 5 {
        let what = format!("第{number}户的水管漏了，没人来修");
        town.file(&Form { what: what.clone(), ..anonymous(format!("near-{number}")) }).unwrap();
        town.file(&Form { what, place: county::TOWNSHIP.into(), ..anonymous(format!("above-{number}")) }).unwrap();
    }
    let state = town.state(&town.file(&common::form("here")).unwrap());
    let words = Some("水管漏了三天，没人来修");
    let none = Finder::at("");
    let found = town.world.read(move |tx, site| find(tx, (site, &none), &common::who("gu"), (&state, words))).unwrap().rows;
    assert_eq!(found.len(), LIKELY_MAX);
    assert!(found.iter().all(|one| one.state.number != older.number), "what is alike but older than so many is not opened");
    assert!(found[0].again && found[0].state.number == same.number, "the same contact with the same thing is, however old");
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

fn a_number_that_is_taken_is_drawn_again(engine: Engine) {
    let (town, twin) = (Town::new(engine), Town::new(engine));
    let file = |town: &Town, key: &str| town.file(&anonymous(key.into())).unwrap().number;
    let (first, next) = (file(&town, "first"), file(&town, "next"));
    assert_eq!(file(&twin, "first"), first, "the same chance draws the same numbers");
    let (own, taken) = (first.clone(), next.clone());
    twin.world
        .write(move |tx, _, _| {
            tx.run("update matter set number = $2 where number = $1", params![own.as_str(), taken.as_str()])?;
            Ok::<_, Fault>(())
        })
        .unwrap();
    let other = file(&twin, "next");
    assert!(other != next && other != first, "{other}");
}

fn a_list_narrowed_by_day_or_by_what_is_owed_is_a_part_of_the_whole_one_page_by_page(engine: Engine) {
    use appeals::queue::{Filter, Scope, page};
    let town = Town::new(engine);
    for number in 0..9 {
        let form = Form { danger: number % 3 == 0, ..common::form(&format!("day-{number}")) };
        if number % 4 == 1 {
            town.replied_to(&form)
        } else {
            town.file(&form).unwrap()
        };
        town.world.clock.advance(24.hours());
    }
    let read = |scope: Scope, filter: Filter| {
        let staff = town.world.hall.site.directory().staff[&county::staff_id("gu")].clone();
        let (mut all, mut filter) = (Vec::new(), filter);
        loop {
            let asked = filter.clone();
            let person = staff.clone();
            let found = town.world.read(move |tx, site| page(tx, site, &person, (scope, &asked))).unwrap();
            all.extend(found.rows);
            filter.after = found.next;
            if filter.after.is_none() {
                return all;
            }
        }
    };
    let whole = read(Scope::Held, Filter::default());
    assert_eq!(whole.len(), 9);
    assert!(["0", "1", "2"].iter().all(|rank| whole.iter().any(|row| row.rank.starts_with(rank))), "every rank is there");
    let days: Vec<Option<String>> =
        whole.iter().map(|row| Some(row.due.clone())).chain([None, Some("2099-01-01".into())]).collect();
    for (due_before, owes) in days.iter().flat_map(|day| [None, Some(true), Some(false)].map(|owes| (day.clone(), owes))) {
        let fits = |row: &&appeals::store::Row| {
            due_before.as_ref().is_none_or(|day| row.due < *day) && owes.is_none_or(|owes| row.owes == owes)
        };
        let expected: Vec<_> = whole.iter().filter(fits).cloned().collect();
        for rows_max in [None, Some(1), Some(2)] {
            let filter = Filter { due_before: due_before.clone(), owes, rows_max, ..Filter::default() };
            assert_eq!(read(Scope::Held, filter), expected, "{due_before:?} {owes:?} {rows_max:?}");
        }
    }
}
