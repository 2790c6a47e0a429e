//! Whom an accusation may be about, as far as it concerns those who would open it. A handler who may be meant gets no key;
//! so does everybody in the line of command of somebody who was named. In doubt nobody of them does, and what nobody opens
//! waits for the escrow holders of the supervising body.

use civic::directory::{Directory, Role, Staff};
use jiff::civil::Date;
use pinyin::{Pinyin, ToPinyinMulti};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Steps up the tree of offices at most.
const OFFICES_ABOVE_MAX: usize = 16;

/// Says whom an accusation is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accused {
    /// A member of staff.
    Person(Uuid),
    /// An office, by code.
    Office(String),
}

/// Tells whether a handler may be meant by a text that nobody has read yet: by name, also written with other characters of
/// the same sound, by surname and title, or by a title that stands alone beside the own office; or somebody above them is.
pub fn may_mean(directory: &Directory, today: Date, (handler, text): (&Staff, &str)) -> bool {
    let text = Text::of(text);
    let above = leaders(directory, today, &handler.office);
    std::iter::once(handler).chain(above).any(|staff| text.means(directory, staff))
}

/// Tells whether somebody is kept out because of who was named.
pub fn keeps_out(directory: &Directory, today: Date, (handler, accused): (&Staff, &Accused)) -> bool {
    match accused {
        Accused::Person(id) => {
            let Some(person) = directory.staff.get(id) else { return handler.id == *id };
            handler.id == *id
                || commands(directory, today, (person, &handler.office))
                || commands(directory, today, (handler, &person.office))
        }
        Accused::Office(code) => is_or_below(directory, &handler.office, code) || commands(directory, today, (handler, code)),
    }
}

/// Tells whether somebody leads an office, or stands in for whoever does today.
fn commands(directory: &Directory, today: Date, (staff, office): (&Staff, &str)) -> bool {
    leaders(directory, today, office).iter().any(|leader| leader.id == staff.id)
}

/// Lists who leads an office or one above it, and who stands in for those of them that are away.
fn leaders<'a>(directory: &'a Directory, today: Date, office: &str) -> Vec<&'a Staff> {
    let leads = |staff: &&Staff| {
        let head = staff.active && (staff.is(Role::OfficeHead) || staff.is(Role::Leader));
        head && is_or_below(directory, office, &staff.office)
    };
    let mut all: Vec<&Staff> = directory.staff.values().filter(leads).collect();
    let away = all.iter().filter(|leader| leader.away_on(today)).filter_map(|leader| leader.deputy);
    let acting: Vec<&Staff> = away.filter_map(|id| directory.staff.get(&id)).collect();
    all.extend(acting);
    all
}

/// Tells whether an office is another one, or stands below it. Ended offices are those that took them over.
fn is_or_below(directory: &Directory, office: &str, above: &str) -> bool {
    let above = directory.acting(above).map_or(above, |office| &office.code);
    let mut at = directory.acting(office);
    for _ in 0..OFFICES_ABOVE_MAX {
        match at {
            Some(office) if office.code == above => return true,
            Some(office) => at = office.superior.as_deref().and_then(|code| directory.acting(code)),
            None => return false,
        }
    }
    false
}

/// Is a text without blanks, marks and width, and how each of its characters can be said.
struct Text {
    plain: Vec<char>,
    sounds: Vec<Vec<&'static str>>,
}

impl Text {
    fn of(text: &str) -> Self {
        let plain: Vec<char> = folded(text);
        let sounds = plain.iter().map(|c| sounds(*c)).collect();
        Self { plain, sounds }
    }

    fn means(&self, directory: &Directory, staff: &Staff) -> bool {
        let name = folded(&staff.name);
        if name.is_empty() || self.says(&name) {
            return !name.is_empty();
        }
        let title = folded(&staff.title);
        // 宁主任, 宁某, 姓宁的: the surname with what people put beside it
        let surname = surname(&name);
        let called = [&title, &folded("某")].iter().any(|word| !word.is_empty() && self.says(&[surname, word].concat()));
        called || self.says(&[&folded("姓"), surname].concat()) || self.by_office(directory, staff, &title)
    }

    /// Office and title side by side, under every name the office was known by, acting or not.
    fn by_office(&self, directory: &Directory, staff: &Staff, title: &[char]) -> bool {
        if title.is_empty() {
            return false;
        }
        let names = directory.codes_of(&staff.office).into_iter().filter_map(|code| directory.offices.get(code));
        let short = |name: &str| folded(name.rsplit(['县', '区', '市']).next().unwrap_or(name));
        names
            .flat_map(|office| [folded(&office.name), short(&office.name)])
            .any(|office| ["", "的", "代理", "代"].iter().any(|between| self.has(&[&office, &folded(between), title].concat())))
    }

    fn has(&self, words: &[char]) -> bool {
        !words.is_empty() && self.plain.windows(words.len()).any(|part| part == words)
    }

    /// Tells whether something is said, whichever characters it is written with.
    fn says(&self, words: &[char]) -> bool {
        let wanted: Vec<Vec<&str>> = words.iter().map(|c| sounds(*c)).collect();
        let fits = |at: usize| {
            (0..words.len())
                .all(|n| self.plain[at + n] == words[n] || wanted[n].iter().any(|sound| self.sounds[at + n].contains(sound)))
        };
        !words.is_empty() && self.plain.len() >= words.len() && (0..=self.plain.len() - words.len()).any(fits)
    }
}

/// Lists how a character can be said, without tones.
fn sounds(c: char) -> Vec<&'static str> {
    c.to_pinyin_multi().into_iter().flatten().map(Pinyin::plain).collect()
}

/// Keeps letters and digits, in one width and lower case: 宁·思 齐 is 宁思齐.
fn folded(text: &str) -> Vec<char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns the surname of a name: two characters where there are four or more.
fn surname(name: &[char]) -> &[char] {
    &name[..if name.len() >= 4 { 2 } else { 1 }]
}
