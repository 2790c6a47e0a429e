//! GIF: a walk over its blocks, so that comments, XMP and whatever hides behind the end stay behind.

/// Bytes of the signature and of the screen's description.
const HEAD_BYTES: usize = 13;
/// Bytes of an image's description.
const IMAGE_BYTES: usize = 10;
/// Begins an extension.
const EXTENSION: u8 = 0x21;
/// Begins an image.
const IMAGE: u8 = 0x2c;
/// Ends the file.
const TRAILER: u8 = 0x3b;
/// Extension that says how long and how transparent the next image is.
const CONTROL: u8 = 0xf9;
/// Extension of a program.
const APPLICATION: u8 = 0xff;
/// Programs whose extension says how often a film runs, and nothing else.
const LOOPS: &[&[u8]] = &[b"NETSCAPE2.0", b"ANIMEXTS1.0"];
/// Bytes of a block that says how often a film runs.
const LOOP_BYTES: u8 = 3;

/// Returns the picture without comments, texts and what programs left in it. `None` for a file that is not whole.
pub(super) fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut at = HEAD_BYTES + colours(*bytes.get(10)?);
    let mut copy = bytes.get(..at)?.to_vec();
    loop {
        let end = match bytes.get(at) {
            // old programs forget the last byte
            None | Some(&TRAILER) => {
                copy.push(TRAILER);
                return Some(copy);
            }
            Some(&EXTENSION) => past_blocks(bytes, at + 2)?,
            Some(&IMAGE) => past_blocks(bytes, at + IMAGE_BYTES + colours(*bytes.get(at + 9)?) + 1)?,
            Some(_) => return None,
        };
        let block = bytes.get(at..end)?;
        if is_needed(block) {
            copy.extend_from_slice(block);
        }
        at = end;
    }
}

/// Returns how many bytes a table of colours takes, after the byte that describes it.
fn colours(packed: u8) -> usize {
    if packed & 0x80 == 0 { 0 } else { 3 << ((packed & 7) + 1) }
}

/// Returns the place behind a row of blocks, each with its length before it.
fn past_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match usize::from(*bytes.get(at)?) {
            0 => return Some(at + 1),
            length => at += length + 1,
        }
    }
}

/// Tells whether a picture needs a block to look right.
fn is_needed(block: &[u8]) -> bool {
    match block {
        [EXTENSION, CONTROL, ..] => true,
        [EXTENSION, APPLICATION, 11, rest @ ..] => {
            LOOPS.iter().any(|name| rest.starts_with(name)) && matches!(rest.get(11..), Some([LOOP_BYTES, 1, _, _, 0]))
        }
        [first, ..] => *first == IMAGE,
        [] => false,
    }
}
