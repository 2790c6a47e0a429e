//! A database that grows while a connection goes on: plans of PostgreSQL made while there was nothing are not kept for ever.

use db::{Fault, Migration, NoHooks, Options, Store, Tx, params};
use testkit::{Engine, Ground};

/// Two indexes of which each would do while there is nothing; the newer one is taken then.
const MADE: Migration = Migration {
    name: "0001_made",
    sql: "create table made (site bigint not null, id bigint not null, more text not null, primary key (site, id));
          create index made_more on made (site, more);",
    sql_postgres: None,
};
const ASK: &str = "select id from made where site = $1 and id = $2";

/// Returns the plan that this connection goes by.
fn plan(tx: &mut Tx<'_>) -> Result<String, Fault> {
    let named = tx.rows("select cast(name as text) as name from pg_prepared_statements where statement = $1", params![ASK])?;
    let name: String = named.first().expect("it was asked before").get("name")?;
    let steps = tx.rows(&format!("explain (costs off) execute \"{name}\"(1, 1)"), &[])?;
    Ok(steps.iter().map(|row| row.get("QUERY PLAN")).collect::<Result<Vec<String>, Fault>>()?.join(" "))
}

#[test]
fn what_was_planned_while_there_was_nothing_is_planned_anew_once_as_much_was_asked_again_on_postgres() {
    let ground = Ground::new(Engine::Postgres);
    let options = Options { readers: 1, ..Options::default() };
    let store = Store::open(&ground.target("grown"), options, &[MADE], Box::new(NoHooks)).unwrap();
    // counted while empty, so that both indexes look the same
    store.write_blocking(|tx| tx.batch("analyze made")).unwrap();
    let ask = |times: usize| {
        store
            .read_blocking(move |tx| {
                for _ in 0..times {
                    tx.rows(ASK, params![1, 1])?;
                }
                plan(tx)
            })
            .unwrap()
    };
    let by_key = |plan: &str| plan.contains("made_pkey");
    assert!(!by_key(&ask(1)), "while there is nothing any index does: {}", ask(1));
    let fill = "insert into made (site, id, more) select 1, number, '' from generate_series(1, 5000) as number";
    store.write_blocking(move |tx| tx.batch(fill)).unwrap();
    ask(1_100);
    assert!(by_key(&ask(1)), "{}", ask(1));
    store
        .write_blocking(|tx| {
            for id in 0..1_100 {
                tx.run("delete from made where site = $1 and id = $2", params![1, id])?;
            }
            Ok::<_, Fault>(())
        })
        .unwrap();
    // the writer forgets its plans with the beginning of a batch, and goes on with it
    assert_eq!(store.write_blocking(|tx| tx.run("delete from made where site = $1 and id = $2", params![1, 2_000])).unwrap(), 1);
}
