//! Pairs of acts whose rule looks at one row and whose effect is another (F22): done at the same moment on two nodes of one
//! database, they end as if one had come after the other. Each pair is also done in both orders, and every outcome at once
//! must be one of these two.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use appeals::appeal::{Command, State};
use appeals::filing::{self, Filed, Form};
use appeals::run::{Request, act};
use appeals::{queue, store, tick};
use civic::account;
use civic::directory::{self, Entry, Role, Staff};
use civic::hall::Hall;
use civic::journal::Actor;
use civic::permit::Who;
use civic::refusal::{No, Refusal};
use civic::vault::Key;
use testkit::{Engine, county, on_both};
use uuid::Uuid;

use crate::common::{self, Town, reply, wait, who};

on_both![
    acts_at_the_same_moment_end_as_if_one_came_after_the_other,
    one_key_and_one_code_hold_once_on_two_nodes,
    random_acts_at_the_same_moment_are_serial_and_break_no_rule,
];

/// How often each pair is done at once.
const ROUNDS: usize = 6;
/// Random pairs.
const RANDOM_PAIRS: u64 = 40;

type Deed = Box<dyn FnOnce(&Hall) -> String + Send>;

/// Is a pair of deeds that is ready to be done, and what it is about.
struct Case {
    matters: Vec<Filed>,
    deeds: [Deed; 2],
}

type Prepare = fn(&Town, &str) -> Case;

const PAIRS: &[(&str, Prepare)] = &[
    ("two replies", two_replies),
    ("taken over and returned", taken_and_returned),
    ("two returns, one of them the third", third_return),
    ("assigned to two offices", assigned_twice),
    ("withdrawn and replied to", withdrawn_and_replied),
    ("A merged into B, and B into A", merged_crosswise),
    ("A merged into B, and B replied to", merged_and_replied),
    ("A merged into B, and B into C", merged_in_a_row),
    ("two lists of spokespersons", spokespersons_twice),
    ("handed over to somebody who leaves", handed_and_left),
    ("taken over by an office that ends", taken_and_ended),
];

fn told<T>(answer: Result<T, No>) -> String {
    match answer {
        Ok(_) => "done".into(),
        Err(No::Refused(refusal)) => refusal.code.into(),
        Err(other) => format!("{other:?}"),
    }
}

fn by(who: Who, filed: &Filed, command: Command) -> Deed {
    let request = Request { who, matter: filed.matter, seen: None, command };
    Box::new(move |hall| told(wait(act(hall, request))))
}

fn staff(login: &str, filed: &Filed, command: Command) -> Deed {
    by(who(login), filed, command)
}

fn resident(filed: &Filed, command: Command) -> Deed {
    by(Who::Resident { matter: filed.matter }, filed, command)
}

fn words() -> String {
    "因为这样".into()
}

fn merge(into: &Filed) -> Command {
    Command::Merge { into: into.matter, number: into.number.clone() }
}

fn to(office: &str) -> Command {
    Command::Assign { to: office.into(), words: words() }
}

fn back() -> Command {
    Command::Return { ground: "competence".into(), words: words() }
}

fn accepted(town: &Town, key: &str) -> Filed {
    let filed = town.file(&common::form(key)).unwrap();
    town.act("gu", &filed, Command::Accept { category: "14".into() }).unwrap();
    filed
}

fn two_replies(town: &Town, key: &str) -> Case {
    let filed = accepted(town, key);
    let deeds = [staff("gu", &filed, reply()), staff("qiao", &filed, reply())];
    Case { matters: vec![filed], deeds }
}

fn offered(town: &Town, key: &str) -> Filed {
    let filed = accepted(town, key);
    town.act("gu", &filed, to(county::WATER)).unwrap();
    filed
}

fn taken_and_returned(town: &Town, key: &str) -> Case {
    let filed = offered(town, key);
    let deeds = [staff("wei", &filed, Command::TakeOver), staff("kong", &filed, back())];
    Case { matters: vec![filed], deeds }
}

fn third_return(town: &Town, key: &str) -> Case {
    let filed = offered(town, key);
    town.act("wei", &filed, back()).unwrap();
    town.act("gu", &filed, to(county::WATER)).unwrap();
    town.act("wei", &filed, back()).unwrap();
    town.act("gu", &filed, to(county::WATER)).unwrap();
    let deeds = [staff("wei", &filed, back()), staff("kong", &filed, back())];
    Case { matters: vec![filed], deeds }
}

fn assigned_twice(town: &Town, key: &str) -> Case {
    let filed = accepted(town, key);
    let deeds = [staff("gu", &filed, to(county::WATER)), staff("qiao", &filed, to(county::HOUSING))];
    Case { matters: vec![filed], deeds }
}

fn withdrawn_and_replied(town: &Town, key: &str) -> Case {
    let filed = accepted(town, key);
    let deeds = [resident(&filed, Command::AskWithdraw { words: words() }), staff("gu", &filed, reply())];
    Case { matters: vec![filed], deeds }
}

fn some(town: &Town, key: &str, count: usize) -> Vec<Filed> {
    (0..count).map(|at| accepted(town, &format!("{key}-{at}"))).collect()
}

fn merged_crosswise(town: &Town, key: &str) -> Case {
    let matters = some(town, key, 2);
    let deeds = [staff("gu", &matters[0], merge(&matters[1])), staff("qiao", &matters[1], merge(&matters[0]))];
    Case { matters, deeds }
}

fn merged_and_replied(town: &Town, key: &str) -> Case {
    let matters = some(town, key, 2);
    let deeds = [staff("gu", &matters[0], merge(&matters[1])), staff("qiao", &matters[1], reply())];
    Case { matters, deeds }
}

fn merged_in_a_row(town: &Town, key: &str) -> Case {
    let matters = some(town, key, 3);
    let deeds = [staff("gu", &matters[0], merge(&matters[1])), staff("qiao", &matters[1], merge(&matters[2]))];
    Case { matters, deeds }
}

fn spokespersons_twice(town: &Town, key: &str) -> Case {
    let filed = accepted(town, key);
    let names = |from: usize, count: usize| (from..from + count).map(|at| format!("代表{at}")).collect();
    let five = Command::NameSpokespersons { names: names(0, 5) };
    let six = Command::NameSpokespersons { names: names(5, 6) };
    let deeds = [staff("gu", &filed, five), staff("qiao", &filed, six)];
    Case { matters: vec![filed], deeds }
}

/// The rule for handing over looks at the staff, the one for leaving at the matters: each alone is right.
fn handed_and_left(town: &Town, key: &str) -> Case {
    let filed = accepted(town, key);
    let colleague = Staff { id: id_of(key), login: key.into(), roles: vec![Role::Officer], ..person(town, "gu") };
    town.world.set(Entry::Staff(colleague.clone()), "added");
    let leave: Deed = Box::new(move |hall| {
        let (site, now) = (hall.site.clone(), hall.clock.now());
        told(hall.store.write_blocking(move |tx| {
            if !queue::of_handler(tx, site.jurisdiction, colleague.id)?.is_empty() {
                return Err(No::from(Refusal::new("has_matters")));
            }
            let left = Entry::Staff(Staff { active: false, ..colleague });
            directory::set(tx, &site, (now, &mut site.chance()), Actor::System, (&left, "left"))?;
            Ok(())
        }))
    });
    let deeds = [staff("gu", &filed, Command::HandOver { to: id_of(key) }), leave];
    Case { matters: vec![filed], deeds }
}

fn taken_and_ended(town: &Town, key: &str) -> Case {
    let office = directory::Office { code: key.into(), ..town.world.hall.site.directory().offices[county::WATER].clone() };
    town.world.set(Entry::Office(office.clone()), "added");
    let clerk = Staff { id: id_of(key), login: key.into(), office: key.into(), ..person(town, "wei") };
    town.world.set(Entry::Staff(clerk.clone()), "added");
    let filed = accepted(town, key);
    town.act("gu", &filed, to(key)).unwrap();
    let end: Deed = Box::new(move |hall| {
        let (site, now) = (hall.site.clone(), hall.clock.now());
        told(hall.store.write_blocking(move |tx| {
            let known = site.directory();
            let (from, to) = (&known.offices[&office.code], &known.offices[county::WATER]);
            for (entry, change) in directory::absorb(&known, from, to, "abolished") {
                directory::set(tx, &site, (now, &mut site.chance()), Actor::System, (&entry, change))?;
            }
            tick::reorganise(tx, &site, now, (&office.code, "abolished"))
        }))
    });
    let take = by(Who::Staff { id: clerk.id, session: Uuid::from_u128(1) }, &filed, Command::TakeOver);
    Case { matters: vec![filed], deeds: [take, end] }
}

fn person(town: &Town, login: &str) -> Staff {
    town.world.hall.site.directory().staff[&county::staff_id(login)].clone()
}

fn id_of(key: &str) -> Uuid {
    key.bytes()
        .fold(Uuid::from_u128(0x4000_8000_0000), |id, byte| Uuid::from_u128(id.as_u128().wrapping_mul(131) ^ u128::from(byte)))
}

/// Does both deeds: in an order, or at once on two nodes.
fn done([one, two]: [Deed; 2], nodes: [&Hall; 2], order: Option<bool>) -> [String; 2] {
    match order {
        Some(true) => [one(nodes[0]), two(nodes[1])],
        Some(false) => {
            let second = two(nodes[1]);
            [one(nodes[0]), second]
        }
        None => {
            let begin = Barrier::new(2);
            let at_once = |deed: Deed, hall: &Hall| {
                begin.wait();
                deed(hall)
            };
            thread::scope(|scope| {
                let (first, second) = (scope.spawn(|| at_once(one, nodes[0])), scope.spawn(|| at_once(two, nodes[1])));
                [first.join().unwrap(), second.join().unwrap()]
            })
        }
    }
}

/// Says what became of the matters of a case, in words that are the same for every case of its kind.
fn outcome(town: &Town, key: &str, matters: &[Filed], answers: &[String; 2]) -> String {
    let mut told = vec![format!("{answers:?}")];
    for filed in matters {
        let state = town.state(filed);
        holds(town, &state, town.kinds(filed).len());
        let into = state.merged_into.map(|into| matters.iter().position(|other| other.matter == into));
        let (owner, handler) = (state.owner.replace(key, "OWN"), state.handler.is_some());
        told.push(format!("{:?} {owner} {handler} {into:?} {}", town.kinds(filed), state.stage.code()));
    }
    told.join(" | ")
}

/// Checks what must hold of every matter, whatever was done.
fn holds(town: &Town, state: &State, events: usize) {
    let directory = town.world.hall.site.directory();
    let owner = directory.offices.get(&state.owner).unwrap_or_else(|| panic!("{} has no owner", state.number));
    assert!(!state.is_open() || directory.open(owner), "{} lies with an office that ended", state.number);
    let works = state.handler.is_none_or(|id| directory.staff[&id].active);
    assert!(!state.is_open() || works, "{} lies with somebody who left", state.number);
    assert_eq!(state.version, events as i64, "a version each");
    assert_ne!(state.merged_into, Some(state.matter));
    let (jurisdiction, matter) = (town.world.hall.site.jurisdiction, state.matter);
    let row = town.world.read(move |tx, _| store::row(tx, jurisdiction, matter)).unwrap().unwrap();
    assert_eq!(
        (row.version, &row.owner, row.merged_into, row.open),
        (state.version, &state.owner, state.merged_into, state.is_open())
    );
    if let Some(main) = state.merged_into.filter(|_| state.is_open() && state.owes_reply()) {
        let main = town.world.read(move |tx, site| store::load(tx, site, main)).unwrap().unwrap().state;
        assert!(main.merged_into.is_none() && main.owes_reply(), "{} waits for a matter that owes nothing", state.number);
        assert_eq!(main.owner, state.owner, "one piece of work in one hand");
    }
}

fn acts_at_the_same_moment_end_as_if_one_came_after_the_other(engine: Engine) {
    let town = Town::new(engine);
    let beside = town.world.beside();
    let nodes = [&town.world.hall, &beside];
    for (pair, (name, prepare)) in PAIRS.iter().enumerate() {
        let run = |key: String, order| {
            let Case { matters, deeds } = prepare(&town, &key);
            let answers = done(deeds, nodes, order);
            catch_up(&town);
            outcome(&town, &key, &matters, &answers)
        };
        let serial: BTreeSet<String> =
            [true, false].map(|first| run(format!("p{pair}-{}", u8::from(first)), Some(first))).into_iter().collect();
        for round in 0..ROUNDS * testkit::times() {
            let outcome = run(format!("p{pair}-at-once-{round}"), None);
            assert!(serial.contains(&outcome), "{name}: {outcome}\nbut one after the other:\n{serial:#?}");
        }
    }
}

/// Lets the first node hear what the second one changed in the directory.
fn catch_up(town: &Town) {
    town.world.read(|tx, site| site.catch_up(tx)).unwrap();
}

fn one_key_and_one_code_hold_once_on_two_nodes(engine: Engine) {
    let town = Town::new(engine);
    let beside = town.world.beside();
    let nodes = [&town.world.hall, &beside];
    let secret = town.world.write(|tx, site, (now, chance)| {
        account::invite(tx, site, (now, chance), county::staff_id("bai"), "bai")?;
        account::finish_setup(tx, site, county::staff_id("bai"), "none", 0)
    });
    secret.unwrap();
    for round in 1..=ROUNDS as i64 {
        // one member of staff stands beside two colleagues at once: one code approves one new query code
        let approve = || -> Deed {
            Box::new(move |hall: &Hall| {
                let site = hall.site.clone();
                let passed = hall.store.write_blocking(move |tx| account::passed(tx, &site, county::staff_id("bai"), round));
                passed.unwrap().to_string()
            })
        };
        let mut answers = done([approve(), approve()], nodes, None);
        answers.sort();
        assert_eq!(answers, ["false", "true"], "two approvals by one code");
        let file = || -> Deed {
            let form: Form = common::form(&format!("twice-{round}"));
            Box::new(move |hall: &Hall| {
                let keep = |_: &Key, _: &[filing::Upload]| Ok(Vec::new());
                let filed = wait(filing::file(hall, &form, &[], None, keep)).unwrap();
                format!("{} {}", filed.number, filed.repeated)
            })
        };
        let [one, two] = done([file(), file()], nodes, None);
        let number = |answer: &String| answer.split(' ').next().unwrap().to_owned();
        assert_eq!(number(&one), number(&two), "one form is one matter");
        assert_ne!(one, two, "and one of them was the repeat");
    }
}

/// Does a few acts to two matters, and then two acts at once; all of it three times from equal beginnings.
fn random_acts_at_the_same_moment_are_serial_and_break_no_rule(engine: Engine) {
    let town = Town::new(engine);
    let beside = town.world.beside();
    let nodes = [&town.world.hall, &beside];
    for seed in 0..RANDOM_PAIRS * testkit::times() as u64 {
        let run = |order: Option<bool>, name: &str| {
            let key = format!("r{seed}-{name}");
            let matters = some(&town, &key, 2);
            let mut chance = Draw(seed);
            for _ in 0..chance.below(5) {
                drop(any_deed(&mut chance, &matters)(nodes[0]));
            }
            let deeds = [any_deed(&mut chance, &matters), any_deed(&mut chance, &matters)];
            let answers = done(deeds, nodes, order);
            outcome(&town, &key, &matters, &answers)
        };
        let serial = [run(Some(true), "one"), run(Some(false), "two")];
        let at_once = run(None, "both");
        assert!(serial.contains(&at_once), "seed {seed}: {at_once}\nbut one after the other:\n{serial:#?}");
    }
}

/// Draws small numbers (SplitMix64).
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: u64) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end) as usize
    }
}

fn any_deed(chance: &mut Draw, matters: &[Filed]) -> Deed {
    let at = chance.below(2);
    let (filed, other) = (&matters[at], &matters[1 - at]);
    let login = ["gu", "qiao", "wei", "kong", "du"][chance.below(5)];
    let desk = |command| staff(login, filed, command);
    match chance.below(16) {
        0 => desk(to(county::WATER)),
        1 => desk(to(county::HOUSING)),
        2 | 3 => desk(Command::TakeOver),
        4 => desk(back()),
        5 => desk(Command::Arbitrate { to: county::WATER.into(), words: words() }),
        6 | 7 => desk(reply()),
        8 | 9 => desk(merge(other)),
        10 => desk(Command::Unmerge),
        11 => desk(Command::CallIn { offices: vec![county::HOUSING.into()], words: words() }),
        12 => resident(filed, Command::AskWithdraw { words: words() }),
        13 => resident(filed, Command::RevokeWithdraw),
        14 => resident(filed, Command::Reopen { words: words() }),
        _ => desk(Command::HandOver { to: county::staff_id(login) }),
    }
}
