//! The room of accusations as its handlers find it, and as it is not there for anybody else.

use appeals::sealed::{ceremony, glass};
use axum::http::StatusCode;
use civic::outbox;
use jiff::Span;
use testkit::county::VILLAGE;
use testkit::{Engine, SUPERVISOR_KEY, on_both};

use crate::staff::{PASSWORD, accounts, code, enter, id};
use crate::world::{Answer, Site, Visitor};

on_both![
    an_accusation_is_opened_for_a_purpose_answered_and_its_accuser_reads_it,
    who_is_named_finds_the_page_gone_and_the_form_too,
    a_name_told_in_confidence_and_an_export_take_two_people,
];

const WORDS: &str = "村支书把修路的钱装进自己口袋";

/// Lets somebody into the room with password and code.
pub fn into_room(site: &Site, cookie: &str, login: &'static str) -> Answer {
    site.world.clock.advance(Span::new().seconds(60));
    let body = format!("password={PASSWORD}&code={}", code(site, login));
    site.post_as(cookie, "/desk/sealed/enter", body)
}

/// Makes both handlers ready: the first let in by the supervising body, the second by the first. Returns their cookies.
pub fn handlers(site: &Site) -> (String, String) {
    let (su, pan) = (enter(site, "su"), enter(site, "pan"));
    assert_eq!(into_room(site, &su, "su").header("location"), "/desk/sealed");
    assert!(site.get_as(&su, "/desk/sealed").visible().contains("您的密钥还没有被接纳"));
    let_in(site, "su");
    assert_eq!(into_room(site, &pan, "pan").header("location"), "/desk/sealed");
    admit(site, &su);
    (su, pan)
}

fn let_in(site: &Site, login: &'static str) {
    let came = [ceremony::brought(SUPERVISOR_KEY).unwrap()];
    site.world.write(move |tx, site, by| ceremony::let_in(tx, site, by, &came, (id(login), false))).unwrap();
}

/// Lets everybody in who waits.
fn admit(site: &Site, by: &str) {
    let page = site.get_as(by, "/desk/sealed").text();
    let value = |name: &str| {
        let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let body = format!("staff={}&public={}", value("staff"), value("public"));
    assert_eq!(site.post_as(by, "/desk/sealed/admit", body).header("location"), "/desk/sealed?done=admitted");
}

/// Files an accusation; returns number and code.
fn accuse(site: &Site, what: &str) -> (String, String) {
    told_as(site, what, "named")
}

fn told_as(site: &Site, what: &str, identity: &str) -> (String, String) {
    let body = format!(
        "what={what}&kind=accusation&identity={identity}&name=钟不平&mobile=13900000077&place={VILLAGE}&submit_key={what}"
    );
    let mut request = crate::world::form(axum::http::Method::POST, "/appeals", body);
    request.headers_mut().insert("accept", "application/json".parse().unwrap());
    let answer: serde_json::Value = serde_json::from_slice(&site.ask(request).bytes).unwrap();
    (answer["number"].as_str().unwrap().to_owned(), answer["query_code"].as_str().unwrap().to_owned())
}

/// Returns the address of the first accusation in the list.
pub fn first(site: &Site, cookie: &str) -> String {
    let page = site.get_as(cookie, "/desk/sealed").text();
    let rest = page.split("href=\"/desk/sealed/").nth(1).unwrap_or_else(|| panic!("nothing is listed: {page}"));
    format!("/desk/sealed/{}", rest.split('"').next().unwrap())
}

fn an_accusation_is_opened_for_a_purpose_answered_and_its_accuser_reads_it(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (su, _) = handlers(&site);
    let (number, query) = accuse(&site, WORDS);
    let list = site.get_as(&su, "/desk/sealed").visible();
    assert!(list.contains(&number) && !list.contains(WORDS) && !list.contains("钟不平"), "{list}");
    let address = first(&site, &su);
    let closed = site.get_as(&su, &address);
    assert!(closed.status == StatusCode::OK && !closed.text().contains(WORDS));
    let none = site.post_as(&su, &format!("{address}/read"), "purpose=list");
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.post_as(&su, &format!("{address}/read"), "purpose=handle").header("location"), address);
    let open = site.get_as(&su, &address).visible();
    assert!(open.contains(WORDS) && open.contains("钟不平"), "{open}");
    assert_eq!(site.post_as(&su, &format!("{address}/act/answer"), "words=早了").status, StatusCode::UNPROCESSABLE_ENTITY);
    for (act, body) in [("accept", ""), ("answer", "words=已经核实，钱已退回村里")] {
        let form = site.get_as(&su, &format!("{address}/act/{act}"));
        assert_eq!(form.status, StatusCode::OK);
        let done = site.post_as(&su, &format!("{address}/act/{act}"), body);
        assert_eq!(done.header("location"), format!("{address}?done=acted"), "{}", done.visible());
    }
    let mut person = Visitor::from(&site, [198, 51, 100, 7]);
    person.post("/track", &format!("number={number}&query_code={query}"));
    let page = person.get("/track/matter").visible();
    for told in ["查看", "受理", "已经核实，钱已退回村里"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("苏问月"), "who of the body it was is not told");
}

fn who_is_named_finds_the_page_gone_and_the_form_too(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (su, pan) = handlers(&site);
    accuse(&site, WORDS);
    let address = first(&site, &su);
    for cookie in [&su, &pan] {
        site.post_as(cookie, &format!("{address}/read"), "purpose=handle");
        assert!(site.get_as(cookie, &address).text().contains(WORDS));
    }
    assert_eq!(site.post_as(&su, &format!("{address}/act/name"), "person=&office=").status, StatusCode::UNPROCESSABLE_ENTITY);
    let named = site.post_as(&su, &format!("{address}/act/name"), format!("person={}", id("pan")));
    assert_eq!(named.header("location"), "/desk/sealed?done=named");
    let nowhere = format!("/desk/sealed/{}", uuid::Uuid::max());
    for path in ["", "/act/answer", "/file/1/0"] {
        let (gone, none) = (site.get_as(&pan, &format!("{address}{path}")), site.get_as(&pan, &format!("{nowhere}{path}")));
        assert_eq!(gone.status, StatusCode::NOT_FOUND);
        assert_eq!(gone.visible(), none.visible(), "as if it had never been");
    }
    for (path, body) in [("/act/accept", ""), ("/read", "purpose=handle")] {
        assert_eq!(site.post_as(&pan, &format!("{address}{path}"), body).status, StatusCode::NOT_FOUND);
    }
    assert!(!site.get_as(&pan, "/desk/sealed").text().contains(&address));
    assert!(site.get_as(&su, &address).text().contains(WORDS));
}

fn a_name_told_in_confidence_and_an_export_take_two_people(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (su, pan) = handlers(&site);
    let (number, query) = told_as(&site, WORDS, "confidential");
    let address = first(&site, &su);
    for cookie in [&su, &pan] {
        site.post_as(cookie, &format!("{address}/read"), "purpose=handle");
        assert!(!site.get_as(cookie, &address).text().contains("钟不平"));
    }
    assert_eq!(site.get_as(&su, &format!("{address}/take-out")).status, StatusCode::CONFLICT);
    let ask = |what: &str, words: &str| site.post_as(&su, &format!("{address}/act/{what}"), format!("words={words}"));
    let agree = |cookie: &str, to: i64| site.post_as(cookie, &format!("{address}/act/agree"), format!("to={to}"));
    assert_eq!(ask("unmask", "").status, StatusCode::UNPROCESSABLE_ENTITY, "a reason is asked for");
    assert_eq!(ask("unmask", "要当面核实时间地点").status, StatusCode::SEE_OTHER);
    let own = site.get_as(&su, &address).text();
    assert!(!own.contains("钟不平") && !own.contains("我同意"));
    // the steps: two readings, then the request
    assert_eq!(agree(&su, 3).status, StatusCode::FORBIDDEN, "one person alone");
    let again = enter(&site, "su");
    into_room(&site, &again, "su");
    assert_eq!(agree(&again, 3).status, StatusCode::FORBIDDEN, "the same person in a second session");
    assert!(site.get_as(&pan, &address).visible().contains("要当面核实时间地点"));
    assert_eq!(agree(&pan, 3).status, StatusCode::SEE_OTHER);
    assert!(site.get_as(&su, &address).text().contains("钟不平"));
    assert!(!site.get_as(&pan, &address).text().contains("钟不平"), "to the one who asked");
    assert_eq!(ask("export", "移送检察机关").status, StatusCode::SEE_OTHER);
    assert_eq!(agree(&pan, 5).status, StatusCode::SEE_OTHER);
    let file = site.get_as(&su, &format!("{address}/take-out"));
    assert!(file.header("content-disposition").starts_with("attachment") && file.text().contains(WORDS));
    assert!(file.text().contains("钟不平"), "as long as two people opened it");
    assert_eq!(site.get_as(&pan, &format!("{address}/take-out")).status, StatusCode::CONFLICT);
    let mut person = Visitor::from(&site, [198, 51, 100, 7]);
    person.post("/track", &format!("number={number}&query_code={query}"));
    let page = person.get("/track/matter").visible();
    assert!(page.contains("要当面核实时间地点") && page.contains("移送检察机关"), "{page}");
    let letters = site.world.read(|tx, site| outbox::of_matter(tx, site.jurisdiction, glass::stream(site.jurisdiction)));
    let told: Vec<String> = letters.unwrap().into_iter().map(|letter| letter.recipient).collect();
    for login in ["tang", "meng", "yan"] {
        let own = told.iter().filter(|own| **own == format!("staff:{}", id(login))).count();
        assert_eq!(own, 3, "the escrow keys, and twice two people");
    }
}

#[test]
fn the_room_locks_itself_and_words_typed_meanwhile_are_kept() {
    let site = Site::sqlite();
    accounts(&site);
    let (su, _) = handlers(&site);
    accuse(&site, WORDS);
    let address = first(&site, &su);
    site.post_as(&su, &format!("{address}/read"), "purpose=handle");
    site.post_as(&su, &format!("{address}/act/accept"), "");
    site.world.clock.advance(Span::new().minutes(4));
    assert!(site.get_as(&su, &address).text().contains(WORDS));
    site.world.clock.advance(Span::new().minutes(5));
    let door = site.get_as(&su, &address);
    assert!(!door.text().contains(WORDS) && door.text().contains("name=\"password\""), "{}", door.visible());
    let late = site.post_as(&su, &format!("{address}/act/answer"), "words=写了很久的答复");
    assert!(late.status == StatusCode::UNAUTHORIZED && late.text().contains("写了很久的答复"));
    let wrong = site.post_as(&su, "/desk/sealed/enter", format!("password=wrong-password&code={}", code(&site, "su")));
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert_eq!(into_room(&site, &su, "su").status, StatusCode::SEE_OTHER);
    assert!(site.get_as(&su, &address).text().contains("purpose"), "a purpose is asked for again");
    site.post_as(&su, "/desk/sealed/leave", "");
    assert!(site.get_as(&su, "/desk/sealed").text().contains("name=\"password\""));
    assert_eq!(into_room(&site, &su, "su").status, StatusCode::SEE_OTHER);
    site.post_as(&su, "/desk/logout", "");
    assert!(site.get_as(&su, &address).header("location").starts_with("/desk/login"));
}

#[test]
fn a_new_password_takes_the_key_along_and_an_administrators_ends_it() {
    let site = Site::sqlite();
    accounts(&site);
    let (su, pan) = handlers(&site);
    accuse(&site, WORDS);
    let address = first(&site, &pan);
    site.world.clock.advance(Span::new().seconds(60));
    let new = "河边的柳树又发芽了一回";
    let body = format!("old={PASSWORD}&code={}&password={new}&again={new}", code(&site, "pan"));
    assert_eq!(site.post_as(&pan, "/desk/account/password", body).header("location"), "/desk/account?done=password");
    site.post_as(&pan, "/desk/sealed/leave", "");
    site.world.clock.advance(Span::new().seconds(60));
    let entered = site.post_as(&pan, "/desk/sealed/enter", format!("password={new}&code={}", code(&site, "pan")));
    assert_eq!(entered.header("location"), "/desk/sealed");
    assert_eq!(first(&site, &pan), address, "the key went along");
    let tang = enter(&site, "tang");
    let reset = site.post_as(&tang, &format!("/desk/admin/staff/{}", id("pan")), "act=setup");
    assert!(reset.status.is_success() || reset.status.is_redirection(), "{}", reset.visible());
    let kept = site.world.read(|tx, site| appeals::sealed::keys::of(tx, site, id("pan"))).unwrap();
    assert!(kept.is_none(), "{}", reset.visible());
    site.post_as(&su, "/desk/sealed/leave", "");
}
