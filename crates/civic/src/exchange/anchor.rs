//! The heads of lower sites' logs, entered into the log of the site above: whoever exchanged or shortened a lower log afterwards is contradicted
//! by one they do not hold. Once a day, with the comparison; anybody checks it (`minsheng verify URL --anchored-by URL`).

use db::{Fault, Tx};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tlog::checkpoint::Checkpoint;
use tlog::note::Verifier;
use uuid::Uuid;

use crate::chance::Chance;
use crate::directory::Peer;
use crate::journal::{self, Actor, OwnEvent};
use crate::refusal::{No, Refusal};
use crate::site::Site;

/// Where a site above takes the head of a lower log; below the address of the exchange.
pub const PATH: &str = "/exchange/1/head";
/// Kind code of the entry.
pub const KIND: &str = "anchored";
/// Longest request, in bytes.
pub const HEAD_BYTES_MAX: usize = 64 * 1024;

/// Is the newest published head of a log, with the key that checks its signature. That both are the sender's says the request's own signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The verifier key of the log.
    pub vkey: String,
    /// The signed checkpoint.
    pub note: String,
}

/// Is a head that was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchored {
    /// The name of the lower log.
    pub origin: String,
    /// How many entries it had.
    pub size: u64,
    /// Its root, base64.
    pub root: String,
    /// Whether it was another one, or shorter, than one entered before.
    pub differs: bool,
    /// When it was entered.
    pub at: Timestamp,
}

/// Says what became of a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Took {
    /// It was entered.
    Entered,
    /// It stands there already.
    Known,
}

/// Returns the head of this site's log as others see it. `None` before the first is published.
pub fn head(tx: &mut Tx<'_>, site: &Site) -> Result<Option<Head>, Fault> {
    let published = journal::published(tx, site)?;
    Ok(published.map(|(_, note)| Head { vkey: site.vkey(), note }))
}

/// Enters the head of a lower log. One that is shorter than one before, or another of the same size, is entered as such: the entry is what
/// contradicts it.
pub fn take(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (peer, head): (&Peer, &Head),
) -> Result<Took, No> {
    if peer.above {
        return Err(Refusal::new("anchor_from_above").instead("ask_administrator").into());
    }
    let wrong = || Refusal::new("anchor_wrong").instead("ask_administrator");
    let verifier = Verifier::parse(head.vkey.trim()).map_err(|_| wrong())?;
    let checkpoint = Checkpoint::open(&head.note, &verifier).map_err(|_| wrong())?;
    let (stream, root) = (stream(site, peer.id), data_encoding::BASE64.encode(&checkpoint.root));
    let past = past(tx, site, stream)?;
    let same = |one: &Anchored| one.origin == checkpoint.origin && one.size == checkpoint.size && one.root == root;
    if past.last().is_some_and(same) {
        return Ok(Took::Known);
    }
    let of_log = past.iter().filter(|one| one.origin == checkpoint.origin);
    let differs = of_log.clone().any(|one| one.size == checkpoint.size && one.root != root)
        || of_log.map(|one| one.size).max().is_some_and(|size| checkpoint.size < size);
    let fields = Map::from_iter([
        ("n".to_owned(), json!(checkpoint.size)),
        ("o".to_owned(), json!(checkpoint.origin)),
        ("r".to_owned(), json!(root)),
        ("st".to_owned(), json!(if differs { "differs" } else { "seen" })),
    ]);
    let body = json!({"peer": peer.id, "vkey": head.vkey, "note": head.note});
    let version = past.len() as i64 + 1;
    let own = OwnEvent { stream, version, actor: Actor::System, kind: KIND, fields, body };
    journal::append_own(tx, site, (now, chance), own)?;
    Ok(Took::Entered)
}

/// Finds the newest head that a lower site sent. `None`: none came yet.
pub fn newest(tx: &mut Tx<'_>, site: &Site, peer: Uuid) -> Result<Option<Anchored>, Fault> {
    Ok(past(tx, site, stream(site, peer))?.pop())
}

fn stream(site: &Site, peer: Uuid) -> Uuid {
    journal::own_stream(&format!("minsheng/anchor/{}/{peer}", site.jurisdiction))
}

fn past(tx: &mut Tx<'_>, site: &Site, stream: Uuid) -> Result<Vec<Anchored>, Fault> {
    let read = |raw: &journal::Raw| {
        let fact: Value = serde_json::from_str(&raw.fact).ok()?;
        let text = |name: &str| fact["x"][name].as_str().map(str::to_owned);
        Some(Anchored {
            origin: text("o")?,
            size: fact["x"]["n"].as_u64()?,
            root: text("r")?,
            differs: fact["x"]["st"] == "differs",
            at: raw.at,
        })
    };
    let past = journal::of_matter(tx, site.jurisdiction, stream)?;
    past.iter().map(read).collect::<Option<_>>().ok_or_else(|| Fault::other("an entered head of a lower log cannot be read"))
}
