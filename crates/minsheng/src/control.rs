//! The control socket `DATA/control.sock`: how the command line reaches the process that serves the site.
//!
//! One line in, lines out until the end; only the owner of the data folder may connect. It knows the orders below and
//! nothing else.

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream as Blocking;
use std::path::{Path, PathBuf};
use std::time::Duration;

use civic::hall::Hall;
use db::{Context, Fault};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader as AsyncBufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;

use crate::config::Config;
use crate::rotate;

/// Order that adds a site key and wraps every matter key anew.
pub(crate) const ROTATE: &str = "rotate";
/// Order that asks whether anybody is there.
pub(crate) const PING: &str = "ping";
/// Longest order, in bytes.
const ORDER_BYTES_MAX: u64 = 64;
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
    let (reading, mut writing) = stream.split();
    let (mut order, mut reading) = (String::new(), AsyncBufReader::new(reading.take(ORDER_BYTES_MAX)));
    let read = tokio::time::timeout(Duration::from_secs(ORDER_SECONDS_MAX), reading.read_line(&mut order)).await;
    if !matches!(read, Ok(Ok(_))) {
        return;
    }
    let done = tokio::task::spawn_blocking(move || obey(order.trim(), &config, &hall)).await;
    let answer = match done {
        Ok(Ok(words)) => words,
        Ok(Err(fault)) => format!("{FAILED}{fault}"),
        Err(_) => format!("{FAILED}the order panicked"),
    };
    // whoever asked may be gone
    drop(writing.write_all(format!("{answer}\n").as_bytes()).await);
}

fn obey(order: &str, config: &Config, hall: &Hall) -> Result<String, Fault> {
    match order {
        PING => Ok("here".to_owned()),
        ROTATE => rotate::rotate(config, hall).map(|rotated| rotated.to_string()),
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
    stream.write_all(format!("{order}\n").as_bytes()).context("while giving an order to the serving process")?;
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
