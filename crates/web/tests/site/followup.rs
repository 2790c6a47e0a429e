//! Ratings and what follows them, at the pages: reasons and marks, call-backs by another line, criticism that nobody takes out; and an office
//! that would like to rate itself.

use axum::http::StatusCode;
use testkit::{Engine, on_both};

use crate::desk::{act, state};
use crate::staff::{accounts, enter};
use crate::track::{filed, replied};
use crate::world::{Site, Visitor};

on_both![
    a_bad_rating_is_called_back_put_right_and_answered,
    an_office_cannot_rate_itself_by_page_api_or_import,
    a_resident_is_heard_about_an_objection_at_a_counter_and_gets_a_receipt,
    the_sign_in_a_window_leads_to_a_grade_and_names_nobody,
];

const NAMED: &str = "&kind=help&identity=named&name=田小满&mobile=13900000001";

fn a_bad_rating_is_called_back_put_right_and_answered(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (number, code) = filed(&site, NAMED);
    let mut person = Visitor::new(&site);
    person.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    replied(&site);
    let page = person.get("/track/matter").visible();
    for words in ["说说为什么", "拖得太久", "办得快", "采取的措施", "效果"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // a reason ticked under another grade is not meant
    let body = "act=rate&grade=1&rating_bad=slow&rating_bad=unsolved&rating_good=kind&effect=2&words=路灯又坏了";
    person.post("/track/act", body).leads_to("/track/matter?done=rate");
    let page = person.get("/track/matter").visible();
    for words in ["拖得太久", "事情没有解决", "效果：不满意", "差评已经报给督查", "由别的单位打电话问您"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("态度好"), "{page}");
    let (owner, caller, watch) = (enter(&site, "gu"), enter(&site, "jin"), enter(&site, "meng"));
    for hidden in ["/desk/callbacks", &format!("/desk/callbacks/{number}/c1")] {
        assert_eq!(site.get_as(&owner, hidden).status, StatusCode::FORBIDDEN, "{hidden}");
    }
    let list = site.get_as(&caller, "/desk/callbacks");
    assert!(list.visible().contains(&number) && list.visible().contains("非常不满意"), "{}", list.visible());
    let which = list.text().split(&format!("/desk/callbacks/{number}/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let address = format!("/desk/callbacks/{number}/{which}");
    let closed = site.get_as(&caller, &address);
    assert!(!closed.text().contains("13900000001") && !closed.text().contains("⟦"), "not before it is noted");
    assert_eq!(
        site.get_as(&caller, &format!("/desk/matters/{number}")).status,
        StatusCode::FORBIDDEN,
        "and no more of the matter"
    );
    site.post_as(&caller, &address, "what=open".to_owned()).leads_to(&address);
    let open = site.get_as(&caller, &address);
    assert!(open.text().contains("13900000001") && open.visible().contains("路灯坏了三天"), "{}", open.visible());
    assert!(person.get("/track/matter").visible().contains("独立回访"), "the resident sees who opened it and why");
    let missing = site.post_as(&caller, &address, "words=没人接".to_owned());
    assert!(missing.status.is_client_error() && missing.visible().contains("没人接"), "no word is lost");
    site.post_as(&caller, &address, "reached=no&words=九点半没人接".to_owned()).leads_to("/desk/callbacks?done=acted");
    assert!(site.get_as(&caller, "/desk/callbacks").visible().contains(&number), "one try is not the last");
    site.post_as(&caller, &address, "reached=yes&words=他说还是黑的&grade=1".to_owned()).leads_to("/desk/callbacks?done=acted");
    assert!(!site.get_as(&caller, "/desk/callbacks").visible().contains(&number));
    let page = person.get("/track/matter").visible();
    assert!(page.contains("他说还是黑的") && page.contains("独立回访时说的，没有签名，单独统计"), "{page}");
    let listed = site.get_as(&watch, "/desk/criticism");
    assert!(listed.visible().contains(&number) && listed.visible().contains("已回访"), "{}", listed.visible());
    assert!(
        !listed.text().contains("⟦") && !listed.text().contains("method=\"post\" action=\"/desk/criticism"),
        "nothing takes one out"
    );
    assert!(site.get_as(&owner, "/desk/criticism").visible().contains(&number), "the office sees its own");
    assert_eq!(site.get_as(&caller, "/desk/criticism").status, StatusCode::FORBIDDEN);
    act(&site, &watch, (&number, "answer_criticism"), "words=已经督促，一周内换线");
    let answered = site.get_as(&watch, "/desk/criticism").visible();
    assert!(answered.contains("已答复") && answered.contains(&number), "answered, and still there");
    assert!(person.get("/track/matter").visible().contains("已经督促，一周内换线"));
    let none = site.post_as(&owner, &format!("/desk/matters/{number}/act/rectify"), "words=换了线".to_owned());
    assert!(none.visible().contains("整改要附上凭据"), "{}", none.visible());
    let figures = site.get("/figures").visible();
    assert!(figures.contains("独立回访里说的") && figures.contains("0 / 1"), "{figures}");
}

fn an_office_cannot_rate_itself_by_page_api_or_import(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (number, _) = filed(&site, NAMED);
    replied(&site);
    for login in ["gu", "qiao", "meng", "tang", "jin"] {
        let cookie = enter(&site, login);
        for name in ["rate", "tell_grade", "mark_rectification", "answer_objection", "call_back"] {
            let path = format!("/desk/matters/{number}/act/{name}");
            let body = "grade=5&mark=5&words=很好&reached=yes&sig=AAAA";
            assert_eq!(site.post_as(&cookie, &path, body.to_owned()).status, StatusCode::NOT_FOUND, "{login} {path}");
        }
        // a session of staff opens no matter as its resident does
        let page = site.post_as(&cookie, "/track/act", "act=rate&grade=5&words=很好".to_owned());
        assert!(!page.status.is_success(), "{login}: {}", page.status);
        let api = site.post_as(&cookie, "/api/v1/matter/acts/rate", "{\"grade\":5}".to_owned());
        assert!(api.status.is_client_error(), "{login}: {}", api.status);
        // what is typed in for somebody can carry no grade
        let body =
            format!("what=x&kind=help&identity=named&name=x&mobile=13900000009&rating=5&grade=5&signature=AAAA&number={number}");
        drop(site.post_as(&cookie, "/desk/counter", body));
    }
    let state = state(&site, &number);
    assert!(state.rating.is_none() && state.followup.told.is_none() && state.graded().is_none());
}

fn a_resident_is_heard_about_an_objection_at_a_counter_and_gets_a_receipt(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (number, code) = filed(&site, NAMED);
    let mut person = Visitor::new(&site);
    person.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    replied(&site);
    person.post("/track/act", "act=rate&grade=1&words=路灯又坏了").leads_to("/track/matter?done=rate");
    let (head, caller) = (enter(&site, "qiao"), enter(&site, "jin"));
    act(&site, &head, (&number, "object_rating"), "ground=mistaken&words=评的是另一盏");
    let list = site.get_as(&caller, "/desk/callbacks");
    assert!(list.visible().contains("要听群众怎么说"), "{}", list.visible());
    let which = list.text().split(&format!("/desk/callbacks/{number}/o")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let address = format!("/desk/callbacks/{number}/o{which}");
    assert_eq!(site.get_as(&head, &address).status, StatusCode::FORBIDDEN, "the rated office hears nobody");
    let closed = site.get_as(&caller, &address);
    assert!(!closed.text().contains("13900000001") && !closed.visible().contains("评的是另一盏"), "not before it is noted");
    let early = site.post_as(&caller, &address, "spoken=call&words=就是这一盏".to_owned());
    assert!(early.status.is_client_error() && early.visible().contains("还没有打开"), "{}", early.visible());
    site.post_as(&caller, &address, "what=open".to_owned()).leads_to(&address);
    let open = site.get_as(&caller, &address).visible();
    assert!(open.contains("13900000001") && open.contains("评的是另一盏") && !open.contains('⟦'), "{open}");
    let wrong = site.post_as(&caller, &address, "spoken=counter&query_code=AAAA-AAAA-AAAA-AAAA&words=就是这一盏".to_owned());
    assert!(wrong.status.is_client_error() && wrong.visible().contains("就是这一盏"), "no word is lost: {}", wrong.visible());
    assert!(!wrong.text().contains("AAAA-AAAA"), "a code is never given back");
    let noted = site.post_as(&caller, &address, format!("spoken=counter&query_code={code}&words=就是村口这一盏"));
    assert_eq!(noted.status, StatusCode::OK, "{}", noted.visible());
    let receipt = noted.visible();
    for words in ["回执：对评价异议的回应", "就是村口这一盏", "在窗口说的", &number, "公开日志第几条"]
    {
        assert!(receipt.contains(words), "{words}: {receipt}");
    }
    assert!(!noted.text().contains(&code), "and no code stands on it");
    let page = person.get("/track/matter").visible();
    assert!(page.contains("就是村口这一盏") && page.contains("在窗口说的，由不是被评单位的人照原话记下"), "{page}");
    assert!(!site.get_as(&caller, "/desk/callbacks").visible().contains("要听群众怎么说"), "heard once");
}

fn the_sign_in_a_window_leads_to_a_grade_and_names_nobody(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let sign = site.get_as(&enter(&site, "gu"), "/desk/counter/sign");
    assert!(sign.text().contains("<svg") && sign.visible().contains("/window/bd"), "{}", sign.visible());
    assert!(!sign.visible().split("办得怎么样，您说了算").nth(1).unwrap().contains("顾"), "an office and no person");
    let admin = site.get_as(&enter(&site, "tang"), "/desk/admin/signs?office=bd");
    assert!(admin.visible().contains("办得怎么样，您说了算"), "{}", admin.visible());
    let page = site.get("/window/bd");
    for grade in 1..=5 {
        assert!(page.text().contains(&format!("href=\"/track?grade={grade}\"")), "{grade}");
    }
    assert_eq!(site.get("/window/nothing").status, StatusCode::NOT_FOUND);
    assert!(site.get("/track?grade=2").visible().contains("编号"), "a link chooses and rates nothing");
}
