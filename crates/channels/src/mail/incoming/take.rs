//! From the inbox to what a mail is: a matter, words added to one, a letter that came back. Each step happens in the
//! transaction that notes it, so a process that dies makes nothing twice and loses nothing.

use std::sync::Arc;

use appeals::appeal::{Channel, FileRef, Kind, Sender};
use appeals::decide::WORDS_CHARS_MAX;
use appeals::filing::{
    self, Cabinet, EMAIL_CHARS_MAX, FILES_MAX, Form, NAME_CHARS_MAX, NotFiled, Prepared, Scanner, Upload, WHAT_CHARS_MAX,
};
use appeals::run::{self, Request};
use appeals::{Command, Identity, store, undelivered};
use civic::file::{Decode, FileStore};
use civic::hall::Hall;
use civic::inbox::{self, Became, Came};
use civic::outbox;
use civic::permit::Who;
use civic::refusal::No;
use civic::site::Site;
use civic::vault::Key;
use db::{Fault, FaultKind, Row, Tx};
use jiff::Timestamp;
use uuid::Uuid;

use super::CHANNEL;
use super::address::Answers;
use super::apart::Reader;
use super::listen::Envelope;
use super::quote::own_words;
use super::read::Mail;
use super::sort::{What, sort};
use super::vouched::Check;
use crate::hands;
use crate::made::{Done, Round};

/// Mails of one round.
const ROUND_MAILS_MAX: i64 = 64;
/// Threads that look into mails; each waits for the writer, which takes many at a time.
const HANDS: usize = 8;
/// Why a mail waits whose files could not be looked into now.
const BUSY: &str = "there was no time to look into a file";
/// Why a mail waits that could not be read now.
const NO_TIME: &str = "there was no time to read it";

/// Is what is needed to make something of mails.
#[derive(Clone)]
pub struct Desk {
    /// Site, data, clock.
    pub hall: Hall,
    /// Attachments, and mails that are large.
    pub files: FileStore,
    /// Undoes the wrapping of mails.
    pub reader: Arc<dyn Reader>,
    /// Looks into attachments.
    pub decoder: Arc<dyn Decode>,
    /// Looks for viruses, where the site has a scanner.
    pub scanner: Option<Arc<Scanner>>,
    /// The site's own addresses.
    pub answers: Answers,
    /// The mail server whose findings about senders are believed.
    pub trusted: Option<String>,
    /// Looks itself where that one has said nothing.
    pub check: Option<Check>,
}

/// Makes something of the mails that wait. Blocks; not for asynchronous code.
pub fn round(desk: &Desk) -> Result<Round, Fault> {
    let (jurisdiction, now) = (desk.hall.site.jurisdiction, desk.hall.clock.now());
    let rows = desk.hall.store.read_blocking(move |tx| inbox::due(tx, jurisdiction, CHANNEL, now, ROUND_MAILS_MAX))?;
    let mut round = Round::default();
    let done = hands::work(HANDS, rows.into_iter().enumerate().collect(), |row| one(desk, &row))?;
    for what in done {
        round.count(what);
    }
    Ok(round)
}

/// Makes something of one mail. `None`: another process was first.
fn one(desk: &Desk, row: &Row) -> Result<Option<Done>, Fault> {
    let (id, attempts): (Uuid, i64) = (row.get("id")?, row.get("attempts")?);
    let Some(came) = inbox::unseal(&desk.hall.site, &desk.files, row)? else {
        return Ok(noted(desk, id, Became::Aside("shredded"))?.then_some(Done::Aside));
    };
    let mail = match desk.reader.parse(&came.bytes) {
        Ok(Some(mail)) => mail.known(&came.bytes, (&desk.hall.site.code, desk.trusted.as_deref())),
        Ok(None) => return failed(desk, (id, attempts), "it cannot be read"),
        Err(fault) if fault.kind() == FaultKind::Busy => return failed(desk, (id, attempts), NO_TIME),
        Err(fault) => return Err(fault),
    };
    let envelope: Envelope =
        serde_json::from_slice(&came.envelope).map_err(|error| Fault::other("an envelope cannot be read").caused_by(error))?;
    let to: Vec<_> = envelope.to.iter().filter_map(|address| desk.answers.read(address)).collect();
    let mail = Mail { sender: mail.sender.or_else(|| vouched(desk, &came, (&mail, &envelope.from))), ..mail };
    match sort(&mail, &to, came.sure) {
        What::Matter => matter(desk, &came, (&mail, &envelope.from), None),
        What::Added(matter) => added(desk, &came, (&mail, &envelope.from), matter),
        What::Returned(letter) => returned(desk, id, letter),
        What::Aside(why) => Ok(noted(desk, id, Became::Aside(why))?.then_some(Done::Aside)),
        What::Idle(why) => Ok(noted(desk, id, Became::Done(why))?.then_some(Done::Aside)),
    }
}

/// Looks whether anybody vouches for a sender, where no trusted mail server has said so. `None`: nobody looks.
fn vouched(desk: &Desk, came: &Came, (mail, back): (&Mail, &str)) -> Option<Sender> {
    let Some(check) = &desk.check else { return desk.trusted.as_ref().map(|_| Sender::Unverified) };
    Some(check.sender(&came.bytes, (&mail.from, back), desk.hall.clock.now()))
}

fn noted(desk: &Desk, id: Uuid, became: Became) -> Result<bool, Fault> {
    let (jurisdiction, now) = (desk.hall.site.jurisdiction, desk.hall.clock.now());
    desk.hall.store.write_blocking(move |tx| inbox::became(tx, jurisdiction, (id, now), (became, None)))
}

fn failed(desk: &Desk, came: (Uuid, i64), why: &str) -> Result<Option<Done>, Fault> {
    let (jurisdiction, now, why) = (desk.hall.site.jurisdiction, desk.hall.clock.now(), why.to_owned());
    tracing::warn!(mail = %came.0, %why, "a mail could not be taken; it is tried again, and then waits for a person");
    desk.hall.store.write_blocking(move |tx| inbox::failed(tx, jurisdiction, came, now, &why))?;
    Ok(Some(Done::Failed))
}

/// Notes that a letter of ours did not arrive.
fn returned(desk: &Desk, id: Uuid, letter: Uuid) -> Result<Option<Done>, Fault> {
    let (jurisdiction, now) = (desk.hall.site.jurisdiction, desk.hall.clock.now());
    let site = desk.hall.site.clone();
    let first = desk.hall.store.write_blocking(move |tx| {
        let of = outbox::returned(tx, jurisdiction, letter, now)?;
        // what a resident should have read in it is told by a person
        if let Some(of) = of.as_ref().filter(|of| of.recipient == "resident") {
            undelivered::note(tx, &site, now, (of.matter, of.event))?;
        }
        inbox::became(tx, jurisdiction, (id, now), (Became::Done("returned"), of.map(|of| of.matter)))
    })?;
    Ok(first.then_some(Done::Returned))
}

/// Files a mail as a matter; `about` is the number of a closed one that it answers.
fn matter(desk: &Desk, came: &Came, (mail, back): (&Mail, &str), about: Option<&str>) -> Result<Option<Done>, Fault> {
    let (site, now) = (desk.hall.site.clone(), desk.hall.clock.now());
    let Some(kept) = keep(desk, &came.key.1, mail)? else { return failed(desk, (came.id, came.attempts), BUSY) };
    let (what, rest) = account(mail, about, &kept.left_out);
    let form = form(&site, came, (mail, back), what);
    let prepared = match filing::prepare_kept(&site, &form, (&kept.uploads, kept.files), came.key.clone()) {
        Ok(prepared) => prepared,
        Err(NotFiled::No(No::Failed(fault))) => return failed(desk, (came.id, came.attempts), &fault.to_string()),
        Err(no) => return failed(desk, (came.id, came.attempts), &format!("{no:?}")),
    };
    let (id, jurisdiction) = (came.id, site.jurisdiction);
    let filed = desk.hall.store.write_blocking(move |tx| {
        let (filed, _) = filing::file_prepared(tx, &site, now, Prepared::clone(&prepared), None).map_err(no)?;
        if !inbox::became(tx, jurisdiction, (id, now), (Became::Done("filed"), Some(filed.matter)))? {
            return Ok(false);
        }
        for words in &rest {
            add(tx, (&site, now), filed.matter, (words.clone(), Vec::new()))?;
        }
        Ok(true)
    });
    match filed {
        Ok(first) => Ok(first.then_some(Done::Matter)),
        Err(No::Failed(fault)) => Err(fault),
        Err(no) => failed(desk, (came.id, came.attempts), &format!("{no:?}")),
    }
}

/// Adds a mail to the matter whose resident was given the address it came to. Where that matter takes nothing more, it becomes
/// a new one that names it.
fn added(desk: &Desk, came: &Came, (mail, back): (&Mail, &str), of: Uuid) -> Result<Option<Done>, Fault> {
    let (site, now, jurisdiction) = (desk.hall.site.clone(), desk.hall.clock.now(), desk.hall.site.jurisdiction);
    let of_load = site.clone();
    let Some(loaded) = desk.hall.store.read_blocking(move |tx| store::load(tx, &of_load, of))? else {
        // erased since: nothing leads back to it, so this is something new
        return matter(desk, came, (mail, back), None);
    };
    let number = loaded.state.number.clone();
    let Some(kept) = keep(desk, &loaded.key, mail)? else { return failed(desk, (came.id, came.attempts), BUSY) };
    let own = Mail { text: own_words(&mail.text).to_owned(), subject: String::new(), ..mail.clone() };
    let (first, rest) = account(&own, None, &kept.left_out);
    let id = came.id;
    let done = desk.hall.store.write_blocking(move |tx| {
        if !inbox::became(tx, jurisdiction, (id, now), (Became::Done("added"), Some(of)))? {
            return Ok(false);
        }
        add(tx, (&site, now), of, (first.clone(), kept.files.clone()))?;
        for words in &rest {
            add(tx, (&site, now), of, (words.clone(), Vec::new()))?;
        }
        Ok(true)
    });
    match done {
        Ok(first) => Ok(first.then_some(Done::Added)),
        Err(No::Failed(fault)) => Err(fault),
        // closed, or in a state that takes no words: the resident wrote all the same, and is heard
        Err(_) => matter(desk, came, (mail, back), Some(&number)),
    }
}

fn add(tx: &mut Tx<'_>, (site, now): (&Site, Timestamp), matter: Uuid, (words, files): (String, Vec<FileRef>)) -> Result<(), No> {
    let command = Command::Supplement { words, files };
    let request = Request { who: Who::Resident { matter }, matter, seen: None, command };
    run::execute(tx, site, now, &request).map(drop)
}

fn no(not: NotFiled) -> No {
    match not {
        NotFiled::No(no) => no,
        other => Fault::other(format!("a mail was not filed: {other:?}")).into(),
    }
}

impl Desk {
    fn cabinet(&self) -> Cabinet<'_> {
        Cabinet { files: &self.files, decoder: &*self.decoder, scanner: self.scanner.as_deref() }
    }
}

/// Is the files of a mail: those that were kept, and the names of the others, which the matter tells.
struct Kept {
    uploads: Vec<Upload>,
    files: Vec<FileRef>,
    left_out: Vec<String>,
}

/// Keeps the files that can be taken, under a key. `None`: there was no time to look into one, or the scanner is away; later.
fn keep(desk: &Desk, key: &Key, mail: &Mail) -> Result<Option<Kept>, Fault> {
    let mut kept = Kept { uploads: Vec::new(), files: Vec::new(), left_out: mail.left_out.clone() };
    for file in &mail.files {
        let upload = [Upload { name: file.name.clone(), bytes: file.bytes.clone() }];
        let fits = kept.files.len() < FILES_MAX;
        let one = fits.then(|| desk.cabinet().keep(&desk.hall.site, Some(key), &upload));
        match one {
            Some(Ok(files)) => {
                kept.files.extend(files);
                kept.uploads.extend(upload);
            }
            Some(Err(No::Failed(fault))) if fault.kind() == FaultKind::Busy => return Ok(None),
            Some(Err(No::Refused(refusal))) if refusal.code == "file_unscanned" => return Ok(None),
            Some(Err(No::Failed(fault))) => return Err(fault),
            Some(Err(_)) | None => kept.left_out.push(if file.name.is_empty() { "?".to_owned() } else { file.name.clone() }),
        }
    }
    Ok(Some(kept))
}

/// Writes what the matter says: subject, words, and which files were left out; what is longer than one step goes on in further ones.
fn account(mail: &Mail, about: Option<&str>, left_out: &[String]) -> (String, Vec<String>) {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(about.map(|number| format!("（回复 {number} 的来信）")));
    if !mail.subject.is_empty() && !mail.text.starts_with(mail.subject.as_str()) {
        parts.push(mail.subject.clone());
    }
    if !mail.text.is_empty() {
        parts.push(mail.text.clone());
    }
    if !left_out.is_empty() {
        parts.push(format!("（没有收进来的附件：{}。只收照片、录音、视频和 PDF）", left_out.join("、")));
    }
    if !parts.iter().any(|part| part.chars().any(char::is_alphanumeric)) {
        parts.push("（只有附件，没有文字）".to_owned());
    }
    let whole = parts.join("\n\n");
    let mut rest: Vec<char> = whole.chars().collect();
    let more = rest.split_off(rest.len().min(WHAT_CHARS_MAX.min(WORDS_CHARS_MAX)));
    let further = more.chunks(WORDS_CHARS_MAX).map(|part| part.iter().collect::<String>().trim().to_owned());
    (rest.iter().collect(), further.filter(|part| !part.is_empty()).collect())
}

/// Fills in the form as far as a mail does.
fn form(site: &Site, came: &Came, (mail, back): (&Mail, &str), what: String) -> Form {
    let fits = |address: &str| !address.is_empty() && address.chars().count() <= EMAIL_CHARS_MAX && address.contains('@');
    let email = [mail.from.as_str(), back].into_iter().find(|address| fits(address)).unwrap_or_default().to_owned();
    let name: String = mail.name.chars().take(NAME_CHARS_MAX).collect();
    let name = if name == email { String::new() } else { name };
    let identity = if email.is_empty() { Identity::Anonymous } else { Identity::Named };
    Form {
        what,
        kind: Kind::Help.code().to_owned(),
        identity: identity.code().to_owned(),
        name,
        email,
        submit_key: came.submit_key(site),
        language: "zh-CN".to_owned(),
        channel: Channel::Mail,
        sender: mail.sender,
        ..Form::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_mail_loses_no_word() {
        let mail = Mail { subject: "停水".into(), text: "水".repeat(12_345), ..Mail::default() };
        let (first, rest) = account(&mail, None, &["清单.xlsx".to_owned()]);
        let whole = format!("{first}{}", rest.concat());
        assert_eq!((whole.matches('水').count(), first.chars().count()), (12_346, WHAT_CHARS_MAX));
        assert!(rest.last().unwrap().contains("清单.xlsx"));
    }

    #[test]
    fn a_subject_that_the_words_repeat_stands_once() {
        let mail = Mail { subject: "路灯坏了".into(), text: "路灯坏了,三天没人修。".into(), ..Mail::default() };
        assert_eq!(account(&mail, None, &[]).0, "路灯坏了,三天没人修。");
        assert_eq!(account(&Mail::default(), Some("MS1"), &[]).0, "（回复 MS1 的来信）");
    }
}
