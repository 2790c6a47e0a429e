//! Who may find what, and what somebody narrows the question to.

use std::ops::Bound;

use tantivy::Term;
use tantivy::query::{AllQuery, BooleanQuery, EmptyQuery, Occur, Query, RangeQuery, TermQuery, TermSetQuery};
use tantivy::schema::IndexRecordOption;

use crate::index::Fields;

/// Keys up to which each is looked up by itself.
const SINGLE_KEYS_MAX: usize = 16;

/// Says which documents are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Every one.
    Every,
    /// None.
    Nothing,
    /// Those with a mark.
    Mark(String),
    /// Those with these keys.
    Keys(Vec<u64>),
    /// Those whose figure, by its place in the shape, lies between two bounds, both among them.
    Between(usize, Option<i64>, Option<i64>),
    /// Those that all of these mean.
    All(Vec<Filter>),
    /// Those that one of these means.
    Either(Vec<Filter>),
    /// Those that this does not mean.
    Not(Box<Filter>),
}

impl Filter {
    /// Means what this does not.
    #[must_use]
    pub fn denied(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// Means one of several marks.
    pub fn marks(marks: impl IntoIterator<Item = String>) -> Self {
        Self::Either(marks.into_iter().map(Self::Mark).collect())
    }

    pub(crate) fn query(&self, fields: &Fields) -> Box<dyn Query> {
        match self {
            Self::Every => Box::new(AllQuery),
            Self::Nothing => Box::new(EmptyQuery),
            Self::Mark(mark) => Box::new(TermQuery::new(Term::from_field_text(fields.mark, mark), IndexRecordOption::Basic)),
            // a set has to be built, which a few keys are not worth
            Self::Keys(keys) if keys.is_empty() => Box::new(EmptyQuery),
            Self::Keys(keys) if keys.len() <= SINGLE_KEYS_MAX => {
                let single = |key: &u64| TermQuery::new(Term::from_field_u64(fields.key, *key), IndexRecordOption::Basic);
                Box::new(BooleanQuery::union(keys.iter().map(|key| Box::new(single(key)) as Box<dyn Query>).collect()))
            }
            Self::Keys(keys) => Box::new(TermSetQuery::new(keys.iter().map(|key| Term::from_field_u64(fields.key, *key)))),
            Self::Between(figure, from, to) => match fields.figures.get(*figure) {
                Some(field) => {
                    let bound =
                        |of: &Option<i64>| of.map_or(Bound::Unbounded, |at| Bound::Included(Term::from_field_i64(*field, at)));
                    match (from, to) {
                        (None, None) => Box::new(AllQuery),
                        _ => Box::new(RangeQuery::new(bound(from), bound(to))),
                    }
                }
                None => Box::new(EmptyQuery),
            },
            Self::All(all) if all.is_empty() => Box::new(AllQuery),
            Self::All(all) => Box::new(BooleanQuery::new(all.iter().map(|one| one.clause(fields)).collect())),
            Self::Either(all) if all.is_empty() => Box::new(EmptyQuery),
            Self::Either(all) => Box::new(BooleanQuery::union(all.iter().map(|one| one.query(fields)).collect())),
            Self::Not(_) => Box::new(BooleanQuery::new(vec![(Occur::Must, Box::new(AllQuery)), self.clause(fields)])),
        }
    }

    /// Returns it as a part of a conjunction. A conjunction of nothing but denials needs something they are taken from.
    pub(crate) fn clause(&self, fields: &Fields) -> (Occur, Box<dyn Query>) {
        match self {
            Self::Not(of) => (Occur::MustNot, of.query(fields)),
            _ => (Occur::Must, self.query(fields)),
        }
    }
}
