//! What a file is, by its content: the first bytes name a type, the structure behind them must fit it.

use img_parts::Bytes;
use img_parts::png::Png;
use img_parts::webp::WebP;

use super::{FILE_BYTES_MAX, FILES_MAX, FileType, PIXELS_MAX, boxes, jpeg, sound};
use crate::refusal::Refusal;

/// Bytes at the end of a PDF in which its end mark must stand.
const PDF_TAIL_BYTES: usize = 2_048;
/// Bytes of a frame header of MP3.
const MP3_HEAD_BYTES: usize = 4;

/// Checks how many files come with one message.
pub fn inspect_count(files: usize) -> Result<(), Refusal> {
    if files > FILES_MAX {
        return Err(Refusal::new("file_many").with("max", FILES_MAX).instead("file_in_two_parts"));
    }
    Ok(())
}

/// Finds the type of a file, or says why it is not taken.
pub fn inspect(bytes: &[u8]) -> Result<FileType, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::new("file_empty").instead("file_again"));
    }
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Refusal::new("file_large").with("max_mib", FILE_BYTES_MAX >> 20).instead("file_smaller"));
    }
    let kind = sniff(bytes).ok_or_else(|| Refusal::new("file_type").instead("file_as_photo_or_pdf"))?;
    if !is_whole(kind, bytes) {
        return Err(Refusal::new("file_damaged").with("type", kind.code()).instead("file_again"));
    }
    let (width, height) = size(kind, bytes).unwrap_or_default();
    if width.saturating_mul(height) > PIXELS_MAX {
        return Err(Refusal::new("file_pixels").with("max", PIXELS_MAX / 1_000_000).instead("file_smaller"));
    }
    Ok(kind)
}

/// Names the type the first bytes claim.
fn sniff(bytes: &[u8]) -> Option<FileType> {
    if let Some(kind) = by_brand(&boxes::brands(bytes)) {
        return Some(kind);
    }
    if bytes.starts_with(b"#!AMR-WB\n") {
        return Some(FileType::Amr);
    }
    match infer::get(bytes)?.mime_type() {
        "image/jpeg" => Some(FileType::Jpeg),
        "image/png" => Some(FileType::Png),
        "image/webp" => Some(FileType::Webp),
        "image/gif" => Some(FileType::Gif),
        "application/pdf" => Some(FileType::Pdf),
        "audio/mpeg" => Some(FileType::Mp3),
        "audio/amr" => Some(FileType::Amr),
        "audio/x-wav" => Some(FileType::Wav),
        "audio/ogg" => Some(FileType::Ogg),
        "video/webm" => Some(FileType::Webm),
        "video/quicktime" => Some(FileType::Mov),
        _ => None,
    }
}

fn by_brand(brands: &[[u8; 4]]) -> Option<FileType> {
    match brands.first()? {
        b"heic" | b"heix" | b"heim" | b"heis" => Some(FileType::Heic),
        b"mif1" | b"msf1" => brands.iter().any(|brand| brand.starts_with(b"hei")).then_some(FileType::Heic),
        b"M4A " | b"M4B " => Some(FileType::M4a),
        b"qt  " => Some(FileType::Mov),
        b"isom" | b"iso2" | b"iso4" | b"iso5" | b"iso6" | b"avc1" | b"mp41" | b"mp42" | b"M4V " | b"MSNV" | b"dash" => {
            Some(FileType::Mp4)
        }
        brand if brand.starts_with(b"3gp") || brand.starts_with(b"3g2") => Some(FileType::ThreeGp),
        _ => None,
    }
}

/// Tells whether the structure behind the first bytes is the one they claim.
fn is_whole(kind: FileType, bytes: &[u8]) -> bool {
    let has_size = || size(kind, bytes).is_some_and(|(width, height)| width > 0 && height > 0);
    match kind {
        FileType::Jpeg | FileType::Png | FileType::Webp | FileType::Heic | FileType::Gif => has_size(),
        FileType::Pdf => contains(&bytes[bytes.len().saturating_sub(PDF_TAIL_BYTES)..], b"%%EOF"),
        FileType::Mp3 => bytes.starts_with(b"ID3") || mp3_frames_follow(bytes),
        FileType::Wav => sound::is_wav(bytes),
        FileType::Ogg => bytes.get(4) == Some(&0),
        FileType::Amr | FileType::Webm => true,
        FileType::M4a | FileType::Mp4 | FileType::ThreeGp | FileType::Mov => boxes::has_movie(bytes),
    }
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

/// Tells whether a frame of MP3 is followed by another, or by the end of the file.
fn mp3_frames_follow(bytes: &[u8]) -> bool {
    const KBITS: [u32; 14] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const KBITS_LOW: [u32; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    const HERTZ: [u32; 3] = [44_100, 48_000, 32_000];
    let length = |head: &[u8]| {
        let first_version = head[1] & 0x08 != 0;
        let kbits = usize::from(head[2] >> 4).checked_sub(1)?;
        let hertz = HERTZ.get(usize::from((head[2] >> 2) & 3))?;
        let (kbits, hertz, factor) = match (first_version, head[1] & 0x10 != 0) {
            (true, _) => (KBITS.get(kbits)?, *hertz, 144),
            (false, true) => (KBITS_LOW.get(kbits)?, hertz / 2, 72),
            (false, false) => (KBITS_LOW.get(kbits)?, hertz / 4, 72),
        };
        Some((factor * kbits * 1_000 / hertz + u32::from((head[2] >> 1) & 1)) as usize)
    };
    let Some(next) = bytes.get(..MP3_HEAD_BYTES).and_then(length) else { return false };
    bytes.get(next..next + 2).map_or(bytes.len() == next, |pair| pair[0] == 0xff && pair[1] & 0xe0 == 0xe0)
}

/// Reads width and height of a picture from its head, without opening it.
fn size(kind: FileType, bytes: &[u8]) -> Option<(u64, u64)> {
    let wide = |(width, height): (u32, u32)| (u64::from(width), u64::from(height));
    match kind {
        FileType::Jpeg => jpeg::size(bytes),
        FileType::Png => Png::from_bytes(Bytes::copy_from_slice(bytes)).ok()?.dimensions().map(wide),
        FileType::Webp => WebP::from_bytes(Bytes::copy_from_slice(bytes)).ok()?.dimensions().map(wide),
        FileType::Heic => boxes::heic_size(bytes),
        FileType::Gif => {
            let side = |at: usize| Some(u64::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
            Some((side(6)?, side(8)?))
        }
        _ => None,
    }
}
