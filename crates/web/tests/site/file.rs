//! Filing: step by step as people do, at once as programs do; twice is once; nothing typed is lost.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::Value;
use testkit::{Engine, county, on_both};
use tower::ServiceExt;

use crate::world::{Answer, Site, Visitor, form};

on_both![a_form_sent_again_is_one_appeal_with_the_same_answer, steps_lead_to_a_receipt];

const FORM: &str = "what=路灯坏了三天&kind=help&identity=named&name=田小满&mobile=13900000001";

fn file(site: &Site, body: &str) -> (StatusCode, Value) {
    let mut request = form(Method::POST, "/appeals", body.to_owned());
    request.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
    let answer = site.ask(request);
    (answer.status, serde_json::from_slice(&answer.bytes).unwrap())
}

fn a_form_sent_again_is_one_appeal_with_the_same_answer(engine: Engine) {
    let site = Site::new(engine);
    let body = format!("{FORM}&place={}&submit_key=k1", county::VILLAGE);
    let (status, first) = file(&site, &body);
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(first["owner"]["code"], county::TOWNSHIP_OFFICE);
    assert_eq!(first["due"], "2026-12-09");
    assert!(first["number"].as_str().unwrap().starts_with("MS990121261124"));
    assert_eq!(first["query_code"].as_str().unwrap().len(), 19);
    assert!(first["receipt"].as_str().unwrap().starts_with("c2sp.org/tlog-proof@v1\nextra "));
    let (status, again) = file(&site, &body);
    assert_eq!((status, &again), (StatusCode::OK, &first));
    for other in ["what=别的事&submit_key=k1", "submit_key=k1"] {
        let (status, problem) = file(&site, other);
        assert_eq!((status, &problem["status"], &problem["code"]), (StatusCode::CONFLICT, &409.into(), &"key_reused".into()));
    }
}

#[test]
fn many_tabs_at_once_make_one_appeal() {
    let site = Site::sqlite();
    let ask = || {
        let mut request = form(Method::POST, "/appeals", format!("{FORM}&submit_key=tabs"));
        request.headers_mut().insert(header::ACCEPT, "application/json".parse().unwrap());
        site.router().oneshot(request)
    };
    let (a, b, c) = site.wait(async { tokio::join!(ask(), ask(), ask()) });
    let mut answers: Vec<u16> = [a, b, c].map(|answer| answer.unwrap().status().as_u16()).to_vec();
    answers.sort_unstable();
    assert_eq!(answers, [200, 200, 201]);
    assert_eq!(matters(&site), 1);
}

#[test]
fn a_receipt_says_what_was_done_where_somebody_is_in_danger_and_puts_the_telephone_first() {
    let site = Site::sqlite();
    let receipt = |kind: &str, key: &str| {
        let mut person = Visitor::new(&site);
        let body = format!("what=有人要跳河&kind={kind}&place={}&identity=anonymous&danger=1&submit_key={key}", county::VILLAGE);
        person.post("/appeals", &body).leads_to("/appeals/receipt");
        let page = person.get("/appeals/receipt").visible();
        assert!(["先打电话", "110", "119", "120"].iter().all(|words| page.contains(words)), "{page}");
        page
    };
    let told = receipt("help", "d1");
    assert!(
        told.contains("已写信通知单位里的工作人员 4 人") && told.contains("5 分钟没有人打开") && told.contains("15 分钟"),
        "{told}"
    );
    let sealed = receipt("accusation", "d2");
    assert!(sealed.contains("不会为此通知任何人") && !sealed.contains("已写信通知") && !sealed.contains("分钟"), "{sealed}");
    let staff: Vec<_> = site.world.hall.site.directory().staff.values().cloned().collect();
    for mut one in staff {
        one.email = None;
        site.world.set(civic::directory::Entry::Staff(one), "edited");
    }
    assert!(receipt("help", "d3").contains("现在没有能收到信的工作人员"));
}

#[test]
fn a_receipt_promises_each_resident_only_what_can_be_kept() {
    let receipt = |site: &Site, fields: &str| {
        let mut person = Visitor::new(site);
        let key = fields.len();
        let body = format!("what=路灯坏了三天&place={}&submit_key=r{key}&{fields}", county::VILLAGE);
        person.post("/appeals", &body).leads_to("/appeals/receipt");
        person.get("/appeals/receipt").visible()
    };
    let (anonymous, at_window) = ("kind=help&identity=anonymous", "到窗口补发");
    let by_mail = "kind=help&identity=named&name=田小满&email=tian@home.example";
    let by_phone = "kind=help&identity=named&name=田小满&mobile=13900000001";
    let site = Site::sqlite();
    let page = receipt(&site, anonymous);
    assert!(page.contains("丢了谁也补不了") && page.contains("在查询页写明是否受理"), "{page}");
    assert!(!page.contains(at_window) && !page.contains("会另外告诉您") && !page.contains("发邮件"), "{page}");
    let page = receipt(&site, by_mail);
    assert!(page.contains(at_window) && page.contains("每走一步都发邮件告诉您"), "{page}");
    let page = receipt(&site, by_phone);
    assert!(page.contains("会打电话告诉您") && !page.contains("短信"), "{page}");
    let page = receipt(&site, "kind=accusation&identity=anonymous");
    assert!(page.contains("没有写明多少天内告知") && !page.contains("工作日"), "{page}");
    assert!(!page.contains("申请复查") && !page.contains(at_window), "{page}");
    let named = format!("{}&x=", by_mail.replace("help", "accusation"));
    let page = receipt(&site, &named);
    assert!(page.contains("不会为这件事给您发信") && !page.contains("每走一步") && !page.contains("请评价"), "{page}");
    let silent = Site::sqlite().without_letters();
    let page = receipt(&silent, by_mail);
    assert!(page.contains("还没有接通发邮件") && !page.contains("每走一步"), "{page}");
    let page = receipt(&silent, &format!("{by_phone}&danger=1"));
    assert!(page.contains("没有信发出去") && !page.contains("已写信通知"), "{page}");
}

#[test]
fn a_program_is_told_every_wrong_field_at_once() {
    let site = Site::sqlite();
    let (status, problem) = file(&site, "mobile=1&identity=named&submit_key=k2");
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields: Vec<&str> = problem["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["what", "kind", "name", "mobile"]);
    let (status, problem) = file(&site, FORM);
    assert_eq!((status, &problem["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &"submit_key".into()));
    let (status, problem) = file(&site, &format!("{}&submit_key=k3", FORM.replace("三天", "三\u{202e}天")));
    assert_eq!((status, &problem["errors"][0]["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &"hidden_characters".into()));
}

fn steps_lead_to_a_receipt(engine: Engine) {
    let site = Site::new(engine);
    let mut person = Visitor::new(&site);
    person.post("/appeals/new", "step=what&what=路灯坏了三天").leads_to("/appeals/new?step=where");
    let place = format!("step=where&place={}&place_words=学校北门", county::VILLAGE);
    person.post("/appeals/new", &place).leads_to("/appeals/new?step=kind");
    person.post("/appeals/new", "step=kind&kind=help").leads_to("/appeals/new?step=who");
    let wrong = person.post("/appeals/new", "step=who&identity=named&name=田小满&mobile=12");
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("value=\"田小满\"") && wrong.text().contains("value=\"12\""), "nothing typed is lost");
    person.post("/appeals/new", "step=who&identity=named&name=田小满&mobile=13900000001").leads_to("/appeals/new?step=check");
    person.upload("/appeals/new/files", "井盖.jpg", &photo()).leads_to("/appeals/new?step=check#attachments");
    let preview = person.get("/appeals/new?step=check");
    insta::assert_snapshot!("preview", preview.visible());
    let sent = hidden(&preview.text(), "action=\"/appeals\"");
    person.post("/appeals", &sent).leads_to("/appeals/receipt");
    let receipt = person.get("/appeals/receipt");
    insta::assert_snapshot!("receipt", redacted(&receipt.visible()));
    let file = person.get("/appeals/receipt/file");
    assert!(file.header("content-disposition").ends_with(".receipt.txt\""));
    assert!(file.text().starts_with("c2sp.org/tlog-proof@v1\n"));
    person.post("/appeals", &sent).leads_to("/appeals/receipt");
    assert_eq!(person.get("/appeals/receipt").visible(), receipt.visible(), "sent twice is one");
    let fresh = person.get("/appeals/new?step=what").text();
    assert!(!fresh.contains("路灯"), "the draft is erased after filing");
    person.post("/appeals/receipt/erase", "").leads_to("/");
    person.get("/appeals/receipt").leads_to("/track");
}

#[test]
fn an_incomplete_form_comes_back_at_the_first_step_that_needs_something_with_every_word() {
    let site = Site::sqlite();
    let mut person = Visitor::new(&site);
    let answer = person.post("/appeals", "what=路灯坏了&kind=help&identity=named&mobile=13900000001&submit_key=k");
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("实名请填姓名") && answer.text().contains("value=\"13900000001\""));
    assert!(person.get("/appeals/new?step=what").text().contains("路灯坏了"));
}

#[test]
fn the_preview_sends_back_to_what_is_missing() {
    let site = Site::sqlite();
    let mut person = Visitor::new(&site);
    person.post("/appeals/new", "step=what&what=路灯坏了");
    let page = person.get("/appeals/new?step=check");
    assert!(page.visible().contains("请选一类"));
}

#[test]
fn an_accusation_is_sealed_and_promised() {
    let site = Site::sqlite();
    let mut person = Visitor::new(&site);
    let body = "what=有人收钱办事&kind=accusation&identity=anonymous&submit_key=k";
    person.post("/appeals", body).leads_to("/appeals/receipt");
    let page = person.get("/appeals/receipt").visible();
    assert!(page.contains("签了名的承诺") && page.contains("不会为这件事给您发信"));
    assert!(person.get("/appeals/receipt/file").text().starts_with("minsheng.promise/1\n"));
    person.post("/appeals", body).leads_to("/appeals/receipt");
}

#[test]
fn files_that_lie_are_refused_and_nothing_is_stored() {
    let site = Site::sqlite();
    let mut person = Visitor::new(&site);
    let answer = person.upload("/appeals/new/files", "photo.jpg", b"MZ this is a program");
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.visible();
    assert!(page.contains("“photo.jpg”没有加上：这种文件我们收不了"), "{page}");
    assert!(answer.text().contains("id=\"attachments\""), "the picker stands on the same page");
    let answer = person.upload("/appeals/new/files", "big.jpg", &[&photo()[..], &vec![0; 20 * 1_048_576]].concat());
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.visible().contains("“big.jpg”没有加上"), "{}", answer.visible());
    let unfinished = "--x\r\ncontent-disposition: form-data; name=\"files\"; filename=\"a.jpg\"\r\n\r\nhalf";
    for (kind, body) in [
        ("multipart/form-data; boundary=x", unfinished),
        ("multipart/form-data", "--x\r\n"),
        ("multipart/form-data; boundary=x", "nonsense"),
        ("multipart/form-data; boundary=x", "--x\r\ncontent-disposition: form-data\r\n\r\n1\r\n--x--\r\n"),
    ] {
        let request = Request::post("/appeals").header("content-type", kind).body(Body::from(body)).unwrap();
        assert_eq!(site.ask(request).status, StatusCode::BAD_REQUEST, "{body}");
    }
    let part = |number| format!("--x\r\ncontent-disposition: form-data; name=\"f{number}\"\r\n\r\n1\r\n");
    let many: String = (0..300).map(part).collect();
    let request = Request::post("/appeals").header("content-type", "multipart/form-data; boundary=x");
    assert_eq!(site.ask(request.body(Body::from(many + "--x--\r\n")).unwrap()).status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(matters(&site), 0);
}

/// Dies of the first file and takes the others.
struct Dies(std::sync::atomic::AtomicBool);

impl civic::file::Decode for Dies {
    fn decode(&self, bytes: &[u8]) -> Result<civic::file::Decoded, civic::refusal::No> {
        let first = !self.0.swap(true, std::sync::atomic::Ordering::Relaxed);
        if first { Err(civic::file::unreadable().into()) } else { civic::file::Here.decode(bytes) }
    }
}

#[test]
fn a_file_that_kills_whoever_looks_into_it_is_named_and_the_next_one_is_taken() {
    let site = Site::sqlite().looking(Dies(false.into()));
    let mut person = Visitor::new(&site);
    let answer = person.upload("/appeals/new/files", "bomb.jpg", &photo());
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.visible();
    assert!(page.contains("“bomb.jpg”没有加上：这个文件我们打不开") && page.contains("请改用照片、PDF、录音或视频"), "{page}");
    person.upload("/appeals/new/files", "bridge.jpg", &photo()).leads_to("/appeals/new?step=check#attachments");
}

#[test]
fn markup_and_sql_are_words_like_any_other() {
    let site = Site::sqlite();
    let text = "<script>alert(1)</script>'; drop table matter; --\"&";
    let sent: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("what", text),
            ("kind", "help"),
            ("identity", "named"),
            ("name", "<b>田小满</b>"),
            ("mobile", "13900000001"),
        ])
        .extend_pairs([("place_words", text), ("submit_key", "k")])
        .finish();
    let mut person = Visitor::new(&site);
    person.post("/appeals", &sent).leads_to("/appeals/receipt");
    assert_eq!(matters(&site), 1);
    person.post("/appeals/new", &format!("step=what&{sent}"));
    let page = person.get("/appeals/new?step=what").text();
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script>alert"));
}

#[test]
fn floods_from_one_contact_are_told_to_wait() {
    let site = Site::sqlite();
    for number in 0..10 {
        assert_eq!(file(&site, &format!("{FORM}&submit_key=f{number}")).0, StatusCode::CREATED);
    }
    let (status, problem) = file(&site, &format!("{FORM}&submit_key=f10"));
    assert_eq!((status, &problem["code"]), (StatusCode::TOO_MANY_REQUESTS, &"too_many".into()));
    assert_eq!(file(&site, &format!("{FORM}&submit_key=f0")).0, StatusCode::OK, "an accepted form gets its answer again");
    site.world.clock.advance(jiff::Span::new().hours(1));
    assert_eq!(file(&site, &format!("{FORM}&submit_key=f10")).0, StatusCode::CREATED);
}

#[test]
fn trying_keys_is_counted_and_ends() {
    let site = Site::sqlite();
    assert_eq!(file(&site, &format!("{FORM}&submit_key=k")).0, StatusCode::CREATED);
    let tries = ["submit_key=k", "submit_key=unknown", &format!("{FORM}&submit_key=k")];
    let answers = [StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY, StatusCode::OK];
    for at in 0..120 {
        assert_eq!(file(&site, tries[at % 3]).0, answers[at % 3]);
    }
    for body in tries {
        assert_eq!(file(&site, body).0, StatusCode::TOO_MANY_REQUESTS, "whether the key is known or not");
    }
    site.world.clock.advance(jiff::Span::new().hours(1));
    assert_eq!(file(&site, tries[2]).0, StatusCode::OK);
}

#[test]
fn a_browser_that_sends_another_body_under_its_key_is_refused() {
    let site = Site::sqlite();
    let mut person = Visitor::new(&site);
    let body = format!("{FORM}&submit_key=k");
    person.post("/appeals", &body).leads_to("/appeals/receipt");
    person.post("/appeals", &body).leads_to("/appeals/receipt");
    for other in [body.replace("三天", "五天"), body.replace("&mobile=13900000001", "")] {
        let answer = person.post("/appeals", &other);
        assert_eq!(answer.status, StatusCode::CONFLICT, "{other}");
    }
    let answer = person.upload_with("/appeals", &[("what", "路灯坏了三天"), ("submit_key", "k")], "a.jpg", &photo());
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(matters(&site), 1);
}

#[test]
fn the_key_of_an_accusation_or_an_anonymous_draft_goes_with_the_browser() {
    let site = Site::sqlite();
    let mut person = Visitor::new(&site);
    let lasts = |answer: &Answer| answer.header("set-cookie").contains("Max-Age=86400");
    assert!(lasts(&person.post("/appeals/new", "step=what&what=路灯坏了")));
    assert!(!lasts(&person.post("/appeals/new", "step=kind&kind=accusation")));
    assert!(!person.get("/appeals/new?step=what").text().contains("data-draft=\"{"), "nothing for the script to copy");
    assert!(lasts(&person.post("/appeals/new", "step=kind&kind=help")));
    assert!(person.get("/appeals/new?step=who").text().contains("data-draft=\"{&quot;"));
    assert!(!lasts(&person.post("/appeals/new", "step=who&identity=anonymous")));
    let filed = person.post("/appeals", "what=路灯坏了&kind=help&identity=anonymous&submit_key=k");
    filed.leads_to("/appeals/receipt");
    assert!(!filed.header("set-cookie").contains("Max-Age"));
}

#[test]
fn a_copy_from_the_device_becomes_the_draft_again() {
    let site = Site::sqlite();
    let mut person = Visitor::new(&site);
    assert!(person.get("/appeals/new").text().contains("data-draft-offer"));
    let copy = format!("{FORM}&place={}&people=&email=", county::VILLAGE);
    person.post("/appeals/new/restore", &copy).leads_to("/appeals/new?step=check");
    assert!(person.get("/appeals/new?step=check").visible().contains("田小满"));
    assert!(!person.get("/appeals/new").text().contains("data-draft-offer"), "offered to whoever comes back empty only");
}

#[test]
fn each_limit_of_a_request_is_told() {
    let site = Site::sqlite();
    assert_eq!(site.get(&format!("/appeals/new?a={}", "x".repeat(4_096))).status, StatusCode::URI_TOO_LONG);
    let part =
        |number| format!("--x\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{number}.gif\"\r\n\r\nGIF\r\n");
    let ten: String = (0..10).map(part).collect();
    let send = |length: Option<&str>| {
        let mut request = form(Method::POST, "/appeals", ten.clone() + "--x--\r\n");
        request.headers_mut().insert(header::CONTENT_TYPE, "multipart/form-data; boundary=x".parse().unwrap());
        if let Some(length) = length {
            request.headers_mut().insert(header::CONTENT_LENGTH, length.parse().unwrap());
        }
        site.ask(request)
    };
    for answer in [send(None), send(Some("10000000000"))] {
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    }
    assert!(send(None).visible().contains("一次最多附 9 个文件"));
    for number in 0..60 {
        let (status, _) = file(&site, &format!("what=a&kind=help&identity=anonymous&submit_key=a{number}"));
        assert_eq!(status, StatusCode::CREATED);
    }
    let (status, _) = file(&site, "what=a&kind=help&identity=anonymous&submit_key=a60");
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(matters(&site), 60);
}

fn matters(site: &Site) -> i64 {
    let count = "select cast(count(*) as bigint) as many from event where jurisdiction = $1 and kind = 'filed'";
    site.world.read(move |tx, at| tx.row(count, db::params![at.jurisdiction])?.unwrap().get("many")).unwrap()
}

/// Makes the smallest photo that opens: one grey pixel.
pub fn photo() -> Vec<u8> {
    data_encoding::BASE64
        .decode(
            b"/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////\
            ////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AN//Z",
        )
        .unwrap()
}

/// Reads the hidden inputs of a form, as a browser sends them.
pub fn hidden(page: &str, form: &str) -> String {
    let inside = page.split(form).nth(1).unwrap().split("</form>").next().unwrap();
    let mut sent = form_urlencoded::Serializer::new(String::new());
    for input in inside.split("<input type=\"hidden\" name=\"").skip(1) {
        let (name, rest) = input.split_once('"').unwrap();
        let value = rest.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
        sent.append_pair(name, value);
    }
    sent.finish()
}

/// Takes out what chance made.
fn redacted(text: &str) -> String {
    let lines = text.lines().map(|line| if line.starts_with("MS99") || line.matches('-').count() == 3 { "［…］" } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

impl Answer {
    /// Asserts that the answer leads on to an address.
    pub fn leads_to(&self, address: &str) {
        assert_eq!((self.status, self.header("location")), (StatusCode::SEE_OTHER, address), "{}", self.text());
    }
}
