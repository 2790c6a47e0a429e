//! Matters that name a telephone, or an account of a chat, for which the carrier vouches: what its holder may ask about by naming one of
//! them. Nobody of the staff sees such a list.

use civic::directory::contact_index;
use civic::site::Site;
use civic::vault::mac;
use db::{Fault, Tx, params};
use uuid::Uuid;

use crate::store;

/// Figures by which short messages name a matter to its resident.
pub const SHORT_DIGITS: usize = 4;

/// Names a matter in four figures. Among the few matters of one telephone they tell which is meant; they open nothing.
pub fn short(site: &Site, matter: Uuid) -> String {
    let bytes = mac(&site.keys.index, &[b"minsheng/sms-short/1", &site.jurisdiction.to_be_bytes(), matter.as_bytes()]);
    let number = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    format!("{:04}", number % 10_000)
}

/// Lists the newest matters that name a telephone or an account, newest first, by whichever way they came. Whoever asks shows of them what
/// is told by that way: what came by it, and what its holder asked for from it.
pub fn of_contact(tx: &mut Tx<'_>, site: &Site, contact: &str, count: i64) -> Result<Vec<Uuid>, Fault> {
    let contact = contact_index(&site.keys.index, contact);
    let rows = tx.rows(store::TEXTED, params![site.jurisdiction, contact, count])?;
    rows.iter().map(|row| row.get("id")).collect()
}
