//! The room over a database: statements, and rows that are what the events say.

use civic::journal;
use civic::permit::Who;
use db::Fault;
use forum::post::Contact;
use forum::run::{Request, execute};
use forum::words::Typed;
use forum::write::{New, prepare, write};
use forum::{Command, Event, Kind, State};
use testkit::{Engine, World, county, on_both};
use uuid::Uuid;

on_both![every_statement_can_be_prepared, rows_are_what_the_events_say];

fn world(engine: Engine) -> World {
    World::with(engine, testkit::migrations(&[forum::MIGRATIONS]))
}

fn every_statement_can_be_prepared(engine: Engine) {
    let world = world(engine);
    world.read(|tx, _| db::prepare_all(tx, forum::STATEMENTS)).unwrap();
}

fn staff(login: &str) -> Who {
    Who::Staff { id: county::staff_id(login), session: Uuid::nil() }
}

fn rows_are_what_the_events_say(engine: Engine) {
    let world = world(engine);
    let new = New {
        kind: Kind::Topic,
        topic: None,
        place: county::VILLAGE.to_owned(),
        theme: "03".to_owned(),
        office: String::new(),
        head: false,
        typed: Typed { title: "水管".into(), text: "漏了三天，请打13812345678".into(), pen: "河边人".into() },
        contact: Contact::default(),
        submit_key: "k".to_owned(),
        accuses: false,
    };
    let ready = prepare(&world.hall.site, new).unwrap();
    let post = world.write(move |tx, site, by| write(tx, site, by, (&ready, None))).unwrap().post;
    let hide = Command::Hide { ground: "1_personal".into(), words: "有电话".into() };
    let steps = [
        (staff("gu"), Command::Publish),
        (Who::Anyone, Command::Report { ground: "4_other".into(), words: String::new() }),
        (staff("an"), hide),
        (Who::Resident { matter: post }, Command::Object { words: "已经盖住了".into() }),
        (staff("gu"), Command::Decide { stays: false, words: "没有个人信息".into() }),
        (Who::Resident { matter: post }, Command::Matter { number: "MS".into() }),
    ];
    for (who, command) in steps {
        let request = Request { who, post, seen: None, command };
        world.write(move |tx, site, by| execute(tx, site, by, &request)).unwrap();
    }
    let foreign = Request { who: Who::Resident { matter: Uuid::nil() }, post, seen: None, command: Command::Withdraw };
    assert!(world.write(move |tx, site, by| execute(tx, site, by, &foreign)).is_err(), "another post's code opens nothing here");
    let (told, row) = world
        .read(move |tx, site| {
            let raws = journal::of_matter(tx, site.jurisdiction, post)?;
            let mut state: Option<State> = None;
            for raw in &raws {
                let key = site.keystore.get(raw.key_id)?.unwrap();
                let stored = journal::open_body(site, raw, &key)?;
                let event: Event = serde_json::from_value(stored.body.clone()).unwrap();
                if let Some(state) = &mut state {
                    state.apply(&event, (stored.at, stored.day));
                } else {
                    let Event::Written(written) = &event else { panic!("{event:?}") };
                    state = Some(State::begin(post, written, stored.at));
                }
            }
            Ok::<_, Fault>((state.unwrap(), forum::get(tx, site, post)?.unwrap()))
        })
        .unwrap();
    assert_eq!(row.state, Some(told.face()));
    assert_eq!((row.version, row.standing), (told.version, told.standing));
    assert!(!serde_json::to_string(&told).unwrap().contains("13812345678"), "unmasked words are kept nowhere");
    world.check_log().unwrap();
    compared(&world, post);
}

/// Edits the tables in every way, each time taken back: every edit is found, and nothing where there was none.
fn compared(world: &World, post: Uuid) {
    let compare = |world: &World| world.read(forum::check::compare).unwrap();
    assert_eq!(compare(world), [] as [String; 0], "the tables are what the events say");
    for (edit, says) in [
        ("update forum_post set standing = 'hidden'", "post"),
        ("update forum_post set replies = 7", "post"),
        ("update forum_post set shown = shown + 1", "post"),
        ("delete from forum_list where list = 'b||03|'", "post"),
        ("update forum_measure set ground = '2_insult'", "post"),
        ("delete from forum_measure", "post"),
        ("update forum_tally set many = 9", "forum_tally"),
        ("delete from forum_post", "post"),
    ] {
        let taken_back = world.write(move |tx, site, _| -> Result<(), Fault> {
            tx.run(edit, &[])?;
            Err(Fault::other(format!("{:?}", forum::check::compare(tx, site)?)))
        });
        let found = taken_back.unwrap_err().to_string();
        assert!(found != "[]" && found.contains(says), "{edit}: {found}");
    }
    let orphan = world.write(move |tx, site, _| -> Result<(), Fault> {
        let row = db::params![site.jurisdiction, Uuid::from_u128(9)];
        tx.run("insert into forum_list (jurisdiction, list, at, post) values ($1, 'b|||', 1, $2)", row)?;
        Err(Fault::other(format!("{:?}", forum::check::compare(tx, site)?)))
    });
    assert!(orphan.unwrap_err().to_string().contains("forum_list"), "a row that no post has is found");
    let request = Request { who: Who::Resident { matter: post }, post, seen: None, command: Command::Withdraw };
    world.write(move |tx, site, by| execute(tx, site, by, &request)).unwrap();
    assert_eq!(compare(world), [] as [String; 0]);
    forum::run::finish(&world.hall).unwrap();
    assert_eq!(compare(world), [] as [String; 0], "nor where nobody opens its words any more");
}
