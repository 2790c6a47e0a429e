//! A trend: one or more lines over days or weeks, told apart by their dashes and by the name at their key.

use maud::{Markup, html};

use crate::bars::fraction;
use crate::sheet::Sheet;

/// Height of the drawing, and of what is above and below the lines.
const HEIGHT: f64 = 200.0;
const ABOVE: f64 = 22.0;
const BELOW: f64 = 26.0;
/// Where the first and the last point stand, in hundredths of the width.
const LEFT: f64 = 8.0;
const RIGHT: f64 = 98.0;
/// Lines that can be told apart.
const LINES_MAX: usize = 4;
/// Points up to which each has a dot.
const DOTS_MAX: usize = 40;
/// Stretches between lines across.
const STEPS: i64 = 4;

/// Draws some columns of a sheet, counted from 0, over its rows. More than four are not drawn; they stand in the table.
pub fn trend(sheet: &Sheet, columns: &[usize]) -> Markup {
    let columns = &columns[..columns.len().min(LINES_MAX)];
    if sheet.lines.is_empty() || columns.is_empty() {
        return html! { p.quiet { (sheet.empty) } };
    }
    let top = round_up(sheet.greatest(columns));
    let id = format!("chart-{}", sheet.name);
    html! {
        figure.chart {
            @if columns.len() > 1 { (key(sheet, columns)) }
            svg.trend role="img" width="100%" height=(HEIGHT) aria-labelledby=(format!("{id}-title {id}-desc")) {
                title id=(format!("{id}-title")) { (sheet.title) }
                desc id=(format!("{id}-desc")) { (sheet.about) }
                @for step in 0..=STEPS {
                    @let value = top * step / STEPS;
                    @let y = height(value, top);
                    line.grid x1="0" x2="100%" y1=(y) y2=(y) {}
                    text.axis x="0" y=(y - 4.0) { (value) }
                }
                @for (at, column) in columns.iter().enumerate() { (line(sheet, *column, (at, top))) }
                (names(sheet))
            }
        }
    }
}

/// Draws which line is which.
fn key(sheet: &Sheet, columns: &[usize]) -> Markup {
    html! {
        ul.chart-key {
            @for (at, column) in columns.iter().enumerate() {
                li {
                    svg width="34" height="12" aria-hidden="true" focusable="false" {
                        line class=(format!("line line-{at}")) x1="1" x2="33" y1="6" y2="6" {}
                    }
                    (sheet.heads.get(column + 1).map_or("", String::as_str))
                }
            }
        }
    }
}

fn line(sheet: &Sheet, column: usize, (at, top): (usize, i64)) -> Markup {
    let count = sheet.lines.len();
    let points: Vec<Option<(f64, f64)>> =
        sheet.column(column).enumerate().map(|(at, value)| value.map(|value| (across(at, count), height(value, top)))).collect();
    let class = format!("line line-{at}");
    html! {
        @for pair in points.windows(2) {
            @if let [Some((x1, y1)), Some((x2, y2))] = pair {
                line class=(class) x1=(share(*x1)) y1=(y1) x2=(share(*x2)) y2=(y2) {}
            }
        }
        @if count <= DOTS_MAX {
            @for (x, y) in points.iter().flatten() { circle class=(format!("dot dot-{at}")) cx=(share(*x)) cy=(y) r="3" {} }
        }
    }
}

/// Names the first, the middle and the last row below the lines: more would not fit a telephone.
fn names(sheet: &Sheet) -> Markup {
    let (count, y) = (sheet.lines.len(), HEIGHT - 6.0);
    let middle = (count > 2 && count % 2 == 1).then_some(count / 2);
    let named = [Some((0, "start")), middle.map(|at| (at, "middle")), (count > 1).then_some((count - 1, "end"))];
    html! {
        @for (at, anchor) in named.into_iter().flatten() {
            text.axis x=(share(across(at, count))) y=(y) text-anchor=(anchor) { (sheet.lines[at].name) }
        }
    }
}

fn share(x: f64) -> String {
    format!("{x}%")
}

/// Returns where a row stands, in hundredths of the width.
fn across(at: usize, count: usize) -> f64 {
    if count < 2 {
        return 50.0;
    }
    let x = LEFT + (RIGHT - LEFT) * fraction(at as i64, count as i64 - 1);
    (x * 100.0).round() / 100.0
}

/// Returns how low a value stands.
fn height(value: i64, top: i64) -> f64 {
    let room = HEIGHT - ABOVE - BELOW;
    ((HEIGHT - BELOW - room * fraction(value, top)) * 10.0).round() / 10.0
}

/// Returns the next round number that four equal steps lead to.
fn round_up(value: i64) -> i64 {
    let mut step = 1_i64;
    loop {
        for factor in [1, 2, 5] {
            let top = step.saturating_mul(factor).saturating_mul(STEPS);
            if top >= value {
                return top;
            }
        }
        step = step.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Cell, Line};

    fn sheet(values: &[Option<i64>]) -> Sheet {
        let cell = |value: &Option<i64>| value.map_or(Cell::Hidden, Cell::Number);
        let line =
            |(at, value)| Line { name: format!("第{at}周"), cells: vec![cell(value), Cell::Number(1)], ..Line::default() };
        Sheet {
            name: "weeks".into(),
            title: "每周收到".into(),
            about: "十二周".into(),
            heads: ["周", "收到", "答复"].map(str::to_owned).to_vec(),
            lines: values.iter().enumerate().map(line).collect(),
            empty: "还没有数字".into(),
            ..Sheet::default()
        }
    }

    #[test]
    fn a_scale_ends_with_a_round_number() {
        assert_eq!([0, 1, 4, 5, 9, 21, 80, 81, 1_999].map(round_up), [4, 4, 4, 8, 20, 40, 80, 200, 2_000]);
        assert!(round_up(i64::MAX) == i64::MAX);
    }

    #[test]
    fn a_trend_says_what_it_is_and_an_empty_one_has_words() {
        let drawn = trend(&sheet(&[Some(1), Some(9)]), &[0, 1]).into_string();
        assert!(drawn.contains("role=\"img\"") && drawn.contains("<title id=\"chart-weeks-title\">每周收到</title>"), "{drawn}");
        assert!(drawn.contains("<desc id=\"chart-weeks-desc\">十二周</desc>") && drawn.contains("line-1"), "{drawn}");
        assert!(!drawn.contains("style="), "the policy of pages forbids it");
        assert!(trend(&sheet(&[]), &[0]).into_string().contains("还没有数字"));
        assert!(!trend(&sheet(&[Some(3)]), &[0]).into_string().contains("NaN"), "one point stands in the middle");
    }

    proptest! {
        #[test]
        fn every_point_stands_within_the_drawing(values in proptest::collection::vec(proptest::option::of(-5_i64..1_000_000), 0..90)) {
            let drawn = trend(&sheet(&values), &[0, 1]).into_string();
            prop_assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
            for (name, most) in [("cx=\"", 100.0), ("cy=\"", HEIGHT), ("y1=\"", HEIGHT), ("x2=\"", 100.0)] {
                for part in drawn.split(name).skip(1) {
                    let text = part.split('"').next().unwrap().trim_end_matches('%');
                    let number: f64 = text.parse().unwrap();
                    prop_assert!((0.0..=most).contains(&number), "{name}{text}");
                }
            }
        }
    }
}
