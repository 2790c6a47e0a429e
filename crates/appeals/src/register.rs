//! The registers of an office (登记簿): its letters and its visits by year, each with a number; the pile a letter was entered with; and what
//! came by an opinion box. Accusations stand in none of them.

use civic::permit::{Act, Who, may};
use civic::site::Site;
use db::{Fault, Tx, params};
use jiff::Timestamp;
use uuid::Uuid;

use crate::appeal::Channel;
use crate::store::{self, Row, row_of};

/// Lines of one page of a register.
pub const PAGE_LINES_MAX: i64 = 50;
/// Letters of one pile at most, as far as they are listed.
pub const PILE_LINES_MAX: i64 = 500;

/// Is a line of a register: the clear columns of its matter, and what is known of how it came.
#[derive(Debug, Clone)]
pub struct Line {
    /// Number within the year; 0 where it stands in no register.
    pub entry: i64,
    /// The day on which it arrived; empty where nobody said.
    pub came: String,
    /// The day of the postmark; empty where nobody said.
    pub posted: String,
    /// The matter.
    pub row: Row,
}

/// Names a year of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// The office that keeps it, by code.
    pub office: String,
    /// Letters or visits.
    pub channel: Channel,
    /// The year.
    pub year: i16,
}

/// Lists a year, the newest first, behind a number, as far as somebody sees the matters: so many lines.
pub fn year(tx: &mut Tx<'_>, site: &Site, who: &Who, (book, behind): (&Book, i64), count: i64) -> Result<Vec<Line>, Fault> {
    let (office, channel, year) = (book.office.as_str(), book.channel.code(), i64::from(book.year));
    let rows = tx.rows(store::REGISTER, params![site.jurisdiction, office, channel, year, behind, count])?;
    seen(tx, site, who, &rows)
}

/// Lists a pile of an office in the order in which it was entered, as far as somebody sees the matters.
pub fn pile(tx: &mut Tx<'_>, site: &Site, who: &Who, (pile, office): (Uuid, &str)) -> Result<Vec<Line>, Fault> {
    let rows = tx.rows(store::PILE, params![site.jurisdiction, pile, office, PILE_LINES_MAX])?;
    seen(tx, site, who, &rows)
}

/// Lists what was made of the cards of a round, as far as somebody sees the matters.
pub fn of_round(tx: &mut Tx<'_>, site: &Site, who: &Who, round: Uuid) -> Result<Vec<Line>, Fault> {
    let rows = tx.rows(store::OF_ROUND, params![site.jurisdiction, round, PILE_LINES_MAX])?;
    seen(tx, site, who, &rows)
}

/// Keeps the lines of matters that somebody sees: whoever is close to a person behind one does not learn that it is there.
fn seen(tx: &mut Tx<'_>, site: &Site, who: &Who, rows: &[db::Row]) -> Result<Vec<Line>, Fault> {
    let directory = site.directory();
    let mut lines = Vec::with_capacity(rows.len());
    for found in rows {
        let row = row_of(found)?;
        let Some(loaded) = store::opened(tx, site, &row)? else { continue };
        if may(&directory, who, Act::See, &loaded.state.subject()).is_ok() {
            lines.push(Line { entry: found.get("entry")?, came: found.get("came")?, posted: found.get("posted")?, row });
        }
    }
    Ok(lines)
}

/// Counts what came by a box since a time: all of it, and how much of that by its sign.
pub fn by_box(tx: &mut Tx<'_>, site: &Site, code: &str, since: Timestamp) -> Result<(i64, i64), Fault> {
    let row = tx.row(store::BY_BOX, params![site.jurisdiction, code, Uuid::nil(), since.as_microsecond()])?;
    row.map_or(Ok((0, 0)), |row| Ok((row.get("many")?, row.get("scanned")?)))
}

/// Counts a year of a register, and tells when something was entered last.
pub fn counted(tx: &mut Tx<'_>, site: &Site, book: &Book) -> Result<(i64, Option<Timestamp>), Fault> {
    let (office, channel, year) = (book.office.as_str(), book.channel.code(), i64::from(book.year));
    let Some(row) = tx.row(store::LAST_LETTER, params![site.jurisdiction, office, channel, year])? else { return Ok((0, None)) };
    let last: Option<i64> = row.get("last")?;
    Ok((row.get("many")?, last.and_then(|at| Timestamp::from_microsecond(at).ok())))
}
