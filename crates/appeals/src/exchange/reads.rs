//! Who read a matter at the site it was handed to: put on its way upwards, and taken above, once and in order. Decision 0051.

use civic::access::Purpose;
use civic::directory::{Peer, Role};
use civic::exchange::reads::{self, OwedRead, Seen};
use civic::site::Site;
use db::{Fault, Tx};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::parcel::Told;
use super::{Took, told_to};
use crate::store;

/// Longest name of a site or an office, in characters.
const NAME_CHARS_MAX: usize = 200;
/// Longest mark, in bytes.
const MARK_BYTES_MAX: usize = 64;

/// Is one reading on its way from the site below to the one above.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// The matter at the sender's.
    pub matter: Uuid,
    /// The matter at the receiver's.
    pub to: Uuid,
    /// The number of the reading within the matter at the sender's, from 1 and without a gap.
    pub n: i64,
    /// What no other reading under this number bears.
    pub mark: String,
    /// When.
    pub at: Timestamp,
    /// The site where it was, where it is not the sender.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub site: String,
    /// The office, by name.
    pub office: String,
    /// The office, by English name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub office_en: String,
    /// Code of the role.
    pub role: String,
    /// Code of the purpose.
    pub purpose: String,
}

/// Makes what is sent of a reading that is owed. `None`: the matter was erased, so there is nobody to tell it to.
pub fn tell_read(tx: &mut Tx<'_>, site: &Site, owed: OwedRead) -> Result<Option<Read>, Fault> {
    let Some(to) = told_to(tx, site, owed.owed.matter)? else { return Ok(None) };
    let Seen { at, site, office, office_en, role, purpose } = owed.seen;
    let (matter, n) = (owed.owed.matter, owed.owed.n);
    Ok(Some(Read { matter, to, n, mark: owed.mark, at, site, office, office_en, role, purpose }))
}

/// Takes a reading that a site below told, in its turn, and has it told further up where the matter came from above.
pub fn hear_read(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (peer, read): (&Peer, &Read)) -> Result<Took, Fault> {
    if let Some(no) = unfit(peer, read) {
        return Ok(Took::Refused(no.to_owned()));
    }
    let jurisdiction = site.jurisdiction;
    // what was erased here, or never went there, has nobody to be shown to
    let here = store::row(tx, jurisdiction, read.to)?.is_some() && reads::shared(tx, jurisdiction, (peer.id, read.to))?;
    if !here {
        return Ok(Took::Known);
    }
    let (last, mark) = reads::last_heard(tx, jurisdiction, (peer.id, read.matter))?;
    if read.n == last && read.mark != mark {
        return Ok(Took::Other);
    }
    if read.n <= last {
        return Ok(Took::Known);
    }
    if read.n != last + 1 {
        return Ok(Took::Missing(last));
    }
    let Read { at, site: place, office, office_en, role, purpose, .. } = read.clone();
    let seen = Seen { at, site: place, office, office_en, role, purpose };
    reads::hear(tx, jurisdiction, ((peer.id, read.matter, read.n), read.to), (&seen, &read.mark), now)?;
    let from = if seen.site.is_empty() { peer.name.clone() } else { seen.site.clone() };
    reads::pass_on(tx, site, (read.to, now), (&Seen { site: from, ..seen }, &read.mark))?;
    Ok(Took::Taken)
}

/// Returns the last reading of a matter that was heard from another site. What was erased here counts as heard, for nobody is left to be shown it.
pub fn heard_read(tx: &mut Tx<'_>, site: &Site, peer: &Peer, told: &Told) -> Result<i64, Fault> {
    let jurisdiction = site.jurisdiction;
    let Some(to) = told.to.filter(|_| !peer.above) else { return Ok(told.n) };
    if store::row(tx, jurisdiction, to)?.is_none() || !reads::shared(tx, jurisdiction, (peer.id, to))? {
        return Ok(told.n);
    }
    Ok(reads::last_heard(tx, jurisdiction, (peer.id, told.matter))?.0)
}

/// Says why a reading can be none of this site's; `None`: it can.
fn unfit(peer: &Peer, read: &Read) -> Option<&'static str> {
    if peer.above {
        return Some("wrong_direction");
    }
    let long = [&read.site, &read.office, &read.office_en].iter().any(|name| name.chars().count() > NAME_CHARS_MAX);
    let marked = !read.mark.is_empty() && read.mark.len() <= MARK_BYTES_MAX;
    let role = read.role.is_empty() || Role::parse(&read.role).is_some();
    let fits = read.n > 0 && marked && !long && !read.office.is_empty() && role && Purpose::parse(&read.purpose).is_some();
    (!fits).then_some("not_readable")
}
