//! The n-th failure loop (F35): the first call of storage fails, then the second, and so on until an act runs clean; each once as
//! a single failure and once with everything after it failing too.
//!
//! Whatever fails, the act is answered with a fault or done; asked for again once storage is back it is there, once, with the
//! same receipt; and journal, log, tables, seals and keys agree.

use appeals::appeal::Command;
use appeals::filing::{Filed, Form, NotFiled, Upload, file};
use appeals::followup::Detail;
use appeals::{rebuild, sealed, store, tick};
use civic::file::FileStore;
use civic::refusal::No;
use db::drill::{Plan, arm};
use db::{Fault, FaultKind};
use testkit::{Engine, county, on_both};

use crate::common::{self, Town, reply, wait};

/// Calls of an act at most: an act of more is one that never runs clean.
const CALLS_MAX: u64 = 1_000;
/// How storage fails: once, or from a call on; as a disk that gave an error, or one that is full, which a store survives.
const WAYS: &[(bool, FaultKind)] =
    &[(false, FaultKind::Disk), (false, FaultKind::Full), (true, FaultKind::Disk), (true, FaultKind::Full)];

on_both![
    filing_with_a_file_through_every_failure,
    an_accusation_through_every_failure,
    assigning_through_every_failure,
    replying_through_every_failure,
    rating_through_every_failure,
    the_daily_batch_through_every_failure,
    shredding_through_every_failure,
];

fn filing_with_a_file_through_every_failure(engine: Engine) {
    every_failure(engine, Step::File);
}

fn an_accusation_through_every_failure(engine: Engine) {
    every_failure(engine, Step::Accuse);
}

fn assigning_through_every_failure(engine: Engine) {
    every_failure(engine, Step::Assign);
}

fn replying_through_every_failure(engine: Engine) {
    every_failure(engine, Step::Reply);
}

fn rating_through_every_failure(engine: Engine) {
    every_failure(engine, Step::Rate);
}

fn the_daily_batch_through_every_failure(engine: Engine) {
    every_failure(engine, Step::Batch);
}

fn shredding_through_every_failure(engine: Engine) {
    every_failure(engine, Step::Shred);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    File,
    Accuse,
    Assign,
    Reply,
    Rate,
    Batch,
    Shred,
}

/// Is what an act is done to.
struct Subject {
    form: Form,
    filed: Option<Filed>,
    /// The log's size before.
    size: u64,
}

/// Is what a sender was told: number, code and receipt where there are any.
type Told = Option<(String, String, String)>;

fn every_failure(engine: Engine, step: Step) {
    // the daily batch has very many calls, and PostgreSQL a long way: there a single failure and a lasting one must do
    let ways = if engine == Engine::Postgres || step == Step::Batch { &WAYS[1..3] } else { WAYS };
    for (lasting, kind) in ways {
        let mut town = Town::new(engine);
        let mut nth = 0;
        loop {
            nth += 1;
            assert!(nth < CALLS_MAX, "{step:?} never runs clean");
            let subject = prepare(&town, step, &format!("{step:?}-{nth}"));
            let armed = arm(Plan { nth, lasting: *lasting, kind: *kind });
            let first = carry_out(&town, step, &subject);
            let failed = armed.over();
            if !town.world.hall.takes_writes() {
                town = Town { world: town.world.reopened() };
            }
            let again = carry_out(&town, step, &subject);
            let case = format!("{step:?}, call {nth}, {failed:?} as {kind:?}: {first:?}, then {again:?}");
            fits(&town, (step, &subject), (&first, &again), &case);
            if failed.is_empty() {
                assert!(first.is_ok(), "{case}");
                println!("{step:?}: {} calls, each failed as {kind:?}, lasting: {lasting}", nth - 1);
                break;
            }
        }
        agrees(&town, step);
    }
}

/// Checks what an act came to, first while storage failed and then again.
fn fits(town: &Town, (step, subject): (Step, &Subject), (first, again): (&Result<Told, No>, &Result<Told, No>), case: &str) {
    assert_eq!(done(town, step, subject), 1, "{case}");
    match (first, again) {
        (Ok(first), Ok(again)) => assert_eq!(first, again, "{case}"),
        // nothing but what was done already stands in the way
        (_, Ok(_) | Err(No::Refused(_))) => {}
        (_, Err(_)) => panic!("storage is back: {case}"),
    }
    assert!(!format!("{first:?}").contains("panicked"), "{case}");
    town.world.check_log().expect(case);
}

fn prepare(town: &Town, step: Step, key: &str) -> Subject {
    let kind = if matches!(step, Step::Accuse | Step::Batch) { "accusation" } else { "help" };
    let form = Form { kind: kind.into(), ..common::form(key) };
    let filed = match step {
        Step::File | Step::Accuse => None,
        Step::Rate => Some(town.replied_to(&form)),
        _ => Some(town.file(&form).unwrap()),
    };
    match (step, &filed) {
        (Step::Reply, Some(filed)) => drop(town.act("gu", filed, Command::Accept { category: "14".into() }).unwrap()),
        (Step::Rate, Some(filed)) => drop(town.resident(filed, Command::Open).unwrap()),
        (Step::Batch, _) => town.world.clock.days(1),
        _ => {}
    }
    Subject { form, filed, size: town.world.read(appeals::queue::log_size).unwrap() }
}

fn carry_out(town: &Town, step: Step, subject: &Subject) -> Result<Told, No> {
    let Some(filed) = &subject.filed else { return send(town, step, &subject.form) };
    match step {
        Step::File | Step::Accuse => send(town, step, &subject.form),
        Step::Assign => {
            town.act("gu", filed, Command::Assign { to: county::WATER.into(), words: "请你单位办理".into() }).map(|_| None)
        }
        Step::Reply => town.act("gu", filed, reply()).map(|_| None),
        Step::Rate => {
            let matter = filed.matter;
            let loaded = town.world.read(move |tx, site| store::load(tx, site, matter))?.ok_or(No::Absent)?;
            let of = loaded.state.reply().ok_or(No::Absent)?.leaf;
            let signature = filed.code.seed().sign_rating(&civic::journal::pseudonym(&loaded.key), of, 5);
            town.resident(filed, Command::Rate { grade: 5, words: "修好了".into(), signature, detail: Detail::default() })
                .map(|_| None)
        }
        Step::Batch => {
            while town.world.write(|tx, site, (now, _)| tick::tick(tx, site, now))? > 0 {}
            Ok(None)
        }
        Step::Shred => {
            let key = key_of(town, filed)?.ok_or(No::Absent)?;
            Ok(town.world.hall.site.keystore.shred(key).map(|()| None)?)
        }
    }
}

/// Files with one attachment, as the pages do: the file is durable before anything names it.
fn send(town: &Town, step: Step, form: &Form) -> Result<Told, No> {
    let files = FileStore::open(town.world.ground().path().join("files"))?;
    let uploads = if step == Step::File {
        vec![Upload { name: "a.pdf".into(), bytes: form.submit_key.clone().into_bytes() }]
    } else {
        vec![]
    };
    let (site, mut chance) = (town.world.hall.site.clone(), town.world.hall.site.chance());
    let keep = |key: &civic::vault::Key, uploads: &[Upload]| {
        let kept = uploads.iter().map(|upload| {
            let address = files.put((key, &format!("file {}", site.jurisdiction)), &upload.bytes, &mut chance)?.to_string();
            Ok(appeals::appeal::FileRef {
                unscanned: false,
                name: upload.name.clone(),
                media: "application/pdf".into(),
                size: upload.bytes.len() as u64,
                sha256: String::new(),
                original: address.clone(),
                cleaned: address,
                key: None,
            })
        });
        kept.collect()
    };
    match wait(file(&town.world.hall, form, &uploads, None, keep)) {
        Ok(filed) => Ok(Some((filed.number, filed.code.shown(), filed.receipt))),
        Err(NotFiled::No(no)) => Err(no),
        Err(other) => panic!("the form is good: {other:?}"),
    }
}

/// Counts how often the act is done.
fn done(town: &Town, step: Step, subject: &Subject) -> usize {
    let count =
        |kind: &str| subject.filed.as_ref().map_or(0, |filed| town.kinds(filed).iter().filter(|found| *found == kind).count());
    match step {
        Step::File => {
            let form = subject.form.clone();
            let filed = wait(appeals::filing::repeated(
                &town.world.hall,
                &form,
                &[Upload { name: String::new(), bytes: form.submit_key.clone().into_bytes() }],
            ));
            let filed = filed.unwrap().expect("what was filed is found by its key");
            let matter = filed.matter;
            let loaded = town.world.read(move |tx, site| store::load(tx, site, matter)).unwrap().unwrap();
            let appeals::Event::Filed(filing) = &loaded.events[0].1 else { panic!("a life begins with the filing") };
            let files = FileStore::open(town.world.ground().path().join("files")).unwrap();
            let address = civic::file::Address::parse(&filing.files[0].original).unwrap();
            let bytes = files.get(&address, (&loaded.key, &format!("file {}", town.world.hall.site.jurisdiction))).unwrap();
            assert_eq!(bytes, form.submit_key.into_bytes());
            loaded.events.len()
        }
        Step::Accuse => usize::from(wait(appeals::filing::repeated(&town.world.hall, &subject.form, &[])).unwrap().is_some()),
        Step::Assign => count("assigned"),
        Step::Reply => count("replied"),
        Step::Rate => count("rated"),
        Step::Batch => ((town.world.read(appeals::queue::log_size).unwrap() - subject.size) / 64) as usize,
        Step::Shred => {
            let filed = subject.filed.as_ref().unwrap();
            usize::from(key_of(town, filed).unwrap().is_some_and(|key| town.world.hall.site.keystore.get(key).unwrap().is_none()))
        }
    }
}

fn key_of(town: &Town, filed: &Filed) -> Result<Option<i64>, Fault> {
    let matter = filed.matter;
    town.world.read(move |tx, site| {
        let sql = "select key_id from matter where jurisdiction = $1 and id = $2";
        tx.row(sql, db::params![site.jurisdiction, matter])?.map(|row| row.get("key_id")).transpose()
    })
}

/// Checks at the end of a series what the operator's tools check.
fn agrees(town: &Town, step: Step) {
    let found = town.world.write(move |tx, site, _| {
        if step == Step::Shred {
            rebuild::rebuild(tx, site)?; // what was erased leaves the tables, as after a restore
        }
        let before = rebuild::fingerprints(tx, site)?;
        rebuild::rebuild(tx, site)?;
        let equal = before == rebuild::fingerprints(tx, site)?;
        Ok::<_, Fault>((equal, sealed::check(tx, site)?, civic::access::check(tx, site)?))
    });
    let (equal, seals, readings) = found.unwrap();
    assert!(equal, "{step:?}: tables built anew are others");
    assert!(seals.is_empty() && readings.is_empty(), "{step:?}: {seals:?} {readings:?}");
    let keys = town.world.hall.site.keystore.check().unwrap();
    assert!(keys.is_empty(), "{step:?}: {keys:?}");
}
