//! The statements of this room, for the tests that prepare them and read their plans.

use appeals::{STATEMENTS, store};

/// The statements of every part of this room.
pub const ROOM: &[&[(&str, &str)]] = &[
    STATEMENTS,
    store::COUNT_STATEMENTS,
    store::CALL_STATEMENTS,
    store::TOPIC_STATEMENTS,
    store::SHOWN_STATEMENTS,
    store::ORIGIN_STATEMENTS,
    store::TALLY_STATEMENTS,
    store::NEAR_STATEMENTS,
    store::WALK_STATEMENTS,
    store::ALARM_STATEMENTS,
    appeals::board::STATEMENTS,
    appeals::erase::STATEMENTS,
    appeals::find::STATEMENTS,
    appeals::changes::STATEMENTS,
    appeals::heard::STATEMENTS,
    appeals::disclose::STATEMENTS,
    appeals::sealed::STATEMENTS,
    appeals::sealed::letter::STATEMENTS,
    appeals::sealed::KEPT_STATEMENTS,
    appeals::sealed::KEY_STATEMENTS,
    appeals::sealed::WRAP_STATEMENTS,
    appeals::sealed::ROOM_STATEMENTS,
    appeals::sealed::PRESSED_STATEMENTS,
    appeals::sealed::ceremony::STATEMENTS,
    appeals::digest::STATEMENTS,
    appeals::rounds::STATEMENTS,
    appeals::followup::STATEMENTS,
    appeals::supervise::STATEMENTS,
    appeals::exchange::levels::STATEMENTS,
];
