//! The Fluent books, one a language, read once.

use std::collections::HashMap;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast;
use unic_langid::LanguageIdentifier;

use super::Lang;

/// Is a value that fills a gap: a text or a number.
pub type Arg<'a> = FluentValue<'a>;

struct Book {
    bundle: FluentBundle<FluentResource>,
    /// Sentences without a gap, which most are: found without going through their pattern.
    plain: HashMap<String, String>,
}

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$((include_str!(concat!("../../locales/zh-CN/", $name)), include_str!(concat!("../../locales/en/", $name)))),+]
    };
}

/// Lists the word files as pairs of Chinese and English.
pub(super) const FILES: &[(&str, &str)] = files![
    "shell.ftl",
    "kit.ftl",
    "portal.ftl",
    "file.ftl",
    "track.ftl",
    "problem.ftl",
    "refusal.ftl",
    "decide.ftl",
    "code.ftl",
    "desk.ftl",
    "admin.ftl",
    "matter.ftl",
    "call.ftl",
    "reading.ftl",
    "sealed.ftl",
    "search.ftl",
    "board.ftl",
    "issues.ftl",
];

static BOOKS: LazyLock<[Book; 2]> = LazyLock::new(|| Lang::ALL.map(book));

/// Picks the texts of one language.
pub(super) fn texts(lang: Lang) -> impl Iterator<Item = &'static str> {
    FILES.iter().map(move |(zh, en)| match lang {
        Lang::Zh => *zh,
        Lang::En => *en,
    })
}

fn book(lang: Lang) -> Book {
    let tag: LanguageIdentifier = lang.tag().parse().expect("our own tags are well-formed");
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    bundle.set_use_isolating(false);
    let mut plain = HashMap::new();
    for text in texts(lang) {
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(_, errors)| panic!("a word file: {errors:?}"));
        for entry in resource.entries() {
            if let ast::Entry::Message(ast::Message { id, value: Some(ast::Pattern { elements }), .. }) = entry
                && let [ast::PatternElement::TextElement { value }] = elements.as_slice()
            {
                plain.insert(id.name.to_owned(), (*value).to_owned());
            }
        }
        bundle.add_resource(resource).unwrap_or_else(|errors| panic!("a word stands twice: {errors:?}"));
    }
    Book { bundle, plain }
}

/// Tells whether a language has a sentence.
#[cfg(test)]
pub(super) fn has(lang: Lang, key: &str) -> bool {
    BOOKS[lang as usize].bundle.has_message(key)
}

/// Says a sentence in a language and fills its gaps. A missing key shows as itself; a test keeps that from happening.
pub fn t(lang: Lang, key: &str, args: &[(&str, Arg<'_>)]) -> String {
    let book = &BOOKS[lang as usize];
    if let Some(text) = book.plain.get(key) {
        return text.clone();
    }
    let bundle = &book.bundle;
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else { return format!("⟦{key}⟧") };
    let mut gaps = FluentArgs::new();
    for (name, value) in args {
        gaps.set((*name).to_owned(), value.clone());
    }
    bundle.format_pattern(pattern, Some(&gaps), &mut Vec::new()).into_owned()
}
