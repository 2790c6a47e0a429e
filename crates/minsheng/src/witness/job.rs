//! The job that has new checkpoints cosigned: beside all writes, never in their way.

use std::sync::Arc;
use std::time::Duration;

use civic::hall::Hall;
use civic::journal;
use db::Fault;

use super::ask::{self, Answer, Head, Peer};
use crate::config::Config;
use crate::watch::{Cosigned, Watch};

/// Longest time for one question to a witness, in seconds.
const QUESTION_SECONDS_MAX: u64 = 10;

/// Has the log cosigned again and again.
pub(crate) struct Cosigning {
    hall: Hall,
    peers: Vec<Peer>,
    required: usize,
    watch: Arc<Watch>,
}

impl Cosigning {
    /// Prepares the job. `None` where the site has no witnesses.
    pub(crate) fn of(config: &Config, hall: &Hall, watch: &Arc<Watch>) -> Result<Option<Self>, Fault> {
        let peers = ask::peers(config, Duration::from_secs(QUESTION_SECONDS_MAX))?;
        let (hall, required, watch) = (hall.clone(), config.witnesses.required, Arc::clone(watch));
        Ok((!peers.is_empty()).then_some(Self { hall, peers, required, watch }))
    }

    /// Asks for cosignatures on the newest checkpoint, unless it has them.
    pub(crate) fn round(&self) -> Result<(), Fault> {
        let jurisdiction = self.hall.site.jurisdiction;
        let read = move |tx: &mut db::Tx<'_>| {
            Ok::<_, Fault>((journal::head(tx, jurisdiction)?, journal::witnessed(tx, jurisdiction)?.map_or(0, |(size, _)| size)))
        };
        let (Some(head), old) = self.hall.store.read_blocking(read)? else { return Ok(()) };
        if head.0 == old && self.watch.cosigned().is_some_and(|told| told.size == old) {
            return Ok(());
        }
        let lines = self.ask(&head, old);
        self.watch.told(Cosigned { size: head.0, by: lines.len(), of: self.peers.len(), required: self.required });
        if lines.len() < self.required.max(1) {
            return Ok(());
        }
        let (size, note) = (head.0, head.1 + &lines.concat());
        self.hall.store.write_blocking(move |tx| journal::note_witnessed(tx, jurisdiction, size, &note))
    }

    fn ask(&self, head: &Head, old: u64) -> Vec<String> {
        let mut lines = Vec::new();
        for (peer, answer) in self.peers.iter().zip(ask::all(&self.peers, &self.hall, head, old)) {
            let (witness, size) = (peer.witness.name(), head.0);
            match answer {
                Answer::Cosigned(cosignature) => lines.push(cosignature.line),
                Answer::Failed(why) => tracing::warn!(witness, size, why, "a witness did not cosign; it is asked again"),
                Answer::Ahead(known) => {
                    tracing::error!(witness, size, known, "a witness cosigned a larger log of this name before");
                }
                Answer::Fork(known) => {
                    tracing::error!(witness, size, known, "a witness cosigned another log of this name before");
                }
            }
        }
        lines
    }
}
