//! Leases on both engines: one holder at a time, a new fence for whoever takes over, and the old one is told so.

use civic::lease::{LEASE_SECONDS, Lease};
use jiff::ToSpan;
use testkit::{Engine, World, on_both};
use uuid::Uuid;

on_both![
    one_holds_a_job_until_it_stands_still,
    a_job_is_held_apart_from_others,
    a_fence_is_lost_when_another_takes_over,
    what_a_clock_that_ran_ahead_has_taken_is_free_when_it_is_set_right
];

const FIRST: Uuid = Uuid::from_u128(1);
const SECOND: Uuid = Uuid::from_u128(2);

fn take(world: &World, job: &'static str, holder: Uuid) -> Option<Lease> {
    world.write(move |tx, site, (now, _)| Lease::take(tx, site.jurisdiction, (job, holder), now)).unwrap()
}

fn holds(world: &World, lease: Lease) -> bool {
    world.read(move |tx, site| lease.holds(tx, site.jurisdiction)).unwrap()
}

fn one_holds_a_job_until_it_stands_still(engine: Engine) {
    let world = World::new(engine);
    let first = take(&world, "mail", FIRST).unwrap();
    world.clock.advance((LEASE_SECONDS - 1).seconds());
    assert_eq!(take(&world, "mail", SECOND), None);
    assert_eq!(take(&world, "mail", FIRST), Some(first), "whoever goes on keeps the fence and has the whole time again");
    world.clock.advance((LEASE_SECONDS - 1).seconds());
    assert_eq!(take(&world, "mail", SECOND), None);
    world.clock.advance(1.seconds());
    assert!(take(&world, "mail", SECOND).is_some_and(|second| second != first));
}

fn what_a_clock_that_ran_ahead_has_taken_is_free_when_it_is_set_right(engine: Engine) {
    let world = World::new(engine);
    world.clock.advance(3.hours());
    take(&world, "mail", FIRST).unwrap();
    world.clock.advance(-3.hours());
    assert!(take(&world, "mail", SECOND).is_some(), "nobody waits for three hours");
    // the clocks of two machines are never quite the same
    world.clock.advance(-2.minutes());
    assert_eq!(take(&world, "mail", FIRST), None);
}

fn a_job_is_held_apart_from_others(engine: Engine) {
    let world = World::new(engine);
    assert!(take(&world, "mail", FIRST).is_some());
    assert!(take(&world, "witness", SECOND).is_some());
}

fn a_fence_is_lost_when_another_takes_over(engine: Engine) {
    let world = World::new(engine);
    let first = take(&world, "mail", FIRST).unwrap();
    world.clock.advance(LEASE_SECONDS.seconds());
    assert!(holds(&world, first), "nobody has taken it yet");
    let second = take(&world, "mail", SECOND).unwrap();
    assert!(!holds(&world, first) && holds(&world, second));
    world.clock.advance(LEASE_SECONDS.seconds());
    let again = take(&world, "mail", FIRST).unwrap();
    assert!(again != first && !holds(&world, second), "coming back gives a new fence");
}
