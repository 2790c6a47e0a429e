//! "Others have said this too": told of many only, joined without writing twice, and merged by a person.

use std::sync::Arc;

use appeals::appeal::{Command, Event};
use appeals::filing::{Filed, Form};
use appeals::find::Finder;
use appeals::joined::{Joined, of_place};
use appeals::likely;
use testkit::{Engine, county, on_both};

use crate::common::{self, Town};

on_both![
    what_many_said_of_one_place_is_told_from_ten_people_on,
    who_joins_has_a_matter_of_their_own_and_the_office_merges_with_one_press,
];

fn neighbour(number: usize) -> Form {
    let what = format!("第{number}户也没有水了");
    Form { what, mobile: format!("139{:08}", 20_000_000 + number), ..common::form(&format!("neighbour-{number}")) }
}

fn told(town: &Town, place: &'static str, category: &'static str) -> Option<Joined> {
    let now = town.world.now();
    town.world.read(move |tx, site| of_place(tx, site, now, (place, category))).unwrap()
}

/// A piece of work with so many people behind it.
fn work(town: &Town, people: usize) -> (Filed, Vec<Filed>) {
    let main = town.file(&neighbour(0)).unwrap();
    town.act("gu", &main, Command::Accept { category: "03".into() }).unwrap();
    let others: Vec<Filed> = (1..people).map(|number| town.file(&neighbour(number)).unwrap()).collect();
    town.merge(&main, &others);
    (main, others)
}

fn what_many_said_of_one_place_is_told_from_ten_people_on(engine: Engine) {
    let town = Town::new(engine);
    let (main, others) = work(&town, 9);
    let of_village = |category| told(&town, county::VILLAGE, category);
    assert_eq!(of_village("03"), None, "nine are too few");
    // who comes ten times is one, and what may be about those who serve the place is not counted
    let again = |n: usize| town.file(&Form { submit_key: format!("again-{n}"), ..neighbour(1) }).unwrap();
    town.merge(&main, &(0..10).map(again).collect::<Vec<_>>());
    let guarded = |n: usize, kind: &str, identity: &str| {
        let form = Form { kind: kind.into(), identity: identity.into(), ..neighbour(40 + n) };
        town.file(&form).unwrap()
    };
    town.merge(&main, &[guarded(0, "complaint", "named"), guarded(1, "help", "confidential")]);
    assert_eq!(of_village("03"), None);
    let tenth = town.file(&neighbour(9)).unwrap();
    town.merge(&main, [&tenth]);
    let joined = of_village("03").unwrap();
    assert_eq!((joined.main, joined.people, joined.more, joined.subject.as_str()), (main.matter, 10, false, "03"));
    assert!(of_village("030101").is_some(), "whatever is below it");
    assert_eq!((of_village("04"), told(&town, county::TOWNSHIP, "03")), (None, None), "another subject, another place");
    town.act("gu", &others[3], Command::Unmerge).unwrap();
    assert_eq!(of_village("03"), None, "taken apart, they are too few again");
    town.merge(&main, [&others[3]]);
    assert!(of_village("03").is_some());
    town.act("gu", &main, Command::Sort { to: "030102".into(), said: None }).unwrap();
    assert_eq!(of_village("03"), None, "once it is sorted, it is told as what it is");
    assert_eq!(of_village("030101").map(|joined| joined.subject).as_deref(), Some("0301"));
    assert_eq!(of_village("030201"), None, "no power is not no water");
    town.act("gu", &main, common::reply()).unwrap();
    assert_eq!(of_village("030101"), None, "what is answered is joined by nobody");
    // a complaint with many behind it stays what it is
    let town = Town::new(engine);
    let main = town.file(&Form { kind: "complaint".into(), ..neighbour(0) }).unwrap();
    town.act("gu", &main, Command::Accept { category: "03".into() }).unwrap();
    town.merge(&main, &(1..15).map(|n| town.file(&neighbour(n)).unwrap()).collect::<Vec<_>>());
    assert_eq!(told(&town, county::VILLAGE, "03"), None);
}

fn who_joins_has_a_matter_of_their_own_and_the_office_merges_with_one_press(engine: Engine) {
    let town = Town::new(engine);
    let (main, _) = work(&town, 12);
    let file = |key: &str, joins: &str, kind: &str| {
        let form =
            Form { what: "我也是".into(), joins: joins.into(), kind: kind.into(), submit_key: key.into(), ..neighbour(70) };
        town.file(&form).unwrap()
    };
    let own = file("own", "03", "help");
    assert!(own.number != main.number && !own.receipt.contains(&main.number), "no other matter is named");
    let joins = |filed: &Filed| {
        let matter = filed.matter;
        let loaded = town.world.read(move |tx, site| appeals::store::load(tx, site, matter)).unwrap().unwrap();
        loaded.events.iter().find_map(|(_, event)| if let Event::Filed(filing) = event { filing.joins.clone() } else { None })
    };
    assert_eq!(joins(&own).as_deref(), Some("03"));
    assert_eq!(joins(&file("odd", "x' or 1", "help")), None, "what is no category is left out");
    let none = Arc::new(Finder::at(""));
    let look = |login: &str, words: Option<&'static str>| {
        let (none, who, state) = (Arc::clone(&none), common::who(login), town.state(&own));
        town.world.read(move |tx, site| likely::find(tx, (site, &none), &who, (&state, words))).unwrap().rows
    };
    let rows = look("gu", Some("我也是"));
    assert!(rows[0].joined && rows[0].proposed && rows[0].state.number == main.number, "{rows:?}");
    assert!(rows[1..].iter().all(|one| !one.joined));
    assert!(look("gu", None).iter().all(|one| !one.joined), "what the resident says is read with the words only");
    assert!(look("wei", Some("我也是")).is_empty());
    assert_eq!(town.state(&own).merged_into, None, "a person decides");
    town.merge(&main, [&own]);
    town.act("gu", &main, common::reply()).unwrap();
    assert_eq!(town.state(&own).replies.len(), 1, "and everybody gets an answer of their own");
}
