//! Matters that came by short message from one telephone, whose number the carrier vouches for: what its holder may ask about by
//! naming one of them. Nobody of the staff sees such a list.

use civic::directory::contact_index;
use civic::site::Site;
use db::{Fault, Tx, params};
use uuid::Uuid;

use crate::appeal::Channel;
use crate::store;

/// Lists the newest matters of a number, newest first.
pub fn of_number(tx: &mut Tx<'_>, site: &Site, number: &str, count: i64) -> Result<Vec<Uuid>, Fault> {
    let contact = contact_index(&site.keys.index, number);
    let rows = tx.rows(store::TEXTED, params![site.jurisdiction, contact, Channel::Sms.code(), count])?;
    rows.iter().map(|row| row.get("id")).collect()
}
