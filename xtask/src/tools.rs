//! What the tests need from the machine: found, installed where this is allowed, or named exactly.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Outcome, answer, program, root, run};

/// The accessibility checker, pinned: a newer one finds other things.
const AXE: &str = "axe-core@4.10.3";
/// A message centre for short messages, pinned: it is the other side of a conversation, which changes with it.
const SMPP: &str = "smpp@0.5.1";

/// Libraries of others, pinned: those that bots of group chat are written with, and clients of Open311 (`three` reads XML with `lxml`).
const PEERS: [&str; 7] = [
    "aiocqhttp==1.4.4",
    "nonebot2==2.5.0",
    "nonebot-adapter-onebot==2.4.6",
    "websockets==17.4",
    "three==0.8.0",
    "georeport==0.3.1",
    "lxml==6.1.3",
];

/// Is where the tools are.
#[derive(Debug, Clone)]
pub struct Tools {
    /// Folder of `initdb` and `postgres`.
    pub postgres: PathBuf,
    /// The browser.
    pub chromium: PathBuf,
    /// The browser's driver.
    pub chromedriver: PathBuf,
    /// The accessibility checker's script.
    pub axe: PathBuf,
}

/// Is one thing the machine must have: what to call it, its Debian packages, and whether it is there.
struct Need {
    name: &'static str,
    packages: &'static [&'static str],
    found: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need { name: "the PostgreSQL server (initdb, postgres)", packages: &["postgresql"], found: || postgres().is_some() },
    Need { name: "the browser Chromium", packages: &["chromium"], found: || chromium().is_some() },
    Need { name: "chromedriver", packages: &["chromium-driver"], found: || chromedriver().is_some() },
    Need { name: "a font with Chinese characters", packages: &["fonts-noto-cjk", "fontconfig"], found: chinese_font },
    Need { name: "python3 (for docs/verify.py)", packages: &["python3"], found: || on_path("python3").is_some() },
    Need { name: "aiosmtpd, a mail server in Python", packages: &["python3-aiosmtpd"], found: mail_server },
    Need {
        name: "python3 (for docs/verify.py and the mail server of tests)",
        packages: &["python3"],
        found: || on_path("python3").is_some(),
    },
    Need {
        name: "clamd, the virus scanner of tests",
        packages: &["clamav-daemon"],
        found: || Path::new("/usr/sbin/clamd").is_file() || on_path("clamd").is_some(),
    },
    Need {
        name: "openssl, which makes the certificates of tests",
        packages: &["openssl"],
        found: || on_path("openssl").is_some(),
    },
    Need { name: "swaks, a mail client", packages: &["swaks"], found: || on_path("swaks").is_some() },
    Need { name: "dkimpy, which checks signatures of letters", packages: &["python3-dkim"], found: signatures },
    Need {
        name: "dovecot, a server of mailboxes",
        packages: &["dovecot-imapd"],
        found: || Path::new("/usr/sbin/dovecot").is_file(),
    },
    Need {
        name: "Postfix, a mail server",
        packages: &["postfix", "procps"],
        found: || Path::new("/usr/lib/postfix/sbin/master").is_file(),
    },
    Need { name: "venv, for libraries of others", packages: &["python3-venv"], found: || has_peers() || may_venv() },
    Need { name: "kill", packages: &["procps"], found: || on_path("kill").is_some() },
    Need { name: "setpriv", packages: &["util-linux"], found: || on_path("setpriv").is_some() },
    Need { name: "node (the message centre of tests)", packages: &["nodejs"], found: || on_path("node").is_some() },
    Need {
        name: "npm (for axe-core and smpp)",
        packages: &["nodejs", "npm"],
        found: || (axe().is_file() && smpp().is_file()) || on_path("npm").is_some(),
    },
];

/// Finds all tools; as root on Debian it installs those that are missing.
pub fn ready() -> Outcome<Tools> {
    if missing().next().is_some() && may_install() {
        let packages: Vec<&str> = missing().flat_map(|need| need.packages).copied().collect();
        run(&mut program("apt-get", &["update", "-q"]))?;
        let words = ["install", "-y", "-q", "--no-install-recommends"];
        run(program("apt-get", &words).args(packages).env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    let lacking: Vec<String> =
        missing().map(|need| format!("  {}: apt-get install {}", need.name, need.packages.join(" "))).collect();
    if !lacking.is_empty() {
        return Err(format!("The tests need what this machine does not have:\n{}", lacking.join("\n")));
    }
    if !axe().is_file() || !smpp().is_file() {
        // together: npm takes away what it was not asked for
        run(&mut program("npm", &["install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", AXE, SMPP]))?;
    }
    if !has_peers() {
        run(&mut program("python3", &["-m", "venv", "peers"]))?;
        run(program(&peers(), &["-m", "pip", "install", "-q", "--disable-pip-version-check"]).args(PEERS))?;
    }
    let found = || Some(Tools { postgres: postgres()?, chromium: chromium()?, chromedriver: chromedriver()?, axe: axe() });
    found().ok_or_else(|| "a tool that was there a moment ago is gone".to_owned())
}

fn missing() -> impl Iterator<Item = &'static Need> {
    NEEDS.iter().filter(|need| !(need.found)())
}

fn may_install() -> bool {
    is_root() && on_path("apt-get").is_some()
}

/// Tells whether this process runs as root.
pub fn is_root() -> bool {
    answer("id", &["-u"]).as_deref() == Some("0")
}

/// Finds the newest server binaries: where Debian puts them, else on the path.
fn postgres() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let mut folders: Vec<PathBuf> =
        versions.chain(on_path("initdb").and_then(|path| path.parent().map(Path::to_owned))).collect();
    folders.retain(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file());
    folders.sort_by_key(|folder| folder.iter().rev().nth(1).and_then(|part| part.to_str()?.parse::<u32>().ok()));
    folders.pop()
}

fn chromium() -> Option<PathBuf> {
    on_path("chromium").or_else(|| on_path("chromium-browser")).or_else(|| on_path("google-chrome"))
}

fn chromedriver() -> Option<PathBuf> {
    on_path("chromedriver")
}

fn chinese_font() -> bool {
    answer("fc-list", &[":lang=zh-cn", "family"]).is_some_and(|fonts| !fonts.is_empty())
}

/// The mail server that tests send to is Debian's own, for Debian's own Python.
fn mail_server() -> bool {
    answer("/usr/bin/python3", &["-c", "import aiosmtpd"]).is_some()
}

/// What checks signatures is Debian's own, too.
fn signatures() -> bool {
    answer("/usr/bin/python3", &["-c", "import dkim"]).is_some()
}

fn axe() -> PathBuf {
    root().join("node_modules/axe-core/axe.min.js")
}

fn smpp() -> PathBuf {
    root().join("node_modules/smpp/lib/smpp.js")
}

/// Programs of others live apart from Debian's Python, which has none of their libraries.
fn peers() -> String {
    root().join("peers/bin/python").display().to_string()
}

/// Tells whether all libraries are there; `three` is of an older Python, and is only looked for.
fn has_peers() -> bool {
    let words = "import importlib.util, aiocqhttp, nonebot, nonebot.adapters.onebot, websockets, georeport, lxml; \
                 assert importlib.util.find_spec('three')";
    Path::new(&peers()).is_file() && answer(&peers(), &["-c", words]).is_some()
}

fn may_venv() -> bool {
    answer("python3", &["-c", "import ensurepip, venv"]).is_some()
}

/// Finds a program.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}
