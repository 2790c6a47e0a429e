//! Learning what texts are about from what people of the site decided.

use std::collections::BTreeMap;

use civic::rules::{RuleSet, above};
use learn::model::Model;
use learn::train::{Settings, train};
use learn::{Example, Text};

/// Learns from texts and the codes that people gave them. None while there are too few, or while all are of one kind. A code that
/// the rules no longer know teaches nothing; one that is rare is learned as the one above it.
pub fn learn(lessons: &[(&str, &str)], rules: &RuleSet, settings: Settings) -> Option<Model> {
    let known: Vec<(&str, &str)> = lessons.iter().copied().filter(|(_, code)| rules.is_subject(code)).collect();
    if known.len() < rules.reading().learned {
        return None;
    }
    let codes = common(&known, rules.reading().least);
    let examples: Vec<Example<'_>> = known
        .iter()
        .zip(&codes)
        .map(|((body, _), label)| Example { text: Text { subject: "", body }, label, group: None })
        .collect();
    train(&examples, &[], settings).ok()
}

/// Puts every code that is rarer than `least` in place of the one above it, as far as the category.
fn common<'a>(lessons: &[(&str, &'a str)], least: usize) -> Vec<&'a str> {
    let mut codes: Vec<&str> = lessons.iter().map(|(_, code)| *code).collect();
    for digits in [6, 4] {
        let mut count: BTreeMap<&str, usize> = BTreeMap::new();
        for code in &codes {
            *count.entry(code).or_default() += 1;
        }
        for code in codes.iter_mut().filter(|code| code.len() == digits && count[**code] < least) {
            *code = above(code);
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_topics_are_learned_as_what_stands_above_them() {
        let lessons = [("", "030101"), ("", "030101"), ("", "030102"), ("", "0302"), ("", "14")];
        assert_eq!(common(&lessons, 2), ["030101", "030101", "03", "03", "14"]);
        assert_eq!(common(&lessons, 1), ["030101", "030101", "030102", "0302", "14"]);
    }

    #[test]
    fn too_few_or_unknown_lessons_teach_nothing() {
        let rules = RuleSet::builtin();
        let many: Vec<(&str, &str)> = (0..rules.reading().learned).map(|_| ("停水了", "030101")).collect();
        assert!(learn(&many[1..], &rules, Settings::default()).is_none());
        assert!(learn(&many, &rules, Settings::default()).is_none(), "one kind alone teaches nothing");
        let unknown: Vec<(&str, &str)> = many.iter().map(|(text, _)| (*text, "777777")).collect();
        assert!(learn(&unknown, &rules, Settings::default()).is_none());
    }

    #[test]
    fn enough_lessons_teach() {
        let rules = RuleSet::builtin();
        let texts: Vec<(String, &str)> = (0..rules.reading().learned)
            .map(|at| {
                if at % 2 == 0 {
                    (format!("辘轳断了{at}回"), "030101")
                } else {
                    (format!("司秤员少数{at}块砖"), "1202")
                }
            })
            .collect();
        let lessons: Vec<(&str, &str)> = texts.iter().map(|(text, code)| (text.as_str(), *code)).collect();
        let model = learn(&lessons, &rules, Settings::default()).unwrap();
        assert_eq!(model.labels(), ["030101", "1202"]);
    }
}
