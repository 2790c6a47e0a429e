//! Following a matter: number and code together, wrong ones slow down, and everything a resident may do.

use appeals::appeal::{Outcome, ReplyText};
use appeals::{Command, run};
use axum::http::{Method, StatusCode, header};
use civic::permit::Who;
use jiff::ToSpan;
use serde_json::Value;
use testkit::{Engine, county, on_both};
use uuid::Uuid;

use crate::room::{first, handlers, into_room};
use crate::staff::{accounts, enter};
use crate::world::{Answer, Site, Visitor, form};

on_both![a_resident_follows_rates_and_withdraws, an_accusation_opens_only_for_its_author];

pub fn filed(site: &Site, more: &str) -> (String, String) {
    let body =
        format!("what=路灯坏了三天&place={}&identity=named&name=田小满&mobile=13900000001&submit_key=k{more}", county::VILLAGE);
    let mut request = form(Method::POST, "/appeals", body);
    request.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
    let answer: Value = serde_json::from_slice(&site.ask(request).bytes).unwrap();
    (answer["number"].as_str().unwrap().to_owned(), answer["query_code"].as_str().unwrap().to_owned())
}

/// Finds the one matter there is.
fn only(site: &Site) -> Uuid {
    let found = site.world.read(|tx, at| tx.row("select id from matter where jurisdiction = $1", db::params![at.jurisdiction]));
    found.unwrap().unwrap().get("id").unwrap()
}

fn staff(site: &Site, login: &str, command: Command) {
    staff_on(site, (login, only(site)), command);
}

fn staff_on(site: &Site, (login, matter): (&str, Uuid), command: Command) {
    let who = Who::Staff { id: county::staff_id(login), session: Uuid::nil() };
    let (hall, request) = (site.world.hall.clone(), run::Request { who, matter, seen: None, command });
    site.wait(async move { run::act(&hall, request).await }).unwrap();
}

pub fn replied(site: &Site) {
    replied_at(site, only(site));
}

/// Has a matter answered by its office.
pub fn replied_at(site: &Site, matter: Uuid) {
    staff_on(site, ("gu", matter), Command::Register { category: "11".into() });
    staff_on(site, ("gu", matter), Command::Accept { category: "11".into() });
    let reply = ReplyText {
        request: "修好村口的路灯".into(),
        facts: "灯头进水短路".into(),
        opinion: "11月26日前换新".into(),
        basis: vec!["xf:32".into()],
        way_on: "不服可以申请复查".into(),
        files: Vec::new(),
    };
    staff_on(site, ("gu", matter), Command::Reply { reply, outcome: Outcome::Support });
}

#[test]
fn a_grade_in_a_link_is_chosen_once_the_code_is_known_and_rates_nothing_by_itself() {
    let site = Site::sqlite();
    let (number, code) = filed(&site, "&kind=help");
    replied(&site);
    let mut person = Visitor::new(&site);
    let asked = person.get(&format!("/track?number={number}&grade=2"));
    assert!(asked.visible().contains("您要给的评价：不满意"), "{}", asked.visible());
    assert!(!person.get(&format!("/track?number={number}&grade=9")).visible().contains("您要给的评价"));
    let opened = person.post("/track", &format!("number={number}&query_code={code}&grade=2"));
    opened.leads_to("/track/matter?grade=2#rate");
    let page = person.get("/track/matter?grade=2");
    let chosen = page.text().split("value=\"2\"").nth(1).unwrap().split('>').next().unwrap().to_owned();
    assert!(chosen.contains("checked"), "{chosen}");
    assert!(!page.visible().contains("已经评价"), "opening it rates nothing");
    person.post("/track/act", "act=rate&grade=2").leads_to("/track/matter?done=rate");
}

#[test]
fn what_was_not_accepted_says_why_and_where_to_turn_and_goes_round_in_no_circle() {
    let site = Site::sqlite();
    let (number, code) = filed(&site, "&kind=help");
    staff(&site, "gu", Command::NotAccept { ground: "litigation".into(), words: "法院已经立案".into() });
    let mut person = Visitor::new(&site);
    person.post("/track", &format!("number={number}&query_code={code}"));
    let page = person.get("/track/matter").visible();
    assert!(!page.contains("现在由"), "nobody has it any more: {page}");
    let places = [
        "决定不予受理",
        "诉讼、仲裁",
        "请向有管辖权的人民法院",
        "法院已经立案",
        "您还可以",
        "另写一件",
        "对理由不明白",
        "觉得应该受理",
        "您现在可以",
    ];
    let at: Vec<usize> = places.iter().map(|words| page.find(words).unwrap_or_else(|| panic!("{words}: {page}"))).collect();
    assert!(at.is_sorted(), "the decision and the ways on stand before everything else: {at:?}");
    for circle in ["可以要求重新办理", "可以先补充材料", "请等答复", "可以申请复查。"] {
        assert!(!page.contains(circle), "{circle} leads nowhere: {page}");
    }
    assert!(page.contains("这件事没有受理。") && page.contains("理由和该去哪里写在页面上方"), "{page}");
    assert!(person.get("/track/matter").text().contains("href=\"/appeals/new\""));
}

fn a_resident_follows_rates_and_withdraws(engine: Engine) {
    let site = Site::new(engine);
    let (number, code) = filed(&site, "&kind=help");
    let mut person = Visitor::new(&site);
    person.get("/track/matter").leads_to("/track");
    person.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    let page = person.get("/track/matter").visible();
    insta::assert_snapshot!("matter", page.replace(&number, "［…］"));
    person.post("/track/act", "act=ask_withdraw&words=").leads_to("/track/matter?done=ask_withdraw");
    assert!(person.get("/track/matter").visible().contains("撤回还没生效"));
    person.post("/track/act", "act=revoke_withdraw").leads_to("/track/matter?done=revoke_withdraw");
    person.post("/track/act", "act=supplement&words=又坏了一盏").leads_to("/track/matter?done=supplement");
    replied(&site);
    person.post("/track/act", "act=rate&grade=5&words=谢谢").leads_to("/track/matter?done=rate");
    let page = person.get("/track/matter").visible();
    insta::assert_snapshot!("rated", page.replace(&number, "［…］"));
    let refused = person.post("/track/act", "act=rate&grade=4&words=再评一次");
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.visible().contains("这次答复您已经评过了") && refused.visible().contains("再评一次"));
    assert!(person.get("/track/receipt").text().starts_with("c2sp.org/tlog-proof@v1\n"));
    person.post("/track/leave", "").leads_to("/track");
    person.get("/track/matter").leads_to("/track");
}

fn an_accusation_opens_only_for_its_author(engine: Engine) {
    let site = Site::new(engine);
    let (number, code) = filed(&site, "&kind=accusation");
    let mut person = Visitor::new(&site);
    person.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    let page = person.get("/track/matter").visible();
    assert!(page.contains("单独加密保存") && page.contains("路灯坏了三天"));
    assert!(person.get("/track/receipt").text().starts_with("minsheng.promise/1\n"));
    let refused = person.post("/track/act", "act=supplement&words=x");
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[test]
fn a_delegate_gets_a_code_once_and_may_add_but_not_rate() {
    let site = Site::sqlite();
    let (number, code) = filed(&site, "&kind=help");
    let mut person = Visitor::new(&site);
    person.post("/track", &format!("number={number}&query_code={code}"));
    let slip = person.post("/track/act", "act=name_delegate&name=女儿&mobile=").visible();
    let code = slip.lines().find(|line| line.len() == 19 && line.matches('-').count() == 3).unwrap().to_owned();
    let mut delegate = Visitor::new(&site);
    delegate.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    let page = delegate.get("/track/matter").visible();
    assert!(page.contains("补充材料") && !page.contains("\n撤回\n"));
    delegate.post("/track/act", "act=supplement&words=我妈说灯又亮了").leads_to("/track/matter?done=supplement");
    assert_eq!(delegate.post("/track/act", "act=ask_withdraw").status, StatusCode::FORBIDDEN);
}

#[test]
fn wrong_codes_get_one_answer_and_slow_down() {
    let site = Site::sqlite();
    let (number, code) = filed(&site, "&kind=help");
    let mut person = Visitor::new(&site);
    let mut answers = Vec::new();
    for typed in [number.as_str(), "MS990121261124ZZZZZZZZ"] {
        let answer = person.post("/track", &format!("number={typed}&query_code=0000-0000-0000-0000"));
        answers.push((answer.status, answer.visible().replace(typed, "")));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0, StatusCode::FORBIDDEN);
    for _ in 0..4 {
        person.post("/track", &format!("number={number}&query_code=0000"));
    }
    let slowed = person.post("/track", &format!("number={number}&query_code={code}"));
    assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(slowed.visible().contains("秒再试"));
    site.world.clock.advance(jiff::Span::new().minutes(6));
    person.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    site.world.clock.advance(jiff::Span::new().minutes(31));
    person.get("/track/matter").leads_to("/track");
}

#[test]
fn a_stranger_who_knows_the_number_keeps_nobody_out() {
    let site = Site::sqlite();
    let (number, code) = filed(&site, "&kind=help");
    let wrong = format!("number={number}&query_code=0000-0000-0000-0000");
    for host in 1..=30 {
        let mut stranger = Visitor::from(&site, [203, 0, 113, host]);
        for _ in 0..4 {
            assert_eq!(stranger.post("/track", &wrong).status, StatusCode::FORBIDDEN);
        }
        // each has four tries; what all of them tried counts from then on
        let slowed = stranger.post("/track", &wrong);
        assert_eq!(slowed.status == StatusCode::TOO_MANY_REQUESTS, host > 1, "{host}");
    }
    let mut resident = Visitor::from(&site, [198, 51, 100, 3]);
    for _ in 0..3 {
        assert_eq!(resident.post("/track", &wrong).status, StatusCode::FORBIDDEN, "mistyped");
    }
    resident.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    let nowhere = "number=MS990121261124ZZZZZZZZ&query_code=0000-0000-0000-0000";
    let mut guesser = Visitor::from(&site, [192, 0, 2, 7]);
    let answers: Vec<StatusCode> = (0..6).map(|_| guesser.post("/track", nowhere).status).collect();
    let same: Vec<StatusCode> = {
        let (mut other, (number, _)) = (Visitor::from(&site, [192, 0, 2, 8]), filed(&site, "2&kind=help"));
        let wrong = format!("number={number}&query_code=0000-0000-0000-0000");
        (0..6).map(|_| other.post("/track", &wrong).status).collect()
    };
    assert_eq!(answers, same, "whether the number exists or not");
    assert_eq!((answers[4], answers[5]), (StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS));
}

#[test]
fn programs_get_json() {
    let site = Site::sqlite();
    let (number, code) = filed(&site, "&kind=help");
    let mut request = form(Method::POST, "/track", format!("number={number}&query_code={code}"));
    request.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
    let answer: Value = serde_json::from_slice(&site.ask(request).bytes).unwrap();
    assert_eq!(answer["number"], number);
    assert_eq!((&answer["state"], &answer["what"]), (&"received".into(), &"路灯坏了三天".into()));
    assert_eq!(answer["timeline"][0]["kind"], "filed");
}

#[test]
fn a_file_that_could_not_be_cleaned_says_so_before_and_after_filing() {
    let site = Site::sqlite();
    let pdf = b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n9\n%%EOF\n";
    let gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    let words = "这个文件照原样转交，里面可能带有看不见的信息";
    let warned = |page: Answer| page.text().matches(words).count();
    let mut person = Visitor::new(&site);
    person.post("/appeals/new/restore", "what=路灯坏了三天&kind=help&identity=named&name=田小满&mobile=13900000001");
    person.upload("/appeals/new/files", "灯.gif", gif);
    assert_eq!(warned(person.get("/appeals/new?step=check")), 0);
    person.upload("/appeals/new/files", "合同.pdf", pdf);
    assert_eq!(warned(person.get("/appeals/new?step=check")), 1);
    let (number, code) = filed(&site, "&kind=help");
    person.post("/track", &format!("number={number}&query_code={code}"));
    person.upload_with("/track/act", &[("act", "supplement"), ("words", "合同")], "合同.pdf", pdf);
    assert_eq!(warned(person.get("/track/matter")), 1);
}

#[test]
fn attachments_come_back_cleaned_and_only_to_their_owner() {
    let site = Site::sqlite();
    let (number, code) = filed(&site, "&kind=help");
    let mut person = Visitor::new(&site);
    person.post("/track", &format!("number={number}&query_code={code}"));
    let gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    person
        .upload_with("/track/act", &[("act", "supplement"), ("words", "照片")], "灯.gif", gif)
        .leads_to("/track/matter?done=supplement");
    let file = person.get("/track/file/2/0");
    assert_eq!((file.header("content-type"), file.bytes.as_slice()), ("image/gif", &gif[..]));
    assert_eq!(person.get("/track/file/2/1").status, StatusCode::NOT_FOUND);
    assert_eq!(person.get("/track/file/9/0").status, StatusCode::NOT_FOUND);
    Visitor::new(&site).get("/track/file/2/0").leads_to("/track");
}

/// Reads what a resident's own page shows now, to somebody who comes anew.
fn own_page(site: &Site, (number, code): (&str, &str)) -> String {
    let mut person = Visitor::new(site);
    person.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    person.get("/track/matter").visible()
}

#[test]
fn a_day_that_has_passed_is_not_promised_any_more() {
    let site = Site::sqlite();
    let (number, code) = filed(&site, "&kind=help");
    let own_page = || own_page(&site, (&number, &code));
    // the last day is Wednesday, 9 December
    assert!(own_page().contains("最迟 2026年12月9日(周三)前告诉您是否受理"));
    site.world.clock.advance((18 * 24).hours());
    let page = own_page();
    assert!(page.contains("已超期") && page.contains("本该在 2026年12月9日(周三)前办到，到今天还没有"), "{page}");
    assert!(!page.contains("最迟 2026年12月9日"), "{page}");
}

#[test]
fn what_is_over_is_not_said_to_be_in_somebodys_hands_now() {
    let site = Site::sqlite();
    let (number, code) = filed(&site, "&kind=help");
    let own_page = || own_page(&site, (&number, &code));
    let mut person = Visitor::new(&site);
    person.post("/track", &format!("number={number}&query_code={code}")).leads_to("/track/matter");
    person.post("/track/act", "act=ask_withdraw&words=").leads_to("/track/matter?done=ask_withdraw");
    assert!(own_page().contains("现在由"));
    site.world.clock.advance(73.hours());
    while site.world.write(|tx, at, (now, _)| appeals::tick::tick(tx, at, now)).unwrap() > 0 {}
    let page = own_page();
    assert!(page.contains("办理，已经结束") && !page.contains("现在由"), "{page}");
}

#[test]
fn one_tap_tells_the_supervising_body_of_pressure_and_the_same_code_shows_what_became_of_it() {
    let site = Site::sqlite();
    accounts(&site);
    let (su, _) = handlers(&site);
    let (number, code) = filed(&site, "&kind=help");
    let mut person = Visitor::new(&site);
    person.post("/track", &format!("number={number}&query_code={code}"));
    let closed = person.get("/track/matter");
    let fold = closed.text().split("有人因此为难我").next().unwrap().rsplit('<').nth(1).unwrap_or_default().to_owned();
    assert!(!fold.contains("open"), "folded away: {fold}");
    let sent = person.post("/track/act", "act=report_pressure&reports=0&pressed_words=");
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.visible());
    assert!(sent.visible().contains("12月1日"), "seven days: {}", sent.visible());
    assert_eq!(person.post("/track/act", "act=report_pressure&reports=0&pressed_words=").status, StatusCode::OK, "twice is once");
    let again = person.get("/track/matter").visible();
    assert!(again.contains("还没有人打开过") && !again.contains("报复已"), "{again}");
    let list = site.get_as(&su, "/desk/sealed").visible();
    assert_eq!(list.matches("有人因诉求被为难").count(), 1, "{list}");
    let address = first(&site, &su);
    let bare = site.get_as(&su, &address).visible();
    assert!(bare.contains(&number) && bare.contains("北渡镇人民政府"), "{bare}");
    site.post_as(&su, &format!("{address}/read"), "purpose=handle");
    assert!(site.get_as(&su, &address).visible().contains("没有另写文字"));
    for (act, body) in [("accept", ""), ("conclude", ""), ("answer", "words=已经找他谈话，不会再有")] {
        let form = site.get_as(&su, &format!("{address}/act/{act}"));
        assert_eq!(form.status, StatusCode::OK);
        let done = site.post_as(&su, &format!("{address}/act/{act}"), body);
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.visible());
    }
    let told = person.get("/track/matter").visible();
    for words in ["受理", "核查结束", "已经找他谈话，不会再有"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    // it is read by nobody else: not the office, not with its own number
    assert!(!site.get_as(&enter(&site, "gu"), &format!("/desk/matters/{number}")).visible().contains("为难"));
    let long = format!("act=report_pressure&reports=1&pressed_words={}", "长".repeat(1_001));
    let refused = person.post("/track/act", &long);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("长长长"), "what was typed is still there");
}

#[test]
fn whoever_accuses_tells_of_pressure_from_the_same_page() {
    let site = Site::sqlite();
    accounts(&site);
    let (su, _) = handlers(&site);
    let (number, code) = filed(&site, "&kind=accusation");
    let mut person = Visitor::new(&site);
    person.post("/track", &format!("number={number}&query_code={code}"));
    let page = person.get("/track/matter").text();
    assert!(page.contains("有人因此为难我") && page.contains("告诉清禾县纪委监委"), "{page}");
    let sent = person.post("/track/act", "act=report_pressure&reports=0&pressed_words=昨晚有人砸了窗户");
    assert!(sent.status == StatusCode::OK && sent.text().contains("已经告诉清禾县纪委监委"), "{}", sent.visible());
    assert!(person.get("/track/matter").visible().contains("昨晚有人砸了窗户"));
    let refused = person.post("/track/act", "act=supplement&words=再说一句");
    assert!(refused.status.is_client_error(), "nothing else is done to an accusation from here");
    let list = site.get_as(&su, "/desk/sealed").text();
    assert_eq!(list.matches("有人因诉求被为难").count(), 1);
    let pages: Vec<String> = list
        .split("href=\"")
        .filter_map(|part| part.split('"').next())
        .filter(|to| to.starts_with("/desk/sealed/"))
        .map(|to| site.get_as(&su, to).visible())
        .collect();
    assert!(pages.iter().any(|page| page.contains(&number) && page.contains("打不开那一件的人")), "{pages:?}");
}

#[test]
fn what_is_past_its_day_stands_first_in_the_room_and_its_accuser_reads_it() {
    let site = Site::sqlite();
    accounts(&site);
    handlers(&site);
    let (number, code) = filed(&site, "&kind=accusation");
    site.world.clock.days(40);
    let su = enter(&site, "su");
    into_room(&site, &su, "su");
    let list = site.get_as(&su, "/desk/sealed").visible();
    assert!(list.contains("有 1 件过了该告诉举报人的日子") && list.contains(&number), "{list}");
    let mut person = Visitor::new(&site);
    person.post("/track", &format!("number={number}&query_code={code}"));
    let page = person.get("/track/matter").visible();
    assert!(page.contains("过了该告诉您的日子") && page.contains("排到了最前面"), "{page}");
}

#[test]
fn large_print_and_english_keep_what_was_typed_at_both_doors() {
    let site = Site::sqlite();
    accounts(&site);
    let mut person = Visitor::new(&site);
    let (number, code) = filed(&site, "&kind=help");
    let form = format!("number={number}&query_code={code}");
    let again = person.post("/track?switch=en", &form);
    assert!(again.status == StatusCode::OK && again.text().contains("lang=\"en\""), "{}", again.visible());
    assert!(again.text().contains(&number) && again.text().contains(&code), "both are still there");
    assert_eq!(person.get("/track/matter").header("location"), "/track", "nothing was opened");
    let again = person.post("/desk/login?switch=large", "login=gu&password=not-to-be-shown&code=123456");
    assert_eq!(again.status, StatusCode::OK);
    assert!(again.text().contains("value=\"gu\"") && again.text().contains("class=\"large\""), "{}", again.text());
    assert!(!again.text().contains("not-to-be-shown") && !again.text().contains("123456"), "secrets are typed anew");
}
