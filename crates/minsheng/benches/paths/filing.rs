//! Filing an appeal and opening it again, without the web in front.

use std::sync::{Arc, Mutex};

use appeals::filing::{Form, file};
use appeals::track;
use db::{Fault, Migration};
use testkit::{Engine, World, county};

use crate::measure::{Row, at_once, runtime};

/// Measures filing and then following by number and code.
pub fn file_and_follow(engine: Engine) -> Vec<Row> {
    let world = World::with(engine, migrations());
    let runtime = runtime();
    let slips = Arc::new(Mutex::new(Vec::new()));
    let (hall, kept) = (world.hall.clone(), Arc::clone(&slips));
    let filing = at_once(&format!("appeal filed, receipt made, {engine:?}"), &runtime, (64, 50), move |number| {
        let (hall, kept) = (hall.clone(), Arc::clone(&kept));
        async move {
            let filed = file(&hall, &form(number), &[], None, |_, _| Ok(Vec::new())).await;
            let filed = filed.unwrap_or_else(|why| panic!("{why:?}"));
            kept.lock().expect("no client panicked").push((filed.number, filed.code.shown()));
        }
    });
    let slips = Arc::new(std::mem::take(&mut *slips.lock().expect("no client panicked")));
    let hall = world.hall.clone();
    let following = at_once(&format!("appeal opened by number and code, {engine:?}"), &runtime, (64, 100), move |number| {
        let (hall, slips) = (hall.clone(), Arc::clone(&slips));
        async move {
            let (site, (matter, code)) = (Arc::clone(&hall.site), slips[number % slips.len()].clone());
            let opened = hall.store.read(move |tx| track::open(tx, &site, &matter, &code)).await;
            assert!(opened.unwrap_or_else(|fault: Fault| panic!("{fault}")).is_some(), "a slip opens its matter");
        }
    });
    vec![filing, following]
}

/// Puts together the tables of all rooms.
pub fn migrations() -> &'static [Migration] {
    testkit::migrations(&[
        appeals::MIGRATIONS,
        forum::MIGRATIONS,
        insight::MIGRATIONS,
        oversight::MIGRATIONS,
        channels::MIGRATIONS,
    ])
}

/// Writes what a resident fills in.
pub fn form(number: usize) -> Form {
    Form {
        what: "村口的路灯坏了三天，晚上孩子放学看不见路，请尽快派人来修，谢谢。".into(),
        place: county::VILLAGE.into(),
        kind: "help".into(),
        identity: "named".into(),
        name: "田小满".into(),
        mobile: format!("139{number:08}"),
        submit_key: format!("bench-{number}"),
        ..Form::default()
    }
}
