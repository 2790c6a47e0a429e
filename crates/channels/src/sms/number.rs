//! Who a short message comes from: somebody's telephone, one abroad, or a machine. Pure.

/// Digits of a mobile number of mainland China.
const MOBILE_DIGITS: usize = 11;
/// Digits up to which a number is a service's, not a person's.
const SERVICE_DIGITS_MAX: usize = 8;
/// Digits of the longest number in the world (ITU-T E.164).
const DIGITS_MAX: usize = 15;
/// How the numbers of carriers' and firms' services begin.
const SERVICES: [&str; 5] = ["10", "11", "12", "95", "96"];

/// Says who a message comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// A telephone of mainland China, without the country's code.
    Here(String),
    /// A telephone elsewhere.
    Abroad(String),
    /// A service, which no person reads the answers of.
    Machine,
}

/// Reads a sender's number as carriers write it.
pub fn read(from: &str) -> Caller {
    let from = from.trim();
    let digits: String = from.chars().filter(char::is_ascii_digit).collect();
    if from.chars().any(|c| !c.is_ascii_digit() && !matches!(c, '+' | '-' | ' ' | '(' | ')')) {
        return Caller::Machine;
    }
    let own = ["0086", "86"].iter().find_map(|code| digits.strip_prefix(code)).filter(|rest| rest.len() >= MOBILE_DIGITS - 1);
    let own = own.unwrap_or(&digits);
    let is_mobile = own.len() == MOBILE_DIGITS && own.starts_with('1') && own.as_bytes()[1] >= b'3';
    let is_line = own.starts_with('0') && !own.starts_with("00") && (10..=12).contains(&own.len());
    if is_mobile || is_line {
        return Caller::Here(own.to_owned());
    }
    let is_service = digits.len() <= SERVICE_DIGITS_MAX || SERVICES.iter().any(|begin| own.starts_with(begin));
    if is_service || digits.len() > DIGITS_MAX + 2 { Caller::Machine } else { Caller::Abroad(digits) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephones_are_told_from_services() {
        let here = |number: &str| Caller::Here(number.into());
        for (from, caller) in [
            ("13900001111", here("13900001111")),
            ("+8613900001111", here("13900001111")),
            ("8613900001111", here("13900001111")),
            ("0086 139 0000 1111", here("13900001111")),
            ("09311234567", here("09311234567")),
            ("85261234567", Caller::Abroad("85261234567".into())),
            ("10086", Caller::Machine),
            ("1069012345678", Caller::Machine),
            ("95588", Caller::Machine),
            ("MyBank", Caller::Machine),
            ("", Caller::Machine),
        ] {
            assert_eq!(read(from), caller, "{from}");
        }
    }
}
