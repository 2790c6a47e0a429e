//! Serving: the listener is bound first, then the house is opened, then requests are let in; a signal ends it in order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use channels::{chat, hotline, mail, sms};
use civic::file::FileStore;
use civic::hall::Hall;
use db::{Context, Fault, FaultKind};
use minsheng::decode;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use web::Mode;

use crate::clock;
use crate::config::{Config, Limits, TlsSection};
use crate::lessons::Lessons;
use crate::{control, jobs};

mod accept;
mod connection;
mod crowd;
mod front;
mod handles;
mod heads;
mod health;
mod linger;
mod metrics;
mod pace;
mod peer;
mod stop;
mod timed;
mod tls;

/// Time between two looks at whether the store still takes writes.
const STORE_EVERY: Duration = Duration::from_secs(1);
/// What is said when it does not: the process leaves, so that whoever watches it starts it anew.
const BROKEN: &str = "a commit failed, so the store was closed; the data is read anew from disk at the next start";

/// Serves until a signal says stop. `open` opens the house, on a thread that may block; `ready` hears the address.
pub(crate) fn run(
    config: &Config,
    mode: Mode,
    open: impl FnOnce() -> Result<Hall, Fault> + Send + 'static,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), Fault> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("while starting the runtime")?;
    let served = runtime.block_on(serve(config, mode, open, ready));
    runtime.shutdown_timeout(config.limits.shutdown());
    served
}

async fn serve(
    config: &Config,
    mode: Mode,
    open: impl FnOnce() -> Result<Hall, Fault> + Send + 'static,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), Fault> {
    let (tell, mut stop) = stop::listen()?;
    let front = Arc::new(front::Front::new(config, mode));
    let pages = bind(config.listen).await?;
    let address = pages.local_addr().context("while reading the own address")?;
    let tls = config.tls.as_ref().map(tls::Certificates::read).transpose()?;
    if let Some(tls) = &tls {
        let every = Duration::from_secs(config.limits.certificate_seconds);
        tokio::spawn(Arc::clone(tls).watch(every, clock::system(), stop.clone()));
    }
    let gate = accept::Gate::pages(config, mode, (Arc::clone(&front), tls))?;
    let accepting = tokio::spawn(accept::run(pages, gate, stop.clone()));
    let metrics = match config.metrics_listen {
        Some(listen) => {
            let gate = accept::Gate::metrics(config, Arc::clone(&front));
            Some(tokio::spawn(accept::run(bind(listen).await?, gate, stop.clone())))
        }
        None => None,
    };
    let hall = tokio::select! {
        hall = on_a_thread(open) => hall?,
        // nothing was acknowledged yet; what was being opened recovers at the next start
        () = stop::wait(&mut stop) => return Ok(()),
    };
    decode::warn_of_gaps()?;
    let control = tokio::spawn(control::serve(config.clone(), hall.clone(), stop.clone()));
    let mut with = jobs::With::of(config, &hall, &front.watch)?;
    with.finder = Some(Arc::clone(&front.finder));
    with.hearing = Some(Arc::clone(&front.hearing));
    with.lessons = Some(Lessons::begin(config, &hall, &front.readings));
    let fetch = config.mail_fetch(&hall, with.holder)?;
    let ear = with.chat.as_ref().map(|chat| Arc::clone(&chat.ear));
    let jobs = jobs::Jobs::start(&hall, with, Duration::from_secs(config.limits.jobs_seconds))?;
    let mut messages = take_messages(config, &hall, ear).await?;
    if let Some(fetch) = fetch {
        messages.spawn(mail::incoming::fetch(fetch));
    }
    let watched = hall.clone();
    front.open(hall, FileStore::open(config.files())?);
    ready(address);
    let failed = tokio::select! {
        () = stop::wait(&mut stop) => false,
        () = stop::until_not(STORE_EVERY, || watched.takes_writes()) => true,
    };
    if failed && health::is_read_only(&config.data) {
        tracing::error!("the disk is read-only: reading goes on, nothing is written until somebody repairs it");
        tokio::select! {
            () = stop::wait(&mut stop) => {}
            () = stop::until_not(STORE_EVERY, || health::is_read_only(&config.data)) => {}
        }
    }
    // whatever was not called taken, or not counted as read, comes again
    messages.abort_all();
    tell.stop();
    tracing::info!(failed, "told to stop; running requests are finished");
    jobs.stop(config.limits.shutdown());
    accepting.await.map_err(|error| Fault::other("the accept loop broke").caused_by(error))?;
    if let Some(metrics) = metrics {
        metrics.abort();
    }
    control.await.map_err(|error| Fault::other("the control socket broke").caused_by(error))??;
    if failed { Err(Fault::new(FaultKind::Closed, BROKEN)) } else { Ok(()) }
}

/// Takes letters, short messages, chats and news of calls where others hand them over to this process.
async fn take_messages(config: &Config, hall: &Hall, ear: Option<Arc<chat::Ear>>) -> Result<JoinSet<()>, Fault> {
    let mut all = JoinSet::new();
    if let Some((address, state)) = config.mail_listener(hall)? {
        all.spawn(mail::incoming::listen(bind(address).await?, Arc::new(state)));
    }
    if let Some((address, state)) = config.sms_listener(hall)? {
        all.spawn(sms::http::listen(bind(address).await?, Arc::new(state)));
    }
    if let Some((address, state)) = config.hotline_listener(hall)? {
        all.spawn(hotline::listen(bind(address).await?, Arc::new(state)));
    }
    if let (Some(own), Some(ear)) = (&config.chat, ear) {
        if let Some(listen) = own.listen {
            all.spawn(chat::listen(bind(listen).await?, Arc::clone(&ear)));
        }
        if let Some(way) = own.forward()? {
            all.spawn(chat::forward(way, ear));
        }
    }
    Ok(all)
}

/// Serves a router that is no site, under the same limits, until a signal says stop.
pub(crate) fn plain(listen: SocketAddr, router: axum::Router, ready: impl FnOnce(SocketAddr)) -> Result<(), Fault> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("while starting the runtime")?;
    runtime.block_on(async {
        let (_tell, stop) = stop::listen()?;
        let listener = bind(listen).await?;
        ready(listener.local_addr().context("while reading the own address")?);
        accept::run(listener, accept::Gate::plain(Limits::default(), router), stop).await;
        Ok(())
    })
}

/// Waits for a signal that says stop, for a command without a listener.
pub(crate) fn wait() -> Result<(), Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("while starting the runtime")?;
    runtime.block_on(async {
        let (_tell, mut stop) = stop::listen()?;
        stop::wait(&mut stop).await;
        Ok(())
    })
}

async fn bind(listen: SocketAddr) -> Result<TcpListener, Fault> {
    TcpListener::bind(listen).await.context(format!("while taking the address {listen}; does another program have it?"))
}

/// Runs a closure that blocks on a plain thread of its own, as the PostgreSQL client demands.
async fn on_a_thread<T: Send + 'static>(act: impl FnOnce() -> Result<T, Fault> + Send + 'static) -> Result<T, Fault> {
    let (answer, waiting) = oneshot::channel();
    std::thread::Builder::new()
        .name("opening".to_owned())
        .spawn(move || drop(answer.send(act())))
        .context("while starting a thread")?;
    waiting.await.unwrap_or_else(|_| Err(Fault::other("opening the data panicked")))
}

/// Checks that a certificate and its key can be used.
pub(crate) fn check_certificate(files: &TlsSection) -> Result<(), Fault> {
    tls::Certificates::read(files).map(drop)
}
