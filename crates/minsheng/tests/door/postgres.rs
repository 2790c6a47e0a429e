//! A whole site on PostgreSQL: made, served, worked on beside, verified, rebuilt, backed up.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use db::Target;
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
    assert!(run(&["backup", "--to", ground.path().join("backups").to_str().unwrap()]).contains("pg_basebackup"));
}
