//! What will not work well, although a site can be made: said before it is made, and after each dry run.

use std::collections::BTreeSet;

use civic::directory::{Directory, Office, PlaceLevel, Role};

use super::county::County;

/// Roles that take a matter in hand.
const HANDLING: &[Role] = &[Role::Officer, Role::OfficeHead];

/// Lists it, one sentence each in both languages.
pub(crate) fn warnings(county: &County) -> Vec<String> {
    let directory = county.directory();
    let mut found = Vec::new();
    for office in county.offices.iter().filter(|office| !office.intake_for.is_empty() || office.supervising) {
        if !has(county, &office.code, HANDLING) {
            let (code, name) = (&office.code, &office.name);
            found.push(format!(
                "单位 {code}（{name}）接收诉求，但没有经办人或单位负责人。 Office {code} takes matters in, but nobody there is an \
                 officer or its head."
            ));
        }
    }
    for office in county.offices.iter().filter(|office| office.supervising) {
        if !has(county, &office.code, &[Role::AccusationHandler]) {
            let (code, name) = (&office.code, &office.name);
            found.push(format!(
                "单位 {code}（{name}）没有检举控告经办人，来了检举控告没有人能打开；最好有两位。 Nobody of office {code} handles \
                 accusations (accusation_handler), so nobody opens them; two are better, for what takes two people."
            ));
        }
    }
    places(county, &directory, &mut found);
    leaders(county, &directory, &mut found);
    let silent: Vec<&str> = county.people.iter().filter(|p| p.email.is_none()).map(|p| p.login.as_str()).collect();
    if !silent.is_empty() {
        let (count, logins) = (silent.len(), silent.join("、"));
        found.push(format!("{count} 人没有邮箱，收不到提醒。 {count} people have no e-mail and get no notices: {logins}"));
    }
    found
}

fn has(county: &County, office: &str, roles: &[Role]) -> bool {
    county.people.iter().any(|person| person.office == office && person.roles.iter().any(|role| roles.contains(role)))
}

/// Townships without an office of their own to take matters in, and places without any.
fn places(county: &County, directory: &Directory, found: &mut Vec<String>) {
    for place in &county.places {
        let (code, name) = (&place.code, &place.name);
        let own = county.offices.iter().any(|office| office.intake_for.contains(code));
        match directory.intake(code) {
            None => found.push(format!("{code} {name}：没有单位接收诉求。 No office takes matters in for {code}.")),
            Some(office) if place.level == PlaceLevel::Township && !own => {
                let taker = (&office.name, &office.code);
                found.push(format!(
                    "{code} {name}：没有自己的收件单位，由{}接收。 {code} has no intake of its own: {} takes its matters in.",
                    taker.0, taker.1
                ));
            }
            Some(_) => {}
        }
    }
}

/// Danger to life is told to the leaders of the office and of those above it.
fn leaders(county: &County, directory: &Directory, found: &mut Vec<String>) {
    if !county.people.iter().any(|person| person.roles.contains(&Role::Leader)) {
        found.push(
            "没有一位领导：危及生命的急件没有领导能收到通知。 No leader: nobody above the offices is told of danger to life."
                .to_owned(),
        );
        return;
    }
    let takers = county.offices.iter().filter(|office| !office.intake_for.is_empty());
    for office in takers.filter(|office| !led(county, directory, office)) {
        let (code, name) = (&office.code, &office.name);
        found.push(format!(
            "单位 {code}（{name}）及其上级没有领导：危及生命的急件没有领导能收到通知。 No leader in office {code} or above it is told of \
             danger to life."
        ));
    }
}

fn led(county: &County, directory: &Directory, office: &Office) -> bool {
    let (mut at, mut seen) = (Some(office), BTreeSet::new());
    while let Some(office) = at.filter(|office| seen.insert(office.code.clone())) {
        if has(county, &office.code, &[Role::Leader]) {
            return true;
        }
        at = office.superior.as_ref().and_then(|code| directory.offices.get(code));
    }
    false
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::county::EXAMPLE;
    use super::*;

    fn found(changes: &[(&str, &str)]) -> Vec<String> {
        let text = changes.iter().fold(EXAMPLE.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        });
        warnings(&County::parse(&text, Path::new(".")).unwrap())
    }

    fn says(changes: &[(&str, &str)], words: &str) -> bool {
        found(changes).iter().any(|line| line.contains(words))
    }

    #[test]
    fn each_thing_that_will_not_work_is_said_and_only_while_it_does_not() {
        let head = ("roles = [\"office_head\"]", "roles = [\"administrator\"]");
        assert!(!says(&[], "Office xf takes matters in") && says(&[head], "Office xf takes matters in"));
        assert!(says(&[], "Office jw takes matters in"), "accusations too");
        assert!(says(&[], "No leader: nobody"));
        let leader = |office: &str| format!("office = \"{office}\"\nroles = [\"leader\", \"administrator\"]");
        let admin = "office = \"xf\"\nroles = [\"administrator\"]";
        assert!(!says(&[(admin, &leader("xf"))], "No leader"), "above the town stands xf");
        assert!(says(&[(admin, &leader("qs"))], "No leader in office xf or above it"));
        let town = ("intake_for = [\"990777100\"]", "intake_for = []");
        assert!(!says(&[], "has no intake of its own") && says(&[town], "990777100 has no intake of its own: xf"));
        assert!(says(&[("intake_for = [\"990777\"]", "intake_for = []")], "No office takes matters in for 990777."));
        assert!(says(&[], "2 people have no e-mail and get no notices: admin、tao"));
    }
}
