//! What holds each table of the schema, so that a new one cannot come in without somebody having thought about who edits
//! it. The threat model says the same in words.

/// Says what notices an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Its rows carry their own proof: seals, chains, signatures, hashes.
    Proven,
    /// It is a consequence of events; `verify --database` and `rebuild --check` compare it with them.
    Derived,
    /// Nothing notices. The reason says why that changes no past and no figure.
    Operational(&'static str),
}

use Class::{Derived, Operational, Proven};

const TABLES: &[(&str, Class)] = &[
    // the journal and its log
    ("event", Proven),
    ("checkpoint", Proven),
    ("witnessed", Proven),
    ("tile", Derived),
    (
        "log_head",
        Operational("counters: a wrong one makes the next append fail on a unique index, or the next checkpoint differ"),
    ),
    (
        "log_watch",
        Operational(
            "what witnesses said last: an edit hides one until it is asked again, seconds later; its own memory is elsewhere",
        ),
    ),
    // the hall
    ("directory", Derived),
    ("access_entry", Proven),
    ("access_head", Proven),
    ("access_root", Derived),
    ("outbox", Operational("messages on their way: templates and states, no words; a lost one is seen by whoever waits for it")),
    (
        "inbox",
        Operational(
            "what came in and how it stands, sealed: an edit hides one that was called taken, and whoever wrote has no answer",
        ),
    ),
    (
        "again",
        Operational(
            "what programs sent under a key within a day: an edit lets one act be sent a second time, which its rules refuse or note",
        ),
    ),
    (
        "hook",
        Operational(
            "how far programs were told: an edit tells them some again, or late; what they ask for by themselves is as it is",
        ),
    ),
    (
        "exchange_out",
        Operational(
            "what another site is to hear of, by number: an edit tells it some again, which it knows, or not at all, which both sides find when they compare",
        ),
    ),
    (
        "exchange_read_out",
        Operational(
            "which readings another site is to hear of, by number: an edit is found when both sides compare, or as another under its number",
        ),
    ),
    (
        "exchange_read_in",
        Operational(
            "who read at another site, as it told: that one's own log of readings proves it, and a missing one comes again",
        ),
    ),
    ("exchange_grade", Operational("grades told from above, counted on one page: each is signed at the site where it was given")),
    ("exchange_peer", Operational("how it stands with another site: an edit tries it sooner or later")),
    (
        "source",
        Operational("where mail is fetched from, and up to which number: an edit fetches some again, which is none the more"),
    ),
    ("credential", Operational("who may sign in: an edit lets somebody act as another, from then on, under that one's name")),
    (
        "account_news",
        Operational("what is told to the owner of an account, for 90 days: an edit hides one, and its letter is on its way"),
    ),
    ("account_device", Operational("devices an account was used on: a row more spares a letter, a row less sends one too many")),
    ("session", Operational("hours long: an edit lets somebody act as another, from then on, under that one's name")),
    ("track_session", Operational("half an hour long: what a code opens already")),
    ("draft", Operational("sealed, a day long, not yet filed")),
    ("guess", Operational("counts wrong codes: an edit lets somebody guess faster among 2^80")),
    ("second_person", Operational("who asked for a second person, for a day: the act itself is an event that names both")),
    ("lease", Operational("who does a job now: an edit makes a letter go twice, or minutes later")),
    (
        "hotline_call",
        Operational(
            "calls of the hotline, the number sealed: an edit has somebody ring back for nothing, or makes a figure of the service wrong",
        ),
    ),
    ("hotline_step", Operational("what was done to calls: an edit makes their story wrong; what was filed in them is an event")),
    // channels
    (
        "sms_piece",
        Operational("parts of short messages that wait for the rest, sealed: one that is gone is a gap that its matter names"),
    ),
    (
        "sms_sent",
        Operational("the carrier's names of messages: an edit makes a message look delivered, or a person ring up for nothing"),
    ),
    (
        "sms_stop",
        Operational("who wants no short messages, as a blind index: an edit has a person ring up instead, or a message go out"),
    ),
    ("sms_asked", Operational("what was asked back, for minutes: an edit puts words into another matter of the same telephone")),
    // the board
    ("forum_post", Derived),
    ("forum_list", Derived),
    ("forum_measure", Derived),
    ("forum_tally", Derived),
    ("forum_code", Operational("one-time codes for a day: an edit lets a post be seen, or has it wait for a person")),
    ("forum_gone", Operational("which keys of posts are still to be destroyed: the withdrawal is an event")),
    // reception days
    (
        "reception_day",
        Operational("rows of reception days: events hold each; an edit moves one in the schedule until its next event"),
    ),
    (
        "reception_booking",
        Operational(
            "rows of bookings: the words are sealed and events hold each of them; an edit puts one elsewhere in the queue",
        ),
    ),
    ("reception_slot", Operational("which times are taken: each is an event; an edit frees a time, or hides one")),
    ("edition", Derived),
    (
        "assessment_objection",
        Operational(
            "rows of objections: events hold each; an edit shows one as decided, or another item, until the check names it",
        ),
    ),
    (
        "dossier",
        Operational(
            "rows of files of supervision: the words are sealed and events hold each of them; an edit moves one in a list",
        ),
    ),
    ("reception_gone", Operational("which keys of bookings are still to be destroyed: their day is long over")),
    // what offices ask everybody
    (
        "consult",
        Operational("rows of what is asked: events hold each; an edit moves one among those that are open until its next event"),
    ),
    (
        "consult_voice",
        Operational(
            "rows of voices: the words are sealed and events hold each of them; an edit hides one from those still to be sorted",
        ),
    ),
    ("consult_point", Operational("which voices are behind a point: each is an event; an edit hides one, or shows it elsewhere")),
    (
        "consult_contact",
        Operational(
            "numbers left for word about the result, sealed; no event holds them, and an edit can only keep word from somebody",
        ),
    ),
    ("consult_gone", Operational("which keys of voices and numbers are still to be destroyed")),
    (
        "chat_talk",
        Operational(
            "what somebody tells in a chat, sealed, for half an hour: one that is changed does not open, and is told anew",
        ),
    ),
    (
        "chat_told",
        Operational("how far groups of a chat were told what is public: an edit has them told something twice, or not at all"),
    ),
    // appeals
    ("matter", Derived),
    ("matter_party", Derived),
    ("matter_code", Derived),
    ("matter_contact", Derived),
    ("submission", Derived),
    ("matter_file", Derived),
    ("matter_call", Derived),
    ("matter_shown", Derived),
    ("matter_origin", Derived),
    ("criticism", Derived),
    ("supervised", Derived),
    ("matter_levels", Derived),
    (
        "ladder_day",
        Operational(
            "the newest day on which the ladder of supervision was climbed; an edit lets it climb, or stand still, for a day",
        ),
    ),
    (
        "box_round",
        Operational("lists rounds of opinion boxes: the site's own events hold each of them, with box, day and number of cards"),
    ),
    ("box_unread", Operational("lists cards that nobody could read: each is an event of the site's own")),
    ("box_file", Operational("keeps pictures of rounds from the sweep of orphans; the events name them")),
    ("matter_topic", Derived),
    ("topic_count", Operational("counts suggestions by week: an edit makes a page of figures wrong until the next rebuild")),
    ("tally", Derived),
    ("standing", Derived),
    ("tally_fill", Operational("says that the boards' counters are still being counted; a row more has them counted again")),
    ("accusation", Proven),
    ("accusation_act", Proven),
    ("accusation_copy", Operational("the handlers' copy: one that was changed does not open; what came in stands in accusation")),
    ("accusation_wrap", Operational("who may open which: without a row somebody loses access; a foreign one opens nothing")),
    ("handler_key", Operational("handlers' keys: a row that another wrote fails its seal, and nothing is sealed to it")),
    ("accusation_file", Operational("keeps sealed files from the sweep of orphans; the resident's copy names them")),
    ("sealed_batch", Operational("says which days had their batch; without a row the day gets another one, of dummies")),
    ("erasure", Operational("which keys are still to be destroyed: what was erased is an event; the tables say nothing of it")),
    ("erasure_many", Operational("on which days more may be erased: two persons still agree to each matter")),
    (
        "disclosure_asked",
        Operational("what waits for a second person, for a day: what was agreed to is an event that holds all of it"),
    ),
    (
        "disclosure",
        Operational("who may fetch what, and whom it is told later: the site's own event holds all of it and is counted"),
    ),
    ("calendar_walk", Operational("says how far a new calendar has come; without a row every open matter is looked at again")),
    ("digest_day", Operational("says which days had their letter; without a row it is sent again")),
    ("room_letter_day", Operational("says which days the room had its letter; without a row it is sent again")),
    // the key store
    ("matter_key", Proven),
    ("shredded_key", Operational("a key marked as shredded that was not is still there; one that was is gone for good")),
    ("key_block", Operational("counts keys made ahead: a wrong count fails on the primary key")),
    // the schema itself
    ("migration", Operational("which migrations ran, with their hashes; a wrong row stops the next start with words")),
];

/// Tables that are compared with the journal apart from the room's own dumps.
const COMPARED: &[&str] = &[
    "tile",
    "directory",
    "access_root",
    "tally",
    "standing",
    // oversight::edition::compare
    "edition",
    // forum::check::compare
    "forum_post",
    "forum_list",
    "forum_measure",
    "forum_tally",
];

fn made() -> Vec<String> {
    let all = crate::house::migrations();
    let sql = all.iter().chain(civic::vault::KEYSTORE_MIGRATIONS).map(|migration| migration.sql);
    let mut names: Vec<String> = vec!["migration".to_owned()];
    for text in sql {
        let lower = text.to_lowercase();
        let words: Vec<&str> = lower.split(|c: char| c.is_whitespace() || c == '(').filter(|word| !word.is_empty()).collect();
        names.extend(
            words.windows(3).filter(|three| three[0] == "create" && three[1] == "table").map(|three| three[2].to_owned()),
        );
    }
    names.sort();
    names
}

#[test]
fn every_table_is_in_exactly_one_class() {
    let mut classed: Vec<&str> = TABLES.iter().map(|(name, _)| *name).collect();
    classed.sort_unstable();
    assert_eq!(made(), classed, "say in check/classes.rs what notices an edit of a new table");
}

#[test]
fn what_proves_the_past_is_guarded_against_the_serving_connection() {
    let guards = [crate::house::guards(), civic::vault::KEYSTORE_GUARDS].concat().concat();
    for guard in &guards {
        assert!(TABLES.iter().any(|(name, _)| *name == guard.table), "{} is guarded and no table", guard.table);
    }
    for (name, _) in TABLES.iter().filter(|(_, class)| *class == Proven) {
        // a matter's key is shredded when the matter is erased, and wrapped anew when the site key is
        assert!(guards.iter().any(|guard| guard.table == *name) || *name == "matter_key", "{name} needs a guard");
    }
}

#[test]
fn what_is_said_to_be_derived_is_compared_and_every_reason_is_given() {
    for (name, class) in TABLES {
        match class {
            Derived => {
                let dumped = appeals::store::DUMPS.iter().any(|dump| dump.table == *name);
                assert!(dumped || COMPARED.contains(name), "{name} is compared with nothing");
            }
            Operational(why) => assert!(why.len() > 20, "{name} needs a reason"),
            Proven => {}
        }
    }
}
