//! Mail fetched from a mailbox elsewhere: once each, whatever happens to the mailbox, to the server or to this process.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use channels::mail::incoming::{CHANNEL, Fetch, Limits, Mailbox, read_once, round};
use civic::source;
use db::trust;
use testkit::Engine;
use testkit::certificates::Authority;

use crate::dovecot::{Dovecot, fetch, pause};
use crate::room::{Room, filing, mail};

/// How often it is asked what became of a mail.
const ASKED_MAX: usize = 1_000;

fn letter(number: usize) -> Vec<u8> {
    mail(
        &format!("Message-ID: <{number}@home.example>\nSubject: letter {number}\nContent-Type: text/plain; charset=utf-8"),
        &format!("第 {number} 盏路灯不亮。"),
    )
}

/// Reads what is new, and makes something of it.
fn read(room: &Room, fetch: &Fetch) -> usize {
    let kept = room.runtime.block_on(read_once(fetch)).unwrap_or_else(|hindered| panic!("{:?}", hindered.why));
    while round(&room.desk).unwrap() != channels::mail::incoming::Round::default() {}
    kept
}

fn what_lies_in_a_mailbox_becomes_a_matter_each_once(engine: Engine) {
    let room = Room::open(engine, Limits::default());
    let mut server = Dovecot::start();
    let fetch = fetch(&room, server.mailbox());
    assert_eq!(read(&room, &fetch), 0, "an empty mailbox is none to worry about");
    (1..=3).for_each(|number| server.deliver(&letter(number)));
    assert_eq!((read(&room, &fetch), room.matters().len()), (3, 3));
    assert_eq!(read(&room, &fetch), 0, "what was read is not read again");
    server.deliver(&letter(4));
    // the same again, as when two servers deliver it
    server.deliver(&letter(2));
    assert_eq!((read(&room, &fetch), room.matters().len()), (1, 4));
    assert_eq!(server.holds(), 5, "the mailbox is left as it is");
    assert_eq!(filing(&room.matters()[0]).email, "tian@home.example");
}

testkit::on_both!(what_lies_in_a_mailbox_becomes_a_matter_each_once);

#[test]
fn a_mailbox_that_is_made_anew_is_read_from_its_beginning_and_nothing_comes_twice() {
    let room = Room::sqlite();
    let mut server = Dovecot::start();
    let fetch = fetch(&room, server.mailbox());
    (1..=120).for_each(|number| server.deliver(&letter(number)));
    assert_eq!((read(&room, &fetch), room.matters().len()), (120, 100), "a hundred are listed");
    server.make_anew();
    server.deliver(&letter(121));
    assert_eq!(read(&room, &fetch), 1);
    let filed: i64 = room.stands().iter().map(|(_, _, many)| many).sum();
    assert_eq!(filed, 121);
}

#[test]
fn an_answer_in_a_mailbox_joins_its_matter() {
    let room = Room::sqlite();
    let mut server = Dovecot::start();
    let fetch = fetch(&room, server.mailbox());
    server.deliver(&letter(1));
    read(&room, &fetch);
    let matter = room.matters()[0].state.matter;
    let to = room.desk.answers.answer(matter);
    let answer = mail("Message-ID: <2@home.example>\nSubject: Re", "昨天又灭了两盏。");
    // who delivers writes on the mail whom it was for; "To" may say anything
    server.deliver(&[format!("Delivered-To: {to}\r\n").as_bytes(), &answer].concat());
    read(&room, &fetch);
    assert_eq!((room.matters().len(), room.load(matter).state.version), (1, 2));
}

#[test]
fn a_mail_that_is_too_large_is_known_by_its_head() {
    let room = Room::sqlite();
    let mut server = Dovecot::start();
    let fetch = fetch(&room, server.mailbox());
    let line = format!("{}\r\n", "x".repeat(76)).repeat(14_000).repeat(40);
    server.deliver(&[letter(1).as_slice(), line.as_bytes()].concat());
    server.deliver(&letter(2));
    assert_eq!((read(&room, &fetch), room.matters().len()), (2, 2));
    let whats: Vec<String> = room.matters().iter().map(|matter| filing(matter).what.clone()).collect();
    assert!(whats.iter().any(|what| what.contains("letter 1") && what.contains("MiB")), "{whats:?}");
}

#[test]
fn what_stands_in_the_way_is_noted_by_its_kind_and_taken_back() {
    let room = Room::sqlite();
    let (plain, secured) = (Dovecot::start(), Dovecot::secured());
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let short = Duration::from_millis(300);
    let stranger = Authority::new();
    let hindered = [
        ("unreachable", Mailbox { port: gone, ..plain.mailbox() }),
        ("login", Mailbox { password: "wrong".to_owned(), ..plain.mailbox() }),
        ("folder", Mailbox { folder: "Nowhere".to_owned(), ..plain.mailbox() }),
        ("certificate", Mailbox { tls: Some(Arc::new(trust("root", Some(&stranger.root())).unwrap())), ..secured.mailbox() }),
        ("silent", Mailbox { port: silent.local_addr().unwrap().port(), step: short, ..plain.mailbox() }),
    ];
    for (code, mailbox) in hindered {
        let fetch = fetch(&room, mailbox);
        let met = room.runtime.block_on(read_once(&fetch)).unwrap_err();
        assert_eq!(met.code, Some(code), "{}", met.why);
        room.runtime.block_on(fetch.note(&met));
    }
    let sources = room.world.read(|tx, site| source::all(tx, site, CHANNEL)).unwrap();
    let troubles: Vec<&str> = sources.iter().filter_map(|source| Some(source.trouble.as_ref()?.0.as_str())).collect();
    assert_eq!(troubles, ["silent", "folder", "certificate"], "by name; the last of each");
    read(&room, &fetch(&room, plain.mailbox()));
    read(&room, &fetch(&room, secured.mailbox()));
    let sources = room.world.read(|tx, site| source::all(tx, site, CHANNEL)).unwrap();
    let still: Vec<&str> = sources.iter().filter(|source| source.trouble.is_some()).map(|source| source.name.as_str()).collect();
    assert_eq!(still, ["minsheng@127.0.0.1/Nowhere"]);
}

#[test]
fn news_is_heard_without_asking_and_outlives_the_server() {
    let room = Room::sqlite();
    let mut server = Dovecot::start();
    let fetch = fetch(&room, server.mailbox());
    let fetching = room.runtime.spawn(channels::mail::incoming::fetch(Arc::clone(&fetch)));
    let until = |many: usize| {
        for _ in 0..ASKED_MAX {
            round(&room.desk).unwrap();
            if room.matters().len() >= many {
                return;
            }
            pause();
        }
        panic!("{many} mails were not heard of");
    };
    server.deliver(&letter(1));
    until(1);
    // it listens by now; this one is told of
    server.deliver(&letter(2));
    until(2);
    assert!(!fetching.is_finished());
    fetching.abort();
}
