//! The sheet of one office as pages draw it: the same for everybody, at the desk with the way down to its items.

use std::collections::BTreeMap;

use chart::{Cell, Line, Sheet as Table};
use civic::rules::RuleSet;
use civic::rules::assessment::Assessing;
use maud::{Markup, html};
use oversight::assessment::objection::Objection;
use oversight::assessment::sheet::{Row, Sheet, sheets};
use oversight::assessment::{Against, Counted, Counts};
use oversight::edition::Snapshot;

use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::facts::facts;
use crate::kit::notice::notice;
use crate::kit::refusal::clause_link;
use crate::kit::state::chip;
use crate::kit::table::{Table as Drawn, table};
use crate::words::{Lang, day};

/// Shares are written of so many.
const WHOLE: f64 = 100.0;

/// Reads the counts of all offices.
pub(crate) fn counts(snapshot: &Snapshot) -> BTreeMap<String, Counts> {
    let mut all: BTreeMap<String, Counts> = BTreeMap::new();
    for row in snapshot.rows("measured") {
        let [office, measure, good, of, left] = row[..] else { continue };
        let read = |text: &str| text.parse().unwrap_or_default();
        let counted = Counted { good: read(good), of: read(of), left: read(left) };
        all.entry(office.to_owned()).or_default().insert(measure.to_owned(), counted);
    }
    all
}

/// Makes the sheets of all offices, each held against its class.
pub(crate) fn all(snapshot: &Snapshot) -> BTreeMap<String, Sheet> {
    let class = |office: &str| snapshot.offices.get(office).map_or_else(String::new, |named| named.class.clone());
    sheets(&snapshot.assessing, &counts(snapshot), class)
}

/// Is what a sheet is drawn with.
pub(crate) struct Face<'a> {
    pub(crate) lang: Lang,
    pub(crate) rules: &'a RuleSet,
    pub(crate) assessing: &'a Assessing,
    pub(crate) sheet: &'a Sheet,
}

/// Draws the grade of a sheet, or that there is none.
pub(crate) fn grade(lang: Lang, assessing: &Assessing, sheet: &Sheet) -> Markup {
    let Some((place, rule)) = sheet.grade.as_deref().and_then(|code| assessing.grade(code)) else {
        return html! { span.quiet { (lang.t("assess-few")) } };
    };
    let tone = match place {
        0 | 1 => Tone::Done,
        place if place + 1 == assessing.grades.len() => Tone::Late,
        _ => Tone::Soon,
    };
    chip(tone, lang.pick(&rule.zh, &rule.en))
}

fn percent(share: f64) -> String {
    format!("{:.0}%", share * WHOLE)
}

impl Face<'_> {
    /// Draws all of it. `opens` says where the items of a measure are.
    pub(crate) fn draw(&self, opens: impl Fn(&str) -> Option<String>) -> Markup {
        let (lang, sheet) = (self.lang, self.sheet);
        let heads = ["assess-measure", "assess-weight", "assess-counted", "assess-share", "assess-left", "assess-against"];
        let rows = sheet.rows.iter().map(|row| self.row(row, opens(&row.code))).collect();
        html! {
            (facts(&[
                (lang.t("assess-grade"), grade(lang, self.assessing, sheet)),
                (lang.t("assess-points"), html! { (self.points()) }),
                (lang.t("assess-weighed"), html! { (lang.say("assess-weighed-of", &[("weight", sheet.weight.into())])) }),
            ]))
            (self.vetoes())
            (table(&Drawn { caption: lang.t("assess-caption"), heads: heads.map(|key| lang.t(key)).to_vec(), rows }))
            (self.how())
        }
    }

    fn points(&self) -> String {
        let Some(score) = self.sheet.score else { return self.lang.t("assess-few-why") };
        let text = |points: f64| format!("{points:.1}");
        let (mid, low, high) = (text(score.mid), text(score.low), text(score.high));
        self.lang.say("assess-points-of", &[("mid", mid.into()), ("low", low.into()), ("high", high.into())])
    }

    fn vetoes(&self) -> Markup {
        let lang = self.lang;
        let known = self.assessing.vetoes.iter().filter(|veto| self.sheet.vetoes.contains(&veto.code));
        html! {
            @for veto in known {
                @let cap = self.assessing.grade(&veto.cap).map_or("", |(_, rule)| lang.pick(&rule.zh, &rule.en));
                (notice(Tone::Late, lang.pick(&veto.zh, &veto.en), &html! {
                    p { (lang.say("assess-veto", &[("below", veto.below.into()), ("cap", cap.into())])) " " (clause_link(lang, self.rules, &veto.clause)) }
                }))
            }
        }
    }

    fn row(&self, row: &Row, opens: Option<String>) -> Vec<Markup> {
        let lang = self.lang;
        let name = self.assessing.measure(&row.code).map_or(row.code.as_str(), |rule| lang.pick(&rule.zh, &rule.en));
        let counted = row.counted;
        let against = match row.against {
            Against::Above => chip(Tone::Done, &lang.code("against", row.against.code())),
            Against::Below => chip(Tone::Late, &lang.code("against", row.against.code())),
            Against::Same | Against::Few => html! { (lang.code("against", row.against.code())) },
        };
        vec![
            html! { @match opens.filter(|_| counted.of + counted.left > 0) { Some(to) => { a href=(to) { (name) } } None => { (name) } } },
            html! { (row.weight) },
            html! { (crate::portal::share(counted.good, counted.of)) },
            html! {
                @match row.said {
                    Some(said) => { (lang.say("assess-interval", &[("mid", percent(said.mid).into()), ("low", percent(said.low).into()), ("high", percent(said.high).into())])) }
                    None => { span.quiet { (lang.t("assess-few")) } }
                }
            },
            html! { (counted.left) },
            html! { (against) },
        ]
    }

    /// Says how each is counted, what it rests on, and what makes a grade.
    fn how(&self) -> Markup {
        let (lang, assessing) = (self.lang, self.assessing);
        let bounds = &assessing.bounds;
        let floors: Vec<String> =
            assessing.grades.iter().map(|rule| format!("{} {}", lang.pick(&rule.zh, &rule.en), rule.from)).collect();
        html! {
            details {
                summary { (lang.t("assess-how")) }
                p { (lang.say("assess-how-few", &[("fewest", bounds.fewest.cast_signed().into()), ("weight", bounds.weight_min.into())])) }
                p { (lang.say("assess-how-grades", &[("floors", floors.join(" · ").into())])) }
                p { (lang.t("assess-how-against")) }
                dl.facts {
                    @for rule in &assessing.measures {
                        div {
                            dt { (lang.pick(&rule.zh, &rule.en)) }
                            dd {
                                (lang.pick(&rule.how_zh, &rule.how_en)) " " (clause_link(lang, self.rules, &rule.clause))
                                @if rule.verified == "default" { " " span.unsure { (lang.t("unsure")) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Makes a sheet as files carry it.
pub(crate) fn file(lang: Lang, (name, title): (String, String), (assessing, sheet): (&Assessing, &Sheet)) -> Table {
    let heads = ["assess-measure", "assess-weight", "assess-counted", "assess-left", "assess-low", "assess-high"];
    let whole = |share: f64| Cell::Number((share * WHOLE).round() as i64);
    let line = |row: &Row| {
        let rule = assessing.measure(&row.code);
        let (low, high) = row.said.map_or((Cell::Hidden, Cell::Hidden), |said| (whole(said.low), whole(said.high)));
        Line {
            name: rule.map_or(row.code.as_str(), |rule| lang.pick(&rule.zh, &rule.en)).to_owned(),
            code: row.code.clone(),
            link: None,
            cells: vec![
                Cell::Number(row.weight.into()),
                Cell::Share(row.counted.good.cast_signed(), row.counted.of.cast_signed()),
                Cell::Number(row.counted.left.cast_signed()),
                low,
                high,
            ],
        }
    };
    Table {
        name,
        title,
        about: lang.t("assess-caption"),
        heads: heads.map(|key| lang.t(key)).to_vec(),
        lines: sheet.rows.iter().map(line).collect(),
        hidden: lang.t("assess-few"),
        ..Table::default()
    }
}

/// Draws the objections of an office, each with the decision and its reason. `form` draws what somebody may do about one.
pub(crate) fn objections(
    lang: Lang,
    (rules, assessing): (&RuleSet, &Assessing),
    all: &[Objection],
    form: impl Fn(&Objection) -> Markup,
) -> Markup {
    let directory = |code: &str| assessing.measure(code).map_or(code.to_owned(), |rule| lang.pick(&rule.zh, &rule.en).to_owned());
    html! {
        h2 { (lang.t("assess-objections")) }
        @if all.is_empty() { (empty(&lang.t("assess-objections-none"), &lang.t("assess-objections-why"), &html! {})) }
        @else {
            ul.finds {
                @for one in all {
                    li {
                        p {
                            strong { (directory(&one.item.measure)) " · " (super::period_name(lang, &one.item.period)) }
                            " " span.quiet { (lang.say("assess-leaf", &[("leaf", one.item.leaf.cast_signed().into())])) }
                        }
                        p { (rules.ground(oversight::assessment::run::GROUNDS, &one.ground).map_or(one.ground.as_str(), |row| lang.pick(&row.zh, &row.en))) "：" (one.words) }
                        @match &one.decision {
                            Some(decision) => {
                                p {
                                    (chip(if decision.upheld { Tone::Done } else { Tone::Plain }, &lang.t(if decision.upheld { "assess-upheld" } else { "assess-stands" })))
                                    " " (day(lang, decision.day)) " " (decision.words)
                                }
                            }
                            None => { p { (chip(Tone::Soon, &lang.say("assess-until", &[("day", day(lang, one.due).into())]))) } }
                        }
                        (form(one))
                    }
                }
            }
        }
    }
}
