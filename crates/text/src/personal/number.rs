//! Numbers with a structure: telephones, papers, cards. Digits may be split up by spaces, dashes and dots.

use super::check::{credit_code, id_card, luhn};
use super::spell::Spelt;
use super::{Found, Kind};

/// What people put between the digits of one number.
const BETWEEN: &[char] = &[' ', '-', '.', '·', '_', '/', ',', '(', ')', '~', '*', '+'];
/// Most of it between two digits.
const BETWEEN_MAX: usize = 5;
/// Most digits of a number that is looked at.
const DIGITS_MAX: usize = 19;
/// How far before a number its cue may stand, in characters.
const CUE_WITHIN: usize = 10;
/// Words before a bank card or an account.
const BANK_CUES: &[&str] =
    &["卡号", "银行卡", "账号", "帐号", "账户", "帐户", "户头", "存折", "社保卡", "一卡通", "开户", "打到卡", "工资卡"];
/// Words before a local land-line number.
const PHONE_CUES: &[&str] = &["电话", "座机", "固话", "TEL", "致电", "拨打", "号码", "联系"];
/// Words before a number of an identity card.
const ID_CUES: &[&str] = &["身份证", "证件号", "公民身份", "身份号"];
/// Words before a unified social credit code.
const CREDIT_CUES: &[&str] = &["信用代码", "税号", "统一代码"];

/// Is a piece of digits that stand together.
struct Group {
    from: usize,
    to: usize,
    digits: String,
    /// Nothing but separators stand between this and the next one.
    joined: bool,
}

/// Finds numbers; where several readings fit, the longest.
pub(super) fn find(spelt: &Spelt) -> Vec<Found> {
    let groups = groups(spelt);
    let (mut found, mut at) = (credit(spelt), 0);
    while at < groups.len() {
        if let Some((last, kind)) = longest(spelt, &groups[at..]) {
            let group = &groups[at + last];
            let to = x_end(spelt, group).filter(|_| kind == Kind::IdCard).unwrap_or(group.to);
            // a plus or a bracket before it belongs to it
            let from = groups[at].from;
            let from = from - usize::from(from > 0 && matches!(spelt.at(from - 1), '+' | '(') && kind != Kind::IdCard);
            found.push(spelt.found(from, to, kind));
            at += last + 1;
        } else {
            at += 1;
        }
    }
    found
}

fn groups(spelt: &Spelt) -> Vec<Group> {
    let (signs, mut all, mut at) = (&spelt.signs, Vec::<Group>::new(), 0);
    while at < signs.len() {
        let digits: String = signs[at..].iter().map_while(|sign| sign.digit).map(|digit| char::from(b'0' + digit)).collect();
        if digits.is_empty() {
            at += 1;
            continue;
        }
        let (from, to) = (at, at + digits.len());
        let gap = signs[to..].iter().take(BETWEEN_MAX + 1).take_while(|sign| BETWEEN.contains(&sign.c)).count();
        let joined = gap <= BETWEEN_MAX && signs.get(to + gap).is_some_and(|sign| sign.digit.is_some());
        all.push(Group { from, to, digits, joined });
        at = to;
    }
    all
}

/// Returns the last group and the kind of the longest number that begins with the first group.
fn longest(spelt: &Spelt, groups: &[Group]) -> Option<(usize, Kind)> {
    // a letter right before it makes it part of something else, such as the number of a matter
    if groups[0].from > 0 && spelt.at(groups[0].from - 1).is_ascii_alphabetic() && !is_cue_letter(spelt, groups[0].from) {
        return None;
    }
    let (mut digits, mut best) = (String::new(), None);
    for (place, group) in groups.iter().enumerate() {
        digits.push_str(&group.digits);
        if digits.len() > DIGITS_MAX {
            break;
        }
        let whole = (groups[0].from, group.to);
        let parts: Vec<usize> = groups[..=place].iter().map(|group| group.digits.len()).collect();
        best = kind(spelt, whole, &digits, (&parts, x_end(spelt, group).is_some())).map(|kind| (place, kind)).or(best);
        if !group.joined {
            break;
        }
    }
    best
}

/// Tells whether the letters before a number only name it, as in `Tel13812345678` or `QQ12345`.
fn is_cue_letter(spelt: &Spelt, place: usize) -> bool {
    ["TEL", "PHONE", "MOBILE", "ID", "NO"].iter().any(|cue| {
        let long = cue.chars().count();
        place >= long && spelt.goes_on(place - long, cue) && !spelt.at((place - long).wrapping_sub(1)).is_ascii_alphanumeric()
    })
}

/// Returns where the X that stands for the last digit of an identity card ends.
fn x_end(spelt: &Spelt, group: &Group) -> Option<usize> {
    let gap = (group.to..=group.to + BETWEEN_MAX).take_while(|place| BETWEEN.contains(&spelt.at(*place))).count();
    let x = group.to + gap;
    (spelt.at(x) == 'X' && !spelt.at(x + 1).is_ascii_alphanumeric()).then_some(x + 1)
}

fn kind(spelt: &Spelt, (from, to): (usize, usize), digits: &str, (parts, with_x): (&[usize], bool)) -> Option<Kind> {
    let after = spelt.at(to);
    if after.is_ascii_alphabetic() && !with_x || is_amount(spelt, (from, to), parts) {
        return None;
    }
    let cued = |cues: &[&str]| spelt.is_cued(from, CUE_WITHIN, cues);
    let card = || {
        let fits = (digits.starts_with("62") && luhn(digits)) || cued(BANK_CUES) || luhn(digits) && cued(&["卡"]);
        fits.then_some(Kind::BankCard)
    };
    match (digits.len(), with_x) {
        (17, true) if is_region(digits) || cued(ID_CUES) => Some(Kind::IdCard),
        (_, true) => None,
        (18, _) if is_id(digits) || cued(ID_CUES) => Some(Kind::IdCard),
        (15, _) if is_region(digits) && is_day(&digits[8..12]) || cued(ID_CUES) => Some(Kind::IdCard),
        (16..=19, _) => card(),
        (15, _) if digits.starts_with("0086") && is_mobile(&digits[4..]) => Some(Kind::Mobile),
        (13, _) if digits.starts_with("86") && is_mobile(&digits[2..]) => Some(Kind::Mobile),
        (12, _) if digits.starts_with('0') && is_mobile(&digits[1..]) => Some(Kind::Mobile),
        (11, _) if is_mobile(digits) => Some(Kind::Mobile),
        (10..=12, _) if is_landline(digits, parts) => Some(Kind::Landline),
        (7 | 8, _) if digits.starts_with(['2', '3', '4', '5', '6', '7', '8']) && is_local(spelt, from) => Some(Kind::Landline),
        (9..=14, _) if cued(BANK_CUES) => Some(Kind::BankCard),
        (4, _) if spelt.is_cued(from, 6, &["尾号"]) && spelt.is_cued(from, 14, &["卡", "行", "账"]) => Some(Kind::BankCard),
        _ => None,
    }
}

/// Tells whether digits are money: with thousands apart, with cents, or with the word behind them.
fn is_amount(spelt: &Spelt, (from, to): (usize, usize), parts: &[usize]) -> bool {
    let money = ['元', '万', '亿', '块', '￥', '¥', '$', '%'];
    let thousands = parts.len() > 1
        && parts[0] <= 3
        && parts[1..].iter().all(|part| *part == 3)
        && (from..to).all(|place| spelt.signs[place].digit.is_some() || spelt.at(place) == ',');
    thousands || money.contains(&spelt.at(to)) || from > 0 && money.contains(&spelt.at(from - 1))
}

fn is_mobile(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() == 11 && bytes[0] == b'1' && bytes[1] >= b'3'
}

/// Tells whether digits are an area code and a number behind it.
fn is_landline(digits: &str, parts: &[usize]) -> bool {
    let bytes = digits.as_bytes();
    let area = match (bytes[0], bytes[1]) {
        (b'0', b'1') if bytes[2] == b'0' => 3,
        (b'0', b'2') => 3,
        (b'0', b'3'..=b'9') => 4,
        _ => return false,
    };
    let local = digits.len() - area;
    let fits = if area == 3 { local == 8 } else { local == 7 || local == 8 };
    fits && (parts.len() == 1 || parts[0] <= area) && bytes[area] >= b'2'
}

/// Tells whether a cue for a land line stands right before.
fn is_local(spelt: &Spelt, from: usize) -> bool {
    let before = |place: &usize| matches!(spelt.at(*place), ' ' | ':' | '是' | '为' | '打' | '号' | '码');
    let end = (0..from).rev().take_while(before).last().unwrap_or(from);
    PHONE_CUES.iter().any(|cue| end >= cue.chars().count() && spelt.goes_on(end - cue.chars().count(), cue))
        || spelt.is_cued(from, 5, PHONE_CUES)
}

/// Tells whether 18 digits are a card's: by their check digit, or by region and birthday where somebody mistyped one.
fn is_id(digits: &str) -> bool {
    let year = &digits[6..10];
    let born = ("1900".."2050").contains(&year) && is_day(&digits[10..14]);
    is_region(digits) && (born || id_card(digits))
}

/// Tells whether a number begins with a province; 99 stands for invented places.
fn is_region(digits: &str) -> bool {
    matches!(
        &digits[..2],
        "11" | "12"
            | "13"
            | "14"
            | "15"
            | "21"
            | "22"
            | "23"
            | "31"
            | "32"
            | "33"
            | "34"
            | "35"
            | "36"
            | "37"
            | "41"
            | "42"
            | "43"
            | "44"
            | "45"
            | "46"
            | "50"
            | "51"
            | "52"
            | "53"
            | "54"
            | "61"
            | "62"
            | "63"
            | "64"
            | "65"
            | "71"
            | "81"
            | "82"
            | "83"
            | "91"
            | "99"
    )
}

/// Tells whether four digits are month and day.
fn is_day(digits: &str) -> bool {
    ("01".."13").contains(&&digits[..2]) && ("01".."32").contains(&&digits[2..])
}

/// Finds unified social credit codes: letters and digits, in one piece or split up.
fn credit(spelt: &Spelt) -> Vec<Found> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < spelt.signs.len() {
        let is_start = at == 0 || !spelt.at(at - 1).is_ascii_alphanumeric();
        match is_start.then(|| code_from(spelt, at)).flatten() {
            Some(to) => {
                found.push(spelt.found(at, to, Kind::CreditCode));
                at = to;
            }
            None => at += 1,
        }
    }
    found
}

/// Returns where a credit code that begins here ends.
fn code_from(spelt: &Spelt, from: usize) -> Option<usize> {
    let (mut code, mut at, mut gap) = (String::new(), from, 0);
    while code.len() < 18 {
        let sign = spelt.signs.get(at)?;
        if sign.c.is_ascii_alphanumeric() {
            (code, gap) = (code + sign.c.encode_utf8(&mut [0; 4]), 0);
        } else if let Some(digit) = sign.digit {
            (code, gap) = (code + &digit.to_string(), 0);
        } else if !code.is_empty() && gap < BETWEEN_MAX && BETWEEN.contains(&sign.c) {
            gap += 1;
        } else {
            return None;
        }
        at += 1;
    }
    let letters = code.bytes().filter(u8::is_ascii_alphabetic).count();
    let ends = !spelt.at(at).is_ascii_alphanumeric();
    // the letters O and I do not occur in a code: there they stand for digits
    let read = code.replace('O', "0").replace('I', "1");
    let fits = credit_code(&read) && (letters > 0 || spelt.is_cued(from, CUE_WITHIN, CREDIT_CUES) || read.starts_with('9'));
    (ends && (fits || letters > 0 && spelt.is_cued(from, CUE_WITHIN, CREDIT_CUES))).then_some(at)
}
