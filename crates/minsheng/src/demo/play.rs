//! Playing the demo: the real commands run one after another, each at its own past moment, a day in one write.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use appeals::appeal::Command;
use appeals::code::Code;
use appeals::filing::{Filed, NotFiled, Prepared, file_prepared, prepare};
use appeals::followup::Detail;
use appeals::run::{Request, execute_on};
use appeals::sealed::room::Handler;
use appeals::store::{self, Loaded};
use appeals::tick;
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

use super::asked::Asked;
use super::course::{Deed, Step};
use super::reception::Days;
use super::sealed;
use super::talk::Talk;
use super::{boxes, calls, supervision};

/// When at night, after midnight, what is due happens by itself.
pub(crate) const NIGHT: SignedDuration = SignedDuration::from_mins(20);
/// Events looked through at once for what a night moved.
const EVENTS_MAX: i64 = 1_000;
/// Messages marked at once.
const MESSAGES_MAX: i64 = 10_000;
/// Rounds of the passing of time in one night of the demo, at most; each takes some hundred steps.
const NIGHT_ROUNDS_MAX: usize = 100;

/// Is what is known of a matter while it plays.
struct Played {
    /// Name of its story.
    story: String,
    /// What came of the filing.
    filed: Option<Filed>,
    /// True where the resident left an e-mail address.
    email: bool,
    /// The matter as its last act left it.
    state: Option<Loaded>,
}

/// Is the book of a play: the matters in it, by their number.
#[derive(Default)]
pub struct Book {
    played: BTreeMap<usize, Played>,
    numbers: HashMap<Uuid, usize>,
    /// The journal up to here is in the states that are held.
    position: i64,
    /// The board.
    talk: Talk,
    /// The reception days.
    days: Days,
    /// What offices ask everybody.
    asked: Asked,
}

impl Book {
    /// Enters a matter that is going to be filed.
    pub fn enter(&mut self, number: usize, story: &str) {
        self.played.insert(number, Played { story: story.to_owned(), filed: None, email: false, state: None });
    }

    /// Lays a matter aside that no act is to come for; letters about it may.
    pub fn lay_aside(&mut self, number: usize) {
        if let Some(played) = self.played.get_mut(&number) {
            played.state = None;
        }
    }

    /// Strikes a matter that nothing more is told of.
    pub fn strike(&mut self, number: usize) {
        if let Some(filed) = self.played.remove(&number).and_then(|played| played.filed) {
            self.numbers.remove(&filed.matter);
        }
    }

    /// Returns everything that was filed, in the order of the numbers.
    pub fn filed(&self) -> impl DoubleEndedIterator<Item = &Filed> {
        self.played.values().filter_map(|played| played.filed.as_ref())
    }

    fn story(&self, number: usize) -> &str {
        self.played.get(&number).map_or("?", |played| played.story.as_str())
    }

    fn find(&self, number: usize) -> Result<&Filed, Fault> {
        let filed = self.played.get(&number).and_then(|played| played.filed.as_ref());
        filed.ok_or_else(|| Fault::other(format!("matter {number} of a play was not filed")))
    }

    fn note(&mut self, number: usize, (filed, state): (Filed, Option<Loaded>), email: bool) {
        self.numbers.insert(filed.matter, number);
        if let Some(played) = self.played.get_mut(&number) {
            let state = state.map(|loaded| Loaded { events: Arc::default(), ..loaded });
            (played.filed, played.email, played.state) = (Some(filed), email, state);
        }
    }

    /// Tells whether the resident of a matter can be written to.
    fn writes(&self, matter: Uuid) -> bool {
        self.numbers.get(&matter).and_then(|number| self.played.get(number)).is_some_and(|played| played.email)
    }

    /// Returns a matter as the tables have it.
    fn load(&mut self, tx: &mut Tx<'_>, site: &Site, (number, matter): (usize, Uuid)) -> Result<&mut Loaded, Fault> {
        let gone = || Fault::other("a matter is not there");
        self.catch_up(tx, site)?;
        let kept = self.played.get_mut(&number).map(|played| &mut played.state).ok_or_else(gone)?;
        if kept.is_none() {
            *kept = store::load(tx, site, matter)?.map(|loaded| Loaded { events: Arc::default(), ..loaded });
        }
        kept.as_mut().ok_or_else(gone)
    }

    /// Lets go of the states of matters that others than their own acts have moved: the night, or the act on another matter.
    fn catch_up(&mut self, tx: &mut Tx<'_>, site: &Site) -> Result<(), Fault> {
        let reached = journal::reached(tx, site.jurisdiction)?.map_or(0, |(position, _)| position);
        while self.position < reached {
            for raw in journal::page(tx, site.jurisdiction, self.position, EVENTS_MAX)? {
                self.position = raw.position;
                if let Some(played) = self.numbers.get(&raw.matter).and_then(|number| self.played.get_mut(number)) {
                    played.state = None;
                }
            }
        }
        Ok(())
    }

    /// Notes that an act moved its own matter, whose state is held, by so many events. Where the journal tells of more,
    /// [`Book::catch_up`] looks at them all.
    fn moved(&mut self, tx: &mut Tx<'_>, site: &Site, by: i64) -> Result<(), Fault> {
        let reached = journal::reached(tx, site.jurisdiction)?.map_or(0, |(position, _)| position);
        if reached == self.position + by {
            self.position = reached;
        }
        Ok(())
    }
}

/// Is a part of a day.
pub struct Part {
    /// The day.
    pub day: Date,
    /// True where the night before it has not passed yet.
    pub night: bool,
    /// The last day that is played, where those who left a telephone number only are rung up at the end of this one.
    pub calls_before: Option<Date>,
    /// What happens, in the order of time.
    pub steps: Vec<Step>,
}

/// Plays all steps. `progress` hears how many of how many are done.
pub fn all(
    hall: &Hall,
    (mut book, handler): (Book, Option<&Handler>),
    steps: Vec<Step>,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Book, Fault> {
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
        let part = Part { day, night: true, calls_before: Some(end), steps: chunk };
        let handler = handler.cloned();
        book = hall.store.write_blocking(move |tx| {
            play(tx, &site, part, &mut book)?;
            handler.map_or(Ok(()), |handler| sealed::work(tx, &site, day, &handler)).map(|()| book)
        })?;
        progress(done, total);
    }
    Ok(book)
}

/// Plays a part of a day in the writer: the night where it is due, the steps, the calls, the letters that they gave rise to.
pub fn play(tx: &mut Tx<'_>, site: &Site, part: Part, book: &mut Book) -> Result<(), Fault> {
    let Part { day, mut night, calls_before, steps } = part;
    let midnight = day.to_zoned_datetime(site.zone.clone()).map_err(|_| Fault::other("a day has no beginning"))?.timestamp();
    let mut last = midnight;
    for step in steps {
        if night && step.at.duration_since(midnight) > NIGHT {
            night = false;
            pass_night(tx, site, midnight + NIGHT)?;
        }
        last = step.at;
        one(tx, site, step, book)?;
    }
    if let Some(end) = calls_before {
        calls::make(tx, site, (day, end), last)?;
        boxes::open(tx, site, (day, end), last)?;
        book.talk.say(tx, site, (day, end), last)?;
        book.days.pass(tx, site, (day, end), last)?;
        book.asked.pass(tx, site, (day, end), last)?;
        supervision::pass(tx, site, (day, end), last)?;
    }
    deliver(tx, site, last, book)
}

fn pass_night(tx: &mut Tx<'_>, site: &Site, now: Timestamp) -> Result<(), Fault> {
    for _ in 0..NIGHT_ROUNDS_MAX {
        if tick::tick(tx, site, now)? == 0 {
            break;
        }
    }
    Ok(())
}

fn one(tx: &mut Tx<'_>, site: &Site, step: Step, book: &mut Book) -> Result<(), Fault> {
    let Step { at, matter: number, deed } = step;
    let story = format!("the story {} at {at}", book.story(number));
    match deed {
        Deed::File(form, by) => {
            let ready = prepare(site, &form).map_err(|no| not_filed(&story, no))?;
            filed(tx, site, (at, &story), (number, ready, by), book)
        }
        Deed::FileReady(ready, by) => filed(tx, site, (at, &story), (number, *ready, by), book),
        deed => {
            let matter = book.find(number)?.matter;
            if let Deed::CallBack(staff, ..) = &deed {
                // whoever is of the holder's own line calls nobody back
                let subject = book.load(tx, site, (number, matter))?.state.subject();
                if may(&site.directory(), &who(*staff, at), Act::CallBack, &subject).is_err() {
                    return Ok(());
                }
            }
            let (who, command) = command_of(tx, site, (deed, at), (number, book))?;
            read_first(tx, site, at, (&who, matter, &command))?;
            let request = Request { who, matter, seen: None, command };
            let loaded = book.load(tx, site, (number, matter))?;
            // what has a card is closed with evidence only, and nobody shows any in a play
            if matches!(request.command, Command::Close { .. }) && loaded.state.card_open().is_some() {
                return Ok(());
            }
            let (events, code) = execute_on(tx, site, at, &request, loaded).map_err(|no| match no {
                No::Failed(fault) => fault,
                other => Fault::other(format!("{story}: {}: {other}", request.command.act().code())),
            })?;
            if let (Command::ReissueCode { .. }, Some(code), Some(played)) =
                (&request.command, code, book.played.get_mut(&number))
            {
                played.filed = played.filed.take().map(|filed| Filed { code, ..filed });
            }
            book.moved(tx, site, events.len() as i64)
        }
    }
}

/// Files a form that is ready, typed by the person or by a member of staff.
fn filed(
    tx: &mut Tx<'_>,
    site: &Site,
    (at, story): (Timestamp, &str),
    (number, ready, by): (usize, Prepared, Option<Uuid>),
    book: &mut Book,
) -> Result<(), Fault> {
    let permit = by.map(|staff| may(&site.directory(), &who(staff, at), Act::FileForPerson, &Subject::site()));
    let permit = permit.transpose().map_err(|refusal| Fault::other(format!("{story}: {refusal}")))?;
    let email = ready.has_email();
    let filed = file_prepared(tx, site, at, ready, permit.as_ref()).map_err(|no| not_filed(story, no))?;
    let begun = i64::from(filed.1.is_some());
    book.note(number, filed, email);
    book.moved(tx, site, begun)
}

fn not_filed(story: &str, no: NotFiled) -> Fault {
    match no {
        NotFiled::No(No::Failed(fault)) => fault,
        other => Fault::other(format!("{story}: {other:?}")),
    }
}

fn command_of(
    tx: &mut Tx<'_>,
    site: &Site,
    (deed, at): (Deed, Timestamp),
    (number, book): (usize, &mut Book),
) -> Result<(Who, Command), Fault> {
    let matter = book.find(number)?.matter;
    let resident = Who::Resident { matter };
    Ok(match deed {
        Deed::File(..) | Deed::FileReady(..) => return Err(Fault::other("a filing is no command")),
        Deed::Staff(staff, command) => (who(staff, at), *command),
        Deed::Resident(command) => (resident, *command),
        Deed::Rate(grade, words) => {
            let code = book.find(number)?.code.clone();
            let loaded = book.load(tx, site, (number, matter))?;
            (resident, rating(loaded, &code, (grade, words))?)
        }
        Deed::CallBack(staff, words, grade) => {
            let loaded = book.load(tx, site, (number, matter))?;
            let of = loaded.state.followup.criticisms.iter().rev().find(|one| one.call_due().is_some()).map(|one| one.version);
            (who(staff, at), Command::CallBack { of, drawn: None, reached: true, words, grade: Some(grade) })
        }
        Deed::Merge(staff, into) => {
            let main = book.find(into)?;
            (who(staff, at), Command::Merge { into: main.matter, number: main.number.clone() })
        }
    })
}

/// Signs a rating with the key that grows out of the query code, as the resident's page does.
fn rating(loaded: &Loaded, code: &Code, (grade, words): (u8, String)) -> Result<Command, Fault> {
    let of = loaded.state.reply().map(|reply| reply.leaf).ok_or_else(|| Fault::other("there is no reply to rate"))?;
    let signature = code.seed().sign_rating(&journal::pseudonym(&loaded.key), of, grade);
    Ok(Command::Rate { grade, words, signature, detail: Detail::default() })
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
        Command::CallBack { .. } => Purpose::CallBack,
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
fn deliver(tx: &mut Tx<'_>, site: &Site, now: Timestamp, book: &Book) -> Result<(), Fault> {
    loop {
        let messages = outbox::due(tx, site.jurisdiction, outbox::MAIL, now, MESSAGES_MAX)?;
        for message in &messages {
            let at = message.made_at.saturating_add(20.seconds()).unwrap_or(message.made_at);
            if message.recipient == "resident" && !book.writes(message.matter) {
                outbox::unreachable(tx, site.jurisdiction, message.id, at)?;
            } else {
                outbox::sent(tx, site.jurisdiction, message.id, at)?;
            }
        }
        if messages.len() < MESSAGES_MAX as usize {
            return Ok(());
        }
    }
}
