//! What fits the words: the names of offices, places and kinds of matters, and answers that hold the words. Pure.

use appeals::find::Named;
use civic::directory::{Directory, Office, Place};
use civic::rules::{Category, Clause, Instrument, RuleSet, TermRule};
use insight::consult::Consultation;
use search::{Typed, phrases};
use text::fold::fold;
use text::words::{Words, is_word};

use crate::words::Lang;

/// Shortest word that is looked for in answers, in characters.
const WORD_CHARS_MIN: usize = 2;
/// Longest run that is read as a name, in characters; what is longer is somebody telling what happened.
const NAME_CHARS_MAX: usize = 16;

/// Is what was typed, as it is compared.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// What stands between blanks, and the words of longer runs.
    parts: Vec<String>,
    /// What may be a name: runs that are not long.
    names: Vec<String>,
}

impl Asked {
    /// Reads what was typed.
    pub fn read(text: &str) -> Self {
        let typed = Typed::read(text, &[]);
        let parts = phrases(Words::shared(), &typed).into_iter().map(|part| fold(&part));
        let parts: Vec<String> = parts.filter(|part| part.chars().count() >= WORD_CHARS_MIN && is_word(part)).collect();
        let runs = typed.words.iter().chain(&typed.quoted).map(|run| fold(run));
        let mut names: Vec<String> = runs.filter(|run| run.chars().count() <= NAME_CHARS_MAX).collect();
        names.extend(parts.iter().filter(|part| !names.contains(part)).cloned().collect::<Vec<_>>());
        Self { parts, names }
    }

    /// Counts the words that stand in a text, none where fewer than half of them do.
    fn share(&self, text: &str) -> usize {
        let text = fold(text);
        let found = self.parts.iter().filter(|part| text.contains(part.as_str())).count();
        if found * 2 >= self.parts.len() { found } else { 0 }
    }

    /// Returns the words, to mark them where they are shown.
    pub fn parts(&self) -> &[String] {
        &self.parts
    }
}

/// Finds offices by name, or by the first letters of it: those that fit the most of what was typed come first.
pub(super) fn offices<'a>(directory: &'a Directory, asked: &Asked) -> Vec<&'a Office> {
    let all = asked.names.iter().flat_map(|name| Named::offices(directory, name));
    ranked(all, |office| (&office.code, office.name.chars().count()))
}

/// Finds places the same way. One that was merged into another is shown where it is now.
pub(super) fn places<'a>(directory: &'a Directory, asked: &Asked) -> Vec<&'a Place> {
    let all = asked.names.iter().flat_map(|name| Named::places(directory, name));
    ranked(all.filter(|place| place.merged_into.is_none()), |place| (&place.code, place.name.chars().count()))
}

/// Puts what was found most often first, then the shortest name; each once.
fn ranked<'a, T>(all: impl Iterator<Item = &'a T>, of: impl Fn(&T) -> (&String, usize)) -> Vec<&'a T> {
    let mut found: Vec<(usize, &T)> = Vec::new();
    for one in all {
        match found.iter_mut().find(|(_, known)| of(known).0 == of(one).0) {
            Some((times, _)) => *times += 1,
            None => found.push((1, one)),
        }
    }
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| of(a.1).1.cmp(&of(b.1).1)).then_with(|| of(a.1).0.cmp(of(b.1).0)));
    found.into_iter().map(|(_, one)| one).collect()
}

/// Finds kinds of matters by name: categories, as their rows are called.
pub(super) fn categories<'a>(rules: &'a RuleSet, asked: &Asked) -> Vec<&'a Category> {
    let fits = |row: &&Category| asked.names.iter().any(|name| fold(&row.zh).contains(name) || fold(&row.en).contains(name));
    rules.categories().filter(fits).collect()
}

/// Lists the offices that have a category among their duties, by name.
pub(super) fn on_duty<'a>(directory: &'a Directory, category: &str) -> Vec<&'a Office> {
    let duty = |office: &&Office| office.duties.iter().any(|duty| duty.category == category);
    let mut all: Vec<&Office> = directory.offices.values().filter(|office| directory.open(office)).filter(duty).collect();
    all.sort_by(|a, b| a.place.len().cmp(&b.place.len()).then_with(|| a.code.cmp(&b.code)));
    all
}

/// Finds questions whose words, or whose answer's words, are those that were typed; by the key of the question.
pub(super) fn questions(lang: Lang, all: &[(&'static str, &'static str)], asked: &Asked) -> Vec<(&'static str, &'static str)> {
    best(all.iter().copied(), |(question, answer)| asked.share(&format!("{}{}", lang.t(question), lang.t(answer))))
}

/// Finds posts of the board by what everybody can read of them.
pub(super) fn posts(all: Vec<forum::Post>, asked: &Asked) -> Vec<forum::Post> {
    best(all.into_iter(), |post| {
        post.state.as_ref().map_or(0, |state| asked.share(&format!("{}\n{}", state.words.title, state.words.text)))
    })
}

/// Finds questions of offices to everybody.
pub(super) fn consults(all: impl Iterator<Item = Consultation>, asked: &Asked) -> Vec<Consultation> {
    best(all, |one| asked.share(&format!("{}\n{}", one.plan.title, one.plan.question)))
}

/// Finds rules in force by what they are called.
pub(super) fn terms<'a>(rules: &'a RuleSet, asked: &Asked) -> Vec<&'a TermRule> {
    best(rules.terms().filter(|rule| !rule.zh.is_empty()), |rule| asked.share(&format!("{} {}", rule.zh, rule.en)))
}

/// Finds clauses by their words.
pub(super) fn clauses<'a>(rules: &'a RuleSet, asked: &Asked) -> Vec<(&'a Instrument, &'a Clause)> {
    let all = rules.instruments().flat_map(|law| law.clauses.iter().map(move |clause| (law, clause)));
    best(all, |(_, clause)| asked.share(&format!("{} {}", clause.zh, clause.en)))
}

/// Keeps what has a share, the greatest first.
fn best<T>(all: impl Iterator<Item = T>, share: impl Fn(&T) -> usize) -> Vec<T> {
    let mut found: Vec<(usize, T)> = all.map(|one| (share(&one), one)).filter(|(share, _)| *share > 0).collect();
    found.sort_by_key(|(share, _)| std::cmp::Reverse(*share));
    found.into_iter().map(|(_, one)| one).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_of_a_long_run_are_looked_for_and_names_stay_whole() {
        let asked = Asked::read("我家门口的路灯坏了三天一直没有人来修理过");
        assert!(
            asked.parts.contains(&"路灯".to_owned()) && !asked.names.iter().any(|name| name.chars().count() > NAME_CHARS_MAX)
        );
        assert_eq!(Asked::read("自来水公司").names[0], "自来水公司");
        assert_eq!(Asked::read("水").parts, Vec::<String>::new());
    }

    #[test]
    fn half_of_the_words_are_enough_and_less_is_nothing() {
        let asked = Asked::read("查询码 丢了");
        assert_eq!(asked.share("查询码丢了怎么办"), 2);
        assert_eq!(asked.share("凭查询码查询"), 1);
        assert_eq!(asked.share("怎么写"), 0);
        assert_eq!(Asked::read("").share("怎么写"), 0);
    }

    #[test]
    fn clauses_and_terms_are_found_by_their_words() {
        let rules = RuleSet::builtin();
        let asked = Asked::read("复查");
        assert!(clauses(&rules, &asked).iter().all(|(_, clause)| clause.zh.contains("复查")));
        assert!(!clauses(&rules, &asked).is_empty() && !terms(&rules, &asked).is_empty());
        assert!(terms(&rules, &Asked::read("月球")).is_empty());
    }

    proptest! {
        #[test]
        fn parser_of_residents_questions(text in "\\PC{0,60}") {
            let asked = Asked::read(&text);
            let rules = RuleSet::builtin();
            prop_assert!(asked.share(&text) <= asked.parts.len());
            prop_assert!(categories(&rules, &asked).len() <= rules.categories().count());
        }
    }
}
