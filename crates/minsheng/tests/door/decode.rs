//! The closed child that looks into files: what it tries is stopped, and whatever becomes of it is one plain refusal.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use civic::file::{Cleaned, Decode, Decoded, FileType};
use civic::refusal::No;
use minsheng::decode::{Attempt, Children, Look};

/// Number of the signal of a forbidden system call.
const SIGSYS: i32 = 31;
/// Number of the signal of a process that computes too long.
const SIGXCPU: i32 = 24;
const SIGKILL: i32 = 9;
/// The smallest picture: one pixel.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\xdacd\xf8\xcfP\x0f\0\x03\x86\x01\x80Z4}k\0\0\0\0IEND\xaeB`\x82";

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_minsheng"))
}

fn children() -> Children {
    Children::of(program())
}

fn attempt(what: Attempt) -> Output {
    let word = what.word();
    let args = ["decode", "--cpu-seconds", "1", "--attempt", &word];
    Command::new(program()).args(args).stdin(Stdio::null()).output().unwrap()
}

#[test]
fn a_child_that_opens_connects_or_starts_something_is_killed() {
    for what in [Attempt::Open, Attempt::Connect, Attempt::Fork] {
        let ended = attempt(what);
        assert_eq!(String::from_utf8_lossy(&ended.stdout), "limits=on landlock=on seccomp=on\n", "{what:?}");
        assert_eq!(ended.status.signal(), Some(SIGSYS), "{what:?}");
    }
    let look = minsheng::decode::look_with(&children()).unwrap();
    assert!(look.is_shut(), "{look:?}");
    let open = Look { survived: vec![Attempt::Connect], ..look };
    assert!(!open.is_shut());
}

#[test]
fn memory_and_computing_time_end() {
    let ended = attempt(Attempt::Memory);
    assert!(!ended.status.success() && !String::from_utf8_lossy(&ended.stdout).contains("survived"));
    let ended = attempt(Attempt::Spin);
    assert!(matches!(ended.status.signal(), Some(SIGXCPU | SIGKILL)), "{:?}", ended.status);
}

#[test]
fn a_panic_a_hang_and_a_bomb_are_one_refusal_each_and_the_next_file_is_taken() {
    let wait = Duration::from_millis(500);
    for what in [Attempt::Panic, Attempt::Hang, Attempt::Memory, Attempt::Flood, Attempt::Open] {
        let began = Instant::now();
        // whether a child had time enough, the machine decides; nothing is said of the file when it had not
        match children().trying(what, wait).decode(PIXEL) {
            Err(No::Refused(refusal)) => assert!(refusal.code == "file_unreadable" && what != Attempt::Hang, "{what:?}"),
            Err(No::Failed(fault)) => assert_eq!(fault.kind(), db::FaultKind::Busy, "{what:?}"),
            other => panic!("{what:?}: {other:?}"),
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{what:?} was not stopped");
        let decoded = children().decode(PIXEL).unwrap();
        assert_eq!(decoded, Decoded { kind: FileType::Png, cleaned: Cleaned::Clean(PIXEL.to_vec()) });
    }
}

#[test]
fn a_child_says_of_every_file_what_this_process_says() {
    let large = [PIXEL, &vec![7; 19 << 20]].concat();
    let pdf = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n";
    for bytes in [PIXEL, &PIXEL[..40], pdf, &pdf[..12], b"MZ\x90\0 a program", b"", &large, &vec![0; 21 << 20]] {
        let (there, here) = (children().decode(bytes), civic::file::decode(bytes));
        match (there, here) {
            (Ok(there), Ok(here)) => assert!(there == here, "{} bytes", bytes.len()),
            (Err(No::Refused(there)), Err(here)) => assert_eq!(there, here),
            (there, here) => panic!("{} bytes: {there:?}, {here:?}", bytes.len()),
        }
    }
}

/// Where a child's memory lies is chance, so one that is well proves little.
#[test]
fn a_large_file_is_read_wherever_the_memory_of_its_child_lies() {
    let large = [PIXEL, &vec![7; 19 << 20]].concat();
    for time in 0..40 {
        let alone = children().once().decode(&large);
        assert_eq!(alone.unwrap().kind, FileType::Png, "child {time}");
    }
}

#[test]
fn more_files_than_children_wait_for_their_turn_and_not_for_ever() {
    let busy = children().trying(Attempt::Hang, Duration::from_millis(700));
    let began = Instant::now();
    let outcomes: Vec<&str> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..12)
            .map(|_| {
                scope.spawn(|| match busy.decode(PIXEL) {
                    Err(No::Refused(refusal)) => refusal.code,
                    Err(No::Failed(fault)) if fault.kind() == db::FaultKind::Busy => "busy",
                    other => panic!("{other:?}"),
                })
            })
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(outcomes.iter().all(|outcome| *outcome == "busy"), "{outcomes:?}");
    assert!(began.elapsed() < Duration::from_mins(1), "nobody waits for ever");
}
