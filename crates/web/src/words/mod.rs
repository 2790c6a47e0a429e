//! The words of every page, in Fluent files under `locales/`. Chinese is complete and comes first, English follows.
//!
//! Pages name a key and give arguments; rooms give codes (`refusal-CODE`, `act-CODE`, …). No sentence stands in code.

use axum::http::{HeaderMap, header};

mod book;
mod cite;
mod date;

pub use book::{Arg, t};
pub use cite::{article_words, cite};
pub use date::{day, day_short, moment, month_name};

/// Names a language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Simplified Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Lists the languages.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// Returns the tag that pages and cookies carry.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// Reads a tag.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.tag() == tag)
    }

    /// Reads the first language of `Accept-Language` that there is.
    pub fn accepted(headers: &HeaderMap) -> Option<Self> {
        let wanted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        let codes = wanted.split(',').map(|one| one.split(';').next().unwrap_or_default().trim());
        codes.into_iter().find_map(|code| match code.split('-').next() {
            Some("zh") => Some(Self::Zh),
            Some("en") => Some(Self::En),
            _ => None,
        })
    }

    /// Says a sentence without gaps.
    pub fn t(self, key: &str) -> String {
        t(self, key, &[])
    }

    /// Says a sentence and fills its gaps.
    pub fn say(self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        t(self, key, args)
    }

    /// Says the word of a family for a code: `code("act", "ask_review")` says `act-ask-review`.
    pub fn code(self, family: &str, code: &str) -> String {
        t(self, &format!("{family}-{}", code.replace('_', "-")), &[])
    }

    /// Picks one of two texts that data carries in both languages; an empty English one falls back to Chinese.
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::En if !en.is_empty() => en,
            _ => zh,
        }
    }
}

#[cfg(test)]
mod tests;
