//! Plates of vehicles: a province, a letter, and five or six letters and digits.

use super::spell::Spelt;
use super::{Found, Kind};

const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
/// What may stand at the end instead of a digit.
const LAST: &str = "学警港澳挂领使";
/// What people put between the parts.
const BETWEEN: &[char] = &[' ', '·', '.', '-', '_'];
/// Characters behind the letter: five, or six of an electric car.
const BEHIND: std::ops::RangeInclusive<usize> = 5..=6;

/// Finds plates.
pub(super) fn find(spelt: &Spelt) -> Vec<Found> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < spelt.signs.len() {
        match PROVINCES.contains(spelt.at(at)).then(|| end(spelt, at)).flatten() {
            Some(to) => {
                found.push(spelt.found(at, to, Kind::Plate));
                at = to;
            }
            None => at += 1,
        }
    }
    found
}

fn end(spelt: &Spelt, from: usize) -> Option<usize> {
    let skip = |place: usize| place + (place..place + 2).take_while(|at| BETWEEN.contains(&spelt.at(*at))).count();
    let letter = skip(from + 1);
    if !spelt.at(letter).is_ascii_uppercase() {
        return None;
    }
    let (mut at, mut behind, mut digits, mut to) = (skip(letter + 1), 0, 0, letter);
    while behind < *BEHIND.end() {
        let sign = spelt.signs.get(at)?;
        let last = behind >= 4 && LAST.contains(sign.c);
        if !(last || sign.digit.is_some() || sign.c.is_ascii_uppercase()) {
            break;
        }
        digits += usize::from(sign.digit.is_some());
        (behind, to) = (behind + 1, at + 1);
        at = if last { at + 1 } else { skip(at + 1) };
        if last || at >= spelt.signs.len() {
            break;
        }
    }
    let goes_on = spelt.at(to).is_ascii_alphanumeric();
    (BEHIND.contains(&behind) && digits >= 2 && !goes_on).then_some(to)
}
