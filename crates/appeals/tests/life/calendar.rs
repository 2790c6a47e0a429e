//! A calendar that is published, and one that is corrected: every running date follows, nobody's right gets shorter, and
//! what is previewed is what is done.

use appeals::appeal::{Command, Event, Stage};
use appeals::filing::{Filed, Form};
use civic::directory::{CalendarYear, Entry, Role};
use jiff::civil::date;
use testkit::{Engine, on_both};
use worktime::{Calendar, Year};

use crate::common::{self, Town, reply};

on_both![
    a_corrected_year_moves_what_the_first_one_moved_and_the_resident_is_told,
    no_correction_makes_late_work_timely,
    the_time_to_ask_for_a_review_rolls_forward_and_never_back,
    the_terms_of_review_and_recheck_follow_the_calendar,
    a_preview_names_what_the_run_then_does,
];

fn year(off: &str) -> String {
    format!("year = 2027\nsource = \"通知\"\nverified = \"yes\"\noff = [{off}]\nwork = []\n")
}

fn load(town: &Town, off: &str) {
    town.world.set(Entry::Calendar(CalendarYear { year: 2027, text: year(off) }), "loaded");
    town.tick();
}

fn recomputed(town: &Town, filed: &Filed) -> usize {
    town.kinds(filed).iter().filter(|kind| *kind == "due_recomputed").count()
}

fn accepted(town: &Town, key: &str) -> Filed {
    let filed = town.file(&common::form(key)).unwrap();
    town.act("gu", &filed, Command::Accept { category: "14".into() }).unwrap();
    filed
}

fn a_corrected_year_moves_what_the_first_one_moved_and_the_resident_is_told(engine: Engine) {
    let town = Town::new(engine);
    let filed = accepted(&town, "key-1");
    let last = |town: &Town| town.state(&filed).due.due.last.to_string();
    assert_eq!(last(&town), "2027-01-25", "weekends only, provisional");
    load(&town, "\"2027-01-25\"");
    assert_eq!((last(&town).as_str(), recomputed(&town, &filed)), ("2027-01-26", 1));
    assert_eq!(town.letters(&filed).iter().filter(|letter| *letter == "due_moved").count(), 1, "later, and told why");
    load(&town, "");
    assert_eq!((last(&town).as_str(), recomputed(&town, &filed)), ("2027-01-25", 2), "corrected, though not provisional");
    load(&town, "");
    assert_eq!(recomputed(&town, &filed), 2, "the same calendar moves nothing");
    let matter = filed.matter;
    let loaded = town.world.read(move |tx, site| appeals::store::load(tx, site, matter)).unwrap().unwrap();
    let before = loaded.events.iter().rev().find_map(|(_, event)| match event {
        Event::DueRecomputed { before, .. } => *before,
        _ => None,
    });
    assert_eq!(before, Some(date(2027, 1, 26)), "the event names the day that was promised");
}

fn no_correction_makes_late_work_timely(engine: Engine) {
    let town = Town::new(engine);
    load(&town, "");
    let filed = accepted(&town, "key-1");
    town.world.clock.set("2027-01-26T02:00:00Z");
    load(&town, "\"2027-01-25/2027-01-28\"");
    assert_eq!(town.state(&filed).due.due.last, date(2027, 1, 25));
}

fn the_time_to_ask_for_a_review_rolls_forward_and_never_back(engine: Engine) {
    let town = Town::new(engine);
    town.world.clock.set("2026-12-10T02:00:00Z");
    let filed = town.replied("key-1");
    town.resident(&filed, Command::Open).unwrap();
    let until = |town: &Town| town.state(&filed).reply().unwrap().until.clone().unwrap().due.last;
    assert_eq!(until(&town), date(2027, 1, 11));
    town.world.clock.set("2027-01-12T00:10:00+08:00");
    load(&town, "\"2027-01-11\"");
    assert_eq!((until(&town), town.state(&filed).stage), (date(2027, 1, 12), Stage::Replied), "not closed on the old day");
    assert!(town.letters(&filed).contains(&"word_moved".to_owned()));
    load(&town, "");
    assert_eq!(until(&town), date(2027, 1, 12), "what was promised to a resident is not taken back");
    assert!(town.resident(&filed, Command::AskReview { words: "赶在最后一天".into() }).is_ok());
}

fn the_terms_of_review_and_recheck_follow_the_calendar(engine: Engine) {
    let town = Town::new(engine);
    town.world.clock.set("2026-12-10T02:00:00Z");
    let filed = town.replied("key-1");
    town.resident(&filed, Command::AskReview { words: "请复查".into() }).unwrap();
    let own = town.state(&filed).due;
    let due = |town: &Town| town.state(&filed).review.unwrap().due.due.last;
    assert_eq!(due(&town), date(2027, 1, 11));
    load(&town, "\"2027-01-11\"");
    assert_eq!((due(&town), &town.state(&filed).due), (date(2027, 1, 12), &own), "an answered term does not move any more");
    town.staff_as("meng", Role::Officer);
    let decide = Command::DecideReview { reply: common::text(), outcome: appeals::appeal::Outcome::Explain };
    town.act("meng", &filed, decide).unwrap();
    town.resident(&filed, Command::Open).unwrap();
    let until = town.state(&filed).review.unwrap().decided.unwrap().until.unwrap();
    assert_eq!((until.term.as_str(), until.due.last), ("xf.recheck_request", date(2027, 1, 12)));
    load(&town, "\"2027-01-11/2027-01-12\"");
    assert_eq!(town.state(&filed).review.unwrap().decided.unwrap().until.unwrap().due.last, date(2027, 1, 13));
}

fn a_preview_names_what_the_run_then_does(engine: Engine) {
    let town = Town::new(engine);
    load(&town, "");
    let handled = accepted(&town, "handled");
    let fresh = town.file(&common::form("fresh")).unwrap();
    town.world.clock.set("2026-12-10T02:00:00Z");
    let answered = town.replied("answered");
    town.resident(&answered, Command::Open).unwrap();
    let reviewed = town.replied("reviewed");
    town.resident(&reviewed, Command::AskReview { words: "请复查".into() }).unwrap();
    let question = town.file(&Form { kind: "consultation".into(), ..common::form("question") }).unwrap();
    town.act("gu", &question, reply()).unwrap();
    let all = [&handled, &fresh, &answered, &reviewed, &question];
    let mut calendar = Calendar::clone(&town.world.hall.site.calendar());
    let off = "\"2027-01-11\", \"2027-01-25\"";
    calendar.add(Year::parse(&year(off)).unwrap());
    let today = town.world.hall.site.day(town.world.now());
    let shifts = town.preview(&calendar, today);
    let mut named: Vec<&str> = shifts.iter().map(|shift| shift.number.as_str()).collect();
    load(&town, off);
    let mut moved: Vec<&str> =
        all.iter().filter(|filed| recomputed(&town, filed) > 0).map(|filed| filed.number.as_str()).collect();
    named.sort_unstable();
    moved.sort_unstable();
    assert_eq!(named, moved);
    assert_eq!(named.len(), 3, "a handling term, a review, a time to ask for one");
}
