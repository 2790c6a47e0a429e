//! ISO base media files (MP4, MOV, 3GP, M4A, HEIC): nested boxes. What tells about a person is blanked in place, so that
//! every offset in the file stays right.

use std::ops::Range;

/// Boxes looked at on one level.
const BOXES_MAX: usize = 4_096;
/// Items of a HEIC file looked at.
const ITEMS_MAX: u64 = 4_096;

/// Is one box: its four-letter kind, where the kind stands, where its body lies.
struct Node {
    kind: [u8; 4],
    kind_at: usize,
    body: Range<usize>,
}

/// Reads `width` bytes at a place as a number.
fn number(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let found = bytes.get(at..at.checked_add(width)?)?;
    (width <= 8).then(|| found.iter().fold(0, |value, byte| (value << 8) | u64::from(*byte)))
}

/// Lists the boxes that lie side by side in a range; stops where the file does not hold what a box promises.
fn nodes(bytes: &[u8], within: Range<usize>) -> Vec<Node> {
    let (mut at, mut found) = (within.start, Vec::new());
    while found.len() < BOXES_MAX
        && let Some(node) = node(bytes, at, within.end)
    {
        at = node.body.end;
        found.push(node);
    }
    found
}

fn node(bytes: &[u8], at: usize, end: usize) -> Option<Node> {
    let room = end.checked_sub(at)? as u64;
    let kind: [u8; 4] = bytes.get(at + 4..at + 8)?.try_into().ok()?;
    let (head, size) = match number(bytes, at, 4)? {
        0 => (8, room),
        1 => (16, number(bytes, at + 8, 8)?),
        size => (8, size),
    };
    let stop = at.checked_add(usize::try_from(size).ok()?)?;
    (size >= head && size <= room).then(|| Node { kind, kind_at: at + 4, body: at + head as usize..stop })
}

/// Finds a box by its path of kinds, skipping the four bytes that begin a `meta` box.
fn find(bytes: &[u8], path: &[&[u8; 4]]) -> Option<Range<usize>> {
    let mut within = 0..bytes.len();
    for kind in path {
        let mut body = nodes(bytes, within).into_iter().find(|node| node.kind == **kind)?.body;
        if *kind == b"meta" {
            body.start = body.start.checked_add(4).filter(|start| *start <= body.end)?;
        }
        within = body;
    }
    Some(within)
}

/// Returns the brands a file names, the major one first.
pub(super) fn brands(bytes: &[u8]) -> Vec<[u8; 4]> {
    let Some(first) = node(bytes, 0, bytes.len()).filter(|node| node.kind == *b"ftyp") else { return Vec::new() };
    let mut brands = bytes[first.body].as_chunks::<4>().0.to_vec();
    if brands.len() > 1 {
        brands.remove(1); // the minor version
    }
    brands
}

/// Tells whether a film has the box that describes its tracks.
pub(super) fn has_movie(bytes: &[u8]) -> bool {
    find(bytes, &[b"moov"]).is_some() || find(bytes, &[b"moof"]).is_some()
}

/// Returns width and height of the largest picture a HEIC file declares.
pub(super) fn heic_size(bytes: &[u8]) -> Option<(u64, u64)> {
    let properties = find(bytes, &[b"meta", b"iprp", b"ipco"])?;
    let sizes = nodes(bytes, properties).into_iter().filter(|node| node.kind == *b"ispe").filter_map(|node| {
        let at = node.body.start;
        Some((number(bytes, at + 4, 4)?, number(bytes, at + 8, 4)?))
    });
    sizes.max_by_key(|(width, height)| width.saturating_mul(*height))
}

/// Blanks the boxes of a film that tell where, with what and by whom it was taken.
pub(super) fn clean_film(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    blank_within(&mut out, 0..bytes.len());
    out
}

fn blank_within(out: &mut [u8], within: Range<usize>) {
    for node in nodes(out, within) {
        match &node.kind {
            b"udta" | b"meta" | b"uuid" => {
                out[node.kind_at..node.kind_at + 4].copy_from_slice(b"free");
                out[node.body].fill(0);
            }
            b"moov" | b"trak" => blank_within(out, node.body),
            _ => {}
        }
    }
}

/// Blanks EXIF and XMP of a HEIC photo. `None` when the file keeps them in a way that is not understood.
pub(super) fn clean_heic(bytes: &[u8]) -> Option<Vec<u8>> {
    let telling = telling_items(bytes)?;
    let mut out = bytes.to_vec();
    for (id, extents) in locations(bytes)? {
        if telling.contains(&id) {
            for extent in extents {
                out.get_mut(extent)?.fill(0);
            }
        }
    }
    Some(out)
}

/// Lists the items that hold EXIF or XMP.
fn telling_items(bytes: &[u8]) -> Option<Vec<u64>> {
    let infos = find(bytes, &[b"meta", b"iinf"])?;
    let count_bytes = if number(bytes, infos.start, 1)? == 0 { 2 } else { 4 };
    let mut found = Vec::new();
    for node in nodes(bytes, infos.start + 4 + count_bytes..infos.end) {
        let at = node.body.start;
        let id_bytes = if number(bytes, at, 1)? == 3 { 4 } else { 2 };
        let kind = bytes.get(at + 4 + id_bytes + 2..at + 4 + id_bytes + 6)?;
        if matches!(kind, b"Exif" | b"mime" | b"uri ") {
            found.push(number(bytes, at + 4, id_bytes)?);
        }
    }
    Some(found)
}

/// Lists where each item lies.
fn locations(bytes: &[u8]) -> Option<Vec<(u64, Vec<Range<usize>>)>> {
    let iloc = find(bytes, &[b"meta", b"iloc"])?;
    let version = number(bytes, iloc.start, 1)?;
    let sizes = number(bytes, iloc.start + 4, 2)?;
    let nibble = |shift: u32| ((sizes >> shift) & 0xf) as usize;
    let (offset_bytes, length_bytes, base_bytes) = (nibble(12), nibble(8), nibble(4));
    let index_bytes = if version > 0 { nibble(0) } else { 0 };
    let id_bytes = if version == 2 { 4 } else { 2 };
    let mut at = iloc.start + 6;
    let mut take = |width: usize| {
        let value = number(bytes, at, width)?;
        at += width;
        Some(value)
    };
    let count = take(id_bytes)?.min(ITEMS_MAX);
    let data = find(bytes, &[b"meta", b"idat"]).map_or(0, |data| data.start as u64);
    let mut found = Vec::new();
    for _ in 0..count {
        let id = take(id_bytes)?;
        let method = if version > 0 { take(2)? & 0xf } else { 0 };
        take(2)?;
        let base = take(base_bytes)?.checked_add(if method == 1 { data } else { 0 })?;
        let mut extents = Vec::new();
        for _ in 0..take(2)?.min(ITEMS_MAX) {
            take(index_bytes)?;
            let start = usize::try_from(take(offset_bytes)?.checked_add(base)?).ok()?;
            let length = usize::try_from(take(length_bytes)?).ok()?;
            extents.push(start..start.checked_add(length)?);
        }
        found.push((id, extents));
    }
    Some(found)
}
