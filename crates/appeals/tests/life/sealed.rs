//! Accusations under the hands of a database administrator: what was kept and is gone or changed is named.

use appeals::filing::Form;
use appeals::sealed;
use civic::finding::Finding;
use civic::vault::index;
use data_encoding::HEXLOWER;
use db::{Fault, Tx};
use testkit::{Engine, on_both};

use crate::common::{self, Town};

on_both![
    a_row_that_is_gone_or_changed_is_named_once_its_day_has_its_tally,
    a_clock_that_was_put_back_breaks_no_promise_and_no_tally,
];

/// Takes an edit back once its findings are known.
enum Taken {
    Back(Vec<Finding>),
    Failed(Fault),
}

impl From<Fault> for Taken {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

fn after(town: &Town, edit: impl FnOnce(&mut Tx<'_>) -> Result<u64, Fault> + Send + 'static) -> Vec<String> {
    let found = town.world.write(move |tx, site, _| {
        edit(tx)?;
        Err::<(), _>(Taken::Back(sealed::check(tx, site)?))
    });
    match found {
        Err(Taken::Back(found)) => found.iter().map(Finding::to_string).collect(),
        Err(Taken::Failed(fault)) => panic!("{fault}"),
        Ok(()) => unreachable!("the edit is always taken back"),
    }
}

/// Files an accusation; returns its number, and what stands for the number in its row.
fn accuse(town: &Town, key: &str) -> (String, String) {
    let form = Form { kind: "accusation".into(), what: format!("村里账目有假 {key}"), ..common::form(key) };
    let number = town.file(&form).unwrap().number;
    let sign = HEXLOWER.encode(&index(&town.world.hall.site.keys.index, "accusation_number", &number));
    (number, sign)
}

fn a_row_that_is_gone_or_changed_is_named_once_its_day_has_its_tally(engine: Engine) {
    let town = Town::new(engine);
    let ((number, first), _) = (accuse(&town, "first"), accuse(&town, "second"));
    town.world.clock.days(1);
    town.tick();
    let (_, today) = accuse(&town, "third");
    let none: [String; 0] = [];
    assert_eq!(after(&town, |_| Ok(0)), none);
    let batched = "select position from event where kind = 'sealed' order by position limit 1";
    let batch: i64 = town.world.read(move |tx, _| tx.row(batched, &[])?.unwrap().get("position")).unwrap();
    let gone = format!("missing accusation/before-2026-11-25 {batch}");
    let one = format!("delete from accusation where number = '{first}'");
    for sql in [one, "delete from accusation".into(), "delete from accusation where commitment is null".into()] {
        assert_eq!(after(&town, move |tx| tx.run(&sql, &[])), std::slice::from_ref(&gone));
    }
    for (column, other) in [("sealed", "own"), ("own", "form"), ("code", "form"), ("submit", "form"), ("form", "code")] {
        let sql = format!("update accusation set {column} = {other} where number = '{first}'");
        let found = after(&town, move |tx| tx.run(&sql, &[]));
        assert!(found.len() == 1 && found[0].starts_with("changed accusation/"), "{column}: {found:?}");
        assert!(!found[0].contains(&number) && !found[0].contains(&first), "a number must not be told to be an accusation's");
    }
    let moved = format!("update accusation set day = '2026-12-31' where number = '{first}'");
    assert_eq!(after(&town, move |tx| tx.run(&moved, &[])).len(), 2, "changed, and gone from its day");
    let unsealed = format!("update accusation set seal = null, sealed = own where number = '{first}'");
    assert_eq!(after(&town, move |tx| tx.run(&unsealed, &[])).len(), 2);
    let waiting = format!("delete from accusation where number = '{today}'");
    assert_eq!(after(&town, move |tx| tx.run(&waiting, &[])), none, "until its batch only the resident's promise tells");
    town.world.clock.days(1);
    town.tick();
    assert_eq!(after(&town, |_| Ok(0)), none);
    let later = format!("delete from accusation where number = '{today}'");
    assert!(after(&town, move |tx| tx.run(&later, &[]))[0].starts_with("missing accusation/before-2026-11-26 "));
}

/// Found by the drill `time`: after a clock had stood in 2028, what was filed by the right one looked removed.
fn a_clock_that_was_put_back_breaks_no_promise_and_no_tally(engine: Engine) {
    let town = Town::new(engine);
    accuse(&town, "first");
    town.world.clock.set("2028-02-29T04:00:00Z");
    town.tick();
    town.world.clock.set("2026-11-25T02:00:00Z");
    let form = Form { kind: "accusation".into(), what: "村里账目有假".into(), ..common::form("second") };
    let receipt = town.file(&form).unwrap().receipt;
    let by = receipt.split("\n\n").nth(1).unwrap().lines().nth(4).unwrap();
    assert!(by > "2028-02-29", "the log is in 2028 by now, a promise for {by} would be broken already");
    for day in ["2026-11-26T02:00:00Z", "2028-03-02T02:00:00Z", "2028-03-05T02:00:00Z"] {
        town.world.clock.set(day);
        town.tick();
        assert_eq!(after(&town, |_| Ok(0)), Vec::<String>::new(), "{day}");
    }
}
