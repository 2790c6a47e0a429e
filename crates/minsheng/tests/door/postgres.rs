//! A whole site on PostgreSQL: made, served, worked on beside, verified, rebuilt, backed up.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use civic::vault::{KEYSTORE_MIGRATIONS, KeyStore};
use db::{NoHooks, Options, Store, Target};
use testkit::{Engine, Ground};

use crate::common::{Running, minsheng, text};

#[test]
fn a_site_on_postgresql_lives_like_one_on_sqlite() {
    let ground = Ground::new(Engine::Postgres);
    let Target::Postgres { url, schema: Some(schema) } = ground.target("site") else { panic!("the ground is PostgreSQL") };
    let (county, etc, data) = (ground.path().join("county.toml"), ground.path().join("etc.toml"), ground.path().join("data"));
    fs::write(&county, minsheng(&["init", "--example"]).stdout).unwrap();
    let site = "[site]\ncode = \"990777\"\nname = \"云岭县\"\norigin = \"yunling.example/990777\"\n";
    let places = format!("data = {data:?}\ndatabase = {url:?}\nkeystore = {url:?}\nschema = {schema:?}\n");
    fs::write(&etc, format!("{places}{site}")).unwrap();
    let etc = etc.to_str().unwrap();
    let run = |args: &[&str]| {
        let output = minsheng(&[args, &["--config", etc]].concat());
        let words = text(&output.stdout) + &text(&output.stderr);
        assert!(output.status.success(), "{args:?}: {words}");
        words
    };
    run(&["init", "--file", county.to_str().unwrap()]);
    let server = Running::start(&["serve", "--config", etc]);
    server.file("水压不足。");
    let second = Running::start(&["serve", "--config", etc]);
    second.file("另一台机器收到的事。");
    let mut worker = Command::new(env!("CARGO_BIN_EXE_minsheng"));
    let mut worker = worker.args(["worker", "--config", etc]).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(worker.stdout.take().unwrap()).read_line(&mut said).unwrap();
    assert_eq!(said, "working\n");
    worker.kill().unwrap();
    worker.wait().unwrap();
    run(&["verify", "--database"]);
    run(&["rebuild", "--check"]);
    let doctor = text(&minsheng(&["doctor", "--config", etc]).stdout);
    assert!(doctor.contains("PostgreSQL runs with fsync off") && doctor.contains("events are whole"), "{doctor}");
    let url = format!("http://{}", server.address);
    assert!(minsheng(&["verify", &url]).status.success());
    let spread = minsheng(&["migrate", "--distributed", "--config", etc]);
    let words = text(&spread.stderr);
    assert!(!spread.status.success() && words.contains("does not have the extension `citus`"), "{words}");
    assert!(run(&["backup", "--to", ground.path().join("backups").to_str().unwrap()]).contains("pg_basebackup"));
}

/// Runs statements as the server's administrator.
fn administrate(target: &Target, sql: &str) {
    let sql = sql.to_owned();
    let store = Store::open(target, Options::default(), &[], Box::new(NoHooks)).unwrap();
    store.write_blocking(move |tx| tx.batch(&sql)).unwrap();
}

/// Lists the steps of every room.
fn migrations() -> &'static [db::Migration] {
    testkit::migrations(&[
        appeals::MIGRATIONS,
        forum::MIGRATIONS,
        insight::MIGRATIONS,
        oversight::MIGRATIONS,
        channels::MIGRATIONS,
    ])
}

#[test]
fn a_role_that_owns_nothing_serves_and_cannot_change_the_past() {
    let ground = Ground::new(Engine::Postgres);
    let Target::Postgres { url, schema: Some(schema) } = ground.target("role") else { panic!("the ground is PostgreSQL") };
    let (owner, serve) = (format!("{schema}-owner"), format!("{schema}-serve"));
    let beside = Target::Postgres { url: url.clone(), schema: Some(format!("{schema}-administrator")) };
    administrate(
        &beside,
        &format!(
            "create role \"{owner}\" login; create role \"{serve}\" login;
             create schema \"{schema}\" authorization \"{owner}\"; create schema \"{schema}_keys\" authorization \"{owner}\""
        ),
    );
    let as_role = |role: &str| url.replace("user=minsheng", &format!("user='{role}'"));
    let (data, serving) = (ground.path().join("data"), as_role(&serve));
    let site = "[site]\ncode = \"990777\"\nname = \"云岭县\"\norigin = \"yunling.example/990777\"\n";
    let etc = ground.path().join("etc.toml");
    fs::write(&etc, format!("data = {data:?}\ndatabase = {serving:?}\nkeystore = {serving:?}\nschema = {schema:?}\n{site}"))
        .unwrap();
    let (county, address) = (ground.path().join("county.toml"), ground.path().join("owner.txt"));
    fs::write(&county, minsheng(&["init", "--example"]).stdout).unwrap();
    let run = |args: &[&str]| {
        let output = minsheng(&[args, &["--config", etc.to_str().unwrap()]].concat());
        (output.status.success(), text(&output.stdout) + &text(&output.stderr))
    };
    let (well, words) = run(&["init", "--file", county.to_str().unwrap()]);
    assert!(!well && words.contains("minsheng migrate --owner FILE"), "the role may make no tables: {words}");
    fs::write(&address, &serving).unwrap();
    let migrate = ["migrate", "--owner", address.to_str().unwrap()];
    assert!(run(&migrate).1.contains("must not own the tables"));
    fs::write(&address, as_role(&owner)).unwrap();
    for args in [&migrate[..], &migrate, &["init", "--file", county.to_str().unwrap()]] {
        let (well, words) = run(args);
        assert!(well, "{args:?}: {words}");
    }
    let server = Running::start(&["serve", "--config", etc.to_str().unwrap()]);
    let filed = server.file("这个角色也能办事。");
    let form = format!("number={}&query_code={}", filed["number"].as_str().unwrap(), filed["query_code"].as_str().unwrap());
    assert_eq!(server.post("/track", &form).status, 200);
    for args in [&["verify", "--database"][..], &["rebuild", "--check"], &["key", "rotate"]] {
        let (well, words) = run(args);
        assert!(well, "{args:?}: {words}");
    }
    assert!(!run(&["doctor"]).1.contains("Too many rights"), "{}", run(&["doctor"]).1);
    let target = Target::Postgres { url: serving.clone(), schema: Some(schema.clone()) };
    let store = Store::open(&target, Options::default(), migrations(), Box::new(NoHooks)).unwrap();
    for table in
        ["event", "checkpoint", "witnessed", "access_entry", "access_root", "accusation", "log_head", "tile", "directory"]
    {
        for sql in [format!("delete from {table}"), format!("truncate {table}"), format!("drop table {table}")] {
            store.write_blocking(move |tx| tx.batch(&sql)).unwrap_err();
        }
    }
    store.write_blocking(|tx| tx.run("update event set fact = ''", &[])).unwrap_err();
    // an erasure is lawful, and stays possible: the matter's key is shredded
    let number = filed["number"].as_str().unwrap().to_owned();
    let row = store.read_blocking(move |tx| tx.row("select key_id from matter where number = $1", db::params![number])).unwrap();
    let keys = Target::Postgres { url: serving, schema: Some(format!("{schema}_keys")) };
    let keys = Store::open(&keys, Options::default(), KEYSTORE_MIGRATIONS, Box::new(NoHooks)).unwrap();
    KeyStore::new(keys, 990_777, Vec::new(), [0; 32]).shred(row.unwrap().get("key_id").unwrap()).unwrap();
    assert!(minsheng(&["verify", &format!("http://{}", server.address)]).status.success(), "the log stays whole");
    assert!(server.stop().success());
    drop(store);
    let gone = format!("drop owned by \"{owner}\", \"{serve}\" cascade; drop role \"{owner}\", \"{serve}\"");
    administrate(&beside, &gone);
}
