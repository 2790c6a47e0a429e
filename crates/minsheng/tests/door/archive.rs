//! The archive that a resident takes away: both tools check it without a network, and name what was changed.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::common::{Running, minsheng, site, text};

/// Is what an archive holds, by name and in order.
type Members = Vec<(String, Vec<u8>)>;

/// Takes the archive of a matter as its resident: over HTTP/1.0, so that its bytes come as they are.
fn taken(server: &Running, filed: &serde_json::Value) -> Vec<u8> {
    let word = |name: &str| filed[name].as_str().unwrap().to_owned();
    let form = format!("number={}&query_code={}", word("number"), word("query_code"));
    let opened = server.send(&format!(
        "POST /track HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{form}",
        server.address,
        form.len()
    ));
    let mut stream = server.connect();
    let host = server.address;
    write!(stream, "GET /track/archive HTTP/1.0\r\nHost: {host}\r\nCookie: {}\r\n\r\n", opened.cookies).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let body = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    assert!(answer.starts_with(b"HTTP/1.0 200"), "{}", text(&answer[..body]));
    answer[body..].to_vec()
}

fn members(archive: &[u8]) -> Members {
    let mut zip = ZipArchive::new(Cursor::new(archive)).unwrap();
    let read = |at| {
        let mut member = zip.by_index(at).unwrap();
        let (name, mut bytes) = (member.name().unwrap().into_owned(), Vec::new());
        member.read_to_end(&mut bytes).unwrap();
        (name, bytes)
    };
    (0..ZipArchive::new(Cursor::new(archive)).unwrap().len()).map(read).collect()
}

fn packed(path: &Path, members: &Members) {
    let mut zip = ZipWriter::new(fs::File::create(path).unwrap());
    for (name, bytes) in members {
        zip.start_file(name.as_str(), SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

/// Checks an archive with the program and with the one file of Python. Both must agree; returns what both say.
fn checked(path: &Path, vkey: &str) -> (bool, String) {
    let own = minsheng(&["verify", "--archive", path.to_str().unwrap(), "--vkey", vkey]);
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify_archive.py");
    let mut python = Command::new("python3");
    let python = python.env("PYTHONDONTWRITEBYTECODE", "1").arg(tool).arg(path).arg(vkey).output().unwrap();
    let words = text(&own.stdout) + &text(&own.stderr) + &text(&python.stdout) + &text(&python.stderr);
    assert_eq!(own.status.code(), python.status.code(), "{words}");
    (own.status.success(), words)
}

#[test]
fn an_archive_holds_without_a_network_and_a_changed_byte_is_named_by_both_tools() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(&["serve", "--data", site(folder.path(), "").to_str().unwrap()]);
    let vkey = server.get("/log/vkey").body.trim().to_owned();
    let (filed, other) = (server.file("桥栏杆松了。"), server.file("路灯坏了。"));
    let (archive, foreign) = (taken(&server, &filed), taken(&server, &other));
    drop(server);
    let path: PathBuf = folder.path().join("own.zip");
    fs::write(&path, &archive).unwrap();
    let (holds, words) = checked(&path, &vkey);
    assert!(holds && words.matches("everything holds").count() == 2 && !words.contains("self-consistent"), "{words}");
    let alone = text(&minsheng(&["verify", "--archive", path.to_str().unwrap()]).stdout);
    assert!(alone.contains("everything holds") && alone.contains("self-consistent only"), "{alone}");
    let whole = members(&archive);
    let names: Vec<&str> = whole.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.starts_with(&["README.txt", "index.html", "matter.json", "receipt.txt"]), "{names:?}");
    assert!(names.ends_with(&["SHA256SUMS", "SHA256SUMS.signed"]), "{names:?}");
    // one byte in each file, one file less, one more
    for at in 0..whole.len() {
        let (mut changed, mut less) = (whole.clone(), whole.clone());
        let middle = changed[at].1.len() / 2;
        changed[at].1[middle] ^= 1;
        let name = less.remove(at).0;
        packed(&path, &changed);
        let (holds, words) = checked(&path, &vkey);
        let signed = name.starts_with("SHA256SUMS");
        assert!(!holds && (signed || words.matches(&format!("{name}: was changed")).count() == 2), "{name}: {words}");
        packed(&path, &less);
        let missing = minsheng(&["verify", "--archive", path.to_str().unwrap(), "--vkey", &vkey]);
        let words = text(&missing.stdout) + &text(&missing.stderr);
        assert!(!missing.status.success() && words.contains(&name), "{name}: {words}");
    }
    let more = [whole.clone(), vec![("extra.txt".to_owned(), b"x".to_vec())]].concat();
    packed(&path, &more);
    let (holds, words) = checked(&path, &vkey);
    assert!(!holds && words.matches("extra.txt: is not on the list").count() == 2, "{words}");
    // another's receipt, with the sums made again: nobody signed those
    let mut swapped = whole;
    swapped[3].1 = members(&foreign)[3].1.clone();
    packed(&path, &swapped);
    assert!(!checked(&path, &vkey).0);
    // and whoever has no key of this log proves nothing
    packed(&path, &members(&archive));
    let (holds, words) = checked(&path, "log.elsewhere.example+14e45b8b+AVMfCyhF3mGxfV6HWqmFVx0eJx2kkKk4dGbwVqQPdRFc");
    assert!(!holds, "{words}");
}
