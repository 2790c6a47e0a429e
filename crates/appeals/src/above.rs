//! What stands above every page of the desk: how much lies on the own table that wants somebody, and where a life may be in
//! danger and nobody has opened the matter. All of it is asked on one way, for every page asks it.

use std::collections::BTreeSet;
use std::sync::Arc;

use civic::directory::Staff;
use civic::permit::only_near;
use civic::site::Site;
use db::{Fault, Question, Tx, values};
use uuid::Uuid;

use crate::alarm;
use crate::queue::{self, Reach};
use crate::store::{self, Row};

/// Is what stands there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Above {
    /// What is new, due soon or late on the own office's table, and what others ask of it, counted as far as was asked.
    pub news: i64,
    /// Matters of danger to life that nobody opened ([`alarm::unheard`]).
    pub unheard: Vec<Row>,
}

/// Is what somebody was answered, and what it holds for: this position of the journal, this day and these bounds.
struct Answered {
    position: i64,
    asked: (Option<Reach>, usize),
    above: Above,
}

/// Reads it as [`read`] does, or remembers what was read at the same position of the journal: all of it follows from events, so nothing
/// can have changed while none happened. The position must have been read by this look, and before this is asked.
pub fn read_at(
    tx: &mut Tx<'_>,
    site: &Site,
    staff: &Staff,
    (position, asked): (i64, (Option<Reach>, usize)),
) -> Result<Above, Fault> {
    let known = site.kept.get::<Answered>(staff.id);
    if let Some(known) = known.filter(|known| known.position == position && known.asked == asked) {
        return Ok(known.above.clone());
    }
    let above = read(tx, site, staff, asked)?;
    site.kept.put(staff.id, Arc::new(Answered { position, asked, above: above.clone() }), 1);
    Ok(above)
}

/// Reads it for somebody: news as far as `reach` says, none without; one more than `max` of the unheard at most.
pub fn read(tx: &mut Tx<'_>, site: &Site, staff: &Staff, (reach, max): (Option<Reach>, usize)) -> Result<Above, Fault> {
    let counted = reach.filter(|_| !only_near(staff)).map(|reach| news(site, staff, reach)).unwrap_or_default();
    let mut questions = queue::hidden_questions(site, staff)?;
    let of_hidden = questions.len();
    questions.push(alarm::first_unheard(site));
    questions.extend(counted.iter().cloned());
    let mut answers = tx.ask(&questions)?;
    let counts = answers.split_off(of_hidden + 1);
    let first = answers.pop().unwrap_or_default();
    let hidden = answers.iter().flatten().map(|row| row.get("matter")).collect::<Result<BTreeSet<Uuid>, Fault>>()?;
    let unheard = alarm::unheard_from(tx, site, staff, (max, first, &hidden))?;
    let news = match reach {
        None => 0,
        // row by row: what must not be known is not counted either
        Some(reach) if only_near(staff) => {
            let counts = queue::counts(tx, site, staff, reach)?;
            counts.fresh + counts.soon + counts.overdue + counts.asked
        }
        Some(reach) if !hidden.is_empty() => {
            // so far that taking off what must not be known never shows: each counts for being new, for its day, and as asked for
            let further = Reach { max: reach.max + 2 * hidden.len() as i64, ..reach };
            let counted = tx.ask(&news(site, staff, further))?;
            let counted = counted.iter().flatten().map(|row| row.get::<i64>("news")).sum::<Result<i64, Fault>>()?;
            counted - queue::news_of(tx, site, staff, (reach, &hidden))?
        }
        Some(_) => counts.iter().flatten().map(|row| row.get::<i64>("news")).sum::<Result<i64, Fault>>()?,
    };
    Ok(Above { news, unheard })
}

fn news(site: &Site, staff: &Staff, reach: Reach) -> Vec<Question<'static>> {
    let (jurisdiction, office, max) = (site.jurisdiction, staff.office.as_str(), reach.max + 1);
    let [_, _, danger, plain] = queue::bounds(reach.today, reach.soon);
    let held = (store::NEWS_HELD, values![jurisdiction, office, danger, plain, max]);
    let directory = site.directory();
    let asked = directory.codes_of(office).into_iter().map(|code| (store::NEWS_ASKED, values![jurisdiction, code, max]));
    std::iter::once(held).chain(asked).collect()
}
