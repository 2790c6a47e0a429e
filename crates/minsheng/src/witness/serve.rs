//! A witness's addresses (C2SP tlog-witness).

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use civic::clock::SharedClock;

use super::store::{No, Store};

/// Largest question, in bytes.
const QUESTION_BYTES_MAX: usize = 65_536;
const TEXT: &str = "text/plain; charset=utf-8";

struct Witness {
    store: Store,
    clock: SharedClock,
}

/// Returns the addresses of a witness.
pub(crate) fn router(store: Store, clock: SharedClock) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/{origin}/checkpoint", get(checkpoint))
        .route("/vkey", get(vkey))
        .layer(DefaultBodyLimit::max(QUESTION_BYTES_MAX))
        .with_state(Arc::new(Witness { store, clock }))
}

fn text(status: StatusCode, kind: &'static str, words: String) -> Response {
    (status, [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], words).into_response()
}

fn failed(fault: &db::Fault) -> Response {
    tracing::error!(error = %fault, cause = ?std::error::Error::source(fault), "the witness failed");
    text(StatusCode::INTERNAL_SERVER_ERROR, TEXT, "the witness failed\n".to_owned())
}

async fn add_checkpoint(State(witness): State<Arc<Witness>>, body: Bytes) -> Response {
    let Ok(question) = String::from_utf8(body.to_vec()) else {
        return text(StatusCode::BAD_REQUEST, TEXT, "not UTF-8\n".to_owned());
    };
    let asked = tokio::task::spawn_blocking(move || {
        let at = u64::try_from(witness.clock.now().as_second()).unwrap_or_default();
        witness.store.cosign(&question, at)
    });
    match asked.await {
        Ok(Ok(line)) => text(StatusCode::OK, TEXT, line),
        Ok(Err(No::Conflict(size))) => text(StatusCode::CONFLICT, "text/x.tlog.size", format!("{size}\n")),
        Ok(Err(No::Refused(status, words))) => {
            text(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), TEXT, format!("{words}\n"))
        }
        Ok(Err(No::Failed(fault))) => failed(&fault),
        Err(_) => failed(&db::Fault::other("a question broke off")),
    }
}

async fn checkpoint(State(witness): State<Arc<Witness>>, Path(origin): Path<String>) -> Response {
    match tokio::task::spawn_blocking(move || witness.store.newest(&origin)).await {
        Ok(Ok(Some(note))) => text(StatusCode::OK, TEXT, note),
        Ok(Ok(None)) => StatusCode::NOT_FOUND.into_response(),
        Ok(Err(fault)) => failed(&fault),
        Err(_) => failed(&db::Fault::other("a question broke off")),
    }
}

async fn vkey(State(witness): State<Arc<Witness>>) -> Response {
    text(StatusCode::OK, TEXT, format!("{}\n", witness.store.vkey()))
}
