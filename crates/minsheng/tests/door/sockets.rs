//! Requests that no browser sends, by raw socket: too large, with two lengths, with a length that lies.

use std::io::{ErrorKind, Write};
use std::net::{Shutdown, TcpStream};

use crate::common::{Answer, Running, read_answer, site};

/// More than the buffers of both sides hold together, so that a sender meets whoever does not read.
const MUCH_BYTES: usize = 24 * 1_048_576;
const FORM: &str = "content-type: application/x-www-form-urlencoded";

fn server(folder: &tempfile::TempDir) -> Running {
    Running::start(&["serve", "--data", site(folder.path(), "").to_str().unwrap()])
}

/// Sends without reading, to the end or as far as the other side lets it, and only then reads.
fn pour(stream: &mut TcpStream, head: &str, body: &[u8]) -> Answer {
    stream.write_all(head.as_bytes()).unwrap();
    for part in body.chunks(65_536) {
        match stream.write_all(part) {
            Ok(()) => {}
            Err(error) if matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset) => break,
            Err(error) => panic!("{error}"),
        }
    }
    drop(stream.shutdown(Shutdown::Write));
    read_answer(stream)
}

#[test]
fn who_sends_too_much_without_reading_still_reads_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(&folder);
    let length = format!("content-length: {}", 500 * 1_048_576);
    let head = format!("POST /appeals HTTP/1.1\r\nhost: x\r\n{FORM}\r\n{length}\r\n\r\n");
    let told = pour(&mut server.connect(), &head, &vec![b'x'; MUCH_BYTES]);
    assert_eq!(told.status, 413, "announced as too large: {}", told.head);
    let head = format!("POST /appeals HTTP/1.1\r\nhost: x\r\n{FORM}\r\ntransfer-encoding: chunked\r\n\r\n");
    let chunk = [b"10000\r\n".as_slice(), &vec![b'x'; 65_536], b"\r\n"].concat().repeat(MUCH_BYTES / 65_536);
    let told = pour(&mut server.connect(), &head, &chunk);
    assert_eq!(told.status, 413, "too large as it comes: {}", told.head);
    let told = pour(&mut server.connect(), "GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: ", &vec![b'x'; MUCH_BYTES]);
    assert_eq!(told.status, 431, "a head without end: {}", told.head);
    let many = "x-y: z\r\n".repeat(100_000);
    let told = pour(&mut server.connect(), "GET /healthz HTTP/1.1\r\nhost: x\r\n", many.as_bytes());
    assert!(matches!(told.status, 400 | 431), "a hundred thousand fields: {}", told.head);
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn a_request_that_can_be_read_in_two_ways_is_refused_and_nothing_after_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(&folder);
    let hidden = "GET /log/vkey HTTP/1.1\r\nhost: x\r\n\r\n";
    for lengths in [
        "content-length: 5\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 5",
        "content-length: 5\r\ncontent-length: 6",
        "content-length: 5\r\ncontent-length: 5",
        "content-length: +5",
        "content-length: 5, 5",
        "transfer-encoding: gzip",
        "transfer-encoding: chunked, identity",
        "transfer-encoding : chunked",
        "content-length: 5\nx-y: z",
    ] {
        let head = format!("POST /settings HTTP/1.1\r\nhost: x\r\n{FORM}\r\n{lengths}\r\n\r\n");
        let told = server.send(&format!("{head}0\r\n\r\n{hidden}"));
        assert_eq!(told.status, 400, "{lengths:?}: {}", told.head);
        assert!(!told.body.contains("+AT") && !told.body.contains("HTTP/1.1"), "{lengths:?} hid a request: {}", told.body);
    }
}

#[test]
fn a_length_that_lies_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(&folder);
    let form = "lang=en&then=/";
    let head = |length: usize| format!("POST /settings HTTP/1.1\r\nhost: x\r\n{FORM}\r\ncontent-length: {length}\r\n\r\n");
    let told = pour(&mut server.connect(), &head(form.len() + 10), form.as_bytes());
    assert!(matches!(told.status, 0 | 400), "the sender hung up before the announced end: {}", told.head);
    let told = server.send(&format!("{}{form}", head(form.len() - 4)));
    let answers: Vec<&str> = told.body.split("HTTP/1.1 ").skip(1).map(|rest| &rest[..3]).collect();
    assert_eq!(answers, ["400"], "what is left over is no request: {}", told.body);
}

#[test]
fn what_the_door_itself_answers_is_guarded_too() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(&folder);
    let two_ways = format!(
        "POST /settings HTTP/1.1\r\nhost: x\r\n{FORM}\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
    );
    for answer in [server.get("/healthz"), server.get("/readyz"), server.get("/nothing"), server.send(&two_ways)] {
        for part in ["x-content-type-options: nosniff", "cache-control: no-store", "frame-ancestors 'none'"] {
            assert!(answer.head.contains(part), "{part} is missing in {}", answer.head);
        }
        assert!(!answer.head.contains("\nserver:"), "{}", answer.head);
    }
    let traced = server.send("TRACE /help HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-secret: canary-1\r\n\r\n");
    assert!(traced.status == 405 && !traced.body.contains("canary-1"), "{}", traced.head);
}
