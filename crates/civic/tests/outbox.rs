//! The outbox under a clock that jumps: what was planned by it waits for none of the hours it was ahead, is tried no more often than it was
//! planned, and what failed before gets its part however much is new.

use civic::outbox::{self, MAIL, Message, Waiting};
use civic::{hook, inbox};
use jiff::{Timestamp, ToSpan};
use testkit::{Engine, World, on_both};
use uuid::Uuid;

on_both![
    what_was_written_while_the_clock_ran_ahead_leaves_when_it_is_set_right,
    a_try_that_was_planned_while_the_clock_ran_ahead_waits_for_none_of_its_hours,
    a_clock_that_jumps_to_and_fro_costs_one_try_a_jump_and_no_message,
    what_failed_before_gets_its_part_however_much_is_new,
    programs_of_others_are_told_as_soon_as_the_clock_is_right,
    every_statement_can_be_prepared,
];

fn put(world: &World, number: u128) -> Uuid {
    let id = Uuid::from_u128(number);
    let message = Message { matter: id, event: 1, recipient: "resident".into(), template: "filed", channel: MAIL };
    world.write(move |tx, site, (now, _)| outbox::put(tx, site.jurisdiction, (id, now), &message)).unwrap();
    id
}

/// Puts one that is to leave on a day of its own.
fn put_for(world: &World, number: u128, next: Timestamp) -> Uuid {
    let id = Uuid::from_u128(number);
    let message = Message { matter: id, event: 1, recipient: "resident".into(), template: "invitation", channel: MAIL };
    world.write(move |tx, site, (now, _)| outbox::put_for(tx, site.jurisdiction, (id, now, next), &message)).unwrap();
    id
}

fn due(world: &World, count: i64) -> Vec<Waiting> {
    let now = world.now();
    world.read(move |tx, site| outbox::due(tx, site.jurisdiction, MAIL, now, count)).unwrap()
}

fn ids(world: &World) -> Vec<Uuid> {
    due(world, 50).into_iter().map(|one| one.id).collect()
}

fn fail(world: &World, message: &Waiting) -> bool {
    let message = message.clone();
    world.write(move |tx, site, (now, _)| outbox::failed(tx, site.jurisdiction, &message, now, "away")).unwrap()
}

fn what_was_written_while_the_clock_ran_ahead_leaves_when_it_is_set_right(engine: Engine) {
    let world = World::new(engine);
    let first = put(&world, 1);
    world.clock.advance(3.hours());
    let second = put(&world, 2);
    let later = put_for(&world, 3, world.now() + 48.hours());
    world.clock.advance(-3.hours());
    assert_eq!(ids(&world), [first, second], "in the order in which they were written");
    let third = put(&world, 4);
    assert_eq!(ids(&world).len(), 3);
    assert!(ids(&world).contains(&third));
    // what has a day of its own waits for it
    world.clock.advance(50.hours());
    assert!(!ids(&world).contains(&later));
    world.clock.advance(1.hours());
    assert!(ids(&world).contains(&later));
}

fn a_try_that_was_planned_while_the_clock_ran_ahead_waits_for_none_of_its_hours(engine: Engine) {
    let world = World::new(engine);
    put(&world, 1);
    world.clock.advance(3.hours());
    assert!(!fail(&world, &due(&world, 50)[0]));
    assert!(ids(&world).is_empty(), "a minute is waited for");
    world.clock.advance(-3.hours());
    let [again] = &due(&world, 50)[..] else { panic!("it is due") };
    assert_eq!(again.attempts, 1);
    // and from there on as planned
    fail(&world, again);
    assert!(ids(&world).is_empty());
    world.clock.advance(119.seconds());
    assert!(ids(&world).is_empty());
    world.clock.advance(1.seconds());
    assert_eq!(ids(&world).len(), 1);
}

fn a_clock_that_jumps_to_and_fro_costs_one_try_a_jump_and_no_message(engine: Engine) {
    let world = World::new(engine);
    put(&world, 1);
    fail(&world, &due(&world, 50)[0]);
    let (mut tries, mut jumps) = (1, 0);
    for hours in [3, -3, 3, -3, 3] {
        world.clock.advance(hours.hours());
        jumps += 1;
        // asked for again and again, it is tried once
        for _ in 0..10 {
            for one in due(&world, 50) {
                assert!(!fail(&world, &one), "it is not given up");
                tries += 1;
            }
        }
    }
    assert!(tries <= 1 + jumps, "{tries} tries, {jumps} jumps");
}

fn what_failed_before_gets_its_part_however_much_is_new(engine: Engine) {
    let world = World::new(engine);
    for number in 1..=30 {
        put(&world, number);
    }
    for message in due(&world, 50) {
        fail(&world, &message);
    }
    world.clock.advance(2.minutes());
    for number in 101..=200 {
        put(&world, number);
    }
    let round = due(&world, 50);
    let again: Vec<i64> = round.iter().map(|one| one.attempts).collect();
    assert_eq!((again.iter().filter(|attempts| **attempts > 0).count(), round.len()), (10, 50));
    // and all of a round where nothing is new
    let (place, now) = (world.hall.site.jurisdiction, world.now());
    for number in 101..=200 {
        world.write(move |tx, _, _| outbox::sent(tx, place, Uuid::from_u128(number), now)).unwrap();
    }
    assert_eq!(due(&world, 50).len(), 30);
}

fn programs_of_others_are_told_as_soon_as_the_clock_is_right(engine: Engine) {
    let (world, client) = (World::new(engine), Uuid::from_u128(7));
    let hook = |world: &World| world.read(move |tx, site| hook::find(tx, site, client)).unwrap();
    world.clock.advance(3.hours());
    let before = hook(&world);
    world.write(move |tx, site, (now, _)| hook::failed(tx, site, client, "timeout", (&before, now))).unwrap();
    assert!(hook(&world).waits(world.now()));
    world.clock.advance(-3.hours());
    assert!(!hook(&world).waits(world.now()));
}

fn every_statement_can_be_prepared(engine: Engine) {
    let world = World::new(engine);
    world.read(|tx, _| db::prepare_all(tx, outbox::STATEMENTS).and_then(|()| db::prepare_all(tx, inbox::STATEMENTS))).unwrap();
}
