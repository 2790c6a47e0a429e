//! Recordings that lie with the exchange, fetched by their reference: only from the place that the configuration names.

use std::time::Duration;

use civic::chance;
use civic::hall::Hall;
use db::Fault;

use super::RECORDING_BYTES_MAX;
use crate::sms::http::Secret;

/// Longest reference, in characters.
const REFERENCE_CHARS_MAX: usize = 200;
/// How long an exchange may take to hand a recording over.
const WAIT: Duration = Duration::from_mins(1);

/// Is where an exchange keeps its recordings.
#[derive(Clone)]
pub struct Shelf {
    agent: ureq::Agent,
    base: String,
    path: String,
    secret: Secret,
}

/// Says why a recording was not fetched.
pub(super) enum NotThere {
    /// Worth another try.
    Later(String),
    /// It will never be there, or may not be taken.
    Never(&'static str),
}

impl Shelf {
    /// Prepares the way; `base` ends with a slash.
    pub fn new(base: &str, secret: Secret) -> Result<Self, Fault> {
        let rest = base.split_once("://").map(|(_, rest)| rest).filter(|rest| rest.ends_with('/'));
        let rest = rest.ok_or_else(|| Fault::other(format!("{base} is no place of recordings: it must end with a slash")))?;
        let path = rest.find('/').map_or("/", |at| &rest[at..]).to_owned();
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(WAIT))
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent("minsheng")
            .build()
            .into();
        Ok(Self { agent, base: base.to_owned(), path, secret })
    }

    /// Fetches a recording.
    pub(super) fn fetch(&self, hall: &Hall, reference: &str) -> Result<Vec<u8>, NotThere> {
        if !is_plain(reference) {
            return Err(NotThere::Never("odd_reference"));
        }
        let nonce = chance::bytes(&mut hall.site.chance());
        let signed = self.secret.sign_get(&format!("{}{reference}", self.path), (hall.clock.now(), nonce));
        let asked = self
            .agent
            .get(format!("{}{reference}", self.base))
            .header("X-Minsheng-Key", &signed.id)
            .header("X-Minsheng-Time", &signed.time)
            .header("X-Minsheng-Nonce", &signed.nonce)
            .header("X-Minsheng-Signature", &signed.signature)
            .call();
        let mut answer = asked.map_err(|_| NotThere::Later("the exchange's recordings cannot be reached".to_owned()))?;
        match answer.status().as_u16() {
            200 => {}
            404 | 410 => return Err(NotThere::Never("recording_gone")),
            status => return Err(NotThere::Later(format!("the exchange answered {status} for a recording"))),
        }
        // one byte more than may come, so that what is cut off is not taken for the whole
        let read = answer.body_mut().with_config().limit(RECORDING_BYTES_MAX as u64 + 1).read_to_vec();
        match read {
            Ok(bytes) if bytes.len() <= RECORDING_BYTES_MAX => Ok(bytes),
            Ok(_) | Err(ureq::Error::BodyExceedsLimit(_)) => Err(NotThere::Never("recording_large")),
            Err(_) => Err(NotThere::Later("a recording broke off".to_owned())),
        }
    }
}

/// Tells whether a reference names something below the place of recordings, and nothing else.
pub(super) fn is_plain(reference: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty() && !part.starts_with('.') && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    reference.len() <= REFERENCE_CHARS_MAX && reference.split('/').all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_leads_nowhere_else() {
        assert!(is_plain("2026/11/29/a-1.wav"));
        for odd in ["", "/a", "../a", "a/../b", "a//b", "http://other.example/a", "a?b", "a#b", "a%2e", ".hidden", "a b", "a@b"] {
            assert!(!is_plain(odd), "{odd}");
        }
        assert!(Shelf::new("https://pbx.example/rec", Secret::new("x", "0123456789abcdef").unwrap()).is_err());
    }
}
