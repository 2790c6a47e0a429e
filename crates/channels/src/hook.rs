//! Telling programs of others what became of what they sent, by a signed request to the address they named: steps and days, never words or a
//! person (decision 0037). Documented in `docs/api.md`.

use std::time::Duration;

use appeals::shown::{self, Shown};
use civic::chance;
use civic::directory::{Client, Scope};
use civic::hall::Hall;
use civic::hook::{self, Hook};
use civic::lease::Lease;
use data_encoding::HEXLOWER;
use db::Fault;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::sms::http::Secret;

/// Names the job: one process does it at a time.
const JOB: &str = "hooks";
/// Changes told in one request, at most.
const CHANGES_MAX: i64 = 100;
/// Name of the secret in each request.
const KEY_NAME: &str = "hook";

/// Tells programs what they are to be told.
pub struct Teller {
    agent: ureq::Agent,
    holder: Uuid,
}

/// Counts what a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Requests that were taken.
    pub taken: usize,
    /// Programs that could not be told.
    pub failed: usize,
}

impl Teller {
    /// Prepares it: an answer is waited for so long.
    pub fn new(holder: Uuid, wait: Duration) -> Self {
        let config = ureq::Agent::config_builder().timeout_global(Some(wait)).http_status_as_error(false).max_redirects(0);
        Self { agent: config.user_agent("minsheng").build().into(), holder }
    }

    /// Tells each program its next changes. Asked again until nothing was taken.
    pub fn round(&self, hall: &Hall) -> Result<Round, Fault> {
        let directory = hall.site.directory();
        let wanted = |client: &&Client| client.may(Scope::Follow) && !client.hook.is_empty();
        let mut round = Round::default();
        for client in directory.clients.values().filter(wanted) {
            match self.tell(hall, client)? {
                Some(true) => round.taken += 1,
                Some(false) => round.failed += 1,
                None => {}
            }
        }
        Ok(round)
    }

    /// Tells a program; none where there is nothing to tell, or it is not its time.
    fn tell(&self, hall: &Hall, client: &Client) -> Result<Option<bool>, Fault> {
        let (site, now, id) = (hall.site.clone(), hall.clock.now(), client.id);
        let look = move |tx: &mut db::Tx<'_>| {
            let hook = hook::find(tx, &site, id)?;
            let rows = if hook.waits(now) { Vec::new() } else { shown::changed_rows(tx, &site, id, hook.place, CHANGES_MAX)? };
            Ok::<_, Fault>((hook, rows))
        };
        let (hook, rows) = hall.store.read_blocking(look)?;
        if hook.waits(now) || (rows.is_empty() && !hook.trial) {
            return Ok(None);
        }
        let (jurisdiction, job) = (hall.site.jurisdiction, (JOB, self.holder));
        let Some(lease) = hall.store.write_blocking(move |tx| Lease::take(tx, jurisdiction, job, now))? else { return Ok(None) };
        let answer = self.post(hall, client, &body(&hook, &rows));
        let place = rows.last().map_or(hook.place, |last| (last.changed_at, last.matter));
        let (site, now) = (hall.site.clone(), hall.clock.now());
        hall.store.write_blocking(move |tx| {
            // whoever has taken the job since tells it again, and notes it
            if !lease.holds(tx, site.jurisdiction)? || hook::find(tx, &site, id)?.place != hook.place {
                return Ok(None);
            }
            match answer {
                Ok(()) => hook::told(tx, &site, id, place, now).map(|()| Some(true)),
                Err(why) => hook::failed(tx, &site, id, &why, (&hook, now)).map(|()| Some(false)),
            }
        })
    }

    fn post(&self, hall: &Hall, client: &Client, body: &str) -> Result<(), String> {
        let secret = Secret::new(KEY_NAME, &hook::secret(&hall.site, client.id)).map_err(|fault| fault.to_string())?;
        let rest = client.hook.split_once("://").map_or("", |(_, rest)| rest);
        let path = rest.find('/').map_or("/", |at| &rest[at..]);
        let nonce = chance::bytes(&mut hall.site.chance());
        let signed = secret.sign(path, body.as_bytes(), (hall.clock.now(), nonce));
        let asked = self.agent.post(&client.hook).header("Content-Type", "application/json");
        let asked = asked.header("X-Minsheng-Key", &signed.id).header("X-Minsheng-Time", &signed.time);
        let asked = asked.header("X-Minsheng-Nonce", &signed.nonce).header("X-Minsheng-Signature", &signed.signature);
        let answer = asked.send(body.as_bytes()).map_err(|error| match error {
            ureq::Error::Timeout(_) => "timeout".to_owned(),
            _ => "unreachable".to_owned(),
        })?;
        let status = answer.status().as_u16();
        if (200..300).contains(&status) { Ok(()) } else { Err(status.to_string()) }
    }
}

/// Writes what is told. The name of a request is that of its content, so that one told twice is known.
fn body(hook: &Hook, rows: &[Shown]) -> String {
    let items: Vec<Value> = rows.iter().map(item).collect();
    let id = HEXLOWER.encode(&Sha256::digest(Value::Array(items.clone()).to_string())[..16]);
    json!({"id": id, "trial": hook.trial && items.is_empty(), "items": items}).to_string()
}

fn item(row: &Shown) -> Value {
    json!({
        "number": row.number, "state": row.stage, "open": row.is_open, "owner": row.owner, "place": row.place, "due": row.due,
        "received_at": row.received_at.to_string(), "changed_at": row.changed_at.to_string(),
    })
}
