//! Reception days on pages: posted, booked, given back, called in, recorded with a matter, promised, posted; and what stays unseen by whom.

use axum::http::StatusCode;
use jiff::ToSpan;
use oversight::reception::{Standing, list};
use testkit::county::{GOVERNMENT, VILLAGE, WATER, staff_id};
use testkit::{Engine, on_both};
use uuid::Uuid;

use crate::staff::{accounts, enter};
use crate::world::{Answer, Site};

on_both![a_day_goes_from_its_notice_to_its_result, what_is_said_there_is_seen_by_those_who_receive_alone];

/// Signs somebody in with a one-time code that nobody used yet.
fn come(site: &Site, login: &'static str) -> String {
    site.world.clock.advance(1.minutes());
    enter(site, login)
}

fn plan_form(site: &Site, days: i64, more: &str) -> String {
    let date = site.world.hall.site.day(site.world.now()).checked_add(days.days()).unwrap();
    format!(
        "leader={}&duty=住房和供水&place={VILLAGE}&venue=村委会院子&date={date}&from=09:00&minutes=15&slots=2&{more}",
        staff_id("du")
    )
}

fn planned(site: &Site) -> Uuid {
    let cookie = come(site, "bai");
    let answer = site.post_as(&cookie, "/desk/days/new", plan_form(site, 5, &format!("going=1&ground=3_stuck&table={WATER}")));
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.visible());
    let days = site.world.read(|tx, site| list::coming(tx, site, jiff::civil::Date::MIN)).unwrap();
    days[0].day.id
}

fn book(site: &Site, day: Uuid, key: &str) -> Answer {
    site.post(
        &format!("/reception/{day}"),
        format!("submit_key={key}&slot=&name=韩家&about=桥塌了半边，孩子绕三里路&mobile=13800000001"),
    )
}

/// Reads the code off the slip.
fn pass_of(page: &Answer) -> String {
    let text = page.text();
    text.split("<p class=\"big code\">").nth(1).expect("a code").split('<').next().unwrap().to_owned()
}

fn bookings(site: &Site, day: Uuid) -> Vec<(Uuid, Standing)> {
    let rows = site.world.read(move |tx, site| list::bookings(tx, site, day)).unwrap();
    rows.iter().map(|row| (row.id, row.standing)).collect()
}

/// Goes to the morning of the day.
fn morning(site: &Site, day: Uuid) {
    let plan = site.world.read(move |tx, site| list::day(tx, site, day)).unwrap().unwrap().day.plan;
    let begins = plan.date.at(9, 0, 0, 0).to_zoned_datetime(site.world.hall.site.zone.clone()).unwrap().timestamp();
    site.world.clock.set(&begins.to_string());
}

fn a_day_goes_from_its_notice_to_its_result(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let empty = site.get("/reception").visible();
    assert!(empty.contains("现在还没有公布新的接访日") && empty.contains("这个月还没有安排接访：杜望舒 副县长"), "{empty}");
    let cookie = come(&site, "bai");
    let late = site.post_as(&cookie, "/desk/days/new", plan_form(&site, 1, ""));
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.visible().contains("接访日要提前公布"), "{}", late.visible());
    let day = planned(&site);
    let page = site.get("/reception").visible();
    assert!(page.contains("杜望舒 副县长") && page.contains("还有2个时间") && page.contains("下访"), "{page}");
    assert!(!page.contains("还没有安排接访"), "{page}");

    let slip = book(&site, day, "a");
    assert_eq!(slip.status, StatusCode::OK, "{}", slip.visible());
    assert!(slip.visible().contains("1号") && slip.visible().contains("09:00"), "{}", slip.visible());
    assert_eq!(pass_of(&book(&site, day, "a")), pass_of(&slip), "the same form again is the same booking");
    book(&site, day, "b");
    let third = book(&site, day, "c");
    assert!(third.visible().contains("排上队了"), "{}", third.visible());
    let accuses = "submit_key=d&name=匿名&about=举报王镇长收了五万块红包，把工程给了他小舅子";
    let guarded = site.post(&format!("/reception/{day}"), accuses.to_owned());
    assert_eq!(guarded.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(guarded.visible().contains("走保密的路"), "{}", guarded.visible());

    let own = site.post("/reception/own", format!("pass={}", pass_of(&slip)));
    assert!(own.visible().contains("桥塌了半边") && own.visible().contains("约好了"), "{}", own.visible());
    assert_eq!(site.post("/reception/own", "pass=0000-0000-0000-0000".to_owned()).status, StatusCode::FORBIDDEN);
    let back = site.post("/reception/own", format!("act=cancel&pass={}", pass_of(&slip)));
    assert!(back.visible().contains("退掉了"), "{}", back.visible());
    let all = bookings(&site, day);
    assert_eq!(all.iter().map(|one| one.1).collect::<Vec<_>>(), [Standing::Cancelled, Standing::Booked, Standing::Booked]);

    morning(&site, day);
    let cookie = come(&site, "wei");
    let desk = format!("/desk/days/{day}");
    let seen = site.get_as(&cookie, &desk);
    assert!(seen.visible().contains("韩家") && seen.visible().contains("桥塌了半边"), "{}", seen.visible());
    let own = site.post("/reception/own", format!("pass={}", pass_of(&third))).visible();
    assert!(own.contains("清禾县水务局"), "whoever booked sees which office looked: {own}");
    let press = |form: String| {
        let answer = site.post_as(&cookie, &desk, form);
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.visible());
    };
    let (second, _) = all[1];
    press(format!("act=arrive&booking={second}"));
    press(format!("act=call&booking={second}"));
    assert!(site.get(&format!("/reception/{day}")).visible().contains("2号"), "the number that is called is on the page");
    let filed = site.post_as(&cookie, &desk, format!("act=file&booking={second}&record=到桥上看了，水务局修"));
    assert_eq!(filed.status, StatusCode::OK, "{}", filed.visible());
    assert_eq!(bookings(&site, day)[1].1, Standing::Heard);
    let due = site.world.hall.site.day(site.world.now()).checked_add(20.days()).unwrap();
    press(format!("act=promise&words=月底前修好桥&office={WATER}&due={due}"));
    let door = site.post_as(&cookie, &desk, "act=door&submit_key=x&name=过路的&about=问高龄补贴".to_owned());
    assert!(door.visible().contains("4号"), "{}", door.visible());
    press("act=kept&promise=0&words=修好了".to_owned());
    press("act=post&result=来了两家，桥当场定了".to_owned());
    let page = site.get(&format!("/reception/{day}")).visible();
    assert!(page.contains("来了两家") && page.contains("办成了") && page.contains("接待了1人"), "{page}");
    assert!(!page.contains("韩家") && !page.contains("过路的"), "{page}");

    feeds(&site, day);
    site.world.check_log().unwrap();
}

/// Calendars follow the whole, and one office.
fn feeds(site: &Site, day: Uuid) {
    let feed = site.get("/reception.ics");
    let text = feed.text();
    assert!(
        text.starts_with("BEGIN:VCALENDAR\r\n") && text.contains(&format!("UID:{day}@")) && text.contains("T010000Z"),
        "{text}"
    );
    assert!(site.get(&format!("/reception/office/{GOVERNMENT}.ics")).text().contains("BEGIN:VEVENT"));
    assert!(!site.get(&format!("/reception/office/{WATER}.ics")).text().contains("BEGIN:VEVENT"));
}

fn what_is_said_there_is_seen_by_those_who_receive_alone(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let day = planned(&site);
    book(&site, day, "a");
    for (login, sees) in [("bai", true), ("wei", true), ("gu", false), ("lin", false), ("tang", false), ("yan", false)] {
        let cookie = come(&site, login);
        let page = site.get_as(&cookie, &format!("/desk/days/{day}"));
        assert_eq!(page.visible().contains("韩家"), sees, "{login}: {}", page.visible());
    }
    let hotline = come(&site, "jin");
    let form = "submit_key=h&name=电话里的老人&about=来不了，请人去家里看看".to_owned();
    let booked = site.post_as(&hotline, &format!("/desk/days/{day}/book"), form);
    assert!(booked.visible().contains("约好了"), "{}", booked.visible());
    // called off: everybody loses the time, and the page says why
    let cookie = come(&site, "bai");
    let off = site.post_as(&cookie, &format!("/desk/days/{day}"), "act=off&reason=汛期抢险，改到下周".to_owned());
    assert_eq!(off.status, StatusCode::SEE_OTHER, "{}", off.visible());
    assert!(bookings(&site, day).iter().all(|one| one.1 == Standing::Cancelled));
    assert!(site.get(&format!("/reception/{day}")).visible().contains("汛期抢险"));
    assert!(site.get("/reception.ics").text().contains("STATUS:CANCELLED"));
}
