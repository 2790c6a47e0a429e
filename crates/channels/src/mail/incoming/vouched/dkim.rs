//! Checking signatures (DKIM, RFC 6376, 8463, 8301): which domains say that a mail is from them, unchanged. Names only good ones.

use data_encoding::BASE64;
use ring::signature::{ED25519, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, UnparsedPublicKey, VerificationAlgorithm};
use sha2::{Digest, Sha256};

use super::dns::{Kind, Names, Record, Unknown};
use super::tags::{Tags, under};

/// Signatures of one mail that are looked at.
const SIGNATURES_MAX: usize = 5;
/// Fields that one signature may cover.
const COVERED_MAX: usize = 100;
/// What stands before the number in a public key (RSA; ASN.1 of `rsaEncryption` without parameters).
const RSA: &[u8] = &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// Is a mail as its signatures see it.
pub(super) struct Signed<'m> {
    /// The fields of its head, each with its folds and its end, first to last.
    pub fields: Vec<&'m [u8]>,
    /// What comes after the empty line.
    pub body: &'m [u8],
}

impl<'m> Signed<'m> {
    /// Splits a mail.
    pub(super) fn of(mail: &'m [u8]) -> Self {
        let (mut fields, mut start, mut at): (Vec<&[u8]>, usize, usize) = (Vec::new(), 0, 0);
        while at < mail.len() {
            let end = mail[at..].iter().position(|byte| *byte == b'\n').map_or(mail.len(), |end| at + end + 1);
            let is_fold = matches!(mail[at], b' ' | b'\t');
            if !is_fold && start < at {
                fields.push(&mail[start..at]);
                start = at;
            }
            if mail[at..end].trim_ascii().is_empty() && !is_fold {
                return Self { fields, body: &mail[end..] };
            }
            at = end;
        }
        fields.push(&mail[start..]);
        Self { fields, body: b"" }
    }

    /// Lists the fields of a name, last one first.
    fn named(&self, name: &str) -> impl Iterator<Item = &'m [u8]> {
        let is_it = move |field: &&&[u8]| name_of(field).eq_ignore_ascii_case(name.as_bytes());
        self.fields.iter().rev().filter(is_it).copied()
    }
}

fn name_of(field: &[u8]) -> &[u8] {
    let colon = field.iter().position(|byte| *byte == b':').unwrap_or_default();
    field[..colon].trim_ascii_end()
}

fn value_of(field: &[u8]) -> &[u8] {
    field.iter().position(|byte| *byte == b':').map_or(b"", |colon| &field[colon + 1..])
}

/// Lists the domains whose signature under a mail is good. `now` in seconds since 1970. `Unknown`: of one it could not be found out.
pub(super) fn good(signed: &Signed<'_>, names: &dyn Names, now: i64) -> (Vec<String>, Option<Unknown>) {
    let (mut good, mut unknown) = (Vec::new(), None);
    for field in signed.named("dkim-signature").take(SIGNATURES_MAX) {
        match one(signed, field, (names, now)) {
            Ok(domain) => good.extend(domain),
            Err(Unknown) => unknown = Some(Unknown),
        }
    }
    (good, unknown)
}

/// Checks one signature and returns its domain where it is good.
fn one(signed: &Signed<'_>, field: &[u8], (names, now): (&dyn Names, i64)) -> Result<Option<String>, Unknown> {
    let tags = Tags::read(&String::from_utf8_lossy(value_of(field)));
    let Some((domain, selector)) = tags.get("d").zip(tags.get("s")) else { return Ok(None) };
    let domain = domain.to_ascii_lowercase();
    let covered: Vec<&str> = tags.get("h").unwrap_or_default().split(':').map(str::trim).collect();
    let over = tags.get("x").is_some_and(|end| end.parse::<i64>().is_ok_and(|end| end < now));
    let is_odd = tags.get("v") != Some("1")
        // what counts only a part of the body lets everybody add to it
        || tags.get("l").is_some()
        || over
        || covered.len() > COVERED_MAX
        || !covered.iter().any(|name| name.eq_ignore_ascii_case("from"));
    let agent = tags.get("i").and_then(|agent| agent.rsplit_once('@')).map(|(_, of)| of.to_ascii_lowercase());
    if is_odd || agent.as_ref().is_some_and(|agent| !under(agent, &domain)) {
        return Ok(None);
    }
    let (head, body) = tags.get("c").unwrap_or("simple").split_once('/').unwrap_or((tags.get("c").unwrap_or("simple"), "simple"));
    let body = Sha256::digest(canonical_body(signed.body, body == "relaxed"));
    if tags.bytes("bh").as_deref() != Some(body.as_slice()) {
        return Ok(None);
    }
    let Some(signature) = tags.bytes("b") else { return Ok(None) };
    let data = data(signed, field, (&covered, head == "relaxed"));
    for record in names.ask(&format!("{selector}._domainkey.{domain}"), Kind::Txt)? {
        let Record::Text(text) = record else { continue };
        let key = Tags::read(&text);
        let exact = key.lists("t", "s") && agent.as_ref().is_some_and(|agent| *agent != domain);
        if !exact && fits(&key) && verifies((&tags, &key), &data, &signature) {
            return Ok(Some(domain));
        }
    }
    Ok(None)
}

/// Tells whether a key is one for mail, in use and not on trial.
fn fits(key: &Tags) -> bool {
    let or_all = |name: &str, of: &str| key.get(name).is_none() || key.lists(name, of) || key.lists(name, "*");
    key.get("v").is_none_or(|version| version == "DKIM1") && or_all("s", "email") && or_all("h", "sha256") && !key.lists("t", "y")
}

fn verifies((tags, key): (&Tags, &Tags), data: &[u8], signature: &[u8]) -> bool {
    let Some(public) = key.bytes("p").filter(|public| !public.is_empty()) else { return false };
    match (tags.get("a"), key.get("k").unwrap_or("rsa")) {
        (Some("rsa-sha256"), "rsa") => {
            let algorithm: &dyn VerificationAlgorithm = &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY;
            UnparsedPublicKey::new(algorithm, rsa(&public)).verify(data, signature).is_ok()
        }
        (Some("ed25519-sha256"), "ed25519") => {
            UnparsedPublicKey::new(&ED25519, public).verify(&Sha256::digest(data), signature).is_ok()
        }
        _ => false,
    }
}

/// Takes the key itself out of what names its kind, where it is wrapped so.
fn rsa(public: &[u8]) -> &[u8] {
    let Some(at) = public.windows(RSA.len()).take(8).position(|window| window == RSA) else { return public };
    // a string of bits: its kind, its length in one to three bytes, and that no bit is left over
    let rest = &public[at + RSA.len()..];
    match rest {
        [0x03, 0x82, _, _, 0, key @ ..] | [0x03, 0x81, _, 0, key @ ..] | [0x03, _, 0, key @ ..] => key,
        _ => public,
    }
}

/// Puts together what was signed: the fields it names, each taken from the last one up, and its own without the signature.
fn data(signed: &Signed<'_>, own: &[u8], (covered, relaxed): (&[&str], bool)) -> Vec<u8> {
    let (mut data, mut used): (Vec<u8>, Vec<String>) = (Vec::new(), Vec::new());
    for name in covered.iter().map(|name| name.to_ascii_lowercase()) {
        let before = used.iter().filter(|other| **other == name).count();
        if let Some(field) = signed.named(&name).nth(before) {
            data.extend(canonical_field(field, relaxed));
        }
        used.push(name);
    }
    let own = canonical_field(&without_signature(own), relaxed);
    data.extend_from_slice(own.strip_suffix(b"\r\n").unwrap_or(&own));
    data
}

/// Empties the tag `b` of a signature's field.
fn without_signature(field: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(field.len());
    for (at, part) in field.split(|byte| *byte == b';').enumerate() {
        if at > 0 {
            kept.push(b';');
        }
        // the first part holds the field's own name too
        let begin = if at == 0 { part.iter().position(|byte| *byte == b':').map_or(0, |colon| colon + 1) } else { 0 };
        let equals = part[begin..].iter().position(|byte| *byte == b'=').map(|equals| begin + equals);
        match equals.filter(|equals| part[begin..*equals].trim_ascii() == b"b") {
            Some(equals) => kept.extend_from_slice(&part[..=equals]),
            None => kept.extend_from_slice(part),
        }
    }
    if field.ends_with(b"\n") && !kept.ends_with(b"\n") {
        kept.extend_from_slice(b"\r\n");
    }
    kept
}

fn canonical_field(field: &[u8], relaxed: bool) -> Vec<u8> {
    if !relaxed {
        return field.to_vec();
    }
    let mut own = name_of(field).to_ascii_lowercase();
    own.push(b':');
    own.extend(narrowed(value_of(field)).trim_ascii());
    own.extend_from_slice(b"\r\n");
    own
}

/// Makes one blank of every run of blanks and folds.
fn narrowed(bytes: &[u8]) -> Vec<u8> {
    let mut own = Vec::with_capacity(bytes.len());
    for byte in bytes.iter().filter(|byte| !matches!(byte, b'\r' | b'\n')) {
        match byte {
            b' ' | b'\t' if own.last() == Some(&b' ') => {}
            b' ' | b'\t' => own.push(b' '),
            other => own.push(*other),
        }
    }
    own
}

fn canonical_body(body: &[u8], relaxed: bool) -> Vec<u8> {
    let mut own = Vec::with_capacity(body.len() + 2);
    let mut empty = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = if relaxed { narrowed(line).trim_ascii_end().to_vec() } else { line.to_vec() };
        if line.is_empty() {
            empty += 1;
            continue;
        }
        // empty lines at the end do not count
        for _ in 0..std::mem::take(&mut empty) {
            own.extend_from_slice(b"\r\n");
        }
        own.extend_from_slice(&line);
        own.extend_from_slice(b"\r\n");
    }
    if own.is_empty() && !relaxed {
        own.extend_from_slice(b"\r\n");
    }
    own
}

impl Tags {
    /// Reads a tag whose value is bytes.
    fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        let text: String = self.get(name)?.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        BASE64.decode(text.as_bytes()).ok()
    }

    /// Tells whether a tag lists a word.
    fn lists(&self, name: &str, word: &str) -> bool {
        self.get(name).is_some_and(|all| all.split(':').any(|one| one.trim() == word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 6376, 3.4.5.
    #[test]
    fn heads_and_bodies_are_written_as_the_standard_says() {
        let mail = b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n";
        let signed = Signed::of(mail);
        let head = |relaxed| signed.fields.iter().flat_map(|field| canonical_field(field, relaxed)).collect::<Vec<u8>>();
        assert_eq!(String::from_utf8(head(true)).unwrap(), "a:X\r\nb:Y Z\r\n");
        assert_eq!(String::from_utf8(head(false)).unwrap(), "A: X\r\nB : Y\t\r\n\tZ  \r\n");
        assert_eq!(String::from_utf8(canonical_body(signed.body, true)).unwrap(), " C\r\nD E\r\n");
        assert_eq!(String::from_utf8(canonical_body(signed.body, false)).unwrap(), " C \r\nD \t E\r\n");
        assert_eq!((canonical_body(b"", true), canonical_body(b"\r\n\r\n", false)), (Vec::new(), b"\r\n".to_vec()));
    }

    #[test]
    fn a_signature_is_taken_out_of_its_field_and_nothing_else() {
        for (field, kept) in [
            ("DKIM-Signature: v=1; b=abc=\r\n d; bh=x=\r\n", "DKIM-Signature: v=1; b=; bh=x=\r\n"),
            ("DKIM-Signature: v=1; bh=x; b =abc\r\n", "DKIM-Signature: v=1; bh=x; b =\r\n"),
            ("DKIM-Signature:b=abc; v=1\r\n", "DKIM-Signature:b=; v=1\r\n"),
        ] {
            assert_eq!(String::from_utf8(without_signature(field.as_bytes())).unwrap(), kept);
        }
    }
}
