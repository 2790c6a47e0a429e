//! Short messages and the real program: killed while a message centre hands over, it loses nothing that it called taken, and makes
//! nothing twice.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{Running, minsheng, site, text, until};
use crate::peer::{Peer, count};

/// Messages handed over.
const COUNT: i64 = 1_200;
/// Messages handed over at once, with no answer waited for.
const AT_ONCE: i64 = 2_000;
/// Forms sent meanwhile.
const PAGES: usize = 20;
/// How many are taken when it is killed.
const DEATHS: [u64; 3] = [200, 500, 900];

fn centre() -> Peer {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = here.join("../channels/tests/texting/smsc.js");
    Peer::of(Command::new("node").arg(script).env("NODE_PATH", here.join("../../node_modules")))
}

/// Starts the centre, and makes a site that it knows.
fn connected(folder: &Path) -> (Peer, PathBuf) {
    let mut centre = centre();
    let port = centre.hear("listening")["port"].as_u64().unwrap();
    let password = folder.join("password");
    std::fs::write(&password, "secret\n").unwrap();
    let password = password.to_str().unwrap();
    let sms = format!(
        "\n[sms]\nnumber = \"10690931\"\n[sms.smpp]\nhost = \"127.0.0.1\"\nport = {port}\nsystem_id = \"ms\"\npassword_file = {password:?}\n\
         per_second = 1000\n"
    );
    (centre, site(folder, &sms))
}

fn serve(data: &Path) -> Running {
    Running::start(&["serve", "--data", data.to_str().unwrap()])
}

/// Tells that everything became a matter, each once.
fn all_filed(data: &Path, many: i64) {
    until(|| count(data, "select cast(count(*) as bigint) as many from inbox where state = 'waiting'") == 0);
    assert_eq!(count(data, "select cast(count(*) as bigint) as many from inbox"), many);
    assert_eq!(count(data, "select cast(count(*) as bigint) as many from matter where channel = 'sms'"), many);
}

#[test]
fn killed_in_the_middle_it_loses_nothing_and_makes_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let (mut centre, data) = connected(folder.path());
    let doctor = text(&minsheng(&["doctor", "--data", data.to_str().unwrap()]).stdout);
    assert!(doctor.contains("Short messages:") && doctor.contains("knows us"), "{doctor}");
    let mut server = serve(&data);
    centre.hear("bound");
    centre.hear("bound");
    centre.order(&serde_json::json!({"do": "many", "count": COUNT, "window": 50, "words": "停水了，第#户"}));
    for taken in DEATHS {
        while centre.hear("progress")["taken"].as_u64().unwrap() < taken {}
        server.signal("KILL");
        server.ended();
        server = serve(&data);
    }
    let many = centre.hear("many");
    assert_eq!((many["taken"].as_i64(), many["refused"].as_i64()), (Some(COUNT), Some(0)), "{many}");
    println!("{COUNT} messages brought {} times, {} deaths", many["brought"], DEATHS.len());
    all_filed(&data, COUNT);
    assert!(server.stop().success());
}

#[test]
fn thousands_at_once_are_all_taken_and_pages_do_not_notice() {
    let folder = tempfile::tempdir().unwrap();
    let (mut centre, data) = connected(folder.path());
    let server = serve(&data);
    centre.hear("bound");
    centre.order(&serde_json::json!({"do": "many", "count": AT_ONCE, "window": AT_ONCE, "words": "停电了，第#户"}));
    let pages: Vec<String> = (0..PAGES).map(|at| server.file(&format!("page{at}"))["number"].to_string()).collect();
    let many = centre.hear("many");
    assert_eq!((many["taken"].as_i64(), many["refused"].as_i64()), (Some(AT_ONCE), Some(0)), "{many}");
    all_filed(&data, AT_ONCE);
    let web = count(&data, "select cast(count(*) as bigint) as many from matter where channel = 'web'");
    assert_eq!(web, pages.len() as i64);
    assert!(server.stop().success());
}
