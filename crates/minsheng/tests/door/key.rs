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

#[test]
fn three_holders_are_named_once_and_what_comes_in_is_sealed_to_two_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "");
    let data = data.to_str().unwrap();
    let keys = folder.path().join("escrow");
    std::fs::create_dir(&keys).unwrap();
    let make = ["key", "escrow", "--data", data, "--make", keys.to_str().unwrap()];
    let named = minsheng(&make);
    assert!(named.status.success(), "{}", text(&named.stderr));
    assert!(!minsheng(&make).status.success(), "keys that are there are never written over");
    let shown = text(&minsheng(&["key", "show", "--data", data]).stdout);
    let holders: Vec<&str> = shown.lines().filter(|line| line.contains("escrow holder")).collect();
    assert_eq!(holders.len(), 3, "{shown}");
    let same = holders[0].rsplit(' ').next().unwrap();
    let twice = minsheng(&["key", "escrow", "--data", data, "--holders", same, same, same]);
    assert!(text(&twice.stderr).contains("three different ones"));
    let key = keys.join("escrow-1.key");
    let alone = minsheng(&["key", "let-in", "nobody", "--data", data, "--key", key.to_str().unwrap()]);
    assert!(text(&alone.stderr).contains("There is nobody called nobody"), "{}", text(&alone.stderr));
    let admin = minsheng(&["key", "let-in", "admin", "--data", data, "--key", key.to_str().unwrap()]);
    assert!(text(&admin.stderr).contains("fewer than two of them"), "{}", text(&admin.stderr));
    let other = keys.join("escrow-3.key");
    let both = ["--key", key.to_str().unwrap(), "--key", other.to_str().unwrap()];
    let admin = minsheng(&[&["key", "let-in", "admin", "--data", data][..], &both].concat());
    assert!(text(&admin.stderr).contains("This is no handler of accusations"), "{}", text(&admin.stderr));
}

#[test]
fn a_handler_is_let_in_while_the_site_is_served_and_the_body_above_has_a_key_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let (data, other) = (folder.path().join("data"), folder.path().join("above.key"));
    let (data, above) = (data.to_str().unwrap(), other.to_str().unwrap());
    let server = Running::demo(folder.path().join("data").as_path());
    let own = folder.path().join("data/supervisor.key");
    let let_in = |key: &str| minsheng(&["key", "let-in", "tanmingke", "--data", data, "--key", key]);
    let done = let_in(own.to_str().unwrap());
    assert!(done.status.success() && text(&done.stdout).contains("Let in. Opened: 0"), "{}", text(&done.stderr));
    let kept = minsheng(&["key", "above", "--data", data, "--make", above]);
    assert!(kept.status.success(), "{}", text(&kept.stderr));
    assert!(
        text(&minsheng(&["key", "show", "--data", data]).stdout).contains("key of the body above the supervising body: age1")
    );
    let refused = let_in(above);
    assert!(text(&refused.stderr).contains("These are not the escrow keys"), "{}", text(&refused.stderr));
    assert!(server.stop().success());
    let shown = text(&minsheng(&["key", "show", "--data", data]).stdout);
    let supervising = shown.lines().find(|line| line.contains("public key of the supervising body")).unwrap();
    let same = minsheng(&["key", "above", supervising.rsplit(' ').next().unwrap(), "--data", data]);
    assert!(text(&same.stderr).contains("a key of the supervising body itself"), "{}", text(&same.stderr));
    assert!(let_in(own.to_str().unwrap()).status.success(), "and without a server the command does it itself");
}
