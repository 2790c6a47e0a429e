//! What the program is made of and whom it talks to: guests, calls outward, other programs, labels of keys.

use std::collections::BTreeSet;

use crate::sources::{files, program, read};

/// Where guests come from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";
/// Guests that must never come in, by a part of their name, and why.
const BANNED: &[(&str, &str)] = &[
    ("opencv", "looks at faces"),
    ("face", "looks at faces"),
    ("dlib", "looks at faces"),
    ("biometric", "measures bodies"),
    ("fingerprint", "measures bodies"),
    ("whisper", "listens to voices"),
    ("vosk", "listens to voices"),
    ("deepspeech", "listens to voices"),
    ("emotion", "judges feelings"),
    ("sentiment", "judges feelings"),
    ("onnx", "runs models about people"),
    ("ort-", "runs models about people"),
    ("tflite", "runs models about people"),
    ("tensorflow", "runs models about people"),
    ("tch", "runs models about people"),
    ("candle", "runs models about people"),
    ("openssl-sys", "a second cryptography, in C"),
    ("native-tls", "a second cryptography, in C"),
    ("md5", "a broken hash"),
    ("md-5", "a broken hash"),
    ("des", "a broken cipher"),
    ("rc4", "a broken cipher"),
    ("blowfish", "a broken cipher"),
];
/// A banned guest that another one brings, and what for.
const BROUGHT: (&str, &str) = ("md-5", "postgres-protocol"); // PostgreSQL's old way to log in; nothing of ours hashes with it
/// Parts that may open a connection to somebody else, and to whom.
const CALLERS: &[(&str, &str)] = &[
    ("crates/channels/src/chat/api.rs", "the program that holds the account of the chat, of the configuration"),
    ("crates/channels/src/chat/forward.rs", "the program that holds the account of the chat, of the configuration"),
    ("crates/minsheng/src/doctor/chat.rs", "the command `doctor`: the site's own door for the program of the chat"),
    ("crates/channels/src/hotline/fetch.rs", "the place of recordings of the configuration"),
    ("crates/channels/src/mail/hand.rs", "the command `load`: the site under load"),
    ("crates/channels/src/mail/incoming/imap.rs", "the mailbox of the configuration"),
    ("crates/channels/src/mail/incoming/vouched/dns.rs", "the resolver of the configuration ([mail.check])"),
    ("crates/channels/src/mail/send.rs", "the mail server of the configuration"),
    ("crates/channels/src/sms/http/gateway.rs", "the gateway of short messages of the configuration"),
    ("crates/minsheng/src/logs/copied.rs", "the machine that takes a copy of the technical log, of the configuration"),
    ("crates/channels/src/exchange.rs", "other sites that the administrator connected: steps of matters between them"),
    ("crates/channels/src/hook.rs", "programs of others that are told of what they sent"),
    ("crates/channels/src/sms/smpp/link.rs", "the carrier of short messages of the configuration"),
    ("crates/db/src/postgres.rs", "the database of the configuration"),
    ("crates/db/src/postgres/line.rs", "the database of the configuration"),
    ("crates/minsheng/src/check/remote.rs", "the command `verify URL`"),
    ("crates/minsheng/src/decode/attempt.rs", "nobody: the closed child tries it on purpose and is killed for it"),
    (
        "crates/minsheng/src/doctor/hotline.rs",
        "the command `doctor`: the site's own door for the exchange, and the place of recordings",
    ),
    (
        "crates/minsheng/src/doctor/outside.rs",
        "the command `doctor`: are the mail server and the gateway of short messages there",
    ),
    ("crates/minsheng/src/scan.rs", "the virus scanner of the configuration"),
    ("crates/minsheng/src/witness/ask.rs", "the witnesses of the configuration"),
    ("crates/minsheng/src/load/wire.rs", "the command `load`: the site under load"),
];
/// Parts that start another program, and which.
const STARTERS: &[(&str, &str)] = &[
    ("crates/minsheng/src/decode/attempt.rs", "the closed child tries it on purpose and is killed for it"),
    ("crates/minsheng/src/decode/mod.rs", "itself, closed, to look into a file or to read mails"),
    ("crates/minsheng/src/doctor/data.rs", "the command `doctor`: `df`, with words of its own"),
];
/// How a connection to somebody else is opened.
const CALLS: &[&str] =
    &["TcpStream::connect", "ureq::", "SmtpTransport", "config.connect", "UdpSocket", "reqwest", "lookup_host"];

fn is_banned(name: &str, ban: &str) -> bool {
    let parts: Vec<&str> = name.split(['-', '_']).collect();
    if ban.len() <= 4 { name == ban || parts.contains(&ban.trim_end_matches('-')) } else { name.contains(ban) }
}

#[test]
fn no_banned_dependency_comes_in() {
    assert!(is_banned("rust-face", "face") && is_banned("ort-sys", "ort-") && is_banned("opencv-binding", "opencv"));
    assert!(!is_banned("interface", "face") && !is_banned("serde", "des"));
    let lock: toml::Table = read("Cargo.lock").parse().unwrap();
    let guests = lock["package"].as_array().unwrap();
    assert!(guests.len() > 100);
    for guest in guests {
        let name = guest["name"].as_str().unwrap();
        let source = guest.get("source").and_then(toml::Value::as_str);
        assert!(source.is_none_or(|source| source == REGISTRY), "{name} comes from {source:?}");
        assert!(source.is_none() || guest.get("checksum").is_some(), "{name} has no checksum");
        for (ban, why) in BANNED {
            assert!(name == BROUGHT.0 || !is_banned(name, ban), "{name} {why}");
        }
        let takes = guest.get("dependencies").and_then(toml::Value::as_array).into_iter().flatten();
        let brings = takes.filter_map(toml::Value::as_str).any(|taken| taken.split(' ').next() == Some(BROUGHT.0));
        assert!(!brings || name == BROUGHT.1, "{name} brings {}", BROUGHT.0);
    }
}

#[test]
fn unsafe_code_is_forbidden_in_every_crate() {
    let workspace: toml::Table = read("Cargo.toml").parse().unwrap();
    assert_eq!(workspace["workspace"]["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    let manifests = files("crates", "toml").into_iter().filter(|(path, _)| path.ends_with("/Cargo.toml"));
    let manifests: Vec<(String, String)> = manifests.chain([("xtask/Cargo.toml".to_owned(), read("xtask/Cargo.toml"))]).collect();
    assert!(manifests.len() > 8);
    for (path, text) in manifests {
        let manifest: toml::Table = text.parse().unwrap();
        assert_eq!(manifest["lints"]["workspace"].as_bool(), Some(true), "{path} does not take the lints of the workspace");
    }
}

#[test]
fn only_named_parts_open_connections_to_others() {
    for (path, text) in program() {
        for call in CALLS {
            let known = CALLERS.iter().any(|(own, _)| *own == path);
            assert!(known || !text.contains(call), "{path} calls somebody ({call}); say whom in docs/security.md and here");
        }
    }
}

#[test]
fn the_served_program_starts_itself_to_look_into_files_and_no_other() {
    let starts = program().into_iter().filter(|(_, text)| text.contains("process::Command") || text.contains("Command::new("));
    let starts: Vec<String> = starts.map(|(path, _)| path).collect();
    let known: Vec<&str> = STARTERS.iter().map(|(path, _)| *path).collect();
    assert_eq!(starts, known, "a part starts another program: say here which and why");
}

#[test]
fn every_label_of_a_key_stands_in_the_list() {
    let list = read("docs/keys.md");
    let mut labels = BTreeSet::new();
    for (_, text) in program() {
        for label in text.split("\"minsheng/").skip(1) {
            labels.insert(format!("minsheng/{}", label.split(['"', '{', '\\']).next().unwrap()));
        }
    }
    assert!(labels.len() > 15, "{labels:?}");
    let unlisted: Vec<&String> = labels.iter().filter(|label| !list.contains(&format!("`{label}`"))).collect();
    assert!(unlisted.is_empty(), "docs/keys.md does not say what is derived under {unlisted:?}");
}
