//! The draw of answers for independent call-backs: sealed while it could be used, open when it can be checked; and what an office might try so
//! that nobody asks.

use appeals::appeal::{Channel, Command, Event};
use appeals::figures::Figures;
use appeals::filing::{Filed, Form};
use appeals::followup::list::{self, Which};
use appeals::{Kind, Stage};
use civic::refusal::No;
use db::Fault;
use jiff::civil::Date;
use testkit::{Engine, county, on_both};

use super::common::{self, Town, who};

on_both![
    nobody_knows_who_is_drawn_before_the_call_and_everybody_afterwards,
    closing_in_bulk_merging_away_and_calling_it_a_question_hide_nothing,
];

/// Matters that are answered on one day; at one in twenty some of them are drawn.
const A_DAY: usize = 30;

fn facts(town: &Town) -> Vec<String> {
    let read = town.world.read(|tx, site| {
        let mut all = Vec::new();
        let (size, _) = civic::journal::head(tx, site.jurisdiction)?.unwrap();
        for index in 0..size.div_ceil(256) {
            let width = (size - index * 256).min(256) as u16;
            all.extend(civic::journal::entries(tx, site.jurisdiction, index, width)?);
        }
        Ok::<_, Fault>(all)
    });
    read.unwrap()
}

fn figures(facts: &[String]) -> Figures {
    let mut figures = Figures::default();
    for fact in facts {
        figures.read(fact);
    }
    figures
}

fn today(town: &Town) -> Date {
    town.world.hall.site.day(town.world.now())
}

fn drawn(town: &Town, login: &str) -> Vec<list::Owed> {
    let (asker, today) = (who(login), today(town));
    town.world.read(move |tx, site| list::drawn(tx, site, (&asker, today))).unwrap()
}

fn nobody_knows_who_is_drawn_before_the_call_and_everybody_afterwards(engine: Engine) {
    let town = Town::new(engine);
    town.tick();
    let sealed = facts(&town).into_iter().find(|fact| fact.contains("draw_sealed")).unwrap();
    assert!(sealed.contains("\"q\":\"2026-11\"") && sealed.contains("\"n\":20"), "{sealed}");
    let mut filed: Vec<Filed> = Vec::new();
    let owed = loop {
        for _ in 0..A_DAY {
            let one = town.replied(&format!("key-{}", filed.len()));
            town.resident(&one, Command::Open).unwrap();
            filed.push(one);
        }
        assert!(drawn(&town, "jin").is_empty() || filed.len() > A_DAY, "a day that is not over has drawn nobody");
        town.world.clock.days(1);
        let found = drawn(&town, "jin");
        if !found.is_empty() {
            break found;
        }
        assert!(filed.len() < 10 * A_DAY, "one in twenty");
    };
    let (one, leaf) = (owed[0].state.matter, owed[0].drawn().unwrap());
    let chosen = filed.iter().find(|filed| filed.matter == one).unwrap();
    assert_eq!(drawn(&town, "meng").len(), owed.len(), "the same for everybody who calls back");
    for insider in ["gu", "qiao", "luo"] {
        assert!(drawn(&town, insider).is_empty(), "{insider} is of the office that answered");
    }
    let all = facts(&town);
    let mut answers = all.iter().zip(0_i64..).filter(|(fact, _)| fact.contains("\"k\":\"delivered\"")).map(|(_, at)| at);
    let other = answers.find(|at| owed.iter().all(|one| one.drawn() != Some(*at))).unwrap();
    let find = |login: &str, number: &str, leaf: i64| {
        let (asker, today, number) = (who(login), today(&town), number.to_owned());
        town.world
            .read(move |tx, site| list::find(tx, site, (&asker, today), (&number, Which::Drawn(leaf))))
            .map(|(owed, _)| owed)
    };
    assert!(matches!(find("gu", &chosen.number, leaf), Err(No::Refused(refusal)) if refusal.code == "own_line"));
    for not_drawn in [other, 0, -1, 1_000_000] {
        assert!(find("jin", &chosen.number, not_drawn).is_err(), "nobody chooses whom to call: {not_drawn}");
    }
    assert_eq!(find("jin", &chosen.number, leaf).unwrap().which, Which::Drawn(leaf));
    assert!(!town.kinds(chosen).iter().any(|kind| kind == "called_back"), "nothing tells of it beforehand");
    let call = Command::CallBack { of: None, drawn: Some(leaf), reached: true, words: "都修好了".into(), grade: Some(4) };
    assert_eq!(common::code(town.act("gu", chosen, call.clone())), "own_line");
    town.act("jin", chosen, call.clone()).unwrap();
    assert_eq!(common::code(town.act("jin", chosen, call)), "no_call_back_due", "once");
    assert_eq!(drawn(&town, "jin").len(), owed.len() - 1);
    assert_eq!(figures(&facts(&town)).draws.newest(), None, "the secret is not open yet");
    town.world.clock.set("2026-12-20T02:00:00Z");
    town.tick();
    let all = facts(&town);
    let open = figures(&all);
    assert_eq!(open.draws.newest(), Some(("2026-11".to_owned(), [owed.len(), 1, 1])), "everybody computes the same");
    assert!(open.draws.wrong.is_empty() && open.names("").contains(&"draw 2026-11".to_owned()));
    assert!(open.table("draw 2026-11").unwrap().contains(&format!("{leaf}\t1\t1\n")));
    // another secret than the one that was committed to
    let bent: Vec<String> = all.iter().map(|fact| fact.replace("\"s\":\"", "\"s\":\"00").replacen("00", "", 1)).collect();
    assert_eq!(figures(&bent).draws.wrong.len(), 1);
    // an answer called back as drawn that was not
    let chosen_by_hand: Vec<String> =
        all.iter().map(|fact| fact.replace(&format!("\"dr\":{leaf},"), &format!("\"dr\":{other},"))).collect();
    assert_eq!(figures(&chosen_by_hand).draws.wrong.len(), 1);
}

fn closing_in_bulk_merging_away_and_calling_it_a_question_hide_nothing(engine: Engine) {
    let town = Town::new(engine);
    // the thirtieth: everything that is open is to be closed
    let filed: Vec<Filed> = (0..3).map(|at| town.file(&common::form(&format!("key-{at}"))).unwrap()).collect();
    let close = |ground: &str| Command::Close { ground: ground.into(), words: "月底清零".into(), files: Vec::new() };
    for one in &filed {
        assert_eq!(common::code(town.act("gu", one, close("answered"))), "reply_first", "nothing is closed unanswered");
        town.act("gu", one, Command::Accept { category: "14".into() }).unwrap();
        town.act("gu", one, common::reply()).unwrap();
        for ground in ["satisfied", "term_over", "final"] {
            assert_eq!(common::code(town.act("gu", one, close(ground))), "ground_not_met", "{ground}");
        }
    }
    // a matter with a bad rating is merged into a harmless one: its rating, its criticism and its clock stay its own
    let (bad, main) = (town.replied("bad"), town.file(&common::form("main")).unwrap());
    let of = town.state(&bad).reply().unwrap().leaf;
    let signature = filed_signature(&town, &bad, of);
    let rate = Command::Rate { grade: 1, words: "没修".into(), signature, detail: appeals::followup::Detail::default() };
    town.resident(&bad, rate).unwrap();
    let merge = Command::Merge { into: main.matter, number: main.number.clone() };
    assert_eq!(common::code(town.act("gu", &bad, merge)), "already_replied", "what was answered merges into nothing");
    assert!(town.state(&bad).followup.to_rectify().is_some());
    // before the answer a merge keeps each resident's own matter, and their own bad rating with it
    let child = town.file(&common::form("child")).unwrap();
    town.merge(&main, [&child]);
    town.act("gu", &main, Command::Accept { category: "14".into() }).unwrap();
    town.act("gu", &main, common::reply()).unwrap();
    let of = town.state(&child).reply().unwrap().leaf;
    let signature = filed_signature(&town, &child, of);
    let rate = Command::Rate { grade: 1, words: "没修".into(), signature, detail: appeals::followup::Detail::default() };
    assert_eq!(town.resident(&child, rate).unwrap().events.len(), 2, "criticised as any other");
    // a late matter is called a consultation: the kind is named where the resident did not, before it is accepted, and no day moves away
    let late = town.file(&Form { channel: Channel::Mail, ..common::form("late") });
    let late = late.unwrap_or_else(|_| town.file(&common::form("late-2")).unwrap());
    let due = town.state(&late).due.due.last;
    town.world.clock.days(30);
    let name = Command::NameKind { to: Kind::Consultation, said: None };
    if let Ok(done) = town.act("gu", &late, name) {
        assert!(done.state.due.due.last <= due, "never later: {} {due}", done.state.due.due.last);
    }
    assert!(town.state(&late).due.due.last < today(&town), "it is late, whatever it is called");
    town.tick();
    assert!(town.kinds(&late).contains(&"escalated".to_owned()), "and is told upwards");
    let accepted = town.act("gu", &late, Command::Accept { category: "14".into() }).unwrap().state;
    assert_eq!(accepted.stage, Stage::Handling);
    let again = Command::NameKind { to: Kind::Praise, said: None };
    assert!(matches!(town.act("gu", &late, again), Err(No::Refused(_))), "not once it is accepted");
    assert!(town.events(&bad).iter().any(|event| matches!(event, Event::Criticised { .. })));
    assert_eq!(town.state(&bad).followup.criticisms[0].office, county::TOWNSHIP_OFFICE);
}

fn filed_signature(town: &Town, filed: &Filed, of: i64) -> String {
    filed.code.seed().sign_rating(&town.pseudonym(filed), of, 1)
}
