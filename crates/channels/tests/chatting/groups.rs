//! What is said in a group: nothing personal, ever; and what is published is told once.

use appeals::filing::{self, Form};
use appeals::rounds::{self, Opening};
use channels::chat::{GAP_SECONDS, Limits, TOPIC_REST_SECONDS, round};
use civic::chat::{TRIAL, told};
use civic::directory::{Entry, OpinionBox};
use civic::outbox::{self, Message};
use civic::{chance, refusal::No};
use jiff::ToSpan;
use serde_json::{Value, json};
use testkit::{Engine, county, on_both};
use uuid::Uuid;

use crate::other_end::Call;
use crate::room::Room;

on_both![what_is_published_is_told_once_in_each_bound_group,];

/// A group.
const GROUP: u64 = 700_007;

fn mention(text: &str) -> Value {
    json!({"group": GROUP, "message": [{"type": "at", "data": {"qq": "10001"}}, {"type": "text", "data": {"text": format!(" {text}")}}]})
}

fn in_group(calls: &[Call]) -> Vec<&Call> {
    calls.iter().filter(|call| call.action == "send_group_msg").collect()
}

#[test]
fn what_others_talk_is_not_kept_and_a_mention_goes_on_alone() {
    let mut room = Room::sqlite();
    room.tell(json!({"group": GROUP, "text": "今天赶集吗"}));
    room.tell(json!({"group": GROUP, "message": "[CQ:at,qq=all] 开会"}));
    room.tell(json!({"group": GROUP, "message": "[CQ:at,qq=20009] 你来"}));
    let heard = room.say(mention("石桥村路灯坏了"));
    assert_eq!(room.came(), 1, "only what was said to us is kept");
    assert_eq!((heard.len(), heard[0].action.as_str()), (1, "send_private_msg"));
    assert_eq!((&heard[0].params["user_id"], &heard[0].params["group_id"]), (&json!(20002), &json!(GROUP)));
    assert!(heard[0].text.contains("群里不再提") && heard[0].text.contains("在哪里"), "{heard:?}");
    for words in ["石桥村小学门口", "跳过"] {
        room.ask(words);
    }
    assert!(room.ask("发送").contains("编号"));
    assert_eq!(room.matters().len(), 1);
}

#[test]
fn whoever_cannot_be_written_to_hears_in_the_group_to_write_themselves_and_no_more() {
    let mut room = Room::sqlite();
    room.tell(mention("王老五家的低保三个月没到账，电话13900001111"));
    room.take(1);
    room.other.mood(&json!({"send_private_msg": {"retcode": 100}}));
    room.line.round().unwrap();
    let calls = room.other.calls();
    let said = in_group(&calls);
    assert_eq!((calls.len(), said.len()), (2, 1), "{calls:?}");
    assert!(said[0].text.contains("私聊") && !said[0].text.contains("低保") && !said[0].text.contains("139"), "{said:?}");
    // what they told is forgotten: they tell it anew
    assert!(room.ask("停水了").contains("在哪里"));
}

#[test]
fn a_group_hears_nothing_personal_whatever_is_asked_there() {
    let mut room = Room::sqlite();
    let (matter, receipt) = room.filed("王老五家的低保没到账", "石桥村");
    let number = room.load(matter).state.number.clone();
    let code = receipt.split("查询码").nth(1).unwrap().chars().take(19).collect::<String>();
    let own = channels::sms::short(&room.world.hall.site, matter);
    for text in [
        format!("查 {number}"),
        format!("查 {number} {code}"),
        format!("查{own}"),
        "查".to_owned(),
        format!("答{own}"),
        format!("补{own} 还是没到"),
        "评5".to_owned(),
        "退订".to_owned(),
        "钱".to_owned(),
        "检举村主任贪污".to_owned(),
        "继续".to_owned(),
        "帮助".to_owned(),
        "你好".to_owned(),
    ] {
        let heard = room.say(mention(&text));
        let said = in_group(&heard);
        for call in &said {
            for personal in ["低保", "王老五", &own, &code, "已收到", "检举", "贪污"] {
                assert!(!call.text.contains(personal), "{text}: {call:?}");
            }
            assert_eq!(call.params["message"][0], json!({"type": "at", "data": {"qq": "20002"}}));
        }
        assert!(!heard.is_empty(), "{text} is answered");
    }
    assert_eq!(room.load(matter).state.graded(), None);
}

#[test]
fn what_its_resident_agreed_to_show_is_told_by_number() {
    let mut room = Room::sqlite();
    let form = Form {
        what: "石桥村路灯坏了，我是王老五".to_owned(),
        kind: "help".to_owned(),
        identity: "named".to_owned(),
        name: "王老五".to_owned(),
        mobile: "13900001111".to_owned(),
        submit_key: "0123456789abcdef0123456789abcdef".to_owned(),
        agreed: true,
        ..Form::default()
    };
    let site = room.world.hall.site.clone();
    let prepared = filing::prepare(&site, &form).unwrap();
    let filed = room.world.write(move |tx, site, (now, _)| {
        filing::file_prepared(tx, site, now, prepared, None).map_err(|no| No::from(db::Fault::other(format!("{no:?}"))))
    });
    let number = filed.unwrap().0.number;
    let heard = room.say(mention(&format!("查 {number}")));
    assert!(heard[0].text.contains(&number) && heard[0].text.contains("已收到"), "{heard:?}");
    assert!(!heard[0].text.contains("王老五") && !heard[0].text.contains("路灯") && !heard[0].text.contains("139"));
}

#[test]
fn a_group_is_not_answered_without_end() {
    let mut room = Room::sqlite();
    room.desk.limits = Limits { group_hour_max: 2, ..Limits::default() };
    for user in 0..5 {
        let mut order = mention("帮助");
        order["user"] = json!(40_000 + user);
        room.tell(order);
    }
    room.take(5);
    assert_eq!(in_group(&room.sent()).len(), 2);
}

/// Opens a box, as somebody of its office does.
fn open_box(room: &Room, at: u128) {
    let opening = Opening {
        id: Uuid::from_u128(at),
        of_box: "liuwan-1".into(),
        staff: county::staff_id("gu"),
        beside: "许小满".into(),
        cards: 0,
        words: String::new(),
        files: Vec::new(),
    };
    room.world.write(move |tx, site, by| rounds::open(tx, site, by, &opening)).unwrap();
}

fn what_is_published_is_told_once_in_each_bound_group(engine: Engine) {
    let mut room = Room::open(engine);
    let own = OpinionBox {
        code: "liuwan-1".into(),
        name: "柳湾村委会意见箱".into(),
        name_en: String::new(),
        place: county::VILLAGE.into(),
        spot: String::new(),
        office: county::TOWNSHIP_OFFICE.into(),
        active: true,
    };
    room.world.set(Entry::Box(own), "added");
    open_box(&room, 1);
    room.world.clock.advance(1.minutes());
    room.bind("700007", county::VILLAGE);
    room.bind("700008", county::COUNTY);
    room.bind("700009", "990121101");
    assert_eq!(room.teller.round().unwrap(), 0, "what was public before a group was bound is not told");
    room.world.clock.advance(1.minutes());
    open_box(&room, 2);
    open_box(&room, 3);
    room.world.clock.advance(1.seconds());
    assert_eq!(room.teller.round().unwrap(), 2, "the village's group and the county's; another township is elsewhere");
    assert_eq!(room.teller.round().unwrap(), 0, "the second one waits");
    let said = room.other.calls();
    assert!(said.iter().all(|call| call.text.contains("柳湾村委会意见箱") && !call.text.contains("许小满")), "{said:?}");
    room.world.clock.advance(GAP_SECONDS.seconds());
    assert_eq!(room.teller.round().unwrap(), 2);
    room.world.clock.advance(GAP_SECONDS.seconds());
    assert_eq!(room.teller.round().unwrap(), 0, "each thing is told once");
    assert_eq!(in_group(&room.other.calls()).len(), 2);
    // a month is over
    room.world.clock.advance((24 * 8).hours());
    assert_eq!(room.teller.round().unwrap(), 1);
    let month = room.other.calls();
    assert!(month[0].text.contains("2026年11月") && month[0].params["group_id"] == json!(700_008), "{month:?}");
}

#[test]
fn what_was_surely_not_told_is_told_later_and_what_may_have_been_is_not_told_twice() {
    let mut room = Room::sqlite();
    room.bind("700008", county::COUNTY);
    room.teller.round().unwrap();
    room.world.clock.advance((24 * 8).hours());
    let state = |room: &Room| room.world.read(|tx, site| told(tx, site, "700008")).unwrap().unwrap();
    room.other.mood(&json!({"send_group_msg": {"retcode": 120}}));
    assert_eq!(room.teller.round().unwrap(), 0);
    assert_eq!(state(&room).trouble.unwrap().0, "refused");
    assert_eq!(room.teller.round().unwrap(), 0, "not at once again");
    room.world.clock.advance(1.hours());
    assert_eq!(room.other.calls().len(), 1);
    assert_eq!(room.teller.round().unwrap(), 1);
    assert_eq!((room.other.calls().len(), state(&room).trouble), (1, None));
    // a month later nobody answers: it may have been said
    room.world.clock.advance((24 * 31).hours());
    room.teller = channels::chat::Teller::new(
        room.world.hall.clone(),
        std::sync::Arc::clone(&room.hub),
        ("https://minsheng.example", crate::room::HOLDER),
    )
    .waiting(std::time::Duration::from_millis(200));
    room.other.mood(&json!({"*": {"silent": true}}));
    assert_eq!(room.teller.round().unwrap(), 0);
    assert_eq!(state(&room).trouble.unwrap().0, "silent");
    room.world.clock.advance((24 * 5).hours());
    assert_eq!(room.other.calls().len(), 1);
    assert_eq!(room.teller.round().unwrap(), 0, "it is not told again");
}

/// Has a post of the township's office published, or a topic that it is asked.
fn publish(room: &Room, kind: forum::Kind, (place, theme, title): (&str, &str, &str)) {
    let who = civic::permit::Who::Staff { id: county::staff_id("gu"), session: Uuid::nil() };
    let of_office = (kind == forum::Kind::Blog).then(|| who.clone());
    let typed = forum::words::Typed { title: title.into(), text: "检修管网".into(), ..forum::words::Typed::default() };
    let new = forum::write::New {
        kind,
        topic: None,
        place: place.into(),
        theme: theme.into(),
        office: county::TOWNSHIP_OFFICE.into(),
        head: false,
        typed,
        contact: forum::post::Contact::default(),
        submit_key: format!("0123456789abcdef-{title}"),
        accuses: false,
    };
    let ready = forum::write::prepare(&room.world.hall.site, new).unwrap();
    room.world
        .write(move |tx, site, (now, chance)| {
            let post = forum::write::write(tx, site, (now, chance), (&ready, of_office.as_ref()))?.post;
            let request = forum::run::Request { who, post, seen: None, command: forum::Command::Publish };
            forum::run::execute(tx, site, (now, chance), &request).map(drop)
        })
        .unwrap();
}

#[test]
fn a_group_of_a_theme_or_an_office_hears_of_that_only_and_of_topics_where_they_are_wanted_after_a_rest() {
    let mut room = Room::sqlite();
    for (code, place, wants) in [
        ("700001", county::VILLAGE, (None, None, true)),
        ("700002", county::COUNTY, (Some("14"), None, true)),
        ("700003", county::COUNTY, (None, Some(county::TOWNSHIP_OFFICE), true)),
        ("700004", county::VILLAGE, (None, None, false)),
        ("700005", county::COUNTY, (Some("05"), None, true)),
        ("700006", county::COUNTY, (None, Some(county::WATER), true)),
        ("700007", "990121101", (None, None, true)),
    ] {
        room.bind_to(code, place, wants);
    }
    room.teller.round().unwrap();
    publish(&room, forum::Kind::Topic, (county::VILLAGE, "14", "路灯什么时候修"));
    room.world.clock.advance(1.minutes());
    assert_eq!(room.teller.round().unwrap(), 0, "it may still be hidden, and what is said in a group may not");
    room.world.clock.advance(TOPIC_REST_SECONDS.seconds());
    assert_eq!(room.teller.round().unwrap(), 3);
    let calls = room.other.calls();
    let said: Vec<_> = in_group(&calls).into_iter().map(|call| call.params["group_id"].as_u64().unwrap()).collect();
    assert_eq!(said, [700_001, 700_002, 700_003]);
    assert!(calls.iter().all(|call| call.text.contains("路灯什么时候修") && call.text.contains("/forum/")), "{calls:?}");
    // a post of the office: of no theme, so a group of a theme does not hear it
    publish(&room, forum::Kind::Blog, ("", "", "本周五停水"));
    room.world.clock.advance(GAP_SECONDS.seconds());
    assert_eq!(room.teller.round().unwrap(), 3);
    let calls = room.other.calls();
    let said: Vec<_> = in_group(&calls).into_iter().map(|call| call.params["group_id"].as_u64().unwrap()).collect();
    assert_eq!(said, [700_001, 700_003, 700_004]);
}

#[test]
fn what_an_office_writes_is_told_to_groups_of_its_place_and_below() {
    let mut room = Room::sqlite();
    for (code, place) in [("700007", county::VILLAGE), ("700008", county::COUNTY), ("700009", "990121101")] {
        room.bind(code, place);
    }
    room.teller.round().unwrap();
    publish(&room, forum::Kind::Blog, ("", "", "本周五停水"));
    room.world.clock.advance(1.minutes());
    assert_eq!(room.teller.round().unwrap(), 2, "the township's village and the county; the other township is elsewhere");
    let said = room.other.calls();
    assert!(
        said.iter().all(|call| call.text.contains("本周五停水") && call.text.contains("https://minsheng.example/blog/")),
        "{said:?}"
    );
}

#[test]
fn a_bound_group_hears_a_trial_and_one_that_is_not_hears_nothing() {
    let mut room = Room::sqlite();
    room.bind("700007", county::VILLAGE);
    for code in ["700007", "700001"] {
        room.world
            .write(move |tx, site, (now, chance)| {
                let recipient = format!("bound:{code}");
                let message = Message { matter: Uuid::nil(), event: 0, recipient, template: TRIAL, channel: outbox::CHAT };
                outbox::put(tx, site.jurisdiction, (chance::id_ordered(chance, now), now), &message)
            })
            .unwrap();
    }
    let said = room.sent();
    assert_eq!(said.len(), 1);
    assert!(said[0].text.contains("柳湾村") && said[0].params["group_id"] == json!(700_007), "{said:?}");
    assert_eq!(round(&room.desk).unwrap().matters, 0);
}
