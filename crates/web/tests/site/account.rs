//! The way in: two factors on every path, no word about what was wrong, waiting that grows, sessions that end.

use std::net::IpAddr;

use axum::http::{Method, StatusCode, header};
use civic::account;
use civic::directory::Entry;
use civic::session::{AGE_HOURS_MAX, IDLE_MINUTES_MAX};
use db::Fault;
use jiff::ToSpan;
use serde_json::Value;
use testkit::county;
use web::desk::demo::Sample;
use web::route::Who;
use web::{Peer, ROUTES};

use crate::file::hidden;
use crate::staff::{PASSWORD, accounts, code, credential, enter, id, login_form};
use crate::world::{Answer, Site, Visitor, form};

fn at_door() -> Site {
    let site = Site::sqlite();
    accounts(&site);
    site
}

fn from(site: &Site, address: [u8; 4], body: String) -> Answer {
    let mut request = form(Method::POST, "/desk/login", body);
    request.extensions_mut().insert(Peer { address: IpAddr::from(address), secure: false, unlimited: false });
    site.ask(request)
}

#[test]
fn the_door_asks_for_three_things_and_says_where_to_begin() {
    let site = at_door();
    insta::assert_snapshot!(site.get("/desk/login?next=%2Fdesk%2Faccount").visible(), @r"
    200
    工作人员登录
    用户名、密码和动态验证码，三样都要。
    用户名
    密码
    动态验证码
    手机验证器里的 6 位数字，每 30 秒换一次，用过一次就失效。
    登录
    第一次使用？ 用开通码开通账号
    ");
}

#[test]
fn three_right_things_open_the_desk_and_the_cookie_is_kept_from_scripts_and_other_sites() {
    let site = at_door();
    let body = format!("{}&next=%2Fdesk%2Faccount", login_form("lin", PASSWORD, &code(&site, "lin")));
    let answer = site.post("/desk/login", body);
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/desk/account"));
    assert!(answer.header("set-cookie").ends_with("; Path=/; HttpOnly; SameSite=Strict"));
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    let page = site.get_as(&cookie, "/desk/account");
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("林之衡"));
    let again = site.get_as(&cookie, "/desk/login?next=%2F%2Fevil.example");
    assert_eq!(again.header("location"), "/desk", "whoever is in goes on, and never to another site");
}

#[test]
fn whatever_is_wrong_the_answer_is_the_same_and_nothing_of_a_password_comes_back() {
    let site = at_door();
    site.world.write(|tx, site, _| account::close(tx, site, id("wei"))).unwrap();
    site.world.write(|tx, site, by| account::invite(tx, site, by, id("gu"), "gu")).unwrap();
    let mut left = site.world.hall.site.directory().staff[&id("kong")].clone();
    left.active = false;
    site.world.set(Entry::Staff(left), "left");
    let wrong = [
        login_form("lin", "wrong-password-1", &code(&site, "lin")),
        login_form("lin", PASSWORD, "000000"),
        login_form("lin", PASSWORD, ""),
        login_form("nobody", PASSWORD, "123456"),
        login_form("wei", PASSWORD, &code(&site, "wei")),
        login_form("gu", "", &code(&site, "gu")),
        login_form("kong", PASSWORD, &code(&site, "kong")),
    ];
    for (at, body) in wrong.into_iter().enumerate() {
        let answer = from(&site, [203, 0, 113, at as u8], body.clone());
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{body}");
        assert_eq!(answer.header("set-cookie"), "");
        assert!(answer.visible().contains("用户名、密码或验证码不对。请核对后再试"), "{body}");
        assert!(!answer.text().contains(PASSWORD) && !answer.text().contains("wrong-password-1"));
    }
}

#[test]
fn a_one_time_code_works_once() {
    let site = at_door();
    let used = code(&site, "lin");
    assert_eq!(site.post("/desk/login", login_form("lin", PASSWORD, &used)).status, StatusCode::SEE_OTHER);
    assert_eq!(site.post("/desk/login", login_form("lin", PASSWORD, &used)).status, StatusCode::FORBIDDEN);
    enter(&site, "lin");
}

#[test]
fn wrong_tries_slow_a_stranger_down_and_never_the_owner_of_the_name() {
    let site = at_door();
    let stranger = [203, 0, 113, 9];
    for _ in 0..5 {
        assert_eq!(from(&site, stranger, login_form("lin", "guess-guess-1", "000000")).status, StatusCode::FORBIDDEN);
    }
    let slowed = from(&site, stranger, login_form("Lin", PASSWORD, &code(&site, "lin")));
    assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(slowed.visible().contains("请过 1 秒再试"));
    let owner = from(&site, [203, 0, 113, 10], login_form("lin", PASSWORD, &code(&site, "lin")));
    assert_eq!(owner.status, StatusCode::SEE_OTHER);
    site.world.clock.advance(1.seconds());
    let late = from(&site, stranger, login_form("lin", PASSWORD, &code(&site, "lin")));
    assert_eq!(late.status, StatusCode::SEE_OTHER, "waiting ends by itself");
}

#[test]
fn a_made_up_cookie_and_a_first_factor_alone_open_no_address_of_the_desk() {
    let site = at_door();
    let first_factor = site.post("/desk/login", login_form("lin", PASSWORD, ""));
    assert_eq!(first_factor.header("set-cookie"), "");
    let pages = ROUTES.iter().copied().flatten().filter(|route| route.who == Who::Staff && route.methods.starts_with("GET"));
    for route in pages {
        let path = route.path.replace("{code}", "990121").replace("{id}", "00000000-0000-4000-8000-000000000000");
        for cookie in ["ms_staff=made-up", "ms_staff=", "ms_track=made-up"] {
            assert!(site.get_as(cookie, &path).header("location").starts_with("/desk/login?next="), "{path} {cookie}");
        }
    }
}

#[test]
fn sessions_end_when_idle_when_old_and_when_the_account_is_closed() {
    let site = at_door();
    let open = |cookie: &str| site.get_as(cookie, "/desk/account").status == StatusCode::OK;
    let idle = enter(&site, "lin");
    site.world.clock.advance((IDLE_MINUTES_MAX - 1).minutes());
    assert!(open(&idle));
    site.world.clock.advance(IDLE_MINUTES_MAX.minutes());
    assert!(!open(&idle));
    let old = enter(&site, "lin");
    for _ in 0..AGE_HOURS_MAX * 6 - 1 {
        site.world.clock.advance(10.minutes());
        assert!(open(&old));
    }
    site.world.clock.advance(10.minutes());
    assert!(!open(&old));
    let closed = enter(&site, "lin");
    site.world.write(|tx, site, _| account::close(tx, site, id("lin"))).unwrap();
    assert!(!open(&closed));
}

#[test]
fn own_sessions_are_listed_and_ended_and_those_of_others_are_not_there() {
    let site = at_door();
    let (here, there, other) = (enter(&site, "lin"), enter(&site, "lin"), enter(&site, "wei"));
    let page = site.get_as(&here, "/desk/account").text();
    let listed: Vec<&str> = page.split("name=\"session\" value=\"").skip(1).map(|rest| &rest[..36]).collect();
    assert_eq!(listed.len(), 1, "the session in use is left by signing out");
    site.world.clock.advance(1.minutes());
    let proof = |login: &'static str| format!("session={}&old={PASSWORD}&code={}", listed[0], code(&site, login));
    assert_eq!(site.post_as(&other, "/desk/account/end", proof("wei")).status, StatusCode::NOT_FOUND);
    assert_eq!(site.post_as(&here, "/desk/account/end", "session=nothing").status, StatusCode::NOT_FOUND);
    for short in [format!("session={}", listed[0]), format!("session={}&old={PASSWORD}", listed[0])] {
        let refused = site.post_as(&here, "/desk/account/end", short);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a screen left open ends no session");
        assert!(refused.visible().contains("现在的密码或验证码不对"), "{}", refused.visible());
        site.world.clock.advance(1.minutes());
    }
    let ended = site.post_as(&here, "/desk/account/end", proof("lin"));
    assert_eq!(ended.header("location"), "/desk/account?done=ended");
    assert!(site.get_as(&here, ended.header("location")).visible().contains("那一处登录已经退出"));
    assert_eq!(site.get_as(&there, "/desk/account").status, StatusCode::SEE_OTHER);
    let left = site.post_as(&here, "/desk/logout", "");
    assert!(left.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(site.get_as(&here, "/desk/account").status, StatusCode::SEE_OTHER);
    assert_eq!(site.post("/desk/logout", "").status, StatusCode::SEE_OTHER, "leaving twice is no fault");
}

#[test]
fn a_new_password_needs_the_old_one_and_a_code_and_ends_the_other_sessions() {
    let site = Site::demo();
    accounts(&site);
    let (here, there) = (enter(&site, "lin"), enter(&site, "lin"));
    site.world.clock.advance(1.minutes());
    let page = site.get_as(&here, "/desk/account/password").text();
    let marks = ["username", "current-password", "one-time-code", "new-password"];
    let found: Vec<&str> = marks.into_iter().filter(|mark| page.contains(&format!("autocomplete=\"{mark}\""))).collect();
    assert_eq!(found, marks, "a password manager knows what is what");
    assert!(page.contains("value=\"lin\" autocomplete=\"username\" readonly hidden"));
    let body = |old: &str, code: &str, new: &str, again: &str| format!("old={old}&code={code}&password={new}&again={again}");
    let new = "the-old-locust-tree";
    for (body, words) in [
        (body(PASSWORD, &code(&site, "lin"), "short", "short"), "密码太短"),
        (body(PASSWORD, &code(&site, "lin"), new, "another"), "两遍不一样"),
        (body("wrong", &code(&site, "lin"), new, new), "现在的密码或验证码不对"),
        (body(PASSWORD, "000000", new, new), "现在的密码或验证码不对"),
    ] {
        let answer = site.post_as(&here, "/desk/account/password", body);
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.visible().contains(words), "{}", answer.visible());
        assert!(!answer.text().contains(new));
    }
    let changed = site.post_as(&here, "/desk/account/password", body(PASSWORD, &code(&site, "lin"), new, new));
    assert_eq!(changed.header("location"), "/desk/account?done=password");
    assert_eq!(site.get_as(&here, "/desk/account").status, StatusCode::OK);
    assert_eq!(site.get_as(&there, "/desk/account").status, StatusCode::SEE_OTHER);
    let old = site.post("/desk/login", login_form("lin", PASSWORD, &code(&site, "lin")));
    assert_eq!(old.status, StatusCode::FORBIDDEN);
    let fresh = site.post("/desk/login", login_form("lin", new, &code(&site, "lin")));
    assert_eq!(fresh.status, StatusCode::SEE_OTHER);
}

#[test]
fn a_setup_code_opens_one_account_once() {
    let site = Site::demo();
    let setup = site.world.write(|tx, site, by| account::invite(tx, site, by, id("lin"), "lin")).unwrap();
    assert_eq!(site.post("/desk/setup", "setup=WRONG").status, StatusCode::FORBIDDEN);
    let dashed = format!("{}-{}", setup[..8].to_lowercase(), &setup[8..]);
    let page = site.post("/desk/setup", format!("setup={dashed}"));
    assert!(page.text().contains("正在开通账号：lin") && page.text().contains("<svg class=\"qr\""));
    let secret = account::secret_text(&credential(&site, "lin").secret);
    assert!(page.text().contains(&secret));
    let new = "the-old-locust-tree";
    let finish = |code: &str| format!("setup={setup}&finish=1&password={new}&again={new}&code={code}");
    let wrong = site.post("/desk/setup", finish("000000"));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains(&secret) && !wrong.text().contains(new));
    assert_eq!(site.post("/desk/setup", finish(&code(&site, "lin"))).header("location"), "/desk/login");
    assert_eq!(site.post("/desk/setup", finish(&code(&site, "lin"))).status, StatusCode::FORBIDDEN);
    let entered = site.post("/desk/login", login_form("lin", new, &code(&site, "lin")));
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
}

#[test]
fn a_setup_code_dies_after_three_days() {
    let site = Site::sqlite();
    let setup = site.world.write(|tx, site, by| account::invite(tx, site, by, id("lin"), "lin")).unwrap();
    site.world.clock.days(3);
    assert_eq!(site.post("/desk/setup", format!("setup={setup}")).status, StatusCode::FORBIDDEN);
}

#[test]
fn the_demo_page_shows_codes_that_work_and_the_real_site_has_no_such_page() {
    let site = Site::demo();
    accounts(&site);
    assert_eq!(web::desk::demo::PASSWORD, PASSWORD);
    for _ in 0..2 {
        let page = site.get("/demo").text();
        let own = page.split("name=\"login\" value=\"lin\"").nth(1).unwrap();
        let shown = own.split("name=\"code\" value=\"").nth(1).unwrap()[..6].to_owned();
        let entered = site.post("/desk/login", login_form("lin", PASSWORD, &shown));
        assert_eq!(entered.status, StatusCode::SEE_OTHER, "twice within one step");
    }
    assert_eq!(at_door().get("/demo").status, StatusCode::NOT_FOUND);
    let none = site.world.read(|tx, _| Ok::<_, Fault>(tx.rows("select key_hash from guess", &[])?.len())).unwrap();
    assert_eq!(none, 0);
}

#[test]
fn the_demo_page_names_places_and_offices_of_its_own_county() {
    let site = Site::demo();
    let page = site.get("/demo").visible();
    let directory = site.world.hall.site.directory();
    let (place, office, person) = web::desk::demo::to_try(&directory).unwrap();
    assert!(page.contains(&format!("地点选{}；", place.name)), "{page}");
    assert!(page.contains(&format!("用{}{}的身份登录", office.name, person.name)), "{page}");
    // the words themselves name no place: every county has its own
    for words in [include_str!("../../locales/zh-CN/desk.ftl"), include_str!("../../locales/en/desk.ftl")] {
        for place in directory.places.values() {
            assert!(!words.contains(&place.name) && !words.contains(&place.name_en), "{} stands in the words", place.name);
        }
    }
}

#[test]
fn the_demo_page_opens_matters_by_one_press_and_says_where_they_stand_today() {
    let site = Site::demo();
    let mut samples = Vec::new();
    for (key, kind) in [("k1", "help"), ("k2", "accusation")] {
        let body = format!("what=路灯坏了三天&kind={kind}&identity=anonymous&place={}&submit_key={key}", county::VILLAGE);
        let mut request = form(Method::POST, "/appeals", body);
        request.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
        let filed: Value = serde_json::from_slice(&site.ask(request).bytes).unwrap();
        let text = |name: &str| filed[name].as_str().unwrap().to_owned();
        samples.push(Sample { number: text("number"), code: text("query_code") });
    }
    let site = site.with_samples(samples);
    let page = site.get("/demo").visible();
    assert!(page.contains("正在办理") && page.contains("检举控告，单独加密"), "{page}");
    site.world.clock.days(40);
    let page = site.get("/demo").text();
    assert!(page.contains("超期了，还没答复"));
    let mut person = Visitor::new(&site);
    let sent = hidden(&page, "action=\"/track\"");
    person.post("/track", &sent).leads_to("/track/matter");
    assert!(person.get("/track/matter").visible().contains("路灯坏了三天"));
}
