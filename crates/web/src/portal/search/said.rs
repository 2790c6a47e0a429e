//! What was said on the board, or asked of everybody, and has the words: every public post is looked at, the newest first, a stretch at a time; how far that went is
//! said, and the next stretch is one press away. Only what everybody can read there.

use std::collections::BTreeMap;

use db::{Fault, Tx};
use forum::board::public_before;
use forum::{Kind, Post, Standing};
use insight::consult::{Consultation, list};
use uuid::Uuid;

use super::brief::{Group, Item};
use super::hits::{self, Asked};
use crate::app::App;
use crate::portal::forum::address;
use crate::words::Lang;

/// Posts read at once.
const READ_AT_ONCE: usize = 200;
/// Posts looked at in one stretch.
const LOOKED_AT_MAX: usize = 1_000;
/// Posts found after which a stretch ends.
const FOUND_MAX: usize = 30;
/// Characters of an answer that are shown in short.
const SHORT_CHARS: usize = 120;
/// Posts of one kind shown in short.
const SHORT_MAX: usize = 3;

/// Is a post that has the words.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The post.
    pub post: Post,
    /// Its title; of what stands below another post, that one's.
    pub title: String,
}

/// Is what a stretch of the board has.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// The posts, what fits best first.
    pub hits: Vec<Hit>,
    /// Questions of offices to everybody, what fits best first; of the newest ones, and with the first stretch.
    pub asked: Vec<Consultation>,
    /// How many posts were looked at.
    pub looked: usize,
    /// Where the next stretch begins; none where the oldest post was looked at.
    pub next: Option<Uuid>,
}

/// Looks through a stretch of the board, from before a post on, or from the newest.
pub(super) async fn said(app: &App, asked: Asked, before: Option<Uuid>) -> Result<Said, Fault> {
    let site = app.hall.site.clone();
    app.hall
        .store
        .read(move |tx| {
            let (mut found, mut looked, mut next) = (Vec::new(), 0, Some(before.unwrap_or(Uuid::max())));
            while let Some(from) = next.filter(|_| looked < LOOKED_AT_MAX && found.len() < FOUND_MAX) {
                let posts = public_before(tx, &site, (from, READ_AT_ONCE))?;
                looked += posts.len();
                next = posts.last().map(|post| post.id).filter(|_| posts.len() == READ_AT_ONCE);
                found.extend(hits::posts(posts, &asked));
            }
            let hits = titled(tx, &site, hits::posts(found, &asked))?;
            let questions = if before.is_none() { list::newest(tx, &site, None)? } else { Vec::new() };
            let asked = hits::consults(questions.into_iter().map(|row| row.consult), &asked);
            Ok(Said { hits, asked, looked, next })
        })
        .await
}

/// Names each post, what stands below another by that one; leaves out what stands below one that is not to be seen.
fn titled(tx: &mut Tx<'_>, site: &civic::site::Site, posts: Vec<Post>) -> Result<Vec<Hit>, Fault> {
    let mut titles: BTreeMap<Uuid, Option<String>> = BTreeMap::new();
    let mut hits = Vec::with_capacity(posts.len());
    for post in posts {
        let title = if post.id == post.topic {
            post.state.as_ref().map(|state| state.words.title.clone())
        } else if let Some(known) = titles.get(&post.topic) {
            known.clone()
        } else {
            let topic = forum::get(tx, site, post.topic)?.filter(|topic| topic.standing == Standing::Public);
            let title = topic.and_then(|topic| topic.state).map(|state| state.words.title);
            titles.insert(post.topic, title.clone());
            title
        };
        hits.extend(title.map(|title| Hit { post, title }));
    }
    Ok(hits)
}

/// Looks for what offices wrote and answered in public, in short lines for whoever has a caller on the telephone.
pub async fn told(app: &App, lang: Lang, words: &str) -> Result<Vec<Group>, Fault> {
    let asked = Asked::read(words);
    if asked.parts().is_empty() {
        return Ok(Vec::new());
    }
    let found = said(app, asked, None).await?;
    let group = |title: &str, kind: Kind| {
        let of_kind = found.hits.iter().filter(|hit| hit.post.kind == kind);
        Group { title: lang.t(title), items: of_kind.take(SHORT_MAX).map(short).collect() }
    };
    let groups = [group("know-notices", Kind::Blog), group("know-answers", Kind::Answer)];
    Ok(groups.into_iter().filter(|group| !group.items.is_empty()).collect())
}

fn short(hit: &Hit) -> Item {
    let text = hit.post.state.as_ref().map_or("", |state| state.words.text.as_str());
    let mut more: String = text.chars().take(SHORT_CHARS).collect();
    if text.chars().nth(SHORT_CHARS).is_some() {
        more.push('…');
    }
    Item { text: hit.title.clone(), more, href: address(&hit.post) }
}
