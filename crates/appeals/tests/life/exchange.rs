//! A matter between two sites: handed down, worked on, reported back, whatever happens on the way between them.

use appeals::appeal::{Command, Event, Identity, Manner, Stage, Step};
use appeals::exchange::parcel::{Answer, Parcel, Told};
use appeals::exchange::{Read, levels, receive, tell, tell_read};
use appeals::filing::{Cabinet, Filed, Form, Upload, file};
use appeals::followup::Detail;
use appeals::store;
use civic::access::{self, Purpose, Reading};
use civic::chance::Chance;
use civic::directory::{Entry, Peer};
use civic::exchange::{self, Owed, reads};
use civic::file::{FileStore, Here};
use civic::{journal, outbox};
use data_encoding::BASE64;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rand_core::{Rng, SeedableRng};
use testkit::{Engine, World, county, on_both};
use uuid::Uuid;

use crate::common::{self, Town, reply, wait};

on_both![
    what_is_forwarded_is_answered_below_and_the_answer_reaches_the_resident_as_it_is,
    what_is_charged_is_reported_and_the_office_above_answers,
    the_site_below_asks_to_give_it_back_and_the_office_above_decides,
    what_the_level_below_owes_past_its_day_is_put_on_the_agenda,
    in_confidence_means_this_site_and_accusations_go_nowhere,
    nothing_is_lost_and_nothing_comes_twice_whatever_the_way_does,
    whoever_was_put_back_to_an_older_day_is_noticed,
    a_stranger_and_a_wrong_direction_change_nothing,
    whoever_reads_it_below_is_shown_above_once_and_in_order_whatever_the_way_does,
];

/// A picture of one point.
const PICTURE: &[u8] = b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const ABOVE: Uuid = Uuid::from_u128(0xa);
const BELOW: Uuid = Uuid::from_u128(0xb);

/// Two sites that know each other.
struct Two {
    above: Town,
    below: Town,
    folder: tempfile::TempDir,
}

/// Which of two sites.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Above,
    Below,
}

impl Two {
    fn new(engine: Engine) -> Self {
        let above = Town::new(engine);
        let below = Town { world: above.world.other(engine) };
        let peer = |id, name: &str, world: &World, above| Peer {
            id,
            name: name.into(),
            name_en: String::new(),
            address: "https://else.example".into(),
            key: exchange::public_key(&world.hall.site),
            above,
            office: None,
            active: true,
        };
        above.world.set(Entry::Peer(peer(BELOW, "河东镇平台", &below.world, false)), "added");
        below.world.set(Entry::Peer(peer(ABOVE, "清禾县平台", &above.world, true)), "added");
        Self { above, below, folder: tempfile::tempdir().unwrap() }
    }

    /// Returns who tells and who hears, and as whom the hearer knows the teller.
    fn ends(&self, from: Side) -> (&Town, &Town, (Uuid, Uuid)) {
        match from {
            Side::Above => (&self.above, &self.below, (BELOW, ABOVE)),
            Side::Below => (&self.below, &self.above, (ABOVE, BELOW)),
        }
    }

    fn files(&self, town: &Town) -> FileStore {
        let name = if std::ptr::eq(town, &raw const self.above) { "above" } else { "below" };
        FileStore::open(self.folder.path().join(name)).unwrap()
    }

    fn owed(&self, from: Side) -> Vec<Owed> {
        let (town, _, (to, _)) = self.ends(from);
        town.world.read(move |tx, site| exchange::waiting(tx, site.jurisdiction, to, 100)).unwrap()
    }

    /// Carries steps over once, without noting the answer.
    fn carry(&self, from: Side, owed: &[Owed]) -> Answer {
        let (town, hearer, (_, whose)) = self.ends(from);
        let (mut parcel, mut all) = (Parcel::default(), Vec::new());
        for one in owed.iter().copied() {
            let files = self.files(town);
            if let Some((item, files)) = town.world.read(move |tx, site| tell(tx, site, &files, one)).unwrap() {
                parcel.items.push(item);
                all.extend(files);
            }
        }
        let (parcel, uploads) = Parcel::unpack(&parcel.pack(&all)).expect("what is packed unpacks");
        let peer = hearer.world.hall.site.directory().peers[&whose].clone();
        let cabinet = Cabinet { files: &self.files(hearer), decoder: &Here, scanner: None };
        receive(&hearer.world.hall, &cabinet, &peer, (&parcel, &uploads)).unwrap()
    }

    /// Notes an answer as the sender does.
    fn note(&self, from: Side, answer: &Answer) {
        let (town, _, (to, _)) = self.ends(from);
        for step in answer.steps.clone() {
            town.world
                .write(move |tx, site, (now, _)| match step.took.as_str() {
                    "taken" | "known" => exchange::sent(tx, site.jurisdiction, (to, step.matter, step.n), now),
                    "missing" => exchange::again(tx, site.jurisdiction, (to, step.matter, step.heard)),
                    _ => exchange::refused(tx, site.jurisdiction, (to, step.matter, step.n), &step.why),
                })
                .unwrap();
        }
    }

    /// Carries over everything there is, both ways, until nothing waits.
    fn settle(&self) {
        for _ in 0..20 {
            let mut quiet = true;
            for from in [Side::Above, Side::Below] {
                let owed = self.owed(from);
                if !owed.is_empty() {
                    quiet = false;
                    let answer = self.carry(from, &owed);
                    self.note(from, &answer);
                }
            }
            if quiet {
                return;
            }
        }
        panic!("the two sites do not come to an end");
    }

    /// Finds the matter below that one above became.
    fn there(&self, filed: &Filed) -> Filed {
        let number = self.above.state(filed).below().and_then(|below| below.number.clone()).expect("it has a number there");
        let row = self.below.world.read(move |tx, site| store::by_number(tx, site.jurisdiction, &number)).unwrap().unwrap();
        Filed { matter: row.id, number: row.number, owner: row.owner, ..filed.clone() }
    }
}

fn registered(town: &Town, form: &Form) -> Filed {
    let filed = town.file(form).unwrap();
    town.act("gu", &filed, Command::Register { category: "14".into() }).unwrap();
    filed
}

fn hand_down(manner: Manner, back: Option<Date>) -> Command {
    Command::HandDown { peer: BELOW, manner, back, words: "请你镇办理".into() }
}

fn events(town: &Town, filed: &Filed) -> Vec<Event> {
    let matter = filed.matter;
    let loaded = town.world.read(move |tx, site| store::load(tx, site, matter)).unwrap().unwrap();
    loaded.events.iter().map(|(_, event)| event.clone()).collect()
}

fn filings(town: &Town) -> usize {
    let all = town.world.read(|tx, site| journal::page(tx, site.jurisdiction, 0, 10_000)).unwrap();
    all.iter().filter(|event| event.kind == "filed").count()
}

fn what_is_forwarded_is_answered_below_and_the_answer_reaches_the_resident_as_it_is(engine: Engine) {
    let two = Two::new(engine);
    let picture = Upload { name: "路灯.png".into(), bytes: BASE64.decode(PICTURE).unwrap() };
    let (store, site) = (two.files(&two.above), two.above.world.hall.site.clone());
    let cabinet = Cabinet { files: &store, decoder: &Here, scanner: None };
    let keep = |key: &_, uploads: &[Upload]| cabinet.keep(&site, Some(key), uploads);
    let filed = wait(file(&two.above.world.hall, &common::form("key-1"), &[picture], None, keep)).unwrap();
    two.above.act("gu", &filed, Command::Register { category: "14".into() }).unwrap();
    two.above.resident(&filed, Command::Supplement { words: "昨晚又有人摔了".into(), files: Vec::new() }).unwrap();
    let before = two.above.state(&filed);
    two.above.act("gu", &filed, hand_down(Manner::Forwarded, None)).unwrap();
    two.settle();
    let (there, state) = (two.there(&filed), two.above.state(&filed));
    assert_eq!((&state.owner, &state.due), (&before.owner, &before.due), "the holder holds it and its clock runs on");
    let events_there = events(&two.below, &there);
    let Event::Filed(filing) = &events_there[0] else { panic!("a filing") };
    assert_eq!((filing.name.as_str(), filing.mobile.as_str()), ("田小满", "13900000001"), "the office below can ring up");
    assert_eq!(filing.files.len(), 1);
    assert_eq!(two.below.kinds(&there), ["filed", "heard", "supplemented"], "what was added comes along");
    two.below.act("gu", &there, Command::Accept { category: "14".into() }).unwrap();
    two.below.act("gu", &there, reply()).unwrap();
    assert!(two.below.letters(&there).is_empty(), "the resident is told once, by the site they came to");
    two.settle();
    let state = two.above.state(&filed);
    assert_eq!(state.stage, Stage::Replied);
    let kinds = two.above.kinds(&filed);
    assert_eq!(kinds[kinds.len() - 2..], ["heard", "replied"]);
    let answer = events(&two.above, &filed).into_iter().find_map(|event| match event {
        Event::Replied { reply, .. } => Some(reply.opinion),
        _ => None,
    });
    assert_eq!(answer.as_deref(), Some(common::text().opinion.as_str()));
    assert_eq!(two.above.letters(&filed).last().map(String::as_str), Some("replied"));
    // they are not content: both sites begin anew, and the second answer arrives like the first
    two.above.resident(&filed, Command::Reopen { words: "昨晚又灭了".into() }).unwrap();
    two.settle();
    assert_eq!(two.below.state(&there).stage, Stage::Handling);
    assert_eq!(two.below.act("gu", &there, reply()).unwrap().state.stage, Stage::Replied);
    two.settle();
    assert_eq!(two.above.kinds(&filed).iter().filter(|kind| *kind == "replied").count(), 2);
}

fn what_is_charged_is_reported_and_the_office_above_answers(engine: Engine) {
    let two = Two::new(engine);
    let filed = registered(&two.above, &common::form("key-1"));
    let code = |command| common::code(two.above.act("gu", &filed, command));
    assert_eq!(code(hand_down(Manner::Charged, None)), "back_missing");
    assert_eq!(code(hand_down(Manner::Charged, Some(date(2026, 11, 24)))), "back_past");
    assert_eq!(
        code(hand_down(Manner::Charged, Some(date(2027, 6, 1)))),
        "back_late",
        "a term is not moved by passing a matter on"
    );
    assert_eq!(code(Command::TakeBack { words: "收回".into() }), "not_handed_down");
    two.above.act("gu", &filed, hand_down(Manner::Charged, Some(date(2026, 12, 4)))).unwrap();
    assert_eq!(code(hand_down(Manner::Forwarded, None)), "already_handed_down");
    two.settle();
    let there = two.there(&filed);
    two.below.act("gu", &there, Command::Accept { category: "14".into() }).unwrap();
    two.above.act("gu", &filed, Command::Remind { words: "请抓紧，学生天天走".into() }).unwrap();
    two.settle();
    assert_eq!(two.below.state(&there).above().unwrap().reminders, 1);
    assert_eq!(two.above.state(&filed).stage, Stage::Handling, "accepted below is accepted above");
    two.below.act("gu", &there, reply()).unwrap();
    two.settle();
    let state = two.above.state(&filed);
    assert_eq!(state.stage, Stage::Handling, "the office above looks at it first");
    assert!(state.below().unwrap().answered);
    let head = two.above.world.read(move |tx, site| outbox::of_matter(tx, site.jurisdiction, filed.matter)).unwrap();
    assert!(head.iter().any(|letter| letter.template == "heard_below"), "and is told that there is a report");
    two.above.act("gu", &filed, reply()).unwrap();
    let leaf = two.above.state(&filed).reply().unwrap().leaf;
    let signature = filed.code.seed().sign_rating(&two.above.pseudonym(&filed), leaf, 4);
    two.above.resident(&filed, Command::Rate { grade: 4, words: "亮了".into(), signature, detail: Detail::default() }).unwrap();
    two.settle();
    let last = events(&two.below, &there).pop().unwrap();
    let Event::Heard { step: Step::Rated { grade: 4, words }, .. } = last else { panic!("the grade is told: {last:?}") };
    assert_eq!(words, "", "the words were written to the office above");
    assert_eq!(two.below.state(&there).rating, None, "a grade whose signature stands elsewhere is told, and counts there");
    assert_eq!(two.below.state(&there).above().unwrap().grade, Some(4));
    let grades = two.below.world.read(|tx, site| reads::grades(tx, site.jurisdiction, ABOVE)).unwrap();
    assert_eq!(grades, [(4, 1)], "and is a figure about the answers of the site below");
}

fn the_site_below_asks_to_give_it_back_and_the_office_above_decides(engine: Engine) {
    let two = Two::new(engine);
    let filed = registered(&two.above, &common::form("key-1"));
    two.above.act("gu", &filed, hand_down(Manner::Forwarded, None)).unwrap();
    two.settle();
    let there = two.there(&filed);
    let back = || Command::SendBack { ground: "competence".into(), words: "路灯由县住建局管护".into() };
    two.below.act("gu", &there, back()).unwrap();
    assert_eq!(common::code(two.below.act("gu", &there, back())), "already_sent_back");
    two.settle();
    assert!(two.above.state(&filed).below().unwrap().sent_back);
    // a joint conference finds it by itself, on both sides, as far as somebody may see it
    assert_eq!(stuck(&two.above, "meng"), [filed.number.as_str()]);
    assert_eq!(stuck(&two.below, "meng"), [there.number.as_str()]);
    assert!(stuck(&two.above, "kong").is_empty());
    assert!(two.below.state(&there).owes_reply(), "until it is taken back it stays where it is");
    two.above.act("gu", &filed, Command::TakeBack { words: "同意".into() }).unwrap();
    two.settle();
    assert_eq!(two.below.state(&there).stage, Stage::Withdrawn, "it ends there");
    let state = two.above.state(&filed);
    assert!(state.below().is_none() && state.owes_reply());
    assert!(stuck(&two.above, "meng").is_empty() && stuck(&two.below, "meng").is_empty(), "taken back: nothing to settle");
    // and may be handed down once more: a matter of its own there, for the first one is over
    assert_eq!(common::code(two.above.act("gu", &filed, Command::Remind { words: "快".into() })), "not_handed_down");
}

/// Lists the numbers of what two levels have to settle.
fn stuck(town: &Town, login: &str) -> Vec<String> {
    let (seen, today) = (common::who(login), town.world.hall.site.day(town.world.now()));
    let found = town.world.read(move |tx, site| levels::stuck(tx, site, (&seen, today))).unwrap();
    found.iter().map(|state| state.number.clone()).collect()
}

fn what_the_level_below_owes_past_its_day_is_put_on_the_agenda(engine: Engine) {
    let two = Two::new(engine);
    let filed = registered(&two.above, &common::form("key-1"));
    let back = two.above.world.hall.site.day(two.above.world.now()).saturating_add(10.days());
    two.above.act("gu", &filed, hand_down(Manner::Charged, Some(back))).unwrap();
    two.settle();
    assert!(stuck(&two.above, "meng").is_empty(), "its day is not over");
    two.above.world.clock.days(11);
    assert_eq!(stuck(&two.above, "meng"), [filed.number.as_str()]);
    let same = two.above.world.write(|tx, site, _| {
        let before = appeals::rebuild::fingerprints(tx, site)?;
        appeals::rebuild::rebuild(tx, site)?;
        Ok::<_, db::Fault>(before == appeals::rebuild::fingerprints(tx, site)?)
    });
    assert!(same.unwrap(), "and its row follows from events alone");
}

fn in_confidence_means_this_site_and_accusations_go_nowhere(engine: Engine) {
    let two = Two::new(engine);
    let secret = Form { identity: Identity::Confidential.code().into(), ..common::form("key-1") };
    let filed = registered(&two.above, &secret);
    two.above.act("gu", &filed, hand_down(Manner::Forwarded, None)).unwrap();
    two.settle();
    let there = two.there(&filed);
    let Event::Filed(filing) = events(&two.below, &there).remove(0) else { panic!("a filing") };
    assert_eq!((filing.identity, filing.name.as_str(), filing.mobile.as_str()), (Identity::Confidential, "", ""));
    assert!(!format!("{:?}", events(&two.below, &there)).contains("田小满"));
    let open = common::form("key-2");
    let none = Town::new(engine);
    let alone = registered(&none, &open);
    assert_eq!(common::code(none.act("gu", &alone, hand_down(Manner::Forwarded, None))), "no_site_below");
}

/// Loses, repeats, cuts and mixes what goes between two sites, as a bad line and dying processes do, while both work on.
fn nothing_is_lost_and_nothing_comes_twice_whatever_the_way_does(engine: Engine) {
    for seed in 0..6 {
        let (two, mut chance) = (Two::new(engine), Chance::seed_from_u64(seed));
        let mut luck = |of: u64| chance.next_u64() % of;
        let all: Vec<Filed> = (0..4).map(|at| registered(&two.above, &common::form(&format!("key-{at}")))).collect();
        for filed in &all {
            two.above.act("gu", filed, hand_down(Manner::Forwarded, None)).unwrap();
        }
        let mut added = vec![0; all.len()];
        for _ in 0..40 {
            let from = if luck(2) == 0 { Side::Above } else { Side::Below };
            let mut owed = two.owed(from);
            match luck(4) {
                0 => owed.truncate(luck(3) as usize),
                1 => owed.reverse(),
                2 => owed = owed.iter().copied().chain(owed.iter().copied()).collect(),
                _ => {}
            }
            let answer = two.carry(from, &owed);
            if luck(3) > 0 {
                two.note(from, &answer); // else the answer got lost
            }
            let at = luck(all.len() as u64) as usize;
            if two.above.state(&all[at]).is_open() && added[at] < 5 {
                let words = format!("补充 {}", added[at]);
                two.above.resident(&all[at], Command::Supplement { words, files: Vec::new() }).unwrap();
                added[at] += 1;
            }
        }
        two.settle();
        for (filed, added) in all.iter().zip(added) {
            let there = two.there(filed);
            let words = |event: &Event| matches!(event, Event::Supplemented { .. });
            let told: Vec<Event> = events(&two.below, &there).into_iter().filter(words).collect();
            let said: Vec<Event> = events(&two.above, filed).into_iter().filter(words).collect();
            assert_eq!((told.len(), &told), (added, &said), "seed {seed}: everything once, in order");
            let received = two.above.kinds(filed).iter().filter(|kind| *kind == "heard").count();
            assert_eq!(received, 1, "seed {seed}: one word from below, that it is there");
        }
        assert_eq!(filings(&two.below), all.len(), "seed {seed}: no matter twice");
    }
}

fn whoever_was_put_back_to_an_older_day_is_noticed(engine: Engine) {
    let two = Two::new(engine);
    let filed = registered(&two.above, &common::form("key-1"));
    two.above.act("gu", &filed, hand_down(Manner::Forwarded, None)).unwrap();
    two.settle();
    let supplement = |words: &str| Command::Supplement { words: words.into(), files: Vec::new() };
    two.above.resident(&filed, supplement("一")).unwrap();
    let owed = two.owed(Side::Above);
    let (mut item, _) = {
        let (files, one) = (two.files(&two.above), owed[0]);
        two.above.world.read(move |tx, site| tell(tx, site, &files, one)).unwrap().unwrap()
    };
    two.settle();
    // another step under the same number, as after a restored backup
    let peer = two.below.world.hall.site.directory().peers[&ABOVE].clone();
    let store = two.files(&two.below);
    let cabinet = Cabinet { files: &store, decoder: &Here, scanner: None };
    let took = |item| {
        let parcel = Parcel { items: vec![item], ..Parcel::default() };
        receive(&two.below.world.hall, &cabinet, &peer, (&parcel, &[Vec::new()])).unwrap().steps.remove(0)
    };
    assert_eq!(took(item.clone()).took, "known");
    item.mark = "1.1".into();
    assert_eq!(took(item.clone()).took, "other");
    item.n += 7;
    item.before = item.n - 1;
    let missing = took(item);
    assert_eq!((missing.took.as_str(), missing.heard), ("missing", owed[0].n), "and a gap is told with what is there");
}

fn a_stranger_and_a_wrong_direction_change_nothing(engine: Engine) {
    let two = Two::new(engine);
    let filed = registered(&two.above, &common::form("key-1"));
    two.above.act("gu", &filed, hand_down(Manner::Forwarded, None)).unwrap();
    let (files, one) = (two.files(&two.above), two.owed(Side::Above)[0]);
    let (item, _) = two.above.world.read(move |tx, site| tell(tx, site, &files, one)).unwrap().unwrap();
    let peer = two.below.world.hall.site.directory().peers[&ABOVE].clone();
    let store = two.files(&two.below);
    let cabinet = Cabinet { files: &store, decoder: &Here, scanner: None };
    let take = |peer: &Peer, item| {
        let parcel = Parcel { items: vec![item], ..Parcel::default() };
        receive(&two.below.world.hall, &cabinet, peer, (&parcel, &[Vec::new()])).unwrap().steps.remove(0)
    };
    let upside = Peer { above: false, ..peer.clone() };
    assert_eq!(take(&upside, item.clone()).why, "wrong_direction");
    assert_eq!(take(&peer, item.clone()).took, "taken");
    // a third site that names the same matter has none here
    let third = Peer { id: Uuid::from_u128(0xc), ..peer };
    let mut later = item;
    (later.n, later.before, later.handed) = (later.n + 1, later.n, None);
    later.step = Step::TakenBack { words: "收回".into() };
    assert_eq!(take(&third, later).took, "missing");
    assert_eq!(filings(&two.below), 1);
}

/// Has somebody of the site below read a matter.
fn looks(two: &Two, there: &Filed, (session, purpose): (u128, Purpose)) {
    let (staff, office, session) = (county::staff_id("gu"), there.owner.clone(), Uuid::from_u128(session));
    let reading = Reading { staff, office, session, matter: there.matter, purpose };
    two.below.world.write(move |tx, site, (now, _)| access::record(tx, site, now, &reading)).unwrap();
}

/// Makes what is owed of readings.
fn readings(two: &Two) -> Vec<Read> {
    let all = two.below.world.read(|tx, site| {
        let owed = reads::waiting(tx, site.jurisdiction, ABOVE, 100)?;
        owed.into_iter().map(|one| tell_read(tx, site, one)).collect::<Result<Vec<_>, _>>()
    });
    all.unwrap().into_iter().flatten().collect()
}

/// Carries readings up; the answers say what became of each.
fn report(two: &Two, told: Vec<Read>) -> Vec<(String, i64)> {
    let peer = two.above.world.hall.site.directory().peers[&BELOW].clone();
    let cabinet = Cabinet { files: &two.files(&two.above), decoder: &Here, scanner: None };
    let parcel = Parcel { reads: told, ..Parcel::default() };
    let (parcel, uploads) = Parcel::unpack(&parcel.pack(&[])).unwrap();
    let answer = receive(&two.above.world.hall, &cabinet, &peer, (&parcel, &uploads)).unwrap();
    answer.reads.into_iter().map(|one| (one.took, one.heard)).collect()
}

fn whoever_reads_it_below_is_shown_above_once_and_in_order_whatever_the_way_does(engine: Engine) {
    let two = Two::new(engine);
    let filed = registered(&two.above, &common::form("key-1"));
    two.above.act("gu", &filed, hand_down(Manner::Forwarded, None)).unwrap();
    two.settle();
    let there = two.there(&filed);
    let own = two.below.file(&common::form("key-2")).unwrap();
    looks(&two, &own, (1, Purpose::Handle));
    assert_eq!(readings(&two), [], "what nobody handed down is nobody's above");
    for (session, purpose) in [(1, Purpose::Handle), (1, Purpose::Handle), (2, Purpose::Supervise), (3, Purpose::Audit)] {
        looks(&two, &there, (session, purpose));
    }
    looks(&two, &there, (4, Purpose::Disclose));
    let all = readings(&two);
    let told: Vec<_> = all.iter().map(|read| (read.n, read.role.as_str(), read.purpose.as_str())).collect();
    assert_eq!(told, [(1, "officer", "handle"), (2, "officer", "supervise"), (3, "officer", "audit")], "one for each entry");
    assert!(all.iter().all(|read| !read.office.is_empty() && !format!("{read:?}").contains("gu")), "an office, and no name");
    let took = |told: &[&Read]| report(&two, told.iter().map(|read| (*read).clone()).collect());
    let is = |all: Vec<(String, i64)>| all.into_iter().map(|(took, heard)| format!("{took} {heard}")).collect::<Vec<_>>();
    assert_eq!(is(took(&[&all[1], &all[0], &all[0], &all[2]])), ["missing 0", "taken 0", "known 0", "missing 1"]);
    assert_eq!(is(took(&[&all[0], &all[1], &all[2], &all[2]])), ["known 0", "taken 0", "taken 0", "known 0"]);
    let another = Read { mark: "00".into(), ..all[2].clone() };
    let strange = Read { purpose: "curiosity".into(), n: 4, ..all[2].clone() };
    let nowhere = Read { to: Uuid::from_u128(99), n: 4, ..all[2].clone() };
    assert_eq!(is(took(&[&another, &strange, &nowhere])), ["other 0", "refused 0", "known 0"]);
    let matter = filed.matter;
    let shown = two.above.world.read(move |tx, site| reads::of_matter(tx, site, matter)).unwrap();
    let shown: Vec<_> = shown.iter().map(|told| (told.peer, told.seen.purpose.as_str())).collect();
    assert_eq!(shown, [(BELOW, "handle"), (BELOW, "supervise"), (BELOW, "audit")], "each once, in order");
    // both sides compare: what the site above lost is told again
    let peer = two.above.world.hall.site.directory().peers[&BELOW].clone();
    let cabinet = Cabinet { files: &two.files(&two.above), decoder: &Here, scanner: None };
    let claims = Told { matter: there.matter, to: Some(filed.matter), n: 5 };
    let parcel = Parcel { reads_told: vec![claims], ..Parcel::default() };
    let answer = receive(&two.above.world.hall, &cabinet, &peer, (&parcel, &[])).unwrap();
    assert_eq!(answer.reads_differ, [(there.matter, 3)]);
}
