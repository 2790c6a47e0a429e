//! What may be published of what somebody typed: personal data taken out, within limits, with the offices that it names.

use civic::directory::Directory;
use civic::refusal::Refusal;
use text::personal::mask;

use crate::post::Words;

/// Longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 60;
/// Longest words of a post, in characters.
pub const TEXT_CHARS_MAX: usize = 5_000;
/// Longest pen name, in characters.
pub const PEN_CHARS_MAX: usize = 20;
/// Stands in the place of a character that no keyboard types.
const MARK: char = '\u{fffd}';

/// Is what somebody typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// What it is about, in a line.
    pub title: String,
    /// The words.
    pub text: String,
    /// The name to go by.
    pub pen: String,
}

/// Takes personal data out of what somebody typed and checks the rest. `titled`: it needs a title.
pub fn publishable(directory: &Directory, typed: &Typed, titled: bool) -> Result<Words, Refusal> {
    let at = |refusal: Refusal, field: &str| refusal.with("field", field).instead("correct_field");
    let mut covered = 0;
    let mut parts = Vec::with_capacity(3);
    for (text, field, max) in
        [(&typed.title, "title", TITLE_CHARS_MAX), (&typed.text, "text", TEXT_CHARS_MAX), (&typed.pen, "pen", PEN_CHARS_MAX)]
    {
        if text.contains(MARK) {
            return Err(at(Refusal::new("hidden_characters"), field));
        }
        if text.chars().count() > max {
            return Err(at(Refusal::new("post_said_long").with("max", max), field));
        }
        let masked = mask(text.trim());
        covered += masked.found();
        parts.push(masked.as_str().to_owned());
    }
    let (Some(pen), Some(text), Some(title)) = (parts.pop(), parts.pop(), parts.pop()) else {
        return Err(at(Refusal::new("post_empty"), "text"));
    };
    if text.is_empty() {
        return Err(at(Refusal::new("post_empty"), "text"));
    }
    if titled && title.is_empty() {
        return Err(at(Refusal::new("post_untitled"), "title"));
    }
    let named = named(directory, &format!("{title}\n{text}"));
    Ok(Words { title: if titled { title } else { String::new() }, text, pen, covered, named })
}

/// Lists the offices that words name, by code: with their whole name, or with the part behind that of the county.
pub fn named(directory: &Directory, words: &str) -> Vec<String> {
    let root = directory.root().map(|root| root.name.clone()).unwrap_or_default();
    let names = |name: &str| -> Vec<String> {
        let short = name.strip_prefix(root.as_str()).filter(|short| short.chars().count() >= 3 && !root.is_empty());
        std::iter::once(name).chain(short).map(str::to_owned).collect()
    };
    let offices = directory.offices.values();
    offices
        .filter(|office| names(&office.name).iter().any(|name| words.contains(name.as_str())))
        .map(|office| office.code.clone())
        .collect()
}
