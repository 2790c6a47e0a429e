//! Telling bound groups what is published: each thing once, one after the other, and not many in an hour.
//!
//! A group cannot be asked whether it heard something, and nothing that was said can be unsaid. So what is told is noted before it is told:
//! a process that dies in between leaves it untold, and never tells it twice.

use std::sync::Arc;
use std::time::Duration;

use appeals::published::{self, Published, What};
use civic::chat::{self as store, Told};
use civic::directory::{ChatGroup, Directory};
use civic::hall::Hall;
use civic::lease::Lease;
use civic::site::Site;
use db::{Fault, Tx};
use forum::Post;
use forum::board::{self, Filter, List, PAGE_POSTS};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::hub::{Hub, Unasked};
use super::line::say_in;
use super::words;

/// The job's name: one process tells.
const JOB: &str = "chat groups";
/// Time between two things told in one group, in seconds.
pub const GAP_SECONDS: i64 = 600;
/// Time after which a group that said no is tried again, in seconds.
const AGAIN_SECONDS: i64 = 900;
/// Time for which a topic of the board rests before it is told, in seconds: what is said in a group cannot be hidden again.
pub const TOPIC_REST_SECONDS: i64 = 1_800;
/// How long the other end may take for an answer.
const WAIT: Duration = Duration::from_secs(20);

/// Is something to be told: when it became public, its name, and its words.
struct Item {
    at: Timestamp,
    id: String,
    text: String,
}

/// Tells groups what is published.
pub struct Teller {
    hall: Hall,
    hub: Arc<Hub>,
    pages: String,
    holder: Uuid,
    wait: Duration,
}

impl Teller {
    /// Makes it; `pages` is where residents find the site.
    pub fn new(hall: Hall, hub: Arc<Hub>, (pages, holder): (&str, Uuid)) -> Self {
        Self { hall, hub, pages: pages.trim_end_matches('/').to_owned(), holder, wait: WAIT }
    }

    /// Says how long an answer of the other end is waited for.
    #[must_use]
    pub fn waiting(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// Tells each group its next thing, where it is time. Returns how many were told something. Blocks.
    pub fn round(&self) -> Result<usize, Fault> {
        let groups: Vec<ChatGroup> = self.hall.site.directory().groups.values().filter(|group| group.active).cloned().collect();
        let mut told = 0;
        for group in groups {
            told += usize::from(self.tell(&group)?);
        }
        Ok(told)
    }

    fn tell(&self, group: &ChatGroup) -> Result<bool, Fault> {
        let (site, now, of) = (self.hall.site.clone(), self.hall.clock.now(), group.clone());
        let pages = self.pages.clone();
        let look = move |tx: &mut Tx<'_>| {
            let Some(told) = store::told(tx, &site, &of.code)? else { return Ok(None) };
            let mut news = items(tx, (&site, now), &of, &pages)?;
            news.retain(|one| (one.at, &one.id) > (told.place.0, &told.place.1) && one.at <= now);
            news.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
            Ok::<_, Fault>(Some((told, news.into_iter().next())))
        };
        let Some((told, next)) = self.hall.store.read_blocking(look)? else {
            let (site, code) = (self.hall.site.clone(), group.code.clone());
            self.hall.store.write_blocking(move |tx| store::begin(tx, &site, &code, now))?;
            return Ok(false);
        };
        match next {
            Some(next) if !told.waits(now) && self.hub.asks() => self.say(group, &told, &next),
            _ => Ok(false),
        }
    }

    /// Notes that something is told, tells it, and takes the note back where it is certain that it was not.
    fn say(&self, group: &ChatGroup, told: &Told, next: &Item) -> Result<bool, Fault> {
        let (site, now, holder) = (self.hall.site.clone(), self.hall.clock.now(), self.holder);
        let (code, before, place) = (group.code.clone(), told.clone(), (next.at, next.id.clone()));
        let claimed = self.hall.store.write_blocking(move |tx| {
            if Lease::take(tx, site.jurisdiction, (JOB, holder), now)?.is_none() {
                return Ok::<_, Fault>(false);
            }
            store::claim(tx, &site, (&code, &before), (&place, SignedDuration::from_secs(GAP_SECONDS)), now)
        })?;
        if !claimed {
            return Ok(false);
        }
        let (site, code, before) = (self.hall.site.clone(), group.code.clone(), told.clone());
        match say_in(&self.hub, (&group.code, None), &next.text, self.wait) {
            Ok(()) => Ok(true),
            Err(Unasked::Unknown) => {
                tracing::warn!(group = %group.code, "nobody knows whether a group was told something; it is not told again");
                self.hall.store.write_blocking(move |tx| store::unsure(tx, &site, &code, "silent", now))?;
                Ok(false)
            }
            Err(no) => {
                let trouble = if no == Unasked::Away { "unreachable" } else { "refused" };
                let again = now.saturating_add(SignedDuration::from_secs(AGAIN_SECONDS)).unwrap_or(Timestamp::MAX);
                self.hall.store.write_blocking(move |tx| store::back(tx, &site, (&code, &before), (trouble, again), now))?;
                Ok(false)
            }
        }
    }
}

/// Lists what is published for a group: of its place and below, and what offices of the places above it write; of its theme and office only,
/// where it has one.
fn items(tx: &mut Tx<'_>, (site, now): (&Site, Timestamp), group: &ChatGroup, pages: &str) -> Result<Vec<Item>, Fault> {
    let directory = site.directory();
    let whole = directory.root().is_some_and(|root| root.code == group.place);
    let published = published::list(tx, site, (!whole).then_some(group.place.as_str()), now)?;
    let ours = |one: &&Published| is_of(&directory, group, one);
    let mut all: Vec<Item> = published.iter().filter(ours).filter_map(|one| item(site, group, (one, pages))).collect();
    let blog = List::Blog(group.office.clone().unwrap_or_default());
    for post in board::page(tx, site, (&blog, None, PAGE_POSTS))?.posts {
        let near = directory.within(&post.place, &group.place) || directory.within(&group.place, &post.place);
        let about = group.theme.as_ref().is_none_or(|theme| *theme == post.theme);
        let Some(at) = post.shown.filter(|_| near && about) else { continue };
        all.extend(posted(&directory, &post, (at, "chat_group_post", &format!("{pages}/blog/{}", post.id))));
    }
    if group.topics {
        let filter = Filter { place: group.place.clone(), theme: group.theme.clone().unwrap_or_default(), open: false };
        for post in board::page(tx, site, (&List::Topics(filter), None, PAGE_POSTS))?.posts {
            let asked = group.office.as_ref().is_none_or(|office| *office == post.office);
            let rested = post.shown.map(|at| at.saturating_add(SignedDuration::from_secs(TOPIC_REST_SECONDS)).unwrap_or(at));
            let Some(at) = rested.filter(|_| asked) else { continue };
            all.extend(posted(&directory, &post, (at, "chat_group_topic", &format!("{pages}/forum/{}", post.id))));
        }
    }
    Ok(all)
}

/// Tells whether what was published is of the office a group is about; the figures of all of them are of none, and of no theme.
fn is_of(directory: &Directory, group: &ChatGroup, one: &Published) -> bool {
    match &one.what {
        What::Month(_) => group.office.is_none() && group.theme.is_none(),
        What::Round(round) => {
            let of_box = directory.boxes.get(&round.of_box);
            group.theme.is_none() && group.office.as_ref().is_none_or(|office| of_box.is_some_and(|own| own.office == *office))
        }
    }
}

/// Writes what is told of a post: its title, and where it is read. `None`: its words are gone.
fn posted(directory: &Directory, post: &Post, (at, template, address): (Timestamp, &str, &str)) -> Option<Item> {
    let title = post.state.as_ref()?.words.title.clone();
    let office = directory.offices.get(&post.office).map_or_else(String::new, |office| office.name.clone());
    let text = words::write(template, "zh-CN", &[("office", office), ("address", address.to_owned()), ("title", title)])?;
    Some(Item { at, id: format!("post/{}", post.id), text })
}

/// Writes what is told of a box or a month. `None`: there are no words for it.
fn item(site: &Site, group: &ChatGroup, (one, pages): (&Published, &str)) -> Option<Item> {
    let directory = site.directory();
    let place = directory.places.get(&group.place).map_or_else(String::new, |place| place.name.clone());
    let (template, facts) = match &one.what {
        What::Month(month) => {
            let (year, number) = month.split_once('-')?;
            let month = format!("{year}年{}月", number.trim_start_matches('0'));
            ("chat_group_month", vec![("name", place), ("month", month), ("address", format!("{pages}/figures"))])
        }
        What::Round(round) => {
            let name = directory.boxes.get(&round.of_box).map_or_else(String::new, |own| own.name.clone());
            let cards = if round.cards == 0 { "没有卡片".to_owned() } else { format!("{}张卡片", round.cards) };
            let day = round.day.strftime("%-m月%-d日").to_string();
            ("chat_group_round", vec![("name", name), ("day", day), ("cards", cards), ("address", format!("{pages}/boxes"))])
        }
    };
    let text = words::write(template, "zh-CN", &facts)?;
    Some(Item { at: one.at, id: one.id.clone(), text })
}
