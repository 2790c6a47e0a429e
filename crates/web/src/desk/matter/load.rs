//! Reading a matter for somebody of the staff: the permit first, then facts, and words only under an access entry.

use std::sync::Arc;

use appeals::queue::Filter;
use appeals::store::{self, Row};
use appeals::view::{self, BareStep, Personal};
use appeals::{Identity, State, beside};
use civic::access::Purpose;
use civic::directory::Staff;
use civic::permit::{Act, Who, may};
use civic::refusal::{No, Refusal};
use civic::second::{self, Asked, Deed};
use civic::site::Site;
use db::Tx;
use jiff::Timestamp;
use uuid::Uuid;

use super::likely::{self, Look};
use super::strip;
use crate::desk::frame::Desk;
use crate::desk::queue::listing;
use crate::error::Problem;

/// Is a matter as far as this person may see it now.
pub struct Matter {
    /// Where it stands.
    pub state: Arc<State>,
    /// Its steps without words.
    pub bare: Vec<BareStep>,
    /// The words, while an access entry of this session covers them.
    pub words: Option<Personal>,
    /// What that entry gives as the purpose.
    pub purpose: Option<Purpose>,
    /// The matters merged into it, by number, and whether each is open.
    pub merged: Vec<(String, bool)>,
    /// The request to see who told it in confidence, while one waits.
    pub unmask: Option<Asked>,
    /// Why this person may not read the words at all.
    pub closed: Option<Refusal>,
    /// Whether this person sees the matter; some acts are for whoever stands at a counter and concern it by its number only.
    pub seen: bool,
}

/// Finds the matter of a number. What the permit keeps from this person is refused before anything is read out.
pub async fn find(desk: &Desk, number: &str) -> Result<Matter, Problem> {
    find_for(desk, number, Act::See).await
}

/// Finds the matter for one act: a lost code is made anew at any counter, without the matter being opened.
pub async fn find_for(desk: &Desk, number: &str, act: Act) -> Result<Matter, Problem> {
    let asked = Asks::of(desk, number, act);
    Ok(desk.read(move |tx, site, now| Ok::<_, No>(asked.find(tx, site, now)?.0)).await?)
}

/// Finds the matter of a number and what its page shows beside it, at one look at the data: what lies next on the own table,
/// and what may be the same matter.
pub async fn find_page(desk: &Desk, number: &str) -> Result<(Matter, Option<Vec<Row>>, Look), Problem> {
    let asked = Asks { next: strip::filter(desk), near: true, ..Asks::of(desk, number, Act::See) };
    let (who, reading, finder) = (desk.staff.who(), listing(desk), Arc::clone(&desk.app.finder));
    let found = desk.read(move |tx, site, now| -> Result<_, No> {
        let (matter, next, near) = asked.find(tx, site, now)?;
        let words = matter.words.as_ref().map(|personal| personal.filing.what.as_str());
        let look = likely::look((tx, site, now), &finder, ((&who, Some(&near)), &reading), (&matter.state, words))?;
        Ok((matter, next, look))
    });
    Ok(found.await?)
}

/// Says who asks for which matter.
struct Asks {
    who: Who,
    session: Uuid,
    person: Arc<Staff>,
    number: String,
    act: Act,
    /// What of the own table is wanted.
    next: Option<Filter>,
    /// Whether what is near is wanted.
    near: bool,
}

/// What was found: the matter, what lies next on the own table, what is near.
type Answer = (Matter, Option<Vec<Row>>, Vec<Vec<db::Row>>);

impl Asks {
    fn of(desk: &Desk, number: &str, act: Act) -> Self {
        let (who, session, person) = (desk.staff.who(), desk.staff.session.id, Arc::clone(&desk.staff.person));
        Self { who, session, person, number: number.to_owned(), act, next: None, near: false }
    }

    fn find(self, tx: &mut Tx<'_>, site: &Site, now: Timestamp) -> Result<Answer, No> {
        let mut found = beside::find(tx, site, &self.person, (&self.number, self.next.as_ref()))?;
        let row = found.row.take().ok_or(No::Absent)?;
        let loaded = store::opened(tx, site, &row)?.ok_or(No::Absent)?;
        let (state, directory, subject) = (Arc::clone(&loaded.state), site.directory(), loaded.state.subject());
        let may = |act: Act| may(&directory, &self.who, act, &subject);
        let bare = Matter {
            state: Arc::clone(&state),
            bare: Vec::new(),
            words: None,
            purpose: None,
            merged: Vec::new(),
            unmask: None,
            closed: None,
            seen: true,
        };
        if let Err(refusal) = may(Act::See) {
            let counter = self.act == Act::ReissueCode && may(self.act).is_ok();
            let closed = Matter { closed: Some(refusal.clone()), seen: false, ..bare };
            return if counter { Ok((closed, None, Vec::new())) } else { Err(refusal.into()) };
        }
        let bare = Matter { bare: view::bare(&loaded), ..bare };
        let permit = may(Act::ReadPersonal);
        let reads = permit.is_ok().then_some((&self.who, self.session, self.near));
        let beside = beside::read(tx, site, now, (&found, &loaded), reads)?;
        let bare = Matter { merged: beside.merged.clone(), purpose: beside.purpose, ..bare };
        let matter = match permit {
            Err(refusal) => Matter { closed: Some(refusal), ..bare },
            Ok(permit) => Matter { words: beside.words(tx, site, &permit, loaded)?, ..bare },
        };
        let asked = (state.identity == Identity::Confidential && matter.words.is_some())
            .then(|| second::open(tx, site, now, (Deed::Unmask, &row.id.to_string())))
            .transpose()?;
        let unmask = asked.and_then(|asked| asked.into_iter().next());
        Ok((Matter { unmask, ..matter }, found.next, beside.near))
    }
}
