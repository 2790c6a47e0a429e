//! One pass over what fits: counted, counted by facet, and the first rows of the order kept.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{ColumnValues, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::ask::{Answer, Ask, Cursor, Hit, Order};
use crate::index::Fields;
use crate::names::{Names, Of};

/// What a score is multiplied with before it becomes a whole number.
const SCORE_STEPS: f32 = 1_000_000.0;

/// Gathers an answer.
pub(crate) struct Gather {
    key: String,
    facets: Vec<String>,
    names: Names,
    figure: Option<String>,
    after: Option<Cursor>,
    rows_max: usize,
}

impl Gather {
    pub(crate) fn new(fields: &Fields, ask: &Ask) -> Self {
        let figure = match ask.order {
            Order::Fit => None,
            Order::Figure(figure) => fields.figure_names.get(figure).cloned(),
        };
        Self {
            key: fields.key_name.clone(),
            facets: fields.facet_names.clone(),
            names: fields.names.clone(),
            figure,
            after: ask.after,
            rows_max: ask.rows_max,
        }
    }
}

/// Is what one segment, or all of them, gave.
#[derive(Default)]
pub(crate) struct Part {
    total: u64,
    /// One more than a page, so that it is known whether there is another.
    top: Vec<Cursor>,
    facets: Vec<BTreeMap<Arc<str>, u64>>,
}

/// Counts one facet within one segment.
struct Facet {
    column: StrColumn,
    names: Of,
    counts: Vec<u64>,
}

/// Gathers within one segment.
pub(crate) struct Segment {
    total: u64,
    key: Arc<dyn ColumnValues<u64>>,
    figure: Option<Arc<dyn ColumnValues<i64>>>,
    facets: Vec<Option<Facet>>,
    top: BinaryHeap<Reverse<Cursor>>,
    after: Option<Cursor>,
    kept_max: usize,
}

impl SegmentCollector for Segment {
    type Fruit = Part;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.total += 1;
        for facet in self.facets.iter_mut().flatten() {
            if let Some(count) = facet.column.ords().first(doc).and_then(|at| facet.counts.get_mut(at as usize)) {
                *count += 1;
            }
        }
        let rank = match &self.figure {
            Some(figure) => figure.get_val(doc),
            None => (score * SCORE_STEPS) as i64,
        };
        if self.top.len() == self.kept_max && self.top.peek().is_some_and(|Reverse(least)| least.rank > rank) {
            return;
        }
        let cursor = Cursor { rank, key: self.key.get_val(doc) };
        if self.after.is_none_or(|after| cursor < after) {
            self.top.push(Reverse(cursor));
            if self.top.len() > self.kept_max {
                self.top.pop();
            }
        }
    }

    fn harvest(self) -> Part {
        let named = |facet: Option<Facet>| {
            let Some(Facet { names, counts, .. }) = facet else { return BTreeMap::new() };
            names.iter().cloned().zip(counts).filter(|(_, count)| *count > 0).collect()
        };
        Part {
            total: self.total,
            top: self.top.into_iter().map(|Reverse(cursor)| cursor).collect(),
            facets: self.facets.into_iter().map(named).collect(),
        }
    }
}

impl Collector for Gather {
    type Fruit = Answer;
    type Child = Segment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<Segment> {
        let fast = segment.fast_fields();
        let facet = |(at, name): (usize, &String)| {
            let Some(column) = fast.str(name)? else { return Ok(None) };
            let names = self.names.of(segment, at, &column)?;
            Ok(Some(Facet { counts: vec![0; names.len()], names, column }))
        };
        let figure = self.figure.as_ref().map(|name| fast.column_first_or_default::<i64>(name));
        Ok(Segment {
            total: 0,
            key: fast.column_first_or_default(&self.key)?,
            figure: figure.transpose()?,
            facets: self.facets.iter().enumerate().map(facet).collect::<tantivy::Result<_>>()?,
            top: BinaryHeap::new(),
            after: self.after,
            kept_max: self.rows_max + 1,
        })
    }

    fn requires_scoring(&self) -> bool {
        self.figure.is_none()
    }

    fn merge_fruits(&self, parts: Vec<Part>) -> tantivy::Result<Answer> {
        let mut all = Part { facets: vec![BTreeMap::new(); self.facets.len()], ..Part::default() };
        for part in parts {
            all.total += part.total;
            all.top.extend(part.top);
            for (sum, of_part) in all.facets.iter_mut().zip(part.facets) {
                for (name, count) in of_part {
                    *sum.entry(name).or_default() += count;
                }
            }
        }
        all.top.sort_unstable_by_key(|cursor| Reverse(*cursor));
        let more = all.top.len() > self.rows_max;
        all.top.truncate(self.rows_max);
        let sorted = |counts: BTreeMap<Arc<str>, u64>| {
            let mut counts: Vec<(Arc<str>, u64)> = counts.into_iter().collect();
            counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            counts.into_iter().map(|(name, count)| (name.to_string(), count)).collect()
        };
        Ok(Answer {
            total: all.total,
            next: all.top.last().copied().filter(|_| more),
            hits: all.top.into_iter().map(|Cursor { rank, key }| Hit { key, rank }).collect(),
            facets: all.facets.into_iter().map(sorted).collect(),
        })
    }
}
