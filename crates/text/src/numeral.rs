//! Numbers in any writing: 2026, ２０２６, 二十, 两千三百, 1.5万, 〇.

/// Is a number at the beginning of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Number {
    /// What it says, in thousandths: 1.5 is 1,500.
    pub milli: i64,
    /// How many bytes it takes.
    pub len: usize,
}

impl Number {
    /// Returns the whole number, if it is one.
    pub(crate) fn whole(self) -> Option<i64> {
        (self.milli % 1000 == 0).then_some(self.milli / 1000)
    }
}

/// Reads the number that a folded text begins with.
pub(crate) fn number(text: &str) -> Option<Number> {
    let first = digits(text).or_else(|| chinese(text))?;
    Some(scaled(text, first))
}

/// Reads digits, with commas between thousands and a point.
fn digits(text: &str) -> Option<Number> {
    let bytes = text.as_bytes();
    let (mut at, mut value) = (0, 0i64);
    while let Some(byte) = bytes.get(at) {
        let thousands = *byte == b',' && at > 0 && bytes.len() > at + 3 && bytes[at + 1..at + 4].iter().all(u8::is_ascii_digit);
        if byte.is_ascii_digit() {
            value = value.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
        } else if !thousands {
            break;
        }
        at += 1;
    }
    if at == 0 {
        return None;
    }
    let mut milli = value.checked_mul(1000)?;
    if bytes.get(at) == Some(&b'.') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
        at += 1;
        for place in [100, 10, 1, 0, 0, 0] {
            let Some(digit) = bytes.get(at).filter(|byte| byte.is_ascii_digit()) else { break };
            milli = milli.checked_add(i64::from(digit - b'0') * place)?;
            at += 1;
        }
    }
    Some(Number { milli, len: at })
}

/// Reads Chinese digits with their units, below ten thousand: 二十, 三百五, 两千零六; or digit by digit: 二〇二六.
fn chinese(text: &str) -> Option<Number> {
    if text.starts_with('半') {
        return Some(Number { milli: 500, len: '半'.len_utf8() });
    }
    let (mut whole, mut open, mut unit, mut len, mut row) = (0i64, None, 1i64, 0, 0);
    for c in text.chars() {
        match (digit(c), power(c)) {
            (Some(value), _) => {
                row = if open.is_some() { row + 1 } else { 0 };
                open =
                    if row > 0 { open.and_then(|before: i64| before.checked_mul(10)?.checked_add(value)) } else { Some(value) };
                open?;
            }
            (None, Some(power)) => {
                whole = whole.checked_add(open.unwrap_or(i64::from(whole == 0 || unit > 10)).checked_mul(power)?)?;
                (open, unit, row) = (None, power, 0);
            }
            (None, None) => break,
        }
        len += c.len_utf8();
    }
    // 三百五 is 350: a single digit behind a unit counts the next lower one, unless 零 stands before it
    let short = unit >= 100 && row == 0 && !text[..len].contains(['零', '〇']);
    let rest = open.map_or(0, |value| if short { value * unit / 10 } else { value });
    (len > 0).then_some(Number { milli: whole.checked_add(rest)?.checked_mul(1000)?, len })
}

/// Takes in what stands behind: 万, 亿, and 千 or 百 behind digits.
fn scaled(text: &str, first: Number) -> Number {
    let mut number = first;
    while let Some((factor, len)) = factor(&text[number.len..]) {
        let Some(milli) = number.milli.checked_mul(factor) else { break };
        number = Number { milli, len: number.len + len };
    }
    number
}

fn factor(text: &str) -> Option<(i64, usize)> {
    let c = text.chars().next()?;
    let factor = match c {
        '百' => 100,
        '千' => 1000,
        '万' => 10_000,
        '亿' => 100_000_000,
        _ => return None,
    };
    // 千瓦, 千米 and the like are units of their own
    let unit = c == '千' && text[c.len_utf8()..].starts_with(['瓦', '米', '克', '伏', '卡']);
    (!unit).then_some((factor, c.len_utf8()))
}

fn digit(c: char) -> Option<i64> {
    "零一二三四五六七八九".chars().zip(0..).find(|(one, _)| *one == c).map(|(_, value)| value).or(match c {
        '〇' => Some(0),
        '两' | '贰' => Some(2),
        '壹' => Some(1),
        '叁' => Some(3),
        '肆' => Some(4),
        '伍' => Some(5),
        '陆' => Some(6),
        '柒' => Some(7),
        '捌' => Some(8),
        '玖' => Some(9),
        _ => None,
    })
}

fn power(c: char) -> Option<i64> {
    match c {
        '十' | '拾' => Some(10),
        '百' | '佰' => Some(100),
        '千' | '仟' => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_read_in_any_writing() {
        for (text, milli, rest) in [
            ("20天", 20_000, "天"),
            ("1.5万元", 15_000_000, "元"),
            ("13,800元", 13_800_000, "元"),
            ("二十三户", 23_000, "户"),
            ("十二日", 12_000, "日"),
            ("一百零五米", 105_000, "米"),
            ("三百五", 350_000, ""),
            ("两千三百元", 2_300_000, "元"),
            ("二〇二六年", 2_026_000, "年"),
            ("一百一十二", 112_000, ""),
            ("3千瓦", 3_000, "千瓦"),
            ("5千元", 5_000_000, "元"),
            ("两万块", 20_000_000, "块"),
            ("半年", 500, "年"),
            ("1亿", 100_000_000_000, ""),
        ] {
            let number = number(text).unwrap();
            assert_eq!((number.milli, &text[number.len..]), (milli, rest), "{text}");
        }
        assert_eq!(number("天"), None);
        assert_eq!(number(""), None);
    }

    proptest! {
        #[test]
        fn parser_of_numbers(text in "[0-9,.一二两三十百千万亿零〇半元]{0,30}|\\PC{0,20}") {
            if let Some(number) = number(&text) {
                prop_assert!(number.len > 0 && text.is_char_boundary(number.len) && number.milli >= 0);
            }
        }
    }
}
