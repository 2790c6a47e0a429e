//! The writer: small commands that share commits.

use db::{Fault, Migration, NoHooks, Options, Store, params};
use testkit::{Engine, Ground};

use crate::measure::{Row, at_once, runtime};

const TABLE: Migration = Migration {
    name: "0001_small",
    sql: "create table small (id bigint not null primary key, words text not null)",
    sql_postgres: None,
};

/// Measures commands of one insert each.
pub fn small_commands(engine: Engine) -> Row {
    let ground = Ground::new(engine);
    let store = Store::open(&ground.target("bench"), Options::default(), &[TABLE], Box::new(NoHooks)).expect("the store opens");
    let clients = store.clone();
    at_once(&format!("small command, {engine:?}"), &runtime(), (64, 300), move |number| {
        let store = clients.clone();
        async move {
            let insert = "insert into small (id, words) values ($1, $2)";
            let write = store.write(move |tx| tx.run(insert, params![number as i64, "路灯不亮"]).map(drop));
            write.await.unwrap_or_else(|fault: Fault| panic!("{fault}"));
        }
    })
}
