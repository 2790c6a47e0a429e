//! What the index holds of a matter: its words, and what filters and counts go by.

use civic::permit::Subject;
use jiff::civil::Date;
use search::{Document, Shape};
use text::personal::{self, Kind};

use crate::appeal::{Event, ReplyText, State};
use crate::store::Loaded;

/// The shape of a matter. Another version makes every site fill its index anew.
pub static SHAPE: Shape =
    Shape { version: "1", texts: &[("said", 1.0), ("answered", 0.6)], facets: FACETS, figures: &["received", "due"] };
/// What is counted beside the hits.
pub const FACETS: &[&str] = &["owner", "stage", "kind", "category", "place"];
/// Place of the instant it came in, in seconds, among the figures.
pub(super) const RECEIVED: usize = 0;
/// Place of the last day, in days since 1970.
pub(super) const DUE: usize = 1;

/// Names the marks. One mark is one thing a filter asks for.
pub(super) mod mark {
    /// The office that holds it.
    pub fn owner(code: &str) -> String {
        format!("owner:{code}")
    }
    /// An office that was called in or asked.
    pub fn invited(code: &str) -> String {
        format!("invited:{code}")
    }
    /// The office that decides its review.
    pub fn reviewer(code: &str) -> String {
        format!("reviewer:{code}")
    }
    /// An office that held it before.
    pub fn former(code: &str) -> String {
        format!("former:{code}")
    }
    /// Where it happened.
    pub fn place(code: &str) -> String {
        format!("place:{code}")
    }
    /// Who works on it.
    pub fn handler(id: uuid::Uuid) -> String {
        format!("handler:{id}")
    }
    /// Where it stands.
    pub fn stage(code: &str) -> String {
        format!("stage:{code}")
    }
    /// What the resident wants.
    pub fn kind(code: &str) -> String {
        format!("kind:{code}")
    }
    /// What it is about.
    pub fn category(code: &str) -> String {
        format!("category:{code}")
    }
    /// It may be about the people who serve its place.
    pub const GUARDED: &str = "guarded";
    /// Something is still owed.
    pub const OPEN: &str = "open";
    /// An answer is owed.
    pub const OWES: &str = "owes";
    /// A life may be in danger.
    pub const DANGER: &str = "danger";
}

/// Makes the document of a matter.
pub(super) fn document(loaded: &Loaded) -> Document {
    let state = &loaded.state;
    let (mut said, mut answered) = (String::new(), String::new());
    for (_, event) in loaded.events.iter() {
        words(event, (&mut said, &mut answered));
    }
    Document {
        key: key(state.filed_position),
        texts: vec![unnumbered(&said), unnumbered(&answered)],
        marks: marks(state, &state.subject()),
        facets: vec![
            Some(state.owner.clone()),
            Some(state.stage.code().to_owned()),
            Some(state.kind.code().to_owned()),
            state.category.clone(),
            state.place.clone(),
        ],
        figures: vec![state.received_at.as_second(), days(state.pressing_due().due.last)],
    }
}

/// Names a matter in the index: by the position of its first event, which never changes.
pub(super) fn key(position: i64) -> u64 {
    position.unsigned_abs()
}

/// Counts the days since 1970.
pub(super) fn days(day: Date) -> i64 {
    jiff::civil::date(1970, 1, 1).until(day).map_or(0, |span| i64::from(span.get_days()))
}

/// Puts the words of an event to those of the resident or to those of the offices. Notes between offices are neither.
fn words(event: &Event, (said, answered): (&mut String, &mut String)) {
    let put = |to: &mut String, parts: &[&str]| {
        for part in parts.iter().filter(|part| !part.is_empty()) {
            to.push_str(part);
            to.push('\n');
        }
    };
    match event {
        Event::Filed(filing) => put(said, &[&filing.what, &filing.place_words]),
        Event::Supplemented { words, .. }
        | Event::Rated { words, .. }
        | Event::GradeTold { words, .. }
        | Event::RectificationRated { words, .. }
        | Event::ObjectionAnswered { words, .. }
        | Event::Reopened { words, .. }
        | Event::ReviewAsked { words, .. }
        | Event::RecheckAsked { words, .. } => put(said, &[words]),
        Event::Replied { reply, .. } | Event::ReviewDecided { reply, .. } | Event::RecheckDecided { reply, .. } => {
            let ReplyText { facts, opinion, way_on, .. } = reply;
            put(answered, &[facts, opinion, way_on]);
        }
        Event::NotAccepted { words, .. }
        | Event::SupplementAsked { words, .. }
        | Event::Rectified { words, .. }
        | Event::Closed { words, .. } => {
            put(answered, &[words]);
        }
        _ => {}
    }
}

/// Takes out numbers that lead to a person (telephone, papers, cards, accounts): an index of them would be a list of all
/// matters of one person (E4). Names and addresses stay, for they are what a matter is remembered by.
fn unnumbered(text: &str) -> String {
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for found in personal::find(text) {
        if !matches!(found.kind, Kind::Name | Kind::Address) {
            out.push_str(&text[from..found.start]);
            out.push(' ');
            from = found.end;
        }
    }
    out.push_str(&text[from..]);
    out
}

fn marks(state: &State, subject: &Subject) -> Vec<String> {
    let mut marks = vec![mark::owner(&subject.owner), mark::stage(state.stage.code()), mark::kind(state.kind.code())];
    marks.extend(subject.invited.iter().map(|code| mark::invited(code)));
    marks.extend(subject.reviewer.iter().chain(&subject.judge).map(|code| mark::reviewer(code)));
    marks.extend(subject.former.iter().map(|code| mark::former(code)));
    marks.extend(subject.place.iter().map(|code| mark::place(code)));
    marks.extend(subject.handler.map(mark::handler));
    marks.extend(state.category.iter().map(|code| mark::category(code)));
    let flags = [
        (mark::GUARDED, subject.guarded),
        (mark::OPEN, state.is_open()),
        (mark::OWES, state.owes_word()),
        (mark::DANGER, state.danger),
    ];
    marks.extend(flags.into_iter().filter(|(_, holds)| *holds).map(|(mark, _)| mark.to_owned()));
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_persons_are_not_found_and_names_are() {
        let text = unnumbered("我叫王小满，电话13800138000，住3号楼，身份证11010519491231002X");
        assert!(text.contains("王小满") && text.contains("3号楼"));
        assert!(!text.contains("138") && !text.contains("1949"), "{text}");
    }

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(days(jiff::civil::date(1970, 1, 2)), 1);
        assert_eq!(days(jiff::civil::date(2026, 11, 29)), 20_786);
    }
}
