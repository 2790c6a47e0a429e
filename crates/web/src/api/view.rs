//! What is told of a matter, as types: the answers, and their description, are made of these.

use appeals::appeal::FileRef;
use appeals::decide::{Ctx, ready};
use appeals::sealed::Own;
use appeals::sealed::room::Told;
use appeals::sealed::step::Stage;
use appeals::view::{Personal, Step as RoomStep};
use civic::directory::Directory;
use civic::exchange::reads::Elsewhere;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::App;
use crate::kit::refusal::{reason, way_on};
use crate::portal::track::{ACTS, Found, Reported, now, story};
use crate::session::Resident;
use crate::words::Lang;

/// An office.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Office {
    /// Its code.
    code: String,
    /// Its name, in the language asked for.
    name: String,
}

impl Office {
    pub(super) fn of(lang: Lang, directory: &Directory, code: &str) -> Self {
        Self { code: code.to_owned(), name: story::office(lang, directory, code) }
    }
}

/// The own matter, with everything that happened to it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Matter {
    /// Its number.
    number: String,
    /// What the resident wants, by code; `null` while nobody named it.
    kind: String,
    /// Where it stands, by code.
    state: String,
    /// The office that owes the next word.
    owner: Office,
    /// The last day of the running term, `YYYY-MM-DD`.
    due: String,
    /// In the resident's own words.
    what: String,
    /// Code of the place; `null` for "I don't know".
    place: Option<String>,
    /// The place in own words.
    place_words: String,
    /// What happened, the oldest first.
    steps: Vec<Step>,
    /// Who read the personal part, and what for.
    readings: Vec<Reading>,
    /// Who read it at other sites that it was handed to, as they told.
    readings_elsewhere: Vec<ReadingElsewhere>,
    /// What was sent to the resident, and how far it came.
    letters: Vec<Letter>,
    /// What can be done now, and why the rest cannot.
    acts: Vec<Possible>,
    /// What only the supervising body handles: reports of pressure because of this matter.
    reports: Vec<Report>,
}

/// A step of a matter.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Step {
    /// Number within the matter, from 1.
    version: i64,
    /// When, RFC 3339; `null` where only the day is told.
    at: Option<String>,
    /// The civil day.
    day: String,
    /// What, by code.
    kind: String,
    /// Place in the public log; `null` for steps of accusations.
    leaf: Option<i64>,
    /// Who, in words.
    who: String,
    /// What, in words.
    what: String,
    /// What was said along.
    words: Option<String>,
    /// A written opinion: `request`, `facts`, `opinion`, `basis`, `way_on`.
    #[schema(value_type = Option<Object>)]
    reply: Option<Value>,
    /// Attachments.
    files: Vec<Attachment>,
}

/// An attachment.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Attachment {
    /// Where it is taken from.
    path: String,
    /// Its name.
    name: String,
    /// Its type.
    media: String,
    /// Bytes as received.
    size: u64,
    /// SHA-256 of the bytes as received, hexadecimal.
    sha256: String,
}

/// A reading of the personal part by staff.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Reading {
    /// When, RFC 3339.
    at: String,
    /// The office.
    office: Office,
    /// What for, by code.
    purpose: String,
}

/// A reading of the personal part by staff of another site.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReadingElsewhere {
    /// When, RFC 3339.
    at: String,
    /// The site.
    site: String,
    /// The office there, by name.
    office: String,
    /// The role, by code; empty where it is not known.
    role: String,
    /// What for, by code.
    purpose: String,
}

/// A message to the resident.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Letter {
    /// When it was written, RFC 3339.
    at: String,
    /// By which way.
    channel: String,
    /// What it says, by code.
    about: String,
    /// How far it came, by code.
    state: String,
}

/// An act, and whether it is possible now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Possible {
    /// The act, by code: the end of its address.
    act: String,
    /// Whether it is possible now.
    can: bool,
    /// Why not, in words.
    why: Option<String>,
    /// What to do instead, in words.
    instead: Option<String>,
}

/// A report that went to the supervising body.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Report {
    /// When.
    day: String,
    /// In the resident's own words.
    what: String,
    /// What the supervising body did, by code.
    steps: Vec<String>,
}

/// Puts a matter together; the number is its version.
pub(super) fn matter(app: &App, lang: Lang, (resident, found): (&Resident, &Found)) -> (i64, Matter) {
    match found {
        Found::Matter(personal, reports, _) => (personal.state.version, of_matter(app, lang, resident, (personal, reports))),
        Found::Sealed(own, told, reports) => (1 + told.len().cast_signed() as i64, of_sealed(app, lang, (own, told), reports)),
    }
}

fn of_matter(app: &App, lang: Lang, resident: &Resident, (personal, reports): (&Personal, &[Reported])) -> Matter {
    let (site, state, filing) = (&app.hall.site, &personal.state, &personal.filing);
    let directory = site.directory();
    let office = |code: &str| Office::of(lang, &directory, code);
    let reading = |entry: &civic::access::Entry| Reading {
        at: entry.at.to_string(),
        office: office(&entry.office),
        purpose: entry.purpose.clone(),
    };
    let letter = |message: &civic::outbox::Waiting| Letter {
        at: message.made_at.to_string(),
        channel: message.channel.clone(),
        about: message.template.clone(),
        state: message.state.clone(),
    };
    Matter {
        number: state.number.clone(),
        kind: state.kind.code().to_owned(),
        state: state.stage.code().to_owned(),
        owner: office(&now(site, state)),
        due: state.shown_due().due.last.to_string(),
        what: filing.what.clone(),
        place: filing.place.clone(),
        place_words: filing.place_words.clone(),
        steps: personal.steps.iter().map(|one| step(app, lang, one)).collect(),
        readings: personal.readings.iter().map(reading).collect(),
        readings_elsewhere: personal.elsewhere.iter().map(|told| elsewhere(lang, &directory, told)).collect(),
        letters: personal.messages.iter().filter(|message| message.recipient == "resident").map(letter).collect(),
        acts: acts(app, lang, (resident, personal)),
        reports: reports.iter().map(|(own, told)| report((own, told))).collect(),
    }
}

fn elsewhere(lang: Lang, directory: &Directory, told: &Elsewhere) -> ReadingElsewhere {
    let seen = &told.seen;
    let site = if seen.site.is_empty() { story::site_name(lang, directory, told.peer) } else { seen.site.clone() };
    let office = lang.pick(&seen.office, &seen.office_en).to_owned();
    ReadingElsewhere { at: seen.at.to_string(), site, office, role: seen.role.clone(), purpose: seen.purpose.clone() }
}

fn step(app: &App, lang: Lang, step: &RoomStep) -> Step {
    let told = story::tell(lang, &app.hall.site, step);
    let event = serde_json::to_value(&step.event).unwrap_or_default();
    let words = event.get("words").and_then(Value::as_str).filter(|words| !words.is_empty()).map(str::to_owned);
    let reply = event.get("reply").cloned().map(|mut reply| {
        reply.as_object_mut().and_then(|reply| reply.remove("files"));
        reply
    });
    Step {
        version: step.version,
        at: Some(step.at.to_string()),
        day: step.day.to_string(),
        kind: step.event.kind().to_owned(),
        leaf: Some(step.leaf),
        who: told.who,
        what: told.what,
        words,
        reply,
        files: attachments(step.version, step.event.files()),
    }
}

fn attachments(version: i64, files: &[FileRef]) -> Vec<Attachment> {
    let one = |(at, file): (usize, &FileRef)| Attachment {
        path: format!("/api/v1/matter/files/{version}/{at}"),
        name: file.name.clone(),
        media: file.media.clone(),
        size: file.size,
        sha256: file.sha256.clone(),
    };
    files.iter().enumerate().map(one).collect()
}

fn acts(app: &App, lang: Lang, (resident, personal): (&Resident, &Personal)) -> Vec<Possible> {
    let site = &app.hall.site;
    let (rules, calendar, directory) = (site.rules(), site.calendar(), site.directory());
    let ctx = Ctx::new((app.now(), app.today()), (&rules, &calendar), &directory);
    let allowed = ACTS.iter().filter(|act| !(resident.track.delegate && act.only_in_person()));
    let one = |act: &civic::permit::Act| {
        let no = ready(&personal.state, *act, &ctx).err();
        Possible {
            act: act.code().to_owned(),
            can: no.is_none(),
            why: no.as_ref().map(|no| reason(lang, no)),
            instead: no.as_ref().and_then(|no| way_on(lang, no)),
        }
    };
    allowed.map(one).collect()
}

fn report((own, told): (&Own, &[Told])) -> Report {
    Report {
        day: own.day.to_string(),
        what: own.filing.what.clone(),
        steps: told.iter().map(|told| told.deed.code().to_owned()).collect(),
    }
}

/// Tells of an accusation what its author is told: days and deeds of the supervising body.
fn of_sealed(app: &App, lang: Lang, (own, told): (&Own, &[Told]), reports: &[Reported]) -> Matter {
    let (directory, filing) = (app.hall.site.directory(), &own.filing);
    let office = Office::of(lang, &directory, &filing.owner);
    let first = Step {
        version: 1,
        at: None,
        day: own.day.to_string(),
        kind: "filed".to_owned(),
        leaf: None,
        who: lang.t("who-you"),
        what: lang.t("event-filed"),
        words: None,
        reply: None,
        files: attachments(1, &filing.files),
    };
    let steps = told.iter().zip(2..).map(|(told, version)| Step {
        version,
        at: None,
        day: told.day.to_string(),
        kind: told.deed.code().to_owned(),
        leaf: None,
        who: office.name.clone(),
        what: lang.code("sealed-step", told.deed.code()),
        words: None,
        reply: None,
        files: Vec::new(),
    });
    Matter {
        number: filing.number.clone(),
        kind: filing.kind.code().to_owned(),
        state: told.iter().rev().find_map(|told| told.deed.stage()).unwrap_or(Stage::Received).code().to_owned(),
        due: filing.due.due.last.to_string(),
        what: filing.what.clone(),
        place: None,
        place_words: filing.place_words.clone(),
        steps: std::iter::once(first).chain(steps).collect(),
        owner: office,
        readings: Vec::new(),
        readings_elsewhere: Vec::new(),
        letters: Vec::new(),
        acts: Vec::new(),
        reports: reports.iter().map(|(own, told)| report((own, told))).collect(),
    }
}
