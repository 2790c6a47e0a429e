//! The documents: links lead somewhere, records stay short and listed, both README files tell the same, and nothing of
//! the machine they were written on is in them.

use std::fs;
use std::path::{Path, PathBuf};

/// Longest decision record, in lines.
const RECORD_LINES_MAX: usize = 40;
/// Longest `docs/verify.py`, in lines.
const VERIFIER_LINES_MAX: usize = 150;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Lists the documents at the root and below `docs`.
fn documents() -> Vec<PathBuf> {
    fn walk(folder: &Path, deep: bool, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && deep {
                walk(&path, deep, found);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root(), false, &mut found);
    walk(&root().join("docs"), true, &mut found);
    found
}

/// Lists the link targets of a document; code blocks hold none.
fn links(text: &str) -> Vec<String> {
    let plain: String = text.split("```").step_by(2).collect();
    let targets = plain.split("](").skip(1).filter_map(|rest| rest.split(')').next().map(str::to_owned));
    targets.filter(|target| !target.contains("://") && !target.starts_with('#')).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let documents = documents();
    assert!(documents.len() > 10);
    for document in documents {
        for link in links(&read(&document)) {
            let target = document.parent().unwrap().join(link.split('#').next().unwrap());
            assert!(target.exists(), "{} links to {link}, which is not there", document.display());
        }
    }
}

#[test]
fn decision_records_are_short_and_listed() {
    let folder = root().join("docs/decisions");
    let list = read(&folder.join("README.md"));
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name == "README.md" {
            continue;
        }
        let lines = read(&path).lines().count();
        assert!(lines <= RECORD_LINES_MAX, "{name} has {lines} lines, {RECORD_LINES_MAX} are allowed");
        assert!(list.contains(&format!("({name})")), "{name} is not in the list of decisions");
    }
}

#[test]
fn the_verifier_stays_short_enough_to_be_read() {
    let lines = read(&root().join("docs/verify.py")).lines().count();
    assert!(lines <= VERIFIER_LINES_MAX, "docs/verify.py has {lines} lines, {VERIFIER_LINES_MAX} are allowed");
}

#[test]
fn each_rule_of_what_fits_together_has_its_words() {
    let page = read(&root().join("docs/fits-together.md"));
    let words = |language: &str| -> String {
        let folder = root().join("crates/web/locales").join(language);
        fs::read_dir(folder).unwrap().map(|entry| read(&entry.unwrap().path())).collect()
    };
    let cells = page.lines().filter(|line| line.starts_with("| `")).filter_map(|line| line.split('|').nth(1));
    let codes: Vec<&str> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    assert!(codes.len() > 40, "{codes:?}");
    for language in ["zh-CN", "en"] {
        let words = words(language);
        for code in &codes {
            let key = code.replace('_', "-");
            let told = ["refusal", "wrong"].iter().any(|family| words.contains(&format!("\n{family}-{key} = ")));
            assert!(told, "docs/fits-together.md names {code}, and no sentence in {language} says it");
        }
    }
}

#[test]
fn both_readme_files_tell_the_same_state() {
    let states = |name: &str| -> Vec<(String, bool, bool)> {
        let text = read(&root().join(name));
        let table = text.split("<!-- state:begin -->").nth(1).unwrap().split("<!-- state:end -->").next().unwrap().to_owned();
        let rows = table.lines().filter(|line| line.starts_with("| R"));
        let row = |line: &str| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            (cells[1].to_owned(), cells[3].starts_with("**"), cells[3] == "–")
        };
        rows.map(row).collect()
    };
    assert_eq!(states("README.md"), states("README.zh-CN.md"));
}

#[test]
fn nothing_of_the_machine_they_were_written_on_is_in_them() {
    for document in documents() {
        let text = read(&document);
        for foreign in [root(), std::env::temp_dir()] {
            let foreign = format!("{}/", foreign.display());
            assert!(!text.contains(&foreign), "{} holds {foreign}", document.display());
        }
    }
}
