//! Finding by words: for everybody exactly what they may read, at every moment, and nothing of what is gone.

use std::collections::BTreeSet;

use appeals::appeal::Command;
use appeals::filing::{Filed, Form};
use appeals::find::{Finder, Found, Narrow, Progress, Question, ask};
use appeals::{erase, store};
use civic::permit::{Act, Who, may};
use civic::refusal::No;
use civic::second::{self, Deed};
use std::sync::Arc;
use tempfile::TempDir;
use testkit::{Engine, county, on_both};

use crate::common::{self, Town, reply};
use crate::room;

on_both![
    everybody_finds_exactly_what_they_may_read,
    what_changed_is_left_out_until_the_index_knows_it,
    what_was_erased_is_gone_at_once_and_from_the_files,
    an_index_goes_on_after_a_death_and_fills_itself_when_it_was_deleted,
    a_search_is_narrowed_by_state_office_place_and_day,
];

/// A town with an index.
struct Searched {
    town: Town,
    folder: TempDir,
    finder: Arc<Finder>,
}

impl Searched {
    fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let finder = Arc::new(Finder::at(folder.path().join("search")));
        Self { town: Town::new(engine), folder, finder }
    }

    fn follow(&self) {
        while self.finder.step(&self.town.world.hall).unwrap().more {}
    }

    fn file(&self, key: &str, what: &str) -> Filed {
        self.town.file(&Form { what: what.into(), ..common::form(key) }).unwrap()
    }

    fn found(&self, login: &str, question: Question) -> Found {
        let person = Arc::new(self.town.world.hall.site.directory().staff[&county::staff_id(login)].clone());
        let (finder, now) = (Arc::clone(&self.finder), self.town.world.now());
        let found = self.town.world.read(move |tx, site| ask(tx, site, (&finder, &person, now), &question)).unwrap();
        found.expect("the index is ready")
    }

    fn words(&self, login: &str, words: &str) -> Found {
        self.found(login, Question { phrases: vec![words.to_owned()], ..Question::default() })
    }

    /// Every file of the index.
    fn bytes(&self) -> Vec<Vec<u8>> {
        let files = std::fs::read_dir(self.folder.path().join("search/files")).unwrap();
        files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }
}

fn numbers(found: &Found) -> BTreeSet<String> {
    found.rows.iter().map(|row| row.number.clone()).collect()
}

fn everybody_finds_exactly_what_they_may_read(engine: Engine) {
    let searched = Searched::new(engine);
    let town = &searched.town;
    let kinds = ["help", "complaint", "suggestion", "help"];
    let mut filed = Vec::new();
    for (at, kind) in kinds.iter().enumerate() {
        let identity = if at == 3 { "confidential" } else { "named" };
        let form = Form { kind: (*kind).into(), identity: identity.into(), ..common::form(&format!("key-{at}")) };
        filed.push(town.file(&form).unwrap());
    }
    let other = searched.file("key-x", "路灯的电费谁来付");
    town.act("gu", &filed[0], Command::Accept { category: "14".into() }).unwrap();
    town.act("gu", &other, Command::Accept { category: "14".into() }).unwrap();
    town.act("gu", &other, reply()).unwrap();
    let accused = room::accuse(town, "key-y", "村口的路灯款被村主任装进了自己口袋");
    searched.follow();
    town.declare_relative("qiao", "13900000001");
    searched.follow();
    let directory = town.world.hall.site.directory();
    let mut sums = BTreeSet::new();
    for staff in directory.staff.values() {
        let who = Who::Staff { id: staff.id, session: uuid::Uuid::nil() };
        let readable = filed
            .iter()
            .chain([&other])
            .filter(|filed| may(&directory, &who, Act::ReadPersonal, &town.state(filed).subject()).is_ok());
        let expected: BTreeSet<String> = readable.map(|filed| filed.number.clone()).collect();
        let found = searched.words(&staff.login, "路灯");
        assert_eq!((found.total, numbers(&found)), (expected.len() as u64, expected.clone()), "{}", staff.login);
        assert!(found.facets.iter().all(|values| values.iter().map(|(_, count)| count).sum::<u64>() <= found.total));
        assert!(found.shown.iter().all(|shown| shown.as_ref().is_some_and(|shown| shown.parts.iter().any(|part| part.found))));
        assert!(!numbers(&found).contains(&accused.number));
        sums.insert(found.total);
    }
    assert!(sums.contains(&0) && sums.contains(&5) && sums.len() > 2, "{sums:?}");
    assert_eq!(searched.words("qiao", "路灯").total, 0, "a relative's matters do not exist");
    assert_eq!(searched.words("gu", "自己口袋").total, 0, "an accusation is in no index");
    assert_eq!(searched.words("gu", "13900000001").total, 0, "nobody is found by a number");
    assert_eq!(searched.words("gu", "线路接头").total, 1, "answers are found too");
}

fn what_changed_is_left_out_until_the_index_knows_it(engine: Engine) {
    let searched = Searched::new(engine);
    let filed = searched.file("key-1", "桥头的井盖不见了");
    searched.follow();
    assert_eq!(searched.words("gu", "井盖").total, 1);
    let other = searched.file("key-2", "井盖响了一夜");
    searched.town.act("gu", &filed, Command::Accept { category: "14".into() }).unwrap();
    assert_eq!(searched.words("gu", "井盖").total, 0, "both changed, and neither is answered for");
    searched.follow();
    assert_eq!(numbers(&searched.words("gu", "井盖")), BTreeSet::from([filed.number.clone(), other.number]));
    // a matter that went to another office is not found here for one moment
    searched.town.abolish(&searched.town.state(&filed).owner, county::WATER);
    assert_eq!(searched.words("gu", "井盖").total, 0);
    searched.follow();
    assert!(searched.finder.progress() == Progress::Ready);
}

fn what_was_erased_is_gone_at_once_and_from_the_files(engine: Engine) {
    let searched = Searched::new(engine);
    let town = &searched.town;
    let (filed, other) = (searched.file("key-1", "槐花岭的第三盏灯"), searched.file("key-2", "槐花岭的第四盏灯"));
    town.resident(&filed, Command::AskWithdraw { words: "不用了".into() }).unwrap();
    town.world.clock.days(4);
    town.tick();
    searched.follow();
    assert_eq!(searched.words("gu", "槐花岭").total, 2);
    let (matter, [first, second]) = (filed.matter, ["meng", "yan"].map(county::staff_id));
    town.world
        .write(move |tx, site, (now, chance)| {
            let subject = matter.to_string();
            let asked = second::ask(tx, site, (now, &mut *chance), first, (Deed::Erase, &subject, "asked"))?;
            let agreed = second::agree(tx, site, now, second, (asked.id, Deed::Erase))?;
            erase::erase(tx, site, (now, chance), &agreed)
        })
        .map_err(|no: No| no.to_string())
        .unwrap();
    assert_eq!(numbers(&searched.words("gu", "槐花岭")), BTreeSet::from([other.number.clone()]), "before the index heard of it");
    erase::finish(&town.world.hall).unwrap();
    searched.follow();
    assert_eq!(numbers(&searched.words("gu", "槐花岭")), BTreeSet::from([other.number.clone()]));
    let before = searched.bytes();
    assert!((0..50).any(|_| searched.finder.purge().unwrap()), "the files are written anew");
    assert_ne!(searched.bytes(), before);
    assert!(!searched.finder.purge().unwrap(), "and only once");
    assert_eq!(numbers(&searched.words("gu", "槐花岭")), BTreeSet::from([other.number]));
    assert!(town.world.read(move |tx, site| store::load(tx, site, matter)).unwrap().is_none());
}

fn an_index_goes_on_after_a_death_and_fills_itself_when_it_was_deleted(engine: Engine) {
    let mut searched = Searched::new(engine);
    for at in 0..40 {
        searched.file(&format!("key-{at}"), &format!("第{at}户反映水压低"));
    }
    searched.follow();
    let again = |searched: &mut Searched| {
        searched.finder = Arc::new(Finder::at(searched.folder.path().join("search")));
    };
    again(&mut searched);
    searched.file("key-x", "又有一户水压低");
    searched.follow();
    assert_eq!(searched.words("gu", "水压低").total, 41);
    let page = searched.words("gu", "水压低");
    let next = searched.found("gu", Question { phrases: vec!["水压低".into()], after: page.next, ..Question::default() });
    assert_eq!((page.rows.len(), next.rows.len(), numbers(&page).is_disjoint(&numbers(&next))), (20, 20, true));
    // one of its files is gone, then all of them, then the key
    for gone in ["search/files/meta.json", "search", "search/key"] {
        searched.finder = Arc::new(Finder::at(searched.folder.path().join("nowhere")));
        let gone = searched.folder.path().join(gone);
        if gone.is_dir() {
            std::fs::remove_dir_all(gone).unwrap();
        } else {
            std::fs::remove_file(gone).unwrap();
        }
        again(&mut searched);
        searched.follow();
        assert_eq!(searched.words("gu", "水压低").total, 41);
    }
}

fn a_search_is_narrowed_by_state_office_place_and_day(engine: Engine) {
    let searched = Searched::new(engine);
    let filed = searched.file("key-1", "水压低");
    searched.town.world.clock.days(40);
    searched.town.tick();
    let fresh = searched.file("key-2", "水压低");
    searched.follow();
    let with = |narrow: Narrow| numbers(&searched.found("gu", Question { narrow, ..Question::default() }));
    let (old, new) = (BTreeSet::from([filed.number.clone()]), BTreeSet::from([fresh.number.clone()]));
    assert_eq!(with(Narrow { late: true, ..Narrow::default() }), old);
    let today = searched.town.world.hall.site.day(searched.town.world.now());
    assert_eq!(with(Narrow { from: Some(today), ..Narrow::default() }), new);
    assert_eq!(with(Narrow { to: today.yesterday().ok(), ..Narrow::default() }), old);
    let owner = searched.town.state(&fresh).owner;
    assert_eq!(with(Narrow { offices: vec![owner], ..Narrow::default() }).len(), 2);
    assert_eq!(with(Narrow { offices: vec![county::WATER.into()], ..Narrow::default() }).len(), 0);
    assert_eq!(with(Narrow { places: vec![county::VILLAGE.into()], ..Narrow::default() }).len(), 2);
    assert_eq!(with(Narrow { open: Some(false), ..Narrow::default() }).len(), 0);
    assert_eq!(with(Narrow { kinds: vec!["help".into()], ..Narrow::default() }).len(), 2);
}
