//! The hotline's desk: a call is taken, filed and ended; a number leads nowhere by itself; what nobody may connect with a caller leaves
//! nothing behind.

use axum::http::StatusCode;
use civic::access::{self, Purpose};
use civic::directory::{Entry, Relation, Relative, contact_index};
use civic::hotline::{self, Told, What};
use civic::outbox;
use jiff::ToSpan;
use testkit::county::VILLAGE;
use testkit::{Engine, county, on_both};
use uuid::Uuid;

use crate::desk::{filed, seen, state};
use crate::staff::{accounts, enter};
use crate::world::{Answer, Site};

on_both![
    a_call_is_taken_filed_and_ended,
    the_callers_own_matters_open_by_a_code_and_only_those_of_the_own_office,
    an_accusation_and_what_is_told_without_a_name_leave_nothing_at_the_call,
];

const PHONE: &str = "13900000001";
const MASKED: &str = "139******01";

/// Has an exchange tell something of a call, seconds ago.
fn tell(site: &Site, call: &'static str, what: What, ago: i64) -> Uuid {
    site.world
        .write(move |tx, site, (now, _)| {
            let told = Told { call, what, at: now - ago.seconds(), caller: PHONE, office: "xf" };
            hotline::hear(tx, site, now, &told)?;
            Ok::<_, db::Fault>(hotline::call_of(tx, site, call)?.unwrap())
        })
        .unwrap()
}

fn call(site: &Site, id: Uuid) -> hotline::Call {
    site.world.read(move |tx, site| hotline::load(tx, site, id)).unwrap().unwrap()
}

fn act(site: &Site, cookie: &str, id: Uuid, body: &str) -> Answer {
    site.post_as(cookie, &format!("/desk/hotline/{id}/act"), body.to_owned())
}

/// Files what was said in a call and returns its page.
fn file(site: &Site, cookie: &str, id: Uuid, more: &str) -> Answer {
    let body = format!(
        "submit_key=s{id}&what=村口的水管漏了三天&kind=help&identity=named&name=田小满&mobile={PHONE}&place={VILLAGE}{more}"
    );
    site.post_as(cookie, &format!("/desk/hotline/{id}"), body)
}

fn number(page: &Answer) -> String {
    page.text()
        .split("<p class=\"big code\">")
        .nth(1)
        .unwrap_or_else(|| panic!("{}", page.visible()))
        .split('<')
        .next()
        .unwrap()
        .to_owned()
}

fn a_call_is_taken_filed_and_ended(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (jin, he) = (enter(&site, "jin"), enter(&site, "he"));
    let id = tell(&site, "c-1", What::Ringing, 20);
    let list = site.get_as(&jin, "/desk/hotline");
    assert!(list.text().contains(MASKED) && !list.text().contains(PHONE), "{}", list.visible());
    let seen = list.text().split("data-live=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(site.get_as(&jin, &seen).status, StatusCode::NO_CONTENT);
    assert!(!site.get_as(&jin, &format!("/desk/hotline/{id}")).text().contains(PHONE), "it has to be taken first");
    assert_eq!(file(&site, &jin, id, "").status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(act(&site, &jin, id, "act=take").header("location"), format!("/desk/hotline/{id}"));
    let entries = site.world.read(move |tx, site| access::of_matter(tx, site, id)).unwrap();
    assert_eq!(entries.iter().map(|entry| entry.purpose.as_str()).collect::<Vec<_>>(), [Purpose::Counter.code()]);
    assert!(act(&site, &he, id, "act=take").visible().contains("已经有人接了"));
    assert!(!site.get_as(&he, &format!("/desk/hotline/{id}")).text().contains(PHONE), "another one does not see it");
    tell(&site, "c-1", What::Answered, 8);
    assert_eq!(site.get_as(&jin, &seen).status, StatusCode::OK, "the list changed");
    let screen = site.get_as(&jin, &format!("/desk/hotline/{id}"));
    assert!(screen.text().contains(PHONE) && screen.text().contains("autofocus") && screen.visible().contains("Alt+S"));
    let wrong = file(&site, &jin, id, "&kind=x").status;
    assert_eq!(wrong, StatusCode::OK, "the first of two counts");
    let page = file(&site, &jin, id, "&kind=x");
    let number = number(&page);
    let filed = state(&site, &number);
    assert_eq!((filed.channel.code(), filed.owner.as_str(), call(&site, id).matter), ("hotline", "xf", Some(filed.matter)));
    let again = site.get_as(&jin, &format!("/desk/hotline/{id}"));
    assert!(!again.text().contains("id=\"typed\"") && again.text().contains("?more=1"), "one more matter is one press away");
    assert!(site.get_as(&jin, &format!("/desk/hotline/{id}?more=1")).text().contains("id=\"typed\""));
    assert!(page.text().contains("1_filed"), "the word that ends it stands below the slip");
    assert!(act(&site, &jin, id, "act=wrap&wrapup=nothing").visible().contains("还没有选"));
    assert_eq!(act(&site, &jin, id, "act=wrap&wrapup=1_filed").header("location"), "/desk/hotline?done=call_ended");
    let call = call(&site, id);
    assert!(call.wrapup == "1_filed" && call.ended_at.is_some());
    assert!(!site.get_as(&jin, "/desk/hotline").text().contains(MASKED));
    let figures = site.get_as(&jin, "/desk/hotline/figures").visible();
    assert!(figures.contains("100.0%") && figures.contains("GB/T 33358-2016"), "{figures}");
    let comma = site.get_as(&jin, "/desk/hotline/figures/hours/comma").text();
    assert!(comma.lines().any(|line| line.split(',').skip(1).eq(["1", "1", "1", "1"])), "{comma}");
}

fn the_callers_own_matters_open_by_a_code_and_only_those_of_the_own_office(engine: Engine) {
    let site = Site::new(engine).with_sms("10690931");
    accounts(&site);
    let (jin, he, du) = (enter(&site, "jin"), enter(&site, "he"), enter(&site, "du"));
    let named = format!("&identity=named&name=田小满&mobile={PHONE}");
    let (elsewhere, _) = filed(&site, &format!("1{named}"));
    let at = |cookie: &str, key: &str, more: &str| {
        let body = format!("submit_key={key}&what=水压低&kind=help&channel=window&place={VILLAGE}{more}");
        number(&site.post_as(cookie, "/desk/counter", body))
    };
    let own = at(&he, "own", &named);
    let hidden = at(&he, "hidden", &format!("&identity=confidential&name=田小满&mobile={PHONE}"));
    let id = tell(&site, "c-1", What::Answered, 5);
    act(&site, &jin, id, "act=take");
    let shown = |site: &Site| site.get_as(&jin, &format!("/desk/hotline/{id}")).text();
    assert!(!shown(&site).contains(&own), "the number alone shows nothing");
    assert!(act(&site, &jin, id, "act=prove&code=123456").visible().contains("还没有发"));
    assert_eq!(act(&site, &jin, id, "act=code").status, StatusCode::SEE_OTHER);
    let code = |site: &Site| {
        let now = site.world.now();
        site.world.read(move |tx, site| hotline::waiting(tx, site, now, id)).unwrap().unwrap().1
    };
    let right = code(&site);
    let wrong = if right == "000000" { "111111" } else { "000000" };
    for _ in 0..hotline::CODE_TRIES_MAX {
        act(&site, &jin, id, &format!("act=prove&code={wrong}"));
    }
    assert!(act(&site, &jin, id, &format!("act=prove&code={right}")).visible().contains("错了太多次"));
    site.world.clock.advance(1.minute());
    act(&site, &jin, id, "act=code");
    let right = code(&site);
    assert_eq!(act(&site, &jin, id, &format!("act=prove&code={right}")).status, StatusCode::SEE_OTHER);
    let page = shown(&site);
    assert!(
        page.contains(&own) && !page.contains(&elsewhere) && !page.contains(&hidden),
        "{}",
        seen(&site.get_as(&jin, &format!("/desk/hotline/{id}")))
    );
    assert!(!page.contains("水压低"), "no words");
    let matter = state(&site, &own).matter;
    let entries = site.world.read(move |tx, site| access::of_matter(tx, site, matter)).unwrap();
    assert!(entries.iter().any(|entry| entry.purpose == "list"), "the resident sees that it was shown");
    assert_eq!(site.get_as(&du, &format!("/desk/hotline/{id}")).status, StatusCode::FORBIDDEN, "nobody above sees more");
    act(&site, &jin, id, "act=code");
    assert!(act(&site, &jin, id, "act=code").visible().contains("3 次验证码"), "three a day");
    let sent = site.world.read(|tx, site| outbox::in_state(tx, site.jurisdiction, (outbox::SMS, "waiting"))).unwrap().0;
    assert_eq!(sent, 3);
    site.world.clock.advance(2.hours());
    assert!(!shown(&site).contains(&own), "it does not stay open");
}

fn an_accusation_and_what_is_told_without_a_name_leave_nothing_at_the_call(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let jin = enter(&site, "jin");
    for (name, more) in [
        ("c-1", "kind=accusation&identity=named"),
        ("c-2", "kind=help&identity=anonymous"),
        ("c-3", "kind=help&identity=confidential"),
    ] {
        let id = tell(&site, name, What::Answered, 5);
        act(&site, &jin, id, "act=take");
        let body = format!("submit_key={name}&what=修路的钱不见了&name=田小满&mobile={PHONE}&place={VILLAGE}&{more}");
        let page = site.post_as(&jin, &format!("/desk/hotline/{id}"), body);
        assert_eq!(page.status, StatusCode::OK, "{}", page.visible());
        let call = call(&site, id);
        assert!(call.hushed && call.caller.is_empty() && call.number.is_empty() && call.matter.is_none());
        assert!(site.world.read(move |tx, site| hotline::steps(tx, site, id)).unwrap().is_empty());
        tell(&site, name, What::Ended, 1);
        assert!(
            site.world.read(move |tx, site| hotline::load(tx, site, id)).unwrap().unwrap().caller.is_empty(),
            "nor does it come back"
        );
        assert_eq!(act(&site, &jin, id, "act=wrap&wrapup=1_filed").header("location"), "/desk/hotline?done=call_ended");
    }
}

#[test]
fn whoever_is_close_to_the_caller_does_not_get_the_call() {
    let site = Site::sqlite();
    accounts(&site);
    let contact = contact_index(&site.world.hall.site.keys.index, PHONE);
    let relative = Relative {
        id: Uuid::from_u128(78),
        staff: county::staff_id("jin"),
        relation: Relation::Sibling,
        contact: data_encoding::HEXLOWER.encode(&contact),
        active: true,
    };
    site.world.set(Entry::Relative(relative), "declared");
    let (jin, he) = (enter(&site, "jin"), enter(&site, "he"));
    let id = tell(&site, "c-1", What::Ringing, 3);
    assert!(!site.get_as(&jin, "/desk/hotline").text().contains(MASKED));
    assert_eq!(act(&site, &jin, id, "act=take").status, StatusCode::FORBIDDEN);
    assert!(site.get_as(&he, "/desk/hotline").text().contains(MASKED));
    let typed = site.post_as(&jin, "/desk/hotline", format!("number={PHONE}"));
    assert_eq!(typed.status, StatusCode::FORBIDDEN, "{}", typed.visible());
}

#[test]
fn without_an_exchange_the_operator_says_that_a_call_came_and_hands_on_what_is_urgent() {
    let site = Site::sqlite().with_hotline("zf");
    accounts(&site);
    let jin = enter(&site, "jin");
    assert!(site.post_as(&jin, "/desk/hotline", "number=12").visible().contains("不像一个电话号码"));
    let to = site.post_as(&jin, "/desk/hotline", format!("number={PHONE}")).header("location").to_owned();
    let id: Uuid = to.rsplit('/').next().unwrap().parse().unwrap();
    assert!(site.get_as(&jin, &to).text().contains(PHONE), "it is this person's at once");
    let page = file(&site, &jin, id, "&urgent=1");
    let number = number(&page);
    assert!(page.visible().contains("120") && page.visible().contains("转给清禾县人民政府办公室"), "{}", page.visible());
    let filed = state(&site, &number);
    assert!(filed.danger && filed.offer.as_ref().is_some_and(|offer| offer.to == "zf"), "{filed:?}");
    assert_eq!(act(&site, &jin, id, "act=wrap&wrapup=5_urgent").status, StatusCode::SEE_OTHER);
    assert!(site.get_as(&jin, "/desk/hotline/figures").visible().contains("没有报来电"), "nobody knows how long it rang");
}

#[test]
fn calls_are_handed_on_and_missed_ones_rung_back() {
    let site = Site::sqlite();
    accounts(&site);
    let (jin, he, gu) = (enter(&site, "jin"), enter(&site, "he"), enter(&site, "gu"));
    let id = tell(&site, "c-1", What::Answered, 5);
    assert!(act(&site, &jin, id, "act=pass&to=office:bd").visible().contains("还不在您手上"));
    act(&site, &jin, id, "act=take");
    assert!(act(&site, &jin, id, "act=pass&to=office:nowhere").visible().contains("没有这位同事或单位"));
    let to = format!("act=pass&to=staff:{}", county::staff_id("he"));
    assert_eq!(act(&site, &jin, id, &to).header("location"), "/desk/hotline?done=call_passed");
    assert!(site.get_as(&he, "/desk/hotline").text().contains(&id.to_string()));
    act(&site, &he, id, "act=take");
    assert_eq!(act(&site, &he, id, "act=pass&to=office:bd").status, StatusCode::SEE_OTHER);
    assert_eq!(site.get_as(&he, &format!("/desk/hotline/{id}")).status, StatusCode::FORBIDDEN, "it is another desk's now");
    act(&site, &gu, id, "act=take");
    assert!(site.get_as(&gu, &format!("/desk/hotline/{id}")).text().contains(PHONE));
    tell(&site, "c-2", What::Ringing, 60);
    let missed = tell(&site, "c-2", What::Ended, 30);
    assert!(site.get_as(&jin, "/desk/hotline").visible().contains("等得最久的在最前面"));
    act(&site, &jin, missed, "act=take");
    assert!(site.get_as(&jin, &format!("/desk/hotline/{missed}")).text().contains(PHONE), "to ring it back");
    assert_eq!(act(&site, &jin, missed, "act=unreached").header("location"), "/desk/hotline?done=saved");
    assert!(!site.get_as(&jin, "/desk/hotline").text().contains(MASKED));
    // numbers fade
    let later = site.world.now() + jiff::SignedDuration::from_hours(31 * 24);
    site.world.write(move |tx, site, _| hotline::fade(tx, site.jurisdiction, (later, later))).unwrap();
    assert!(call(&site, missed).caller.is_empty());
}

#[test]
fn what_is_known_is_found_while_the_caller_speaks() {
    let site = Site::sqlite();
    accounts(&site);
    let jin = enter(&site, "jin");
    let own = crate::desk::NAMED;
    let page = site.post_as(
        &enter(&site, "he"),
        "/desk/counter",
        format!("submit_key=a&what=村口的路灯坏了&kind=help&channel=window{own}"),
    );
    let number = number(&page);
    site.index();
    let known = site.post_as(&jin, "/desk/hotline/know", "what=我家门口的路灯坏了三天没有人来修").visible();
    assert!(
        known.contains("道路 › 路灯") && !known.contains(&number),
        "whose duty it is; words find nothing for whoever reads none: {known}"
    );
    let read = site.post_as(&enter(&site, "he"), "/desk/hotline/know", "what=村口路灯坏了");
    assert!(read.text().contains(&number), "{}", read.visible());
    let other = site.post_as(&enter(&site, "gu"), "/desk/hotline/know", "what=路灯坏了");
    assert!(!other.text().contains(&number), "of another office's matters nothing");
    assert!(site.post_as(&jin, "/desk/hotline/know", "what=咿呀").visible().contains("没有找到"));
}

#[test]
fn the_page_of_channels_rings_a_test_call() {
    let site = Site::sqlite().with_hotline("zf");
    accounts(&site);
    let (tang, jin) = (enter(&site, "tang"), enter(&site, "jin"));
    let page = site.get_as(&tang, "/desk/admin/channels").visible();
    assert!(page.contains("12345") && page.contains("没有接交换机"), "{page}");
    assert_eq!(site.post_as(&tang, "/desk/admin/channels", "act=ring").header("location"), "/desk/admin/channels?done=rung");
    let list = site.get_as(&jin, "/desk/hotline").visible();
    assert!(list.contains("号码没有显示") && list.contains("接听"), "{list}");
}
