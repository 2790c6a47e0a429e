//! A matter at the desk with what its page shows beside its events: found with what lies next on the own table, on one way;
//! then who is merged into it, whether the words are open, who read it, what was sent, and what is near, on a second one.

use std::collections::BTreeSet;

use civic::access::{self, Purpose};
use civic::directory::Staff;
use civic::permit::{Permitted, Who};
use civic::site::Site;
use db::{Fault, Question, Row as Told, Tx, values};
use jiff::Timestamp;
use uuid::Uuid;

use crate::likely;
use crate::queue::{self, Filter, Scope};
use crate::store::{self, Loaded, Row, row_of};
use crate::view::{self, Personal};

/// Is a matter found by its number.
pub struct Found {
    /// Its clear row; none where there is none.
    pub row: Option<Row>,
    /// What lies next on the own table; none where it was not asked for.
    pub next: Option<Vec<Row>>,
    hidden: BTreeSet<Uuid>,
}

/// Finds the matter of a number for a member of staff and, as `next` narrows it, what lies next on their office's table.
pub fn find(tx: &mut Tx<'_>, site: &Site, staff: &Staff, (number, next): (&str, Option<&Filter>)) -> Result<Found, Fault> {
    let mut questions = queue::hidden_questions(site, staff)?;
    let of_hidden = questions.len();
    questions.push((store::BY_NUMBER, values![site.jurisdiction, number]));
    questions.extend(next.map(|filter| queue::first_held(site, staff, filter)));
    let mut answers = tx.ask(&questions)?;
    let first = next.and_then(|_| answers.pop());
    let row = answers.pop().unwrap_or_default().first().map(row_of).transpose()?;
    let hidden = answers.iter().take(of_hidden).flatten().map(|row| row.get("matter")).collect::<Result<_, Fault>>()?;
    let page = next.map(|filter| queue::page_from(tx, site, staff, (Scope::Held, filter, &hidden), first)).transpose()?;
    Ok(Found { row, next: page.map(|page| page.rows), hidden })
}

/// Is what stands beside a matter for somebody.
pub struct Beside {
    /// The matters merged into it, by number, and whether each is open; without those this person must not know of.
    pub merged: Vec<(String, bool)>,
    /// The purpose for which this session has the words open.
    pub purpose: Option<Purpose>,
    /// What is near, where it was asked for: [`likely::find_among`] goes on from it.
    pub near: Vec<Vec<Told>>,
    personal: Vec<Vec<Told>>,
}

impl Beside {
    /// Puts the words together where they are open to this session.
    pub fn words(&self, tx: &mut Tx<'_>, site: &Site, permit: &Permitted, loaded: Loaded) -> Result<Option<Personal>, Fault> {
        match self.purpose {
            Some(_) => view::whole(tx, site, permit, (loaded, &self.personal)),
            None => Ok(None),
        }
    }
}

/// Reads what stands beside an opened matter. `reads` says in which session somebody asks who may read its words, and whether
/// for its page: then all is asked at once, and what is near too.
pub fn read(
    tx: &mut Tx<'_>,
    site: &Site,
    now: Timestamp,
    (found, loaded): (&Found, &Loaded),
    reads: Option<(&Who, Uuid, bool)>,
) -> Result<Beside, Fault> {
    let matter = loaded.state.matter;
    let mut questions: Vec<Question<'_>> = vec![(store::MERGED, values![site.jurisdiction, matter])];
    let page = reads.is_some_and(|(_, _, page)| page);
    if let Some((who, session, _)) = reads {
        questions.push(access::covering(site, now, (session, matter)));
        if page {
            questions.extend(view::beside(site, matter));
            questions.extend(likely::near(site, who, &loaded.state));
        }
    }
    let mut answers = tx.ask(&questions)?.into_iter();
    let merged = merged(&answers.next().unwrap_or_default(), &found.hidden)?;
    let purpose = access::covered(&answers.next().unwrap_or_default())?;
    let personal = match purpose {
        _ if page => answers.by_ref().take(view::BESIDE).collect(),
        Some(_) => tx.ask(&view::beside(site, matter))?,
        None => Vec::new(),
    };
    Ok(Beside { merged, purpose, personal, near: answers.collect() })
}

fn merged(rows: &[Told], hidden: &BTreeSet<Uuid>) -> Result<Vec<(String, bool)>, Fault> {
    let mut merged = Vec::with_capacity(rows.len());
    for row in rows {
        if !hidden.contains(&row.get("id")?) {
            merged.push((row.get("number")?, row.get("is_open")?));
        }
    }
    Ok(merged)
}
