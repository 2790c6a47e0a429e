//! Supervision (R11): a late matter climbs by itself to the leader and is closed only with evidence; nothing else takes its card away.

use appeals::appeal::{Command, Event, FileRef};
use appeals::filing::Filed;
use appeals::rebuild;
use appeals::supervise::list::{self, counts};
use appeals::supervise::{Card, Ladder};
use civic::permit::{Act, Who, may};
use db::Fault;
use testkit::{Engine, county, on_both};

use super::common::{self, Town, reply, who};

on_both![
    an_overdue_matter_climbs_to_the_leader_by_itself_and_is_closed_only_with_evidence,
    what_is_not_enough_goes_on_climbing,
    an_office_cannot_take_a_card_away,
    two_servers_climb_once,
    a_clock_that_jumps_gives_no_card_and_then_one_step_at_most,
    unowned_and_returned_matters_come_first,
];

fn proof() -> FileRef {
    FileRef {
        name: "修好了.jpg".into(),
        media: "image/jpeg".into(),
        size: 3,
        sha256: "00".repeat(32),
        original: "b2".repeat(16),
        cleaned: "b2".repeat(16),
        key: None,
        unscanned: false,
    }
}

fn show() -> Command {
    Command::ShowEvidence { words: "路灯换了新的，居民看过".into(), files: vec![proof()] }
}

fn judge(enough: bool) -> Command {
    Command::JudgeEvidence { enough, words: "到现场看过".into() }
}

fn close() -> Command {
    Command::Close { ground: "satisfied".into(), words: "办结".into(), files: Vec::new() }
}

fn card(town: &Town, filed: &Filed) -> Card {
    town.state(filed).supervision.cards.first().cloned().expect("a card hangs")
}

/// Lets days pass one by one, with a night in each.
fn nights(town: &Town, days: i64) {
    for _ in 0..days {
        town.world.clock.days(1);
        town.tick();
    }
}

fn listed(town: &Town, login: &str, standing: Ladder) -> Vec<String> {
    let seen = who(login);
    let all = town.world.read(move |tx, site| list::cards(tx, site, &seen, (standing, None, None))).unwrap().0;
    all.iter().map(|one| one.state.number.clone()).collect()
}

fn rungs(town: &Town, filed: &Filed) -> Vec<(u8, String)> {
    let steps = town.events(filed).into_iter().filter_map(|event| match event {
        Event::Escalated { level, to, .. } => Some((level, to)),
        _ => None,
    });
    steps.collect()
}

fn an_overdue_matter_climbs_to_the_leader_by_itself_and_is_closed_only_with_evidence(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    nights(&town, 80);
    let climbed = rungs(&town, &filed);
    let (own, above) = (county::TOWNSHIP_OFFICE.to_owned(), county::GOVERNMENT.to_owned());
    let expected = [(1, own), (2, above.clone()), (3, above.clone()), (4, above.clone()), (5, above)];
    assert_eq!(climbed, expected, "yellow, red, talk, notice, listed: by itself, each once, up to the leader");
    let letters = town.world.read({
        let matter = filed.matter;
        move |tx, site| civic::outbox::of_matter(tx, site.jurisdiction, matter)
    });
    let leader = format!("staff:{}", county::staff_id("du"));
    assert_eq!(letters.unwrap().iter().filter(|one| one.recipient == leader && one.template == "overdue").count(), 4);
    assert_eq!(listed(&town, "meng", Ladder::Climbs), std::slice::from_ref(&filed.number));
    // a late answer takes nothing away
    assert_eq!(common::code(town.act("gu", &filed, show())), "answer_before_evidence");
    town.act("gu", &filed, Command::Accept { category: "14".into() }).unwrap();
    town.act("gu", &filed, reply()).unwrap();
    town.resident(&filed, Command::Open).unwrap();
    assert_eq!(common::code(town.act("gu", &filed, close())), "card_open");
    // the talk that was held is noted, once
    let talked = Command::NoteMeasure { words: "周三约谈镇长，定了月底前办完".into() };
    assert_eq!(common::code(town.act("gu", &filed, talked.clone())), "not_your_role");
    town.act("meng", &filed, talked.clone()).unwrap();
    assert_eq!(common::code(town.act("meng", &filed, talked)), "no_measure_due");
    // evidence is a file, and a supervisor of another line says whether it is enough
    let bare = Command::ShowEvidence { words: "办好了".into(), files: Vec::new() };
    assert_eq!(common::code(town.act("gu", &filed, bare)), "evidence_missing");
    town.act("gu", &filed, show()).unwrap();
    assert_eq!(listed(&town, "meng", Ladder::Evidence), std::slice::from_ref(&filed.number));
    town.act("meng", &filed, judge(true)).unwrap();
    assert_eq!(listed(&town, "meng", Ladder::Lifted), std::slice::from_ref(&filed.number));
    let of = town.state(&filed).reply().unwrap().leaf;
    let signature = filed.code.seed().sign_rating(&town.pseudonym(&filed), of, 4);
    let rated = Command::Rate { grade: 4, words: String::new(), signature, detail: appeals::followup::Detail::default() };
    town.resident(&filed, rated).unwrap();
    town.act("gu", &filed, close()).unwrap();
    let same = town.world.write(|tx, site, _| {
        let before = rebuild::fingerprints(tx, site)?;
        rebuild::rebuild(tx, site)?;
        Ok::<_, Fault>(before == rebuild::fingerprints(tx, site)?)
    });
    assert!(same.unwrap(), "the rows follow from events alone");
    town.world.check_log().unwrap();
}

fn what_is_not_enough_goes_on_climbing(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    nights(&town, 17);
    assert_eq!(card(&town, &filed).rung, 1);
    town.act("gu", &filed, Command::Accept { category: "14".into() }).unwrap();
    town.act("gu", &filed, show()).unwrap();
    nights(&town, 30);
    assert_eq!(card(&town, &filed).rung, 1, "while it waits to be looked at nothing climbs");
    assert_eq!(common::code(town.act("gu", &filed, show())), "evidence_waits");
    town.act("meng", &filed, judge(false)).unwrap();
    let state = card(&town, &filed);
    assert_eq!((state.refused, state.shown, state.lifted), (1, None, None));
    nights(&town, 6);
    assert_eq!(card(&town, &filed).rung, 2, "and then it goes on");
    // the resident's own word ends the matter; the card outlives it
    town.act("gu", &filed, reply()).unwrap();
    town.resident(&filed, Command::Open).unwrap();
    nights(&town, 45);
    assert!(!town.state(&filed).is_open());
    assert!(card(&town, &filed).rung > 2 && card(&town, &filed).lifted.is_none(), "closed is not lifted");
    town.act("gu", &filed, show()).unwrap();
    town.act("meng", &filed, judge(true)).unwrap();
    let top = card(&town, &filed).rung;
    nights(&town, 30);
    assert_eq!(card(&town, &filed).rung, top, "what was lifted climbs no more");
}

/// Plays the insider: nobody of the line takes the card away, by any act, nor by handing the matter on.
fn an_office_cannot_take_a_card_away(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    nights(&town, 17);
    town.act("gu", &filed, Command::Accept { category: "14".into() }).unwrap();
    town.act("gu", &filed, show()).unwrap();
    let (directory, subject) = (town.world.hall.site.directory(), town.state(&filed).subject());
    let judges: Vec<&str> = directory
        .staff
        .values()
        .filter(|staff| {
            may(&directory, &Who::Staff { id: staff.id, session: uuid::Uuid::nil() }, Act::JudgeEvidence, &subject).is_ok()
        })
        .map(|staff| staff.login.as_str())
        .collect();
    assert_eq!(judges, ["meng"], "one supervisor, above and beside the line, and nobody else");
    // a supervisor who works in the late office itself is of its line
    town.staff_as("qiao", civic::directory::Role::Supervisor);
    for login in ["gu", "qiao", "du", "kong", "tang", "yan"] {
        assert!(town.act(login, &filed, judge(true)).is_err(), "{login}");
    }
    town.act("gu", &filed, Command::Assign { to: county::WATER.into(), words: "请你单位办理".into() }).unwrap();
    town.act("wei", &filed, Command::TakeOver).unwrap();
    assert!(card(&town, &filed).lifted.is_none(), "handing on takes nothing away");
    assert!(town.act("kong", &filed, judge(true)).is_err());
}

fn two_servers_climb_once(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    town.world.clock.days(17);
    let hall = &town.world.hall;
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(move || {
                let (site, now) = (hall.site.clone(), hall.clock.now());
                hall.store.write_blocking(move |tx| appeals::tick::tick(tx, &site, now)).unwrap();
            });
        }
    });
    assert_eq!(rungs(&town, &filed).len(), 1, "however many servers run the night, one step is one step");
    town.world.check_log().unwrap();
}

fn a_clock_that_jumps_gives_no_card_and_then_one_step_at_most(engine: Engine) {
    let town = Town::new(engine);
    let all: Vec<Filed> = (0..60).map(|n| town.file(&common::form(&format!("key-{n}"))).unwrap()).collect();
    town.tick();
    town.world.clock.days(400);
    town.tick();
    assert!(all.iter().all(|filed| town.state(filed).supervision.cards.is_empty()), "on the first day of a jump nothing climbs");
    // it is noticed and set right: nothing was left behind
    town.world.clock.days(-399);
    town.tick();
    assert!(all.iter().all(|filed| town.state(filed).supervision.cards.is_empty()));
    // and a clock that stays wrong climbs one step, never the whole ladder
    town.world.clock.days(400);
    town.tick();
    town.world.clock.days(1);
    town.tick();
    town.tick();
    assert!(all.iter().all(|filed| rungs(&town, filed).len() == 1), "one step at most");
    let counted = town.world.read(counts).unwrap();
    assert_eq!(counted[county::TOWNSHIP_OFFICE].get(&1), Some(&60));
}

fn unowned_and_returned_matters_come_first(engine: Engine) {
    let town = Town::new(engine);
    let (late, returned) = (town.file(&common::form("key-1")).unwrap(), town.file(&common::form("key-2")).unwrap());
    town.act("gu", &returned, Command::Assign { to: county::WATER.into(), words: "请你单位办理".into() }).unwrap();
    town.act("wei", &returned, Command::Return { ground: "competence".into(), words: "不归我们".into() }).unwrap();
    nights(&town, 17);
    assert_eq!(listed(&town, "meng", Ladder::Climbs), [returned.number, late.number]);
    assert!(listed(&town, "kong", Ladder::Climbs).is_empty(), "others see no more than they may");
}
