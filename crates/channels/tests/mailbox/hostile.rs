//! Mail that means harm, or is broken: it costs nothing but itself, and whatever was called taken is there.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use channels::mail::incoming::{Limits, MAIL_BYTES_MAX, Mail, Round, fingerprint, read, round};
use jiff::ToSpan;
use proptest::prelude::*;
use testkit::Engine;
use testkit::hostile::{bent_bytes, changes};

use crate::room::{Room, filing, mail};

/// A mail with everything in it, to be bent.
const GOOD: &str = "From: =?gb2312?B?zO/QocL6?= <tian@home.example>\r\nTo: minsheng@qinghe.example\r\nMessage-ID: <1@home.example>\r\n\
    Date: Sun, 29 Nov 2026 09:00:00 +0800\r\nSubject: =?utf-8?Q?=E6=B0=B4?=\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=\"c\"\r\n\r\n\
    --c\r\nContent-Type: text/plain; charset=gb18030\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=CD=A3=CB=AE\r\n\
    --c\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>停水</p>\r\n--c--\r\n\
    --b\r\nContent-Type: message/rfc822\r\n\r\nFrom: a@b.example\r\nSubject: inner\r\n\r\ninner words\r\n\
    --b\r\nContent-Type: image/gif; name*=utf-8''%E7%85%A7.gif\r\nContent-Transfer-Encoding: base64\r\n\r\nR0lGODlhAQ==\r\n--b--\r\n";

fn said(bytes: &[u8]) -> Mail {
    read(bytes, ("990121", Some("mx.qinghe.example")))
}

#[test]
fn the_good_mail_is_read_whole() {
    let mail = said(GOOD.as_bytes());
    assert_eq!((mail.name.as_str(), mail.from.as_str(), mail.subject.as_str()), ("田小满", "tian@home.example", "水"));
    assert_eq!(mail.text, "停水\n\ninner\n\ninner words");
    assert_eq!(mail.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["照.gif"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// However a mail is bent, it is read without harm, the same each time, and shows nothing that hides.
    #[test]
    fn parser_of_mail(changes in changes()) {
        let bytes = bent_bytes(GOOD.as_bytes(), &changes);
        let mail = said(&bytes);
        prop_assert_eq!(&mail, &said(&bytes));
        prop_assert!(![&mail.text, &mail.subject, &mail.name].iter().any(|text| text.chars().any(appeals::filing::hides)));
        prop_assert_eq!(fingerprint(&bytes).len(), 32);
    }
}

/// Lists charsets, how they are named in a mail, and words they can write.
const CHARSETS: &[(&str, &encoding_rs::Encoding, &str)] = &[
    ("gb2312", encoding_rs::GBK, "自来水发黄"),
    ("gbk", encoding_rs::GBK, "自来水發黃"),
    ("gb18030", encoding_rs::GB18030, "𠮷家村自来水发黄"),
    ("big5", encoding_rs::BIG5, "自來水發黃"),
    ("iso-2022-jp", encoding_rs::ISO_2022_JP, "自来水"),
    ("euc-kr", encoding_rs::EUC_KR, "수돗물"),
    ("utf-8", encoding_rs::UTF_8, "བོད་ཡིག ئۇيغۇرچە 自来水"),
];

#[test]
fn every_charset_is_read_in_every_coat() {
    for (name, charset, words) in CHARSETS {
        let bytes = charset.encode(words).0;
        let quoted: String = bytes.iter().fold(String::new(), |mut text, byte| {
            write!(text, "={byte:02X}").unwrap();
            text
        });
        let coats: [(&str, Vec<u8>); 3] = [
            ("8bit", bytes.to_vec()),
            ("base64", data_encoding::BASE64.encode(&bytes).into_bytes()),
            ("quoted-printable", quoted.into_bytes()),
        ];
        for (coat, body) in coats {
            let head = format!(
                "From: a@b.example\r\nContent-Type: text/plain; charset={name}\r\nContent-Transfer-Encoding: {coat}\r\n\r\n"
            );
            assert_eq!(said(&[head.as_bytes(), &body, b"\r\n"].concat()).text, *words, "{name} {coat}");
        }
    }
}

#[test]
fn chinese_that_names_no_charset_or_a_wrong_one_is_read_all_the_same() {
    let (words, _, _) = encoding_rs::GB18030.encode("自来水发黄，三天了");
    for kind in ["text/plain", "text/plain; charset=us-ascii", "text/plain; charset=utf-8"] {
        let head = format!("From: a@b.example\r\nContent-Type: {kind}\r\nSubject: ");
        let whole = [head.as_bytes(), &words, b"\r\n\r\n", &words, b"\r\n"].concat();
        let mail = said(&whole);
        assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("自来水发黄，三天了", "自来水发黄，三天了"), "{kind}");
    }
}

#[test]
fn a_mail_of_a_thousand_folds_is_one_matter() {
    let room = Room::sqlite();
    let deep = (0..500).fold(String::new(), |mut text, at| {
        write!(text, "Content-Type: multipart/mixed; boundary=b{at}\r\n\r\n--b{at}\r\n").unwrap();
        text
    });
    let deep = format!(
        "From: tian@home.example\r\nMessage-ID: <deep@home.example>\r\nMIME-Version: 1.0\r\n{deep}Content-Type: text/plain\r\n\r\nwater\r\n"
    );
    let wide = (0..10_000).fold(String::new(), |mut text, at| {
        write!(text, "--b\r\nContent-Type: application/x; name=f{at}\r\n\r\nx\r\n").unwrap();
        text
    });
    let head = "From: tian@home.example\r\nMessage-ID: <wide@home.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
    let wide = format!("{head}--b\r\nContent-Type: text/plain\r\n\r\nwater\r\n{wide}--b--\r\n");
    let long = format!(
        "From: tian@home.example\r\nMessage-ID: <long@home.example>\r\nX-Long: {}\r\n\r\nwater\r\n",
        "x".repeat(5_000_000)
    );
    for letter in [deep, wide, long] {
        assert_eq!(room.take(letter.as_bytes()), Round { matters: 1, ..Round::default() });
    }
    let matters = room.matters();
    assert!(matters.iter().all(|matter| filing(matter).what.contains("water")));
    let wide = matters.iter().map(filing).find(|filing| filing.what.contains("没有收进来的附件")).unwrap();
    assert!(wide.files.is_empty());
}

#[test]
fn what_a_mail_program_wraps_is_passed_over_and_a_picture_among_the_words_comes_along() {
    let mail = said(
        b"From: tian@home.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>water <img src=\"cid:1\"></p>\r\n\
        --b\r\nContent-Type: image/gif\r\nContent-ID: <1>\r\nContent-Disposition: inline; filename=a.gif\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nR0lGODlhAQ==\r\n\
        --b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+IgAA\r\n--b--\r\n",
    );
    assert_eq!(mail.text, "water");
    assert_eq!(mail.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["a.gif"]);
    assert_eq!(mail.left_out, [] as [String; 0], "nobody is told of what they do not know they sent");
}

#[test]
fn an_address_and_a_head_in_plain_chinese_are_taken() {
    let room = Room::sqlite();
    let mut stream = connect(&room);
    let hello = ["LHLO x", "MAIL FROM:<田@例子.example> BODY=8BITMIME SMTPUTF8", HELLO[2], HELLO[3]];
    assert!(talk(&mut stream, &hello).starts_with("354"));
    let letter = "From: 田小满 <田@例子.example>\r\nMessage-ID: <1@home.example>\r\nSubject: 停水\r\n\r\n停水三天了\r\n.";
    assert!(talk(&mut stream, &[letter]).starts_with("250"));
    assert_eq!(round(&room.desk).unwrap().matters, 1);
    assert!(filing(&room.matters()[0]).what.contains("停水三天了"));
}

/// Says lines to the listener and returns its last answer.
fn talk(stream: &mut TcpStream, lines: &[&str]) -> String {
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    let mut last = String::new();
    for line in lines {
        stream.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        loop {
            last.clear();
            if answers.read_line(&mut last).unwrap() == 0 || last.as_bytes().get(3) != Some(&b'-') {
                break;
            }
        }
    }
    last
}

fn connect(room: &Room) -> TcpStream {
    let stream = TcpStream::connect(room.at).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut greeting = String::new();
    BufReader::new(stream.try_clone().unwrap()).read_line(&mut greeting).unwrap();
    assert!(greeting.starts_with("220 "), "{greeting}");
    stream
}

const HELLO: [&str; 4] = ["LHLO x", "MAIL FROM:<a@home.example>", "RCPT TO:<minsheng@qinghe.example>", "DATA"];

#[test]
fn a_server_that_leaves_in_the_middle_has_handed_nothing_over() {
    let room = Room::sqlite();
    for cut in [&b"Subject: x\r\n"[..], b"Subject: x\r\n\r\nwords\r\n.", b""] {
        let mut stream = connect(&room);
        assert!(talk(&mut stream, &HELLO).starts_with("354"));
        stream.write_all(cut).unwrap();
        drop(stream);
    }
    assert_eq!(room.stands(), [] as [(String, String, i64); 0]);
    let letter = mail("Message-ID: <1@home.example>", "停水");
    assert_eq!(room.take(&letter).matters, 1, "the next one is heard");
}

#[test]
fn a_server_that_hangs_keeps_no_other_out() {
    let room = Room::open(Engine::Sqlite, Limits { connections_max: 2, wait: Duration::from_millis(300), ..Limits::default() });
    let mut silent: Vec<TcpStream> = (0..2).map(|_| connect(&room)).collect();
    let mut end = Vec::new();
    silent[0].read_to_end(&mut end).unwrap();
    assert!(end.is_empty(), "it is hung up on");
    assert_eq!(room.take(&mail("Message-ID: <1@home.example>", "停水")).matters, 1);
}

#[test]
fn what_is_too_large_or_ends_two_ways_is_refused_and_said() {
    let room = Room::sqlite();
    let mut stream = connect(&room);
    let size = format!("MAIL FROM:<a@home.example> SIZE={}", MAIL_BYTES_MAX + 1);
    assert!(talk(&mut stream, &["EHLO x", &size]).starts_with("552"));
    assert!(talk(&mut stream, &HELLO).starts_with("354"));
    let chunk = "x".repeat(1024 * 1024 - 2);
    for _ in 0..=MAIL_BYTES_MAX / chunk.len() {
        stream.write_all(format!("{chunk}\r\n").as_bytes()).unwrap();
    }
    assert!(talk(&mut stream, &["."]).starts_with("552"));
    assert!(talk(&mut stream, &HELLO[1..]).starts_with("354"), "the conversation goes on");
    stream.write_all(b"a\n.\nMAIL FROM:<evil@home.example>\r\n").unwrap();
    assert!(talk(&mut stream, &["."]).starts_with("550"));
    assert_eq!(room.stands(), [] as [(String, String, i64); 0]);
}

#[test]
fn fifty_deliveries_at_once_are_one_matter() {
    let room = Room::sqlite();
    let letter = String::from_utf8(mail("Message-ID: <50@home.example>", "停水")).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..50 {
            let (room, letter) = (&room, &letter);
            scope.spawn(move || {
                let mut stream = connect(room);
                assert!(talk(&mut stream, &HELLO).starts_with("354"));
                stream.write_all(letter.as_bytes()).unwrap();
                assert!(talk(&mut stream, &["."]).starts_with("250"));
            });
        }
    });
    assert_eq!(round(&room.desk).unwrap(), Round { matters: 1, ..Round::default() });
    assert_eq!(room.stands(), [("done".to_owned(), "filed".to_owned(), 1)]);
}

#[test]
fn clocks_three_hours_off_lose_delay_and_double_nothing() {
    let room = Room::sqlite();
    let letter = |number: u64, hour: u32| {
        mail(&format!("Message-ID: <{number}@home.example>\nDate: Sun, 29 Nov 2026 {hour:02}:00:00 +0800"), "停水")
    };
    let to = ("tian@home.example", "minsheng@qinghe.example");
    // the sender's clock is behind, right and ahead; ours is set ahead and back between a mail's coming and its becoming a matter
    for (number, hour) in [(1, 6), (2, 9), (3, 12)] {
        for hours in [3_i64, -6, 3] {
            assert!(room.hand_over("LMTP", to, &letter(10 * number, hour)));
            assert!(room.hand_over("LMTP", to, &letter(10 * number + hours.unsigned_abs(), hour)));
            room.world.clock.advance(hours.hours());
            round(&room.desk).unwrap();
        }
    }
    assert_eq!(room.stands(), [("done".to_owned(), "filed".to_owned(), 9)], "three thrice, two of each twice, and one");
}
