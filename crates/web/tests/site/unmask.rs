//! A name told in confidence: hidden at the desk, opened by two persons to the first of them for an hour, and told.

use axum::http::StatusCode;
use testkit::{Engine, on_both};

use crate::desk::{WORDS, filed};
use crate::staff::{accounts, enter};
use crate::world::{Site, Visitor};

on_both![two_persons_open_a_name_told_in_confidence_and_its_owner_reads_it];

const MOBILE: &str = "13900000001";

fn look(site: &Site, cookie: &str, number: &str, purpose: &str) -> String {
    site.post_as(cookie, &format!("/desk/matters/{number}/read"), format!("purpose={purpose}"));
    site.get_as(cookie, &format!("/desk/matters/{number}")).text()
}

fn request(page: &str) -> String {
    page.split("name=\"id\" value=\"").nth(1).expect(page).split('"').next().unwrap().to_owned()
}

fn two_persons_open_a_name_told_in_confidence_and_its_owner_reads_it(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (number, code) = filed(&site, &format!("&identity=confidential&name=田小满&mobile={MOBILE}"));
    let (first, second) = (enter(&site, "gu"), enter(&site, "qiao"));
    let (supervisor, other) = (enter(&site, "meng"), enter(&site, "wei"));
    let unmask = format!("/desk/matters/{number}/unmask");
    let page = look(&site, &first, &number, "handle");
    assert!(page.contains(WORDS) && page.contains("姓名和联系方式不显示"), "{page}");
    assert!(!page.contains(MOBILE) && !page.contains("田小满"), "the holder alone sees no name");
    assert_eq!(site.post_as(&other, &unmask, "act=ask&ground=tell").status, StatusCode::FORBIDDEN);
    look(&site, &supervisor, &number, "supervise");
    assert_eq!(site.post_as(&supervisor, &unmask, "act=ask&ground=tell").status, StatusCode::FORBIDDEN, "who watches never asks");
    assert_eq!(site.post_as(&first, &unmask, "act=ask&ground=curious").status, StatusCode::UNPROCESSABLE_ENTITY);
    site.post_as(&first, &unmask, "act=ask&ground=tell").leads_to(&format!("/desk/matters/{number}?done=saved"));
    let own = look(&site, &first, &number, "handle");
    assert!(!own.contains(MOBILE) && own.contains("收回") && !own.contains("同意查看"), "asked for, and not yet open");
    let agree = format!("act=agree&id={}", request(&own));
    // the same person in another session is the same person
    site.world.clock.advance(jiff::ToSpan::seconds(60));
    let again = enter(&site, "gu");
    assert_eq!(site.post_as(&again, &unmask, agree.clone()).status, StatusCode::FORBIDDEN);
    let waiting = look(&site, &second, &number, "handle");
    assert!(waiting.contains("同意查看") && waiting.contains("要电话告知或者送达"), "{waiting}");
    site.post_as(&second, &unmask, agree.clone()).leads_to(&format!("/desk/matters/{number}?done=saved"));
    assert!(look(&site, &first, &number, "handle").contains(MOBILE), "whoever asked sees it");
    assert!(!look(&site, &second, &number, "handle").contains(MOBILE), "whoever agreed does not");
    assert!(!look(&site, &supervisor, &number, "supervise").contains(MOBILE));
    assert_eq!(site.post_as(&second, &unmask, agree).status, StatusCode::CONFLICT, "used once");
    let mut person = Visitor::new(&site);
    person.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    let told = person.get("/track/matter").visible();
    assert!(told.contains("查看您要求保密的姓名") && told.contains("顾行舟提出，乔仲禾同意"), "{told}");
    site.world.clock.advance(jiff::ToSpan::hours(2));
    let late = enter(&site, "gu");
    assert!(!look(&site, &late, &number, "handle").contains(MOBILE), "its hour is over");
    let (named, _) = filed(&site, "2&identity=named&name=田小满&mobile=13900000002");
    let plain = site.post_as(&late, &format!("/desk/matters/{named}/unmask"), "act=ask&ground=tell");
    assert_eq!(plain.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing is hidden there");
}
