//! Short messages and the real program: killed while a message centre hands over, it loses nothing that it called taken, and makes
//! nothing twice.

use std::path::Path;
use std::process::Command;

use crate::common::{Running, minsheng, site, text, until};
use crate::peer::{Peer, count};

/// Messages handed over.
const COUNT: i64 = 1_200;
/// How many are taken when it is killed.
const DEATHS: [u64; 3] = [200, 500, 900];

fn centre() -> Peer {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = here.join("../channels/tests/texting/smsc.js");
    Peer::of(Command::new("node").arg(script).env("NODE_PATH", here.join("../../node_modules")))
}

#[test]
fn killed_in_the_middle_it_loses_nothing_and_makes_nothing_twice() {
    let (folder, mut centre) = (tempfile::tempdir().unwrap(), centre());
    let port = centre.hear("listening")["port"].as_u64().unwrap();
    let password = folder.path().join("password");
    std::fs::write(&password, "secret\n").unwrap();
    let sms = format!(
        "\n[sms]\nnumber = \"10690931\"\n[sms.smpp]\nhost = \"127.0.0.1\"\nport = {port}\nsystem_id = \"ms\"\npassword_file = {password:?}\n\
         per_second = 1000\n"
    );
    let data = site(folder.path(), &sms);
    let serve = |data: &Path| Running::start(&["serve", "--data", data.to_str().unwrap()]);
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
    let waits = "select cast(count(*) as bigint) as many from inbox where state = 'waiting'";
    until(|| count(&data, waits) == 0);
    assert!(server.stop().success());
    assert_eq!(count(&data, "select cast(count(*) as bigint) as many from inbox"), COUNT);
    assert_eq!(count(&data, "select cast(count(*) as bigint) as many from matter where channel = 'sms'"), COUNT);
}
