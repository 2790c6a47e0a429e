//! A question and its answer.

use tantivy::query::{BooleanQuery, BoostQuery, ConstScoreQuery, Occur, Query};
use tantivy::{Searcher, TantivyError};

use crate::collect::Gather;
use crate::fault::Doing;
use crate::index::Fields;
use crate::{Fault, Filter, phrase};

/// Says in which order hits come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// What fits best first; among equals the greatest key.
    Fit,
    /// The greatest of a figure first, by its place in the shape; among equals the greatest key.
    Figure(usize),
}

/// Says where a page ended: what the next one has to stand behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// What the last hit was ordered by.
    pub rank: i64,
    /// Its key.
    pub key: u64,
}

/// Is a question.
#[derive(Debug, Clone)]
pub struct Ask {
    /// What has to stand in one of the texts, each of them.
    pub phrases: Vec<String>,
    /// What must stand in none.
    pub without: Vec<String>,
    /// Whether two thirds of the phrases are enough.
    pub loose: bool,
    /// Who may find what, and what is narrowed.
    pub filter: Filter,
    /// Order of the hits.
    pub order: Order,
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// Hits of one page.
    pub rows_max: usize,
}

/// Is what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Its key.
    pub key: u64,
    /// What it is ordered by.
    pub rank: i64,
}

/// Is the answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// Documents in all, on every page.
    pub total: u64,
    /// Those of this page.
    pub hits: Vec<Hit>,
    /// Where the next page begins; none on the last.
    pub next: Option<Cursor>,
    /// For each facet of the shape its values with their counts, the most first.
    pub facets: Vec<Vec<(String, u64)>>,
}

/// Is the index at one moment: everything asked of it fits together.
#[derive(Clone)]
pub struct View {
    pub(crate) searcher: Searcher,
    pub(crate) fields: Fields,
    pub(crate) mark: String,
}

impl View {
    /// Returns the mark of the commit it shows.
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// Returns how many documents it has.
    pub fn documents(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// Answers a question.
    pub fn find(&self, ask: &Ask) -> Result<Answer, Fault> {
        let query = self.query(ask);
        let gather = Gather::new(&self.fields, ask);
        self.searcher.search(&*query, &gather).map_err(|error: TantivyError| error).doing("answering")
    }

    fn query(&self, ask: &Ask) -> Box<dyn Query> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let phrases: Vec<Box<dyn Query>> = ask.phrases.iter().filter_map(|phrase| self.phrase(phrase)).collect();
        if ask.loose && phrases.len() > 1 {
            let enough = (phrases.len() * 2).div_ceil(3).min(phrases.len() - 1).max(1);
            clauses.push((Occur::Must, Box::new(BooleanQuery::union_with_minimum_required_clauses(phrases, enough))));
        } else {
            clauses.extend(phrases.into_iter().map(|phrase| (Occur::Must, phrase)));
        }
        clauses.extend(ask.without.iter().filter_map(|phrase| self.phrase(phrase)).map(|phrase| (Occur::MustNot, phrase)));
        if ask.filter != Filter::Every || clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(ask.filter.query(&self.fields), 0.0))));
        }
        Box::new(BooleanQuery::new(clauses))
    }

    /// Looks for a phrase in any of the texts.
    fn phrase(&self, phrase: &str) -> Option<Box<dyn Query>> {
        let texts = self.fields.texts.iter();
        let mut all: Vec<Box<dyn Query>> = texts
            .filter_map(|(field, weight)| {
                let query = phrase::query(*field, phrase)?;
                Some(Box::new(BoostQuery::new(query, *weight)) as Box<dyn Query>)
            })
            .collect();
        if all.len() > 1 { Some(Box::new(BooleanQuery::union(all))) } else { all.pop() }
    }
}
