//! A chat and the real program: killed while the other end posts, it loses nothing that it called taken, and makes nothing twice.

use std::path::Path;
use std::process::Command;

use crate::common::{Running, minsheng, site, text, until};
use crate::peer::{Peer, count};

/// Messages posted, each twice.
const COUNT: i64 = 600;
/// How many are taken when it is killed.
const DEATHS: [u64; 3] = [100, 250, 450];
/// Messages told over a link that breaks, each twice, and the accounts they come from.
const OVER_A_LINK: i64 = 600;
const TELLERS: i64 = 60;
/// Messages told at once over a link, each twice.
const AT_ONCE: i64 = 10_000;
/// Accounts they come from.
const ACCOUNTS: i64 = 2_000;
/// Forms sent meanwhile.
const PAGES: usize = 20;
/// Links that say nothing.
const IDLE: u64 = 2_000;
/// More memory that they may take, in KiB.
const IDLE_KIB_MAX: i64 = 60 * 1024;

fn other_end() -> Peer {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut other =
        Peer::of(Command::new(here.join("../../peers/bin/python")).arg(here.join("../channels/tests/chatting/peer.py")));
    other.hear("ready");
    other
}

/// Finds a port that nobody has.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Writes what a chat needs into the configuration.
fn chat(folder: &Path, (listen, api): (u16, u64)) -> String {
    let (token, secret) = (folder.join("token"), folder.join("secret"));
    std::fs::write(&token, "an-example-token-of-nobody\n").unwrap();
    std::fs::write(&secret, "an-example-secret-of-nobody\n").unwrap();
    format!(
        "\n[chat]\naccount = \"10001\"\ntoken_file = \"{}\"\nlisten = \"127.0.0.1:{listen}\"\napi = \"http://127.0.0.1:{api}\"\n\
         secret_file = \"{}\"\n",
        token.display(),
        secret.display()
    )
}

#[test]
fn killed_in_the_middle_it_loses_nothing_and_makes_nothing_twice() {
    let (folder, mut calls, mut other) = (tempfile::tempdir().unwrap(), other_end(), other_end());
    calls.order(&serde_json::json!({"do": "calls"}));
    let api = calls.hear("calls")["port"].as_u64().unwrap();
    let listen = free_port();
    let data = site(folder.path(), &chat(folder.path(), (listen, api)));
    let serve = |data: &Path| Running::start(&["serve", "--data", data.to_str().unwrap()]);
    let doctor = || text(&minsheng(&["doctor", "--data", data.to_str().unwrap()]).stdout);
    assert!(doctor().contains("nobody listens"));
    let mut server = serve(&data);
    assert!(doctor().contains(&format!("127.0.0.1:{listen} works")), "{}", doctor());
    other.order(&serde_json::json!({"do": "many", "count": COUNT, "post": listen, "text": "救命，第#户煤气漏了"}));
    for taken in DEATHS {
        while other.hear("progress")["taken"].as_u64().unwrap() < taken {}
        server.signal("KILL");
        server.ended();
        server = serve(&data);
    }
    let many = other.hear("many");
    println!("{COUNT} messages posted twice each, {} deaths, {} posts not taken", DEATHS.len(), many["refused"]);
    until(|| count(&data, "select cast(count(*) as bigint) as many from inbox where state = 'waiting'") == 0);
    assert!(server.stop().success());
    assert_eq!(count(&data, "select cast(count(*) as bigint) as many from inbox"), COUNT);
    assert_eq!(count(&data, "select cast(count(*) as bigint) as many from matter where channel = 'chat'"), COUNT);
}

#[test]
fn what_was_told_over_a_link_and_not_kept_when_it_was_killed_comes_with_the_next_one() {
    let (folder, mut other) = (tempfile::tempdir().unwrap(), other_end());
    let listen = free_port();
    let data = site(folder.path(), &chat(folder.path(), (listen, 9)));
    let serve = |data: &Path| Running::start(&["serve", "--data", data.to_str().unwrap()]);
    let server = serve(&data);
    let come = |other: &mut Peer| {
        other.order(&serde_json::json!({"do": "connect", "url": format!("ws://127.0.0.1:{listen}/ws")}));
        other.hear("connected");
    };
    other.order(&serde_json::json!({"do": "remember", "how": "recent"}));
    come(&mut other);
    until(|| {
        count(&data, "select cast(count(*) as bigint) as many from source where name = 'heard' and reached_at is not null") == 1
    });
    other.order(&serde_json::json!({"do": "many", "count": OVER_A_LINK, "users": TELLERS, "text": "村里第#户停水了"}));
    until(|| count(&data, "select cast(count(*) as bigint) as many from inbox") > 0);
    server.signal("KILL");
    server.ended();
    let lost = other.hear("many")["refused"].as_i64().unwrap();
    let kept = count(&data, "select cast(count(*) as bigint) as many from inbox");
    let server = serve(&data);
    come(&mut other);
    until(|| count(&data, "select cast(count(*) as bigint) as many from inbox") == OVER_A_LINK);
    until(|| count(&data, "select cast(count(*) as bigint) as many from inbox where state = 'waiting'") == 0);
    println!("{OVER_A_LINK} messages: {kept} kept when it was killed, {lost} sayings to nobody, the others asked for");
    assert!(server.stop().success());
    assert_eq!(
        (
            count(&data, "select cast(count(*) as bigint) as many from inbox"),
            count(&data, "select cast(count(*) as bigint) as many from chat_talk")
        ),
        (OVER_A_LINK, TELLERS),
        "each once"
    );
}

/// Reads the memory of a process that stands in real memory, in KiB.
fn resident(pid: u32) -> i64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn two_thousand_links_that_say_nothing_take_little_memory() {
    let (folder, mut other) = (tempfile::tempdir().unwrap(), other_end());
    let listen = free_port();
    let data = site(folder.path(), &chat(folder.path(), (listen, 9)));
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    let url = format!("ws://127.0.0.1:{listen}/onebot/v11/ws/event");
    // the first few have the process take what it takes once
    other.order(&serde_json::json!({"do": "idle", "url": url, "count": 20}));
    other.hear("idle");
    let before = resident(server.pid());
    other.order(&serde_json::json!({"do": "idle", "url": url, "count": IDLE}));
    assert_eq!(other.hear("idle")["count"].as_u64(), Some(IDLE));
    let more = resident(server.pid()) - before;
    println!("{IDLE} links that say nothing: {more} KiB more");
    assert!(more <= IDLE_KIB_MAX, "{more} KiB more");
    assert!(server.stop().success());
}

#[test]
fn ten_thousand_at_once_are_kept_each_once_and_pages_do_not_notice() {
    let (folder, mut other) = (tempfile::tempdir().unwrap(), other_end());
    let listen = free_port();
    let data = site(folder.path(), &chat(folder.path(), (listen, 9)));
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    other.order(&serde_json::json!({"do": "connect", "url": format!("ws://127.0.0.1:{listen}/ws")}));
    other.hear("connected");
    other.order(&serde_json::json!({"do": "many", "count": AT_ONCE, "users": ACCOUNTS, "text": "村里第#户停水了"}));
    let pages: Vec<String> = (0..PAGES).map(|at| server.file(&format!("page{at}"))["number"].to_string()).collect();
    other.hear("many");
    let all = "select cast(count(*) as bigint) as many from inbox";
    until(|| count(&data, all) == AT_ONCE);
    until(|| count(&data, "select cast(count(*) as bigint) as many from inbox where state = 'waiting'") == 0);
    assert_eq!(count(&data, all), AT_ONCE, "each came twice and is here once");
    assert_eq!(count(&data, "select cast(count(*) as bigint) as many from chat_talk"), ACCOUNTS, "each account is asked on");
    let web = "select cast(count(*) as bigint) as many from matter where channel = 'web'";
    assert_eq!(count(&data, web), pages.len() as i64);
    assert!(server.stop().success());
}
