//! What other offices ask of one: it is told at once, stands in its list with its own term, and in the morning letter.

use crate::common::{self, Town};
use appeals::appeal::Command;
use appeals::filing::{Filed, Form};
use appeals::queue::{self, Ask, Filter, Scope};
use testkit::{Engine, county, on_both};

on_both![
    whoever_is_called_in_or_has_to_rule_is_told,
    the_list_of_what_is_asked_says_what_and_until_when,
    danger_to_life_goes_on_as_danger_to_life,
    the_morning_letter_counts_what_others_wait_for,
];

/// Lists recipient and template of the letters to staff about a matter.
fn letters(town: &Town, filed: &Filed) -> Vec<(String, String)> {
    let matter = filed.matter;
    let all = town.world.read(move |tx, site| civic::outbox::of_matter(tx, site.jurisdiction, matter)).unwrap();
    all.into_iter().map(|letter| (letter.recipient, letter.template)).collect()
}

fn to(login: &str, template: &str) -> (String, String) {
    (format!("staff:{}", county::staff_id(login)), template.to_owned())
}

fn whistle() -> Command {
    Command::Whistle { offices: vec![county::WATER.into()], words: "水管爆了，请到村口".into() }
}

fn call_in() -> Command {
    Command::CallIn { offices: vec![county::HOUSING.into()], words: "请看房屋地基".into() }
}

fn whoever_is_called_in_or_has_to_rule_is_told(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    town.act("gu", &filed, Command::Accept { category: "14".into() }).unwrap();
    town.act("qiao", &filed, whistle()).unwrap();
    town.act("qiao", &filed, call_in()).unwrap();
    let told = letters(&town, &filed);
    assert!(told.contains(&to("kong", "whistled")) && told.contains(&to("shao", "called_in")), "{told:?}");
    let other = town.file(&common::form("key-2")).unwrap();
    for _ in 1..=3 {
        let give = Command::Assign { to: county::WATER.into(), words: "请你单位办理".into() };
        town.act("qiao", &other, give).unwrap();
        town.act("wei", &other, Command::Return { ground: "competence".into(), words: "不归我们管".into() }).unwrap();
    }
    assert!(town.state(&other).disputed);
    assert!(letters(&town, &other).contains(&to("du", "disputed")), "whoever rules learns that there is something to rule");
}

fn the_list_of_what_is_asked_says_what_and_until_when(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    town.act("gu", &filed, Command::Accept { category: "14".into() }).unwrap();
    town.act("qiao", &filed, whistle()).unwrap();
    let asks = |login: &str| {
        let staff = town.world.hall.site.directory().staff[&county::staff_id(login)].clone();
        town.world
            .read(move |tx, site| {
                let page = queue::page(tx, site, &staff, (Scope::Asked, &Filter::default()))?;
                queue::asks(tx, site, &staff, &page.rows)
            })
            .unwrap()
    };
    let until = town.state(&filed).whistles[county::WATER].until;
    assert_eq!(asks("wei"), [[Ask { what: "whistled".into(), until: until.to_string() }]]);
    assert!(asks("lin").is_empty());
    town.act("qiao", &filed, call_in()).unwrap();
    let until = town.state(&filed).co_handlers[county::HOUSING].until;
    assert_eq!(asks("lin"), [[Ask { what: "co_handler".into(), until: until.to_string() }]]);
    town.act("wei", &filed, Command::AnswerWhistle { words: "已到场".into() }).unwrap();
    assert!(asks("wei").is_empty(), "whoever came is asked for nothing");
}

fn the_morning_letter_counts_what_others_wait_for(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    town.act("gu", &filed, Command::Accept { category: "14".into() }).unwrap();
    town.act("qiao", &filed, whistle()).unwrap();
    let owing = || {
        let now = town.world.hall.clock.now();
        let all = town.world.read(move |tx, site| appeals::digest::owing(tx, site, site.day(now))).unwrap();
        all.into_iter().map(|(office, owing)| (office, owing.overdue, owing.soon, owing.asked)).collect::<Vec<_>>()
    };
    assert_eq!(owing(), [(county::WATER.to_owned(), 0, 0, 1)], "the holder has sixty days, the whistle one");
}

fn danger_to_life_goes_on_as_danger_to_life(engine: Engine) {
    let town = Town::new(engine);
    let give = || Command::Assign { to: county::WATER.into(), words: "请马上去".into() };
    let urgent = town.file(&Form { danger: true, ..common::form("key-1") }).unwrap();
    town.act("qiao", &urgent, give()).unwrap();
    assert!(letters(&town, &urgent).contains(&to("kong", "danger")));
    let plain = town.file(&common::form("key-2")).unwrap();
    town.act("qiao", &plain, give()).unwrap();
    assert!(letters(&town, &plain).contains(&to("kong", "new_matter")));
}
