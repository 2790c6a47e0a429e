//! The box on every page for residents.

use axum::http::StatusCode;
use jiff::ToSpan;
use uuid::Uuid;

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

#[test]
fn what_was_said_on_the_board_is_found_to_the_oldest_post_and_at_the_hotline_too() {
    let site = crate::forum::begun();
    let (id, _) = crate::forum::write(&site, "oldest", "村口的水管漏了三天");
    crate::forum::publish(&site, id);
    site.world.clock.advance(5.minutes());
    let cookie = crate::staff::enter(&site, "wei");
    let said = "act=answer&submit_key=w1&text=阀门老化，每户换新阀门要带户口本登记";
    site.post_as(&cookie, &format!("/desk/forum/{id}"), said);
    let notice = "submit_key=b1&title=换阀门通知&text=户口本登记从周三开始&act=edit";
    let kept = site.post_as(&cookie, "/desk/blog/new", notice);
    let at = kept.header("location").split('?').next().unwrap().to_owned();
    site.post_as(&cookie, &at, "title=换阀门通知&text=户口本登记从周三开始&act=publish");
    let find = |words: &str| form_urlencoded::byte_serialize(words.as_bytes()).collect::<String>();
    let page = site.get(&format!("/search?q={}", find("户口本登记")));
    let seen = page.visible();
    assert!(seen.contains("换阀门通知") && seen.contains("在“村口水管”下面说到"), "an answer is found below its topic: {seen}");
    assert!(page.text().contains(&format!("/forum/{id}#p-")), "and the link leads to it");
    // the hotline has both, in short
    let known = site.post_as(&crate::staff::enter(&site, "jin"), "/desk/hotline/know", "what=要不要带户口本登记").visible();
    assert!(known.contains("单位发布过的") && known.contains("公开答复过的") && known.contains("带户口本"), "{known}");
    // more than one stretch lies behind: it is said, and leads on to the oldest
    copies(&site, id, 1_000);
    let page = site.get(&format!("/search?q={}", find("户口本登记")));
    assert!(page.visible().contains("论坛从新到旧看了 1000 条"), "{}", page.visible());
    let on = page.text().split("&amp;before=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let seen = site.get(&format!("/search?q={}&before={on}", find("户口本登记"))).visible();
    assert!(seen.contains("在“村口水管”下面说到") && !seen.contains("接着往前找"), "{seen}");
}

/// Has a thousand later posts stand in the table, each with the row of one and no words of its own.
fn copies(site: &Site, of: Uuid, many: u64) {
    site.world
        .write(move |tx, _, _| {
            for at in 0..many {
                let (id, submit) = (Uuid::from_u128(u128::MAX - u128::from(at) - 1), at.to_be_bytes().to_vec());
                let copied = "insert into forum_post (jurisdiction, id, topic, kind, standing, place, theme, office, key_id, version, written,
                        shown, changed, replies, submit, form)
                    select jurisdiction, $2, topic, kind, standing, place, theme, office, key_id, version, written, shown, changed, replies,
                        $3, form from forum_post where id = $1";
                tx.run(copied, db::params![of, id, submit])?;
            }
            Ok::<_, db::Fault>(())
        })
        .unwrap();
}
