//! Reception days over a database: statements, no time twice, rows that are what the events say, who may, and forgetting.

use civic::journal;
use civic::permit::Who;
use civic::refusal::No;
use jiff::civil::date;
use jiff::{SignedDuration, ToSpan};
use oversight::reception::book::{Done, New, book, prepare};
use oversight::reception::booking::{Person, Way};
use oversight::reception::day::{Going, Plan};
use oversight::reception::decide::{ToBooking, ToDay};
use oversight::reception::{Day, Held, Standing, list, plan, run};
use testkit::{Engine, World, county, on_both};
use uuid::Uuid;

on_both![
    every_statement_can_be_prepared,
    no_time_is_given_twice_however_many_ask,
    a_day_is_planned_booked_held_and_posted,
    what_is_given_back_goes_to_whoever_waits_first,
    a_day_that_is_called_off_tells_everybody,
    who_may_not_is_refused,
    who_came_is_forgotten,
];

fn world(engine: Engine) -> World {
    World::with(engine, testkit::migrations(&[oversight::MIGRATIONS]))
}

fn every_statement_can_be_prepared(engine: Engine) {
    let world = world(engine);
    world.read(|tx, _| oversight::STATEMENTS.iter().try_for_each(|own| db::prepare_all(tx, own))).unwrap();
}

#[test]
fn tables_and_statements_stay_inside_one_jurisdiction() {
    let loose = testkit::shard::loose_keys(oversight::MIGRATIONS);
    assert!(loose.is_empty(), "{loose:#?}");
    for own in oversight::STATEMENTS {
        let loose = testkit::shard::loose_statements(own);
        assert!(loose.is_empty(), "{loose:#?}");
    }
}

fn staff(login: &str) -> Who {
    Who::Staff { id: county::staff_id(login), session: Uuid::nil() }
}

fn planned(world: &World, slots: u16) -> Plan {
    let today = world.hall.site.day(world.now());
    Plan {
        leader: county::staff_id("du"),
        name: "杜望舒".to_owned(),
        post: "副县长".to_owned(),
        duty: "住房和供水".to_owned(),
        office: county::GOVERNMENT.to_owned(),
        going: None,
        place: county::COUNTY.to_owned(),
        venue: "县信访局一楼接访室".to_owned(),
        date: today.checked_add(10.days()).unwrap(),
        from: 9 * 60,
        minutes: 15,
        slots,
    }
}

fn plan_a_day(world: &World, plan_of: Plan) -> Result<Day, No> {
    let key = world.hall.site.keystore.take().unwrap();
    world.write(move |tx, site, by| plan::plan(tx, site, by, (&staff("bai"), plan_of.clone(), &key)))
}

fn new(day: Uuid, key: &str) -> New {
    let person = Person {
        name: "韩水根".to_owned(),
        mobile: "13800000001".to_owned(),
        about: "村口的桥塌了半边，孩子上学绕三里路".to_owned(),
        ..Person::default()
    };
    New { day, slot: None, way: Way::Web, person, submit_key: key.to_owned() }
}

fn booked(world: &World, new: New) -> Result<Done, No> {
    let ready = prepare(&world.hall.site, new)?;
    world.write(move |tx, site, by| book(tx, site, by, (&ready, None)))
}

fn go_to(world: &World, plan: &Plan) {
    let begins = plan.date.at(9, 0, 0, 0).to_zoned_datetime(world.hall.site.zone.clone()).unwrap().timestamp();
    world.clock.set(&begins.to_string());
}

fn refused<T: std::fmt::Debug>(answer: Result<T, No>) -> &'static str {
    match answer {
        Err(No::Refused(refusal)) => refusal.code,
        other => panic!("not refused: {other:?}"),
    }
}

fn no_time_is_given_twice_however_many_ask(engine: Engine) {
    const ASK: usize = 500;
    let world = world(engine);
    let day = plan_a_day(&world, planned(&world, 40)).unwrap();
    let hall = &world.hall;
    let answers: Vec<Result<Done, No>> = std::thread::scope(|scope| {
        let ask = |n: usize| {
            let (site, now) = (hall.site.clone(), world.now());
            let ready = prepare(&site, new(day.id, &format!("k{n}"))).unwrap();
            scope.spawn(move || {
                hall.store.write_blocking(move |tx| {
                    let mut chance = site.chance();
                    book(tx, &site, (now, &mut chance), (&ready, None))
                })
            })
        };
        let all: Vec<_> = (0..ASK).map(ask).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let mut slots = Vec::new();
    let mut numbers = Vec::new();
    let (mut waiting, mut full) = (0, 0);
    for answer in answers {
        match answer {
            Ok(done) => {
                numbers.push(done.booking.seq);
                match done.booking.slot {
                    Some(slot) => slots.push(slot),
                    None => waiting += 1,
                }
            }
            Err(No::Refused(refusal)) => {
                assert_eq!(refusal.code, "reception_full");
                full += 1;
            }
            Err(no) => panic!("{no:?}"),
        }
    }
    slots.sort_unstable();
    numbers.sort_unstable();
    assert_eq!(slots, (1..=40).collect::<Vec<u16>>(), "each time once");
    assert_eq!(numbers, (1..=70).collect::<Vec<i64>>(), "each number once");
    assert_eq!((waiting, full), (30, 430));
    world.check_log().unwrap();
}

fn a_day_is_planned_booked_held_and_posted(engine: Engine) {
    let world = world(engine);
    let going = Some(Going { ground: "3_stuck".to_owned(), table: vec![county::WATER.to_owned()] });
    let plan_of =
        Plan { going, place: county::VILLAGE.to_owned(), venue: "柳湾村村委会院子".to_owned(), ..planned(&world, 3) };
    let day = plan_a_day(&world, plan_of.clone()).unwrap();
    assert_eq!(plan_a_day(&world, plan_of.clone()).unwrap().id, day.id, "the same form again is the same day");
    assert_eq!(refused(plan_a_day(&world, Plan { slots: 4, ..plan_of.clone() })), "reception_twice");

    let first = booked(&world, New { slot: Some(2), ..new(day.id, "a") }).unwrap();
    assert_eq!((first.booking.slot, first.booking.standing), (Some(2), Standing::Booked));
    let again = booked(&world, New { slot: Some(2), ..new(day.id, "a") }).unwrap();
    assert!(again.repeated && again.booking.id == first.booking.id && again.pass == first.pass);
    assert_eq!(refused(booked(&world, New { slot: Some(2), ..new(day.id, "b") })), "reception_taken");
    let shown = first.pass.shown();
    let found = world.read(move |tx, site| list::by_pass(tx, site, &shown)).unwrap().unwrap();
    assert_eq!(found.id, first.booking.id);
    let id = first.booking.id;
    let early =
        |command: ToBooking| world.write(move |tx, site, by| run::execute(tx, site, by, (&staff("wei"), id, command.clone())));
    assert_eq!(refused(early(ToBooking::Arrive)), "reception_not_today");

    go_to(&world, &day.plan);
    for command in [
        ToBooking::Arrive,
        ToBooking::Call,
        ToBooking::Hear { words: "看了现场，桥由水务局修".to_owned(), number: String::new() },
    ] {
        early(command).unwrap();
    }
    assert_eq!(refused(early(ToBooking::Call)), "booking_state");
    let id = day.id;
    let act = |who: &'static str, command: ToDay| {
        world.write(move |tx, site, by| plan::execute(tx, site, by, (&staff(who), id, command.clone())))
    };
    let promise = ToDay::Promise {
        words: "月底前把桥修好，打13800000001问".to_owned(),
        office: county::WATER.to_owned(),
        due: day.plan.date.checked_add(20.days()).unwrap(),
    };
    let state = act("du", promise).unwrap();
    assert!(!state.promises[0].words.contains("13800000001"), "what is posted names nobody's number");
    act("du", ToDay::Post { words: "来了一家，桥的事当场定了".to_owned(), received: 1 }).unwrap();
    let kept = ToDay::Answer { promise: 0, kept: true, words: "桥修好了".to_owned() };
    assert_eq!(refused(act("gu", kept.clone())), "other_office", "whoever neither received nor promised says nothing about it");
    act("wei", kept).unwrap();
    tables_are_checked(&world, day.id);
    world.check_log().unwrap();
}

/// The tables are what the events say, and an edit by hand is named.
fn tables_are_checked(world: &World, day: Uuid) {
    let check = || world.read(oversight::reception::check::compare).unwrap();
    assert_eq!(check(), [""; 0]);
    for (edit, back, named) in [
        ("update reception_day set held = 'cancelled'", "update reception_day set held = 'posted'", "the row of reception day 1"),
        (
            "update reception_booking set standing = 'missed'",
            "update reception_booking set standing = 'heard'",
            "booking 1 of reception day 1",
        ),
        ("update reception_day set seq = 2", "update reception_day set seq = 1", "other numbers than bookings"),
        ("update reception_slot set slot = 3", "update reception_slot set slot = 2", "the taken times of reception day 1"),
        ("update reception_day set number = 2", "update reception_day set number = 1", "no row says what reception day 1 is"),
    ] {
        world.write(move |tx, _, _| tx.run(edit, &[])).unwrap();
        let found = check();
        assert!(found.iter().any(|line| line.contains(named)), "{edit}: {found:?}");
        world.write(move |tx, _, _| tx.run(back, &[])).unwrap();
    }
    assert_eq!(check(), [""; 0]);
    let row = world.read(move |tx, site| list::day(tx, site, day)).unwrap().unwrap().day;
    assert!(row.held == Held::Posted && row.promises[0].kept());
}

fn what_is_given_back_goes_to_whoever_waits_first(engine: Engine) {
    let world = world(engine);
    let day = plan_a_day(&world, planned(&world, 1)).unwrap();
    let first = booked(&world, new(day.id, "a")).unwrap().booking;
    let second = booked(&world, new(day.id, "b")).unwrap().booking;
    let third = booked(&world, new(day.id, "c")).unwrap().booking;
    assert_eq!((second.standing, third.standing), (Standing::Waiting, Standing::Waiting));
    world.write(move |tx, site, by| run::give_back(tx, site, by, first.id)).unwrap();
    let rows = world.read(move |tx, site| list::bookings(tx, site, day.id)).unwrap();
    let standing: Vec<_> = rows.iter().map(|row| (row.standing, row.slot)).collect();
    assert_eq!(standing, [(Standing::Cancelled, None), (Standing::Booked, Some(1)), (Standing::Waiting, None)]);
    let told = told(&world);
    assert_eq!(told, ["booking_given", "booking_made", "booking_waits", "booking_waits"]);
    let again = world.write(move |tx, site, by| run::give_back(tx, site, by, first.id));
    assert_eq!(refused(again), "booking_state");
}

/// Lists the templates of the messages that wait, by name.
fn told(world: &World) -> Vec<String> {
    let until = world.now() + SignedDuration::from_hours(1);
    let due = world.read(move |tx, site| civic::outbox::due(tx, site.jurisdiction, civic::outbox::SMS, until, 100)).unwrap();
    let mut told: Vec<String> = due.into_iter().map(|message| message.template).collect();
    told.sort();
    told
}

fn a_day_that_is_called_off_tells_everybody(engine: Engine) {
    let world = world(engine);
    let day = plan_a_day(&world, planned(&world, 1)).unwrap();
    for key in ["a", "b"] {
        booked(&world, new(day.id, key)).unwrap();
    }
    let id = day.id;
    let cancel = move |tx: &mut db::Tx<'_>, site: &civic::site::Site, by: (jiff::Timestamp, &mut civic::chance::Chance)| {
        plan::execute(tx, site, by, (&staff("bai"), id, ToDay::Cancel { reason: "汛期抢险，改到下周".to_owned() }))
    };
    let day = world.write(cancel).unwrap();
    assert_eq!(day.held, Held::Cancelled);
    let rows = world.read(move |tx, site| list::bookings(tx, site, id)).unwrap();
    assert!(
        rows.iter().all(|row| row.standing == Standing::Cancelled && row.slot.is_none()),
        "nobody is given a time of a day that is off"
    );
    assert_eq!(told(&world), ["booking_made", "booking_off", "booking_off", "booking_waits"]);
    assert_eq!(refused(booked(&world, new(id, "c"))), "reception_off");
    // a leader who called the only day off did not sit
    world.clock.days(60);
    let duties = world.read(move |tx, site| list::duties(tx, site, date(2027, 2, 1))).unwrap();
    assert_eq!(duties.len(), 1);
    assert!(duties[0].missed, "{duties:?}");
}

fn who_may_not_is_refused(engine: Engine) {
    let world = world(engine);
    let key = world.hall.site.keystore.take().unwrap();
    let plan_of = planned(&world, 3);
    let other = plan_of.clone();
    let foreign = world.write(move |tx, site, by| plan::plan(tx, site, by, (&staff("kong"), other.clone(), &key)));
    assert_eq!(refused(foreign), "other_office", "another office does not keep this leader's calendar");
    let late = Plan { date: world.hall.site.day(world.now()), ..plan_of.clone() };
    assert_eq!(refused(plan_a_day(&world, late)), "reception_notice");
    let nobody = Plan { leader: county::staff_id("meng"), ..plan_of.clone() };
    assert_eq!(refused(plan_a_day(&world, nobody)), "reception_leader");
    let night = Plan { from: 23 * 60, slots: 40, ..plan_of.clone() };
    assert_eq!(refused(plan_a_day(&world, night)), "reception_night");
    let day = plan_a_day(&world, plan_of).unwrap();
    let booking = booked(&world, new(day.id, "a")).unwrap().booking;
    let peep = world.write(move |tx, site, by| run::execute(tx, site, by, (&staff("gu"), booking.id, ToBooking::Arrive)));
    assert_eq!(refused(peep), "other_office");
    let mut wrong = new(day.id, "b");
    "12".clone_into(&mut wrong.person.mobile);
    assert_eq!(refused(booked(&world, wrong)), "post_mobile");
    let phone = prepare(&world.hall.site, New { way: Way::Phone, ..new(day.id, "c") }).unwrap();
    let unsigned = world.write(move |tx, site, by| book(tx, site, by, (&phone, None)));
    assert_eq!(refused(unsigned), "sign_in");
}

fn who_came_is_forgotten(engine: Engine) {
    let world = world(engine);
    let day = plan_a_day(&world, planned(&world, 3)).unwrap();
    let done = booked(&world, new(day.id, "a")).unwrap();
    assert_eq!(run::forget(&world.hall, world.now()).unwrap(), 0);
    world.clock.days(102);
    assert_eq!(run::forget(&world.hall, world.now()).unwrap(), 1);
    assert_eq!(run::forget(&world.hall, world.now()).unwrap(), 0, "once");
    let id = done.booking.id;
    let (row, key) = world
        .read(move |tx, site| {
            let raws = journal::of_matter(tx, site.jurisdiction, id)?;
            Ok::<_, db::Fault>((list::booking(tx, site, id)?.unwrap(), site.keystore.get(raws[0].key_id)?))
        })
        .unwrap();
    assert!(row.booking.is_none(), "the row says no more who");
    assert!(key.is_none(), "and nobody opens the journal's copy");
}
