//! Signing letters (DKIM, RFC 6376): whoever receives one can tell that the domain sent it and that nobody changed it.
//!
//! Relaxed in both parts, for mail servers fold lines and turn blanks; RSA with SHA-256, which every receiver knows. The key is used
//! by the library that does TLS here, so none is added for this.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use data_encoding::BASE64;
use db::Fault;
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::SigningKey;
use sha2::{Digest, Sha256};

/// The fields that are signed where a letter has them. `From` is named twice, so that a second one breaks the signature (8.15).
const SIGNED: [&str; 10] =
    ["from", "from", "to", "subject", "date", "message-id", "reply-to", "auto-submitted", "mime-version", "content-type"];
/// Characters of the signature on one line.
const LINE_CHARS: usize = 70;

/// Signs letters of a domain.
pub struct Dkim {
    domain: String,
    selector: String,
    key: Arc<dyn SigningKey>,
}

impl fmt::Debug for Dkim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name())
    }
}

impl Dkim {
    /// Takes the private key (RSA, PEM: PKCS#1 or PKCS#8) from a file.
    pub fn read((domain, selector): (&str, &str), file: &Path) -> Result<Self, Fault> {
        let named = |error: &dyn fmt::Display| Fault::other(format!("smtp.dkim.key_file {}: {error}", file.display()));
        let der = PrivateKeyDer::from_pem_file(file).map_err(|error| named(&error))?;
        let key = any_supported_type(&der).map_err(|error| named(&error))?;
        if key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]).is_none() {
            return Err(named(&"this is no RSA key: openssl genrsa -out dkim.pem 2048"));
        }
        Ok(Self { domain: domain.to_owned(), selector: selector.to_owned(), key })
    }

    /// Returns the name under which the domain publishes the key.
    pub fn name(&self) -> String {
        format!("{}._domainkey.{}", self.selector, self.domain)
    }

    /// Returns the text (TXT) that the domain publishes under that name.
    pub fn record(&self) -> String {
        let key = self.key.public_key().map_or_else(String::new, |key| BASE64.encode(&key));
        format!("v=DKIM1; k=rsa; p={key}")
    }

    /// Puts the signature before a letter as it goes out, its lines ended by CR LF.
    pub fn sign(&self, letter: &[u8]) -> Result<Vec<u8>, Fault> {
        let text = String::from_utf8_lossy(letter);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let fields = unfolded(head);
        let there = |name: &&str| fields.iter().any(|(own, _)| own == name);
        let names: Vec<&str> = SIGNED.into_iter().filter(there).collect();
        let hash = BASE64.encode(&Sha256::digest(canonical_body(body)));
        let (domain, selector, signed) = (&self.domain, &self.selector, names.join(":"));
        let field =
            format!("v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s={selector};\r\n\th={signed};\r\n\tbh={hash};\r\n\tb=");
        let mut asked: Vec<String> = Vec::new();
        let mut left = fields.clone();
        for name in names {
            // the last of several first (5.4.2); a name without a field stands for nothing
            if let Some(at) = left.iter().rposition(|(own, _)| own == name) {
                let (name, value) = left.remove(at);
                asked.push(format!("{name}:{value}\r\n"));
            }
        }
        asked.push(format!("dkim-signature:{}", blanks(&field)));
        let signer = self.key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]);
        let signer = signer.ok_or_else(|| Fault::other("the key for DKIM is no RSA key"))?;
        let signature = signer
            .sign(asked.concat().as_bytes())
            .map_err(|error| Fault::other("a letter could not be signed").caused_by(error))?;
        let signature = BASE64.encode(&signature);
        let lines: Vec<&str> = signature.as_bytes().chunks(LINE_CHARS).filter_map(|line| str::from_utf8(line).ok()).collect();
        Ok([format!("DKIM-Signature: {field}{}\r\n", lines.join("\r\n\t")).as_bytes(), letter].concat())
    }
}

/// Splits a head into names in small letters and values on one line each (3.4.2).
fn unfolded(head: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push_str(line);
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim_end().to_ascii_lowercase(), value.to_owned()));
        }
    }
    fields.into_iter().map(|(name, value)| (name, blanks(&value))).collect()
}

/// Makes one blank of several, and none at the ends.
fn blanks(text: &str) -> String {
    text.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Writes a body as it is signed: no blanks at the ends of lines, one for several between, no empty lines at the end (3.4.4).
fn canonical_body(body: &str) -> String {
    let line = |line: &str| {
        let words = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        if line.starts_with([' ', '\t']) && !words.is_empty() { format!(" {words}") } else { words }
    };
    let mut lines: Vec<String> = body.split("\r\n").map(line).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.iter().flat_map(|line| [line, "\r\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_is_what_the_standard_says() {
        // RFC 6376, 3.4.5
        let fields = unfolded("A: X\r\nB : Y\t\r\n\tZ  ");
        assert_eq!(fields, [("a".to_owned(), "X".to_owned()), ("b".to_owned(), "Y Z".to_owned())]);
        assert_eq!(canonical_body(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
        assert_eq!((canonical_body(""), canonical_body("\r\n\r\n")), (String::new(), String::new()));
        assert_eq!(canonical_body("no end"), "no end\r\n");
    }
}
