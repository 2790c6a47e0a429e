//! Handing one matter out: a ground, two persons, the resident told at once or by itself later, and what is refused.

use appeals::appeal::{Command, Event, Part};
use appeals::disclose::{self, Ready, Wanted};
use appeals::figures::Figures;
use appeals::filing::Filed;
use appeals::{rebuild, store, view};
use civic::access::{Purpose, Reading};
use civic::permit::{Act, Subject, Who, may};
use civic::refusal::No;
use civic::second::{self, Deed};
use testkit::{Engine, county, on_both};
use uuid::Uuid;

use crate::common::{self, Town};

on_both![
    two_persons_hand_one_matter_out_and_the_resident_reads_it_at_once,
    where_the_law_lets_it_wait_the_resident_is_told_by_itself_on_the_last_day,
    nothing_is_handed_out_alone_without_a_ground_or_beyond_it,
    an_office_has_no_more_handed_out_on_a_day_than_the_rules_say,
    a_withdrawn_matter_is_not_handed_out_and_an_untold_one_is_not_erased,
];

fn wanted(ground: &str, parts: &[Part], later: Option<&str>) -> Wanted {
    Wanted {
        body: "清禾县公安局".into(),
        ground: ground.into(),
        words: "清公刑调字〔2026〕第 17 号，核实路灯线缆被盗的时间".into(),
        parts: parts.to_vec(),
        later: later.map(str::to_owned),
    }
}

/// Has one person ask and another agree. Returns the id of the disclosure.
fn handed(town: &Town, filed: &Filed, wanted: Wanted, people: [&str; 2]) -> Result<Uuid, No> {
    let (matter, [first, other]) = (filed.matter, people.map(county::staff_id));
    town.world.write(move |tx, site, (now, chance)| {
        let asked = disclose::ask(tx, site, (now, &mut *chance), first, (matter, wanted))?;
        let agreed = second::agree(tx, site, now, other, (asked.id, Deed::Disclose))?;
        disclose::agree(tx, site, (now, chance), &agreed)?;
        Ok(asked.id)
    })
}

fn fetch(town: &Town, id: Uuid, login: &'static str) -> Result<Ready, No> {
    let staff = county::staff_id(login);
    let reader = Reading {
        staff,
        office: county::GOVERNMENT.into(),
        session: Uuid::from_u128(7),
        matter: Uuid::nil(),
        purpose: Purpose::Audit,
    };
    town.world.write(move |tx, site, (now, _)| disclose::fetch(tx, site, now, (id, reader)))
}

/// Reads the matter as its resident.
fn own(town: &Town, filed: &Filed) -> view::Personal {
    let matter = filed.matter;
    let read = move |tx: &mut db::Tx<'_>, site: &civic::site::Site| {
        let subject = Subject { matter, ..Subject::default() };
        let permit = may(&site.directory(), &Who::Resident { matter }, Act::Track, &subject).unwrap();
        view::personal(tx, site, &permit, matter)
    };
    town.world.read(read).unwrap().unwrap()
}

fn told(town: &Town, filed: &Filed) -> usize {
    own(town, filed).steps.iter().filter(|step| matches!(step.event, Event::Disclosed(_))).count()
}

/// Counts readings for this purpose that the resident sees.
fn seen(town: &Town, filed: &Filed) -> usize {
    own(town, filed).readings.iter().filter(|entry| entry.purpose == "disclose").count()
}

/// Reads the public entries of a kind.
fn facts(town: &Town, kind: &'static str) -> Vec<String> {
    let read = "select fact from event where kind = $1 order by position";
    let rows = town.world.read(move |tx, _| tx.rows(read, db::params![kind])).unwrap();
    rows.iter().map(|row| row.get("fact").unwrap()).collect()
}

fn figures(town: &Town, ground: &str) -> Option<(u64, u64)> {
    let mut figures = Figures::default();
    for fact in facts(town, disclose::KIND) {
        figures.read(&fact);
    }
    figures.handed_out("2026-11").get(ground).copied()
}

fn two_persons_hand_one_matter_out_and_the_resident_reads_it_at_once(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    let id = handed(&town, &filed, wanted("criminal", &[Part::Words, Part::Contact], None), ["meng", "yan"]).unwrap();
    assert_eq!((told(&town, &filed), seen(&town, &filed)), (1, 0), "the event is there before anything is fetched");
    assert!(matches!(fetch(&town, id, "yan"), Err(No::Refused(_))), "whoever asked fetches it, and nobody else");
    let ready = fetch(&town, id, "meng").unwrap();
    assert_eq!((ready.matter, ready.disclosure.body.as_str()), (filed.matter, "清禾县公安局"));
    assert_eq!(seen(&town, &filed), 1, "the fetching is a reading, and an entry before it");
    let public = facts(&town, disclose::KIND);
    assert_eq!(public.len(), 1);
    let pseudonym = town.pseudonym(&filed);
    assert!(public[0].contains("\"g\":\"criminal\"") && !public[0].contains(&pseudonym), "{}", public[0]);
    assert!(!public[0].contains("公安"), "no word of it is public: {}", public[0]);
    assert!(facts(&town, "disclosed")[0].contains("\"gr\":\"criminal\""));
    assert_eq!(figures(&town, "criminal"), Some((1, 1)));
    let letters = town.letters(&filed);
    assert!(letters.iter().any(|letter| letter.contains("disclosed")), "{letters:?}");
    town.world.clock.days(1);
    assert!(matches!(fetch(&town, id, "meng"), Err(No::Refused(_))), "its hours are over");
    let live = town.world.read(rebuild::fingerprints).unwrap();
    town.world.write(|tx, site, _| rebuild::rebuild(tx, site)).unwrap();
    assert_eq!(town.world.read(rebuild::fingerprints).unwrap(), live);
}

fn where_the_law_lets_it_wait_the_resident_is_told_by_itself_on_the_last_day(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    let before = own(&town, &filed);
    let id = handed(&town, &filed, wanted("criminal", &[Part::Words], Some("hinders")), ["meng", "yan"]).unwrap();
    fetch(&town, id, "meng").unwrap();
    let after = own(&town, &filed);
    assert_eq!((after.steps.len(), after.state.version), (before.steps.len(), before.state.version), "nothing shows");
    assert_eq!((after.readings.len(), after.messages.len()), (before.readings.len(), before.messages.len()));
    let fact = &facts(&town, disclose::KIND)[0];
    assert!(fact.contains("\"lt\":\"hinders\"") && !fact.contains(&town.pseudonym(&filed)), "{fact}");
    assert_eq!(figures(&town, "criminal"), Some((1, 1)), "it is counted all the same");
    // 24 November and six months
    town.world.clock.days(180);
    town.tick();
    assert_eq!((told(&town, &filed), seen(&town, &filed)), (0, 0), "2027-05-23");
    town.world.clock.days(1);
    town.tick();
    town.tick();
    assert_eq!((told(&town, &filed), seen(&town, &filed)), (1, 1), "told once, with the reading, and nobody pressed");
    let step = own(&town, &filed).steps.into_iter().find_map(|step| match step.event {
        Event::Disclosed(disclosure) => Some(disclosure),
        _ => None,
    });
    let disclosure = step.unwrap();
    assert_eq!((disclosure.day.to_string().as_str(), disclosure.held.as_deref()), ("2026-11-24", Some("hinders")));
}

fn nothing_is_handed_out_alone_without_a_ground_or_beyond_it(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    let code = |wanted: Wanted, people| common::code(handed(&town, &filed, wanted, people));
    let people = ["meng", "yan"];
    let plain = || wanted("civil_court", &[Part::Words], None);
    assert_eq!(code(plain(), ["meng", "meng"]), "second_same");
    assert_eq!(code(wanted("public_safety", &[Part::Words], None), people), "unknown_ground");
    assert_eq!(code(wanted("civil_court", &[Part::Contact], None), people), "disclose_part", "its ground does not call for it");
    assert_eq!(code(wanted("civil_court", &[], None), people), "disclose_nothing");
    assert_eq!(code(wanted("civil_court", &[Part::Words], Some("secret")), people), "disclose_at_once");
    assert_eq!(code(wanted("criminal", &[Part::Words], Some("because")), people), "unknown_ground");
    assert_eq!(code(Wanted { body: " ".into(), ..plain() }, people), "body_missing");
    assert_eq!(code(Wanted { body: "局".repeat(121), ..plain() }, people), "body_missing");
    assert_eq!(code(Wanted { words: String::new(), ..plain() }, people), "words_missing");
    assert_eq!(code(Wanted { words: "字".repeat(2_001), ..plain() }, people), "words_long");
    assert_eq!(code(Wanted { words: "此人缠访".into(), ..plain() }, people), "labels_a_person");
    assert_eq!((facts(&town, disclose::KIND).len(), told(&town, &filed)), (0, 0));
    // asked for and not agreed to: nothing can be fetched, and a second request waits for the first one
    let (matter, first, other) = (filed.matter, county::staff_id("meng"), county::staff_id("yan"));
    let (body, again) = (plain(), plain());
    let ask = town.world.write(move |tx, site, (now, chance)| disclose::ask(tx, site, (now, chance), first, (matter, body)));
    let asked = ask.unwrap();
    assert!(matches!(fetch(&town, asked.id, "meng"), Err(No::Refused(_))));
    let ask = town.world.write(move |tx, site, (now, chance)| disclose::ask(tx, site, (now, chance), other, (matter, again)));
    assert_eq!(common::code(ask), "second_asked");
    assert_eq!(town.world.read(move |tx, site| disclose::waiting(tx, site, asked.at)).unwrap().len(), 1);
    town.world.write(move |tx, site, (now, _)| disclose::decline(tx, site, now, asked.id)).unwrap();
    assert_eq!(town.world.read(move |tx, site| disclose::waiting(tx, site, asked.at)).unwrap().len(), 0);
}

fn a_withdrawn_matter_is_not_handed_out_and_an_untold_one_is_not_erased(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("key-1")).unwrap();
    let id = handed(&town, &filed, wanted("criminal", &[Part::Words], Some("secret")), ["yan", "meng"]).unwrap();
    town.resident(&filed, Command::AskWithdraw { words: "不用了".into() }).unwrap();
    town.world.clock.days(4);
    town.tick();
    assert!(!town.state(&filed).is_open());
    let again = handed(&town, &filed, wanted("criminal", &[Part::Words], None), ["meng", "yan"]);
    assert_eq!(common::code(again), "disclose_withdrawn");
    assert!(matches!(fetch(&town, id, "yan"), Err(No::Refused(_))));
    let matter = filed.matter;
    let erasable = move |town: &Town| {
        town.world.write(move |tx, site, (now, _)| {
            let loaded = store::load(tx, site, matter)?.ok_or(No::Absent)?;
            appeals::erase::ready(tx, site, now, (&loaded, "asked"))
        })
    };
    assert_eq!(common::code(erasable(&town)), "erase_untold", "the resident is to be told first");
    town.world.clock.days(190);
    town.tick();
    assert_eq!(told(&town, &filed), 1, "a finished matter tells it too");
    erasable(&town).unwrap();
    assert_eq!(town.world.write(|tx, site, (now, _)| Ok::<_, No>(disclose::sweep(tx, site.jurisdiction, now)?)).unwrap(), 0);
}

fn an_office_has_no_more_handed_out_on_a_day_than_the_rules_say(engine: Engine) {
    let town = Town::new(engine);
    let max = i64::from(town.world.hall.site.rules().term("site.disclosures_day").value);
    let filed: Vec<Filed> = (0..=max).map(|at| town.file(&common::form(&format!("key-{at}"))).unwrap()).collect();
    let one = |at: i64, people| handed(&town, &filed[at as usize], wanted("criminal", &[Part::Words], None), people);
    for at in 0..max {
        one(at, ["meng", "yan"]).unwrap();
    }
    match one(max, ["meng", "yan"]) {
        Err(No::Refused(refusal)) => assert_eq!(refusal.code, "disclosures_day"),
        other => panic!("a refusal was due: {other:?}"),
    }
    assert_eq!((told(&town, &filed[max as usize]), facts(&town, disclose::KIND).len() as i64), (0, max), "nothing of it is left");
    town.world.clock.days(1);
    one(max, ["meng", "yan"]).unwrap();
}
