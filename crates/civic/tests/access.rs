//! The access log and the directory under the hands of a database administrator: every edit is named.

use civic::access::{self, Purpose, Reading};
use civic::directory;
use civic::finding::Finding;
use civic::journal::canonical;
use civic::site::Site;
use db::{Fault, Tx, params};
use jiff::ToSpan;
use serde_json::json;
use sha2::{Digest, Sha256};
use testkit::{Engine, World, on_both};
use uuid::Uuid;

on_both![
    a_head_that_nobody_sealed_stops_the_reading,
    a_site_from_before_the_head_was_sealed_gets_one_at_its_upgrade,
    an_edited_directory_is_named,
    every_edit_of_the_access_log_is_named,
    what_was_cut_off_leaves_a_gap_for_ever,
];

/// Takes an edit back once its findings are known.
enum Taken {
    Back(Vec<Finding>),
    Failed(Fault),
}

impl From<Fault> for Taken {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

type Check = fn(&mut Tx<'_>, &Site) -> Result<Vec<Finding>, Fault>;

/// Edits, checks, and takes the edit back.
fn after(world: &World, check: Check, edit: impl FnOnce(&mut Tx<'_>) -> Result<u64, Fault> + Send + 'static) -> Vec<String> {
    let found = world.write(move |tx, site, _| {
        edit(tx)?;
        Err::<(), _>(Taken::Back(check(tx, site)?))
    });
    match found {
        Err(Taken::Back(found)) => found.iter().map(Finding::to_string).collect(),
        Err(Taken::Failed(fault)) => panic!("{fault}"),
        Ok(()) => unreachable!("the edit is always taken back"),
    }
}

fn reads(world: &World, matter: u128) -> Result<(), Fault> {
    let reading = Reading {
        staff: Uuid::from_u128(1),
        office: "xf".into(),
        session: Uuid::from_u128(2),
        matter: Uuid::from_u128(matter),
        purpose: Purpose::Handle,
    };
    world.write(move |tx, site, (now, _)| access::record(tx, site, now, &reading))
}

/// Three readings on each of two closed days and on the present one: entries 1 to 9.
fn three_days(engine: Engine) -> World {
    let world = World::new(engine);
    for day in 0..3 {
        (1..=3).for_each(|matter| reads(&world, matter).unwrap());
        if day < 2 {
            world.clock.advance(24.hours());
            world.write(|tx, site, (now, chance)| access::close_days(tx, site, now, chance).map(drop)).unwrap();
        }
    }
    world
}

/// Gives an entry another purpose and makes the chain fit again from there on.
fn rewrite(tx: &mut Tx<'_>, from: i64) -> Result<u64, Fault> {
    let all = "select seq, at, staff, office, session, matter, purpose, hash from access_entry order by seq";
    let mut previous = [0_u8; 32];
    for row in tx.rows(all, &[])? {
        let seq: i64 = row.get("seq")?;
        let mut hash: [u8; 32] = row.get("hash")?;
        if seq >= from {
            let purpose = if seq == from { "audit".to_owned() } else { row.get::<String>("purpose")? };
            let text = canonical(&json!({
                "seq": seq, "at": row.get::<i64>("at")?, "staff": row.get::<Uuid>("staff")?.to_string(),
                "office": row.get::<String>("office")?, "session": row.get::<Uuid>("session")?.to_string(),
                "matter": row.get::<Uuid>("matter")?.to_string(), "purpose": purpose,
            }));
            hash = Sha256::new().chain_update(previous).chain_update(text).finalize().into();
            tx.run("update access_entry set purpose = $2, hash = $3 where seq = $1", params![seq, purpose, hash.to_vec()])?;
        }
        previous = hash;
    }
    Ok(1)
}

fn every_edit_of_the_access_log_is_named(engine: Engine) {
    let world = three_days(engine);
    let none: [String; 0] = [];
    assert_eq!(after(&world, access::check, |_| Ok(0)), none);
    let chained = after(&world, access::check, |tx| rewrite(tx, 2));
    assert_eq!(chained, ["changed access_entry 3", "changed access_entry 6", "changed access_entry 9"], "a whole new chain");
    assert_eq!(after(&world, access::check, |tx| rewrite(tx, 8)), ["changed access_entry 9"], "the present day's");
    let (first, second) = (r_position(&world, 0), r_position(&world, 1));
    let gone = |from: i64| (from..=9).map(|seq| format!("missing access_entry {seq}"));
    let edits: [(&'static str, Vec<String>); 9] = [
        ("delete from access_entry where seq > 3", gone(4).collect()),
        ("delete from access_entry where seq = 9", gone(9).collect()),
        ("delete from access_entry", gone(1).collect()),
        ("update access_entry set day = '2026-11-26' where seq = 2", vec!["redated access_entry 2".into()]),
        ("update access_entry set at = at + 1 where seq = 9", vec!["changed access_entry 9".into()]),
        ("update access_entry set purpose = 'nothing' where seq = 1", vec!["changed access_entry 1".into()]),
        ("update access_head set seq = 8", vec!["changed access_head 8".into()]),
        ("delete from access_head", vec!["missing access_head 0".into()]),
        ("delete from access_root", vec![format!("missing access_root {first}"), format!("missing access_root {second}")]),
    ];
    for (sql, findings) in edits {
        assert_eq!(after(&world, access::check, move |tx| tx.run(sql, &[])), findings, "{sql}");
    }
    world.clock.advance(24.hours());
    world.set(testkit::county::entries().remove(0), "renamed");
    assert_eq!(after(&world, access::check, |_| Ok(0)), ["missing access_root 9"], "a day went by without a root");
}

fn r_position(world: &World, at: usize) -> i64 {
    let sql = "select position from event where kind = 'access_root' order by position";
    world.read(move |tx, _| tx.rows(sql, &[])?[at].get::<i64>("position")).unwrap()
}

fn what_was_cut_off_leaves_a_gap_for_ever(engine: Engine) {
    let world = three_days(engine);
    world.write(|tx, _, _| tx.run("delete from access_entry where seq > 7", &[])).unwrap();
    reads(&world, 4).unwrap();
    let found = after(&world, access::check, |_| Ok(0));
    assert_eq!(found, ["missing access_entry 8", "missing access_entry 9"]);
}

fn a_head_that_nobody_sealed_stops_the_reading(engine: Engine) {
    let world = three_days(engine);
    world.write(|tx, _, _| tx.run("update access_head set seq = 7", &[])).unwrap();
    assert!(reads(&world, 4).unwrap_err().to_string().contains("not the one that was sealed"));
}

fn a_site_from_before_the_head_was_sealed_gets_one_at_its_upgrade(engine: Engine) {
    let world = three_days(engine);
    let before = |tx: &mut Tx<'_>| {
        tx.batch("drop table access_head")?;
        tx.run("delete from migration where name = '0009_access_head'", &[])
    };
    world.write(move |tx, _, _| before(tx)).unwrap();
    let world = world.reopened();
    reads(&world, 4).unwrap();
    let none: [String; 0] = [];
    assert_eq!(after(&world, access::check, |_| Ok(0)), none);
    world.write(|tx, _, _| tx.run("delete from access_head", &[])).unwrap();
    let world = world.reopened();
    assert!(reads(&world, 5).is_err(), "a later start makes no new head");
}

fn an_edited_directory_is_named(engine: Engine) {
    let world = World::new(engine);
    let none: [String; 0] = [];
    assert_eq!(after(&world, directory::compare, |_| Ok(0)), none);
    for (sql, what) in [
        (
            "update directory set doc = replace(doc, '\"officer\"', '\"administrator\"') where noun = 'staff'",
            "changed directory/staff/",
        ),
        ("delete from directory where noun = 'staff'", "missing directory/staff/"),
        ("delete from directory where noun = 'place'", "missing directory/place/"),
        (
            "insert into directory (jurisdiction, noun, code, doc) select jurisdiction, noun, 'zz', doc from directory
                where noun = 'office' and code = 'xf'",
            "added directory/office/zz 0",
        ),
    ] {
        let found = after(&world, directory::compare, move |tx| tx.run(sql, &[]));
        assert!(!found.is_empty() && found.iter().all(|line| line.starts_with(what)), "{sql}: {found:?}");
    }
}
