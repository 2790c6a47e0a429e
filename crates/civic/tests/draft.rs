//! Drafts on both engines: words survive a day, open with their cookie only, and go.

use civic::draft::{self, DRAFT_BYTES_MAX, DRAFT_STEPS_MAX, Draft};
use civic::refusal::No;
use db::Fault;
use testkit::county::JURISDICTION;
use testkit::{Engine, World, on_both};

on_both![
    what_was_typed_is_kept_per_step_for_a_day_and_then_gone,
    at_rest_a_draft_opens_for_nobody_and_another_cookie_finds_nothing,
    a_draft_has_limits_that_are_said_in_words,
];

fn of(token: &'static str) -> Draft<'static> {
    Draft { jurisdiction: JURISDICTION, token }
}

fn put(world: &World, token: &'static str, step: &'static str, content: &'static str) {
    world.write(move |tx, _, by| draft::put(tx, of(token), by, (step, content.as_bytes()))).unwrap();
}

fn get(world: &World, token: &'static str, step: &'static str) -> Option<String> {
    let now = world.now();
    let found = world.read(move |tx, _| draft::get(tx, of(token), now, step)).unwrap();
    found.map(|bytes| String::from_utf8(bytes).unwrap())
}

fn what_was_typed_is_kept_per_step_for_a_day_and_then_gone(engine: Engine) {
    let world = World::new(engine);
    put(&world, "token", "what", "水管坏了");
    put(&world, "token", "where", "村口");
    put(&world, "token", "what", "水管坏了三天");
    assert_eq!(get(&world, "token", "what").as_deref(), Some("水管坏了三天"));
    let now = world.now();
    let all = world.read(move |tx, _| draft::all(tx, of("token"), now)).unwrap();
    assert_eq!(all.iter().map(|(step, _)| step.as_str()).collect::<Vec<_>>(), ["what", "where"]);
    world.clock.days(1);
    assert_eq!(get(&world, "token", "what"), None);
    put(&world, "other", "what", "新的");
    let swept = world.write(|tx, site, (now, _)| draft::sweep(tx, site.jurisdiction, now)).unwrap();
    assert_eq!(swept, 2);
    world.write(|tx, _, _| draft::erase(tx, of("other"))).unwrap();
    assert_eq!(get(&world, "other", "what"), None);
}

fn at_rest_a_draft_opens_for_nobody_and_another_cookie_finds_nothing(engine: Engine) {
    let world = World::new(engine);
    put(&world, "token", "what", "secret words");
    assert_eq!(get(&world, "token2", "what"), None);
    let row = world.read(|tx, _| tx.row("select token_hash, content from draft", &[])).unwrap().unwrap();
    let (hash, content): (Vec<u8>, Vec<u8>) = (row.get("token_hash").unwrap(), row.get("content").unwrap());
    assert!(!content.windows(6).any(|window| window == b"secret"));
    assert!(!hash.windows(5).any(|window| window == b"token"));
}

fn a_draft_has_limits_that_are_said_in_words(engine: Engine) {
    let world = World::new(engine);
    let code = |answer: Result<(), No>| match answer {
        Err(No::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    };
    let long = vec![b'x'; DRAFT_BYTES_MAX + 1];
    assert_eq!(code(world.write(move |tx, _, by| draft::put(tx, of("t"), by, ("what", &long)))), "draft_long");
    let many = world.write(|tx, _, (now, chance)| {
        for step in 0..=DRAFT_STEPS_MAX {
            draft::put(tx, of("t"), (now, chance), (&step.to_string(), b"x"))?;
        }
        Ok(())
    });
    assert_eq!(code(many), "draft_full");
    world.read(|tx, _| db::prepare_all(tx, draft::STATEMENTS)).unwrap();
    let none = world.read(|tx, _| Ok::<_, Fault>(tx.rows("select step from draft", &[])?.len())).unwrap();
    assert_eq!(none, 0, "a refused command keeps nothing");
}
