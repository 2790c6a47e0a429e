//! What makes a mail the same mail when it is delivered once more. Reads the head by itself, for a mail is kept before any
//! parser sees it.

use sha2::{Digest, Sha256};

/// Longest head that is read for the name, in bytes.
const HEAD_BYTES_MAX: usize = 256 * 1024;

/// Computes what recognises a mail: its `Message-ID` and its body. The headers that each delivery adds are left out; two mails
/// with the same `Message-ID` and other words are two, for a program that gives every mail the same must not cost anybody
/// theirs, nor one who copies somebody's. Without a `Message-ID` sender, subject and date stand in its place.
pub fn fingerprint(mail: &[u8]) -> Vec<u8> {
    let (head, body) = split(mail);
    let mut whole = Sha256::new();
    let named = field(head, b"message-id");
    let names: &[&[u8]] = if named.is_some() { &[b"message-id"] } else { &[b"from", b"subject", b"date"] };
    for name in names {
        let value = field(head, name).unwrap_or_default();
        whole.update((value.len() as u64).to_be_bytes());
        whole.update(value);
    }
    // a delivery may change how lines end, and nothing else
    let ends = |byte: &u8| *byte == b'\r' || *byte == b'\n';
    for line in body.split(ends).filter(|line| !line.is_empty()) {
        whole.update(line.trim_ascii_end());
        whole.update(b"\n");
    }
    whole.finalize().to_vec()
}

/// Splits a mail at its first empty line.
fn split(mail: &[u8]) -> (&[u8], &[u8]) {
    let mut start = 0;
    while start < mail.len() && start < HEAD_BYTES_MAX {
        let end = mail[start..].iter().position(|byte| *byte == b'\n').map_or(mail.len(), |at| start + at + 1);
        if mail[start..end].trim_ascii().is_empty() {
            return (&mail[..start], &mail[end..]);
        }
        start = end;
    }
    mail.split_at(start.min(mail.len()))
}

/// Finds the first field of a name, with its further lines joined.
fn field(head: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    all(head, name, b"").into_iter().next()
}

/// Finds all fields of a name in a mail's head.
pub(super) fn fields(mail: &[u8], name: &[u8]) -> Vec<Vec<u8>> {
    all(split(mail).0, name, b"")
}

/// Finds all fields of a name in a mail's head; where a line was folded stands a blank.
pub(super) fn unfolded(mail: &[u8], name: &[u8]) -> Vec<Vec<u8>> {
    all(split(mail).0, name, b" ")
}

fn all(head: &[u8], name: &[u8], fold: &[u8]) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    let mut inside = false;
    for line in head.split(|byte| *byte == b'\n') {
        if line.first().is_some_and(|first| matches!(first, b' ' | b'\t')) {
            if let Some(value) = found.last_mut().filter(|_| inside) {
                value.extend_from_slice(fold);
                value.extend_from_slice(line.trim_ascii());
            }
            continue;
        }
        let colon = line.iter().position(|byte| *byte == b':');
        inside = colon.is_some_and(|colon| line[..colon].trim_ascii().eq_ignore_ascii_case(name));
        if let Some(colon) = colon.filter(|_| inside) {
            found.push(line[colon + 1..].trim_ascii().to_vec());
        }
    }
    found.retain(|value| !value.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "Received: by a\r\nMessage-ID:\r\n <1@b.example>\r\nFrom: a@b.example\r\n\r\n路灯坏了\r\n";

    #[test]
    fn a_mail_stays_the_same_however_it_came() {
        let again = "Received: by c\nReceived: by d\nmessage-id: <1@b.example>\nFrom: a@b.example\n\n路灯坏了\n\n";
        assert_eq!(fingerprint(ONE.as_bytes()), fingerprint(again.as_bytes()));
    }

    #[test]
    fn other_words_are_another_mail_also_under_a_name_that_was_seen() {
        assert_ne!(fingerprint(ONE.as_bytes()), fingerprint(ONE.replace("坏了", "修好了").as_bytes()));
        assert_ne!(fingerprint(ONE.as_bytes()), fingerprint(ONE.replace("<1@", "<2@").as_bytes()));
    }

    #[test]
    fn without_a_name_sender_subject_and_day_stand_for_it() {
        let one = "From: a@b.example\r\nSubject: x\r\nDate: Mon, 1 Jan 2026 00:00:00 +0800\r\n\r\n一\r\n";
        assert_eq!(fingerprint(one.as_bytes()), fingerprint(format!("Received: by e\r\n{one}").as_bytes()));
        assert_ne!(fingerprint(one.as_bytes()), fingerprint(one.replace("a@b", "c@b").as_bytes()));
        assert_ne!(fingerprint(one.as_bytes()), fingerprint(one.replace("1 Jan", "2 Jan").as_bytes()));
    }

    #[test]
    fn what_is_no_mail_has_one_too() {
        for odd in [&b""[..], b"\n", b"\r\n\r\n", b":", b"message-id", b" further\n\n", b"\0\xff\n\xfe"] {
            assert_eq!(fingerprint(odd).len(), 32);
        }
    }
}
