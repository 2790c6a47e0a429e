//! What a machine suggests: beside the words only, with its reasons, taken or put right by a person, refused by the resident.

use axum::http::StatusCode;
use testkit::{Engine, on_both};

use crate::desk::{filed, look, seen};
use crate::staff::{accounts, enter};
use crate::world::{Answer, Site, Visitor};

on_both![
    a_suggestion_stands_beside_open_words_and_one_tap_takes_it,
    whoever_puts_it_right_is_counted_nowhere_and_the_resident_reads_both,
    who_wants_no_machine_is_read_by_none,
];

const SUGGESTED: &str = "机器建议";
const MORE: &str = "&identity=named&name=田小满&mobile=13900000001";

fn opened(engine: Engine) -> (Site, String, String) {
    let site = Site::new(engine);
    accounts(&site);
    let (number, code) = filed(&site, MORE);
    (site, number, code)
}

fn sort(site: &Site, cookie: &str, number: &str, (page, code): (&Answer, &str)) -> Answer {
    let sent = format!("seen={}&subject={code}", seen(page));
    site.post_as(cookie, &format!("/desk/matters/{number}/act/sort"), sent)
}

fn a_suggestion_stands_beside_open_words_and_one_tap_takes_it(engine: Engine) {
    let (site, number, _) = opened(engine);
    let cookie = enter(&site, "gu");
    let closed = site.get_as(&cookie, &format!("/desk/matters/{number}"));
    assert!(!closed.visible().contains(SUGGESTED), "a reason is a word of the text: {}", closed.visible());
    let page = look(&site, &cookie, &number);
    let text = page.visible();
    for part in [SUGGESTED, "供水 › 水管漏水", "因为：水管", "需求层次：温饱生存", "由您来定"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(sort(&site, &cookie, &number, (&page, "030102")).status, StatusCode::SEE_OTHER);
    let after = site.get_as(&cookie, &format!("/desk/matters/{number}")).visible();
    assert!(after.contains("已经归到：") && after.contains("已登记"), "{after}");
    let figures = site.get_as(&cookie, "/desk/reading");
    assert!(figures.visible().contains("1 / 1") && !figures.text().contains('⟦'), "{}", figures.visible());
    let list = site.get_as(&cookie, "/desk").visible();
    assert!(!list.contains("机器建议："), "a person has decided: {list}");
}

fn whoever_puts_it_right_is_counted_nowhere_and_the_resident_reads_both(engine: Engine) {
    let (site, number, code) = opened(engine);
    let cookie = enter(&site, "gu");
    let list = site.get_as(&cookie, "/desk").visible();
    assert!(list.contains("机器建议：水电气热与供应 › 供水"), "{list}");
    let page = look(&site, &cookie, &number);
    assert_eq!(sort(&site, &cookie, &number, (&page, "110101")).status, StatusCode::SEE_OTHER);
    let wrong = sort(&site, &cookie, &number, (&site.get_as(&cookie, &format!("/desk/matters/{number}/act/sort")), "21"));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let figures = site.get_as(&cookie, "/desk/reading").visible();
    assert!(figures.contains("0 / 1") && figures.contains("交通出行与道路 › 道路 › 路面坏、路不通"), "{figures}");
    let staff = site.world.hall.site.directory().staff[&testkit::county::staff_id("gu")].name.clone();
    assert!(!figures.contains(&staff), "{figures}");
    let mut visitor = Visitor::new(&site);
    visitor.post("/track", &format!("number={number}&query_code={code}"));
    let own = visitor.get("/track/matter").visible();
    assert!(own.contains("机器原来建议") && own.contains("路面坏、路不通"), "{own}");
}

fn who_wants_no_machine_is_read_by_none(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (number, _) = filed(&site, &format!("{MORE}&unread=1"));
    let cookie = enter(&site, "gu");
    let page = look(&site, &cookie, &number);
    assert!(page.visible().contains("不要机器建议") && !page.visible().contains("因为："), "{}", page.visible());
    assert!(!site.get_as(&cookie, "/desk").visible().contains("机器建议："));
    let form = site.get_as(&cookie, &format!("/desk/matters/{number}/act/sort"));
    assert_eq!(sort(&site, &cookie, &number, (&form, "030102")).status, StatusCode::SEE_OTHER);
    let figures = site.get_as(&cookie, "/desk/reading").visible();
    assert!(figures.contains("—") && figures.contains("没有建议"), "{figures}");
}
