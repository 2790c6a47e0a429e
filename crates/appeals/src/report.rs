//! The tables of a month or a year, as a report publishes them (R32): what the public entries say, and what people asked for, which is rounded.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use civic::people::{Cell, publish};
use civic::rules::category_of;
use db::{Fault, Tx};

use crate::figures::Figures;
use crate::store::tally::{self, Axis};

/// Tables that are computed of the public entries alone, by the first word of their names.
pub const EXACT: [&str; 5] = ["disclosed", "followup", "measured", "offices", "work"];
/// The table of what people asked for, by category: rounded, and hidden where it is of few.
pub const CATEGORIES: &str = "categories";
/// The table of the months up to a period, all offices together.
pub const MONTHS: &str = "months";
/// Months of a year.
const YEAR_MONTHS: usize = 12;

/// Makes the exact tables of a month or a year.
pub fn tables(figures: &Figures, period: &str) -> BTreeMap<String, String> {
    let exact = EXACT.iter().filter_map(|what| Some(((*what).to_owned(), figures.table(&format!("{what} {period}"))?)));
    exact.chain([(MONTHS.to_owned(), months(figures, period))]).collect()
}

/// Writes a line for each of the twelve months up to a period that is over.
fn months(figures: &Figures, period: &str) -> String {
    let last = if period.len() == 4 { format!("{period}-12") } else { period.to_owned() };
    let all: Vec<String> = figures.finished().into_iter().filter(|month| *month <= last).collect();
    let mut text = String::new();
    for month in all.iter().skip(all.len().saturating_sub(YEAR_MONTHS)) {
        let sum = figures.total(month);
        let counts = [sum.received, sum.replied, sum.in_time, sum.rated, sum.satisfied].map(|count| count.to_string());
        let _infallible = writeln!(text, "{month}\t{}", counts.join("\t"));
    }
    text
}

/// Makes the table of what people asked for in a month or a year.
pub fn categories(tx: &mut Tx<'_>, jurisdiction: i64, period: &str) -> Result<String, Fault> {
    let (first, last) = (format!("{period}-01"), format!("{period}-12"));
    let span = if period.len() == 4 { (first.as_str(), last.as_str()) } else { (period, period) };
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    for ((_, _, code), counted) in tally::between(tx, jurisdiction, Axis::Need, span)? {
        let topic = code.split_once(' ').map_or("", |(_, topic)| topic);
        *sums.entry(category_of(topic).to_owned()).or_default() += counted.asked.max(0).cast_unsigned();
    }
    let (cells, _) = publish(&sums.values().copied().collect::<Vec<_>>());
    let mut text = String::new();
    for (code, cell) in sums.keys().zip(cells) {
        let code = if code.is_empty() { "none" } else { code };
        let _infallible = match cell {
            Cell::About(count) => writeln!(text, "{code}\t{count}"),
            Cell::Hidden => writeln!(text, "{code}\t-"),
        };
    }
    Ok(text)
}
