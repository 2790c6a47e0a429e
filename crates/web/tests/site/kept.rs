//! Words typed while a session ran out: nothing is lost, nothing is stored, and every rule is asked anew.

use axum::http::StatusCode;
use jiff::ToSpan;
use testkit::{Engine, on_both};

use crate::desk::filed;
use crate::staff::{PASSWORD, accounts, code, enter, login_form};
use crate::world::{Answer, Site, Visitor};

on_both![a_clerk_whose_session_ended_sends_the_written_words_after_signing_in, a_resident_whose_half_hour_ended_loses_no_word];

const REPLY: &str = "阀门老化，十一月二十六日前换好";

/// Returns the hidden fields of a page as a browser would send them.
fn hidden(page: &Answer) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    for input in page.text().split("<input type=\"hidden\" name=\"").skip(1) {
        let (name, rest) = input.split_once('"').unwrap();
        let value = rest.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        if name != "back" {
            out.append_pair(name, &value.replace("&amp;", "&"));
        }
    }
    out.finish()
}

fn a_clerk_whose_session_ended_sends_the_written_words_after_signing_in(engine: Engine) {
    let site = Site::new(engine);
    accounts(&site);
    let (number, _) = filed(&site, "&identity=named&name=田小满&mobile=13900000001");
    let cookie = enter(&site, "gu");
    site.world.clock.advance(20.minutes());
    let act = format!("/desk/matters/{number}/act/ask_supplement");
    let page = site.post_as(&cookie, &act, format!("seen=1&words={REPLY}&second_code=123456"));
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(page.text().contains(REPLY) && page.text().contains("您写的都还在") && !page.text().contains("123456"));
    // a wrong password does not lose them either
    let wrong = site.post("/desk/login", format!("{}&login=gu&password=wrong-password&code=000000", hidden(&page)));
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert!(wrong.text().contains(REPLY));
    site.world.clock.advance(10.minutes());
    let signed = site.post("/desk/login", format!("{}&{}", hidden(&wrong), login_form("gu", PASSWORD, &code(&site, "gu"))));
    assert_eq!(signed.status, StatusCode::OK, "{}", signed.visible());
    assert!(signed.text().contains(&format!("action=\"{act}\"")) && signed.visible().contains(REPLY));
    let cookie = signed.header("set-cookie").split(';').next().unwrap().to_owned();
    let sent = site.post_as(&cookie, &act, hidden(&signed));
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.visible());
}

fn a_resident_whose_half_hour_ended_loses_no_word(engine: Engine) {
    let site = Site::new(engine);
    let (number, code) = filed(&site, "&identity=named&name=田小满&mobile=13900000001");
    let mut person = Visitor::new(&site);
    person.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    site.world.clock.advance(31.minutes());
    let page = person.post("/track/act", "act=supplement&words=又坏了一盏，在桥头");
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(page.text().contains("又坏了一盏，在桥头"));
    let open = person.post("/track", &format!("{}&number={number}&query_code={code}", hidden(&page)));
    assert_eq!(open.status, StatusCode::OK, "{}", open.visible());
    person.post("/track/act", &hidden(&open)).leads_to("/track/matter?done=supplement");
    // what was sent elsewhere than to our own forms is not offered
    let foreign = format!("number={number}&query_code={code}&kept_to=//evil.example/x&kept.words=abc");
    person.post("/track", &foreign).leads_to("/track/matter");
}
