//! The lists of the board: each post stands in as many as it can be found by, so that a page reads one stretch of one index, whatever is
//! chosen. A list has a name: `b|PLACE|THEME|` (open topics with `open` behind it), `g|OFFICE`, `wait|OFFICE`, `draft|OFFICE`, `held`,
//! `reported`, `objected`, `a|POST` for answers.

use civic::directory::Directory;
use civic::site::Site;
use db::{Fault, Tx, params};
use jiff::Timestamp;
use uuid::Uuid;

use crate::post::{Kind, Standing, State};
use crate::store::{self, Post};

/// Posts on a page.
pub const PAGE_POSTS: usize = 20;
/// Posts of a topic on a page.
pub const TOPIC_POSTS: usize = 50;
/// Measures on a page.
pub const PAGE_MEASURES: usize = 50;
/// Posts that wait below one topic that are shown at the desk.
const HELD_MAX: i64 = 100;

/// Says where a page of a list goes on: behind this time and post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The time, in microseconds.
    pub at: i64,
    /// The post.
    pub post: Uuid,
}

impl Cursor {
    /// Begins before everything.
    pub const NEWEST: Self = Self { at: i64::MAX, post: Uuid::max() };
    /// Begins before the oldest.
    pub const OLDEST: Self = Self { at: 0, post: Uuid::nil() };

    /// Reads what an address carries; none where it is no cursor.
    pub fn parse(text: &str) -> Option<Self> {
        let (at, post) = text.split_once('-')?;
        Some(Self { at: at.parse().ok()?, post: Uuid::parse_str(post).ok()? })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.at, self.post.simple())
    }
}

/// Says which topics are looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// At a place and below it; empty for everywhere.
    pub place: String,
    /// About a category; empty for everything.
    pub theme: String,
    /// Only those that no office has answered.
    pub open: bool,
}

impl Filter {
    fn list(&self) -> String {
        format!("b|{}|{}|{}", self.place, self.theme, if self.open { "open" } else { "" })
    }
}

/// Names a list of the desk, or of the offices' posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum List {
    /// Topics of the board.
    Topics(Filter),
    /// Posts of all offices, or of one by code.
    Blog(String),
    /// Topics that an office has to answer.
    Waiting(String),
    /// Drafts of an office.
    Drafts(String),
    /// Posts that somebody has to let through.
    Held,
    /// Posts that were reported.
    Reported,
    /// Hidden posts whose writers object.
    Objected,
    /// Answers of offices below a post.
    Answers(Uuid),
}

impl List {
    fn name(&self) -> String {
        match self {
            Self::Topics(filter) => filter.list(),
            Self::Blog(office) => format!("g|{office}"),
            Self::Waiting(office) => format!("wait|{office}"),
            Self::Drafts(office) => format!("draft|{office}"),
            Self::Held => "held".to_owned(),
            Self::Reported => "reported".to_owned(),
            Self::Objected => "objected".to_owned(),
            Self::Answers(topic) => format!("a|{topic}"),
        }
    }
}

/// Says in which lists a post stands, by what it is now.
pub(crate) fn lists(directory: &Directory, state: &State) -> Vec<String> {
    let mut names = Vec::new();
    let public = state.standing == Standing::Public;
    match state.kind {
        Kind::Topic if public => {
            let path = directory.path(&state.place);
            for place in path.iter().map(|place| place.code.as_str()).chain([""]) {
                for theme in [state.theme.as_str(), ""] {
                    for open in [false, true].into_iter().filter(|open| !open || !state.answered) {
                        names.push(Filter { place: place.to_owned(), theme: theme.to_owned(), open }.list());
                    }
                }
            }
            if !state.answered {
                names.push(List::Waiting(state.office.clone()).name());
            }
        }
        Kind::Blog if public => names.extend([String::new(), state.office.clone()].map(|office| List::Blog(office).name())),
        Kind::Answer if public => names.push(List::Answers(state.topic).name()),
        Kind::Blog if state.standing == Standing::Held => names.push(List::Drafts(state.office.clone()).name()),
        _ => {}
    }
    if state.standing == Standing::Held && !state.kind.is_of_office() {
        names.push(List::Held.name());
    }
    if public && state.reports > 0 {
        names.push(List::Reported.name());
    }
    if state.objects() {
        names.push(List::Objected.name());
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// Puts a post into the lists it belongs in now, and out of the others.
pub(crate) fn enlist(tx: &mut Tx<'_>, site: &Site, state: &State) -> Result<(), Fault> {
    tx.run(store::UNLIST, params![site.jurisdiction, state.id])?;
    let at = state.shown.unwrap_or(state.written).as_microsecond();
    for list in lists(&site.directory(), state) {
        tx.run(store::ENLIST, params![site.jurisdiction, list, at, state.id])?;
    }
    Ok(())
}

/// Is a page of posts.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The posts.
    pub posts: Vec<Post>,
    /// Where the next page begins, where there is one.
    pub next: Option<Cursor>,
}

/// Reads a page of a list, the newest first.
pub fn page(tx: &mut Tx<'_>, site: &Site, (list, after, count): (&List, Option<Cursor>, usize)) -> Result<Page, Fault> {
    let after = after.unwrap_or(Cursor::NEWEST);
    let asked = i64::try_from(count).unwrap_or(0) + 1;
    let mut rows = tx.rows(store::LIST, params![site.jurisdiction, list.name(), after.at, after.post, asked])?;
    let more = rows.len() > count;
    rows.truncate(count);
    let at: Option<i64> = rows.last().map(|row| row.get("at")).transpose()?;
    let posts = store::opened(rows, site)?;
    let next = at.zip(posts.last()).filter(|_| more).map(|(at, post)| Cursor { at, post: post.id });
    Ok(Page { posts, next })
}

/// Counts a list, up to a number.
pub fn count(tx: &mut Tx<'_>, site: &Site, (list, max): (&List, i64)) -> Result<i64, Fault> {
    tx.row(store::COUNT, params![site.jurisdiction, list.name(), max])?.map_or(Ok(0), |row| row.get("many"))
}

/// Reads a page of what stands below a post, the oldest first: what is public, and what was and is not any more.
pub fn below(tx: &mut Tx<'_>, site: &Site, (topic, after): (Uuid, Option<Cursor>)) -> Result<Page, Fault> {
    let after = after.unwrap_or(Cursor::OLDEST);
    let asked = TOPIC_POSTS as i64 + 1;
    let mut rows = tx.rows(store::BELOW, params![site.jurisdiction, topic, after.at, after.post, asked])?;
    let more = rows.len() > TOPIC_POSTS;
    rows.truncate(TOPIC_POSTS);
    let posts = store::opened(rows, site)?;
    let last = posts.last().and_then(|post| post.shown.map(|at| Cursor { at: at.as_microsecond(), post: post.id }));
    Ok(Page { posts, next: last.filter(|_| more) })
}

/// Reads public posts of every kind that were written before one, the newest first.
pub fn public_before(tx: &mut Tx<'_>, site: &Site, (before, count): (Uuid, usize)) -> Result<Vec<Post>, Fault> {
    let count = i64::try_from(count).unwrap_or(0);
    store::opened(tx.rows(store::PUBLIC_BEFORE, params![site.jurisdiction, before, count])?, site)
}

/// Lists what waits below a post and was never to be seen: for whoever may let it through.
pub fn held_below(tx: &mut Tx<'_>, site: &Site, topic: Uuid) -> Result<Vec<Post>, Fault> {
    store::opened(tx.rows(store::HELD_BELOW, params![site.jurisdiction, topic, HELD_MAX])?, site)
}

/// Is an address of a public post, for machines that look things up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    /// The post.
    pub post: Uuid,
    /// What it is.
    pub kind: Kind,
    /// When it changed last.
    pub changed: Timestamp,
}

/// Lists addresses of a list in a stable order.
pub fn addresses(tx: &mut Tx<'_>, site: &Site, (list, from, count): (&List, i64, i64)) -> Result<Vec<Address>, Fault> {
    let rows = tx.rows(store::ADDRESSES, params![site.jurisdiction, list.name(), count, from])?;
    let read = |row: &db::Row| {
        let wrong = || Fault::other("a post is of an unknown kind");
        Ok(Address {
            post: row.get("post")?,
            kind: Kind::parse(&row.get::<String>("kind")?).ok_or_else(wrong)?,
            changed: Timestamp::from_microsecond(row.get("changed")?).map_err(|_| wrong())?,
        })
    };
    rows.iter().map(read).collect()
}

/// Is a measure as the public list of them has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// Position of its event.
    pub position: i64,
    /// The post.
    pub post: Uuid,
    /// Kind code of the event.
    pub kind: String,
    /// The office.
    pub office: String,
    /// The reason.
    pub ground: String,
    /// The day.
    pub day: String,
}

/// Reads a page of measures, the newest first.
pub fn measures(tx: &mut Tx<'_>, site: &Site, before: Option<i64>) -> Result<(Vec<Noted>, Option<i64>), Fault> {
    let asked = PAGE_MEASURES as i64 + 1;
    let mut rows = tx.rows(store::MEASURES, params![site.jurisdiction, before.unwrap_or(i64::MAX), asked])?;
    let more = rows.len() > PAGE_MEASURES;
    rows.truncate(PAGE_MEASURES);
    let read = |row: &db::Row| {
        Ok(Noted {
            position: row.get("position")?,
            post: row.get("post")?,
            kind: row.get("kind")?,
            office: row.get("office")?,
            ground: row.get("ground")?,
            day: row.get("day")?,
        })
    };
    let all = rows.iter().map(read).collect::<Result<Vec<_>, Fault>>()?;
    let next = all.last().map(|last| last.position).filter(|_| more);
    Ok((all, next))
}

/// Lists how many measures each office took, by reason and kind.
pub fn tallies(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<(String, String, String, i64)>, Fault> {
    let rows = tx.rows(store::TALLIES, params![site.jurisdiction])?;
    rows.iter().map(|row| Ok((row.get("office")?, row.get("ground")?, row.get("kind")?, row.get("many")?))).collect()
}
