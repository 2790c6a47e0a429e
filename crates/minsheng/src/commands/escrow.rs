use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use age::secrecy::{ExposeSecret, SecretString};
use age::x25519::Identity;
use appeals::sealed::ceremony::{self, LetIn};
use civic::hall::Hall;
use civic::refusal::No;
use civic::vault::{ABOVE_FILE, ESCROW_FILE, KeyFiles};
use db::{Context, Fault};
use zeroize::Zeroizing;

use super::Which;
use crate::control::{self, LET_IN, ORDER_BYTES_MAX};
use crate::house;
use crate::init::supervisor::{Supervisor, recipient};

/// Holders of escrow keys.
const HOLDERS: usize = 3;
/// Says in an order that what may mean the handler is opened too.
const UNCLEAR: &str = "unclear";
/// Says in an order that it is not.
const CLEAR: &str = "clear";
/// How dear a passphrase may be to try at most, as a power of two: 4 GiB of memory and half a minute.
const WORK_FACTOR_MAX: u8 = 22;
/// How a file begins that has a passphrase over it.
const LOCKED: &[u8] = b"age-encryption.org/";

/// 指定保管应急密钥的三个人；以后来的检举控告，经办人都打不开时，任何两位一起才能打开。
/// Names the three holders of escrow keys; of accusations from now on, any two of them together let a handler in.
#[derive(Debug, clap::Args)]
pub(crate) struct Name {
    #[command(flatten)]
    which: Which,
    /// 三位保管人自己生成的公钥（age1…）。 Public keys that the three holders made themselves (age1…).
    #[arg(long, value_name = "AGE1", num_args = HOLDERS, conflicts_with = "make", required_unless_present = "make")]
    holders: Vec<String>,
    /// 在此生成三把密钥，写入该文件夹，请分别当面移交并从本机删除。
    /// Makes the three keys here, in a folder; hand each over in person and delete it here.
    #[arg(long, value_name = "FOLDER")]
    make: Option<PathBuf>,
}

/// 登记监督机关上一级的密钥：监督机关自己办的事，有人因此被为难，就交给上一级看。
/// Keeps the key of the body above the supervising body: pressure because of what the supervising body has itself is told there.
#[derive(Debug, clap::Args)]
pub(crate) struct Above {
    #[command(flatten)]
    which: Which,
    /// 上一级自己生成的公钥（age1…）。 The public key that the body above made itself (age1…).
    #[arg(value_name = "AGE1", conflicts_with = "make", required_unless_present = "make")]
    key: Option<String>,
    /// 在此生成密钥，写入该文件，请当面移交上一级并从本机删除。
    /// Makes the key here, in a file; hand it over to the body above in person and delete it here.
    #[arg(long, value_name = "FILE")]
    make: Option<PathBuf>,
}

/// 用应急密钥接纳一位检举控告经办人；会留下公开记录，服务运行时也可进行。
/// Lets a handler of accusations in with the escrow keys; it leaves a public entry; also while the site is served.
#[derive(Debug, clap::Args)]
pub(crate) struct Admit {
    #[command(flatten)]
    which: Which,
    /// 经办人的用户名；本人须先进入过检举控告页面。 The handler's log-in name; they must have been to the page of accusations.
    login: String,
    /// 保管人带来的密钥文件，每人一次；没有指定保管人时，用监督机关的密钥文件。
    /// Key files that the holders brought, one each; without holders, the supervising body's key file.
    #[arg(long = "key", value_name = "FILE", required = true)]
    keys: Vec<PathBuf>,
    /// 密钥文件的口令所在的文件，取首行；顺序与密钥文件一致。
    /// Files whose first line is the passphrase of a key file, in the order of those.
    #[arg(long = "passphrase-file", value_name = "FILE")]
    passphrases: Vec<PathBuf>,
    /// 连同内容可能提到这位经办人、又没有别人能打开的：由保管人一起判断。
    /// Also what may mean this handler and nobody else can open: the holders judge that together.
    #[arg(long)]
    unclear: bool,
}

/// Names the holders.
pub(crate) fn name(args: &Name) -> Result<ExitCode, Fault> {
    let config = args.which.read()?;
    let mut holders = Vec::new();
    for number in 0..HOLDERS {
        let from = match &args.make {
            Some(folder) => Supervisor::Make { file: folder.join(format!("escrow-{}.key", number + 1)), passphrase: None },
            None => Supervisor::Made(args.holders[number].clone()),
        };
        holders.push(recipient(&from)?);
    }
    let mut distinct = holders.clone();
    distinct.sort();
    distinct.dedup();
    if distinct.len() < HOLDERS {
        return Err(Fault::other("三把密钥必须各不相同。 The three keys must be three different ones"));
    }
    KeyFiles::at(config.keys()).keep(ESCROW_FILE, &format!("{}\n", holders.join("\n")))?;
    println!(
        "已指定三位保管人；重启服务后生效。以前的检举控告仍须用原来的密钥，请继续保管。\n\
         The three holders are named; restart the service for it to hold. Earlier accusations still need the earlier key: keep it."
    );
    if let Some(folder) = &args.make {
        println!("三把密钥在 {folder}：请分别当面移交，并从本机删除。", folder = folder.display());
        println!("The three keys are in {folder}: hand each over in person and delete it here.", folder = folder.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Keeps the key of the body above.
pub(crate) fn above(args: &Above) -> Result<ExitCode, Fault> {
    let config = args.which.read()?;
    let from = match &args.make {
        Some(file) => Supervisor::Make { file: file.clone(), passphrase: None },
        None => Supervisor::Made(args.key.clone().unwrap_or_default()),
    };
    let key = recipient(&from)?;
    let keys = KeyFiles::at(config.keys());
    let own = keys.load()?;
    if own.supervisor == key || own.escrow.contains(&key) {
        return Err(Fault::other("这是监督机关自己的密钥。 This is a key of the supervising body itself"));
    }
    keys.keep(ABOVE_FILE, &format!("{key}\n"))?;
    println!(
        "已登记；重启服务后生效。上一级单位就是监督机关的上级单位，还须有检举控告经办人。\n\
         Kept; restart the service for it to hold. The body above is the office above the supervising one; it needs handlers of \
         accusations of its own."
    );
    Ok(ExitCode::SUCCESS)
}

/// Lets a handler in.
pub(crate) fn admit(args: &Admit) -> Result<ExitCode, Fault> {
    let config = args.which.read()?;
    let mut came = Vec::new();
    for (number, file) in args.keys.iter().enumerate() {
        came.push(brought(file, args.passphrases.get(number))?);
    }
    let mut order = Zeroizing::new(String::with_capacity(ORDER_BYTES_MAX));
    let unclear = if args.unclear { UNCLEAR } else { CLEAR };
    order.push_str(&[LET_IN, &args.login, unclear].join(" "));
    for key in &came {
        order.push(' ');
        order.push_str(key.to_string().expose_secret());
    }
    // without a serving process the lock is ours for the time
    let done = match control::order(&config, &order)? {
        Some(answer) => answer,
        None => let_in(&house::open(&config)?, &args.login, (&came, args.unclear))?,
    };
    let [opened, kept_out, unclear, other_keys] = counts(&done)?;
    println!(
        "已接纳。新打开 {opened} 件；与本人或其上下级有关、不能打开的 {kept_out} 件；可能提到本人、没有打开的 {unclear} 件；要用别的密钥的 {other_keys} 件。\n\
         Let in. Opened: {opened}; kept out of, since they concern them or their line of command: {kept_out}; not opened, since they \
         may mean them: {unclear}; in need of other keys: {other_keys}."
    );
    Ok(ExitCode::SUCCESS)
}

/// Lets a handler in as whoever keeps the key files ordered it of the process that serves.
pub(crate) fn obey(hall: &Hall, order: &str) -> Result<String, Fault> {
    let mut words = order.split(' ');
    let (login, unclear) = (words.next().unwrap_or_default(), words.next() == Some(UNCLEAR));
    let came: Vec<Identity> = words.filter_map(ceremony::brought).collect();
    let_in(hall, login, (&came, unclear))
}

/// Lets a handler in, and says how many accusations that opened and left closed.
fn let_in(hall: &Hall, login: &str, (came, unclear): (&[Identity], bool)) -> Result<String, Fault> {
    let site = hall.site.clone();
    let directory = site.directory();
    let staff = directory.staff.values().find(|staff| staff.active && staff.login == login);
    let staff = staff.ok_or_else(|| Fault::other(format!("没有用户 {login}。 There is nobody called {login}")))?.id;
    let (now, came) = (hall.clock.now(), came.to_vec());
    let done =
        hall.store.write_blocking(move |tx| ceremony::let_in(tx, &site, (now, &mut site.chance()), &came, (staff, unclear)));
    let LetIn { opened, kept_out, unclear, other_keys } = done.map_err(refused)?;
    Ok(format!("{opened} {kept_out} {unclear} {other_keys}"))
}

fn counts(done: &str) -> Result<[usize; 4], Fault> {
    let counts: Result<Vec<usize>, _> = done.split(' ').map(str::parse).collect();
    let counts = counts.ok().and_then(|counts| counts.try_into().ok());
    counts.ok_or_else(|| Fault::other(format!("the serving process answered what nobody asked: {done}")))
}

fn refused(no: No) -> Fault {
    let words = match no {
        No::Failed(fault) => return fault,
        No::Refused(refusal) if refusal.code == "escrow_keys" => {
            "带来的密钥不对，或者不够两把。 These are not the escrow keys, or there are fewer than two of them".to_owned()
        }
        No::Refused(refusal) if refusal.code == "no_handler_key" => {
            "此人不是检举控告经办人，或者还没有进入过检举控告页面。 This is no handler of accusations, or they have not been to that page yet"
                .to_owned()
        }
        other => other.to_string(),
    };
    Fault::other(words)
}

/// Reads a key that somebody brought, and opens the passphrase over it.
fn brought(file: &Path, passphrase: Option<&PathBuf>) -> Result<Identity, Fault> {
    let content = fs::read(file).context(format!("while reading the key file {}", file.display()))?;
    let text = if content.starts_with(LOCKED) { unlocked(&content, passphrase)? } else { content };
    let text = String::from_utf8(text).map_err(|_| Fault::other(format!("{} is no key file", file.display())))?;
    ceremony::brought(&text).ok_or_else(|| Fault::other(format!("{} holds no line AGE-SECRET-KEY-1…", file.display())))
}

fn unlocked(content: &[u8], passphrase: Option<&PathBuf>) -> Result<Vec<u8>, Fault> {
    let file = passphrase.ok_or_else(|| Fault::other("this key file has a passphrase: give --passphrase-file"))?;
    let words = fs::read_to_string(file).context("while reading the passphrase")?;
    let words = SecretString::from(words.lines().next().unwrap_or_default().trim().to_owned());
    let wrong = |error: age::DecryptError| Fault::other(format!("the key file does not open: {error}"));
    let reader = age::Decryptor::new(content).map_err(wrong)?;
    let mut identity = age::scrypt::Identity::new(words);
    // the library measures this machine, and a busy one would refuse keys that open
    identity.set_max_work_factor(WORK_FACTOR_MAX);
    let mut text = Vec::new();
    let mut open = reader.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(wrong)?;
    open.read_to_end(&mut text).context("while opening the key file")?;
    Ok(text)
}

/// Says which escrow holders a site has.
pub(crate) fn show(holders: &[String]) {
    for (number, holder) in holders.iter().enumerate() {
        println!("应急密钥公钥 public key of escrow holder {}: {holder}", number + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_with_its_passphrase_and_without() {
        let folder = tempfile::tempdir().unwrap();
        let words = folder.path().join("words");
        fs::write(&words, "村口的老槐树\n").unwrap();
        for passphrase in [None, Some(words)] {
            let file = folder.path().join(if passphrase.is_some() { "locked" } else { "bare" });
            let public = recipient(&Supervisor::Make { file: file.clone(), passphrase: passphrase.clone() }).unwrap();
            let key = brought(&file, passphrase.as_ref()).unwrap();
            assert_eq!(key.to_public().to_string(), public);
        }
        assert!(brought(&folder.path().join("locked"), None).is_err());
    }
}
