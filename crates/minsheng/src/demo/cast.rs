//! Casting: which story is told by whom, in which voice, where and on which of the sixty days.

use appeals::appeal::{Channel, Kind, first_due};
use civic::chance::Chance;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use uuid::Uuid;

use super::county::{RELATIVE_PREFIX, relatives, staff_id};
use super::setting::Setting;
use super::slots::{below, one};
use super::story::Story;
use super::words::Person;

/// Days of history.
pub const DAYS: i64 = 60;
/// Matters of a hundred that an office leaves lying.
const STUCK_PERCENT: u32 = 5;
/// Matters of a hundred that take long.
const SLOW_PERCENT: u32 = 13;

/// Matters that wait to be taken.
const OFFERED: usize = 3;

/// Says how quickly the offices work on a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// As the story says.
    Usual,
    /// Twice as long and more.
    Slow,
    /// Registered and passed on, then nothing.
    Stuck,
    /// Registered and offered to another office, which has not taken it yet.
    Offered,
    /// Filed a moment ago; nobody has looked at it.
    Fresh,
}

/// Is one matter before it plays.
#[derive(Debug, Clone)]
pub struct Cast<'a> {
    /// The story.
    pub story: &'a Story,
    /// Which voice tells it, from 1.
    pub voice: usize,
    /// Place code.
    pub place: String,
    /// Name of the village or community.
    pub village: String,
    /// When it is filed.
    pub filed: Timestamp,
    /// Who tells it.
    pub person: Person,
    /// Who typed it, and how it came in.
    pub by: Option<(Uuid, Channel)>,
    /// How quickly the offices work.
    pub pace: Pace,
}

/// Casts all matters, oldest first.
pub fn all<'a>(setting: &Setting, stories: &'a [Story], chance: &mut Chance) -> Vec<Cast<'a>> {
    let mut casts = Vec::new();
    for story in stories {
        match (&story.path, story.group) {
            (_, true) => group(setting, story, &mut casts, chance),
            (Some(path), false) => {
                for voice in 1..=story.texts.len() {
                    let age = age_of(path, voice);
                    casts.push(cast(setting, (story, voice), age, (casts.len(), chance)));
                }
            }
            _ => {}
        }
    }
    let plain = stories.iter().filter(|story| story.path.is_none() && !story.group);
    let mut voices: Vec<(&Story, usize)> =
        plain.flat_map(|story| (1..=story.texts.len()).map(move |voice| (story, voice))).collect();
    shuffle(&mut voices, chance);
    due_today(setting, &mut voices, &mut casts, chance);
    fresh(setting, &mut voices, &mut casts, chance);
    offered(setting, &mut voices, &mut casts, chance);
    let count = voices.len() as i64;
    for (at, voice) in voices.iter().enumerate() {
        let age = DAYS * at as i64 / count;
        let number = casts.len();
        let mut cast = cast(setting, *voice, age, (number, &mut *chance));
        cast.pace = pace(chance);
        if in_season(setting, &cast) {
            casts.push(cast);
        }
    }
    from_relatives(setting, &mut casts);
    casts.sort_by_key(|cast| cast.filed);
    casts
}

/// Draws how quickly the offices work.
fn pace(chance: &mut Chance) -> Pace {
    let drawn = below(chance, 100);
    if drawn < STUCK_PERCENT {
        Pace::Stuck
    } else if drawn < STUCK_PERCENT + SLOW_PERCENT {
        Pace::Slow
    } else {
        Pace::Usual
    }
}

/// Casts one matter of a day among very many: any voice of a story that takes the usual way, by anybody.
pub fn any<'a>(setting: &Setting, usual: &[&'a Story], day: Date, (number, chance): (usize, &mut Chance)) -> Cast<'a> {
    let story = *one(chance, usual);
    let voice = 1 + below(chance, story.texts.len() as u32) as usize;
    Cast { pace: pace(chance), ..on(setting, (story, voice), day, (number, chance)) }
}

impl Cast<'_> {
    /// Takes away who tells it: the shortest matters name nobody.
    #[must_use]
    pub fn nameless(mut self) -> Self {
        (self.person.name, self.person.mobile, self.person.email) = (String::new(), String::new(), String::new());
        self.by = None;
        self
    }
}

/// Tells whether a story takes the usual way through the offices, in any season, and is no accusation.
pub fn is_usual(story: &Story) -> bool {
    story.path.is_none() && !story.group && story.months.is_empty() && story.kind != "accusation"
}

fn in_season(setting: &Setting, cast: &Cast<'_>) -> bool {
    in_season_on(setting, cast.story, cast.filed)
}

fn in_season_on(setting: &Setting, story: &Story, at: Timestamp) -> bool {
    story.months.is_empty() || story.months.contains(&setting.day(at).month())
}

/// Says how many days ago a story with a way of its own began, so that it stands today where it is worth seeing.
fn age_of(path: &str, voice: usize) -> i64 {
    let later = (voice as i64 - 1) * 9;
    match path {
        "conference" => 33 - later,
        "conference_open" => 13,
        "returned_twice" => 24 - 2 * later,
        "extended" => 50,
        "withdrawn" => 22 - later,
        "withdrawing" => 6,
        "asked" => 12,
        "withdraw_revoked" | "review_pending" => 27,
        "review" => 44,
        "spokespersons" => 37,
        "not_accepted" => 31 - later,
        _ => 29 - later,
    }
}

fn cast<'a>(setting: &Setting, voice: (&'a Story, usize), age: i64, by: (usize, &mut Chance)) -> Cast<'a> {
    on(setting, voice, setting.day(setting.now).saturating_sub(age.days()), by)
}

fn on<'a>(setting: &Setting, (story, voice): (&'a Story, usize), day: Date, (number, chance): (usize, &mut Chance)) -> Cast<'a> {
    let name = &story.places[(voice - 1 + below(chance, story.places.len() as u32) as usize) % story.places.len()];
    let village = setting.village(name);
    let place = setting.spot(village, chance).code.clone();
    let person = Person::invent(&setting.words, number, chance);
    let by = if story.identity == "named" && !story.danger { desk(&village.code, name, chance) } else { None };
    let midnight = setting.midnight(day);
    let hours = setting.hours();
    let mut filed = match by {
        Some((_, Channel::Window | Channel::Visit)) => hours.office(midnight, (480, 1_000), chance),
        _ if story.danger => hours.any(midnight, (0, 1_430), chance),
        _ => hours.awake(midnight, (400, 1_370), chance),
    };
    if filed > setting.now {
        filed = hours.any(setting.now.saturating_sub(7.hours()).unwrap_or(setting.now), (5, 400), chance);
    }
    Cast { story, voice, place, village: name.clone(), filed, person, by, pace: Pace::Usual }
}

/// Chooses by which desk a matter comes in; most come by the page.
fn desk(village: &str, name: &str, chance: &mut Chance) -> Option<(Uuid, Channel)> {
    let drawn = below(chance, 100);
    let visitor = match name {
        "栗树湾村" => Some("hongdashun"),
        "上碾村" => Some("lubaolin"),
        "麦渡村" => Some("heqiaoyun"),
        "东槐社区" => Some("jiangwanqing"),
        _ => None,
    };
    let (login, channel) = match drawn {
        0..13 if village.starts_with("990121101") => ("pengxiuli", Channel::Window),
        0..13 => ("quexiaoman", Channel::Window),
        13..22 => ("baoruifeng", Channel::Hotline),
        22..28 => (visitor?, Channel::Visit),
        _ => return None,
    };
    Some((staff_id(login), channel))
}

/// Casts a story that many tell at the same time: most in one night, some the next morning.
fn group<'a>(setting: &Setting, story: &'a Story, casts: &mut Vec<Cast<'a>>, chance: &mut Chance) {
    let first = setting.midnight(setting.day(setting.now).saturating_sub(6.days()));
    let hours = setting.hours();
    let mut at = first;
    for voice in 1..=story.texts.len() {
        let mut one = cast(setting, (story, voice), 6, (casts.len(), chance));
        at = hours.any(at, if voice == 1 { (20, 30) } else { (4, 50) }, chance);
        one.filed = at;
        one.by = None;
        casts.push(one);
    }
}

/// Casts some matters that nobody accepted and whose first term ends today or in the next days.
fn due_today<'a>(setting: &Setting, voices: &mut Vec<(&'a Story, usize)>, casts: &mut Vec<Cast<'a>>, chance: &mut Chance) {
    let today = setting.day(setting.now);
    for ahead in [0, 0, 1, 2, 4] {
        let ends = today.saturating_add(ahead.days());
        let age = (10..24).find(|age| {
            let filed = today.saturating_sub(age.days());
            first_due(&setting.rules, &setting.calendar, Kind::Help, filed).due.last == ends
        });
        let claim = voices.iter().position(|(story, _)| {
            ["help", "complaint"].contains(&story.kind.as_str()) && story.months.is_empty() && !story.danger
        });
        if let (Some(age), Some(at)) = (age, claim) {
            let mut one = cast(setting, voices.remove(at), age, (casts.len(), &mut *chance));
            one.pace = Pace::Stuck;
            casts.push(one);
        }
    }
}

/// Casts what came in during the last hours, one with danger to life among it.
fn fresh<'a>(setting: &Setting, voices: &mut Vec<(&'a Story, usize)>, casts: &mut Vec<Cast<'a>>, chance: &mut Chance) {
    for (minutes, danger) in [(14, true), (35, false), (52, false), (140, false)] {
        let found = voices.iter().position(|(story, _)| {
            story.danger == danger && story.kind != "accusation" && in_season_on(setting, story, setting.now)
        });
        if let Some(at) = found {
            let mut one = cast(setting, voices.remove(at), 0, (casts.len(), &mut *chance));
            one.filed = setting.now.saturating_sub(SignedDuration::from_mins(minutes)).unwrap_or(setting.now);
            one.by = None;
            one.pace = Pace::Fresh;
            casts.push(one);
        }
    }
}

/// Casts some matters that wait to be taken by the office they were offered to.
fn offered<'a>(setting: &Setting, voices: &mut Vec<(&'a Story, usize)>, casts: &mut Vec<Cast<'a>>, chance: &mut Chance) {
    let today = setting.day(setting.now);
    // at least one working day lies between, so that somebody can have offered it
    let age = (2..15).find(|age| (1..*age).any(|back: i64| setting.calendar.is_working(today.saturating_sub(back.days()))));
    for _ in 0..OFFERED {
        let found = voices.iter().position(|(story, _)| {
            story.places.iter().all(|name| {
                let village = &setting.village(name).code;
                let intake = setting.directory.intake(village).map(|office| office.code.clone());
                intake != Some(setting.responsible(&story.category, village))
            }) && !["accusation", "praise"].contains(&story.kind.as_str())
                && !story.danger
                && story.months.is_empty()
        });
        if let (Some(at), Some(age)) = (found, age) {
            let mut one = cast(setting, voices.remove(at), age, (casts.len(), &mut *chance));
            one.by = None;
            one.pace = Pace::Offered;
            casts.push(one);
        }
    }
}

/// Lets some matters come from people close to staff, so that recusal can be seen at work.
fn from_relatives(setting: &Setting, casts: &mut [Cast<'_>]) {
    for (staff, contact) in relatives() {
        let office = &setting.directory.staff[&staff].office;
        let has_colleague = setting.directory.staff_of(office).filter(|other| other.id != staff).count() > 0;
        let fits = |cast: &&mut Cast<'_>| {
            let open = cast.story.identity == "named" && cast.by.is_none() && cast.pace == Pace::Usual && !cast.story.group;
            let intake = setting.directory.intake(&cast.place).map(|office| office.code.as_str());
            let held = setting.responsible(&cast.story.category, &cast.place) == *office || intake == Some(office);
            open && cast.story.path.is_none() && held && !cast.person.mobile.starts_with(RELATIVE_PREFIX)
        };
        if let Some(cast) = casts.iter_mut().rev().find(fits).filter(|_| has_colleague) {
            cast.person.mobile = contact;
        }
    }
}

fn shuffle<T>(list: &mut [T], chance: &mut Chance) {
    for at in (1..list.len()).rev() {
        list.swap(at, below(chance, at as u32 + 1) as usize);
    }
}
