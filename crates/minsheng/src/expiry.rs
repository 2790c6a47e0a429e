//! When a certificate expires: as much of X.509 as that takes.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const SEQUENCE: u8 = 0x30;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const EXPLICIT_VERSION: u8 = 0xa0;

/// Days before the end at which somebody is warned.
const WARN_DAYS: [i64; 3] = [30, 14, 7];
/// Seconds of a day.
const DAY_SECONDS: i64 = 86_400;
/// Two-digit years from here on lie in the last century (RFC 5280).
const CENTURY_TURN: i16 = 50;

/// Counts whole days until a certificate's end; negative once it has passed. `None` when it cannot be read.
pub(crate) fn days_left(certificate: &[u8], now: Timestamp) -> Option<i64> {
    Some((not_after(certificate)?.as_second() - now.as_second()).div_euclid(DAY_SECONDS))
}

/// Returns the nearest day of warning that has been reached.
pub(crate) fn stage(days: i64) -> Option<i64> {
    WARN_DAYS.into_iter().rev().find(|stage| days <= *stage)
}

fn not_after(certificate: &[u8]) -> Option<Timestamp> {
    let (_, certificate, _) = value(certificate)?;
    let (_, mut rest, _) = value(certificate)?;
    if *rest.first()? == EXPLICIT_VERSION {
        rest = value(rest)?.2;
    }
    // serial number, signature algorithm, issuer
    for _ in 0..3 {
        rest = value(rest)?.2;
    }
    let (SEQUENCE, validity, _) = value(rest)? else { return None };
    let (kind, text, _) = value(value(validity)?.2)?;
    time(kind, std::str::from_utf8(text).ok()?)
}

/// Takes one DER value: its kind, its content, what follows it.
fn value(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[kind, first], rest) = bytes.split_first_chunk::<2>()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (length, rest) = rest.split_at_checked(usize::from(first & 0x7f).min(rest.len() + 1))?;
        (length.iter().try_fold(0_usize, |sum, byte| sum.checked_mul(256)?.checked_add(usize::from(*byte)))?, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((kind, content, rest))
}

fn time(kind: u8, text: &str) -> Option<Timestamp> {
    let digits = text.strip_suffix('Z').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let (year, rest) = match kind {
        UTC_TIME => {
            let (year, rest) = digits.split_at_checked(2)?;
            let year: i16 = year.parse().ok()?;
            (if year < CENTURY_TURN { 2_000 + year } else { 1_900 + year }, rest)
        }
        GENERALIZED_TIME => {
            let (year, rest) = digits.split_at_checked(4)?;
            (year.parse().ok()?, rest)
        }
        _ => return None,
    };
    let parts: Vec<i8> = (0..5).map_while(|at| rest.get(at * 2..at * 2 + 2)?.parse().ok()).collect();
    let [month, day, hour, minute, second] = parts.try_into().ok()?;
    let civil = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    TimeZone::UTC.to_timestamp(civil).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;

    use super::*;

    fn example() -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(include_bytes!("../tests/door/tls/first.pem")).unwrap()
    }

    #[test]
    fn the_end_of_a_certificate_is_found() {
        // openssl x509 -enddate says: Oct 31 22:41:59 2126 GMT
        let end: Timestamp = "2126-10-31T22:41:59Z".parse().unwrap();
        assert_eq!(not_after(&example()), Some(end));
        assert_eq!(days_left(&example(), "2126-10-22T12:00:00Z".parse().unwrap()), Some(9));
        assert_eq!(time(UTC_TIME, "491231235959Z").unwrap().to_string(), "2049-12-31T23:59:59Z");
        assert_eq!(time(UTC_TIME, "500101000000Z").unwrap().to_string(), "1950-01-01T00:00:00Z");
    }

    #[test]
    fn warnings_come_at_30_14_and_7_days() {
        let stages: Vec<Option<i64>> = [31, 30, 15, 14, 8, 7, 0, -3].map(stage).into();
        assert_eq!(stages, [None, Some(30), Some(30), Some(14), Some(14), Some(7), Some(7), Some(7)]);
    }

    proptest! {
        #[test]
        fn parser_of_certificates(noise: Vec<u8>, at in 0_usize..400, with: u8) {
            not_after(&noise);
            let mut bent = example().to_vec();
            let at = at % bent.len();
            bent[at] = with;
            not_after(&bent);
            not_after(&bent[..at]);
        }
    }
}
