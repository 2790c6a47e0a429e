//! What the sources hold: names of tests and drills, files and their texts.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Returns the root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Reads a file of the repository.
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Lists the files below a folder with an ending, by their paths from the root, with their texts.
pub fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|own| own == ending) {
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
                let text = fs::read_to_string(&path).unwrap();
                found.push((name, text));
            }
        }
    }
    found.sort();
    found
}

/// Lists the sources of what is served: every crate but the one for tests, each file without the tests inside it.
pub fn program() -> Vec<(String, String)> {
    let all = files("crates", "rs").into_iter().filter(|(path, _)| path.contains("/src/") && !path.contains("/testkit/"));
    let own = all.filter(|(path, _)| !path.contains("/tests/") && !path.ends_with("/tests.rs"));
    own.map(|(path, text)| (path, text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned())).collect()
}

/// Lists the names of all tests: functions under `#[test]` and those that run on both engines.
pub fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (_, text) in files("crates", "rs").into_iter().chain(files("xtask", "rs")) {
        for after in text.split("#[test]").skip(1) {
            let head: Vec<&str> = after.split('{').next().unwrap().split_whitespace().collect();
            let name = head.iter().skip_while(|word| **word != "fn").nth(1).and_then(|word| word.split('(').next());
            names.extend(name.map(str::to_owned));
        }
        for list in text.split("on_both![").skip(1) {
            let list = list.split(']').next().unwrap();
            names.extend(list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned));
        }
    }
    names
}

/// Lists the names of all drills.
pub fn drills() -> BTreeSet<String> {
    let text = read("crates/testkit/src/drill/mod.rs");
    let list = text.split("pub const ALL").nth(1).unwrap().split("];").next().unwrap().to_owned();
    let names = list.split("kind(").skip(1).filter_map(|rest| rest.split('"').nth(1));
    names.map(str::to_owned).collect()
}

/// Names what is wrong with a list of tests, `drill:NAME` being a drill; an empty list is wrong too.
pub fn missing<'a>(named: &'a str, (tests, drills): (&BTreeSet<String>, &BTreeSet<String>)) -> Vec<&'a str> {
    let known = |name: &str| name.strip_prefix("drill:").map_or_else(|| tests.contains(name), |drill| drills.contains(drill));
    let missing: Vec<&str> = named.split_whitespace().filter(|name| !known(name)).collect();
    if named.trim().is_empty() { vec!["(none is named)"] } else { missing }
}

/// Tells whether a place in a document is there: `docs/x.md` or `docs/x.md#heading-in-small-letters`.
pub fn is_there(place: &str) -> bool {
    let (path, heading) = place.split_once('#').unwrap_or((place, ""));
    let Ok(text) = fs::read_to_string(root().join(path)) else { return false };
    let anchors = text.lines().filter(|line| line.starts_with('#')).map(anchor);
    heading.is_empty() || anchors.into_iter().any(|own| own == heading)
}

fn anchor(line: &str) -> String {
    let words = line.trim_start_matches('#').trim().to_lowercase();
    let kept = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}
