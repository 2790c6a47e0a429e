//! Reading a matter for somebody of the staff: the permit first, then facts, and words only under an access entry.

use std::sync::Arc;

use appeals::view::{self, BareStep, Personal};
use appeals::{Identity, State};
use appeals::{queue, store};
use civic::access::{self, Purpose};
use civic::permit::{Act, may};
use civic::refusal::{No, Refusal};
use civic::second::{self, Asked, Deed};
use civic::site::Site;
use db::{Fault, Tx};
use jiff::Timestamp;

use crate::desk::frame::Desk;
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
    let find = finder(desk, number, act);
    Ok(desk.read(move |tx, site, now| find(tx, site, now)).await?)
}

/// Finds the matter of a number and what its page shows beside it, at one look at the data.
pub async fn find_with<T: Send + 'static>(
    desk: &Desk,
    number: &str,
    beside: impl FnOnce(&mut Tx<'_>, &Site, Timestamp, &Matter) -> Result<T, Fault> + Send + 'static,
) -> Result<(Matter, T), Problem> {
    let find = finder(desk, number, Act::See);
    let found = desk.read(move |tx, site, now| -> Result<(Matter, T), No> {
        let matter = find(tx, site, now)?;
        let beside = beside(tx, site, now, &matter)?;
        Ok((matter, beside))
    });
    Ok(found.await?)
}

fn finder(
    desk: &Desk,
    number: &str,
    act: Act,
) -> impl FnOnce(&mut Tx<'_>, &Site, Timestamp) -> Result<Matter, No> + Send + use<> {
    let (who, session) = (desk.staff.who(), desk.staff.session.id);
    let (number, person) = (number.to_owned(), desk.staff.person.clone());
    move |tx, site, now| {
        let row = store::by_number(tx, site.jurisdiction, &number)?.ok_or(No::Absent)?;
        let loaded = store::opened(tx, site, &row)?.ok_or(No::Absent)?;
        let (state, bare) = (Arc::clone(&loaded.state), view::bare(&loaded));
        let (directory, subject) = (site.directory(), state.subject());
        if let Err(refusal) = may(&directory, &who, Act::See, &subject) {
            if act != Act::ReissueCode || may(&directory, &who, act, &subject).is_err() {
                return Err(refusal.into());
            }
            let (bare, merged) = (Vec::new(), Vec::new());
            return Ok(Matter {
                state,
                bare,
                words: None,
                purpose: None,
                merged,
                unmask: None,
                closed: Some(refusal),
                seen: false,
            });
        }
        let merged = queue::merged(tx, site, &person, row.id)?;
        let permit = match may(&directory, &who, Act::ReadPersonal, &subject) {
            Ok(permit) => permit,
            Err(refusal) => {
                return Ok(Matter {
                    state,
                    bare,
                    words: None,
                    purpose: None,
                    merged,
                    unmask: None,
                    closed: Some(refusal),
                    seen: true,
                });
            }
        };
        let purpose = access::covers(tx, site, now, (session, row.id))?;
        let words = if purpose.is_some() { view::of_opened(tx, site, &permit, loaded)? } else { None };
        let asked = (state.identity == Identity::Confidential && words.is_some())
            .then(|| second::open(tx, site, now, (Deed::Unmask, &row.id.to_string())))
            .transpose()?;
        let unmask = asked.and_then(|asked| asked.into_iter().next());
        Ok(Matter { state, bare, words, purpose, merged, unmask, closed: None, seen: true })
    }
}
