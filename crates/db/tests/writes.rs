//! The writer: savepoints undo, faults say their kind, commands share a commit and not their failures.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use db::{BatchHooks, Fault, FaultKind, Migration, NoHooks, Options, Store, Tx, params};
use testkit::{Engine, Ground, on_both};

on_both![
    a_savepoint_undoes_only_its_own_part,
    a_command_that_fails_or_panics_leaves_no_trace_and_harms_no_other,
    a_taken_key_is_a_fault_of_its_own_kind_and_the_command_may_go_on,
    a_swallowed_fault_never_makes_lost_writes_look_kept,
    what_was_put_off_fails_with_its_own_command,
    commands_in_a_row_keep_their_order,
    what_commands_add_is_written_once_a_batch_without_that_of_those_that_failed,
    hooks_stand_around_each_batch_and_share_its_fate,
    a_full_queue_answers_busy_at_once,
    what_nobody_waits_for_lets_others_go_first_and_is_not_forgotten,
    readers_see_one_state_and_cannot_write,
];

const TABLE: Migration =
    Migration { name: "0001_note", sql: "create table note (id bigint not null primary key)", sql_postgres: None };
const PUT: &str = "insert into note (id) values ($1)";

fn open(ground: &Ground, options: Options, hooks: Box<dyn BatchHooks>) -> Store {
    Store::open(&ground.target("writes"), options, &[TABLE], hooks).unwrap()
}

fn plain(ground: &Ground) -> Store {
    open(ground, Options::default(), Box::new(NoHooks))
}

fn put(tx: &mut Tx<'_>, id: i64) -> Result<(), Fault> {
    tx.run(PUT, params![id]).map(drop)
}

fn ids(store: &Store) -> Vec<i64> {
    let rows = store.read_blocking(|tx| tx.rows("select id from note order by id", &[])).unwrap();
    rows.iter().map(|row| row.get("id").unwrap()).collect()
}

/// Holds the writer in a command until the sender is dropped, so that what is sent meanwhile shares the next batch.
fn hold(store: &Store) -> Sender<()> {
    let (release, wait): (Sender<()>, Receiver<()>) = channel();
    let (inside, entered) = channel();
    let store = store.clone();
    std::thread::spawn(move || {
        let held = store.write_blocking(move |_| {
            inside.send(()).unwrap();
            let _ = wait.recv();
            Ok::<_, Fault>(())
        });
        drop(held);
    });
    entered.recv().unwrap();
    release
}

type Waiting<T> = std::pin::Pin<Box<dyn Future<Output = Result<T, Fault>> + Send>>;

/// Puts a command into the queue now; its answer is awaited later.
fn queued<T: Send + 'static>(store: &Store, act: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static) -> Waiting<T> {
    let store = store.clone();
    let mut waiting: Waiting<T> = Box::pin(async move { store.write(act).await });
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(waiting.as_mut().poll(&mut context).is_pending(), "the writer is held");
    waiting
}

fn answer<T>(waiting: Waiting<T>) -> Result<T, Fault> {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(waiting)
}

fn a_savepoint_undoes_only_its_own_part(engine: Engine) {
    let ground = Ground::new(engine);
    let store = plain(&ground);
    store
        .write_blocking(|tx| {
            put(tx, 1)?;
            let inner = tx.savepoint(|tx| {
                put(tx, 2)?;
                tx.savepoint(|tx| put(tx, 3))?;
                Err::<(), _>(Fault::other("enough"))
            });
            assert_eq!(inner.unwrap_err().to_string(), "enough");
            tx.savepoint(|tx| put(tx, 4))
        })
        .unwrap();
    assert_eq!(ids(&store), [1, 4]);
}

fn a_command_that_fails_or_panics_leaves_no_trace_and_harms_no_other(engine: Engine) {
    let ground = Ground::new(engine);
    let store = plain(&ground);
    let release = hold(&store);
    let good = queued(&store, |tx| put(tx, 1));
    let bad = queued(&store, |tx| put(tx, 2).and(Err::<(), _>(Fault::other("no"))));
    let worse = queued(&store, |tx| -> Result<(), Fault> {
        put(tx, 3)?;
        panic!("a bug in a command")
    });
    let last = queued(&store, |tx| put(tx, 4));
    drop(release);
    assert!(answer(good).is_ok() && answer(last).is_ok());
    assert_eq!(answer(bad).unwrap_err().to_string(), "no");
    assert!(answer(worse).unwrap_err().to_string().contains("panicked"));
    assert_eq!(ids(&store), [1, 4]);
    assert!(store.takes_writes());
}

fn a_taken_key_is_a_fault_of_its_own_kind_and_the_command_may_go_on(engine: Engine) {
    let ground = Ground::new(engine);
    let store = plain(&ground);
    store.write_blocking(|tx| put(tx, 1)).unwrap();
    let taken = store.write_blocking(|tx| put(tx, 1)).unwrap_err();
    assert_eq!(taken.kind(), FaultKind::Unique);
    store
        .write_blocking(|tx| {
            let taken = tx.savepoint(|tx| put(tx, 1)).unwrap_err();
            assert_eq!(taken.kind(), FaultKind::Unique);
            put(tx, 2)
        })
        .unwrap();
    assert_eq!(ids(&store), [1, 2]);
}

fn a_swallowed_fault_never_makes_lost_writes_look_kept(engine: Engine) {
    let ground = Ground::new(engine);
    let store = plain(&ground);
    store.write_blocking(|tx| put(tx, 1)).unwrap();
    let release = hold(&store);
    let before = queued(&store, |tx| put(tx, 2));
    let swallows = queued(&store, |tx| {
        put(tx, 3)?;
        drop(put(tx, 1)); // without a savepoint of its own PostgreSQL now refuses everything
        Ok(())
    });
    let after = queued(&store, |tx| put(tx, 4));
    drop(release);
    let kept: Vec<i64> = [(2, answer(before)), (3, answer(swallows)), (4, answer(after))]
        .into_iter()
        .filter_map(|(id, answer)| answer.is_ok().then_some(id))
        .collect();
    assert_eq!(ids(&store), [&[1], kept.as_slice()].concat(), "what was answered as kept is there, and nothing else");
    assert!(kept.contains(&2) && kept.contains(&4), "another command's mistake harms nobody");
}

struct Noting {
    notes: Arc<Mutex<Vec<&'static str>>>,
    fail_end: bool,
}

impl BatchHooks for Noting {
    fn begin(&mut self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        self.notes.lock().unwrap().push("begin");
        tx.run("delete from note where id < 0", &[]).map(drop)
    }

    fn end(&mut self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        self.notes.lock().unwrap().push("end");
        let refused = tx.row("select id from note where id = 13", &[])?.is_some();
        if refused && self.fail_end { Err(Fault::other("thirteen")) } else { Ok(()) }
    }

    fn committed(&mut self) {
        self.notes.lock().unwrap().push("committed");
    }
}

fn hooks_stand_around_each_batch_and_share_its_fate(engine: Engine) {
    let ground = Ground::new(engine);
    let notes = Arc::new(Mutex::new(Vec::new()));
    let store = open(&ground, Options::default(), Box::new(Noting { notes: Arc::clone(&notes), fail_end: true }));
    let release = hold(&store);
    let (one, two) = (queued(&store, |tx| put(tx, 1)), queued(&store, |tx| put(tx, 2)));
    drop(release);
    assert!(answer(one).is_ok() && answer(two).is_ok());
    assert_eq!(*notes.lock().unwrap(), ["begin", "end", "committed"].repeat(2));
    let refused = store.write_blocking(|tx| put(tx, 13)).unwrap_err();
    assert_eq!(refused.to_string(), "thirteen");
    assert_eq!(ids(&store), [1, 2]);
    assert_eq!(notes.lock().unwrap().last(), Some(&"end"), "nothing was committed");
    if engine == Engine::Sqlite {
        assert!(!store.takes_writes(), "after a failed batch the data is read anew by a new process");
        assert_eq!(store.write_blocking(|tx| put(tx, 3)).unwrap_err().kind(), FaultKind::Closed);
    } else {
        store.write_blocking(|tx| put(tx, 3)).unwrap();
    }
}

fn a_full_queue_answers_busy_at_once(engine: Engine) {
    let ground = Ground::new(engine);
    let store = open(&ground, Options { queue_commands_max: 2, ..Options::default() }, Box::new(NoHooks));
    let release = hold(&store);
    let (one, two) = (queued(&store, |tx| put(tx, 1)), queued(&store, |tx| put(tx, 2)));
    let refused = store.write_blocking(|tx| put(tx, 3)).unwrap_err();
    assert_eq!(refused.kind(), FaultKind::Busy);
    drop(release);
    assert!(answer(one).is_ok() && answer(two).is_ok());
    assert_eq!(ids(&store), [1, 2]);
}

fn readers_see_one_state_and_cannot_write(engine: Engine) {
    let ground = Ground::new(engine);
    let store = plain(&ground);
    store.write_blocking(|tx| put(tx, 1)).unwrap();
    let writer = store.clone();
    let seen = store
        .read_blocking(move |tx| {
            let count = |tx: &mut Tx<'_>| Ok::<_, Fault>(tx.rows("select id from note", &[])?.len());
            let first = count(tx)?;
            writer.write_blocking(|tx| put(tx, 2))?;
            Ok::<_, Fault>((first, count(tx)?))
        })
        .unwrap();
    assert_eq!(seen, (1, 1));
    assert!(store.read_blocking(|tx| put(tx, 3)).is_err());
    assert_eq!(ids(&store), [1, 2]);
    let panicked = store.read_blocking(|_| -> Result<(), Fault> { panic!("a bug in a query") });
    assert!(panicked.unwrap_err().to_string().contains("panicked"));
    assert_eq!(ids(&store), [1, 2], "the reader lives on");
}

fn what_was_put_off_fails_with_its_own_command(engine: Engine) {
    let ground = Ground::new(engine);
    let store = plain(&ground);
    store.write_blocking(|tx| put(tx, 1)).unwrap();
    let release = hold(&store);
    let later = |tx: &mut Tx<'_>, id: i64| tx.later("insert into note (id) values ($1)", params![id]);
    let before = queued(&store, move |tx| later(tx, 2));
    let taken = queued(&store, move |tx| later(tx, 3).and_then(|()| later(tx, 1)));
    let inside = queued(&store, move |tx| {
        let refused = tx.savepoint(|tx| later(tx, 1)).unwrap_err();
        assert_eq!(refused.kind(), FaultKind::Unique);
        later(tx, 4)
    });
    let undone = queued(&store, move |tx| later(tx, 5).and(Err::<(), _>(Fault::other("no"))));
    let after = queued(&store, move |tx| later(tx, 6));
    drop(release);
    assert!(answer(before).is_ok() && answer(inside).is_ok() && answer(after).is_ok());
    assert_eq!(answer(taken).unwrap_err().kind(), FaultKind::Unique);
    assert_eq!(answer(undone).unwrap_err().to_string(), "no");
    assert_eq!(ids(&store), [1, 2, 4, 6]);
}

fn commands_in_a_row_keep_their_order(engine: Engine) {
    let ground = Ground::new(engine);
    let store = plain(&ground);
    let seen = store.write_all_blocking((1..=300_i64).map(|id| {
        move |tx: &mut Tx<'_>| {
            put(tx, id)?;
            let row = tx.row("select max(id) as last from note", params![])?;
            row.map_or(Ok(0), |row| row.get::<i64>("last"))
        }
    }));
    assert_eq!(seen.unwrap(), (1..=300).collect::<Vec<i64>>());
    let refused = store.write_all_blocking([300, 301].map(|id| move |tx: &mut Tx<'_>| put(tx, id)));
    assert_eq!(refused.unwrap_err().kind(), FaultKind::Unique);
    assert_eq!(ids(&store)[..300], (1..=300).collect::<Vec<i64>>(), "what was durable before stays");
}

fn what_commands_add_is_written_once_a_batch_without_that_of_those_that_failed(engine: Engine) {
    const UP: &str = "insert into tally (code, times) values ($1, $2)
        on conflict (code) do update set times = tally.times + excluded.times";
    let ground = Ground::new(engine);
    let table = Migration {
        name: "0001_tally",
        sql: "create table tally (code text not null primary key, times bigint not null)",
        sql_postgres: None,
    };
    let store = Store::open(&ground.target("sums"), Options::default(), &[table], Box::new(NoHooks)).unwrap();
    let times = |store: &Store| -> Vec<(String, i64)> {
        let rows = store.read_blocking(|tx| tx.rows("select code, times from tally order by code", &[])).unwrap();
        rows.iter().map(|row| (row.get("code").unwrap(), row.get("times").unwrap())).collect()
    };
    let go = hold(&store);
    let kept = (1..=3).map(|times| {
        queued(&store, move |tx| {
            tx.add(UP, vec!["b".into()], vec![times]);
            tx.add(UP, vec!["a".into()], vec![1]);
            // a part that is undone
            let part: Result<(), Fault> = tx.savepoint(|tx| {
                tx.add(UP, vec!["a".into()], vec![500]);
                Err(Fault::other("not this"))
            });
            part.unwrap_err();
            Ok(())
        })
    });
    let kept: Vec<_> = kept.collect();
    let lost = queued::<()>(&store, |tx| {
        tx.add(UP, vec!["a".into()], vec![1_000]);
        Err(Fault::other("nor this"))
    });
    drop(go);
    for one in kept {
        answer(one).unwrap();
    }
    answer(lost).unwrap_err();
    assert_eq!(times(&store), [("a".to_owned(), 3), ("b".to_owned(), 6)]);
    let less = |tx: &mut Tx<'_>| {
        tx.add(UP, vec!["b".into()], vec![-6]);
        Ok::<_, Fault>(())
    };
    store.write_blocking(less).unwrap();
    assert_eq!(times(&store), [("a".to_owned(), 3), ("b".to_owned(), 0)], "each batch begins with nothing");
}

/// Counts batches, and notes which command ran in which.
#[derive(Clone, Default)]
struct Batches(Arc<Mutex<Noted>>);

/// Is how many batches there were, and which command ran in which.
#[derive(Default)]
struct Noted {
    batches: usize,
    ran: Vec<(usize, char)>,
}

impl Batches {
    /// Queues a command that notes that it ran.
    fn queued(&self, store: &Store, kind: char) -> Waiting<()> {
        let own = self.clone();
        queued(store, move |_| {
            let mut noted = own.0.lock().unwrap();
            let batch = noted.batches;
            noted.ran.push((batch, kind));
            Ok(())
        })
    }

    /// Says what ran in each batch since, in order.
    fn told(&self) -> Vec<String> {
        let noted = std::mem::take(&mut self.0.lock().unwrap().ran);
        let parts = noted.chunk_by(|one, other| one.0 == other.0);
        parts.map(|part| part.iter().map(|(_, kind)| *kind).collect()).collect()
    }
}

impl BatchHooks for Batches {
    fn begin(&mut self, _: &mut Tx<'_>) -> Result<(), Fault> {
        self.0.lock().unwrap().batches += 1;
        Ok(())
    }
}

fn what_nobody_waits_for_lets_others_go_first_and_is_not_forgotten(engine: Engine) {
    let (ground, batches) = (Ground::new(engine), Batches::default());
    let store = open(&ground, Options::default(), Box::new(batches.clone()));
    let patient = store.patient();
    // a burst is there first, and people come after it
    let release = hold(&store);
    let mut all: Vec<_> = (0..40).map(|_| batches.queued(&patient, 'b')).collect();
    all.extend((0..16).map(|_| batches.queued(&store, 'p')));
    drop(release);
    for one in all {
        answer(one).unwrap();
    }
    let told = batches.told();
    assert_eq!(told, ["p".repeat(16) + "bb", "b".repeat(38)], "people first, an eighth beside them, and all the rest at once");
    // one person is enough to go first, and one of the burst goes along however few there are
    let release = hold(&store);
    let mut all: Vec<_> = (0..3).map(|_| batches.queued(&patient, 'b')).collect();
    all.push(batches.queued(&store, 'p'));
    drop(release);
    for one in all {
        answer(one).unwrap();
    }
    assert_eq!(batches.told(), ["pb", "bb"]);
    // where a command of the burst fails, it alone does
    let release = hold(&store);
    let failed: Waiting<()> = queued(&patient, |_| Err(Fault::other("no")));
    let kept = batches.queued(&patient, 'b');
    drop(release);
    assert!(answer(failed).is_err());
    answer(kept).unwrap();
}
