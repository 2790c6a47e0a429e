//! What is most like a matter, among what somebody may read: asked of the index by the words' rarest pairs.

use std::collections::BTreeMap;
use std::sync::Arc;

use civic::directory::Staff;
use civic::permit::Act;
use civic::site::Site;
use db::{Fault, Question, Tx, values};
use search::{Alike, Filter, Likeness};
use text::personal::{self, Kind};
use uuid::Uuid;

use super::ask::reachable;
use super::document::{key, mark};
use super::{Finder, fault};
use crate::appeal::State;
use crate::store::{self, Row, row_of};

/// Rows taken from the index at most.
const ROWS_MAX: usize = 40;
/// Least share of a text's rarest pairs that a matter has to have.
const SHARE_MIN: f64 = 0.08;
/// Place of what residents said among the texts.
const SAID: usize = 0;

/// Is what the index says of a text: how much each of its pairs says, and which open matters have most of them.
pub struct Near {
    /// Weighs texts against it.
    pub likeness: Likeness,
    /// Rows of open matters, the most alike first.
    pub rows: Vec<Row>,
}

/// Finds the open matters most like a matter's words, among what a member of staff may read; none while the index is not as far as it
/// has to be. Names and numbers of people are left out of the comparison: nobody's matters are found by who they are (E4).
pub fn alike(
    tx: &mut Tx<'_>,
    site: &Site,
    (finder, staff): (&Finder, &Arc<Staff>),
    (state, words): (&State, &str),
) -> Result<Option<Near>, Fault> {
    let Some((view, within)) = reachable(tx, site, (finder, staff), Act::ReadPersonal)? else { return Ok(None) };
    let own = Filter::Keys(vec![key(state.filed_position)]).denied();
    let filter = Filter::All(vec![within, Filter::Mark(mark::OPEN.to_owned()), own]);
    let words = nameless(words);
    let likeness = view.alike(&Alike { words: &words, of: SAID, filter, least: SHARE_MIN, rows_max: ROWS_MAX }).map_err(fault)?;
    let questions: Vec<Question<'_>> =
        likeness.rows.iter().map(|(key, _)| (store::OF_FILING, values![site.jurisdiction, key.cast_signed()])).collect();
    let answers = tx.ask(&questions)?;
    let rows = answers.iter().flatten().map(row_of).collect::<Result<_, Fault>>()?;
    Ok(Some(Near { likeness, rows }))
}

/// Takes names and numbers of people out of a text.
pub fn nameless(text: &str) -> String {
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for found in personal::find(text).into_iter().filter(|found| found.kind != Kind::Address) {
        out.push_str(&text[from..found.start]);
        out.push('，');
        from = found.end;
    }
    out.push_str(&text[from..]);
    out
}

/// Puts rows together that are one piece of work: by their main matter, in the order they came.
pub fn by_work(rows: Vec<Row>) -> Vec<(Uuid, Vec<Row>)> {
    let (mut order, mut all) = (Vec::new(), BTreeMap::<Uuid, Vec<Row>>::new());
    for row in rows {
        let main = row.merged_into.unwrap_or(row.id);
        let of = all.entry(main).or_insert_with(|| {
            order.push(main);
            Vec::new()
        });
        of.push(row);
    }
    order.into_iter().filter_map(|main| all.remove(&main).map(|rows| (main, rows))).collect()
}
