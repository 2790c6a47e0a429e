//! A small line of counts, with the same counts in words for whoever does not see it; and a bar.

use maud::{Markup, html};

/// Width and height of the drawing, and the room around the line.
const WIDTH: usize = 240;
const HEIGHT: usize = 48;
const EDGE: usize = 4;

/// Draws counts as a line from left to right; `label` says what is shown.
pub fn spark(label: &str, counts: &[usize]) -> Markup {
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let step = |at: usize| EDGE + at * (WIDTH - 2 * EDGE) / counts.len().saturating_sub(1).max(1);
    let height = |count: usize| HEIGHT - EDGE - count * (HEIGHT - 2 * EDGE) / most;
    let points: Vec<String> = counts.iter().enumerate().map(|(at, count)| format!("{},{}", step(at), height(*count))).collect();
    let last = counts.last().map(|count| (step(counts.len() - 1), height(*count)));
    html! {
        svg.spark viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(label) preserveAspectRatio="none" {
            line.ground x1="0" x2=(WIDTH) y1=(HEIGHT - EDGE) y2=(HEIGHT - EDGE) {}
            polyline points=(points.join(" ")) {}
            @if let Some((x, y)) = last { polyline.end points={ (x) "," (y) " " (x) "," (y) } {} }
        }
    }
}

/// Draws a share of a whole as a bar; the figure itself stands beside it in words.
pub fn bar(part: f64, whole: f64) -> Markup {
    let share = if whole > 0.0 { (part / whole).clamp(0.0, 1.0) } else { 0.0 };
    html! {
        svg.part-bar viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            rect.ground width="100" height="8" rx="2" {}
            rect.part width=(format!("{:.0}", share * 100.0)) height="8" rx="2" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_any_counts_stays_inside() {
        for counts in [&[][..], &[0], &[5], &[0, 9, 3], &[1_000_000, 0]] {
            let drawn = spark("x", counts).into_string();
            assert!(!drawn.contains("NaN") && !drawn.contains('-') || drawn.contains("aria-label"), "{drawn}");
        }
        assert!(bar(3.0, 0.0).into_string().contains("width=\"0\""));
        assert!(bar(9.0, 3.0).into_string().contains("width=\"100\""));
    }
}
