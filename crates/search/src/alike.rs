//! What is most like a text: its most telling grams are asked for, and whoever has the greatest share of them comes first.
//!
//! Of a text's grams those that stand in the fewest documents say most about it. Their lists are short, so going through all of
//! them takes less than one list of a usual word would. What the asker may not see is asked of every document before any is
//! left out for want of room: nothing hidden takes the place of something shown.

use std::cmp::Reverse;
use std::collections::HashSet;

use tantivy::index::InvertedIndexReader;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::query::{EnableScoring, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, SeekDangerResult, SegmentReader, TERMINATED, TantivyError, Term};

use text::words::Words;

use crate::fault::Doing;
use crate::grams::{Gram, Of, cut};
use crate::{Fault, Filter, View};

/// Grams of a text that are weighed; of a longer text every second, or third, is.
const GRAMS_MAX: usize = 256;
/// Grams that are asked for, the most telling ones.
const TELLING_MAX: usize = 12;
/// Of these, so many at most stand in hardly any document: what nobody else says finds nobody.
const ODD_MAX: usize = 3;
/// Documents below which a gram is such a one.
const ODD_DOCUMENTS: u64 = 4;
/// Grams that are looked up in every segment, the rarest of the largest one.
const LOOKED_UP_MAX: usize = 20;
/// Of these many, lists are gone through however long they are: a text may have nothing rare.
const TELLING_MIN: usize = 2;
/// Entries of lists gone through in all.
const ENTRIES_MAX: u64 = 50_000;
/// What the shares of one text come to.
const WHOLE: f64 = 10_000.0;
/// Documents looked at in one go: their sums stay near the processor.
const WINDOW: u32 = 1 << 16;

/// Is what is asked.
#[derive(Debug, Clone)]
pub struct Alike<'a> {
    /// The text that others shall be like.
    pub words: &'a str,
    /// Which of the shape's texts is compared.
    pub of: usize,
    /// Who may find what.
    pub filter: Filter,
    /// What share of the telling grams a document has to have at least, of one.
    pub least: f64,
    /// Documents wanted.
    pub rows_max: usize,
}

/// Is a text as it stands to the others.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Likeness {
    /// Its grams and how much each says: the natural logarithm of how many documents there are to one that has it.
    pub weights: Vec<(String, f64)>,
    /// Keys of the documents most like it with the share of its telling grams each has, the greatest first; among equals the greatest
    /// key.
    pub rows: Vec<(u64, f64)>,
}

impl Likeness {
    /// Weighs a text by itself, where there is no index to say how much each of its grams says: all say the same.
    pub fn plain(words: &str) -> Self {
        Self { weights: grams(words).into_iter().map(|(gram, _)| (gram, 1.0)).collect(), rows: Vec::new() }
    }

    /// Says of one how much another text is like this one: twice the weight of what both have, beside the weight of both. What only
    /// the other has is taken to weigh what this one's grams weigh on average.
    pub fn to(&self, other: &str) -> f64 {
        let others: HashSet<String> = grams(other).into_iter().map(|(gram, _)| gram).collect();
        let own: f64 = self.weights.iter().map(|(_, weight)| weight).sum();
        let (mut both, mut many) = (0.0, 0_usize);
        for (_, weight) in self.weights.iter().filter(|(gram, _)| others.contains(gram)) {
            both += weight;
            many += 1;
        }
        let usual = own / number(self.weights.len().max(1));
        let of_other = both + usual * number(others.len() - many);
        if both > 0.0 { 2.0 * both / (own + of_other) } else { 0.0 }
    }

    /// Says how much a stretch of the text says.
    pub fn weight_of(&self, stretch: &str) -> f64 {
        let within: HashSet<String> = grams(stretch).into_iter().map(|(gram, _)| gram).collect();
        self.weights.iter().filter(|(gram, _)| within.contains(gram)).map(|(_, weight)| weight).sum()
    }
}

/// Is a gram that is asked for.
struct Telling {
    /// Its list in each segment.
    lists: Vec<Option<TermInfo>>,
    documents: u64,
    points: u16,
}

impl View {
    /// Finds what is most like a text.
    pub fn alike(&self, ask: &Alike<'_>) -> Result<Likeness, Fault> {
        self.alike_inner(ask).doing("looking for what is alike")
    }

    fn alike_inner(&self, ask: &Alike<'_>) -> Result<Likeness, TantivyError> {
        let Some((field, _)) = self.fields.texts.get(ask.of) else { return Ok(Likeness::default()) };
        let mut segments: Vec<&SegmentReader> = self.searcher.segment_readers().iter().collect();
        segments.sort_by_key(|segment| Reverse(segment.max_doc()));
        let indexes = segments.iter().map(|segment| segment.inverted_index(*field)).collect::<Result<Vec<_>, _>>()?;
        let (Some(largest), Some(first)) = (segments.first(), indexes.first()) else { return Ok(Likeness::plain(ask.words)) };
        let all = number(self.searcher.num_docs() as usize);
        let share = all / f64::from(largest.num_docs().max(1));
        let mut found = Vec::new();
        for (gram, of_word) in sorted(grams(ask.words)) {
            let term = Term::from_field_text(*field, &gram);
            let within = first.get_term_info(&term)?;
            let documents = within.as_ref().map_or(0, |info| info.doc_freq);
            found.push((gram, term, (!of_word, documents), within));
        }
        // the largest segment stands for all: what is rare in it is looked up in the others, too
        found.sort_by_key(|(_, _, order, _)| *order);
        let weight = |documents: f64| ((all + 1.0) / (documents + 0.5)).max(1.0).ln();
        let (mut weights, mut known) = (Vec::with_capacity(found.len()), Vec::new());
        for (gram, term, (between, documents), within) in found {
            if known.len() >= if between { TELLING_MIN } else { LOOKED_UP_MAX } {
                weights.push((gram, weight(f64::from(documents) * share)));
                continue;
            }
            let mut lists = vec![within];
            for index in &indexes[1..] {
                lists.push(index.get_term_info(&term)?);
            }
            let documents: u64 = lists.iter().flatten().map(|info| u64::from(info.doc_freq)).sum();
            let weight = weight(number(documents as usize));
            weights.push((gram, weight));
            if documents > 0 {
                known.push((weight, Telling { lists, documents, points: 0 }));
            }
        }
        let telling = telling(known);
        let least = (ask.least.clamp(0.0, 1.0) * WHOLE) as u16;
        let query = ask.filter.query(&self.fields);
        let seen = query.weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
        let mut rows = Vec::new();
        let mut sums = vec![0; largest.max_doc().min(WINDOW) as usize];
        for (at, segment) in segments.iter().enumerate() {
            let found = gather((&indexes[at], at), (&telling, &mut sums), least.max(1))?;
            if found.is_empty() {
                continue;
            }
            let key = segment.fast_fields().u64(&self.fields.key_name)?.first_or_default_col(0);
            let seen = within(segment, &*seen, found)?;
            rows.extend(seen.into_iter().map(|(doc, points)| (key.get_val(doc), points)));
        }
        rows.sort_unstable_by_key(|(key, points)| Reverse((*points, *key)));
        rows.truncate(ask.rows_max);
        Ok(Likeness { weights, rows: rows.into_iter().map(|(key, points)| (key, f64::from(points) / WHOLE)).collect() })
    }
}

/// Returns a count as a number; there are never so many that it would matter.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Puts grams in the order of the engine's dictionary, where neighbours lie together.
fn sorted(mut grams: Vec<(String, bool)>) -> Vec<(String, bool)> {
    grams.sort_unstable();
    grams
}

/// Lists the grams of a text in its order, each once, at most so many, and whether each belongs to a word. Where one word ends and
/// the next begins, two signs stand together by chance: that is rare, and tells nothing.
fn grams(words: &str) -> Vec<(String, bool)> {
    let folded = text::fold::fold(words);
    let (mut seen, mut of_word, mut at, mut short) = (HashSet::new(), HashSet::new(), 0, false);
    for word in Words::shared().cut(&folded) {
        let starts: Vec<usize> = word.char_indices().map(|(within, _)| at + within).collect();
        let single = starts.len() == 1;
        // what the dictionary does not know, such as the name of a village, comes sign by sign
        if single && short {
            of_word.extend(folded[..at].char_indices().next_back().map(|(before, _)| before));
        }
        of_word.extend(starts.iter().rev().skip(1));
        (at, short) = (at + word.len(), single);
    }
    let said = cut(&folded).into_iter().filter(|gram| matches!(gram.of, Of::Pair | Of::Word));
    let told = |gram: &Gram| gram.of == Of::Word || of_word.contains(&gram.range.start);
    let all: Vec<(&str, bool)> = said.map(|gram| (&folded[gram.range.clone()], told(&gram))).collect();
    let grams: Vec<(&str, bool)> = all.into_iter().filter(|(gram, _)| seen.insert(*gram)).collect();
    let step = grams.len().div_ceil(GRAMS_MAX).max(1);
    grams.into_iter().step_by(step).map(|(gram, of_word)| (gram.to_owned(), of_word)).collect()
}

/// Picks those in the fewest documents and gives each its share of a whole.
fn telling(mut known: Vec<(f64, Telling)>) -> Vec<Telling> {
    known.sort_by_key(|(_, gram)| gram.documents);
    let odd = known.iter().filter(|(_, gram)| gram.documents < ODD_DOCUMENTS).count();
    if known.len() > TELLING_MAX {
        known.drain(..odd.saturating_sub(ODD_MAX).min(known.len() - TELLING_MAX));
    }
    let (mut entries, mut kept) = (0, 0);
    for (_, gram) in known.iter().take(TELLING_MAX) {
        entries += gram.documents;
        if kept >= TELLING_MIN && entries > ENTRIES_MAX {
            break;
        }
        kept += 1;
    }
    known.truncate(kept);
    let sum: f64 = known.iter().map(|(weight, _)| weight).sum();
    let shared = |(weight, gram): (f64, Telling)| Telling { points: (weight / sum.max(f64::EPSILON) * WHOLE) as u16, ..gram };
    known.into_iter().map(shared).collect()
}

/// Sums up in one segment which document has how much of what is asked for, in the order of the documents. `sums` has room for as
/// many documents as the largest segment, or for a window, and holds nothing before and after.
fn gather(
    (index, segment): (&InvertedIndexReader, usize),
    (telling, sums): (&[Telling], &mut [u16]),
    least: u16,
) -> Result<Vec<(DocId, u16)>, TantivyError> {
    let mut lists: Vec<(List, u16)> = Vec::with_capacity(telling.len());
    for gram in telling {
        if let Some(Some(info)) = gram.lists.get(segment) {
            let postings = index.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
            lists.push((List { postings, at: 0 }, gram.points));
        }
    }
    if lists.iter().map(|(_, points)| u32::from(*points)).sum::<u32>() < u32::from(least) {
        return Ok(Vec::new());
    }
    let (mut found, mut touched) = (Vec::new(), Vec::new());
    let mut start = lists.iter().filter_map(|(list, _)| list.doc()).min();
    while let Some(first) = start {
        let end = first.saturating_add(WINDOW);
        for (list, points) in &mut lists {
            while let Some(doc) = list.doc().filter(|doc| *doc < end) {
                let sum = &mut sums[(doc - first) as usize];
                if *sum == 0 {
                    touched.push(doc);
                }
                *sum = sum.saturating_add((*points).max(1));
                list.advance();
            }
        }
        let from = found.len();
        for doc in touched.drain(..) {
            let sum = std::mem::take(&mut sums[(doc - first) as usize]);
            if sum >= least {
                found.push((doc, sum));
            }
        }
        found[from..].sort_unstable();
        start = lists.iter().filter_map(|(list, _)| list.doc()).min();
    }
    Ok(found)
}

/// Is where the going through one gram's list has come to.
struct List {
    postings: BlockSegmentPostings,
    at: usize,
}

impl List {
    fn doc(&self) -> Option<DocId> {
        (self.at < self.postings.block_len()).then(|| self.postings.doc(self.at)).filter(|doc| *doc != TERMINATED)
    }

    fn advance(&mut self) {
        self.at += 1;
        if self.at == self.postings.block_len() {
            self.postings.advance();
            self.at = 0;
        }
    }
}

/// Keeps what is there still and may be seen.
fn within(segment: &SegmentReader, seen: &dyn Weight, found: Vec<(DocId, u16)>) -> Result<Vec<(DocId, u16)>, TantivyError> {
    let mut seen = seen.scorer(segment, 1.0)?;
    let alive = segment.alive_bitset();
    let mut kept = Vec::new();
    // what is asked for next cannot be before this; it need not be there either
    let (mut bound, mut at) = (seen.doc(), Some(seen.doc()));
    for (doc, points) in found {
        if doc < bound || alive.is_some_and(|alive| alive.is_deleted(doc)) {
            continue;
        }
        if at.take() == Some(doc) {
            kept.push((doc, points));
            continue;
        }
        match seen.seek_danger(doc) {
            SeekDangerResult::Found => kept.push((doc, points)),
            SeekDangerResult::SeekLowerBound(next) => bound = next,
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_one_thing_are_more_alike_than_texts_of_two() {
        let own = Likeness::plain("村口的水管漏了三天，没人来修");
        assert!((own.to("村口的水管漏了三天，没人来修") - 1.0).abs() < 1e-6);
        assert!(own.to("村口水管一直在漏，三天了没人修") > own.to("小学门口的路灯坏了"));
        assert!(own.to("") == 0.0 && Likeness::plain("").to("水管") == 0.0 && Likeness::plain("").to("") == 0.0);
        let rare = Likeness { weights: vec![("水管".to_owned(), 9.0), ("没人".to_owned(), 1.0)], rows: vec![] };
        assert!(rare.to("水管") > rare.to("没人"), "what is rare says more");
        assert!(rare.weight_of("水管没人") > 9.5 && rare.weight_of("水") == 0.0);
    }

    #[test]
    fn what_hardly_anybody_says_leaves_room_for_what_some_say() {
        let known = |documents: &[u64]| {
            let gram = |many: &u64| (1.0, Telling { lists: vec![], documents: *many, points: 0 });
            telling(documents.iter().map(gram).collect()).into_iter().map(|gram| gram.documents).collect::<Vec<_>>()
        };
        let few = [&[1_u64; 20][..], &[50; 30]].concat();
        let kept = known(&few);
        assert_eq!((kept.len(), kept.iter().filter(|many| **many == 1).count()), (TELLING_MAX, ODD_MAX));
        assert_eq!(known(&[1; 10]).len(), 10, "where there is nothing else, they are asked for");
        assert_eq!(known(&[40_000, 40_000, 40_000]).len(), TELLING_MIN);
    }

    #[test]
    fn a_long_text_is_weighed_all_along() {
        let of = |text: &str| grams(text).into_iter().filter(|(_, of_word)| *of_word).map(|(gram, _)| gram).collect::<Vec<_>>();
        assert_eq!(
            grams("水管漏水，水管3号").into_iter().map(|(gram, _)| gram).collect::<Vec<_>>(),
            ["水管", "管漏", "漏水", "3"]
        );
        assert_eq!(of("水管漏水，水管3号"), ["水管", "漏水", "3"], "what stands together by chance belongs to no word");
        assert_eq!(of("坳坪漏水"), ["坳坪", "漏水"], "names that no dictionary knows do");
        let long: String = (0..3_000_u32).filter_map(|at| char::from_u32(0x4e00 + at)).collect();
        let grams = grams(&long);
        assert!(grams.len() <= GRAMS_MAX && grams.len() > GRAMS_MAX / 2);
        assert!(long.find(&grams.last().unwrap().0).unwrap() > long.len() * 9 / 10);
    }
}
