//! The clocks of an appeal: which term runs, from when, until when.

use civic::rules::RuleSet;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use worktime::{Calendar, Due, Pause, Term, due_with};

use super::kind::Kind;

/// Is a due date with the rule behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueDate {
    /// Term id, such as `xf.handle`; the rules tell its clause.
    pub term: String,
    /// Target, legal last day and the arithmetic.
    pub due: Due,
}

/// Computes a due date under a rule.
pub fn compute(rules: &RuleSet, calendar: &Calendar, id: &str, start: Date) -> DueDate {
    DueDate { term: id.to_owned(), due: worktime::due(calendar, start, rules.count(id)) }
}

/// Computes the first due date of a new matter: its track says which term starts on receipt.
pub fn first_due(rules: &RuleSet, calendar: &Calendar, kind: Kind, received: Date) -> DueDate {
    compute(rules, calendar, &rules.track(kind.code()).first, received)
}

/// Computes a running due date anew, with the pauses so far, an extension, or another calendar. Its start and its
/// terms stay what they were: nothing but law moves a due date.
pub fn recompute(calendar: &Calendar, old: &DueDate, pauses: &[Pause], extension: Option<Term>) -> DueDate {
    let mut terms = old.due.steps.terms.clone();
    terms.extend(extension);
    let (first, more) = terms.split_first().expect("a due date was computed from at least one term");
    DueDate { term: old.term.clone(), due: due_with(calendar, old.due.steps.start, *first, (pauses, more)) }
}
