//! Telling a program of others what became of what it sent, against a program in another language that checks each signature.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use appeals::appeal::{Channel, Via};
use appeals::filing::{Form, file};
use appeals::{Command as Do, run};
use channels::hook::{Round, Teller};
use civic::directory::{Client, Entry, Scope};
use civic::hook;
use civic::permit::Who;
use jiff::ToSpan;
use serde_json::Value;
use testkit::{Engine, World, county, on_both};
use uuid::Uuid;

on_both![a_program_is_told_everything_in_order_and_only_steps];

/// Longest time to wait for something to happen.
const WAIT: Duration = Duration::from_mins(1);

/// The program of somebody else, as a process of its own.
struct Program {
    child: Child,
    said: Receiver<Value>,
    port: u64,
}

impl Program {
    /// Starts it; it answers with these statuses first, 0 for an answer that gets lost.
    fn start(secret: &str, failures: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hook.py");
        let mut child = Command::new("python3")
            .arg(script)
            .args([secret, failures])
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3: `cargo x test` names it");
        let lines = BufReader::new(child.stdout.take().unwrap());
        let (send, said) = channel();
        thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                if send.send(serde_json::from_str(&line).unwrap()).is_err() {
                    return;
                }
            }
        });
        let port = said.recv_timeout(WAIT).unwrap_or(Value::Null)["port"].as_u64().expect("the program listens");
        Self { child, said, port }
    }

    fn hear(&self) -> Value {
        let told = self.said.recv_timeout(WAIT).expect("the program is told");
        assert_eq!((&told["good"], &told["path"]), (&true.into(), &"/told?of=minsheng".into()), "{told}");
        told
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

const ID: Uuid = Uuid::from_u128(7);

fn connect(world: &World, port: u64, scopes: &[Scope]) {
    let client = Client {
        id: ID,
        name: "清禾市民通".into(),
        key: "00".into(),
        active: true,
        scopes: scopes.iter().copied().collect(),
        hook: format!("http://127.0.0.1:{port}/told?of=minsheng"),
    };
    world.set(Entry::Client(client), "added");
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn filed(world: &World, key: &str, via: Option<Uuid>) -> (Uuid, String) {
    let form = Form {
        what: "村口的路灯坏了三天".into(),
        place: county::VILLAGE.into(),
        kind: "help".into(),
        identity: "named".into(),
        name: "田小满".into(),
        mobile: "13900000001".into(),
        submit_key: key.into(),
        channel: if via.is_some() { Channel::Client } else { Channel::Web },
        via: via.map(|client| Via { client, topic: String::new() }),
        ..Form::default()
    };
    let filed = wait(file(&world.hall, &form, &[], None, |_, _| Ok(Vec::new()))).unwrap();
    (filed.matter, filed.number)
}

fn register(world: &World, matter: Uuid) {
    let who = Who::Staff { id: county::staff_id("gu"), session: Uuid::nil() };
    let request = run::Request { who, matter, seen: None, command: Do::Register { category: "11".into() } };
    wait(run::act(&world.hall, request)).unwrap();
}

fn numbers(told: &Value) -> Vec<&str> {
    told["body"]["items"].as_array().unwrap().iter().map(|item| item["number"].as_str().unwrap()).collect()
}

fn a_program_is_told_everything_in_order_and_only_steps(engine: Engine) {
    let world = World::with(engine, testkit::migrations(&[appeals::MIGRATIONS, channels::MIGRATIONS]));
    let program = Program::start(&hook::secret(&world.hall.site, ID), "503,0,302");
    connect(&world, program.port, &Scope::ALL);
    let teller = Teller::new(Uuid::nil(), Duration::from_secs(20));
    let round = || teller.round(&world.hall).unwrap();
    let (none, taken, failed) = (Round::default(), Round { taken: 1, failed: 0 }, Round { taken: 0, failed: 1 });
    assert_eq!(round(), none, "there is nothing to tell");
    let (first, first_number) = filed(&world, "first", Some(ID));
    world.clock.advance(1.second());
    let (_, second_number) = filed(&world, "second", Some(ID));
    filed(&world, "of-nobody", None);
    filed(&world, "of-another", Some(Uuid::from_u128(8)));
    // it is down, its answer gets lost, it points elsewhere: each time the same is told again, and between there is a pause
    let mut ids = Vec::new();
    for seconds in [15, 30, 60] {
        assert_eq!((round(), round()), (failed, none));
        let told = program.hear();
        assert_eq!(numbers(&told), [first_number.as_str(), second_number.as_str()]);
        let words = told.to_string();
        assert!(!words.contains("路灯") && !words.contains("田小满") && !words.contains("13900000001"), "{words}");
        ids.push(told["body"]["id"].clone());
        world.clock.advance(jiff::Span::new().seconds(seconds + 1));
    }
    let trouble = world.read(|tx, site| hook::find(tx, site, ID)).unwrap().trouble.unwrap();
    assert_eq!(trouble.0, "302");
    assert_eq!((round(), round()), (taken, none));
    ids.push(program.hear()["body"]["id"].clone());
    assert!(ids.iter().all(|id| *id == ids[0]), "what is told again bears its name again");
    // a day later it hears of what happened meanwhile, each matter as it is then
    world.clock.advance(24.hours());
    register(&world, first);
    assert_eq!((round(), round()), (taken, none));
    let told = program.hear();
    assert_eq!((numbers(&told), &told["body"]["items"][0]["state"]), (vec![first_number.as_str()], &"registered".into()));
    // from the beginning again, and a trial with nothing in it
    world.write(|tx, site, _| hook::rewind(tx, site, ID, jiff::Timestamp::UNIX_EPOCH)).unwrap();
    assert_eq!(round(), taken);
    assert_eq!(numbers(&program.hear()), [second_number.as_str(), first_number.as_str()], "the oldest change first");
    world.write(|tx, site, _| hook::try_out(tx, site, ID)).unwrap();
    assert_eq!((round(), round()), (taken, none));
    let trial = program.hear();
    assert_eq!((numbers(&trial).len(), &trial["body"]["trial"]), (0, &true.into()));
}

#[test]
fn whoever_may_not_follow_is_not_told() {
    let world = World::with(Engine::Sqlite, testkit::migrations(&[appeals::MIGRATIONS, channels::MIGRATIONS]));
    connect(&world, 9, &[Scope::Send]);
    filed(&world, "first", Some(ID));
    let teller = Teller::new(Uuid::nil(), Duration::from_secs(20));
    assert_eq!(teller.round(&world.hall).unwrap(), Round::default());
}

#[test]
fn another_process_that_has_the_job_tells_it() {
    let world = World::with(Engine::Sqlite, testkit::migrations(&[appeals::MIGRATIONS, channels::MIGRATIONS]));
    let program = Program::start(&hook::secret(&world.hall.site, ID), "");
    connect(&world, program.port, &Scope::ALL);
    let (one, other) = (Teller::new(Uuid::from_u128(1), WAIT), Teller::new(Uuid::from_u128(2), WAIT));
    filed(&world, "first", Some(ID));
    assert_eq!(one.round(&world.hall).unwrap().taken, 1);
    world.clock.advance(1.second());
    filed(&world, "second", Some(ID));
    assert_eq!(other.round(&world.hall).unwrap(), Round::default(), "the first has it still");
    world.clock.advance(3.minutes());
    assert_eq!(other.round(&world.hall).unwrap().taken, 1);
    drop((program.hear(), program.hear()));
}
