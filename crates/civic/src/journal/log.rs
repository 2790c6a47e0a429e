//! The public log over the journal: leaves, tiles and checkpoints, made in the same transaction as the events.

use std::sync::Arc;

use db::{BatchHooks, Fault, FaultKind, Mark, Tx, params};
use tlog::checkpoint::Checkpoint;
use tlog::{Hash, HashSource};

use super::fresh::Batch;
use super::nodes::Nodes;
use super::sql;
use crate::access;
use crate::site::Site;

/// Hashes in a full tile.
const TILE_HASHES: usize = 256;

/// Reads tiles inside a transaction.
pub struct Tiles<'a, 'c> {
    tx: &'a mut Tx<'c>,
    jurisdiction: i64,
    nodes: Option<&'a Nodes>,
    /// The tile read last: the hashes beside a leaf are asked for one after another, and lie in one tile.
    last: Option<(u8, u64, Vec<Hash>)>,
}

impl<'a, 'c> Tiles<'a, 'c> {
    /// Starts reading what is stored, and nothing else.
    pub fn new(tx: &'a mut Tx<'c>, jurisdiction: i64) -> Self {
        Self { tx, jurisdiction, nodes: None, last: None }
    }

    /// Starts reading for a site, which may know the hash above some tiles already.
    fn of(tx: &'a mut Tx<'c>, site: &'a Site) -> Self {
        Self { nodes: Some(&site.nodes), ..Self::new(tx, site.jurisdiction) }
    }
}

impl HashSource for Tiles<'_, '_> {
    type Error = Fault;

    fn tile(&mut self, level: u8, index: u64) -> Result<Vec<Hash>, Fault> {
        if let Some((_, _, hashes)) = self.last.as_ref().filter(|(l, i, _)| (*l, *i) == (level, index)) {
            return Ok(hashes.clone());
        }
        let row = self.tx.row(sql::GET_TILE, params![self.jurisdiction, i64::from(level), index as i64])?;
        let row = row.ok_or_else(|| Fault::new(FaultKind::Corrupt, format!("tile {level}/{index} is missing")))?;
        let bytes: Vec<u8> = row.get("hashes")?;
        let (hashes, rest) = bytes.as_chunks::<32>();
        if !rest.is_empty() || hashes.len() > TILE_HASHES {
            return Err(Fault::new(FaultKind::Corrupt, format!("tile {level}/{index} has a wrong length")));
        }
        self.last = Some((level, index, hashes.to_vec()));
        Ok(hashes.to_vec())
    }

    fn known(&mut self, level: u32, index: u64) -> Option<Hash> {
        self.nodes?.get((level, index))
    }

    fn learnt(&mut self, level: u32, index: u64, hash: &Hash) {
        if let Some(nodes) = self.nodes.filter(|_| self.tx.sees_only_committed()) {
            nodes.put((level, index), *hash);
        }
    }
}

/// Locks the head of the log when a batch begins and, when it ends, hashes its new entries and signs a checkpoint.
/// So no checkpoint is ever ahead of durable data and none is smaller than one before it.
pub struct Hooks {
    site: Arc<Site>,
}

impl Hooks {
    /// Makes the hooks of a site's store.
    pub fn new(site: Arc<Site>) -> Self {
        Self { site }
    }
}

impl BatchHooks for Hooks {
    /// Seals the head of an access log that was begun before heads were sealed. In the same transaction as the table: after a
    /// death between the two nobody could tell a head that was never sealed from one that was taken away.
    fn migrated(&mut self, tx: &mut Tx<'_>, name: &str) -> Result<(), Fault> {
        if name != access::HEAD_MIGRATION.name || tx.row(sql::HEAD, params![self.site.jurisdiction])?.is_none() {
            return Ok(());
        }
        access::start(tx, &self.site)
    }

    fn begin(&mut self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        self.site.forget_draft();
        self.site.fresh.draft(None);
        let Some(row) = tx.row(sql::LOCK_HEAD, params![self.site.jurisdiction])? else { return Ok(()) };
        let figures = [row.get("position")?, row.get("size")?, row.get("at")?, row.get("hashed")?];
        tx.set_mark(Mark { figures, chain: None });
        self.site.refresh_directory(tx, row.get("directory")?)
    }

    fn between(&mut self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        if !self.site.has_draft() {
            return Ok(());
        }
        let row = tx.row(sql::HEAD, params![self.site.jurisdiction])?;
        let row = row.ok_or_else(|| Fault::other("the site has no log head: run init first"))?;
        self.site.check_draft(tx, row.get("directory")?)
    }

    fn end(&mut self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let jurisdiction = self.site.jurisdiction;
        let marked = tx.mark();
        if let Some(head) = marked.and_then(|mark| mark.chain) {
            access::settle(tx, &self.site, &head)?;
        }
        let marked = marked.map(|mark| mark.figures);
        let (size, hashed) = match marked {
            Some([_, size, _, hashed]) => (size, hashed),
            // a log that was begun in this very batch
            None => match tx.row(sql::HEAD, params![jurisdiction])? {
                Some(row) => (row.get("size")?, row.get("hashed")?),
                None => return Ok(()),
            },
        };
        if hashed == size {
            return Ok(());
        }
        let mut leaves = Vec::with_capacity((size - hashed) as usize);
        for row in tx.rows(sql::UNHASHED, params![jurisdiction, hashed, size])? {
            leaves.push(tlog::leaf_hash(row.get::<String>("fact")?.as_bytes()));
        }
        let tiles = tlog::append(hashed as u64, &leaves, &mut Tiles::new(tx, jurisdiction))?;
        for (level, index, hashes) in &tiles {
            tx.later(sql::PUT_TILE, params![jurisdiction, i64::from(*level), *index as i64, hashes.concat()])?;
        }
        let root = tlog::root(size as u64, &mut Tiles::of(tx, &self.site))?;
        let note = self.site.sign_checkpoint(size as u64, root);
        tx.later(sql::PUT_CHECKPOINT, params![jurisdiction, size, note.as_str()])?;
        self.site.fresh.draft(Some(Batch { from: hashed as u64, size: size as u64, note, tiles }));
        match marked {
            Some([position, size, at, _]) => tx.later(sql::SET_HEAD, params![jurisdiction, position, size, at]),
            None => tx.later(sql::SET_HASHED, params![jurisdiction, size]),
        }
    }

    fn committed(&mut self) {
        self.site.fresh.keep();
        self.site.publish_draft();
    }
}

/// Writes the head of a new log and signs the checkpoint of the empty one, so that from the first moment there is
/// something a stranger can check and a later log must begin with.
pub fn start(tx: &mut Tx<'_>, site: &Site, directory_key: i64) -> Result<(), Fault> {
    tx.run(sql::START_HEAD, params![site.jurisdiction, directory_key])?;
    tx.run(sql::START_CHECKPOINT, params![site.jurisdiction, site.sign_checkpoint(0, tlog::EMPTY_ROOT)])?;
    Ok(())
}

/// Finds the newest signed checkpoint and its size. `None` only where no log was started.
pub fn head(tx: &mut Tx<'_>, jurisdiction: i64) -> Result<Option<(u64, String)>, Fault> {
    let row = tx.row(sql::NEWEST_CHECKPOINT, params![jurisdiction])?;
    row.map(|row| Ok((row.get::<i64>("size")? as u64, row.get("note")?))).transpose()
}

/// Lists up to `count` signed checkpoints above a size, smallest first.
pub fn checkpoints(tx: &mut Tx<'_>, jurisdiction: i64, above: i64, count: i64) -> Result<Vec<(i64, String)>, Fault> {
    let rows = tx.rows(sql::CHECKPOINTS, params![jurisdiction, above, count])?;
    rows.iter().map(|row| Ok((row.get("size")?, row.get("note")?))).collect()
}

/// Finds the first checkpoint that covers a leaf: the same one for ever, so a receipt asked for twice is the same.
pub fn receipt_note(tx: &mut Tx<'_>, jurisdiction: i64, leaf: i64) -> Result<(u64, String), Fault> {
    let row = tx.row(sql::CHECKPOINT_OVER, params![jurisdiction, leaf])?;
    let row = row.ok_or_else(|| Fault::other(format!("no checkpoint covers leaf {leaf} yet")))?;
    Ok((row.get::<i64>("size")? as u64, row.get("note")?))
}

/// Lists the public entries of a bundle: `width` of them from the beginning of the bundle on. The caller has checked that
/// the published tree holds them.
pub fn entries(tx: &mut Tx<'_>, jurisdiction: i64, index: u64, width: u16) -> Result<Vec<String>, Fault> {
    let first = index as i64 * TILE_HASHES as i64;
    let rows = tx.rows(sql::FACTS, params![jurisdiction, first, first + i64::from(width)])?;
    rows.iter().map(|row| row.get("fact")).collect()
}

/// Proves a leaf inside the tree of a given size.
pub fn proof_for(tx: &mut Tx<'_>, site: &Site, leaf: i64, size: u64) -> Result<Vec<Hash>, Fault> {
    tlog::prove_inclusion(leaf as u64, size, &mut Tiles::of(tx, site))
}

impl Site {
    fn sign_checkpoint(&self, size: u64, root: Hash) -> String {
        let checkpoint = Checkpoint { origin: self.origin.clone(), size, root, extensions: Vec::new() };
        checkpoint.sign(&self.log_signer)
    }
}
