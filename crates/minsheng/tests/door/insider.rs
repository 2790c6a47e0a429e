//! The database's administrator at work: each row of the table in `docs/threat-model.md` is done to a real database, and
//! whoever the table names notices, in the words it names.

use std::fs;
use std::path::Path;

use testkit::{Engine, on_both};
use tlog::checkpoint::Checkpoint;
use tlog::{Hash, leaf_hash, node_hash};

use crate::common::{Running, minsheng, text, until};
use crate::town::Town;

on_both![
    an_edited_row_is_named_by_what_was_done_to_it,
    a_last_day_that_was_dropped_shows_by_the_mark_a_checkpoint_and_a_receipt,
    a_log_signed_anew_with_the_stolen_key_shows_to_whoever_kept_anything,
    two_histories_show_when_two_people_compare,
    a_week_rolled_back_is_not_served_until_the_log_says_what_is_lost,
];

const DOC: &str = include_str!("../../../../docs/threat-model.md");

/// Runs the stranger's tools, ours and the one in Python; they must agree. Returns whether everything holds, and the words.
pub fn stranger(server: &Running, vkey: &str, more: &[&str]) -> (bool, String) {
    let url = format!("http://{}", server.address);
    let own = minsheng(&[&["verify", &url, "--vkey", vkey], more].concat());
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify.py");
    let mut python = std::process::Command::new("python3");
    let python = python.arg(tool).args([&url, vkey]).args(more).env("no_proxy", "127.0.0.1").output().unwrap();
    let words = text(&own.stdout) + &text(&own.stderr) + &text(&python.stdout) + &text(&python.stderr);
    assert_eq!(own.status.success(), python.status.success(), "the two tools do not agree: {words}");
    (own.status.success(), words)
}

fn number(filed: &serde_json::Value) -> String {
    filed["number"].as_str().unwrap().to_owned()
}

fn an_edited_row_is_named_by_what_was_done_to_it(engine: Engine) {
    let town = Town::new(engine, "");
    let server = town.serve();
    let (first, second) = (number(&server.file("东边的水管漏了三天。")), number(&server.file("西边的路灯不亮。")));
    assert!(server.stop().success());
    let (one, two) = (town.position(&first), town.position(&second));
    assert_eq!(town.verify_database(), ["everything holds"]);
    town.save("whole");
    let swap = [(one, -1), (two, one), (-1, two)]
        .map(|(from, to)| format!("update event set position = {to}, leaf = {to} - 1 where position = {from};"))
        .concat();
    for (act, found) in [
        (format!("delete from event where position = {one}"), vec![format!("missing {first} {one}")]),
        (format!("update event set at = at - 86400000000 where position = {two}"), vec![format!("redated {second} {two}")]),
        (
            format!("update event set fact = replace(fact, '\"kd\":\"help\"', '\"kd\":\"praise\"') where position = {one}"),
            vec![format!("changed {first} {one}")],
        ),
        (swap, vec![format!("changed {second} {one}"), format!("changed {first} {two}")]),
    ] {
        town.edit(&act);
        assert_eq!(town.verify_database(), found, "{act}");
        town.put_back("whole");
    }
    town.edit(&format!("update matter set stage = 'closed' where number = '{first}'"));
    let found = town.verify_database();
    assert!(found[0].starts_with("table matter says something else about matter"), "{found:?}");
    town.put_back("whole");
    assert_eq!(town.verify_database(), ["everything holds"]);
}

/// Cuts everything after a size off the journal and its consequences, so that the rest agrees with itself.
fn cut(town: &Town, size: i64) {
    for table in ["matter_party", "matter_code", "matter_contact", "submission", "matter_file"] {
        town.edit(&format!("delete from {table} where matter in (select id from matter where position > {size})"));
    }
    town.edit(&format!(
        "delete from matter where position > {size}; delete from event where leaf >= {size};
         delete from checkpoint where size > {size}; delete from witnessed where size > {size};
         update log_head set position = {size}, size = {size}, hashed = {size};
         update tile set hashes = substr(hashes, 1, {size} * 32) where level = 0 and tile = 0"
    ));
    // what boards count would tell: they are made to count anew
    town.edit(
        "delete from tally; delete from standing; insert into tally_fill (jurisdiction) select distinct jurisdiction from matter",
    );
}

fn a_last_day_that_was_dropped_shows_by_the_mark_a_checkpoint_and_a_receipt(engine: Engine) {
    let town = Town::new(engine, "[limits]\njobs_seconds = 1");
    let server = town.serve();
    server.file("前一天的事。");
    let size = size(&server.get("/log/checkpoint").body);
    let filed = server.file("最后一天的事。");
    let (kept, vkey) = (server.get("/log/checkpoint").body, server.get("/log/vkey").body.trim().to_owned());
    let receipt = town.keep("receipt.txt", filed["receipt"].as_str().unwrap());
    let kept = town.keep("kept.txt", &kept);
    until(|| size_of(&town.mark()) > size);
    assert!(server.stop().success());
    cut(&town, size as i64);
    let found = town.verify_database();
    assert!(found.len() == 1 && found[0].contains("does not go on from the one of"), "only the mark tells: {found:?}");
    let words = town.refused();
    assert!(words.contains("this data is not the newest") && words.contains("published.txt beside the keys"), "{words}");
    // whoever has the key folder too takes the mark away: then only those outside are left
    fs::remove_file(town.mark()).unwrap();
    assert_eq!(town.verify_database(), ["everything holds"], "the database alone does not tell");
    let server = town.serve();
    let (holds, words) = stranger(&server, &vkey, &["--since", &kept]);
    assert!(!holds && words.contains("kept.txt: the log does not begin with the one this checkpoint states"), "{words}");
    let (holds, words) = stranger(&server, &vkey, &["--receipt", &receipt]);
    assert!(!holds && words.contains("receipt.txt: the log has no entry"), "{words}");
}

fn size(note: &str) -> u64 {
    note.lines().nth(1).unwrap().parse().unwrap()
}

fn size_of(file: &Path) -> u64 {
    fs::read_to_string(file).map_or(0, |note| size(&note))
}

fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => tlog::EMPTY_ROOT,
        [one] => *one,
        many => {
            let (left, right) = many.split_at(many.len().next_power_of_two() / 2);
            node_hash(&root(left), &root(right))
        }
    }
}

/// Makes tile and checkpoints fit the entries again and signs them with the stolen key. The log is smaller than one tile.
fn sign_anew(town: &Town) {
    let signer = town.stolen_key();
    let facts = town.admin().read_blocking(|tx| tx.rows("select fact from event order by leaf", &[])).unwrap();
    let leaves: Vec<Hash> = facts.iter().map(|row| leaf_hash(row.get::<String>("fact").unwrap().as_bytes())).collect();
    assert!(leaves.len() < 256, "a small log");
    let tile = leaves.concat();
    town.admin()
        .write_blocking(move |tx| {
            tx.run("update tile set hashes = $1 where level = 0 and tile = 0", db::params![tile])?;
            for row in tx.rows("select size from checkpoint", &[])? {
                let size: i64 = row.get("size")?;
                let root = root(&leaves[..size as usize]);
                let checkpoint =
                    Checkpoint { origin: "yunling.example/990777".into(), size: size as u64, root, extensions: vec![] };
                tx.run("update checkpoint set note = $2 where size = $1", db::params![size, checkpoint.sign(&signer)])?;
            }
            Ok::<_, db::Fault>(())
        })
        .unwrap();
}

fn a_log_signed_anew_with_the_stolen_key_shows_to_whoever_kept_anything(engine: Engine) {
    let town = Town::new(engine, "[limits]\njobs_seconds = 1");
    let server = town.serve();
    let filed = server.file("有人想改成表扬的投诉。");
    let (kept, vkey) = (server.get("/log/checkpoint").body, server.get("/log/vkey").body.trim().to_owned());
    let (before, receipt) = (size(&kept), town.keep("receipt.txt", filed["receipt"].as_str().unwrap()));
    let kept = town.keep("kept.txt", &kept);
    until(|| size_of(&town.mark()) >= before);
    assert!(server.stop().success());
    let at = town.position(&number(&filed));
    town.edit(&format!("update event set fact = replace(fact, '\"kd\":\"help\"', '\"kd\":\"praise\"') where position = {at}"));
    sign_anew(&town);
    let found = town.verify_database();
    assert_eq!(found[0], format!("changed {} {at}", number(&filed)), "the seal still tells the operator");
    assert!(found.len() == 2 && found[1].contains("does not go on from the one of"), "and the mark: {found:?}");
    assert!(town.refused().contains("does not go on from it"));
    fs::remove_file(town.mark()).unwrap();
    let server = town.serve();
    let (holds, words) = stranger(&server, &vkey, &[]);
    assert!(holds, "the site agrees with itself: {words}");
    let (holds, words) = stranger(&server, &vkey, &["--since", &kept]);
    assert!(!holds && words.contains("kept.txt: the log does not begin with the one this checkpoint states"), "{words}");
    let (holds, words) = stranger(&server, &vkey, &["--receipt", &receipt]);
    assert!(!holds && words.contains("is not the one on the receipt"), "{words}");
}

fn two_histories_show_when_two_people_compare(engine: Engine) {
    let town = Town::new(engine, "");
    let server = town.serve();
    server.file("两份账都有的事。");
    assert!(server.stop().success());
    town.save("fork");
    let server = town.serve();
    let vkey = server.get("/log/vkey").body.trim().to_owned();
    let first = server.file("只给甲看的事。");
    let one = server.get("/log/checkpoint").body;
    let receipt = town.keep("receipt.txt", first["receipt"].as_str().unwrap());
    assert!(server.stop().success());
    town.put_back("fork");
    drop(fs::remove_file(town.mark()));
    let server = town.serve();
    server.file("只给乙看的事。");
    let other = server.get("/log/checkpoint").body;
    assert_eq!(size(&one), size(&other), "two checkpoints of one size, both signed");
    let one = town.keep("one.txt", &one);
    let (holds, words) = stranger(&server, &vkey, &["--since", &one]);
    assert!(!holds && words.contains("one.txt: the log does not begin with the one this checkpoint states"), "{words}");
    let (holds, words) = stranger(&server, &vkey, &["--receipt", &receipt]);
    assert!(!holds && words.contains("is not the one on the receipt"), "{words}");
}

fn a_week_rolled_back_is_not_served_until_the_log_says_what_is_lost(engine: Engine) {
    let town = Town::new(engine, "[limits]\njobs_seconds = 1");
    let server = town.serve();
    server.file("上周的事。");
    assert!(server.stop().success());
    town.save("week");
    let server = town.serve();
    let vkey = server.get("/log/vkey").body.trim().to_owned();
    server.file("这周的事。");
    let kept = server.get("/log/checkpoint").body;
    until(|| size_of(&town.mark()) >= size(&kept));
    assert!(server.stop().success());
    town.put_back("week");
    let words = town.refused();
    assert!(words.contains("this data is not the newest") && words.contains("restore --acknowledge-gap"), "{words}");
    let (well, words) = town.run(&["rebuild", "--check"]);
    assert!(well, "looking is not refused: {words}");
    // a row that the administrator puts in, without the keys, says nothing
    town.edit(
        "insert into event (jurisdiction, position, matter, version, at, actor, kind, fact, body, key_id, leaf)
         select jurisdiction, 9000, matter, version + 1, at, actor, 'restored', '{\"x\":{\"lost\":99999}}', body, key_id, 8999
         from event where position = 1",
    );
    assert!(town.refused().contains("this data is not the newest"));
    town.edit("delete from event where position = 9000");
    let bent = fs::read_to_string(town.mark()).unwrap().replacen("yunling", "yunlinh", 1);
    let whole = fs::read_to_string(town.mark()).unwrap();
    fs::write(town.mark(), bent).unwrap();
    assert!(town.refused().contains("is not what this site put there"), "a mark that was edited is no mark");
    fs::write(town.mark(), whole).unwrap();
    let ask = ["restore", "--acknowledge-gap", "--reason", "磁盘坏了，只有上周的备份。"];
    let (well, words) = town.run(&ask);
    assert!(well && words.contains(&format!("{} entries had been published", size(&kept))), "{words}");
    let (well, words) = town.run(&ask);
    assert!(!well && words.contains("There is no gap"), "{words}");
    let server = town.serve();
    let fact: String = town.ask("select fact as it from event where kind = 'restored'");
    let lost = Checkpoint::peek(&kept).unwrap();
    let root = data_encoding::HEXLOWER.encode(&lost.root);
    assert!(fact.contains(&format!("\"lost\":{},\"root\":\"{root}\"", lost.size)), "{fact}");
    assert!(!fact.contains("磁盘"), "the reason is sealed: {fact}");
    assert!(stranger(&server, &vkey, &[]).0);
    let kept = town.keep("kept.txt", &kept);
    assert!(!stranger(&server, &vkey, &["--since", &kept]).0, "who kept a checkpoint still sees it");
    assert_eq!(town.verify_database(), ["everything holds"]);
}

#[test]
fn every_row_of_the_table_names_a_test_that_is_there() {
    let table = DOC.split("## 5. What a database administrator can try").nth(1).unwrap().split("\n## ").next().unwrap();
    let tests: String = ["insider.rs", "database.rs", "witness.rs"]
        .map(|file| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/door").join(file)).unwrap())
        .concat();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    let attacks =
        ["delete an event", "back-date", "change a state", "swap", "last day", "stolen log key", "two histories", "roll back"];
    for attack in attacks {
        assert!(rows.iter().any(|row| row.split('|').nth(1).unwrap().contains(attack)), "no row says how to {attack}");
    }
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let named: Vec<&str> = cells[4].split('`').skip(1).step_by(2).collect();
        assert!(!cells[2].is_empty() && !cells[3].is_empty() && !named.is_empty(), "{row}");
        for name in named {
            assert!(tests.contains(&format!("fn {name}(")), "{name} is no test: {row}");
        }
    }
}
