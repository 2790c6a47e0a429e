//! What was learned, and what it says of a text.

use crate::Text;
use crate::calibrate::{Calibration, top};
use crate::dictionary::{Dictionary, Row};
use crate::feature::{Features, parts};
use crate::reason;
use crate::solve::{LANES, Planes, blocks};

/// How far on the right side a corrected text lies afterwards.
const MARGIN: f32 = 0.5;
/// How far one correction moves the planes at most, so that one slip of a hand does little.
const MOST: f32 = 2.0;

/// Labels texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub(crate) labels: Vec<String>,
    pub(crate) dictionary: Dictionary,
    pub(crate) planes: Planes,
    pub(crate) calibration: Calibration,
    /// How many texts it was learned from, and how many corrections came since.
    pub(crate) texts: u64,
    pub(crate) corrections: u64,
}

/// Is what a model says of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<'a> {
    /// The label.
    pub label: &'a str,
    /// How often such an answer is right, from 0 to 1.
    pub confidence: f64,
    /// Every label with its chance, the surest first.
    pub chances: Vec<(&'a str, f64)>,
}

impl Model {
    /// Lists the labels it knows, in order.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Returns how many texts it was learned from.
    pub fn texts(&self) -> u64 {
        self.texts
    }

    /// Returns how many corrections it took since.
    pub fn corrections(&self) -> u64 {
        self.corrections
    }

    /// Labels a text. Whoever acts on it decides from which `confidence` on; a text without words is never sure.
    pub fn label(&self, text: Text<'_>) -> Answer<'_> {
        self.answer(&self.dictionary.row(&Features::of(text)))
    }

    /// Labels a text and names the words that speak for the label, `most` of them: it is read once for both.
    pub fn label_because<'a>(&self, text: Text<'a>, most: usize) -> (Answer<'_>, Vec<&'a str>) {
        let parts = parts(text);
        let known = parts.each_ref().map(|part| self.dictionary.known(&part.spots));
        let answer = self.answer(&Row::of_known(&known));
        let label = self.labels.iter().position(|one| one == answer.label);
        let because = label.map_or_else(Vec::new, |label| reason::words(self, (&parts, &known), label, most));
        (answer, because)
    }

    fn answer(&self, row: &Row) -> Answer<'_> {
        let chances = self.calibration.chances(&self.planes.scores(row));
        let (best, sure) = top(&chances);
        let guess = 1.0 / chances.len() as f64;
        let confidence = if row.places.is_empty() { guess } else { self.calibration.stair(sure).max(guess) };
        let mut named: Vec<(&str, f64)> = self.labels.iter().map(String::as_str).zip(chances).collect();
        named.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        Answer { label: &self.labels[best], confidence, chances: named }
    }

    /// Names the words of a text that speak for a label, the strongest first, in the writer's spelling; `most` of them. None
    /// where the label is unknown or nothing speaks for it.
    pub fn explain<'a>(&self, text: Text<'a>, label: &str, most: usize) -> Vec<&'a str> {
        let Some(label) = self.labels.iter().position(|one| one == label) else { return Vec::new() };
        let parts = parts(text);
        let known = parts.each_ref().map(|part| self.dictionary.known(&part.spots));
        reason::words(self, (&parts, &known), label, most)
    }

    /// Takes a correction: the text had this label. The planes move until the text lies on the right side, or as far as one
    /// correction may. Returns false, and does nothing, if the label is unknown: a new label needs a training.
    pub fn correct(&mut self, text: Text<'_>, label: &str) -> bool {
        let Some(label) = self.labels.iter().position(|one| one == label) else { return false };
        let row = self.dictionary.row(&Features::of(text));
        let mut step = vec![[0.0; LANES]; blocks(self.labels.len())];
        for (one, score) in self.planes.scores(&row).into_iter().enumerate() {
            let side = if one == label { 1.0 } else { -1.0 };
            // a text has length one, and the row that all texts have adds one: half the way each
            step[one / LANES][one % LANES] = side * ((MARGIN - side * score).max(0.0) / 2.0).min(MOST);
        }
        self.planes.walk(&row, &step, None);
        self.corrections += 1;
        true
    }
}
