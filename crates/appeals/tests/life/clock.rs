//! Which clock may stand still, and which two may run at once.

use crate::common::{self, Town, reply};
use appeals::appeal::{Command, Outcome, Promised, Stage};
use appeals::filing::{Filed, Form};
use civic::directory::{Entry, Office, Role};
use testkit::{Engine, county, on_both};

on_both![
    a_date_says_what_will_have_happened_by_then,
    only_the_reviewer_stops_only_the_term_of_the_recheck,
    a_matter_that_is_handled_again_is_not_ended_by_asking_for_a_review,
    a_holder_who_misses_the_new_term_bars_nobody_from_the_review_and_owes_a_reply_as_before,
];

/// Office of the village, two levels below the county government.
const VILLAGE_OFFICE: &str = "lw";

fn pause() -> Command {
    Command::Pause { ground: "hearing".into(), words: "12 月 4 日举行听证".into() }
}

/// Files a matter that the village's own office holds: it can be reviewed and re-reviewed on this site.
fn of_village(town: &Town) -> Filed {
    let above = town.world.hall.site.directory().offices[county::TOWNSHIP_OFFICE].clone();
    let village = Office {
        code: VILLAGE_OFFICE.into(),
        superior: Some(county::TOWNSHIP_OFFICE.into()),
        intake_for: vec![county::VILLAGE.into()],
        duties: Vec::new(),
        place: county::VILLAGE.into(),
        ..above
    };
    town.world.set(Entry::Office(village), "new");
    let mut clerk = town.world.hall.site.directory().staff[&county::staff_id("luo")].clone();
    (clerk.office, clerk.roles) = (VILLAGE_OFFICE.into(), vec![Role::Officer]);
    town.world.set(Entry::Staff(clerk), "moved");
    let filed = town.file(&common::form("village")).unwrap();
    assert_eq!(filed.owner, VILLAGE_OFFICE);
    town.act("luo", &filed, Command::Accept { category: "14".into() }).unwrap();
    filed
}

fn only_the_reviewer_stops_only_the_term_of_the_recheck(engine: Engine) {
    let town = Town::new(engine);
    let filed = of_village(&town);
    assert_eq!(common::code(town.act("luo", &filed, pause())), "no_pause", "the sixty days of handling run on");
    town.act("luo", &filed, reply()).unwrap();
    town.resident(&filed, Command::AskReview { words: "没有说清谁来修".into() }).unwrap();
    assert_eq!(common::code(town.act("gu", &filed, pause())), "no_pause", "Article 35 counts every day of the review");
    let opinion = || Command::DecideReview { reply: common::text(), outcome: Outcome::Explain };
    town.act("gu", &filed, opinion()).unwrap();
    town.resident(&filed, Command::AskRecheck { words: "还是不服".into() }).unwrap();
    town.staff_as("meng", Role::Officer);
    assert_eq!(common::code(town.act("luo", &filed, pause())), "no_review_here", "the clock is the reviewer's");
    let before = town.state(&filed).recheck.unwrap().due;
    let state = town.act("meng", &filed, pause()).unwrap().state;
    assert!(state.clock_paused() && state.paused.is_none());
    assert_eq!(common::code(town.act("meng", &filed, pause())), "already_paused");
    town.world.clock.days(5);
    let decide = || Command::DecideRecheck { reply: common::text(), outcome: Outcome::Support };
    assert_eq!(common::code(town.act("meng", &filed, decide())), "clock_paused");
    let state = town.act("meng", &filed, Command::Resume).unwrap().state;
    let after = state.recheck.clone().unwrap().due;
    assert_eq!((before.due.target.to_string(), after.due.target.to_string()), ("2026-12-24".into(), "2026-12-29".into()));
    assert_eq!(state.shown_due(), &after);
    assert!(town.act("meng", &filed, decide()).is_ok());
}

fn a_matter_that_is_handled_again_is_not_ended_by_asking_for_a_review(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    town.resident(&filed, Command::Open).unwrap();
    town.resident(&filed, Command::Reopen { words: "灯又灭了".into() }).unwrap();
    let ask = || Command::AskReview { words: "不想等了".into() };
    assert_eq!(common::code(town.resident(&filed, ask())), "handled_again");
    let state = town.state(&filed);
    assert!(state.owes_reply() && state.review.is_none(), "the office owes its answer as before");
    town.act("gu", &filed, reply()).unwrap();
    let state = town.resident(&filed, ask()).unwrap().state;
    assert!(state.pending_review().is_some(), "with the new answer the way to the office above is open");
}

fn a_holder_who_misses_the_new_term_bars_nobody_from_the_review_and_owes_a_reply_as_before(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    town.resident(&filed, Command::Open).unwrap();
    let reopened = town.resident(&filed, Command::Reopen { words: "灯又灭了".into() }).unwrap().state.due;
    town.world.clock.days(70);
    let state = town.resident(&filed, Command::AskReview { words: "六十天没有动静".into() }).unwrap().state;
    assert_eq!((state.stage, &state.due), (Stage::Handling, &reopened));
    assert!(state.owes_reply() && state.pending_review().is_some());
    assert_eq!(state.pressing_due(), &reopened, "lists keep showing how late the holder is");
    let replied = town.act("gu", &filed, reply()).unwrap().state;
    assert!(replied.pending_review().is_some(), "a late answer takes nothing from the reviewer");
    town.staff_as("meng", Role::Officer);
    let decide = Command::DecideReview { reply: common::text(), outcome: Outcome::Support };
    assert_eq!(town.act("meng", &filed, decide).unwrap().state.stage, Stage::Replied);
}

fn a_date_says_what_will_have_happened_by_then(engine: Engine) {
    let town = Town::new(engine);
    let promised = |filed: &Filed| {
        let state = town.state(filed);
        state.promise(&town.world.hall.site.rules()).map(|promise| {
            let last = promise.due.due.last.to_string();
            (promise.what, promise.office.to_owned(), last)
        })
    };
    let said = |what, office: &str, day: &str| Some((what, office.to_owned(), day.to_owned()));
    let filed = town.file(&common::form("key-1")).unwrap();
    let office = county::TOWNSHIP_OFFICE;
    assert_eq!(promised(&filed), said(Promised::Acceptance, office, "2026-12-09"), "Article 22: told whether it is accepted");
    town.act("gu", &filed, Command::Accept { category: "14".into() }).unwrap();
    assert_eq!(promised(&filed), said(Promised::Answer, office, "2027-01-25"));
    town.act("gu", &filed, reply()).unwrap();
    assert_eq!(promised(&filed), None, "nobody owes a word");
    town.resident(&filed, Command::AskReview { words: "请复查".into() }).unwrap();
    assert_eq!(promised(&filed), said(Promised::Review, county::GOVERNMENT, "2026-12-24"), "the reviewer and its own day");
    assert!(town.letters(&filed).contains(&"under_review".to_owned()));
    let question = town.file(&Form { kind: "consultation".into(), ..common::form("key-2") }).unwrap();
    assert_eq!(promised(&question).map(|promise| promise.0), Some(Promised::Answer), "a question has one term");
}
