//! What comes in: once each, whole, and called taken only when it is kept.

use appeals::appeal::{Channel, Sender};
use appeals::code::Code;
use appeals::{Event, Identity};
use channels::sms::{PARTS_SECONDS_MAX, Round, round};
use jiff::ToSpan;
use serde_json::json;
use testkit::{Engine, on_both};

use crate::room::{PHONE, Room, filing};

on_both![a_message_becomes_a_matter_and_number_and_code_come_back, every_statement_of_the_channel_can_be_prepared];

fn every_statement_of_the_channel_can_be_prepared(engine: Engine) {
    let world = testkit::World::with(engine, crate::room::migrations());
    world.read(|tx, _| db::prepare_all(tx, channels::sms::STATEMENTS)).unwrap();
}

fn a_message_becomes_a_matter_and_number_and_code_come_back(engine: Engine) {
    let mut room = Room::open(engine);
    assert_eq!(room.take("村口的水管爆了，三天没有水"), Round { matters: 1, ..Round::default() });
    let loaded = &room.matters()[0];
    let filed = filing(loaded);
    assert_eq!((filed.channel, filed.identity, filed.mobile.as_str()), (Channel::Sms, Identity::Named, PHONE));
    assert_eq!((filed.what.as_str(), filed.sender), ("村口的水管爆了，三天没有水", Some(Sender::Verified)));
    let (number, code) = (loaded.state.number.clone(), filed.code.clone());
    let sent = room.sent();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].starts_with("【民声】您的事收到了，短号") && sent[0].contains(&number), "{}", sent[0]);
    let shown = sent[0].split("查询码").nth(1).unwrap().split('。').next().unwrap();
    let opens = Code::parse(shown).unwrap().hash(&room.world.hall.site);
    assert_eq!(data_encoding::HEXLOWER.encode(&opens), code, "the code opens the matter");
}

#[test]
fn a_message_that_comes_fifty_times_is_one_matter() {
    let mut room = Room::sqlite();
    for _ in 0..50 {
        assert!(room.carrier.deliver(PHONE, "停水三天了"), "each time it is called taken");
        round(&room.desk).unwrap();
    }
    assert_eq!(room.stands(), [("done".to_owned(), "filed".to_owned(), 1)]);
    assert_eq!(room.sent().len(), 1, "and answered once");
    assert!(room.carrier.deliver("13900002222", "停水三天了"), "another telephone is another person");
    assert_eq!(round(&room.desk).unwrap().matters, 1);
}

#[test]
fn parts_wait_for_each_other_over_a_restart_and_make_one_matter() {
    let mut room = Room::sqlite();
    let part = |at: u8, words: &str| json!({"do": "deliver", "from": PHONE, "udh": format!("05000307030{at}"), "words": words});
    for order in [part(3, "第三段。"), part(1, "第一段，"), part(1, "第一段，")] {
        room.carrier.order(&order);
        assert_eq!(room.carrier.hear("taken")["status"], 0);
    }
    assert_eq!(round(&room.desk).unwrap(), Round::default(), "it is not whole yet");
    let Room { world, desk, line, carrier, .. } = room;
    drop((desk, line));
    carrier.hear("closed");
    let at = carrier.at();
    let mut room = Room::at(world.reopened(), carrier, at);
    room.carrier.order(&part(2, "第二段，"));
    room.carrier.hear("taken");
    assert_eq!(round(&room.desk).unwrap(), Round { matters: 1, ..Round::default() });
    assert_eq!(filing(&room.matters()[0]).what, "第一段，第二段，第三段。");
    room.carrier.order(&part(2, "第二段，"));
    room.carrier.hear("taken");
    room.world.clock.advance((PARTS_SECONDS_MAX + 1).seconds());
    assert_eq!(round(&room.desk).unwrap(), Round::default(), "a part that comes once more makes nothing");
}

#[test]
fn what_never_came_whole_is_heard_all_the_same() {
    let mut room = Room::sqlite();
    room.carrier.order(&json!({"do": "deliver", "from": PHONE, "udh": "050003070201", "words": "水管爆了"}));
    room.carrier.hear("taken");
    assert_eq!(round(&room.desk).unwrap(), Round::default());
    room.world.clock.advance((PARTS_SECONDS_MAX + 1).seconds());
    assert_eq!(round(&room.desk).unwrap().matters, 1);
    assert_eq!(filing(&room.matters()[0]).what, "水管爆了\n\n(短信没有收全，少了几段)");
}

#[test]
fn words_of_a_telephone_with_an_open_matter_go_where_their_sender_says() {
    let mut room = Room::sqlite();
    room.ask("停水三天了");
    let first = room.matters()[0].state.matter;
    assert!(room.ask("现在是黄水").contains("回1：补充到"));
    assert_eq!(room.matters().len(), 1, "nothing is done before it is known where");
    room.take("1");
    let said = |room: &Room| match &room.load(first).events[1].1 {
        Event::Supplemented { words, .. } => words.clone(),
        other => panic!("{other:?}"),
    };
    round(&room.desk).unwrap();
    assert_eq!(said(&room), "现在是黄水");
    assert!(room.sent()[0].contains("补充到短号"));

    assert!(room.ask("路灯也坏了").contains("回2：另报一件"));
    room.take("2");
    round(&room.desk).unwrap();
    assert_eq!(room.matters().len(), 2);
    room.sent();

    // nobody answers: after ten minutes it is a matter of its own, and what came with it belongs to it
    assert!(room.ask("垃圾没人收").contains("回2"));
    room.world.clock.advance(1.seconds());
    room.take("已经一周了");
    assert_eq!(room.sent(), [] as [&str; 0], "it is asked once");
    room.world.clock.advance((channels::sms::ASKED_SECONDS + 1).seconds());
    while round(&room.desk).unwrap() != Round::default() {}
    let matters = room.matters();
    let newest = matters.iter().find(|loaded| filing(loaded).what == "垃圾没人收").unwrap();
    assert!(matches!(&newest.events[1].1, Event::Supplemented { words, .. } if words == "已经一周了"));
    assert_eq!(matters.len(), 3);
}
