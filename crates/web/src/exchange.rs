//! Where other sites tell us steps of matters that one handed to the other (`docs/exchange.md`). Who sends is known by a signature over the
//! sum of the body, checked before the body is read: a stranger makes nobody read anything.

use appeals::exchange::parcel::Parcel;
use appeals::exchange::receive;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use civic::directory::Peer;
use civic::exchange::anchor;
use civic::exchange::{self, DIGEST, FROM, PATH, SIGNATURE};
use civic::refusal::Refusal;
use data_encoding::HEXLOWER;
use db::Fault;
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::error::Problem;
use crate::route::Route;

/// Lists the addresses of this part.
pub const ROUTES: &[Route] = &[Route::public(PATH, "POST", || post(take)), Route::public(anchor::PATH, "POST", || post(head))];

/// Takes a request of another site, and signs what became of it.
async fn take(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let (peer, digest) = sender(&app, &parts.headers)?;
    let _place = app.uploads.acquire().await.map_err(|_| Problem::from(Fault::other("the places for uploads were closed")))?;
    let bytes = to_bytes(body, app.limits.upload_bytes_max).await.map_err(|_| Problem::bad("body_broken"))?;
    if HEXLOWER.encode(&Sha256::digest(&bytes)) != digest {
        return Err(Problem::bad("body_broken"));
    }
    let (parcel, uploads) = Parcel::unpack(&bytes).ok_or_else(|| Problem::bad("body_broken"))?;
    drop(bytes);
    let (keeper, whose) = (app.clone(), peer.clone());
    let taken = move || receive(&keeper.hall, &keeper.cabinet(), &whose, (&parcel, &uploads));
    let answer =
        tokio::task::spawn_blocking(taken).await.map_err(|error| Fault::other("taking a request ended").caused_by(error))??;
    let answer = serde_json::to_vec(&answer).map_err(|error| Fault::other("an answer is no JSON").caused_by(error))?;
    let both = format!("{digest}.{}", HEXLOWER.encode(&Sha256::digest(&answer)));
    let signature = exchange::sign(&app.hall.site, exchange::ANSWER, (&peer.key, &both));
    Ok(([(header::CONTENT_TYPE.as_str(), "application/json"), (SIGNATURE, signature.as_str())], answer).into_response())
}

/// Enters the head of a lower site's log into ours.
async fn head(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let (peer, digest) = sender(&app, &parts.headers)?;
    let bytes = to_bytes(body, anchor::HEAD_BYTES_MAX).await.map_err(|_| Problem::bad("body_broken"))?;
    if HEXLOWER.encode(&Sha256::digest(&bytes)) != digest {
        return Err(Problem::bad("body_broken"));
    }
    let head: anchor::Head = serde_json::from_slice(&bytes).map_err(|_| Problem::bad("body_broken"))?;
    let (site, now) = (app.hall.site.clone(), app.now());
    let took = app.hall.store.write(move |tx| anchor::take(tx, &site, (now, &mut site.chance()), (&peer, &head))).await?;
    Ok(match took {
        anchor::Took::Entered => StatusCode::CREATED,
        anchor::Took::Known => StatusCode::OK,
    }
    .into_response())
}

/// Finds out which site asks, by its signature over the sum of what follows.
fn sender(app: &App, headers: &HeaderMap) -> Result<(Peer, String), Problem> {
    let read = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (from, digest) = (read(FROM), read(DIGEST));
    let directory = app.hall.site.directory();
    let known =
        directory.peer_of(from).filter(|_| exchange::holds(&app.hall.site, exchange::REQUEST, (from, digest), read(SIGNATURE)));
    let stranger = || Problem::Refused(StatusCode::UNAUTHORIZED, Refusal::new("unknown_site").instead("ask_administrator"));
    Ok((known.ok_or_else(stranger)?.clone(), digest.to_owned()))
}
