//! A crowd that comes at once: one pace, then twenty times as many connections, then one again. What counts is that
//! nobody gets anything but an answer or a clean "later", and how soon all is as before.

use std::sync::Arc;
use std::time::{Duration, Instant};

use db::Fault;

use super::file::{crowd, keep_filing};
use super::tally::{Report, Tally};
use super::{Plan, until_over};

/// Connections in the middle, as a multiple of those before and after.
const TIMES: usize = 20;
/// Length of the windows in which the times after the spike are looked at.
const WINDOW: Duration = Duration::from_millis(500);
/// How much slower than before still counts as recovered.
const SLOWER: u32 = 2;
/// Times below this count as good, whatever they were before.
const GOOD: Duration = Duration::from_millis(20);

/// Measures a spike; the three parts last equally long.
pub(crate) async fn run(plan: &Arc<Plan>) -> Result<Report, Fault> {
    let crowd = crowd(plan).await?;
    let begun = Instant::now();
    let lasting = Duration::from_secs(plan.seconds) / 3;
    let mut parts = Vec::new();
    for times in [1, TIMES, 1] {
        let from = Instant::now();
        let all = 0..plan.connections * times;
        let tally = until_over(plan, all, lasting, |hand| keep_filing(hand, Arc::clone(&crowd))).await?;
        parts.push((from, tally));
    }
    let before = parts[0].1.part_between(95, begun, Instant::now()).unwrap_or(GOOD);
    let recovered = recovered(&parts[2], (before * SLOWER).max(GOOD), lasting);
    let whole = parts.into_iter().fold(Tally::default(), |mut whole, (_, part)| {
        whole.add(part);
        whole
    });
    let mut report = whole.report(plan.profile.code(), plan.connections, begun.elapsed());
    report.recovered_s = recovered;
    Ok(report)
}

/// Finds the first window after the spike whose times are good again; none when there is none.
fn recovered((from, after): &(Instant, Tally), good: Duration, lasting: Duration) -> Option<f64> {
    let windows = lasting.as_millis() / WINDOW.as_millis();
    let mut at = *from;
    for _ in 0..windows {
        if after.part_between(95, at, at + WINDOW).is_some_and(|slow| slow <= good) {
            return Some((at - *from).as_secs_f64());
        }
        at += WINDOW;
    }
    None
}
