//! Many who tell the same thing: one piece of work, and to everybody an answer of their own, at every step.

use appeals::appeal::{Command, Event, Stage};
use appeals::filing::{Filed, Form};
use jiff::ToSpan;
use testkit::{Engine, county, on_both};

use crate::common::{self, Town, reply};

on_both![
    merged_matters_get_an_answer_each,
    a_declined_main_matter_leaves_nobody_waiting,
    when_the_main_matter_is_withdrawn_the_oldest_other_takes_its_place,
    the_hand_is_the_same_and_everybody_is_told_of_a_new_one,
    a_main_matter_that_is_merged_takes_the_others_along,
    closing_and_reopening_are_everybodys_own,
    an_opinion_from_above_on_the_main_matter_leaves_nobody_waiting,
];

/// Neighbours of one broken water main.
const PEOPLE: usize = 200;

/// Files one after the other, a second apart.
fn many(town: &Town, count: usize) -> Vec<Filed> {
    let one = |n: usize| {
        town.world.clock.advance(1.second());
        town.file(&common::form(&format!("other-{n}"))).unwrap()
    };
    (0..count).map(one).collect()
}

fn accept() -> Command {
    Command::Accept { category: "03".into() }
}

#[test]
fn two_hundred_who_report_one_broken_main_are_one_piece_of_work_and_two_hundred_answers() {
    let town = Town::new(Engine::Sqlite);
    let main = town.file(&common::form("main")).unwrap();
    let mut others = many(&town, PEOPLE - 1);
    town.merge(&main, &others);
    town.world.clock.days(3);
    town.act("gu", &main, accept()).unwrap();
    let late = town.file(&common::form("late")).unwrap();
    town.merge(&main, [&late]);
    others.push(late);
    let extend = Command::Extend { ground: "complex".into(), days: 20, words: "要等管材到货".into() };
    town.act("qiao", &main, extend).unwrap();
    town.act("gu", &main, reply()).unwrap();
    let last = town.state(&main).due.due.last;
    assert_eq!(last.to_string(), "2027-02-15");
    for other in &others {
        let state = town.state(other);
        assert_eq!((state.stage, state.replies.len(), state.due.due.last), (Stage::Replied, 1, last));
        let kinds = town.kinds(other);
        for kind in ["accepted", "extended", "replied"] {
            assert_eq!(kinds.iter().filter(|known| *known == kind).count(), 1, "{kind} in {kinds:?}");
        }
        assert_eq!(town.letters(other), ["accepted", "extended", "filed", "replied"]);
    }
}

fn merged_matters_get_an_answer_each(engine: Engine) {
    let town = Town::new(engine);
    let main = town.file(&common::form("main")).unwrap();
    let others = many(&town, 5);
    let question = town.file(&Form { kind: "consultation".into(), ..common::form("question") }).unwrap();
    town.merge(&main, others.iter().chain([&question]));
    town.act("gu", &others[4], Command::Unmerge).unwrap();
    town.act("gu", &main, accept()).unwrap();
    let own = town.state(&question);
    assert_eq!((own.stage, &own.due), (Stage::Handling, &question.due), "a question keeps the term of questions");
    town.act("gu", &main, Command::Simplify).unwrap();
    assert!(town.state(&others[0]).simplified, "a promise to be quicker is one to all");
    town.act("gu", &main, reply()).unwrap();
    for other in &others[..4] {
        let state = town.state(other);
        assert_eq!((state.stage, state.replies.len()), (Stage::Replied, 1));
    }
    assert!(town.state(&others[4]).owes_reply(), "what was taken out again is answered on its own");
}

fn declined(ground: &str) -> Command {
    Command::NotAccept { ground: ground.into(), words: "法院已经立案".into() }
}

fn a_declined_main_matter_leaves_nobody_waiting(engine: Engine) {
    let town = Town::new(engine);
    let main = town.file(&common::form("main")).unwrap();
    let others = many(&town, 3);
    town.merge(&main, &others);
    town.act("gu", &main, declined("litigation")).unwrap();
    for other in &others {
        assert_eq!(town.state(other).stage, Stage::NotAccepted, "the thing itself belongs in court");
        assert_eq!(town.letters(other), ["filed", "not_accepted"]);
    }
    let town = Town::new(engine);
    let main = town.file(&common::form("main")).unwrap();
    let others = many(&town, 3);
    town.merge(&main, &others);
    town.act("gu", &main, declined("in_hand")).unwrap();
    let first = town.state(&others[0]);
    assert_eq!((first.stage, first.merged_into), (Stage::Received, None), "the first filer had filed twice, the others not");
    for other in &others[1..] {
        assert_eq!(town.state(other).merged_into, Some(others[0].matter), "the work stays one");
    }
    town.act("gu", &others[0], accept()).unwrap();
    assert_eq!(town.state(&others[2]).stage, Stage::Handling);
}

fn when_the_main_matter_is_withdrawn_the_oldest_other_takes_its_place(engine: Engine) {
    let town = Town::new(engine);
    let main = town.file(&common::form("main")).unwrap();
    let others = many(&town, 3);
    town.merge(&main, [&others[2], &others[1], &others[0]]);
    town.act("gu", &main, accept()).unwrap();
    town.resident(&main, Command::AskWithdraw { words: "不等了".into() }).unwrap();
    town.world.clock.days(4);
    town.tick();
    assert_eq!(town.state(&main).stage, Stage::Withdrawn);
    let first = town.state(&others[0]);
    assert_eq!((first.stage, first.merged_into, first.owner.as_str()), (Stage::Handling, None, county::TOWNSHIP_OFFICE));
    let told = |login: &str| {
        let (matter, recipient) = (others[0].matter, format!("staff:{}", county::staff_id(login)));
        let all = town.world.read(move |tx, site| civic::outbox::of_matter(tx, site.jurisdiction, matter)).unwrap();
        all.iter().any(|letter| letter.template == "unmerged" && letter.recipient == recipient)
    };
    assert!(told("qiao"), "the office knows that it has it to handle by itself");
    town.act("gu", &others[0], reply()).unwrap();
    assert!(others.iter().all(|other| town.state(other).stage == Stage::Replied));
}

fn the_hand_is_the_same_and_everybody_is_told_of_a_new_one(engine: Engine) {
    let town = Town::new(engine);
    let main = town.file(&common::form("main")).unwrap();
    let others = many(&town, 3);
    town.merge(&main, &others);
    town.act("gu", &main, Command::Assign { to: county::WATER.into(), words: String::new() }).unwrap();
    town.act("wei", &main, Command::TakeOver).unwrap();
    town.abolish(county::WATER, county::HOUSING);
    for matter in others.iter().chain([&main]) {
        assert_eq!(town.state(matter).owner, county::HOUSING);
        let kinds = town.kinds(matter);
        assert_eq!(kinds.iter().filter(|kind| *kind == "taken").count(), 1);
        assert_eq!(kinds.iter().filter(|kind| *kind == "moved").count(), 1, "moved once only");
        assert_eq!(town.letters(matter), ["filed", "new_owner", "new_owner"]);
    }
}

fn a_main_matter_that_is_merged_takes_the_others_along(engine: Engine) {
    let town = Town::new(engine);
    let (main, further) = (town.file(&common::form("main")).unwrap(), town.file(&common::form("further")).unwrap());
    let others = many(&town, 2);
    town.merge(&main, &others);
    town.act("gu", &further, accept()).unwrap();
    town.merge(&further, [&main]);
    for other in others.iter().chain([&main]) {
        let state = town.state(other);
        assert_eq!((state.merged_into, state.stage), (Some(further.matter), Stage::Handling), "accepted with it");
    }
}

fn closing_and_reopening_are_everybodys_own(engine: Engine) {
    let town = Town::new(engine);
    let main = town.file(&common::form("main")).unwrap();
    let others = many(&town, 3);
    town.merge(&main, &others);
    town.act("gu", &main, accept()).unwrap();
    town.act("gu", &main, reply()).unwrap();
    town.resident(&main, Command::Open).unwrap();
    town.resident(&others[0], Command::Reopen { words: "我家还是没有水".into() }).unwrap();
    let again = town.state(&others[0]);
    assert_eq!((again.stage, again.merged_into), (Stage::Handling, None), "whoever is not content gets their own answer");
    town.act("gu", &others[0], reply()).unwrap();
    town.resident(&main, Command::Reopen { words: "又裂了".into() }).unwrap();
    assert_eq!(town.state(&others[1]).stage, Stage::Replied, "nothing is taken from those who have their answer");
    town.act("gu", &main, reply()).unwrap();
    assert_eq!(town.state(&others[1]).replies.len(), 2, "what changed is told to those who may still object");
    assert_eq!(town.state(&others[0]).replies.len(), 2, "its own two");
    town.resident(&main, Command::Open).unwrap();
    town.world.clock.days(40);
    town.tick();
    assert_eq!(town.state(&main).stage, Stage::Closed);
    let child = town.state(&others[1]);
    assert!(child.is_open() && child.last_word().unwrap().delivered.is_none(), "its resident has not had their say");
    assert!(matches!(town.resident(&others[1], Command::Open).unwrap().events[0].1, Event::Delivered { .. }));
}

fn an_opinion_from_above_on_the_main_matter_leaves_nobody_waiting(engine: Engine) {
    let town = Town::new(engine);
    let main = town.replied("main");
    town.resident(&main, Command::Open).unwrap();
    town.resident(&main, Command::Reopen { words: "又裂了".into() }).unwrap();
    let others = many(&town, 2);
    town.merge(&main, &others);
    town.world.clock.days(70);
    town.resident(&main, Command::AskReview { words: "没有动静".into() }).unwrap();
    town.staff_as("meng", civic::directory::Role::Officer);
    let decide = Command::DecideReview { reply: common::text(), outcome: appeals::appeal::Outcome::Support };
    town.act("meng", &main, decide).unwrap();
    let first = town.state(&others[0]);
    assert_eq!((first.stage, first.merged_into), (Stage::Handling, None), "the opinion is an answer to one person");
    assert_eq!(town.state(&others[1]).merged_into, Some(others[0].matter));
}
