//! What a text has: pairs of characters and words of its body; characters, pairs and words of its subject.
//!
//! Each is a number of 32 bits. Only whether a text has it counts, not how often: people repeat themselves when they are upset.

use std::ops::Range;

use text::fold::{Folded, fold};
use text::words::Words;

use crate::Text;

/// How much the subject counts beside the body: it is short and says what the matter is.
pub(crate) const SUBJECT_WEIGHT: f32 = 1.5;

/// Says which part of a text has a feature, and of which kind it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Space {
    BodyPair = 1,
    BodyWord,
    SubjectOne,
    SubjectPair,
    SubjectWord,
}

/// Are the features of a text, each once, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Features {
    /// Those of the body.
    pub body: Vec<u32>,
    /// Those of the subject.
    pub subject: Vec<u32>,
}

/// Is a feature at a spot of the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot {
    /// The feature.
    pub key: u32,
    /// First byte in the folded text. Half as wide as a place in memory: spots are sorted, and most of a reading is moving them.
    start: u32,
    /// The byte after the last.
    end: u32,
}

impl Spot {
    /// Makes a spot; nobody labels a text of four gigabytes, whose last spots would lie at its beginning.
    fn new(key: u32, (start, end): (usize, usize)) -> Self {
        let narrow = |at: usize| u32::try_from(at).unwrap_or_default();
        Self { key, start: narrow(start), end: narrow(end) }
    }

    /// Returns where it lies in the folded text, as bytes.
    pub(crate) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl Features {
    /// Reads a text.
    pub(crate) fn of(text: Text<'_>) -> Self {
        Self { body: keys(text.body, body), subject: keys(text.subject, subject) }
    }
}

fn keys(part: &str, spots: fn(&str, &[&str]) -> Vec<Spot>) -> Vec<u32> {
    let folded = fold(part);
    let mut keys: Vec<u32> = spots(&folded, &Words::shared().cut(&folded)).into_iter().map(|spot| spot.key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Is one part of a text, cut into words, for an explanation.
pub(crate) struct Part<'a> {
    /// The part in the writer's spelling.
    pub source: &'a str,
    /// The part in one spelling.
    pub folded: Folded,
    /// Its features, at every spot.
    pub spots: Vec<Spot>,
    /// The words of the folded part, as bytes.
    pub words: Vec<(usize, usize)>,
}

/// Reads subject and body with the spots of their features.
pub(crate) fn parts(text: Text<'_>) -> [Part<'_>; 2] {
    let read = |source, spots: fn(&str, &[&str]) -> Vec<Spot>| {
        let folded = Folded::of(source);
        let cut = Words::shared().cut(folded.as_str());
        let spots = spots(folded.as_str(), &cut);
        let words = placed(&cut).map(|(word, start)| (start, start + word.len())).collect();
        Part { source, folded, spots, words }
    };
    [read(text.subject, subject), read(text.body, body)]
}

fn body(text: &str, cut: &[&str]) -> Vec<Spot> {
    let mut spots = Vec::with_capacity(text.len() / 2);
    pairs(text, Space::BodyPair, &mut spots);
    words(cut, Space::BodyWord, &mut spots);
    spots
}

fn subject(text: &str, cut: &[&str]) -> Vec<Spot> {
    let mut spots = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        spots.push(Spot::new(key(Space::SubjectOne, [c]), (at, at + c.len_utf8())));
    }
    pairs(text, Space::SubjectPair, &mut spots);
    words(cut, Space::SubjectWord, &mut spots);
    spots
}

fn pairs(text: &str, space: Space, spots: &mut Vec<Spot>) {
    let mut last: Option<(usize, char)> = None;
    for (at, c) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        if let Some((start, before)) = last {
            spots.push(Spot::new(key(space, [before, c]), (start, at + c.len_utf8())));
        }
        last = Some((at, c));
    }
}

fn words(cut: &[&str], space: Space, spots: &mut Vec<Spot>) {
    for (word, start) in placed(cut).filter(|(word, _)| word.chars().any(|c| !c.is_whitespace())) {
        spots.push(Spot::new(key(space, word.chars()), (start, start + word.len())));
    }
}

fn placed<'a>(cut: &'a [&'a str]) -> impl Iterator<Item = (&'a str, usize)> {
    cut.iter().scan(0, |at, word| {
        let start = *at;
        *at += word.len();
        Some((*word, start))
    })
}

/// Makes a number of a feature. Two of some hundred thousand may share one by chance; that costs nothing that shows.
fn key(space: Space, signs: impl IntoIterator<Item = char>) -> u32 {
    let mix = |hash: u64, value: u64| (hash ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let hash = signs.into_iter().fold(mix(0, space as u64), |hash, c| mix(hash, u64::from(u32::from(c))));
    (mix(hash, 0) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_and_repetition_do_not_count_and_the_subject_is_apart() {
        let of = |subject, body| Features::of(Text { subject, body });
        assert_eq!(of("停水", "自來水停了，自來水停了，"), of("停水　", "自来水停了,自来水停了,自来水停了,"));
        let (one, other) = (of("停水", ""), of("", "停水"));
        assert!(one.body.is_empty() && other.subject.is_empty());
        assert!(one.subject.iter().all(|key| !other.body.contains(key)));
        assert_eq!(of("", ""), Features::default());
    }

    #[test]
    fn spots_lie_where_the_features_are() {
        let [subject, body] = parts(Text { subject: "路燈壞了", body: "小区 停水" });
        assert_eq!(subject.spots.len(), 4 + 3 + subject.words.len());
        assert!(body.spots.iter().all(|spot| body.folded.as_str().get(spot.range()).is_some()));
        assert_eq!(&body.folded.as_str()[body.words[0].0..body.words[0].1], "小区");
        for text in [Text { subject: "路燈壞了，路灯", body: "小区 停水，小区停水" }, Text { subject: "", body: "水" }]
        {
            let [subject, body] = parts(text);
            let keys = |part: &Part<'_>| part.spots.iter().map(|spot| spot.key).collect::<std::collections::BTreeSet<_>>();
            let of = Features::of(text);
            assert!(keys(&body).into_iter().eq(of.body) && keys(&subject).into_iter().eq(of.subject));
        }
    }
}
