//! Fetching a site's log over HTTP, with a limit on everything.

use std::time::Duration;

use db::{Context, Fault};
use tlog::Tile;
use tlog::note::NOTE_BYTES_MAX;

use super::tree::TILE_HASHES;

/// Longest time for one request, in seconds.
const REQUEST_SECONDS_MAX: u64 = 60;
/// Largest tile, in bytes.
const TILE_BYTES_MAX: usize = 8_192;
/// Largest entry bundle, in bytes: each entry behind its length.
const BUNDLE_BYTES_MAX: usize = TILE_HASHES * (2 + 512);

/// Largest answer with all statements of figures, in bytes.
const STATEMENTS_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Is the log of a site.
pub(crate) struct Remote {
    agent: ureq::Agent,
    base: String,
}

impl Remote {
    /// Points at a site, or at its log.
    pub(crate) fn at(url: &str) -> Self {
        Self::within(url, Duration::from_secs(REQUEST_SECONDS_MAX))
    }

    /// Points at a site that has to answer within some time.
    pub(crate) fn within(url: &str, longest: Duration) -> Self {
        let timeout = Some(longest);
        let agent = ureq::Agent::config_builder().timeout_global(timeout).user_agent("minsheng-verify").build().into();
        let url = url.trim_end_matches('/');
        let base = if url.ends_with("/log") { url.to_owned() } else { format!("{url}/log") };
        Self { agent, base }
    }

    /// Fetches the newest checkpoint.
    pub(crate) fn checkpoint(&self) -> Result<String, Fault> {
        self.text("checkpoint")
    }

    /// Fetches the verifier key that the site states about itself.
    pub(crate) fn vkey(&self) -> Result<String, Fault> {
        self.text("vkey").map(|key| key.trim().to_owned())
    }

    /// Fetches the figures that the site states about its offices.
    pub(crate) fn statements(&self) -> Result<Vec<u8>, Fault> {
        self.whole(&format!("{}/figures/statements", self.base.trim_end_matches("/log")), STATEMENTS_BYTES_MAX)
    }

    /// Fetches the hashes of a tile as bytes.
    pub(crate) fn tile(&self, level: u8, index: u64, width: usize) -> Result<Vec<u8>, Fault> {
        self.bytes(&Tile { level: Some(level), index, width: width as u16 }.to_string(), TILE_BYTES_MAX)
    }

    /// Fetches a bundle of `width` entries.
    pub(crate) fn bundle(&self, index: u64, width: usize) -> Result<Vec<u8>, Fault> {
        self.bytes(&Tile { level: None, index, width: width as u16 }.to_string(), BUNDLE_BYTES_MAX)
    }

    fn text(&self, path: &str) -> Result<String, Fault> {
        String::from_utf8(self.bytes(path, NOTE_BYTES_MAX)?).map_err(|_| Fault::other(format!("{path} is not text")))
    }

    fn bytes(&self, path: &str, bytes_max: usize) -> Result<Vec<u8>, Fault> {
        self.whole(&format!("{}/{path}", self.base), bytes_max)
    }

    fn whole(&self, url: &str, bytes_max: usize) -> Result<Vec<u8>, Fault> {
        let fetched = self.agent.get(url).call().and_then(|response| {
            let mut body = response.into_body();
            body.with_config().limit(bytes_max as u64).read_to_vec()
        });
        fetched
            .map_err(|error| Fault::other(format!("{url} cannot be fetched")).caused_by(error))
            .context("while reading the log")
    }
}
