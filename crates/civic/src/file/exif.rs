//! The one thing worth keeping of EXIF: which way up the photo is.

/// Tag of the orientation.
const TAG_ORIENTATION: u16 = 0x0112;
/// Type code of a 16-bit number.
const TYPE_SHORT: u16 = 3;
/// Entries of the first directory looked at.
const ENTRIES_MAX: usize = 256;
/// Length of one entry in bytes.
const ENTRY_BYTES: usize = 12;

/// Finds the orientation (1–8) in an EXIF block that begins with its TIFF head.
pub(super) fn orientation(tiff: &[u8]) -> Option<u8> {
    let big = match tiff.get(..4)? {
        b"II\x2a\0" => false,
        b"MM\0\x2a" => true,
        _ => return None,
    };
    let short = |at: usize| {
        let pair: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
    };
    let long: [u8; 4] = tiff.get(4..8)?.try_into().ok()?;
    let first = if big { u32::from_be_bytes(long) } else { u32::from_le_bytes(long) } as usize;
    let count = usize::from(short(first)?).min(ENTRIES_MAX);
    let entry = (0..count).map(|n| first + 2 + n * ENTRY_BYTES).find(|at| short(*at) == Some(TAG_ORIENTATION))?;
    let value = short(entry + 8).filter(|_| short(entry + 2) == Some(TYPE_SHORT))?;
    u8::try_from(value).ok().filter(|value| (1..=8).contains(value))
}

/// Builds an EXIF block that says the orientation and nothing else; none where the picture is upright anyway.
pub(super) fn minimal(orientation: Option<u8>) -> Option<Vec<u8>> {
    let orientation = orientation.filter(|value| *value != 1)?;
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    tiff.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
    Some(tiff)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_built_reads_back_and_an_upright_picture_needs_nothing() {
        for value in 2..=8 {
            assert_eq!(orientation(&minimal(Some(value)).unwrap()), Some(value));
        }
        assert_eq!(minimal(Some(1)), None);
        assert_eq!(orientation(b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"), Some(6));
    }

    proptest! {
        #[test]
        fn parser_of_exif(bytes: Vec<u8>, big: bool) {
            let mut tiff = if big { b"MM\0\x2a".to_vec() } else { b"II\x2a\0".to_vec() };
            tiff.extend_from_slice(&bytes);
            orientation(&tiff);
            orientation(&bytes);
        }
    }
}
