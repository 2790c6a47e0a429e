//! Whether the other sites that matters are handed to, or come from, are there and know this one.

use std::time::Duration;

use civic::hall::Hall;
use uuid::Uuid;

use super::Finding;
use crate::config::Config;

/// Longest time to wait for another site, in seconds.
const SECONDS_MAX: u64 = 10;

/// Asks each of them, with nothing in it.
pub(super) fn look(config: &Config, hall: &Hall) -> Vec<Finding> {
    let directory = hall.site.directory();
    if !directory.peers.values().any(|peer| peer.active) {
        return Vec::new();
    }
    let sender = match config.sender(Uuid::nil(), Duration::from_secs(SECONDS_MAX)) {
        Ok(sender) => sender,
        Err(fault) => {
            return vec![Finding::bad(format!("对接站一个也连不了：{fault}"), format!("No other site can be reached: {fault}"))];
        }
    };
    let asked = directory.peers.values().filter(|peer| peer.active).map(|peer| match sender.reach(hall, peer) {
        Ok(()) => Finding::good(
            format!("对接站“{}”通，签名对得上。", peer.name),
            format!("The other site {} answers, under its own signature.", peer.address),
        ),
        Err(why) => {
            let (zh, en) = words(&why);
            Finding::bad(
                format!("对接站“{}”不通（{}）：{zh}", peer.name, peer.address),
                format!("The other site {} does not answer as it should: {en}", peer.address),
            )
        }
    });
    asked.collect()
}

/// Says in words what stood in the way.
fn words(why: &str) -> (&str, &str) {
    match why {
        "timeout" => ("没有在时限内答复", "nothing came in time"),
        "unreachable" => ("连不上", "nobody is there"),
        "certificate" => (
            "证书不受信任；自建证书要在 [exchange] root 写明根证书",
            "its certificate is not trusted; [exchange] root names one of your own",
        ),
        "unsigned" => ("答复的不是它，签名对不上", "whoever answers is not that site"),
        "401" => ("它不认识本站，请核对双方的公钥", "it does not know this site: compare both keys (401)"),
        other => (other, other),
    }
}
