//! What was typed and chosen is kept, and what is gone is said to be gone.

use axum::http::StatusCode;
use testkit::county::{VILLAGE, WATER};

use crate::desk::{NAMED, WORDS, filed, seen};
use crate::file::{hidden, photo};
use crate::staff::{accounts, enter};
use crate::world::{Answer, Site, Visitor};

/// Leads to the preview.
fn typed(person: &mut Visitor<'_>) -> String {
    person.post("/appeals/new", "step=what&what=路灯坏了三天");
    person.post("/appeals/new", &format!("step=where&place={VILLAGE}"));
    person.post("/appeals/new", "step=kind&kind=help");
    person.post("/appeals/new", "step=who&identity=named&name=田小满&mobile=13900000001");
    person.get("/appeals/new?step=check").text()
}

fn pairs(form: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(form.as_bytes()).into_owned().collect()
}

fn send(person: &mut Visitor<'_>, path: &str, page: &str, (extra, name, bytes): (&[(&str, &str)], &str, &[u8])) -> Answer {
    let fields = pairs(&hidden(page, "action=\"/appeals\""));
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    fields.extend_from_slice(extra);
    person.upload_with(path, &fields, name, bytes)
}

/// Opens what was just filed as its resident does.
fn tracked(person: &mut Visitor<'_>) -> String {
    let receipt = person.get("/appeals/receipt").text();
    let codes: Vec<&str> = receipt.split("big code\">").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
    person.post("/track", &format!("number={}&query_code={}", codes[0], codes[1])).leads_to("/track/matter");
    person.get("/track/matter").visible()
}

#[test]
fn a_file_that_is_chosen_goes_along_whichever_button_is_pressed() {
    let site = Site::sqlite();
    let mut person = Visitor::new(&site);
    let page = typed(&mut person);
    assert_eq!(page.matches("type=\"file\"").count(), 1);
    let form = page.split("action=\"/appeals\"").nth(1).unwrap().split("</form>").next().unwrap();
    assert!(form.contains("type=\"file\"") && page.contains("enctype=\"multipart/form-data\""), "the picker stands in the form");
    send(&mut person, "/appeals/new/files", &page, (&[("go", "who")], "a.jpg", &photo())).leads_to("/appeals/new?step=who");
    let page = person.get("/appeals/new?step=check").text();
    assert!(page.contains("a.jpg ·"));
    let sha = page.split("name=\"file\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let chosen = [photo(), b"chosen before a change".to_vec()].concat();
    let changed = send(&mut person, "/appeals/new/files", &page, (&[("change", "where")], "e.jpg", &chosen));
    changed.leads_to("/appeals/new?step=where&then=check");
    let page = person.get("/appeals/new?step=check").text();
    assert!(page.contains("e.jpg ·") && !page.contains("a class=\"change\""), "no link leaves the form behind: {page}");
    let refused = send(&mut person, "/appeals", &page, (&[], "b.jpg", b"MZ this is a program"));
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.visible();
    assert!(text.contains("“b.jpg”没有加上") && text.contains("a.jpg ·") && text.contains("路灯坏了三天"), "{text}");
    let large = send(&mut person, "/appeals", &page, (&[], "c.jpg", &vec![0; 20 * 1_048_576 + 1]));
    assert_eq!(large.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(large.visible().contains("“c.jpg”没有加上") && large.visible().contains("路灯坏了三天"), "{}", large.visible());
    let second = [photo(), b"more".to_vec()].concat();
    let removed = send(&mut person, "/appeals/new/files/remove", &page, (&[("file", &sha)], "d.jpg", &second));
    removed.leads_to("/appeals/new?step=check#attachments");
    let page = person.get("/appeals/new?step=check").text();
    assert!(page.contains("d.jpg ·") && !page.contains("a.jpg ·"));
    send(&mut person, "/appeals", &page, (&[], "a.jpg", &photo())).leads_to("/appeals/receipt");
    let matter = tracked(&mut person);
    assert!(matter.contains("a.jpg") && matter.contains("d.jpg"), "{matter}");
    send(&mut person, "/appeals", &page, (&[], "a.jpg", &photo())).leads_to("/appeals/receipt");
    let fresh = person.get("/appeals/new?step=check").text();
    assert!(!fresh.contains("d.jpg"), "nothing of it stays behind");
}

#[test]
fn attachments_that_are_gone_stop_the_sending_and_are_named() {
    let site = Site::sqlite();
    let mut person = Visitor::new(&site);
    let page = typed(&mut person);
    person.upload("/appeals/new/files", "a.jpg", &photo());
    let page = page.replace("name=\"attached\" value=\"0\"", "name=\"attached\" value=\"1\"");
    let mut without = Visitor::new(&site);
    let answer = without.post("/appeals", &hidden(&page, "action=\"/appeals\""));
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.visible().contains("原来添加的附件找不到了") && answer.visible().contains("路灯坏了三天"),
        "{}",
        answer.visible()
    );
    let page = without.get("/appeals/new?step=check").text();
    without.post("/appeals", &hidden(&page, "action=\"/appeals\"")).leads_to("/appeals/receipt");
}

#[test]
fn a_step_sent_after_the_draft_is_gone_is_kept_and_the_rest_is_said_to_be_gone() {
    let site = Site::sqlite();
    let mut person = Visitor::new(&site);
    person.post("/appeals/new", "step=what&what=路灯坏了三天");
    let page = person.get("/appeals/new?step=where").text();
    assert!(page.contains("name=\"began\" value=\"1\""));
    let mut without = Visitor::new(&site);
    let answer = without.post("/appeals/new", "step=where&began=1&submit_key=k&place_words=小学东门");
    let text = answer.visible();
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text.contains("前面几步填的内容找不到了") && !text.contains("您填的内容都还在"), "{text}");
    assert!(without.get("/appeals/new?step=where").text().contains("小学东门"));
}

#[test]
fn a_second_beginning_asks_which_to_go_on_with() {
    let site = Site::sqlite();
    let mut person = Visitor::new(&site);
    typed(&mut person);
    let home = "step=what&what=水管裂了";
    let asked = person.post("/appeals/new", home);
    let text = asked.visible();
    assert_eq!(asked.status, StatusCode::CONFLICT);
    assert!(text.contains("路灯坏了三天") && text.contains("水管裂了"), "both are shown: {text}");
    assert!(person.get("/appeals/new?step=check").text().contains("路灯坏了三天"), "nothing happened yet");
    person.post("/appeals/new", "step=what&what=").leads_to("/appeals/new?step=what");
    person.post("/appeals/new", &format!("{home}&choose=new")).leads_to("/appeals/new?step=where");
    let fresh = person.get("/appeals/new?step=kind").text();
    assert!(!fresh.contains("checked"), "the second begins clean");
    assert!(person.get("/appeals/new?step=what").text().contains("水管裂了"));
    assert!(!person.get("/appeals/new?step=who").text().contains("田小满"));
}

#[test]
fn the_question_shows_nothing_of_an_accusation_and_looks_as_before_a_kind_is_chosen() {
    let site = Site::sqlite();
    let asked = |steps: &[&str]| {
        let mut person = Visitor::new(&site);
        person.post("/appeals/new", "step=what&what=有人收钱办事");
        for step in steps {
            person.post("/appeals/new", step);
        }
        person.post("/appeals/new", "step=what&what=水管裂了").visible()
    };
    let begun = asked(&[]);
    assert!(begun.contains("水管裂了") && !begun.contains("收钱"), "{begun}");
    assert_eq!(asked(&["step=kind&kind=accusation"]), begun);
    assert_eq!(asked(&["step=kind&kind=help", "step=who&identity=anonymous"]), begun);
}

#[test]
fn a_control_character_comes_back_marked_at_its_field_with_every_word() {
    let site = Site::demo();
    let mut person = Visitor::new(&site);
    for (path, body) in [
        ("/appeals/new", "step=what&what=路灯%0B坏了"),
        ("/appeals", "what=路灯%00坏了&kind=help&identity=anonymous&submit_key=k"),
    ] {
        let answer = Visitor::new(&site).post(path, body);
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            answer.text().contains("路灯\u{fffd}坏了") && answer.text().contains("id=\"what-error\""),
            "{}",
            answer.visible()
        );
    }
    person.post("/appeals/new", "step=what&what=路灯坏了").leads_to("/appeals/new?step=where");
    accounts(&site);
    let cookie = enter(&site, "he");
    let counter = site.post_as(&cookie, "/desk/counter", format!("submit_key=c&what={WORDS}%0B&kind=help&channel=window{NAMED}"));
    assert_eq!(counter.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(counter.text().contains("id=\"what-error\"") && counter.text().contains(WORDS));
    let (number, _) = filed(&site, NAMED);
    let cookie = enter(&site, "gu");
    let path = format!("/desk/matters/{number}/act/assign");
    let sent = format!("seen={}&office={WATER}&words=请%0B看", seen(&site.get_as(&cookie, &path)));
    let act = site.post_as(&cookie, &path, sent);
    assert_eq!(act.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(act.text().contains("请\u{fffd}看") && act.text().contains("认不出的控制字符"), "{}", act.visible());
}

/// Presses the switch of a form page: the form goes to the same address, with what was typed.
fn switched(person: &mut Visitor<'_>, path: &str, (to, body): (&str, &str)) -> Answer {
    let answer = person.post(&format!("{path}?switch={to}"), body);
    assert!(answer.headers.get_all("set-cookie").iter().any(|set| set.to_str().unwrap().starts_with("ms_lang=")));
    answer
}

#[test]
fn language_and_print_size_keep_what_was_typed_at_a_step_and_on_the_first_page() {
    let site = Site::sqlite();
    let mut person = Visitor::new(&site);
    let home = person.get("/").text();
    assert!(
        home.contains("form=\"typed\" formaction=\"/appeals/new?switch=large\"") && home.contains("formnovalidate"),
        "{home}"
    );
    assert!(home.find("aria-hidden=\"true\"></button>") < home.find("?switch="), "Enter in a field presses no switch");
    switched(&mut person, "/appeals/new", ("en", "step=what&what=")).leads_to("/");
    switched(&mut person, "/appeals/new", ("large", "step=what&what=路灯坏了")).leads_to("/appeals/new?step=what");
    let page = person.get("/appeals/new?step=what").text();
    assert!(page.contains("路灯坏了") && page.contains("class=\"large\"") && page.contains("lang=\"en\""), "{page}");
    switched(&mut person, "/appeals/new", ("zh-CN", "step=who&identity=named&mobile=1")).leads_to("/appeals/new?step=who");
    assert!(person.get("/appeals/new?step=who").text().contains("value=\"1\""), "kept, and not judged yet");
    person.post("/appeals/new", "step=who&identity=named&mobile=12&go=kind").leads_to("/appeals/new?step=kind");
    assert!(person.get("/appeals/new?step=who").text().contains("value=\"12\""), "the way back keeps it too");
    let again = switched(&mut person, "/appeals/new", ("small", "step=what&what=水管裂了"));
    assert!(again.visible().contains("水管裂了"), "a second beginning is still asked about");
    assert!(person.get("/appeals/new?step=what").text().contains("路灯坏了"));
}

#[test]
fn the_switches_of_the_preview_keep_chosen_files() {
    let site = Site::sqlite();
    let mut person = Visitor::new(&site);
    let page = typed(&mut person);
    assert!(page.contains("formaction=\"/appeals/new/files?switch=large\" formnovalidate"), "{page}");
    send(&mut person, "/appeals/new/files?switch=large", &page, (&[], "a.jpg", &photo()))
        .leads_to("/appeals/new?step=check#attachments");
    let page = person.get("/appeals/new?step=check").text();
    assert!(page.contains("a.jpg ·") && page.contains("class=\"large\""));
}

#[test]
fn the_switches_of_the_desk_show_the_form_again_and_do_nothing() {
    let site = Site::demo();
    accounts(&site);
    let (number, _) = filed(&site, NAMED);
    let cookie = enter(&site, "he");
    let body = format!("submit_key=c&what={WORDS}&kind=help&channel=window&files=a.jpg");
    let counter = site.post_as(&cookie, "/desk/counter?switch=en", body);
    assert_eq!(counter.status, StatusCode::OK);
    let text = counter.text();
    assert!(text.contains(WORDS) && text.contains("lang=\"en\"") && text.contains("choose them again"), "{}", counter.visible());
    let cookie = enter(&site, "gu");
    let path = format!("/desk/matters/{number}/act/register");
    let act = site.post_as(&cookie, &format!("{path}?switch=large"), "seen=1&category=03&words=记一句".to_owned());
    assert_eq!(act.status, StatusCode::OK);
    assert!(act.text().contains("class=\"large\"") && act.text().contains("value=\"03\" selected"), "{}", act.visible());
    assert_eq!(crate::desk::state(&site, &number).category, None, "nothing was done");
}
