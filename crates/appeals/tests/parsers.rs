//! Hostile input for what this room reads: numbers, codes, forms, entries of a log. Fuzz targets, see `cargo x fuzz`.

use appeals::code::Code;
use appeals::figures::Figures;
use appeals::filing::{Form, check, hides};
use appeals::number;
use civic::chance::Chance;
use civic::directory::{Directory, Entry};
use jiff::civil::Date;
use proptest::prelude::*;
use rand_core::SeedableRng;
use testkit::county;
use testkit::hostile::{bent, changes};

const ENTRY: &str =
    r#"{"c":"11","d":"2026-11-24","h":"00","k":"filed","m":"0f","o":"bd","p":"990121100","v":1,"x":{"due":"2026-12-09"}}"#;

fn directory() -> Directory {
    let mut directory = Directory::default();
    for entry in county::entries() {
        match entry {
            Entry::Place(place) => drop(directory.places.insert(place.code.clone(), place)),
            Entry::Office(office) => drop(directory.offices.insert(office.code.clone(), office)),
            _ => {}
        }
    }
    directory
}

fn form() -> Form {
    Form {
        what: "村口的路灯坏了三天".into(),
        place: county::VILLAGE.into(),
        kind: "help".into(),
        identity: "named".into(),
        name: "田小满".into(),
        mobile: "139 0000 0001".into(),
        email: "tian@example.com".into(),
        submit_key: "k".into(),
        ..Form::default()
    }
}

proptest! {
    #[test]
    fn parser_of_typed_numbers(changes in changes(), seed: u64) {
        let number = number::make("990121", Date::constant(2026, 11, 24), &mut Chance::seed_from_u64(seed));
        let typed = bent(&number, &changes);
        if let Some(read) = number::parse(&typed) {
            prop_assert_eq!(number::parse(&read), Some(read.clone()), "what was read reads back");
            prop_assert_eq!(read.len(), number::NUMBER_CHARS);
        }
    }

    #[test]
    fn parser_of_query_codes(changes in changes(), good in "[0-9A-HJKMNP-TV-Z]{16}") {
        let shown = Code::parse(&good).unwrap().shown();
        prop_assert_eq!(shown.len(), 19);
        if let Some(code) = Code::parse(&bent(&shown, &changes)) {
            prop_assert_eq!(Code::parse(&code.shown()).unwrap().shown(), code.shown());
        }
    }

    #[test]
    fn parser_of_filings(changes in changes(), field in 0..8_usize) {
        let (mut form, directory) = (form(), directory());
        let fields = [
            &mut form.what, &mut form.place, &mut form.place_words, &mut form.kind, &mut form.identity, &mut form.name,
            &mut form.mobile, &mut form.email,
        ];
        let bent_field = fields.into_iter().nth(field).expect("there are eight fields");
        *bent_field = bent(bent_field, &changes);
        match check(&form, &[], &directory) {
            Ok(checked) => {
                let texts = [&checked.what, &checked.place_words, &checked.name, &checked.mobile, &checked.email];
                prop_assert!(!texts.iter().any(|text| text.chars().any(hides)), "nothing hidden passes");
                prop_assert!(!checked.what.trim().is_empty());
                prop_assert!(checked.place.is_none_or(|code| directory.places.contains_key(&code)));
            }
            Err(wrong) => prop_assert!(!wrong.is_empty(), "a refusal names a field"),
        }
    }

    #[test]
    fn parser_of_counted_entries(changes in changes(), junk in "\\PC{0,120}") {
        let mut figures = Figures::default();
        for entry in [ENTRY.to_owned(), bent(ENTRY, &changes), bent(&ENTRY.replace("filed", "replied"), &changes), junk] {
            figures.read(&entry);
        }
        prop_assert_eq!(figures.entries, 4);
        let total = figures.total("2026-11");
        prop_assert!(total.in_time <= total.replied && total.satisfied <= total.rated);
    }
}
