//! Hostile rule files and directory entries: fuzz targets, see `cargo x fuzz`.

use civic::directory::{Entry, Role, normal_contact};
use civic::journal::Actor;
use civic::rules::RuleSet;
use proptest::prelude::*;
use testkit::hostile::{bent, changes};

const RULES: &str = "[[term]]\nid = \"xf.handle\"\nvalue = 60\nunit = \"calendar_day\"\nstart = \"accepted\"\ninstrument = \"信访工作条例\"\n\
    article = \"34\"\nverified = \"yes\"\n\n[[track]]\nkind = \"help\"\nfirst = \"xf.handle\"\nhandle = \"xf.handle\"\n";
const ENTRY: &str = r#"{"noun":"place","code":"990121","name":"清禾县","name_en":"Qinghe","parent":null,"level":"county"}"#;

proptest! {
    #[test]
    fn parser_of_rules(changes in changes(), junk in "\\PC{0,200}") {
        for text in [bent(RULES, &changes), junk] {
            let read = RuleSet::parse([("local.toml".to_owned(), text)]);
            prop_assert!(read.is_err(), "a set that lacks what the code needs is never taken");
        }
    }

    #[test]
    fn parser_of_directory_entries(changes in changes(), junk in "\\PC{0,200}") {
        for text in [bent(ENTRY, &changes), junk] {
            if let Ok(entry) = serde_json::from_str::<Entry>(&text) {
                let again = serde_json::to_string(&entry).unwrap();
                prop_assert_eq!(serde_json::from_str::<Entry>(&again).unwrap(), entry);
            }
        }
    }

    #[test]
    fn parser_of_codes(text in "\\PC{0,60}") {
        if let Ok(actor) = Actor::parse(&text) {
            prop_assert_eq!(Actor::parse(&actor.to_string()).unwrap(), actor);
        }
        if let Some(role) = Role::parse(&text) {
            prop_assert_eq!(role.code(), text.as_str());
        }
        let once = normal_contact(&text);
        prop_assert!(!once.contains([' ', '-']));
    }
}
