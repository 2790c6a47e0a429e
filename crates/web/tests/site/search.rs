//! The box on every page for residents.

use axum::http::StatusCode;

use crate::desk::filed;
use crate::file::hidden;
use crate::world::{Site, Visitor};

fn ask(site: &Site, words: &str) -> String {
    let query: String = form_urlencoded::byte_serialize(words.as_bytes()).collect();
    let answer = site.get(&format!("/search?q={query}"));
    assert_eq!(answer.status, StatusCode::OK);
    answer.visible()
}

#[test]
fn residents_find_whose_duty_it_is_how_to_reach_them_and_how_things_work() {
    let site = Site::sqlite();
    let page = ask(&site, "北渡镇");
    assert!(page.contains("北渡镇人民政府") && page.contains("这里的事先由北渡镇人民政府受理"), "{page}");
    assert!(ask(&site, "bdz").contains("北渡镇人民政府"), "by the first letters");
    let lamp = ask(&site, "门口的路灯坏了三天没人修");
    assert!(lamp.contains("这类事谁管") && lamp.contains("路灯") && lamp.contains("接着写下来"), "{lamp}");
    let code = site.get(&format!("/search?q={}", form_urlencoded::byte_serialize("查询码 丢了".as_bytes()).collect::<String>()));
    assert!(code.text().contains("<mark>丢了</mark>") && code.visible().contains("带身份证件到窗口"), "{}", code.visible());
    let terms = ask(&site, "复查");
    assert!(terms.contains("时限") && terms.contains("依据"), "{terms}");
    assert!(ask(&site, "老人在屋里煤气中毒了").contains("120"), "danger to life comes first");
    let nothing = ask(&site, "月球");
    assert!(nothing.contains("没有查到“月球”") && nothing.contains("接着写下来"), "{nothing}");
    assert!(site.get("/search").visible().contains("这里查不到任何人写的内容"));
    assert!(site.get("/help").text().contains("action=\"/search\""));
}

#[test]
fn what_people_wrote_changes_no_answer() {
    let site = Site::sqlite();
    let words = ["漏了", "水管", "北渡镇", "月球"];
    let before: Vec<String> = words.iter().map(|words| ask(&site, words)).collect();
    let (number, _) = filed(&site, "1&identity=anonymous");
    site.index();
    let after: Vec<String> = words.iter().map(|words| ask(&site, words)).collect();
    assert_eq!(before, after);
    let there = site.get(&format!("/search?q={number}"));
    assert_eq!(there.header("location"), format!("/track?number={number}"));
    assert!(site.get(there.header("location")).text().contains(&format!("value=\"{number}\"")));
    let unused = number.replace(char::is_numeric, "7");
    if unused != number {
        let answer = site.get(&format!("/search?q={unused}"));
        assert!([StatusCode::SEE_OTHER, StatusCode::OK].contains(&answer.status), "numbers are not looked up");
    }
}

#[test]
fn what_was_typed_is_taken_along_to_the_form() {
    let site = Site::sqlite();
    let mut person = Visitor::new(&site);
    let words: String = form_urlencoded::byte_serialize("门口的路灯坏了三天没人修".as_bytes()).collect();
    let page = person.get(&format!("/search?q={words}")).text();
    person.post("/appeals/new", &hidden(&page, "action=\"/appeals/new\"")).leads_to("/appeals/new?step=where");
    assert!(person.get("/appeals/new?step=what").text().contains(">门口的路灯坏了三天没人修</textarea>"));
}
