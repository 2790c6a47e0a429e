//! Telling other sites what they are to hear: signed requests, in the order of each matter, again until the other side has answered, under its
//! own signature, that it is durable there. Documented in `docs/exchange.md`; decision 0048.

use std::fs;
use std::path::Path;
use std::time::Duration;

use appeals::exchange::parcel::{Answer, Answered, COMPARED_MAX, ITEMS_MAX, Parcel, READS_MAX, Told};
use appeals::exchange::{tell, tell_read, told_to};
use civic::directory::Peer;
use civic::exchange::anchor;
use civic::exchange::reads::{self, OwedRead};
use civic::exchange::{self, DIGEST, FROM, Owed, PATH, SIGNATURE};
use civic::file::FileStore;
use civic::hall::Hall;
use civic::lease::Lease;
use data_encoding::HEXLOWER;
use db::{Fault, Tx};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use uuid::Uuid;

/// Names the job: one process does it at a time.
const JOB: &str = "exchange";
/// Bytes of files after which a request takes no further step.
const FILES_BYTES_FULL: usize = 8 * 1024 * 1024;
/// Largest answer, in bytes.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;
/// How often both sides compare what each has, in hours.
const COMPARE_HOURS: i64 = 24;
/// Tells other sites what they are to hear.
pub struct Sender {
    agent: ureq::Agent,
    holder: Uuid,
    files: FileStore,
}

/// Is what one request takes along.
#[derive(Default)]
struct Load {
    parcel: Parcel,
    files: Vec<Vec<u8>>,
    /// Steps of matters that were erased.
    gone: Vec<Owed>,
    /// Readings of matters that were erased.
    unseen: Vec<Owed>,
}

/// Is what waits for another site.
type Waiting = (Vec<Owed>, Vec<OwedRead>);

/// Is one of two lists that are told by number: steps, and readings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Steps,
    Reads,
}

impl List {
    /// Lists matters behind one, with the last of each that the other side has.
    fn last_sent(self, tx: &mut Tx<'_>, jurisdiction: i64, peer: Uuid, after: Uuid) -> Result<Vec<(Uuid, i64)>, Fault> {
        let page = (after, COMPARED_MAX as i64);
        match self {
            Self::Steps => exchange::last_sent(tx, jurisdiction, peer, page),
            Self::Reads => reads::last_sent(tx, jurisdiction, peer, page),
        }
    }

    fn parcel(self, told: Vec<Told>) -> Parcel {
        match self {
            Self::Steps => Parcel { told, ..Parcel::default() },
            Self::Reads => Parcel { reads_told: told, ..Parcel::default() },
        }
    }

    fn differ(self, answer: Answer) -> Vec<(Uuid, i64)> {
        match self {
            Self::Steps => answer.differ,
            Self::Reads => answer.reads_differ,
        }
    }

    fn again(self, tx: &mut Tx<'_>, jurisdiction: i64, which: (Uuid, Uuid, i64)) -> Result<(), Fault> {
        match self {
            Self::Steps => exchange::again(tx, jurisdiction, which),
            Self::Reads => reads::again(tx, jurisdiction, which),
        }
    }
}

/// Counts what a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Requests that were answered.
    pub answered: usize,
    /// Sites that could not be told.
    pub failed: usize,
}

impl Sender {
    /// Prepares it: an answer is waited for so long, and where a root (PEM) is named the certificates of other sites must lead to it.
    pub fn new(holder: Uuid, files: FileStore, (wait, root): (Duration, Option<&Path>)) -> Result<Self, Fault> {
        let mut config = ureq::Agent::config_builder().timeout_global(Some(wait)).http_status_as_error(false).max_redirects(0);
        if let Some(root) = root {
            let named = |error: &dyn std::fmt::Display| Fault::other(format!("exchange.root {}: {error}", root.display()));
            let text = fs::read(root).map_err(|error| named(&error))?;
            let certificate = |item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(Ok(certificate)),
                Ok(_) => None,
                Err(error) => Some(Err(named(&error))),
            };
            let roots = parse_pem(&text).filter_map(certificate).collect::<Result<Vec<_>, Fault>>()?;
            if roots.is_empty() {
                return Err(named(&"there is no certificate in it"));
            }
            config = config.tls_config(TlsConfig::builder().root_certs(RootCerts::new_with_certs(&roots)).build());
        }
        Ok(Self { agent: config.user_agent("minsheng").build().into(), holder, files })
    }

    /// Tells each site its next steps. Asked again until nothing was answered.
    pub fn round(&self, hall: &Hall) -> Result<Round, Fault> {
        let directory = hall.site.directory();
        let mut round = Round::default();
        for peer in directory.peers.values().filter(|peer| peer.active) {
            match self.serve(hall, peer)? {
                Some(true) => round.answered += 1,
                Some(false) => round.failed += 1,
                None => {}
            }
        }
        Ok(round)
    }

    /// Tells a site; none where there is nothing to tell, or it is not its time.
    fn serve(&self, hall: &Hall, peer: &Peer) -> Result<Option<bool>, Fault> {
        let (jurisdiction, id, now) = (hall.site.jurisdiction, peer.id, hall.clock.now());
        let look = move |tx: &mut Tx<'_>| {
            let contact = exchange::find(tx, jurisdiction, id)?;
            if contact.waits(now) {
                return Ok((contact, Waiting::default()));
            }
            let steps = exchange::waiting(tx, jurisdiction, id, ITEMS_MAX as i64)?;
            Ok::<_, Fault>((contact, (steps, reads::waiting(tx, jurisdiction, id, READS_MAX as i64)?)))
        };
        let (contact, owed) = hall.store.read_blocking(look)?;
        let compares = contact.trial
            || contact
                .compared_at
                .is_none_or(|at| at > now || now.duration_since(at) >= SignedDuration::from_hours(COMPARE_HOURS));
        let nothing = owed.0.is_empty() && owed.1.is_empty();
        if contact.waits(now) || (nothing && !compares) {
            return Ok(None);
        }
        let job = (JOB, self.holder);
        let Some(lease) = hall.store.write_blocking(move |tx| Lease::take(tx, jurisdiction, job, now))? else { return Ok(None) };
        let answer = if nothing { self.compare_all(hall, peer)? } else { self.send(hall, peer, owed)? };
        let now = hall.clock.now();
        hall.store.write_blocking(move |tx| {
            // whoever has taken the job since does it again: a step that comes twice is known
            if !lease.holds(tx, jurisdiction)? {
                return Ok(None);
            }
            match answer {
                Ok(()) => exchange::reached(tx, jurisdiction, id, now).map(|()| Some(true)),
                Err(why) => exchange::failed(tx, jurisdiction, (id, contact.attempts), &why, now).map(|()| Some(false)),
            }
        })
    }

    /// Sends steps, and notes what became of each.
    fn send(&self, hall: &Hall, peer: &Peer, owed: Waiting) -> Result<Result<(), String>, Fault> {
        let Load { parcel, files, gone, unseen } = self.pack(hall, owed)?;
        let (jurisdiction, id, now) = (hall.site.jurisdiction, peer.id, hall.clock.now());
        if !gone.is_empty() || !unseen.is_empty() {
            hall.store.write_blocking(move |tx| {
                gone.iter().try_for_each(|one| exchange::sent(tx, jurisdiction, (id, one.matter, one.n), now))?;
                unseen.iter().try_for_each(|one| reads::sent(tx, jurisdiction, (id, one.matter, one.n), now))
            })?;
        }
        if parcel.items.is_empty() && parcel.reads.is_empty() {
            return Ok(Ok(()));
        }
        let answer = match self.post(hall, peer, &parcel.pack(&files)) {
            Ok(answer) => answer,
            Err(why) => return Ok(Err(why)),
        };
        if answer.steps.is_empty() && answer.reads.is_empty() {
            return Ok(Err("nothing_taken".to_owned()));
        }
        let now = hall.clock.now();
        hall.store.write_blocking(move |tx| {
            answer.steps.iter().try_for_each(|step| note(tx, (jurisdiction, id), step, now))?;
            answer.reads.iter().try_for_each(|read| note_read(tx, (jurisdiction, id), read, now))
        })?;
        Ok(Ok(()))
    }

    /// Makes a request of what is owed, as much as fits; what was erased is told apart.
    fn pack(&self, hall: &Hall, (owed, seen): Waiting) -> Result<Load, Fault> {
        let (mut load, mut bytes) = (Load::default(), 0);
        for one in owed {
            let (site, files) = (hall.site.clone(), self.files.clone());
            match hall.store.read_blocking(move |tx| tell(tx, &site, &files, one))? {
                Some((item, files)) => {
                    bytes += files.iter().map(Vec::len).sum::<usize>();
                    load.parcel.items.push(item);
                    load.files.extend(files);
                }
                None => load.gone.push(one),
            }
            if bytes >= FILES_BYTES_FULL {
                break;
            }
        }
        let site = hall.site.clone();
        let told = hall.store.read_blocking(move |tx| {
            let each = seen.into_iter().map(|one| Ok((one.owed, tell_read(tx, &site, one)?)));
            each.collect::<Result<Vec<_>, Fault>>()
        })?;
        for (owed, read) in told {
            match read {
                Some(read) => load.parcel.reads.push(read),
                None => load.unseen.push(owed),
            }
        }
        Ok(load)
    }

    /// Compares steps and readings, and notes that it was done.
    fn compare_all(&self, hall: &Hall, peer: &Peer) -> Result<Result<(), String>, Fault> {
        let mut ahead = 0;
        for list in [List::Steps, List::Reads] {
            match self.compare(hall, peer, list)? {
                Ok(more) => ahead += more,
                Err(why) => return Ok(Err(why)),
            }
        }
        if peer.above {
            self.anchor(hall, peer)?;
        }
        let (jurisdiction, id, now) = (hall.site.jurisdiction, peer.id, hall.clock.now());
        hall.store.write_blocking(move |tx| exchange::compared(tx, jurisdiction, (id, ahead), now))?;
        Ok(Ok(()))
    }

    /// Compares how far each matter was told: what the other side lacks is sent once more; of how many it has more is returned.
    fn compare(&self, hall: &Hall, peer: &Peer, list: List) -> Result<Result<i64, String>, Fault> {
        let (jurisdiction, id) = (hall.site.jurisdiction, peer.id);
        let (mut after, mut ahead) = (Uuid::nil(), 0);
        loop {
            let site = hall.site.clone();
            let told = hall.store.read_blocking(move |tx| {
                let last = list.last_sent(tx, jurisdiction, id, after)?;
                let told = last.into_iter().map(|(matter, n)| Ok(Told { matter, to: told_to(tx, &site, matter)?, n }));
                told.collect::<Result<Vec<_>, Fault>>()
            })?;
            let (full, end) = (told.len() == COMPARED_MAX, told.last().map(|last| last.matter));
            let known: Vec<(Uuid, i64)> = told.iter().map(|told| (told.matter, told.n)).collect();
            let differ = match self.post(hall, peer, &list.parcel(told).pack(&[])) {
                Ok(answer) => list.differ(answer),
                Err(why) => return Ok(Err(why)),
            };
            let more = |(matter, heard): &&(Uuid, i64)| known.iter().any(|(own, n)| own == matter && heard > n);
            ahead += differ.iter().filter(more).count() as i64;
            hall.store.write_blocking(move |tx| {
                let less = differ.iter().filter(|(matter, heard)| known.iter().any(|(own, n)| own == matter && heard < n));
                less.clone().try_for_each(|(matter, heard)| list.again(tx, jurisdiction, (id, *matter, *heard)))
            })?;
            match end.filter(|_| full) {
                Some(end) => after = end,
                None => break,
            }
        }
        Ok(Ok(ahead))
    }

    /// Asks another site whether it is there and knows us, with nothing in it. `Err` says in a word what stood in the way.
    pub fn reach(&self, hall: &Hall, peer: &Peer) -> Result<(), String> {
        self.post(hall, peer, &Parcel::default().pack(&[])).map(drop)
    }

    /// Posts a request and checks who answered. `Err` says in a word what stood in the way.
    fn post(&self, hall: &Hall, peer: &Peer, body: &[u8]) -> Result<Answer, String> {
        let (site, (digest, mut answer)) = (&hall.site, self.asked(hall, peer, (PATH, body))?);
        let status = answer.status().as_u16();
        if status != 200 {
            return Err(status.to_string());
        }
        let signature = answer.headers().get(SIGNATURE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let bytes =
            answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec().map_err(|_| "unreachable".to_owned())?;
        // what answers for it must be the other site, and to this very request: not a page that something on the way put there
        let both = format!("{digest}.{}", HEXLOWER.encode(&Sha256::digest(&bytes)));
        if !exchange::holds(site, exchange::ANSWER, (&peer.key, &both), &signature) {
            return Err("unsigned".to_owned());
        }
        serde_json::from_slice(&bytes).map_err(|_| "unsigned".to_owned())
    }

    /// Posts something signed, and returns the digest of it with what came back.
    fn asked(
        &self,
        hall: &Hall,
        peer: &Peer,
        (path, body): (&str, &[u8]),
    ) -> Result<(String, ureq::http::Response<ureq::Body>), String> {
        let (site, digest) = (&hall.site, HEXLOWER.encode(&Sha256::digest(body)));
        let asked = self.agent.post(format!("{}{path}", peer.address)).header("Content-Type", "application/octet-stream");
        let asked = asked.header(FROM, exchange::public_key(site)).header(DIGEST, &digest);
        let asked = asked.header(SIGNATURE, exchange::sign(site, exchange::REQUEST, (&peer.key, &digest)));
        let answer = asked.send(body).map_err(|error| hindered(&error).to_owned())?;
        Ok((digest, answer))
    }

    /// Has the head of this log entered into that of the site above. Where that does not come about it is told and tried with the next
    /// comparison: nothing else waits for it, and an older version above knows nothing of it.
    fn anchor(&self, hall: &Hall, peer: &Peer) -> Result<(), Fault> {
        let site = hall.site.clone();
        let Some(head) = hall.store.read_blocking(move |tx| anchor::head(tx, &site))? else { return Ok(()) };
        let body = serde_json::to_vec(&head).map_err(|error| Fault::other("a head is no JSON").caused_by(error))?;
        let why = match self.asked(hall, peer, (anchor::PATH, &body)) {
            Ok((_, answer)) if answer.status().is_success() => return Ok(()),
            Ok((_, answer)) => answer.status().as_u16().to_string(),
            Err(why) => why,
        };
        tracing::warn!(peer = %peer.address, %why, "the site above did not enter the head of this log; it is tried again with the next comparison");
        Ok(())
    }
}

/// Says in a word why a request did not reach the other side.
fn hindered(error: &ureq::Error) -> &'static str {
    let of_certificate = |error: &std::io::Error| matches!(error.get_ref(), Some(inner) if inner.is::<rustls::Error>());
    match error {
        ureq::Error::Timeout(_) => "timeout",
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => "certificate",
        ureq::Error::Io(error) if of_certificate(error) => "certificate",
        _ => "unreachable",
    }
}

/// Notes what became of a step.
fn note(tx: &mut Tx<'_>, (jurisdiction, peer): (i64, Uuid), step: &Answered, now: Timestamp) -> Result<(), Fault> {
    let which = (peer, step.matter, step.n);
    match step.took.as_str() {
        "taken" | "known" => exchange::sent(tx, jurisdiction, which, now),
        "missing" if step.heard == 0 || exchange::has(tx, jurisdiction, (peer, step.matter, step.heard))? => {
            exchange::again(tx, jurisdiction, (peer, step.matter, step.heard))
        }
        // it has a step that is not here: this site was put back to an older day
        "missing" => exchange::refused(tx, jurisdiction, which, "ahead"),
        "refused" => exchange::refused(tx, jurisdiction, which, &step.why),
        _ => exchange::refused(tx, jurisdiction, which, "other"),
    }
}

/// Notes what became of a reading. They are numbered without a gap, so one that is not here lies behind the last.
fn note_read(tx: &mut Tx<'_>, (jurisdiction, peer): (i64, Uuid), read: &Answered, now: Timestamp) -> Result<(), Fault> {
    let which = (peer, read.matter, read.n);
    match read.took.as_str() {
        "taken" | "known" => reads::sent(tx, jurisdiction, which, now),
        "missing" if read.heard < read.n => reads::again(tx, jurisdiction, (peer, read.matter, read.heard)),
        "refused" => reads::refused(tx, jurisdiction, which, &read.why),
        _ => reads::refused(tx, jurisdiction, which, "other"),
    }
}
