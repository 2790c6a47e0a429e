//! Telling by telephone: the list of the office, the number opened as a noted reading, the call in both sides' sight.

use axum::http::StatusCode;
use testkit::{Engine, on_both};

use crate::desk::{NAMED, act, entries, filed, state};
use crate::staff::{accounts, enter};
use crate::world::{Site, Visitor};

on_both![a_resident_without_mail_is_told_by_telephone_and_sees_it];

const LIST: &str = "/desk?scope=calls";

fn a_resident_without_mail_is_told_by_telephone_and_sees_it(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (number, code) = filed(&site, NAMED);
    let cookie = enter(&site, "gu");
    assert!(site.get_as(&cookie, LIST).visible().contains("没有要打电话告诉的"));
    act(&site, &cookie, (&number, "accept"), "category=03");
    let list = site.get_as(&cookie, LIST);
    assert!(list.visible().contains("已经受理") && list.visible().contains("最迟2026年11月27日"), "{}", list.visible());
    assert!(!list.text().contains("13900000001"), "a list shows no number");
    assert!(site.get_as(&cookie, "/desk").visible().contains("要打电话告诉"), "counted on the first page");
    let path = format!("/desk/matters/{number}/act/tell_by_phone");
    let shut = site.get_as(&cookie, &path);
    assert!(shut.visible().contains("您的事已经受理") && !shut.text().contains("13900000001"));
    let before = entries(&site).len();
    site.post_as(&cookie, &format!("/desk/matters/{number}/read"), "purpose=tell&next=tell_by_phone").leads_to(&path);
    assert_eq!(entries(&site)[before..].iter().map(|(purpose, _)| purpose.as_str()).collect::<Vec<_>>(), ["tell"]);
    assert!(site.get_as(&cookie, &path).text().contains("tel:13900000001"));
    act(&site, &cookie, (&number, "tell_by_phone"), "reached=no&words=响了很久没人接");
    assert!(site.get_as(&cookie, LIST).visible().contains("打过 1 次，没打通"));
    act(&site, &cookie, (&number, "tell_by_phone"), "reached=otherwise&words=上门告诉他已经受理，他记下了日子");
    assert!(site.get_as(&cookie, LIST).visible().contains("没有要打电话告诉的"));
    let refused = site.get_as(&cookie, &path);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut resident = Visitor::new(&site);
    resident.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    let page = resident.get("/track/matter").visible();
    for seen in ["打了电话，没有找到本人", "用别的办法告诉了本人", "他记下了日子", "已经由工作人员告诉您", "打电话告诉本人"]
    {
        assert!(page.contains(seen), "{seen}: {page}");
    }
}

#[test]
fn the_list_belongs_to_the_holder_and_names_no_accusation() {
    let site = Site::sqlite();
    accounts(&site);
    let (number, _) = filed(&site, &format!("1{NAMED}"));
    filed(&site, &format!("2{NAMED}&kind=accusation"));
    let holder = enter(&site, "gu");
    act(&site, &holder, (&number, "accept"), "category=03");
    site.world.clock.days(1);
    let holder = enter(&site, "gu");
    assert_eq!(site.get_as(&holder, LIST).text().matches("/act/tell_by_phone").count(), 1);
    for other in ["wei", "meng", "tang"] {
        let cookie = enter(&site, other);
        let page = site.get_as(&cookie, LIST);
        assert!(!page.text().contains(&number), "{other}");
    }
    assert_eq!(state(&site, &number).untold.len(), 1);
}

#[test]
fn who_watches_readings_sees_who_read_a_matter_and_no_word_of_it() {
    let site = Site::sqlite();
    accounts(&site);
    let (number, _) = filed(&site, NAMED);
    let cookie = enter(&site, "gu");
    site.post_as(&cookie, &format!("/desk/matters/{number}/read"), "purpose=handle");
    let address = format!("/desk/matters/{number}/access");
    assert_eq!(site.get_as(&cookie, &address).status, StatusCode::FORBIDDEN);
    let cookie = enter(&site, "meng");
    assert!(site.get_as(&cookie, &format!("/desk/matters/{number}")).text().contains(&address));
    let page = site.get_as(&cookie, &address);
    assert!(page.visible().contains("顾行舟") && page.visible().contains("办理"), "{}", page.visible());
    assert!(!page.text().contains("田小满") && !page.text().contains("13900000001"));
}
