//! The tables of this room: one row a post, its face sealed under the post's own key, and the lists it stands in. All of it is a
//! consequence of events, written in their transaction. No word of a post stands in clear.

use civic::face::{self, Keys};
use civic::site::Site;
use civic::vault::{Key, KeyId};
use db::{Fault, FaultKind, Guard, Keep, Migration, Row, Tx, params};
use jiff::Timestamp;
use uuid::Uuid;

use crate::post::{Kind, Standing, State};

/// Builds the tables.
const MIGRATION: Migration = Migration {
    name: "0370_forum",
    sql: "create table forum_post (
            jurisdiction bigint not null,
            id uuid not null,
            topic uuid not null,
            kind text not null,
            standing text not null,
            place text not null,
            theme text not null,
            office text not null,
            key_id bigint not null,
            version bigint not null,
            written bigint not null,
            shown bigint not null,
            changed bigint not null,
            replies bigint not null,
            code bytea,
            submit bytea not null,
            form bytea not null,
            sealed bytea,
            primary key (jurisdiction, id));
          create unique index forum_post_submit on forum_post (jurisdiction, submit);
          create index forum_post_code on forum_post (jurisdiction, code);
          create index forum_post_topic on forum_post (jurisdiction, topic, shown, id);
          create table forum_list (
            jurisdiction bigint not null,
            list text not null,
            at bigint not null,
            post uuid not null,
            primary key (jurisdiction, list, at, post));
          create index forum_list_post on forum_list (jurisdiction, post);
          create table forum_measure (
            jurisdiction bigint not null,
            position bigint not null,
            post uuid not null,
            kind text not null,
            office text not null,
            ground text not null,
            day text not null,
            primary key (jurisdiction, position));
          create table forum_tally (
            jurisdiction bigint not null,
            office text not null,
            ground text not null,
            kind text not null,
            many bigint not null,
            primary key (jurisdiction, office, ground, kind));
          create table forum_code (
            jurisdiction bigint not null,
            post uuid not null,
            asked bigint not null,
            tries bigint not null,
            contact bytea not null,
            primary key (jurisdiction, post));
          create index forum_code_contact on forum_code (jurisdiction, contact, asked);
          create table forum_gone (
            jurisdiction bigint not null,
            key_id bigint not null,
            done boolean not null,
            primary key (jurisdiction, key_id));
          create index forum_gone_done on forum_gone (jurisdiction, done);",
    sql_postgres: None,
};

/// Lists the migrations of this room in order.
pub const MIGRATIONS: &[Migration] = &[MIGRATION];

/// Lists what the serving connection may not do to these tables: a measure once noted stays.
pub const GUARDS: &[Guard] =
    &[Guard { table: "forum_measure", keep: Keep::Appended }, Guard { table: "forum_post", keep: Keep::Kept }];

db::statements! {
    pub(crate) PUT = "insert into forum_post (jurisdiction, id, topic, kind, standing, place, theme, office, key_id, version, written, shown, changed,
            replies, code, submit, form, sealed)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14, $15, $16, $17)";
    pub(crate) CHANGE = "update forum_post set standing = $3, place = $4, theme = $5, office = $6, version = $7, shown = $8, changed = $9, sealed = $10
        where jurisdiction = $1 and id = $2";
    pub(crate) GET = "select id, topic, kind, standing, place, theme, office, key_id, version, written, shown, changed, replies, form, sealed
        from forum_post where jurisdiction = $1 and id = $2";
    pub(crate) BY_CODE = "select id, topic, kind, standing, place, theme, office, key_id, version, written, shown, changed, replies, form, sealed
        from forum_post where jurisdiction = $1 and code = $2";
    pub(crate) BY_SUBMIT = "select id, topic, kind, standing, place, theme, office, key_id, version, written, shown, changed, replies, form, sealed
        from forum_post where jurisdiction = $1 and submit = $2";
    pub(crate) BELOW = "select id, topic, kind, standing, place, theme, office, key_id, version, written, shown, changed, replies, form, sealed
        from forum_post where jurisdiction = $1 and topic = $2 and shown > 0 and (shown, id) > ($3, $4) and id <> $2
        order by shown, id limit $5";
    pub(crate) HELD_BELOW = "select id, topic, kind, standing, place, theme, office, key_id, version, written, shown, changed, replies, form, sealed
        from forum_post where jurisdiction = $1 and topic = $2 and shown = 0 and id <> $2 order by id limit $3";
    pub(crate) PUBLIC_BEFORE = "select id, topic, kind, standing, place, theme, office, key_id, version, written, shown, changed, replies, form, sealed
        from forum_post where jurisdiction = $1 and id < $2 and standing = 'public' order by id desc limit $3";
    pub(crate) COUNT_BELOW = "select cast(count(*) as bigint) as many from forum_post
        where jurisdiction = $1 and topic = $2 and shown > 0 and id <> $2 and standing = 'public'";
    pub(crate) REPLIES = "update forum_post set replies = $3 where jurisdiction = $1 and id = $2";
    pub(crate) UNLIST = "delete from forum_list where jurisdiction = $1 and post = $2";
    pub(crate) ENLIST = "insert into forum_list (jurisdiction, list, at, post) values ($1, $2, $3, $4) on conflict do nothing";
    pub(crate) LIST = "select p.id, p.topic, p.kind, p.standing, p.place, p.theme, p.office, p.key_id, p.version, p.written, p.shown, p.changed,
            p.replies, p.form, p.sealed, l.at
        from forum_list l join forum_post p on p.jurisdiction = l.jurisdiction and p.id = l.post
        where l.jurisdiction = $1 and l.list = $2 and (l.at, l.post) < ($3, $4) order by l.at desc, l.post desc limit $5";
    pub(crate) COUNT = "select cast(count(*) as bigint) as many from
        (select post from forum_list where jurisdiction = $1 and list = $2 limit $3) as part";
    pub(crate) ADDRESSES = "select l.post, l.at, p.changed, p.kind from forum_list l join forum_post p on p.jurisdiction = l.jurisdiction and p.id = l.post
        where l.jurisdiction = $1 and l.list = $2 order by l.at, l.post limit $3 offset $4";
    pub(crate) WHOLE = "select topic, kind, standing, place, theme, office, version, written, shown, changed, code, submit, form, sealed
        from forum_post where jurisdiction = $1 and id = $2";
    pub(crate) COUNTED = "select id, replies from forum_post where jurisdiction = $1 and id > $2 order by id limit $3";
    pub(crate) LISTED = "select list, at from forum_list where jurisdiction = $1 and post = $2";
    pub(crate) NOTED = "select position, kind, office, ground, day from forum_measure where jurisdiction = $1 and post = $2 order by position";
    pub(crate) MANY_POSTS = "select cast(count(*) as bigint) as many from forum_post where jurisdiction = $1";
    pub(crate) MANY_LISTED = "select cast(count(*) as bigint) as many from forum_list where jurisdiction = $1";
    pub(crate) MANY_MEASURES = "select cast(count(*) as bigint) as many from forum_measure where jurisdiction = $1";
    pub(crate) NOTE = "insert into forum_measure (jurisdiction, position, post, kind, office, ground, day) values ($1, $2, $3, $4, $5, $6, $7)";
    pub(crate) MEASURES = "select position, post, kind, office, ground, day from forum_measure
        where jurisdiction = $1 and position < $2 order by position desc limit $3";
    pub(crate) TALLY = "insert into forum_tally (jurisdiction, office, ground, kind, many) values ($1, $2, $3, $4, 1)
        on conflict (jurisdiction, office, ground, kind) do update set many = forum_tally.many + 1";
    pub(crate) TALLIES = "select office, ground, kind, many from forum_tally where jurisdiction = $1 order by office, ground, kind";
    pub(crate) CODE = "select asked, tries from forum_code where jurisdiction = $1 and post = $2";
    pub(crate) CODE_ASKED = "insert into forum_code (jurisdiction, post, asked, tries, contact) values ($1, $2, $3, 0, $4)
        on conflict (jurisdiction, post) do update set asked = excluded.asked, tries = 0";
    pub(crate) CODE_TRIED = "update forum_code set tries = tries + 1 where jurisdiction = $1 and post = $2";
    pub(crate) CODES_OF = "select cast(count(*) as bigint) as many from forum_code where jurisdiction = $1 and contact = $2 and asked > $3";
    pub(crate) CODE_DROP = "delete from forum_code where jurisdiction = $1 and post = $2";
    pub(crate) CODE_SWEEP = "delete from forum_code where jurisdiction = $1 and asked < $2";
    pub(crate) GONE = "insert into forum_gone (jurisdiction, key_id, done) values ($1, $2, false) on conflict do nothing";
    pub(crate) GONE_LEFT = "select key_id from forum_gone where jurisdiction = $1 and done = false limit 100";
    pub(crate) GONE_DONE = "update forum_gone set done = true where jurisdiction = $1 and key_id = $2";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Is a post as its row has it.
#[derive(Debug, Clone)]
pub struct Post {
    /// Its id.
    pub id: Uuid,
    /// The post it stands below; its own id where it stands below none.
    pub topic: Uuid,
    /// What it is.
    pub kind: Kind,
    /// Whether it is to be seen.
    pub standing: Standing,
    /// Where it belongs.
    pub place: String,
    /// What it is about.
    pub theme: String,
    /// The office that is asked, or wrote.
    pub office: String,
    /// Its key.
    pub(crate) key_id: KeyId,
    /// Events so far.
    pub version: i64,
    /// When it was written.
    pub written: Timestamp,
    /// When it was to be seen first.
    pub shown: Option<Timestamp>,
    /// When it changed last.
    pub changed: Timestamp,
    /// Public posts below it.
    pub replies: i64,
    /// Hash of the form it came with.
    pub(crate) form: Vec<u8>,
    /// What it says, without how to reach whoever wrote; none once it was taken back.
    pub state: Option<State>,
}

/// Finds a post.
pub fn get(tx: &mut Tx<'_>, site: &Site, id: Uuid) -> Result<Option<Post>, Fault> {
    one(tx.row(GET, params![site.jurisdiction, id])?, site)
}

/// Finds a post by a keyed hash.
pub(crate) fn by(tx: &mut Tx<'_>, site: &Site, sql: &str, hash: &[u8]) -> Result<Option<Post>, Fault> {
    one(tx.row(sql, params![site.jurisdiction, hash])?, site)
}

fn one(row: Option<Row>, site: &Site) -> Result<Option<Post>, Fault> {
    Ok(opened(row.into_iter().collect(), site)?.pop())
}

/// Reads rows and opens what they say, all keys asked for at once.
pub(crate) fn opened(rows: Vec<Row>, site: &Site) -> Result<Vec<Post>, Fault> {
    let keys = Keys::of(site, &rows)?;
    let mut posts = Vec::with_capacity(rows.len());
    let mut faces: Vec<Option<Vec<u8>>> = Vec::with_capacity(rows.len());
    for mut row in rows {
        faces.push(row.take("sealed")?);
        posts.push(read(&row)?);
    }
    for (post, sealed) in posts.iter_mut().zip(faces) {
        // of what was taken back nothing is left to open
        let Some(sealed) = sealed else { continue };
        if let Some(key) = keys.get(post.key_id)? {
            post.state = Some(unsealed(site, (post.id, post.version), (&key, &sealed))?);
        }
    }
    Ok(posts)
}

/// Opens what a row shows of a post.
pub(crate) fn unsealed(site: &Site, (id, version): (Uuid, i64), (key, sealed): (&Key, &[u8])) -> Result<State, Fault> {
    face::open(site, ("forum_post", id, version), (sealed, key))
}

fn time(micros: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_microsecond(micros).map_err(|_| Fault::new(FaultKind::Corrupt, "the time of a post is out of range"))
}

fn read(row: &Row) -> Result<Post, Fault> {
    let unknown = || Fault::new(FaultKind::Corrupt, "a post is of an unknown kind");
    let shown: i64 = row.get("shown")?;
    Ok(Post {
        id: row.get("id")?,
        topic: row.get("topic")?,
        kind: Kind::parse(&row.get::<String>("kind")?).ok_or_else(unknown)?,
        standing: Standing::parse(&row.get::<String>("standing")?).ok_or_else(unknown)?,
        place: row.get("place")?,
        theme: row.get("theme")?,
        office: row.get("office")?,
        key_id: row.get("key_id")?,
        version: row.get("version")?,
        written: time(row.get("written")?)?,
        shown: if shown == 0 { None } else { Some(time(shown)?) },
        changed: time(row.get("changed")?)?,
        replies: row.get("replies")?,
        form: row.get("form")?,
        state: None,
    })
}

/// Seals what a row shows of a post; nothing of one that was taken back.
pub(crate) fn face(site: &Site, state: &State, key: &Key, chance: &mut civic::chance::Chance) -> Result<Option<Vec<u8>>, Fault> {
    if state.standing == Standing::Withdrawn {
        return Ok(None);
    }
    face::seal(site, ("forum_post", state.id, state.version), (&state.face(), key), chance).map(Some)
}
