//! Mails are read by closed children: whatever one holds, the serving process is not hurt, and the next mail is read.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use channels::mail::Way;
use channels::mail::incoming::{Here, MAIL_BYTES_MAX, Reader};
use db::FaultKind;
use minsheng::decode::{Attempt, Readers};

use crate::common::{Running, minsheng, site, until};
use crate::peer::count;

/// Longest time one mail may take a child here.
const WAIT: Duration = Duration::from_secs(20);
/// Mails that one child reads at most.
const MAILS_OF_CHILD: usize = 200;
/// Threads that have mails read at once, and mails of each.
const CROWD: (usize, usize) = (8, 60);
/// How much more memory the serving process may hold after all hostile mails, in KiB. A bomb takes half a gigabyte of its child.
const MORE_KIB_MAX: i64 = 200 * 1024;

fn readers() -> Readers {
    Readers::of(env!("CARGO_BIN_EXE_minsheng"), None, WAIT).unwrap()
}

fn plain(number: usize) -> Vec<u8> {
    let head = format!("From: r{number}@home.example\r\nMessage-ID: <{number}@home.example>\r\nSubject: lamp {number}\r\n\r\n");
    format!("{head}第 {number} 盏路灯坏了。\r\n").into_bytes()
}

/// One part in another, so many times.
fn nested(times: usize) -> Vec<u8> {
    let mut mail = "From: r@home.example\r\nMessage-ID: <deep@home.example>\r\nMIME-Version: 1.0\r\n".to_owned();
    for at in 0..times {
        write!(mail, "Content-Type: multipart/mixed; boundary=b{at}\r\n\r\n--b{at}\r\n").unwrap();
    }
    mail.push_str("Content-Type: text/plain\r\n\r\nwater at the bottom\r\n");
    mail.into_bytes()
}

/// One message in another, so many times.
fn forwarded(times: usize) -> Vec<u8> {
    let inner = "Content-Type: message/rfc822\r\n\r\nFrom: a@home.example\r\nSubject: in it\r\n";
    format!("From: r@home.example\r\nMessage-ID: <fwd@home.example>\r\n{}\r\nwater\r\n", inner.repeat(times)).into_bytes()
}

/// Nothing but beginnings of parts: each costs a parser many times what it costs the sender.
fn bomb(bytes: usize) -> Vec<u8> {
    let head = "From: r@home.example\r\nMessage-ID: <bomb@home.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
    let mut mail = head.as_bytes().to_vec();
    while mail.len() + 7 < bytes {
        mail.extend_from_slice(b"--b\r\n\r\n");
    }
    mail
}

fn attached(bytes: usize) -> Vec<u8> {
    let line = format!("{}\r\n", "QUJD".repeat(19));
    let head = "From: r@home.example\r\nMessage-ID: <big@home.example>\r\nContent-Type: application/octet-stream; name=a.bin\r\n\
                Content-Transfer-Encoding: base64\r\n\r\n";
    format!("{head}{}", line.repeat(bytes / line.len())).into_bytes()
}

#[test]
fn children_say_of_every_mail_what_this_process_says() {
    let readers = readers();
    let long = format!("From: r@home.example\r\nX-Long: {}\r\n\r\nwater\r\n", "x".repeat(5_000_000));
    let wide = format!(
        "From: r@home.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nwater\r\n{}--b--\r\n",
        (0..10_000).fold(String::new(), |mut text, at| {
            write!(text, "--b\r\nContent-Type: application/x; name=f{at}\r\n\r\nx\r\n").unwrap();
            text
        })
    );
    let bent: [&[u8]; 4] = [b"", b"\r\n\r\n", b"\0\xff\xfe", b"Subject: =?gb2312?B?zO8=?=\r\n\r\n\xcd\xa3\xcb\xae"];
    let whole = [plain(1), nested(500), forwarded(500), long.into_bytes(), wide.into_bytes(), attached(20 << 20)];
    for mail in whole.iter().map(Vec::as_slice).chain(bent) {
        let (there, here) = (readers.parse(mail).unwrap().unwrap(), Here.parse(mail).unwrap().unwrap());
        assert!(there == here, "{} bytes: {} and {}", mail.len(), there.text.len(), here.text.len());
    }
    assert!(readers.parse(&vec![b'x'; MAIL_BYTES_MAX + 1]).unwrap().is_none(), "too large to be handed to one");
}

#[test]
fn a_child_reads_many_mails_and_not_for_ever() {
    let readers = readers();
    for number in 0..=2 * MAILS_OF_CHILD {
        let mail = readers.parse(&plain(number)).unwrap().unwrap();
        assert_eq!((mail.subject, mail.from), (format!("lamp {number}"), format!("r{number}@home.example")));
    }
    assert!(readers.started() >= 3);
    let before = readers.started();
    readers.parse(&attached(1 << 20)).unwrap().unwrap();
    readers.parse(&plain(1)).unwrap().unwrap();
    assert!(readers.started() > before, "what a large mail took is given back with its child");
}

#[test]
fn whatever_a_mail_makes_of_its_child_costs_that_mail_alone() {
    for attempt in
        [Attempt::Panic, Attempt::Hang, Attempt::Memory, Attempt::Flood, Attempt::Open, Attempt::Connect, Attempt::Fork]
    {
        let taken_over = Readers::of(env!("CARGO_BIN_EXE_minsheng"), Some(attempt), Duration::from_millis(700)).unwrap();
        // whether a child had time enough, the machine decides; nothing is said of the mail when it had not
        match taken_over.parse(&plain(1)) {
            Ok(read) => assert!(read.is_none() && attempt != Attempt::Hang, "{attempt:?}: {read:?}"),
            Err(fault) => assert_eq!(fault.kind(), FaultKind::Busy, "{attempt:?}"),
        }
        assert_eq!(taken_over.started(), 2, "{attempt:?}: a second one has a look");
    }
}

#[test]
fn a_bomb_ends_its_child_and_the_others_mails_are_read() {
    let (readers, bomb) = (readers(), bomb(MAIL_BYTES_MAX));
    let (hands, mails) = CROWD;
    std::thread::scope(|scope| {
        let (readers, bomb) = (&readers, &bomb);
        for hand in 0..hands {
            scope.spawn(move || {
                if hand == 0 {
                    // it ends for want of memory, or is read as far as it goes; what it is not is this process's trouble
                    drop(readers.parse(bomb));
                }
                for number in hand * mails..(hand + 1) * mails {
                    let mail = readers.parse(&plain(number)).unwrap().unwrap();
                    assert_eq!(mail.subject, format!("lamp {number}"), "each gets its own answer");
                }
            });
        }
    });
}

fn resident(pid: u32) -> i64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn hostile_mails_do_not_hurt_the_serving_process_and_the_next_one_is_a_matter() {
    let folder = tempfile::tempdir().unwrap();
    let at = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let data = site(
        folder.path(),
        &format!("\n[limits]\njobs_seconds = 1\n\n[mail]\naddress = \"minsheng@yunling.example\"\nlisten = \"{at}\"\n"),
    );
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let hand_over = |mail: &[u8]| {
        runtime.block_on(async {
            let mut way = Way::open(at, "mx.home.example", Duration::from_mins(2)).await.unwrap();
            way.hand_over(("r@home.example", "minsheng@yunling.example"), mail).await.unwrap()
        })
    };
    let filed = "select cast(count(*) as bigint) as many from inbox where state = 'done' and outcome = 'filed'";
    let waiting = "select cast(count(*) as bigint) as many from inbox where state = 'waiting' and attempts = 0";
    assert!(hand_over(&plain(0)).starts_with('2'));
    until(|| count(&data, filed) == 1);
    let before = resident(server.pid());
    assert!(hand_over(&vec![b'x'; 100 << 20]).starts_with("552"), "a mail of 100 MB is read to its end and refused");
    let hostile = [nested(500), forwarded(500), bomb(MAIL_BYTES_MAX - 1024), attached(MAIL_BYTES_MAX - 4096)];
    for mail in &hostile {
        assert!(hand_over(mail).starts_with('2'));
    }
    assert!(hand_over(&plain(1)).starts_with('2'));
    until(|| count(&data, waiting) == 0);
    let more = resident(server.pid()) - before;
    println!("{} hostile mails: {more} KiB more in the serving process, {} matters", hostile.len() + 1, count(&data, filed));
    assert!(more < MORE_KIB_MAX, "{more} KiB");
    assert!(count(&data, filed) >= 4, "all but the bomb became matters");
    assert_eq!(server.get("/healthz").status, 200);
    assert!(server.stop().success());
    assert!(Path::new(&data).is_dir() && minsheng(&["verify", "--database", "--data", data.to_str().unwrap()]).status.success());
}
