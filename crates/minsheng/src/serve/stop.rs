//! Signals that end the program: the first one in order, the second one at once.

use db::{Context, Fault};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Exit code after a second signal, as shells know it from an interrupt.
const EXIT_AT_ONCE: i32 = 130;

/// Waits until the channel says stop.
pub(super) async fn wait(stop: &mut watch::Receiver<bool>) {
    // an error means that the sender is gone, and then it is over as well
    drop(stop.wait_for(|stopping| *stopping).await);
}

/// Listens for SIGTERM and SIGINT; the channel turns true when one comes.
pub(super) fn listen() -> Result<watch::Receiver<bool>, Fault> {
    let mut terminate = signal(SignalKind::terminate()).context("while listening for signals")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("while listening for signals")?;
    let (tell, told) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        tell.send_replace(true);
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        tracing::warn!("told to stop twice; leaving at once, the data recovers at the next start");
        std::process::exit(EXIT_AT_ONCE);
    });
    Ok(told)
}
