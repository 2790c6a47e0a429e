//! From the inbox to where a recording belongs. Each step happens in the transaction that notes it.

use std::sync::Arc;

use appeals::appeal::{Channel, FileRef, Kind, Sender};
use appeals::filing::{self, Cabinet, Form, NotFiled, Prepared, Scanner, Upload};
use appeals::run::{self, Request};
use appeals::{Command, Identity, store};
use civic::file::{Decode, FileStore};
use civic::hall::Hall;
use civic::hotline::{self, Call};
use civic::inbox::{self, Became, Came};
use civic::permit::Who;
use civic::refusal::No;
use civic::site::Site;
use civic::vault::Key;
use db::{Fault, FaultKind, Row};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::CHANNEL;
use super::fetch::{NotThere, Shelf};
use super::listen::Label;

/// Largest recording, in bytes: as large as any attachment.
pub const RECORDING_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Recordings of one round.
const ROUND_RECORDINGS_MAX: i64 = 32;
/// How long a recording waits until its call is filed, between two looks, in seconds.
const LOOK_SECONDS: i64 = 60;
/// How long it waits in all, in seconds; then nothing was filed in its call.
const WAIT_SECONDS_MAX: i64 = 86_400;

/// Is what is needed to make something of recordings.
#[derive(Clone)]
pub struct Desk {
    /// Site, data, clock.
    pub hall: Hall,
    /// Attachments, and recordings that wait.
    pub files: FileStore,
    /// Looks into recordings.
    pub decoder: Arc<dyn Decode>,
    /// Looks for viruses, where the site has a scanner.
    pub scanner: Option<Arc<Scanner>>,
    /// Where the exchange keeps recordings that it only names.
    pub shelf: Option<Shelf>,
}

/// Counts what a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Voice mails that became a matter.
    pub matters: usize,
    /// Recordings that were attached.
    pub added: usize,
    /// Recordings that wait until their call is filed.
    pub waiting: usize,
    /// Recordings that belong nowhere, or may not be kept.
    pub aside: usize,
    /// Recordings to be tried again, or that wait for a person.
    pub failed: usize,
}

enum Done {
    Matter,
    Added,
    Waiting,
    Aside,
    Failed,
}

/// Makes something of the recordings that are due. Blocks; not for asynchronous code.
pub fn round(desk: &Desk) -> Result<Round, Fault> {
    let (jurisdiction, now) = (desk.hall.site.jurisdiction, desk.hall.clock.now());
    let rows = desk.hall.store.read_blocking(move |tx| inbox::due(tx, jurisdiction, CHANNEL, now, ROUND_RECORDINGS_MAX))?;
    let mut round = Round::default();
    for row in &rows {
        match one(desk, row)? {
            Some(Done::Matter) => round.matters += 1,
            Some(Done::Added) => round.added += 1,
            Some(Done::Waiting) => round.waiting += 1,
            Some(Done::Aside) => round.aside += 1,
            Some(Done::Failed) => round.failed += 1,
            None => {}
        }
    }
    Ok(round)
}

/// Makes something of one recording. `None`: another process was first.
fn one(desk: &Desk, row: &Row) -> Result<Option<Done>, Fault> {
    let Some(mut came) = inbox::unseal(&desk.hall.site, &desk.files, row)? else {
        return aside(desk, row.get("id")?, "shredded");
    };
    let label: Label =
        serde_json::from_slice(&came.envelope).map_err(|error| Fault::other("a label cannot be read").caused_by(error))?;
    let (site, name) = (desk.hall.site.clone(), label.call.clone());
    let call = desk.hall.store.read_blocking(move |tx| match hotline::call_of(tx, &site, &name)? {
        Some(id) => hotline::load(tx, &site, id),
        None => Ok(None),
    })?;
    if call.as_ref().is_some_and(|call| call.hushed) {
        return discard(desk, came.id);
    }
    if !label.voicemail && call.as_ref().is_none_or(|call| call.matter.is_none()) {
        return wait(desk, &came, call.as_ref());
    }
    if !label.reference.is_empty() {
        let Some(shelf) = &desk.shelf else { return aside(desk, came.id, "no_shelf") };
        match shelf.fetch(&desk.hall, &label.reference) {
            Ok(bytes) => came.bytes = bytes,
            Err(NotThere::Later(why)) => return failed(desk, &came, &why),
            Err(NotThere::Never(why)) => return aside(desk, came.id, why),
        }
    }
    match call.as_ref().and_then(|call| call.matter).filter(|_| !label.voicemail) {
        Some(matter) => attach(desk, &came, matter),
        None => voicemail(desk, &came, (&label, call.as_ref())),
    }
}

/// Has a recording wait until something is filed in its call; a call that ended without that has nothing to attach it to.
fn wait(desk: &Desk, came: &Came, call: Option<&Call>) -> Result<Option<Done>, Fault> {
    let (jurisdiction, now, id) = (desk.hall.site.jurisdiction, desk.hall.clock.now(), came.id);
    let old = now.duration_since(came.came_at) >= SignedDuration::from_secs(WAIT_SECONDS_MAX);
    if old || call.is_some_and(|call| !call.wrapup.is_empty()) {
        return aside(desk, id, if call.is_some() { "no_matter" } else { "no_call" });
    }
    let until = now + SignedDuration::from_secs(LOOK_SECONDS);
    let waits = desk.hall.store.write_blocking(move |tx| inbox::wait(tx, jurisdiction, id, until))?;
    Ok(waits.then_some(Done::Waiting))
}

fn aside(desk: &Desk, id: Uuid, why: &'static str) -> Result<Option<Done>, Fault> {
    let (jurisdiction, now) = (desk.hall.site.jurisdiction, desk.hall.clock.now());
    let became = (Became::Aside(why), None);
    let first = desk.hall.store.write_blocking(move |tx| inbox::became(tx, jurisdiction, (id, now), became))?;
    Ok(first.then_some(Done::Aside))
}

/// Drops a recording of a call in which something was told that nobody may connect with a person: a voice is one.
fn discard(desk: &Desk, id: Uuid) -> Result<Option<Done>, Fault> {
    let jurisdiction = desk.hall.site.jurisdiction;
    let first = desk.hall.store.write_blocking(move |tx| inbox::discard(tx, jurisdiction, id))?;
    Ok(first.then_some(Done::Aside))
}

fn failed(desk: &Desk, came: &Came, why: &str) -> Result<Option<Done>, Fault> {
    let (jurisdiction, now, why) = (desk.hall.site.jurisdiction, desk.hall.clock.now(), why.to_owned());
    tracing::warn!(recording = %came.id, %why, "a recording could not be taken; it is tried again, and then waits for a person");
    let tried = (came.id, came.attempts);
    desk.hall.store.write_blocking(move |tx| inbox::failed(tx, jurisdiction, tried, now, &why))?;
    Ok(Some(Done::Failed))
}

/// Attaches a recording to the matter that was filed in its call.
fn attach(desk: &Desk, came: &Came, matter: Uuid) -> Result<Option<Done>, Fault> {
    let (site, now, id) = (desk.hall.site.clone(), desk.hall.clock.now(), came.id);
    let of = site.clone();
    let Some(loaded) = desk.hall.store.read_blocking(move |tx| store::load(tx, &of, matter))? else {
        return aside(desk, id, "shredded");
    };
    let (_, files) = match keep(desk, &loaded.key, came)? {
        Kept::Files(kept) => kept,
        Kept::Odd => return aside(desk, id, "no_sound"),
        Kept::Busy => return failed(desk, came, "there was no time to look into a recording"),
    };
    let done = desk.hall.store.write_blocking(move |tx| {
        if !inbox::became(tx, site.jurisdiction, (id, now), (Became::Done("added"), Some(matter)))? {
            return Ok(false);
        }
        let command = Command::Supplement { words: "（通话录音）".to_owned(), files: files.clone() };
        run::execute(tx, &site, now, &Request { who: Who::Resident { matter }, matter, seen: None, command })?;
        Ok::<_, No>(true)
    });
    match done {
        Ok(first) => Ok(first.then_some(Done::Added)),
        Err(No::Failed(fault)) => Err(fault),
        Err(_) => aside(desk, id, "closed_matter"),
    }
}

/// Files a voice mail as a matter, under the key it was kept with.
fn voicemail(desk: &Desk, came: &Came, (label, call): (&Label, Option<&Call>)) -> Result<Option<Done>, Fault> {
    let (site, now, id) = (desk.hall.site.clone(), desk.hall.clock.now(), came.id);
    let (uploads, files) = match keep(desk, &came.key.1, came)? {
        Kept::Files(kept) => kept,
        Kept::Odd => (Vec::new(), Vec::new()),
        Kept::Busy => return failed(desk, came, "there was no time to look into a recording"),
    };
    let form = form(&site, came, label, !files.is_empty());
    let prepared = match filing::prepare_kept(&site, &form, (&uploads, files), came.key.clone()) {
        Ok(prepared) => prepared,
        Err(no) => return failed(desk, came, &format!("{no:?}")),
    };
    let call = call.map(|call| call.id);
    let filed = desk.hall.store.write_blocking(move |tx| {
        let mut chance = site.chance();
        let (filed, _) = filing::file_prepared(tx, &site, now, Prepared::clone(&prepared), None).map_err(no)?;
        if !inbox::became(tx, site.jurisdiction, (id, now), (Became::Done("filed"), Some(filed.matter)))? {
            return Ok(false);
        }
        if let Some(call) = call {
            hotline::filed(tx, &site, (now, &mut chance), (call, filed.matter), None)?;
        }
        Ok::<_, No>(true)
    });
    match filed {
        Ok(first) => Ok(first.then_some(Done::Matter)),
        Err(No::Failed(fault)) => Err(fault),
        Err(no) => failed(desk, came, &format!("{no:?}")),
    }
}

fn no(not: NotFiled) -> No {
    match not {
        NotFiled::No(no) => no,
        other => Fault::other(format!("a voice mail was not filed: {other:?}")).into(),
    }
}

/// Is what became of the sound.
enum Kept {
    Files((Vec<Upload>, Vec<FileRef>)),
    /// It is no sound, or must not be taken.
    Odd,
    /// There was no time to look into it, or the scanner is away.
    Busy,
}

fn keep(desk: &Desk, key: &Key, came: &Came) -> Result<Kept, Fault> {
    let cabinet = Cabinet { files: &desk.files, decoder: &*desk.decoder, scanner: desk.scanner.as_deref() };
    let uploads = vec![Upload { name: String::new(), bytes: came.bytes.clone() }];
    match cabinet.keep(&desk.hall.site, Some(key), &uploads) {
        Ok(files) if files.iter().all(|file| file.media.starts_with("audio/")) => Ok(Kept::Files((uploads, files))),
        Err(No::Failed(fault)) if fault.kind() == FaultKind::Busy => Ok(Kept::Busy),
        Err(No::Refused(refusal)) if refusal.code == "file_unscanned" => Ok(Kept::Busy),
        Err(No::Failed(fault)) => Err(fault),
        Ok(_) | Err(_) => Ok(Kept::Odd),
    }
}

/// Fills in the form as far as a voice mail does. Nobody vouches for a number that an exchange shows, so it is a way to ring back.
fn form(site: &Site, came: &Came, label: &Label, is_sound: bool) -> Form {
    let at = Timestamp::from_second(label.at).unwrap_or(came.came_at).to_zoned_datetime(site.zone.clone());
    let minute = at.strftime("%Y年%-m月%-d日 %H:%M");
    let what = if is_sound {
        format!("（电话留言，{minute}。内容在录音里，请听录音）")
    } else {
        format!("（电话留言，{minute}。录音打不开，请给来电的人回电话）")
    };
    let mobile = filing::phone(&label.from).unwrap_or_default();
    let identity = if mobile.is_empty() { Identity::Anonymous } else { Identity::Named };
    let abroad = mobile.is_empty() && !label.from.is_empty();
    Form {
        what: if abroad { format!("{what}\n（境外号码 {} 打来）", label.from) } else { what },
        kind: Kind::Help.code().to_owned(),
        identity: identity.code().to_owned(),
        mobile,
        submit_key: came.submit_key(site),
        language: "zh-CN".to_owned(),
        channel: Channel::Hotline,
        unread: true,
        sender: Some(Sender::Unverified),
        ..Form::default()
    }
}
