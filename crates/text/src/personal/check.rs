//! Check digits.

/// Weights of the identity card (GB 11643, MOD 11-2).
const ID_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// Check characters of the identity card, by remainder.
const ID_CHECKS: &[u8; 11] = b"10X98765432";
/// Characters of the unified social credit code (GB 32100), by value.
const CREDIT_SIGNS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Weights of the unified social credit code.
const CREDIT_WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// Tells whether 18 characters carry the check digit of an identity card.
pub fn id_card(code: &str) -> bool {
    let Some((digits, check)) = code.as_bytes().split_at_checked(ID_WEIGHTS.len()) else { return false };
    let [check] = check else { return false };
    if !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = digits.iter().zip(ID_WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    ID_CHECKS[(sum % 11) as usize] == check.to_ascii_uppercase()
}

/// Tells whether 18 characters carry the check character of a unified social credit code.
pub fn credit_code(code: &str) -> bool {
    let value = |sign: u8| CREDIT_SIGNS.iter().position(|own| *own == sign.to_ascii_uppercase());
    let Some(values) = code.bytes().map(value).collect::<Option<Vec<_>>>() else { return false };
    let Some((check, values)) = values.split_last().filter(|(_, values)| values.len() == CREDIT_WEIGHTS.len()) else {
        return false;
    };
    let sum: u32 = values.iter().zip(CREDIT_WEIGHTS).map(|(value, weight)| *value as u32 * weight).sum();
    (31 - sum % 31) % 31 == *check as u32
}

/// Tells whether digits carry the check digit of a bank card (Luhn).
pub fn luhn(digits: &str) -> bool {
    let doubled = |(place, digit): (usize, u8)| match (place % 2, u32::from(digit - b'0')) {
        (0, digit) => digit,
        (_, digit) => digit * 2 / 10 + digit * 2 % 10,
    };
    let digits = digits.as_bytes();
    !digits.is_empty()
        && digits.iter().all(u8::is_ascii_digit)
        && digits.iter().rev().copied().enumerate().map(doubled).sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_of_the_standards_pass_and_one_wrong_digit_does_not() {
        let id = "11010519491231002X";
        assert!(id_card(id) && id_card("11010519491231002x") && credit_code("91350100M000100Y43") && luhn("4111111111111111"));
        for place in 0..17 {
            for digit in b'0'..=b'9' {
                let mut wrong = id.as_bytes().to_vec();
                wrong[place] = digit;
                assert!(wrong == id.as_bytes() || !id_card(std::str::from_utf8(&wrong).unwrap()));
            }
        }
        for wrong in ["", "1", "11010519491231002", "１1010519491231002X", "91350100M000100Y44", "4111111111111112"] {
            assert!(!(id_card(wrong) || credit_code(wrong) || wrong.len() > 15 && luhn(wrong)), "{wrong}");
        }
    }
}
