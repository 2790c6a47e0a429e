//! Reception days in a browser: the schedule, a day with its form, one's own booking, the desk's queue; by an old telephone and at night.

use civic::permit::Who;
use jiff::ToSpan;
use oversight::reception::book::{New, book, prepare};
use oversight::reception::booking::{Person, Way};
use oversight::reception::day::{Going, Plan};
use oversight::reception::decide::{ToBooking, ToDay};
use oversight::reception::{plan, run as act};
use testkit::browser::{Browser, View, run};
use testkit::county::{GOVERNMENT, VILLAGE, WATER, staff_id};
use uuid::Uuid;

use crate::desk::enter;
use crate::site::Site;

fn staff(login: &str) -> Who {
    Who::Staff { id: staff_id(login), session: Uuid::nil() }
}

/// Plans a day, books it three times, and returns it.
fn planned(site: &Site) -> Uuid {
    let world = &site.world;
    let plan_of = Plan {
        leader: staff_id("du"),
        name: "杜望舒".into(),
        post: "副县长".into(),
        duty: "住房和供水".into(),
        office: GOVERNMENT.into(),
        going: Some(Going { ground: "3_stuck".into(), table: vec![WATER.into()] }),
        place: VILLAGE.into(),
        venue: "村委会院子".into(),
        date: world.hall.site.day(world.now()).checked_add(5.days()).unwrap(),
        from: 540,
        minutes: 60,
        slots: 8,
    };
    let key = world.hall.site.keystore.take().unwrap();
    let day = world.write(move |tx, own, at| plan::plan(tx, own, at, (&staff("bai"), plan_of.clone(), &key))).unwrap().id;
    for n in 0..3 {
        let person =
            Person { name: format!("韩家{n}"), about: "桥塌了半边，孩子绕三里路".into(), ..Person::default() };
        let new = New { day, slot: None, way: Way::Web, person, submit_key: n.to_string() };
        let ready = prepare(&world.hall.site, new).unwrap();
        let booking = world.write(move |tx, own, at| book(tx, own, at, (&ready, None))).unwrap().booking.id;
        assert_ne!(booking, day);
    }
    day
}

async fn look(view: View) {
    let site = Site::new();
    site.accounts();
    let day = planned(&site);
    let browser = Browser::open(view).await;
    for page in ["/reception".to_owned(), "/reception/own".to_owned(), format!("/reception/{day}")] {
        browser.visit(&site.at(&page)).await;
        browser.assert_accessible().await;
    }
    enter(&site, &browser, "bai").await;
    for page in
        ["/desk/days".to_owned(), "/desk/days/new".to_owned(), format!("/desk/days/{day}"), format!("/desk/days/{day}/book")]
    {
        browser.visit(&site.at(&page)).await;
        browser.assert_accessible().await;
    }
    site.world.clock.days(5);
    let rows = site.world.read(move |tx, own| oversight::reception::list::bookings(tx, own, day)).unwrap();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    for (booking, command) in [(ids[0], ToBooking::Arrive), (ids[1], ToBooking::Arrive), (ids[0], ToBooking::Call)] {
        site.world.write(move |tx, own, at| act::execute(tx, own, at, (&staff("bai"), booking, command.clone()))).unwrap();
    }
    let due = site.world.hall.site.day(site.world.now());
    let promise = ToDay::Promise { words: "月底前修好桥".into(), office: WATER.into(), due };
    site.world.write(move |tx, own, at| plan::execute(tx, own, at, (&staff("bai"), day, promise.clone()))).unwrap();
    let browser = Browser::open(view).await;
    enter(&site, &browser, "an").await;
    for page in [format!("/reception/{day}"), format!("/desk/days/{day}")] {
        browser.visit(&site.at(&page)).await;
        browser.assert_accessible().await;
    }
    let result = ToDay::Post { words: "来了三家，桥的事当场定了".into(), received: 3 };
    site.world.write(move |tx, own, at| plan::execute(tx, own, at, (&staff("bai"), day, result.clone()))).unwrap();
    browser.visit(&site.at(&format!("/reception/{day}"))).await;
    browser.assert_accessible().await;
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn reception_days_on_an_old_telephone() {
    run(look(View::OLD_PHONE));
}

#[test]
fn reception_days_at_a_desk_at_night() {
    run(look(View::DESK.dark()));
}
