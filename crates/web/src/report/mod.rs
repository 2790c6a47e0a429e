//! What an edition says, as sheets: page, workbook, open data and paper are all made of them, so none can say something else than the others.

pub(crate) mod assess;
pub(crate) mod read;

use std::collections::BTreeMap;
use std::sync::Arc;

use chart::{Cell, Line, Sheet};
use civic::rules::RuleSet;
use oversight::dossier::decide::ADVICE;
use oversight::edition::Edition;
use serde_json::{Value, json};

use crate::take;
use crate::words::{Lang, day, month_name};

/// Names the sheets, in the order of the report.
pub(crate) const SHEETS: [&str; 11] =
    ["months", "offices", "followup", "measured", "ways", "kinds", "complained", "steps", "advice", "categories", "disclosed"];
/// Columns of the sheets that have more than one, by the codes of their heads.
const HEADS: &[(&str, &[&str])] = &[
    ("months", &["received", "replied", "in_time", "satisfied"]),
    ("offices", &["received", "replied", "in_time", "satisfied", "returned", "again"]),
    ("followup", &["told", "called", "bad", "rectified", "marked", "set_aside", "told_set_aside"]),
    ("advice", &["suggested", "answered", "adopted"]),
];
/// What the only column of the other sheets counts.
const ONE: &[&str] = &["count"];

/// Is an edition as a language says it.
pub(crate) struct Report {
    pub(crate) lang: Lang,
    pub(crate) rules: Arc<RuleSet>,
    pub(crate) edition: Edition,
}

/// Writes a month or a year.
pub(crate) fn period_name(lang: Lang, period: &str) -> String {
    if period.len() == 4 { lang.say("report-year", &[("year", period.into())]) } else { month_name(lang, period) }
}

/// Is a row of a table: a code and counts; a count that is hidden is none.
struct Raw {
    code: String,
    counts: Vec<Option<i64>>,
}

impl Report {
    /// Says what it is: of which time.
    pub(crate) fn title(&self) -> String {
        self.lang.say("report-of", &[("period", period_name(self.lang, &self.edition.period).into())])
    }

    /// Says which edition it is, of which day, and why.
    pub(crate) fn about(&self) -> String {
        let Edition { number, day: at, reason, note, snapshot, .. } = &self.edition;
        let said = self.lang.say(
            "report-edition",
            &[
                ("number", (*number).into()),
                ("day", day(self.lang, *at).into()),
                ("reason", self.lang.code("edition-reason", reason.code()).into()),
                ("size", snapshot.size.cast_signed().into()),
                ("rules", snapshot.rules.as_str().into()),
            ],
        );
        if note.is_empty() { said } else { format!("{said} {note}") }
    }

    /// Makes every sheet that has something to say.
    pub(crate) fn sheets(&self) -> Vec<Sheet> {
        SHEETS.iter().filter_map(|name| self.sheet(name)).filter(|sheet| !sheet.lines.is_empty()).collect()
    }

    /// Makes one sheet.
    pub(crate) fn sheet(&self, name: &str) -> Option<Sheet> {
        let lang = self.lang;
        let name = SHEETS.iter().copied().find(|known| *known == name)?;
        let raws = self.raws(name);
        let line = |raw: &Raw| Line {
            name: self.line_name(name, &raw.code),
            code: raw.code.clone(),
            link: None,
            cells: cells(name, &raw.counts),
        };
        let lines = if name == "measured" { self.measured() } else { raws.iter().map(line).collect() };
        let total = matches!(name, "offices" | "followup").then(|| {
            let columns = raws.first().map_or(0, |raw| raw.counts.len());
            let sums: Vec<_> =
                (0..columns).map(|at| Some(raws.iter().filter_map(|raw| raw.counts.get(at).copied().flatten()).sum())).collect();
            Line { name: lang.t("figures-all"), code: String::new(), link: None, cells: cells(name, &sums) }
        });
        let heads = self.columns(name).into_iter().map(|(_, head, _)| head);
        Some(Sheet {
            name: format!("{name}-{}-{}", self.edition.period, self.edition.number),
            title: lang.code("report-title", name),
            about: lang.code("report-about", name),
            heads: std::iter::once(lang.code("report-row", row_of(name))).chain(heads).collect(),
            total: total.filter(|_| !lines.is_empty()),
            lines,
            hidden: lang.t("board-hidden"),
            empty: lang.t("report-nothing"),
        })
    }

    /// Lists the columns of a sheet: code, head, and what it means.
    fn columns(&self, name: &str) -> Vec<(String, String, String)> {
        let lang = self.lang;
        if name == "measured" {
            let measures = self.edition.snapshot.assessing.measures.iter();
            return measures
                .map(|rule| {
                    let (head, how) = (lang.pick(&rule.zh, &rule.en), lang.pick(&rule.how_zh, &rule.how_en));
                    (rule.code.clone(), head.to_owned(), how.to_owned())
                })
                .collect();
        }
        let codes = HEADS.iter().find(|(sheet, _)| *sheet == name).map_or(ONE, |(_, codes)| *codes);
        codes.iter().map(|code| ((*code).to_owned(), lang.code("report-head", code), lang.code("report-mean", code))).collect()
    }

    /// Lists the three suggestions: how many of each were made, answered, adopted.
    fn suggestions(&self) -> Vec<Raw> {
        let mut all: BTreeMap<String, [i64; 3]> = BTreeMap::new();
        for row in self.edition.snapshot.rows("work") {
            let read =
                |at: usize, prefix: &str| Some((row.first()?.strip_prefix(prefix)?.to_owned(), at, row.get(1)?.parse().ok()?));
            let found: Option<(String, usize, i64)> =
                ["ad.", "an.", "ok."].iter().enumerate().find_map(|(at, prefix)| read(at, prefix));
            if let Some((code, at, count)) = found {
                all.entry(code).or_default()[at] += count;
            }
        }
        all.into_iter().map(|(code, counts)| Raw { code, counts: counts.map(Some).to_vec() }).collect()
    }

    fn raws(&self, name: &str) -> Vec<Raw> {
        if name == "advice" {
            return self.suggestions();
        }
        let (table, prefix) = match name {
            "ways" => ("work", "ch."),
            "kinds" => ("work", "kd."),
            "complained" => ("work", "of."),
            "steps" => ("work", "st."),
            name => (name, ""),
        };
        let rows = self.edition.snapshot.rows(table);
        let read = |row: Vec<&str>| {
            let code = row.first()?.strip_prefix(prefix)?.to_owned();
            Some(Raw { code, counts: row[1..].iter().map(|count| count.parse().ok()).collect() })
        };
        rows.filter_map(read).collect()
    }

    fn measured(&self) -> Vec<Line> {
        let measures = &self.edition.snapshot.assessing.measures;
        let counted = |counts: &oversight::assessment::Counts, code: &str| {
            let one = counts.get(code).copied().unwrap_or_default();
            Cell::Share(one.good.cast_signed(), one.of.cast_signed())
        };
        let all = assess::counts(&self.edition.snapshot);
        let line = |(office, counts): (&String, &oversight::assessment::Counts)| Line {
            name: self.line_name("measured", office),
            code: office.clone(),
            link: None,
            cells: measures.iter().map(|rule| counted(counts, &rule.code)).collect(),
        };
        all.iter().map(line).collect()
    }

    fn line_name(&self, sheet: &str, code: &str) -> String {
        let lang = self.lang;
        match sheet {
            "months" => month_name(lang, code),
            "ways" => lang.code("channel", code),
            "kinds" => lang.code("kind", code),
            "steps" => lang.code("work", &code.replace('.', "_")),
            "categories" => match self.rules.category(code) {
                Some(row) => lang.pick(&row.zh, &row.en).to_owned(),
                None => lang.t("board-unsorted"),
            },
            "advice" => self.rules.ground(ADVICE, code).map_or(code, |row| lang.pick(&row.zh, &row.en)).to_owned(),
            "disclosed" => self.rules.ground("disclose", code).map_or(code, |row| lang.pick(&row.zh, &row.en)).to_owned(),
            _ => self.office(code),
        }
    }

    /// Says what an office was called then.
    pub(crate) fn office(&self, code: &str) -> String {
        self.edition.snapshot.offices.get(code).map_or(code, |named| self.lang.pick(&named.zh, &named.en)).to_owned()
    }

    /// Makes the data dictionary: for each column of each sheet what it is.
    pub(crate) fn dictionary(&self) -> Vec<[String; 4]> {
        let of = |name: &&str| {
            let title = self.lang.code("report-title", name);
            let column = |(code, head, mean)| [format!("{name}.{code}"), title.clone(), head, mean];
            self.columns(name).into_iter().map(column).collect::<Vec<_>>()
        };
        SHEETS.iter().flat_map(of).collect()
    }

    /// Writes all of it for programs, with its dictionary.
    pub(crate) fn data(&self) -> Value {
        let Edition { period, number, day, reason, note, snapshot } = &self.edition;
        let sheets = self.sheets();
        let tables: serde_json::Map<String, Value> = sheets
            .iter()
            .map(|sheet| (sheet.name.split('-').next().unwrap_or_default().to_owned(), json!(take::figures(sheet))))
            .collect();
        let word = |[field, table, head, meaning]: [String; 4]| json!({"field": field, "table": table, "head": head, "meaning": meaning});
        json!({
            "period": period, "edition": number, "day": day.to_string(), "reason": reason.code(), "note": note,
            "log_size": snapshot.size, "rules": snapshot.rules,
            "dictionary": self.dictionary().into_iter().map(word).collect::<Vec<_>>(),
            "tables": tables,
        })
    }
}

/// Says what the rows of a sheet are, by the code of a word.
fn row_of(sheet: &str) -> &'static str {
    match sheet {
        "months" => "month",
        "offices" | "followup" | "measured" | "complained" => "office",
        "ways" => "way",
        "kinds" => "kind",
        "steps" => "step",
        "categories" => "category",
        _ => "ground",
    }
}

/// Makes the cells of a row: shares where a count is a part of another.
fn cells(sheet: &str, counts: &[Option<i64>]) -> Vec<Cell> {
    let at = |place: usize| counts.get(place).copied().flatten().unwrap_or(0);
    let (number, share) = (|place| Cell::Number(at(place)), |part, of| Cell::Share(at(part), at(of)));
    match sheet {
        "months" => vec![number(0), number(1), share(2, 1), share(4, 3)],
        "offices" => vec![number(0), number(1), share(2, 1), share(4, 3), number(5), number(6)],
        "followup" => vec![share(1, 0), share(3, 2), number(4), share(6, 5), share(8, 7), number(9), number(10)],
        "advice" => vec![number(0), number(1), number(2)],
        "categories" => vec![counts.first().copied().flatten().map_or(Cell::Hidden, |count| Cell::About(count.unsigned_abs()))],
        _ => vec![number(0)],
    }
}
