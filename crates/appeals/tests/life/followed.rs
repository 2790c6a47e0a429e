//! What follows a bad rating and is late climbs by itself, and a resident without a page answers an objection by word of mouth (R29).

use appeals::appeal::{Command, Event, FileRef};
use appeals::filing::{Filed, Form};
use appeals::followup::list::{self, Which};
use appeals::followup::{Detail, Owing, Spoken};
use appeals::rebuild;
use db::Fault;
use testkit::{Engine, county, on_both};

use super::common::{self, Town, who};

on_both![
    what_is_late_after_a_bad_rating_climbs_by_itself_and_once,
    what_was_done_climbs_no_more,
    while_an_objection_waits_the_delay_is_not_the_offices,
    a_clock_that_jumps_tells_nobody_of_many_late_answers,
    a_resident_without_a_page_answers_an_objection_to_staff_of_another_line,
];

fn rate(town: &Town, filed: &Filed, grade: u8) {
    let of = town.state(filed).reply().unwrap().leaf;
    let signature = filed.code.seed().sign_rating_with(&town.pseudonym(filed), of, grade, &Detail::default());
    let rate = Command::Rate { grade, words: String::new(), signature, detail: Detail::default() };
    town.resident(filed, rate).unwrap();
}

fn object() -> Command {
    Command::ObjectRating { ground: "mistaken".into(), words: "评的是另一盏路灯".into() }
}

fn rectify() -> Command {
    let proof = FileRef {
        name: "路灯.jpg".into(),
        media: "image/jpeg".into(),
        size: 3,
        sha256: "00".repeat(32),
        original: "c3".repeat(16),
        cleaned: "c3".repeat(16),
        key: None,
        unscanned: false,
    };
    Command::Rectify { words: "换了整条线路".into(), files: vec![proof] }
}

/// Lets days pass one by one, with a night in each.
fn nights(town: &Town, days: i64) {
    for _ in 0..days {
        town.world.clock.days(1);
        town.tick();
    }
}

/// Lists what was told: what is late, the step, who owes it, whom it reached.
fn steps(town: &Town, filed: &Filed) -> Vec<(Owing, u8, String, String)> {
    let late = town.events(filed).into_iter().filter_map(|event| match event {
        Event::FollowupLate { what, step, office, to, .. } => Some((what, step, office, to)),
        _ => None,
    });
    late.collect()
}

fn letters(town: &Town, filed: &Filed, login: &str) -> usize {
    let (matter, to) = (filed.matter, format!("staff:{}", county::staff_id(login)));
    let all = town.world.read(move |tx, site| civic::outbox::of_matter(tx, site.jurisdiction, matter)).unwrap();
    all.iter().filter(|one| one.recipient == to && one.template == "followup_late").count()
}

fn what_is_late_after_a_bad_rating_climbs_by_itself_and_once(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    town.resident(&filed, Command::Open).unwrap();
    rate(&town, &filed, 1);
    nights(&town, 1);
    assert!(steps(&town, &filed).is_empty(), "the working day for the call is not over");
    nights(&town, 60);
    let (own, top) = (county::TOWNSHIP_OFFICE.to_owned(), county::GOVERNMENT.to_owned());
    let mut told = steps(&town, &filed);
    told.sort();
    let call = |step| (Owing::Call, step, top.clone(), top.clone());
    let put_right = |step, to: &String| (Owing::Rectify, step, own.clone(), to.clone());
    let expected = [call(1), call(2), put_right(1, &own), put_right(2, &top), put_right(3, &top)];
    assert_eq!(told, expected, "each step once, whoever owes it first, then the leaders above");
    assert!(!town.state(&filed).is_open(), "it goes on after the matter is closed");
    assert_eq!(letters(&town, &filed, "qiao"), 3, "the head of the office hears of what its office owes, and of nothing else");
    assert_eq!(letters(&town, &filed, "meng"), 4, "the supervisor: of the call at once, of the rest from the second step on");
    assert_eq!(letters(&town, &filed, "du"), 3, "the leader: of both once they went up");
    assert_eq!(letters(&town, &filed, "gu"), 0);
    let hall = &town.world.hall;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(move || {
                let (site, now) = (hall.site.clone(), hall.clock.now());
                hall.store.write_blocking(move |tx| appeals::tick::tick(tx, &site, now)).unwrap();
            });
        }
    });
    assert_eq!(steps(&town, &filed).len(), 5, "however many servers run the night");
    let same = town.world.write(|tx, site, _| {
        let before = rebuild::fingerprints(tx, site)?;
        rebuild::rebuild(tx, site)?;
        Ok::<_, Fault>(before == rebuild::fingerprints(tx, site)?)
    });
    assert!(same.unwrap(), "the rows, and the day each matter wakes, follow from events alone");
    town.world.check_log().unwrap();
}

fn what_was_done_climbs_no_more(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    rate(&town, &filed, 2);
    nights(&town, 3);
    let of = town.state(&filed).followup.criticisms[0].version;
    assert_eq!(steps(&town, &filed).len(), 1, "the call was asked for");
    let call = Command::CallBack { of: Some(of), drawn: None, reached: true, words: "还是黑的".into(), grade: None };
    town.act("jin", &filed, call).unwrap();
    town.act("gu", &filed, rectify()).unwrap();
    nights(&town, 50);
    assert_eq!(steps(&town, &filed).len(), 1, "what was done, if late, goes no further");
    let criticism = &town.state(&filed).followup.criticisms[0];
    assert!(Owing::ALL.iter().all(|what| criticism.owed(*what).is_none()));
}

fn while_an_objection_waits_the_delay_is_not_the_offices(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    rate(&town, &filed, 1);
    town.act("qiao", &filed, object()).unwrap();
    nights(&town, 40);
    let told = steps(&town, &filed);
    let of = |what: Owing| told.iter().filter(|(own, ..)| *own == what).cloned().collect::<Vec<_>>();
    assert!(of(Owing::Rectify).is_empty(), "nothing has to be put right before it is decided");
    let (judge, top) = (county::PETITIONS.to_owned(), county::GOVERNMENT.to_owned());
    let decide = |step, to: &String| (Owing::Decide, step, judge.clone(), to.clone());
    assert_eq!(of(Owing::Decide), [decide(1, &judge), decide(2, &top)], "whoever decides is late itself");
    town.act("an", &filed, Command::DecideObjection { upheld: false, words: "查过了，评的就是这一盏".into() }).unwrap();
    nights(&town, 1);
    assert_eq!(steps(&town, &filed).len(), told.len() + 1, "decided: from here on the office is late");
}

fn a_clock_that_jumps_tells_nobody_of_many_late_answers(engine: Engine) {
    let town = Town::new(engine);
    let all: Vec<Filed> = (0..60).map(|n| town.replied(&format!("key-{n}"))).collect();
    for filed in &all {
        rate(&town, filed, 1);
    }
    town.tick();
    town.world.clock.days(300);
    town.tick();
    assert!(all.iter().all(|filed| steps(&town, filed).is_empty()), "the first day of a jump is left to notice it");
}

fn heard(spoken: Spoken) -> Command {
    Command::HearObjection { words: "就是村口这一盏，夜里还是黑的".into(), spoken }
}

fn a_resident_without_a_page_answers_an_objection_to_staff_of_another_line(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    rate(&town, &filed, 1);
    assert_eq!(common::code(town.act("jin", &filed, heard(Spoken::Call))), "no_objection_to_answer");
    town.act("qiao", &filed, object()).unwrap();
    for insider in ["gu", "qiao", "luo", "xu"] {
        assert_eq!(
            common::code(town.act(insider, &filed, heard(Spoken::Counter))),
            "own_line",
            "{insider} is of the rated office"
        );
    }
    assert_eq!(common::code(town.act("kong", &filed, heard(Spoken::Counter))), "other_office", "no role for it");
    let listed = |login: &str| {
        let (seen, today) = (who(login), town.world.hall.site.day(town.world.now()));
        town.world.read(move |tx, site| list::objections(tx, site, (&seen, today))).unwrap()
    };
    let of = town.state(&filed).followup.criticisms[0].version;
    assert_eq!(listed("jin").iter().map(|one| one.which).collect::<Vec<_>>(), [Which::Objection(of)]);
    assert!(listed("gu").is_empty() && listed("qiao").is_empty(), "the rated office does not meet it here");
    let done = town.act("jin", &filed, heard(Spoken::Call)).unwrap();
    let fact: serde_json::Value = serde_json::from_str(&done.events[0].0.fact).unwrap();
    assert_eq!(
        (fact["k"].as_str(), fact["x"]["wy"].as_str()),
        (Some("objection_answered"), Some("call")),
        "the log says how it came"
    );
    assert!(town.letters(&filed).contains(&"objection_heard".to_owned()), "and the resident hears what was done in their name");
    assert!(listed("jin").is_empty());
    assert_eq!(common::code(town.act("jin", &filed, heard(Spoken::Call))), "no_objection_to_answer", "once");
    town.act("an", &filed, Command::DecideObjection { upheld: false, words: "听了他说的，查过了".into() }).unwrap();
    // who told it in confidence is heard at a counter, and opened to nobody
    let quiet = town.replied_to(&Form { identity: "confidential".into(), ..common::form("key-2") });
    rate(&town, &quiet, 1);
    town.act("qiao", &quiet, object()).unwrap();
    let waiting = listed("jin");
    assert!(!waiting[0].reachable());
    let (seen, today, number) = (who("jin"), town.world.hall.site.day(town.world.now()), quiet.number.clone());
    let person = town.world.read(move |tx, site| {
        let (owed, permit) = list::find(tx, site, (&seen, today), (&number, waiting[0].which))?;
        list::person(tx, site, &permit, &owed).map_err(civic::refusal::No::from)
    });
    let person = person.unwrap().unwrap();
    assert!(person.name.is_empty() && person.mobile.is_empty(), "no name and no number");
    assert_eq!(person.objection.unwrap().1, "评的是另一盏路灯");
}
