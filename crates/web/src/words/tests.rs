//! Every word that code uses stands in both languages, and none stands there for nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use civic::access::Purpose;
use civic::directory::Role;
use civic::permit::Act;

use super::Lang;
use super::book::{has, texts};

/// Families whose keys are made from codes: a key of one is used when its code is known.
fn families(sources: &str) -> BTreeSet<String> {
    let key = |family: &str, code: &str| format!("{family}-{}", code.replace('_', "-"));
    let mut known: BTreeSet<String> = Act::ALL.iter().map(|act| key("act", act.code())).collect();
    known.extend(Role::ALL.iter().map(|role| key("role", role.code())));
    known.extend(Purpose::ALL.iter().map(|purpose| key("purpose", purpose.code())));
    known.extend((1..=12).map(|month| format!("month-{month}")));
    for (before, family) in
        [("Refusal::new(\"", "refusal"), (".instead(\"", "way"), ("Problem::bad(\"", "refusal"), ("too_much(\"", "refusal")]
    {
        known.extend(literals(sources, before).map(|code| key(family, code)));
    }
    known
}

/// Lists the literals that follow a piece of source text.
fn literals<'a>(sources: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    sources.match_indices(before).filter_map(move |(at, _)| sources[at + before.len()..].split('"').next())
}

fn sources() -> String {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut text = String::new();
    for room in ["civic", "appeals", "web"] {
        let mut folders: Vec<PathBuf> = vec![crates.join(room).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().flatten() {
                let path = entry.path();
                let name = entry.file_name().into_string().unwrap();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ending| ending == "rs") && name != "tests.rs" {
                    let file = fs::read_to_string(&path).unwrap();
                    text.push_str(file.split("#[cfg(test)]\nmod tests {").next().unwrap());
                }
            }
        }
    }
    text
}

fn keys(lang: Lang) -> BTreeSet<String> {
    let lines = texts(lang).flat_map(str::lines);
    let names = lines.filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase())).filter_map(|line| line.split_once(" ="));
    names.map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn both_languages_have_the_same_words_with_the_same_gaps() {
    assert_eq!(keys(Lang::Zh), keys(Lang::En));
    let gaps = |lang: Lang, key: &str| {
        let all: Vec<String> = texts(lang).map(str::to_owned).collect();
        let all = all.join("\n");
        let entry = all.split(&format!("\n{key} =")).nth(1).unwrap_or_default();
        let end =
            entry.find('\n').map_or(entry.len(), |_| entry.lines().skip(1).take_while(|l| l.starts_with([' ', '}'])).count());
        let entry: Vec<&str> = entry.lines().take(end + 1).collect();
        let entry = entry.join("\n");
        let names = entry
            .match_indices('$')
            .map(|(at, _)| entry[at + 1..].chars().take_while(char::is_ascii_alphanumeric).collect::<String>());
        names.collect::<BTreeSet<_>>()
    };
    for key in keys(Lang::Zh) {
        assert_eq!(gaps(Lang::Zh, &key), gaps(Lang::En, &key), "{key}");
    }
}

#[test]
fn every_word_used_exists_and_none_is_unused() {
    let sources = sources();
    let families = families(&sources);
    let mut used = families.clone();
    for before in [".t(\"", ".say(\"", "t(lang, \""] {
        used.extend(literals(&sources, before).map(str::to_owned));
    }
    let missing: Vec<&String> = used.iter().filter(|key| Lang::ALL.iter().any(|lang| !has(*lang, key))).collect();
    assert!(missing.is_empty(), "words that code uses and no file has: {missing:?}");
    let named = |key: &str| {
        let code = key.split_once('-').map(|(_, code)| code.replace('-', "_"));
        let code = code.filter(|_| key.starts_with("refusal-") || key.starts_with("way-"));
        sources.contains(&format!("\"{key}\"")) || code.is_some_and(|code| sources.contains(&format!("\"{code}\"")))
    };
    let idle: Vec<String> = keys(Lang::Zh).into_iter().filter(|key| !used.contains(key) && !named(key)).collect();
    assert!(idle.is_empty(), "words that nothing uses: {idle:?}");
}
