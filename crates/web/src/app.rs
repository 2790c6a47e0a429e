//! What every handler shares.

use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::Arc;

use appeals::filing::{Cabinet, Scanner};
use appeals::find::Finder;
use civic::account::Cost;
use civic::chance::Chance;
use civic::file::{Decode, FileStore, Here};
use civic::hall::Hall;
use jiff::Timestamp;
use jiff::civil::Date;
use tokio::sync::Semaphore;

use crate::desk::demo::Sample;
use crate::desk::gate::Gate;
use crate::desk::sealed::Ring;
use crate::hearing::Hearing;
use crate::limits::Limits;
use crate::pack::PACKS_AT_ONCE_MAX;
use crate::portal::Fold;
use crate::reading::Readings;
use crate::throttle::Throttle;

/// Says how the site runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// An invented county on this machine, for trying out.
    Demo,
    /// The real thing.
    Serve,
}

/// Says which number residents call and who answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hotline {
    /// The number.
    pub number: String,
    /// Whether an exchange tells of calls.
    pub heard: bool,
    /// The office whose desk takes the calls, by code; the intake office of the whole place where it is empty.
    pub office: String,
    /// The office on duty, by code; empty for none.
    pub on_duty: String,
}

/// Says which account residents write to in a chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chat {
    /// What residents call the chat.
    pub name: String,
    /// The account's number.
    pub account: String,
}

/// Is the state that handlers share. A request takes some copies of it, so a copy is one count.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// Is what the state is made of.
#[derive(Clone)]
pub struct Parts {
    /// Site, data, clock.
    pub hall: Hall,
    /// Attachments.
    pub files: FileStore,
    /// Looks into files: the door does it in a closed child process.
    pub decoder: Arc<dyn Decode>,
    /// Looks for viruses, where the site has a scanner.
    pub scanner: Option<Arc<Scanner>>,
    /// Demo or real.
    pub mode: Mode,
    /// Every limit of the web edge.
    pub limits: Arc<Limits>,
    /// Counters against floods.
    pub throttle: Arc<Throttle>,
    /// Places for forms with files: so many are read at once, others wait.
    pub uploads: Arc<Semaphore>,
    /// Places for files of many that are made while they are sent; one more is asked to wait.
    pub packs: Arc<Semaphore>,
    /// Figures about offices, as far as the log was read.
    pub figures: Arc<Fold>,
    /// Reads texts for suggestions.
    pub readings: Arc<Readings>,
    /// Issues of what residents say.
    pub hearing: Arc<Hearing>,
    /// Lets password hashes through, few at a time.
    pub gate: Arc<Gate>,
    /// Keys of those who handle accusations, while they are in the room.
    pub ring: Arc<Ring>,
    /// The address that residents write to, where mail comes in.
    pub mail_address: Option<String>,
    /// The number that residents send short messages to, where the site has one.
    pub sms_number: Option<String>,
    /// The account that residents write to in a chat, where the site has one.
    pub chat: Option<Chat>,
    /// The number that residents call, and who answers, where the site has one.
    pub hotline: Option<Hotline>,
    /// Whether this site sends mail; what residents are told depends on it.
    pub writes_letters: bool,
    /// The index of the words of matters.
    pub finder: Arc<Finder>,
    /// Matters that a visitor of the demo may open; none on a real site.
    pub samples: Arc<[Sample]>,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// For whoever wires a site together: what is changed later is changed in this copy alone.
impl DerefMut for App {
    fn deref_mut(&mut self) -> &mut Parts {
        Arc::make_mut(&mut self.0)
    }
}

impl App {
    /// Puts the state together.
    pub fn new(hall: Hall, files: FileStore, mode: Mode, limits: Limits) -> Self {
        let uploads = Arc::new(Semaphore::new(limits.uploads_at_once_max));
        Self(Arc::new(Parts {
            hall,
            files,
            decoder: Arc::new(Here),
            scanner: None,
            mode,
            limits: Arc::new(limits),
            throttle: Arc::default(),
            uploads,
            packs: Arc::new(Semaphore::new(PACKS_AT_ONCE_MAX)),
            figures: Arc::default(),
            readings: Arc::default(),
            hearing: Arc::default(),
            gate: Arc::default(),
            ring: Arc::default(),
            mail_address: None,
            sms_number: None,
            chat: None,
            hotline: None,
            writes_letters: true,
            finder: Arc::new(Finder::at(PathBuf::new())),
            samples: Arc::default(),
        }))
    }

    /// Lends what attachments go through on their way in.
    pub(crate) fn cabinet(&self) -> Cabinet<'_> {
        Cabinet { files: &self.files, decoder: &*self.decoder, scanner: self.scanner.as_deref() }
    }

    /// Returns the present instant.
    pub fn now(&self) -> Timestamp {
        self.hall.clock.now()
    }

    /// Returns the present civil day of the site.
    pub fn today(&self) -> Date {
        self.hall.site.day(self.now())
    }

    /// Says how dear a new password's hash is; the demo's password is printed anyway.
    pub fn cost(&self) -> Cost {
        match self.mode {
            Mode::Demo => Cost::CHEAP,
            Mode::Serve => Cost::STAFF,
        }
    }

    /// Splits off a fresh random generator.
    pub fn chance(&self) -> Chance {
        self.hall.site.chance()
    }
}
