//! Doing an act to a post: read it, decide, ask the permit, append the event, change the tables. One transaction.

use civic::chance::Chance;
use civic::directory::{Directory, Staff};
use civic::hall::Hall;
use civic::journal::{self, Actor, NewEvent, Stored};
use civic::permit::{Act, Subject, Who, may};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use civic::vault::{Key, KeyId};
use db::{Fault, Tx, params};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::board;
use crate::code::{Code, LABELS};
use crate::moderators::{about, moderators};
use crate::post::{At, By, Command, Event, Kind, Standing, State, decide};
use crate::store::{self, Post};

/// The term of an objection.
const OBJECT: &str = "forum.object";

/// Is somebody's wish to do something to a post.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who: whoever showed the code of the post is its resident.
    pub who: Who,
    /// The post.
    pub post: Uuid,
    /// The version the person saw; none where that does not matter.
    pub seen: Option<i64>,
    /// What is to be done.
    pub command: Command,
}

/// Finds the post of a code. The same steps are taken whether there is one or not.
pub fn by_code(tx: &mut Tx<'_>, site: &Site, typed: &str) -> Result<Option<Post>, Fault> {
    let code = Code::parse(typed);
    let hash = code.as_ref().map(|code| code.hash(site, &LABELS)).unwrap_or_default();
    let found = store::by(tx, site, store::BY_CODE, &hash)?;
    Ok(found.filter(|_| code.is_some()))
}

/// Does it.
pub fn execute(tx: &mut Tx<'_>, site: &Site, (now, chance): (Timestamp, &mut Chance), request: &Request) -> Result<State, No> {
    let post = store::get(tx, site, request.post)?.ok_or(No::Absent)?;
    let gone = || No::from(Refusal::new("post_withdrawn").instead("post_write_anew"));
    let state = post.state.clone().ok_or_else(gone)?;
    if request.seen.is_some_and(|seen| seen != state.version) {
        return Err(Refusal::new("changed_meanwhile").with("seen", state.version).instead("post_look_again").into());
    }
    let topic = topic_of(tx, site, &state)?;
    let directory = site.directory();
    let staff = match &request.who {
        Who::Staff { id, .. } => Some(directory.staff.get(id).ok_or(No::Absent)?),
        _ => None,
    };
    let event = judged(site, now, (&state, &topic), (request, staff))?;
    permitted(&directory, request, (&state, &topic, staff))?;
    let actor = match &request.who {
        Who::Staff { id, .. } => Actor::Staff(*id),
        _ => Actor::Resident,
    };
    append(tx, site, (now, chance), (state, post.key_id, actor), event)
}

/// Finds the post that one stands below; itself where it stands below none, or its topic was taken back.
pub fn topic_of(tx: &mut Tx<'_>, site: &Site, state: &State) -> Result<State, Fault> {
    if state.kind.is_first() {
        return Ok(state.clone());
    }
    Ok(store::get(tx, site, state.topic)?.and_then(|topic| topic.state).unwrap_or_else(|| state.clone()))
}

/// Returns the last day on which whoever wrote a hidden post may object.
pub fn object_until(site: &Site, state: &State) -> Option<Date> {
    let hiding = state.hiding.as_ref().filter(|_| state.standing == Standing::Hidden)?;
    Some(worktime::due(&site.calendar(), hiding.day, site.rules().count(OBJECT)).last)
}

fn judged(
    site: &Site,
    now: Timestamp,
    (state, topic): (&State, &State),
    (request, staff): (&Request, Option<&Staff>),
) -> Result<Event, Refusal> {
    let (directory, rules) = (site.directory(), site.rules());
    let by = match (&request.who, staff) {
        (Who::Staff { .. }, Some(staff)) => By::Office(&staff.office),
        (Who::Resident { matter }, _) if *matter == state.id => By::Author,
        _ => By::Anyone,
    };
    let own = staff.map(|staff| staff.office.as_str());
    let hid_itself = match (&state.hiding, own) {
        (Some(hiding), Some(own)) => directory.is_now(&hiding.office, own),
        _ => false,
    };
    let moderators = moderators(&directory, state, topic);
    // a reply is about whoever its topic is about
    let mut judged = state.clone();
    judged.words.named.extend(about(state, topic).into_iter().map(str::to_owned));
    let at = At {
        now,
        today: site.day(now),
        rules: &rules,
        object_until: object_until(site, state),
        by,
        moderators: &moderators,
        hid_itself,
    };
    decide(&judged, request.command.clone(), &at)
}

/// Names the act of a command on a post; none where anybody may.
fn act(state: &State, command: &Command) -> Option<Act> {
    let own = match state.kind {
        Kind::Blog => Act::WriteBlog,
        Kind::Answer => Act::AnswerPost,
        Kind::Topic | Kind::Reply => Act::KeepPost,
    };
    Some(match command {
        Command::Report { .. } => return None,
        Command::Edit { .. } | Command::Withdraw | Command::Object { .. } | Command::Matter { .. } => own,
        Command::Publish if state.kind.is_of_office() => own,
        Command::Answer { .. } => Act::AnswerPost,
        Command::Publish
        | Command::Leave { .. }
        | Command::Hide { .. }
        | Command::Decide { .. }
        | Command::Lock { .. }
        | Command::Unlock { .. }
        | Command::Move { .. } => Act::Moderate,
    })
}

/// Describes a post to the permit: whoever may moderate it holds it, first the nearest; what an office wrote is its own.
#[must_use]
pub fn subject(directory: &Directory, (state, topic): (&State, &State), act: Act) -> Subject {
    match act {
        Act::Moderate => {
            let mut offices = moderators(directory, state, topic).into_iter();
            Subject { owner: offices.next().unwrap_or_default(), invited: offices.collect(), ..Subject::default() }
        }
        Act::KeepPost => Subject { matter: state.id, ..Subject::default() },
        _ => Subject { owner: state.office.clone(), ..Subject::default() },
    }
}

fn permitted(
    directory: &Directory,
    request: &Request,
    (state, topic, staff): (&State, &State, Option<&Staff>),
) -> Result<(), Refusal> {
    let Some(act) = act(state, &request.command) else { return Ok(()) };
    // a right one-time code lets a resident's own post be seen; the office that is asked may let a question to it be seen
    if let Command::Publish = request.command
        && !state.kind.is_of_office()
    {
        match staff {
            None => {
                return may(directory, &request.who, Act::KeepPost, &subject(directory, (state, topic), Act::KeepPost)).map(drop);
            }
            Some(staff) if staff.office == state.office => {
                return may(directory, &request.who, Act::AnswerPost, &subject(directory, (state, topic), Act::AnswerPost))
                    .map(drop);
            }
            Some(_) => {}
        }
    }
    may(directory, &request.who, act, &subject(directory, (state, topic), act)).map(drop)
}

/// Appends an event to a post and brings the tables after it.
pub(crate) fn append(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (mut state, key_id, actor): (State, KeyId, Actor),
    event: Event,
) -> Result<State, No> {
    let key = site.keystore.get(key_id)?.ok_or(No::Absent)?;
    let stored = tell(tx, site, (now, &mut *chance), (&state, (key_id, &key), actor, &event))?;
    let before = state.standing;
    state.apply(&event, (stored.at, stored.day));
    change(tx, site, (&state, &key), chance)?;
    board::enlist(tx, site, &state)?;
    note(tx, site, (&state, &event), &stored)?;
    if state.standing == Standing::Withdrawn {
        tx.run(store::GONE, params![site.jurisdiction, key_id])?;
        tx.run(store::CODE_DROP, params![site.jurisdiction, state.id])?;
    }
    if before != state.standing && !state.kind.is_first() {
        recount(tx, site, state.topic)?;
    }
    Ok(state)
}

pub(crate) fn tell(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (state, key, actor, event): (&State, (KeyId, &Key), Actor, &Event),
) -> Result<Stored, Fault> {
    let place = site.directory().public_place(&state.place).map(|place| place.code.clone());
    let body =
        serde_json::to_value(event).map_err(|error| Fault::other("an event of a post cannot be written").caused_by(error))?;
    let version = if matches!(event, Event::Written(_)) { 1 } else { state.version + 1 };
    let new = NewEvent { matter: state.id, version, actor, kind: event.kind(), public: event.public(state, place), body, key };
    journal::append(tx, site, now, chance, new)
}

fn change(tx: &mut Tx<'_>, site: &Site, (state, key): (&State, &Key), chance: &mut Chance) -> Result<(), Fault> {
    let face = store::face(site, state, key, chance)?;
    let row = params![
        site.jurisdiction,
        state.id,
        state.standing.code(),
        state.place.as_str(),
        state.theme.as_str(),
        state.office.as_str(),
        state.version,
        state.shown.map_or(0, Timestamp::as_microsecond),
        state.changed.as_microsecond(),
        face
    ];
    tx.run(store::CHANGE, row).map(drop)
}

/// Notes a measure where everybody can read that it was taken, and why.
fn note(tx: &mut Tx<'_>, site: &Site, (state, event): (&State, &Event), stored: &Stored) -> Result<(), Fault> {
    let (office, ground) = match (event, event.measure()) {
        (_, Some(measure)) => measure,
        (Event::Decided { office, stays, .. }, None) => (office.as_str(), if *stays { "stays" } else { "restored" }),
        _ => return Ok(()),
    };
    let (kind, day) = (event.kind(), stored.day.to_string());
    tx.run(store::NOTE, params![site.jurisdiction, stored.position, state.id, kind, office, ground, day])?;
    tx.run(store::TALLY, params![site.jurisdiction, office, ground, kind]).map(drop)
}

/// Counts anew what is public below a post.
pub(crate) fn recount(tx: &mut Tx<'_>, site: &Site, topic: Uuid) -> Result<(), Fault> {
    let row = tx.row(store::COUNT_BELOW, params![site.jurisdiction, topic])?;
    let many: i64 = row.map_or(Ok(0), |row| row.get("many"))?;
    tx.run(store::REPLIES, params![site.jurisdiction, topic, many]).map(drop)
}

/// Destroys the keys of posts that were taken back, durably: from then on nobody opens their words, in the journal neither. To be called
/// after every withdrawal, and again and again by the jobs: it goes on where a crash left it. Returns how many.
pub fn finish(hall: &Hall) -> Result<usize, Fault> {
    hall.destroy_keys(store::GONE_LEFT, store::GONE_DONE)
}
