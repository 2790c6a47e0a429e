//! The section `[witnesses]`: who cosigns the log, and how many must have before a checkpoint is published.

use serde::Deserialize;
use tlog::cosignature::Witness;

/// Witnesses asked at once.
const PEERS_MAX: usize = 16;

/// Is the table `[witnesses]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WitnessesSection {
    /// Cosignatures that a published checkpoint carries at least.
    #[serde(default)]
    pub required: usize,
    /// The witnesses.
    #[serde(default)]
    pub peers: Vec<PeerSection>,
}

/// Is one witness.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PeerSection {
    /// Its submission prefix: `/add-checkpoint` is put behind it.
    pub url: String,
    /// Its verifier key, as it was told by another way than this site's.
    pub vkey: String,
}

impl PeerSection {
    /// Reads the verifier key.
    pub(crate) fn witness(&self) -> Result<Witness, String> {
        Witness::parse(&self.vkey).map_err(|wrong| format!("witnesses.peers: {}: {wrong}", self.vkey))
    }
}

impl WitnessesSection {
    /// Refuses witnesses that could not be asked, and a number of them that can never be reached.
    pub(super) fn check(&self) -> Result<(), String> {
        let mut names = Vec::new();
        for peer in &self.peers {
            if !(peer.url.starts_with("https://") || peer.url.starts_with("http://")) {
                return Err(format!("witnesses.peers: {:?} is not an address that begins with https:// or http://", peer.url));
            }
            names.push(peer.witness()?.name().to_owned());
        }
        names.sort();
        names.dedup();
        if names.len() < self.peers.len() || names.len() > PEERS_MAX {
            return Err(format!("witnesses.peers must name at most {PEERS_MAX} witnesses, each under a name of its own"));
        }
        if self.required > self.peers.len() {
            return Err(format!("witnesses.required is {}, and there are {} witnesses", self.required, self.peers.len()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "witness.yunling.example+c1ab3d6d+BGbNYIuSi4jlDg7+qjP68cQ87+BylLC4fp/gq6ajz3Yz";

    fn section(required: usize, peers: &[(&str, &str)]) -> Result<(), String> {
        let peers = peers.iter().map(|(url, vkey)| PeerSection { url: (*url).into(), vkey: (*vkey).into() }).collect();
        WitnessesSection { required, peers }.check()
    }

    #[test]
    fn witnesses_that_cannot_be_asked_are_refused_with_words() {
        let good = ("https://witness.yunling.example", KEY);
        section(0, &[]).unwrap();
        section(1, &[good]).unwrap();
        assert!(section(1, &[]).unwrap_err().contains("there are 0 witnesses"));
        assert!(section(0, &[good, good]).unwrap_err().contains("a name of its own"));
        assert!(section(0, &[("ftp://a", KEY)]).unwrap_err().contains("https://"));
        assert!(section(0, &[(good.0, "nonsense")]).unwrap_err().contains("verifier key"));
    }
}
