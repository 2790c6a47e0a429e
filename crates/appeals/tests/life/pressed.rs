//! Somebody is put under pressure because of a matter: told from the own page, in the room of accusations, outside the office
//! concerned. And the days by which whoever accuses hears something.

use appeals::appeal::{Command, Identity};
use appeals::code::Seed;
use appeals::filing::{Filed, Form};
use appeals::sealed::pressed::{self, Because, Report};
use appeals::sealed::room::{self, Handler};
use appeals::sealed::step::{Deed, Stage};
use appeals::sealed::{Own, ceremony, check, term};
use civic::directory::{Entry, Role};
use civic::permit::{Act, Subject, Who, may};
use civic::refusal::No;
use db::{Fault, params};
use serde_json::Value;
use testkit::{Engine, county, on_both};
use uuid::Uuid;

use crate::common::{self, Town, wait};
use crate::room::{accuse, act, both, let_in, list, opens, refused, told};

on_both![
    a_report_of_pressure_reaches_the_supervising_body_and_leaves_no_trace_on_its_matter,
    nobody_who_had_to_do_with_the_matter_opens_the_report,
    what_is_told_because_of_an_accusation_opens_to_those_alone_to_whom_the_accusation_does,
    a_quarter_that_is_over_has_its_number_in_the_log_and_no_other_hint,
    a_named_accuser_hears_the_result_within_the_term_and_reads_when_it_was_missed,
];

pub fn seed(filed: &Filed) -> Seed {
    Seed::new(*filed.code.seed().bytes())
}

/// Tells it; `seen` is how many reports the page showed.
pub fn press(town: &Town, filed: &Filed, (seed, seen): (Seed, usize), words: &str) -> Result<(), No> {
    let (matter, directory) = (filed.matter, town.world.hall.site.directory());
    let subject = Subject { matter, ..Subject::default() };
    let permit = may(&directory, &Who::Resident { matter }, Act::ReportPressure, &subject).unwrap();
    wait(pressed::send(&town.world.hall, Report { permit, because: Because::Matter(matter), seed, seen, words: words.into() }))
}

pub fn reports(town: &Town, seed: Seed) -> Vec<(Uuid, Own)> {
    town.world.read(move |tx, site| pressed::find(tx, site, &seed)).unwrap()
}

/// Reads every table but those of the room, row by row.
fn rest(town: &Town) -> Vec<String> {
    let tables = ["matter", "matter_contact", "event", "outbox", "access_entry", "log_head", "checkpoint", "tile", "session"];
    let read = |table: &str| {
        let sql = format!("select * from {table}");
        let rows = town.world.read(move |tx, _| tx.rows(&sql, &[])).unwrap();
        let mut all: Vec<String> = rows.iter().map(|row| format!("{table} {:?}", row.values())).collect();
        all.sort();
        all
    };
    tables.into_iter().flat_map(read).collect()
}

fn a_report_of_pressure_reaches_the_supervising_body_and_leaves_no_trace_on_its_matter(engine: Engine) {
    let town = Town::new(engine);
    let (su, _) = both(&town);
    let filed = town.replied("one");
    let before = rest(&town);
    press(&town, &filed, (seed(&filed), 0), "村里的人堵了我家的门").unwrap();
    press(&town, &filed, (seed(&filed), 0), "村里的人堵了我家的门").unwrap();
    assert_eq!(rest(&town), before, "the matter, the journal, the letters and the log are what they were");
    assert_eq!(reports(&town, seed(&filed)).len(), 1, "sent twice from one page is once");
    press(&town, &filed, (seed(&filed), 1), "").unwrap();
    let own = reports(&town, seed(&filed));
    assert_eq!(own.len(), 2, "words are not asked for");
    let (id, first) = own[0].clone();
    assert_eq!((first.filing.what.as_str(), first.filing.name.as_str()), ("村里的人堵了我家的门", "田小满"));
    assert_eq!(first.pressed.as_ref().unwrap().number, filed.number);
    assert_eq!(first.filing.due.term, "site.pressed_first");
    // in the room: who told it, because of which matter, until when they hear
    let listed = list(&town, &su);
    assert!(listed.len() == 2 && listed.iter().all(|one| one.pressed && !one.late && one.due.is_some()));
    act(&town, &su, id, Deed::Accept).unwrap();
    act(&town, &su, id, Deed::Answer { words: "已经找他们谈话，并安排人常去看您".into() }).unwrap();
    let (copy, told) = (first.clone(), town.world.read(move |tx, site| room::told(tx, site, (id, &first))).unwrap());
    assert_eq!(told.iter().map(|told| told.deed.code()).collect::<Vec<_>>(), ["accept", "answer"]);
    assert!(term::of_told(&town.world.hall.site, (&copy, &told)).is_none());
    // another code of the same matter finds nothing: not a delegate's, nor one that staff had re-issued
    let other = town.file(&common::form("other")).unwrap();
    assert!(reports(&town, seed(&other)).is_empty());
    let delegate = Command::NameDelegate { name: "钟若谷".into(), mobile: "13900000009".into() };
    let code = town.resident(&filed, delegate).unwrap().code.unwrap();
    assert!(reports(&town, code.seed()).is_empty());
    for seen in 2..pressed::REPORTS_MAX {
        press(&town, &filed, (seed(&filed), seen), "又来了").unwrap();
    }
    assert_eq!(refused(press(&town, &filed, (seed(&filed), pressed::REPORTS_MAX), "")), "pressed_often");
    let long = "长".repeat(pressed::WORDS_CHARS_MAX + 1);
    assert_eq!(refused(press(&town, &other, (seed(&other), 0), &long)), "words_long");
    assert_eq!(refused(press(&town, &other, (seed(&other), 0), "说\u{202e}话")), "hidden_characters");
    // anonymous stays anonymous
    let form = Form { identity: "anonymous".into(), name: String::new(), mobile: String::new(), ..common::form("anonymous") };
    let nameless = town.file(&form).unwrap();
    press(&town, &nameless, (seed(&nameless), 0), "").unwrap();
    let (_, own) = reports(&town, seed(&nameless)).remove(0);
    assert!(own.filing.identity == Identity::Anonymous && own.filing.name.is_empty() && own.filing.mobile.is_empty());
}

/// Makes a colleague of another office a handler of accusations beside their work.
fn also_handles(town: &Town, login: &str, office: &str) {
    let mut staff = town.world.hall.site.directory().staff[&county::staff_id(login)].clone();
    office.clone_into(&mut staff.office);
    staff.roles.push(Role::AccusationHandler);
    town.world.set(Entry::Staff(staff), "roles");
}

fn nobody_who_had_to_do_with_the_matter_opens_the_report(engine: Engine) {
    let town = Town::new(engine);
    let (su, pan) = both(&town);
    // pan worked on the matter at the township before, and su is now led by the office that held it
    also_handles(&town, "gu", county::TOWNSHIP_OFFICE);
    let worked = town.replied("worked");
    also_handles(&town, "gu", county::SUPERVISION);
    let gu = crate::room::key(&town, "gu");
    crate::room::admit(&town, &su, gu.staff).unwrap();
    press(&town, &worked, (seed(&worked), 0), "").unwrap();
    let (id, own) = reports(&town, seed(&worked)).remove(0);
    assert!(own.pressed.as_ref().unwrap().people.contains(&gu.staff));
    assert!(opens(&town, &su, id) && opens(&town, &pan, id) && !opens(&town, &gu, id), "whoever worked on it has no key");
    assert_eq!(let_in(&town, "gu", true).unwrap(), ceremony::LetIn { kept_out: 1, ..ceremony::LetIn::default() });
    crate::room::admit(&town, &su, gu.staff).unwrap();
    assert!(!opens(&town, &gu, id), "no colleague lets them in");
    act(&town, &su, id, Deed::Name { accused: vec![appeals::sealed::about::Accused::Person(pan.staff)] }).unwrap();
    assert!(opens(&town, &su, id) && !opens(&town, &pan, id) && !opens(&town, &gu, id), "nor does a new key");
    // where the supervising body stands below the office concerned, nobody of it opens it by itself
    let mut office = town.world.hall.site.directory().offices[county::SUPERVISION].clone();
    office.superior = Some(county::TOWNSHIP_OFFICE.into());
    town.world.set(Entry::Office(office), "edited");
    let below = town.file(&common::form("below")).unwrap();
    press(&town, &below, (seed(&below), 0), "").unwrap();
    let (id, _) = reports(&town, seed(&below)).remove(0);
    assert!(!opens(&town, &su, id) && !opens(&town, &pan, id));
    assert_eq!(let_in(&town, "pan", false).unwrap().unclear, 1);
    assert_eq!(let_in(&town, "pan", true).unwrap().opened, 1, "the escrow holders decide");
    // and what the supervising body itself has it does not look into
    let own = town.file(&common::form("own")).unwrap();
    let assign = Command::Assign { to: county::SUPERVISION.into(), words: "请依职责办理".into() };
    town.act("qiao", &own, assign).unwrap();
    press(&town, &own, (seed(&own), 0), "").unwrap();
    town.act("ning", &own, Command::TakeOver).unwrap();
    assert_eq!(refused(press(&town, &own, (seed(&own), 1), "")), "pressed_supervising");
}

/// Tells it because of an accusation, whose own copy the code opens.
fn press_accused(town: &Town, filed: &Filed, seen: usize, words: &str) -> Result<(), No> {
    let (code, matter) = (seed(filed), filed.matter);
    let own = town.world.read(move |tx, site| appeals::sealed::own(tx, site, matter, &code)).unwrap().unwrap();
    let (directory, subject) = (town.world.hall.site.directory(), Subject { matter, ..Subject::default() });
    let permit = may(&directory, &Who::Resident { matter }, Act::ReportPressure, &subject).unwrap();
    let because = Because::Accusation(matter, Box::new(own));
    wait(pressed::send(&town.world.hall, Report { permit, because, seed: seed(filed), seen, words: words.into() }))
}

fn what_is_told_because_of_an_accusation_opens_to_those_alone_to_whom_the_accusation_does(engine: Engine) {
    let town = Town::new(engine);
    let (su, pan) = both(&town);
    let before = rest(&town);
    let plain = accuse(&town, "plain", "村里账目有假");
    press_accused(&town, &plain, 0, "昨晚有人砸了我家的窗户").unwrap();
    press_accused(&town, &plain, 0, "昨晚有人砸了我家的窗户").unwrap();
    assert_eq!(rest(&town), before, "nothing outside of the room shows either");
    let (id, own) = reports(&town, seed(&plain)).remove(0);
    assert_eq!(reports(&town, seed(&plain)).len(), 1, "sent twice from one page is once");
    assert_eq!(
        (own.filing.what.as_str(), own.pressed.as_ref().unwrap().number.as_str()),
        ("昨晚有人砸了我家的窗户", &*plain.number)
    );
    assert!(opens(&town, &su, id) && opens(&town, &pan, id));
    // who may be meant in the accusation has neither, though the report does not name them
    let name = town.world.hall.site.directory().staff[&pan.staff].name.clone();
    let named = accuse(&town, "named", &format!("{name}收了钱"));
    press_accused(&town, &named, 0, "有人来威胁我").unwrap();
    let (id, _) = reports(&town, seed(&named)).remove(0);
    assert!(opens(&town, &su, id) && !opens(&town, &pan, id) && !opens(&town, &pan, named.matter));
    assert_eq!(let_in(&town, "pan", false).unwrap().unclear, 2, "nor do the escrow holders let them in unasked");
    // and who was named after the accusation came in
    press_accused(&town, &plain, 1, "").unwrap();
    act(&town, &su, plain.matter, Deed::Name { accused: vec![appeals::sealed::about::Accused::Person(pan.staff)] }).unwrap();
    press_accused(&town, &plain, 2, "他又来了").unwrap();
    let told = reports(&town, seed(&plain));
    assert_eq!(told.iter().map(|(id, _)| opens(&town, &pan, *id)).collect::<Vec<_>>(), [true, true, false]);
    assert!(told.iter().all(|(id, _)| opens(&town, &su, *id)));
}

fn a_quarter_that_is_over_has_its_number_in_the_log_and_no_other_hint(engine: Engine) {
    let town = Town::new(engine);
    let filed = town.file(&common::form("one")).unwrap();
    accuse(&town, "plain", "村里账目有假");
    press(&town, &filed, (seed(&filed), 0), "").unwrap();
    press(&town, &filed, (seed(&filed), 1), "").unwrap();
    let counted = || -> Vec<(String, i64)> {
        let sql = "select fact from event where jurisdiction = $1 and kind = 'pressed_counted' order by position";
        let rows = town.world.read(move |tx, site| tx.rows(sql, params![site.jurisdiction])).unwrap();
        let facts = rows.iter().map(|row| serde_json::from_str::<Value>(&row.get::<String>("fact").unwrap()).unwrap());
        facts.map(|fact| (fact["x"]["q"].as_str().unwrap().to_owned(), fact["x"]["n"].as_i64().unwrap())).collect()
    };
    town.world.clock.days(1);
    town.tick();
    assert_eq!(counted(), []);
    town.world.clock.days(60);
    town.tick();
    assert_eq!(counted(), [("2026Q4".to_owned(), 2)]);
    town.tick();
    town.world.clock.days(1);
    town.tick();
    assert_eq!(counted().len(), 1, "once");
    town.world.clock.days(185);
    town.tick();
    assert_eq!(counted()[1..], [("2027Q1".to_owned(), 0), ("2027Q2".to_owned(), 0)], "none is left out");
    let mut figures = appeals::figures::Figures::default();
    let facts = town
        .world
        .read(|tx, site| tx.rows("select fact from event where jurisdiction = $1 order by position", params![site.jurisdiction]));
    facts.unwrap().iter().for_each(|row| figures.read(&row.get::<String>("fact").unwrap()));
    assert_eq!(figures.pressed.get("2026Q4"), Some(&2), "a stranger reads it from the entries");
    // every row has a mark of the same length, and one that was changed is named
    let marks = "select mark from accusation where jurisdiction = $1";
    let rows = town.world.read(move |tx, site| tx.rows(marks, params![site.jurisdiction])).unwrap();
    let marks: Vec<Vec<u8>> = rows.iter().map(|row| row.get("mark").unwrap()).collect();
    assert!(marks.len() == 3 && marks.iter().all(|mark| mark.len() == 32));
    let found = |sql: &'static str| {
        let done = town.world.write(move |tx, site, _| {
            tx.run(sql, &[])?;
            let found = check(tx, site)?;
            Err::<(), No>(Fault::other(format!("{} found", found.len())).into())
        });
        done.unwrap_err().to_string()
    };
    assert!(found("update accusation set mark = mark").contains("0 found"));
    assert!(found("update accusation set mark = submit").contains("3 found"));
}

fn a_named_accuser_hears_the_result_within_the_term_and_reads_when_it_was_missed(engine: Engine) {
    let town = Town::new(engine);
    let (su, _) = both(&town);
    let filed = accuse(&town, "one", "村里账目有假");
    let form = |key: &str| Form { kind: "accusation".into(), identity: "anonymous".into(), ..common::form(key) };
    let nameless = town.file(&form("nameless")).unwrap();
    let due = |filed: &Filed| {
        let listed = list(&town, &su).into_iter().find(|one| one.id == filed.matter).unwrap();
        (listed.stage, listed.due.map(|due| due.term), listed.late)
    };
    assert_eq!(due(&filed), (Stage::Received, Some("jw.named_accept".into()), false));
    assert_eq!(refused(act(&town, &su, filed.matter, Deed::Conclude)), "not_this_stage");
    for one in [&filed, &nameless] {
        act(&town, &su, one.matter, Deed::Accept).unwrap();
        assert_eq!(due(one), (Stage::Accepted, None, false), "no term runs while it is looked into");
        act(&town, &su, one.matter, Deed::Conclude).unwrap();
    }
    assert_eq!(due(&filed), (Stage::Concluded, Some("jw.named_result".into()), false));
    assert_eq!(due(&nameless), (Stage::Concluded, None, false), "who is anonymous reads it whenever it is there");
    let note = |by: &Handler| {
        let by = by.clone();
        town.world.write(move |tx, site, at| room::note_late(tx, site, at, &by)).unwrap();
    };
    note(&su);
    assert_eq!(told(&town, &filed), ["accept", "conclude"]);
    // fifteen working days from 2026-11-24 end on 2026-12-15
    let last = list(&town, &su).into_iter().find_map(|one| one.due).unwrap().due.last;
    assert_eq!(last.to_string(), "2026-12-15");
    town.world.clock.days(22);
    let other = accuse(&town, "later", "村里账目有假");
    assert_eq!(list(&town, &su)[0].id, filed.matter, "what is past its day stands first");
    assert_eq!(due(&filed), (Stage::Concluded, Some("jw.named_result".into()), true));
    note(&su);
    note(&su);
    assert_eq!(told(&town, &filed), ["accept", "conclude", "late"], "once");
    assert!(told(&town, &other).is_empty() && told(&town, &nameless).len() == 2);
    act(&town, &su, filed.matter, Deed::Answer { words: "账目已经查清".into() }).unwrap();
    assert_eq!(due(&filed), (Stage::Answered, None, false));
    let late = Deed::Late { term: "jw.named_result".into(), last };
    assert_eq!(refused(act(&town, &su, filed.matter, late)), "not_this_stage", "nobody writes it by hand");
}
