//! Finding by words: for everybody exactly what they may read, at every moment, and nothing of what is gone.

use std::collections::BTreeSet;

use appeals::appeal::Command;
use appeals::filing::{Filed, Form};
use appeals::find::{Finder, Found, Narrow, Progress, Question, ask};
use appeals::likely::{self, Likely, Nearness};
use appeals::{erase, store};
use civic::permit::{Act, Who, may};
use civic::refusal::No;
use civic::second::{self, Deed};
use jiff::ToSpan;
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
    what_is_alike_is_shown_with_its_reasons_and_to_nobody_who_may_not_read_it,
    many_tellings_of_one_work_are_one_row_and_can_be_taken_apart,
    who_comes_again_is_known_to_the_same_office_with_the_same_thing_only,
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

    /// What this person is told is like a matter whose words they have open.
    fn likely(&self, login: &str, filed: &Filed, what: &str) -> likely::Found {
        let (finder, who, state, what) = (Arc::clone(&self.finder), common::who(login), self.town.state(filed), what.to_owned());
        self.town
            .world
            .read(move |tx, site| likely::find(tx, (site, &finder), &who, (&state, Some(&what))))
            .expect("the look succeeds")
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

const PIPE: &str = "村口的水管漏了三天，没人来修";

fn told(rows: &[Likely]) -> Vec<String> {
    rows.iter().map(|one| one.state.number.clone()).collect()
}

/// Files the same thing in other ways, and other things.
fn neighbours(searched: &Searched) -> [Filed; 4] {
    let file = |key: &str, what: &str, form: Form| {
        searched.town.world.clock.advance(1.seconds());
        searched.town.file(&Form { what: what.into(), submit_key: key.into(), ..form }).unwrap()
    };
    let other = |mobile: &str| Form { mobile: mobile.into(), ..common::form("") };
    for number in 0..9 {
        file(
            &format!("lamp-{number}"),
            &format!("小学门口第{number}盏路灯坏了，晚上很黑"),
            other(&format!("1390000100{number}")),
        );
    }
    [
        file("pipe", "村口水管一直在漏，三天了没人修", other("13900002000")),
        file("town", "镇上的水管漏水好几天，没人来修", Form { place: county::TOWNSHIP.into(), ..other("13900002001") }),
        file("guarded", "村口的水管漏了，村里没人来修", Form { kind: "complaint".into(), ..other("13900002002") }),
        file("county", PIPE, Form { place: String::new(), ..other("13900002003") }),
    ]
}

fn what_is_alike_is_shown_with_its_reasons_and_to_nobody_who_may_not_read_it(engine: Engine) {
    let searched = Searched::new(engine);
    let town = &searched.town;
    let all = neighbours(&searched);
    let [pipe, wide, guarded, county] = &all;
    let accused = room::accuse(town, "key-y", PIPE);
    let here = searched.file("here", PIPE);
    searched.follow();
    let found = searched.likely("gu", &here, PIPE);
    assert_eq!(told(&found.rows), [&guarded.number, &wide.number, &pipe.number].map(Clone::clone), "{:?}", found.rows);
    let first = &found.rows[0];
    assert_eq!((first.reasons.near, first.reasons.days, first.reasons.kind), (Some(Nearness::Same), 0, false));
    assert!(first.reasons.shared.contains(&"没人来修".to_owned()) && first.proposed, "{first:?}");
    assert_eq!(found.rows[1].reasons.near, Some(Nearness::Within));
    assert!(found.rows.windows(2).all(|two| two[0].points >= two[1].points) && !found.elsewhere);
    town.declare_relative("qiao", "13900002000");
    searched.follow();
    let directory = town.world.hall.site.directory();
    let own = town.state(&here);
    for staff in directory.staff.values() {
        let who = common::who(&staff.login);
        let reads = |filed: &Filed| may(&directory, &who, Act::ReadPersonal, &town.state(filed).subject()).is_ok();
        let holds = staff.office == own.owner && reads(&here);
        let expected: BTreeSet<String> =
            [pipe, wide, guarded].into_iter().filter(|filed| holds && reads(filed)).map(|filed| filed.number.clone()).collect();
        let found = searched.likely(&staff.login, &here, PIPE);
        assert_eq!(BTreeSet::from_iter(told(&found.rows)), expected, "{}", staff.login);
        assert!(!told(&found.rows).iter().any(|number| [&county.number, &accused.number].contains(&number)));
    }
    // who wants no machine to read it is compared by clear columns alone, and is found by no text
    let shy = town.file(&Form { what: PIPE.into(), unread: true, ..common::form("shy") }).unwrap();
    searched.follow();
    assert!(searched.likely("gu", &shy, PIPE).rows.iter().all(|one| one.reasons.text == 0.0 && !one.proposed && !one.again));
    assert!(!told(&searched.likely("gu", &here, PIPE).rows).contains(&shy.number));
    // a name or a number is nothing that matters are alike by
    let named = "我叫欧阳槐序，电话13955550000，想问低保";
    searched.file("name-1", "联系人：欧阳槐序，手机13955550000。狗叫得睡不着");
    let asked = searched.file("name-2", named);
    searched.follow();
    assert!(searched.likely("gu", &asked, named).rows.is_empty());
    assert_eq!(searched.words("gu", "欧阳槐序").total, 2, "who looks for the name finds both");
}

fn many_tellings_of_one_work_are_one_row_and_can_be_taken_apart(engine: Engine) {
    let searched = Searched::new(engine);
    let town = &searched.town;
    let [pipe, wide, ..] = neighbours(&searched);
    town.merge(&pipe, [&wide]);
    let what = "镇上的水管漏水好几天，没人来修，请快一点";
    let here = town.file(&Form { what: what.into(), place: county::TOWNSHIP.into(), ..common::form("here") }).unwrap();
    searched.follow();
    let found = searched.likely("gu", &here, what).rows;
    assert_eq!(told(&found)[0], pipe.number, "the work stands there, by the words of whoever said it most alike");
    assert!(!told(&found).contains(&wide.number));
    assert!(found[0].reasons.shared.iter().any(|words| words.contains("好几天")), "{:?}", found[0].reasons);
    town.act("gu", &wide, Command::Unmerge).unwrap();
    searched.follow();
    let found = searched.likely("gu", &here, what).rows;
    assert_eq!(told(&found)[0], wide.number, "taken apart, each stands by itself");
    town.merge(&wide, [&here]);
    searched.follow();
    assert!(searched.likely("gu", &here, what).rows.is_empty(), "what is merged is not looked at again");
}

fn who_comes_again_is_known_to_the_same_office_with_the_same_thing_only(engine: Engine) {
    let searched = Searched::new(engine);
    let town = &searched.town;
    neighbours(&searched);
    let with = |key: &str, what: &str, identity: &str, place: &str| {
        let form = Form { what: what.into(), identity: identity.into(), place: place.into(), ..common::form(key) };
        town.file(&form).unwrap()
    };
    let before = with("before", "村口的水管又漏了三天，还是没人来修", "named", county::VILLAGE);
    let other = with("other", "想问问今年的低保哪天发", "named", county::VILLAGE);
    let hidden = with("hidden", "村口的水管漏了三天，没人来修，不敢说名字", "confidential", county::VILLAGE);
    let elsewhere = with("elsewhere", PIPE, "named", "");
    let here = with("here", PIPE, "named", county::VILLAGE);
    searched.follow();
    let found = searched.likely("gu", &here, PIPE);
    let again: Vec<String> = told(&found.rows.iter().filter(|one| one.again).cloned().collect::<Vec<_>>());
    assert_eq!(again, std::slice::from_ref(&before.number), "who told it in confidence is not given away");
    assert_eq!(told(&found.rows)[0], before.number);
    assert!(!told(&found.rows).iter().any(|number| [&other.number, &elsewhere.number].contains(&number)));
    assert!(told(&found.rows).contains(&hidden.number) && !found.elsewhere);
    // the other office called this one in and answered: that there is an answer is all that is said of it
    town.act("an", &elsewhere, Command::Accept { category: "03".into() }).unwrap();
    town.act("an", &elsewhere, Command::CallIn { offices: vec![county::TOWNSHIP_OFFICE.into()], words: "请一起看".into() })
        .unwrap();
    town.act("an", &elsewhere, reply()).unwrap();
    searched.follow();
    let found = searched.likely("gu", &here, PIPE);
    assert!(found.elsewhere && !told(&found.rows).contains(&elsewhere.number), "{:?}", told(&found.rows));
}
