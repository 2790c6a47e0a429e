//! A golden log of five entries and everything a site would serve of it, built from the pure functions only.

use std::collections::BTreeMap;

use civic::journal::{Public, canonical, commitment, render};
use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::{Signer as _, SigningKey};
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use tlog::checkpoint::Checkpoint;
use tlog::note::Signer;
use tlog::proof::TlogProof;
use tlog::{Hash, HashSource, Tile, bundle};

/// Name of the golden log. It is no site; nobody runs it.
pub const ORIGIN: &str = "log.example/990121";
/// Pseudonym of the one matter in it.
pub const MATTER: &str = "5f0c1d2e3b4a59687786954433221100";
/// Seed of the log's key. A test key: nothing real is signed with it.
pub const LOG_SEED: [u8; 32] = [0x5a; 32];
/// Seed of the resident's rating key.
pub const RATING_SEED: [u8; 32] = [0x3c; 32];

/// Is an entry with what it commits to.
#[derive(Clone)]
pub struct Golden {
    pub kind: &'static str,
    pub day: Date,
    pub nonce: [u8; 32],
    pub body: String,
    pub entry: String,
}

/// Is a log in memory and what it serves.
pub struct Log {
    pub entries: Vec<Golden>,
    pub signer: Signer,
    tiles: BTreeMap<(u8, u64), Vec<Hash>>,
}

struct Memory<'a>(&'a BTreeMap<(u8, u64), Vec<Hash>>);

impl HashSource for Memory<'_> {
    type Error = String;

    fn tile(&mut self, level: u8, index: u64) -> Result<Vec<Hash>, String> {
        self.0.get(&(level, index)).cloned().ok_or_else(|| format!("tile {level}/{index} is missing"))
    }
}

/// Writes one entry; its nonce is told by its place.
pub fn golden(at: usize, (kind, pseudonym, day): (&'static str, &str, Date), public: &Public, body: &Value) -> Golden {
    let nonce = [0xa0 + at as u8; 32];
    let body = canonical(body);
    let entry = render(kind, pseudonym, day, public, &commitment(&nonce, &body)).unwrap();
    Golden { kind, day, nonce, body, entry }
}

/// Returns the text a rating signs.
pub fn rating_text(of: usize, grade: u8) -> String {
    format!("minsheng/rating/1\n{MATTER}\n{of}\n{grade}\n")
}

fn of_matter(category: Option<&str>, fields: &Value) -> Public {
    Public {
        office: Some("990121-13".to_owned()),
        place: Some("990121100".to_owned()),
        category: category.map(str::to_owned),
        fields: fields.as_object().cloned().unwrap_or_default(),
    }
}

/// Writes the body of the golden filing: every kind of character that canonical JSON treats in a way of its own.
fn filed() -> Value {
    json!({
        "event": "filed",
        "number": "MS9901212611247Q2KX0RP",
        "what": "槐树坪村口的路灯坏了三天，\n老人夜里\"摸黑\"走路 😀\u{1}\\/",
        "place": "990121100201",
        "place_words": "村口小卖部对面",
        "kind": "complaint",
        "identity": "anonymous",
        "danger": false,
        "people": 1,
        "files": [],
    })
}

/// Builds the five golden entries. `grade` is the one the rating entry states; the resident signed a 5.
pub fn five(grade: u8) -> Vec<Golden> {
    let key = SigningKey::from_bytes(&RATING_SEED);
    let sig = BASE64.encode(&key.sign(rating_text(3, 5).as_bytes()).to_bytes());
    let place = json!({"noun": "place", "change": "added", "code": "990121", "sha256": "0d".repeat(32)});
    let set = Public { fields: place.as_object().cloned().unwrap(), ..Public::default() };
    let site = "00112233445566778899aabbccddeeff";
    let rk = BASE64.encode(key.verifying_key().as_bytes());
    let file = json!({"kd": "complaint", "ch": "web", "rk": rk, "rv": "0123456789abcdef", "due": "2026-12-09", "tm": "xf.register_forward"});
    let accept = json!({"due": "2027-01-25", "tm": "xf.handle"});
    let rated = json!({"g": grade, "of": 3, "sig": sig});
    let known = Some("13");
    let on = |day| date(2026, 11, day);
    vec![
        golden(
            0,
            ("directory_set", site, on(20)),
            &set,
            &json!({"entry": {"code": "990121", "name": "清禾县"}, "change": "added"}),
        ),
        golden(1, ("filed", MATTER, on(24)), &of_matter(None, &file), &filed()),
        golden(2, ("accepted", MATTER, on(25)), &of_matter(known, &accept), &json!({"event": "accepted", "category": "13"})),
        golden(3, ("replied", MATTER, on(25)), &of_matter(known, &json!({"oc": "support"})), &json!({"event": "replied"})),
        golden(4, ("rated", MATTER, on(26)), &of_matter(known, &rated), &json!({"event": "rated", "grade": 5, "words": "谢谢"})),
    ]
}

impl Log {
    /// Builds a log of these entries.
    pub fn of(entries: Vec<Golden>) -> Self {
        let leaves: Vec<Hash> = entries.iter().map(|golden| tlog::leaf_hash(golden.entry.as_bytes())).collect();
        let written = tlog::append(0, &leaves, &mut Memory(&BTreeMap::new())).unwrap();
        let tiles = written.into_iter().map(|(level, index, hashes)| ((level, index), hashes)).collect();
        Self { entries, signer: Signer::new(ORIGIN, LOG_SEED), tiles }
    }

    /// Returns the root of the first `size` entries.
    pub fn root(&self, size: usize) -> Hash {
        tlog::root(size as u64, &mut Memory(&self.tiles)).unwrap()
    }

    /// Signs the checkpoint of the first `size` entries.
    pub fn checkpoint(&self, size: usize) -> String {
        let root = self.root(size);
        Checkpoint { origin: ORIGIN.into(), size: size as u64, root, extensions: vec![] }.sign(&self.signer)
    }

    /// Writes the receipt of an entry against the checkpoint of a size.
    pub fn receipt(&self, index: usize, size: usize) -> String {
        let golden = &self.entries[index];
        let nonce = HEXLOWER.encode(&golden.nonce);
        let extra = canonical(&json!({"body": golden.body, "entry": golden.entry, "nonce": nonce}));
        let hashes = tlog::prove_inclusion(index as u64, size as u64, &mut Memory(&self.tiles)).unwrap();
        let checkpoint = self.checkpoint(size);
        TlogProof { extra: Some(extra.into_bytes()), index: index as u64, hashes, checkpoint }.to_text()
    }

    /// Writes the promise of an entry that waits for its batch.
    pub fn promise(&self, golden: &Golden, by: Date) -> String {
        let commitment = commitment(&golden.nonce, &golden.body);
        let text = format!("minsheng.promise/1\n{ORIGIN}\n{commitment}\n{}\n{by}\n", golden.day);
        let nonce = HEXLOWER.encode(&golden.nonce);
        let extra = canonical(&json!({"body": golden.body, "entry": "", "nonce": nonce}));
        let note = tlog::note::sign(&text, &[&self.signer]);
        format!("minsheng.promise/1\nextra {}\n\n{note}", BASE64.encode(extra.as_bytes()))
    }

    /// Returns everything a site serves under `/log/`, by address below it.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::from([("checkpoint".to_owned(), self.checkpoint(self.entries.len()).into_bytes())]);
        files.insert("vkey".to_owned(), format!("{}\n", self.signer.vkey()).into_bytes());
        for ((level, index), hashes) in &self.tiles {
            let tile = Tile { level: Some(*level), index: *index, width: hashes.len() as u16 };
            files.insert(tile.to_string(), hashes.concat());
        }
        for (index, chunk) in self.entries.chunks(256).enumerate() {
            let tile = Tile { level: None, index: index as u64, width: chunk.len() as u16 };
            files.insert(tile.to_string(), bundle::encode(chunk.iter().map(|golden| golden.entry.as_bytes())));
        }
        files
    }
}
