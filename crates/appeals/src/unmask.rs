//! Seeing who it is that told a matter in confidence (保密): two persons ([`civic::second`]), a ground, an event that the resident
//! reads, and an hour for whoever asked. The words of the matter are read as those of any other; name and contacts stay hidden.

use civic::chance::Chance;
use civic::journal::Actor;
use civic::refusal::{No, Refusal};
use civic::rules::RuleSet;
use civic::second::{self, Agreed, Asked, Deed};
use civic::site::Site;
use db::{Fault, Tx};
use jiff::Timestamp;
use uuid::Uuid;

use crate::appeal::{Event, Identity, State};
use crate::{run, store};

/// The list of grounds.
pub const GROUNDS: &str = "unmask";
/// How long whoever asked sees it.
const OPEN_FOR: &str = "site.two_persons";

/// Tells whether somebody sees who told this matter: named ones, and those told in confidence while two persons opened it.
/// Anonymous ones have nobody to see.
pub fn shows(state: &State, (staff, now): (Uuid, Timestamp)) -> bool {
    match state.identity {
        Identity::Anonymous => false,
        Identity::Confidential => state.unmasked.is_some_and(|(by, until)| by == staff && now < until),
        Identity::Named => true,
    }
}

/// Says whether a matter has a name that can be asked for on this ground: asked of both persons.
fn ready(rules: &RuleSet, state: &State, ground: &str) -> Result<(), Refusal> {
    if state.identity != Identity::Confidential {
        return Err(Refusal::new("not_masked").instead("look_again"));
    }
    rules.ground(GROUNDS, ground).map(drop).ok_or_else(|| Refusal::new("unknown_ground").instead("choose_ground"))
}

/// Asks for a second person.
pub fn ask(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    by: Uuid,
    (matter, ground): (Uuid, &str),
) -> Result<Asked, No> {
    let loaded = store::load(tx, site, matter)?.ok_or(No::Absent)?;
    ready(&site.rules(), &loaded.state, ground)?;
    second::ask(tx, site, (now, chance), by, (Deed::Unmask, &matter.to_string(), ground))
}

/// Opens it to whoever asked: the event is there before a name is shown.
pub fn agree(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), agreed: &Agreed) -> Result<(), No> {
    let asked = agreed.asked();
    if asked.deed != Deed::Unmask {
        return Err(Fault::other("two persons agreed to something else").into());
    }
    let matter: Uuid = asked.subject.parse().map_err(|_| Fault::other("a request names no matter"))?;
    let mut loaded = store::load(tx, site, matter)?.ok_or(No::Absent)?;
    ready(&site.rules(), &loaded.state, &asked.ground)?;
    let until = now.saturating_add(site.rules().clock(OPEN_FOR)).unwrap_or(Timestamp::MAX);
    let event = Event::Unmasked { ground: asked.ground.clone(), first: agreed.first(), second: agreed.second(), until };
    run::record(tx, site, (now, chance), Actor::Staff(agreed.second()), (&mut loaded, event))?;
    Ok(())
}
