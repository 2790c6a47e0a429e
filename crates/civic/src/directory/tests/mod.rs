use super::*;
use crate::refusal::Refusal;
use crate::rules::RuleSet;
use uuid::Uuid;

fn place(code: &str, parent: Option<&str>, level: PlaceLevel) -> Place {
    Place {
        code: code.into(),
        name: code.into(),
        name_en: code.into(),
        parent: parent.map(Into::into),
        level,
        also: vec![],
        merged_into: None,
        outline: Vec::new(),
    }
}

fn office(code: &str, superior: Option<&str>, intake: &[&str]) -> Office {
    Office {
        code: code.into(),
        name: code.into(),
        name_en: code.into(),
        place: "990121".into(),
        superior: superior.map(Into::into),
        phone: String::new(),
        address: String::new(),
        hours: String::new(),
        duties: vec![Duty { category: "03".into(), places: Vec::new() }],
        intake_for: intake.iter().map(|place| (*place).to_owned()).collect(),
        supervising: code == "jw",
        successor: None,
    }
}

fn staff(number: u128, login: &str, office: &str) -> Staff {
    Staff {
        id: Uuid::from_u128(number),
        login: login.into(),
        name: login.into(),
        title: String::new(),
        office: office.into(),
        roles: vec![Role::Officer],
        place: None,
        active: true,
        email: None,
        deputy: None,
        away: None,
    }
}

fn county() -> Directory {
    let mut county = Directory::default();
    for place in [
        place("990121", None, PlaceLevel::County),
        place("990121100", Some("990121"), PlaceLevel::Township),
        place("990121100201", Some("990121100"), PlaceLevel::Village),
        place("990121100202", Some("990121100"), PlaceLevel::Village),
    ] {
        county.places.insert(place.code.clone(), place);
    }
    for office in
        [office("zf", None, &[]), office("xf", Some("zf"), &["990121"]), office("sw", Some("zf"), &[]), office("jw", None, &[])]
    {
        county.offices.insert(office.code.clone(), office);
    }
    for staff in [staff(1, "lin", "sw"), staff(2, "wei", "sw"), staff(3, "an", "xf")] {
        county.staff.insert(staff.id, staff);
    }
    county
}

fn no(county: &Directory, entry: impl Into<Entry>) -> (&'static str, String) {
    let refusal: Refusal = check(county, &RuleSet::builtin(), &entry.into()).expect_err("a rule says no");
    let field = refusal.facts.iter().find(|(name, _)| *name == "field").map(|(_, value)| value.clone());
    (refusal.code, field.unwrap_or_default())
}

impl From<Place> for Entry {
    fn from(place: Place) -> Self {
        Self::Place(place)
    }
}

impl From<Office> for Entry {
    fn from(office: Office) -> Self {
        Self::Office(office)
    }
}

impl From<Staff> for Entry {
    fn from(staff: Staff) -> Self {
        Self::Staff(staff)
    }
}

#[test]
fn what_stands_already_may_stand() {
    let county = county();
    let rules = RuleSet::builtin();
    for place in county.places.values() {
        check(&county, &rules, &Entry::Place(place.clone())).unwrap();
    }
    for office in county.offices.values() {
        check(&county, &rules, &Entry::Office(office.clone())).unwrap();
    }
    for staff in county.staff.values() {
        check(&county, &rules, &Entry::Staff(staff.clone())).unwrap();
    }
}

#[test]
fn a_place_stands_in_one_tree() {
    let county = county();
    let village = || place("990121100203", Some("990121100"), PlaceLevel::Village);
    let wrong = |code, field: &str| (code, field.to_owned());
    assert_eq!(no(&county, Place { code: "村".into(), ..village() }), wrong("place_code", "code"));
    assert_eq!(no(&county, Place { name: " ".into(), ..village() }), wrong("name_missing", "name"));
    assert_eq!(no(&county, place("990122", None, PlaceLevel::County)), wrong("second_root", "parent"));
    assert_eq!(no(&county, place("9901221", Some("990199"), PlaceLevel::Township)), wrong("place_parent", "parent"));
    assert_eq!(no(&county, place("990121100", Some("990121100201"), PlaceLevel::Township)), wrong("place_parent", "parent"));
    let merged = |code: &str, into: &str| Place { merged_into: Some(into.into()), ..county.places[code].clone() };
    assert_eq!(no(&county, merged("990121100201", "990121100201")), wrong("merge_target", "merged_into"));
    assert_eq!(no(&county, merged("990121100", "990121")), wrong("place_has_children", "merged_into"));
    check(&county, &RuleSet::builtin(), &merged("990121100201", "990121100202").into()).unwrap();
}

#[test]
fn an_office_has_a_place_a_superior_and_somebody_always_receives() {
    let county = county();
    let wrong = |code, field: &str| (code, field.to_owned());
    assert_eq!(no(&county, office("SW 1", None, &[])), wrong("office_code", "code"));
    assert_eq!(no(&county, Office { place: "1".into(), ..office("sw", None, &[]) }), wrong("place_unknown", "place"));
    assert_eq!(no(&county, office("zf", Some("sw"), &[])), wrong("superior_circle", "superior"));
    assert_eq!(no(&county, office("zf", Some("zf"), &[])), wrong("superior_circle", "superior"));
    assert_eq!(no(&county, office("zf", Some("no"), &[])), wrong("unknown_office", "superior"));
    assert_eq!(no(&county, office("xf", Some("zf"), &[])), wrong("root_without_intake", "intake_for"));
    let blind = Office { supervising: false, ..county.offices["jw"].clone() };
    assert_eq!(no(&county, blind), wrong("no_supervising_office", "supervising"));
    let ended = Office { successor: Some("sw".into()), ..county.offices["sw"].clone() };
    assert_eq!(no(&county, ended), wrong("merge_target", "successor"));
    let duty = Office { duties: vec![Duty { category: "77".into(), places: Vec::new() }], ..office("sw", None, &[]) };
    assert_eq!(no(&county, duty), wrong("unknown_category", "duties"));
}

#[test]
fn a_person_has_an_own_log_in_an_office_a_role_and_a_deputy_beside_them() {
    let county = county();
    let wrong = |code, field: &str| (code, field.to_owned());
    assert_eq!(no(&county, staff(9, "Lin!", "sw")), wrong("login_name", "login"));
    assert_eq!(no(&county, staff(9, "lin", "sw")), wrong("login_taken", "login"));
    assert_eq!(no(&county, staff(1, "lin", "no")), wrong("unknown_office", "office"));
    assert_eq!(no(&county, Staff { roles: Vec::new(), ..staff(1, "lin", "sw") }), wrong("role_missing", "roles"));
    for deputy in [1, 3, 77] {
        let away = Staff { deputy: Some(Uuid::from_u128(deputy)), ..staff(1, "lin", "sw") };
        assert_eq!(no(&county, away), wrong("deputy_unknown", "deputy"));
    }
    let days = Some(("2026-11-25".parse().unwrap(), "2026-11-24".parse().unwrap()));
    assert_eq!(no(&county, Staff { away: days, ..staff(1, "lin", "sw") }), wrong("days_turned", "away_until"));
    let fits = Staff { deputy: Some(Uuid::from_u128(2)), ..staff(1, "lin", "sw") };
    check(&county, &RuleSet::builtin(), &fits.into()).unwrap();
}

#[test]
fn an_office_that_takes_over_another_gets_its_duties_intake_people_and_offices_below() {
    let mut county = county();
    county.offices.insert("zhan".into(), office("zhan", Some("xf"), &["990121100"]));
    let (from, to) = (county.offices["xf"].clone(), county.offices["sw"].clone());
    for (entry, _) in absorb(&county, &from, &to, "merged") {
        check(&county, &RuleSet::builtin(), &entry).unwrap();
        match entry {
            Entry::Office(office) => drop(county.offices.insert(office.code.clone(), office)),
            Entry::Staff(staff) => drop(county.staff.insert(staff.id, staff)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(county.intake("990121100202").unwrap().code, "zhan");
    assert_eq!(county.intake("990121").unwrap().code, "sw");
    assert_eq!(county.acting("xf").unwrap().code, "sw");
    assert_eq!(county.offices["zhan"].superior.as_deref(), Some("sw"));
    assert_eq!(county.staff_of("sw").count(), 3);
    assert_eq!(county.offices["sw"].duties.len(), 1, "a duty that both had stands once");
}
