//! E-mail addresses, names in chat services, travel papers: what a cue or an @ gives away.

use super::spell::Spelt;
use super::{Found, Kind};

/// Words before a name in a chat service.
const CHAT_CUES: &[&str] = &["微信", "WECHAT", "VX", "QQ", "扣扣", "企鹅号", "抖音", "快手", "支付宝"];
/// Words before a travel paper.
const PAPER_CUES: &[&str] = &["护照", "通行证", "军官证", "回乡证", "居留证"];
/// Words between a cue and what it announces.
const FILLER: &[&str] = &["号码", "账号", "号", "名", "是", "为", ":", " ", "=", "-", "我的", "加", "群"];
/// Shortest and longest name in a chat service.
const CHAT_CHARS: std::ops::RangeInclusive<usize> = 5..=20;
/// Shortest and longest number of a travel paper.
const PAPER_CHARS: std::ops::RangeInclusive<usize> = 7..=11;

/// Finds what is announced, and e-mail addresses.
pub(super) fn find(spelt: &Spelt) -> Vec<Found> {
    let mut found = emails(spelt);
    for at in 0..spelt.signs.len() {
        found.extend(announced(
            spelt,
            at,
            CHAT_CUES,
            |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'),
            (CHAT_CHARS, Kind::Chat),
        ));
        found.extend(announced(spelt, at, PAPER_CUES, |c| c.is_ascii_alphanumeric(), (PAPER_CHARS, Kind::Paper)));
    }
    found
}

fn announced(
    spelt: &Spelt,
    at: usize,
    cues: &[&str],
    is_part: impl Fn(char) -> bool,
    (long, kind): (std::ops::RangeInclusive<usize>, Kind),
) -> Option<Found> {
    let cue = cues.iter().find(|cue| spelt.goes_on(at, cue))?;
    let mut from = at + cue.chars().count();
    while let Some(filler) = FILLER.iter().find(|filler| spelt.goes_on(from, filler)) {
        from += filler.chars().count();
    }
    let signs = &spelt.signs[from.min(spelt.signs.len())..];
    let count = signs.iter().take_while(|sign| is_part(sign.c) || sign.digit.is_some()).count();
    let has_latin = signs[..count].iter().any(|sign| sign.c.is_ascii_alphanumeric());
    (long.contains(&count) && has_latin).then(|| spelt.found(from, from + count, kind))
}

fn emails(spelt: &Spelt) -> Vec<Found> {
    let is_name = |place: usize| matches!(spelt.at(place), 'A'..='Z' | '0'..='9' | '.' | '_' | '-' | '+');
    let is_host = |place: usize| matches!(spelt.at(place), 'A'..='Z' | '0'..='9' | '.' | '-');
    let mut found = Vec::new();
    for at in (0..spelt.signs.len()).filter(|at| spelt.at(*at) == '@') {
        let gap = |mut places: Box<dyn Iterator<Item = usize>>| usize::from(places.next().is_some_and(|at| spelt.at(at) == ' '));
        let left = at - gap(Box::new((0..at).rev()));
        let right = at + 1 + gap(Box::new(at + 1..spelt.signs.len()));
        let from = left - (0..left).rev().take_while(|place| is_name(*place)).count();
        let mut to = right + (right..spelt.signs.len()).take_while(|place| is_host(*place)).count();
        while to > right && matches!(spelt.at(to - 1), '.' | '-') {
            to -= 1;
        }
        if from < left && (right..to).any(|place| spelt.at(place) == '.') {
            found.push(spelt.found(from, to, Kind::Email));
        }
    }
    found
}
