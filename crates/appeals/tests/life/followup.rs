//! Ratings and what follows them (R29): reasons and marks under the signature, grades that nobody signed apart, and what a bad grade sets in
//! motion in its own transaction.

use appeals::appeal::{Command, Event, FileRef};
use appeals::code::{rating_holds, rating_text, rating_text_with};
use appeals::figures::Figures;
use appeals::filing::{Filed, Form};
use appeals::followup::list::{self, Which};
use appeals::followup::{Detail, Way};
use appeals::rebuild;
use appeals::run::Done;
use civic::permit::{Act, may};
use civic::refusal::No;
use db::Fault;
use testkit::{Engine, county, on_both};

use super::common::{self, Town, who};

on_both![
    what_stands_beside_a_grade_is_signed_with_it,
    a_bad_grade_sets_everything_in_motion_in_its_own_transaction,
    the_holders_line_neither_calls_back_nor_judges,
    what_was_put_right_needs_proof_and_gets_a_mark_of_its_own,
    an_objection_is_decided_by_another_line_after_the_resident_was_heard,
    a_grade_that_nobody_signed_is_told_apart,
    nobody_inside_makes_any_part_of_a_rating,
    criticism_is_listed_for_those_who_may_see_it_and_never_goes_away,
];

fn detail(reasons: &[&str], effect: Option<u8>) -> Detail {
    Detail { reasons: reasons.iter().map(|code| (*code).to_owned()).collect(), effect, ..Detail::default() }
}

fn rate(town: &Town, filed: &Filed, grade: u8, detail: Detail) -> Result<Done, No> {
    let of = town.state(filed).reply().unwrap().leaf;
    let signature = filed.code.seed().sign_rating_with(&town.pseudonym(filed), of, grade, &detail);
    town.resident(filed, Command::Rate { grade, words: "路灯又坏了".into(), signature, detail })
}

fn call(of: i64, reached: bool, grade: Option<u8>) -> Command {
    Command::CallBack { of: Some(of), drawn: None, reached, words: "他说路灯第二天又坏了".into(), grade }
}

fn proof() -> FileRef {
    FileRef {
        name: "路灯.jpg".into(),
        media: "image/jpeg".into(),
        size: 3,
        sha256: "00".repeat(32),
        original: "a1".repeat(16),
        cleaned: "a1".repeat(16),
        key: None,
        unscanned: false,
    }
}

fn rectify(files: Vec<FileRef>) -> Command {
    Command::Rectify { words: "换了整条线路，装了防水接头".into(), files }
}

/// Returns the public entry of the newest event of a kind.
fn entry(town: &Town, filed: &Filed, kind: &str) -> serde_json::Value {
    let matter = filed.matter;
    let loaded = town.world.read(move |tx, site| appeals::store::load(tx, site, matter)).unwrap().unwrap();
    let found = loaded.events.iter().rev().find(|(stored, _)| stored.kind == kind).unwrap();
    serde_json::from_str(&found.0.fact).unwrap()
}

fn figures(town: &Town) -> Figures {
    let facts = town.world.read(|tx, site| {
        let mut all = Vec::new();
        let (size, _) = civic::journal::head(tx, site.jurisdiction)?.unwrap();
        for index in 0..size.div_ceil(256) {
            let width = (size - index * 256).min(256) as u16;
            all.extend(civic::journal::entries(tx, site.jurisdiction, index, width)?);
        }
        Ok::<_, Fault>(all)
    });
    let mut figures = Figures::default();
    for fact in facts.unwrap() {
        figures.read(&fact);
    }
    figures
}

fn what_stands_beside_a_grade_is_signed_with_it(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    let (of, pseudonym) = (town.state(&filed).reply().unwrap().leaf, town.pseudonym(&filed));
    let said = detail(&["slow", "unsolved"], Some(2));
    // one reason taken out, one mark changed: another text
    let signature = filed.code.seed().sign_rating_with(&pseudonym, of, 2, &said);
    for changed in [detail(&["slow"], Some(2)), detail(&["slow", "unsolved"], Some(5)), Detail::default()] {
        let forged = Command::Rate { grade: 2, words: String::new(), signature: signature.clone(), detail: changed };
        assert_eq!(common::code(town.resident(&filed, forged)), "rating_unsigned");
    }
    assert_eq!(common::code(rate(&town, &filed, 2, detail(&["kind"], None))), "reason_unknown", "praise fits no bad grade");
    assert_eq!(common::code(rate(&town, &filed, 2, detail(&[], Some(6)))), "grade_unknown");
    rate(&town, &filed, 2, said.clone()).unwrap();
    let x = &entry(&town, &filed, "rated")["x"];
    assert_eq!((x["rs"].as_str(), x["ef"].as_i64(), x["ms"].is_null()), (Some("slow,unsolved"), Some(2), true));
    let text = rating_text_with(&pseudonym, of, 2, &said);
    assert_eq!(text, format!("minsheng/rating/2\n{pseudonym}\n{of}\n2\nslow,unsolved\n\n\n2\n"));
    assert!(rating_holds(&town.state(&filed).rating_key, x["sig"].as_str().unwrap(), &text));
    let plain = town.replied("key-2");
    rate(&town, &plain, 5, Detail::default()).unwrap();
    let x = &entry(&town, &plain, "rated")["x"];
    let (of, pseudonym) = (town.state(&plain).reply().unwrap().leaf, town.pseudonym(&plain));
    assert!(x["rs"].is_null(), "nothing beside a grade: the first text, as ever");
    assert!(rating_holds(&town.state(&plain).rating_key, x["sig"].as_str().unwrap(), &rating_text(&pseudonym, of, 5)));
}

fn a_bad_grade_sets_everything_in_motion_in_its_own_transaction(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    let done = rate(&town, &filed, 1, detail(&["slow"], None)).unwrap();
    let kinds: Vec<&str> = done.events.iter().map(|(_, event)| event.kind()).collect();
    assert_eq!(kinds, ["rated", "criticised"], "one act, one transaction");
    let state = town.state(&filed);
    let one = &state.followup.criticisms[0];
    assert_eq!((one.grade, one.signed, one.office.as_str()), (1, true, county::TOWNSHIP_OFFICE));
    let call_until = one.call.as_ref().unwrap().due.clone();
    assert_eq!((call_until.term.as_str(), call_until.due.last.to_string().as_str()), ("hp.named_bad_contact", "2026-11-25"));
    assert_eq!((one.rectify.term.as_str(), one.rectify.due.last.to_string().as_str()), ("hp.rectify", "2026-12-15"));
    let matter = filed.matter;
    let told = town.world.read(move |tx, site| civic::outbox::of_matter(tx, site.jurisdiction, matter)).unwrap();
    let to = |login: &str| format!("staff:{}", county::staff_id(login));
    assert!(told.iter().any(|one| one.recipient == to("meng") && one.template == "criticism"), "the supervisor hears of it");
    assert!(told.iter().any(|one| one.recipient == to("qiao") && one.template == "criticised"), "the office hears of it");
    let x = &entry(&town, &filed, "criticised")["x"];
    assert_eq!((x["cb"].as_str(), x["rd"].as_str()), (Some("2026-11-25"), Some("2026-12-15")));
    assert!(x["due"].is_null(), "the clock of the matter itself is another one");
    let anonymous = town.replied_to(&Form {
        identity: "anonymous".into(),
        name: String::new(),
        mobile: String::new(),
        ..common::form("key-2")
    });
    rate(&town, &anonymous, 1, Detail::default()).unwrap();
    assert!(town.state(&anonymous).followup.criticisms[0].call.is_none(), "nobody can ring up whom nobody knows");
    let content = town.replied("key-3");
    assert_eq!(rate(&town, &content, 3, Detail::default()).unwrap().events.len(), 1, "the middle grade is a good one");
}

fn the_holders_line_neither_calls_back_nor_judges(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    rate(&town, &filed, 1, Detail::default()).unwrap();
    let of = town.state(&filed).followup.criticisms[0].version;
    for insider in ["gu", "qiao", "luo", "xu"] {
        let refused = common::code(town.act(insider, &filed, call(of, true, Some(5))));
        assert_eq!(refused, "own_line", "{insider} is of the office that was rated");
    }
    assert_eq!(common::code(town.act("wei", &filed, call(of, true, None))), "other_office", "no role for it");
    town.staff_as("gu", civic::directory::Role::Supervisor);
    assert_eq!(common::code(town.act("gu", &filed, call(of, true, Some(5)))), "own_line", "whatever else they are");
    assert_eq!(common::code(town.act("jin", &filed, call(of + 1, true, None))), "no_call_back_due");
    assert_eq!(common::code(town.resident(&filed, call(of, true, Some(5)))), "not_yours");
    for tries in 1..=2 {
        town.act("jin", &filed, call(of, false, None)).unwrap();
        assert_eq!(town.state(&filed).followup.criticisms[0].call_due().unwrap().tries, tries);
    }
    let (seen, hidden) = (who("meng"), who("gu"));
    let owed = town.world.read(move |tx, site| list::calls(tx, site, &seen)).unwrap();
    assert_eq!((owed.len(), owed[0].tries, owed[0].which), (1, 2, Which::Criticism(of)));
    assert_eq!(Which::parse(&owed[0].which.text()), Some(Which::Criticism(of)));
    assert!(town.world.read(move |tx, site| list::calls(tx, site, &hidden)).unwrap().is_empty(), "not in the holder's list");
    town.act("meng", &filed, call(of, true, Some(2))).unwrap();
    let state = town.state(&filed);
    assert!(state.followup.criticisms[0].call_due().is_none());
    assert_eq!(state.followup.criticisms.len(), 1, "the same answer is criticised once");
    assert_eq!(entry(&town, &filed, "grade_told")["x"]["wy"], "call");
    assert_eq!(state.rating.unwrap().grade, 1, "what they signed stays what it is");
    // whoever held it before is of its line as well
    let passed = town.replied("key-2");
    town.resident(&passed, Command::Reopen { words: "没有修好".into() }).unwrap();
    town.act("gu", &passed, Command::Assign { to: county::PETITIONS.into(), words: "请接着办".into() }).unwrap();
    town.act("an", &passed, Command::TakeOver).unwrap();
    town.act("an", &passed, common::reply()).unwrap();
    rate(&town, &passed, 1, Detail::default()).unwrap();
    let of = town.state(&passed).followup.criticisms[0].version;
    assert_eq!(common::code(town.act("jin", &passed, call(of, true, None))), "own_line");
    town.act("yan", &passed, call(of, true, None)).unwrap();
}

fn what_was_put_right_needs_proof_and_gets_a_mark_of_its_own(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    assert_eq!(common::code(town.act("gu", &filed, rectify(vec![proof()]))), "nothing_to_rectify");
    rate(&town, &filed, 2, Detail::default()).unwrap();
    assert_eq!(common::code(town.act("gu", &filed, rectify(Vec::new()))), "evidence_missing");
    assert_eq!(common::code(town.act("wei", &filed, rectify(vec![proof()]))), "other_office");
    town.world.clock.days(25);
    let state = town.act("gu", &filed, rectify(vec![proof()])).unwrap().state;
    let done = state.followup.criticisms[0].rectified.clone().unwrap();
    assert!(done.late, "fifteen working days are over");
    assert!(town.letters(&filed).contains(&"rectified".to_owned()), "the resident hears of it");
    let mark = |grade: u8, signed: u8| {
        let signature = filed.code.seed().sign_rating(&town.pseudonym(&filed), done.leaf, signed);
        Command::MarkRectification { grade, words: String::new(), signature }
    };
    assert_eq!(common::code(town.resident(&filed, mark(5, 4))), "rating_unsigned");
    assert_eq!(common::code(town.act("gu", &filed, mark(5, 5))), "not_your_role");
    town.resident(&filed, mark(1, 1)).unwrap();
    let state = town.state(&filed);
    assert_eq!(state.followup.criticisms[0].rectified.as_ref().unwrap().mark, Some(1));
    assert_eq!(state.followup.criticisms.len(), 2, "what was put right badly is criticised anew");
    assert_eq!(common::code(town.resident(&filed, mark(5, 5))), "nothing_to_mark");
}

fn an_objection_is_decided_by_another_line_after_the_resident_was_heard(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    rate(&town, &filed, 1, Detail::default()).unwrap();
    let object = || Command::ObjectRating { ground: "mistaken".into(), words: "评的是另一盏路灯".into() };
    let decide = |upheld| Command::DecideObjection { upheld, words: "查看了照片和两边的话".into() };
    assert_eq!(common::code(town.act("gu", &filed, object())), "not_your_role", "the head speaks for the office");
    let nonsense = Command::ObjectRating { ground: "nonsense".into(), words: "x".into() };
    assert_eq!(common::code(town.act("qiao", &filed, nonsense)), "unknown_ground");
    town.act("qiao", &filed, object()).unwrap();
    assert_eq!(common::code(town.act("qiao", &filed, object())), "no_rating_to_object", "once");
    let state = town.state(&filed);
    let (_, objection) = state.followup.pending().unwrap();
    assert_eq!(objection.judge, county::PETITIONS, "of another line than the township");
    assert!(town.letters(&filed).contains(&"rating_objected".to_owned()));
    let month = "2026-11";
    assert_eq!(figures(&town).after.total(month).set_aside, 0, "until it is decided the rating counts");
    assert_eq!(common::code(town.act("bai", &filed, decide(true))), "hear_resident_first");
    for insider in ["qiao", "gu"] {
        assert_eq!(common::code(town.act(insider, &filed, decide(true))), "own_line");
    }
    assert_eq!(common::code(town.act("kong", &filed, decide(true))), "other_office");
    town.resident(&filed, Command::AnswerObjection { words: "就是村口这一盏".into() }).unwrap();
    town.act("bai", &filed, decide(true)).unwrap();
    let state = town.state(&filed);
    let one = &state.followup.criticisms[0];
    assert!(one.set_aside() && !one.owes_rectification() && one.call_due().is_none());
    let figures = figures(&town);
    let all = figures.total(month);
    assert_eq!((all.rated, all.satisfied, figures.after.total(month).set_aside), (1, 0, 1), "with it, and without it");
    let rated = entry(&town, &filed, "rated");
    assert_eq!(rated["x"]["g"], 1, "and nothing of it is gone");
    // a resident who says nothing in time stands in nobody's way
    let quiet = town.replied("key-2");
    rate(&town, &quiet, 2, Detail::default()).unwrap();
    town.act("qiao", &quiet, object()).unwrap();
    town.world.clock.days(14);
    town.act("an", &quiet, decide(false)).unwrap();
    assert!(town.state(&quiet).followup.criticisms[0].owes_rectification(), "it stands, and something is owed");
    let late = town.replied("key-3");
    rate(&town, &late, 2, Detail::default()).unwrap();
    town.world.clock.days(14);
    assert_eq!(common::code(town.act("qiao", &late, object())), "objection_late");
}

fn a_grade_that_nobody_signed_is_told_apart(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    let tell = |grade| Command::TellGrade { grade, words: "来得快".into(), way: Way::Sms };
    assert_eq!(common::code(town.act("gu", &filed, tell(5))), "not_your_role");
    town.resident(&filed, tell(5)).unwrap();
    assert_eq!(common::code(town.resident(&filed, tell(5))), "already_rated");
    let state = town.state(&filed);
    assert_eq!((state.rating, state.graded()), (None, Some(5)), "no rating of their own");
    let close = Command::Close { ground: "satisfied".into(), words: "x".into(), files: Vec::new() };
    assert_eq!(common::code(town.act("gu", &filed, close)), "ground_not_met", "only a signed grade closes a matter");
    let figures = figures(&town);
    let (all, after) = (figures.total("2026-11"), figures.after.total("2026-11"));
    assert_eq!((all.rated, after.told, after.told_satisfied, after.called), (0, 1, 1, 0));
    assert_eq!(figures.table("followup 2026-11").unwrap(), "bd\t1\t1\t0\t0\t0\t0\t0\t0\t0\t0\t0\n");
    rate(&town, &filed, 1, Detail::default()).unwrap();
    assert_eq!(town.state(&filed).graded(), Some(1), "what is signed goes before what was told");
    let other = town.replied("key-2");
    assert_eq!(town.resident(&other, tell(1)).unwrap().events.len(), 2, "a bad one is criticism however it came");
    assert!(!town.state(&other).followup.criticisms[0].signed);
}

fn nobody_inside_makes_any_part_of_a_rating(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    let subject = town.state(&filed).subject();
    let directory = town.world.hall.site.directory();
    for staff in directory.staff.values() {
        let who = civic::permit::Who::Staff { id: staff.id, session: uuid::Uuid::from_u128(1) };
        for act in [Act::Rate, Act::TellGrade, Act::MarkRectification, Act::AnswerObjection] {
            assert!(may(&directory, &who, act, &subject).is_err(), "{} {act:?}", staff.name);
        }
    }
    // a delegate speaks for somebody, and does not rate for them
    let delegate = civic::permit::Who::Delegate { matter: filed.matter };
    for act in [Act::Rate, Act::TellGrade, Act::MarkRectification] {
        assert!(may(&directory, &delegate, act, &subject).is_err());
    }
}

fn criticism_is_listed_for_those_who_may_see_it_and_never_goes_away(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    town.resident(&filed, Command::Open).unwrap();
    rate(&town, &filed, 1, Detail::default()).unwrap();
    let listed = |login: &str, office: Option<&'static str>| {
        let seen = who(login);
        town.world.read(move |tx, site| list::criticisms(tx, site, &seen, (office, None))).unwrap().0.len()
    };
    assert_eq!((listed("meng", None), listed("yan", None)), (1, 1));
    assert_eq!((listed("qiao", Some(county::TOWNSHIP_OFFICE)), listed("kong", None)), (1, 0), "the own office, and no other");
    let answer = Command::AnswerCriticism { words: "已约谈，月底前换线".into() };
    assert_eq!(common::code(town.act("qiao", &filed, answer.clone())), "not_your_role");
    town.act("meng", &filed, answer).unwrap();
    town.act("gu", &filed, rectify(vec![proof()])).unwrap();
    town.world.clock.days(40);
    town.tick();
    assert_eq!(listed("meng", None), 1, "answered, put right, closed: it stays in the list");
    town.declare_relative("meng", "13800005678");
    let contacts = town.state(&filed).contacts;
    let related =
        contacts.iter().any(|contact| town.world.hall.site.directory().related(county::staff_id("meng"), contact).is_some());
    assert_eq!(listed("meng", None) == 0, related, "a relative meets it in no list");
    let kinds = town.kinds(&filed);
    assert_eq!(kinds.iter().filter(|kind| *kind == "criticised").count(), 1);
    let same = town.world.write(|tx, site, _| {
        let before = rebuild::fingerprints(tx, site)?;
        rebuild::rebuild(tx, site)?;
        Ok::<_, Fault>(before == rebuild::fingerprints(tx, site)?)
    });
    assert!(same.unwrap(), "and its row follows from events alone");
    assert!(town.events(&filed).iter().any(|event| matches!(event, Event::Closed { .. })));
}
