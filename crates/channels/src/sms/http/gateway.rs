//! Handing messages to a gateway.

use std::collections::BTreeMap;
use std::time::Duration;

use civic::chance;
use civic::hall::Hall;
use db::Fault;
use serde_json::{Value, json};

use super::sign::Secret;
use crate::sms::Outgoing;
use crate::worker::NotSent;

/// Largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 65_536;

/// Is the way to a gateway.
#[derive(Clone)]
pub struct Gateway {
    agent: ureq::Agent,
    url: String,
    path: String,
    secret: Secret,
    /// The gateway's names of our templates: Chinese carriers send none that they have not seen before.
    templates: BTreeMap<String, String>,
}

impl Gateway {
    /// Prepares the way.
    pub fn new(url: &str, secret: Secret, templates: BTreeMap<String, String>, wait: Duration) -> Result<Self, Fault> {
        let rest = url.split_once("://").map(|(_, rest)| rest).filter(|rest| !rest.is_empty());
        let rest = rest.ok_or_else(|| Fault::other(format!("{url} is no address of a gateway")))?;
        let path = rest.find('/').map_or("/", |at| &rest[at..]).to_owned();
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(wait))
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent("minsheng")
            .build()
            .into();
        Ok(Self { agent, url: url.to_owned(), path, secret, templates })
    }

    /// Hands a message over. Its id is the same each time, so a gateway that took it before says so and sends it once.
    pub fn send(&self, hall: &Hall, (out, sign): (&Outgoing, &str)) -> Result<Vec<String>, NotSent> {
        let facts: serde_json::Map<String, Value> =
            out.facts.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
        let template = self.templates.get(&out.template);
        // what is not asked for is not told: a template's gaps go to a gateway that has the template
        let params = if template.is_some() { facts } else { serde_json::Map::new() };
        let body = json!({
            "id": out.id, "to": out.to, "sign": sign, "text": out.text, "template": template, "params": params,
        });
        let body = body.to_string();
        let nonce = chance::bytes(&mut hall.site.chance());
        let signed = self.secret.sign(&self.path, body.as_bytes(), (hall.clock.now(), nonce));
        let asked = self
            .agent
            .post(&self.url)
            .header("Content-Type", "application/json")
            .header("X-Minsheng-Key", &signed.id)
            .header("X-Minsheng-Time", &signed.time)
            .header("X-Minsheng-Nonce", &signed.nonce)
            .header("X-Minsheng-Signature", &signed.signature)
            .send(body.as_bytes());
        let later = |why: &str| NotSent::Later(why.to_owned());
        let mut answer = asked.map_err(|error| match error {
            ureq::Error::Timeout(_) => later("the gateway did not answer in time"),
            _ => later("the gateway cannot be reached"),
        })?;
        let status = answer.status().as_u16();
        match status {
            // 409: it took this message before
            200..=299 | 409 => {
                let read = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec().unwrap_or_default();
                let said: Value = serde_json::from_slice(&read).unwrap_or_default();
                Ok(said["id"].as_str().filter(|id| !id.is_empty()).map(|id| vec![id.to_owned()]).unwrap_or_default())
            }
            400 | 404 | 410 | 413 | 422 => Err(NotSent::Never(format!("the gateway answered {status}"))),
            _ => Err(later(&format!("the gateway answered {status}"))),
        }
    }
}
