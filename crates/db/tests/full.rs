//! A full disk: nothing half-written stays, reading goes on, writing works again once there is room.

use db::{Fault, FaultKind, Migration, NoHooks, Options, Store, Tx, params};
use testkit::{Engine, Ground};

const TABLE: Migration =
    Migration { name: "0001_heap", sql: "create table heap (id bigint not null primary key, bytes bytea)", sql_postgres: None };
/// Bytes of one row: more than a page, so that a few rows fill what is left.
const ROW_BYTES: usize = 20_000;

fn put(tx: &mut Tx<'_>, id: i64) -> Result<(), Fault> {
    tx.run("insert into heap (id, bytes) values ($1, $2)", params![id, vec![7_u8; ROW_BYTES]]).map(drop)
}

/// Sets how large the database may become; SQLite then answers as it does on a full disk.
fn limit(store: &Store, pages: u32) {
    store.write_blocking(move |tx| tx.batch(&format!("pragma max_page_count={pages}"))).unwrap();
}

#[test]
fn when_the_disk_is_full_reading_goes_on_and_writing_works_again_with_room() {
    let ground = Ground::new(Engine::Sqlite);
    let store = Store::open(&ground.target("full"), Options::default(), &[TABLE], Box::new(NoHooks)).unwrap();
    let ids = || {
        let rows = store.read_blocking(|tx| tx.rows("select id from heap order by id", &[])).unwrap();
        rows.iter().map(|row| row.get::<i64>("id").unwrap()).collect::<Vec<_>>()
    };
    store.write_blocking(|tx| put(tx, 1)).unwrap();
    limit(&store, 12);
    let fault = store.write_blocking(|tx| (2..20).try_for_each(|id| put(tx, id))).unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Full, "{fault}");
    let passed_over = store.write_blocking(|tx| {
        drop((2..20).try_for_each(|id| put(tx, id)));
        drop(tx.run("insert into heap (id) values (99)", &[]));
        Ok::<_, Fault>(())
    });
    assert!(passed_over.is_err(), "a fault passed over is not an answer");
    assert_eq!(ids(), [1], "nothing half-written stays");
    assert!(store.takes_writes());
    limit(&store, 1_000_000);
    store.write_blocking(|tx| put(tx, 2)).unwrap();
    assert_eq!(ids(), [1, 2]);
}
