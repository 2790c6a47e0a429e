//! Looking: which issues somebody sees, and what of them. Titles out of residents' words are noted before they leave.

use std::collections::BTreeSet;
use std::sync::Arc;

use civic::access;
use civic::permit::{self, Act, Subject};
use db::Fault;
use insight::board::{Board, Matter, Seen, TREND_WEEKS, Warning};
use insight::rank::{Facts, Score};
use jiff::Timestamp;
use uuid::Uuid;

use crate::desk::frame::Desk;
use crate::desk::queue::{listing, note_titles};
use crate::error::Problem;

/// Issues that are shown.
pub const CARDS_MAX: usize = 20;
/// Matters of an issue that are shown, the newest.
pub const ROWS_MAX: usize = 50;

/// Says what an issue is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Title {
    /// What a person called it.
    Named(String),
    /// The beginning of the matter in its middle, for whoever may read that.
    Own(String),
    /// What several people say, in single words.
    Words(Vec<String>),
}

/// Is an issue as it is shown.
#[derive(Debug, Clone)]
pub struct Card {
    /// The number it is found by.
    pub number: String,
    /// What it is called.
    pub title: Title,
    /// What several people say.
    pub words: Vec<String>,
    /// Its figures.
    pub facts: Facts,
    /// Its score.
    pub score: Score,
    /// Matters in it, and those of them that are open.
    pub matters: (usize, usize),
    /// Ratings given, and bad ones among them.
    pub rated: (usize, usize),
    /// Matters by place.
    pub places: Vec<(Option<String>, usize)>,
    /// The office that holds most.
    pub owner: String,
    /// When the first came, and the last.
    pub span: (Timestamp, Timestamp),
    /// Matters in each of the last weeks.
    pub trend: [usize; TREND_WEEKS],
    /// Whose words its title is; none where it is nobody's.
    middle: Option<Uuid>,
}

/// Is a matter of an issue as it is shown.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its number.
    pub number: String,
    /// Its beginning, for whoever may read it.
    pub title: Option<String>,
    /// Where it happened.
    pub place: Option<String>,
    /// Who holds it.
    pub owner: String,
    /// When it came in.
    pub at: Timestamp,
    /// Whether something is owed.
    pub open: bool,
    /// The position of its filing.
    pub position: i64,
    id: Uuid,
}

/// Is a warning with the issue it is about.
#[derive(Debug, Clone)]
pub struct Told {
    /// The warning.
    pub warning: Warning,
    /// The issue.
    pub card: Card,
}

/// Is the list as one person sees it.
#[derive(Debug, Clone, Default)]
pub struct Listed {
    /// The hottest issues.
    pub cards: Vec<Card>,
    /// How many there are in all.
    pub all: usize,
    /// Warnings that nobody acted on, the newest first.
    pub told: Vec<Told>,
}

/// Is one issue as one person sees it.
#[derive(Debug, Clone)]
pub struct Whole {
    /// What stands on its card.
    pub card: Card,
    /// Its newest matters.
    pub rows: Vec<Row>,
    /// Its warnings, the newest first.
    pub warnings: Vec<Warning>,
    /// What can be taken back, by the position of its event.
    pub undo: Vec<(i64, &'static str)>,
    /// Position of the matter that names it.
    pub position: i64,
}

/// Lists issues; none while they are being formed.
pub async fn list(desk: &Desk) -> Result<Option<Listed>, Problem> {
    let looked = ask(desk, move |board, asked| {
        let mut seen = board.list(|subject| asked.may(Act::See, subject), asked.now);
        let all = seen.len();
        seen.truncate(CARDS_MAX);
        let cards = seen.iter().map(|seen| asked.card(board, seen)).collect();
        let open = board.warnings().iter().rev().filter(|warning| warning.is_open());
        let told = open.filter_map(|warning| {
            let seen = board.around(warning.trigger, |subject| asked.may(Act::See, subject), asked.now)?;
            Some(Told { warning: warning.clone(), card: asked.card(board, &seen) })
        });
        // of one issue the newest warning says it all
        let mut told: Vec<Told> = told.collect();
        let mut named = BTreeSet::new();
        told.retain(|told| named.insert(told.card.number.clone()));
        let listed = Listed { cards, all, told };
        let cards = listed.cards.iter().chain(listed.told.iter().map(|told| &told.card));
        let shown = cards.filter_map(|card| card.middle).collect();
        Some((listed, shown))
    });
    looked.await
}

/// Counts early warnings that wait for an answer, of issues that this person sees.
pub async fn waiting(desk: &Desk) -> Result<usize, Problem> {
    let counted = ask(desk, move |board, asked| {
        let open = board.warnings().iter().filter(|warning| warning.is_open());
        let seen = open.filter(|one| board.around(one.trigger, |subject| asked.may(Act::See, subject), asked.now).is_some());
        Some((seen.count(), Vec::new()))
    });
    Ok(counted.await?.unwrap_or_default())
}

/// Finds one issue; none where there is none that this person sees.
pub async fn one(desk: &Desk, number: String) -> Result<Option<Whole>, Problem> {
    let looked = ask(desk, move |board, asked| {
        let may = |subject: &Subject| asked.may(Act::See, subject);
        let seen = board.one(&number, may, asked.now)?;
        let card = asked.card(board, &seen);
        let rows: Vec<Row> = seen.matters.iter().rev().take(ROWS_MAX).map(|matter| asked.row(matter)).collect();
        let within = |warning: &&Warning| {
            let around = board.around(warning.trigger, may, asked.now);
            around.is_some_and(|around| around.number() == seen.number())
        };
        let warnings = board.warnings().iter().rev().filter(within).cloned().collect();
        let shown = rows.iter().filter(|row| row.title.is_some()).map(|row| row.id).chain(card.middle).collect();
        let (undo, position) = (board.undoable(&seen), seen.matters[0].position);
        Some((Whole { card, rows, warnings, undo, position }, shown))
    });
    looked.await
}

/// Is who asks, and when.
struct Asked {
    directory: Arc<civic::directory::Directory>,
    who: permit::Who,
    now: i64,
}

impl Asked {
    fn may(&self, act: Act, subject: &Subject) -> bool {
        permit::may(&self.directory, &self.who, act, subject).is_ok()
    }

    fn card(&self, board: &Board, seen: &Seen<'_>) -> Card {
        let words = board.words(seen);
        let reads = self.may(Act::ReadPersonal, &seen.middle.subject) && !seen.middle.title.is_empty();
        let (title, middle) = match board.titled(seen) {
            Some(title) => (Title::Named(title.to_owned()), None),
            None if reads => (Title::Own(seen.middle.title.clone()), Some(seen.middle.subject.matter)),
            None => (Title::Words(words.clone()), None),
        };
        let time = |at: i64| Timestamp::from_second(at).unwrap_or_default();
        let times = seen.matters.iter().map(|matter| matter.at);
        Card {
            number: seen.number().to_owned(),
            title,
            words,
            facts: seen.facts,
            score: seen.score.clone(),
            matters: (seen.matters.len(), seen.matters.iter().filter(|matter| matter.open).count()),
            rated: seen.rated,
            places: seen.places().into_iter().map(|(place, count)| (place.map(str::to_owned), count)).collect(),
            owner: seen.owner().to_owned(),
            span: (time(times.clone().min().unwrap_or(0)), time(times.max().unwrap_or(0))),
            trend: seen.trend(self.now),
            middle,
        }
    }

    fn row(&self, matter: &Matter) -> Row {
        let reads = self.may(Act::ReadPersonal, &matter.subject) && !matter.title.is_empty();
        Row {
            number: matter.number.clone(),
            title: reads.then(|| matter.title.clone()),
            place: matter.subject.place.clone(),
            owner: matter.subject.owner.clone(),
            at: Timestamp::from_second(matter.at).unwrap_or_default(),
            open: matter.open,
            position: matter.position,
            id: matter.subject.matter,
        }
    }
}

/// Looks at the board, and notes whose words are about to be shown.
async fn ask<T: Send + 'static>(
    desk: &Desk,
    look: impl FnOnce(&Board, &Asked) -> Option<(T, Vec<Uuid>)> + Send + 'static,
) -> Result<Option<T>, Problem> {
    let (hearing, reading) = (Arc::clone(&desk.app.hearing), listing(desk));
    let asked = Asked { directory: desk.directory(), who: desk.staff.who(), now: desk.app.now().as_second() };
    let looked = desk.read(move |tx, site, now| {
        let Some((looked, mut shown)) = hearing.with(|board| look(board, &asked)).flatten() else { return Ok(None) };
        shown.sort_unstable();
        shown.dedup();
        let noted = shown.is_empty() || access::covers_list(tx, site, now, (&reading, &shown))?;
        Ok::<_, Fault>(Some((looked, (!noted).then_some(shown))))
    });
    let Some((looked, fresh)) = looked.await? else { return Ok(None) };
    if let Some(fresh) = fresh {
        note_titles(desk, fresh).await?;
    }
    Ok(Some(looked))
}
