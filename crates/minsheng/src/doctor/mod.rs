//! The doctor: looks at everything an operator could have overlooked, changes nothing, and speaks in sentences.

use std::fmt;

use db::Fault;
use minsheng::decode;

use crate::config::Config;
use crate::{control, house};

mod chat;
mod data;
mod exchange;
mod hotline;
mod keys;
mod names;
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
            found.extend(exchange::look(config, &hall));
        }
        Err(fault) => found.push(Finding::bad(format!("数据打不开：{fault}"), format!("The data cannot be opened: {fault}"))),
    }
    found.push(cage());
    found.extend(outside::look(config));
    Ok(found)
}

/// Looks whether a child that looks into files is closed in on this machine.
fn cage() -> Finding {
    match decode::look() {
        Ok(look) if look.is_shut() => Finding::good(
            "附件在封闭的子进程里检查：打不开别的文件，连不上网，起不了别的程序。",
            "Files are looked into by a closed child: it opens no file, reaches no network, starts no program.",
        ),
        Ok(look) => {
            let open: Vec<String> = look.survived.iter().map(|attempt| attempt.word()).collect();
            let (holds, open) = (look.cage, open.join(" "));
            Finding::bad(
                format!(
                    "检查附件的子进程没有封住（{holds}；做成了：{open}）。请换用 Linux 5.13 以上、开启 landlock 和 seccomp 的内核。"
                ),
                format!(
                    "The child that looks into files is not closed ({holds}; it could: {open}). Use a kernel of Linux 5.13 or newer with landlock and seccomp."
                ),
            )
        }
        Err(fault) => Finding::bad(
            format!("检查附件的子进程起不来，附件一个也收不了：{fault}"),
            format!("The child that looks into files cannot be started, so no file is taken: {fault}"),
        ),
    }
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
