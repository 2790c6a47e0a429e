//! Asking a witness to cosign a checkpoint.

use std::time::Duration;

use civic::hall::Hall;
use civic::journal::{self, Tiles};
use db::Fault;
use tlog::cosignature::{Cosignature, Witness};
use tlog::witness::AddCheckpoint;

use crate::config::{Config, PeerSection};

/// Largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 65_536;
/// Questions to one witness in a row: one more once it has told what it knows, and one more where another node was quicker.
const QUESTIONS_MAX: usize = 3;

/// Is a witness with the way to it.
pub(crate) struct Peer {
    /// Its key.
    pub witness: Witness,
    url: String,
    agent: ureq::Agent,
}

/// Says what a witness answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It cosigned.
    Cosigned(Cosignature),
    /// It cosigned a larger log of this name before.
    Ahead(u64),
    /// It cosigned a log of this size before that this one does not begin with.
    Fork(u64),
    /// It could not be reached, or answered something else.
    Failed(String),
}

/// Is a signed checkpoint of this site and its size.
pub(crate) type Head = (u64, String);

/// Lists the configured witnesses.
pub(crate) fn peers(config: &Config, within: Duration) -> Result<Vec<Peer>, Fault> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(within))
        .http_status_as_error(false)
        .user_agent("minsheng")
        .build()
        .into();
    let peer = |section: &PeerSection| {
        let witness = section.witness().map_err(Fault::other)?;
        Ok(Peer { witness, url: section.url.trim_end_matches('/').to_owned(), agent: agent.clone() })
    };
    config.witnesses.peers.iter().map(peer).collect()
}

/// Asks all witnesses at once; `old` is the size they are thought to know.
pub(crate) fn all(peers: &[Peer], hall: &Hall, head: &Head, old: u64) -> Vec<Answer> {
    std::thread::scope(|scope| {
        let asked: Vec<_> = peers.iter().map(|peer| scope.spawn(move || one(peer, hall, head, old))).collect();
        let broke = |_| Answer::Failed("the question broke off".to_owned());
        asked.into_iter().map(|asked| asked.join().unwrap_or_else(broke)).collect()
    })
}

fn one(peer: &Peer, hall: &Hall, (size, note): &Head, mut old: u64) -> Answer {
    for _ in 0..QUESTIONS_MAX {
        let (jurisdiction, from, to) = (hall.site.jurisdiction, old, *size);
        let proof = hall.store.read_blocking(move |tx| tlog::prove_consistency(from, to, &mut Tiles::new(tx, jurisdiction)));
        let proof = match proof {
            Ok(proof) => proof,
            Err(fault) => return Answer::Failed(format!("no proof could be made: {fault}")),
        };
        let question = AddCheckpoint { old, proof, note: note.clone() };
        match put(peer, &question.to_text()) {
            Err(why) => return Answer::Failed(why),
            Ok((200, lines)) => {
                return match peer.witness.find(&format!("{note}{lines}")) {
                    Ok(Some(found)) => Answer::Cosigned(found),
                    Ok(None) => Answer::Failed("its answer holds no cosignature under its key".to_owned()),
                    Err(wrong) => Answer::Failed(format!("its answer: {wrong}")),
                };
            }
            Ok((409, told)) => match told.trim().parse::<u64>() {
                Ok(known) if known > *size => return ahead(hall, known),
                Ok(known) if known == old => return Answer::Fork(known),
                Ok(known) => old = known,
                Err(_) => return Answer::Failed("it has another size and does not tell which".to_owned()),
            },
            Ok((422, _)) => return Answer::Fork(old),
            Ok((status, words)) => {
                let words: String = words.chars().take(200).filter(|c| !c.is_control()).collect();
                return Answer::Failed(format!("it answered {status} {words}"));
            }
        }
    }
    Answer::Failed("others ask it so often that no question of ours was in time".to_owned())
}

/// Tells a log that is behind from one to which another node has added since.
fn ahead(hall: &Hall, known: u64) -> Answer {
    let jurisdiction = hall.site.jurisdiction;
    match hall.store.read_blocking(move |tx| journal::head(tx, jurisdiction)) {
        Ok(Some((now, _))) if now >= known => Answer::Failed("another node was quicker; it is asked again".to_owned()),
        Ok(_) => Answer::Ahead(known),
        Err(fault) => Answer::Failed(format!("the head of the log cannot be read: {fault}")),
    }
}

fn put(peer: &Peer, body: &str) -> Result<(u16, String), String> {
    let url = format!("{}/add-checkpoint", peer.url);
    let response =
        peer.agent.post(&url).content_type("text/plain; charset=utf-8").send(body).map_err(|error| error.to_string())?;
    let status = response.status().as_u16();
    let mut body = response.into_body();
    let text = body.with_config().limit(ANSWER_BYTES_MAX).read_to_string().map_err(|error| error.to_string())?;
    Ok((status, text))
}
