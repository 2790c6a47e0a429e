//! Reading a text for a suggestion: what it may be about, how pressing, whose duty. Made each time somebody has the words open,
//! and kept nowhere (decision 0027).

use std::sync::{Arc, PoisonError, RwLock};

use appeals::Kind;
use civic::rules::RuleSet;
use insight::reading::{Reader, Suggestion};
use learn::model::Model;
use maud::{Markup, html};

use crate::app::App;
use crate::words::Lang;

/// Knows how to read texts: the rules and places in force, and what was learned from the site's own matters.
#[derive(Debug, Default)]
pub struct Readings {
    reader: RwLock<Option<Arc<Reader>>>,
    learned: RwLock<Option<Arc<Model>>>,
}

impl Readings {
    /// Takes over what was learned; none where that was deleted.
    pub fn learn(&self, model: Option<Model>) {
        *self.learned.write().unwrap_or_else(PoisonError::into_inner) = model.map(Arc::new);
    }

    /// Lends what was learned.
    pub fn learned(&self) -> Option<Arc<Model>> {
        self.learned.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lends a reader of the rules and places in force; it is made anew when they change.
    fn reader(&self, app: &App) -> Arc<Reader> {
        let (rules, directory) = (app.hall.site.rules(), app.hall.site.directory());
        let known = self.reader.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(reader) = known.filter(|reader| reader.fits(&rules, &directory)) {
            return reader;
        }
        let fresh = Arc::new(Reader::new(rules, directory));
        *self.reader.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&fresh));
        fresh
    }
}

/// Reads a text, unless it is an accusation or its resident wants none to be read.
pub fn read(app: &App, (kind, unread): (Kind, bool), (text, place): (&str, Option<&str>)) -> Option<Suggestion> {
    if unread || kind == Kind::Accusation {
        return None;
    }
    let learned = app.readings.learned();
    Some(app.readings.reader(app).read(text, place, learned.as_deref()))
}

/// Names a code with what stands above it: `水电气热与供应 › 供水 › 停水、水压低`.
pub fn path(lang: Lang, rules: &RuleSet, code: &str) -> String {
    let levels = [2, 4, 6].into_iter().filter_map(|digits| code.get(..digits));
    let names = levels.filter_map(|code| rules.subject(code)).map(|(zh, en)| lang.pick(zh, en));
    names.collect::<Vec<_>>().join(" › ")
}

/// Says which words led to something.
pub fn because(lang: Lang, words: &[String]) -> Markup {
    let all = words.join(&lang.t("list-comma"));
    html! { @if !words.is_empty() { (lang.say("suggest-because", &[("words", all.into())])) } }
}
