//! Numbers and codes that people read aloud and type: in Crockford's alphabet, read back however they are typed.

/// Crockford's alphabet: no I, L, O, U.
pub const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Folds case and full width, drops what only separates.
pub fn fold(c: char) -> Option<char> {
    let c = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0)?,
        other => other,
    };
    (!c.is_whitespace() && !matches!(c, '-' | '–' | '—')).then(|| c.to_ascii_uppercase())
}

/// Takes the letters Crockford leaves out for the digits they look like.
pub fn look_alike(c: char) -> char {
    match c {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    }
}

/// Folds a code as people type it: case, width, separators and look-alikes.
pub fn fold_code(text: &str) -> String {
    text.chars().filter_map(fold).map(look_alike).collect()
}

/// Encodes bytes in Crockford's alphabet, five bits a character, most significant first.
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(SIGNS[((held >> bits) & 31) as usize]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_bytes_are_sixteen_signs_and_read_back_however_they_are_typed() {
        assert_eq!(encode(&[0; 10]), "0".repeat(16));
        assert_eq!(encode(&[0xff; 10]), "Z".repeat(16));
        assert_eq!(encode(&[0x08, 0x42, 0x10, 0x84, 0x21]), "11111111");
        assert_eq!(fold_code(" o1 23-ｉl "), "012311");
    }
}
