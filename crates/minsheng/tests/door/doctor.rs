//! The doctor on a healthy site and on sick ones.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::common::{Running, minsheng, site, text};
use crate::peer::Peer;

fn doctor(data: &Path) -> (bool, String) {
    let output = minsheng(&["doctor", "--data", data.to_str().unwrap()]);
    (output.status.success(), text(&output.stdout) + &text(&output.stderr))
}

#[test]
fn a_healthy_site_has_warnings_at_most() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "");
    let (well, words) = doctor(&data);
    assert!(well && words.contains("Nobody serves the site") && words.contains("supervising body's key still lies"), "{words}");
    // the example's head of xf has no e-mail, and no leader stands above anybody
    for gap in ["Office xf: danger to life reaches nobody at all", "Office qs: danger to life reaches no leader above it"] {
        assert!(words.contains(gap), "{words}");
    }
    fs::remove_file(data.join("supervisor.key")).unwrap();
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    server.file("一件事。");
    let (well, words) = doctor(&data);
    assert!(well && words.contains("The site is being served") && words.contains("events are whole"), "{words}");
    assert!(!words.contains("BAD"), "{words}");
}

#[test]
fn what_is_sick_is_named_and_the_exit_code_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let smtp = format!("\n[smtp]\nhost = \"127.0.0.1\"\nport = {port}\nfrom = \"minsheng@yunling.example\"\ntls = \"none\"\n");
    let data = site(folder.path(), &smtp);
    fs::set_permissions(data.join("keys/log.key"), fs::Permissions::from_mode(0o644)).unwrap();
    let migrations = testkit::migrations(&[
        appeals::MIGRATIONS,
        forum::MIGRATIONS,
        insight::MIGRATIONS,
        oversight::MIGRATIONS,
        channels::MIGRATIONS,
    ]);
    let target = db::Target::Sqlite(data.join("minsheng.db"));
    let store = db::Store::open(&target, db::Options::default(), migrations, Box::new(db::NoHooks)).unwrap();
    let edit = "update event set actor = 'resident' where position = 2";
    store.write_blocking(move |tx| tx.run(edit, &[])).unwrap();
    drop(store);
    let (well, words) = doctor(&data);
    assert!(!well);
    for sick in ["log.key can be read by others", "1 of the newest", "does not answer"] {
        assert!(words.contains(sick), "{sick}: {words}");
    }
}

#[test]
fn a_site_without_keys_or_data_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "");
    fs::remove_file(data.join("keys/code.key")).unwrap();
    let (well, words) = doctor(&data);
    assert!(!well && words.contains("Keys are missing") && words.contains("code.key"), "{words}");
}

#[test]
fn a_certificate_that_no_browser_trusts_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    fs::write(&cert, include_bytes!("tls/first.pem")).unwrap();
    fs::write(&key, include_bytes!("tls/first.key")).unwrap();
    let data = site(folder.path(), &format!("\n[tls]\ncert = {cert:?}\nkey = {key:?}\n"));
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    let (_, words) = doctor(&data);
    assert!(words.contains("smtp.pages names no https address"), "{words}");
    let file = data.join("minsheng.toml");
    let pages = format!("https://localhost:{}", server.address.port());
    let smtp = format!("\n[smtp]\nhost = \"127.0.0.1\"\nport = 9\nfrom = \"a@b.example\"\ntls = \"none\"\npages = \"{pages}\"\n");
    fs::write(&file, fs::read_to_string(&file).unwrap() + &smtp).unwrap();
    let (_, words) = doctor(&data);
    assert!(words.contains(&format!("a stranger cannot open {pages}")) && words.contains("UnknownIssuer"), "{words}");
}

#[test]
fn the_resolver_that_senders_are_looked_up_with_is_tried() {
    let folder = tempfile::tempdir().unwrap();
    let zone = |zone: serde_json::Value| {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../channels/tests/mailbox/names.py");
        let mut resolver = Peer::python(&script, &[&zone.to_string()]);
        let port = resolver.line().as_u64().unwrap();
        (resolver, port)
    };
    let mx = serde_json::json!({"MX": ["mx.qinghe.example"]});
    let policy = serde_json::json!({"TXT": ["v=DMARC1; p=reject"]});
    let whole = zone(serde_json::json!({"qinghe.example": mx, "_dmarc.qinghe.example": policy}));
    let open = zone(serde_json::json!({"qinghe.example": mx}));
    let empty = zone(serde_json::json!({}));
    let failing = zone(serde_json::json!({"qinghe.example": "fails"}));
    // one that takes questions and never answers, and a place where nobody is
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let nobody = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let data = site(folder.path(), "");
    let file = data.join("minsheng.toml");
    let plain = fs::read_to_string(&file).unwrap();
    for (port, server, says) in [
        (whole.1, "server = \"mx.qinghe.example\"", "works, and knows the mail servers and DMARC of qinghe.example"),
        (whole.1, "", "SPF is never looked at"),
        (open.1, "", "qinghe.example publishes no DMARC"),
        (empty.1, "", "knows no mail server of qinghe.example"),
        (failing.1, "", "it says that it cannot"),
        (u64::from(silent.local_addr().unwrap().port()), "", "it does not answer in time"),
        (u64::from(nobody), "", "nobody answers for names there"),
    ] {
        let mail = "[mail]\naddress = \"minsheng@qinghe.example\"\nlisten = \"127.0.0.1:9\"\n";
        fs::write(&file, format!("{plain}{mail}[mail.check]\nresolver = \"127.0.0.1:{port}\"\n{server}\n")).unwrap();
        let words = doctor(&data).1;
        assert!(words.contains(says), "{says}: {words}");
        assert_eq!(words.contains("SPF is never looked at"), server.is_empty());
    }
}
