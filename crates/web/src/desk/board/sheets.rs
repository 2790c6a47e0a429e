//! The sheets of the boards: what is counted, under which heading, in which order. Pages draw them, files carry them.

use std::collections::BTreeMap;

use appeals::store::monday;
use appeals::store::tally::{Axis, Counted};
use chart::{Cell, Line, Sheet};
use form_urlencoded::Serializer;
use jiff::ToSpan;
use jiff::civil::Date;

use super::{Board, WEEKS};
use crate::link;
use crate::words::day_short;

/// Weeks of which an office's answers are summed.
const OFFICE_WEEKS: i64 = 4;
/// Days ahead of which it is shown how much is due.
const DAYS_AHEAD: i64 = 7;
/// Rows of a list of the greatest.
const GREATEST_MAX: usize = 10;
/// Fewest that came in during a week before it is called more than usual, and by how many tenths it must be more.
const GREW_MIN: i64 = 3;
const GREW_TENTHS: i64 = 15;
/// Weeks that say what is usual.
const USUAL_WEEKS: i64 = 8;

impl Board {
    /// Makes a sheet by its name; `of` names an office, a place, a topic or a month where it is about one.
    pub(super) fn sheet(&self, name: &str, of: &str) -> Option<Sheet> {
        Some(match name {
            "weeks" => self.weeks(None),
            "office_weeks" => self.weeks(Some(of)),
            "due" => self.due(None),
            "office_due" => self.due(Some(of)),
            "offices" => self.offices(),
            "themes_grew" => self.grew("themes_grew", Axis::Topic),
            "places_grew" => self.grew("places_grew", Axis::Place),
            "said" => self.said(),
            "place_weeks" => self.cohort("place_weeks", Axis::Place, |code| self.directory.within(code, of)),
            "theme_weeks" => self.cohort("theme_weeks", Axis::Topic, |code| code.starts_with(of)),
            "levels" => self.levels(of),
            "needs" => self.needs(of.split_once('.')?),
            "period_offices" => self.period_offices(),
            "themes" => self.themes("themes", |_, _| true),
            "place_themes" => self.themes("place_themes", |at, _| self.directory.within(at, of)),
            "theme_below" => self.themes("theme_below", |_, subject| subject.starts_with(of)),
            "theme_places" => self.theme_places(of),
            _ => return None,
        })
    }

    /// Begins a sheet with its words: title, sentence, headings.
    pub(super) fn blank(&self, name: &str, heads: &[&str]) -> Sheet {
        let words = |key: &str| self.lang.t(key);
        Sheet {
            name: name.to_owned(),
            title: self.lang.code("board-title", name),
            about: self.lang.code("board-about", name),
            heads: heads.iter().map(|key| words(key)).collect(),
            lines: Vec::new(),
            hidden: words("board-hidden"),
            empty: words("board-nothing"),
            total: None,
        }
    }

    pub(super) fn counted(&self, axis: Axis) -> impl Iterator<Item = (&str, &str, &Counted)> {
        let all = self.seen.tally.counted.iter();
        all.filter(move |((of, ..), _)| *of == axis).map(|((_, span, code), counted)| (span.as_str(), code.as_str(), counted))
    }

    /// Lists the Mondays that are shown, oldest first.
    fn mondays(&self) -> Vec<Date> {
        let this = monday(self.today);
        (0..WEEKS).rev().map(|back| this.saturating_sub(back.weeks())).collect()
    }

    fn week_name(&self, monday: Date) -> String {
        day_short(self.lang, monday)
    }

    /// What came in and was answered week by week, of one office or of all that are seen.
    fn weeks(&self, office: Option<&str>) -> Sheet {
        let heads = ["board-week", "board-came", "board-replied", "board-late-new", "board-reopened"];
        let mut sheet = self.blank(if office.is_some() { "office_weeks" } else { "weeks" }, &heads);
        let mut sums: BTreeMap<Date, Counted> = self.mondays().into_iter().map(|day| (day, Counted::default())).collect();
        let own = office.map(|office| self.directory.codes_of(office));
        for (week, code, counted) in self.counted(Axis::Week) {
            let week = week.parse().ok().and_then(|week| sums.get_mut(&week));
            if let Some(sum) = week.filter(|_| own.as_ref().is_none_or(|own| own.contains(&code))) {
                sum.add(counted, 1);
            }
        }
        let line = |(monday, sum): (Date, Counted)| {
            let next = monday.saturating_add(6.days());
            Line {
                name: self.week_name(monday),
                code: monday.to_string(),
                link: Some(match office {
                    Some(office) => self.find_of(office, &format!("时间:{monday}..{next}")),
                    None => find(&format!("时间:{monday}..{next}")),
                }),
                cells: [sum.came, sum.replied, sum.late, sum.reopened].map(Cell::Number).to_vec(),
            }
        };
        sheet.lines = sums.into_iter().map(line).collect();
        sheet
    }

    /// What is due on each of the next days.
    fn due(&self, office: Option<&str>) -> Sheet {
        let mut sheet = self.blank(if office.is_some() { "office_due" } else { "due" }, &["board-day", "board-due"]);
        for ahead in 0..DAYS_AHEAD {
            let day = self.today.saturating_add(ahead.days());
            let many = self.standing(office, |due| due == day.to_string());
            sheet.lines.push(Line {
                name: day_short(self.lang, day),
                code: day.to_string(),
                link: None,
                cells: vec![Cell::Number(many)],
            });
        }
        sheet
    }

    /// Counts what came in on a day.
    pub(super) fn came_on(&self, day: &str) -> i64 {
        self.counted(Axis::Office).filter(|(of, ..)| *of == day).map(|(.., counted)| counted.came).sum()
    }

    /// Counts what lies on tables with a last day that fits.
    pub(super) fn standing(&self, office: Option<&str>, fits: impl Fn(&str) -> bool) -> i64 {
        let codes = office.map(|office| self.directory.codes_of(office));
        let own = |code: &str| codes.as_ref().is_none_or(|codes| codes.contains(&code));
        self.seen.tally.standing.iter().filter(|((code, due), _)| own(code) && fits(due)).map(|(_, many)| many).sum()
    }

    /// Each office: what is late and due on its table, what it answered in the last weeks.
    fn offices(&self) -> Sheet {
        let heads = [
            "board-office",
            "board-late-now",
            "board-due-today",
            "board-due-week",
            "board-on-table",
            "board-came-4",
            "board-in-time",
            "board-satisfied",
        ];
        let mut sheet = self.blank("offices", &heads);
        // one way through the counters: with many offices a way for each would be one for each pair of them
        let since = monday(self.today).saturating_sub((OFFICE_WEEKS - 1).weeks()).to_string();
        let mut sums: BTreeMap<&str, (Counted, [i64; 4])> = BTreeMap::new();
        for (_, of, counted) in self.counted(Axis::Week).filter(|(week, ..)| *week >= since.as_str()) {
            sums.entry(self.acting(of)).or_default().0.add(counted, 1);
        }
        let (today, week) = (self.today.to_string(), self.today.saturating_add((DAYS_AHEAD - 1).days()).to_string());
        for ((of, due), many) in &self.seen.tally.standing {
            let due = due.as_str();
            let parts = [due < today.as_str(), due == today, due >= today.as_str() && due <= week.as_str(), true];
            let (_, sum) = sums.entry(self.acting(of)).or_default();
            sum.iter_mut().zip(parts).filter(|(_, fits)| *fits).for_each(|(sum, _)| *sum += many);
        }
        for (code, (sum, [late, due_today, due_week, on_table])) in sums {
            if on_table == 0 && sum == Counted::default() {
                continue;
            }
            sheet.lines.push(Line {
                name: self.office_name(code),
                code: code.to_owned(),
                link: Some(link::board_office(code)),
                cells: vec![
                    Cell::Number(late),
                    Cell::Number(due_today),
                    Cell::Number(due_week),
                    Cell::Number(on_table),
                    Cell::Number(sum.came),
                    Cell::Share(sum.in_time, sum.replied),
                    Cell::Share(sum.satisfied, sum.rated),
                ],
            });
        }
        sheet.lines.sort_by_key(|line| (std::cmp::Reverse(first(line)), line.code.clone()));
        sheet
    }

    /// Topics or places of which more came in last week than they are used to.
    fn grew(&self, name: &str, axis: Axis) -> Sheet {
        let heads = ["board-what", "board-last-week", "board-usual", "board-this-week"];
        let mut sheet = self.blank(name, &heads);
        sheet.empty = self.lang.t("board-grew-nothing");
        let this = monday(self.today);
        let (last, oldest) = (this.saturating_sub(1.week()), this.saturating_sub((USUAL_WEEKS + 1).weeks()));
        let mut sums: BTreeMap<&str, (i64, i64, i64)> = BTreeMap::new();
        for (week, code, counted) in self.counted(axis).filter(|(_, code, _)| !code.is_empty()) {
            let Ok(week) = week.parse::<Date>() else { continue };
            let (before, at_last, now) = sums.entry(code).or_default();
            match week {
                week if week == this => *now += counted.came,
                week if week == last => *at_last += counted.came,
                week if week >= oldest && week < last => *before += counted.came,
                _ => {}
            }
        }
        // more than three halves of a usual week: compared without rounding
        let grew = |(before, last, _): &(i64, i64, i64)| *last >= GREW_MIN && last * 10 * USUAL_WEEKS > before * GREW_TENTHS;
        let mut all: Vec<_> = sums.into_iter().filter(|(_, sums)| grew(sums)).collect();
        all.sort_by_key(|(code, (before, last, _))| (before - last * USUAL_WEEKS, *code));
        for (code, (before, last_week, now)) in all.into_iter().take(GREATEST_MAX) {
            let usual = (before + USUAL_WEEKS / 2) / USUAL_WEEKS;
            sheet.lines.push(self.named(axis, code, vec![Cell::Number(last_week), Cell::Number(usual), Cell::Number(now)]));
        }
        sheet
    }

    /// Topics with the most ratings that say it did not help.
    fn said(&self) -> Sheet {
        let mut sheet = self.blank("said", &["board-what", "board-unsatisfied", "board-satisfied"]);
        sheet.empty = self.lang.t("board-said-nothing");
        let mut sums: BTreeMap<&str, Counted> = BTreeMap::new();
        for (_, code, counted) in self.counted(Axis::Topic) {
            sums.entry(code).or_default().add(counted, 1);
        }
        let mut all: Vec<_> = sums.into_iter().filter(|(_, sum)| sum.rated > sum.satisfied).collect();
        all.sort_by_key(|(code, sum)| (sum.satisfied - sum.rated, *code));
        for (code, sum) in all.into_iter().take(GREATEST_MAX) {
            let cells = vec![Cell::Number(sum.rated - sum.satisfied), Cell::Share(sum.satisfied, sum.rated)];
            sheet.lines.push(self.named(Axis::Topic, code, cells));
        }
        sheet
    }

    /// What came in week by week of some places or topics, and how it stands now.
    fn cohort(&self, name: &str, axis: Axis, fits: impl Fn(&str) -> bool) -> Sheet {
        let heads = ["board-week", "board-came", "board-met", "board-waiting", "board-satisfied"];
        let mut sheet = self.blank(name, &heads);
        let mut sums: BTreeMap<String, Counted> =
            self.mondays().iter().map(|day| (day.to_string(), Counted::default())).collect();
        for (week, _, counted) in self.counted(axis).filter(|(_, code, _)| fits(code)) {
            if let Some(sum) = sums.get_mut(week) {
                sum.add(counted, 1);
            }
        }
        let name = |week: &str| week.parse().map_or_else(|_| week.to_owned(), |monday| self.week_name(monday));
        let cells = |sum: &Counted| {
            vec![Cell::Number(sum.came), Cell::Number(sum.met), Cell::Number(sum.waiting), Cell::Share(sum.satisfied, sum.rated)]
        };
        let line = |(week, sum): (String, Counted)| Line { name: name(&week), cells: cells(&sum), code: week, link: None };
        sheet.lines = sums.into_iter().map(line).collect();
        sheet
    }

    /// Lists the needs of the period that was read: by place and topic.
    pub(super) fn of_period_needs(&self) -> impl Iterator<Item = (&str, &str, &Counted)> {
        self.counted(Axis::Need).filter_map(|(_, code, counted)| {
            let (place, subject) = code.split_once(' ')?;
            Some((place, subject, counted))
        })
    }

    /// The five levels, of a place and what lies in it, or of everywhere; and what nobody sorted yet.
    fn levels(&self, place: &str) -> Sheet {
        let heads = ["board-level", "board-asked", "board-met", "board-waiting", "board-left"];
        let mut sheet = self.blank("levels", &heads);
        let mut sums: BTreeMap<u8, Counted> = self.rules.needs().map(|need| (need.level, Counted::default())).collect();
        for (at, subject, counted) in
            self.of_period_needs().filter(|(at, ..)| place.is_empty() || self.directory.within(at, place))
        {
            debug_assert!(!at.contains(' '), "a place has a plain code");
            sums.entry(self.rules.need_of(subject).map_or(0, |need| need.level)).or_default().add(counted, 1);
        }
        for need in self.rules.needs() {
            let sum = sums.remove(&need.level).unwrap_or_default();
            let name = format!("{} {}", need.level, self.lang.pick(&need.zh, &need.en));
            sheet.lines.push(Line { name, code: need.level.to_string(), link: None, cells: needed(&sum) });
        }
        if let Some(unsorted) = sums.get(&0).filter(|sum| sum.asked > 0) {
            sheet.lines.push(Line { name: self.lang.t("board-unsorted"), code: "0".into(), link: None, cells: needed(unsorted) });
        }
        sheet
    }

    /// The places below one, by what was asked for there on one level (`0` is all of them).
    fn needs(&self, (place, level): (&str, &str)) -> Sheet {
        let heads = ["board-place", "board-asked", "board-met", "board-waiting", "board-left"];
        let mut sheet = self.blank("needs", &heads);
        let level: u8 = level.parse().unwrap_or(0);
        let fits = |subject: &str| level == 0 || self.rules.need_of(subject).is_some_and(|need| need.level == level);
        let below: Vec<_> = self.directory.places.values().filter(|below| below.parent.as_deref() == Some(place)).collect();
        for child in below {
            let mut sum = Counted::default();
            for (_, _, counted) in
                self.of_period_needs().filter(|(at, subject, _)| fits(subject) && self.directory.within(at, &child.code))
            {
                sum.add(counted, 1);
            }
            let name = self.lang.pick(&child.name, &child.name_en).to_owned();
            sheet.lines.push(Line {
                name,
                code: child.code.clone(),
                link: Some(link::board_place(&child.code)),
                cells: needed(&sum),
            });
        }
        sheet
    }

    /// Where a topic was asked for in the month.
    fn theme_places(&self, topic: &str) -> Sheet {
        let sums = self.sums_of_month(|at, subject| subject.starts_with(topic).then_some(at));
        self.greatest("theme_places", Axis::Place, sums)
    }

    fn sums_of_month<'a>(&'a self, of: impl Fn(&'a str, &'a str) -> Option<&'a str>) -> BTreeMap<&'a str, Counted> {
        let mut sums: BTreeMap<&str, Counted> = BTreeMap::new();
        for (at, subject, counted) in self.of_period_needs() {
            if let Some(code) = of(at, subject) {
                sums.entry(code).or_default().add(counted, 1);
            }
        }
        sums
    }

    fn greatest(&self, name: &str, axis: Axis, sums: BTreeMap<&str, Counted>) -> Sheet {
        let mut sheet = self.blank(name, &["board-what", "board-asked", "board-met", "board-waiting", "board-left"]);
        let mut all: Vec<_> = sums.into_iter().filter(|(_, sum)| sum.asked > 0).collect();
        all.sort_by_key(|(code, sum)| (-sum.asked, *code));
        sheet.lines = all.into_iter().map(|(code, sum)| self.named(axis, code, needed(&sum))).collect();
        sheet
    }

    fn named(&self, axis: Axis, code: &str, cells: Vec<Cell>) -> Line {
        let (name, link) = match axis {
            Axis::Place => (self.place_name(code), (!code.is_empty()).then(|| link::board_place(code))),
            _ => (self.topic_name(code), (!code.is_empty()).then(|| link::board_theme(code))),
        };
        Line { name, code: code.to_owned(), link, cells }
    }

    /// Returns the office that acts for one today.
    fn acting<'a>(&'a self, code: &'a str) -> &'a str {
        self.directory.acting(code).map_or(code, |office| &office.code)
    }

    pub(super) fn office_name(&self, code: &str) -> String {
        let office = self.directory.offices.get(code);
        office.map_or_else(|| code.to_owned(), |office| self.lang.pick(&office.name, &office.name_en).to_owned())
    }

    pub(super) fn place_name(&self, code: &str) -> String {
        let place = self.directory.places.get(code);
        place.map_or_else(|| self.lang.t("board-nowhere"), |place| self.lang.pick(&place.name, &place.name_en).to_owned())
    }

    pub(super) fn topic_name(&self, code: &str) -> String {
        let known = self.rules.subject(code);
        known.map_or_else(|| self.lang.t("board-unsorted"), |(zh, en)| self.lang.pick(zh, en).to_owned())
    }

    /// Leads to the matters of an office that fit.
    pub(super) fn find_of(&self, office: &str, more: &str) -> String {
        // names in Chinese hold no space, and the box reads both languages
        let name = self.directory.offices.get(office).map_or(office, |office| office.name.as_str());
        find(&format!("单位:{name} {more}"))
    }
}

/// Leads to the matters that fit.
pub(super) fn find(words: &str) -> String {
    format!("{}?{}", link::FIND, Serializer::new(String::new()).append_pair("q", words).finish())
}

fn first(line: &Line) -> i64 {
    line.cells.first().and_then(|cell| cell.value()).unwrap_or(0)
}

/// Writes what was asked for: how many, granted, waiting for an answer, answered otherwise.
pub(super) fn needed(sum: &Counted) -> Vec<Cell> {
    [sum.asked, sum.met, sum.waiting, sum.asked - sum.met - sum.waiting].map(Cell::Number).to_vec()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use appeals::board::Seen;
    use appeals::store::tally::{Tally, weeks_before};
    use civic::directory::{Directory, Office};
    use civic::rules::RuleSet;
    use jiff::civil::date;

    use super::super::period::Period;
    use super::*;
    use crate::words::Lang;

    /// Offices of a large site.
    const OFFICES: usize = 2_000;

    fn office(number: usize, successor: Option<String>) -> Office {
        let text = |words: &str| words.to_owned();
        Office {
            code: format!("many{number:04}"),
            name: format!("第{number}个单位"),
            name_en: text(""),
            place: text("990121"),
            superior: None,
            phone: text(""),
            address: text(""),
            hours: text(""),
            duties: Vec::new(),
            intake_for: Vec::new(),
            supervising: false,
            successor,
        }
    }

    /// A board of many offices, the last of which was merged into the first.
    fn board() -> Board {
        let today = date(2026, 11, 29);
        let successor = |number: usize| (number + 1 == OFFICES).then(|| "many0000".to_owned());
        let offices = (0..OFFICES).map(|number| office(number, successor(number))).map(|office| (office.code.clone(), office));
        let directory = Directory { offices: offices.collect(), ..Directory::default() };
        let mut tally = Tally::default();
        for code in directory.offices.keys() {
            for week in 0..WEEKS {
                let counted = Counted { came: 7, replied: 5, in_time: 4, late: 1, ..Counted::default() };
                tally.counted.insert((Axis::Week, weeks_before(today, week).to_string(), code.clone()), counted);
            }
            for ahead in 0..20 {
                tally.standing.insert((code.clone(), today.saturating_add((ahead - 5).days()).to_string()), 1);
            }
        }
        let (rules, period) = (Arc::new(RuleSet::builtin()), Period::month_of(today));
        let seen = Seen { tally, across: true, filling: false };
        Board { lang: Lang::Zh, directory: Arc::new(directory), rules, today, period, seen }
    }

    #[test]
    fn a_board_of_two_thousand_offices_is_drawn_in_one_way_through_its_counters() {
        let board = board();
        let begun = Instant::now();
        let sheet = board.offices();
        let (weeks, due) = (board.weeks(None), board.due(None));
        println!("{OFFICES} offices: {} ms", begun.elapsed().as_millis());
        assert_eq!(sheet.lines.len(), OFFICES - 1, "one ended");
        let cells = |at: usize| sheet.lines[at].cells[..5].iter().filter_map(|cell| cell.value()).collect::<Vec<_>>();
        assert_eq!((cells(0), cells(1)), (vec![10, 2, 14, 40, 56], vec![5, 1, 7, 20, 28]), "and counts for who took over");
        assert_eq!(weeks.lines[12].cells[0], Cell::Number(7 * OFFICES as i64));
        assert_eq!(due.lines[0].cells[0], Cell::Number(OFFICES as i64));
        // for each office one way through all counters would be fifty million steps and more
        assert!(begun.elapsed().as_secs() < 10);
    }
}
