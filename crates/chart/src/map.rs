//! A map: places by their outlines, five steps told apart by hatching as well as by colour, each place with the number of its row in
//! the table.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::shape::Outline;
use crate::sheet::Sheet;

/// Size of the drawing in its own units; it is scaled to the width of the page.
const WIDTH: f64 = 600.0;
const HEIGHT_MAX: f64 = 560.0;
/// Room left around.
const EDGE: f64 = 6.0;
/// Steps that are told apart.
const STEPS: i64 = 5;

/// Is what a map is drawn of, besides the sheet.
pub struct Map<'a> {
    /// The column that is drawn, counted from 0.
    pub column: usize,
    /// Outlines by the codes of rows.
    pub outlines: &'a BTreeMap<String, Outline>,
    /// What the key says of a place that is not told.
    pub untold: &'a str,
}

/// Draws a map; nothing where no row has an outline.
pub fn map(sheet: &Sheet, map: &Map<'_>) -> Markup {
    let placed: Vec<(usize, &Outline)> = sheet
        .lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| map.outlines.get(&line.code).map(|outline| (at, outline)))
        .collect();
    let Some(view) = View::of(placed.iter().map(|(_, outline)| *outline)) else { return html! {} };
    let (most, id) = (sheet.greatest(&[map.column]), format!("map-{}", sheet.name));
    let values: Vec<Option<i64>> = sheet.column(map.column).collect();
    let hidden = placed.iter().any(|(at, _)| values[*at].is_none());
    html! {
        figure.chart {
            svg.map role="img" viewBox=(format!("0 0 {WIDTH} {}", view.height)) aria-labelledby=(format!("{id}-title {id}-desc")) {
                title id=(format!("{id}-title")) { (sheet.title) }
                desc id=(format!("{id}-desc")) { (sheet.about) }
                defs { @for step in 1..=STEPS { (hatching(&id, step)) } }
                @for (at, outline) in &placed {
                    @let step = step(values[*at], most);
                    @let line = &sheet.lines[*at];
                    @let path = view.path(outline);
                    path class=(format!("area area-{}", step.map_or("none".to_owned(), |step| step.to_string()))) d=(path) {}
                    @if let Some(step) = step.filter(|step| *step > 0) { path.hatch fill=(format!("url(#{id}-{step})")) d=(path) {} }
                    @let (x, y) = view.middle(outline);
                    text.area-name x=(x) y=(y) text-anchor="middle" {
                        (at + 1)
                        title { (line.name) ": " (line.cells.get(map.column).map(|cell| cell.text(&sheet.hidden)).unwrap_or_default()) }
                    }
                }
            }
            ol.map-names { @for (at, _) in &placed { li value=(at + 1) { (sheet.lines[*at].name) } } }
            (key(&id, most, (hidden, map.untold)))
        }
    }
}

/// Returns the step of a value: 0 for none, 1 to five by its share of the greatest one. `None` where it is not told.
fn step(value: Option<i64>, most: i64) -> Option<i64> {
    let value = value?.max(0);
    if value == 0 || most <= 0 {
        return Some(0);
    }
    // rounded up: whatever is more than a whole step is of the next one
    let steps = (i128::from(value) * i128::from(STEPS) + i128::from(most) - 1) / i128::from(most);
    Some(steps.clamp(1, i128::from(STEPS)) as i64)
}

/// Draws the pattern of a step: the more, the closer its lines.
fn hatching(id: &str, step: i64) -> Markup {
    let gap = 22 - step * 3;
    html! {
        pattern id=(format!("{id}-{step}")) patternUnits="userSpaceOnUse" width=(gap) height=(gap) patternTransform="rotate(45)" {
            line.hatching x1="0" y1="0" x2="0" y2=(gap) {}
        }
    }
}

/// Draws which hatching means how many.
fn key(id: &str, most: i64, (hidden, untold): (bool, &str)) -> Markup {
    let upto = |step: i64| (i128::from(most) * i128::from(step) / i128::from(STEPS)) as i64;
    let steps: Vec<(i64, i64, i64)> =
        (1..=STEPS).map(|step| (step, upto(step - 1) + 1, upto(step))).filter(|(_, from, to)| from <= to).collect();
    let swatch = |step: Option<i64>| {
        let class = step.map_or("none".to_owned(), |step| step.to_string());
        html! {
            svg width="26" height="18" aria-hidden="true" focusable="false" {
                rect class=(format!("area area-{class}")) x="1" y="1" width="24" height="16" {}
                @if let Some(step) = step.filter(|step| *step > 0) { rect.hatch x="1" y="1" width="24" height="16" fill=(format!("url(#{id}-{step})")) {} }
            }
        }
    };
    html! {
        ul.chart-key {
            li { (swatch(Some(0))) "0" }
            @for (step, from, to) in steps { li { (swatch(Some(step))) @if from == to { (to) } @else { (from) "–" (to) } } }
            @if hidden { li { (swatch(None)) (untold) } }
        }
    }
}

/// Is how places on the earth come onto the drawing.
struct View {
    west: f64,
    north: f64,
    across: f64,
    down: f64,
    height: f64,
}

impl View {
    fn of<'a>(outlines: impl Iterator<Item = &'a Outline>) -> Option<Self> {
        let (mut west, mut east, mut south, mut north) = (i32::MAX, i32::MIN, i32::MAX, i32::MIN);
        for (x, y) in outlines.flatten().flatten() {
            (west, east) = (west.min(*x), east.max(*x));
            (south, north) = (south.min(*y), north.max(*y));
        }
        if west >= east || south >= north {
            return None;
        }
        // a degree of longitude is shorter the farther north
        let squeeze = (f64::midpoint(f64::from(south), f64::from(north)) / 1_000_000.0).to_radians().cos().max(0.05);
        let (wide, high) = ((f64::from(east) - f64::from(west)) * squeeze, f64::from(north) - f64::from(south));
        let scale = ((WIDTH - 2.0 * EDGE) / wide).min((HEIGHT_MAX - 2.0 * EDGE) / high);
        let height = (high * scale + 2.0 * EDGE).ceil();
        let left = (WIDTH - wide * scale) / 2.0;
        let (across, down) = (scale * squeeze, scale);
        Some(Self { west: f64::from(west) - left / across, north: f64::from(north) + EDGE / down, across, down, height })
    }

    fn point(&self, (x, y): (i32, i32)) -> (f64, f64) {
        let round = |value: f64| (value * 10.0).round() / 10.0;
        (round((f64::from(x) - self.west) * self.across), round((self.north - f64::from(y)) * self.down))
    }

    fn path(&self, outline: &Outline) -> String {
        let mut path = String::new();
        for ring in outline {
            for (at, point) in ring.iter().enumerate() {
                let (x, y) = self.point(*point);
                path.extend([if at == 0 { "M" } else { "L" }, &x.to_string(), " ", &y.to_string()]);
            }
            path.push('Z');
        }
        path
    }

    /// Returns where the number of a place stands: the centre of gravity of its largest ring, or the middle of a ring without area.
    fn middle(&self, outline: &Outline) -> (f64, f64) {
        let rings = outline.iter().map(|ring| ring.iter().map(|point| self.point(*point)).collect::<Vec<_>>());
        let centre = |ring: &Vec<(f64, f64)>| {
            let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
            for pair in ring.windows(2) {
                let cross = pair[0].0 * pair[1].1 - pair[1].0 * pair[0].1;
                area += cross;
                x += (pair[0].0 + pair[1].0) * cross;
                y += (pair[0].1 + pair[1].1) * cross;
            }
            (area.abs(), if area.abs() < 1.0 { ring[0] } else { (x / (3.0 * area), y / (3.0 * area)) })
        };
        let best = rings.map(|ring| centre(&ring)).max_by(|one, other| one.0.total_cmp(&other.0));
        let (x, y) = best.map_or((WIDTH / 2.0, self.height / 2.0), |(_, at)| at);
        // letters stand on their line: half of their height lower they are in the middle
        (x.clamp(EDGE, WIDTH - EDGE).round(), (y + 8.0).clamp(EDGE, self.height - EDGE).round())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Cell, Line};

    fn sheet(cells: &[Cell]) -> Sheet {
        let line = |(at, cell): (usize, &Cell)| Line {
            name: format!("村{at}"),
            code: at.to_string(),
            cells: vec![*cell],
            ..Line::default()
        };
        Sheet {
            name: "needs".into(),
            title: "各村".into(),
            lines: cells.iter().enumerate().map(line).collect(),
            ..Sheet::default()
        }
    }

    fn square(x: i32, y: i32) -> Outline {
        vec![vec![(x, y), (x + 9_000, y), (x + 9_000, y + 9_000), (x, y + 9_000), (x, y)]]
    }

    #[test]
    fn steps_are_shares_of_the_greatest_and_what_is_hidden_has_none() {
        assert_eq!([0, 1, 2, 3, 10].map(|value| step(Some(value), 10)), [Some(0), Some(1), Some(1), Some(2), Some(5)]);
        assert_eq!((step(None, 10), step(Some(i64::MAX), i64::MAX), step(Some(0), 0)), (None, Some(5), Some(0)));
    }

    #[test]
    fn a_map_has_numbers_hatching_and_a_key_and_without_outlines_there_is_none() {
        let outlines =
            [("0".to_owned(), square(105_000_000, 30_000_000)), ("1".to_owned(), square(105_009_000, 30_000_000))].into();
        let sheet = sheet(&[Cell::Number(10), Cell::Hidden, Cell::Number(3)]);
        let drawn = map(&sheet, &Map { column: 0, outlines: &outlines, untold: "不公布" }).into_string();
        assert!(drawn.contains("role=\"img\"") && drawn.contains("url(#map-needs-5)") && drawn.contains("area-none"), "{drawn}");
        assert!(drawn.contains("不公布") && drawn.contains("<li value=\"2\">村1</li>") && !drawn.contains("村2"), "{drawn}");
        assert!(map(&sheet, &Map { column: 0, outlines: &BTreeMap::new(), untold: "" }).into_string().is_empty());
    }

    proptest! {
        #[test]
        fn every_point_stands_within_the_map(places in proptest::collection::vec((-179_000_000..179_000_000_i32, -89_000_000..89_000_000_i32), 1..12)) {
            let outlines: BTreeMap<String, Outline> = places.iter().enumerate().map(|(at, (x, y))| (at.to_string(), square(*x, *y))).collect();
            let view = View::of(outlines.values()).unwrap();
            for outline in outlines.values() {
                let (x, y) = view.middle(outline);
                prop_assert!((0.0..=WIDTH).contains(&x) && (0.0..=view.height).contains(&y));
                for point in outline.iter().flatten() {
                    let (x, y) = view.point(*point);
                    prop_assert!((0.0..=WIDTH + 0.1).contains(&x) && (0.0..=view.height + 0.1).contains(&y), "{x} {y}");
                }
            }
            prop_assert!(view.height <= HEIGHT_MAX + 1.0);
        }
    }
}
