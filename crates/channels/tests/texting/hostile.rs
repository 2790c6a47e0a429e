//! Carriers on bad days: many at once, the clock hours off, the process gone in the middle, bytes that are no SMPP.

use std::time::Duration;

use channels::sms::smpp::{Carrier as At, Link};
use channels::sms::{Round, Text, round};
use jiff::ToSpan;
use serde_json::json;
use testkit::{Engine, World};

use crate::carrier::Carrier;
use crate::room::{PHONE, Room, filing, migrations};

/// Messages at once; `MINSHENG_TEST_TIMES` multiplies them.
const MANY: u64 = 1_000;

#[test]
fn many_at_once_are_all_kept_and_each_is_one_matter() {
    let mut room = Room::sqlite();
    let count = MANY * testkit::times().max(1) as u64;
    room.carrier.order(&json!({"do": "many", "count": count, "window": 200, "words": "停水了，第#户"}));
    let many = room.carrier.hear("many");
    assert_eq!((many["taken"].as_u64(), many["refused"].as_u64()), (Some(count), Some(0)));
    let a_second = count * 1_000 / many["millis"].as_u64().unwrap().max(1);
    println!("{count} messages kept in {} ms: {a_second} a second", many["millis"]);
    let mut matters = 0;
    loop {
        let done = round(&room.desk).unwrap();
        if done == Round::default() {
            break;
        }
        matters += done.matters as u64;
    }
    assert_eq!(matters, count);
    assert_eq!(room.stands(), [("done".to_owned(), "filed".to_owned(), count as i64)]);
}

#[test]
fn a_message_that_comes_again_after_the_process_died_is_the_same() {
    let mut room = Room::sqlite();
    // kept, and dead before the carrier heard of it: it brings it again
    let link = Link::open(&room.carrier.at()).unwrap();
    room.carrier.hear("bound");
    room.carrier.order(&json!({"do": "deliver", "from": PHONE, "words": "停水三天了"}));
    let (hall, files) = (room.world.hall.clone(), room.desk.files.clone());
    link.hear(|heard| {
        let texts: Vec<_> = heard
            .texts
            .into_iter()
            .map(|one| Text { from: one.from, to: one.to, coding: one.coding, words: one.words, part: None, id: None })
            .collect();
        channels::sms::keep(&hall, &files, &texts).unwrap();
        link.close();
        Ok(())
    });
    room.carrier.hear("closed");
    assert_eq!(round(&room.desk).unwrap(), Round { matters: 1, ..Round::default() });
    assert!(room.carrier.deliver(PHONE, "停水三天了"), "this time it is called taken");
    assert_eq!(round(&room.desk).unwrap(), Round::default());
}

#[test]
fn nothing_is_called_taken_that_could_not_be_kept() {
    let mut room = Room::sqlite();
    let link = Link::open(&room.carrier.at()).unwrap();
    room.carrier.hear("bound");
    std::thread::scope(|scope| {
        scope.spawn(|| link.hear(|_| Err(db::Fault::other("the disk is full"))));
        room.carrier.order(&json!({"do": "deliver", "from": PHONE, "words": "停水三天了"}));
        assert_eq!(room.carrier.hear("taken")["status"], 0x64, "later, not never");
        link.close();
    });
    assert_eq!(room.stands(), []);
}

#[test]
fn a_clock_three_hours_off_loses_and_doubles_nothing() {
    let mut room = Room::sqlite();
    assert_eq!(room.take("停水三天了").matters, 1);
    for hours in [3, -6, 3] {
        room.world.clock.advance(hours.hours());
        room.carrier.deliver(PHONE, "停水三天了");
        assert_eq!(round(&room.desk).unwrap(), Round::default(), "{hours}");
    }
    assert!(room.carrier.deliver("13900002222", "路灯坏了"));
    assert_eq!(round(&room.desk).unwrap().matters, 1);
    // kept while the clock ran ahead, and not looked into before it was set right
    room.world.clock.advance(3.hours());
    assert!(room.carrier.deliver("13900003333", "井盖没了"));
    room.world.clock.advance(-3.hours());
    assert_eq!(round(&room.desk).unwrap().matters, 1);
    assert_eq!(room.stands(), [("done".to_owned(), "filed".to_owned(), 3)]);
}

#[test]
fn words_in_a_charset_they_do_not_name_are_a_matter_all_the_same() {
    let room = Room::sqlite();
    let (gbk, utf8) = (encoding_rs::GBK.encode("停水三天了").0.into_owned(), "停水三天了".as_bytes().to_vec());
    // named plain, octets, reserved: read as what Chinese is sent in; what is named Latin-1 might be that, and stands there as it came
    let wrong = [(0, &gbk, true), (4, &gbk, true), (0xf7, &utf8, true), (3, &gbk, false)];
    for (at, (coding, words, is_read)) in wrong.into_iter().enumerate() {
        let from = format!("1390000444{at}");
        let text = Text { from: from.clone(), to: "10690931".to_owned(), coding, words: words.clone(), part: None, id: None };
        channels::sms::keep(&room.world.hall, &room.desk.files, &[text]).unwrap();
        assert_eq!(round(&room.desk).unwrap().matters, 1, "{coding}");
        let own = room.matters().into_iter().find(|matter| filing(matter).mobile == from).unwrap();
        assert_eq!(filing(&own).what == "停水三天了", is_read, "{coding}: {}", filing(&own).what);
    }
    assert_eq!(room.stands(), [("done".to_owned(), "filed".to_owned(), 4)]);
}

#[test]
fn what_is_no_smpp_ends_the_connection_and_nothing_else() {
    let mut room = Room::sqlite();
    room.carrier.order(&json!({"do": "raw", "hex": "ffffffff00000005000000000000000a"}));
    room.carrier.hear("closed");
    while !room.line.is_bound() {
        room.line.round().unwrap();
    }
    // an unknown command gets its answer, a message that ends too early is kept for a person
    room.carrier.order(
        &json!({"do": "raw", "hex": "0000001000000103000000000000006300000012000000050000000000000064".to_owned() + "0101"}),
    );
    assert!(room.carrier.deliver(PHONE, "停水三天了"));
    let done = round(&room.desk).unwrap();
    assert_eq!((done.matters, done.failed), (1, 1), "{done:?}");
    assert!(room.stands().iter().any(|(state, _, many)| state == "failed" && *many == 1));
}

#[test]
fn nobody_who_does_not_know_us_is_bound_to() {
    let carrier = Carrier::start();
    let wrong = At { password: "other".to_owned(), ..carrier.at() };
    let refused = Link::open(&wrong).map(drop).unwrap_err();
    assert!(refused.to_string().contains("password"), "{refused}");
    let gone = At { at: "127.0.0.1:1".to_owned(), wait: Duration::from_millis(300), ..carrier.at() };
    assert!(Link::open(&gone).is_err());
}

#[test]
fn a_silent_connection_is_asked_and_a_dead_one_is_left() {
    let carrier = Carrier::start();
    let at = At { quiet: Duration::from_millis(600), wait: Duration::from_secs(1), ..carrier.at() };
    let mut room = Room::at(World::with(Engine::Sqlite, migrations()), carrier, at);
    room.carrier.hear("enquired");
    assert!(room.line.is_bound());
    room.carrier.mood(&json!({"hang": true}));
    room.carrier.hear("closed");
    assert!(!room.line.is_bound());
}
