//! Bars: the table itself, with a bar beside each number of one column. Whoever hears the page hears the table.

use maud::{Markup, html};

use crate::sheet::{Cell, Sheet, marked};

/// Thickness of a bar.
const HEIGHT: u32 = 10;

/// Draws a sheet with bars in one column, counted from 0.
pub fn bars(sheet: &Sheet, column: usize) -> Markup {
    let most = sheet.greatest(&[column]);
    marked(sheet, |at, cell| {
        html! {
            (cell.text(&sheet.hidden))
            @if at == column { (bar(cell, most)) }
        }
    })
}

fn bar(cell: Cell, most: i64) -> Markup {
    let share = part(cell.value().unwrap_or(0), most);
    html! {
        svg.bar width="100%" height=(HEIGHT) aria-hidden="true" focusable="false" {
            rect.bar-ground width="100%" height=(HEIGHT) rx="2" {}
            rect.bar-fill width=(format!("{share}%")) height=(HEIGHT) rx="2" {}
        }
    }
}

/// Returns which part of the whole something is, between 0 and 1, to the ten-thousandth.
pub(crate) fn fraction(value: i64, whole: i64) -> f64 {
    if whole <= 0 {
        return 0.0;
    }
    let parts = i128::from(value.clamp(0, whole)) * 10_000 / i128::from(whole);
    f64::from(parts as i32) / 10_000.0
}

/// Returns how much of the whole width something takes, in hundredths with one place behind the point.
pub(crate) fn part(value: i64, most: i64) -> f64 {
    (fraction(value, most) * 1_000.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Line;

    proptest! {
        #[test]
        fn a_bar_is_never_longer_than_its_ground(value in any::<i64>(), most in any::<i64>()) {
            let share = part(value, most);
            prop_assert!((0.0..=100.0).contains(&share));
        }
    }

    #[test]
    fn the_longest_bar_is_whole_and_what_is_hidden_has_none() {
        let line = |cell| Line { name: "甲".into(), cells: vec![cell], ..Line::default() };
        let sheet = Sheet {
            heads: vec!["单位".into(), "件".into()],
            lines: vec![line(Cell::Number(8)), line(Cell::Number(2)), line(Cell::Hidden)],
            hidden: "不公布".into(),
            ..Sheet::default()
        };
        let drawn = bars(&sheet, 0).into_string();
        assert!(
            drawn.contains("width=\"100%\" height=\"10\" rx=\"2\"")
                && drawn.contains("width=\"25%\"")
                && drawn.contains("width=\"0%\"")
        );
        assert!(drawn.contains("不公布"));
    }
}
