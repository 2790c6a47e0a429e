//! Calls that are told of: once each, in any order, and by nobody who does not know the secret.

use civic::hotline::{self, State};
use civic::permit::{Act, Subject, may};
use civic::source;
use serde_json::json;
use testkit::{Engine, on_both};

use crate::exchange::{EVENTS, PHONE, Room};

on_both![a_call_that_is_told_fifty_times_in_any_order_is_one_call, what_is_forged_or_late_is_refused_with_words];

fn a_call_that_is_told_fifty_times_in_any_order_is_one_call(engine: Engine) {
    let mut room = Room::open(engine);
    let at = room.world.now().as_second();
    // the end first, then the beginning, each fifty times
    for (state, ago) in [("ended", 10), ("ringing", 60), ("answered", 50)] {
        let body = json!({"call": "c-1", "state": state, "at": at - ago, "from": "+86 139 0000 1111", "to": "12345"});
        let told = room.order(json!({"do": "post", "body": body, "times": 50}));
        assert!(told["all"].as_array().unwrap().iter().all(|status| status == 200), "{told}");
    }
    let call = room.call("c-1");
    assert_eq!((call.state, call.caller.as_str(), call.office.as_str()), (State::Ended, PHONE, "xf"));
    assert_eq!(call.began_at.as_second(), at - 60);
    assert_eq!(call.answered_at.map(jiff::Timestamp::as_second), Some(at - 50));
    assert_eq!(room.steps(call.id).len(), 3, "each saying is one entry");
    // a call that only ended was missed, until its answer is told of after all
    assert_eq!(room.tell("c-2", "ended", 5), 200);
    assert_eq!((room.call("c-2").state, room.call("c-2").again.as_str()), (State::Missed, "wanted"));
    assert_eq!(room.tell("c-2", "answered", 8), 200);
    assert_eq!((room.call("c-2").state, room.call("c-2").again.as_str()), (State::Ended, ""));
    // a missed call is struck off when the same number is talked to
    assert_eq!(room.tell("c-3", "ringing", 40), 200);
    assert_eq!(room.tell("c-3", "ended", 30), 200);
    assert_eq!(room.table("jin").missed.len(), 1);
    assert_eq!(room.tell("c-4", "ringing", 20), 200);
    assert_eq!(room.table("jin").ringing.len(), 1);
    assert_eq!(room.tell("c-4", "answered", 15), 200);
    assert_eq!((room.table("jin").missed.len(), room.call("c-3").again.as_str()), (0, "done"));
    assert!(room.table("gu").talking.is_empty(), "another office's desk has none of them");
}

fn what_is_forged_or_late_is_refused_with_words(engine: Engine) {
    let mut room = Room::open(engine);
    let now = room.world.now().as_second();
    let body = json!({"call": "c-1", "state": "ringing", "at": now, "from": PHONE, "to": "5550101"});
    let refused = |room: &mut Room, more: serde_json::Value| {
        let mut order = json!({"do": "post", "body": body});
        for (name, value) in more.as_object().unwrap() {
            order[name] = value.clone();
        }
        let told = room.order(order);
        let words = told["said"]["words"].as_str().unwrap().to_owned();
        (told["status"].as_u64().unwrap(), told["said"]["code"].as_str().unwrap().to_owned(), words)
    };
    let (status, code, words) = refused(&mut room, json!({"secret": "another-secret-of-nobody"}));
    assert!(status == 401 && code == "signature" && words.contains("签名"), "{code} {words}");
    let (status, code, words) = refused(&mut room, json!({"time": now - 3 * 3_600}));
    assert!(status == 401 && code == "clock" && words.contains("对时"), "{code} {words}");
    let trouble = |room: &Room| room.world.read(|tx, site| source::all(tx, site, hotline::CHANNEL)).unwrap().remove(0).trouble;
    assert_eq!(trouble(&room).unwrap().0, "clock", "the page of channels says what is wrong");
    let odd = [
        (json!({"call": "", "state": "ringing", "at": now}), "call"),
        (json!({"call": "c", "state": "sleeping", "at": now}), "state"),
        (json!({"call": "c", "state": "ringing", "at": now + 4_000}), "time"),
        (json!({"call": "c", "state": "ringing", "at": now - 9 * 86_400}), "time"),
        (json!({"call": "c", "state": "ended", "at": now, "recording": "http://elsewhere.example/a"}), "recording"),
        (json!([1]), "json"),
    ];
    for (body, why) in odd {
        assert_eq!(refused(&mut room, json!({"body": body})).1, why);
    }
    let nonce = json!({"nonce": "0123456789abcdef0123456789abcdef"});
    assert_eq!(refused(&mut room, nonce.clone()).0, 200);
    assert_eq!(refused(&mut room, nonce).1, "replayed");
    assert_eq!(trouble(&room), None);
    room.order(json!({"do": "break", "body": {"call": "c-9", "state": "ringing", "at": now}}));
    assert_eq!(refused(&mut room, json!({"path": format!("{EVENTS}/more")})).0, 404);
    assert_eq!(refused(&mut room, json!({"body": {"call": "", "state": "test"}})).1, "heard");
    let call = room.call("c-1");
    assert_eq!((call.office.as_str(), room.table("gu").ringing.len()), ("bd", 1), "the number that was called names the desk");
    assert!(room.world.read(|tx, site| hotline::call_of(tx, site, "c-9")).unwrap().is_none(), "half a request is none");
    let directory = room.world.hall.site.directory();
    let subject = Subject { owner: "bd".into(), ..Subject::default() };
    assert!(may(&directory, &Room::who("tang"), Act::TakeCall, &subject).is_err());
}

#[test]
fn the_documented_example_is_what_is_computed() {
    use channels::sms::http::Secret;
    let secret = Secret::new("exchange", "an-example-secret-of-nobody").unwrap();
    let documented = include_str!("../../../../docs/hotline.md");
    let body = documented.lines().find(|line| line.starts_with("{\"call\":\"c-1\"")).unwrap();
    let at = jiff::Timestamp::from_second(1_795_953_600).unwrap();
    let signed = secret.sign(EVENTS, body.as_bytes(), (at, [0; 16]));
    assert!(documented.contains(&signed.signature), "docs/hotline.md must show {}", signed.signature);
}
