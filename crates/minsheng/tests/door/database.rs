//! A database that somebody edited by hand: `verify --database` says what, of which matter, and where.

use std::fs;
use std::path::{Path, PathBuf};

use db::{Fault, NoHooks, Options, Store, Target, Tx, params};

use crate::common::{Running, minsheng, site, text};

/// Is a stopped site with two matters, and where their filings stand.
struct Stopped {
    _folder: tempfile::TempDir,
    data: PathBuf,
    first: (String, i64),
    second: (String, i64),
}

fn stopped() -> Stopped {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "");
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    let number = |filed: serde_json::Value| filed["number"].as_str().unwrap().to_owned();
    let first = number(server.file("东边的水管漏了三天。"));
    let second = number(server.file("西边的路灯不亮。"));
    assert!(server.stop().success());
    let at = |number: &str| place(&data, number);
    let (first, second) = ((first.clone(), at(&first)), (second.clone(), at(&second)));
    Stopped { _folder: folder, data, first, second }
}

fn store(data: &Path) -> Store {
    let migrations = testkit::migrations(&[
        appeals::MIGRATIONS,
        forum::MIGRATIONS,
        insight::MIGRATIONS,
        oversight::MIGRATIONS,
        channels::MIGRATIONS,
    ]);
    Store::open(&Target::Sqlite(data.join("minsheng.db")), Options::default(), migrations, Box::new(NoHooks)).unwrap()
}

/// Finds the position of a matter's filing.
fn place(data: &Path, number: &str) -> i64 {
    let number = number.to_owned();
    let sql = "select position from matter where number = $1";
    let row = store(data).read_blocking(move |tx| tx.row(sql, params![number])).unwrap();
    row.unwrap().get("position").unwrap()
}

/// Edits the database as its administrator could.
fn edit(data: &Path, act: impl FnOnce(&mut Tx<'_>) -> Result<u64, Fault> + Send + 'static) {
    assert!(store(data).write_blocking(act).unwrap() > 0, "the edit changed nothing");
}

fn verify(data: &Path) -> (bool, Vec<String>) {
    let output = minsheng(&["verify", "--database", "--data", data.to_str().unwrap()]);
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    (output.status.success(), text(&output.stdout).lines().map(str::to_owned).collect())
}

/// Expects exactly these findings, and the log's size last.
fn expect(data: &Path, findings: &[String]) {
    let (holds, mut lines) = verify(data);
    lines.pop().unwrap().parse::<u64>().unwrap();
    assert_eq!(lines, findings);
    assert!(!holds);
}

#[test]
fn an_untouched_database_holds_also_beside_a_running_server() {
    let site = stopped();
    let (holds, lines) = verify(&site.data);
    assert!(holds, "{lines:?}");
    let server = Running::start(&["serve", "--data", site.data.to_str().unwrap()]);
    server.file("第三件事。");
    let (holds, lines) = verify(&site.data);
    assert!(holds && lines[0] == "everything holds", "{lines:?}");
}

#[test]
fn an_edited_body_fact_actor_or_kind_is_a_change() {
    let site = stopped();
    let (number, at) = site.first.clone();
    let edits = [
        "update event set body = x'0102' where position = $1",
        "update event set fact = replace(fact, 'help', 'holp') where position = $1",
        "update event set actor = 'system' where position = $1",
        "update event set kind = 'closed' where position = $1",
        "update event set key_id = 99999 where position = $1",
    ];
    for sql in edits {
        let copy = site.data.parent().unwrap().join("copy");
        copy_folder(&site.data, &copy);
        edit(&copy, move |tx| tx.run(sql, params![at]));
        expect(&copy, &[format!("changed {number} {at}")]);
        fs::remove_dir_all(&copy).unwrap();
    }
}

#[test]
fn another_time_or_day_is_a_redating() {
    let site = stopped();
    let (number, at) = site.second.clone();
    edit(&site.data, move |tx| tx.run("update event set at = at - 1000000 where position = $1", params![at]));
    expect(&site.data, &[format!("redated {number} {at}")]);
    edit(&site.data, move |tx| tx.run("update event set at = at + 1000000 where position = $1", params![at]));
    assert!(verify(&site.data).0, "put back, it holds again");
    let day = "update event set fact = substr(fact, 1, instr(fact, '\"d\":') + 4) || '2019-01-02' || \
               substr(fact, instr(fact, '\"d\":') + 15) where position = $1";
    edit(&site.data, move |tx| tx.run(day, params![at]));
    expect(&site.data, &[format!("redated {number} {at}")]);
}

#[test]
fn a_deleted_event_is_missing_and_names_its_matter() {
    let site = stopped();
    let ((number, at), (other, last)) = (site.first.clone(), site.second.clone());
    edit(&site.data, move |tx| tx.run("delete from event where position = $1", params![at]));
    expect(&site.data, &[format!("missing {number} {at}")]);
    edit(&site.data, move |tx| tx.run("delete from event where position = $1", params![last]));
    expect(&site.data, &[format!("missing {number} {at}"), format!("missing {other} {last}")]);
}

#[test]
fn an_inserted_event_was_added() {
    let site = stopped();
    let (number, at) = site.first.clone();
    let sql = "insert into event (jurisdiction, position, matter, version, at, actor, kind, fact, body, key_id, leaf)
               select jurisdiction, 9000, matter, version + 1, at, actor, 'closed', replace(fact, 'filed', 'closed'), body, key_id, 8999
               from event where position = $1";
    edit(&site.data, move |tx| tx.run(sql, params![at]));
    expect(&site.data, &[format!("added {number} 9000")]);
}

#[test]
fn two_events_that_changed_places_are_both_changed() {
    let site = stopped();
    let ((number, first), (other, second)) = (site.first.clone(), site.second.clone());
    edit(&site.data, move |tx| {
        for (from, to) in [(first, -1), (second, first), (-1, second)] {
            tx.run("update event set position = $2, leaf = $2 - 1 where position = $1", params![from, to])?;
        }
        Ok(1)
    });
    expect(&site.data, &[format!("changed {other} {first}"), format!("changed {number} {second}")]);
}

#[test]
fn a_clear_table_a_tile_and_an_attachment_that_were_edited_are_told_in_words() {
    let site = stopped();
    let (number, _) = site.first.clone();
    edit(&site.data, move |tx| tx.run("update matter set owner = 'qs', due = '2099-01-01' where number = $1", params![number]));
    let (holds, lines) = verify(&site.data);
    assert!(!holds && lines[0].starts_with("table matter says something else"), "{lines:?}");
    let rebuilt = minsheng(&["rebuild", "--check", "--data", site.data.to_str().unwrap()]);
    assert!(!rebuilt.status.success() && text(&rebuilt.stdout).contains("table matter"));
    edit(&site.data, |tx| tx.run("update tile set hashes = zeroblob(32) where level = 0 and tile = 0", &[]));
    let (_, lines) = verify(&site.data);
    assert!(lines.iter().any(|line| line == "tile 0/0 does not hold the hashes of its entries"), "{lines:?}");
    edit(&site.data, |tx| {
        tx.run(
            "insert into matter_file (jurisdiction, address, matter) select jurisdiction, $1, id from matter",
            params![&"ab".repeat(32)],
        )
    });
    let (_, lines) = verify(&site.data);
    assert!(lines.iter().any(|line| line.contains("is missing or cannot be read")), "{lines:?}");
}

#[test]
fn a_grade_a_criticism_or_a_card_set_by_hand_is_named_and_counts_nowhere() {
    let site = stopped();
    let (number, at) = site.first.clone();
    let forged = "insert into event (jurisdiction, position, matter, version, at, actor, kind, fact, body, key_id, leaf)
                  select jurisdiction, 9000, matter, version + 1, at, 'resident', 'rated', replace(fact, 'filed', 'rated'), body, key_id, 8999
                  from event where position = $1";
    let copy = site.data.parent().unwrap().join("copy");
    copy_folder(&site.data, &copy);
    edit(&copy, move |tx| tx.run(forged, params![at]));
    expect(&copy, &[format!("added {number} 9000")]);
    fs::remove_dir_all(&copy).unwrap();
    let edits = [
        ("matter", "update matter set rating = 5"),
        (
            "criticism",
            "insert into criticism (jurisdiction, matter, of, number, office, grade, day, answered)
             select jurisdiction, id, 2, number, owner, 1, received, true from matter",
        ),
        (
            "supervised",
            "insert into supervised (jurisdiction, matter, of, number, office, standing, rank, rung)
             select jurisdiction, id, 2, number, owner, 'climbs', '142026-01-01', 5 from matter",
        ),
        (
            "matter_levels",
            "insert into matter_levels (jurisdiction, matter, number, since) select jurisdiction, id, number, '' from matter",
        ),
    ];
    for (table, sql) in edits {
        copy_folder(&site.data, &copy);
        edit(&copy, move |tx| tx.run(sql, &[]));
        let (holds, lines) = verify(&copy);
        assert!(!holds && lines.iter().any(|line| line.starts_with(&format!("table {table} says something else"))), "{lines:?}");
        let rebuilt = minsheng(&["rebuild", "--check", "--data", copy.to_str().unwrap()]);
        assert!(
            !rebuilt.status.success() && text(&rebuilt.stdout).contains(&format!("table {table}")),
            "{}",
            text(&rebuilt.stdout)
        );
        fs::remove_dir_all(&copy).unwrap();
    }
}

#[test]
fn a_role_or_a_person_put_in_or_taken_out_by_hand_is_named_by_both_commands() {
    let site = stopped();
    let edits = [
        (
            "update directory set doc = replace(doc, '\"office_head\"', '\"administrator\"') where noun = 'staff'",
            "changed directory/staff/",
        ),
        ("delete from directory where noun = 'staff'", "missing directory/staff/"),
    ];
    for (sql, finding) in edits {
        let copy = site.data.parent().unwrap().join("copy");
        copy_folder(&site.data, &copy);
        edit(&copy, move |tx| tx.run(sql, &[]));
        let (holds, lines) = verify(&copy);
        assert!(!holds && lines[0].starts_with(finding), "{lines:?}");
        let rebuilt = minsheng(&["rebuild", "--check", "--data", copy.to_str().unwrap()]);
        assert!(!rebuilt.status.success() && text(&rebuilt.stdout).starts_with(finding), "{}", text(&rebuilt.stdout));
        fs::remove_dir_all(&copy).unwrap();
    }
}

#[test]
fn an_access_log_that_was_cut_off_is_named() {
    let site = stopped();
    edit(&site.data, |tx| tx.run("update access_head set seq = 3", &[]));
    expect(&site.data, &["changed access_head 3".to_owned()]);
    edit(&site.data, |tx| tx.run("delete from access_head", &[]));
    expect(&site.data, &["missing access_head 0".to_owned()]);
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
