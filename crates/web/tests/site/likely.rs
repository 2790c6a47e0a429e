//! What may be the same matter, beside a new one: shown with its reasons, merged with one press, taken apart again.

use axum::http::StatusCode;
use testkit::county::VILLAGE;
use testkit::{Engine, on_both};

use crate::desk::{NAMED, WORDS, act, entries, filed, filed_as, look, seen, state};
use crate::file::hidden;
use crate::staff::{accounts, enter};
use crate::world::{Answer, Site, Visitor};

on_both![
    likely_repeats_stand_beside_a_matter_until_it_is_accepted,
    one_press_merges_what_is_most_alike_and_it_can_be_taken_apart,
    whoever_says_what_many_said_joins_them_with_one_press,
    whoever_came_before_the_many_joins_them_from_the_own_page,
];

fn likely_repeats_stand_beside_a_matter_until_it_is_accepted(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (older, _) = filed(&site, "1&identity=named&name=江大河&mobile=13900000002");
    let (number, _) = filed(&site, NAMED);
    let cookie = enter(&site, "gu");
    let address = format!("/desk/matters/{number}");
    let page = site.get_as(&cookie, &address);
    assert!(page.visible().contains("可能是同一件事") && page.text().contains(&format!("/act/merge?main={older}")));
    assert!(!page.text().contains(WORDS), "no words before a purpose");
    assert_eq!(entries(&site), []);
    let page = look(&site, &cookie, &number);
    let list = page.text().split("class=\"likely\"").nth(1).unwrap().split("</section>").next().unwrap().to_owned();
    assert!(list.contains(WORDS) && list.contains(&older) && !list.contains("来过") && !list.contains("江大河"), "{list}");
    let listed = ("list".to_owned(), state(&site, &older).matter);
    assert!(entries(&site).contains(&listed), "its resident sees that the title was shown");
    assert!(
        list.contains("都说到") && list.contains("同一个地方") && list.contains("同一天") && list.contains("同一类"),
        "{list}"
    );
    let form = site.get_as(&cookie, &format!("/desk/matters/{number}/act/merge?main={older}"));
    assert!(form.text().contains(&format!("value=\"{older}\"")));
    assert!(!site.get_as(&enter(&site, "wei"), &address).text().contains("class=\"likely\""));
    let body = format!("what={WORDS}&place={VILLAGE}&kind=complaint&identity=named&name=田小满&mobile=13900000001&submit_key=c");
    let done = site.post_as(&cookie, "/desk/counter", body);
    let shown = done.visible();
    assert!(shown.contains("可能是同一件事") && shown.contains("可能需要多帮一把") && shown.contains(&number), "{shown}");
    act(&site, &cookie, (&number, "accept"), "category=03");
    assert!(!site.get_as(&cookie, &address).text().contains("class=\"likely\""));
}

fn one_press_merges_what_is_most_alike_and_it_can_be_taken_apart(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (older, _) = filed(&site, "1&identity=named&name=江大河&mobile=13900000002");
    let (number, _) = filed(&site, NAMED);
    site.index();
    let cookie = enter(&site, "gu");
    let page = look(&site, &cookie, &number);
    assert!(page.visible().contains(&format!("和 {older} 很像是同一件事")), "{}", page.visible());
    assert!(page.visible().contains("随时可以"), "that it can be undone is said before");
    let merge = |body: String| site.post_as(&cookie, &format!("/desk/matters/{number}/act/merge"), body);
    let stale = merge(format!("seen=0&main={older}"));
    assert_eq!(stale.status, StatusCode::CONFLICT, "who pressed on an old page merges nothing");
    assert_eq!(merge(format!("seen={}&main={older}", seen(&page))).status, StatusCode::SEE_OTHER);
    assert_eq!(state(&site, &number).merged_into, Some(state(&site, &older).matter));
    let page = site.get_as(&cookie, &format!("/desk/matters/{number}"));
    assert!(!page.text().contains("class=\"likely\"") && page.text().contains("/act/unmerge"));
    act(&site, &cookie, (&number, "unmerge"), "");
    assert_eq!(state(&site, &number).merged_into, None);
    assert!(site.get_as(&enter(&site, "wei"), &format!("/desk/matters/{number}")).text().find("class=\"likely\"").is_none());
}

const WATER: &str = "村里停水三天了，自来水管爆裂，家里没有水喝";

/// Leads to the preview of a text.
pub fn preview(person: &mut Visitor<'_>, what: &str, kind: &str) -> Answer {
    person.post("/appeals/new", &format!("step=what&what={what}"));
    person.post("/appeals/new", &format!("step=where&place={VILLAGE}"));
    person.post("/appeals/new", &format!("step=kind&kind={kind}"));
    person.post("/appeals/new", "step=who&identity=anonymous");
    person.get("/appeals/new?step=check")
}

/// Is what a neighbour files, with the code.
pub fn neighbour(site: &Site, at: usize) -> (String, String) {
    filed_as(site, "help", &format!("n{at}&identity=named&name=江大河&mobile=139000001{at:02}"))
}

/// Makes one piece of work with so many people behind it; returns its number.
pub fn many(site: &Site, cookie: &str, people: usize) -> String {
    let main = neighbour(site, 0).0;
    act(site, cookie, (&main, "accept"), "category=03");
    (1..people).for_each(|at| drop(act(site, cookie, (&neighbour(site, at).0, "merge"), &format!("main={main}"))));
    main
}

fn whoever_says_what_many_said_joins_them_with_one_press(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let cookie = enter(&site, "gu");
    let main = many(&site, &cookie, 9);
    let merge = |number: &String| act(&site, &cookie, (number, "merge"), &format!("main={main}"));
    let joined = "大家也反映过";
    assert!(!preview(&mut Visitor::new(&site), WATER, "help").text().contains(joined), "nine are too few");
    merge(&neighbour(&site, 9).0);
    for (what, kind) in [(WATER, "complaint"), (WATER, "accusation"), ("想给孩子转学，怎么办手续", "help")] {
        assert!(!preview(&mut Visitor::new(&site), what, kind).text().contains(joined), "{what} {kind}");
    }
    let mut person = Visitor::new(&site);
    let page = preview(&mut person, WATER, "help").text();
    let told = page.split(joined).nth(1).expect("what many said is told").split("</section>").next().unwrap();
    assert!(told.contains("约有 10 人") && told.contains("name=\"joins\" value=\"03\""), "{told}");
    assert!(!told.contains(&main) && !told.contains(WORDS) && !told.contains("江大河"), "{told}");
    assert_eq!(
        person.post("/appeals", &format!("{}&joins=03", hidden(&page, "action=\"/appeals\""))).status,
        StatusCode::SEE_OTHER
    );
    let receipt = person.get("/appeals/receipt").text();
    let number = receipt.split("big code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(number != main && !receipt.contains(&main), "a matter of one's own, and no other one named");
    let page = look(&site, &cookie, &number);
    assert!(page.visible().contains("和大家反映的是同一件事"), "{}", page.visible());
    assert!(page.visible().contains(&format!("并入 {main}，一起办")));
    merge(&number);
    assert_eq!(state(&site, &number).merged_into, Some(state(&site, &main).matter));
}

fn whoever_came_before_the_many_joins_them_from_the_own_page(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let cookie = enter(&site, "gu");
    let own = filed_as(&site, "help", "own&identity=named&name=田小满&mobile=13900000055");
    let complaint = filed_as(&site, "complaint", "complaint&identity=anonymous");
    let unread = filed_as(&site, "help", "unread&identity=anonymous&unread=1");
    let main = many(&site, &cookie, 9);
    let page = |(number, code): &(String, String)| {
        let mut person = Visitor::new(&site);
        person.post("/track", &format!("number={number}&query_code={code}"));
        let text = person.get("/track/matter").text();
        (person, text)
    };
    let joined = "大家也反映过";
    assert!(!page(&own).1.contains(joined), "nine are too few");
    act(&site, &cookie, (&neighbour(&site, 9).0, "merge"), &format!("main={main}"));
    for other in [&complaint, &unread] {
        assert!(!page(other).1.contains(joined));
        let refused = page(other).0.post("/track/act", "act=join&seen=1&joins=03");
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.visible());
    }
    let (mut person, text) = page(&own);
    let told = text.split(joined).nth(1).expect("what many said is told").split("</section>").next().unwrap();
    assert!(told.contains("约有 10 人") && told.contains("name=\"joins\" value=\"03\""), "{told}");
    assert!(!told.contains(&main) && !told.contains(WORDS) && !told.contains("江大河"), "{told}");
    assert_eq!(person.post("/track/act", "act=join&seen=1&joins=00").status, StatusCode::UNPROCESSABLE_ENTITY, "no category");
    assert_eq!(person.post("/track/act", "act=join&seen=1&joins=03").header("location"), "/track/matter?done=join");
    let after = person.get("/track/matter").text();
    assert!(!after.contains(joined) && after.contains("您说了：和大家反映的是同一件事"), "{after}");
    assert_eq!(person.post("/track/act", "act=join&seen=2&joins=03").status, StatusCode::UNPROCESSABLE_ENTITY, "once");
    let state = state(&site, &own.0);
    assert_eq!((state.joins.as_deref(), state.merged_into, state.number.as_str()), (Some("03"), None, own.0.as_str()));
    let page = look(&site, &cookie, &own.0);
    assert!(page.visible().contains(&format!("并入 {main}，一起办")), "{}", page.visible());
}
