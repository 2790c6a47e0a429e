//! Prints how much of the made samples the mask finds: `cargo run -p text --example recall [SEED]`. With the name of a file,
//! counts what is found in its lines, and prints no word of them.

#[path = "../tests/recall/corpus.rs"]
mod corpus;
#[path = "../tests/recall/measure.rs"]
mod measure;

use std::collections::BTreeMap;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let word = std::env::args().nth(1).unwrap_or_else(|| "1".to_owned());
    let Ok(seed) = word.parse() else {
        count(&std::fs::read_to_string(word)?);
        return Ok(());
    };
    let measured = measure::measure(seed);
    println!("| kind | samples | found whole | recall | bytes taken beside |\n|---|---|---|---|---|");
    let row = |name: String, count: &measure::Count| {
        println!(
            "| {name} | {} | {} | {}.{:02} % | {} |",
            count.samples,
            count.whole,
            count.recall() / 100,
            count.recall() % 100,
            count.beside
        );
    };
    for (kind, count) in &measured.kinds {
        row(format!("{kind:?}"), count);
    }
    row("Name with a form of address".to_owned(), &measured.titled);
    println!("| texts without personal data | {} | {} wrongly | – | – |", corpus::NEGATIVES, measured.wrong.len());
    Ok(())
}

fn count(lines: &str) {
    let (mut kinds, mut with) = (BTreeMap::<_, usize>::new(), 0);
    for line in lines.lines() {
        let found = text::personal::find(line);
        with += usize::from(!found.is_empty());
        for one in &found {
            *kinds.entry(one.kind).or_default() += 1;
        }
    }
    println!("{} lines, {with} with something: {kinds:?}", lines.lines().count());
}
