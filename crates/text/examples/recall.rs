//! Prints how much of the made samples the mask finds: `cargo run -p text --example recall`.

#[path = "../tests/recall/corpus.rs"]
mod corpus;
#[path = "../tests/recall/measure.rs"]
mod measure;

/// Seed of the samples in the record.
const SEED: u64 = 1;

fn main() {
    let measured = measure::measure(SEED);
    println!("| kind | samples | found whole | recall | bytes taken beside |\n|---|---|---|---|---|");
    let row = |name: String, count: &measure::Count| {
        let (recall, parts) = (count.recall() / 100, count.recall() % 100);
        println!("| {name} | {} | {} | {recall}.{parts:02} % | {} |", count.samples, count.whole, count.beside);
    };
    for (kind, count) in &measured.kinds {
        row(format!("{kind:?}"), count);
    }
    row("Name with a form of address".to_owned(), &measured.titled);
    println!("| texts without personal data | {} | {} wrongly | – | – |", corpus::NEGATIVES, measured.wrong.len());
}
