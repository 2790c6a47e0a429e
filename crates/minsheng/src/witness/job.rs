//! The job that has new checkpoints cosigned: beside all writes, never in their way.

use std::sync::Arc;
use std::time::Duration;

use civic::hall::Hall;
use civic::journal::{self, Verdict};
use db::Fault;
use jiff::Timestamp;

use super::ask::{self, Answer, Head, Peer};
use crate::config::Config;
use crate::watch::{Cosigned, Watch};

/// Longest time for one question to a witness, in seconds.
const QUESTION_SECONDS_MAX: u64 = 10;

/// Is what a witness said: its name, the verdict, and the size it agreed to with the time.
type Said = (String, Verdict, Option<(u64, Timestamp)>);

/// Has the log cosigned again and again.
pub(crate) struct Cosigning {
    hall: Hall,
    peers: Vec<Peer>,
    required: usize,
    watch: Arc<Watch>,
    /// What each witness failed with at the last round, so that it is told once.
    failing: Vec<Option<String>>,
}

impl Cosigning {
    /// Prepares the job. `None` where the site has no witnesses.
    pub(crate) fn of(config: &Config, hall: &Hall, watch: &Arc<Watch>) -> Result<Option<Self>, Fault> {
        let peers = ask::peers(config, Duration::from_secs(QUESTION_SECONDS_MAX))?;
        let (hall, required, watch) = (hall.clone(), config.witnesses.required, Arc::clone(watch));
        let failing = vec![None; peers.len()];
        Ok((!peers.is_empty()).then_some(Self { hall, peers, required, watch, failing }))
    }

    /// Asks for cosignatures on the newest checkpoint, unless it has them.
    pub(crate) fn round(&mut self) -> Result<(), Fault> {
        let jurisdiction = self.hall.site.jurisdiction;
        let read = move |tx: &mut db::Tx<'_>| {
            Ok::<_, Fault>((journal::head(tx, jurisdiction)?, journal::witnessed(tx, jurisdiction)?.map_or(0, |(size, _)| size)))
        };
        let (Some(head), old) = self.hall.store.read_blocking(read)? else { return Ok(()) };
        if head.0 == old && self.watch.cosigned().is_some_and(|told| told.size == old) {
            return Ok(());
        }
        let (lines, refused, said) = self.ask(&head, old);
        self.note(said)?;
        self.watch.told(Cosigned { size: head.0, by: lines.len(), of: self.peers.len(), required: self.required, refused });
        if lines.len() < self.required.max(1) {
            return Ok(());
        }
        let (size, note) = (head.0, head.1 + &lines.concat());
        self.hall.store.write_blocking(move |tx| journal::note_witnessed(tx, jurisdiction, size, &note))
    }

    /// Notes what each witness said, for everybody to see; those that are asked no more go.
    fn note(&self, said: Vec<Said>) -> Result<(), Fault> {
        let (jurisdiction, now) = (self.hall.site.jurisdiction, self.hall.clock.now());
        self.hall.store.write_blocking(move |tx| {
            for watcher in journal::watchers(tx, jurisdiction)? {
                if watcher.name != journal::OWN && !said.iter().any(|(name, ..)| *name == watcher.name) {
                    journal::forget_watcher(tx, jurisdiction, &watcher.name)?;
                }
            }
            for (name, verdict, agreed) in &said {
                journal::note_verdict(tx, jurisdiction, now, (name, *verdict, *agreed))?;
            }
            Ok(())
        })
    }

    /// Returns the lines of those that cosigned, the names of those that refuse because they saw another log, and what each said.
    fn ask(&mut self, head: &Head, old: u64) -> (Vec<String>, Vec<String>, Vec<Said>) {
        let (mut lines, mut refused, mut said) = (Vec::new(), Vec::new(), Vec::new());
        let answers = ask::all(&self.peers, &self.hall, head, old);
        for ((peer, answer), failing) in self.peers.iter().zip(answers).zip(&mut self.failing) {
            let (witness, size) = (peer.witness.name(), head.0);
            let why = match answer {
                Answer::Cosigned(cosignature) => {
                    if failing.take().is_some() {
                        tracing::info!(witness, size, "a witness cosigns again");
                    }
                    let at = i64::try_from(cosignature.at).ok().and_then(|at| Timestamp::from_second(at).ok());
                    said.push((witness.to_owned(), Verdict::Agrees, at.map(|at| (size, at))));
                    lines.push(cosignature.line);
                    continue;
                }
                Answer::Failed(why) => {
                    said.push((witness.to_owned(), Verdict::Silent, None));
                    why
                }
                Answer::Ahead(known) => {
                    said.push((witness.to_owned(), Verdict::Differs, None));
                    refused.push(witness.to_owned());
                    format!("it cosigned a log of this name with {known} entries before")
                }
                Answer::Fork(known) => {
                    said.push((witness.to_owned(), Verdict::Differs, None));
                    refused.push(witness.to_owned());
                    format!("it cosigned another log of this name with {known} entries before")
                }
            };
            if failing.as_ref() != Some(&why) {
                tracing::error!(witness, size, why, "a witness did not cosign; it is asked again");
                *failing = Some(why);
            }
        }
        (lines, refused, said)
    }
}
