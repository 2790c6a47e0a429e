//! Sound: MP3 without its tags at either end, WAV without everything but the sound and how it is coded.

/// Bytes of the head of an ID3v2 tag, and of its foot.
const ID3_BYTES: usize = 10;
/// Flag of an ID3v2 tag that has a foot.
const ID3_HAS_FOOT: u8 = 0x10;
/// Bytes of an ID3v1 tag.
const ID3V1_BYTES: usize = 128;
/// Bytes of the head of an APE tag, and of its foot.
const APE_BYTES: usize = 32;
/// Flag of an APE tag that has a head.
const APE_HAS_HEAD: u32 = 1 << 31;
/// Ends a tag with the words of a song.
const LYRICS_END: &[u8] = b"LYRICS200";
/// Digits before that end, which say how long the tag is.
const LYRICS_DIGITS: usize = 6;

/// Is longer than any sound: a tag that says nonsense about its length.
const NONSENSE: usize = usize::MAX;

/// Returns the sound without tags. `None` where a tag does not end, or nothing is left.
pub(super) fn clean_mp3(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut sound = bytes;
    while let Some(length) = head_tag(sound) {
        sound = sound.get(length..)?;
    }
    while let Some(length) = foot_tag(sound) {
        sound = sound.get(..sound.len().checked_sub(length)?)?;
    }
    (!sound.is_empty()).then(|| sound.to_vec())
}

/// Measures the tag that a sound begins with.
fn head_tag(bytes: &[u8]) -> Option<usize> {
    if bytes.starts_with(b"ID3") {
        return Some(id3_length(bytes).unwrap_or(NONSENSE));
    }
    let length = || Some(le(bytes.get(12..16)?)? as usize + APE_BYTES);
    bytes.starts_with(b"APETAGEX").then(|| length().unwrap_or(NONSENSE))
}

/// Measures the tag that a sound ends with.
fn foot_tag(bytes: &[u8]) -> Option<usize> {
    let last = |count: usize| bytes.len().checked_sub(count).map(|at| &bytes[at..]);
    if last(ID3V1_BYTES).is_some_and(|tag| tag.starts_with(b"TAG")) {
        return Some(ID3V1_BYTES);
    }
    let length = if let Some(foot) = last(APE_BYTES).filter(|foot| foot.starts_with(b"APETAGEX")) {
        ape_length(foot)
    } else if let Some(foot) = last(ID3_BYTES).filter(|foot| foot.starts_with(b"3DI")) {
        id3_length(foot)
    } else if bytes.ends_with(LYRICS_END) {
        last(LYRICS_END.len() + LYRICS_DIGITS).and_then(lyrics_length)
    } else {
        return None;
    };
    Some(length.unwrap_or(NONSENSE))
}

/// Reads the length of a tag with words off its end.
fn lyrics_length(end: &[u8]) -> Option<usize> {
    let digits = std::str::from_utf8(end.get(..LYRICS_DIGITS)?).ok()?;
    Some(digits.parse::<usize>().ok()? + end.len())
}

/// Reads the length of an ID3v2 tag off its head or its foot: four times seven bits.
fn id3_length(bytes: &[u8]) -> Option<usize> {
    let size = bytes.get(6..ID3_BYTES)?;
    if size.iter().any(|byte| byte & 0x80 != 0) {
        return None;
    }
    let content = size.iter().fold(0, |sum, byte| sum << 7 | usize::from(*byte));
    let foot = if bytes.get(5)? & ID3_HAS_FOOT == 0 { 0 } else { ID3_BYTES };
    Some(ID3_BYTES + content + foot)
}

/// Reads the length of an APE tag off its foot: the foot counts, the head does not.
fn ape_length(foot: &[u8]) -> Option<usize> {
    let (content, flags) = (le(foot.get(12..16)?)? as usize, le(foot.get(20..24)?)?);
    let head = if flags & APE_HAS_HEAD == 0 { 0 } else { APE_BYTES };
    (content >= APE_BYTES).then_some(content + head)
}

/// Bytes of the head of a RIFF file: `RIFF`, its size, what it holds.
const RIFF_HEAD_BYTES: usize = 12;
/// Bytes of the head of a chunk: its id and its size.
const CHUNK_HEAD_BYTES: usize = 8;

/// Tells whether there is sound in a WAV file and how it is coded, whatever stands before, between and behind: recorders put
/// `JUNK` (room kept free) or `bext` (who recorded, when) first.
pub(super) fn is_wav(bytes: &[u8]) -> bool {
    let (mut coded, mut sounds) = (false, false);
    let walked = each_chunk(bytes, |id, _| {
        coded |= id == b"fmt ";
        sounds |= id == b"data";
        Some(())
    });
    walked.is_some() && coded && sounds
}

/// Returns the sound with how it is coded, and nothing else. `None` for a file without either.
pub(super) fn clean_wav(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::new();
    each_chunk(bytes, |id, content| {
        if matches!(id, b"fmt " | b"fact" | b"data") {
            kept.extend_from_slice(id);
            kept.extend_from_slice(&u32::try_from(content.len()).ok()?.to_le_bytes());
            kept.extend_from_slice(content);
            kept.resize(kept.len() + content.len() % 2, 0);
        }
        Some(())
    })?;
    let size = u32::try_from(kept.len() + 4).ok()?.to_le_bytes();
    is_wav(bytes).then(|| [b"RIFF", &size[..], b"WAVE", &kept].concat())
}

/// Shows each chunk behind the head, id and content. `None` where a chunk is longer than the file, or `see` gives up.
fn each_chunk(bytes: &[u8], mut see: impl FnMut(&[u8], &[u8]) -> Option<()>) -> Option<()> {
    let mut rest = bytes.get(RIFF_HEAD_BYTES..)?;
    while let Some((id, size)) = rest.get(..4).zip(rest.get(4..CHUNK_HEAD_BYTES).and_then(le)) {
        let after = &rest[CHUNK_HEAD_BYTES..];
        // a recorder that was cut off leaves a length that is not true; what there is of the sound is kept
        let content = after.get(..size as usize).or((id == b"data").then_some(after))?;
        see(id, content)?;
        rest = after.get(content.len() + content.len() % 2..).unwrap_or_default();
    }
    Some(())
}

fn le(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}
