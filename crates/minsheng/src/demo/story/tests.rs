//! The stories are well formed: every code and place exists, every slot means something, no text stands twice.

use std::collections::{BTreeMap, BTreeSet};

use civic::chance::Chance;
use civic::directory::Entry;
use civic::rules::RuleSet;
use civic::vault::Key;
use jiff::ToSpan;
use jiff::civil::Date;
use rand_core::SeedableRng;

use super::*;
use crate::demo::county;
use crate::demo::slots::{Drawn, Scene, fill, voice};

const KINDS: [&str; 6] = ["consultation", "help", "complaint", "accusation", "suggestion", "praise"];
/// Phrases that say nothing; a reply names who does what until when.
const EMPTY_TALK: &[&str] = &["高度重视", "相关部门", "有关部门", "进一步加强", "积极协调", "妥善处理", "感谢您对我们工作的支持"];

#[test]
fn every_code_and_place_exists() {
    let rules = RuleSet::builtin();
    let entries = county::entries(Date::constant(2026, 11, 24), &Key::new([3; 32]));
    let (mut villages, mut offices) = (BTreeSet::new(), BTreeSet::new());
    for entry in entries {
        match entry {
            Entry::Place(place) => drop(villages.insert(place.name)),
            Entry::Office(office) => drop(offices.insert(office.code)),
            _ => {}
        }
    }
    for story in all() {
        let id = &story.id;
        assert!(KINDS.contains(&story.kind.as_str()), "{id}: {}", story.kind);
        assert!(["named", "confidential", "anonymous"].contains(&story.identity.as_str()), "{id}");
        assert!(rules.category(&story.category).is_some(), "{id}: {}", story.category);
        assert!(!story.places.is_empty() && story.places.iter().all(|place| villages.contains(place)), "{id}");
        assert!(!story.texts.is_empty() && story.texts.len() <= 9 || story.group, "{id}: voices are counted with one digit");
        assert!(story.takes[0] >= 1 && story.takes[0] <= story.takes[1], "{id}");
        assert_eq!(story.asks.is_some(), story.adds.is_some(), "{id}: a question needs its answer");
        let unanswered = story.kind == "accusation" || story.path.as_deref() == Some("not_accepted");
        assert_eq!(story.reply.is_none(), unanswered, "{id}: only accusations and what is declined go without a reply");
        assert!(story.offices.iter().chain(&story.ruler).all(|office| offices.contains(office)), "{id}: {:?}", story.offices);
        for basis in story.reply.iter().chain(&story.review).flat_map(|reply| &reply.basis) {
            assert!(rules.clause(basis).is_some(), "{id}: no clause {basis}");
        }
    }
}

#[test]
fn every_slot_means_something_and_no_reply_speaks_of_days_before_the_filing() {
    for story in all() {
        let filed = Date::constant(2026, 10, 20);
        let scene = Scene {
            place: "麦渡村".into(),
            town: "麦渡乡".into(),
            name: "某某".into(),
            above: "清禾县人民政府".into(),
            filed,
            replied: filed.checked_add(story.takes[0].days()).unwrap(),
        };
        let mut drawn = Drawn::of(story.every_text());
        let mut chance = Chance::seed_from_u64(1);
        for text in story.every_text() {
            let filled = fill(text, &scene, &mut drawn, &mut chance).unwrap();
            assert!(!filled.contains(['{', '}', '|']), "{}: {filled}", story.id);
        }
        let reply = story.reply.iter().flat_map(|reply| [&reply.facts, &reply.opinion]);
        for text in reply {
            for back in text.match_indices("{r-").filter_map(|(at, _)| text[at + 3..].split('}').next()?.parse::<i64>().ok()) {
                assert!(back <= story.takes[0], "{}: {{r-{back}}} may lie before the filing", story.id);
            }
            for on in text.match_indices("{f+").filter_map(|(at, _)| text[at + 3..].split('}').next()?.parse::<i64>().ok()) {
                assert!(on <= story.takes[0], "{}: {{f+{on}}} may lie after the reply", story.id);
            }
        }
    }
}

#[test]
fn no_story_and_no_text_stands_twice() {
    let (mut ids, mut texts) = (BTreeSet::new(), BTreeMap::new());
    for story in all() {
        assert!(ids.insert(story.id.clone()), "{} stands twice", story.id);
        for text in story.every_text().filter(|text| text.chars().count() > 8) {
            let other = texts.insert(text.to_owned(), story.id.clone());
            assert!(other.is_none(), "{} and {other:?} share: {text}", story.id);
        }
    }
}

#[test]
fn replies_say_who_does_what_and_use_no_empty_talk() {
    for story in all() {
        for text in story.every_text() {
            for phrase in EMPTY_TALK {
                assert!(!text.contains(phrase), "{}: {phrase}", story.id);
            }
        }
        let voices = if story.group { 1 } else { story.texts.len() };
        for (reply, number) in story.reply.iter().chain(&story.review).flat_map(|reply| (1..=voices).map(move |n| (reply, n))) {
            let parts = [&reply.request, &reply.facts, &reply.opinion].map(|text| voice(text, number));
            for (part, least) in parts.iter().zip([8, 15, 22]) {
                let broken = ["，，", "。。", "，。", "；。", "、，", "[", "]"].iter().any(|marks| part.contains(marks));
                let starts = part.starts_with(['，', '。', '；', '、']);
                let ends = part.ends_with('。');
                assert!(part.chars().count() >= least && !broken && !starts && ends, "{} voice {number}: {part}", story.id);
            }
        }
    }
}
