//! Who else looks at the log: how far the published checkpoint is behind, and which witness did not cosign.

use civic::hall::Hall;
use civic::journal;
use db::Fault;
use jiff::Timestamp;

use super::Finding;
use crate::config::Config;

/// Looks at the newest cosigned checkpoint.
pub(super) fn look(config: &Config, hall: &Hall) -> Result<Vec<Finding>, Fault> {
    if config.witnesses.peers.is_empty() {
        return Ok(vec![Finding::warning(
            "公开日志没有见证方；日志密钥一旦被盗，只有保存过检查点的人才看得出。",
            "No witness cosigns the public log: if its key is stolen, only people who kept a checkpoint notice.",
        )]);
    }
    let jurisdiction = hall.site.jurisdiction;
    let read = move |tx: &mut db::Tx<'_>| {
        Ok::<_, Fault>((journal::head(tx, jurisdiction)?, journal::witnessed(tx, jurisdiction)?.unwrap_or_default()))
    };
    let (head, (size, note)) = hall.store.read_blocking(read)?;
    let newest = head.map_or(0, |(size, _)| size);
    let mut found = vec![match newest - size.min(newest) {
        0 => Finding::good("最新的检查点已有联署。", "The newest checkpoint is cosigned."),
        behind => Finding::warning(
            format!("联署到第 {size} 条，还差 {behind} 条；需要联署时，公布的是较早的检查点。"),
            format!(
                "Cosigned up to entry {size}, {behind} behind; where witnesses are required the older checkpoint is published."
            ),
        ),
    }];
    for peer in &config.witnesses.peers {
        let witness = peer.witness().map_err(Fault::other)?;
        let name = witness.name();
        found.push(match witness.find(&note).ok().flatten() {
            Some(cosignature) => {
                let at = i64::try_from(cosignature.at).ok().and_then(|at| Timestamp::from_second(at).ok()).unwrap_or_default();
                Finding::good(format!("见证方 {name} 已于 {at} 联署。"), format!("The witness {name} cosigned at {at}."))
            }
            None => Finding::warning(
                format!("见证方 {name} 没有联署最近一次的检查点；请联系它的运维人员。"),
                format!("The witness {name} did not cosign the last cosigned checkpoint; ask its operator."),
            ),
        });
    }
    Ok(found)
}
