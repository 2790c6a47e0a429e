//! A new post: of a resident, who gets a code for it, or of an office. A form sent twice is one post and gets the same answer.

use civic::chance::{self, Chance};
use civic::directory::{Directory, normal_contact};
use civic::journal::Actor;
use civic::pass::submit_hash;
use civic::permit::{Act, Subject, Who, may};
use civic::refusal::{No, Refusal};
use civic::rules::RuleSet;
use civic::site::Site;
use civic::vault::{Key, KeyId, derive, mac};
use data_encoding::HEXLOWER;
use db::{Fault, Tx, params};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::board;
use crate::code::{Code, LABELS};
use crate::post::{Contact, Event, Kind, Standing, State, Words, Written};
use crate::store::{self, Post};
use crate::words::{Typed, publishable};
use crate::{proof, run};

/// The rule by which a guest's post waits: 1 for yes.
const HOLD: &str = "forum.hold";
/// Length of a submit key, in characters.
const SUBMIT_KEY_CHARS: std::ops::RangeInclusive<usize> = 1..=64;
/// Accusations have a way of their own, and no theme here.
const ACCUSATIONS: &str = "21";

/// Is what somebody wants to write.
#[derive(Debug, Clone)]
pub struct New {
    /// What it is.
    pub kind: Kind,
    /// The post it stands below; none for a topic or a post of an office.
    pub topic: Option<Uuid>,
    /// Where it belongs; of a topic.
    pub place: String,
    /// What it is about; of a topic.
    pub theme: String,
    /// The office that is asked; empty where it is to be found. Of what an office writes, that office.
    pub office: String,
    /// True where the head of the office speaks.
    pub head: bool,
    /// The words.
    pub typed: Typed,
    /// How to reach whoever writes; may be empty.
    pub contact: Contact,
    /// Drawn with the form.
    pub submit_key: String,
    /// True where what reads texts takes the words for an accusation.
    pub accuses: bool,
}

/// Is a post that is ready to be written: all that can be wrong with the form itself was asked.
#[derive(Debug, Clone)]
pub struct Ready {
    new: New,
    words: Words,
    key: (KeyId, Key),
    code: Code,
    submit: Vec<u8>,
    form: [u8; 32],
}

/// Is what became of it.
#[derive(Debug, Clone)]
pub struct Done {
    /// The post.
    pub post: Uuid,
    /// The post it stands below, or itself.
    pub topic: Uuid,
    /// The code by which whoever wrote finds it again; none for offices.
    pub code: Option<Code>,
    /// True where it is not to be seen yet.
    pub held: bool,
    /// True where a one-time code is on its way.
    pub asked: bool,
    /// True where the same form was sent before.
    pub repeated: bool,
}

/// Checks a form and shows what would be published of it.
pub fn preview(directory: &Directory, rules: &RuleSet, new: &New) -> Result<Words, Refusal> {
    let at = |code: &'static str, field: &str| Refusal::new(code).with("field", field).instead("correct_field");
    if new.accuses {
        return Err(Refusal::new("post_accuses").instead("post_accuse_guarded"));
    }
    let words = publishable(directory, &new.typed, new.kind.is_first())?;
    if new.kind == Kind::Topic {
        let place = directory.places.get(&new.place).filter(|place| place.merged_into.is_none());
        place.ok_or_else(|| at("post_place", "place"))?;
        let theme = rules.category(&new.theme).filter(|theme| theme.code != ACCUSATIONS);
        theme.ok_or_else(|| at("post_theme", "theme"))?;
        if !new.office.is_empty() && !directory.offices.get(&new.office).is_some_and(|office| directory.open(office)) {
            return Err(at("post_office", "office"));
        }
    }
    let mobile = normal_contact(&new.contact.mobile);
    let figures = mobile.len() == 11 && mobile.starts_with('1') && mobile.bytes().all(|c| c.is_ascii_digit());
    if !(mobile.is_empty() || figures) {
        return Err(at("post_mobile", "mobile"));
    }
    let email = new.contact.email.trim();
    let whole = email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if !email.is_empty() && (!whole || email.len() > 254 || email.chars().any(char::is_whitespace)) {
        return Err(at("post_email", "email"));
    }
    Ok(words)
}

/// Makes a form ready, outside the writer.
pub fn prepare(site: &Site, new: New) -> Result<Ready, No> {
    let words = preview(&site.directory(), &site.rules(), &new)?;
    if !SUBMIT_KEY_CHARS.contains(&new.submit_key.chars().count()) {
        return Err(Refusal::new("post_submit_key").instead("begin_anew").into());
    }
    let form = hash(&new);
    let code = Code::of(site, &LABELS, (&new.submit_key, &form));
    // what is kept is keyed: else a contact could be found by trying all of them with the words that everybody reads
    let form = mac(&derive(&site.keys.code, "minsheng/post-form/1"), &[&form]);
    let submit = submit_hash(site, &LABELS, &new.submit_key);
    Ok(Ready { key: site.keystore.take()?, new, words, code, submit, form })
}

fn hash(new: &New) -> [u8; 32] {
    let New { kind, topic, place, theme, office, head, typed, contact, .. } = new;
    let topic = topic.map(|topic| topic.to_string()).unwrap_or_default();
    let head = if *head { "head" } else { "" };
    let mut hash = Sha256::new();
    for part in
        [kind.code(), &topic, place, theme, office, head, &typed.title, &typed.text, &typed.pen, &contact.mobile, &contact.email]
    {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Writes it. `by` is the member of staff who writes for an office.
pub fn write(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (ready, by): (&Ready, Option<&Who>),
) -> Result<Done, No> {
    if let Some(post) = store::by(tx, site, store::BY_SUBMIT, &ready.submit)? {
        return again(&post, ready);
    }
    let actor = permitted(&site.directory(), ready, by)?;
    let above = match ready.new.topic {
        Some(topic) => Some(open_topic(tx, site, topic)?),
        None => None,
    };
    let id = chance::id_ordered(chance, now);
    let written = written(site, ready, (id, above.as_ref()));
    let event = Event::Written(Box::new(written.clone()));
    let mut state = State::begin(id, &written, now);
    let (key_id, key) = (ready.key.0, &ready.key.1);
    let stored = run::tell(tx, site, (now, &mut *chance), (&state, (key_id, key), actor, &event))?;
    state = State::begin(id, &written, stored.at);
    put(tx, site, (&state, ready), chance)?;
    board::enlist(tx, site, &state)?;
    if let Some((topic, topic_key)) = above {
        run::recount(tx, site, topic.id)?;
        if state.kind == Kind::Answer && topic.office == state.office && !topic.answered {
            run::append(tx, site, (now, &mut *chance), (topic, topic_key, actor), Event::Answered { post: id })?;
        }
    }
    let held = state.standing == Standing::Held;
    let asked = held && !state.contact.is_empty() && proof::ask(tx, site, (now, chance), &state)?;
    Ok(Done { post: id, topic: state.topic, code: code_of(&state, ready), held, asked, repeated: false })
}

fn code_of(state: &State, ready: &Ready) -> Option<Code> {
    (!state.kind.is_of_office()).then(|| ready.code.clone())
}

/// Answers a form that was sent before, as it was answered then.
fn again(post: &Post, ready: &Ready) -> Result<Done, No> {
    if post.form != ready.form {
        return Err(Refusal::new("key_reused").instead("begin_anew").into());
    }
    let code = (!post.kind.is_of_office()).then(|| ready.code.clone());
    let held = post.standing == Standing::Held;
    let asked = held && !ready.new.contact.is_empty();
    Ok(Done { post: post.id, topic: post.topic, code, held, asked, repeated: true })
}

fn permitted(directory: &Directory, ready: &Ready, by: Option<&Who>) -> Result<Actor, Refusal> {
    let act = match ready.new.kind {
        Kind::Topic | Kind::Reply => return Ok(Actor::Resident),
        Kind::Answer => Act::AnswerPost,
        Kind::Blog => Act::WriteBlog,
    };
    let sign_in = || Refusal::new("sign_in").instead("sign_in");
    let who = by.ok_or_else(sign_in)?;
    let subject = Subject { owner: ready.new.office.clone(), ..Subject::default() };
    may(directory, who, act, &subject)?;
    match who {
        Who::Staff { id, .. } => Ok(Actor::Staff(*id)),
        _ => Err(sign_in()),
    }
}

/// Finds a topic, or a post of an office, below which others may write now.
fn open_topic(tx: &mut Tx<'_>, site: &Site, topic: Uuid) -> Result<(State, KeyId), No> {
    let post = store::get(tx, site, topic)?.filter(|post| post.kind.is_first()).ok_or(No::Absent)?;
    let closed = || No::from(Refusal::new("topic_closed").instead("post_write_anew"));
    let state = post.state.filter(|state| state.standing == Standing::Public && state.lock.is_none());
    state.map(|state| (state, post.key_id)).ok_or_else(closed)
}

fn written(site: &Site, ready: &Ready, (id, above): (Uuid, Option<&(State, KeyId)>)) -> Written {
    let (directory, new) = (site.directory(), &ready.new);
    let office_place = || directory.offices.get(&new.office).map(|office| office.place.clone()).unwrap_or_default();
    let (topic, place, theme) = match (above, new.kind) {
        (Some((topic, _)), _) => (topic.id, topic.place.clone(), topic.theme.clone()),
        (None, Kind::Blog) => (id, office_place(), String::new()),
        (None, _) => (id, new.place.clone(), new.theme.clone()),
    };
    let office = match (new.kind, above) {
        (Kind::Reply, Some((topic, _))) => topic.office.clone(),
        (Kind::Topic, _) if new.office.is_empty() => asked(&directory, (&theme, &place)),
        _ => new.office.clone(),
    };
    let guest = !new.kind.is_of_office() && site.rules().term(HOLD).value > 0;
    Written {
        kind: new.kind,
        topic,
        place,
        theme,
        office,
        head: new.head,
        words: ready.words.clone(),
        contact: if new.kind.is_of_office() { Contact::default() } else { new.contact.clone() },
        held: guest || new.kind == Kind::Blog,
        code: if new.kind.is_of_office() { String::new() } else { HEXLOWER.encode(&ready.code.hash(site, &LABELS)) },
        submit: HEXLOWER.encode(&ready.submit),
        form: HEXLOWER.encode(&ready.form),
    }
}

/// Finds the office that is asked where nobody chose one: whose duty the theme is, else whoever takes in what is said at the place.
pub fn asked(directory: &Directory, (theme, place): (&str, &str)) -> String {
    let found = directory.responsible(theme, place).first().copied().or_else(|| directory.intake(place));
    found.map(|office| office.code.clone()).unwrap_or_default()
}

fn put(tx: &mut Tx<'_>, site: &Site, (state, ready): (&State, &Ready), chance: &mut Chance) -> Result<(), Fault> {
    let face = store::face(site, state, &ready.key.1, chance)?;
    let code = (!state.kind.is_of_office()).then(|| ready.code.hash(site, &LABELS));
    let row = params![
        site.jurisdiction,
        state.id,
        state.topic,
        state.kind.code(),
        state.standing.code(),
        state.place.as_str(),
        state.theme.as_str(),
        state.office.as_str(),
        ready.key.0,
        state.version,
        state.written.as_microsecond(),
        state.shown.map_or(0, Timestamp::as_microsecond),
        state.changed.as_microsecond(),
        code,
        ready.submit.clone(),
        ready.form.as_slice(),
        face
    ];
    tx.run(store::PUT, row).map(drop)
}
