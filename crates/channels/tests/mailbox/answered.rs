//! A whole exchange by mail: a resident writes, hears from the office by mail, answers by mail, and never needs a page.

use appeals::appeal::{Command as Act, Outcome, ReplyText};
use appeals::run::{self, Request};
use appeals::{Event, code::Code};
use channels::mail::Mailer;
use channels::mail::incoming::{Round, read, round};
use civic::outbox;
use civic::permit::Who;
use testkit::county;
use uuid::Uuid;

use crate::room::{Room, filing, mail};
use crate::server::Server;

/// This process.
const HOLDER: Uuid = Uuid::from_u128(1);

fn mailer(room: &Room, server: &Server) -> Mailer {
    server.mailer().answered(room.desk.answers.clone(), "990121")
}

/// Sends what waits and returns the letters to the resident, oldest first.
fn sent(room: &Room, server: &Server) -> Vec<String> {
    while channels::mail::round(&room.world.hall, &mailer(room, server), HOLDER).unwrap() != channels::mail::Round::default() {}
    server.taken().into_iter().filter(|letter| letter.contains("To: tian@home.example")).collect()
}

fn field<'l>(letter: &'l str, name: &str) -> &'l str {
    let line = letter.lines().find(|line| line.starts_with(&format!("{name}: "))).unwrap();
    let value = &line[name.len() + 2..];
    value.split_once('<').map_or(value, |(_, rest)| rest).trim_end().trim_end_matches('>')
}

fn words(letter: &str) -> String {
    read(letter.as_bytes(), ("other", None)).text
}

#[test]
fn a_resident_who_writes_by_mail_is_answered_by_mail_and_answers_by_mail() {
    let (room, server) = (Room::sqlite(), Server::start());
    room.take(&mail("Message-ID: <1@home.example>\nSubject: water", "停水三天了"));
    let loaded = &room.matters()[0];
    let (matter, number) = (loaded.state.matter, loaded.state.number.clone());

    let letters = sent(&room, &server);
    let first = words(&letters[0]);
    assert!(first.contains(&number) && first.starts_with("—— 请在这一行上面写回信 ——"), "{first}");
    let shown = first.split("查询码 ").nth(1).unwrap().split('。').next().unwrap();
    let code = Code::parse(shown).unwrap();
    assert_eq!(
        data_encoding::HEXLOWER.encode(&code.hash(&room.world.hall.site)),
        filing(loaded).code,
        "the code opens the matter"
    );
    assert!(!first.contains("停水三天"), "what was written is not sent back");
    for (name, value) in [("Auto-Submitted", "auto-generated"), ("X-Minsheng-Site", "990121")] {
        assert_eq!(field(&letters[0], name), value);
    }

    let answer = mail("Message-ID: <2@home.example>\nSubject: Re", "现在是黄水。");
    assert!(room.hand_over("LMTP", ("tian@home.example", field(&letters[0], "Reply-To")), &answer));
    assert_eq!(round(&room.desk).unwrap(), Round { added: 1, ..Round::default() });
    assert!(matches!(&room.load(matter).events[1].1, Event::Supplemented { words, .. } if words == "现在是黄水。"));

    let officer = Who::Staff { id: county::staff_id("an"), session: Uuid::nil() };
    let text = |words: &str| words.to_owned();
    let reply = ReplyText {
        request: text("恢复供水"),
        facts: text("主管破裂"),
        opinion: text("明天上午修好，村里有送水车。"),
        basis: vec![text("xf:32")],
        way_on: text("三十日内可以申请复查"),
        files: Vec::new(),
    };
    for command in [Act::Accept { category: "14".into() }, Act::Reply { reply, outcome: Outcome::Support }] {
        let request = Request { who: officer.clone(), matter, seen: None, command };
        room.world.write(move |tx, site, (now, _)| run::execute(tx, site, now, &request).map(drop)).unwrap();
    }
    let letters = sent(&room, &server);
    let last = words(letters.last().unwrap());
    assert!(last.contains("明天上午修好，村里有送水车。") && last.contains("三十日内可以申请复查"), "{last}");
    assert_eq!(field(letters.last().unwrap(), "Reply-To"), field(&letters[0], "Reply-To"));
    assert!(!last.contains(shown), "the code is sent once");

    // our own letter, sent back as it came, is no mail
    let ours = letters.last().unwrap().clone().into_bytes();
    assert!(room.hand_over("SMTP", ("tian@home.example", "minsheng@qinghe.example"), &ours));
    assert_eq!(round(&room.desk).unwrap().aside, 1);
}

#[test]
fn a_letter_that_comes_back_is_seen_by_both_sides() {
    let (room, server) = (Room::sqlite(), Server::start());
    room.take(&mail("Message-ID: <1@home.example>\nSubject: water", "停水三天了"));
    let matter = room.matters()[0].state.matter;
    let back = field(&sent(&room, &server)[0], "Return-Path").to_owned();
    let report = |action: &str| {
        format!(
            "From: MAILER-DAEMON@home.example\r\nTo: <{back}>\r\nMessage-ID: <{action}@home.example>\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; home.example\r\n\r\n\
             Final-Recipient: rfc822; tian@home.example\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
        )
    };
    let states = || {
        let all = room.world.read(move |tx, site| outbox::of_matter(tx, site.jurisdiction, matter)).unwrap();
        all.into_iter().filter(|one| one.recipient == "resident").map(|one| one.state).collect::<Vec<_>>()
    };
    assert!(room.hand_over("LMTP", ("", &back), report("delayed").as_bytes()));
    round(&room.desk).unwrap();
    assert_eq!(states(), ["sent"], "late is not lost");
    assert!(room.hand_over("LMTP", ("", &back), report("failed").as_bytes()));
    assert_eq!(round(&room.desk).unwrap(), Round { returned: 1, ..Round::default() });
    assert_eq!(states(), ["returned"]);
    assert!(room.matters()[0].state.untold.is_empty(), "who files holds the number in their hands");
    // what a later letter told is told by a person
    let who = Who::Staff { id: county::staff_id("an"), session: Uuid::nil() };
    let accept = Request { who, matter, seen: None, command: Act::Accept { category: "14".into() } };
    room.world.write(move |tx, site, (now, _)| run::execute(tx, site, now, &accept).map(drop)).unwrap();
    let letters = sent(&room, &server);
    let next = field(letters.last().unwrap(), "Return-Path");
    let again = report("failed").replace(&back, next).replace("<failed@", "<again@");
    assert!(room.hand_over("LMTP", ("", next), again.as_bytes()));
    assert_eq!(round(&room.desk).unwrap().returned, 1);
    let untold = |room: &Room| room.matters()[0].state.untold.iter().map(|one| one.template).collect::<Vec<_>>();
    assert_eq!(untold(&room), ["accepted"]);
    // somebody who writes to that address says nothing about the letter
    assert!(room.hand_over("LMTP", ("x@else.example", &back), &mail("Message-ID: <9@else.example>", "我收到了")));
    assert_eq!(round(&room.desk).unwrap().aside, 1);
}
