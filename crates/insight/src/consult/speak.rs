//! Speaking: by anybody on the page, typed in by staff for whoever was asked, carried in from one's own matter, or a post of the board. Personal
//! data goes before anything is kept. A form sent twice is one voice and gets the same answer.

use ::text::personal::mask;
use civic::chance::{self, Chance};
use civic::directory::normal_contact;
use civic::face;
use civic::journal::Actor;
use civic::pass::{Pass, submit_hash};
use civic::permit::{Act, Subject, Who, may};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use civic::vault::{Key, KeyId, derive, mac};
use data_encoding::HEXLOWER;
use db::{Fault, Tx, params};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::ask::{SUBMIT_KEY_CHARS, actor, subject};
use super::consultation::Consultation;
use super::decide::published;
use super::store::{self, ConsultRow, VoiceRow};
use super::voice::{Event, Said, Voice, Way};
use super::{LABELS, list, run};

/// Longest words of a voice, in characters.
pub const VOICE_CHARS_MAX: usize = 2_000;
/// Most that can be said to have been there.
pub const PRESENT_MAX: u32 = 9_999;
/// Voices of one consultation; more would be more than people can read.
pub const VOICES_MAX: i64 = 50_000;
/// Bytes of the keyed hash of a source.
const SOURCE_BYTES: usize = 16;

/// Is where a voice comes from, where it was said elsewhere first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A matter, by whoever filed it.
    Matter(Uuid),
    /// A post of the board.
    Post(Uuid),
}

/// Is what somebody wants to say.
#[derive(Debug, Clone)]
pub struct New {
    /// The consultation.
    pub consult: Uuid,
    /// By which way.
    pub way: Way,
    /// The words.
    pub words: String,
    /// When it was said; today where nothing is said about it.
    pub day: Option<Date>,
    /// How many were there.
    pub present: u32,
    /// Mobile number, for word about the result alone; may be empty.
    pub mobile: String,
    /// The language of the page.
    pub language: String,
    /// Drawn with the form.
    pub submit_key: String,
    /// Where it comes from.
    pub source: Option<Source>,
    /// True where what reads texts takes the words for an accusation.
    pub accuses: bool,
}

/// Is how to reach whoever spoke.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Mobile number.
    pub mobile: String,
    /// The language of the page.
    pub language: String,
}

/// Is a voice that is ready to be given: all that can be wrong with the form itself was asked.
#[derive(Debug, Clone)]
pub struct Ready {
    new: New,
    words: (String, usize),
    key: (KeyId, Key),
    contact: Option<(Contact, (KeyId, Key))>,
    pass: Pass,
    submit: Vec<u8>,
    form: [u8; 32],
}

/// Is what became of it.
#[derive(Debug, Clone)]
pub struct Done {
    /// The voice.
    pub voice: Voice,
    /// The consultation.
    pub consult: Consultation,
    /// The pass by which whoever spoke finds it again; none where the matter or the post it comes from leads there.
    pub pass: Option<Pass>,
    /// True where the same form was sent before.
    pub repeated: bool,
}

/// Computes the keyed hash of a source: rows say that two voices have one source, and not which.
pub(crate) fn source_hash(site: &Site, source: Source) -> Vec<u8> {
    let (noun, id) = match source {
        Source::Matter(id) => ("matter", id),
        Source::Post(id) => ("post", id),
    };
    let key = derive(&site.keys.code, "minsheng/voice-source/1");
    mac(&key, &[&site.jurisdiction.to_be_bytes(), noun.as_bytes(), id.as_bytes()])[..SOURCE_BYTES].to_vec()
}

/// Takes personal data out of what somebody typed and says what would be kept of it.
pub fn preview(words: &str) -> Result<(String, usize), Refusal> {
    published(words, "words", VOICE_CHARS_MAX)
}

/// Makes a form ready, outside the writer.
pub fn prepare(site: &Site, new: New) -> Result<Ready, No> {
    if new.accuses {
        return Err(Refusal::new("post_accuses").instead("post_accuse_guarded").into());
    }
    let amiss = |code: &'static str, field: &str| Refusal::new(code).with("field", field).instead("correct_field");
    let words = preview(&new.words)?;
    let mobile = normal_contact(&new.mobile);
    let figures = mobile.len() == 11 && mobile.starts_with('1') && mobile.bytes().all(|c| c.is_ascii_digit());
    if !(mobile.is_empty() || figures) {
        return Err(amiss("post_mobile", "mobile").into());
    }
    if new.present > PRESENT_MAX {
        return Err(amiss("voice_present", "present").with("max", i64::from(PRESENT_MAX)).into());
    }
    if !SUBMIT_KEY_CHARS.contains(&new.submit_key.chars().count()) {
        return Err(Refusal::new("post_submit_key").instead("begin_anew").into());
    }
    let form = hash(&new, &words.0);
    let pass = Pass::of(site, &LABELS, (&new.submit_key, &form));
    // what is kept is keyed: else a number could be found by trying all of them with the words
    let form = mac(&derive(&site.keys.code, "minsheng/voice-form/1"), &[&form]);
    let submit = submit_hash(site, &LABELS, &new.submit_key);
    let contact =
        if mobile.is_empty() { None } else { Some((Contact { mobile, language: new.language.clone() }, site.keystore.take()?)) };
    Ok(Ready { key: site.keystore.take()?, new, words, contact, pass, submit, form })
}

fn hash(new: &New, words: &str) -> [u8; 32] {
    let source = match new.source {
        Some(Source::Matter(id) | Source::Post(id)) => id.to_string(),
        None => String::new(),
    };
    let day = new.day.map(|day| day.to_string()).unwrap_or_default();
    let mut hash = Sha256::new();
    for part in [&new.consult.to_string(), new.way.code(), words, &new.mobile, &day, &new.present.to_string(), &source] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Gives it. `by` is the member of staff who types it in, or the resident whose matter it is carried in from; none where people speak
/// themselves.
pub fn speak(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (ready, by): (&Ready, Option<&Who>),
) -> Result<Done, No> {
    let row = list::by_id(tx, site, ready.new.consult)?.ok_or(No::Absent)?;
    if let Some(before) = store::voice(tx, site, (store::VOICE_BY_SUBMIT, params![site.jurisdiction, ready.submit.clone()]))? {
        return again(before, (row.consult, ready));
    }
    let actor = permitted(site, &row.consult, (ready, by))?;
    let today = site.day(now);
    let day = open_for(&row, today, &ready.new)?;
    let source = ready.new.source.map(|source| source_hash(site, source));
    if let Some(source) = ready.new.source
        && list::of_source(tx, site, source)?.iter().any(|voice| voice.consult == row.consult.id)
    {
        return Err(Refusal::new("voice_twice").instead("consult_look").into());
    }
    let id = chance::id_ordered(chance, now);
    let seq = row.seq + 1;
    tx.run(store::COUNT_UP, params![site.jurisdiction, row.consult.id, seq])?;
    let event = given(site, (ready, source.as_ref()), (seq, row.consult.round(), day));
    let voice = Voice::begin(id, &event).ok_or_else(|| Fault::other("a voice begins with what was said"))?;
    let entry = run::Entry { voice: id, version: 1, key: (ready.key.0, &ready.key.1), actor, consult: &row.consult };
    run::tell(tx, site, (now, &mut *chance), (entry, &event))?;
    put(tx, site, (&voice, ready, source), chance)?;
    Ok(Done { voice, consult: row.consult, pass: pass_of(ready), repeated: false })
}

/// Returns the pass of a voice: what is carried in is found again where it comes from.
fn pass_of(ready: &Ready) -> Option<Pass> {
    ready.new.source.is_none().then(|| ready.pass.clone())
}

fn given(site: &Site, (ready, source): (&Ready, Option<&Vec<u8>>), (seq, round, day): (i64, u32, Date)) -> Event {
    let new = &ready.new;
    let post = match new.source {
        Some(Source::Post(id)) => Some(id),
        _ => None,
    };
    let said = Said {
        consult: new.consult,
        seq,
        way: new.way,
        words: ready.words.0.clone(),
        covered: ready.words.1,
        day,
        present: new.present,
        post,
        round,
    };
    Event::Given {
        said: Box::new(said),
        pass: pass_of(ready).map(|pass| HEXLOWER.encode(&pass.hash(site, &LABELS))).unwrap_or_default(),
        submit: HEXLOWER.encode(&ready.submit),
        form: HEXLOWER.encode(&ready.form),
        source: source.map(|source| HEXLOWER.encode(source)).unwrap_or_default(),
    }
}

fn put(
    tx: &mut Tx<'_>,
    site: &Site,
    (voice, ready, source): (&Voice, &Ready, Option<Vec<u8>>),
    chance: &mut Chance,
) -> Result<(), Fault> {
    let row = params![
        site.jurisdiction,
        voice.id,
        voice.said.consult,
        voice.said.seq,
        voice.standing.code(),
        ready.key.0,
        pass_of(ready).map(|pass| pass.hash(site, &LABELS)),
        ready.submit.clone(),
        ready.form.as_slice(),
        source,
        store::voice_face(site, (voice, &ready.key.1), chance)?
    ];
    tx.run(store::PUT_VOICE, row)?;
    let Some((contact, (key_id, key))) = &ready.contact else { return Ok(()) };
    let told = list::by_id(tx, site, voice.said.consult)?.map_or(0, |row| row.consult.news());
    let sealed = face::seal(site, ("consult_contact", voice.id, 1), (contact, key), chance)?;
    tx.run(store::PUT_LEFT, params![site.jurisdiction, voice.id, voice.said.consult, told, *key_id, sealed]).map(drop)
}

/// Answers a form that was sent before, as it was answered then.
fn again(before: VoiceRow, (consult, ready): (Consultation, &Ready)) -> Result<Done, No> {
    if before.form != ready.form {
        return Err(Refusal::new("key_reused").instead("begin_anew").into());
    }
    let voice = before.voice.ok_or(No::Absent)?;
    Ok(Done { voice, consult, pass: pass_of(ready), repeated: true })
}

fn permitted(site: &Site, consult: &Consultation, (ready, by): (&Ready, Option<&Who>)) -> Result<Actor, Refusal> {
    let directory = site.directory();
    let sign_in = || Refusal::new("sign_in").instead("sign_in");
    let (act, subject) = match (ready.new.way, ready.new.source) {
        (Way::Web, None) => return Ok(Actor::Resident),
        (Way::Matter, Some(Source::Matter(matter))) => (Act::KeepVoice, Subject { matter, ..Subject::default() }),
        (Way::Post, Some(Source::Post(_))) => (Act::KeepConsultation, subject(&consult.plan.office)),
        (way, None) if way.is_typed() => (Act::TakeVoice, Subject::site()),
        _ => return Err(sign_in()),
    };
    let who = by.ok_or_else(sign_in)?;
    may(&directory, who, act, &subject)?;
    Ok(actor(who))
}

/// Refuses where nobody is heard any more. What staff type in may have been said before the last day and come later; it is in before the draft.
fn open_for(row: &ConsultRow, today: Date, new: &New) -> Result<Date, Refusal> {
    let consult = &row.consult;
    let day = new.day.filter(|_| new.way.is_typed()).unwrap_or(today);
    let begun = consult.rounds.first().map_or(day, |round| round.day);
    if !consult.stage.is_open() || (consult.until < today && !(new.way.is_typed() && new.day.is_some())) {
        return Err(Refusal::new("consult_over").instead("consult_look"));
    }
    if day > consult.until || day > today || day < begun {
        let amiss = Refusal::new("voice_day").with("first", begun).with("last", consult.until.min(today));
        return Err(amiss.with("field", "day").instead("correct_field"));
    }
    if row.seq >= VOICES_MAX {
        return Err(Refusal::new("consult_full").instead("consult_look"));
    }
    Ok(day)
}

/// Masks words that are shown before they are sent.
#[must_use]
pub fn masked(words: &str) -> String {
    mask(words.trim()).as_str().chars().take(VOICE_CHARS_MAX).collect()
}
