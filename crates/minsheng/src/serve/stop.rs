//! Signals that end the program: the first one in order, the second one at once.

use std::sync::Arc;
use std::time::Duration;

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

/// Says stop to everyone who listens.
#[derive(Clone)]
pub(super) struct Tell(Arc<watch::Sender<bool>>);

impl Tell {
    /// Says it.
    pub(super) fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// Watches something that must hold, until it no longer does.
pub(super) async fn until_not(every: Duration, holds: impl Fn() -> bool) {
    while holds() {
        tokio::time::sleep(every).await;
    }
}

/// Listens for SIGTERM and SIGINT; the channel turns true when one comes, or when somebody here says so.
pub(super) fn listen() -> Result<(Tell, watch::Receiver<bool>), Fault> {
    let mut terminate = signal(SignalKind::terminate()).context("while listening for signals")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("while listening for signals")?;
    let (tell, told) = watch::channel(false);
    let tell = Tell(Arc::new(tell));
    let said = tell.clone();
    tokio::spawn(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        said.stop();
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        tracing::warn!("told to stop twice; leaving at once, the data recovers at the next start");
        std::process::exit(EXIT_AT_ONCE);
    });
    Ok((tell, told))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn watching_ends_when_it_no_longer_holds() {
        let looks = Cell::new(0);
        let holds = || looks.replace(looks.get() + 1) < 3;
        until_not(Duration::from_secs(1), holds).await;
        assert_eq!(looks.get(), 4);
    }
}
