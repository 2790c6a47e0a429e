//! What is looked for: what was written together is taken apart where it is longer than a name, and each part has to stand in
//! the text as it is.

use tantivy::Term;
use tantivy::query::{PhraseQuery, Query, RegexQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use text::words::Words;

use crate::Typed;
use crate::grams::{Gram, Of, cut};

/// Longest run that is looked for as it stands, in characters: names of people, places and most things are no longer.
const WHOLE_CHARS_MAX: usize = 4;

/// Lists what has to be found: everything in quotes as it stands, short words as they stand, longer ones by their words.
pub fn phrases(words: &Words, typed: &Typed) -> Vec<String> {
    let mut all: Vec<String> = typed.quoted.clone();
    for word in &typed.words {
        let parts = if word.chars().count() > WHOLE_CHARS_MAX { parts(words, word) } else { vec![word.clone()] };
        for part in parts {
            if !all.contains(&part) {
                all.push(part);
            }
        }
    }
    all
}

/// Cuts a long run into words. Single characters say little beside longer words and are left out; where there is nothing else,
/// the run stays whole.
fn parts(words: &Words, run: &str) -> Vec<String> {
    let cut = words.cut(run).into_iter().map(str::trim);
    let saying = cut.filter(|word| word.chars().nth(1).is_some() && word.chars().any(char::is_alphanumeric));
    let parts: Vec<String> = saying.map(str::to_owned).collect();
    if parts.is_empty() { vec![run.to_owned()] } else { parts }
}

/// Makes the engine's question for one phrase in one text; none when it has nothing that can be looked for.
pub(crate) fn query(field: Field, phrase: &str) -> Option<Box<dyn Query>> {
    let grams = cut(phrase);
    if let [Gram { range, of: Of::Last { alone: true }, .. }] = &grams[..] {
        // one sign: it stands first in a pair, or last in a run
        return Some(Box::new(RegexQuery::from_pattern(&format!("{}.?", &phrase[range.clone()]), field).ok()?));
    }
    let wanted = |at: usize| match grams[at].of {
        Of::Pair | Of::Word => true,
        Of::First => false,
        // at the end and behind a mark, it may be the first of a pair in the text
        Of::Last { alone } => alone && (at + 1 < grams.len() || grams[at - 1].place + 1 == grams[at].place),
    };
    let term = |gram: &Gram| (gram.place, Term::from_field_text(field, &phrase[gram.range.clone()]));
    let terms: Vec<(usize, Term)> = (0..grams.len()).filter(|at| wanted(*at)).map(|at| term(&grams[at])).collect();
    if terms.len() > 1 {
        return Some(Box::new(PhraseQuery::new_with_offset(every_other(terms))));
    }
    let (_, term) = terms.into_iter().next()?;
    Some(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)))
}

/// Leaves out pairs that their neighbours on both sides cover: fewer lists are gone through for the same answer.
fn every_other(terms: Vec<(usize, Term)>) -> Vec<(usize, Term)> {
    let places: Vec<usize> = terms.iter().map(|(place, _)| *place).collect();
    let mut kept: Vec<(usize, Term)> = Vec::with_capacity(terms.len());
    for (at, (place, term)) in terms.into_iter().enumerate() {
        let before = kept.last().is_some_and(|(last, _)| last + 1 == place);
        let after = places.get(at + 1).is_some_and(|next| place + 1 == *next);
        let pair = |text: &str| text.chars().nth(1).is_some() && !text.is_ascii();
        if !(before && after && term.value().as_str().is_some_and(pair)) {
            kept.push((place, term));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(typed: &str) -> Vec<String> {
        phrases(Words::shared(), &Typed::read(typed, &[]))
    }

    #[test]
    fn long_runs_come_apart_and_names_stay_whole() {
        assert_eq!(of("小区停水三天没人管"), ["小区", "停水", "三天", "没人管"]);
        assert_eq!(of("云岭花园 停水"), ["云岭花园", "停水"]);
        assert_eq!(of("「云岭花园二期物业」"), ["云岭花园二期物业"]);
        assert_eq!(of("水"), ["水"]);
    }
}
