//! Values come back as they went in, on both engines.

use db::{Migration, NoHooks, Options, Store, Value, params};
use testkit::{Engine, Ground, on_both};
use uuid::Uuid;

on_both![
    every_type_comes_back,
    nothing_fits_every_column,
    another_type_than_asked_for_is_a_fault,
    parameters_are_bound_by_their_number
];

const TABLE: Migration = Migration {
    name: "0001_every_type",
    sql: "create table every_type (id bigint not null primary key, whole bigint, real double precision, flag boolean,
            words text, bytes bytea, name uuid)",
    sql_postgres: None,
};
const PUT: &str = "insert into every_type (id, whole, real, flag, words, bytes, name) values ($1, $2, $3, $4, $5, $6, $7)";
const GET: &str = "select whole, real, flag, words, bytes, name from every_type where id = $1";

fn store(ground: &Ground) -> Store {
    Store::open(&ground.target("values"), Options::default(), &[TABLE], Box::new(NoHooks)).unwrap()
}

fn every_type_comes_back(engine: Engine) {
    let ground = Ground::new(engine);
    let store = store(&ground);
    let texts = ["", "民声 \u{1f4ee}", "a'b\"c;--\\", "\u{feff}\u{200b}\u{202e}x"];
    let wholes = [0, -1, i64::MIN, i64::MAX];
    let reals = [0.0, -0.1, f64::MIN, f64::MIN_POSITIVE];
    let bytes: [Vec<u8>; 4] = [vec![], vec![0], (0..=255).collect(), vec![7; 70_000]];
    for at in 0..4 {
        let (text, whole, real, blob, flag) = (texts[at], wholes[at], reals[at], bytes[at].clone(), at % 2 == 0);
        let name = Uuid::from_u128(u128::MAX / (at as u128 + 1));
        let sent = blob.clone();
        store.write_blocking(move |tx| tx.run(PUT, params![at as i64, whole, real, flag, text, sent, name]).map(drop)).unwrap();
        let row = store.read_blocking(move |tx| tx.row(GET, params![at as i64])).unwrap().unwrap();
        assert_eq!(row.get::<i64>("whole").unwrap(), whole);
        assert_eq!(row.get::<f64>("real").unwrap().to_bits(), real.to_bits());
        assert_eq!(row.get::<bool>("flag").unwrap(), flag);
        assert_eq!(row.get::<String>("words").unwrap(), text);
        assert_eq!(row.get::<Vec<u8>>("bytes").unwrap(), blob);
        assert_eq!(row.get::<Uuid>("name").unwrap(), name);
    }
}

fn nothing_fits_every_column(engine: Engine) {
    let ground = Ground::new(engine);
    let store = store(&ground);
    let none = Value::Null;
    let row = store
        .write_blocking(move |tx| {
            tx.run(PUT, &[Value::Int(1), none.clone(), none.clone(), none.clone(), none.clone(), none.clone(), none])?;
            tx.row(GET, params![1_i64])
        })
        .unwrap()
        .unwrap();
    assert!(row.values().iter().all(|value| *value == Value::Null));
    assert_eq!(row.get::<Option<String>>("words").unwrap(), None);
    assert!(row.get::<String>("words").is_err());
    assert_eq!(row.columns(), ["whole", "real", "flag", "words", "bytes", "name"]);
}

fn another_type_than_asked_for_is_a_fault(engine: Engine) {
    let ground = Ground::new(engine);
    let store = store(&ground);
    let row = store
        .write_blocking(|tx| {
            tx.run(PUT, params![1_i64, 2_i64, 0.5, true, "words", vec![1_u8], Uuid::nil()])?;
            tx.row(GET, params![1_i64])
        })
        .unwrap()
        .unwrap();
    assert!(row.get::<String>("whole").is_err());
    assert!(row.get::<i64>("words").is_err());
    assert!(row.get::<[u8; 2]>("bytes").is_err());
    assert_eq!(row.get::<[u8; 1]>("bytes").unwrap(), [1]);
    assert!(row.get::<i64>("no_such_column").unwrap_err().to_string().contains("no_such_column"));
}

fn parameters_are_bound_by_their_number(engine: Engine) {
    let ground = Ground::new(engine);
    let store = store(&ground);
    let row = store.read_blocking(|tx| {
        tx.row(
            "select cast($2 as bigint) as second, cast($1 as bigint) as first, cast($2 as bigint) as again",
            params![1_i64, 2_i64],
        )
    });
    let row = row.unwrap().unwrap();
    let read = |name: &str| row.get::<i64>(name).unwrap();
    assert_eq!((read("first"), read("second"), read("again")), (1, 2, 2));
    let short = store.read_blocking(|tx| tx.row("select cast($2 as bigint) as second", params![1_i64]));
    assert!(short.is_err(), "a parameter without a value is a fault");
}
