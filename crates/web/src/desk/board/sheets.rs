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
use crate::words::{day_short, month_name};

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
            "place_themes" => self.place_themes(of),
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

    fn counted(&self, axis: Axis) -> impl Iterator<Item = (&str, &str, &Counted)> {
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
        for (day, code, counted) in self.counted(Axis::Office) {
            let week = day.parse().ok().map(monday).and_then(|week| sums.get_mut(&week));
            if let Some(sum) = week.filter(|_| office.is_none_or(|office| self.directory.is_now(code, office))) {
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
        let own = |code: &str| office.is_none_or(|office| self.directory.is_now(code, office));
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
        let since = monday(self.today).saturating_sub((OFFICE_WEEKS - 1).weeks()).to_string();
        let (today, week) = (self.today.to_string(), self.today.saturating_add((DAYS_AHEAD - 1).days()).to_string());
        for office in self.directory.offices.values().filter(|office| self.directory.open(office)) {
            let code = office.code.as_str();
            let mut sum = Counted::default();
            for (_, _, counted) in
                self.counted(Axis::Office).filter(|(day, of, _)| *day >= since.as_str() && self.directory.is_now(of, code))
            {
                sum.add(counted, 1);
            }
            let late = self.standing(Some(code), |due| due < today.as_str());
            let on_table = self.standing(Some(code), |_| true);
            if on_table == 0 && sum == Counted::default() {
                continue;
            }
            sheet.lines.push(Line {
                name: self.lang.pick(&office.name, &office.name_en).to_owned(),
                code: code.to_owned(),
                link: Some(link::board_office(code)),
                cells: vec![
                    Cell::Number(late),
                    Cell::Number(self.standing(Some(code), |due| due == today)),
                    Cell::Number(self.standing(Some(code), |due| due >= today.as_str() && due <= week.as_str())),
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

    /// Sums the needs of the month that was read: by place and topic.
    fn of_month(&self) -> impl Iterator<Item = (&str, &str, &Counted)> {
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
        for (at, subject, counted) in self.of_month().filter(|(at, ..)| place.is_empty() || self.directory.within(at, place)) {
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
                self.of_month().filter(|(at, subject, _)| fits(subject) && self.directory.within(at, &child.code))
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

    /// What was asked for in a place in the month, by topic.
    fn place_themes(&self, place: &str) -> Sheet {
        let sums = self.sums_of_month(|at, subject| self.directory.within(at, place).then_some(subject));
        self.greatest("place_themes", Axis::Topic, sums)
    }

    /// Where a topic was asked for in the month.
    fn theme_places(&self, topic: &str) -> Sheet {
        let sums = self.sums_of_month(|at, subject| subject.starts_with(topic).then_some(at));
        self.greatest("theme_places", Axis::Place, sums)
    }

    fn sums_of_month<'a>(&'a self, of: impl Fn(&'a str, &'a str) -> Option<&'a str>) -> BTreeMap<&'a str, Counted> {
        let mut sums: BTreeMap<&str, Counted> = BTreeMap::new();
        for (at, subject, counted) in self.of_month() {
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

    /// Names a month as people say it.
    pub(super) fn month_name(&self, month: &str) -> String {
        month_name(self.lang, month)
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
fn needed(sum: &Counted) -> Vec<Cell> {
    [sum.asked, sum.met, sum.waiting, sum.asked - sum.met - sum.waiting].map(Cell::Number).to_vec()
}
