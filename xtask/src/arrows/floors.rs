//! The table of floors: which crate may know which. A new arrow changes this table in the same commit and says why.

use super::manifest::Manifest;

/// The crates by floor, lowest first. Crates of one floor do not know each other; rooms not yet built stand here already.
const FLOORS: &[(u8, &[&str])] = &[
    (0, &["text"]), // the ground: whoever reads words reads them the same way (decision 0021)
    (1, &["db", "tlog", "worktime", "learn", "search", "chart"]),
    (2, &["civic"]),
    (3, &["appeals", "insight", "forum", "oversight", "frontline", "welfare", "commons", "guide"]),
    (4, &["web", "channels"]),
    (DOOR, &["minsheng"]),
];
/// The highest floor: the one binary.
pub const DOOR: u8 = 5;
/// Stands beside the house and may look into every floor below the door; the only crate tests may add.
const TESTKIT: &str = "testkit";
/// Stands beside the house and knows nothing of it.
const XTASK: &str = "xtask";
/// Libraries that one crate alone may depend on.
const GUESTS: &[(&str, &[&str])] = &[
    ("db", &["rusqlite", "libsqlite3-sys", "postgres", "tokio-postgres", "tokio-postgres-rustls"]),
    ("search", &["tantivy"]),
    ("minsheng", &["getrandom"]),
];

/// Returns the floor of a crate; `None` for those beside the house and for strangers.
pub fn floor(name: &str) -> Option<u8> {
    FLOORS.iter().find(|(_, crates)| crates.contains(&name)).map(|(floor, _)| *floor)
}

/// Lists the arrows of a crate that the table does not allow. `ours` are the names of all crates of the workspace.
pub fn faults(manifest: &Manifest, ours: &[String]) -> Vec<String> {
    let mut wrong = Vec::new();
    let name = manifest.name.as_str();
    if floor(name).is_none() && ![TESTKIT, XTASK].contains(&name) {
        wrong.push(format!("{name} has no floor: give it one in xtask/src/arrows/floors.rs"));
    }
    for below in &manifest.dependencies {
        if ours.contains(below) && !may_know(name, below) {
            wrong.push(format!("{name} → {below} does not point down"));
        }
    }
    for beside in manifest.dev_dependencies.iter().filter(|beside| ours.contains(beside)) {
        if beside != TESTKIT && !may_know(name, beside) {
            wrong.push(format!("{name} → {beside} in dev-dependencies: tests may add {TESTKIT} only"));
        }
    }
    for guest in manifest.dependencies.iter().chain(&manifest.dev_dependencies) {
        let home = GUESTS.iter().find(|(_, guests)| guests.contains(&guest.as_str()));
        if let Some((home, _)) = home.filter(|(home, _)| *home != name) {
            wrong.push(format!("{name} → {guest}: only {home} may depend on it"));
        }
    }
    wrong
}

fn may_know(name: &str, below: &str) -> bool {
    match (floor(name), floor(below)) {
        (Some(upper), Some(lower)) => lower < upper,
        (None, Some(lower)) => name == TESTKIT && lower < DOOR,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, dependencies: &[&str], dev: &[&str]) -> Vec<String> {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let manifest = Manifest { name: name.to_owned(), dependencies: owned(dependencies), dev_dependencies: owned(dev) };
        faults(
            &manifest,
            &owned(&["db", "tlog", "civic", "appeals", "insight", "web", "minsheng", "testkit", "xtask", "new", "text", "learn"]),
        )
    }

    #[test]
    fn arrows_down_pass_and_all_others_are_named() {
        assert!(found("web", &["appeals", "civic", "db", "serde"], &["testkit", "insta", "db"]).is_empty());
        assert!(found("testkit", &["web", "db"], &[]).is_empty());
        assert!(found("learn", &["text"], &[]).is_empty());
        assert_eq!(found("db", &["civic"], &[]), ["db → civic does not point down"]);
        assert_eq!(found("appeals", &["insight"], &[]), ["appeals → insight does not point down"]);
        assert_eq!(found("web", &["testkit"], &[]), ["web → testkit does not point down"]);
        assert_eq!(found("civic", &[], &["web"]).len(), 1);
        assert_eq!(found("xtask", &["db"], &[]).len(), 1);
        assert_eq!(found("new", &[], &[]).len(), 1);
    }

    #[test]
    fn engines_are_guests_of_one_crate() {
        assert!(found("db", &["rusqlite", "postgres"], &[]).is_empty());
        assert_eq!(found("civic", &["rusqlite"], &[]), ["civic → rusqlite: only db may depend on it"]);
        assert_eq!(found("web", &[], &["postgres"]), ["web → postgres: only db may depend on it"]);
        assert_eq!(found("civic", &["getrandom"], &[]).len(), 1);
    }
}
