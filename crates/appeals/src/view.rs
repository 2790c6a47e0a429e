//! Reading a matter. What is personal needs a permit, given by value; what is not personal does not.

use std::sync::Arc;

use civic::exchange::reads::{self, Elsewhere};
use civic::journal::Actor;
use civic::permit::{Act, Permitted};
use civic::site::Site;
use civic::{access, outbox};
use db::{Fault, Question, Tx};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::appeal::{Event, Filing, State};
use crate::disclose;
use crate::store::{self, Loaded};

/// Is one step of a matter with everything in it.
#[derive(Debug, Clone)]
pub struct Step {
    /// Place in the journal.
    pub position: i64,
    /// Place in the public log.
    pub leaf: i64,
    /// Number within the matter.
    pub version: i64,
    /// When.
    pub at: Timestamp,
    /// The civil day.
    pub day: Date,
    /// Who.
    pub actor: Actor,
    /// What.
    pub event: Event,
}

/// Is a matter with its words.
#[derive(Debug, Clone)]
pub struct Personal {
    /// Where it stands.
    pub state: Arc<State>,
    /// What was filed.
    pub filing: Filing,
    /// Its steps, oldest first.
    pub steps: Vec<Step>,
    /// Who read the personal part.
    pub readings: Vec<access::Entry>,
    /// Who read it at other sites, as they told.
    pub elsewhere: Vec<Elsewhere>,
    /// Messages sent about it.
    pub messages: Vec<outbox::Waiting>,
}

/// Is one step without words: what may be shown to whoever may see that the matter exists.
#[derive(Debug, Clone)]
pub struct BareStep {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// Kind code.
    pub kind: String,
    /// The public entry.
    pub fact: String,
    /// Which other site told it, and the code of what it told.
    pub heard: Option<(Uuid, &'static str)>,
}

/// Lists the bare steps of an opened matter.
pub fn bare(loaded: &Loaded) -> Vec<BareStep> {
    let bare = loaded.events.iter().map(|(stored, event)| BareStep {
        at: stored.at,
        actor: stored.actor,
        kind: stored.kind.clone(),
        fact: stored.fact.clone(),
        heard: event.heard(),
    });
    bare.collect()
}

/// Reads everything. The permit must be for reading the personal part (staff; an access entry is durable already) or for
/// following one's own matter.
pub fn personal(tx: &mut Tx<'_>, site: &Site, permit: &Permitted, matter: Uuid) -> Result<Option<Personal>, Fault> {
    Ok(personal_with(tx, site, permit, matter, Vec::new())?.0)
}

/// Reads everything and asks something further on the same way.
pub fn personal_with(
    tx: &mut Tx<'_>,
    site: &Site,
    permit: &Permitted,
    matter: Uuid,
    further: Vec<Question<'static>>,
) -> Result<(Option<Personal>, Vec<Vec<db::Row>>), Fault> {
    assert!(matches!(permit.act(), Act::ReadPersonal | Act::Track), "personal parts are read under their own permit");
    let mut questions = beside(site, matter);
    questions.extend(further);
    let (loaded, mut told) = store::load_with(tx, site, matter, questions)?;
    let further = told.split_off(BESIDE);
    let personal = loaded.map_or(Ok(None), |loaded| whole(tx, site, permit, (loaded, &told)))?;
    Ok((personal, further))
}

/// How many questions [`beside`] are.
pub(crate) const BESIDE: usize = 3;

/// Lists what is asked of a matter beside its events: who read it, what was sent about it, and who read it at other sites.
pub(crate) fn beside(site: &Site, matter: Uuid) -> Vec<Question<'static>> {
    vec![access::question(site, matter), outbox::question(site.jurisdiction, matter), reads::question(site, matter)]
}

/// Puts an opened matter and what was told beside it together, under the same permits as [`personal`].
pub(crate) fn whole(
    tx: &mut Tx<'_>,
    site: &Site,
    permit: &Permitted,
    (loaded, beside): (Loaded, &[Vec<db::Row>]),
) -> Result<Option<Personal>, Fault> {
    assert!(matches!(permit.act(), Act::ReadPersonal | Act::Track), "personal parts are read under their own permit");
    let [readings, messages, elsewhere] = beside else { return Err(Fault::other("what stands beside a matter was not told")) };
    let mut filing = None;
    let mut steps = Vec::with_capacity(loaded.events.len());
    for (stored, event) in loaded.events.iter() {
        if let Event::Filed(filed) = event {
            filing = Some(filed.clone());
        }
        let (position, leaf, version) = (stored.position, stored.leaf, stored.version);
        steps.push(Step { position, leaf, version, at: stored.at, day: stored.day, actor: stored.actor, event: event.clone() });
    }
    let Some(filing) = filing else { return Ok(None) };
    let (readings, messages, elsewhere) = (access::read(readings)?, outbox::read(messages)?, reads::read(elsewhere)?);
    let readings = match permit.act() {
        Act::Track => disclose::told_readings(tx, site, (loaded.state.matter, readings))?,
        _ => readings,
    };
    Ok(Some(Personal { state: loaded.state, filing, steps, readings, elsewhere, messages }))
}

/// Lists who read the personal part and what for: for those who watch over that, not for the handlers.
pub fn readings(
    tx: &mut Tx<'_>,
    site: &Site,
    permit: &Permitted,
    matter: Uuid,
) -> Result<(Vec<access::Entry>, Vec<Elsewhere>), Fault> {
    assert!(permit.act() == Act::SeeAccess, "who read what is seen under its own permit");
    Ok((access::of_matter(tx, site, matter)?, reads::of_matter(tx, site, matter)?))
}

/// Reads the receipt of a matter.
pub fn receipt(tx: &mut Tx<'_>, site: &Site, permit: &Permitted, matter: Uuid) -> Result<Option<String>, Fault> {
    assert!(permit.act() == Act::Track, "a receipt belongs to the resident");
    let Some(loaded) = store::load(tx, site, matter)? else { return Ok(None) };
    loaded.events.first().map(|(stored, _)| crate::receipt::render(tx, site, stored)).transpose()
}
