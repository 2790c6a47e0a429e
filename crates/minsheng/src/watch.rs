//! What jobs found out about the log, for whoever asks how the site is: the page for machines, the metrics, the doctor.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Says how many witnesses cosigned, at the last round that asked them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cosigned {
    /// Size of the checkpoint they were asked about.
    pub size: u64,
    /// How many cosigned it.
    pub by: usize,
    /// How many were asked.
    pub of: usize,
    /// How many must have, before it is published.
    pub required: usize,
    /// Who refused because it had seen another log of this name.
    pub refused: Vec<String>,
}

impl Cosigned {
    /// Says in words that too few did, or that one saw another log. `None`: all is well.
    pub(crate) fn lag(&self) -> Option<String> {
        let Self { size, by, of, required, refused } = self;
        let few = (by < required).then(|| {
            format!(
                "awaiting witnesses: {by} of {of} cosigned the checkpoint of size {size}, {required} are required; an older one is \
                 published"
            )
        });
        let other = (!refused.is_empty()).then(|| format!("refused as another log by {}", refused.join(", ")));
        let words: Vec<String> = few.into_iter().chain(other).collect();
        (!words.is_empty()).then(|| words.join("; "))
    }
}

/// Holds it.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    trouble: Option<String>,
    cosigned: Option<Cosigned>,
}

impl Watch {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what is wrong with the log, or that nothing is.
    pub(crate) fn found(&self, trouble: Option<String>) {
        self.lock().trouble = trouble;
    }

    /// Tells what is wrong with the log.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.lock().trouble.clone()
    }

    /// Notes how many cosigned.
    pub(crate) fn told(&self, cosigned: Cosigned) {
        self.lock().cosigned = Some(cosigned);
    }

    /// Tells how many cosigned. `None`: nobody was asked.
    pub(crate) fn cosigned(&self) -> Option<Cosigned> {
        self.lock().cosigned.clone()
    }
}
