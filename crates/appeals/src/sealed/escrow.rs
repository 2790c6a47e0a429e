//! Who opens an accusation when no handler can or may: any two of three escrow holders together. Where none were named it is
//! the supervising body's one key, made at `init`. The server holds the public halves only.

use age::x25519::{Identity, Recipient};
use civic::chance::Chance;
use civic::site::Site;
use civic::vault::{Key, open as unseal, seal};
use data_encoding::BASE64;
use db::Fault;

use super::keys::Body;

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
/// seal inside the other's. What goes to the body above is sealed to that one's key, and to nobody here.
pub(super) fn shut(site: &Site, body: Body, secret: &[u8], chance: &mut Chance) -> Result<Vec<u8>, Fault> {
    match (body, site.keys.escrow.as_slice()) {
        (Body::Above, _) => seal_to(above(site)?, secret),
        (Body::Supervising, []) => seal_to(&site.keys.supervisor, secret),
        (Body::Supervising, holders) => shut_to(holders, secret, chance),
    }
}

fn above(site: &Site) -> Result<&str, Fault> {
    site.keys.above.as_deref().ok_or_else(|| Fault::other("no key of a body above the supervising body is kept"))
}

fn shut_to(holders: &[String], secret: &[u8], chance: &mut Chance) -> Result<Vec<u8>, Fault> {
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

#[cfg(test)]
mod tests {
    use rand_core::SeedableRng;

    use super::*;

    fn shut_for(holders: &[&Identity], secret: &[u8]) -> Vec<u8> {
        let holders: Vec<String> = holders.iter().map(|identity| identity.to_public().to_string()).collect();
        shut_to(&holders, secret, &mut Chance::seed_from_u64(1)).unwrap()
    }

    #[test]
    fn any_two_of_three_open_and_no_one_alone() {
        let holders = [Identity::generate(), Identity::generate(), Identity::generate()];
        let stranger = Identity::generate();
        let sealed = shut_for(&[&holders[0], &holders[1], &holders[2]], b"words");
        for (a, b) in [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)] {
            let came = [holders[a].clone(), holders[b].clone()];
            assert_eq!(open(&came, &sealed).as_deref(), Some(&b"words"[..]), "{a} and {b}");
        }
        for alone in &holders {
            assert_eq!(open(std::slice::from_ref(alone), &sealed), None);
            assert_eq!(open(&[alone.clone(), alone.clone()], &sealed), None, "one key twice is one key");
            assert_eq!(open(&[alone.clone(), stranger.clone()], &sealed), None);
        }
        let mut bent = sealed.clone();
        let last = bent.len() - 1;
        bent[last] ^= 1;
        assert_eq!(open(&holders, &bent), None);
        assert!(shut_to(&["age1x".to_owned()], b"words", &mut Chance::seed_from_u64(1)).is_err());
    }
}
