//! The same answers in short lines, for whoever has a caller on the telephone.

use appeals::Kind;

use super::hits::{self, Asked};
use super::show::{DANGER, top};
use crate::app::App;
use crate::link;
use crate::portal::help::QUESTIONS;
use crate::portal::rules::quantity;
use crate::reading::{path, read};
use crate::words::{Lang, article_words, cite};

/// Lines of one kind at most.
const LINES_MAX: usize = 3;

/// Is one line of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub text: String,
    /// What is said of it; empty for nothing.
    pub more: String,
    /// Where there is more of it; empty for nowhere.
    pub href: String,
}

/// Is the answers of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Which kind.
    pub title: String,
    /// The answers, what fits best first.
    pub items: Vec<Item>,
}

/// Is what is known about a question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// True where the words say that a life may be in danger.
    pub danger: bool,
    /// The answers by kind.
    pub groups: Vec<Group>,
}

/// Looks for what is known about words: what they are about and whose duty that is, offices, answers, rules.
pub fn known(app: &App, lang: Lang, words: &str) -> Known {
    let (directory, rules) = (app.hall.site.directory(), app.hall.site.rules());
    let asked = Asked::read(words);
    let said = read(app, (Kind::Help, false), (words, None));
    let danger = said.as_ref().and_then(|said| said.pressing.as_ref()).is_some_and(|pressing| pressing.level == DANGER);
    let (subject, others) = said.map(|said| (said.subject, said.others)).unwrap_or_default();
    let because = subject.as_ref().map(|own| own.because.join(&lang.t("list-comma"))).unwrap_or_default();
    let codes: Vec<String> = subject.into_iter().map(|own| own.code).chain(others).collect();
    let duty = |(at, code): (usize, &String)| {
        let offices = hits::on_duty(&directory, top(code));
        let offices: Vec<String> = offices
            .iter()
            .take(2)
            .map(|office| format!("{} {}", lang.pick(&office.name, &office.name_en), office.phone))
            .collect();
        let why = if at == 0 && !because.is_empty() {
            lang.say("suggest-because", &[("words", because.as_str().into())])
        } else {
            String::new()
        };
        Item { text: path(lang, &rules, code), more: [offices.join("；"), why].join(" ").trim().to_owned(), href: String::new() }
    };
    let office = |office: &civic::directory::Office| Item {
        text: format!("{} {}", lang.pick(&office.name, &office.name_en), office.phone),
        more: format!("{} {}", office.address, office.hours).trim().to_owned(),
        href: String::new(),
    };
    let rule = |rule: &civic::rules::TermRule| Item {
        text: format!("{} {}", lang.pick(&rule.zh, &rule.en), quantity(lang, rule.value, rule.unit)),
        more: if rule.unsure() { lang.t("unsure") } else { String::new() },
        href: link::rule(&rule.id),
    };
    let clause = |(law, clause): (&civic::rules::Instrument, &civic::rules::Clause)| Item {
        text: format!(
            "{} {}",
            cite(lang, lang.pick(&law.name, &law.name_en), ""),
            article_words(lang, &clause.article).unwrap_or_default()
        ),
        more: lang.pick(&clause.zh, &clause.en).to_owned(),
        href: link::instrument(&law.key),
    };
    let answer = |(question, answer): (&str, &str)| Item { text: lang.t(question), more: lang.t(answer), href: String::new() };
    let group =
        |title: &str, items: Vec<Item>| Group { title: lang.t(title), items: items.into_iter().take(LINES_MAX).collect() };
    let groups = [
        group("ask-duties", codes.iter().enumerate().map(duty).collect()),
        group("ask-offices", hits::offices(&directory, &asked).into_iter().map(office).collect()),
        group("ask-questions", hits::questions(lang, QUESTIONS, &asked).into_iter().map(answer).collect()),
        group("ask-terms", hits::terms(&rules, &asked).into_iter().map(rule).collect()),
        group("ask-clauses", hits::clauses(&rules, &asked).into_iter().map(clause).collect()),
    ];
    Known { danger, groups: groups.into_iter().filter(|group| !group.items.is_empty()).collect() }
}
