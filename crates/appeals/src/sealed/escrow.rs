//! Who opens an accusation when no handler can or may: any two of three escrow holders together. Where none were named it is
//! the supervising body's one key, made at `init`. The server holds the public halves only.

use age::x25519::{Identity, Recipient};
use civic::chance::Chance;
use civic::site::Site;
use civic::vault::{Key, open as unseal, seal};
use data_encoding::BASE64;
use db::Fault;

/// First line of what two of three open.
const HEADER: &str = "minsheng.escrow/1";
/// Binds the sealed text to its form.
const CONTEXT: &str = "escrow|payload|1";
/// The pairs of three holders, by their place in the list.
const PAIRS: [(usize, usize); 3] = [(0, 1), (0, 2), (1, 2)];

/// Reads a recipient; a key that cannot be read is a fault of whoever keeps the key folder.
pub(super) fn recipient(text: &str) -> Result<Recipient, Fault> {
    text.parse().map_err(|why: &str| Fault::other(format!("a public key for accusations cannot be read: {why}")))
}

/// Seals bytes to one recipient.
pub(super) fn seal_to(text: &str, secret: &[u8]) -> Result<Vec<u8>, Fault> {
    age::encrypt(&recipient(text)?, secret).map_err(|error| Fault::other("sealing to a public key failed").caused_by(error))
}

/// Opens bytes that were sealed to one recipient. `None`: to another one.
pub(super) fn open_with(identity: &Identity, sealed: &[u8]) -> Option<Vec<u8>> {
    age::decrypt(identity, sealed).ok()
}

/// Seals bytes so that nothing on this machine opens them. A key of their own is sealed to each pair of holders, one holder's
/// seal inside the other's.
pub(super) fn shut(site: &Site, secret: &[u8], chance: &mut Chance) -> Result<Vec<u8>, Fault> {
    let holders = &site.keys.escrow;
    if holders.is_empty() {
        return seal_to(&site.keys.supervisor, secret);
    }
    let key = Key::random(chance);
    let mut all = format!("{HEADER}\n");
    for (outer, inner) in PAIRS {
        let (Some(outer), Some(inner)) = (holders.get(outer), holders.get(inner)) else {
            return Err(Fault::other("escrow.pub must hold three public keys"));
        };
        all.push_str(&BASE64.encode(&seal_to(outer, &seal_to(inner, key.bytes())?)?));
        all.push('\n');
    }
    all.push('\n');
    let mut all = all.into_bytes();
    all.extend(seal(&key, CONTEXT, secret, chance));
    Ok(all)
}

/// Opens what [`shut`] sealed, with the secret halves of those who came. `None`: they are not the ones, or too few.
pub fn open(came: &[Identity], sealed: &[u8]) -> Option<Vec<u8>> {
    let Some(rest) = sealed.strip_prefix(format!("{HEADER}\n").as_bytes()) else {
        return came.iter().find_map(|identity| open_with(identity, sealed));
    };
    let end = rest.windows(2).position(|two| two == b"\n\n")?;
    let (pairs, payload) = (std::str::from_utf8(&rest[..end]).ok()?, &rest[end + 2..]);
    let key = pairs.lines().find_map(|pair| {
        let pair = BASE64.decode(pair.as_bytes()).ok()?;
        let inner = came.iter().find_map(|identity| open_with(identity, &pair))?;
        came.iter().find_map(|identity| open_with(identity, &inner))
    })?;
    unseal(&Key::new(key.try_into().ok()?), CONTEXT, payload).ok()
}
