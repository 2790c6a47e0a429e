//! Asking the other end by requests, where it takes them (OneBot 11, "HTTP").

use std::time::Duration;

use db::Fault;
use serde_json::Value;

use super::hub::{Unasked, outcome};

/// Largest answer, in bytes.
const ANSWER_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Is the way of requests to the other end.
#[derive(Clone)]
pub struct Api {
    agent: ureq::Agent,
    base: String,
    token: String,
}

impl Api {
    /// Prepares it; `base` is the address that the name of each action is put behind.
    pub fn new(base: &str, token: &str, wait: Duration) -> Result<Self, Fault> {
        if !base.contains("://") {
            return Err(Fault::other(format!("{base} is no address of requests")));
        }
        let config = ureq::Agent::config_builder().timeout_global(Some(wait)).http_status_as_error(false).max_redirects(0);
        let agent = config.user_agent("minsheng").build().into();
        Ok(Self { agent, base: base.trim_end_matches('/').to_owned(), token: token.to_owned() })
    }

    /// Asks for something. Blocks.
    pub(super) fn ask(&self, action: &str, params: &Value) -> Result<Value, Unasked> {
        let asked = self
            .agent
            .post(format!("{}/{action}", self.base))
            .header("Content-Type", "application/json")
            .header("Authorization", &format!("Bearer {}", self.token))
            .send(params.to_string().as_bytes());
        let mut answer = match asked {
            Ok(answer) => answer,
            // nobody took the request
            Err(ureq::Error::ConnectionFailed | ureq::Error::HostNotFound) => return Err(Unasked::Away),
            Err(ureq::Error::Io(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => return Err(Unasked::Away),
            Err(_) => return Err(Unasked::Unknown),
        };
        match answer.status().as_u16() {
            200..300 => {}
            404 => return Err(Unasked::Refused(1_404)),
            status => return Err(Unasked::Refused(i64::from(status))),
        }
        let read = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec().map_err(|_| Unasked::Unknown)?;
        outcome(&serde_json::from_slice(&read).map_err(|_| Unasked::Unknown)?)
    }
}
