//! Guard rules (docs/guard.md) that sources and pure functions show: contacts are asked in named places only, figures know
//! nothing but public entries, and no order rewards few appeals.

use std::fs;
use std::path::{Path, PathBuf};

use appeals::figures::{Count, Figures};
use appeals::store;
use serde_json::json;
use statements::ROOM;

#[path = "life/statements.rs"]
mod statements;

/// Statements that touch blind indexes of contacts, and the files that may run them.
const ASKING: &[(&str, &[&str])] = &[
    // written with a filing, from its event
    ("PUT_CONTACT", &["appeals/src/store/table.rs", "appeals/src/store/dump.rs"]),
    // what a member of staff must not see: matters of declared relatives (recusal); and what somebody on the telephone, who has said a
    // code that went to that telephone, has with the office that answers it: named matters it holds, held or was asked about
    ("OF_CONTACT", &["appeals/src/queue.rs", "appeals/src/called.rs", "appeals/src/store/mod.rs"]),
    // likely repeats: within the matters that the asking office holds itself
    ("NEAR_CONTACT", &["appeals/src/likely/mod.rs", "appeals/src/store/mod.rs"]),
    // the own matters of a telephone or of an account of a chat, for its holder alone, who names one of them by message; no page and no
    // member of staff asks
    ("TEXTED", &["appeals/src/texted.rs", "appeals/src/store/mod.rs"]),
    // goes with its matter; nobody learns what was there
    ("DROP_CONTACT", &["appeals/src/erase.rs"]),
    // compared with the events by `rebuild --check`
    ("DUMP_CONTACTS", &["appeals/src/store/dump.rs"]),
];
/// Files that compute the blind index of a contact somebody typed.
const COMPUTING: &[&str] = &[
    "appeals/src/filing/mod.rs",
    "appeals/src/texted.rs",
    // what somebody is in the middle of telling in a chat
    "channels/src/chat/store.rs",
    "channels/src/sms/store.rs",
    "civic/src/directory/mod.rs",
    "civic/src/directory/relative.rs",
    "civic/src/hotline/desk.rs",
    "civic/src/hotline/told.rs",
    // how many one-time codes went to it today, and nothing else
    "forum/src/proof.rs",
    "minsheng/src/demo/county.rs",
    "web/src/desk/admin/relatives.rs",
];

fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for name in ["civic", "appeals", "forum", "insight", "oversight", "web", "channels", "minsheng"] {
        walk(&crates.join(name).join("src"), &mut files);
    }
    files.sort();
    let named = |path: PathBuf| {
        let name = path.strip_prefix(crates).unwrap().to_string_lossy().into_owned();
        (name, fs::read_to_string(&path).unwrap())
    };
    files.into_iter().map(named).collect()
}

/// Tells whether a text names a word as a whole.
fn names(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_');
        edge(text[..at].chars().next_back()) && edge(text[at + word.len()..].chars().next())
    })
}

/// Goes through the statements of every part of the room.
fn statements() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    ROOM.iter().copied().flatten()
}

#[test]
fn contacts_are_asked_in_named_places_only() {
    let mut found: Vec<&str> = statements().filter(|(_, sql)| sql.contains("matter_contact")).map(|(name, _)| *name).collect();
    let mut known: Vec<&str> = ASKING.iter().map(|(name, _)| *name).collect();
    known.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, known, "a statement about contacts: say in ASKING who may run it and why (guard rule E4)");
    let dumped = store::DUMPS.iter().any(|dump| dump.table == "matter_contact");
    assert!(dumped, "the table is compared with the events");
    let near = statements().find(|(name, _)| *name == "NEAR_CONTACT").unwrap().1;
    assert!(near.contains("m.owner || '' = $3"), "repeats are looked for within one office only");
    for (path, text) in sources() {
        for (name, files) in ASKING {
            let home = path.starts_with("appeals/src/store/sql.rs") || path.starts_with("appeals/src/store/near.rs");
            assert!(home || !names(&text, name) || files.contains(&path.as_str()), "{path} asks about a person ({name})");
        }
        assert!(
            !names(&text, "contact_index") || COMPUTING.contains(&path.as_str()),
            "{path} computes whom a contact belongs to"
        );
        let asks = |line: &str| line.contains("from matter_contact") || line.contains("join matter_contact");
        let sql = text.lines().any(|line| asks(line) && !line.contains("DROP_CONTACT = \"delete from"));
        assert!(!sql || path.starts_with("appeals/src/store/"), "{path} has a statement of its own about contacts");
    }
}

fn entry(kind: &str, pseudonym: &str, office: &str) -> String {
    json!({"k": kind, "m": pseudonym, "d": "2026-11-24", "o": office, "x": {"due": "2026-12-09"}}).to_string()
}

#[test]
fn offices_stand_in_the_order_of_their_codes_whatever_they_received() {
    for busy in ["a", "b", "c"] {
        let mut figures = Figures::default();
        for number in 0..30 {
            figures.read(&entry("filed", &format!("{number:032x}"), busy));
        }
        for office in ["c", "a", "b"] {
            figures.read(&entry("filed", &format!("{office}{:031x}", 0), office));
        }
        let offices: Vec<String> = figures.month("2026-11").into_keys().collect();
        assert_eq!(offices, ["a", "b", "c"], "an order by number would reward whoever sends people away (guard rule E17)");
    }
}

#[test]
fn the_figures_know_nothing_but_public_entries() {
    let mut figures = Figures::default();
    figures.read(&entry("filed", "a1", "a"));
    figures.read(&entry("replied", "a1", "a"));
    // whatever else an entry held, it changes no figure
    let personal =
        json!({"k": "filed", "m": "a2", "d": "2026-11-24", "o": "a", "name": "田小满", "contact": "13900000001", "x": {}});
    figures.read(&personal.to_string());
    let counted = Count { received: 2, replied: 1, in_time: 1, ..Count::default() };
    assert_eq!(figures.month("2026-11").into_iter().collect::<Vec<_>>(), [("a".to_owned(), counted)]);
    let text = format!("{figures:?}");
    assert!(!text.contains("田小满") && !text.contains("13900000001"), "{text}");
}
