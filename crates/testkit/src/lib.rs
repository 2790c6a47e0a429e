//! The test kit: a world per test, on either engine, with a clock that tests move and chance that repeats itself.
//!
//! It owns the invented county that tests live in. It is the only crate that asks the environment where PostgreSQL and
//! the browser are; without an answer a test fails and says what to type. Nothing of the product depends on it.
//!
//! Use it from the tests in a crate's `tests/` folder. Inside `src/` a crate under test is another build of itself, and
//! its types would not be those of the world.

#[cfg(feature = "browser")]
pub mod browser;
pub mod certificates;
mod clock;
pub mod county;
#[cfg(feature = "drill")]
pub mod drill;
mod ground;
pub mod hostile;
#[cfg(feature = "drill")]
pub mod oracle;
pub mod page;
pub mod plan;
pub mod shard;
mod surroundings;
mod world;

pub use clock::FakeClock;
pub use ground::{Engine, Ground};
pub use surroundings::times;
pub use world::{SUPERVISOR_KEY, World, migrations};

/// Makes two tests of each named function, one on each engine. The functions take an [`Engine`].
///
/// A function that is not named here is unused code, which the compiler reports: none can be forgotten.
#[macro_export]
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[test] fn $test() { super::$test($crate::Engine::Sqlite); })+
        }
        mod on_postgres {
            $(#[test] fn $test() { super::$test($crate::Engine::Postgres); })+
        }
    };
}
