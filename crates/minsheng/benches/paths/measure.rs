//! Taking time: many clients at once, or one after another.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

/// Is one line of the table.
pub struct Row {
    what: String,
    took: Vec<Duration>,
    whole: Duration,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = u32::try_from(self.took.len()).expect("a bench does fewer than four thousand million things");
        let second = f64::from(count) / self.whole.as_secs_f64();
        let (middle, slow) = (shown(self.part(50)), shown(self.part(99)));
        write!(f, "| {} | {count} | {second:.0} | {middle} | {slow} |", self.what)
    }
}

impl Row {
    fn part(&self, percent: usize) -> Duration {
        self.took[(self.took.len() * percent / 100).min(self.took.len() - 1)]
    }
}

fn shown(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    if micros < 1_000.0 { format!("{micros:.1} µs") } else { format!("{:.1} ms", micros / 1_000.0) }
}

/// Makes a runtime as the door does.
pub fn runtime() -> Runtime {
    Builder::new_multi_thread().enable_all().build().expect("a runtime can be made")
}

/// Lets clients act at once, each one act after another.
pub fn at_once<A, F>(what: &str, runtime: &Runtime, (clients, each): (usize, usize), act: A) -> Row
where
    A: Fn(usize) -> F + Send + Sync + 'static,
    F: Future<Output = ()> + Send,
{
    let act = Arc::new(act);
    let begun = Instant::now();
    let all: Vec<_> = (0..clients)
        .map(|client| {
            let act = Arc::clone(&act);
            runtime.spawn(async move {
                let mut took = Vec::with_capacity(each);
                for number in 0..each {
                    let begun = Instant::now();
                    act(client * each + number).await;
                    took.push(begun.elapsed());
                }
                took
            })
        })
        .collect();
    let mut took: Vec<Duration> =
        all.into_iter().flat_map(|client| runtime.block_on(client).expect("a client ends well")).collect();
    let whole = begun.elapsed();
    took.sort_unstable();
    Row { what: format!("{what}, {clients} clients"), took, whole }
}

/// Acts again and again on one thread.
pub fn alone(what: &str, count: usize, mut act: impl FnMut(usize)) -> Row {
    let mut took = Vec::with_capacity(count);
    let all = Instant::now();
    for number in 0..count {
        let begun = Instant::now();
        act(number);
        took.push(begun.elapsed());
    }
    let whole = all.elapsed();
    took.sort_unstable();
    Row { what: what.to_owned(), took, whole }
}
