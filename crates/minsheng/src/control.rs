//! The control socket `DATA/control.sock`: how the command line reaches the process that serves the site.
//!
//! One line in, lines out until the end; only the owner of the data folder may connect. It knows the orders below and
//! nothing else.

use std::fs;
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream as Blocking;
use std::path::{Path, PathBuf};
use std::time::Duration;

use civic::hall::Hall;
use db::{Context, Fault};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use zeroize::Zeroizing;

use crate::commands::escrow;
use crate::config::Config;
use crate::rotate;

/// Order that adds a site key and wraps every matter key anew.
pub(crate) const ROTATE: &str = "rotate";
/// Order that asks whether anybody is there.
pub(crate) const PING: &str = "ping";
/// Order that lets a handler of accusations in, with the keys that the holders brought.
pub(crate) const LET_IN: &str = "let-in";
/// Longest order, in bytes: with a log-in name and some keys.
pub(crate) const ORDER_BYTES_MAX: usize = 1_024;
/// Longest time to wait for an order, in seconds.
const ORDER_SECONDS_MAX: u64 = 10;
/// First word of an answer that is a failure.
const FAILED: &str = "failed: ";

fn socket(config: &Config) -> PathBuf {
    config.data.join("control.sock")
}

/// Takes orders until told to stop. The lock on the data is held already, so a socket that lies there is a dead one's.
pub(crate) async fn serve(config: Config, hall: Hall, mut stop: watch::Receiver<bool>) -> Result<(), Fault> {
    let path = socket(&config);
    remove(&path)?;
    let listener = UnixListener::bind(&path).context("while making the control socket")?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).context("while guarding the control socket")?;
    loop {
        tokio::select! {
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                tokio::spawn(one(stream, config.clone(), hall.clone()));
            },
            _ = stop.changed() => return remove(&path),
        }
    }
}

async fn one(mut stream: UnixStream, config: Config, hall: Hall) {
    let (mut reading, mut writing) = stream.split();
    let heard = tokio::time::timeout(Duration::from_secs(ORDER_SECONDS_MAX), hear(&mut reading)).await;
    let Ok(Ok(order)) = heard else { return };
    let done = tokio::task::spawn_blocking(move || match std::str::from_utf8(&order) {
        Ok(order) => obey(order.trim(), &config, &hall),
        Err(_) => Err(Fault::other("an order is text")),
    });
    let done = done.await;
    let answer = match done {
        Ok(Ok(words)) => words,
        Ok(Err(fault)) => format!("{FAILED}{fault}"),
        Err(_) => format!("{FAILED}the order panicked"),
    };
    // whoever asked may be gone
    drop(writing.write_all(format!("{answer}\n").as_bytes()).await);
}

/// Hears one order. There may be keys in it: it stands in one place only, which is wiped.
async fn hear(reading: &mut (impl AsyncRead + Unpin)) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut order = Zeroizing::new(vec![0; ORDER_BYTES_MAX]);
    let mut end = 0;
    while end < ORDER_BYTES_MAX && !order[..end].contains(&b'\n') {
        match reading.read(&mut order[end..]).await? {
            0 => break,
            more => end += more,
        }
    }
    order.truncate(end);
    Ok(order)
}

fn obey(order: &str, config: &Config, hall: &Hall) -> Result<String, Fault> {
    let (name, rest) = order.split_once(' ').unwrap_or((order, ""));
    match name {
        PING => Ok("here".to_owned()),
        ROTATE => rotate::rotate(config, hall).map(|rotated| rotated.to_string()),
        LET_IN => escrow::obey(hall, rest),
        other => Err(Fault::other(format!("there is no order {other}"))),
    }
}

/// Gives an order to the serving process. `None` when none serves this data.
pub(crate) fn order(config: &Config, order: &str) -> Result<Option<String>, Fault> {
    let mut stream = match Blocking::connect(socket(config)) {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => return Ok(None),
        Err(error) => return Err(error).context("while reaching the serving process"),
    };
    let order = Zeroizing::new(format!("{order}\n"));
    stream.write_all(order.as_bytes()).context("while giving an order to the serving process")?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).context("while hearing the serving process")?;
    match answer.trim().strip_prefix(FAILED) {
        Some(why) => Err(Fault::other(why)),
        None if answer.is_empty() => Err(Fault::other("the serving process hung up")),
        None => Ok(Some(answer.trim().to_owned())),
    }
}

fn remove(path: &Path) -> Result<(), Fault> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).context("while removing the control socket"),
        _ => Ok(()),
    }
}
