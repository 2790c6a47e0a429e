//! The serving process from outside: ready, alone, patient with the quick and short with the slow.

use std::io::{Read, Write};

use crate::common::{Running, minsheng, read_answer, site};

/// Small limits, so that a test need not wait long.
const QUICK: &str = "\n[limits]\nhead_seconds_max = 1\nprogress_seconds = 1\nprogress_bytes_per_second_min = 1000\n\
    head_bytes_max = 8192\nrequest_seconds_max = 5\n";

#[test]
fn a_demo_becomes_ready_in_an_empty_folder_and_ends_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Running::demo(folder.path());
    assert_eq!(demo.get("/healthz").status, 200);
    assert_eq!(demo.get("/readyz").body, "ready\n");
    assert!(demo.stop().success());
    let again = Running::demo(folder.path());
    assert_eq!(again.get("/readyz").status, 200);
}

#[test]
fn a_second_process_on_the_same_data_is_refused_with_words() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "");
    let _first = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    let second = minsheng(&["serve", "--data", data.to_str().unwrap(), "--listen", "127.0.0.1:0"]);
    assert!(!second.status.success());
    let words = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(words.contains("another process serves"), "{words}");
}

#[test]
fn plain_http_for_other_machines_and_missing_sites_are_refused_with_words() {
    let folder = tempfile::tempdir().unwrap();
    let none = minsheng(&["serve", "--data", folder.path().to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&none.stderr).contains("minsheng init"));
    let open = minsheng(&["demo", "--data", folder.path().to_str().unwrap(), "--listen", "0.0.0.0:0"]);
    assert!(String::from_utf8_lossy(&open.stderr).contains("everybody knows its passwords"));
    let data = site(folder.path(), "");
    let open = minsheng(&["serve", "--data", data.to_str().unwrap(), "--listen", "0.0.0.0:0"]);
    assert!(String::from_utf8_lossy(&open.stderr).contains("plain http"));
}

#[test]
fn silent_half_headed_and_trickling_connections_are_ended() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), QUICK);
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    assert_eq!(read_answer(&mut server.connect()).status, 0, "a silent connection is closed without an answer");
    let half = server.send("GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ");
    assert!(half.status == 0 || half.status == 408, "a head that never ends is ended");
    let form = "content-type: application/x-www-form-urlencoded\r\ncontent-length: 100000";
    let body = server.send(&format!("POST /settings HTTP/1.1\r\nhost: x\r\n{form}\r\n\r\nlang=en"));
    assert_eq!(body.status, 408, "a body that stops coming is ended");
    let long = format!("GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n", "x".repeat(20_000));
    assert_eq!(server.send(&long).status, 431);
    assert_eq!(server.get("/healthz").status, 200, "and meanwhile everyone else is served");
}

#[test]
fn one_address_takes_no_more_connections_than_its_share() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "\n[limits]\nconnections_per_address_max = 2\n");
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    let mut kept: Vec<_> = (0..2).map(|_| server.connect()).collect();
    for stream in &mut kept {
        // an answered request proves that the connection has been counted
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
    }
    let third = read_answer(&mut server.connect());
    assert_eq!(third.status, 503);
    assert!(third.head.contains("retry-after: 5"));
    drop(kept);
    // the places come free as soon as the server has seen the ends
    while server.get("/healthz").status != 200 {}
}

#[test]
fn a_request_that_runs_is_finished_before_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), QUICK);
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    let mut open = server.connect();
    open.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n").unwrap();
    assert_eq!(server.get("/healthz").status, 200);
    assert!(server.stop().success(), "an unfinished head does not hold the end up");
}

#[test]
fn a_filing_under_way_when_the_end_comes_is_still_taken() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "");
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    let form = "what=%E7%81%AF&kind=help&identity=anonymous&place=990777100201&submit_key=under-way";
    let head = format!(
        "POST /appeals HTTP/1.1\r\nhost: {}\r\naccept: application/json\r\nexpect: 100-continue\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
        server.address,
        form.len()
    );
    let mut open = server.connect();
    open.write_all(head.as_bytes()).unwrap();
    let mut first = [0; 25];
    open.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 100 Continue\r\n\r\n", "the request runs");
    server.signal("TERM");
    while std::net::TcpStream::connect(server.address).is_ok() {}
    open.write_all(form.as_bytes()).unwrap();
    assert_eq!(read_answer(&mut open).status, 201);
    assert!(server.ended().success());
}

#[test]
fn what_was_acknowledged_before_a_kill_is_there_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "");
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    let filed: Vec<_> = (0..5).map(|n| server.file(&format!("第 {n} 件事。"))).collect();
    server.signal("KILL");
    drop(server);
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    for (n, filed) in filed.iter().enumerate() {
        let form = format!("number={}&query_code={}", filed["number"].as_str().unwrap(), filed["query_code"].as_str().unwrap());
        assert!(server.post("/track", &form).body.contains(&format!("第 {n} 件事。")));
    }
    let whole = minsheng(&["verify", "--database", "--data", data.to_str().unwrap()]);
    assert!(whole.status.success());
}

#[test]
fn metrics_are_served_on_a_listener_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let data = site(folder.path(), &format!("metrics_listen = \"127.0.0.1:{port}\"\n"));
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    assert_eq!(server.get("/places.json").status, 200);
    let mut metrics = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    metrics.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let page = read_answer(&mut metrics);
    assert_eq!(page.status, 200);
    for name in [
        "minsheng_takes_writes 1",
        "minsheng_log_entries",
        "minsheng_outbox_waiting 0",
        "minsheng_writes_waiting",
        "route=\"/places.json\"",
    ] {
        assert!(page.body.contains(name), "{name} is missing in {}", page.body);
    }
    assert_eq!(server.get("/metrics").status, 404, "residents cannot reach them");
}

#[test]
fn not_ready_while_another_program_holds_the_database_and_ready_again_after() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "");
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    assert_eq!(server.get("/readyz").status, 200);
    // the same file under another name: the lock file does not know it, SQLite does
    let alias = folder.path().join("alias.db");
    std::os::unix::fs::symlink(data.join("minsheng.db"), &alias).unwrap();
    let migrations = testkit::migrations(&[
        appeals::MIGRATIONS,
        forum::MIGRATIONS,
        insight::MIGRATIONS,
        oversight::MIGRATIONS,
        channels::MIGRATIONS,
    ]);
    let held = db::Store::open(&db::Target::Sqlite(alias), db::Options::default(), migrations, Box::new(db::NoHooks)).unwrap();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let holding = std::thread::spawn(move || {
        held.write_blocking(move |_| {
            assert!(released.recv().is_err(), "the other end lets go by going");
            Ok::<_, db::Fault>(())
        })
    });
    while server.get("/readyz").status == 200 {}
    assert!(server.get("/readyz").body.contains("took longer"));
    assert_eq!(server.get("/healthz").status, 200);
    drop(release);
    holding.join().unwrap().unwrap();
    while server.get("/readyz").status != 200 {}
    server.file("又能写了。");
}
