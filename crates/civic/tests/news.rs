//! What happened to an account, on both engines: a device is new once, its owner is told, and time forgets.

use civic::account::news::{self, DEVICE_DAYS_MAX, Happened, NEWS_DAYS_MAX, News};
use civic::outbox;
use db::Fault;
use testkit::{Engine, World, on_both};
use uuid::Uuid;

on_both![
    a_device_is_new_once_for_each_account,
    whoever_comes_on_a_new_device_does_not_choose_the_language_of_the_letter,
    forgotten_devices_are_told_of_again,
    what_was_seen_is_closed_and_old_news_and_devices_go,
];

const LIN: Uuid = Uuid::from_u128(1);
const GU: Uuid = Uuid::from_u128(2);

fn enter(world: &World, staff: Uuid, token: &'static str, language: &'static str) -> News {
    world.clock.advance(jiff::ToSpan::minutes(1));
    world.write(move |tx, site, by| news::entered(tx, site.jurisdiction, by, staff, (token, "Firefox/1", language))).unwrap()
}

fn letters(world: &World) -> Vec<(String, String)> {
    let now = world.now();
    let due = world.read(move |tx, site| outbox::due(tx, site.jurisdiction, outbox::MAIL, now, 50)).unwrap();
    due.into_iter().map(|message| (message.recipient, message.template)).collect()
}

fn of(world: &World, staff: Uuid) -> Vec<Happened> {
    world.read(move |tx, site| news::of_staff(tx, site.jurisdiction, staff)).unwrap()
}

fn language(world: &World, staff: Uuid) -> String {
    world.read(move |tx, site| news::language(tx, site.jurisdiction, staff)).unwrap()
}

fn a_device_is_new_once_for_each_account(engine: Engine) {
    let world = World::new(engine);
    assert_eq!(enter(&world, LIN, "a", "zh-CN"), News::NewDevice);
    assert_eq!(enter(&world, LIN, "a", "zh-CN"), News::Entered);
    assert_eq!(enter(&world, GU, "a", "zh-CN"), News::NewDevice, "a shared machine is new to each who uses it");
    let template = "account_new_device".to_owned();
    assert_eq!(letters(&world), [(format!("staff:{LIN}"), template.clone()), (format!("staff:{GU}"), template)]);
    let seen: Vec<(News, bool)> = of(&world, LIN).into_iter().map(|one| (one.news, one.open)).collect();
    assert_eq!(seen, [(News::Entered, false), (News::NewDevice, true)]);
}

fn whoever_comes_on_a_new_device_does_not_choose_the_language_of_the_letter(engine: Engine) {
    let world = World::new(engine);
    assert_eq!(language(&world, LIN), "zh-CN");
    enter(&world, LIN, "own", "en");
    enter(&world, LIN, "foreign", "zh-CN");
    assert_eq!(language(&world, LIN), "en");
}

fn forgotten_devices_are_told_of_again(engine: Engine) {
    let world = World::new(engine);
    enter(&world, LIN, "foreign", "zh-CN");
    enter(&world, LIN, "own", "zh-CN");
    let own = world.now();
    world.write(move |tx, site, _| news::forget_devices(tx, site.jurisdiction, LIN, own)).unwrap();
    assert_eq!(enter(&world, LIN, "own", "zh-CN"), News::Entered);
    assert_eq!(enter(&world, LIN, "foreign", "zh-CN"), News::NewDevice);
}

fn what_was_seen_is_closed_and_old_news_and_devices_go(engine: Engine) {
    let world = World::new(engine);
    enter(&world, LIN, "own", "zh-CN");
    let before = world.now();
    world.clock.advance(jiff::ToSpan::minutes(1));
    world.write(|tx, site, by| news::note(tx, site.jurisdiction, by, LIN, (News::Password, "Firefox/1"))).unwrap();
    world.write(move |tx, site, _| news::read(tx, site.jurisdiction, LIN, before)).unwrap();
    let open = |world: &World| world.read(|tx, site| news::open(tx, site.jurisdiction)).unwrap().len();
    assert_eq!(open(&world), 2, "what happened at that moment or after it was not before it");
    let now = world.now();
    world.write(move |tx, site, _| news::read(tx, site.jurisdiction, LIN, now)).unwrap();
    assert_eq!((open(&world), of(&world, LIN)[0].open), (1, true));
    let sweep = |world: &World| {
        let now = world.now();
        world.write(move |tx, site, _| news::sweep(tx, site.jurisdiction, now)).unwrap();
        let devices = world.read(|tx, _| Ok::<_, Fault>(tx.rows("select staff from account_device", &[])?.len())).unwrap();
        (of(world, LIN).len(), devices)
    };
    world.clock.days(NEWS_DAYS_MAX - 1);
    assert_eq!(sweep(&world), (2, 1));
    world.clock.days(2);
    assert_eq!(sweep(&world), (0, 1));
    world.clock.days(DEVICE_DAYS_MAX - NEWS_DAYS_MAX);
    assert_eq!(sweep(&world), (0, 0));
}
