//! Witnesses: the log asks them, ours and one written in Python from the specifications; what they cosigned is published,
//! and a fork signed with the log's own key gets no cosignature.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use testkit::{Engine, on_both};
use tlog::witness::AddCheckpoint;

use crate::common::{Running, minsheng, text, until};
use crate::insider::stranger;
use crate::town::Town;

on_both![what_is_published_carries_its_cosignatures_and_waits_for_them, a_witness_remembers_what_the_whole_machine_forgot,];

/// Is the witness in Python.
struct Python {
    child: Child,
    vkey: String,
    url: String,
}

impl Python {
    fn start(name: &str, log: &str) -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new("python3");
        command.arg(here.join("tests/door/witness.py")).arg(here.join("../../docs/verify.py")).args([name, log]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let (vkey, url) = (lines.next().unwrap(), lines.next().unwrap());
        Self { child, vkey, url }
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Makes a witness of ours that follows a log; returns its key.
fn witness(folder: &Path, log: &str) -> String {
    let folder = folder.to_str().unwrap();
    let made = minsheng(&["witness", "init", "--data", folder, "--name", "witness.heyuan.example"]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let followed = minsheng(&["witness", "follow", "--data", folder, log]);
    assert!(followed.status.success(), "{}", text(&followed.stderr));
    text(&made.stdout).trim().rsplit(' ').next().unwrap().to_owned()
}

fn serve(folder: &Path) -> Running {
    Running::start(&["witness", "serve", "--data", folder.to_str().unwrap()])
}

fn peer(url: &str, vkey: &str) -> String {
    format!("{{ url = \"{url}\", vkey = \"{vkey}\" }}")
}

fn vkey(town: &Town) -> String {
    town.stolen_key().vkey()
}

fn size(note: &str) -> u64 {
    note.lines().nth(1).map_or(0, |size| size.parse().unwrap_or(0))
}

fn cosignatures(note: &str) -> usize {
    note.lines().filter(|line| line.starts_with('\u{2014}')).count().saturating_sub(1)
}

fn head(town: &Town) -> u64 {
    town.ask::<i64>("select max(size) as it from checkpoint") as u64
}

fn what_is_published_carries_its_cosignatures_and_waits_for_them(engine: Engine) {
    let town = Town::new(engine, "");
    let log = vkey(&town);
    let folder = town.path("witness");
    let key = witness(&folder, &log);
    let (ours, python) = (serve(&folder), Python::start("witness.example/python", &log));
    let address = format!("http://{}", ours.address);
    let peers = [peer(&address, &key), peer(&python.url, &python.vkey)].join(", ");
    town.add(&format!("[limits]\njobs_seconds = 1\n[witnesses]\nrequired = 2\npeers = [{peers}]"));
    let server = town.serve();
    let nodes: Vec<Running> = (engine == Engine::Postgres).then(|| town.serve()).into_iter().collect();
    until(|| cosignatures(&server.get("/log/checkpoint").body) == 2);
    server.file("第一件事。");
    for node in &nodes {
        node.file("另一台机器收到的事。");
    }
    until(|| size(&server.get("/log/checkpoint").body) == head(&town));
    let note = server.get("/log/checkpoint").body;
    assert_eq!(cosignatures(&note), 2, "{note}");
    let other = python.vkey.clone();
    let both = ["--witness", &key, "--witness", &other];
    let (holds, words) = stranger(&server, &log, &both);
    assert!(holds && words.contains("cosigned by witness.heyuan.example at 2"), "{words}");
    assert_eq!(server.get("/readyz").body, "ready\n");
    let check = server.get("/check").body;
    assert!(
        check.contains("witness.heyuan.example") && check.contains("witness.example/python") && check.contains("对得上"),
        "{check}"
    );
    // one of the two goes away: people can still file, and what is published waits
    drop(python);
    server.file("见证方不在时的事。");
    until(|| server.get("/readyz").body.contains("awaiting witnesses: 1 of 2 cosigned"));
    assert_eq!(server.get("/readyz").status, 200);
    assert!(size(&server.get("/log/checkpoint").body) < head(&town), "what is published is the older one");
    assert_eq!(cosignatures(&server.get("/log/checkpoint").body), 2);
    assert!(stranger(&server, &log, &both).0, "and it still holds");
    let (_, words) = town.run(&["doctor"]);
    assert!(words.contains("behind; where witnesses are required") && words.contains("cosigned at 2"), "{words}");
    assert_eq!(town.verify_database(), ["everything holds"]);
    let again = Python::start("witness.example/python", &log);
    drop((server, nodes));
    let text = fs::read_to_string(town.path("etc.toml")).unwrap();
    let line = text.lines().find(|line| line.starts_with("peers")).unwrap().to_owned();
    town.change(&line, &format!("peers = [{}]", [peer(&address, &key), peer(&again.url, &again.vkey)].join(", ")));
    let server = town.serve();
    until(|| size(&server.get("/log/checkpoint").body) == head(&town));
    assert_eq!(cosignatures(&server.get("/log/checkpoint").body), 2, "it catches up with a witness that forgot everything");
    assert!(server.stop().success());
    town.edit("delete from witnessed where size > 0; insert into witnessed (jurisdiction, size, note) values (990777, 3, 'x')");
    let found = town.verify_database();
    assert_eq!(found, ["cosigned checkpoint of size 3 does not state the entries under it"]);
}

fn a_witness_remembers_what_the_whole_machine_forgot(engine: Engine) {
    let town = Town::new(engine, "");
    let (log, folder) = (vkey(&town), town.path("witness"));
    let key = witness(&folder, &log);
    let ours = serve(&folder);
    let peers = peer(&format!("http://{}", ours.address), &key);
    town.add(&format!("[limits]\njobs_seconds = 1\n[witnesses]\nrequired = 1\npeers = [{peers}]"));
    town.save("week");
    let server = town.serve();
    server.file("会被忘掉的事。");
    until(|| size(&server.get("/log/checkpoint").body) == head(&town));
    let kept = server.get("/log/checkpoint").body;
    assert!(server.stop().success());
    town.put_back("week");
    drop(fs::remove_file(town.mark()));
    let words = town.refused();
    assert!(words.contains("the witness witness.heyuan.example"), "{words}");
    let (well, words) = town.run(&["restore", "--acknowledge-gap", "--reason", "演练"]);
    assert!(well, "{words}");
    let server = town.serve();
    until(|| server.get("/readyz").body.contains("refused as another log by witness.heyuan.example"));
    for page in ["/", "/figures", "/check"] {
        let body = server.get(page).body;
        assert!(body.contains("这本公开日志对不上") && body.contains("witness.heyuan.example"), "{page}: {body}");
    }
    assert_eq!(server.get("/log/checkpoint").status, 404, "nothing is published that the witness does not cosign");
    // the neighbour's operator, told in public what was lost, lets the log go on
    assert!(ours.stop().success());
    let forget = ["witness", "forget", "--data", folder.to_str().unwrap(), "yunling.example/990777", "--reason", "公告第三号"];
    assert!(minsheng(&forget).status.success());
    let remembered = fs::read_to_string(folder.join("forgotten.txt")).unwrap();
    assert!(remembered.contains("公告第三号") && remembered.contains(&kept.lines().take(3).collect::<Vec<_>>().join("\n")));
    let ours = serve(&folder);
    assert!(server.stop().success());
    let text = fs::read_to_string(town.path("etc.toml")).unwrap();
    let line = text.lines().find(|line| line.starts_with("peers")).unwrap().to_owned();
    town.change(&line, &format!("peers = [{}]", peer(&format!("http://{}", ours.address), &key)));
    let server = town.serve();
    until(|| cosignatures(&server.get("/log/checkpoint").body) == 1);
    assert!(!server.get("/").body.contains("这本公开日志对不上"), "the alarm ends when the log fits again");
    assert!(stranger(&server, &log, &["--witness", &key]).0);
}

/// Asks a witness with the bytes of a request; returns status and words.
fn ask(url: &str, question: &AddCheckpoint) -> (u16, String) {
    let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build();
    let mut answer = ureq::Agent::from(config).post(format!("{url}/add-checkpoint")).send(question.to_text()).unwrap();
    (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
}

#[test]
fn a_fork_signed_with_the_stolen_key_gets_no_cosignature() {
    let town = Town::new(Engine::Sqlite, "");
    let (log, folder) = (vkey(&town), town.path("witness"));
    let key = witness(&folder, &log);
    let (ours, python) = (serve(&folder), Python::start("witness.example/python", &log));
    let urls = [format!("http://{}", ours.address), python.url.clone()];
    town.save("fork");
    let server = town.serve();
    server.file("甲看到的事。");
    let seen = server.get("/log/checkpoint").body;
    assert!(server.stop().success());
    town.put_back("fork");
    drop(fs::remove_file(town.mark()));
    let server = town.serve();
    server.file("乙看到的事。");
    let fork = server.get("/log/checkpoint").body;
    let (size, first) = (size(&seen), |note: &str| AddCheckpoint { old: 0, proof: vec![], note: note.to_owned() });
    assert_eq!(size, self::size(&fork));
    for url in &urls {
        let (status, line) = ask(url, &first(&seen));
        assert!(status == 200 && line.starts_with("\u{2014} witness."), "{url}: {status} {line}");
        assert_eq!(ask(url, &first(&fork)), (409, format!("{size}\n")), "it tells what it cosigned");
        let (status, _) = ask(url, &AddCheckpoint { old: size, ..first(&fork) });
        assert_eq!(status, 409, "another root of the same size: {url}");
        assert_eq!(ask(url, &AddCheckpoint { old: size, ..first(&seen) }).0, 200, "the same one again");
        assert_eq!(ask(url, &AddCheckpoint { old: size + 1, ..first(&seen) }).0, 400);
        let stranger = tlog::note::Signer::new("yunling.example/990777", [3; 32]);
        let forged = tlog::checkpoint::Checkpoint::peek(&seen).unwrap().sign(&stranger);
        assert_eq!(ask(url, &AddCheckpoint { old: size, ..first(&forged) }).0, 403);
        let other = tlog::note::Signer::new("other.example/1", [3; 32]);
        let unknown = tlog::checkpoint::Checkpoint {
            origin: "other.example/1".into(),
            size: 0,
            root: tlog::EMPTY_ROOT,
            extensions: vec![],
        };
        assert_eq!(ask(url, &first(&unknown.sign(&other))).0, 404);
    }
    server.file("分叉继续长。");
    let longer = server.get("/log/checkpoint").body;
    for url in &urls {
        let question = AddCheckpoint { old: size, proof: vec![[0; 32]], note: longer.clone() };
        assert_eq!(ask(url, &question).0, 422, "no proof leads from one history to the other: {url}");
    }
    // the site says so, and nothing of the fork is published
    assert!(server.stop().success());
    town.add(&format!("[limits]\njobs_seconds = 1\n[witnesses]\nrequired = 1\npeers = [{}]", peer(&urls[0], &key)));
    assert!(town.refused().contains("the witness witness.heyuan.example"));
    drop(ours);
    let ours = serve(&folder);
    let again = format!("http://{}", ours.address);
    assert_eq!(ask(&again, &first(&fork)), (409, format!("{size}\n")), "a restart forgets nothing");
    let held = minsheng(&["witness", "forget", "--data", folder.to_str().unwrap(), "yunling.example/990777", "--reason", "x"]);
    assert!(!held.status.success() && text(&held.stderr).contains("stop it first"));
}
