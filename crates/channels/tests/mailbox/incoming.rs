//! Mail in, handed over by real clients: what is a mail becomes a matter once, answers join the matter they were written for,
//! and what machines write becomes nothing.

use appeals::appeal::{Channel, Sender};
use appeals::{Event, Identity};
use channels::mail::incoming::{Limits, Round, round};
use testkit::Engine;

use crate::room::{Room, filing, mail};

fn a_mail_becomes_one_matter_however_often_it_comes(engine: Engine) {
    let room = Room::open(engine, Limits::default());
    let letter = mail(
        "Message-ID: <1@home.example>\nSubject: =?utf-8?B?6Lev54Gv?=\nContent-Type: text/plain; charset=utf-8",
        "河口村路灯坏了三天。",
    );
    assert_eq!(room.take(&letter), Round { matters: 1, ..Round::default() });
    for protocol in ["LMTP", "SMTP"] {
        assert!(room.hand_over(protocol, ("tian@home.example", "minsheng@qinghe.example"), &letter));
    }
    assert_eq!(round(&room.desk).unwrap(), Round::default(), "the same mail is the same");
    let matters = room.matters();
    assert_eq!(matters.len(), 1);
    let filed = filing(&matters[0]);
    assert_eq!((filed.channel, filed.identity, filed.name.as_str()), (Channel::Mail, Identity::Named, "田小满"));
    assert_eq!((filed.email.as_str(), filed.what.as_str()), ("tian@home.example", "路灯\n\n河口村路灯坏了三天。"));
    assert_eq!(filed.sender, Some(Sender::Unverified));
}

testkit::on_both!(a_mail_becomes_one_matter_however_often_it_comes);

/// A picture small enough to stand here.
fn photo() -> Vec<u8> {
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;".to_vec()
}

#[test]
fn a_mail_in_gb18030_with_two_photos_arrives_twice_and_is_one_matter_with_both() {
    let room = Room::sqlite();
    let (words, _, _) = encoding_rs::GB18030.encode("水务站的水管又漏了，𠮷家门口全是水。");
    let (subject, _, _) = encoding_rs::GB18030.encode("水管漏水");
    let base64 = |bytes: &[u8]| data_encoding::BASE64_MIME.encode(bytes);
    let part = |name: &str| {
        format!(
            "--b\r\nContent-Type: image/gif; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            base64(&photo())
        )
    };
    let letter = format!(
        "From: tian@home.example\r\nTo: minsheng@qinghe.example\r\nMessage-ID: <2@home.example>\r\nMIME-Version: 1.0\r\n\
         Subject: =?gb18030?B?{}?=\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=gb18030\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n{}{}--b--\r\n",
        data_encoding::BASE64.encode(&subject),
        base64(&words),
        part("one.gif"),
        part("two.gif"),
    );
    assert_eq!(room.take(letter.as_bytes()).matters, 1);
    // once more, by another way: other heads, the same mail
    let again = format!("Received: from mx2.home.example\r\n{letter}");
    assert_eq!(room.take(again.as_bytes()), Round::default());
    let matters = room.matters();
    let filed = filing(&matters[0]);
    assert_eq!(filed.what, "水管漏水\n\n水务站的水管又漏了，𠮷家门口全是水。");
    assert_eq!(filed.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["one.gif", "two.gif"]);
    assert_eq!(matters.len(), 1);
}

#[test]
fn an_answer_joins_its_matter_by_its_address_and_by_nothing_else() {
    let room = Room::sqlite();
    room.take(&mail("Message-ID: <3@home.example>\nSubject: water", "停水三天了"));
    let matter = room.matters()[0].state.matter;
    let number = room.matters()[0].state.number.clone();
    // a stranger who knows the number writes to the known address: that is a matter of their own
    let stranger = mail(&format!("Message-ID: <4@else.example>\nSubject: Re: {number}"), "我也知道这个编号");
    assert_eq!(room.take(&stranger).matters, 1);
    assert_eq!(room.load(matter).state.version, 1);
    // the resident answers
    let address = room.desk.answers.answer(matter);
    let answer =
        mail("Message-ID: <5@home.example>\nSubject: Re: x", "今天又来水了，是黄的。\n\n> —— 请在这一行上面写回信 ——\n> 您好");
    assert!(room.hand_over("SMTP", ("tian@home.example", &address), &answer));
    assert!(room.hand_over("LMTP", ("tian@home.example", &address), &answer));
    assert_eq!(round(&room.desk).unwrap(), Round { added: 1, ..Round::default() });
    let loaded = room.load(matter);
    assert!(matches!(&loaded.events[1].1, Event::Supplemented { words, .. } if words == "今天又来水了，是黄的。"));
    // an address that nobody gave out is none
    let made_up = address.replacen("+a", "+ab", 1);
    assert!(!room.hand_over("SMTP", ("x@else.example", &made_up), &answer));
}

#[test]
fn what_machines_write_becomes_no_matter_and_is_kept_for_a_person() {
    let room = Room::sqlite();
    let machines = [
        ("Auto-Submitted: auto-replied", "auto_reply"),
        ("Precedence: bulk", "list"),
        ("List-Id: <news.else.example>", "list"),
        ("X-Minsheng-Site: 990121", "loop"),
    ];
    for (at, (head, _)) in machines.iter().enumerate() {
        let letter = mail(&format!("Message-ID: <auto{at}@home.example>\nSubject: x\n{head}"), "我现在不在");
        assert_eq!(room.take(&letter), Round { aside: 1, ..Round::default() }, "{head}");
    }
    let states: Vec<_> = room.stands().into_iter().map(|(state, why, many)| format!("{state} {why} {many}")).collect();
    assert_eq!(states, ["aside auto_reply 1", "aside list 2", "aside loop 1"]);
}

#[test]
fn who_a_mail_is_from_is_believed_of_the_named_server_alone() {
    let room = Room::sqlite();
    let found = [
        ("mx.qinghe.example; dmarc=pass header.from=home.example", Sender::Verified),
        ("mx.qinghe.example; spf=pass; dkim=none; dmarc=fail", Sender::Forged),
        ("mx.qinghe.example 1; spf=pass", Sender::Unverified),
        ("mx.else.example; dmarc=pass", Sender::Unverified),
    ];
    for (at, (result, sender)) in found.iter().enumerate() {
        let letter =
            mail(&format!("Authentication-Results: {result}\nMessage-ID: <who{at}@home.example>\nSubject: who{at}"), "停水");
        room.take(&letter);
        let matters = room.matters();
        let own = matters.iter().map(filing).find(|filing| filing.what.starts_with(&format!("who{at}"))).unwrap();
        assert_eq!(own.sender, Some(*sender), "{result}");
    }
}

#[test]
fn one_sender_does_not_fill_the_house() {
    let room = Room::open(Engine::Sqlite, Limits { of_sender_hour_max: 2, ..Limits::default() });
    let send = |from: &str, at: usize| {
        let letter = mail(&format!("Message-ID: <many{at}@home.example>"), "停水");
        room.hand_over("SMTP", (from, "minsheng@qinghe.example"), &letter)
    };
    assert_eq!([send("a@home.example", 1), send("a@home.example", 2), send("A@home.example", 3)], [true, true, false]);
    assert!(send("b@home.example", 4), "others come in");
}
