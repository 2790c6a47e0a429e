//! The counter: who is asked first registers it, the slip is printed outside the session, and what cannot be noted is said.

use axum::http::StatusCode;
use jiff::ToSpan;
use testkit::county::{OTHER_TOWNSHIP_OFFICE, VILLAGE, WATER};

use crate::desk::{NAMED, WORDS, filed, state};
use crate::staff::{accounts, code, enter, id};
use crate::world::Site;

#[test]
fn the_counter_registers_on_the_spot_and_the_code_is_printed_outside_the_session() {
    let site = Site::demo();
    accounts(&site);
    let cookie = enter(&site, "he");
    let form = site.get_as(&cookie, "/desk/counter");
    let key = form.text().split("name=\"submit_key\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let incomplete = site.post_as(&cookie, "/desk/counter", format!("submit_key={key}&what={WORDS}&kind=help&identity=named"));
    assert_eq!(incomplete.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(incomplete.text().contains(WORDS) && incomplete.text().contains(&key));
    let body =
        format!("submit_key={key}&what={WORDS}&kind=help&channel=window&place={VILLAGE}{NAMED}&referred={OTHER_TOWNSHIP_OFFICE}");
    let page = site.post_as(&cookie, "/desk/counter", body.clone());
    assert_eq!(page.status, StatusCode::OK, "{}", page.visible());
    let text = page.text();
    let number = text.split("<p class=\"big code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let ticket = text.split("name=\"ticket\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(!text.contains("查询码</p>"), "no code is drawn inside the session");
    let now = state(&site, &number);
    assert_eq!((now.owner.as_str(), now.channel.code(), now.referrals.len()), ("xf", "window", 1));
    let slip = site.post("/slip", format!("ticket={ticket}"));
    let codes: Vec<String> =
        slip.text().split("big code\">").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect();
    assert_eq!(codes[0], number);
    assert!(!slip.text().contains("何晓岸"), "the slip stands outside the session");
    let paper = slip.visible();
    let receipt = ["告诉您是否受理", "《信访工作条例》第二十二条", "从次日", "接下来"];
    assert!(receipt.iter().all(|words| paper.contains(words)), "the same paper as everybody else's: {paper}");
    assert!(slip.text().contains("<svg"), "with the number as a picture");
    assert_eq!(site.post("/slip", format!("ticket={ticket}")).status, StatusCode::GONE);
    let tracked = site.post("/track", format!("number={number}&query_code={}", codes[1]));
    assert_eq!(tracked.header("location"), "/track/matter");
    let twice = site.post_as(&cookie, "/desk/counter", body);
    assert!(twice.text().contains(&number), "the same form is the same matter");
    assert_eq!(state(&site, &number).referrals.len(), 1);
    let answered = site.get_as(&enter(&site, "tang"), "/desk/counter");
    assert_eq!(answered.status, StatusCode::FORBIDDEN);
}

#[test]
fn whoever_may_register_may_note_who_sent_the_person_here() {
    let site = Site::demo();
    accounts(&site);
    for login in ["xu", "luo", "jin", "gu", "qiao"] {
        let cookie = enter(&site, login);
        let body = format!("submit_key={login}&what={WORDS}&kind=help&channel=visit&place={VILLAGE}{NAMED}&referred={WATER}");
        let page = site.post_as(&cookie, "/desk/counter", body);
        assert_eq!(page.status, StatusCode::OK, "{login}: {}", page.visible());
        let number = page.text().split("<p class=\"big code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        assert_eq!(state(&site, &number).referrals.len(), 1, "{login}");
    }
    let cookie = enter(&site, "gu");
    for (office, why) in [("bd", "您自己的单位"), ("nowhere", "没有这个单位")] {
        let body = format!("submit_key=o{office}&what={WORDS}&kind=help&channel=visit{NAMED}&referred={office}");
        let page = site.post_as(&cookie, "/desk/counter", body);
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text().contains(why), "{office}: {}", page.visible());
    }
}

#[test]
fn an_accusation_at_the_counter_is_sealed_and_leaves_no_page_at_the_desk() {
    let site = Site::demo();
    accounts(&site);
    let cookie = enter(&site, "he");
    let body = format!("submit_key=a&what={WORDS}&kind=accusation&channel=window{NAMED}");
    let referred = site.post_as(&cookie, "/desk/counter", format!("{body}&referred={WATER}"));
    assert_eq!(referred.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(referred.text().contains("不会去问任何单位"), "what cannot be noted is not dropped in silence");
    let page = site.post_as(&cookie, "/desk/counter", body);
    assert_eq!(page.status, StatusCode::OK, "{}", page.visible());
    let number = page.text().split("<p class=\"big code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    for login in ["he", "ning", "du", "meng"] {
        let cookie = enter(&site, login);
        assert_eq!(site.get_as(&cookie, &format!("/desk/matters/{number}")).status, StatusCode::NOT_FOUND, "{login}");
    }
}

#[test]
fn a_new_code_needs_two_people_and_the_old_one_dies() {
    let site = Site::demo();
    accounts(&site);
    let (number, old) = filed(&site, NAMED);
    let cookie = enter(&site, "gu");
    let path = format!("/desk/matters/{number}/act/reissue_code");
    let body = |second: &str| format!("seen={}&shown=居民身份证&second={}&second_code={second}", 1, id("qiao"));
    let alone = site.post_as(&cookie, &path, body("000000"));
    assert_eq!(alone.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        alone.text().contains("动态验证码不对")
            && alone.text().contains("居民身份证")
            && !alone.text().contains("value=\"000000\"")
    );
    assert_eq!(state(&site, &number).version, 1, "nothing was kept");
    let together = site.post_as(&cookie, &path, body(&code(&site, "qiao")));
    assert_eq!(together.status, StatusCode::OK, "{}", together.visible());
    let ticket = together.text().split("name=\"ticket\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    site.world.clock.advance(14.minutes());
    let slip = site.post("/slip", format!("ticket={ticket}")).text();
    let new = slip.split("big code\">").nth(2).unwrap().split('<').next().unwrap().to_owned();
    assert_ne!(new, old);
    assert_eq!(site.post("/track", format!("number={number}&query_code={old}")).header("location"), "");
    assert_eq!(site.post("/track", format!("number={number}&query_code={new}")).header("location"), "/track/matter");
}

#[test]
fn a_slip_that_was_left_lying_is_gone_after_a_quarter_of_an_hour() {
    let site = Site::demo();
    accounts(&site);
    let cookie = enter(&site, "he");
    let body = format!("submit_key=a&what={WORDS}&kind=help&channel=hotline{NAMED}");
    let page = site.post_as(&cookie, "/desk/counter", body).text();
    let ticket = page.split("name=\"ticket\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    site.world.clock.advance(15.minutes());
    let gone = site.post("/slip", format!("ticket={ticket}"));
    assert_eq!(gone.status, StatusCode::GONE);
    assert!(gone.visible().contains("已经打开过，或者超过 15 分钟"));
    assert_eq!(site.post("/slip", "ticket=made-up").status, StatusCode::GONE);
}

#[test]
fn whoever_stands_here_without_telephone_and_mail_is_registered_by_name_and_told_by_hand_or_post() {
    let site = Site::demo();
    accounts(&site);
    let cookie = enter(&site, "he");
    let body =
        |way: &str| format!("submit_key=n{way}&what={WORDS}&kind=help&channel={way}&place={VILLAGE}&identity=named&name=田小满");
    let hotline = site.post_as(&cookie, "/desk/counter", body("hotline"));
    assert_eq!(hotline.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody could ever tell a caller");
    let page = site.post_as(&cookie, "/desk/counter", body("window"));
    assert_eq!(page.status, StatusCode::OK, "{}", page.visible());
    let text = page.text();
    let number = text.split("<p class=\"big code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let ticket = text.split("name=\"ticket\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(site.post("/slip", format!("ticket={ticket}")).visible().contains("没法打电话或者写信通知您"));
    let now = state(&site, &number);
    assert!(now.contacts.is_empty() && !now.phone_only() && now.untold.is_empty(), "no letter, and no call that cannot be made");
    let act = site.get_as(&cookie, &format!("/desk/matters/{number}/act/register"));
    assert!(act.visible().contains("这个人没有留电话和邮箱"), "{}", act.visible());
}
