//! Structured logs on standard error, one JSON object a line, without personal data; and a copy elsewhere, where one is wanted.
//!
//! What is never logged: query strings, bodies, form fields, names, numbers of matters, whole addresses.

use std::panic;

mod copied;

use db::Fault;
use tracing_subscriber::EnvFilter;

use self::copied::Both;
use crate::config::LogCopySection;

pub(crate) use copied::Way;

/// Starts logging at a level such as `info` or `warn,minsheng=debug`, with a copy where the configuration asks for one.
pub(crate) fn start(level: &str, copy: Option<&LogCopySection>) -> Result<(), Fault> {
    let wrong = |error: &dyn std::fmt::Display| Fault::other(format!("log level {level:?}: {error}"));
    let filter = EnvFilter::try_new(level).map_err(|error| wrong(&error))?;
    let both = copy.map_or_else(|| Ok(Both::alone()), Both::with)?;
    let subscriber =
        tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter).with_writer(move || both.clone());
    subscriber.try_init().map_err(|error| wrong(&error))?;
    panic::set_hook(Box::new(note));
    Ok(())
}

/// Logs where a panic happened. Its message may quote data, its place never does.
fn note(info: &panic::PanicHookInfo<'_>) {
    let place = info.location().map_or_else(String::new, ToString::to_string);
    let thread = std::thread::current();
    let backtrace = std::backtrace::Backtrace::force_capture();
    tracing::error!(place, thread = thread.name().unwrap_or("unnamed"), %backtrace, "a bug: the program panicked here");
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_is_logged_by_its_place_and_not_by_its_message() {
        let kept = Kept::default();
        let writer = kept.clone();
        let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
        let before = panic::take_hook();
        panic::set_hook(Box::new(note));
        let broken = tracing::subscriber::with_default(subscriber, || panic::catch_unwind(|| panic!("罗某 13900000000")));
        panic::set_hook(before);
        assert!(broken.is_err());
        let line = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        assert!(line.contains("logs/mod.rs:") && !line.contains("罗某"), "{line}");
    }
}
