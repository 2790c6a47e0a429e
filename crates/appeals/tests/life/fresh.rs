//! What nobody has registered yet, listed in an office of very many matters.

use appeals::queue::{self, Filter, Scope};
use appeals::store;
use db::Tx;
use testkit::{Engine, county, on_both};

use crate::common::{self, Town};

on_both![what_nobody_registered_is_found_by_an_index_of_its_own];

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
