//! What somebody says to us alone: a talk that becomes a matter, and commands.

use appeals::Event;
use appeals::appeal::{Channel, Sender};
use channels::chat::{Limits, TALK_SECONDS, round};
use channels::sms::short;
use civic::inbox;
use jiff::ToSpan;
use serde_json::json;
use testkit::{Engine, on_both};

use crate::room::{Room, filing};

/// A picture of one dot.
const DOT: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

fn a_talk_becomes_a_matter(engine: Engine) {
    let mut room = Room::open(engine);
    assert!(room.ask("你好").contains("直接写过来"));
    assert!(room.ask("路灯坏了，天黑看不见").contains("在哪里"));
    assert!(room.ask("石桥村小学门口").contains("留一个电话"));
    assert!(room.ask("不知道").contains("看着不对"));
    let look = room.ask("139 0000 1111");
    assert!(look.contains("路灯坏了") && look.contains("石桥村小学门口") && look.contains("13900001111"), "{look}");
    assert_eq!(room.matters().len(), 0, "nothing is filed before it was looked at");
    let receipt = room.ask("发送");
    let matter = room.matters().remove(0);
    let own = short(&room.world.hall.site, matter.state.matter);
    assert!(receipt.contains(&own) && receipt.contains(&matter.state.number) && receipt.contains("查询码"), "{receipt}");
    let told = filing(&matter);
    assert_eq!((told.channel, told.sender, told.chat.as_str()), (Channel::Chat, Some(Sender::Verified), "chat:20002"));
    assert_eq!((told.mobile.as_str(), told.place.as_deref()), ("13900001111", Some("990121100202")));
    assert_eq!(room.letters(matter.state.matter), [("filed".to_owned(), "sent".to_owned())]);
    // of the talk nothing is left but the matter
    let left = room.world.read(|tx, _| tx.rows("select who from chat_talk", &[])).unwrap();
    assert_eq!(left.len(), 0);
}

on_both![a_talk_becomes_a_matter,];

#[test]
fn commands_are_those_of_short_messages() {
    let mut room = Room::sqlite();
    let (matter, _) = room.filed("路灯坏了", "村口");
    let own = short(&room.world.hall.site, matter);
    assert!(room.ask(&format!("查{own}")).contains(&format!("短号{own}：已收到")));
    assert!(room.ask(&format!("答{own}")).contains("还没有答复"));
    assert!(room.ask(&format!("补{own} 又坏了一盏")).contains("补充到短号"));
    assert!(matches!(&room.load(matter).events[1].1, Event::Supplemented { words, .. } if words == "又坏了一盏"));
    room.answer(matter);
    let told: Vec<String> = room.sent().into_iter().map(|call| call.text).collect();
    assert!(told.iter().any(|text| text.contains("答复了") && text.contains("明天上午修好")), "{told:?}");
    assert!(room.ask(&format!("评{own} 5 来得快")).contains("评价记下了"));
    assert_eq!((room.load(matter).state.rating, room.load(matter).state.graded()), (None, Some(5)), "told, not signed");
    // a command in the middle of a talk is a command, and the talk goes on
    assert!(room.ask("井盖没了").contains("在哪里"));
    assert!(room.ask(&format!("查{own}")).contains("已答复"));
    assert!(room.ask("村口").contains("留一个电话"));
}

#[test]
fn whoever_unsubscribes_is_told_nothing_more_by_itself() {
    let mut room = Room::sqlite();
    let (matter, _) = room.filed("路灯坏了", "村口");
    assert!(room.ask("退订").contains("退订好了"));
    room.answer(matter);
    assert_eq!(room.sent(), []);
    assert_eq!(room.letters(matter).last().unwrap(), &("replied".to_owned(), "unreachable".to_owned()));
    assert_eq!(room.load(matter).state.untold.len(), 2, "a person tells it");
    assert!(room.ask("帮助").contains("查0931"), "what is asked is answered");
}

#[test]
fn number_and_code_open_what_was_told_elsewhere_and_wrong_tries_wait() {
    let mut room = Room::sqlite();
    let (matter, receipt) = room.filed("路灯坏了", "村口");
    let number = room.load(matter).state.number.clone();
    let code = receipt.split("查询码").nth(1).unwrap().chars().take(19).collect::<String>();
    let other = |text: String| json!({"user": 30003, "text": text});
    let ask = |room: &mut Room, text: String| room.say(other(text)).remove(0).text;
    assert!(ask(&mut room, format!("查 {number}")).contains("没有找到这件事"));
    let told = ask(&mut room, format!("查 {number} {code}"));
    assert!(told.contains(&number) && told.contains("已收到") && told.contains("不要发给别人"), "{told}");
    let wrong = format!("查 {number} 0000-0000-0000-0000");
    let answers: Vec<String> = (0..8).map(|_| ask(&mut room, wrong.clone())).collect();
    assert!(answers[0].contains("对不上") && answers[7].contains("过几分钟"), "{answers:?}");
}

#[test]
fn an_accusation_is_told_where_to_go_and_nothing_of_it_is_kept() {
    let mut room = Room::sqlite();
    let words = "我要检举村主任贪污低保款";
    let told = room.ask(words);
    assert!(told.contains("检举控告") && told.contains("没有留") && told.contains("https://minsheng.example/track"), "{told}");
    assert_eq!(room.matters().len(), 0);
    let kept = room.world.read(|tx, site| inbox::stuck(tx, site.jurisdiction, ("chat", "done"), 10)).unwrap();
    let id = kept[0].id;
    let said = room.world.read(move |tx, site| inbox::one(tx, site.jurisdiction, id)).unwrap();
    assert!(said.is_none(), "the words are gone");
    let talks = room.world.read(|tx, _| tx.rows("select who from chat_talk", &[])).unwrap();
    assert_eq!(talks.len(), 0);
    assert!(room.ask("继续").contains("什么事"));
    assert!(room.ask("墙上的检举箱被人砸了").contains("在哪里"));
}

#[test]
fn a_talk_is_cancelled_begun_anew_and_forgotten_when_nobody_goes_on() {
    let mut room = Room::sqlite();
    assert!(room.ask("路灯坏了").contains("在哪里"));
    assert!(room.ask("取消").contains("都删了"));
    assert!(room.ask("停水了").contains("在哪里"));
    assert!(room.ask("重来").contains("重新来"));
    assert!(room.ask("停电了").contains("在哪里"));
    room.world.clock.advance((TALK_SECONDS + 1).seconds());
    assert_eq!(round(&room.desk).unwrap().ended, 1);
    let told = room.sent();
    assert!(told[0].text.contains("没有发出"), "{told:?}");
    assert!(room.ask("在石桥村").contains("在哪里"), "the next word begins anew");
    assert_eq!(room.matters().len(), 0);
}

#[test]
fn danger_is_not_asked_where_it_belongs() {
    let mut room = Room::sqlite();
    let told: Vec<String> = room.say(json!({"text": "石桥村二组着火了"})).into_iter().map(|call| call.text).collect();
    assert!(told.iter().any(|text| text.contains("119")) && told.iter().any(|text| text.contains("编号")), "{told:?}");
    assert_eq!(room.matters().len(), 1);
}

#[test]
fn pictures_are_taken_where_the_message_or_the_other_end_brings_them_and_no_address_is_asked() {
    let mut room = Room::sqlite();
    let page = "http://127.0.0.1:9/secret";
    let text = |words: &str| json!({"type": "text", "data": {"text": words}});
    let picture = |file: &str| json!({"type": "image", "data": {"file": file, "url": page}});
    let told = room.say(json!({"message": [text("井盖没了"), picture(&format!("base64://{DOT}"))]}));
    assert!(told[0].text.contains("在哪里"), "{told:?}");
    room.other.mood(&json!({"get_image": {"data": {"file": "/tmp/x.jpg"}}}));
    let told = room.say(json!({"message": [picture("AB12.image")]}));
    let asked: Vec<&str> = told.iter().map(|call| call.action.as_str()).collect();
    assert!(asked.contains(&"get_image") && told.last().unwrap().text.contains("取不到"), "{told:?}");
    for words in ["石桥村", "跳过", "发送"] {
        room.say(json!({"text": words}));
    }
    let matter = room.matters().remove(0);
    assert_eq!(filing(&matter).files.len(), 1);
    let told = room.say(json!({"message": "[CQ:record,file=1.amr]"}));
    assert!(told[0].text.contains("请打字"), "{told:?}");
}

#[test]
fn both_ways_to_write_a_message_and_its_escapes_say_the_same() {
    let mut room = Room::sqlite();
    assert_eq!(room.say(json!({"message": "1&amp;2号楼&#91;东&#93;停水"})).len(), 1);
    let look = room.say(json!({"message": [{"type": "text", "data": {"text": "石桥村[CQ:at,qq=all]"}}]}));
    assert_eq!(look.len(), 1);
    let look = room.ask("跳过");
    assert!(look.contains("1&2号楼[东]停水") && look.contains("石桥村[CQ:at,qq=all]"), "{look}");
}

#[test]
fn two_machines_do_not_talk_for_ever() {
    let mut room = Room::sqlite();
    room.desk.limits = Limits { heard_hour_max: 8, answered_hour_max: 3, group_hour_max: 3 };
    for _ in 0..10 {
        room.tell(json!({"text": "帮助"}));
    }
    let made = room.take(10);
    assert_eq!((made.commands, made.aside), (8, 2));
    assert_eq!(room.sent().len(), 3);
}
