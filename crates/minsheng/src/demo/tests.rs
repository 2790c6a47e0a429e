//! A filled demo: it keeps every rule of the real thing and shows every state.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use appeals::appeal::{Event, Identity, Kind, Stage, State};
use appeals::store;
use civic::clock::Clock;
use civic::hall::{self, Place};
use civic::rules::RuleSet;
use civic::vault::KeyFiles;
use db::Target;

use super::*;

struct Fixed(Timestamp);

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Is a demo of its own, filled at an instant.
struct Demo {
    hall: Hall,
    now: Timestamp,
    samples: Vec<sample::Sample>,
    _folder: tempfile::TempDir,
}

impl Demo {
    fn at(instant: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        let supervisor = age::x25519::Identity::generate().to_public().to_string();
        KeyFiles::at(&keys).make(&supervisor, &mut Chance::seed_from_u64(1)).unwrap();
        let place = Place {
            data: Target::Sqlite(folder.path().join("minsheng.db")),
            keystore: Target::Sqlite(folder.path().join("keys.db")),
            keys: &keys,
            guards: Some([hall::GUARDS, &[appeals::GUARDS, forum::GUARDS, oversight::GUARDS]].concat().leak()),
        };
        let now: Timestamp = instant.parse().unwrap();
        let migrations = [
            hall::MIGRATIONS,
            appeals::MIGRATIONS,
            forum::MIGRATIONS,
            insight::MIGRATIONS,
            oversight::MIGRATIONS,
            channels::MIGRATIONS,
        ]
        .concat();
        let hall = Hall::open(&place, testkit::county::site(), RuleSet::builtin(), &migrations, (Arc::new(Fixed(now)), [7; 32]))
            .unwrap();
        let mut last = (0, 0);
        let samples = fill(&hall, now, &mut |done, total| last = (done, total)).unwrap();
        assert!(last.0 == last.1 && last.0 > 1_500, "{last:?}");
        Self { hall, now, samples, _folder: folder }
    }

    /// Loads every matter with its events.
    fn matters(&self) -> Vec<(Arc<State>, Vec<Event>)> {
        let site = Arc::clone(&self.hall.site);
        let all = self.hall.store.read_blocking(move |tx| {
            let ids = tx.rows("select id from matter where jurisdiction = $1 order by id", db::params![site.jurisdiction])?;
            let load = |row: &db::Row| {
                let loaded = store::load(tx, &site, row.get("id")?)?.expect("a matter of the list is there");
                Ok((loaded.state, loaded.events.iter().map(|(_, event)| event.clone()).collect()))
            };
            ids.iter().map(load).collect::<Result<Vec<_>, Fault>>()
        });
        all.unwrap()
    }
}

/// Cuts a text into runs of three characters.
fn shingles(text: &str) -> BTreeSet<[char; 3]> {
    let chars: Vec<char> = text.chars().collect();
    chars.windows(3).map(|run| [run[0], run[1], run[2]]).collect()
}

#[test]
fn a_filled_demo_shows_every_state_and_no_two_matters_read_alike() {
    shows_everything(&Demo::at("2026-11-24T06:30:00Z"));
}

fn shows_everything(demo: &Demo) {
    let matters = demo.matters();
    assert!((380..=420).contains(&matters.len()), "{}", matters.len());
    let mut texts: Vec<(BTreeSet<[char; 3]>, String)> = Vec::new();
    for (state, events) in &matters {
        let Some(Event::Filed(filing)) = events.first() else { panic!("{} has no filing", state.number) };
        let shingles = shingles(&filing.what);
        for (other, text) in &texts {
            let shared = shingles.intersection(other).count() * 3;
            assert!(shared < shingles.union(other).count(), "{} reads like {text}", filing.what);
        }
        texts.push((shingles, filing.what.clone()));
    }
    let count = |what: fn(&State) -> bool| matters.iter().filter(|(state, _)| what(state)).count();
    for stage in Stage::ALL {
        let found = matters.iter().filter(|(state, _)| state.stage == *stage).count();
        assert!(found > 0 || *stage == Stage::Accepted, "nothing is {}", stage.code());
    }
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Accusation) {
        assert!(matters.iter().filter(|(state, _)| state.kind == *kind).count() >= 10, "{}", kind.code());
    }
    let open = count(State::is_open);
    assert!((60..=220).contains(&open), "{open} are open");
    assert!(count(|state| state.danger) >= 8 && count(|state| state.merged_into.is_some()) >= 15);
    assert!(count(|state| state.disputed) >= 1 && count(|state| state.arbitrated) >= 2 && count(|state| state.returns == 2) >= 1);
    assert!(count(|state| state.extended) >= 2);
    assert!(count(|state| state.withdraw_until.is_some() && state.is_open()) >= 1);
    assert!(count(|state| state.pending_review().is_some()) >= 1 && count(|state| state.review.is_some()) >= 3);
    assert!(count(|state| !state.whistles.is_empty()) >= 3 && count(|state| !state.co_handlers.is_empty()) >= 3);
    assert!(count(|state| !state.referrals.is_empty()) >= 1 && count(|state| state.delegate) >= 1);
    assert!(count(|state| state.identity == Identity::Anonymous) >= 5);
    assert!(count(|state| state.identity == Identity::Confidential) >= 15);
    assert!(count(|state| state.rating.is_some_and(|rating| rating.grade <= 2)) >= 8);
    let today = demo.hall.site.day(demo.now);
    let due = |days: std::ops::RangeInclusive<i32>| {
        let within = |state: &State| days.contains(&today.until(state.due.due.last).map_or(99, |span| span.get_days()));
        matters.iter().filter(|(state, _)| state.owes_reply() && within(state)).count()
    };
    assert!(due(-60..=-1) >= 5, "{} are overdue", due(-60..=-1));
    let calendar = demo.hall.site.calendar();
    assert!(due(0..=0) >= 1 || !calendar.is_working(today), "nothing is due today");
    assert!(due(1..=9) >= 3, "{} are due soon", due(1..=9));
    assert!(matters.iter().any(|(_, events)| events.iter().any(|event| matches!(event, Event::Reopened { .. }))));
    assert!(matters.iter().any(|(_, events)| events.iter().any(|event| matches!(event, Event::CodeReissued { .. }))));
}

#[test]
fn nothing_happens_in_the_future_and_every_open_matter_has_one_office() {
    let demo = Demo::at("2027-02-03T23:10:00Z");
    let site = Arc::clone(&demo.hall.site);
    let (now, latest) = (
        demo.now,
        demo.hall.store.read_blocking(move |tx| {
            let row = tx.row("select max(at) as latest from event where jurisdiction = $1", db::params![site.jurisdiction])?;
            row.expect("there are events").get::<i64>("latest")
        }),
    );
    assert!(latest.unwrap() <= now.as_microsecond());
    let directory = demo.hall.site.directory();
    let mut held: BTreeMap<String, usize> = BTreeMap::new();
    for (state, _) in demo.matters() {
        assert!(directory.offices.contains_key(&state.owner), "{}", state.number);
        *held.entry(state.owner.clone()).or_default() += 1;
    }
    assert!(held.len() >= 12, "{held:?}");
}

#[test]
fn everybody_can_sign_in_and_a_visitor_has_matters_to_follow() {
    let demo = Demo::at("2026-10-05T03:00:00Z");
    assert_eq!(filled(&demo.hall).unwrap(), Filled::Whole);
    let site = Arc::clone(&demo.hall.site);
    let accounts = demo.hall.store.read_blocking(move |tx| {
        let staff = site.directory().staff.keys().copied().collect::<Vec<_>>();
        staff.into_iter().map(|id| civic::account::by_staff(tx, &site, id)).collect::<Result<Vec<_>, Fault>>()
    });
    let accounts: Vec<_> = accounts.unwrap().into_iter().map(|account| account.expect("everybody has one")).collect();
    assert!(accounts.iter().all(|account| civic::account::verify(web::desk::demo::PASSWORD, &account.password)));
    let secrets: BTreeSet<&Vec<u8>> = accounts.iter().map(|account| &account.secret).collect();
    assert_eq!(secrets.len(), 32, "each has a secret of their own");
    let shown: BTreeSet<&str> = demo.samples.iter().map(|sample| sample.shows.as_str()).collect();
    assert_eq!(
        shown.into_iter().collect::<Vec<_>>(),
        ["accusation", "closed", "handling", "merged", "overdue", "replied", "review", "supplement"]
    );
    let (site, samples, today) = (Arc::clone(&demo.hall.site), demo.samples.clone(), demo.hall.site.day(demo.now));
    let called = demo.hall.store.read_blocking(move |tx| {
        let one = |sample: &sample::Sample| {
            let row = store::by_number(tx, site.jurisdiction, &sample.number)?;
            let loaded = row.map(|row| store::load(tx, &site, row.id)).transpose()?.flatten();
            Ok::<_, Fault>(loaded.map_or("accusation", |loaded| web::desk::demo::shows(&loaded.state, today)))
        };
        samples.iter().map(one).collect::<Result<Vec<_>, Fault>>()
    });
    let meant: Vec<&str> = demo.samples.iter().map(|sample| sample.shows.as_str()).collect();
    assert_eq!(called.unwrap(), meant, "each is called on the page what it was picked for");
    let directory = demo.hall.site.directory();
    let (place, office, person) = web::desk::demo::to_try(&directory).expect("the page proposes a place and an office");
    assert!(directory.places.contains_key(&place.code) && directory.within(&place.code, &office.place));
    assert_eq!((person.office.as_str(), person.active), (office.code.as_str(), true));
    for sample in demo.samples.clone() {
        let site = Arc::clone(&demo.hall.site);
        let opened = demo.hall.store.read_blocking(move |tx| appeals::track::open(tx, &site, &sample.number, &sample.code));
        assert!(opened.unwrap().is_some());
    }
}
