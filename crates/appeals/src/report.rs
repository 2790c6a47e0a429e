//! The tables of a month or a year, as a report publishes them (R32): what the public entries say, and what people asked for, which is rounded.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use civic::directory::PlaceLevel;
use civic::people::{Cell, publish};
use civic::rules::category_of;
use civic::site::Site;
use db::{Fault, Tx};

use crate::figures::Figures;
use crate::store::tally::{self, Axis};

/// Tables that are computed of the public entries alone, by the first word of their names.
pub const EXACT: [&str; 5] = ["disclosed", "followup", "measured", "offices", "work"];
/// The table of what people asked for, by category: rounded, and hidden where it is of few.
pub const CATEGORIES: &str = "categories";
/// The same by level of need.
pub const NEEDS: &str = "needs";
/// The same by village.
pub const VILLAGES: &str = "villages";
/// Tables of what people asked for.
pub const PEOPLE: [&str; 3] = [CATEGORIES, NEEDS, VILLAGES];
/// Begins the line of the sum in the table of needs; it is that of the others, too.
pub const SUM: &str = "all";
/// Begins the line of what stands in no category, on no level or in no village.
pub const NONE: &str = "none";
/// The table of the months up to a period, all offices together.
pub const MONTHS: &str = "months";
/// The category of accusations, of which nothing is asked here.
pub const NOT_ASKED: &str = "21";
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

/// Makes the tables of what people asked for in a month or a year, by their names.
pub fn people(tx: &mut Tx<'_>, site: &Site, period: &str) -> Result<BTreeMap<String, String>, Fault> {
    let (first, last) = (format!("{period}-01"), format!("{period}-12"));
    let span = if period.len() == 4 { (first.as_str(), last.as_str()) } else { (period, period) };
    let counted = tally::between(tx, site.jurisdiction, Axis::Need, span)?;
    let (rules, directory) = (site.rules(), site.directory());
    let summed = |of: &dyn Fn(&str, &str) -> String| {
        let mut sums: BTreeMap<String, u64> = BTreeMap::new();
        for ((_, _, code), counted) in &counted {
            let (place, topic) = code.split_once(' ').unwrap_or((code, ""));
            *sums.entry(of(place, topic)).or_default() += counted.asked.max(0).cast_unsigned();
        }
        sums
    };
    let village = |place: &str, _: &str| {
        let path = directory.path(place);
        path.into_iter().find(|place| place.level == PlaceLevel::Village).map_or(String::new(), |place| place.code.clone())
    };
    let villages = directory.places.values().filter(|place| place.level == PlaceLevel::Village && place.merged_into.is_none());
    let level = |_: &str, topic: &str| rules.need_of(topic).map_or(String::new(), |need| need.level.to_string());
    let categories = rules.categories().filter(|row| row.code != NOT_ASKED).map(|row| row.code.clone());
    let (needs, sum) = table(summed(&level), rules.needs().map(|need| need.level.to_string()).collect());
    let sum = format!("{needs}{}", line(SUM, sum));
    let category = |_: &str, topic: &str| category_of(topic).to_owned();
    let tables = [
        (CATEGORIES, table(summed(&category), categories.collect()).0),
        (NEEDS, sum),
        (VILLAGES, table(summed(&village), villages.map(|place| place.code.clone()).collect()).0),
    ];
    Ok(tables.map(|(name, table)| (name.to_owned(), table)).into())
}

/// Writes a line for each code that is known, whatever was counted of it, and one for everything else; and tells the sum.
fn table(mut sums: BTreeMap<String, u64>, known: Vec<String>) -> (String, Cell) {
    let counted = |code: String| {
        let count = sums.remove(&code).unwrap_or(0);
        (code, count)
    };
    let mut rows: Vec<(String, u64)> = known.into_iter().map(counted).collect();
    rows.push((NONE.to_owned(), sums.into_values().sum()));
    let (cells, sum) = publish(&rows.iter().map(|(_, count)| *count).collect::<Vec<_>>());
    (rows.iter().zip(cells).map(|((code, _), cell)| line(code, cell)).collect(), sum)
}

fn line(code: &str, cell: Cell) -> String {
    match cell {
        Cell::About(count) => format!("{code}\t{count}\n"),
        Cell::Hidden => format!("{code}\t-\n"),
    }
}
