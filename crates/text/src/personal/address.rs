//! Addresses down to the house: numbers with a word such as 号楼, 单元, 室 behind them, and the road, quarter or village before.

use super::spell::Spelt;
use super::{Found, Kind};

/// Words that make a number before them a part of an address, longest first. The second says whether they do so alone.
const UNITS: &[(&str, bool)] = &[
    ("号住宅楼", true),
    ("号楼", true),
    ("号院", true),
    ("单元", true),
    ("门牌", true),
    ("号房", true),
    ("栋", true),
    ("幢", true),
    ("室", true),
    ("弄", true),
    ("座", false),
    ("组", false),
    ("队", false),
    ("社", false),
    ("号", false),
    ("巷", false),
    ("户", false),
    ("楼", false),
    ("层", false),
    ("门", false),
];
/// Words that end the name of a road, a quarter or a village; numbers behind them are houses.
const PLACES: &[&str] = &[
    "小区",
    "花园",
    "公寓",
    "家园",
    "新村",
    "大院",
    "家属院",
    "大道",
    "胡同",
    "社区",
    "苑",
    "府",
    "城",
    "庭",
    "湾",
    "里",
    "路",
    "街",
    "巷",
    "道",
    "村",
    "屯",
    "庄",
    "寨",
    "坊",
    "园",
    "镇",
    "乡",
];
/// Words behind which an address begins.
const BEGINS: &[&str] = &[
    "住在", "家住", "位于", "地址", "居住", "住址", "在", "住", "到", "是", "的", "从", "去", "于", "和", "与", "有", "了", "叫",
    "我", "们", "家", "把", "给", "向", "就",
];
/// Longest name of a place, in characters.
const NAME_CHARS_MAX: usize = 8;
/// Names of places before one another, as 镇 before 村.
const NAMES_MAX: usize = 5;
/// Longest number of a house, in characters.
const NUMBER_CHARS_MAX: usize = 6;

/// Finds addresses.
pub(super) fn find(spelt: &Spelt) -> Vec<Found> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < spelt.signs.len() {
        let Some((mut to, mut alone)) = unit(spelt, at) else {
            at += 1;
            continue;
        };
        let mut units = 1;
        loop {
            let next = skip(spelt, to);
            if let Some((end, strong)) = unit(spelt, next) {
                (to, alone, units) = (end, alone || strong, units + 1);
                continue;
            }
            // a bare number of a room at the end: 3栋2单元501, 3-2-501
            let bare = number(spelt, next);
            if alone && bare.is_some_and(|end| end - next <= 5 && !spelt.at(end).is_ascii_alphanumeric() && is_edge(spelt, end)) {
                to = bare.unwrap_or(to);
            }
            break;
        }
        let from = start(spelt, at);
        if from < at && is_house(spelt, at, to) || alone && (units > 1 || is_building(spelt, at, to)) {
            found.push(spelt.found(from, to, Kind::Address));
        }
        at = to;
    }
    found.extend(dashed(spelt));
    found
}

/// Reads a number and the word behind it. Returns where they end, and whether the word does for an address by itself.
fn unit(spelt: &Spelt, at: usize) -> Option<(usize, bool)> {
    let end = number(spelt, at)?;
    let end = end + usize::from(spelt.at(end) == ' ');
    let (word, alone) = UNITS.iter().find(|(word, _)| spelt.goes_on(end, word))?;
    let to = end + word.chars().count();
    // 3号线, 5号文, 12号下午, 3号机, 101室外
    let other = ["线", "文", "令", "机", "井", "桥", "站", "外", "内的", "员", "会", "长", "干部", "以上"];
    (!other.iter().any(|other| spelt.goes_on(to, other))).then_some((to, *alone))
}

/// Reads the number of a house: digits in any writing, with 十, 百 and a letter. Returns where it ends.
fn number(spelt: &Spelt, at: usize) -> Option<usize> {
    let is_part = |place: &usize| {
        let sign = spelt.signs[*place];
        sign.digit.is_some() || matches!(sign.c, '十' | '百' | '廿' | 'A'..='H' | '甲' | '乙' | '-' | '#')
    };
    let count = (at..spelt.signs.len().min(at + NUMBER_CHARS_MAX)).take_while(is_part).count();
    let has_digit = (at..at + count).any(|place| spelt.signs[place].digit.is_some() || spelt.at(place) == '十');
    let lettered = at > 0 && spelt.signs.get(at - 1).is_some_and(|sign| sign.digit.is_some());
    ((has_digit || count == 1 && spelt.at(at).is_ascii_uppercase()) && !lettered).then_some(at + count)
}

fn skip(spelt: &Spelt, at: usize) -> usize {
    at + (at..at + 2).take_while(|place| matches!(spelt.at(*place), ' ' | '-' | ',' | '，' | '/' | '的')).count()
}

fn is_edge(spelt: &Spelt, at: usize) -> bool {
    let c = spelt.at(at);
    !matches!(c, '元' | '年' | '月' | '日' | '个' | '人' | '户' | '万' | '米' | '平' | '天' | '次')
}

/// Tells whether a weak unit behind the name of a place is a house: 路12号, 村3组, but not 村3户 in need.
fn is_house(spelt: &Spelt, at: usize, to: usize) -> bool {
    !matches!(spelt.at(to - 1), '户' | '层' | '楼' | '门') || spelt.is_cued(at, 12, &["住", "家", "地址"])
}

/// Tells whether a single unit names a building for sure: 3号楼, 12栋, 501室.
fn is_building(spelt: &Spelt, at: usize, to: usize) -> bool {
    let digits = (at..to).filter(|place| spelt.signs[*place].digit.is_some()).count();
    let last = spelt.at(to - 1);
    (digits >= 3 && last == '室') || matches!(last, '栋' | '幢') || spelt.goes_on(to - 2, "号楼") || spelt.goes_on(to - 2, "号院")
}

/// Returns where the names of places before a number begin.
fn start(spelt: &Spelt, at: usize) -> usize {
    let mut from = at;
    for _ in 0..NAMES_MAX {
        let end = from - usize::from(from > 0 && matches!(spelt.at(from - 1), ' ' | ',' | '，'));
        let ends = |place: &&&str| end >= place.chars().count() && spelt.goes_on(end - place.chars().count(), place);
        let Some(place) = PLACES.iter().find(ends) else { break };
        let named = end - place.chars().count();
        let mut begin = named;
        while begin > 0 && named - begin < NAME_CHARS_MAX && is_name(spelt, begin) {
            begin -= 1;
        }
        if begin == named {
            break;
        }
        from = begin;
    }
    from
}

/// Tells whether the character before a place belongs to the name of a place.
fn is_name(spelt: &Spelt, at: usize) -> bool {
    let c = spelt.at(at - 1);
    let begins = BEGINS.iter().any(|word| at >= word.chars().count() && spelt.goes_on(at - word.chars().count(), word));
    (matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_ascii_alphanumeric())
        && !begins
        && !PLACES.iter().any(|place| {
            at >= place.chars().count() && place.chars().count() > 1 && spelt.goes_on(at - place.chars().count(), place)
        })
}

/// Finds 云岭花园3-2-501: the name of a quarter and numbers with dashes.
fn dashed(spelt: &Spelt) -> Vec<Found> {
    let mut found = Vec::new();
    for at in 1..spelt.signs.len() {
        if spelt.signs[at].digit.is_none() || spelt.signs[at - 1].digit.is_some() {
            continue;
        }
        let numbers = |place: &usize| spelt.signs[*place].digit.is_some() || matches!(spelt.at(*place), '-' | '#');
        let to = at + (at..spelt.signs.len()).take_while(numbers).count();
        let dashes = (at..to).filter(|place| matches!(spelt.at(*place), '-' | '#')).count();
        if !(1..=3).contains(&dashes) || to - at > 12 || spelt.signs[to - 1].digit.is_none() {
            continue;
        }
        let from = start(spelt, at);
        if from < at {
            found.push(spelt.found(from, to, Kind::Address));
        }
    }
    found
}
