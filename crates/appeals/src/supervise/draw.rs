//! Drawing matters for a campaign so that anybody can draw them again: the seed is published with the task, and each matter's lot is the
//! hash of the seed and of its pseudonym in the log. The lowest lots are drawn.

use civic::journal;
use civic::permit::{Act, Who, may};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use data_encoding::HEXLOWER;
use db::{Tx, params};
use jiff::ToSpan;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::store::FILED;
use crate::store;

/// Matters that one campaign draws from at most.
pub const POPULATION_MAX: usize = 5_000;
/// Matters read at once.
const PAGE_MATTERS: i64 = 200;

/// Says which matters to draw from; an empty code means all.
#[derive(Debug, Clone)]
pub struct From<'a> {
    /// First-level category.
    pub category: &'a str,
    /// Place with everything below.
    pub place: &'a str,
    /// The office that holds them.
    pub office: &'a str,
    /// First and last day of filing.
    pub days: (Date, Date),
}

/// Is what was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// What it was drawn with, hexadecimal.
    pub seed: String,
    /// How many there were.
    pub of: u32,
    /// Which, by id and number.
    pub drawn: Vec<(Uuid, String)>,
}

/// Computes the lot of a matter.
pub fn lot(seed: &str, pseudonym: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(format!("minsheng/campaign/1\n{seed}\n{pseudonym}\n")))
}

/// Draws some of the matters that somebody may see. The seed comes of the newest checkpoint of the log and of what is looked for: whoever
/// draws cannot choose it, and to draw again is to open another task that everybody sees.
pub fn draw(tx: &mut Tx<'_>, site: &Site, who: &Who, (from, many): (&From<'_>, usize)) -> Result<Drawn, No> {
    let (size, head) = journal::head(tx, site.jurisdiction)?.unwrap_or_default();
    let of = format!("{} {} {} {:?}", from.category, from.place, from.office, from.days);
    let seed = HEXLOWER.encode(&Sha256::digest(format!("{size}\n{head}\n{of}\n")));
    let (directory, mut lots) = (site.directory(), Vec::new());
    let short = |day: Date| format!("MS{}{:02}{:02}{:02}", site.code, day.year() % 100, day.month(), day.day());
    let (mut after, end) = (short(from.days.0), short(from.days.1.saturating_add(1.day())));
    loop {
        let rows = tx.rows(FILED, params![site.jurisdiction, after.as_str(), end.as_str(), PAGE_MATTERS])?;
        for row in &rows {
            after = row.get("number")?;
            let Some(loaded) = store::load(tx, site, row.get("id")?)? else { continue };
            let state = &loaded.state;
            let fits = |wanted: &str, own: Option<&str>| wanted.is_empty() || own == Some(wanted);
            let there = from.place.is_empty() || state.place.as_deref().is_some_and(|place| directory.within(place, from.place));
            let meant = fits(from.category, state.category.as_deref()) && fits(from.office, Some(&state.owner)) && there;
            if meant && may(&directory, who, Act::See, &state.subject()).is_ok() {
                lots.push((lot(&seed, &journal::pseudonym(&loaded.key)), state.matter, state.number.clone()));
            }
        }
        if lots.len() > POPULATION_MAX {
            return Err(Refusal::new("dossier_wide")
                .with("field", "from")
                .with("max", POPULATION_MAX)
                .instead("correct_field")
                .into());
        }
        if rows.len() < PAGE_MATTERS as usize {
            break;
        }
    }
    lots.sort();
    let of = u32::try_from(lots.len()).unwrap_or(u32::MAX);
    let drawn = lots.into_iter().take(many).map(|(_, id, number)| (id, number)).collect();
    Ok(Drawn { seed, of, drawn })
}
