//! What can go wrong: the disk, or files that do not open.

/// Says that the index could not be read or written. It is derived: whoever fills it deletes it and fills it again.
#[derive(Debug, thiserror::Error)]
#[error("the search index failed {doing}")]
pub struct Fault {
    doing: &'static str,
    #[source]
    source: tantivy::TantivyError,
}

impl Fault {
    pub(crate) fn new(doing: &'static str, source: impl Into<tantivy::TantivyError>) -> Self {
        Self { doing, source: source.into() }
    }
}

/// Names what was being done when an error of the engine came.
pub(crate) trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T, Fault>;
}

impl<T, E: Into<tantivy::TantivyError>> Doing<T> for Result<T, E> {
    fn doing(self, doing: &'static str) -> Result<T, Fault> {
        self.map_err(|source| Fault::new(doing, source))
    }
}
