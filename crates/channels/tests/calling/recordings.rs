//! Recordings: attached to the matter of their call, or a matter of their own, once; and none of what nobody may connect with a person.

use appeals::appeal::{Channel, Event};
use appeals::filing::{self, Form};
use appeals::{Identity, store};
use channels::hotline::{Round, round};
use civic::hotline::{self, CHANNEL};
use civic::inbox;
use jiff::ToSpan;
use serde_json::json;
use testkit::{Engine, county, on_both};
use uuid::Uuid;

use crate::exchange::{PHONE, Room, sound};

on_both![a_recording_joins_the_matter_of_its_call_once, a_voice_mail_becomes_a_matter_once];

/// Files a matter in a call.
fn file(room: &Room, name: &'static str) -> Uuid {
    let form = Form {
        what: "村口的路灯坏了三天".into(),
        kind: "help".into(),
        identity: "named".into(),
        name: "田小满".into(),
        mobile: PHONE.into(),
        channel: Channel::Hotline,
        submit_key: name.into(),
        ..Form::default()
    };
    let call = room.call(name).id;
    room.world
        .write(move |tx, site, (now, chance)| {
            let prepared = filing::prepare(site, &form).unwrap();
            let (filed, _) = filing::file_prepared(tx, site, now, prepared, None).unwrap();
            hotline::filed(tx, site, (now, chance), (call, filed.matter), None)?;
            Ok::<_, db::Fault>(filed.matter)
        })
        .unwrap()
}

fn files(room: &Room, matter: Uuid) -> Vec<String> {
    let loaded = room.world.read(move |tx, site| store::load(tx, site, matter)).unwrap().unwrap();
    let of = |event: &Event| match event {
        Event::Filed(filing) => filing.files.clone(),
        Event::Supplemented { files, .. } => files.clone(),
        _ => Vec::new(),
    };
    loaded.events.iter().flat_map(|(_, event)| of(event)).map(|file| file.media).collect()
}

fn stands(room: &Room) -> Vec<(String, String, i64)> {
    let all = room.world.read(|tx, site| inbox::stands(tx, site.jurisdiction, CHANNEL)).unwrap();
    all.into_iter().map(|one| (one.state, one.outcome, one.many)).collect()
}

fn a_recording_joins_the_matter_of_its_call_once(engine: Engine) {
    let mut room = Room::open(engine);
    room.tell("c-1", "answered", 60);
    for _ in 0..20 {
        assert_eq!(room.record("c-1", "call", &sound()), 200);
    }
    assert_eq!(round(&room.desk).unwrap(), Round { waiting: 1, ..Round::default() }, "nothing is filed yet");
    let matter = file(&room, "c-1");
    room.world.clock.advance(1.minute());
    assert_eq!(round(&room.desk).unwrap(), Round { added: 1, ..Round::default() });
    assert_eq!(round(&room.desk).unwrap(), Round::default());
    assert_eq!(files(&room, matter), ["audio/wav"]);
    // one that the exchange only names is fetched from its place, and from nowhere else
    let now = room.world.now().as_second();
    room.order(json!({"do": "shelve", "path": "/rec/2026/c-2.wav", "sound": data_encoding::BASE64.encode(&sound())}));
    let body = json!({"call": "c-2", "state": "answered", "at": now, "from": PHONE, "recording": "2026/c-2.wav"});
    assert_eq!(room.order(json!({"do": "post", "body": body, "times": 3}))["status"], 200);
    let second = file(&room, "c-2");
    assert_eq!(round(&room.desk).unwrap(), Round { added: 1, ..Round::default() });
    assert_eq!(files(&room, second), ["audio/wav"]);
    let body = json!({"call": "c-3", "state": "answered", "at": now, "recording": "2026/none.wav"});
    assert_eq!(room.order(json!({"do": "post", "body": body}))["status"], 200);
    file(&room, "c-3");
    assert_eq!(round(&room.desk).unwrap(), Round { aside: 1, ..Round::default() });
    // a call that ended with nothing filed has no place for its recording
    room.tell("c-4", "answered", 5);
    room.record("c-4", "call", &sound());
    let call = room.call("c-4");
    room.world
        .write(move |tx, site, by| {
            let staff = site.directory().staff[&county::staff_id("jin")].clone();
            hotline::wrap(tx, site, by, (&call, &staff), "6_silent")
        })
        .unwrap();
    assert_eq!(round(&room.desk).unwrap(), Round { aside: 1, ..Round::default() });
    // what nobody may connect with a caller leaves nothing behind, and its recording neither
    room.tell("c-5", "answered", 5);
    room.record("c-5", "call", &[sound(), vec![0]].concat());
    let call = room.call("c-5").id;
    room.world.write(move |tx, site, _| hotline::hush(tx, site, call)).unwrap();
    room.tell("c-5", "ended", 1);
    assert_eq!(round(&room.desk).unwrap(), Round { aside: 1, ..Round::default() });
    let hushed = room.call("c-5");
    assert_eq!((hushed.caller.as_str(), hushed.number.len(), hushed.matter), ("", 0, None));
    let states: Vec<String> =
        stands(&room).into_iter().map(|(state, outcome, many)| format!("{state} {outcome} {many}")).collect();
    assert_eq!(states, ["aside no_matter 1", "aside recording_gone 1", "done added 2"]);
}

fn a_voice_mail_becomes_a_matter_once(engine: Engine) {
    let mut room = Room::open(engine);
    room.tell("c-1", "ringing", 60);
    room.tell("c-1", "ended", 40);
    for _ in 0..50 {
        assert_eq!(room.record("c-1", "voicemail", &sound()), 200);
    }
    assert_eq!(round(&room.desk).unwrap(), Round { matters: 1, ..Round::default() });
    let call = room.call("c-1");
    let matter = call.matter.unwrap();
    let loaded = room.world.read(move |tx, site| store::load(tx, site, matter)).unwrap().unwrap();
    let Event::Filed(filing) = &loaded.events[0].1 else { panic!("it begins with a filing") };
    assert_eq!((filing.channel, filing.identity, filing.mobile.as_str()), (Channel::Hotline, Identity::Named, PHONE));
    assert!(filing.what.contains("电话留言") && filing.files[0].media == "audio/wav", "{filing:?}");
    assert_eq!(call.again, "done", "the matter says whom to ring");
    assert!(loaded.state.phone_only(), "the answer goes back by telephone");
    // what is no sound is told of all the same, and nothing of it is shown
    assert_eq!(room.record("c-2", "voicemail", b"<html>not a sound</html>"), 200);
    assert_eq!(round(&room.desk).unwrap(), Round { matters: 1, ..Round::default() });
    assert_eq!(room.record("c-3", "voicemail", &vec![0; 20 * 1024 * 1024 + 1]), 413, "larger than it may be");
    assert_eq!(room.record("c-3", "voicemail", b""), 400);
    assert_eq!(stands(&room), [("done".to_owned(), "filed".to_owned(), 2)]);
}
