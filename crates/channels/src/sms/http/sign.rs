//! Signatures of requests: who sends, when, and once.

use std::collections::HashSet;

use data_encoding::HEXLOWER;
use db::Fault;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// How far the clocks of two sides may be apart, in seconds.
pub const CLOCK_SECONDS_MAX: i64 = 300;
/// Shortest secret, in bytes.
const SECRET_BYTES_MIN: usize = 16;
/// Nonces remembered; more of them in the time of one clock's difference are asked to come later.
const NONCES_MAX: usize = 200_000;
/// Longest nonce, in characters.
const NONCE_CHARS: std::ops::RangeInclusive<usize> = 16..=64;

/// Is what both sides know, with its name.
#[derive(Clone)]
pub struct Secret {
    /// Its name, which stands in each request.
    pub id: String,
    key: Vec<u8>,
}

/// Is the headers of a signed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Name of the secret.
    pub id: String,
    /// Seconds since 1970.
    pub time: String,
    /// Never used before.
    pub nonce: String,
    /// HMAC-SHA-256, hexadecimal.
    pub signature: String,
}

/// Says why a request is not heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsigned {
    /// The secret, or the signature under it, is another.
    Wrong,
    /// The clocks are too far apart.
    Clock,
    /// It was heard before.
    Replayed,
    /// So many came that they cannot be told apart any more.
    Busy,
}

impl Secret {
    /// Takes a secret.
    pub fn new(id: &str, secret: &str) -> Result<Self, Fault> {
        if secret.len() < SECRET_BYTES_MIN {
            return Err(Fault::other(format!("the secret of the gateway has fewer than {SECRET_BYTES_MIN} characters")));
        }
        Ok(Self { id: id.to_owned(), key: secret.as_bytes().to_vec() })
    }

    fn mac(&self, (method, path, time, nonce): (&str, &str, &str, &str), body: &[u8]) -> Hmac<Sha256> {
        let digest = HEXLOWER.encode(&Sha256::digest(body));
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        mac.update(format!("{method}\n{path}\n{time}\n{nonce}\n{digest}").as_bytes());
        mac
    }

    /// Signs a request that hands something over at a path.
    pub fn sign(&self, path: &str, body: &[u8], at: (Timestamp, [u8; 16])) -> Signed {
        self.signed(("POST", path), body, at)
    }

    /// Signs a request that fetches what lies at a path.
    pub fn sign_get(&self, path: &str, at: (Timestamp, [u8; 16])) -> Signed {
        self.signed(("GET", path), b"", at)
    }

    fn signed(&self, (method, path): (&str, &str), body: &[u8], (now, nonce): (Timestamp, [u8; 16])) -> Signed {
        let (time, nonce) = (now.as_second().to_string(), HEXLOWER.encode(&nonce));
        let signature = HEXLOWER.encode(&self.mac((method, path, &time, &nonce), body).finalize().into_bytes());
        Signed { id: self.id.clone(), time, nonce, signature }
    }
}

/// Remembers which requests were heard.
#[derive(Debug, Default)]
pub struct Heard {
    now: HashSet<String>,
    before: HashSet<String>,
    since: i64,
}

impl Heard {
    /// Checks a request: known secret, right signature, near in time, and never heard before.
    pub fn check(
        &mut self,
        secret: &Secret,
        signed: &Signed,
        (path, body): (&str, &[u8]),
        now: Timestamp,
    ) -> Result<(), Unsigned> {
        let signature = HEXLOWER.decode(signed.signature.to_ascii_lowercase().as_bytes()).unwrap_or_default();
        let mac = secret.mac(("POST", path, &signed.time, &signed.nonce), body);
        let plain = NONCE_CHARS.contains(&signed.nonce.len()) && signed.nonce.bytes().all(|byte| byte.is_ascii_graphic());
        // the signature is checked in every case, in a time that tells nothing
        if mac.verify_slice(&signature).is_err() || signed.id != secret.id || !plain {
            return Err(Unsigned::Wrong);
        }
        let time: i64 = signed.time.parse().map_err(|_| Unsigned::Wrong)?;
        if time.abs_diff(now.as_second()) > CLOCK_SECONDS_MAX.unsigned_abs() {
            return Err(Unsigned::Clock);
        }
        // what was heard longer ago than clocks may differ, both ways, is refused by its time
        if (now.as_second() - self.since).abs() > 2 * CLOCK_SECONDS_MAX {
            self.before = std::mem::take(&mut self.now);
            self.since = now.as_second();
        }
        if self.before.contains(&signed.nonce) || self.now.contains(&signed.nonce) {
            return Err(Unsigned::Replayed);
        }
        if self.now.len() >= NONCES_MAX {
            return Err(Unsigned::Busy);
        }
        self.now.insert(signed.nonce.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_heard_once_in_its_time_and_as_it_was_signed() {
        let secret = Secret::new("qinghe", "0123456789abcdef").unwrap();
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let (path, body) = ("/sms/v1/messages", &b"{}"[..]);
        let signed = secret.sign(path, body, (at(1_000_000), [7; 16]));
        let mut heard = Heard::default();
        let mut check = |signed: &Signed, path: &str, body: &[u8], second| heard.check(&secret, signed, (path, body), at(second));
        assert_eq!(check(&signed, path, body, 1_000_301), Err(Unsigned::Clock));
        assert_eq!(check(&signed, path, body, 1_000_000 + 3 * 3_600), Err(Unsigned::Clock));
        assert_eq!(check(&signed, "/sms/v1/receipts", body, 1_000_000), Err(Unsigned::Wrong));
        assert_eq!(check(&signed, path, b"{ }", 1_000_000), Err(Unsigned::Wrong));
        assert_eq!(check(&Signed { time: "1000001".into(), ..signed.clone() }, path, body, 1_000_000), Err(Unsigned::Wrong));
        assert_eq!(check(&Signed { id: "other".into(), ..signed.clone() }, path, body, 1_000_000), Err(Unsigned::Wrong));
        assert_eq!(check(&signed, path, body, 1_000_299), Ok(()));
        assert_eq!(check(&signed, path, body, 1_000_299), Err(Unsigned::Replayed));
        assert_eq!(check(&signed, path, body, 999_701), Err(Unsigned::Replayed), "a clock that is turned back forgets nothing");
        assert!(Secret::new("x", "short").is_err());
    }

    #[test]
    fn the_documented_example_is_what_is_computed() {
        let secret = Secret::new("qinghe", "an-example-secret-of-nobody").unwrap();
        let body = r#"{"id":"1","from":"13900001111","to":"10690931","text":"停水三天了"}"#.as_bytes();
        let signed = secret.sign("/sms/v1/messages", body, (Timestamp::from_second(1_795_953_600).unwrap(), [0; 16]));
        let documented = include_str!("../../../../../docs/sms-gateway.md");
        assert!(documented.contains(&signed.signature), "docs/sms-gateway.md must show {}", signed.signature);
    }
}
