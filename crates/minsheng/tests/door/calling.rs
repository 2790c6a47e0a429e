//! The hotline and the real program: killed while an exchange tells of calls, it loses nothing that it called taken, and has nothing twice.

use std::net::TcpListener;
use std::path::Path;

use serde_json::json;

use crate::common::{Running, minsheng, site, text};
use crate::peer::{Peer, count};

/// Calls told of, each by three sayings, each saying twice.
const COUNT: i64 = 120;
/// How many sayings are taken when it is killed.
const DEATHS: [u64; 3] = [100, 300, 500];

fn exchange() -> Peer {
    Peer::python(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../channels/tests/calling/exchange.py"), &[])
}

#[test]
fn killed_while_it_is_told_of_calls_it_loses_none_and_has_none_twice() {
    let (folder, mut exchange) = (tempfile::tempdir().unwrap(), exchange());
    exchange.hear("listening");
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "an-example-secret-of-nobody\n").unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let hotline =
        format!("\n[hotline]\nnumber = \"12345\"\nlisten = \"127.0.0.1:{port}\"\nkey = \"exchange\"\nsecret_file = {secret:?}\n");
    let data = site(folder.path(), &hotline);
    let arguments = ["serve", "--data", data.to_str().unwrap()];
    let doctor = |data: &Path| text(&minsheng(&["doctor", "--data", data.to_str().unwrap()]).stdout);
    let said = doctor(&data);
    assert!(said.contains("nobody listens"), "{said}");
    let mut server = Running::start(&arguments);
    let said = doctor(&data);
    assert!(said.contains("takes signed news of calls"), "{said}");
    exchange.order(&json!({"do": "many", "count": COUNT, "port": port}));
    for taken in DEATHS {
        while exchange.hear("progress")["taken"].as_u64().unwrap() < taken {}
        server.signal("KILL");
        server.ended();
        server = Running::start(&arguments);
    }
    let many = exchange.hear("many");
    println!("{COUNT} calls by {} sayings, {} of them tried again, {} deaths", many["taken"], many["refused"], DEATHS.len());
    assert!(server.stop().success());
    assert_eq!(count(&data, "select cast(count(*) as bigint) as many from hotline_call where state = 'ended'"), COUNT);
    assert_eq!(count(&data, "select cast(count(*) as bigint) as many from hotline_call"), COUNT);
    assert_eq!(count(&data, "select cast(count(*) as bigint) as many from hotline_step"), COUNT * 3);
}
