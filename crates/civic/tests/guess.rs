//! Slowing down wrong tries on both engines: the guesser waits, the person whose name is tried does not.

use civic::guess::{self, GuessKey, WAIT_SECONDS_MAX};
use civic::site::Site;
use jiff::ToSpan;
use testkit::{Engine, World, on_both};

on_both![
    wrong_codes_slow_down_a_number_and_waiting_ends_by_itself,
    strangers_who_try_a_number_do_not_make_its_owner_wait,
    many_addresses_together_have_few_free_tries_at_one_number,
    a_stranger_slows_himself_down_and_not_the_owner_of_the_name,
    an_address_that_guesses_at_many_numbers_waits_and_one_right_code_does_not_free_it,
    a_day_without_a_wrong_try_forgets_them,
];

type Keys = fn(&Site) -> Vec<GuessKey>;

fn fail(world: &World, times: usize, keys: Keys) {
    world.write(move |tx, site, (now, _)| (0..times).try_for_each(|_| guess::failed(tx, site, now, &keys(site)))).unwrap();
}

fn wait(world: &World, keys: Keys) -> i64 {
    let now = world.now();
    world.read(move |tx, site| guess::waiting(tx, site, now, &keys(site))).unwrap()
}

fn tried(site: &Site, address: [u8; 4]) -> Vec<GuessKey> {
    GuessKey::number(site, "MS990121261124ABCDEFGX", address.into()).to_vec()
}

fn number(site: &Site) -> Vec<GuessKey> {
    tried(site, [192, 0, 2, 7])
}

fn number_from_home(site: &Site) -> Vec<GuessKey> {
    tried(site, [198, 51, 100, 3])
}

fn village(site: &Site) -> Vec<GuessKey> {
    vec![GuessKey::address(site, "192.0.2.7".parse().unwrap())]
}

fn stranger(site: &Site) -> Vec<GuessKey> {
    vec![GuessKey::log_in(site, "Lin", "192.0.2.7".parse().unwrap())]
}

fn owner(site: &Site) -> Vec<GuessKey> {
    vec![GuessKey::log_in(site, "lin", "192.0.2.8".parse().unwrap())]
}

fn wrong_codes_slow_down_a_number_and_waiting_ends_by_itself(engine: Engine) {
    let world = World::new(engine);
    fail(&world, 4, number);
    assert_eq!(wait(&world, number), 0);
    fail(&world, 1, number);
    assert_eq!(wait(&world, number), 1);
    fail(&world, 3, number);
    assert_eq!(wait(&world, number), 8);
    world.clock.advance(8.seconds());
    assert_eq!(wait(&world, number), 0);
    fail(&world, 1_000, number);
    assert_eq!(wait(&world, number), WAIT_SECONDS_MAX);
    world.write(|tx, site, _| guess::passed(tx, site, &number(site))).unwrap();
    assert_eq!(wait(&world, number), 0);
}

fn strangers_who_try_a_number_do_not_make_its_owner_wait(engine: Engine) {
    let world = World::new(engine);
    fail(&world, 1_000, number);
    assert_eq!(wait(&world, number), WAIT_SECONDS_MAX);
    assert_eq!(wait(&world, number_from_home), 0);
    fail(&world, 3, number_from_home);
    assert_eq!(wait(&world, number_from_home), 0, "the owner mistypes as often as without the stranger");
    fail(&world, 1, number_from_home);
    assert_eq!(wait(&world, number_from_home), WAIT_SECONDS_MAX, "without a free try left, what all tried counts");
}

fn many_addresses_together_have_few_free_tries_at_one_number(engine: Engine) {
    let world = World::new(engine);
    for host in 1..=40_u8 {
        world
            .write(move |tx, site, (now, _)| {
                (0..4).try_for_each(|_| guess::failed(tx, site, now, &tried(site, [203, 0, 113, host])))
            })
            .unwrap();
    }
    let now = world.now();
    let waits = world.read(move |tx, site| {
        (1..=40_u8).map(|host| guess::waiting(tx, site, now, &tried(site, [203, 0, 113, host]))).collect::<Result<Vec<_>, _>>()
    });
    assert_eq!(waits.unwrap(), [WAIT_SECONDS_MAX; 40], "four each, and then all of them one try in five minutes");
}

fn a_stranger_slows_himself_down_and_not_the_owner_of_the_name(engine: Engine) {
    let world = World::new(engine);
    fail(&world, 50, stranger);
    assert_eq!(wait(&world, stranger), WAIT_SECONDS_MAX);
    assert_eq!(wait(&world, owner), 0);
}

fn an_address_that_guesses_at_many_numbers_waits_and_one_right_code_does_not_free_it(engine: Engine) {
    let world = World::new(engine);
    fail(&world, 20, village);
    assert_eq!(wait(&world, village), 0, "a village may share an address");
    fail(&world, 4, village);
    world.write(|tx, site, _| guess::passed(tx, site, &village(site))).unwrap();
    assert_eq!(wait(&world, village), 8);
}

fn a_day_without_a_wrong_try_forgets_them(engine: Engine) {
    let world = World::new(engine);
    fail(&world, 9, number);
    world.clock.advance(24.hours().seconds(1));
    fail(&world, 1, number);
    assert_eq!(wait(&world, number), 0);
    world.clock.advance(24.hours().seconds(1));
    assert_eq!(world.write(|tx, site, (now, _)| guess::sweep(tx, site.jurisdiction, now)).unwrap(), 2);
}
