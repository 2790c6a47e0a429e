//! The copy that people are shown: picture, film or sound without place, device, author, comments and thumbnails.

use img_parts::png::{Png, PngChunk};
use img_parts::riff::{RiffChunk, RiffContent};
use img_parts::webp::WebP;
use img_parts::{Bytes, ImageEXIF};

use super::{FileType, boxes, exif, gif, jpeg, sound};
use crate::refusal::Refusal;

/// Chunks of a PNG that a picture needs to look right.
const PNG_NEEDED: &[&[u8; 4]] = &[
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD", b"pHYs", b"acTL",
    b"fcTL", b"fdAT",
];
/// Chunks of a WebP that a picture needs to look right.
const WEBP_NEEDED: &[&[u8; 4]] = &[b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
/// Flag of a WebP that promises EXIF.
const WEBP_HAS_EXIF: u8 = 0b0000_1000;
/// Flag of a WebP that promises XMP.
const WEBP_HAS_XMP: u8 = 0b0000_0100;

/// Is what became of a file that was to be cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cleaned {
    /// A copy without what tells about a person.
    Clean(Vec<u8>),
    /// Files of this kind cannot be cleaned: pages say so before anybody opens it.
    AsReceived,
}

/// Takes out of a file what tells about the person who made it. The type is the one [`super::inspect`] found.
pub fn clean(kind: FileType, bytes: &[u8]) -> Result<Cleaned, Refusal> {
    let damaged = || Refusal::new("file_damaged").with("type", kind.code()).instead("file_again");
    let copy = match kind {
        FileType::Jpeg => jpeg::clean(bytes).ok_or_else(damaged)?,
        FileType::Png => png(bytes).ok_or_else(damaged)?,
        FileType::Webp => webp(bytes).ok_or_else(damaged)?,
        FileType::Heic => match boxes::clean_heic(bytes) {
            Some(copy) => copy,
            None => return Ok(Cleaned::AsReceived),
        },
        FileType::Mp4 | FileType::Mov | FileType::ThreeGp | FileType::M4a => boxes::clean_film(bytes),
        FileType::Gif => gif::clean(bytes).ok_or_else(damaged)?,
        FileType::Mp3 => sound::clean_mp3(bytes).ok_or_else(damaged)?,
        FileType::Wav => sound::clean_wav(bytes).ok_or_else(damaged)?,
        FileType::Pdf | FileType::Amr | FileType::Ogg | FileType::Webm => return Ok(Cleaned::AsReceived),
    };
    Ok(Cleaned::Clean(copy))
}

fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut picture = Png::from_bytes(Bytes::copy_from_slice(bytes)).ok()?;
    let turned = exif::minimal(picture.exif().as_deref().and_then(exif::orientation));
    picture.chunks_mut().retain(|chunk: &PngChunk| PNG_NEEDED.contains(&&chunk.kind()));
    if let Some(tiff) = turned {
        picture.set_exif(Some(tiff.into()));
    }
    Some(picture.encoder().bytes().to_vec())
}

fn webp(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut picture = WebP::from_bytes(Bytes::copy_from_slice(bytes)).ok()?;
    let turned = exif::minimal(picture.exif().as_deref().and_then(exif::orientation));
    picture.chunks_mut().retain(|chunk: &RiffChunk| WEBP_NEEDED.contains(&&chunk.id()));
    let has_exif = turned.is_some();
    if let Some(tiff) = turned {
        picture.chunks_mut().push(RiffChunk::new(*b"EXIF", RiffContent::Data(tiff.into())));
    }
    for chunk in picture.chunks_mut().iter_mut().filter(|chunk| chunk.id() == *b"VP8X") {
        if let RiffContent::Data(data) = chunk.content_mut() {
            *data = with_flags(data, has_exif);
        }
    }
    Some(picture.encoder().bytes().to_vec())
}

fn with_flags(head: &[u8], has_exif: bool) -> Bytes {
    let mut head = head.to_vec();
    if let Some(flags) = head.first_mut() {
        *flags &= !(WEBP_HAS_EXIF | WEBP_HAS_XMP);
        *flags |= if has_exif { WEBP_HAS_EXIF } else { 0 };
    }
    head.into()
}
