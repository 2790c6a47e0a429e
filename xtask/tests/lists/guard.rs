//! `docs/guard.md`, and the guard rules that names alone can break: a column, an event field, a type or a word that judges
//! a person.

use crate::sources::{drills, files, missing, program, read, tests};

/// Parts of names that judge or sort people, or measure their bodies.
const JUDGING: &[&str] = &[
    "score",
    "risk",
    "profile",
    "label",
    "flag",
    "blacklist",
    "whitelist",
    "watchlist",
    "credit",
    "suspect",
    "dangerous",
    "trust",
    "reputation",
    "loyalty",
    "stability",
    "petitioner",
    "repeat",
    "repeated",
    "troublemaker",
    "vexatious",
    "rank",
    "ranking",
    "rating",
    "grade",
    "level",
    "class",
    "race",
    "religion",
    "emotion",
    "sentiment",
    "face",
    "voice",
    "fingerprint",
    "iris",
    "dna",
    "biometric",
];
/// Names with such a part, and whom or what they are about.
const ABOUT: &[(&str, &str)] = &[
    ("matter.rank", "the order of a queue, made of danger to life and the due day"),
    ("matter_party.rank", "the same"),
    ("matter_call.rank", "the same"),
    ("matter.rating", "the resident's grade of the office's answer"),
    ("track_session.rating_seed", "the key with which the resident signs that grade"),
    ("tile.level", "the height in the Merkle tree"),
    ("Filing.rating_key", "the public half of the resident's key"),
    ("CodeReissued.rating_key", "the same"),
    ("WhistleGraded.grade", "an office's grade by the office that called it"),
    ("exchange_grade.grade", "the resident's grade of the answer of the site below"),
    ("Rated.grade", "the resident's grade of the answer"),
    ("criticism.grade", "the same"),
    ("consult_contact.voice", "the id of what somebody said to what an office asked, and nobody's sound"),
    ("consult_point.voice", "the same"),
    ("GradeTold.grade", "the same, as it was told by a message or at a call-back"),
    ("Criticised.grade", "the same, put before the supervisor"),
    ("RectificationRated.grade", "the resident's grade of what the office put right"),
    ("RatingObjected.rating", "the place of the resident's grade in the log"),
    ("ObjectionDecided.rating", "the same"),
    ("FollowupLate.rating", "the same"),
    ("Escalated.level", "how far up a late office was told"),
    ("supervised.rank", "the order of a list, made of how far up a late office was told and the missed day"),
    ("Alarmed.level", "how far up a danger to life was told"),
];
/// Words that label people. None stands in a text of ours.
const LABELS: &[&str] = &[
    "缠访",
    "闹访",
    "无理访",
    "重点人员",
    "重点稳控",
    "稳控对象",
    "维稳对象",
    "上访户",
    "上访专业户",
    "上访人员",
    "老上访",
    "刁民",
    "钉子户",
    "黑名单",
    "低素质",
    "troublemaker",
    "vexatious",
    "blacklist",
];
/// Where those words stand because something refuses them.
const REFUSING: &[&str] = &["crates/appeals/src/decide/label.rs"];

fn judges(name: &str) -> bool {
    let parts = name.split('_').map(str::to_lowercase);
    parts.into_iter().any(|part| JUDGING.contains(&part.as_str()))
}

/// Splits `RatingKey` into `rating_key`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

fn columns() -> Vec<String> {
    let text = read("docs/columns.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert!(rows.len() > 150);
    rows.iter().map(|row| format!("{}.{}", &row[0], &row[1])).collect()
}

/// Lists the fields of events as `Variant.field` and those of structs as `Struct.field`.
fn fields() -> Vec<String> {
    let text = read("crates/appeals/src/appeal/event.rs");
    let text = text.split("\nimpl Event {").next().unwrap();
    let (mut found, mut owner) = (Vec::new(), String::new());
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.starts_with('#')) {
        let name = line.trim_start_matches("pub struct ").split([' ', '(']).next().unwrap();
        if name.starts_with(|c: char| c.is_ascii_uppercase()) {
            name.clone_into(&mut owner);
        }
        let inside = line.split_once('{').map_or(line, |(_, rest)| rest);
        for field in inside.split([',', '}']).filter_map(|part| part.split_once(':')) {
            let field = field.0.trim().trim_start_matches("pub ");
            if !field.is_empty() && field.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit()) {
                found.push(format!("{owner}.{field}"));
            }
        }
    }
    assert!(found.len() > 80 && found.contains(&"Rated.grade".to_owned()), "{found:?}");
    found
}

#[test]
fn no_column_event_or_type_judges_a_person() {
    assert!(judges("risk_of_person") && judges(&snake("RiskLevel")) && !judges("number"));
    let names: Vec<String> = columns().into_iter().chain(fields()).collect();
    for name in names.iter().filter(|name| judges(name.split('.').next_back().unwrap())) {
        assert!(
            ABOUT.iter().any(|(own, _)| own == name),
            "{name}: does it judge a person? If not, say in ABOUT what it is about"
        );
    }
    for (own, _) in ABOUT {
        assert!(names.iter().any(|name| name == own), "{own} is gone; take it off the list");
    }
    for (path, text) in program() {
        for kind in ["struct ", "enum "] {
            for (at, _) in text.match_indices(kind) {
                let name: String = text[at + kind.len()..].chars().take_while(char::is_ascii_alphanumeric).collect();
                let person = ["person", "resident", "citizen", "petitioner", "people"];
                let about = snake(&name);
                let of_person = about.split('_').any(|part| person.contains(&part));
                assert!(!(judges(&about) && of_person), "{path}: the type {name} judges a person");
            }
        }
    }
    let titles = ["score", "risk", "profile", "blacklist", "watchlist", "petitioner"];
    for name in columns().iter().filter_map(|name| name.split('.').next()) {
        assert!(!name.split('_').any(|part| titles.contains(&part)), "a table {name}");
    }
}

#[test]
fn no_word_of_ours_labels_a_person() {
    let texts = files("crates", "ftl").into_iter().chain(files("rules", "toml")).chain(files("crates", "toml"));
    let texts: Vec<(String, String)> = texts.chain(program()).collect();
    assert!(texts.len() > 300);
    for (path, text) in texts.iter().filter(|(path, _)| !REFUSING.contains(&path.as_str())) {
        let lower = text.to_lowercase();
        for label in LABELS {
            assert!(!lower.contains(label), "{path} says {label}");
        }
    }
}

#[test]
fn every_guard_rule_has_its_row_and_every_test_it_names_exists() {
    let text = read("docs/guard.md");
    let (tests, drills) = (tests(), drills());
    let rows: Vec<Vec<&str>> =
        text.lines().filter(|line| line.starts_with("| E")).map(|line| line.split('|').map(str::trim).collect()).collect();
    let rules: Vec<&str> = rows.iter().map(|row| row[1]).collect();
    assert_eq!(rules, (1..=22).map(|number| format!("E{number}")).collect::<Vec<_>>());
    for row in rows {
        let named = row[4].replace(['`', ','], " ");
        if named.trim() == "–" {
            assert!(row[3] == "–" && row[5].contains("issue"), "{} is held by nothing; say where it belongs", row[1]);
        } else {
            assert_eq!(missing(&named, (&tests, &drills)), Vec::<&str>::new(), "{} names a test that is not there", row[1]);
        }
    }
}
