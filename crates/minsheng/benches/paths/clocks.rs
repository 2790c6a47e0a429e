//! The passing of time: a night in which nothing is due, all open matters gone through after the calendar changed, and the clocks themselves.

use std::env;
use std::hint::black_box;
use std::sync::{Arc, Mutex};

use appeals::decide::{Ctx, due_now};
use appeals::filing::file;
use appeals::{State, store, tick, track};
use db::Fault;
use testkit::{Engine, World};

use crate::filing::{form, migrations};
use crate::measure::{Row, alone, at_once, runtime};

/// Open matters where no number is given: `cargo bench -p minsheng --bench paths -- 1000000`, which takes a quarter of an hour to file.
const OPEN_USUAL: usize = 20_000;
/// Who files at once.
const CLIENTS: usize = 64;
/// Matters gone through in one run after the calendar changed.
const PAGE: usize = 200;
/// Nights.
const NIGHTS: usize = 20;
/// Clocks looked at.
const CLOCKS: usize = 1_000_000;
/// Matters whose clocks these are: each is looked at again and again.
const LOADED: usize = 500;

/// Measures all three on one thread.
pub fn clocks(engine: Engine) -> Vec<Row> {
    let open = env::args().find_map(|said| said.parse().ok()).unwrap_or(OPEN_USUAL);
    let world = World::with(engine, migrations());
    let slips = filed(&world, open);
    let night = |what: &str, count| {
        alone(&format!("{what}, {open} open matters, {engine:?}"), count, |_| {
            let made = world.write(move |tx, site, (now, _)| tick::tick(tx, site, now));
            assert!(made.is_ok(), "a night passes");
        })
    };
    let walk = night("run of a night, 200 matters, after the calendar changed", open.div_ceil(PAGE) + 2);
    let nights = night("night in which nothing is due", NIGHTS);
    let states = world.read(move |tx, site| {
        let load = |(number, code): &(String, String)| -> Result<Option<Arc<State>>, Fault> {
            let Some(opened) = track::open(tx, site, number, code)? else { return Ok(None) };
            Ok(store::load(tx, site, opened.matter)?.map(|loaded| loaded.state))
        };
        slips.iter().map(load).collect::<Result<Option<Vec<Arc<State>>>, Fault>>()
    });
    let states = states.unwrap_or_else(|fault| panic!("{fault}")).expect("what was filed is there");
    let (site, now) = (Arc::clone(&world.hall.site), world.now());
    let (rules, calendar, directory) = (site.rules(), site.calendar(), site.directory());
    let ctx = Ctx::new((now, site.day(now)), (&rules, &calendar), &directory);
    let looking = alone("clock of an open matter", CLOCKS, |number| {
        black_box(due_now(black_box(&states[number % states.len()]), &ctx));
    });
    vec![walk, nights, looking]
}

/// Files matters and returns numbers and codes of some.
fn filed(world: &World, open: usize) -> Vec<(String, String)> {
    let slips = Arc::new(Mutex::new(Vec::new()));
    let (hall, kept) = (world.hall.clone(), Arc::clone(&slips));
    at_once("filed", &runtime(), (CLIENTS, open.div_ceil(CLIENTS)), move |number| {
        let (hall, kept) = (hall.clone(), Arc::clone(&kept));
        async move {
            let filed = file(&hall, &form(number), &[], None, |_, _| Ok(Vec::new())).await;
            let filed = filed.unwrap_or_else(|why| panic!("{why:?}"));
            let mut kept = kept.lock().expect("no client panicked");
            if kept.len() < LOADED {
                kept.push((filed.number, filed.code.shown()));
            }
        }
    });
    std::mem::take(&mut *slips.lock().expect("no client panicked"))
}
