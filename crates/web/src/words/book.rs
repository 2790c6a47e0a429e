//! The Fluent books, one a language, read once.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast;
use rustc_hash::FxHashMap;
use unic_langid::LanguageIdentifier;

use super::Lang;

/// Is a value that fills a gap: a text or a number.
pub type Arg<'a> = FluentValue<'a>;

struct Book {
    bundle: FluentBundle<FluentResource>,
    /// Sentences of which each gap is just filled with what it is given, as nearly all are: said without going through their pattern.
    plain: FxHashMap<String, Vec<Piece>>,
}

/// Is a piece of a sentence.
enum Piece {
    Words(String),
    Gap(String),
}

/// Takes a sentence apart; nothing where a gap depends on a number or on anything else.
fn pieces(elements: &[ast::PatternElement<&str>]) -> Option<Vec<Piece>> {
    let piece = |element: &ast::PatternElement<&str>| match element {
        ast::PatternElement::TextElement { value } => Some(Piece::Words((*value).to_owned())),
        ast::PatternElement::Placeable {
            expression: ast::Expression::Inline(ast::InlineExpression::VariableReference { id }),
        } => Some(Piece::Gap(id.name.to_owned())),
        ast::PatternElement::Placeable { .. } => None,
    };
    elements.iter().map(piece).collect()
}

/// Puts a sentence together; nothing where a gap is given something that is not said as it is.
fn put_together(pieces: &[Piece], args: &[(&str, Arg<'_>)]) -> Option<String> {
    let mut said = String::new();
    for piece in pieces {
        match piece {
            Piece::Words(words) => said.push_str(words),
            Piece::Gap(name) => match &args.iter().rev().find(|(own, _)| own == name)?.1 {
                FluentValue::String(text) => said.push_str(text),
                FluentValue::Number(number) => said.push_str(&number.as_string()),
                _ => return None,
            },
        }
    }
    Some(said)
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
    "open311.ftl",
    "portal.ftl",
    "file.ftl",
    "track.ftl",
    "problem.ftl",
    "refusal.ftl",
    "decide.ftl",
    "exchange.ftl",
    "code.ftl",
    "desk.ftl",
    "admin.ftl",
    "matter.ftl",
    "call.ftl",
    "hotline.ftl",
    "reading.ftl",
    "sealed.ftl",
    "search.ftl",
    "board.ftl",
    "issues.ftl",
    "paper.ftl",
    "forum.ftl",
    "followup.ftl",
    "reception.ftl",
    "report.ftl",
    "consult.ftl",
    "supervision.ftl",
    "dossier.ftl",
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
    let mut plain = FxHashMap::default();
    for text in texts(lang) {
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(_, errors)| panic!("a word file: {errors:?}"));
        for entry in resource.entries() {
            if let ast::Entry::Message(ast::Message { id, value: Some(ast::Pattern { elements }), .. }) = entry
                && let Some(pieces) = pieces(elements)
            {
                plain.insert(id.name.to_owned(), pieces);
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
    let said = book.plain.get(key).and_then(|pieces| put_together(pieces, args));
    said.unwrap_or_else(|| by_pattern(lang, key, args))
}

/// Says a sentence by its pattern, whatever it depends on.
fn by_pattern(lang: Lang, key: &str, args: &[(&str, Arg<'_>)]) -> String {
    let bundle = &BOOKS[lang as usize].bundle;
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else { return format!("⟦{key}⟧") };
    let mut gaps = FluentArgs::new();
    for (name, value) in args {
        gaps.set(*name, value.clone());
    }
    bundle.format_pattern(pattern, Some(&gaps), &mut Vec::new()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_put_together_is_the_one_its_pattern_says() {
        for lang in Lang::ALL {
            let plain = &BOOKS[lang as usize].plain;
            assert!(plain.len() > 1_000, "most sentences are plain: {}", plain.len());
            for (key, pieces) in plain {
                let names =
                    pieces.iter().filter_map(|piece| if let Piece::Gap(name) = piece { Some(name.as_str()) } else { None });
                let args: Vec<(&str, Arg<'_>)> = names
                    .enumerate()
                    .map(|(at, name)| (name, if at % 2 == 0 { "某 & 某".into() } else { 12_345.into() }))
                    .collect();
                assert_eq!(put_together(pieces, &args).as_deref(), Some(by_pattern(lang, key, &args).as_str()), "{key}");
            }
        }
        let lacking = t(Lang::En, "list-count", &[]);
        assert_eq!(lacking, by_pattern(Lang::En, "list-count", &[]), "what is not given is said by the pattern's rules");
    }
}
