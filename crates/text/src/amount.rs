//! Sums, measures and counts in free text: 3000元, 两万块, 1.5吨, 二十三户.

use crate::fold::Folded;
use crate::numeral::number;

/// Names what is counted or measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// Money, in yuan.
    Yuan,
    /// People.
    People,
    /// Households.
    Households,
    /// Length, in metres.
    Metres,
    /// Area, in square metres.
    SquareMetres,
    /// Weight, in kilograms.
    Kilograms,
    /// Sound, in decibels.
    Decibels,
    /// Buildings.
    Buildings,
}

/// The words behind a number, with the thousandths of the measure's unit that each stands for; longer ones first.
const UNITS: &[(&str, Measure, i64)] = &[
    ("平方千米", Measure::SquareMetres, 1_000_000_000),
    ("平方公里", Measure::SquareMetres, 1_000_000_000),
    ("平方米", Measure::SquareMetres, 1000),
    ("平米", Measure::SquareMetres, 1000),
    ("公顷", Measure::SquareMetres, 10_000_000),
    ("多户", Measure::Households, 1000),
    ("余户", Measure::Households, 1000),
    ("多人", Measure::People, 1000),
    ("余人", Measure::People, 1000),
    ("公里", Measure::Metres, 1_000_000),
    ("千米", Measure::Metres, 1_000_000),
    ("厘米", Measure::Metres, 10),
    ("公分", Measure::Metres, 10),
    ("公斤", Measure::Kilograms, 1000),
    ("千克", Measure::Kilograms, 1000),
    ("分贝", Measure::Decibels, 1000),
    ("元", Measure::Yuan, 1000),
    ("块", Measure::Yuan, 1000),
    ("角", Measure::Yuan, 100),
    ("毛", Measure::Yuan, 100),
    ("户", Measure::Households, 1000),
    ("人", Measure::People, 1000),
    ("米", Measure::Metres, 1000),
    ("吨", Measure::Kilograms, 1_000_000),
    ("斤", Measure::Kilograms, 500),
    ("栋", Measure::Buildings, 1000),
    ("幢", Measure::Buildings, 1000),
];

/// Words that begin with a unit and mean something else.
const OTHERWISE: &[&str] = &["人民", "人大", "人社", "户口", "户籍", "块地", "块砖", "块钢", "米饭"];

/// Is a sum or a measure that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// First byte in the writer's text.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// What is measured.
    pub measure: Measure,
    /// How much, in thousandths of the measure's unit: 1,500 yuan are 1,500,000.
    pub milli: i64,
}

/// Finds sums and measures, in the order of the text. 亩 is left out: it says land, and a resident's land is personal.
pub fn find(text: &str) -> Vec<Amount> {
    let folded = Folded::of(text);
    let (signs, mut found, mut at) = (folded.as_str(), Vec::new(), 0);
    while at < signs.len() {
        let len = match amount(&signs[at..]) {
            Some((measure, milli, len)) => {
                let place = folded.origin(at..at + len);
                found.push(Amount { start: place.start, end: place.end, measure, milli });
                len
            }
            // a number without a unit is passed over as a whole: 138001元 is one sum
            None => number(&signs[at..]).map_or_else(|| first_len(&signs[at..]), |number| number.len),
        };
        at += len;
    }
    found
}

pub(crate) fn first_len(text: &str) -> usize {
    text.chars().next().map_or(1, char::len_utf8)
}

fn amount(text: &str) -> Option<(Measure, i64, usize)> {
    let number = number(text)?;
    let mut at = number.len;
    for more in ["多", "余", "来"] {
        if text[at..].starts_with(more) {
            at += more.len();
            break;
        }
    }
    let (milli, at) = match text[at..].strip_prefix('万') {
        Some(_) if at > number.len => (number.milli.checked_mul(10_000)?, at + '万'.len_utf8()),
        _ => (number.milli, at),
    };
    let rest = &text[at..];
    let (word, measure, factor) = UNITS.iter().find(|(word, ..)| rest.starts_with(word))?;
    if OTHERWISE.iter().any(|other| rest.starts_with(other)) {
        return None;
    }
    Some((*measure, milli.checked_mul(*factor)? / 1000, at + word.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sums_and_measures_are_found() {
        for (text, measure, milli) in [
            ("拖欠工资２３,５００元", Measure::Yuan, 23_500_000),
            ("每月多收三百五十块钱", Measure::Yuan, 350_000),
            ("共1.5万元", Measure::Yuan, 15_000_000),
            ("押金两千多元", Measure::Yuan, 2_000_000),
            ("损失20余万元", Measure::Yuan, 200_000_000),
            ("全村一百零二戶", Measure::Households, 102_000),
            ("300多户停水", Measure::Households, 300_000),
            ("离我家不到五十米", Measure::Metres, 50_000),
            ("一段两公里的路", Measure::Metres, 2_000_000),
            ("夜里75分贝", Measure::Decibels, 75_000),
            ("堆了半吨垃圾", Measure::Kilograms, 500_000),
            ("住了八十平米", Measure::SquareMetres, 80_000),
        ] {
            let found = find(text);
            assert_eq!(found.len(), 1, "{text} {found:?}");
            assert_eq!((found[0].measure, found[0].milli), (measure, milli), "{text}");
        }
    }

    #[test]
    fn what_only_begins_like_one_is_passed_over() {
        for text in ["第三人民医院", "三户口本", "2026年11月", "电话12345", "一块地", "人多"] {
            assert_eq!(find(text), [], "{text}");
        }
    }

    proptest! {
        #[test]
        fn parser_of_amounts(text in "[0-9一二十百万多余元块米户人公里平方 ，]{0,40}|\\PC{0,30}") {
            let found = find(&text);
            for pair in found.windows(2) {
                prop_assert!(pair[0].end <= pair[1].start);
            }
            prop_assert!(found.iter().all(|one| text.get(one.start..one.end).is_some_and(|part| !part.is_empty())));
        }
    }
}
