//! The whole database against itself: journal, public log, access log, attachments.

use std::collections::HashMap;
use std::fs;

use appeals::store::Dump;
use civic::access;
use civic::file::{Address, FileStore};
use civic::finding::Finding;
use civic::hall::Hall;
use civic::journal::{self, Tiles};
use civic::site::Site;
use data_encoding::HEXLOWER;
use db::{Fault, FaultKind, Tx};
use sha2::{Digest, Sha256};
use tlog::checkpoint::Checkpoint;
use tlog::note::Verifier;
use tlog::{Hash, HashSource};
use uuid::Uuid;

use super::journal::compare;
use super::rot;
use super::tree::{self, TILE_HASHES, Tree};

/// Says what was found.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Events that differ: `what NUMBER POSITION`.
    pub events: Vec<String>,
    /// Everything else that does not hold, as sentences.
    pub others: Vec<String>,
    /// Entries of the public log.
    pub size: u64,
}

/// Looks at everything, in one state of the data.
pub(crate) fn look(hall: &Hall, files: &FileStore) -> Result<Report, Fault> {
    let (site, files) = (hall.site.clone(), files.clone());
    hall.store.read_blocking(move |tx| {
        let mut report = Report::default();
        let published = published(tx, &site, &mut report)?;
        report.size = published.len() as u64;
        report.others.extend(rot::checkpoints(tx, &site, &published)?);
        for difference in compare(tx, &site, &published, versions)? {
            let number = number(tx, &site, difference.matter)?;
            report.events.push(format!("{} {number} {}", difference.what, difference.position));
        }
        report.others.extend(access::check(tx, &site)?.iter().map(Finding::to_string));
        report.others.extend(appeals::sealed::check(tx, &site)?.iter().map(Finding::to_string));
        attachments(tx, &site, &files, &mut report)?;
        Ok(report)
    })
}

/// Returns what the tables say is the newest version of each matter.
fn versions(tx: &mut Tx<'_>, site: &Site) -> Result<HashMap<Uuid, i64>, Fault> {
    let mut versions = HashMap::new();
    Dump::of("matter")?.each(tx, site.jurisdiction, |rows| {
        for row in rows {
            versions.insert(row.get("id")?, row.get("version")?);
        }
        Ok(())
    })?;
    Ok(versions)
}

/// Finds the number of a matter, as the tables have it.
fn number(tx: &mut Tx<'_>, site: &Site, matter: Option<Uuid>) -> Result<String, Fault> {
    let row = match matter {
        Some(matter) => appeals::store::row(tx, site.jurisdiction, matter)?,
        None => None,
    };
    Ok(row.map_or_else(|| "-".to_owned(), |row| row.number))
}

/// Returns the hashes of all entries as they were published: the ones that lead to the signed root.
fn published(tx: &mut Tx<'_>, site: &Site, report: &mut Report) -> Result<Vec<Hash>, Fault> {
    let Some((size, note)) = journal::head(tx, site.jurisdiction)? else { return Ok(Vec::new()) };
    let verifier = Verifier::parse(&site.vkey()).map_err(|wrong| Fault::other(wrong.to_string()))?;
    let signed = Checkpoint::open(&note, &verifier).ok().filter(|checkpoint| checkpoint.size == size);
    if signed.is_none() {
        report.others.push(format!("the newest checkpoint, of size {size}, does not carry this site's signature"));
    }
    let tiled = tiled(tx, site, size)?;
    let fits = |leaves: &[Hash]| signed.as_ref().is_none_or(|signed| tree::root(leaves) == signed.root);
    let leaves = if fits(&tiled) {
        tiled
    } else {
        let mut own = Tree::default();
        for index in 0..size.div_ceil(TILE_HASHES as u64) {
            let width = (size - index * TILE_HASHES as u64).min(TILE_HASHES as u64);
            journal::entries(tx, site.jurisdiction, index, width as u16)?.iter().for_each(|entry| own.push(entry.as_bytes()));
        }
        let own = own.leaves();
        if own.len() as u64 == size && fits(&own) {
            own
        } else {
            report.others.push("neither the tiles nor the events lead to the root of the newest checkpoint".to_owned());
            tiled
        }
    };
    tiles(tx, site, &leaves, report)?;
    Ok(leaves)
}

/// Compares the stored tiles of every level with recomputed ones.
fn tiles(tx: &mut Tx<'_>, site: &Site, leaves: &[Hash], report: &mut Report) -> Result<(), Fault> {
    let above = tree::above(leaves);
    for (number, row) in std::iter::once(leaves).chain(above.iter().map(Vec::as_slice)).enumerate() {
        for (index, own) in row.chunks(TILE_HASHES).enumerate() {
            if own != stored(tx, site, (number as u8, index as u64), own.len())? {
                report.others.push(format!("tile {number}/{index} does not hold the hashes of its entries"));
            }
        }
    }
    Ok(())
}

/// Reads a tile. One that is missing or too short is filled up, and so found wrong.
fn stored(tx: &mut Tx<'_>, site: &Site, (level, index): (u8, u64), width: usize) -> Result<Vec<Hash>, Fault> {
    let mut tile = match Tiles::new(tx, site.jurisdiction).tile(level, index) {
        Err(fault) if fault.kind() == FaultKind::Corrupt => Vec::new(),
        tile => tile?,
    };
    tile.resize(width, [0; 32]);
    Ok(tile)
}

/// Reads the hashes of all leaves from the tiles.
fn tiled(tx: &mut Tx<'_>, site: &Site, count: u64) -> Result<Vec<Hash>, Fault> {
    let mut hashes = Vec::with_capacity(count as usize);
    for index in 0..count.div_ceil(TILE_HASHES as u64) {
        let width = (count - index * TILE_HASHES as u64).min(TILE_HASHES as u64) as usize;
        hashes.append(&mut stored(tx, site, (0, index), width)?);
    }
    Ok(hashes)
}

/// Checks that each attachment is there and is the one its address names.
fn attachments(tx: &mut Tx<'_>, site: &Site, files: &FileStore, report: &mut Report) -> Result<(), Fault> {
    let mut wrong = Vec::new();
    Dump::of("matter_file")?.each(tx, site.jurisdiction, |rows| {
        for row in rows {
            let (text, matter): (String, Uuid) = (row.get("address")?, row.get("matter")?);
            let state = match Address::parse(&text).map(|address| fs::read(files.path(&address))) {
                None => "is not named by an address",
                Some(Err(_)) => "is missing or cannot be read",
                Some(Ok(bytes)) if HEXLOWER.encode(&Sha256::digest(&bytes)) != text => "was changed",
                Some(Ok(_)) => continue,
            };
            wrong.push((text, matter, state));
        }
        Ok(())
    })?;
    for (text, matter, state) in wrong {
        report.others.push(format!("attachment {text} of {} {state}", number(tx, site, Some(matter))?));
    }
    Ok(())
}
