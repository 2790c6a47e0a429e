//! Reading one text (R5): what it may be about on three levels, which need it speaks of (R7), how pressing it is, and which
//! office answers for that, each with the words that led to it and how often such a suggestion is right.
//!
//! A suggestion is no fact and decides nothing: below a threshold it says that it is unsure, and a person decides either way.
//! It reads the words of a matter, never those of an accusation, and says nothing of who wrote them. Before a site has decided
//! matters of its own it goes by the words of the rules; afterwards by what was learned from them, too. Pure: the same text,
//! rules, offices and model give the same suggestion.

mod cues;
pub mod lessons;
mod points;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use civic::directory::Directory;
use civic::rules::{RuleSet, Topic, above, category_of};
use learn::Text;
use learn::model::Model;
use text::fold::Folded;
use text::places::{Entry, Gazetteer};

use cues::Cues;
use points::{Hint, Level, levels};

/// Words shown as the reason for one thing.
const REASONS_MAX: usize = 4;

/// Reads texts by the rules of a site.
#[derive(Debug)]
pub struct Reader {
    rules: Arc<RuleSet>,
    /// Each word with the topics it hints at.
    subjects: Cues<Hint>,
    /// Each word with the kind it hints at.
    kinds: Cues<Hint>,
    /// Each word with the level it hints at.
    urgencies: Cues<u8>,
    directory: Arc<Directory>,
    places: OnceLock<Gazetteer>,
}

/// Is one thing that a text may be about.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// Code of the category or topic, or of the office.
    pub code: String,
    /// How often such a suggestion is right, from 0 to 1.
    pub confidence: f64,
    /// The words of the text that led to it, as the writer spelled them.
    pub because: Vec<String>,
}

/// Is how pressing a text may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pressing {
    /// 1: a life may be in danger; 2: somebody should see to it today.
    pub level: u8,
    /// The words that say so.
    pub because: Vec<String>,
}

/// Is where a text says that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Where {
    /// Code of the place.
    pub code: String,
    /// The words that name it; empty where the resident chose it.
    pub words: String,
}

/// Is what was read in a text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Suggestion {
    /// What it is about as far down as is sure: a code of one of the three levels. None: unsure, a person decides.
    pub subject: Option<Said>,
    /// What else it may be about, the likeliest first: categories that the words hint at, too.
    pub others: Vec<String>,
    /// Which kind it is by its words. None: unsure.
    pub kind: Option<Said>,
    /// The need that the subject speaks of, from 1 to 5.
    pub need: Option<u8>,
    /// How pressing it is; none where no word says so.
    pub pressing: Option<Pressing>,
    /// Where it is, if that is known or the text says it.
    pub place: Option<Where>,
    /// The office whose duty that is at that place. None: unsure.
    pub office: Option<Said>,
    /// True where what was learned from decided matters spoke too.
    pub learned: bool,
}

impl Reader {
    /// Takes the rules and the offices of a site.
    pub fn new(rules: Arc<RuleSet>, directory: Arc<Directory>) -> Self {
        let hint = |topic: &Topic| Hint { code: topic.code.clone(), weight: topic.weight };
        let subjects = Cues::new(rules.topics().flat_map(|topic| topic.cues.iter().map(move |cue| (cue.as_str(), hint(topic)))));
        let urgencies = Cues::new(rules.urgencies().flat_map(|row| row.cues.iter().map(|cue| (cue.as_str(), row.level))));
        let kinds = Cues::new(rules.kind_words().flat_map(|row| {
            let hint = Hint { code: row.code.clone(), weight: row.weight };
            row.cues.iter().map(move |cue| (cue.as_str(), hint.clone()))
        }));
        Self { rules, subjects, kinds, urgencies, directory, places: OnceLock::new() }
    }

    /// Tells whether it was made of these rules and this directory.
    pub fn fits(&self, rules: &Arc<RuleSet>, directory: &Arc<Directory>) -> bool {
        Arc::ptr_eq(&self.rules, rules) && Arc::ptr_eq(&self.directory, directory)
    }

    /// Reads a text. `place` is the code that the resident chose; `learned` is what the site's own matters taught.
    pub fn read(&self, text: &str, place: Option<&str>, learned: Option<&Model>) -> Suggestion {
        let folded = Folded::of(text);
        let hits = self.subjects.find(text, &folded);
        let by_words = levels(&hits, self.rules.reading());
        let all = match learned {
            Some(model) => self.joined(text, by_words, model),
            None => by_words,
        };
        let pressing = self.pressing(text, &folded);
        let place = self.place(text, place);
        let sure = self.rules.reading().sure;
        let subject = all.iter().rev().find(|level| level.confidence >= sure).map(|level| said(text, level, learned));
        let first = all.first().map(|level| level.code.clone());
        let others = others(&hits, subject.as_ref().and(first.as_deref()));
        let office = subject.as_ref().and_then(|said| self.office(said, all.first(), place.as_ref()));
        let need = subject.as_ref().and_then(|said| self.rules.need_of(&said.code)).map(|need| need.level);
        let kind = self.kind(text, &folded);
        Suggestion { subject, others, kind, need, pressing, place, office, learned: learned.is_some() }
    }

    /// Joins what the words of the rules say with what was learned. Where both agree the surer figure holds, else the surer one.
    fn joined(&self, text: &str, by_words: Vec<Level>, model: &Model) -> Vec<Level> {
        let answer = model.label(Text { subject: "", body: text });
        let known: Vec<(&str, f64)> = answer.chances.into_iter().filter(|(code, _)| self.rules.is_subject(code)).collect();
        let learned = descend(&known, answer.confidence);
        match (by_words.first(), learned.first()) {
            (Some(words), Some(own)) if words.code == own.code => {
                let deeper = |a: &[Level], b: &[Level]| a.last().map(|l| l.confidence) >= b.last().map(|l| l.confidence);
                let (mut best, other) = if deeper(&learned, &by_words) { (learned, by_words) } else { (by_words, learned) };
                for (one, same) in best.iter_mut().zip(&other).filter(|(one, same)| one.code == same.code) {
                    one.confidence = one.confidence.max(same.confidence);
                    one.because = [one.because.clone(), same.because.clone()].concat();
                    one.because.dedup();
                }
                best
            }
            (Some(words), Some(own)) if words.confidence > own.confidence => by_words,
            (_, Some(_)) => learned,
            _ => by_words,
        }
    }

    /// Returns the kind that its words speak for, where that is sure enough.
    fn kind(&self, text: &str, folded: &Folded) -> Option<Said> {
        let rules = self.rules.reading();
        let Level { code, confidence, mut because } = points::kind(&self.kinds.find(text, folded), rules)?;
        because.truncate(REASONS_MAX);
        (confidence >= rules.sure).then_some(Said { code, confidence, because })
    }

    fn pressing(&self, text: &str, folded: &Folded) -> Option<Pressing> {
        let hits = self.urgencies.find(text, folded);
        let level = hits.iter().flat_map(|hit| hit.hints).copied().min()?;
        let because = hits.iter().filter(|hit| hit.hints.contains(&level)).map(|hit| hit.word.to_owned());
        Some(Pressing { level, because: because.take(REASONS_MAX).collect() })
    }

    /// Returns where it is: what was chosen, or the one place that the text names.
    fn place(&self, text: &str, chosen: Option<&str>) -> Option<Where> {
        if let Some(code) = chosen.filter(|code| !code.is_empty()) {
            return Some(Where { code: code.to_owned(), words: String::new() });
        }
        let places = self.places.get_or_init(|| {
            let entries = self.directory.places.values().map(|place| Entry {
                key: place.code.clone(),
                names: std::iter::once(&place.name).chain(&place.also).cloned().collect(),
                parent: place.parent.clone(),
            });
            Gazetteer::new(entries.collect())
        });
        let mut named = places.find(text).into_iter().filter(|mention| mention.keys.len() == 1);
        let deepest = |at: &str| {
            std::iter::successors(self.directory.places.get(at), |place| {
                place.parent.as_ref().and_then(|code| self.directory.places.get(code))
            })
            .take(self.directory.places.len())
            .count()
        };
        let first = named.next()?;
        let best = named.fold(first, |best, other| if deepest(&other.keys[0]) > deepest(&best.keys[0]) { other } else { best });
        Some(Where { code: best.keys[0].clone(), words: text[best.start..best.end].to_owned() })
    }

    /// Names the office whose duty list has the category for the place, the most local one.
    fn office(&self, subject: &Said, category: Option<&Level>, place: Option<&Where>) -> Option<Said> {
        let at = place.map(|place| place.code.as_str()).or_else(|| self.directory.root().map(|root| root.code.as_str()))?;
        let confidence = category?.confidence;
        let responsible = self.directory.responsible(category_of(&subject.code), at);
        let office = responsible.first().filter(|_| confidence >= self.rules.reading().sure_office)?;
        Some(Said { code: office.code.clone(), confidence, because: subject.because.clone() })
    }
}

/// Gives out a level with its reasons: words of the rules, or else those that were learned.
fn said(text: &str, level: &Level, learned: Option<&Model>) -> Said {
    let mut because = level.because.clone();
    if let Some(model) = learned.filter(|_| because.is_empty()) {
        let label = model.labels().iter().find(|label| label.starts_with(&level.code));
        let words = label.map(|label| model.explain(Text { subject: "", body: text }, label, REASONS_MAX));
        because = words.unwrap_or_default().into_iter().map(str::to_owned).collect();
    }
    because.truncate(REASONS_MAX);
    Said { code: level.code.clone(), confidence: level.confidence, because }
}

/// Lists the categories that words hint at besides the one that was chosen.
fn others(hits: &[cues::Hit<'_, Hint>], chosen: Option<&str>) -> Vec<String> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for code in hits.iter().flat_map(|hit| hit.hints).map(|hint| category_of(&hint.code)) {
        *count.entry(code).or_default() += 1;
    }
    let mut all: Vec<(&str, usize)> = count.into_iter().filter(|(code, _)| Some(*code) != chosen).collect();
    all.sort_by(|(one, a), (other, b)| b.cmp(a).then(one.cmp(other)));
    all.into_iter().take(3).map(|(code, _)| code.to_owned()).collect()
}

/// Goes down from the likeliest category to the likeliest code within it, by the chances of all codes.
fn descend(chances: &[(&str, f64)], top: f64) -> Vec<Level> {
    let mut levels: Vec<Level> = Vec::new();
    for digits in [2, 4, 6] {
        let above_it = levels.last().map(|level| level.code.clone()).unwrap_or_default();
        let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
        for (code, chance) in chances.iter().filter(|(code, _)| code.len() >= digits && above(&code[..digits]) == above_it) {
            *sums.entry(&code[..digits]).or_default() += chance;
        }
        let best = sums.into_iter().max_by(|(one, a), (other, b)| a.total_cmp(b).then(other.cmp(one)));
        let Some((code, chance)) = best else { break };
        // the one label that is likeliest of all has a measured figure of its own; a level holds at least that
        let surest = chances.first().is_some_and(|(label, _)| label.starts_with(code));
        let confidence = if surest { chance.max(top) } else { chance };
        levels.push(Level { code: code.to_owned(), confidence: confidence.min(1.0), because: Vec::new() });
    }
    levels
}
