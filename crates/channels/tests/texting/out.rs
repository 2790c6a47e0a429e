//! What goes out: once, at the pace the carrier can take, and with a state that both sides see.

use channels::sms::{CHANNEL, Round, Sent, round};
use civic::{chance, outbox};
use serde_json::json;
use uuid::Uuid;

use crate::room::Room;

#[test]
fn receipts_tell_both_sides_whatever_their_order() {
    for (mood, state) in [("there", "delivered"), ("first", "delivered"), ("lost", "returned")] {
        let mut room = Room::sqlite();
        room.carrier.mood(&json!({"receipts": mood}));
        room.take("停水三天了");
        let matter = room.matters()[0].state.matter;
        assert_eq!(room.line.round().unwrap(), Sent { sent: 1, ..Sent::default() });
        // all parts of it are heard of
        for _ in 0..5_000 {
            if room.letters(matter)[0].1 == state {
                break;
            }
            room.carrier.order(&json!({"do": "mood"}));
            room.carrier.hear("mood");
        }
        assert_eq!(room.letters(matter), [("filed".to_owned(), state.to_owned())], "{mood}");
    }
}

#[test]
fn a_message_that_is_lost_is_told_by_a_person() {
    let mut room = Room::sqlite();
    room.take("停水三天了");
    let matter = room.matters()[0].state.matter;
    room.sent();
    // no number is there any more
    room.carrier.mood(&json!({"status": 11}));
    room.answer(matter);
    room.line.round().unwrap();
    let letters = room.letters(matter);
    assert!(letters[1..].iter().all(|(_, state)| state == "failed"), "{letters:?}");
    let untold: Vec<_> = room.load(matter).state.untold.iter().map(|one| one.template).collect();
    assert_eq!(untold, ["accepted", "replied"]);
}

#[test]
fn a_carrier_that_asks_for_a_pause_gets_one_and_then_the_message() {
    let mut room = Room::sqlite();
    room.carrier.mood(&json!({"throttle": 2}));
    room.take("停水三天了");
    assert_eq!(room.line.round().unwrap().sent, 1);
    let matter = room.matters()[0].state.matter;
    assert_eq!(room.letters(matter), [("filed".to_owned(), "sent".to_owned())]);
    assert_eq!(room.carrier.taken().len(), 1);
}

#[test]
fn a_carrier_that_hangs_is_left_and_the_message_goes_out_later() {
    let mut room = Room::sqlite();
    room.take("停水三天了");
    let matter = room.matters()[0].state.matter;
    room.carrier.mood(&json!({"hang": true}));
    assert_eq!(room.line.round().unwrap().failed, 1);
    assert!(!room.line.is_bound(), "it is not waited for any longer");
    assert_eq!(room.letters(matter), [("filed".to_owned(), "waiting".to_owned())]);
    room.carrier.mood(&json!({"hang": false}));
    room.world.clock.advance(jiff::ToSpan::minutes(2));
    while room.line.round().unwrap().sent == 0 {
        room.world.clock.advance(jiff::ToSpan::minutes(1));
    }
    assert_eq!(room.letters(matter), [("filed".to_owned(), "sent".to_owned())]);
}

#[test]
fn a_connection_that_is_cut_is_made_anew_and_what_came_is_there() {
    let mut room = Room::sqlite();
    assert_eq!(room.take("停水三天了"), Round { matters: 1, ..Round::default() });
    room.carrier.order(&json!({"do": "cut"}));
    room.carrier.hear("closed");
    // this side may hear of the cut only when it hands the message over; then it waits a minute
    while room.line.round().unwrap().sent == 0 {
        room.world.clock.advance(jiff::ToSpan::minutes(1));
    }
    assert_eq!(room.sent().len(), 1);
    assert_eq!(round(&room.desk).unwrap(), Round::default());
}

#[test]
fn an_administrator_is_sent_a_trial_to_the_telephone_they_typed() {
    let mut room = Room::sqlite();
    room.world
        .write(|tx, site, (now, chance)| {
            let id = chance::id_ordered(chance, now);
            let recipient = outbox::to_number(site, id, crate::room::PHONE, chance);
            let message = outbox::Message { matter: Uuid::nil(), event: 0, recipient, template: outbox::TRIAL, channel: CHANNEL };
            outbox::put(tx, site.jurisdiction, (id, now), &message)
        })
        .unwrap();
    let sent = room.sent();
    assert!(sent.len() == 1 && sent[0].contains("试发的消息") && sent[0].contains("0931-1234567"), "{sent:?}");
}
