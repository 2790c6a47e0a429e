//! The number of a matter: `MS`, six digits of the site, six of the day, seven random characters, one check character.
//!
//! The check (ISO/IEC 7064, MOD 37-2) finds every single wrong character and every swap of two neighbours.

use civic::chance::{self, Chance};
use civic::spelled::{SIGNS, fold, look_alike};
use jiff::civil::Date;

/// Alphabet of the check character.
const CHECK: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// Modulus of the check.
const MODULUS: usize = 37;
/// Random characters in a number: 35 bits.
const RANDOM_CHARS: usize = 7;
/// Length of a number in characters.
pub const NUMBER_CHARS: usize = 2 + 6 + 6 + RANDOM_CHARS + 1;

/// Makes a number. One whose check character is read as a digit by mistake (I, L, O) or left out by Crockford (U) is drawn
/// anew, so that taking look-alikes for each other hides no error.
pub fn make(site: &str, day: Date, chance: &mut Chance) -> String {
    loop {
        let drawn: [u8; RANDOM_CHARS] = chance::bytes(chance);
        let random: String = drawn.iter().map(|byte| char::from(SIGNS[usize::from(byte & 31)])).collect();
        let body = format!("MS{site}{:02}{:02}{:02}{random}", day.year() % 100, day.month(), day.day());
        if let Some(check) = check(body.as_bytes()).filter(|check| SIGNS.contains(check)) {
            return format!("{body}{}", char::from(check));
        }
    }
}

/// Reads a number as people type it: any case, spaces and dashes ignored, O and I taken for 0 and 1 in the random part.
/// `None` = it cannot be one.
pub fn parse(text: &str) -> Option<String> {
    let folded: String = text.chars().filter_map(fold).collect();
    if folded.len() != NUMBER_CHARS || !folded.starts_with("MS") || !folded.bytes().all(|byte| CHECK.contains(&byte)) {
        return None;
    }
    let (body, last) = folded.split_at(NUMBER_CHARS - 1);
    let (head, random) = body.split_at(body.len() - RANDOM_CHARS);
    if !head[2..].bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let random: String = random.chars().map(look_alike).collect();
    let body = format!("{head}{random}");
    (check(body.as_bytes())? == last.as_bytes()[0]).then(|| format!("{body}{last}"))
}

/// Computes the check character; `None` for a sum whose check would be the star, which is no character of a number.
fn check(body: &[u8]) -> Option<u8> {
    let mut sum = 0;
    for byte in body {
        let value = CHECK.iter().position(|known| known == byte)?;
        sum = (sum + value) * 2 % MODULUS;
    }
    CHECK.get((MODULUS + 1 - sum) % MODULUS).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_core::SeedableRng;

    use super::*;

    fn number(seed: u64) -> String {
        make("990121", Date::constant(2026, 11, 24), &mut Chance::seed_from_u64(seed))
    }

    #[test]
    fn a_number_reads_back_however_it_is_typed() {
        let number = number(1);
        assert_eq!(number.len(), NUMBER_CHARS);
        assert!(number.starts_with("MS990121261124"));
        for typed in [
            number.to_lowercase(),
            format!(" {} {} ", &number[..8], &number[8..]),
            format!("{}-{}", &number[..14], &number[14..]),
            number.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect(),
        ] {
            assert_eq!(parse(&typed).as_deref(), Some(number.as_str()), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_character_or_two_swapped_ones_are_noticed(seed: u64, at in 2..NUMBER_CHARS, other in 0..36_usize) {
            let number = number(seed);
            let mut wrong = number.clone().into_bytes();
            wrong[at] = CHECK[other];
            let wrong = String::from_utf8(wrong).unwrap();
            let read = parse(&wrong);
            prop_assert!(read.is_none() || read.as_deref() == Some(number.as_str()));
            let mut swapped = number.clone().into_bytes();
            swapped.swap(at - 1, at);
            let read = parse(&String::from_utf8(swapped).unwrap());
            prop_assert!(read.is_none() || read.as_deref() == Some(number.as_str()));
        }

        #[test]
        fn parser_of_numbers(text: String) {
            let _ = parse(&text);
        }
    }
}
