//! The archive that a resident took away: checked offline, with nothing but the log's key. (`docs/log-format.md`, section 10)

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use appeals::archive::{CHECKPOINT, HEADER, PROOFS, RECEIPT, REPORTS, SIGNED, SUMS, VKEY};
use data_encoding::HEXLOWER;
use db::{Context, Fault};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tlog::checkpoint::Checkpoint;
use tlog::note::{self, Verifier};
use tlog::proof::TlogProof;
use zip::ZipArchive;

use super::{Findings, receipt};

/// Largest list, key, signature or proof, in bytes.
const TEXT_BYTES_MAX: u64 = 4_194_304;
/// Most files in an archive.
const FILES_MAX: usize = 20_000;

/// Checks an archive; without a key, with the one that lies in it. Returns how many files hold.
pub(crate) fn check(path: &Path, vkey: Option<&str>, findings: &mut Findings) -> Result<usize, Fault> {
    let file = File::open(path).context(format!("while opening {}", path.display()))?;
    let broken = |_| Fault::other(format!("{} is not a whole ZIP file", path.display()));
    let mut zip = ZipArchive::new(file).map_err(broken)?;
    if zip.len() > FILES_MAX {
        return Err(Fault::other(format!("the archive holds more than {FILES_MAX} files")));
    }
    let missing = |name: &str| Fault::other(format!("the archive holds no {name} that can be read"));
    let (sums, signed) = (text(&mut zip, SUMS).ok_or_else(|| missing(SUMS))?, text(&mut zip, SIGNED));
    let own = text(&mut zip, VKEY).unwrap_or_default();
    let verifier = Verifier::parse(vkey.unwrap_or(own.trim())).map_err(|wrong| Fault::other(format!("verifier key: {wrong}")))?;
    if let Err(why) = signature(&signed.ok_or_else(|| missing(SIGNED))?, &sums, &verifier) {
        findings.wrong(format!("{SIGNED}: {why}"));
    }
    let holding = files(&mut zip, &sums, findings);
    proofs(&mut zip, &verifier, findings);
    Ok(holding)
}

/// Reads a small file.
fn text(zip: &mut ZipArchive<File>, name: &str) -> Option<String> {
    let mut text = String::new();
    zip.by_name(name).ok()?.take(TEXT_BYTES_MAX).read_to_string(&mut text).ok()?;
    Some(text)
}

/// Checks the signature over the list of sums.
fn signature(signed: &str, sums: &str, verifier: &Verifier) -> Result<(), String> {
    let opened = note::open(signed, &[verifier]).map_err(|wrong| wrong.to_string())?;
    let lines: Vec<&str> = opened.text.lines().collect();
    let [HEADER, origin, _, _, sum] = lines[..] else { return Err("signs something else than an archive".to_owned()) };
    if origin != verifier.name() {
        return Err("is of another log".to_owned());
    }
    if sum != HEXLOWER.encode(&Sha256::digest(sums)) {
        return Err(format!("{SUMS} is not the list that was signed"));
    }
    Ok(())
}

/// Compares every file with its sum. Returns how many are as they were.
fn files(zip: &mut ZipArchive<File>, sums: &str, findings: &mut Findings) -> usize {
    let (mut listed, mut holding) = (BTreeSet::from([SUMS.to_owned(), SIGNED.to_owned()]), 0);
    for line in sums.lines() {
        let Some((sum, name)) = line.split_once("  ") else {
            findings.wrong(format!("{SUMS}: a line names no file"));
            continue;
        };
        if !listed.insert(name.to_owned()) {
            findings.wrong(format!("{name}: stands twice on the list"));
        }
        match digest(zip, name) {
            Some(found) if found == sum => holding += 1,
            Some(_) => findings.wrong(format!("{name}: was changed")),
            None => findings.wrong(format!("{name}: is missing or cannot be read")),
        }
    }
    let members: Vec<String> =
        (0..zip.len()).filter_map(|at| Some(zip.by_index_raw(at).ok()?.name().ok()?.into_owned())).collect();
    let mut seen = BTreeSet::new();
    for name in members {
        findings.hold(listed.contains(&name), || format!("{name}: is not on the list"));
        findings.hold(seen.insert(name.clone()), || format!("{name}: lies in the archive twice"));
    }
    holding
}

fn digest(zip: &mut ZipArchive<File>, name: &str) -> Option<String> {
    let (mut file, mut hash) = (zip.by_name(name).ok()?, Sha256::new());
    let mut piece = vec![0; 65_536];
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Some(HEXLOWER.encode(&hash.finalize())),
            Ok(count) => hash.update(&piece[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // a broken checksum of the ZIP itself: changed all the same
            Err(_) => return Some(String::new()),
        }
    }
}

/// Checks receipt, proofs and checkpoint against the key.
fn proofs(zip: &mut ZipArchive<File>, verifier: &Verifier, findings: &mut Findings) {
    let names: Vec<String> = zip.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect();
    let mut matter = None;
    for name in names {
        let Some(text) = text(zip, &name).filter(|_| is_proof(&name)) else { continue };
        let found = match name.as_str() {
            CHECKPOINT => Checkpoint::open(&text, verifier).map(|_| None).map_err(|wrong| wrong.to_string()),
            _ if receipt::is_promise(&text) => receipt::promise(&text, verifier).map(|_| None),
            name if name.starts_with(PROOFS) => step(&text, verifier).map(Some),
            _ => receipt::check(&text, verifier).map(|receipt| Some(receipt.entry)),
        };
        match found {
            Ok(Some(entry)) if !name.starts_with(REPORTS) => {
                let own = pseudonym(&entry);
                let first = matter.get_or_insert_with(|| own.clone());
                findings.hold(*first == own, || format!("{name}: proves a step of another matter"));
            }
            Ok(_) => {}
            Err(why) => findings.wrong(format!("{name}: {why}")),
        }
    }
}

fn is_proof(name: &str) -> bool {
    [CHECKPOINT, RECEIPT].contains(&name) || name.starts_with(PROOFS) || name.starts_with(REPORTS)
}

/// Checks the proof of a later step: its public entry, without a body.
fn step(text: &str, verifier: &Verifier) -> Result<String, String> {
    let proof = TlogProof::parse(text).map_err(|wrong| wrong.to_string())?;
    let extra: Value = serde_json::from_slice(proof.extra.as_deref().unwrap_or_default()).map_err(|_| "carries no entry")?;
    let entry = extra["entry"].as_str().ok_or("carries no entry")?.to_owned();
    proof.verify(entry.as_bytes(), verifier).map_err(|wrong| wrong.to_string())?;
    Ok(entry)
}

fn pseudonym(entry: &str) -> Option<String> {
    serde_json::from_str::<Value>(entry).ok()?["m"].as_str().map(str::to_owned)
}
