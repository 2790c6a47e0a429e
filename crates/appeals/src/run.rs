//! Running a command: load, ask the permit, decide, append, apply, tell. All in one savepoint of the writer.

use civic::hall::Hall;
use civic::journal::{self, Actor, NewEvent, Stored};
use civic::outbox;
use civic::permit::{Who, may};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use civic::vault::{Key, KeyId};
use civic::{chance, chance::Chance};
use data_encoding::HEXLOWER;
use db::{Fault, Tx};
use jiff::Timestamp;
use uuid::Uuid;

use crate::appeal::{Command, Event, State, public};
use crate::code::Code;
use crate::decide::{Ctx, FreshCode, decide};
use crate::store::{self, Loaded};

mod notice;

pub(crate) use notice::on_duty;
pub use notice::{INVITATION, invites, notices};

/// Asks for a command.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who asks.
    pub who: Who,
    /// The matter.
    pub matter: Uuid,
    /// The version the person saw; an act on an older one is refused so that nobody overlooks a change.
    pub seen: Option<i64>,
    /// What they want.
    pub command: Command,
}

/// Says what came of a command.
#[derive(Debug)]
pub struct Done {
    /// The events it made.
    pub events: Vec<(Stored, Event)>,
    /// Where the matter stands now.
    pub state: State,
    /// A query code that was made: a delegate's or a new one. Shown or sent once, stored nowhere.
    pub code: Option<Code>,
}

/// Runs a command in the writer.
pub async fn act(hall: &Hall, request: Request) -> Result<Done, No> {
    let (site, now) = (hall.site.clone(), hall.clock.now());
    hall.store.write(move |tx| execute(tx, &site, now, &request)).await
}

/// Runs a command inside a transaction.
pub fn execute(tx: &mut Tx<'_>, site: &Site, now: Timestamp, request: &Request) -> Result<Done, No> {
    let Some(mut loaded) = store::load(tx, site, request.matter)? else { return Err(No::Absent) };
    let directory = site.directory();
    let act = request.command.act();
    may(&directory, &request.who, act, &loaded.state.subject())?;
    if let Some(seen) = request.seen.filter(|seen| *seen != loaded.state.version) {
        return Err(Refusal::new("changed_meanwhile").with("seen", seen).instead("look_again").into());
    }
    let target = match &request.command {
        Command::Merge { into, .. } => store::load(tx, site, *into)?,
        _ => None,
    };
    let code = fresh_code(site, &request.command, &loaded.state);
    let events = {
        let (rules, calendar) = (site.rules(), site.calendar());
        let staff = staff_of(&request.who);
        let office = staff.and_then(|id| directory.staff.get(&id)).map(|staff| staff.office.clone());
        let ctx = Ctx {
            now,
            today: site.day(now),
            rules: &rules,
            calendar: &calendar,
            directory: &directory,
            office: office.as_deref(),
            staff,
            fresh: code
                .as_ref()
                .map(|code| FreshCode { hash: HEXLOWER.encode(&code.hash(site)), rating_key: code.seed().rating_key() }),
            pseudonym: &journal::pseudonym(&loaded.key),
            target: target.as_ref().map(|target| &target.state),
        };
        decide(&loaded.state, &request.command, &ctx)?
    };
    let mut chance = site.chance();
    let mut stored = Vec::with_capacity(events.len());
    for event in events {
        stored.push(record(tx, site, (now, &mut chance), actor(&request.who), (&mut loaded, event))?);
    }
    Ok(Done { events: stored, state: loaded.state, code })
}

/// Appends an event to a loaded matter, applies it to state and tables, writes the messages, and lets matters merged
/// into it follow.
pub fn record(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    actor: Actor,
    (loaded, event): (&mut Loaded, Event),
) -> Result<(Stored, Event), Fault> {
    let stored = append(tx, site, (now, &mut *chance), actor, (&loaded.state, &loaded.key, &event))?;
    let before = loaded.state.clone();
    loaded.state.apply(&event, &stored);
    store::apply(tx, site.jurisdiction, Some(&before), &loaded.state, &event)?;
    tell(tx, site, (now, &mut *chance), (&loaded.state, &event, stored.position))?;
    if let Some(shared) = notice::for_merged(&event, loaded.state.matter) {
        for child in store::children(tx, site.jurisdiction, loaded.state.matter)? {
            follow(tx, site, (now, &mut *chance), (child, &shared))?;
        }
    }
    Ok((stored, event))
}

/// Lets a merged matter follow its main one: same hand, own answer.
fn follow(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (child, event): (Uuid, &Event),
) -> Result<(), Fault> {
    let Some(mut loaded) = store::load(tx, site, child)? else { return Ok(()) };
    let owed = loaded.state.owes_reply();
    if matches!(event, Event::Replied { .. }) && !owed || !loaded.state.is_open() {
        return Ok(());
    }
    let stored = append(tx, site, (now, &mut *chance), Actor::System, (&loaded.state, &loaded.key, event))?;
    let before = loaded.state.clone();
    loaded.state.apply(event, &stored);
    store::apply(tx, site.jurisdiction, Some(&before), &loaded.state, event)?;
    tell(tx, site, (now, chance), (&loaded.state, event, stored.position))
}

fn append(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    actor: Actor,
    (state, key, event): (&State, &Key, &Event),
) -> Result<Stored, Fault> {
    let new = NewEvent {
        matter: state.matter,
        version: state.version + 1,
        actor,
        kind: event.kind(),
        public: public(event, Some(state), &site.directory()),
        body: serde_json::to_value(event).expect("events are plain data"),
        key: (state.key_id as KeyId, key),
    };
    journal::append(tx, site, now, chance, new)
}

/// Puts the messages an event gives rise to into the outbox, in its transaction.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (state, event, position): (&State, &Event, i64),
) -> Result<(), Fault> {
    for (recipient, template) in notices(event, state, (&site.directory(), site.day(now))) {
        let message = outbox::Message { matter: state.matter, event: position, recipient, template };
        outbox::put(tx, site.jurisdiction, (chance::id_ordered(chance, now), now), &message)?;
    }
    if let Some(next) = notice::invited(event, state, (site, now)) {
        let recipient = "resident".to_owned();
        let message = outbox::Message { matter: state.matter, event: position, recipient, template: INVITATION };
        outbox::put_for(tx, site.jurisdiction, (chance::id_ordered(chance, now), now, next), &message)?;
    }
    Ok(())
}

/// Says who stands in the journal.
pub fn actor(who: &Who) -> Actor {
    match who {
        Who::Resident { .. } => Actor::Resident,
        Who::Delegate { .. } => Actor::Delegate,
        Who::Staff { id, .. } => Actor::Staff(*id),
        Who::Anyone => Actor::System,
    }
}

fn staff_of(who: &Who) -> Option<Uuid> {
    if let Who::Staff { id, .. } = who { Some(*id) } else { None }
}

fn fresh_code(site: &Site, command: &Command, state: &State) -> Option<Code> {
    let purpose = match command {
        Command::NameDelegate { .. } => "delegate",
        Command::ReissueCode { .. } => "reissue",
        _ => return None,
    };
    Some(Code::of_event(site, purpose, state.matter, state.version + 1))
}
