//! The index as its filler and its askers use it.

mod find;
mod sealed;

use std::path::Path;

use search::{Answer, Ask, Change, Document, Filter, Index, Order, Place, Shape};

/// A shape like the one of matters.
static SHAPE: Shape =
    Shape { version: "1", texts: &[("said", 1.0), ("answered", 0.5)], facets: &["office", "place"], figures: &["day"] };
/// Memory for filling.
const FILLING_BYTES: usize = 20 * 1024 * 1024;

fn open(folder: &Path, key: u8) -> Index {
    try_open(folder, key, &SHAPE).expect("the index opens")
}

fn try_open(folder: &Path, key: u8, shape: &'static Shape) -> Result<Index, search::Fault> {
    // a count is enough: no two files have the same
    let next = std::sync::atomic::AtomicU64::new(u64::from(std::process::id()) << 32);
    let salt = Box::new(move || {
        let mut salt = [0; 15];
        salt[..8].copy_from_slice(&next.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_be_bytes());
        salt
    });
    Index::open(Place { folder, key: &[key; 32], salt, filling_bytes: FILLING_BYTES, threads: 1 }, shape)
}

fn document(key: u64, said: &str, office: &str) -> Document {
    Document {
        key,
        texts: vec![said.to_owned(), String::new()],
        marks: vec![format!("owner:{office}")],
        facets: vec![Some(office.to_owned()), None],
        figures: vec![i64::try_from(key).expect("small")],
    }
}

fn filled(folder: &Path) -> Index {
    let index = open(folder, 1);
    let all = [
        document(1, "云岭花园三期停水三天了", "water"),
        document(2, "自來水公司收費不對", "water"),
        document(3, "路灯不亮，王家坳的老人晚上不敢出门", "town"),
        document(4, "停电，也停水", "power"),
        document(5, "3号楼电梯坏了", "town"),
    ];
    index.take(all.map(Change::Put).into()).expect("taken");
    index.commit("5").expect("committed");
    index
}

fn ask(phrases: &[&str]) -> Ask {
    Ask {
        phrases: phrases.iter().map(|&phrase| phrase.to_owned()).collect(),
        without: Vec::new(),
        loose: false,
        filter: Filter::Every,
        order: Order::Fit,
        after: None,
        rows_max: 10,
    }
}

fn keys(answer: &Answer) -> Vec<u64> {
    answer.hits.iter().map(|hit| hit.key).collect()
}

fn found(index: &Index, phrases: &[&str]) -> Vec<u64> {
    let mut keys = keys(&index.view().find(&ask(phrases)).expect("answered"));
    keys.sort_unstable();
    keys
}
