//! One pass over what fits: counted, counted by facet, and the first rows of the order kept.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{BytesColumn, ColumnValues, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use crate::ask::{Answer, Ask, Cursor, Hit, Order};
use crate::index::Fields;

/// What a score is multiplied with before it becomes a whole number.
const SCORE_STEPS: f32 = 1_000_000.0;

/// Gathers an answer.
pub(crate) struct Gather {
    key: String,
    facets: Vec<String>,
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
    facets: Vec<BTreeMap<String, u64>>,
}

/// Gathers within one segment.
pub(crate) struct Segment {
    total: u64,
    key: Arc<dyn ColumnValues<u64>>,
    figure: Option<Arc<dyn ColumnValues<i64>>>,
    facets: Vec<(Option<StrColumn>, Vec<u64>)>,
    top: BinaryHeap<Reverse<Cursor>>,
    after: Option<Cursor>,
    kept_max: usize,
}

impl SegmentCollector for Segment {
    type Fruit = Part;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.total += 1;
        for (column, counts) in &mut self.facets {
            if let Some(count) =
                column.as_ref().and_then(|column| column.ords().first(doc)).and_then(|at| counts.get_mut(at as usize))
            {
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
        let named = |(column, counts): (Option<StrColumn>, Vec<u64>)| {
            let mut all = BTreeMap::new();
            let Some(column) = column else { return all };
            for (at, count) in counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
                let mut name = String::new();
                if let Ok(true) = column.ord_to_str(at as u64, &mut name) {
                    all.insert(name, count);
                }
            }
            all
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
        let facet = |name: &String| {
            let column = fast.str(name)?;
            let counts = vec![0; column.as_deref().map_or(0, BytesColumn::num_terms)];
            Ok((column, counts))
        };
        let figure = self.figure.as_ref().map(|name| fast.column_first_or_default::<i64>(name));
        Ok(Segment {
            total: 0,
            key: fast.column_first_or_default(&self.key)?,
            figure: figure.transpose()?,
            facets: self.facets.iter().map(facet).collect::<tantivy::Result<_>>()?,
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
        let sorted = |counts: BTreeMap<String, u64>| {
            let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
            counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            counts
        };
        Ok(Answer {
            total: all.total,
            next: all.top.last().copied().filter(|_| more),
            hits: all.top.into_iter().map(|Cursor { rank, key }| Hit { key, rank }).collect(),
            facets: all.facets.into_iter().map(sorted).collect(),
        })
    }
}
