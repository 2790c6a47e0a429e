//! The doctor: looks at everything an operator could have overlooked, changes nothing, and speaks in sentences.

use std::fmt;

use db::Fault;

use crate::config::Config;
use crate::{control, house};

mod data;
mod keys;
mod outside;
mod witnesses;

/// Says how grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    /// As it should be.
    Good,
    /// Works now, but somebody should see to it.
    Warning,
    /// Does not work, or people's data is not safe.
    Bad,
}

/// Is one sentence about the site's health, in both languages.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    /// How grave it is.
    pub grade: Grade,
    zh: String,
    en: String,
}

impl Finding {
    fn good(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { grade: Grade::Good, zh: zh.into(), en: en.into() }
    }

    fn warning(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { grade: Grade::Warning, zh: zh.into(), en: en.into() }
    }

    fn bad(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { grade: Grade::Bad, zh: zh.into(), en: en.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.grade {
            Grade::Good => "好 ok  ",
            Grade::Warning => "注意 !!",
            Grade::Bad => "坏 BAD ",
        };
        write!(f, "{mark} {}\n        {}", self.zh, self.en)
    }
}

/// Looks at everything. A part that cannot be looked at is a finding itself.
pub(crate) fn look(config: &Config) -> Result<Vec<Finding>, Fault> {
    let mut found = vec![version(), serving(config)?];
    found.push(match config.check_listen() {
        Ok(()) => {
            Finding::good("对外只用加密方式，或只在本机监听。", "Outsiders are served over TLS only, or this machine alone is.")
        }
        Err(fault) => Finding::bad(format!("监听设置不安全：{fault}"), fault.to_string()),
    });
    found.extend(keys::look(config));
    match house::look(config) {
        Ok(hall) => {
            found.extend(data::look(config, &hall)?);
            found.extend(witnesses::look(config, &hall)?);
        }
        Err(fault) => found.push(Finding::bad(format!("数据打不开：{fault}"), format!("The data cannot be opened: {fault}"))),
    }
    found.extend(outside::look(config));
    Ok(found)
}

fn version() -> Finding {
    let version = env!("CARGO_PKG_VERSION");
    Finding::good(format!("程序版本 {version}。"), format!("Program version {version}."))
}

fn serving(config: &Config) -> Result<Finding, Fault> {
    Ok(match control::order(config, control::PING)? {
        Some(_) => Finding::good("服务正在运行。", "The site is being served."),
        None => Finding::warning("服务没有运行。", "Nobody serves the site at this moment."),
    })
}
