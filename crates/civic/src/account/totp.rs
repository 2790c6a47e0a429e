//! Time-based one-time codes (RFC 6238: SHA-1, 30 seconds, six digits).

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;
use subtle::ConstantTimeEq;

/// Length of a step in seconds.
const STEP_SECONDS: i64 = 30;
/// Steps accepted before and after the present one.
const STEPS_AROUND: i64 = 1;

/// Returns the step an instant lies in.
pub fn step_of(now: Timestamp) -> i64 {
    now.as_second().div_euclid(STEP_SECONDS)
}

/// Computes the code of a step.
pub fn code_at(secret: &[u8], step: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 0x0f);
    let number = u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]]);
    format!("{:06}", number % 1_000_000)
}

/// Checks a code against the present step and its neighbours. Returns the step that fitted; it must be newer than the
/// last one used, so that no code works twice.
pub fn verify_code(secret: &[u8], code: &str, now: Timestamp, last_used: i64) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let present = step_of(now);
    (present - STEPS_AROUND..=present + STEPS_AROUND)
        .find(|step| *step > last_used && bool::from(code_at(secret, *step).as_bytes().ct_eq(code.as_bytes())))
}

/// Writes a secret as people type it into an app.
pub fn secret_text(secret: &[u8]) -> String {
    BASE32_NOPAD.encode(secret)
}

/// Writes the address that a QR code carries to an app.
pub fn uri(secret: &[u8], login: &str) -> String {
    format!("otpauth://totp/Minsheng:{login}?secret={}&issuer=Minsheng", secret_text(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_6238_hold() {
        let secret = b"12345678901234567890";
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(code_at(secret, seconds / 30), code);
        }
    }

    #[test]
    fn a_code_works_once_and_not_long_after() {
        let (secret, now) = (b"12345678901234567890", Timestamp::from_second(1_000_000).unwrap());
        let code = code_at(secret, step_of(now));
        let used = verify_code(secret, &code, now, 0).unwrap();
        assert_eq!(verify_code(secret, &code, now, used), None);
        let later = Timestamp::from_second(1_000_090).unwrap();
        assert_eq!(verify_code(secret, &code, later, 0), None);
        assert_eq!(verify_code(secret, "", now, 0), None);
    }
}
