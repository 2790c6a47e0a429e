//! Names of the values of facets, kept for each segment: a wide answer counts thousands of them, and looking each up in the engine's
//! dictionary takes longer than finding what is counted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::SegmentReader;
use tantivy::columnar::StrColumn;
use tantivy::index::SegmentId;

/// Is the names of one facet's values in one segment, by their number there.
pub(crate) type Of = Arc<[Arc<str>]>;

/// Keeps the names of every segment that was asked.
#[derive(Clone, Default)]
pub(crate) struct Names(Arc<Mutex<HashMap<(SegmentId, usize), Of>>>);

impl Names {
    /// Returns the names of a facet, read once for each segment: a segment never changes.
    pub(crate) fn of(&self, segment: &SegmentReader, facet: usize, column: &StrColumn) -> tantivy::Result<Of> {
        let key = (segment.segment_id(), facet);
        if let Some(names) = self.kept().get(&key) {
            return Ok(Arc::clone(names));
        }
        let mut all: Vec<Arc<str>> = Vec::with_capacity(column.num_terms());
        for at in 0..column.num_terms() as u64 {
            let mut name = String::new();
            column.ord_to_str(at, &mut name)?;
            all.push(name.into());
        }
        let names: Of = all.into();
        self.kept().insert(key, Arc::clone(&names));
        Ok(names)
    }

    /// Forgets segments that are no more.
    pub(crate) fn retain(&self, segments: &[SegmentReader]) {
        let there: Vec<SegmentId> = segments.iter().map(SegmentReader::segment_id).collect();
        self.kept().retain(|(segment, _), _| there.contains(segment));
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<(SegmentId, usize), Of>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
