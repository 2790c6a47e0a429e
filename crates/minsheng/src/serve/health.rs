//! `/healthz`: the process answers. `/readyz`: the store takes writes, the disk has room for them, and the head of the log
//! can be read.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use civic::hall::Hall;
use civic::journal;
use db::Fault;
use tokio::sync::Mutex;

use crate::watch::Watch;

/// How long an answer holds, so that nobody makes the disk work by asking, in milliseconds.
const HOLDS_MILLIS: u64 = 2_000;
/// Bytes written to the data's disk and taken away again. SQLite may have room inside its own files for a small write when
/// the disk has none left; the next resident's photograph has not.
const PROBE_BYTES: usize = 262_144;
/// The file they are written to.
const PROBE_FILE: &str = ".probe";
/// How long a write may take before the store counts as stuck, in milliseconds.
const WRITE_MILLIS_MAX: u64 = 2_000;

/// Answers whether the service is well.
pub(super) struct Health {
    hall: Hall,
    probe: PathBuf,
    watch: Arc<Watch>,
    last: Mutex<Option<(Instant, Result<(), String>)>>,
}

impl Health {
    /// Watches a hall and the disk its data is on.
    pub(super) fn new(hall: Hall, data: &Path, watch: Arc<Watch>) -> Arc<Self> {
        Arc::new(Self { hall, probe: data.join(PROBE_FILE), watch, last: Mutex::default() })
    }

    /// Returns the two addresses.
    pub(super) fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/healthz", get(|| async { plain(StatusCode::OK, "ok") }))
            .route("/readyz", get(ready))
            .with_state(self)
    }

    async fn ready(&self) -> Result<(), String> {
        let mut last = self.last.lock().await;
        if let Some((at, answer)) = &*last
            && at.elapsed() < Duration::from_millis(HOLDS_MILLIS)
        {
            return answer.clone();
        }
        let answer = self.check().await;
        let before = last.as_ref().map(|(_, answer)| answer);
        match &answer {
            Err(reason) if before != Some(&answer) => tracing::warn!(reason, "not ready"),
            Ok(()) if before.is_some_and(Result::is_err) => tracing::info!("ready again"),
            _ => {}
        }
        *last = Some((Instant::now(), answer.clone()));
        answer
    }

    async fn check(&self) -> Result<(), String> {
        if let Some(trouble) = self.watch.trouble() {
            return Err(trouble);
        }
        let jurisdiction = self.hall.site.jurisdiction;
        let write = async {
            let probe = self.probe.clone();
            let room = tokio::task::spawn_blocking(move || room(&probe)).await;
            room.unwrap_or_else(|_| Err(io::Error::other("the probe broke"))).map_err(|error| format!("the disk: {error}"))?;
            // every batch locks the head of the log by writing it, so this is a real write
            let written = self.hall.store.write(|_| Ok::<_, Fault>(())).await;
            written.map_err(|fault| format!("the store takes no writes: {fault}"))
        };
        match tokio::time::timeout(Duration::from_millis(WRITE_MILLIS_MAX), write).await {
            Ok(answer) => answer?,
            Err(_) => return Err(format!("a write took longer than {WRITE_MILLIS_MAX} ms")),
        }
        let head = self.hall.store.read(move |tx| journal::head(tx, jurisdiction).map(drop)).await;
        head.map_err(|fault| format!("the head of the log cannot be read: {fault}"))
    }
}

/// Tells whether the disk of the data takes no writes because it is read-only.
pub(super) fn is_read_only(data: &Path) -> bool {
    room(&data.join(PROBE_FILE)).is_err_and(|error| error.kind() == io::ErrorKind::ReadOnlyFilesystem)
}

/// Writes some bytes to the disk as a form's file would be written, and takes them away.
fn room(probe: &Path) -> io::Result<()> {
    let write = || {
        let mut file = File::create(probe)?;
        file.write_all(&vec![0; PROBE_BYTES])?;
        file.sync_all()
    };
    let written = write();
    match fs::remove_file(probe) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => written.and(Err(error)),
        _ => written,
    }
}

async fn ready(State(health): State<Arc<Health>>) -> Response {
    match health.ready().await {
        // intake goes on while witnesses lag; what is published waits for them, and whoever asks here is told
        Ok(()) => match health.watch.cosigned().and_then(|cosigned| cosigned.lag()) {
            Some(lag) => plain(StatusCode::OK, &format!("ready; {lag}")),
            None => plain(StatusCode::OK, "ready"),
        },
        Err(reason) => plain(StatusCode::SERVICE_UNAVAILABLE, &reason),
    }
}

fn plain(status: StatusCode, words: &str) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], format!("{words}\n")).into_response()
}
