//! Open311 GeoReport v2, as its specification says it: what a program sends becomes a matter once, what it may see it sees, and every no
//! is of the right kind.

use appeals::appeal::{Channel, Identity};
use appeals::{Event, store};
use axum::http::{Method, StatusCode, header};
use civic::directory::{Client, Entry, Place, Scope};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::{Engine, county, on_both};
use uuid::Uuid;

use crate::track::replied_at;
use crate::world::{Answer, Site, form};

on_both![a_request_becomes_a_matter_once_and_is_seen_by_its_program];

const KEY: &str = "key-of-the-city";
const OTHER_KEY: &str = "key-of-another";

fn client(site: &Site, name: &str, key: &str, active: bool) -> Uuid {
    let hash = Sha256::digest(key.as_bytes());
    let (id, key) = (Uuid::from_slice(&hash[..16]).unwrap(), HEXLOWER.encode(&hash));
    site.world.set(
        Entry::Client(Client {
            id,
            name: name.to_owned(),
            key,
            active,
            scopes: Scope::ALL.into_iter().collect(),
            hook: String::new(),
        }),
        "added",
    );
    id
}

fn connected(engine: Engine) -> Site {
    let site = Site::new(engine);
    client(&site, "清禾市民通", KEY, true);
    client(&site, "云岭随手拍", OTHER_KEY, true);
    site
}

/// Finds the first service that is offered.
fn service(site: &Site) -> String {
    let all = read(site, "services.json");
    all[0]["service_code"].as_str().unwrap().to_owned()
}

fn read(site: &Site, document: &str) -> Value {
    let answer = site.get(&format!("/open311/v2/{document}"));
    assert_eq!(answer.status, StatusCode::OK, "{document}: {}", answer.text());
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    serde_json::from_slice(&answer.bytes).unwrap()
}

fn post(site: &Site, document: &str, body: &str) -> Answer {
    site.ask(form(Method::POST, &format!("/open311/v2/{document}"), body.to_owned()))
}

fn sent(site: &Site, key: &str, more: &str) -> String {
    let service = service(site);
    let body = format!("api_key={key}&service_code={service}&description=路灯坏了三天&address_id={}{more}", county::VILLAGE);
    let answer = post(site, "requests.json", &body);
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let all: Value = serde_json::from_slice(&answer.bytes).unwrap();
    all[0]["service_request_id"].as_str().unwrap().to_owned()
}

fn errors(answer: &Answer) -> Vec<(String, String)> {
    let all: Value = serde_json::from_slice(&answer.bytes).unwrap();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    all.as_array().unwrap().iter().map(|one| (text(one, "code"), text(one, "description"))).collect()
}

#[test]
fn whoever_comes_finds_out_what_is_spoken_and_what_can_be_reported() {
    let site = connected(Engine::Sqlite);
    let found = read(&site, "discovery.json");
    let endpoint = &found["endpoints"][0];
    assert_eq!(endpoint["specification"], "http://wiki.open311.org/GeoReport_v2");
    assert_eq!((&endpoint["formats"], &endpoint["type"]), (&json!(["text/xml", "application/json"]), &json!("production")));
    for field in ["changeset", "contact", "key_service"] {
        assert!(found[field].as_str().is_some_and(|text| !text.is_empty()), "{field}");
    }
    let xml = site.get("/open311/v2/discovery.xml");
    assert_eq!(xml.header("content-type"), "text/xml; charset=utf-8");
    assert!(xml.text().starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<discovery><changeset>"), "{}", xml.text());
    assert!(
        xml.text().contains("<endpoints><endpoint><specification>") && xml.text().contains("<formats><format>text/xml</format>")
    );
    let services = read(&site, "services.json");
    let first = &services[0];
    assert_eq!((&first["metadata"], &first["type"]), (&json!(true), &json!("realtime")));
    assert!(
        services.as_array().unwrap().iter().all(|one| !one["service_code"].as_str().unwrap().starts_with("21")),
        "no accusations"
    );
    let english = read(&site, "services.json?locale=en");
    assert!(english[0]["service_name"].as_str().unwrap().is_ascii());
    let definition = read(&site, &format!("services/{}.json", service(&site)));
    let attributes = definition["attributes"].as_array().unwrap();
    let orders: Vec<i64> = attributes.iter().map(|one| one["order"].as_i64().unwrap()).collect();
    assert_eq!(orders, [1, 2]);
    assert!(
        attributes
            .iter()
            .all(|one| one["variable"] == true && one["required"] == false && !one["values"].as_array().unwrap().is_empty())
    );
    let xml = site.get(&format!("/open311/v2/services/{}.xml", service(&site))).text();
    assert!(
        xml.contains("<service_definition><service_code>") && xml.contains("<attributes><attribute><variable>true</variable>"),
        "{xml}"
    );
    assert!(xml.contains("<values><value><key>help</key><name>求助</name></value>"), "{xml}");
}

fn a_request_becomes_a_matter_once_and_is_seen_by_its_program(engine: Engine) {
    let site = connected(engine);
    let person =
        "&first_name=小满&last_name=田&phone=13900000001&attribute[kind]=complaint&media_url=https://photo.example/1.jpg";
    let number = sent(&site, KEY, person);
    assert_eq!(sent(&site, KEY, person), number, "an answer that got lost is asked for again");
    assert_ne!(sent(&site, KEY, &format!("{person}&lat=&long=&account_id=7")), number, "another request is another matter");
    let (found, asked) = (number.clone(), number.clone());
    let matter = site.world.read(move |tx, at| store::by_number(tx, at.jurisdiction, &found)).unwrap().unwrap().id;
    let loaded = site.world.read(move |tx, at| store::load(tx, at, matter)).unwrap().unwrap();
    let Event::Filed(filing) = &loaded.events[0].1 else { panic!("it begins with a filing") };
    assert_eq!((filing.channel, filing.identity, filing.name.as_str()), (Channel::Client, Identity::Named, "田小满"));
    assert_eq!((filing.kind.code(), filing.place.as_deref()), ("complaint", Some(county::VILLAGE)));
    assert!(filing.what.starts_with("路灯坏了三天") && filing.what.contains("https://photo.example/1.jpg"));
    // its program sees it, without words or person; nobody else knows of it
    let own = read(&site, &format!("requests/{asked}.json?api_key={KEY}"));
    let own = &own[0];
    assert_eq!((&own["status"], &own["status_notes"], &own["description"]), (&json!("open"), &json!("已收到"), &Value::Null));
    assert!(own["requested_datetime"].as_str().unwrap().ends_with("+08:00") && own["expected_datetime"].as_str().is_some());
    assert!(!own.to_string().contains("田小满") && !own.to_string().contains("13900000001"));
    for key in ["", &format!("?api_key={OTHER_KEY}")] {
        assert_eq!(site.get(&format!("/open311/v2/requests/{asked}.json{key}")).status, StatusCode::NOT_FOUND);
        assert_eq!(read(&site, &format!("requests.json{key}")), json!([]));
    }
    let xml = site.get(&format!("/open311/v2/requests.xml?api_key={KEY}&service_request_id={asked}")).text();
    assert!(
        xml.contains(&format!(
            "<service_requests><request><service_request_id>{asked}</service_request_id><status>open</status>"
        )),
        "{xml}"
    );
    assert!(xml.contains("<description/>"), "{xml}");
    // the answer goes back by the way it came
    replied_at(&site, matter);
    let updates = read(&site, &format!("servicerequestupdates.json?api_key={KEY}"));
    let of_it = |update: &&Value| update["service_request_id"] == json!(asked);
    let steps: Vec<&str> = updates.as_array().unwrap().iter().filter(of_it).map(|one| one["status"].as_str().unwrap()).collect();
    assert_eq!(steps, ["OPEN", "INVESTIGATING", "INVESTIGATING", "ACTION_SCHEDULED"]);
    assert!(updates.to_string().contains("11月26日前换新"));
    assert_eq!(read(&site, &format!("servicerequestupdates.json?api_key={OTHER_KEY}")), json!([]));
    // and what the resident adds comes in by it
    let added =
        post(&site, "servicerequestupdates.json", &format!("api_key={KEY}&service_request_id={asked}&description=又坏了一盏"));
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text());
    let stranger = format!("api_key={OTHER_KEY}&service_request_id={asked}&description=我来说");
    assert_eq!(post(&site, "servicerequestupdates.json", &stranger).status, StatusCode::NOT_FOUND);
}

#[test]
fn whoever_agrees_is_seen_by_everybody_and_nobody_else_is() {
    let site = connected(Engine::Sqlite);
    let shown = sent(&site, KEY, "&attribute[publish]=yes");
    let hidden = sent(&site, KEY, "&attribute[publish]=no&phone=13900000002&last_name=田");
    let all = read(&site, "requests.json");
    let numbers: Vec<&str> = all.as_array().unwrap().iter().map(|one| one["service_request_id"].as_str().unwrap()).collect();
    assert_eq!(numbers, [shown.as_str()]);
    assert_eq!(read(&site, &format!("requests.json?api_key={OTHER_KEY}")).as_array().unwrap().len(), 1);
    assert_eq!(read(&site, &format!("requests.json?api_key={KEY}")).as_array().unwrap().len(), 2);
    assert_eq!(read(&site, &format!("tokens/{shown}.json")), json!([{"service_request_id": shown, "token": shown}]));
    let named = read(&site, &format!("requests.json?service_request_id={shown},{hidden}&status=closed&start_date=2020-01-01"));
    assert_eq!(named.as_array().unwrap().len(), 1, "a number counts alone, whatever else is asked");
}

#[test]
fn lists_are_narrowed_by_day_service_and_state_and_paged() {
    let site = connected(Engine::Sqlite);
    let numbers: Vec<String> = (0..5).map(|at| sent(&site, KEY, &format!("&account_id={at}"))).collect();
    let count = |query: &str| read(&site, &format!("requests.json?api_key={KEY}{query}")).as_array().unwrap().len();
    let service = service(&site);
    let (open, closed, both) = (count("&status=open"), count("&status=closed"), count("&status=open,closed"));
    assert_eq!((open, closed, both, count("&status=")), (5, 0, 5, 5), "an empty argument is none");
    assert_eq!((count(&format!("&service_code={service}")), count("&service_code=0302,0301")), (5, 0));
    assert_eq!((count("&page_size=2"), count("&page_size=2&page=3"), count("&page_size=2&page=4")), (2, 1, 0));
    let today = site.world.hall.site.day(site.world.hall.clock.now());
    assert_eq!((count(&format!("&start_date={today}")), count(&format!("&end_date={}", today.yesterday().unwrap()))), (5, 0));
    let newest = read(&site, &format!("requests.json?api_key={KEY}&page_size=1"));
    assert!(numbers.iter().any(|number| newest[0]["service_request_id"] == json!(number)));
}

#[test]
fn every_no_is_of_the_right_kind_and_names_everything_at_once() {
    let site = connected(Engine::Sqlite);
    client(&site, "旧应用", "key-ended", false);
    let service = service(&site);
    let village = county::VILLAGE;
    let refused = [
        (format!("service_code={service}&address_id={village}"), 403, "api_key is missing"),
        (format!("api_key=wrong&service_code={service}&address_id={village}"), 403, "not known"),
        (format!("api_key=key-ended&service_code={service}&address_id={village}"), 403, "was ended"),
        (format!("api_key={KEY}&service_code=9999&address_id={village}"), 404, "9999"),
        (format!("api_key={KEY}&jurisdiction_id=nowhere&service_code={service}"), 404, "nowhere"),
        (format!("api_key={KEY}&service_code={service}"), 400, "location"),
        (format!("api_key={KEY}&service_code={service}&lat=28.1"), 400, "lat and long"),
        (format!("api_key={KEY}&service_code={service}&lat=nan&long=1"), 400, "lat and long"),
        (format!("api_key={KEY}&service_code={service}&address_id=1"), 400, "address_id 1"),
        (format!("api_key={KEY}&service_code={service}&address_id={village}&attribute[kind]=accusation"), 400, "accusation"),
        (format!("api_key={KEY}&service_code={service}&address_id={village}&description={}", "长".repeat(4_001)), 400, "4000"),
    ];
    for (body, status, word) in refused {
        let answer = post(&site, "requests.json", &body);
        let told = errors(&answer);
        assert_eq!((answer.status.as_u16(), told[0].0.as_str()), (status, status.to_string().as_str()), "{body}");
        assert!(told[0].1.contains(word), "{told:?} says {word}");
    }
    assert_eq!(
        errors(&post(&site, "requests.json", &format!("api_key={KEY}"))).len(),
        2,
        "service and location are told together"
    );
    let questions = [
        ("requests.json?start_date=yesterday", 400),
        ("requests.json?start_date=2026-01-01T00:00:00Z&end_date=2026-11-01T00:00:00Z", 400),
        ("requests.json?status=lost", 400),
        ("requests.json?page_size=0", 400),
        ("requests.json?page_size=1001", 400),
        ("requests/MS1.json", 404),
        ("tokens/none.json", 404),
        ("services/9999.json", 404),
        ("nothing.json", 404),
        ("servicerequestupdates.json", 403),
    ];
    for (document, status) in questions {
        let answer = site.get(&format!("/open311/v2/{document}"));
        assert_eq!(answer.status.as_u16(), status, "{document}: {}", answer.text());
        assert!(!errors(&answer)[0].1.is_empty());
    }
    let xml = site.get("/open311/v2/requests/MS1.xml");
    assert!(xml.text().contains("<errors><error><code>404</code><description>"), "{}", xml.text());
}

#[test]
fn a_point_on_the_map_is_the_lowest_place_around_it() {
    let site = connected(Engine::Sqlite);
    let directory = site.world.hall.site.directory();
    let outlined = |code: &str, from: i32, to: i32| {
        let ring = vec![(from, from), (to, from), (to, to), (from, to)];
        Entry::Place(Place { outline: vec![ring], ..directory.places[code].clone() })
    };
    let root = directory.root().unwrap().code.clone();
    site.world.set(outlined(&root, 0, 4_000_000), "outlined");
    site.world.set(outlined(county::VILLAGE, 1_000_000, 2_000_000), "outlined");
    let service = service(&site);
    for (lat, long, place) in [("1.5", "1.5", Some(county::VILLAGE)), ("3.5", "3.5", Some(root.as_str())), ("9", "9", None)] {
        let body = format!("api_key={KEY}&service_code={service}&description=x{lat}&lat={lat}&long={long}");
        let answer: Value = serde_json::from_slice(&post(&site, "requests.json", &body).bytes).unwrap();
        let number = answer[0]["service_request_id"].as_str().unwrap();
        let one = read(&site, &format!("requests/{number}.json?api_key={KEY}"));
        assert_eq!(one[0]["address_id"].as_str(), place, "{lat}, {long}");
    }
}

#[test]
fn pictures_come_along_whatever_a_program_calls_them() {
    let site = connected(Engine::Sqlite);
    let service = service(&site);
    let part = |name: &str, more: &str, body: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{body}\r\n")
    };
    let picture = "GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    let body = [
        part("api_key", "", KEY),
        part("service_code", "", &service),
        part("address_id", "", county::VILLAGE),
        part("media", "; filename=\"lamp.gif\"", picture),
        "--b--\r\n".to_owned(),
    ];
    let mut request = form(Method::POST, "/open311/v2/requests.json", body.concat());
    request.headers_mut().insert(header::CONTENT_TYPE, "multipart/form-data; boundary=b".parse().unwrap());
    let answer = site.ask(request);
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let all: Value = serde_json::from_slice(&answer.bytes).unwrap();
    let number = all[0]["service_request_id"].as_str().unwrap().to_owned();
    let matter = site.world.read(move |tx, at| store::by_number(tx, at.jurisdiction, &number)).unwrap().unwrap().id;
    let loaded = site.world.read(move |tx, at| store::load(tx, at, matter)).unwrap().unwrap();
    let Event::Filed(filing) = &loaded.events[0].1 else { panic!("it begins with a filing") };
    assert_eq!(filing.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["lamp.gif"]);
}

#[test]
fn a_key_of_ones_own_makes_a_request_one_whatever_the_day() {
    let site = connected(Engine::Sqlite);
    let service = service(&site);
    let send = |words: &str| {
        let body = format!("api_key={KEY}&service_code={service}&description={words}&address_id={}", county::VILLAGE);
        let mut request = form(Method::POST, "/open311/v2/requests.json", body);
        request.headers_mut().insert("idempotency-key", "7f3a".parse().unwrap());
        request.headers_mut().insert(header::ACCEPT, "*/*".parse().unwrap());
        let answer = site.ask(request);
        (answer.status, answer.text())
    };
    let first = send("井盖松了");
    assert_eq!((first.0, &send("井盖松了")), (StatusCode::CREATED, &first));
    let other = send("别的话");
    assert!(other.0 == StatusCode::BAD_REQUEST && other.1.contains("Idempotency-Key"), "{other:?}");
    assert_eq!(read(&site, &format!("requests.json?api_key={KEY}")).as_array().unwrap().len(), 1);
}
