//! Rotating the site key: a new version is added, every matter key is wrapped anew. Old versions stay, for older backups.

use std::fmt;

use civic::hall::Hall;
use civic::vault::KeyFiles;
use db::Fault;

use crate::chance;
use crate::config::Config;

/// Matter keys that are wrapped anew in one transaction, so that filing goes on between two of them.
const KEYS_AT_ONCE: i64 = 500;

/// Says what was done.
pub(crate) struct Rotated {
    version: usize,
    keys: usize,
}

impl fmt::Display for Rotated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version, keys } = self;
        write!(
            f,
            "站点密钥已换为第 {version} 版，{keys} 个事项密钥已重新包裹。 The site key is now version {version}; {keys} keys wrapped anew."
        )
    }
}

/// Adds the next site key and wraps everything under it. One that was broken off is finished by the next.
pub(crate) fn rotate(config: &Config, hall: &Hall) -> Result<Rotated, Fault> {
    let files = KeyFiles::at(config.keys());
    let version = files.rotate_site(&mut chance::fresh()?)?;
    let keystore = &hall.site.keystore;
    keystore.renew_site(files.load()?.site);
    let mut keys = 0;
    loop {
        match keystore.rewrap(KEYS_AT_ONCE)? {
            0 => return Ok(Rotated { version, keys }),
            done => keys += done,
        }
    }
}
