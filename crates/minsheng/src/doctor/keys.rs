//! Key files: are they there, and does nobody else read them?

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use civic::vault::KeyFiles;

use super::Finding;
use crate::config::Config;

/// Bits of a mode that let the group or others in.
const OTHERS: u32 = 0o077;

/// Looks at the key folder.
pub(super) fn look(config: &Config) -> Vec<Finding> {
    let folder = config.keys();
    let mut above = true;
    let mut found = vec![match KeyFiles::at(&folder).load() {
        Ok(keys) => {
            let versions = keys.site.len();
            above = keys.above.is_some();
            Finding::good(
                format!("密钥齐全，站点密钥第 {versions} 版。"),
                format!("All keys are there; the site key is version {versions}."),
            )
        }
        Err(fault) => Finding::bad(format!("密钥不全：{fault}"), format!("Keys are missing: {fault}")),
    }];
    let secret = |path: &Path| path.extension().is_some_and(|ending| ending == "key");
    let open = fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()).filter(|path| secret(path));
    for path in open.filter(|path| lets_others_in(path)) {
        let path = path.display();
        found.push(Finding::bad(
            format!("{path} 可被他人读取；请执行 chmod 600。"),
            format!("{path} can be read by others; run chmod 600 on it."),
        ));
    }
    if lets_others_in(&config.data) {
        let path = config.data.display();
        found.push(Finding::warning(
            format!("数据目录 {path} 可被他人进入；请执行 chmod 700。"),
            format!("Others may enter the data folder {path}; run chmod 700 on it."),
        ));
    }
    if !above {
        found.push(Finding::warning(
            "没有登记监督机关上一级的密钥：监督机关自己办的事，有人因此被为难，这里收不了（minsheng key above）。",
            "No key of the body above the supervising body is kept: pressure because of what that one has itself cannot be told here \
             (minsheng key above).",
        ));
    }
    let supervisor = config.data.join("supervisor.key");
    if supervisor.exists() {
        found.push(Finding::warning(
            "监督机关的密钥还在本机；请移交后删除。",
            format!("The supervising body's key still lies in {}; hand it over and delete it here.", supervisor.display()),
        ));
    }
    found
}

fn lets_others_in(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|about| about.permissions().mode() & OTHERS != 0)
}
