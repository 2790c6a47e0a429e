//! The course of a matter through the offices, as steps in time: filing, registering, passing on, accepting, replying,
//! and what the resident does with the reply.

use appeals::appeal::{Channel, Command, Origin, Outcome, ReplyText, Suggested};
use appeals::filing::{Form, Prepared};
use civic::chance::{self, Chance};
use civic::directory::OpinionBox;
use jiff::{Timestamp, ToSpan};
use rand_core::SeedableRng;
use uuid::Uuid;

use super::cast::{Cast, Pace};
use super::crossroads;
use super::setting::Setting;
use super::slots::{Drawn, Scene, below, fill, one, voice};
use super::story::Answer;

/// Minutes in a day.
const DAY: u32 = 24 * 60;
/// One matter of so many that a window types in came by letter.
const LETTER_EVERY: usize = 3;
/// Days from the postmark to the day on which a letter arrives.
const POSTED_DAYS: i64 = 2;
/// One matter of so many near an opinion box was written at its sign.
const SIGN_EVERY: usize = 4;
/// Minutes in an hour.
const HOUR: u32 = 60;

/// Is one thing that happens.
#[derive(Debug, Clone)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// Which matter, by its place in the casting.
    pub matter: usize,
    /// What.
    pub deed: Deed,
}

/// Is what happens in a step.
#[derive(Debug, Clone)]
pub enum Deed {
    /// A form comes in, typed by the person or by a member of staff.
    File(Box<Form>, Option<Uuid>),
    /// The same, once it was made ready outside the writer.
    FileReady(Box<Prepared>, Option<Uuid>),
    /// A member of staff acts.
    Staff(Uuid, Box<Command>),
    /// The resident acts.
    Resident(Box<Command>),
    /// The resident rates; signed when the reply is there.
    Rate(u8, String),
    /// Whoever supervises rings the resident up after a bad rating, and notes what was said and how they rate it now.
    CallBack(Uuid, String, u8),
    /// A member of staff merges it into another matter.
    Merge(Uuid, usize),
}

/// Is a course being laid out.
pub struct Course<'a> {
    /// Where it plays.
    pub setting: &'a Setting,
    /// The matter.
    pub cast: &'a Cast<'a>,
    /// The office that holds it now.
    pub owner: String,
    /// The time reached.
    pub at: Timestamp,
    number: usize,
    scene: Scene,
    drawn: Drawn,
    /// What the person wrote.
    what: String,
    pub(super) chance: Chance,
    steps: Vec<Step>,
}

/// Lays out the courses of all matters, up to the present, in the order of time.
pub fn all(setting: &Setting, casts: &[Cast<'_>], chance: &mut Chance) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut main = None;
    for (number, cast) in casts.iter().enumerate() {
        let seed = chance::bytes(chance);
        let mut course = Course::begin(setting, (number, cast), Chance::from_seed(seed));
        course.file();
        match (cast.story.kind.as_str(), cast.story.path.as_deref(), main) {
            ("accusation", ..) => {}
            _ if cast.pace == Pace::Fresh => {}
            _ if cast.story.group => match main {
                None => {
                    crossroads::first_of_many(&mut course);
                    main = Some(Main::of(number, &course.steps));
                }
                Some(main) => crossroads::one_of_many(&mut course, (main.number, main.passed_on, main.replied)),
            },
            (_, Some(path), _) => crossroads::walk(&mut course, path),
            _ => course.usual(),
        }
        steps.append(&mut course.steps);
    }
    steps.retain(|step| step.at <= setting.now);
    steps.sort_by_key(|step| step.at);
    steps
}

/// Lays out the usual course of one matter among very many, up to the present.
pub fn usual(setting: &Setting, of: (usize, &Cast<'_>), chance: Chance) -> Vec<Step> {
    let mut course = Course::begin(setting, of, chance);
    course.file();
    course.usual();
    course.steps.retain(|step| step.at <= setting.now);
    course.steps
}

/// Lays out the shortest course: it is filed and offered to another office within minutes.
pub fn short(setting: &Setting, of: (usize, &Cast<'_>), chance: Chance) -> Vec<Step> {
    let mut course = Course::begin(setting, of, chance);
    course.file();
    let words = setting.words.offer[0].clone();
    let to = setting.other(&course.owner).to_owned();
    let staff = setting.handler(&course.owner, setting.day(course.at), "", &mut course.chance);
    let at = course.at.saturating_add(1.minutes()).unwrap_or(course.at);
    let words = course.text(&words);
    course.steps.push(Step { at, matter: course.number, deed: Deed::Staff(staff, Box::new(Command::Assign { to, words })) });
    course.steps
}

/// Is the main matter of many.
#[derive(Clone, Copy)]
struct Main {
    number: usize,
    passed_on: Timestamp,
    replied: Option<Timestamp>,
}

impl Main {
    fn of(number: usize, steps: &[Step]) -> Self {
        let when = |wanted: fn(&Command) -> bool| {
            let found = steps.iter().find(|step| matches!(&step.deed, Deed::Staff(_, command) if wanted(command)));
            found.map(|step| step.at)
        };
        let passed_on = when(|command| matches!(command, Command::Assign { .. })).unwrap_or_default();
        Self { number, passed_on, replied: when(|command| matches!(command, Command::Reply { .. })) }
    }
}

impl<'a> Course<'a> {
    fn begin(setting: &'a Setting, (number, cast): (usize, &'a Cast<'a>), chance: Chance) -> Self {
        let filed = setting.day(cast.filed);
        let scene = Scene {
            place: cast.village.clone(),
            town: setting.town(&cast.place),
            name: cast.person.name.clone(),
            above: String::new(),
            filed,
            replied: filed.saturating_add(cast.story.takes[0].days()),
        };
        let directory = &setting.directory;
        let typed = cast.by.and_then(|(staff, _)| directory.staff.get(&staff)).map(|staff| staff.office.clone());
        let owner = typed.or_else(|| directory.intake(&cast.place).map(|office| office.code.clone()));
        Self {
            setting,
            cast,
            owner: owner.expect("every place has an intake; a test checks it"),
            at: cast.filed,
            number,
            scene,
            drawn: Drawn::of(cast.story.every_text()),
            what: String::new(),
            chance,
            steps: Vec::new(),
        }
    }

    fn usual(&mut self) {
        self.register();
        let office = self.setting.responsible(&self.cast.story.category, &self.cast.place);
        match self.cast.pace {
            Pace::Stuck => return self.left_lying(&office),
            Pace::Offered => return self.offer_to(&office, (6, 90)),
            Pace::Usual | Pace::Slow | Pace::Fresh => {}
        }
        self.hand_to(&office);
        self.accept();
        self.ask();
        self.reply();
        self.end();
    }

    /// Passes it on, and then nobody accepts it.
    fn left_lying(&mut self, office: &str) {
        if below(&mut self.chance, 3) > 0 {
            self.hand_to(office);
        }
    }

    /// Fills one of the story's texts for this matter.
    pub fn text(&mut self, text: &str) -> String {
        let text = voice(text, self.cast.voice);
        fill(&text, &self.scene, &mut self.drawn, &mut self.chance).expect("a test fills every text of every story")
    }

    /// Draws one of a list of words and fills it.
    pub fn words(&mut self, list: &[String]) -> String {
        let text = one(&mut self.chance, list).clone();
        self.text(&text)
    }

    fn push(&mut self, deed: Deed) {
        self.steps.push(Step { at: self.at, matter: self.number, deed });
    }

    fn file(&mut self) {
        let (story, person) = (self.cast.story, &self.cast.person);
        let form = Form {
            place: self.cast.place.clone(),
            kind: story.kind.clone(),
            identity: story.identity.clone(),
            name: person.name.clone(),
            mobile: person.mobile.clone(),
            email: person.email.clone(),
            danger: story.danger,
            people: story.people.map(|people| people.to_string()).unwrap_or_default(),
            submit_key: format!("demo-{:03}-{}", self.number, story.id),
            language: "zh-CN".into(),
            ..self.came()
        };
        let what = self.text(&story.texts[self.cast.voice - 1]);
        self.what.clone_from(&what);
        let place_words = story.spot.as_ref().map(|spot| self.text(spot)).unwrap_or_default();
        self.push(Deed::File(Box::new(Form { what, place_words, ..form }), self.cast.by.map(|(staff, _)| staff)));
    }

    /// Says how it came: some of what is typed at a window was written in a letter, and some of what people write themselves they write at
    /// the sign of a box.
    fn came(&self) -> Form {
        let day = self.setting.day(self.at);
        match self.cast.by {
            Some((_, Channel::Window)) if self.number.is_multiple_of(LETTER_EVERY) => {
                let posted = Some(day.saturating_sub(POSTED_DAYS.days()));
                let origin = Some(Origin { came: Some(day), posted, ..Origin::default() });
                Form { channel: Channel::Letter, origin, ..Form::default() }
            }
            Some((_, channel)) => Form { channel, ..Form::default() },
            None => {
                let here = |own: &&OpinionBox| self.setting.directory.within(&self.cast.place, &own.place);
                let own = self.setting.directory.boxes.values().find(here).filter(|_| self.number.is_multiple_of(SIGN_EVERY));
                let origin = own.map(|own| Origin { of_box: Some(own.code.clone()), ..Origin::default() });
                Form { channel: if origin.is_some() { Channel::Box } else { Channel::Web }, origin, ..Form::default() }
            }
        }
    }

    /// Lets somebody of the holding office act.
    pub fn desk(&mut self, minutes: (u32, u32), command: Command) {
        let office = self.owner.clone();
        self.officer(&office, minutes, command);
    }

    /// Lets an officer of an office act.
    pub fn officer(&mut self, office: &str, minutes: (u32, u32), command: Command) {
        self.wait_office(minutes);
        let day = self.setting.day(self.at);
        let staff = self.setting.handler(office, day, &self.cast.person.mobile, &mut self.chance);
        self.push(Deed::Staff(staff, Box::new(command)));
    }

    /// Lets a certain member of staff act.
    pub fn staff(&mut self, staff: Uuid, minutes: (u32, u32), command: Command) {
        self.wait_office(minutes);
        self.push(Deed::Staff(staff, Box::new(command)));
    }

    /// Lets the resident act.
    pub fn resident(&mut self, minutes: (u32, u32), command: Command) {
        self.at = self.setting.hours().awake(self.at, minutes, &mut self.chance);
        self.push(Deed::Resident(Box::new(command)));
    }

    /// Merges it into another matter.
    pub fn merge(&mut self, minutes: (u32, u32), into: usize) {
        self.wait_office(minutes);
        let day = self.setting.day(self.at);
        let staff = self.setting.handler(&self.owner, day, &self.cast.person.mobile, &mut self.chance);
        self.push(Deed::Merge(staff, into));
    }

    /// Waits until the office acts; where life is in danger it acts day and night.
    fn wait_office(&mut self, (least, most): (u32, u32)) {
        let hours = self.setting.hours();
        self.at = if self.cast.story.danger && most <= 2 * HOUR {
            hours.any(self.at, (least.min(4), most.min(16)), &mut self.chance)
        } else {
            hours.office(self.at, (least, most), &mut self.chance)
        };
    }

    /// Registers it at the desk that holds it.
    pub fn register(&mut self) {
        let category = self.cast.story.category.clone();
        let minutes = if self.cast.by.is_some() { (2, 9) } else { (10, 2 * HOUR) };
        self.desk(minutes, self.sorted().unwrap_or(Command::Register { category }));
    }

    /// Takes what a machine suggests where that is right, else says the category; nothing where no machine reads.
    fn sorted(&self) -> Option<Command> {
        let category = &self.cast.story.category;
        let read = self.setting.reader.as_ref()?.read(&self.what, Some(&self.cast.place), None);
        let said = read.subject.map(|said| Suggested { code: said.code, sure: (said.confidence * 1_000.0) as u16 });
        let right = said.as_ref().filter(|said| said.code.starts_with(category.as_str()));
        let to = right.map_or_else(|| category.clone(), |said| said.code.clone());
        Some(Command::Sort { to, said })
    }

    /// Offers it to another office, which takes it.
    pub fn hand_to(&mut self, office: &str) {
        if self.owner == office {
            return;
        }
        self.offer_to(office, (6, 90));
        self.officer(office, (20, if self.cast.story.danger { HOUR } else { DAY }), Command::TakeOver);
        office.clone_into(&mut self.owner);
    }

    /// Offers it to another office.
    pub fn offer_to(&mut self, office: &str, minutes: (u32, u32)) {
        let words = self.setting.words.offer.clone();
        let words = self.words(&words);
        self.desk(minutes, Command::Assign { to: office.to_owned(), words });
    }

    /// Accepts it.
    pub fn accept(&mut self) {
        let category = self.cast.story.category.clone();
        self.desk((10, 2 * HOUR), Command::Accept { category });
    }

    /// Asks for more and gets it, or the resident adds something unasked.
    pub fn ask(&mut self) {
        let (story, words) = (self.cast.story, &self.setting.words);
        let claims = ["help", "complaint"].contains(&story.kind.as_str());
        let drawn = below(&mut self.chance, 100);
        if story.danger || story.takes[0] < 4 || !claims {
            return;
        }
        let own = story.asks.as_ref().zip(story.adds.as_ref()).filter(|(asks, _)| !voice(asks, self.cast.voice).is_empty());
        let (asks, adds) = match own {
            Some((asks, adds)) if drawn < 60 => (Some(asks.clone()), adds.clone()),
            None if drawn < 12 => {
                let at = below(&mut self.chance, words.transfer_ask.len() as u32) as usize;
                (Some(words.transfer_ask[at].clone()), words.transfer_add[at].clone())
            }
            _ if drawn < 76 => return,
            _ => (None, one(&mut self.chance, &words.extra).clone()),
        };
        if let Some(asks) = asks {
            let words = self.text(&asks);
            self.desk((HOUR, DAY), Command::AskSupplement { words });
        }
        let words = self.text(&adds);
        self.resident((HOUR, DAY), Command::Supplement { words, files: Vec::new() });
    }

    /// Replies when the story says so, later at a slow office.
    pub fn reply(&mut self) {
        let Some(answer) = &self.cast.story.reply else { return };
        let [least, most] = self.cast.story.takes;
        let mut takes = least + i64::from(below(&mut self.chance, (most - least + 1) as u32));
        if self.cast.pace == Pace::Slow {
            takes = takes * 2 + 6;
        }
        let day = self.setting.day(self.cast.filed).saturating_add(takes.days());
        self.at = self.at.max(self.setting.midnight(day));
        let minutes = (if self.cast.story.danger { 8 * HOUR } else { 0 }, 16 * HOUR);
        self.at = self.setting.hours().office(self.at, minutes, &mut self.chance);
        let reply = self.reply_text(answer);
        let outcome = match self.cast.story.kind.as_str() {
            "consultation" | "praise" => Outcome::Explain,
            _ => Outcome::parse(&self.cast.story.outcome).expect("stories name outcomes; a test checks it"),
        };
        self.desk((0, 1), Command::Reply { reply, outcome });
    }

    /// Fills a reply for the day reached.
    pub fn reply_text(&mut self, answer: &Answer) -> ReplyText {
        self.scene.replied = self.setting.day(self.at);
        self.scene.above = self.setting.above(&self.owner);
        let words = &self.setting.words;
        let usual = match self.cast.story.kind.as_str() {
            "help" | "complaint" => &words.way_on,
            "praise" => &words.way_on_praise,
            _ => &words.way_on_answer,
        };
        let way_on = answer.way_on.clone().unwrap_or_else(|| one(&mut self.chance, usual).clone());
        ReplyText {
            request: self.text(&answer.request),
            facts: self.text(&answer.facts),
            opinion: self.text(&answer.opinion),
            basis: answer.basis.clone(),
            way_on: self.text(&way_on),
            files: Vec::new(),
        }
    }

    /// Lets the reply arrive, and the resident rate it or not.
    pub fn end(&mut self) {
        match below(&mut self.chance, 100) {
            0..80 => self.resident((HOUR, 3 * DAY), Command::Open),
            80..92 if self.cast.story.identity == "named" => {
                let proof = self.setting.words.proof.clone();
                let at = below(&mut self.chance, proof.len() as u32) as usize;
                let manner = ["signed", "phone", "post"][at.min(2)].to_owned();
                self.desk((2 * HOUR, 2 * DAY), Command::RecordDelivery { manner, proof: proof[at].clone(), files: Vec::new() });
            }
            _ => return,
        }
        super::verdict::follows(self);
    }

    /// Lets whoever supervises ring the resident up.
    pub fn call_back(&mut self, words: String, grade: u8) {
        self.wait_office((2 * HOUR, 7 * HOUR));
        self.push(Deed::CallBack(self.setting.supervisor(), words, grade));
    }

    /// Lets the resident rate the answer.
    pub fn rate(&mut self, grade: u8, words: String) {
        self.at = self.setting.hours().awake(self.at, (3, 2 * DAY), &mut self.chance);
        self.push(Deed::Rate(grade, words));
    }
}
