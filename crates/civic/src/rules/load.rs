//! Loading and checking the rule files.

use std::fs;
use std::path::Path;

use data_encoding::HEXLOWER;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::RuleSet;
use super::assessment::{Bounds, GradeRule, MeasureRule, Veto, replace};
use super::ladder::{LateStep, Rung};
use super::likeness::Likeness;
use super::row::{Category, Cited, Ground, Instrument, TermRule, Track};
use super::topic::{KindWords, Need, Reading, Topic, Urgency};

/// Terms that the code asks for by name; a rule set without one of them is refused.
const NEEDED_TERMS: &[&str] = &[
    "xf.handle",
    "xf.review_request",
    "xf.review_decide",
    "xf.recheck_request",
    "xf.recheck_decide",
    "xf.simple_handle",
    "xf.group_reps_max",
    "site.withdraw_cooling",
    "site.returns_max",
    "site.return_window",
    "site.anonymous_delivery",
    "site.joint_answer",
    "site.whistle_report",
    "site.supplement_answer",
    "site.invite_rating",
    "site.escalate",
    "site.another_person",
    "site.keep_matter",
    "site.keep_call",
    "hl.answer",
    "hl.connect_rate_min",
    "site.disclosure_told",
    "site.disclosures_day",
    "hp.named_bad_contact",
    "hp.rectify",
    "site.callback_tries",
    "site.rating_object",
    "site.objection_heard",
    "site.objection_decide",
    "site.draw_one_in",
    "site.draw_call",
    "forum.hold",
    "forum.answer",
    "forum.object",
    "reception.county_leader",
    "reception.notice",
    "reception.keep",
    "assessment.object",
    "assessment.decide",
    "assessment.publish",
    "mad.comment_min",
    "consult.gather",
    "consult.comment_least",
    "consult.report",
    "consult.keep",
    "site.ladder_remind",
    "site.ladder_gap",
    "site.ladder_bulk",
    "site.advice_answer",
    "site.account_reply",
    "site.account_rectify",
    "site.conference_quorum",
    "site.ruling_route",
    "site.task_sample",
];
/// Terms of the site's own that no local rule lengthens: they keep a promise to residents.
const NEVER_LONGER: &[&str] = &["site.disclosure_told", "site.reading", "hp.named_bad_contact", "hp.rectify"];
/// What of a matter can be handed out.
const PARTS: &[&str] = &["words", "files", "contact"];
/// Terms by the clock that the code asks for by name: minutes or hours, and never none.
const NEEDED_CLOCKS: &[&str] = &[
    "site.second_person",
    "site.reading",
    "forum.edit",
    "hl.urgent",
    "site.danger_head",
    "site.danger_leaders",
    "site.danger_repeat",
    "site.danger_repeat_later",
    "site.two_persons",
];
/// Kinds of matters; each needs a track.
const KINDS: &[&str] = &["consultation", "help", "complaint", "accusation", "suggestion", "praise"];

/// Says why a rule set was refused.
#[derive(Debug, Error)]
pub enum RulesError {
    /// A file cannot be read.
    #[error("{0} cannot be read: {1}")]
    Read(String, std::io::Error),
    /// A file is not the TOML that is expected.
    #[error("{0} is not a rule file: {1}")]
    Form(String, toml::de::Error),
    /// Something that other rules or the code need is missing.
    #[error("the rules lack {0}")]
    Missing(String),
    /// A local overlay lengthens a legal term.
    #[error("{0} is a legal term: a local rule may shorten it, not lengthen it")]
    Lengthened(String),
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct File {
    term: Vec<TermRule>,
    ground: Vec<Ground>,
    instrument: Vec<Instrument>,
    cited: Vec<Cited>,
    category: Vec<Category>,
    track: Vec<Track>,
    topic: Vec<Topic>,
    need: Vec<Need>,
    urgency: Vec<Urgency>,
    kind: Vec<KindWords>,
    reading: Option<Reading>,
    likeness: Option<Likeness>,
    assessment: Option<Bounds>,
    measure: Vec<MeasureRule>,
    grade: Vec<GradeRule>,
    veto: Vec<Veto>,
    rung: Vec<Rung>,
    late: Vec<LateStep>,
}

/// The rule files that ship, by name.
const SHIPPED: &[(&str, &str)] = &[
    ("terms.toml", include_str!("../../../../rules/terms.toml")),
    ("grounds.toml", include_str!("../../../../rules/grounds.toml")),
    ("instruments.toml", include_str!("../../../../rules/instruments.toml")),
    ("categories.toml", include_str!("../../../../rules/categories.toml")),
    ("tracks.toml", include_str!("../../../../rules/tracks.toml")),
    ("needs.toml", include_str!("../../../../rules/needs.toml")),
    ("reading.toml", include_str!("../../../../rules/reading.toml")),
    ("likeness.toml", include_str!("../../../../rules/likeness.toml")),
    ("hotline.toml", include_str!("../../../../rules/hotline.toml")),
    ("forum.toml", include_str!("../../../../rules/forum.toml")),
    ("rating.toml", include_str!("../../../../rules/rating.toml")),
    ("reception.toml", include_str!("../../../../rules/reception.toml")),
    ("assessment.toml", include_str!("../../../../rules/assessment.toml")),
    ("consult.toml", include_str!("../../../../rules/consult.toml")),
    ("supervision.toml", include_str!("../../../../rules/supervision.toml")),
];

impl RuleSet {
    /// Returns the rules that ship.
    pub fn builtin() -> Self {
        Self::parse(Self::shipped()).expect("the shipped rules are checked by a test")
    }

    /// Lists the rule files that ship.
    pub(super) fn shipped() -> impl Iterator<Item = (String, String)> {
        SHIPPED.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
    }

    /// Reads the shipped rules and, over them, a folder of local ones.
    pub fn with_local(folder: &Path) -> Result<Self, RulesError> {
        let shipped = Self::builtin();
        let mut files: Vec<(String, String)> = Self::shipped().collect();
        let read = |error| RulesError::Read(folder.display().to_string(), error);
        let mut paths: Vec<_> = fs::read_dir(folder).map_err(read)?.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")) {
            let text = fs::read_to_string(path).map_err(|error| RulesError::Read(path.display().to_string(), error))?;
            files.push((path.display().to_string(), text));
        }
        let rules = Self::parse(files)?;
        for (id, term) in &shipped.terms {
            let local = &rules.terms[id];
            let fixed = term.verified != "default" || NEVER_LONGER.contains(&id.as_str());
            if fixed && (local.unit != term.unit || local.value > term.value) {
                return Err(RulesError::Lengthened(id.clone()));
            }
            // to stop a clock is to lengthen its term
            let stops = |rules: &Self| rules.pauses(id).map(|ground| ground.code.clone()).collect::<Vec<_>>();
            let known = stops(&shipped);
            if term.verified != "default" && stops(&rules).iter().any(|code| !known.contains(code)) {
                return Err(RulesError::Lengthened(id.clone()));
            }
        }
        Ok(rules)
    }

    /// Reads rule files; later ones replace rows of earlier ones with the same id.
    pub fn parse(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, RulesError> {
        let (mut rules, mut hash) = (Self::default(), Sha256::new());
        for (name, text) in files {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(&text);
            let file: File = toml::from_str(&text).map_err(|error| RulesError::Form(name, error))?;
            rules.terms.extend(file.term.into_iter().map(|row| (row.id.clone(), row)));
            rules.grounds.extend(file.ground.into_iter().map(|row| ((row.list.clone(), row.code.clone()), row)));
            rules.instruments.extend(file.instrument.into_iter().map(|row| (row.key.clone(), row)));
            rules.cited.extend(file.cited.into_iter().map(|row| (row.name, row.name_en)));
            rules.categories.extend(file.category.into_iter().map(|row| (row.code.clone(), row)));
            rules.tracks.extend(file.track.into_iter().map(|row| (row.kind.clone(), row)));
            rules.topics.extend(file.topic.into_iter().map(|row| (row.code.clone(), row)));
            rules.needs.extend(file.need.into_iter().map(|row| (row.level, row)));
            rules.urgencies.extend(file.urgency.into_iter().map(|row| (row.level, row)));
            rules.kind_words.extend(file.kind.into_iter().map(|row| (row.code.clone(), row)));
            rules.reading = file.reading.unwrap_or(rules.reading);
            rules.ladder.extend(file.rung.into_iter().map(|row| (row.level, row)));
            rules.late.extend(file.late.into_iter().map(|row| ((row.of.clone(), row.level), row)));
            rules.likeness = file.likeness.unwrap_or(rules.likeness);
            let own = &mut rules.assessing;
            own.bounds = file.assessment.unwrap_or_else(|| own.bounds.clone());
            file.measure.into_iter().for_each(|row| replace(&mut own.measures, row, |row| &row.code));
            file.grade.into_iter().for_each(|row| replace(&mut own.grades, row, |row| &row.code));
            file.veto.into_iter().for_each(|row| replace(&mut own.vetoes, row, |row| &row.code));
        }
        rules.sha256 = HEXLOWER.encode(&hash.finalize());
        rules.check()?;
        Ok(rules)
    }

    fn check(&self) -> Result<(), RulesError> {
        let missing = |what: &str| RulesError::Missing(what.to_owned());
        for id in NEEDED_TERMS {
            self.terms.get(*id).ok_or_else(|| missing(id))?;
        }
        for id in NEEDED_CLOCKS {
            let clock = self.terms.get(*id).and_then(TermRule::clock);
            clock.ok_or_else(|| RulesError::Missing(format!("{id} in minutes or hours, at least 1")))?;
        }
        for kind in KINDS {
            let track = self.tracks.get(*kind).ok_or_else(|| missing(kind))?;
            for id in [&track.first, &track.handle] {
                self.terms.get(id).ok_or_else(|| missing(id))?;
            }
        }
        for list in [
            "not_accept",
            "return",
            "extend",
            "pause",
            "close",
            "delivery",
            "decline_accusation",
            "disclose",
            "disclose_later",
            "unmask",
            "wrapup",
            "forum_hide",
            "forum_lock",
            "forum_move",
            "forum_report",
            "rating_bad",
            "rating_fair",
            "rating_good",
            "rating_objection",
            "going_down",
            "assessment_objection",
            "advice",
            "account_trigger",
            "account_step",
            "agenda",
        ] {
            self.grounds(list).next().ok_or_else(|| missing(list))?;
        }
        for ground in self.grounds("pause") {
            let unknown = ground.terms.iter().find(|id| !self.terms.contains_key(*id));
            if ground.terms.is_empty() || unknown.is_some() {
                return Err(missing(unknown.map_or("the terms that a ground may stop", String::as_str)));
            }
        }
        for ground in self.grounds("disclose") {
            let unknown = ground.parts.iter().find(|part| !PARTS.contains(&part.as_str()));
            if ground.parts.is_empty() || unknown.is_some() {
                return Err(missing(unknown.map_or("the parts that a ground lets out", String::as_str)));
            }
        }
        if self.categories.is_empty() || self.instruments.is_empty() {
            return Err(missing("categories or instruments"));
        }
        self.check_ladder()?;
        self.check_likeness()?;
        self.check_assessing()?;
        self.check_topics()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instrument_that_a_term_cites_has_an_english_name() {
        let rules = RuleSet::builtin();
        for term in rules.terms.values() {
            let name = rules.english_name(&term.instrument).unwrap_or_else(|| panic!("{}: {}", term.id, term.instrument));
            assert!(name.is_ascii() && !name.is_empty(), "{name}");
        }
    }

    #[test]
    fn the_shipped_rules_load_and_cite_their_clauses() {
        let rules = RuleSet::builtin();
        assert_eq!(rules.term("xf.handle").value, 60);
        assert_eq!(rules.term("xf.handle").extension_term().unwrap().value, 30);
        assert_eq!(rules.clause("xf:34").unwrap().0.name, "信访工作条例");
        assert!(rules.term("xf.simple_handle").unsure(), "rows that nobody has checked stay marked");
        assert_eq!(rules.version().len(), 16);
        assert_eq!(rules.categories().count(), 25);
    }

    #[test]
    fn a_local_rule_may_shorten_a_legal_term_but_not_lengthen_it() {
        let folder = tempfile::tempdir().unwrap();
        let write = |days: u32| {
            let text = format!(
                "[[term]]\nid = \"xf.handle\"\nvalue = {days}\nunit = \"calendar_day\"\nstart = \"accepted\"\n\
                 instrument = \"本县规定\"\narticle = \"\"\nverified = \"local\"\n"
            );
            fs::write(folder.path().join("local.toml"), text).unwrap();
            RuleSet::with_local(folder.path())
        };
        assert_eq!(write(30).unwrap().term("xf.handle").value, 30);
        assert!(matches!(write(90), Err(RulesError::Lengthened(id)) if id == "xf.handle"));
    }

    #[test]
    fn the_only_ground_that_stops_a_legal_term_is_the_hearing_of_a_recheck_and_no_local_rule_adds_one() {
        let rules = RuleSet::builtin();
        let stopped: Vec<&str> = rules.terms().map(|term| term.id.as_str()).filter(|id| rules.pauses(id).count() > 0).collect();
        assert_eq!(stopped, ["xf.recheck_decide"], "信访工作条例第三十六条 alone says that a time is not counted");
        let folder = tempfile::tempdir().unwrap();
        let write = |term: &str| {
            let text = format!(
                "[[ground]]\nlist = \"pause\"\ncode = \"holidays\"\nzh = \"x\"\nen = \"x\"\nterms = [\"{term}\"]\n\
                 clause = \"本县规定:\"\nverified = \"local\"\n"
            );
            fs::write(folder.path().join("local.toml"), text).unwrap();
            RuleSet::with_local(folder.path())
        };
        assert!(matches!(write("xf.handle"), Err(RulesError::Lengthened(id)) if id == "xf.handle"));
        assert!(matches!(write("xf.nothing"), Err(RulesError::Missing(id)) if id == "xf.nothing"));
        assert!(write("site.suggestion_answer").is_ok(), "what the site promised by itself is its own");
    }

    #[test]
    fn unknown_keys_and_missing_rows_are_refused_with_words() {
        let wrong = RuleSet::parse([("x.toml".to_owned(), "[[term]]\nid = \"a\"\nsurprise = 1\n".to_owned())]);
        assert!(matches!(wrong, Err(RulesError::Form(name, _)) if name == "x.toml"));
        assert!(RuleSet::parse([]).unwrap_err().to_string().contains("xf.handle"));
    }
}
