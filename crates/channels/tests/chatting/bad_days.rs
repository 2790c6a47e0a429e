//! The same message fifty times, ten thousand at once, rubbish, silence, and an end in the middle.

use std::time::Duration;

use channels::chat::{Line, Round, round};
use civic::outbox;
use jiff::ToSpan;
use serde_json::json;
use testkit::{Engine, World, on_both};

use crate::room::{HOLDER, Room};

on_both![the_same_message_fifty_times_is_one, every_statement_can_be_prepared,];

/// Messages at once.
const MANY: i64 = 10_000;
/// Accounts they come from.
const ACCOUNTS: i64 = 2_000;

fn every_statement_can_be_prepared(engine: Engine) {
    let world = World::with(engine, testkit::migrations(&[appeals::MIGRATIONS, channels::MIGRATIONS]));
    world.read(|tx, _| db::prepare_all(tx, channels::chat::STATEMENTS)).unwrap();
}

fn the_same_message_fifty_times_is_one(engine: Engine) {
    let mut room = Room::open(engine);
    room.tell(json!({"text": "着火了，石桥村二组", "times": 50, "id": 77}));
    let port = room.port;
    let all = room.tell(json!({"text": "着火了，石桥村二组", "times": 50, "id": 77, "post": port}));
    assert!(all["all"].as_array().unwrap().iter().all(|status| status == 204), "what is here is taken");
    room.take(1);
    assert_eq!((room.came(), room.matters().len()), (1, 1));
    assert_eq!(round(&room.desk).unwrap(), Round::default());
}

#[test]
fn ten_thousand_at_once_are_kept_each_once_and_the_rest_goes_on() {
    let mut room = Room::sqlite();
    // two links bring them, each all of them twice
    room.come("Event");
    let now = room.world.now().as_second();
    room.other.told(&json!({"do": "many", "time": now, "count": MANY, "users": ACCOUNTS, "text": "村里第#户停水了"}), "many");
    room.until(|room| room.came() >= MANY);
    assert_eq!(room.came(), MANY, "each of {MANY} messages came twice and is here once");
    // what others write meanwhile is heard in its turn, and nothing is lost
    room.tell(json!({"user": 999_999, "text": "帮助"}));
    room.until(|room| room.came() > MANY);
    let (mut rounds, mut made) = (0, 0);
    loop {
        let one = round(&room.desk).unwrap();
        if one == Round::default() {
            break;
        }
        rounds += 1;
        assert_eq!(one.failed, 0);
        made += one.said + one.commands + one.matters + one.aside + one.added;
    }
    println!("{made} messages in {rounds} rounds");
    assert_eq!(made as i64, MANY + 1);
}

#[test]
fn rubbish_is_passed_over_and_too_much_of_it_ends_the_link() {
    let mut room = Room::sqlite();
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let frames = json!([
        "",
        "null",
        "[]",
        "{",
        "\u{0}",
        "{\"post_type\": 5}",
        "{\"echo\": \"minsheng-1\"}",
        "{\"echo\": 7, \"data\": []}",
        "{\"post_type\": \"message\", \"self_id\": 10001}",
        deep,
        "{\"post_type\": \"message\", \"self_id\": 10001, \"message_type\": \"private\", \"user_id\": -1, \"message\": {}}",
        "{\"post_type\": \"notice\", \"self_id\": 10001, \"notice_type\": \"group_increase\"}",
    ]);
    room.other.told(&json!({"do": "rubbish", "frames": frames}), "thrown");
    assert!(room.ask("帮助").contains("查0931"), "it speaks on");
    room.tell(json!({"message": [{"type": "text"}, 5, null, {"type": 7}, {"type": "image", "data": {"file": "base64://%%%"}}], "odd": true}));
    room.take(2);
    assert_eq!(room.sent().len(), 1);
    room.other.told(&json!({"do": "rubbish", "frames": [], "times": 100}), "thrown");
    room.other.hear("closed");
    room.until(|room| room.hub.links() == 0);
}

#[test]
fn an_end_that_hangs_or_says_no_costs_no_message() {
    let mut room = Room::sqlite();
    room.tell(json!({"text": "帮助"}));
    room.take(1);
    room.line = Line::new(room.world.hall.clone(), std::sync::Arc::clone(&room.hub), HOLDER).waiting(Duration::from_millis(200));
    room.other.mood(&json!({"*": {"silent": true}}));
    assert_eq!(room.line.round().unwrap().failed, 1, "nobody answered");
    room.other.mood(&json!({"*": {"retcode": 120}}));
    room.world.clock.advance(2.minutes());
    assert_eq!(room.line.round().unwrap().failed, 1, "it said no");
    // away: nothing is tried, and no try is used up
    room.other.told(&json!({"do": "drop"}), "dropped");
    room.until(|room| room.hub.links() == 0);
    room.world.clock.advance(1.hours());
    assert_eq!(room.line.round().unwrap(), channels::chat::Sent::default());
    room.come("Universal");
    room.other.mood(&json!({}));
    room.other.taken();
    assert_eq!(room.line.round().unwrap().sent, 1);
    assert!(room.other.calls().iter().any(|call| call.text.contains("查0931")));
    let waiting = room.world.read(|tx, site| outbox::in_state(tx, site.jurisdiction, ("chat", "waiting"))).unwrap();
    assert_eq!(waiting.0, 0);
}

#[test]
fn what_will_never_be_taken_is_told_by_a_person() {
    let mut room = Room::sqlite();
    for words in ["路灯坏了", "村口", "跳过"] {
        room.ask(words);
    }
    room.tell(json!({"text": "发送"}));
    room.take(4);
    room.other.mood(&json!({"send_private_msg": {"retcode": 1_404}}));
    room.line.round().unwrap();
    let matter = room.matters()[0].state.matter;
    assert_eq!(room.letters(matter), [("filed".to_owned(), "failed".to_owned())]);
}
