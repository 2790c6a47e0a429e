//! What stands around the tests: addresses that `cargo x` puts into the environment.

/// Reads the address of something a test needs. Without it the test fails; it is never left out silently.
#[expect(clippy::disallowed_methods, reason = "the test kit alone asks where the tests' PostgreSQL and browser are")]
pub fn address(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: run this test through `cargo x test` or `cargo x suite -p CRATE`"))
}

/// Says how many times as much as in every run a race is to be run: `MINSHENG_TEST_TIMES`, or once.
#[expect(clippy::disallowed_methods, reason = "the test kit alone asks how long tests may take")]
pub fn times() -> usize {
    std::env::var("MINSHENG_TEST_TIMES").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}
