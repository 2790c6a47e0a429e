//! What an old telephone can ask for, each answered by one short message.

use appeals::Event;
use appeals::appeal::{Command as Act, Identity, Kind};
use appeals::filing::{self, Form};
use appeals::run::{self, Request};
use channels::sms::{Limits, Round, round, short};
use civic::permit::Who;
use db::Fault;
use testkit::Engine;

use crate::room::{PHONE, Room};

fn filed(room: &mut Room) -> (uuid::Uuid, String) {
    room.ask("停水三天了");
    let matter = room.matters()[0].state.matter;
    (matter, short(&room.world.hall.site, matter))
}

#[test]
fn where_it_stands_is_told_to_the_telephone_it_came_from_and_to_no_other() {
    let mut room = Room::sqlite();
    let (matter, own) = filed(&mut room);
    let number = room.load(matter).state.number.clone();
    for words in [format!("查{own}"), format!("CX {own}"), format!("查 {number}"), "查".to_owned()] {
        let answer = room.ask(&words);
        assert!(answer.contains(&format!("短号{own}：已收到")) && answer.contains("负责，最迟"), "{words}: {answer}");
    }
    let wrong = if own == "0000" { "1111" } else { "0000" };
    assert!(room.ask(&format!("查{wrong}")).contains("没有找到这件事"));
    assert!(room.carrier.deliver("13900002222", &format!("查{number}")));
    round(&room.desk).unwrap();
    room.line.round().unwrap();
    let (to, answer) = room.carrier.taken().remove(0);
    assert!(to == "13900002222" && answer.contains("没有找到这件事"), "{answer}");
    assert_eq!(room.matters().len(), 1);
}

#[test]
fn an_answer_is_read_and_rated_by_message() {
    let mut room = Room::sqlite();
    assert!(room.ask("评5").contains("没有等您评的答复"));
    let (matter, own) = filed(&mut room);
    assert!(room.ask(&format!("答{own}")).contains("还没有答复"));
    room.answer(matter);
    // the same command within a minute is the same message
    room.world.clock.advance(jiff::ToSpan::minutes(3));
    let sent = room.sent();
    let told = sent.iter().find(|text| text.contains("答复了")).unwrap();
    assert!(told.contains("明天上午修好") && told.contains(&format!("评{own} 5")), "{told}");
    assert!(room.ask(&format!("答{own}")).contains("三十日内可以申请复查"));
    assert!(room.ask("评9").contains("打分写1到5"));
    assert!(room.ask(&format!("评{own} 4 来得快")).contains("评价记下了"));
    let loaded = room.load(matter);
    assert_eq!((loaded.state.rating, loaded.state.graded()), (None, Some(4)), "told, not signed");
    assert!(loaded.events.iter().any(|(_, event)| matches!(event, Event::GradeTold { words, .. } if words == "来得快")));
    room.world.clock.advance(jiff::ToSpan::minutes(3));
    assert!(room.ask("评5").contains("没有等您评的答复"), "it is rated");
}

/// Files by the page, with a telephone and no e-mail address.
fn filed_by_page(room: &Room, mobile: &str) -> uuid::Uuid {
    let form = Form {
        what: "巷口路灯坏了".into(),
        kind: Kind::Help.code().into(),
        identity: Identity::Named.code().into(),
        name: "田小满".into(),
        mobile: mobile.into(),
        submit_key: format!("page-{mobile}"),
        language: "zh-CN".into(),
        ..Form::default()
    };
    let prepared = filing::prepare(&room.world.hall.site, &form).unwrap();
    let filed = room.world.write(move |tx, site, (now, _)| {
        let filed = filing::file_prepared(tx, site, now, prepared, None);
        Ok::<_, Fault>(filed.map_err(|_| Fault::other("not filed"))?.0.matter)
    });
    filed.unwrap()
}

fn what_was_filed_on_the_page_is_told_by_message_to_the_telephone_that_asks(engine: Engine) {
    let mut room = Room::open(engine);
    let (matter, other) = (filed_by_page(&room, PHONE), filed_by_page(&room, "13900002222"));
    let short = |matter| short(&room.world.hall.site, matter);
    let (own, others) = (short(matter), short(other));
    assert!(room.load(matter).state.phone_only());
    assert!(room.ask(&format!("查{own}")).contains("没有找到这件事"), "nothing is told before it is asked for");
    assert!(room.ask(&format!("订{others}")).contains("没有找到这件事"), "of others nothing is told");
    assert!(room.ask(&format!("订{own}")).contains(&format!("短号{own}那件事有了进展")));
    let state = room.load(matter).state.clone();
    assert!(state.hears.texts && !state.phone_only());
    room.world.clock.advance(jiff::ToSpan::minutes(3));
    assert!(room.ask(&format!("收 {own}")).contains("就告诉这个手机"), "asked twice");
    assert_eq!(room.load(matter).state.version, state.version, "is asked once");
    room.answer(matter);
    let sent = room.sent();
    assert!(sent.iter().any(|text| text.contains("答复了")), "{sent:?}");
    assert!(room.load(matter).state.untold.is_empty(), "nobody has to ring up");
    assert!(room.ask(&format!("评{own} 4 来得快")).contains("评价记下了"));
    // and no more
    let stop = Request { who: Who::Resident { matter }, matter, seen: None, command: Act::StopTexts };
    room.world.write(move |tx, site, (now, _)| run::execute(tx, site, now, &stop).map(drop)).unwrap();
    let state = room.load(matter).state.clone();
    assert!(!state.hears.texts && state.phone_only());
    assert!(room.ask(&format!("查{own}")).contains("没有找到这件事"));
}

testkit::on_both![what_was_filed_on_the_page_is_told_by_message_to_the_telephone_that_asks];

#[test]
fn words_for_a_named_matter_join_it() {
    let mut room = Room::sqlite();
    let (matter, own) = filed(&mut room);
    assert!(room.ask(&format!("补{own} 现在是黄水")).contains("补充到短号"));
    assert!(matches!(&room.load(matter).events[1].1, Event::Supplemented { words, .. } if words == "现在是黄水"));
}

#[test]
fn whoever_unsubscribes_is_rung_up_instead_and_may_come_back() {
    let mut room = Room::sqlite();
    let (matter, _) = filed(&mut room);
    assert!(room.ask("退订").contains("退订好了"));
    room.answer(matter);
    assert_eq!(room.sent(), [] as [&str; 0]);
    let letters = room.letters(matter);
    assert_eq!(letters.last().unwrap(), &("replied".to_owned(), "unreachable".to_owned()));
    let untold: Vec<_> = room.load(matter).state.untold.iter().map(|one| one.template).collect();
    assert_eq!(untold, ["accepted", "replied"], "a person tells it");
    assert!(room.ask("帮助").contains("查0931"), "what is asked is answered");
    assert!(room.ask("订").contains("照常"));
}

#[test]
fn what_is_empty_or_a_greeting_gets_a_way_on_and_thanks_get_none() {
    let mut room = Room::sqlite();
    for (words, answer) in
        [("您好", "直接写过来"), ("？", "退订"), ("7", "直接写过来"), ("钱", "0931-1234567"), ("1", "直接写过来")]
    {
        assert!(room.ask(words).contains(answer), "{words}");
    }
    assert_eq!(room.take("谢谢！"), Round { aside: 1, ..Round::default() });
    assert_eq!(room.sent(), [] as [&str; 0]);
    assert_eq!(room.matters().len(), 0);
}

#[test]
fn machines_and_our_own_messages_are_not_answered() {
    let mut room = Room::sqlite();
    for from in ["10086", "1069012345678", "10690931", "MyBank"] {
        assert!(room.carrier.deliver(from, "您的话费余额不足"));
    }
    assert_eq!(round(&room.desk).unwrap(), Round { aside: 4, ..Round::default() });
    assert_eq!(room.sent(), [] as [&str; 0]);
}

#[test]
fn two_machines_do_not_talk_for_ever() {
    let mut room = Room::sqlite();
    room.desk.limits = Limits { heard_hour_max: 8, answered_hour_max: 3 };
    for at in 0..10 {
        assert!(room.carrier.deliver(PHONE, &format!("查{at:04}")));
    }
    assert_eq!(round(&room.desk).unwrap(), Round { commands: 8, aside: 2, ..Round::default() });
    assert_eq!(room.sent().len(), 3);
    room.world.clock.advance(jiff::ToSpan::hours(1));
    assert_eq!(room.take("帮助").commands, 1, "an hour later it is heard again");
}

#[test]
fn a_time_with_a_leader_is_booked_by_message_once() {
    use civic::permit::Who;
    use jiff::ToSpan;
    use oversight::reception::day::Plan;
    use oversight::reception::{list, plan};
    use testkit::county;
    let mut room = Room::sqlite();
    assert!(room.ask("约").contains("现在没有安排"));
    assert!(room.ask("约1 桥塌了").contains("没有这个接访日"));
    let plan_of = Plan {
        leader: county::staff_id("du"),
        name: "杜望舒".into(),
        post: "副县长".into(),
        duty: "供水".into(),
        office: county::GOVERNMENT.into(),
        going: None,
        place: county::COUNTY.into(),
        venue: "县信访局一楼".into(),
        date: room.world.hall.site.day(room.world.now()).checked_add(10.days()).unwrap(),
        from: 540,
        minutes: 15,
        slots: 1,
    };
    let key = room.world.hall.site.keystore.take().unwrap();
    let bai = Who::Staff { id: county::staff_id("bai"), session: uuid::Uuid::nil() };
    let day = room.world.write(move |tx, site, by| plan::plan(tx, site, by, (&bai, plan_of.clone(), &key))).unwrap();
    // the same words in the same minute are one message, however often a carrier brings them
    room.world.clock.advance(2.minutes());
    let listed = room.ask("约");
    assert!(listed.contains("1：杜望舒副县长") && listed.contains("09:00"), "{listed}");
    assert!(room.ask("约1").contains("请写上什么事"));
    let booked = room.ask("约1 村口的桥塌了半边");
    assert!(booked.contains("您是1号") && booked.contains("县信访局一楼"), "{booked}");
    let waits = room.ask("预约1，还有路灯不亮");
    assert!(waits.contains("您在排队"), "{waits}");
    let rows = room.world.read(move |tx, site| list::bookings(tx, site, day.id)).unwrap();
    let people: Vec<_> = rows.iter().filter_map(|row| row.booking.as_ref()).map(|own| own.person.clone()).collect();
    assert_eq!(people.len(), 2);
    assert!(people[0].name.starts_with("手机尾号") && people[0].about == "村口的桥塌了半边", "{people:?}");
    assert_eq!(room.matters().len(), 0, "a booking is no matter");
}
