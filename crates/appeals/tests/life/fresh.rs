//! What nobody has registered yet, listed in an office of very many matters.

use appeals::above;
use appeals::appeal::Command;
use appeals::filing::Form;
use appeals::queue::{self, Filter, Reach, Scope};
use appeals::store::{self, Loaded};
use db::{Fault, Tx};
use jiff::ToSpan;
use testkit::{Engine, county, on_both};

use crate::common::{self, Town};

on_both![
    what_nobody_registered_is_found_by_an_index_of_its_own,
    what_stands_above_a_page_leaves_out_what_must_not_be_known_and_counts_the_rest,
    what_an_act_made_is_kept_as_it_would_be_opened,
];

/// Makes an office of many thousand matters out of its few: copies that somebody has registered long ago.
fn multiplied(town: &Town, engine: Engine) {
    let id = match engine {
        Engine::Sqlite => "randomblob(16)",
        Engine::Postgres => "gen_random_uuid()",
    };
    let copy = move |tx: &mut Tx<'_>| {
        for times in 0..13 {
            tx.run("create table copied as select * from matter", &[])?;
            tx.run(&format!("update copied set id = {id}, number = number || '-{times}', stage = 'handling'"), &[])?;
            tx.run("insert into matter select * from copied", &[])?;
            tx.run("drop table copied", &[])?;
        }
        tx.run("analyze matter", &[]).map(drop)
    };
    town.world.write(move |tx, _, _| copy(tx)).unwrap();
}

fn what_nobody_registered_is_found_by_an_index_of_its_own(engine: Engine) {
    let town = Town::new(engine);
    let filed: Vec<String> = ["one", "two"].map(|key| town.file(&common::form(key)).unwrap().number).to_vec();
    multiplied(&town, engine);
    let sql = store::COUNT_STATEMENTS.iter().find(|(name, _)| *name == "QUEUE_FRESH").unwrap().1;
    // the values are written out: with none at hand the planner knows that nothing fits
    let own = format!("'{}'", county::TOWNSHIP_OFFICE);
    let values = ["990121", &own, "true", "'0'", "''", "null", "null", "'3'", "null", "50"];
    let filled = (1..=values.len()).rev().fold(sql.to_owned(), |sql, at| sql.replace(&format!("${at}"), values[at - 1]));
    let how = if engine == Engine::Sqlite { "explain query plan" } else { "explain" };
    let plan = town.world.read(move |tx, _| tx.rows(&format!("{how} {filled}"), &[])).unwrap();
    let plan: Vec<String> = plan.iter().map(|row| format!("{:?}", row.values())).collect();
    assert!(plan.join(" ").contains("matter_fresh"), "{plan:#?}");
    assert!(!plan.join(" ").to_lowercase().contains("sort") && !plan.join(" ").contains("TEMP B-TREE"), "{plan:#?}");
    let staff = town.world.hall.site.directory().staff[&county::staff_id("gu")].clone();
    let fresh = Filter { stage: Some("received".into()), ..Filter::default() };
    let page = town.world.read(move |tx, site| queue::page(tx, site, &staff, (Scope::Held, &fresh))).unwrap();
    let mut numbers: Vec<String> = page.rows.into_iter().map(|row| row.number).collect();
    numbers.sort();
    let mut filed = filed;
    filed.sort();
    assert_eq!((numbers, page.next), (filed, None), "all of it, and nothing else");
}

fn what_stands_above_a_page_leaves_out_what_must_not_be_known_and_counts_the_rest(engine: Engine) {
    let town = Town::new(engine);
    let own = town.file(&common::form("own")).unwrap();
    for key in ["a", "b", "c"] {
        town.file(&Form { mobile: "139 0000 0002".into(), ..common::form(key) }).unwrap();
    }
    town.act("gu", &own, Command::Assign { to: county::WATER.into(), words: "请你单位办理".into() }).unwrap();
    let staff = |login: &str| town.world.hall.site.directory().staff[&county::staff_id(login)].clone();
    let today = town.world.hall.site.day(town.world.now());
    let news = |login: &str, days: i64, max: i64| {
        let (person, soon) = (staff(login), today.saturating_add(days.days()));
        town.world
            .read(move |tx, site| {
                let reach = Reach { whole: false, today, soon, max };
                let counts = queue::counts(tx, site, &person, reach)?;
                let above = above::read(tx, site, &person, (Some(reach), 3))?;
                let head = tx.ask(&[site.news()])?;
                let asked = (site.take_news(tx, &head[0])?, (Some(reach), 3));
                for _ in 0..2 {
                    assert_eq!(above::read_at(tx, site, &person, asked)?, above, "what is remembered is what is so");
                }
                Ok::<_, Fault>((above.news, counts.fresh + counts.soon + counts.overdue + counts.asked))
            })
            .unwrap()
    };
    // both are new; within 60 days all four are due as well
    assert_eq!((news("qiao", 0, 100), news("qiao", 60, 100)), ((3, 3), (7, 7)));
    assert_eq!(news("wei", 60, 100), (1, 1), "what is asked of an office counts there");
    town.declare_relative("qiao", "13900000001");
    assert_eq!((news("qiao", 0, 100), news("qiao", 60, 100)), ((3, 3), (6, 6)));
    assert!(news("qiao", 60, 2).0 > 2, "over what was asked for it says so");
    town.declare_relative("wei", "13900000001");
    assert_eq!(news("wei", 60, 100), (0, 0));
}

fn what_an_act_made_is_kept_as_it_would_be_opened(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.replied("key-1");
    let site = &town.world.hall.site;
    let kept = site.kept.get::<Loaded>(filed.matter).unwrap();
    assert_eq!((kept.state.version, kept.events.len()), (3, 3), "nobody read it since");
    site.kept.forget(filed.matter);
    let matter = filed.matter;
    let opened = town.world.read(move |tx, site| store::load(tx, site, matter)).unwrap().unwrap();
    assert_eq!(format!("{:?}", kept.state), format!("{:?}", opened.state));
    assert_eq!(format!("{:?}", kept.events), format!("{:?}", opened.events));
}
