//! `/healthz`: the process answers. `/readyz`: the store takes writes and the head of the log can be read.

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

/// How long an answer holds, so that nobody makes the disk work by asking, in milliseconds.
const HOLDS_MILLIS: u64 = 1_000;
/// How long a write may take before the store counts as stuck, in milliseconds.
const WRITE_MILLIS_MAX: u64 = 2_000;

/// Answers whether the service is well.
pub(super) struct Health {
    hall: Hall,
    last: Mutex<Option<(Instant, Result<(), String>)>>,
}

impl Health {
    /// Watches a hall.
    pub(super) fn new(hall: Hall) -> Arc<Self> {
        Arc::new(Self { hall, last: Mutex::default() })
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
        if let Err(reason) = &answer {
            tracing::warn!(reason, "not ready");
        }
        *last = Some((Instant::now(), answer.clone()));
        answer
    }

    async fn check(&self) -> Result<(), String> {
        let jurisdiction = self.hall.site.jurisdiction;
        let write = self.hall.store.write(|_| Ok::<_, Fault>(()));
        match tokio::time::timeout(Duration::from_millis(WRITE_MILLIS_MAX), write).await {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => return Err(format!("the store takes no writes: {fault}")),
            Err(_) => return Err(format!("a write took longer than {WRITE_MILLIS_MAX} ms")),
        }
        let head = self.hall.store.read(move |tx| journal::head(tx, jurisdiction).map(drop)).await;
        head.map_err(|fault| format!("the head of the log cannot be read: {fault}"))
    }
}

async fn ready(State(health): State<Arc<Health>>) -> Response {
    match health.ready().await {
        Ok(()) => plain(StatusCode::OK, "ready"),
        Err(reason) => plain(StatusCode::SERVICE_UNAVAILABLE, &reason),
    }
}

fn plain(status: StatusCode, words: &str) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], format!("{words}\n")).into_response()
}
