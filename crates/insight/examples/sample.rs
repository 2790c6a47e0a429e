//! Reads messages as `minsheng insight issues` does, and says how long each step took:
//! `cargo run --release -p insight --example sample < FILE`. Figures and titles only.

use std::io;

use insight::hot::hot;
use insight::issues::Issues;
use insight::lines::read;
use insight::rules::HotRules;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lines = read(io::stdin().lock())?;
    text::words::Words::shared();
    let before = cpu();
    let all = hot(&lines, &HotRules::builtin(), std::thread::available_parallelism()?);
    let count = f64::from(u32::try_from(lines.len())?);
    println!("{count} messages at once: {:.2} s of one core, {} issues", cpu() - before, all.len());
    let before = cpu();
    let mut issues = Issues::default();
    for line in &lines {
        issues.add(&line.message());
    }
    println!("one by one: {:.3} ms of one core each; memory {} MB", 1000.0 * (cpu() - before) / count, memory());
    for hot in all.iter().take(40) {
        println!("{:3} {:7.2} {:4} {}", hot.issue, hot.score, hot.ids.len(), hot.title);
    }
    Ok(())
}

/// Returns how many seconds of a core this process has used, all threads together.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = |at: usize| stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(at)?.parse::<f64>().ok());
    (ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)) / 100.0
}

/// Returns how many megabytes this process holds.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1000
}
