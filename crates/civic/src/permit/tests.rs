use std::fmt::Write;

use uuid::Uuid;

use super::*;
use crate::directory::{Office, Place, Relation as Kinship, Relative, Role, Staff};

fn office(code: &str, superior: Option<&str>) -> Office {
    serde_json::from_value(serde_json::json!({
        "code": code, "name": code, "name_en": code, "place": "990121", "superior": superior,
        "phone": "", "address": "", "hours": ""
    }))
    .unwrap()
}

fn directory(role: Role) -> (Directory, Who) {
    let mut directory = Directory::default();
    for (code, superior) in [("own", None), ("below", Some("own")), ("other", None)] {
        directory.offices.insert(code.into(), office(code, superior));
    }
    let id = Uuid::from_u128(7);
    let staff = Staff {
        id,
        login: "x".into(),
        name: "x".into(),
        title: "x".into(),
        office: "own".into(),
        roles: vec![role],
        place: None,
        active: true,
        email: None,
        deputy: None,
        away: None,
    };
    directory.staff.insert(id, staff);
    (directory, Who::Staff { id, session: Uuid::nil() })
}

fn subject(relation: Relation) -> Subject {
    let mut subject =
        Subject { matter: Uuid::from_u128(1), owner: "other".into(), handler: Some(Uuid::from_u128(7)), ..Subject::default() };
    match relation {
        Relation::Holder => subject.owner = "own".into(),
        Relation::Invited => subject.invited.push("own".into()),
        Relation::Reviewer => subject.reviewer = Some("own".into()),
        Relation::Superior => subject.owner = "below".into(),
        Relation::Former => subject.former.push("own".into()),
        Relation::Unrelated => {}
    }
    subject
}

/// The matrix a person can read: one line an act, one column a role, the letters of the relations that may.
#[test]
fn the_matrix_of_roles_and_acts_is_as_committed() {
    let mut text = String::from("H holder, I invited, R reviewer, S superior office, F former holder, U unrelated\n\n");
    for act in Act::ALL {
        let _ = write!(text, "{:22}", act.code());
        for role in Role::ALL {
            let (directory, who) = directory(role);
            let letters: String = Relation::ALL
                .iter()
                .zip("HIRSFU".chars())
                .filter(|(relation, _)| may(&directory, &who, *act, &subject(**relation)).is_ok())
                .map(|(_, letter)| letter)
                .collect();
            let cell = if letters.is_empty() { "-".to_owned() } else { letters };
            let _ = write!(text, " {}={cell}", role.code());
        }
        text.push('\n');
    }
    insta::assert_snapshot!("matrix", text);
}

#[test]
fn whoever_is_close_to_the_person_is_kept_out_of_every_act() {
    for role in Role::ALL {
        let (mut directory, who) = directory(role);
        let Who::Staff { id, .. } = who else { unreachable!() };
        directory.relatives.push(Relative {
            id: Uuid::nil(),
            staff: id,
            relation: Kinship::Sibling,
            contact: "abcd".into(),
            active: true,
        });
        for relation in Relation::ALL {
            let close = Subject { contacts: vec!["abcd".into()], ..subject(relation) };
            for act in Act::ALL {
                let answer = may(&directory, &who, *act, &close);
                assert_eq!(answer.unwrap_err().code, "recused", "{role:?} {act:?} {relation:?}");
            }
        }
    }
}

#[test]
fn no_role_reaches_an_act_of_residents_and_no_resident_reaches_an_act_of_staff() {
    let (directory, _) = directory(Role::Officer);
    let resident = Who::Resident { matter: Uuid::from_u128(1) };
    let stranger = Who::Resident { matter: Uuid::from_u128(2) };
    let own = subject(Relation::Holder);
    for act in Act::ALL {
        assert_eq!(may(&directory, &resident, *act, &own).is_ok(), act.is_for_residents(), "{act:?}");
        assert!(may(&directory, &stranger, *act, &own).is_err());
        assert_eq!(grants(*act).is_empty(), act.is_for_residents());
    }
}

/// What the index asks is what the permit says, for every role, every way an office may stand to a matter, several of them at
/// once, guarded or not, at one's own place or not.
#[test]
fn a_reach_holds_what_the_permit_allows() {
    use crate::directory::{Place, PlaceLevel};
    let place = |code: &str, parent: Option<&str>| Place {
        code: code.into(),
        name: code.into(),
        name_en: code.into(),
        parent: parent.map(Into::into),
        level: PlaceLevel::Village,
        also: vec![],
        merged_into: None,
        outline: Vec::new(),
    };
    let mut held = [0, 0];
    for (first, second) in Role::ALL.iter().flat_map(|one| Role::ALL.iter().map(move |two| (*one, *two))) {
        let (mut directory, who) = directory(first);
        for (code, parent) in [("99", None), ("9901", Some("99")), ("9902", Some("99"))] {
            directory.places.insert(code.into(), place(code, parent));
        }
        let Who::Staff { id, .. } = who else { unreachable!() };
        let staff = directory.staff.get_mut(&id).unwrap();
        staff.roles.push(second);
        staff.place = Some("9901".into());
        let staff = staff.clone();
        // each bit is one thing that may be so
        for bits in 0_u32..1024 {
            let bit = |at: u32| bits & (1 << at) != 0;
            let subject = Subject {
                matter: Uuid::from_u128(1),
                owner: ["other", "own", "below", "other"][(bits & 3) as usize].into(),
                invited: if bit(2) { vec!["other".into(), "own".into()] } else { vec![] },
                former: if bit(3) { vec!["own".into()] } else { vec![] },
                reviewer: bit(4).then(|| "own".into()),
                judge: bit(9).then(|| "own".into()),
                contacts: vec![],
                place: bit(5).then(|| if bit(6) { "9901".into() } else { "9902".into() }),
                handler: bit(7).then_some(id),
                guarded: bit(8),
            };
            for act in [Act::See, Act::ReadPersonal] {
                let may = may(&directory, &who, act, &subject).is_ok();
                assert_eq!(reach(&directory, &staff, act).holds(&subject), may, "{first:?} {second:?} {act:?} {subject:?}");
                held[usize::from(may)] += 1;
            }
        }
    }
    assert!(held.iter().all(|count| *count > 10_000), "{held:?}");
}

#[test]
fn a_delegate_may_follow_and_supplement_but_not_withdraw_or_rate() {
    let (directory, _) = directory(Role::Officer);
    let delegate = Who::Delegate { matter: Uuid::from_u128(1) };
    let own = subject(Relation::Holder);
    assert!(may(&directory, &delegate, Act::Supplement, &own).is_ok());
    for act in [Act::AskWithdraw, Act::Rate, Act::NameDelegate] {
        assert_eq!(may(&directory, &delegate, act, &own).unwrap_err().code, "only_in_person");
    }
}

#[test]
fn an_account_that_was_closed_may_nothing_at_once() {
    let (mut directory, who) = directory(Role::Leader);
    directory.staff.values_mut().for_each(|staff| staff.active = false);
    assert_eq!(may(&directory, &who, Act::See, &subject(Relation::Holder)).unwrap_err().code, "account_closed");
}

/// A complaint told in confidence about a village must not reach the cadre of that village, who may be the one it is about.
#[test]
fn roles_bound_to_a_place_reach_their_place_and_never_what_is_guarded() {
    let place = |code: &str, parent: Option<&str>| -> Place {
        serde_json::from_value(serde_json::json!({"code": code, "name": code, "name_en": code, "parent": parent,
            "level": if parent.is_some() { "village" } else { "township" }}))
        .unwrap()
    };
    for role in [Role::VillageCadre, Role::GridWorker, Role::Mediator] {
        let (mut directory, who) = directory(role);
        for (code, parent) in [("town", None), ("here", Some("town")), ("there", Some("town"))] {
            directory.places.insert(code.into(), place(code, parent));
        }
        directory.staff.values_mut().for_each(|staff| staff.place = Some("here".into()));
        let at = |place: Option<&str>| Subject { place: place.map(str::to_owned), handler: None, ..subject(Relation::Holder) };
        let reads = |subject: &Subject| may(&directory, &who, Act::ReadPersonal, subject).is_ok();
        let sees = |subject: &Subject| may(&directory, &who, Act::See, subject).is_ok();
        assert_eq!(sees(&at(Some("here"))), sees(&subject(Relation::Holder)), "{role:?}");
        assert!(sees(&at(Some("here"))));
        for far in [at(Some("there")), at(Some("town")), at(None)] {
            assert!(!sees(&far) && !reads(&far), "{role:?} {far:?}");
        }
        for handler in [None, Some(Uuid::from_u128(7))] {
            let guarded = Subject { guarded: true, handler, ..at(Some("here")) };
            assert!(!sees(&guarded) && !reads(&guarded));
            assert_eq!(may(&directory, &who, Act::See, &guarded).unwrap_err().code, "guarded_matter");
        }
    }
}

#[test]
fn a_leader_rules_over_offices_below_and_over_no_others() {
    let (directory, who) = directory(Role::Leader);
    for relation in Relation::ALL {
        assert_eq!(may(&directory, &who, Act::Arbitrate, &subject(relation)).is_ok(), relation == Relation::Superior);
    }
}

/// Guard rule E16: no decision without a person. What time does by itself goes through no permit and is tested apart.
#[test]
fn time_alone_has_no_permit() {
    let (directory, _) = directory(Role::Leader);
    for act in Act::ALL {
        for relation in Relation::ALL {
            assert!(may(&directory, &Who::Anyone, *act, &subject(relation)).is_err(), "{act:?}");
        }
    }
}
