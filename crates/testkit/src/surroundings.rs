//! What stands around the tests: addresses that `cargo x` puts into the environment.

/// Reads the address of something a test needs. Without it the test fails; it is never left out silently.
#[expect(clippy::disallowed_methods, reason = "the test kit alone asks where the tests' PostgreSQL and browser are")]
pub fn address(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: run this test through `cargo x test` or `cargo x suite -p CRATE`"))
}
