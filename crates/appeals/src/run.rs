//! Running a command: load, ask the permit, decide, append, apply, tell. All in one savepoint of the writer.

use std::collections::BTreeMap;
use std::sync::Arc;

use civic::hall::Hall;
use civic::journal::{self, Actor, NewEvent, Stored};
use civic::permit::{Who, may};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use civic::vault::{Key, KeyId};
use civic::{chance, chance::Chance};
use civic::{exchange, outbox};
use data_encoding::HEXLOWER;
use db::{Fault, Tx};
use jiff::Timestamp;
use uuid::Uuid;

use crate::appeal::{Command, Event, State, public};
use crate::code::Code;
use crate::decide::{self, Ctx, FreshCode, decide};
use crate::store::{self, Loaded};

mod notice;

pub(crate) use notice::on_duty;
pub use notice::{INVITATION, SPOKESPERSON, invites, notices};

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
    act_with(hall, move |_| Ok(request), |_, _| Ok(())).await
}

/// Runs a command in the writer that is put together there, and something after it in the same savepoint. What was read and made is
/// kept open once it is durable: whoever looks at the matter next need not open it.
pub async fn act_with(
    hall: &Hall,
    ask: impl FnOnce(&mut Tx<'_>) -> Result<Request, No> + Send + 'static,
    after: impl FnOnce(&mut Tx<'_>, &Site) -> Result<(), No> + Send + 'static,
) -> Result<Done, No> {
    let (site, now) = (hall.site.clone(), hall.clock.now());
    let written = hall.store.write(move |tx| -> Result<_, No> {
        let request = ask(tx)?;
        let made = run_on_stored(tx, &site, now, &request)?;
        after(tx, &site)?;
        Ok(made)
    });
    let (loaded, (events, code)) = written.await?;
    let Loaded { key, state, events: mut all } = loaded;
    Arc::make_mut(&mut all).extend(events.iter().cloned());
    let weight = all.len();
    let done = Done { events, state: State::clone(&state), code };
    hall.site.kept.put(done.state.matter, Arc::new(Loaded { key, state, events: all }), weight);
    Ok(done)
}

/// Runs a command inside a transaction.
pub fn execute(tx: &mut Tx<'_>, site: &Site, now: Timestamp, request: &Request) -> Result<Done, No> {
    let (loaded, (events, code)) = run_on_stored(tx, site, now, request)?;
    Ok(Done { events, state: Arc::unwrap_or_clone(loaded.state), code })
}

/// Opens a matter and runs a command on it; who is merged into it is asked on the same way.
fn run_on_stored(tx: &mut Tx<'_>, site: &Site, now: Timestamp, request: &Request) -> Result<(Loaded, Made), No> {
    let (loaded, beside) =
        store::load_with(tx, site, request.matter, vec![store::children_of(site.jurisdiction, request.matter)])?;
    let Some(mut loaded) = loaded else { return Err(No::Absent) };
    let children = store::children_from(beside.first())?;
    let made = run_on(tx, site, now, request, (&mut loaded, Some(children)))?;
    Ok((loaded, made))
}

/// Is what a command made: its events, and a query code where one was asked for.
pub type Made = (Vec<(Stored, Event)>, Option<Code>);

/// Runs a command on a matter that its caller holds, as the tables have it: for many acts on one matter in a row. After an
/// error the caller's copy is worth nothing.
pub fn execute_on(tx: &mut Tx<'_>, site: &Site, now: Timestamp, request: &Request, loaded: &mut Loaded) -> Result<Made, No> {
    run_on(tx, site, now, request, (loaded, None))
}

/// Runs a command on a matter of which it may be known already who is merged into it.
fn run_on(
    tx: &mut Tx<'_>,
    site: &Site,
    now: Timestamp,
    request: &Request,
    (loaded, children): (&mut Loaded, Option<Vec<Uuid>>),
) -> Result<Made, No> {
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
            office: office.as_deref(),
            staff,
            fresh: code
                .as_ref()
                .map(|code| FreshCode { hash: HEXLOWER.encode(&code.hash(site)), rating_key: code.seed().rating_key() }),
            pseudonym: &journal::pseudonym(&loaded.key),
            target: target.as_ref().map(|target| &*target.state),
            ..Ctx::new((now, site.day(now)), (&rules, &calendar), &directory)
        };
        decide(&loaded.state, &request.command, &ctx)?
    };
    let mut chance = site.chance();
    let mut stored = Vec::with_capacity(events.len());
    for event in events {
        let made = step(tx, site, (now, &mut chance), actor(&request.who), (&mut *loaded, &event))?;
        follow(tx, site, (now, &mut chance), (&loaded.state, &event), children.as_deref())?;
        stored.push((made, event));
    }
    Ok((stored, code))
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
    let stored = step(tx, site, (now, &mut *chance), actor, (loaded, &event))?;
    follow(tx, site, (now, chance), (&loaded.state, &event), None)?;
    Ok((stored, event))
}

/// Lets the merged matters follow a step of their main one: same hand, own events, own letters.
fn follow(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (main, event): (&State, &Event),
    known: Option<&[Uuid]>,
) -> Result<(), Fault> {
    let mut children = BTreeMap::new();
    if !decide::reaches(event) {
        return Ok(());
    }
    let ids = match known {
        Some(known) => known.to_vec(),
        None => store::children(tx, site.jurisdiction, main.matter)?,
    };
    for id in ids {
        children.extend(store::load(tx, site, id)?.map(|loaded| (id, loaded)));
    }
    if children.is_empty() {
        return Ok(());
    }
    let further = match event {
        Event::Merged { into, .. } => store::load(tx, site, *into)?,
        _ => None,
    };
    let states: Vec<State> = children.values().map(|child| State::clone(&child.state)).collect();
    let steps = {
        let (rules, calendar, directory) = (site.rules(), site.calendar(), site.directory());
        let ctx = Ctx::new((now, site.day(now)), (&rules, &calendar), &directory);
        decide::follow(event, further.as_ref().map_or(main, |further| &*further.state), &states, &ctx)
    };
    for (id, event) in steps {
        if let Some(child) = children.get_mut(&id) {
            step(tx, site, (now, &mut *chance), Actor::System, (child, &event))?;
        }
    }
    Ok(())
}

/// Appends one event to one matter, applies it to state and tables, and writes its messages.
fn step(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    actor: Actor,
    (loaded, event): (&mut Loaded, &Event),
) -> Result<Stored, Fault> {
    let stored = append(tx, site, (now, &mut *chance), actor, (&loaded.state, &loaded.key, event))?;
    let before = Arc::clone(&loaded.state);
    Arc::make_mut(&mut loaded.state).apply(event, &stored);
    store::apply(tx, site.jurisdiction, Some(&before), &loaded.state, event)?;
    for peer in loaded.state.told(event) {
        exchange::put(tx, site.jurisdiction, (peer, stored.matter, stored.version), now)?;
    }
    if let Event::Phoned { .. } = event {
        // what was given up as a letter is told with it
        let told = before.untold.iter().filter(|one| !loaded.state.untold.contains(one));
        let told: Vec<(i64, String)> = told.map(|one| (one.position, recipient(one.speaker))).collect();
        outbox::called(tx, site.jurisdiction, (before.matter, &told), now)?;
    }
    tell(tx, site, (now, chance), (&loaded.state, event, stored.position))?;
    Ok(stored)
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
        // what only a call can tell waits for one; it is counted and listed from the state
        let untold = |speaker: Option<usize>| state.untold.iter().any(|one| one.position == position && one.speaker == speaker);
        let by_phone = recipient == "resident" && untold(None);
        let by_hand = if state.post_only() { outbox::POST } else { outbox::CALL };
        let channel = match (recipient.as_str(), by_phone) {
            ("resident", true) => by_hand,
            ("resident", false) => state.way(),
            _ => outbox::MAIL,
        };
        let message = outbox::Message { matter: state.matter, event: position, recipient, template, channel };
        let put = if by_phone { outbox::put_call } else { outbox::put };
        put(tx, site.jurisdiction, (chance::id_ordered(chance, now), now), &message)?;
        if message.recipient == "resident" {
            // whoever speaks for many hears it by their own way; the one who filed it is the first of them
            for at in &state.speakers.written {
                let own = outbox::Message { recipient: self::recipient(Some(*at)), channel: outbox::MAIL, ..message.clone() };
                outbox::put(tx, site.jurisdiction, (chance::id_ordered(chance, now), now), &own)?;
            }
            for at in state.speakers.called.iter().filter(|at| untold(Some(**at))) {
                let own = outbox::Message { recipient: self::recipient(Some(*at)), channel: outbox::CALL, ..message.clone() };
                outbox::put_call(tx, site.jurisdiction, (chance::id_ordered(chance, now), now), &own)?;
            }
        }
    }
    if let Some(next) = notice::invited(event, state, (site, now)) {
        let recipient = "resident".to_owned();
        let (template, channel) = (INVITATION, state.way());
        let message = outbox::Message { matter: state.matter, event: position, recipient, template, channel };
        outbox::put_for(tx, site.jurisdiction, (chance::id_ordered(chance, now), now, next), &message)?;
    }
    Ok(())
}

/// Names a recipient: whoever filed a matter, or somebody who speaks beside them, by their place.
fn recipient(speaker: Option<usize>) -> String {
    speaker.map_or_else(|| "resident".to_owned(), |at| format!("{SPOKESPERSON}{at}"))
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
