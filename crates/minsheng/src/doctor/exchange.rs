//! Whether the other sites that matters are handed to, or come from, are there and know this one.

use std::time::Duration;

use channels::exchange::Sender;
use civic::file::FileStore;
use civic::hall::Hall;
use db::Fault;
use uuid::Uuid;

use super::Finding;
use crate::config::Config;

/// Longest time to wait for another site, in seconds.
const SECONDS_MAX: u64 = 10;

/// Asks each of them, with nothing in it.
pub(super) fn look(config: &Config, hall: &Hall) -> Result<Vec<Finding>, Fault> {
    let directory = hall.site.directory();
    if !directory.peers.values().any(|peer| peer.active) {
        return Ok(Vec::new());
    }
    let sender = Sender::new(Uuid::nil(), FileStore::open(config.files())?, Duration::from_secs(SECONDS_MAX));
    let asked = directory.peers.values().filter(|peer| peer.active).map(|peer| match sender.reach(hall, peer) {
        Ok(()) => Finding::good(
            format!("对接站“{}”通，签名对得上。", peer.name),
            format!("The other site {} answers, under its own signature.", peer.address),
        ),
        Err(why) => Finding::bad(
            format!("对接站“{}”不通（{}）：{why}", peer.name, peer.address),
            format!("The other site {} does not answer as it should: {why}", peer.address),
        ),
    });
    Ok(asked.collect())
}
