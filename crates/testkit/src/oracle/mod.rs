//! The one oracle of every drill: it stands outside the server and writes down what was promised, before and after.
//!
//! Before a form is sent it is entered under its key; once an answer came, what it acknowledged. After whatever the drill
//! did, the oracle asks the server about all of it. It knows the server's addresses and the public format of the log; it
//! knows nothing of the server's inside. What does not hold is named with the invariant it breaks:
//!
//! | | |
//! |---|---|
//! | I1 | every acknowledged act is there, its words and its files equal |
//! | I2 | no key made two matters |
//! | I3 | every receipt is proven in the present log, and every checkpoint ever seen is one of its beginnings |
//! | I4 | rows, events, files and log agree both ways (the operator's own tools say so) |
//! | I5 | published figures are those of the public entries |
//! | I6 | what was not acknowledged happened once or not at all, and sending it again is safe |
//! | I7 | no personal word, number, code or key stands in the program's log |
//! | I8 | ready again within 30 seconds, or a clear stop |
//! | I9 | what is derived follows: a matter is found by its words, boards say what the log says, issues made anew are the same |

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tlog::checkpoint::Checkpoint;

mod act;
mod check;
mod derived;
mod log;

pub use act::{Act, CANARIES};
pub use check::Findings;

use crate::drill::http::Answer;

/// Is what the server said it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The matter's number.
    pub number: String,
    /// Its query code.
    pub code: String,
    /// Its receipt, or the signed promise of one.
    pub receipt: String,
}

/// Is one act with what is known of it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What was or will be sent.
    pub act: Act,
    /// What was acknowledged.
    pub told: Option<Told>,
    /// How often it was sent.
    pub sent: u32,
}

/// Writes down, and checks.
#[derive(Debug, Default)]
pub struct Oracle {
    ledger: Mutex<Ledger>,
}

#[derive(Debug, Default)]
struct Ledger {
    entries: Vec<Entry>,
    checkpoints: BTreeMap<u64, String>,
    vkey: Option<String>,
    faults: Vec<String>,
    cut: bool,
}

impl Oracle {
    /// Writes an act down before it is sent, and returns its place.
    pub fn intend(&self, act: Act) -> usize {
        let mut ledger = self.ledger();
        ledger.entries.push(Entry { act, told: None, sent: 1 });
        ledger.entries.len() - 1
    }

    /// Writes down that an act is sent again.
    pub fn again(&self, at: usize) {
        self.ledger().entries[at].sent += 1;
    }

    /// Writes down what an answer acknowledged. An answer that acknowledges nothing is noted only when it is not a clear no.
    pub fn hear(&self, at: usize, answer: Option<&Answer>) {
        let Some(answer) = answer else { return };
        let mut ledger = self.ledger();
        if ledger.cut {
            return;
        }
        let key = ledger.entries[at].act.key.clone();
        if !matches!(answer.status, 200 | 201) {
            if !matches!(answer.status, 429 | 503 | 507) {
                ledger.faults.push(format!("I6: {key} was answered with {}: {}", answer.status, answer.body));
            }
            return;
        }
        let Some(told) = told(answer) else {
            return ledger.faults.push(format!("I6: {key} was acknowledged without number, code and receipt: {}", answer.body));
        };
        let entry = &ledger.entries[at];
        match &entry.told {
            Some(before) if *before != told => {
                let text = format!("I2: {key} was told {} first and {} now", before.number, told.number);
                ledger.faults.push(text);
            }
            Some(_) => {}
            None => ledger.entries[at].told = Some(told),
        }
    }

    /// Says that the power goes now. What is heard from here on was sent by a machine that is no more: a disk cut off lets the
    /// program run on for a moment, which no real machine does.
    pub fn cut(&self) {
        self.ledger().cut = true;
    }

    /// Says that the power is back.
    pub fn mend(&self) {
        self.ledger().cut = false;
    }

    /// Keeps a checkpoint that the server published.
    pub fn saw_checkpoint(&self, note: &str) {
        let mut ledger = self.ledger();
        if ledger.cut {
            return;
        }
        let size = match Checkpoint::peek(note) {
            Ok(checkpoint) => checkpoint.size,
            Err(wrong) => return ledger.faults.push(format!("I3: a published checkpoint cannot be read: {wrong}")),
        };
        if let Some((largest, _)) = ledger.checkpoints.last_key_value().filter(|(largest, _)| **largest > size) {
            let text = format!("I3: a checkpoint of size {size} was published after one of size {largest}");
            ledger.faults.push(text);
        }
        let root = |note: &str| Checkpoint::peek(note).map(|checkpoint| checkpoint.root).ok();
        if ledger.checkpoints.get(&size).is_some_and(|known| root(known) != root(note)) {
            ledger.faults.push(format!("I3: two logs of size {size} were published"));
        }
        ledger.checkpoints.insert(size, note.to_owned());
    }

    /// Keeps the verifier key that the site states first; it must stay.
    pub fn saw_vkey(&self, vkey: &str) {
        let mut ledger = self.ledger();
        if ledger.vkey.get_or_insert_with(|| vkey.to_owned()) != vkey {
            ledger.faults.push("I3: the log has another key than before".to_owned());
        }
    }

    /// Lists the places of the acts that nothing was heard about.
    pub fn unheard(&self) -> Vec<usize> {
        let ledger = self.ledger();
        (0..ledger.entries.len()).filter(|at| ledger.entries[*at].told.is_none()).collect()
    }

    /// Lists the places of the acts that were acknowledged so far.
    pub fn heard(&self) -> Vec<usize> {
        let ledger = self.ledger();
        (0..ledger.entries.len()).filter(|at| ledger.entries[*at].told.is_some()).collect()
    }

    /// Returns one act with what is known of it.
    pub fn entry(&self, at: usize) -> Entry {
        self.ledger().entries[at].clone()
    }

    /// Counts acts that were written down, and those that were acknowledged.
    pub fn counts(&self) -> (usize, usize) {
        let ledger = self.ledger();
        (ledger.entries.len(), ledger.entries.iter().filter(|entry| entry.told.is_some()).count())
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn told(answer: &Answer) -> Option<Told> {
    let value: Value = serde_json::from_str(&answer.body).ok()?;
    let text = |name: &str| value[name].as_str().map(str::to_owned);
    Some(Told { number: text("number")?, code: text("query_code")?, receipt: text("receipt")? })
}
