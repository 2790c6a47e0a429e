//! The life of an appeal on real storage: filing once however often the form is sent, the office that owns it, returns and
//! the conference, reply, rating, review, withdrawal, merge, rebuild.

mod above;
mod again;
mod alarm;
mod asked;
mod calendar;
mod calls;
mod clock;
mod common;
mod disclose;
mod draw;
mod erase;
mod exchange;
#[cfg(feature = "drill")]
mod faults;
mod find;
mod followed;
mod followup;
mod fresh;
mod grown;
mod joined;
mod late;
mod many;
mod matrix;
mod merged;
mod pairs;
mod pressed;
mod room;
mod sealed;
mod sorting;
mod statements;
mod supervise;
mod tally;
mod wide;

use appeals::appeal::{Command, Event, Outcome, Stage};
use appeals::code::{Code, rating_holds, rating_text};
use appeals::filing::{self, NotFiled};
use appeals::followup::Detail;
use appeals::{rebuild, run, store, track, view};
use civic::journal;
use civic::permit::{Act, Who, may};
use civic::refusal::No;
use common::{Town, reply};
use db::Fault;
use jiff::ToSpan;
use jiff::civil::Date;
use statements::ROOM;
use testkit::{Engine, county, on_both};
use tlog::note::Verifier;
use tlog::proof::TlogProof;
use wide::READ_ALL;

on_both![
    a_form_sent_twice_makes_one_matter_and_another_form_under_its_key_none,
    the_receipt_proves_the_matter_its_day_and_its_words,
    an_offer_leaves_the_sender_in_charge_and_the_third_return_goes_to_the_conference,
    from_filing_to_a_signed_rating_and_closing_by_law,
    a_review_goes_to_the_next_higher_office_and_its_clock_starts_with_delivery,
    a_withdrawal_comes_into_force_after_its_days_and_can_be_taken_back,
    likely_repeats_are_of_the_own_office_and_say_nothing_of_a_person_while_words_are_closed,
    silence_is_taking_over_and_a_reorganisation_leaves_nothing_without_an_owner,
    tables_built_anew_are_the_live_ones,
    whoever_saw_an_older_version_is_told_so,
    a_relative_sees_counts_and_lists_nothing,
    no_statement_of_the_room_goes_through_a_whole_table,
    counts_are_those_of_the_lists_and_end_somewhere,
    every_statement_of_the_room_can_be_prepared,
    an_invitation_to_rate_leaves_days_after_delivery_and_not_after_the_rating,
    the_morning_letter_is_written_once_a_working_day_and_to_the_deputy_while_the_head_is_away,
];

fn a_form_sent_twice_makes_one_matter_and_another_form_under_its_key_none(engine: Engine) {
    let town = Town::new(engine);
    let form = common::form("key-1");
    let first = town.file(&form).unwrap();
    let again = town.file(&form).unwrap();
    assert!(!first.repeated && again.repeated);
    assert_eq!((&first.number, &first.code, &first.receipt), (&again.number, &again.code, &again.receipt));
    let other = filing::Form { what: "另一件事".into(), ..form };
    assert!(matches!(town.file(&other), Err(NotFiled::OtherForm)));
    let broken = filing::Form { kind: "nonsense".into(), ..common::form("key-1") };
    assert!(matches!(town.file(&broken), Err(NotFiled::OtherForm)), "decided before validation");
    assert_eq!(first.owner, county::TOWNSHIP_OFFICE, "the intake office of the village's township");
    let unknown = town.file(&filing::Form { place: String::new(), ..common::form("key-2") }).unwrap();
    assert_eq!(unknown.owner, county::PETITIONS, "\"I don't know\" goes to the county's intake");
}

fn the_receipt_proves_the_matter_its_day_and_its_words(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    let proof = TlogProof::parse(&filed.receipt).unwrap();
    let extra: serde_json::Value = serde_json::from_slice(proof.extra.as_ref().unwrap()).unwrap();
    let (entry, body) = (extra["entry"].as_str().unwrap(), extra["body"].as_str().unwrap());
    proof.verify(entry.as_bytes(), &Verifier::parse(&town.world.hall.site.vkey()).unwrap()).unwrap();
    let nonce: [u8; 32] =
        data_encoding::HEXLOWER.decode(extra["nonce"].as_str().unwrap().as_bytes()).unwrap().try_into().unwrap();
    let fact: serde_json::Value = serde_json::from_str(entry).unwrap();
    assert_eq!(fact["h"], journal::commitment(&nonce, body));
    assert_eq!((fact["d"].as_str(), fact["k"].as_str()), (Some("2026-11-24"), Some("filed")));
    assert!(body.contains("路灯") && !entry.contains("路灯"));
    assert_eq!(fact["p"], county::TOWNSHIP, "nothing below the township is published");
    assert_eq!(filed.due.due.last.to_string(), "2026-12-09", "15 days from the day after");
}

fn an_offer_leaves_the_sender_in_charge_and_the_third_return_goes_to_the_conference(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    let assign = |to: &str| Command::Assign { to: to.into(), words: "请你单位办理".into() };
    let give_back = || Command::Return { ground: "competence".into(), words: "路灯由住建局管护".into() };
    for count in 1..=3 {
        let state = town.act("gu", &filed, assign(county::WATER)).unwrap().state;
        assert_eq!((state.owner.as_str(), state.stage), (county::TOWNSHIP_OFFICE, Stage::Assigned));
        let state = town.act("wei", &filed, give_back()).unwrap().state;
        assert_eq!(state.owner, county::TOWNSHIP_OFFICE);
        assert_eq!(state.disputed, count == 3, "after {count} returns");
        assert_eq!(state.due.due.last.to_string(), "2026-12-09", "a return never stops the clock");
    }
    assert_eq!(common::code(town.act("gu", &filed, assign(county::HOUSING))), "in_conference");
    let ruled = Command::Arbitrate { to: county::HOUSING.into(), words: "路灯管护由住建局负责".into() };
    let state = town.act("du", &filed, ruled).unwrap().state;
    assert_eq!((state.owner.as_str(), state.disputed), (county::HOUSING, false));
    assert_eq!(common::code(town.act("lin", &filed, give_back())), "ruling_binds");
}

fn from_filing_to_a_signed_rating_and_closing_by_law(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    let category = || "14".to_owned();
    town.act("gu", &filed, Command::Register { category: category() }).unwrap();
    let state = town.act("gu", &filed, Command::Accept { category: category() }).unwrap().state;
    assert_eq!(state.due.due.target.to_string(), "2027-01-23", "sixty days from acceptance");
    assert_eq!(common::code(town.act("wei", &filed, reply())), "other_office");
    let state = town.act("gu", &filed, reply()).unwrap().state;
    assert_eq!(state.stage, Stage::Replied);
    let state = town.resident(&filed, Command::Open).unwrap().state;
    let until = state.reply().unwrap().until.clone().unwrap();
    assert_eq!((until.term.as_str(), until.due.last.to_string().as_str()), ("xf.review_request", "2026-12-24"));
    let of = state.reply().unwrap().leaf;
    let pseudonym = town.pseudonym(&filed);
    let forged = Command::Rate { grade: 5, words: String::new(), signature: "AAAA".into(), detail: Detail::default() };
    assert_eq!(common::code(town.resident(&filed, forged)), "rating_unsigned");
    let signature = filed.code.seed().sign_rating(&pseudonym, of, 5);
    assert!(rating_holds(&state.rating_key, &signature, &rating_text(&pseudonym, of, 5)));
    let rate = Command::Rate { grade: 5, words: "当天就亮了".into(), signature, detail: Detail::default() };
    assert_eq!(common::code(town.act("gu", &filed, rate.clone())), "not_your_role", "nobody inside can rate");
    assert_eq!(town.resident(&filed, rate).unwrap().state.rating.unwrap().grade, 5);
    town.world.clock.days(31);
    town.tick();
    assert_eq!(town.state(&filed).stage, Stage::Closed);
}

fn a_review_goes_to_the_next_higher_office_and_its_clock_starts_with_delivery(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    let state = town.resident(&filed, Command::AskReview { words: "没有说清谁来修".into() }).unwrap().state;
    let review = state.review.clone().unwrap();
    assert_eq!((review.office.as_str(), review.due.due.target.to_string().as_str()), (county::GOVERNMENT, "2026-12-24"));
    let decide = |outcome| Command::DecideReview { reply: common::text(), outcome };
    assert_eq!(common::code(town.act("gu", &filed, decide(Outcome::Support))), "not_your_role");
    town.staff_as("meng", civic::directory::Role::Officer);
    town.act("meng", &filed, decide(Outcome::Explain)).unwrap();
    town.world.clock.days(10);
    let state = town.resident(&filed, Command::Open).unwrap().state;
    let until = state.review.unwrap().decided.unwrap().until.unwrap();
    assert_eq!((until.term.as_str(), until.due.steps.start.to_string().as_str()), ("xf.recheck_request", "2026-12-04"));
    let answer = town.resident(&filed, Command::AskRecheck { words: "还是不服".into() });
    assert_eq!(common::code(answer), "no_superior_here", "the county's own opinion is re-reviewed above this site");
}

fn a_withdrawal_comes_into_force_after_its_days_and_can_be_taken_back(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    let ask = || Command::AskWithdraw { words: "自己解决了".into() };
    assert_eq!(common::code(town.act("gu", &filed, ask())), "not_your_role", "staff cannot start it");
    town.resident(&filed, ask()).unwrap();
    town.resident(&filed, Command::RevokeWithdraw).unwrap();
    town.resident(&filed, ask()).unwrap();
    town.world.clock.advance(71.hours());
    town.tick();
    assert!(town.state(&filed).is_open());
    town.world.clock.advance(2.hours());
    town.tick();
    assert_eq!(town.state(&filed).stage, Stage::Withdrawn);
}

fn likely_repeats_are_of_the_own_office_and_say_nothing_of_a_person_while_words_are_closed(engine: Engine) {
    use appeals::filing::Form;
    use appeals::find::Finder;
    use appeals::likely::{find, is_early};
    let town = Town::new(engine);
    let own = "村口的水管漏了三天，没人来修";
    let file = |key: &str, what: &str, form: Form| {
        let form = Form { what: what.into(), submit_key: key.into(), ..form };
        town.file(&form).unwrap()
    };
    let other = |mobile: &str| Form { mobile: mobile.into(), ..common::form("") };
    file("old", "村口的水管漏了", common::form(""));
    town.world.clock.days(91);
    for number in 0..6 {
        file(&format!("lamp-{number}"), "小学门口的路灯坏了", other(&format!("1390000100{number}")));
    }
    let pipe = file("pipe", "村口水管一直在漏，三天了没人修", other("13900002000"));
    let town_wide = file("town", "全镇停水", Form { place: county::TOWNSHIP.into(), ..other("13900002001") });
    let same = file("same", "想问低保怎么办", Form { kind: "consultation".into(), ..common::form("") });
    let elsewhere = file("county", own, Form { place: String::new(), ..common::form("") });
    let praise = file("praise", own, Form { kind: "praise".into(), ..other("13900002002") });
    let here = file("here", own, common::form(""));
    let state = town.state(&here);
    assert!(is_early(&state));
    let likely = |login: &str, words: Option<&'static str>| {
        let (who, state) = (common::who(login), state.clone());
        let none = Finder::at("");
        town.world.read(move |tx, site| find(tx, (site, &none), &who, (&state, words))).unwrap().rows
    };
    let closed = likely("gu", None);
    assert_eq!(closed.len(), 8, "what came in lately at the place and the one above it");
    assert!(closed.iter().all(|one| one.title.is_none() && !one.again && one.reasons.shared.is_empty()), "nothing of a person");
    let open = likely("gu", Some(own));
    let numbers: Vec<&str> = open.iter().map(|one| one.state.number.as_str()).collect();
    assert_eq!(numbers, [pipe.number.as_str()], "the text that is most alike, and no other thing");
    assert_eq!(open[0].reasons.shared, ["村口", "水管", "三天"]);
    assert!(!numbers.contains(&same.number.as_str()), "the same contact with another thing is nobody's business");
    assert!(![&elsewhere, &praise].iter().any(|far| numbers.contains(&far.number.as_str())), "another office, another kind");
    let again = file("again", "村口的水管又漏了，没人来修", common::form(""));
    let open = likely("gu", Some(own));
    assert!(open[0].again && open[0].state.number == again.number, "who comes again with the same thing comes first");
    assert!(open.iter().all(|one| one.again == (one.state.number == again.number)));
    assert!(likely("wei", Some(own)).is_empty(), "other offices see nothing");
    let relative = town.state(&town_wide);
    assert_eq!(relative.owner, state.owner);
    town.act("gu", &here, Command::Accept { category: "14".into() }).unwrap();
    assert!(!is_early(&town.state(&here)));
}

fn silence_is_taking_over_and_a_reorganisation_leaves_nothing_without_an_owner(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    town.act("gu", &filed, Command::Assign { to: county::WATER.into(), words: String::new() }).unwrap();
    town.world.clock.days(7);
    town.tick();
    assert_eq!(town.state(&filed).owner, county::TOWNSHIP_OFFICE, "the fifth working day is not over");
    town.world.clock.days(1);
    town.tick();
    assert_eq!(town.state(&filed).owner, county::WATER);
    let due = town.state(&filed).due;
    town.abolish(county::WATER, county::HOUSING);
    let state = town.state(&filed);
    assert_eq!((state.owner.as_str(), state.due), (county::HOUSING, due));
    assert!(state.former.contains(&county::WATER.to_owned()));
}

fn tables_built_anew_are_the_live_ones(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    town.resident(&filed, Command::NameDelegate { name: "侄子".into(), mobile: "13900000002".into() }).unwrap();
    town.resident(&filed, Command::AskReview { words: "请复查".into() }).unwrap();
    let second = town.file(&common::form("key-2")).unwrap();
    town.act("gu", &second, Command::Assign { to: county::WATER.into(), words: String::new() }).unwrap();
    let compared = town.world.write(|tx, site, _| {
        let before = rebuild::fingerprints(tx, site)?;
        let applied = rebuild::rebuild(tx, site)?;
        let after = rebuild::fingerprints(tx, site)?;
        Ok::<_, Fault>((before == after, before.len(), applied))
    });
    let (equal, tables, applied) = compared.unwrap();
    assert!(equal);
    assert_eq!(tables, 15);
    assert_eq!(applied, 8);
}

fn whoever_saw_an_older_version_is_told_so(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    let request = |seen| run::Request {
        who: common::who("gu"),
        matter: filed.matter,
        seen: Some(seen),
        command: Command::Register { category: "14".into() },
    };
    assert_eq!(common::code(town.run(request(7))), "changed_meanwhile");
    assert!(town.run(request(1)).is_ok());
}

fn reach(today: Date, soon: Date) -> appeals::queue::Reach {
    appeals::queue::Reach { whole: false, today, soon, max: appeals::queue::COUNT_MAX }
}

fn a_relative_sees_counts_and_lists_nothing(engine: Engine) {
    use appeals::queue::{self, Filter, Scope};
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    let queue = |login: &str| {
        let staff = town.world.hall.site.directory().staff[&county::staff_id(login)].clone();
        let today = town.world.hall.site.day(town.world.now());
        town.world
            .read(move |tx, site| {
                let page = queue::page(tx, site, &staff, (Scope::Held, &Filter::default()))?;
                Ok::<_, Fault>((page.rows.len(), queue::counts(tx, site, &staff, reach(today, today))?.open))
            })
            .unwrap()
    };
    assert_eq!((queue("gu"), queue("qiao"), queue("wei")), ((1, 1), (1, 1), (0, 0)));
    town.declare_relative("qiao", "13900000001");
    assert_eq!((queue("gu"), queue("qiao")), ((1, 1), (0, 0)));
    assert_eq!(common::code(town.act("qiao", &filed, Command::Register { category: "14".into() })), "recused");
}

fn every_statement_of_the_room_can_be_prepared(engine: Engine) {
    let town = Town::new(engine);
    for statements in ROOM {
        town.world.read(|tx, _| db::prepare_all(tx, statements)).unwrap();
    }
}

#[test]
fn number_and_code_open_a_matter_only_together_and_a_reissued_code_kills_the_old_one() {
    let town = Town::new(Engine::Sqlite);
    let (filed, other) = (town.file(&common::form("a")).unwrap(), town.file(&common::form("b")).unwrap());
    let open = |number: &str, code: &str| {
        let (number, code) = (number.to_owned(), code.to_owned());
        town.world.read(move |tx, site| track::open(tx, site, &number, &code)).unwrap().map(|opened| opened.matter)
    };
    assert_eq!(open(&filed.number.to_lowercase(), &filed.code.shown().to_lowercase()), Some(filed.matter));
    assert_eq!(open(&filed.number, &other.code.shown()), None);
    assert_eq!(open("MS000", &filed.code.shown()), None);
    assert_eq!(open(&filed.number, "nonsense"), None);
    let reissue = Command::ReissueCode { shown: "身份证原件,与本人相符".into(), second: county::staff_id("bai") };
    let new = town.act("he", &filed, reissue).unwrap().code.unwrap();
    assert_eq!(open(&filed.number, &filed.code.shown()), None);
    assert_eq!(open(&filed.number, &new.shown()), Some(filed.matter));
    assert!(Code::parse(&new.shown()).is_some());
}

#[test]
fn an_accusation_is_sealed_at_once_and_only_its_code_opens_it() {
    let town = Town::new(Engine::Sqlite);
    let form = filing::Form { kind: "accusation".into(), what: "村里账目有假".into(), ..common::form("acc") };
    let filed = town.file(&form).unwrap();
    assert_eq!(filed.owner, county::SUPERVISION);
    assert!(filed.receipt.starts_with("minsheng.promise/1\n"));
    assert_eq!(town.file(&form).unwrap().receipt, filed.receipt, "the same form, the same promise");
    let (number, code) = (filed.number.clone(), filed.code.clone());
    let opened = town.world.read(move |tx, site| track::open(tx, site, &number, &code.shown())).unwrap().unwrap();
    assert!(opened.accusation);
    let own = |seed| town.world.read(move |tx, site| appeals::sealed::own(tx, site, opened.matter, &seed));
    assert_eq!(own(opened.seed.clone()).unwrap().unwrap().filing.what, "村里账目有假");
    assert!(own(Code::parse("0000-0000-0000-0000").unwrap().seed()).is_err());
    assert!(town.world.read(move |tx, site| store::load(tx, site, opened.matter)).unwrap().is_none(), "no row, no event");
    let copy = own(opened.seed.clone()).unwrap().unwrap();
    // what a month begins with (the secret of its draw) is said once, and not counted here
    town.tick();
    town.world.clock.days(1);
    let before = town.world.read(appeals::queue::log_size).unwrap();
    town.tick();
    town.tick();
    let after = town.world.read(appeals::queue::log_size).unwrap();
    assert_eq!(after - before, 64, "one batch of constant size, once");
    let receipt = town.world.read(move |tx, site| appeals::sealed::receipt(tx, site, &copy)).unwrap();
    let proof = TlogProof::parse(&receipt).unwrap();
    let extra: serde_json::Value = serde_json::from_slice(proof.extra.as_ref().unwrap()).unwrap();
    let verifier = Verifier::parse(&town.world.hall.site.vkey()).unwrap();
    proof.verify(extra["entry"].as_str().unwrap().as_bytes(), &verifier).unwrap();
}

#[test]
fn the_personal_part_needs_its_own_permit() {
    let town = Town::new(Engine::Sqlite);
    let filed = town.file(&common::form("key-1")).unwrap();
    let directory = town.world.hall.site.directory();
    let subject = town.state(&filed).subject();
    assert!(may(&directory, &common::who("wei"), Act::ReadPersonal, &subject).is_err());
    let permit = may(&directory, &common::who("gu"), Act::ReadPersonal, &subject).unwrap();
    let personal = town.world.read(move |tx, site| view::personal(tx, site, &permit, filed.matter)).unwrap().unwrap();
    assert_eq!(personal.filing.name, "田小满");
    assert!(matches!(personal.steps[0].event, Event::Filed(_)));
    assert!(matches!(common::who("gu"), Who::Staff { .. }));
    let gone = town.act_on("gu", uuid::Uuid::nil(), Command::Simplify);
    assert!(matches!(gone, Err(No::Absent)));
}

fn an_invitation_to_rate_leaves_days_after_delivery_and_not_after_the_rating(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied_to(&filing::Form { email: "tian@mail.example".into(), ..common::form("key-1") });
    let due = |town: &Town| {
        let (matter, now) = (filed.matter, town.world.now());
        let all =
            town.world.read(move |tx, site| civic::outbox::due(tx, site.jurisdiction, civic::outbox::MAIL, now, 50)).unwrap();
        all.iter().filter(|message| message.matter == matter && message.template == run::INVITATION).count()
    };
    town.resident(&filed, Command::Open).unwrap();
    town.world.clock.days(2);
    assert_eq!(due(&town), 0, "three days, site.invite_rating");
    town.world.clock.days(1);
    town.world.clock.set(&format!("{}T01:00:00Z", town.world.hall.site.day(town.world.now())));
    assert_eq!(due(&town), 1, "from nine in the morning");
    assert!(run::invites(&town.state(&filed)));
    let of = town.state(&filed).reply().unwrap().leaf;
    let signature = filed.code.seed().sign_rating(&town.pseudonym(&filed), of, 4);
    town.resident(&filed, Command::Rate { grade: 4, words: String::new(), signature, detail: Detail::default() }).unwrap();
    assert!(!run::invites(&town.state(&filed)));
    let nobody = town.file(&filing::Form { identity: "anonymous".into(), ..common::form("key-2") }).unwrap();
    town.act("gu", &nobody, Command::Accept { category: "14".into() }).unwrap();
    town.act("gu", &nobody, reply()).unwrap();
    assert!(!run::invites(&town.state(&nobody)), "there is nobody to write to");
}

fn the_morning_letter_is_written_once_a_working_day_and_to_the_deputy_while_the_head_is_away(engine: Engine) {
    let town = Town::new(engine);
    town.file(&common::form("key-1")).unwrap();
    let letters = || {
        town.world
            .read(|tx, site| civic::outbox::of_matter(tx, site.jurisdiction, uuid::Uuid::nil()))
            .unwrap()
            .into_iter()
            .filter(|letter| letter.template == "digest")
            .map(|letter| letter.recipient)
            .collect::<Vec<_>>()
    };
    town.world.clock.set("2026-12-06T02:00:00Z");
    town.tick();
    assert!(letters().is_empty(), "a Sunday is no working day");
    town.world.clock.set("2026-12-07T02:00:00Z");
    town.tick();
    town.tick();
    assert_eq!(letters(), [format!("staff:{}", county::staff_id("qiao"))]);
    let mut head = town.world.hall.site.directory().staff[&county::staff_id("qiao")].clone();
    head.deputy = Some(county::staff_id("gu"));
    head.away = Some((jiff::civil::date(2026, 12, 8), jiff::civil::date(2026, 12, 9)));
    town.world.set(civic::directory::Entry::Staff(head), "leave");
    town.world.clock.set("2026-12-08T02:00:00Z");
    town.tick();
    assert_eq!(letters()[1..], [format!("staff:{}", county::staff_id("gu"))]);
}

fn no_statement_of_the_room_goes_through_a_whole_table(engine: Engine) {
    let town = Town::new(engine);
    let look = if engine == Engine::Sqlite { testkit::plan::whole_tables } else { testkit::plan::without_index };
    for statements in ROOM {
        let whole = town.world.read(move |tx, _| Ok::<_, Fault>(look(tx, statements))).unwrap();
        let own = |line: &str, name: &str| line.starts_with(&format!("{name}: ")) || line.starts_with("DUMP_");
        let meant = |line: &String| READ_ALL.iter().any(|(name, _)| own(line, name));
        let unmeant: Vec<_> = whole.into_iter().filter(|line| !meant(line)).collect();
        assert!(unmeant.is_empty(), "{unmeant:#?}");
    }
}

fn counts_are_those_of_the_lists_and_end_somewhere(engine: Engine) {
    use appeals::queue::{self, Filter, Scope};
    let town = Town::new(engine);
    for number in 0..4 {
        town.file(&filing::Form {
            danger: number == 0,
            mobile: String::new(),
            email: String::new(),
            identity: "anonymous".into(),
            name: String::new(),
            ..common::form(&format!("key-{number}"))
        })
        .unwrap();
    }
    let staff = town.world.hall.site.directory().staff[&county::staff_id("gu")].clone();
    let today = town.world.hall.site.day(town.world.now());
    for days in [0, 20, 30, 60, 400] {
        let (today, soon) = (today.saturating_add(days.days()), today.saturating_add((days + 5).days()));
        let person = staff.clone();
        let (rows, counts) = town
            .world
            .read(move |tx, site| {
                let page = queue::page(tx, site, &person, (Scope::Held, &Filter::default()))?;
                Ok::<_, Fault>((page.rows, queue::counts(tx, site, &person, reach(today, soon))?))
            })
            .unwrap();
        let of = |fits: &dyn Fn(&store::Row) -> bool| rows.iter().filter(|row| fits(row)).count() as i64;
        let (from, to) = (today.to_string(), soon.to_string());
        assert_eq!((counts.open, counts.fresh), (4, 4));
        assert_eq!(counts.owing, of(&|row| row.owes));
        assert_eq!(counts.danger, of(&|row| row.owes && row.danger));
        assert_eq!(counts.overdue, of(&|row| row.owes && row.due < from), "late on {today}");
        assert_eq!(counts.soon, of(&|row| row.owes && row.due >= from && row.due <= to), "soon on {today}");
    }
    assert_eq!((queue::shown(7, 99), queue::shown(1_003, queue::COUNT_MAX)), ("7".to_owned(), "1000+".to_owned()));
}

#[test]
fn tables_and_statements_stay_inside_one_jurisdiction() {
    let loose = testkit::shard::loose_keys(&[civic::hall::MIGRATIONS, appeals::MIGRATIONS].concat());
    assert!(loose.is_empty(), "{loose:#?}");
    for statements in ROOM.iter().chain(civic::hall::STATEMENTS) {
        let loose = testkit::shard::loose_statements(statements);
        assert!(loose.is_empty(), "{loose:#?}");
    }
}
