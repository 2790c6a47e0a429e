//! A month or a quarter that is over, or runs: what each office did on its days, and what was asked for, on all three levels.

use std::collections::BTreeMap;

use appeals::store::tally::{Axis, Counted, month};
use chart::{Cell, Line, Sheet};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use maud::{Markup, html};

use super::page::{filling, only};
use super::{Board, MONTHS};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::Fields;
use crate::kit::errors::Errors;
use crate::kit::field::{Field, select};
use crate::link;
use crate::words::{Lang, month_name};

/// Months of a quarter.
const QUARTER_MONTHS: i64 = 3;
/// Quarters that can be chosen.
const QUARTERS: i64 = 8;
/// How many digits the codes of the three levels have.
const LEVELS: [usize; 3] = [2, 4, 6];

/// Is a month or a quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::desk) struct Period {
    /// Its first day.
    first: Date,
    /// Whether it is a quarter.
    quarter: bool,
}

impl Period {
    /// Returns the month of a day.
    pub(super) fn month_of(day: Date) -> Self {
        Self { first: day.first_of_month(), quarter: false }
    }

    /// Returns the quarter of a day.
    fn quarter_of(day: Date) -> Self {
        Self { first: date(day.year(), (day.month() - 1) / 3 * 3 + 1, 1), quarter: true }
    }

    /// Reads `2026-11`, or `2026Q4`.
    pub(super) fn parse(code: &str) -> Option<Self> {
        let digits =
            |text: &str, count: usize| (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(());
        if let Some((year, number)) = code.split_once('Q') {
            digits(year, 4).and_then(|()| digits(number, 1))?;
            let month = number.parse::<i8>().ok()?.checked_sub(1)?.checked_mul(3)? + 1;
            return Some(Self { first: Date::new(year.parse().ok()?, month, 1).ok()?, quarter: true });
        }
        let (year, number) = code.split_once('-')?;
        digits(year, 4).and_then(|()| digits(number, 2))?;
        Some(Self::month_of(Date::new(year.parse().ok()?, number.parse().ok()?, 1).ok()?))
    }

    /// Returns its code.
    pub(super) fn code(self) -> String {
        if self.quarter { format!("{}Q{}", self.first.year(), (self.first.month() + 2) / 3) } else { month(self.first) }
    }

    /// Returns its first and its last day.
    pub(super) fn days(self) -> (Date, Date) {
        let months = if self.quarter { QUARTER_MONTHS } else { 1 };
        let last = self.first.saturating_add((months - 1).months()).last_of_month();
        (self.first, last)
    }

    /// Names it as people say it.
    pub(super) fn name(self, lang: Lang) -> String {
        if !self.quarter {
            return month_name(lang, &month(self.first));
        }
        let (year, quarter) = (self.first.year().to_string(), ((self.first.month() + 2) / 3).to_string());
        lang.say("figures-pressed-quarter", &[("year", year.into()), ("quarter", quarter.into())])
    }

    /// Lists what can be chosen on a day: months and quarters, the newest first.
    pub(super) fn all(today: Date) -> Vec<Self> {
        let months = (0..MONTHS as i64).map(|back| Self::month_of(today.first_of_month().saturating_sub(back.months())));
        let quarter = Self::quarter_of(today);
        let quarters =
            (0..QUARTERS).map(|back| Self { first: quarter.first.saturating_sub((back * QUARTER_MONTHS).months()), ..quarter });
        months.chain(quarters).collect()
    }
}

/// Shows a period.
pub(super) async fn show(desk: &Desk, period: Period) -> Result<Markup, Problem> {
    let board = Board::of_period(desk, period).await?;
    let lang = board.lang;
    let sheet = |name: &str| board.sheet(name, "").unwrap_or_default();
    Ok(html! {
        p { a href=(link::BOARD) { (lang.t("nav-board")) } }
        h1 { (period.name(lang)) }
        (choose(lang, (board.today, Some(period))))
        (filling(&board))
        (only(&board, &sheet("period_offices"), ""))
        @if board.seen.across {
            (only(&board, &sheet("levels"), ""))
            (only(&board, &sheet("themes"), ""))
            p.quiet { (lang.t("board-cohort-moves")) }
        } @else { p.quiet { (lang.t("board-not-across")) } }
        p.quiet { (lang.t("board-how")) }
    })
}

/// Draws the choice of a period.
pub(super) fn choose(lang: Lang, (today, chosen): (Date, Option<Period>)) -> Markup {
    let recent = std::iter::once((String::new(), lang.t("board-recent")));
    let all: Vec<(String, String)> =
        recent.chain(Period::all(today).into_iter().map(|period| (period.code(), period.name(lang)))).collect();
    let (mut typed, errors) = (Fields::default(), Errors::default());
    typed.set("period", chosen.map(Period::code).unwrap_or_default());
    let field = Field { name: "period", label: lang.t("board-period"), required: true, ..Field::default() };
    html! {
        form.filter-form method="get" action=(link::BOARD) {
            (select(lang, &field, &all, &typed, &errors))
            button { (lang.t("board-show")) }
        }
    }
}

impl Board {
    /// What each office did on the days of the period: the same numbers as in the public figures of its months.
    pub(super) fn period_offices(&self) -> Sheet {
        let heads = [
            "board-office",
            "board-came",
            "board-replied",
            "board-in-time-of",
            "board-late-new",
            "board-reopened",
            "board-ended",
            "board-satisfied",
        ];
        let mut sheet = self.blank("period_offices", &heads);
        let (first, last) = self.period.days();
        let mut sums: BTreeMap<&str, Counted> = BTreeMap::new();
        // as in the log: an office that ended keeps what it did
        for (_, code, counted) in self.counted(Axis::Office) {
            sums.entry(code).or_default().add(counted, 1);
        }
        sheet.lines = sums
            .into_iter()
            .map(|(code, sum)| Line {
                name: self.office_name(code),
                code: code.to_owned(),
                link: Some(self.find_of(code, &format!("时间:{first}..{last}"))),
                cells: vec![
                    Cell::Number(sum.came),
                    Cell::Number(sum.replied),
                    Cell::Share(sum.in_time, sum.replied),
                    Cell::Number(sum.late),
                    Cell::Number(sum.reopened),
                    Cell::Number(sum.ended),
                    Cell::Share(sum.satisfied, sum.rated),
                ],
            })
            .collect();
        sheet
    }

    /// What was asked for in the period, on all three levels: each row holds what stands below it too.
    pub(super) fn themes(&self, name: &str, fits: impl Fn(&str, &str) -> bool) -> Sheet {
        let mut sheet = self.blank(name, &["board-what", "board-asked", "board-met", "board-waiting", "board-left"]);
        let mut sums: BTreeMap<&str, Counted> = BTreeMap::new();
        for (_, subject, counted) in self.of_period_needs().filter(|(place, subject, _)| fits(place, subject)) {
            let levels = LEVELS.into_iter().filter_map(|digits| subject.get(..digits));
            for code in levels.chain(subject.is_empty().then_some("")) {
                sums.entry(code).or_default().add(counted, 1);
            }
        }
        // the codes order them: each below the one above it; what nobody sorted stands last
        let unsorted = sums.remove("").map(|sum| ("", sum));
        let asked = sums.into_iter().chain(unsorted).filter(|(_, sum)| sum.asked > 0);
        sheet.lines = asked.map(|(code, sum)| self.theme(code, &sum)).collect();
        sheet
    }

    fn theme(&self, code: &str, sum: &Counted) -> Line {
        let name = self.topic_name(code);
        let name = if code.is_empty() { name } else { format!("{code} {name}") };
        let link = (!code.is_empty()).then(|| format!("{}?period={}", link::board_theme(code), self.period.code()));
        Line { name, code: code.to_owned(), link, cells: super::sheets::needed(sum) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_quarters_are_read_and_named_by_their_days() {
        for (code, first, last) in [
            ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
            ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
            ("2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
            ("2027Q1", date(2027, 1, 1), date(2027, 3, 31)),
        ] {
            let period = Period::parse(code).unwrap();
            assert_eq!((period.days(), period.code().as_str()), ((first, last), code));
        }
        for wrong in ["", "2026", "2026-13", "2026-1", "2026Q0", "2026Q5", "2026Q", "26-11", "二〇二六Q1", "2026-1１", "-2026-1"]
        {
            assert_eq!(Period::parse(wrong), None, "{wrong}");
        }
        let all = Period::all(date(2027, 1, 31));
        let codes: Vec<String> = all.into_iter().map(Period::code).collect();
        assert_eq!(codes[..3], ["2027-01", "2026-12", "2026-11"]);
        assert_eq!(codes[MONTHS..][..3], ["2027Q1", "2026Q4", "2026Q3"]);
    }
}
