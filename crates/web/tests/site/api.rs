//! The JSON API: one document, one matter however often it is sent, what a resident can do, what a program sees.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use civic::directory::{Client, Entry, Scope};
use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::{Engine, county, on_both};
use uuid::Uuid;

use crate::file::photo;
use crate::world::{Answer, Site};

on_both![a_program_files_follows_and_acts_once_for_a_resident, a_key_that_was_used_makes_nothing_twice];

const KEY: &str = "key-of-the-city";

/// Asks as a program does: no browser's headers, JSON in and out.
fn ask(site: &Site, method: Method, path: &str, (headers, body): (&[(&str, &str)], &Value)) -> Answer {
    let mut request = Request::builder().method(method).uri(format!("/api/v1/{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if body.is_null() {
        return site.ask(request.body(Body::empty()).unwrap());
    }
    site.ask(request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())).unwrap())
}

fn read(site: &Site, path: &str, headers: &[(&str, &str)]) -> Value {
    let answer = ask(site, Method::GET, path, (headers, &Value::Null));
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    value(&answer)
}

fn value(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.bytes).unwrap()
}

fn new(what: &str) -> Value {
    json!({"what": what, "place": county::VILLAGE, "kind": "help", "identity": "named", "name": "田小满", "mobile": "13900000001"})
}

fn file(site: &Site, key: &str, body: &Value) -> Answer {
    ask(site, Method::POST, "matters", (&[("idempotency-key", key)], body))
}

fn session(site: &Site, receipt: &Value) -> String {
    let shown = json!({"number": receipt["number"], "query_code": receipt["query_code"]});
    let answer = ask(site, Method::POST, "sessions", (&[], &shown));
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    format!("Bearer {}", value(&answer)["token"].as_str().unwrap())
}

fn client(site: &Site, key: &str, scopes: &[Scope]) {
    let hash = Sha256::digest(key.as_bytes());
    let (id, key) = (Uuid::from_slice(&hash[..16]).unwrap(), HEXLOWER.encode(&hash));
    let scopes = scopes.iter().copied().collect();
    site.world.set(
        Entry::Client(Client { id, name: "清禾市民通".to_owned(), key, active: true, scopes, hook: String::new() }),
        "added",
    );
}

#[test]
fn the_description_is_what_it_was_and_names_every_type_it_speaks_of() {
    let site = Site::sqlite();
    let answer = ask(&site, Method::GET, "openapi.json", (&[], &Value::Null));
    let document = value(&answer);
    insta::assert_snapshot!("openapi", format!("{document:#}"));
    let text = document.to_string();
    for named in text.split("#/components/schemas/").skip(1) {
        let name = named.split('"').next().unwrap();
        assert!(document["components"]["schemas"].get(name).is_some(), "{name} is described");
    }
    assert_eq!(document["openapi"], "3.1.0");
    let mark = answer.header("etag").to_owned();
    let again = ask(&site, Method::GET, "openapi.json", (&[("if-none-match", &mark)], &Value::Null));
    assert_eq!((again.status, again.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
}

fn a_program_files_follows_and_acts_once_for_a_resident(engine: Engine) {
    let site = Site::new(engine);
    let photo = BASE64.encode(&photo());
    let mut body = new("枣林桥下积水，三轮车过不去");
    body["files"] = json!([{"name": "../桥洞.jpg", "content": photo}]);
    let filed = file(&site, "filed-0123456789abcdef", &body);
    assert_eq!(filed.status, StatusCode::CREATED, "{}", filed.text());
    let receipt = value(&filed);
    let token = session(&site, &receipt);
    let auth = [("authorization", token.as_str())];
    let shown = ask(&site, Method::GET, "matter", (&auth, &Value::Null));
    let (mark, matter) = (shown.header("etag").to_owned(), value(&shown));
    assert_eq!((&matter["what"], &matter["state"], &matter["kind"]), (&body["what"], &json!("received"), &json!("help")));
    let attached = &matter["steps"][0]["files"][0];
    assert_eq!((&attached["name"], &attached["size"]), (&json!("桥洞.jpg"), &json!(crate::file::photo().len())));
    let taken =
        site.ask(Request::get(attached["path"].as_str().unwrap()).header("authorization", &token).body(Body::empty()).unwrap());
    assert_eq!((taken.status, taken.header("content-type")), (StatusCode::OK, "image/jpeg"));
    let unchanged = ask(&site, Method::GET, "matter", (&[auth[0], ("if-none-match", &mark)], &Value::Null));
    assert_eq!(unchanged.status, StatusCode::NOT_MODIFIED);
    // an act is done once, however often it is sent
    let said = json!({"words": "今天早上又涨了一尺"});
    let headers = [auth[0], ("idempotency-key", "acted-0123456789abcdef"), ("if-match", &mark)];
    let first = ask(&site, Method::POST, "matter/acts/supplement", (&headers, &said));
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    let second = ask(&site, Method::POST, "matter/acts/supplement", (&headers, &said));
    assert_eq!((second.status, second.text()), (StatusCode::OK, first.text()));
    let steps = value(&first)["matter"]["steps"].as_array().unwrap().len();
    assert_eq!((steps, &value(&first)["matter"]["steps"][1]["words"]), (2, &said["words"]));
    let other = ask(&site, Method::POST, "matter/acts/supplement", (&headers, &json!({"words": "别的话"})));
    assert_eq!((other.status, &value(&other)["code"]), (StatusCode::CONFLICT, &json!("key_reused")));
    // what was decided on an older version is not done
    let late = [auth[0], ("idempotency-key", "later-0123456789abcdef"), ("if-match", &mark)];
    let late = ask(&site, Method::POST, "matter/acts/supplement", (&late, &said));
    assert_eq!((late.status, &value(&late)["code"]), (StatusCode::PRECONDITION_FAILED, &json!("changed_meanwhile")));
    let no = [auth[0], ("idempotency-key", "rated-0123456789abcdef")];
    let no = ask(&site, Method::POST, "matter/acts/rate", (&no, &json!({"grade": 5})));
    assert_eq!((no.status, &value(&no)["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("nothing_to_rate")));
    // everything of one's own, and out
    let kept = ask(&site, Method::GET, "matter/receipt", (&auth, &Value::Null));
    assert_eq!(receipt["receipt"], kept.text().as_str(), "the same file, byte for byte");
    for (path, kind) in [("matter/receipt", "text/plain"), ("matter/archive", "application/zip")] {
        let answer = ask(&site, Method::GET, path, (&auth, &Value::Null));
        assert!(answer.status == StatusCode::OK && answer.header("content-type").starts_with(kind), "{path}");
    }
    assert_eq!(ask(&site, Method::DELETE, "session", (&auth, &Value::Null)).status, StatusCode::NO_CONTENT);
    let gone = ask(&site, Method::GET, "matter", (&auth, &Value::Null));
    assert_eq!((gone.status, gone.header("www-authenticate")), (StatusCode::UNAUTHORIZED, "Bearer"));
}

fn a_key_that_was_used_makes_nothing_twice(engine: Engine) {
    let site = Site::new(engine);
    let key = "key-0123456789abcdef";
    let first = file(&site, key, &new("路灯坏了"));
    let again = file(&site, key, &new("路灯坏了"));
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::OK));
    assert_eq!(value(&first)["number"], value(&again)["number"]);
    let other = file(&site, key, &new("水管漏了"));
    assert_eq!((other.status, &value(&other)["code"]), (StatusCode::CONFLICT, &json!("key_reused")));
    for key in ["", "short", &"长".repeat(20), &"x".repeat(129)] {
        let answer = file(&site, key, &new("路灯坏了"));
        assert_eq!((answer.status, &value(&answer)["code"]), (StatusCode::BAD_REQUEST, &json!("idempotency_key")), "{key}");
    }
}

#[test]
fn no_cookie_opens_anything_and_a_wrong_code_is_one_answer() {
    let site = Site::sqlite();
    let receipt = value(&file(&site, "key-0123456789abcdef", &new("路灯坏了")));
    let token = session(&site, &receipt);
    let cookie = format!("ms_track={}", token.trim_start_matches("Bearer "));
    assert_eq!(ask(&site, Method::GET, "matter", (&[("cookie", &cookie)], &Value::Null)).status, StatusCode::UNAUTHORIZED);
    let wrong = |number: &Value| {
        let answer = ask(&site, Method::POST, "sessions", (&[], &json!({"number": number, "query_code": "AAAA-BBBB-CCCC-DDDD"})));
        (answer.status, value(&answer))
    };
    assert_eq!(wrong(&receipt["number"]), wrong(&json!("QH20990101-000000-X")));
    assert_eq!(wrong(&receipt["number"]).0, StatusCode::FORBIDDEN);
}

#[test]
fn what_is_wrong_with_a_body_is_said() {
    let site = Site::sqlite();
    let key = [("idempotency-key", "key-0123456789abcdef")];
    let fields = ask(&site, Method::POST, "matters", (&key, &json!({"what": "", "kind": "", "identity": "named"})));
    let told = value(&fields);
    assert_eq!((fields.status, &told["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("fields")));
    assert!(told["errors"].as_array().unwrap().iter().any(|one| one["field"] == "what" && one["detail"].is_string()));
    let unknown = ask(&site, Method::POST, "matters", (&key, &json!({"what": "路灯坏了", "identity": "named", "wat": 1})));
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    assert!(value(&unknown)["detail"].as_str().unwrap().contains("wat"), "{}", unknown.text());
    let english = ask(&site, Method::POST, "matters", (&[key[0], ("accept-language", "en-GB,en;q=0.8")], &json!([])));
    assert!(value(&english)["detail"].as_str().unwrap().is_ascii(), "{}", english.text());
    let mut files = new("路灯坏了");
    files["files"] = json!([{"name": "a.txt", "content": "不是编码"}]);
    assert_eq!(value(&file(&site, "key-0123456789abcdef", &files))["code"], "file_not_base64");
    let form = Request::post("/api/v1/matters").header(header::CONTENT_TYPE, "text/plain").body(Body::from("x")).unwrap();
    assert_eq!(site.ask(form).status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[test]
fn an_accusation_goes_its_own_way_and_through_no_strangers_hands() {
    let site = Site::sqlite();
    client(&site, KEY, &Scope::ALL);
    let body = json!({"what": "村里的救灾款被人扣下了", "kind": "accusation", "identity": "anonymous"});
    let own = file(&site, "key-0123456789abcdef", &body);
    assert_eq!(own.status, StatusCode::CREATED, "{}", own.text());
    let token = session(&site, &value(&own));
    let matter = read(&site, "matter", &[("authorization", &token)]);
    assert_eq!((&matter["kind"], &matter["acts"], &matter["steps"][0]["at"]), (&json!("accusation"), &json!([]), &Value::Null));
    let acted = [("authorization", token.as_str()), ("idempotency-key", "acted-0123456789abcdef")];
    let acted = ask(&site, Method::POST, "matter/acts/supplement", (&acted, &json!({"words": "再说一句"})));
    assert_eq!((acted.status, &value(&acted)["code"]), (StatusCode::FORBIDDEN, &json!("sealed_matter")));
    let bearer = format!("Bearer {KEY}");
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", "other-0123456789abcdef")];
    let sent = ask(&site, Method::POST, "matters", (&headers, &body));
    assert_eq!((sent.status, &value(&sent)["code"]), (StatusCode::FORBIDDEN, &json!("accusation_itself")));
    assert_eq!(read(&site, "sent", &headers[..1])["items"], json!([]));
}

#[test]
fn a_program_that_brings_matters_in_bulk_brings_no_grade_with_them() {
    let site = Site::sqlite();
    client(&site, KEY, &Scope::ALL);
    let bearer = format!("Bearer {KEY}");
    for at in 0..12 {
        let key = format!("bulk-{at:016}");
        let headers = [("authorization", bearer.as_str()), ("idempotency-key", key.as_str())];
        let mut graded = new("路灯坏了");
        for (name, told) in
            [("rating", json!(5)), ("grade", json!(5)), ("signature", json!("AAAA")), ("rating_key", json!("AAAA"))]
        {
            graded[name] = told;
        }
        let refused = ask(&site, Method::POST, "matters", (&headers, &graded));
        assert!(refused.status.is_client_error(), "a filing has no place for a grade: {}", refused.text());
        let plain = format!("plain-{at:016}");
        let sent = value(&ask(&site, Method::POST, "matters", (&[headers[0], ("idempotency-key", &plain)], &new("路灯坏了"))));
        let number = sent["number"].as_str().unwrap();
        let rate = format!("rate-{at:016}");
        for body in [json!({"grade": 5}), json!({"grade": 5, "number": number})] {
            let headers = [headers[0], ("idempotency-key", rate.as_str())];
            assert_eq!(ask(&site, Method::POST, "matter/acts/rate", (&headers, &body)).status, StatusCode::UNAUTHORIZED);
        }
        let state = crate::desk::state(&site, number);
        assert!(state.rating.is_none() && state.graded().is_none());
    }
}

#[test]
fn a_program_sees_what_it_sent_page_by_page_as_far_as_its_key_allows() {
    let site = Site::sqlite();
    client(&site, KEY, &Scope::ALL);
    client(&site, "key-that-only-sends", &[Scope::Send]);
    client(&site, "key-that-only-follows", &[Scope::Follow]);
    let bearer = |key: &str| format!("Bearer {key}");
    let post = |key: &str, once: &str| {
        let headers = [("authorization", bearer(key)), ("idempotency-key", format!("{once}-0123456789abcdef"))];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        ask(&site, Method::POST, "matters", (&headers, &new("路灯坏了")))
    };
    let numbers: Vec<Value> = (0..5).map(|at| value(&post(KEY, &format!("sent{at}")))["number"].clone()).collect();
    let mine = value(&post("key-that-only-sends", "sent0"))["number"].clone();
    assert!(!numbers.contains(&mine), "keys of two programs never meet");
    assert_eq!(value(&post("key-that-only-follows", "sent0"))["code"], "scope_missing");
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = read(&site, &format!("sent?limit=2&cursor={cursor}"), &[("authorization", &bearer(KEY))]);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2 && !page.to_string().contains("路灯") && !page.to_string().contains("田小满"));
        seen.extend(items.iter().map(|one| one["number"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        next.clone_into(&mut cursor);
    }
    assert_eq!(seen.len(), 5);
    assert!(numbers.iter().all(|number| seen.contains(number)));
    // the list of changes goes on for ever: what happens later stands behind the place
    let changes = read(&site, "sent/changes?limit=3", &[("authorization", &bearer(KEY))]);
    let next = changes["next"].as_str().unwrap().to_owned();
    assert_eq!((changes["items"].as_array().unwrap().len(), &changes["more"]), (3, &json!(true)));
    let rest = read(&site, &format!("sent/changes?cursor={next}"), &[("authorization", &bearer(KEY))]);
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["more"]), (2, &json!(false)));
    let end = rest["next"].as_str().unwrap().to_owned();
    let behind = read(&site, &format!("sent/changes?cursor={end}"), &[("authorization", &bearer(KEY))]);
    assert_eq!((&behind["items"], behind["next"].as_str()), (&json!([]), Some(end.as_str())));
    let replay = |since: &str| {
        let key = bearer(KEY);
        ask(&site, Method::POST, "sent/replay", (&[("authorization", &key)], &json!({"since": since}))).status
    };
    assert_eq!((replay("2026-11-01T00:00:00+08:00"), replay("yesterday")), (StatusCode::ACCEPTED, StatusCode::BAD_REQUEST));
    let codes: Vec<(StatusCode, Value)> = [None, Some("nobody"), Some("key-that-only-sends")]
        .into_iter()
        .map(|key| {
            let shown = key.map(bearer).unwrap_or_default();
            let headers = [("authorization", shown.as_str())];
            let answer = ask(&site, Method::GET, "sent", (if key.is_some() { &headers } else { &[] }, &Value::Null));
            (answer.status, value(&answer)["code"].clone())
        })
        .collect();
    let expected = [(401, "key_missing"), (401, "key_unknown"), (403, "scope_missing")];
    for ((status, code), (number, name)) in codes.iter().zip(expected) {
        assert_eq!((status.as_u16(), code), (number, &json!(name)));
    }
}

#[test]
fn open_data_is_paged_without_a_gap() {
    let site = Site::sqlite();
    for path in ["places", "offices", "subjects", "terms"] {
        let whole = read(&site, &format!("{path}?limit=500"), &[]);
        let whole = whole["items"].as_array().unwrap().clone();
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = read(&site, &format!("{path}?limit=3&cursor={cursor}"), &[]);
            all.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(next) = page["next"].as_str() else { break };
            next.clone_into(&mut cursor);
        }
        assert!(all.len() > 3, "{path}");
        assert_eq!(all, whole, "{path}");
    }
    for limit in ["0", "501", "x"] {
        assert_eq!(
            ask(&site, Method::GET, &format!("places?limit={limit}"), (&[], &Value::Null)).status,
            StatusCode::BAD_REQUEST
        );
    }
    assert_eq!(file(&site, "key-0123456789abcdef", &new("路灯坏了")).status, StatusCode::CREATED);
    let offices = read(&site, "figures/offices", &[]);
    assert_eq!(offices["rows"][0]["cells"][0], 1, "{offices}");
    assert_eq!(ask(&site, Method::GET, "figures/nothing", (&[], &Value::Null)).status, StatusCode::NOT_FOUND);
}

#[test]
fn a_program_writes_on_the_board_once_and_reads_what_everybody_reads() {
    let site = Site::sqlite();
    crate::staff::accounts(&site);
    let new = json!({"title": "水管", "text": "漏了，打13812345678", "place": county::VILLAGE, "theme": "03"});
    let key = [("idempotency-key", "a-key-of-the-board-1")];
    let posted = ask(&site, Method::POST, "topics", (&key, &new));
    assert_eq!(posted.status, StatusCode::CREATED, "{}", posted.text());
    let again = ask(&site, Method::POST, "topics", (&key, &new));
    assert_eq!((again.status, value(&again)), (StatusCode::OK, value(&posted)));
    let id = value(&posted)["id"].as_str().unwrap().to_owned();
    assert_eq!(site.get(&format!("/api/v1/topics/{id}")).status, StatusCode::NOT_FOUND, "it waits");
    assert_eq!(read(&site, "topics", &[])["items"], json!([]));
    let accuses = json!({"title": "举报", "text": "他贪污受贿，我要检举", "place": county::VILLAGE, "theme": "03"});
    let refused = ask(&site, Method::POST, "topics", (&[("idempotency-key", "a-key-of-the-board-2")], &accuses));
    assert_eq!((refused.status, &value(&refused)["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("post_accuses")));
    let post = id.parse().unwrap();
    let who = civic::permit::Who::Staff { id: county::staff_id("gu"), session: Uuid::nil() };
    let request = forum::run::Request { who, post, seen: None, command: forum::Command::Publish };
    site.world.write(move |tx, own, by| forum::run::execute(tx, own, by, &request)).unwrap();
    let reply = ask(
        &site,
        Method::POST,
        &format!("topics/{id}/replies"),
        (&[("idempotency-key", "a-key-of-the-board-3")], &json!({"text": "一样"})),
    );
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    let listed = read(&site, &format!("topics?place={}&theme=03&only=open", county::TOWNSHIP), &[]);
    assert_eq!(listed["items"][0]["text"], json!("漏了，打［电话］"));
    let shown = read(&site, &format!("topics/{id}"), &[]);
    assert_eq!((&shown["topic"]["title"], &shown["posts"]), (&json!("水管"), &json!([])));
    assert!(site.get("/search?q=%E6%B0%B4%E7%AE%A1").visible().contains("论坛里说过的"));
}
