//! `docs/asvs.csv`: every requirement of OWASP ASVS 5.0.0, levels 1 and 2 (without WebRTC), some of level 3, and our own
//! four about accusations.

use crate::sources::{drills, is_there, missing, read, tests};

/// The requirements by section, as the standard numbers them. What has a star is of level 3 and was chosen.
const SECTIONS: &str = "1.1 1 2 | 1.2 1 2 3 4 5 6 7 8 9 | 1.3 1 2 3 4 5 6 7 8 9 10 11 | 1.4 1 2 3 | 1.5 1 2 | 2.1 1 2 3 | \
    2.2 1 2 3 | 2.3 1 2 3 4 5* | 2.4 1 | 3.2 1 2 | 3.3 1 2 3 4 | 3.4 1 2 3 4 5 6 | 3.5 1 2 3 4 5 | 3.7 1 2 | 4.1 1 2 3 4* | \
    4.2 1 | 4.3 1 2 | 4.4 1 2 3 4 | 5.1 1 | 5.2 1 2 3 4* 5* 6* | 5.3 1 2 3* | 5.4 1 2 3 | 6.1 1 2 3 | \
    6.2 1 2 3 4 5 6 7 8 9 10 11 12 | 6.3 1 2 3 4 5* 7* 8* | 6.4 1 2 3 4 6* | 6.5 1 2 3 4 5 | 6.6 1 2 3 | 6.8 1 2 3 4 | \
    7.1 1 2 3 | 7.2 1 2 3 4 | 7.3 1 2 | 7.4 1 2 3 4 5 | 7.5 1 2 3* | 7.6 1 2 | 8.1 1 2 | 8.2 1 2 3 | 8.3 1 2* | 8.4 1 | \
    9.1 1 2 3 | 9.2 1 2 3 4 | 10.1 1 2 | 10.2 1 2 | 10.3 1 2 3 4 | 10.4 1 2 3 4 5 6 7 8 9 10 11 | 10.5 1 2 3 4 5 | 10.6 1 2 | \
    10.7 1 2 3 | 11.1 1 2 | 11.2 1 2 3 | 11.3 1 2 3 | 11.4 1 2 3 4 | 11.5 1 | 11.6 1 | 12.1 1 2 3 | 12.2 1 2 | 12.3 1 2 3 4 | \
    13.1 1 2* 3* | 13.2 1 2 3 4 5 | 13.3 1 2 | 13.4 1 2 3 4 5 | 14.1 1 2 | 14.2 1 2 3 4 7* 8* | 14.3 1 2 3 | 15.1 1 2 3 | \
    15.2 1 2 3 5* | 15.3 1 2 3 4 5 6 7 | 15.4 2* | 16.1 1 | 16.2 1 2 3 4 5 | 16.3 1 2 3 4 | 16.4 1 2 3 | 16.5 1 2 3 4*";
/// Requirements of levels 1, 2 and 3, and our own.
const LEVELS: [(&str, usize); 4] = [("1", 70), ("2", 176), ("3", 19), ("ours", 4)];

struct Row {
    id: String,
    level: String,
    applies: String,
    place: String,
    test: String,
}

fn rows() -> Vec<Row> {
    let text = read("docs/asvs.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["id", "level", "applies", "why-or-where", "test"]);
    let row = |record: csv::StringRecord| {
        let cell = |at: usize| record[at].to_owned();
        Row { id: cell(0), level: cell(1), applies: cell(2), place: cell(3), test: cell(4) }
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn wanted() -> Vec<String> {
    let mut all = Vec::new();
    for section in SECTIONS.split('|') {
        let mut words = section.split_whitespace();
        let section = words.next().unwrap();
        all.extend(words.map(|number| format!("V{section}.{}", number.trim_end_matches('*'))));
    }
    all.extend((1..=4).map(|number| format!("COI-{number}")));
    all
}

#[test]
fn every_requirement_stands_in_the_list_once() {
    let rows = rows();
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids, wanted());
    for (level, count) in LEVELS {
        assert_eq!(rows.iter().filter(|row| row.level == level).count(), count, "of level {level}");
    }
}

#[test]
fn what_applies_names_a_test_that_exists_and_what_does_not_says_why() {
    let (tests, drills) = (tests(), drills());
    assert!(tests.len() > 400 && drills.len() > 8);
    for Row { id, applies, place, test, .. } in rows() {
        assert!(place.len() > 3, "{id} says neither where nor why");
        match applies.as_str() {
            "yes" => assert_eq!(missing(&test, (&tests, &drills)), Vec::<&str>::new(), "{id} names a test that is not there"),
            "no" | "later" | "gap" => assert_eq!(test, "", "{id} does not hold, so no test shows it"),
            other => panic!("{id}: {other} is neither yes, no, later nor gap"),
        }
    }
}

#[test]
fn places_in_the_documents_are_there() {
    let mut looked = 0;
    for Row { id, place, .. } in rows() {
        for place in place.split([',', ' ', ';', ':', ')', '(']).filter(|word| word.starts_with("docs/")) {
            assert!(is_there(place), "{id} points to {place}, which is not there");
            looked += 1;
        }
    }
    assert!(looked > 20);
}

#[test]
fn the_gaps_are_as_many_as_the_threat_model_says() {
    let gaps: Vec<String> = rows().into_iter().filter(|row| row.applies == "gap").map(|row| row.id).collect();
    println!("{} gaps: {}", gaps.len(), gaps.join(" "));
    let model = read("docs/threat-model.md");
    let said = model.split("Gaps against ASVS 5.0.0: ").nth(1).and_then(|rest| rest.split('.').next());
    assert_eq!(said, Some(gaps.len().to_string().as_str()), "docs/threat-model.md counts the gaps of docs/asvs.csv");
}
