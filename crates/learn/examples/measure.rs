//! Measures on real messages: `cargo run --release -p learn --example measure < FILE`. Lines without a label are learned from as
//! such. The file stays where it is; figures only come out.

use std::io;
use std::num::NonZero;

use learn::evaluate::{cross, figures};
use learn::lines::{Line, read};
use learn::train::{Settings, train};
use learn::{Example, Text};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lines: Vec<Line> = read(io::stdin().lock()).collect::<Result<_, _>>()?;
    let examples: Vec<Example<'_>> = lines.iter().filter_map(Line::example).collect();
    let unlabelled: Vec<Text<'_>> = lines.iter().filter(|line| line.label.is_none()).map(Line::text).collect();
    let settings = Settings { seed: 1, threads: NonZero::new(2).ok_or("threads")? };
    text::words::Words::shared();
    let before = cpu();
    let model = train(&examples, &unlabelled, settings)?;
    println!(
        "training on {} texts: {:.1} s of one core; model {} KB",
        examples.len(),
        (cpu() - before),
        model.to_bytes().len() / 1000
    );
    let before = cpu();
    let sure = examples.iter().filter(|one| model.label(one.text).confidence >= 0.9).count();
    println!(
        "labelling on one core: {:.0} texts/s ({sure} are sure)",
        f64::from(u32::try_from(examples.len())?) / (cpu() - before)
    );
    let verdicts = cross(&examples, &unlabelled, settings)?;
    let figures = figures(&verdicts, 1);
    println!(
        "macro-F1 {:.4} ({:.4} to {:.4}), accuracy {:.4}, calibration error {:.4}",
        figures.macro_f1, figures.interval.0, figures.interval.1, figures.accuracy, figures.calibration_error
    );
    for step in &figures.steps {
        println!("  from {:.2}: {:5} texts, said {:.3}, right {:.3}", step.from, step.texts, step.said, step.right);
    }
    for (label, row) in figures.labels.iter().zip(&figures.confusion) {
        println!("  {} {:4} P {:.3} R {:.3} F1 {:.3} {row:?}", label.label, label.texts, label.precision, label.recall, label.f1);
    }
    Ok(())
}

/// Returns how many seconds of a core this process has used, all threads together.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = |at: usize| stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(at)?.parse::<f64>().ok());
    (ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)) / 100.0
}
