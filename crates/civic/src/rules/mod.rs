//! Rules as cited data: terms, grounds, instruments, categories and tracks, read from `rules/*.toml`.
//!
//! No deadline, quorum or weight stands in code. Each row names its instrument and article and says whether a person
//! has checked it; pages mark the rows that are unsure. A local overlay may shorten a legal term, not lengthen it.

mod announce;
pub mod assessment;
mod ladder;
mod likeness;
mod load;
mod row;
mod topic;

pub use announce::{KIND as ANNOUNCED, announce};
pub use ladder::{LateStep, Reaches, Rung};
pub use likeness::Likeness;
pub use load::RulesError;
pub use row::{Category, Clause, Extension, Ground, Instrument, TermRule, Track, Unit};
pub use topic::{KindWords, Need, Reading, Topic, Urgency, above, category_of};

use std::collections::BTreeMap;

use jiff::SignedDuration;
use worktime::Term;

/// Is the set of rules in force.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    terms: BTreeMap<String, TermRule>,
    grounds: BTreeMap<(String, String), Ground>,
    instruments: BTreeMap<String, Instrument>,
    cited: BTreeMap<String, String>,
    categories: BTreeMap<String, Category>,
    tracks: BTreeMap<String, Track>,
    topics: BTreeMap<String, Topic>,
    needs: BTreeMap<u8, Need>,
    urgencies: BTreeMap<u8, Urgency>,
    kind_words: BTreeMap<String, KindWords>,
    reading: Reading,
    likeness: Likeness,
    assessing: assessment::Assessing,
    ladder: BTreeMap<u8, Rung>,
    late: BTreeMap<(String, u8), LateStep>,
    sha256: String,
}

/// Hexadecimal digits of the hash that name a set.
const VERSION_DIGITS: usize = 16;

impl RuleSet {
    /// Names this set: the first 16 hexadecimal digits of its hash. A matter keeps the version it began with.
    pub fn version(&self) -> &str {
        &self.sha256[..VERSION_DIGITS]
    }

    /// Returns the SHA-256 over its files, hexadecimal; each file is preceded by its length as eight bytes.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Finds a term. Ids are checked when rules are loaded, so a missing one is a bug.
    pub fn term(&self, id: &str) -> &TermRule {
        self.terms.get(id).unwrap_or_else(|| panic!("the rules have no term {id}"))
    }

    /// Finds a term that may be missing.
    pub fn find_term(&self, id: &str) -> Option<&TermRule> {
        self.terms.get(id)
    }

    /// Returns a term as days, working days, months or hours to be counted.
    pub fn count(&self, id: &str) -> Term {
        self.term(id).term()
    }

    /// Returns a term as a time by the clock. That it is one is checked when rules are loaded, so another one is a bug.
    pub fn clock(&self, id: &str) -> SignedDuration {
        self.term(id).clock().unwrap_or_else(|| panic!("{id} is not minutes or hours"))
    }

    /// Lists all terms in the order of their ids.
    pub fn terms(&self) -> impl Iterator<Item = &TermRule> {
        self.terms.values()
    }

    /// Finds a ground of a list.
    pub fn ground(&self, list: &str, code: &str) -> Option<&Ground> {
        self.grounds.get(&(list.to_owned(), code.to_owned()))
    }

    /// Lists the grounds of a list.
    pub fn grounds<'a>(&'a self, list: &'a str) -> impl Iterator<Item = &'a Ground> {
        self.grounds.values().filter(move |ground| ground.list == list)
    }

    /// Lists the grounds that may stop the clock of a term.
    pub fn pauses<'a>(&'a self, term: &'a str) -> impl Iterator<Item = &'a Ground> {
        self.grounds("pause").filter(move |ground| ground.terms.iter().any(|id| id == term))
    }

    /// Finds an instrument by its key, such as `xf`.
    pub fn instrument(&self, key: &str) -> Option<&Instrument> {
        self.instruments.get(key)
    }

    /// Lists the instruments.
    pub fn instruments(&self) -> impl Iterator<Item = &Instrument> {
        self.instruments.values()
    }

    /// Finds the English name of an instrument as terms cite it.
    pub fn english_name(&self, cited: &str) -> Option<&str> {
        let law = self.instruments.values().find(|law| law.name.ends_with(cited)).map(|law| &law.name_en);
        law.or_else(|| self.cited.get(cited)).map(String::as_str)
    }

    /// Finds a clause by `key:article`, such as `xf:34`.
    pub fn clause(&self, reference: &str) -> Option<(&Instrument, &Clause)> {
        let (key, article) = reference.split_once(':')?;
        let instrument = self.instruments.get(key)?;
        instrument.clauses.iter().find(|clause| clause.article == article).map(|clause| (instrument, clause))
    }

    /// Finds a first-level category.
    pub fn category(&self, code: &str) -> Option<&Category> {
        self.categories.get(code)
    }

    /// Lists the categories.
    pub fn categories(&self) -> impl Iterator<Item = &Category> {
        self.categories.values()
    }

    /// Finds the track of a kind of matter. Every kind has one; this is checked when rules are loaded.
    pub fn track(&self, kind: &str) -> &Track {
        self.tracks.get(kind).unwrap_or_else(|| panic!("the rules have no track for {kind}"))
    }
}
