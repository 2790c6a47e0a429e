//! Following one's own matter: number and code open it, and only both together.

use civic::site::Site;
use db::{Fault, Tx, values};
use uuid::Uuid;

use crate::code::{Code, Seed};
use crate::store::row_of;
use crate::{number, sealed, store};

/// Is what number and code opened.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The matter (or the accusation).
    pub matter: Uuid,
    /// True for somebody the resident named.
    pub delegate: bool,
    /// True where it is an accusation, in its own compartment.
    pub accusation: bool,
    /// Signs ratings and opens the own copy; a delegate's signs nothing that holds.
    pub seed: Seed,
}

/// Opens a matter by what a person typed. The same steps are taken whether the number exists or not.
pub fn open(tx: &mut Tx<'_>, site: &Site, number: &str, code: &str) -> Result<Option<Opened>, Fault> {
    let number = number::parse(number).unwrap_or_default();
    let code = Code::parse(code);
    let hash = code.as_ref().map(|code| code.hash(site)).unwrap_or_default();
    let of_code = (store::FIND_CODE, values![site.jurisdiction, hash.clone()]);
    let found = tx.ask(&[of_code, (store::BY_NUMBER, values![site.jurisdiction, number.as_str()])])?;
    let [of_code, known] = found.as_slice() else { return Err(Fault::other("a code was asked for in vain")) };
    let (row, known) = (of_code.first(), known.first().map(row_of).transpose()?);
    let accusation = sealed::find(tx, site, (&number, &hash))?;
    let Some(code) = code else { return Ok(None) };
    if let Some(matter) = accusation {
        return Ok(Some(Opened { matter, delegate: false, accusation: true, seed: code.seed() }));
    }
    match (row, known) {
        (Some(row), Some(known)) if row.get::<Uuid>("matter")? == known.id => {
            Ok(Some(Opened { matter: known.id, delegate: row.get("delegate")?, accusation: false, seed: code.seed() }))
        }
        _ => Ok(None),
    }
}
