//! Playing the demo: the real commands run one after another, each at its own past moment, a day in one write.

use std::sync::Arc;

use appeals::appeal::Command;
use appeals::code::Code;
use appeals::filing::{Filed, NotFiled, file_within};
use appeals::run::{Request, execute};
use appeals::{store, tick};
use civic::access::{self, Purpose, Reading};
use civic::hall::Hall;
use civic::permit::{Act, Subject, Who, may};
use civic::refusal::No;
use civic::site::Site;
use civic::{journal, outbox};
use db::{Fault, Tx};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use super::calls;
use super::course::{Deed, Step};

/// When at night what is due happens by itself, after midnight.
const NIGHT: SignedDuration = SignedDuration::from_mins(20);
/// Messages marked at once.
const MESSAGES_MAX: i64 = 10_000;
/// Steps of a matter by the passing of time in one night, at most.
const TICKS_MAX: usize = 10;

/// Is what is known of a matter while it plays.
#[derive(Debug, Clone)]
pub struct Played {
    /// Name of its story.
    pub story: String,
    /// What came of the filing.
    pub filed: Option<Filed>,
    /// True where the resident left an e-mail address.
    pub email: bool,
}

/// Plays all steps. `progress` hears how many of how many are done.
pub fn all(
    hall: &Hall,
    mut played: Vec<Played>,
    steps: Vec<Step>,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Vec<Played>, Fault> {
    let total = steps.len();
    let end = hall.site.day(hall.clock.now());
    let mut rest = steps.into_iter().peekable();
    let mut done = 0;
    while let Some(first) = rest.peek() {
        let day = hall.site.day(first.at);
        let mut chunk = Vec::new();
        while let Some(step) = rest.next_if(|step| hall.site.day(step.at) == day) {
            chunk.push(step);
        }
        done += chunk.len();
        let site = Arc::clone(&hall.site);
        played = hall.store.write_blocking(move |tx| one_day(tx, &site, (day, end, chunk), played))?;
        progress(done, total);
    }
    Ok(played)
}

fn one_day(
    tx: &mut Tx<'_>,
    site: &Site,
    (day, end, steps): (Date, Date, Vec<Step>),
    mut played: Vec<Played>,
) -> Result<Vec<Played>, Fault> {
    let night = day.to_zoned_datetime(site.zone.clone()).map_err(|_| Fault::other("a day has no beginning"))?.timestamp();
    let mut nights_done = false;
    let mut last = night;
    for step in steps {
        let past_night = step.at.duration_since(night) > NIGHT;
        if past_night && !nights_done {
            nights_done = true;
            pass_night(tx, site, night + NIGHT)?;
        }
        last = step.at;
        one(tx, site, &step, &mut played)?;
    }
    calls::make(tx, site, (day, end), last)?;
    deliver(tx, site, last, &played)?;
    Ok(played)
}

fn pass_night(tx: &mut Tx<'_>, site: &Site, now: Timestamp) -> Result<(), Fault> {
    for _ in 0..TICKS_MAX {
        if tick::tick(tx, site, now)? == 0 {
            break;
        }
    }
    Ok(())
}

fn one(tx: &mut Tx<'_>, site: &Site, step: &Step, played: &mut [Played]) -> Result<(), Fault> {
    let told = |why: String| Fault::other(format!("the demo's story {} at {}: {why}", played_story(played, step), step.at));
    match &step.deed {
        Deed::File(form, by) => {
            let permit = by.map(|staff| may(&site.directory(), &who(staff, step.at), Act::FileForPerson, &Subject::site()));
            let permit = permit.transpose().map_err(|refusal| told(refusal.to_string()))?;
            let filed = file_within(tx, site, step.at, form, permit.as_ref()).map_err(|no| match no {
                NotFiled::No(No::Failed(fault)) => fault,
                other => told(format!("{other:?}")),
            })?;
            played[step.matter].email = !form.email.is_empty() && form.identity != "anonymous";
            played[step.matter].filed = Some(filed);
            Ok(())
        }
        deed => {
            let filed = played[step.matter].filed.clone().ok_or_else(|| told("it was not filed".to_owned()))?;
            let (who, command) = command_of(tx, site, (deed, step.at), (&filed, played))?;
            read_first(tx, site, step.at, (&who, filed.matter, &command))?;
            let request = Request { who, matter: filed.matter, seen: None, command };
            let done = execute(tx, site, step.at, &request).map_err(|no| match no {
                No::Failed(fault) => fault,
                other => told(format!("{}: {other}", request.command.act().code())),
            })?;
            if let (Command::ReissueCode { .. }, Some(code)) = (&request.command, done.code) {
                played[step.matter].filed = Some(Filed { code, ..filed });
            }
            Ok(())
        }
    }
}

fn played_story(played: &[Played], step: &Step) -> String {
    played[step.matter].story.clone()
}

fn command_of(
    tx: &mut Tx<'_>,
    site: &Site,
    (deed, at): (&Deed, Timestamp),
    (filed, played): (&Filed, &[Played]),
) -> Result<(Who, Command), Fault> {
    let resident = Who::Resident { matter: filed.matter };
    Ok(match deed {
        Deed::File(..) => return Err(Fault::other("a filing is no command")),
        Deed::Staff(staff, command) => (who(*staff, at), (**command).clone()),
        Deed::Resident(command) => (resident, (**command).clone()),
        Deed::Rate(grade, words) => (resident, rating(tx, site, filed, (*grade, words))?),
        Deed::Merge(staff, into) => {
            let main = played[*into].filed.as_ref().ok_or_else(|| Fault::other("the main matter was not filed"))?;
            (who(*staff, at), Command::Merge { into: main.matter, number: main.number.clone() })
        }
    })
}

/// Signs a rating with the key that grows out of the query code, as the resident's page does.
fn rating(tx: &mut Tx<'_>, site: &Site, filed: &Filed, (grade, words): (u8, &str)) -> Result<Command, Fault> {
    let loaded = store::load(tx, site, filed.matter)?.ok_or_else(|| Fault::other("a matter is not there"))?;
    let of = loaded.state.reply().map(|reply| reply.leaf).ok_or_else(|| Fault::other("there is no reply to rate"))?;
    let signature = Code::seed(&filed.code).sign_rating(&journal::pseudonym(&loaded.key), of, grade);
    Ok(Command::Rate { grade, words: words.to_owned(), signature })
}

/// Staff who work with the personal part have read it: this is written down first.
pub(super) fn read_first(
    tx: &mut Tx<'_>,
    site: &Site,
    at: Timestamp,
    (who, matter, command): (&Who, Uuid, &Command),
) -> Result<(), Fault> {
    let Who::Staff { id, session } = who else { return Ok(()) };
    let purpose = match command {
        Command::Register { .. } | Command::Accept { .. } | Command::Reply { .. } | Command::CoAnswer { .. } => Purpose::Handle,
        Command::DecideReview { .. } => Purpose::Review,
        Command::ReissueCode { .. } => Purpose::Counter,
        Command::TellByPhone { .. } => Purpose::Tell,
        _ => return Ok(()),
    };
    let office = site.directory().staff.get(id).map(|staff| staff.office.clone()).unwrap_or_default();
    access::record(tx, site, at, &Reading { staff: *id, office, session: *session, matter, purpose })
}

/// A member of staff in the session of that day.
pub(super) fn who(staff: Uuid, at: Timestamp) -> Who {
    let day = at.as_second() / (24 * 3_600);
    let hash = Sha256::digest(format!("minsheng/demo/session/{staff}/{day}"));
    let bytes: [u8; 16] = hash[..16].try_into().expect("a SHA-256 has more than 16 bytes");
    Who::Staff { id: staff, session: Builder::from_random_bytes(bytes).into_uuid() }
}

/// Marks the messages of the day: staff and residents with an e-mail address got theirs, others could not be written to.
fn deliver(tx: &mut Tx<'_>, site: &Site, now: Timestamp, played: &[Played]) -> Result<(), Fault> {
    for message in outbox::due(tx, site.jurisdiction, now, MESSAGES_MAX)? {
        let matter = played.iter().find(|played| played.filed.as_ref().is_some_and(|filed| filed.matter == message.matter));
        let at = message.made_at.saturating_add(20.seconds()).unwrap_or(message.made_at);
        if message.recipient == "resident" && matter.is_none_or(|played| !played.email) {
            outbox::unreachable(tx, site.jurisdiction, message.id, at)?;
        } else {
            outbox::sent(tx, site.jurisdiction, message.id, at)?;
        }
    }
    Ok(())
}
