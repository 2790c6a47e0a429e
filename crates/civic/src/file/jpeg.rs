//! JPEG: a walk over the whole file, so that nothing hides behind the first picture (second pictures, films, thumbnails).

use super::exif;

/// Start of scan.
const SOS: u8 = 0xda;
/// End of image.
const EOI: u8 = 0xd9;
/// First application segment.
const APP0: u8 = 0xe0;
/// Application segment of EXIF and XMP.
const APP1: u8 = 0xe1;
/// Application segment of colour profiles.
const APP2: u8 = 0xe2;
/// Application segment that tells how colours are coded.
const APP14: u8 = 0xee;
/// Head of an EXIF segment.
const EXIF_HEAD: &[u8] = b"Exif\0\0";
/// Bytes of a JFIF segment before its thumbnail's size.
const JFIF_BYTES: usize = 12;

/// Is one segment: a marker, its content and, after a start of scan, the coded picture.
struct Segment<'a> {
    marker: u8,
    content: &'a [u8],
    scan: &'a [u8],
}

impl Segment<'_> {
    /// Tells whether this is a frame header, which carries the size.
    fn is_frame(&self) -> bool {
        matches!(self.marker, 0xc0..=0xcf) && !matches!(self.marker, 0xc4 | 0xc8 | 0xcc)
    }

    /// Tells whether a picture needs it to look right.
    fn is_needed(&self) -> bool {
        match self.marker {
            0xc0..=0xcf | 0xda..=0xdd => true,
            APP0 => self.content.starts_with(b"JFIF\0"),
            APP2 => self.content.starts_with(b"ICC_PROFILE\0"),
            APP14 => self.content.starts_with(b"Adobe"),
            _ => false,
        }
    }
}

/// Splits a JPEG file into segments, up to its end marker. `None` when it is no JPEG with a picture in it.
fn segments(bytes: &[u8]) -> Option<Vec<Segment<'_>>> {
    let mut rest = bytes.strip_prefix(&[0xff, 0xd8])?;
    let mut found = Vec::new();
    while let Some(at) = rest.windows(2).position(|pair| pair[0] == 0xff && pair[1] != 0xff) {
        let marker = rest[at + 1];
        rest = &rest[at + 2..];
        match marker {
            EOI => break,
            0x00 | 0x01 | 0xd0..=0xd7 => continue,
            _ => {}
        }
        let (length, after) = rest.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length)).checked_sub(2)?;
        let (content, after) = after.split_at_checked(length)?;
        let scan = if marker == SOS { coded(after) } else { &[] };
        rest = &after[scan.len()..];
        found.push(Segment { marker, content, scan });
    }
    let shows_something = found.iter().any(Segment::is_frame) && found.iter().any(|segment| segment.marker == SOS);
    shows_something.then_some(found)
}

/// Returns the coded picture at the start of some bytes: up to the next marker that is no part of it.
fn coded(bytes: &[u8]) -> &[u8] {
    let inside = |byte: u8| matches!(byte, 0x00 | 0xd0..=0xd7);
    let end = bytes.windows(2).position(|pair| pair[0] == 0xff && !inside(pair[1]));
    &bytes[..end.unwrap_or(bytes.len())]
}

/// Reads width and height.
pub(super) fn size(bytes: &[u8]) -> Option<(u64, u64)> {
    let segments = segments(bytes)?;
    let frame = segments.iter().find(|segment| segment.is_frame())?;
    let side = |at: usize| Some(u64::from(u16::from_be_bytes(frame.content.get(at..at + 2)?.try_into().ok()?)));
    Some((side(3)?, side(1)?))
}

/// Writes the picture anew with nothing but what it needs to look right.
pub(super) fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let segments = segments(bytes)?;
    let block = segments.iter().filter(|segment| segment.marker == APP1).find_map(|s| s.content.strip_prefix(EXIF_HEAD));
    let mut turned = exif::minimal(block.and_then(exif::orientation));
    let mut out = vec![0xff, 0xd8];
    for segment in segments.iter().filter(|segment| segment.is_needed()) {
        if segment.marker != APP0 {
            write_turned(&mut out, turned.take());
        }
        match segment.marker {
            APP0 => {
                let mut head = segment.content[..segment.content.len().min(JFIF_BYTES)].to_vec();
                head.resize(JFIF_BYTES + 2, 0); // a thumbnail of no width and no height
                write(&mut out, APP0, &head);
            }
            marker => write(&mut out, marker, segment.content),
        }
        out.extend_from_slice(segment.scan);
    }
    out.extend_from_slice(&[0xff, EOI]);
    Some(out)
}

fn write_turned(out: &mut Vec<u8>, turned: Option<Vec<u8>>) {
    if let Some(tiff) = turned {
        write(out, APP1, &[EXIF_HEAD, &tiff].concat());
    }
}

fn write(out: &mut Vec<u8>, marker: u8, content: &[u8]) {
    let length = u16::try_from(content.len() + 2).expect("a segment was read with a 16-bit length");
    out.extend_from_slice(&[0xff, marker]);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(content);
}
