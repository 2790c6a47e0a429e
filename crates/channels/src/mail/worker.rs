//! One round over the outbox: what is due is addressed, written, handed over, and its state noted.

use appeals::alarm;
use appeals::appeal::{Channel, Filing, Sender};
use appeals::code::Code;
use appeals::digest;
use appeals::run::{INVITATION, SPOKESPERSON, invites};
use appeals::sealed::{glass, letter as room_letter};
use appeals::store::Loaded;
use appeals::{Event, store};
use civic::account::news::{self, News};
use civic::directory::{Directory, Staff};
use civic::hall::Hall;
use civic::inbox;
use civic::outbox::{self, Waiting};
use civic::site::Site;
use data_encoding::HEXLOWER;
use db::{Fault, Tx};
use forum::proof;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use uuid::Uuid;

use super::letter::{Letter, letter};
use super::send::Mailer;
use super::words;
use crate::worker::{Round, Turn, note, turn};

/// Template of the morning letter, which speaks about an office and no matter.
const DIGEST: &str = "digest";
/// Template of an early warning, which speaks about an issue and no matter.
const ISSUE: &str = "issue_warned";
/// Letters that say the same whatever is behind them: that the glass was broken, and that somebody may look into the room.
const CONSTANT: [&str; 2] = [glass::KIND, room_letter::TEMPLATE];
/// Messages of one round.
const ROUND_MESSAGES_MAX: i64 = 50;

/// The job's name: of several processes one hands letters over at a time.
const JOB: &str = "mail";

/// Is what became of a message when it was to be written.
enum Written {
    Letter(Letter),
    Nobody,
    Idle,
}

/// Runs one round. Blocks while it sends; not for asynchronous code. A message is marked after it was handed over, so a
/// crash between the two sends it once more under the same `Message-ID`, never not at all. `holder` names this process among
/// those that work on one database: only one of them sends at a time.
pub fn round(hall: &Hall, mailer: &Mailer, holder: Uuid) -> Result<Round, Fault> {
    let (jurisdiction, now) = (hall.site.jurisdiction, hall.clock.now());
    let due = hall.store.read_blocking(move |tx| outbox::due(tx, jurisdiction, outbox::MAIL, now, ROUND_MESSAGES_MAX))?;
    let mut round = Round::default();
    for waiting in due {
        let lease = match turn(hall, (JOB, holder), waiting.id)? {
            Turn::Own(lease) => lease,
            Turn::Done => continue,
            Turn::Others => break,
        };
        let (hall_of_letter, asked, with) = (hall.clone(), waiting.clone(), (mailer.pages.clone(), mailer.own.is_some()));
        match hall.store.read_blocking(move |tx| written(tx, &hall_of_letter, (&asked, &with.0, with.1)))? {
            Written::Letter(letter) => note(hall, (waiting, lease), mailer.send(&letter), &mut round, |_, ()| Ok(()))?,
            Written::Nobody => {
                round.unreachable += 1;
                hall.store.write_blocking(move |tx| outbox::unreachable(tx, jurisdiction, waiting.id, now))?;
            }
            Written::Idle => {
                round.dropped += 1;
                hall.store.write_blocking(move |tx| outbox::dropped(tx, jurisdiction, waiting.id, now))?;
            }
        }
    }
    Ok(round)
}

/// Writes what a message says: the code of a post, or a letter.
fn written(tx: &mut Tx<'_>, hall: &Hall, (waiting, pages, answered): (&Waiting, &str, bool)) -> Result<Written, Fault> {
    if waiting.template == proof::TEMPLATE {
        return post_code(tx, hall, waiting);
    }
    address(tx, hall, (waiting, pages, answered))
}

/// Finds the address of a message and writes the letter.
fn address(tx: &mut Tx<'_>, hall: &Hall, (waiting, pages, answered): (&Waiting, &str, bool)) -> Result<Written, Fault> {
    let site = &hall.site;
    if waiting.template == DIGEST {
        return Ok(morning(tx, hall, waiting)?.map_or(Written::Nobody, Written::Letter));
    }
    if let Some(constant) = CONSTANT.iter().find(|template| **template == waiting.template) {
        return Ok(unchanging(tx, hall, (waiting, constant))?.map_or(Written::Nobody, Written::Letter));
    }
    if waiting.template == ISSUE || oversight::told::TEMPLATES.contains(&waiting.template.as_str()) {
        return Ok(of_desk(tx, hall, waiting)?.map_or(Written::Nobody, Written::Letter));
    }
    if waiting.template == outbox::TRIAL {
        return Ok(trial(tx, hall, (waiting, pages))?.map_or(Written::Nobody, Written::Letter));
    }
    if News::parse(&waiting.template).is_some() {
        return Ok(of_account(tx, hall, waiting)?.map_or(Written::Nobody, Written::Letter));
    }
    let Some(loaded) = store::load(tx, site, waiting.matter)? else { return Ok(Written::Nobody) };
    let moot = match waiting.template.as_str() {
        INVITATION => !invites(&loaded.state),
        alarm::AGAIN => !loaded.state.unheard(),
        _ => false,
    };
    if moot {
        return Ok(Written::Idle);
    }
    let Some((_, Event::Filed(filing))) = loaded.events.first() else { return Ok(Written::Nobody) };
    let directory = site.directory();
    let reader = reader(tx, site, (&directory, &waiting.recipient))?;
    let (to, language, office) = match &reader {
        Some(Reader { staff, to, language }) => (*to, language.as_str(), staff.office.as_str()),
        None if waiting.recipient == "resident" && !filing.email.is_empty() => {
            (filing.email.as_str(), filing.language.as_str(), loaded.state.owner.as_str())
        }
        None => match beside(filing, &waiting.recipient) {
            Some(to) => (to, filing.language.as_str(), loaded.state.owner.as_str()),
            None => return Ok(Written::Nobody),
        },
    };
    let named = |code: &str| {
        let office = directory.offices.get(code);
        office.map_or("", |office| if language == "en" { &office.name_en } else { &office.name })
    };
    let (office, rules) = (named(office), site.rules());
    let promise = loaded.state.promise(&rules).map(|promise| (promise.what, named(promise.office), promise.due.due.last));
    let missed = missed(&loaded, waiting.event).map(|(office, last)| (named(office), last.to_string()));
    let (holder, missed) = missed.unwrap_or_default();
    let until = loaded.state.last_word().and_then(|word| word.until.as_ref());
    let facts = [
        ("number", loaded.state.number.clone()),
        ("office", office.to_owned()),
        ("due", loaded.state.shown_due().due.last.to_string()),
        ("until", until.map_or_else(String::new, |until| until.due.last.to_string())),
        ("promise", words::promise(language, promise)),
        ("track", track(language, pages)),
        ("holder", holder.to_owned()),
        ("owner", named(&loaded.state.owner).to_owned()),
        ("missed", missed),
        ("report_by", report_by(&loaded, waiting.event, &site.zone)),
    ];
    let asks = RATED.contains(&waiting.template.as_str()) && waiting.recipient == "resident";
    let rated = |letter: Letter| if asks { letter.rated(&loaded.state.number, (pages, language)) } else { letter };
    if reader.is_none() && answered && by_mail(filing) {
        let letter = to_writer(tx, site, (waiting, &loaded, filing), facts.to_vec())?;
        let letter = letter.map(|letter| rated(letter).answered(waiting.matter, language));
        return Ok(letter.map_or(Written::Nobody, Written::Letter));
    }
    let letter = letter(waiting.id, to, (&waiting.template, language), &facts);
    Ok(letter.map_or(Written::Nobody, |letter| Written::Letter(rated(letter))))
}

/// Finds the address of somebody who speaks beside whoever filed it: `spokesperson:N`, from 0.
fn beside<'a>(filing: &'a Filing, recipient: &str) -> Option<&'a str> {
    let at: usize = recipient.strip_prefix(SPOKESPERSON)?.parse().ok()?;
    filing.spokespersons.get(at).map(|one| one.email.as_str()).filter(|email| !email.is_empty())
}

/// The letters in which a resident is asked how good an answer was.
const RATED: [&str; 2] = ["replied", INVITATION];

/// Tells whether a resident wrote by mail, from an address that nobody forged: then mail is the way to answer.
fn by_mail(filing: &Filing) -> bool {
    filing.channel == Channel::Mail && filing.sender != Some(Sender::Forged)
}

/// Writes to whoever wrote by mail: a letter they may answer, with the code at first and the words of an answer later.
fn to_writer(
    tx: &mut Tx<'_>,
    site: &Site,
    (waiting, loaded, filing): (&Waiting, &Loaded, &Filing),
    mut facts: Vec<(&str, String)>,
) -> Result<Option<Letter>, Fault> {
    let event = loaded.events.iter().find(|(stored, _)| stored.position == waiting.event).map(|(_, event)| event);
    let template = match event {
        Some(Event::Filed(_)) => match inbox::submit_key_of(tx, site, waiting.matter)? {
            Some(key) => {
                facts.push(("code", code_of(site, filing, &key)?.shown()));
                "filed_by_mail"
            }
            None => waiting.template.as_str(),
        },
        Some(Event::Replied { reply, .. }) => {
            facts.push(("reply", words::reply(&filing.language, reply)));
            "replied_by_mail"
        }
        _ => waiting.template.as_str(),
    };
    Ok(letter(waiting.id, &filing.email, (template, &filing.language), &facts))
}

/// Derives the query code of a filing once more, from the key it was sent under.
pub(crate) fn code_of(site: &Site, filing: &Filing, submit_key: &str) -> Result<Code, Fault> {
    let form = HEXLOWER.decode(filing.form.as_bytes()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let form = form.ok_or_else(|| Fault::other("a filing names no form"))?;
    Ok(Code::of_filing(site, submit_key, &form))
}

/// Finds who missed which last day, for a letter that tells of it.
fn missed(loaded: &Loaded, position: i64) -> Option<(&str, Date)> {
    loaded.events.iter().find(|(stored, _)| stored.position == position).and_then(|(_, event)| match event {
        Event::Escalated { office, last, .. } | Event::FollowupLate { office, last, .. } => Some((office.as_str(), *last)),
        _ => None,
    })
}

/// Says until when a letter that asks for something asks for it.
fn report_by(loaded: &Loaded, position: i64, zone: &TimeZone) -> String {
    let event = loaded.events.iter().find(|(stored, _)| stored.position == position).map(|(_, event)| event);
    match event {
        Some(Event::CalledIn { until, .. }) => until.to_string(),
        Some(Event::Whistled { until, .. }) => until.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string(),
        _ => String::new(),
    }
}

/// Names the tracking page, with its address where the site has one. Number and code are typed there, never in a link.
fn track(language: &str, pages: &str) -> String {
    let name = if language == "en" { "the page \"Track\" of this site" } else { "本站“查进度”" };
    if pages.is_empty() { name.to_owned() } else { format!("{name} {pages}/track ") }
}

/// Is a member of staff who can be written to.
struct Reader<'a> {
    staff: &'a Staff,
    to: &'a str,
    /// The language they read this site in, as far as that is known.
    language: String,
}

impl Reader<'_> {
    /// Names their office in their language.
    fn office(&self, directory: &Directory) -> String {
        let office = directory.offices.get(&self.staff.office);
        office.map_or_else(String::new, |office| if self.language == "en" { &office.name_en } else { &office.name }.clone())
    }
}

/// Finds the member of staff who is written to; none where they left, or no letter reaches them.
fn reader<'a>(tx: &mut Tx<'_>, site: &Site, (directory, recipient): (&'a Directory, &str)) -> Result<Option<Reader<'a>>, Fault> {
    let id: Option<Uuid> = recipient.strip_prefix("staff:").and_then(|id| id.parse().ok());
    let staff = id.and_then(|id| directory.staff.get(&id)).filter(|staff| staff.active);
    let Some(staff) = staff else { return Ok(None) };
    let Some(to) = staff.email.as_deref().filter(|email| !email.is_empty()) else { return Ok(None) };
    Ok(Some(Reader { staff, to, language: news::language(tx, site.jurisdiction, staff.id)? }))
}

/// Writes a letter whose words are always the same, so that nothing can be read from it.
fn unchanging(tx: &mut Tx<'_>, hall: &Hall, (waiting, template): (&Waiting, &str)) -> Result<Option<Letter>, Fault> {
    let directory = hall.site.directory();
    let reader = reader(tx, &hall.site, (&directory, &waiting.recipient))?;
    Ok(reader.and_then(|reader| letter(waiting.id, reader.to, (template, &reader.language), &[])))
}

/// Writes the letter by which an administrator sees that letters arrive.
fn trial(tx: &mut Tx<'_>, hall: &Hall, (waiting, pages): (&Waiting, &str)) -> Result<Option<Letter>, Fault> {
    let directory = hall.site.directory();
    let Some(reader) = reader(tx, &hall.site, (&directory, &waiting.recipient))? else { return Ok(None) };
    let facts = [("track", track(&reader.language, pages))];
    Ok(letter(waiting.id, reader.to, (outbox::TRIAL, &reader.language), &facts))
}

/// Writes to somebody that an issue grows beyond its season, or that something waits in supervision; what it is about stands at the desk alone,
/// for mail is read on its way.
fn of_desk(tx: &mut Tx<'_>, hall: &Hall, waiting: &Waiting) -> Result<Option<Letter>, Fault> {
    let directory = hall.site.directory();
    let Some(reader) = reader(tx, &hall.site, (&directory, &waiting.recipient))? else { return Ok(None) };
    let facts = [("office", reader.office(&directory))];
    Ok(letter(waiting.id, reader.to, (&waiting.template, &reader.language), &facts))
}

/// Writes the code that shows who reads the mailbox from which a post of the board was written; nothing once it is good no more.
fn post_code(tx: &mut Tx<'_>, hall: &Hall, waiting: &Waiting) -> Result<Written, Fault> {
    let Some((contact, code)) = proof::waiting(tx, &hall.site, hall.clock.now(), &waiting.recipient)? else {
        return Ok(Written::Idle);
    };
    let facts = [("code", code), ("minutes", (proof::CODE_SECONDS_MAX / 60).to_string())];
    let letter = letter(waiting.id, &contact.email, (proof::TEMPLATE, &contact.language), &facts);
    Ok(letter.map_or(Written::Nobody, Written::Letter))
}

/// Writes to somebody what happened to their account, and when; no name and no device, for mail is read on its way.
fn of_account(tx: &mut Tx<'_>, hall: &Hall, waiting: &Waiting) -> Result<Option<Letter>, Fault> {
    let directory = hall.site.directory();
    let Some(reader) = reader(tx, &hall.site, (&directory, &waiting.recipient))? else { return Ok(None) };
    let at = words::moment(&reader.language, waiting.made_at.to_zoned_datetime(hall.site.zone.clone()).datetime());
    Ok(letter(waiting.id, reader.to, (&waiting.template, &reader.language), &[("at", at)]))
}

/// Writes the morning letter with the numbers of the moment it goes out.
fn morning(tx: &mut Tx<'_>, hall: &Hall, waiting: &Waiting) -> Result<Option<Letter>, Fault> {
    let directory = hall.site.directory();
    let Some(reader) = reader(tx, &hall.site, (&directory, &waiting.recipient))? else { return Ok(None) };
    let owing = digest::owing(tx, &hall.site, hall.site.day(hall.clock.now()))?;
    let Some((_, owing)) = owing.into_iter().find(|(office, _)| *office == reader.staff.office) else { return Ok(None) };
    let facts = [
        ("office", reader.office(&directory)),
        ("overdue", owing.overdue.to_string()),
        ("soon", owing.soon.to_string()),
        ("asked", owing.asked.to_string()),
    ];
    Ok(letter(waiting.id, reader.to, (DIGEST, &reader.language), &facts))
}
