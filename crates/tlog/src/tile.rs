//! Tiles (C2SP tlog-tiles): where hashes and entries are found, and how a tree grows by tiles.

use std::fmt;

use crate::tree::{Hash, HashSource, fold};
use crate::wrong::Wrong;

/// Hashes in a full tile, and entries in a full bundle.
const WIDTH: u64 = 256;
/// Highest tile level the format knows.
const LEVEL_MAX: u8 = 63;

/// Is a tile to be written: its level, its number, its full content.
pub type Written = (u8, u64, Vec<Hash>);

/// Names a tile. `level` `None` is an entry bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    /// Level, or none for entries.
    pub level: Option<u8>,
    /// Number of the tile within its level.
    pub index: u64,
    /// Hashes asked for: 256, or fewer for a partial tile.
    pub width: u16,
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Some(level) => write!(f, "tile/{level}/")?,
            None => f.write_str("tile/entries/")?,
        }
        let mut groups = vec![self.index % 1_000];
        let mut rest = self.index / 1_000;
        while rest > 0 {
            groups.push(rest % 1_000);
            rest /= 1_000;
        }
        while let Some(group) = groups.pop() {
            if groups.is_empty() { write!(f, "{group:03}")? } else { write!(f, "x{group:03}/")? }
        }
        if u64::from(self.width) < WIDTH { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

impl Tile {
    /// Reads a path such as `tile/0/x001/067.p/3`. Only the one canonical spelling of a tile is accepted.
    pub fn parse(path: &str) -> Result<Self, Wrong> {
        let malformed = Wrong::Malformed("a tile path");
        let rest = path.strip_prefix("tile/").ok_or(malformed)?;
        let (level, rest) = rest.split_once('/').ok_or(malformed)?;
        let level = if level == "entries" { None } else { Some(level.parse().map_err(|_| malformed)?) };
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (number, width.parse().map_err(|_| malformed)?),
            None => (rest, WIDTH as u16),
        };
        let mut index: u64 = 0;
        for group in number.split('/') {
            let digits: u64 = group.strip_prefix('x').unwrap_or(group).parse().map_err(|_| malformed)?;
            index = index.checked_mul(1_000).and_then(|index| index.checked_add(digits)).ok_or(malformed)?;
        }
        let tile = Self { level, index, width };
        let known = level.is_none_or(|level| level <= LEVEL_MAX) && (1..=WIDTH as u16).contains(&width);
        if known && tile.to_string() == path { Ok(tile) } else { Err(malformed) }
    }

    /// Tells whether a tree of this size has the tile, exactly as wide.
    pub fn exists(&self, size: u64) -> bool {
        let shift = u32::from(self.level.unwrap_or(0)) * 8;
        let nodes = if shift < 64 { size >> shift } else { 0 };
        match self.index.checked_mul(WIDTH).and_then(|first| first.checked_add(u64::from(self.width))) {
            Some(end) => end <= nodes,
            None => false,
        }
    }
}

/// Grows a tree of `size_old` leaves: returns every tile that must be written anew, each with its full content.
pub fn append<S: HashSource>(size_old: u64, leaves: &[Hash], source: &mut S) -> Result<Vec<Written>, S::Error> {
    let mut changed = Vec::new();
    let (mut level, mut count, mut new) = (0_u8, size_old, leaves.to_vec());
    while !new.is_empty() {
        let mut index = count / WIDTH;
        let mut tile = if count.is_multiple_of(WIDTH) { Vec::new() } else { source.tile(level, index)? };
        tile.truncate((count % WIDTH) as usize);
        let mut above = Vec::new();
        for hash in new {
            tile.push(hash);
            if tile.len() as u64 == WIDTH {
                above.push(fold(tile.clone()));
                changed.push((level, index, std::mem::take(&mut tile)));
                index += 1;
            }
        }
        if !tile.is_empty() {
            changed.push((level, index, tile));
        }
        (level, count, new) = (level + 1, count / WIDTH, above);
    }
    Ok(changed)
}
