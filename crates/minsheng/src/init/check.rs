//! What must hold before a site is made: all of it is checked, and everything that is wrong is said at once.

use std::collections::HashSet;

use civic::chance::Chance;
use civic::directory::{self, Directory, Entry, Office, Place, Role};
use civic::rules::RuleSet;
use jiff::Timestamp;
use rand_core::SeedableRng;

use super::county::{County, Person};

/// Longest log-in name.
const LOGIN_CHARS_MAX: usize = 32;

/// Lists everything that is wrong with a county, one sentence each.
pub(crate) fn problems(county: &County, rules: &RuleSet) -> Vec<String> {
    let mut found = Vec::new();
    let directory = county.directory();
    twice("place", county.places.iter().map(|place| &place.code), &mut found);
    twice("office", county.offices.iter().map(|office| &office.code), &mut found);
    twice("log-in name", county.people.iter().map(|person| &person.login), &mut found);
    for place in &county.places {
        check_place(place, &directory, &mut found);
    }
    roots(county, &mut found);
    for office in &county.offices {
        check_office(office, (&directory, rules), &mut found);
    }
    intake(county, &directory, &mut found);
    for person in &county.people {
        check_person(person, &directory, &mut found);
    }
    if found.is_empty() {
        entries(county, rules, &mut found);
    }
    let administrator = county.people.iter().find(|person| person.login == county.administrator);
    if !administrator.is_some_and(|person| person.roles.contains(&Role::Administrator)) {
        found.push(format!("administrator {:?} must be one of the staff with the role administrator", county.administrator));
    }
    found
}

/// Asks the directory itself about every entry, each where the ones before it stand already.
fn entries(county: &County, rules: &RuleSet, found: &mut Vec<String>) {
    let mut directory = Directory::default();
    for entry in county.entries(Timestamp::UNIX_EPOCH, &mut Chance::from_seed([0; 32])) {
        let (noun, code) = match &entry {
            Entry::Staff(staff) => ("staff", staff.login.clone()),
            other => (other.noun(), other.code()),
        };
        if let Err(refusal) = directory::check(&directory, rules, &entry) {
            let facts: Vec<String> = refusal.facts.iter().map(|(name, fact)| format!("{name} {fact}")).collect();
            found.push(format!("{noun} {code}: {} ({})", refusal.code.replace('_', " "), facts.join(", ")));
        }
        match entry {
            Entry::Place(place) => drop(directory.places.insert(place.code.clone(), place)),
            Entry::Office(office) => drop(directory.offices.insert(office.code.clone(), office)),
            Entry::Staff(staff) => drop(directory.staff.insert(staff.id, staff)),
            Entry::Relative(_)
            | Entry::Calendar(_)
            | Entry::Client(_)
            | Entry::Box(_)
            | Entry::Peer(_)
            | Entry::Group(_)
            | Entry::Ruling(_) => {}
        }
    }
}

fn twice<'a>(noun: &str, codes: impl Iterator<Item = &'a String>, found: &mut Vec<String>) {
    let mut seen = HashSet::new();
    for code in codes {
        if code.is_empty() || code.chars().any(|c| c.is_whitespace() || c.is_control()) {
            found.push(format!("{noun} {code:?}: a code is not empty and holds no white space"));
        }
        if !seen.insert(code) {
            found.push(format!("{noun} {code} stands there twice"));
        }
    }
}

fn check_place(place: &Place, directory: &Directory, found: &mut Vec<String>) {
    let Some(parent) = &place.parent else { return };
    match directory.places.get(parent) {
        None => found.push(format!("place {} lies in {parent}, which is not there", place.code)),
        // a place is always lower than the one above it, so the tree has no circle
        Some(above) if above.level >= place.level => {
            found.push(format!("place {} is not lower than {parent}, in which it lies", place.code));
        }
        Some(_) => {}
    }
}

fn roots(county: &County, found: &mut Vec<String>) {
    let roots: Vec<&str> = county.places.iter().filter(|place| place.parent.is_none()).map(|place| place.code.as_str()).collect();
    match roots.as_slice() {
        [root] if *root == county.site.code => {}
        [root] => found.push(format!("the tree begins at {root}, the site's code is {}", county.site.code)),
        [] => found.push("no place stands above all others: one must have no parent".to_owned()),
        more => found.push(format!("only one place may have no parent, not {}", more.join(", "))),
    }
}

fn check_office(office: &Office, (directory, rules): (&Directory, &RuleSet), found: &mut Vec<String>) {
    let code = &office.code;
    let mut place = |what: &str, place: &String| {
        if !directory.places.contains_key(place) {
            found.push(format!("office {code} {what} {place}, which is not there"));
        }
    };
    place("serves", &office.place);
    office.intake_for.iter().for_each(|at| place("takes matters in for", at));
    office.duties.iter().flat_map(|duty| &duty.places).for_each(|at| place("has a duty in", at));
    for duty in &office.duties {
        if !rules.categories().any(|category| category.code == duty.category) {
            found.push(format!("office {code} has a duty for category {}, which the rules do not know", duty.category));
        }
    }
    let mut above = office.superior.as_ref();
    for _ in 0..=directory.offices.len() {
        let Some(superior) = above else { return };
        let Some(next) = directory.offices.get(superior) else {
            found.push(format!("above office {code} stands {superior}, which is not there"));
            return;
        };
        above = next.superior.as_ref();
    }
    found.push(format!("office {code} stands above itself"));
}

fn intake(county: &County, directory: &Directory, found: &mut Vec<String>) {
    for place in county.places.iter().filter(|place| directory.intake(&place.code).is_none()) {
        found.push(format!("no office takes matters in for {}: name it, or a place above it, in an intake_for", place.code));
    }
    for place in &county.places {
        let takers: Vec<&str> =
            county.offices.iter().filter(|o| o.intake_for.contains(&place.code)).map(|o| o.code.as_str()).collect();
        if takers.len() > 1 {
            found.push(format!("only one office may take matters in for {}, not {}", place.code, takers.join(", ")));
        }
    }
    let supervising: Vec<&str> = county.offices.iter().filter(|o| o.supervising).map(|o| o.code.as_str()).collect();
    if supervising.len() != 1 {
        found.push(format!("exactly one office must be supervising, to receive accusations; here {} are", supervising.len()));
    }
}

fn check_person(person: &Person, directory: &Directory, found: &mut Vec<String>) {
    let login = &person.login;
    let plain = login.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_'));
    if !plain || login.is_empty() || login.len() > LOGIN_CHARS_MAX {
        found.push(format!("log-in name {login:?}: up to {LOGIN_CHARS_MAX} small letters, digits, dots and dashes"));
    }
    if person.name.is_empty() || person.roles.is_empty() {
        found.push(format!("staff {login}: name and roles must not be empty"));
    }
    if !directory.offices.contains_key(&person.office) {
        found.push(format!("staff {login} belongs to office {:?}, which is not there", person.office));
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::county::EXAMPLE;
    use super::*;

    fn found(from: &str, to: &str) -> Vec<String> {
        assert!(from.is_empty() || EXAMPLE.contains(from), "{from}");
        let county = County::parse(&EXAMPLE.replacen(from, to, 1), Path::new(".")).unwrap();
        problems(&county, &RuleSet::builtin())
    }

    #[test]
    fn the_example_is_whole() {
        let none: [String; 0] = [];
        assert_eq!(found("", ""), none);
    }

    #[test]
    fn each_thing_that_is_wrong_is_said() {
        for (from, to, sentence) in [
            ("parent = \"990777\"\n", "parent = \"990778\"\n", "place 990777100 lies in 990778, which is not there"),
            ("parent = \"990777\"\n", "", "only one place may have no parent, not 990777, 990777100"),
            ("level = \"township\"", "level = \"village\"", "place 990777100201 is not lower than 990777100, in which it lies"),
            ("code = \"990777\"\nname = \"云岭县\"\n#", "code = \"990778\"\nname = \"云岭县\"\n#", "the tree begins at 990777"),
            ("superior = \"xf\"", "superior = \"qs\"", "office qs stands above itself"),
            ("superior = \"xf\"", "superior = \"zz\"", "above office qs stands zz, which is not there"),
            ("\"99\"]", "\"98\"]", "office xf has a duty for category 98, which the rules do not know"),
            ("intake_for = [\"990777\"]", "intake_for = []", "no office takes matters in for 990777:"),
            (
                "intake_for = [\"990777100\"]",
                "intake_for = [\"990777\"]",
                "only one office may take matters in for 990777, not xf, qs",
            ),
            ("supervising = true", "", "exactly one office must be supervising"),
            ("login = \"tao\"", "login = \"mei\"", "log-in name mei stands there twice"),
            ("login = \"tao\"", "login = \"Tao Y\"", "log-in name \"Tao Y\": a code is not empty"),
            ("office = \"qs\"", "office = \"zz\"", "staff mei belongs to office \"zz\", which is not there"),
            ("roles = [\"office_head\"]", "roles = []", "staff tao: name and roles"),
            ("name = \"竹溪村\"", "name = \"\"", "place 990777100201:"),
            ("administrator = \"admin\"", "administrator = \"tao\"", "administrator \"tao\" must be one of the staff"),
        ] {
            let found = found(from, to);
            assert!(found.iter().any(|line| line.starts_with(sentence)), "{sentence}: {found:?}");
        }
    }
}
