//! The gate before password hashes: each takes 64 MiB and a second, so few run at once and few may wait.

use civic::account::{self, Cost};
use civic::chance::Chance;
use db::{Fault, FaultKind};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Hashes that run at once.
pub const HASHES_AT_ONCE_MAX: usize = 2;
/// Hashes that run or wait; whoever comes later is asked to try again.
pub const HASHES_WAITING_MAX: usize = 50;

/// Lets password hashes through.
#[derive(Debug)]
pub struct Gate {
    waiting: Semaphore,
    running: Semaphore,
}

impl Default for Gate {
    fn default() -> Self {
        Self { waiting: Semaphore::new(HASHES_WAITING_MAX), running: Semaphore::new(HASHES_AT_ONCE_MAX) }
    }
}

impl Gate {
    /// Checks a password against a PHC string. Without one it works just as long and says no, so that nobody can tell
    /// from the time whether a log-in name exists.
    pub async fn fits(&self, password: String, phc: Option<String>, (cost, chance): (Cost, Chance)) -> Result<bool, Fault> {
        match phc {
            Some(phc) => self.run(move || account::verify(&password, &phc)).await,
            None => self.hash(password, (cost, chance)).await.map(|_| false),
        }
    }

    /// Hashes a new password.
    pub async fn hash(&self, password: String, (cost, mut chance): (Cost, Chance)) -> Result<String, Fault> {
        self.run(move || account::hash(&password, cost, &mut chance)).await?
    }

    /// Does other work that takes as long as a hash.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
        let busy = || Fault::new(FaultKind::Busy, "too many log-ins at once");
        let _place = self.waiting.try_acquire().map_err(|_| busy())?;
        let _turn = self.running.acquire().await.expect("the gate is never closed");
        spawn_blocking(work).await.map_err(|error| Fault::other("a password hash did not finish").caused_by(error))
    }
}

#[cfg(test)]
mod tests {
    use rand_core::SeedableRng;

    use super::*;

    #[test]
    fn a_full_gate_says_so_and_a_missing_account_takes_as_long_as_a_wrong_password() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let gate = Gate::default();
            let by = || (Cost::CHEAP, Chance::seed_from_u64(1));
            let phc = gate.hash("村口的老槐树开花".into(), by()).await.unwrap();
            assert!(gate.fits("村口的老槐树开花".into(), Some(phc.clone()), by()).await.unwrap());
            assert!(!gate.fits("村口的老榆树开花".into(), Some(phc), by()).await.unwrap());
            assert!(!gate.fits("村口的老槐树开花".into(), None, by()).await.unwrap());
            let _all = gate.waiting.acquire_many(HASHES_WAITING_MAX as u32).await.unwrap();
            assert_eq!(gate.hash("x".into(), by()).await.unwrap_err().kind(), FaultKind::Busy);
        });
    }
}
