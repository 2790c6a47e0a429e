//! Two persons for one act, on both engines: nobody is their own second, nothing is agreed to twice, and time ends it.

use civic::refusal::No;
use civic::second::{self, Agreed, Asked, Deed};
use jiff::ToSpan;
use testkit::{Engine, World, on_both};
use uuid::Uuid;

on_both![
    nobody_is_the_second_person_of_their_own_request,
    a_request_is_agreed_to_once_and_for_its_own_deed,
    a_request_ends_by_itself_and_can_be_declined,
    an_agreement_is_undone_with_the_act_that_failed,
];

const FIRST: Uuid = Uuid::from_u128(1);
const SECOND: Uuid = Uuid::from_u128(2);
const SUBJECT: &str = "00000000-0000-0000-0000-000000000009";

fn code<T: std::fmt::Debug>(answer: Result<T, No>) -> &'static str {
    match answer {
        Err(No::Refused(refusal)) => refusal.code,
        other => panic!("a refusal was due: {other:?}"),
    }
}

fn ask(world: &World, deed: Deed) -> Result<Asked, No> {
    world.write(move |tx, site, by| second::ask(tx, site, by, FIRST, (deed, SUBJECT, "court_order")))
}

fn agree(world: &World, by: Uuid, id: Uuid, deed: Deed) -> Result<Agreed, No> {
    world.write(move |tx, site, (now, _)| second::agree(tx, site, now, by, (id, deed)))
}

fn open(world: &World, deed: Deed) -> Vec<Asked> {
    let now = world.now();
    world.read(move |tx, site| second::open(tx, site, now, (deed, SUBJECT))).unwrap()
}

fn nobody_is_the_second_person_of_their_own_request(engine: Engine) {
    let world = World::new(engine);
    let asked = ask(&world, Deed::EraseMany).unwrap();
    assert_eq!(open(&world, Deed::EraseMany), std::slice::from_ref(&asked));
    assert_eq!(code(ask(&world, Deed::EraseMany)), "second_asked");
    assert_eq!(code(agree(&world, FIRST, asked.id, Deed::EraseMany)), "second_same");
    let agreed = agree(&world, SECOND, asked.id, Deed::EraseMany).unwrap();
    assert_eq!((agreed.first(), agreed.second(), agreed.asked()), (FIRST, SECOND, &asked));
    assert!(open(&world, Deed::EraseMany).is_empty());
}

fn a_request_is_agreed_to_once_and_for_its_own_deed(engine: Engine) {
    let world = World::new(engine);
    let asked = ask(&world, Deed::EraseMany).unwrap();
    ask(&world, Deed::Erase).unwrap();
    assert_eq!(code(agree(&world, SECOND, asked.id, Deed::Erase)), "second_over", "a yes to one deed is none to another");
    agree(&world, SECOND, asked.id, Deed::EraseMany).unwrap();
    assert_eq!(code(agree(&world, SECOND, asked.id, Deed::EraseMany)), "second_over");
    assert_eq!(open(&world, Deed::Erase).len(), 1);
}

fn a_request_ends_by_itself_and_can_be_declined(engine: Engine) {
    let world = World::new(engine);
    let asked = ask(&world, Deed::Erase).unwrap();
    let left = asked.until.duration_since(world.now());
    world.clock.advance((left.as_secs() - 1).seconds());
    assert_eq!(open(&world, Deed::Erase).len(), 1);
    world.clock.advance(1.seconds());
    assert_eq!(code(agree(&world, SECOND, asked.id, Deed::Erase)), "second_over");
    let again = ask(&world, Deed::Erase).unwrap();
    let now = world.now();
    let all = world.read(move |tx, site| second::waiting(tx, site, now, Deed::Erase)).unwrap();
    assert_eq!(all, std::slice::from_ref(&again));
    let id = again.id;
    world.write(move |tx, site, (now, _)| second::decline(tx, site, now, (id, Deed::Erase))).unwrap();
    assert_eq!(code(agree(&world, SECOND, id, Deed::Erase)), "second_over");
    world.clock.days(2);
    let swept = world.write(|tx, site, (now, _)| second::sweep(tx, site.jurisdiction, now)).unwrap();
    assert_eq!(swept, 2, "what is over leaves no name behind here");
}

fn an_agreement_is_undone_with_the_act_that_failed(engine: Engine) {
    let world = World::new(engine);
    let asked = ask(&world, Deed::Erase).unwrap();
    let id = asked.id;
    let failed: Result<(), No> = world.write(move |tx, site, (now, _)| {
        second::agree(tx, site, now, SECOND, (id, Deed::Erase))?;
        Err(No::Absent)
    });
    assert!(matches!(failed, Err(No::Absent)));
    assert!(agree(&world, SECOND, id, Deed::Erase).is_ok(), "what was not done can still be agreed to");
}
