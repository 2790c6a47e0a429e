//! The main paths, measured: `cargo x bench` runs this and writes the table into `docs/performance.md`.
//!
//! Each line says how many were done in a second and how long one took, the middle one and the slowest of a hundred.

mod assess;
mod clocks;
mod filing;
mod log;
mod measure;
mod store;

use testkit::Engine;

fn main() {
    let mut rows = Vec::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        rows.push(store::small_commands(engine));
        rows.extend(filing::file_and_follow(engine));
        rows.extend(clocks::clocks(engine));
    }
    rows.extend(log::log());
    rows.extend(assess::assess());
    println!("| path | done | per second | middle | slowest of 100 |\n|---|---:|---:|---:|---:|");
    for row in rows {
        println!("{row}");
    }
}
