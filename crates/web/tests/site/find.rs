//! The box on every page of the desk.

use appeals::store;
use axum::http::StatusCode;
use testkit::county::{TOWNSHIP_OFFICE, VILLAGE};

use crate::desk::filed;
use crate::staff::{accounts, enter};
use crate::world::Site;

fn encoded(words: &str) -> String {
    form_urlencoded::byte_serialize(words.as_bytes()).collect()
}

#[test]
fn words_find_what_a_person_may_see_and_a_number_leads_to_its_matter() {
    let site = Site::sqlite();
    accounts(&site);
    let (number, _) = filed(&site, "1&identity=anonymous");
    let (township, water) = (enter(&site, "gu"), enter(&site, "wei"));
    let ask = |cookie: &str, words: &str| site.get_as(cookie, &format!("/desk/find?q={}", encoded(words)));
    assert!(ask(&township, "水").visible().contains("正在整理搜索索引"), "before anything is indexed it says so");
    site.index();
    let answer = ask(&township, "漏了");
    assert!(answer.visible().contains("共 1 件") && answer.text().contains("<mark>漏了</mark>"), "{}", answer.visible());
    assert!(ask(&water, "漏了").visible().contains("没有找到"));
    assert_eq!(ask(&water, &number).header("location"), format!("/desk/matters/{number}"));
    assert_eq!(site.get_as(&water, "/desk/find?number=nonsense").status, StatusCode::UNPROCESSABLE_ENTITY);
    let office = ask(&township, "bdz").visible();
    assert!(office.contains("您要找的也许是") && office.contains("北渡镇人民政府"), "{office}");
    assert!(ask(&township, "单位:北渡镇人民政府 种类:投诉 状态:在办").visible().contains("共 1 件"));
    let unknown = ask(&township, "单位:月球站").visible();
    assert!(unknown.contains("没有认出“单位:月球站”"), "{unknown}");
    assert!(ask(&township, "").visible().contains("状态:超期"));
    let english = site
        .get_as(&format!("{township}; ms_lang=en; __Host-ms_lang=en"), &format!("/desk/find?q={}", encoded("漏了")))
        .visible();
    assert!(english.contains("1 in all"), "{english}");
}

#[test]
fn whoever_is_shown_words_by_a_search_is_noted_first() {
    let site = Site::sqlite();
    accounts(&site);
    let (number, _) = filed(&site, "1&identity=anonymous");
    site.index();
    let township = enter(&site, "gu");
    let readings = |site: &Site| {
        let count = "select cast(count(*) as bigint) as many from access_entry where purpose = 'list'";
        site.world.read(move |tx, _| tx.row(count, &[])?.unwrap().get::<i64>("many")).unwrap()
    };
    let before = readings(&site);
    assert!(site.get_as(&township, &format!("/desk/find?q={}", encoded("月球"))).visible().contains("没有找到"));
    assert_eq!(readings(&site), before);
    assert!(site.get_as(&township, &format!("/desk/find?q={}", encoded("漏了"))).text().contains("<mark>"));
    assert!(readings(&site) > before);
    let row = site.world.read(move |tx, site| store::by_number(tx, site.jurisdiction, &number)).unwrap().unwrap();
    assert_eq!((row.owner.as_str(), row.place.as_deref()), (TOWNSHIP_OFFICE, Some(VILLAGE)));
}
