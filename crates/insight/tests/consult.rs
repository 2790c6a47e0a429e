//! Asking people over a database: from the question to what is done, nobody's word lost on the way; who may; rows that are what the events say;
//! words taken back; and whoever left a number told, and forgotten.

use civic::journal;
use civic::outbox::{self, SMS};
use civic::permit::Who;
use civic::refusal::No;
use insight::consult::consultation::{Outcome, Plan};
use insight::consult::decide::Command;
use insight::consult::run::{self, Sort};
use insight::consult::speak::{self, Done, New, Source};
use insight::consult::voice::Way;
use insight::consult::{Consultation, Stage, Standing, ask, check, list, tell};
use jiff::{SignedDuration, ToSpan};
use testkit::{Engine, World, county, on_both};
use uuid::Uuid;

on_both![
    every_statement_can_be_prepared,
    a_question_goes_from_asking_to_what_is_done_and_round_again,
    no_draft_is_published_while_a_voice_stands_nowhere,
    who_may_not_is_refused,
    what_is_taken_back_is_gone,
    whoever_left_a_number_is_told_and_forgotten,
];

fn world(engine: Engine) -> World {
    World::with(engine, testkit::migrations(&[insight::MIGRATIONS]))
}

fn every_statement_can_be_prepared(engine: Engine) {
    let world = world(engine);
    world.read(|tx, _| db::prepare_all(tx, insight::STATEMENTS)).unwrap();
}

#[test]
fn tables_and_statements_stay_inside_one_jurisdiction() {
    let loose = testkit::shard::loose_keys(insight::MIGRATIONS);
    assert!(loose.is_empty(), "{loose:#?}");
    let loose = testkit::shard::loose_statements(insight::STATEMENTS);
    assert!(loose.is_empty(), "{loose:#?}");
}

fn staff(login: &str) -> Who {
    Who::Staff { id: county::staff_id(login), session: Uuid::nil() }
}

fn plan(world: &World) -> Plan {
    Plan {
        office: county::TOWNSHIP_OFFICE.to_owned(),
        place: county::TOWNSHIP.to_owned(),
        theme: "4_school".to_owned(),
        title: "校车怎么走，孩子们方便？".to_owned(),
        question: "下学期的校车路线还没有定，想先听听大家的。".to_owned(),
        until: world.hall.site.day(world.now()).checked_add(10.days()).unwrap(),
    }
}

fn asked(world: &World, who: &'static str, plan: Plan) -> Result<Consultation, No> {
    let key = world.hall.site.keystore.take().unwrap();
    world.write(move |tx, site, by| ask::ask(tx, site, by, (&staff(who), (plan.clone(), "k"), &key)))
}

fn new(consult: Uuid, (key, words): (&str, &str)) -> New {
    New {
        consult,
        way: Way::Web,
        words: words.to_owned(),
        day: None,
        present: 0,
        mobile: String::new(),
        language: "zh-CN".to_owned(),
        submit_key: key.to_owned(),
        source: None,
        accuses: false,
    }
}

fn said(world: &World, new: New, by: Option<Who>) -> Result<Done, No> {
    let ready = speak::prepare(&world.hall.site, new)?;
    world.write(move |tx, site, at| speak::speak(tx, site, at, (&ready, by.as_ref())))
}

fn act(world: &World, who: &'static str, id: Uuid, command: &Command) -> Result<Consultation, No> {
    let command = command.clone();
    world.write(move |tx, site, by| ask::execute(tx, site, by, (&staff(who), id, command.clone())))
}

fn sorted(world: &World, voice: Uuid, (points, ground): (&[u32], &str)) -> Result<Standing, No> {
    let sort = Sort { voice, points: points.to_vec(), ground: ground.to_owned() };
    world.write(move |tx, site, by| run::sort(tx, site, by, (&staff("gu"), sort.clone()))).map(|voice| voice.standing)
}

fn refused<T: std::fmt::Debug>(answer: Result<T, No>) -> &'static str {
    match answer {
        Err(No::Refused(refusal)) => refusal.code,
        other => panic!("not refused: {other:?}"),
    }
}

fn point(title: &str) -> Command {
    Command::Point { point: None, title: title.to_owned() }
}

fn answer(point: u32, outcome: Outcome) -> Command {
    Command::Answer { point, outcome, words: "和运营公司谈好了，从下学期起。".to_owned() }
}

fn draft(world: &World, text: &str) -> Command {
    let until = world.hall.site.day(world.now()).checked_add(30.days()).unwrap();
    Command::Draft { text: text.to_owned(), words: "第一稿。".to_owned(), until, shorter: String::new() }
}

fn a_question_goes_from_asking_to_what_is_done_and_round_again(engine: Engine) {
    let world = world(engine);
    let consult = asked(&world, "qiao", plan(&world)).unwrap();
    assert_eq!(asked(&world, "qiao", plan(&world)).unwrap().id, consult.id, "the same form again is the same question");
    let id = consult.id;
    let first = said(&world, new(id, ("a", "石桥村没有站，孩子走三里路。电话13800000001")), None).unwrap();
    assert!(!first.voice.said.words.contains("13800000001") && first.voice.said.covered == 1, "{:?}", first.voice.said);
    assert!(said(&world, new(id, ("a", "石桥村没有站，孩子走三里路。电话13800000001")), None).unwrap().repeated);
    assert_eq!(refused(said(&world, new(id, ("a", "别的")), None)), "key_reused");
    let meeting =
        New { way: Way::Meeting, day: Some(world.hall.site.day(world.now())), present: 12, ..new(id, ("b", "票价别涨")) };
    let second = said(&world, meeting, Some(staff("luo"))).unwrap();
    let third = said(&world, new(id, ("c", "路灯也坏了")), None).unwrap();

    act(&world, "gu", id, &point("石桥村加一站")).unwrap();
    act(&world, "gu", id, &point("票价不涨")).unwrap();
    sorted(&world, first.voice.id, (&[1], "")).unwrap();
    sorted(&world, second.voice.id, (&[2, 1], "")).unwrap();
    assert_eq!(sorted(&world, third.voice.id, (&[], "2_other")).unwrap(), Standing::Aside);
    act(&world, "gu", id, &answer(1, Outcome::Taken)).unwrap();
    act(&world, "gu", id, &answer(2, Outcome::Not)).unwrap();
    assert_eq!(refused(act(&world, "qiao", id, &draft(&world, "一、石桥村加一站。[1]"))), "consult_running");
    world.clock.days(11);
    for (text, code) in [
        ("一、加一站。", "consult_line_none"),
        ("一、加一站。[1]\n二、票价不涨。[2]", "consult_line_against"),
        ("一、加一站。[1、7]", "consult_point_unknown"),
    ] {
        assert_eq!(refused(act(&world, "qiao", id, &draft(&world, text))), code, "{text}");
    }
    let text = "一、石桥村加一站。[1]\n二、早上七点发车。";
    let until = world.hall.site.day(world.now()).checked_add(12.days()).unwrap();
    let hasty = |shorter: &str| {
        let Command::Draft { text, words, .. } = draft(&world, text) else { panic!("a draft") };
        Command::Draft { text, words, until, shorter: shorter.to_owned() }
    };
    assert_eq!(refused(act(&world, "qiao", id, &hasty(""))), "consult_comment", "thirty days, or a reason");
    let drafted = act(&world, "qiao", id, &hasty("九月一日开学")).unwrap();
    assert_eq!((drafted.stage, drafted.drafts[0].shorter.as_str()), (Stage::Commenting, "九月一日开学"));
    let fourth = said(&world, new(id, ("d", "七点太早")), None).unwrap();
    sorted(&world, fourth.voice.id, (&[1], "")).unwrap();
    world.clock.days(13);
    let decide =
        Command::Decide { adopted: true, text: text.replace("七点", "七点半"), words: "早上晚半小时。".to_owned() };
    let decided = act(&world, "qiao", id, &decide).unwrap();
    assert_eq!(decided.owes_since(), Some(world.hall.site.day(world.now())));
    assert_eq!(refused(said(&world, new(id, ("e", "还有")), None)), "consult_over");
    act(&world, "gu", id, &Command::Report { done: true, words: "加好了。".to_owned() }).unwrap();
    let again = Command::Again {
        why: "坐车的人多了".to_owned(),
        until: world.hall.site.day(world.now()).checked_add(8.days()).unwrap(),
    };
    let again = act(&world, "qiao", id, &again).unwrap();
    assert_eq!((again.stage, again.round(), again.draft().is_none()), (Stage::Gathering, 2, true));
    let five = said(&world, new(id, ("f", "加一辆车")), None).unwrap();
    assert_eq!(five.voice.said.round, 2);
    tables_are_checked(&world, id);
    world.check_log().unwrap();
}

/// The tables are what the events say, and an edit by hand is named.
fn tables_are_checked(world: &World, id: Uuid) {
    let found = || world.read(check::compare).unwrap();
    assert_eq!(found(), [""; 0]);
    for (edit, back, named) in [
        ("update consult set stage = 'done'", "update consult set stage = 'gathering'", "the row of consultation 1 says"),
        ("update consult set number = 2", "update consult set number = 1", "no row says what consultation 1 is"),
        ("update consult set seq = 9", "update consult set seq = 5", "other numbers than voices"),
        (
            "update consult_voice set standing = 'sorted' where seq = 5",
            "update consult_voice set standing = 'new' where seq = 5",
            "the row of voice 5 of consultation 1",
        ),
        (
            "update consult_point set point = 3 where point = 2",
            "update consult_point set point = 2 where point = 3",
            "behind the points",
        ),
    ] {
        world.write(move |tx, _, _| tx.run(edit, &[])).unwrap();
        let named_now = found();
        assert!(named_now.iter().any(|line| line.contains(named)), "{edit}: {named_now:?}");
        world.write(move |tx, _, _| tx.run(back, &[])).unwrap();
    }
    assert_eq!(found(), [""; 0]);
    let behind = world.read(move |tx, site| list::behind(tx, site, id)).unwrap();
    assert_eq!(behind.into_iter().collect::<Vec<_>>(), [(1, 3), (2, 1)]);
}

fn no_draft_is_published_while_a_voice_stands_nowhere(engine: Engine) {
    let world = world(engine);
    let id = asked(&world, "qiao", plan(&world)).unwrap().id;
    let voice = said(&world, new(id, ("a", "加一站")), None).unwrap().voice;
    act(&world, "gu", id, &point("加一站")).unwrap();
    world.clock.days(11);
    assert_eq!(refused(act(&world, "qiao", id, &draft(&world, "一、加一站。[1]"))), "consult_unsorted");
    assert_eq!(refused(sorted(&world, voice.id, (&[], ""))), "voice_where");
    assert_eq!(refused(sorted(&world, voice.id, (&[1], "1_repeat"))), "voice_where");
    assert_eq!(refused(sorted(&world, voice.id, (&[], "9_no"))), "voice_ground");
    assert_eq!(refused(sorted(&world, voice.id, (&[2], ""))), "consult_point_none");
    sorted(&world, voice.id, (&[1], "")).unwrap();
    assert_eq!(refused(act(&world, "qiao", id, &draft(&world, "一、加一站。[1]"))), "consult_unanswered");
    act(&world, "gu", id, &answer(1, Outcome::Partly)).unwrap();
    act(&world, "qiao", id, &draft(&world, "一、加一站。[1]")).unwrap();
    assert_eq!(
        refused(act(&world, "qiao", id, &Command::Again { why: "x".to_owned(), until: plan(&world).until })),
        "consult_stage"
    );
    let accuses = New { accuses: true, ..new(id, ("b", "他收了钱")) };
    assert_eq!(refused(said(&world, accuses, None)), "post_accuses");
}

fn who_may_not_is_refused(engine: Engine) {
    let world = world(engine);
    for (who, code) in [("gu", "not_your_role"), ("lin", "other_office"), ("tang", "not_your_role")] {
        assert_eq!(refused(asked(&world, who, plan(&world))), code, "{who}");
    }
    let id = asked(&world, "qiao", plan(&world)).unwrap().id;
    let voice = said(&world, new(id, ("a", "加一站")), None).unwrap().voice;
    assert_eq!(refused(act(&world, "lin", id, &point("加一站"))), "other_office");
    assert_eq!(refused(act(&world, "gu", id, &Command::Stop { reason: "不问了".to_owned() })), "not_your_role");
    let sort = Sort { voice: voice.id, points: vec![], ground: "1_repeat".to_owned() };
    let foreign = world.write(move |tx, site, by| run::sort(tx, site, by, (&staff("wei"), sort.clone())));
    assert_eq!(refused(foreign), "other_office");
    let typed = New { way: Way::Phone, day: Some(world.hall.site.day(world.now())), ..new(id, ("b", "票价别涨")) };
    assert_eq!(refused(said(&world, typed.clone(), None)), "sign_in");
    said(&world, typed, Some(staff("jin"))).unwrap();
    // a matter is carried in by its resident alone
    let matter = Uuid::from_u128(7);
    let carried = New { way: Way::Matter, source: Some(Source::Matter(matter)), ..new(id, ("c", "我家门口没有站")) };
    assert_eq!(refused(said(&world, carried.clone(), Some(Who::Delegate { matter }))), "only_in_person");
    assert_eq!(refused(said(&world, carried.clone(), Some(Who::Resident { matter: Uuid::from_u128(8) }))), "not_yours");
    said(&world, carried.clone(), Some(Who::Resident { matter })).unwrap();
    let twice = New { submit_key: "d".to_owned(), ..carried };
    assert_eq!(refused(said(&world, twice, Some(Who::Resident { matter }))), "voice_twice");
}

fn what_is_taken_back_is_gone(engine: Engine) {
    let world = world(engine);
    let id = asked(&world, "qiao", plan(&world)).unwrap().id;
    act(&world, "gu", id, &point("加一站")).unwrap();
    let own = said(&world, New { mobile: "13800000001".to_owned(), ..new(id, ("a", "加一站")) }, None).unwrap();
    let voice = own.voice.id;
    sorted(&world, voice, (&[1], "")).unwrap();
    let matter = Uuid::from_u128(7);
    let carried = New { way: Way::Matter, source: Some(Source::Matter(matter)), ..new(id, ("c", "我家门口没有站")) };
    let second = said(&world, carried, Some(Who::Resident { matter })).unwrap();
    assert!(second.pass.is_none(), "the matter's own code leads there");
    world.write(move |tx, site, by| run::withdraw(tx, site, by, voice)).unwrap();
    world.write(move |tx, site, by| run::follow(tx, site, by, Source::Matter(matter))).unwrap();
    assert_eq!(run::finish(&world.hall).unwrap(), 3, "two voices and a number");
    for gone in [voice, second.voice.id] {
        let row = world.read(move |tx, site| list::voice(tx, site, gone)).unwrap().unwrap();
        assert!(row.voice.is_none() && row.standing == Standing::Withdrawn);
        let raw = world.read(move |tx, site| journal::of_matter(tx, site.jurisdiction, gone)).unwrap();
        assert!(world.hall.site.keystore.get(raw[0].key_id).unwrap().is_none(), "nobody opens the journal's copy either");
    }
    let behind = world.read(move |tx, site| list::behind(tx, site, id)).unwrap();
    assert!(behind.is_empty());
    assert_eq!(world.read(move |tx, site| list::counts(tx, site, id)).unwrap().withdrawn, 2);
    assert_eq!(world.read(check::compare).unwrap(), [""; 0]);
    world.check_log().unwrap();
}

fn whoever_left_a_number_is_told_and_forgotten(engine: Engine) {
    let world = world(engine);
    let id = asked(&world, "qiao", plan(&world)).unwrap().id;
    let own = said(&world, New { mobile: "138 0000 0001".to_owned(), ..new(id, ("a", "加一站")) }, None).unwrap();
    act(&world, "gu", id, &point("加一站")).unwrap();
    sorted(&world, own.voice.id, (&[1], "")).unwrap();
    act(&world, "gu", id, &answer(1, Outcome::Taken)).unwrap();
    world.clock.days(11);
    act(&world, "qiao", id, &draft(&world, "一、加一站。[1]")).unwrap();
    let told = |world: &World| {
        let until = world.now() + SignedDuration::from_hours(1);
        world.read(move |tx, site| outbox::due(tx, site.jurisdiction, SMS, until, 100)).unwrap()
    };
    let first = told(&world);
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].template, "consult_draft");
    let recipient = first[0].recipient.clone();
    let (contact, _) = world.read(move |tx, site| tell::waiting(tx, site, &recipient)).unwrap().unwrap();
    assert_eq!(contact.mobile, "13800000001");
    world.clock.days(31);
    act(&world, "qiao", id, &Command::Decide { adopted: false, text: String::new(), words: "钱不够，明年再说。".to_owned() })
        .unwrap();
    assert_eq!(told(&world).iter().filter(|message| message.template == "consult_decided").count(), 1);
    assert_eq!(tell::round(&world.hall, world.now()).unwrap(), 0, "each news once");
    assert_eq!(tell::forget(&world.hall, world.now()).unwrap(), 0);
    world.clock.days(120);
    assert_eq!(tell::forget(&world.hall, world.now()).unwrap(), 1);
    let recipient = first[0].recipient.clone();
    assert!(world.read(move |tx, site| tell::waiting(tx, site, &recipient)).unwrap().is_none());
}
