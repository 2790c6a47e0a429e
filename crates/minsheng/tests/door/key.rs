//! Rotating the site key, with and without a serving process.

use crate::common::{Running, minsheng, site, text};

fn rotate(data: &str) -> String {
    let rotated = minsheng(&["key", "rotate", "--data", data]);
    assert!(rotated.status.success(), "{}", text(&rotated.stderr));
    text(&rotated.stdout)
}

#[test]
fn a_rotation_goes_through_the_serving_process_and_everything_stays_readable() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "");
    let data = data.to_str().unwrap();
    let server = Running::start(&["serve", "--data", data]);
    let before = server.file("换钥匙之前的事。");
    assert!(rotate(data).contains("now version 2;"));
    let after = server.file("换钥匙之后的事。");
    for (filed, words) in [(&before, "换钥匙之前的事"), (&after, "换钥匙之后的事")] {
        let form = format!("number={}&query_code={}", filed["number"].as_str().unwrap(), filed["query_code"].as_str().unwrap());
        assert!(server.post("/track", &form).body.contains(words));
    }
    assert!(server.stop().success());
    assert!(!folder.path().join("data/control.sock").exists());
    assert!(rotate(data).contains("now version 3"), "without a server the command does it itself");
    let whole = minsheng(&["verify", "--database", "--data", data]);
    assert!(whole.status.success(), "{}", text(&whole.stdout));
    let shown = text(&minsheng(&["key", "show", "--data", data]).stdout);
    assert!(shown.contains("yunling.example/990777+") && shown.contains("version of the site key: 3"), "{shown}");
}

#[test]
fn a_socket_that_a_dead_process_left_is_no_process() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "");
    let data = data.to_str().unwrap();
    let server = Running::start(&["serve", "--data", data]);
    // the socket is made beside the first answers, not before them
    while !folder.path().join("data/control.sock").exists() {
        std::thread::yield_now();
    }
    server.signal("KILL");
    drop(server);
    assert!(folder.path().join("data/control.sock").exists());
    assert!(rotate(data).contains("now version 2"));
    assert!(Running::start(&["serve", "--data", data]).stop().success());
}
