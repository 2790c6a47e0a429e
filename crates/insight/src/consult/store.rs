//! The tables of consultations: a row each, a row each voice, which voices are behind which point, and who wants word about the result. All but
//! the last is a consequence of events, written in their transaction. Of a voice nothing but its number and where it stands is in clear.

use civic::chance::Chance;
use civic::face::{self, Keys};
use civic::site::Site;
use civic::vault::{Key, KeyId};
use db::{Fault, FaultKind, Guard, Keep, Migration, Row, Tx, params};
use uuid::Uuid;

use super::consultation::Consultation;
use super::voice::{Standing, Voice};

/// Builds the tables.
const MIGRATION: Migration = Migration {
    name: "0460_consult",
    sql: "create table consult (
            jurisdiction bigint not null,
            id uuid not null,
            number bigint not null,
            office text not null,
            theme text not null,
            stage text not null,
            until text not null,
            seq bigint not null,
            news bigint not null,
            submit bytea not null,
            key_id bigint not null,
            version bigint not null,
            sealed bytea not null,
            primary key (jurisdiction, id));
          create unique index consult_number on consult (jurisdiction, number);
          create unique index consult_submit on consult (jurisdiction, submit);
          create index consult_stage on consult (jurisdiction, stage, number);
          create table consult_voice (
            jurisdiction bigint not null,
            id uuid not null,
            consult uuid not null,
            seq bigint not null,
            standing text not null,
            ground text not null,
            key_id bigint not null,
            version bigint not null,
            pass bytea,
            submit bytea not null,
            form bytea not null,
            source bytea,
            sealed bytea,
            primary key (jurisdiction, id));
          create unique index consult_voice_submit on consult_voice (jurisdiction, submit);
          create unique index consult_voice_seq on consult_voice (jurisdiction, consult, seq);
          create unique index consult_voice_source on consult_voice (jurisdiction, source, consult);
          create index consult_voice_pass on consult_voice (jurisdiction, pass);
          create index consult_voice_standing on consult_voice (jurisdiction, consult, standing, seq);
          create table consult_point (
            jurisdiction bigint not null,
            consult uuid not null,
            point bigint not null,
            seq bigint not null,
            voice uuid not null,
            primary key (jurisdiction, consult, point, seq));
          create table consult_contact (
            jurisdiction bigint not null,
            voice uuid not null,
            consult uuid not null,
            told bigint not null,
            key_id bigint not null,
            sealed bytea not null,
            primary key (jurisdiction, voice));
          create index consult_contact_told on consult_contact (jurisdiction, consult, told);
          create table consult_gone (
            jurisdiction bigint not null,
            key_id bigint not null,
            done boolean not null,
            primary key (jurisdiction, key_id));
          create index consult_gone_done on consult_gone (jurisdiction, done);",
    sql_postgres: None,
};

/// Lists the migrations of this noun in order.
pub const MIGRATIONS: &[Migration] = &[MIGRATION];

/// Lists what the serving connection may not do to these tables: a question once asked, and a voice once given, stay rows.
pub const GUARDS: &[Guard] = &[Guard { table: "consult", keep: Keep::Kept }, Guard { table: "consult_voice", keep: Keep::Kept }];

/// Names the columns of a consultation.
macro_rules! consult {
    ($tail:literal) => {
        concat!("select id, number, seq, news, key_id, version, sealed from consult where jurisdiction = $1 ", $tail)
    };
}

/// Names the columns of a voice.
macro_rules! voice {
    ($tail:literal) => {
        concat!(
            "select id, consult, seq, standing, ground, key_id, version, form, sealed from consult_voice where jurisdiction = $1 ",
            $tail
        )
    };
}

db::statements! {
    pub(crate) PUT = "insert into consult (jurisdiction, id, number, office, theme, stage, until, seq, news, submit, key_id, version, sealed)
        values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $11, $12)";
    pub(crate) CHANGE = "update consult set stage = $3, until = $4, news = $5, version = $6, sealed = $7 where jurisdiction = $1 and id = $2";
    pub(crate) COUNT_UP = "update consult set seq = $3 where jurisdiction = $1 and id = $2";
    pub(crate) NUMBER = "select coalesce(max(number), 0) + 1 as number from consult where jurisdiction = $1";
    pub(crate) BY_ID = consult!("and id = $2");
    pub(crate) BY_NUMBER = consult!("and number = $2");
    pub(crate) BY_SUBMIT = consult!("and submit = $2");
    pub(crate) OPEN = consult!("and stage in ('gathering', 'commenting') order by number desc limit $2");
    pub(crate) ASKED_NOW = "select id from consult where jurisdiction = $1 and stage in ('gathering', 'commenting') and until >= $2 limit $3";
    pub(crate) PAST = consult!("and stage in ('decided', 'done', 'stopped') and number < $2 order by number desc limit $3");
    pub(crate) NEWEST = consult!("and number < $2 order by number desc limit $3");
    pub(crate) ALL_CONSULTS = consult!("and number > $2 order by number limit $3");
    pub(crate) CLEAR = "select office, theme, stage, until, news from consult where jurisdiction = $1 and id = $2";
    pub(crate) PUT_VOICE = "insert into consult_voice (jurisdiction, id, consult, seq, standing, ground, key_id, version, pass, submit, form, source,
            sealed)
        values ($1, $2, $3, $4, $5, '', $6, 1, $7, $8, $9, $10, $11)";
    pub(crate) CHANGE_VOICE = "update consult_voice set standing = $3, ground = $4, version = $5, sealed = $6 where jurisdiction = $1 and id = $2";
    pub(crate) FORGET_VOICE = "update consult_voice set standing = 'withdrawn', ground = '', version = $3, source = null, sealed = null
        where jurisdiction = $1 and id = $2";
    pub(crate) VOICE = voice!("and id = $2");
    pub(crate) VOICE_BY_PASS = voice!("and pass = $2");
    pub(crate) VOICE_BY_SUBMIT = voice!("and submit = $2");
    pub(crate) VOICES_BY_SOURCE = voice!("and source = $2 order by id");
    pub(crate) VOICES = voice!("and consult = $2 and seq > $3 order by seq limit $4");
    pub(crate) UNSORTED = voice!("and consult = $2 and standing = 'new' order by seq limit $3");
    pub(crate) BEHIND_POINT = "select v.id, v.consult, v.seq, v.standing, v.ground, v.key_id, v.version, v.form, v.sealed from consult_point p
        join consult_voice v on v.jurisdiction = p.jurisdiction and v.id = p.voice
        where p.jurisdiction = $1 and p.consult = $2 and p.point = $3 and p.seq > $4 order by p.seq limit $5";
    pub(crate) COUNTS = "select standing, ground, cast(count(*) as bigint) as many from consult_voice
        where jurisdiction = $1 and consult = $2 group by standing, ground order by standing, ground";
    pub(crate) BEHIND = "select point, cast(count(*) as bigint) as many from consult_point where jurisdiction = $1 and consult = $2 group by point";
    pub(crate) POINTED = "select point, seq, voice from consult_point where jurisdiction = $1 and consult = $2";
    pub(crate) PUT_POINT = "insert into consult_point (jurisdiction, consult, point, seq, voice) values ($1, $2, $3, $4, $5)";
    pub(crate) DROP_POINTS = "delete from consult_point where jurisdiction = $1 and consult = $2 and seq = $3";
    pub(crate) PUT_LEFT = "insert into consult_contact (jurisdiction, voice, consult, told, key_id, sealed) values ($1, $2, $3, $4, $5, $6)";
    pub(crate) LEFT = "select key_id, sealed from consult_contact where jurisdiction = $1 and voice = $2";
    pub(crate) DROP_LEFT = "delete from consult_contact where jurisdiction = $1 and voice = $2";
    pub(crate) TOLD = "update consult_contact set told = $3 where jurisdiction = $1 and voice = $2";
    pub(crate) UNTOLD = "select c.voice, k.stage, k.news from consult_contact c join consult k on k.jurisdiction = c.jurisdiction and k.id = c.consult
        where c.jurisdiction = $1 and c.told < k.news order by c.voice limit $2";
    pub(crate) OVER = "select c.voice, c.key_id from consult_contact c join consult k on k.jurisdiction = c.jurisdiction and k.id = c.consult
        where c.jurisdiction = $1 and k.until < $2 and k.stage in ('decided', 'done', 'stopped') and c.told >= k.news limit $3";
    pub(crate) GONE = "insert into consult_gone (jurisdiction, key_id, done) values ($1, $2, false) on conflict do nothing";
    pub(crate) GONE_LEFT = "select key_id from consult_gone where jurisdiction = $1 and done = false limit 100";
    pub(crate) GONE_DONE = "update consult_gone set done = true where jurisdiction = $1 and key_id = $2";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;

/// Is a consultation as its row has it.
#[derive(Debug, Clone)]
pub struct ConsultRow {
    /// It.
    pub consult: Consultation,
    /// The newest number given to a voice.
    pub seq: i64,
    pub(crate) key_id: KeyId,
}

/// Is a voice as its row has it.
#[derive(Debug, Clone)]
pub struct VoiceRow {
    /// Its id.
    pub id: Uuid,
    /// The consultation.
    pub consult: Uuid,
    /// Its number in the consultation.
    pub seq: i64,
    /// Where it stands.
    pub standing: Standing,
    /// Why it is in no point.
    pub ground: String,
    /// It; none once it was taken back.
    pub voice: Option<Voice>,
    pub(crate) form: Vec<u8>,
    pub(crate) key_id: KeyId,
}

fn corrupt(what: &'static str) -> Fault {
    Fault::new(FaultKind::Corrupt, what)
}

/// Names the row of a consultation for its seal.
fn consult_at(consult: &Consultation) -> (&'static str, Uuid, i64) {
    ("consult", consult.id, consult.version)
}

/// Names the row of a voice for its seal.
fn voice_at(voice: &Voice) -> (&'static str, Uuid, i64) {
    ("consult_voice", voice.id, voice.version)
}

/// Reads rows of consultations and opens them, all keys asked for at once.
pub(crate) fn consults(rows: &[Row], site: &Site) -> Result<Vec<ConsultRow>, Fault> {
    let keys = Keys::of(site, rows)?;
    let one = |row: &Row| {
        let (key_id, sealed): (KeyId, Vec<u8>) = (row.get("key_id")?, row.get("sealed")?);
        let key = keys.must(key_id)?;
        let at = ("consult", row.get("id")?, row.get("version")?);
        Ok(ConsultRow { consult: face::open(site, at, (&sealed, &key))?, seq: row.get("seq")?, key_id })
    };
    rows.iter().map(one).collect()
}

/// Finds one consultation by a statement.
pub(crate) fn consult(tx: &mut Tx<'_>, site: &Site, (sql, params): (&str, &[db::Value])) -> Result<Option<ConsultRow>, Fault> {
    let rows: Vec<Row> = tx.row(sql, params)?.into_iter().collect();
    Ok(consults(&rows, site)?.pop())
}

/// Reads rows of voices and opens them, all keys asked for at once.
pub(crate) fn voices(rows: &[Row], site: &Site) -> Result<Vec<VoiceRow>, Fault> {
    let keys = Keys::of(site, rows)?;
    let one = |row: &Row| {
        let standing = Standing::parse(&row.get::<String>("standing")?);
        let mut read = VoiceRow {
            id: row.get("id")?,
            consult: row.get("consult")?,
            seq: row.get("seq")?,
            standing: standing.ok_or_else(|| corrupt("a voice is of an unknown standing"))?,
            ground: row.get("ground")?,
            voice: None,
            form: row.get("form")?,
            key_id: row.get("key_id")?,
        };
        let sealed: Option<Vec<u8>> = row.get("sealed")?;
        let Some(sealed) = sealed else { return Ok(read) };
        if let Some(key) = keys.get(read.key_id)? {
            read.voice = Some(face::open(site, ("consult_voice", read.id, row.get("version")?), (&sealed, &key))?);
        }
        Ok(read)
    };
    rows.iter().map(one).collect()
}

/// Finds one voice by a statement.
pub(crate) fn voice(tx: &mut Tx<'_>, site: &Site, (sql, params): (&str, &[db::Value])) -> Result<Option<VoiceRow>, Fault> {
    let rows: Vec<Row> = tx.row(sql, params)?.into_iter().collect();
    Ok(voices(&rows, site)?.pop())
}

/// Is a new consultation, ready for its row.
pub(crate) struct NewRow<'a> {
    /// It.
    pub consult: &'a Consultation,
    /// Keyed hash of the submit key.
    pub submit: Vec<u8>,
    /// Its key.
    pub key: (KeyId, &'a Key),
}

/// Writes a new consultation.
pub(crate) fn put(tx: &mut Tx<'_>, site: &Site, new: NewRow<'_>, chance: &mut Chance) -> Result<(), Fault> {
    let (consult, plan) = (new.consult, &new.consult.plan);
    let row = params![
        site.jurisdiction,
        consult.id,
        consult.number,
        plan.office.as_str(),
        plan.theme.as_str(),
        consult.stage.code(),
        consult.until.to_string(),
        consult.news(),
        new.submit,
        new.key.0,
        consult.version,
        face::seal(site, consult_at(consult), (consult, new.key.1), chance)?
    ];
    tx.run(PUT, row).map(drop)
}

/// Tells whether the clear columns of a consultation say what it is.
pub(crate) fn is_clear(tx: &mut Tx<'_>, site: &Site, consult: &Consultation) -> Result<bool, Fault> {
    let Some(row) = tx.row(CLEAR, params![site.jurisdiction, consult.id])? else { return Ok(false) };
    Ok(row.get::<String>("office")? == consult.plan.office
        && row.get::<String>("theme")? == consult.plan.theme
        && row.get::<String>("stage")? == consult.stage.code()
        && row.get::<String>("until")? == consult.until.to_string()
        && row.get::<i64>("news")? == consult.news())
}

/// Writes what became of a consultation.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    site: &Site,
    (consult, key): (&Consultation, &Key),
    chance: &mut Chance,
) -> Result<(), Fault> {
    let sealed = face::seal(site, consult_at(consult), (consult, key), chance)?;
    let (stage, until) = (consult.stage.code(), consult.until.to_string());
    let row = params![site.jurisdiction, consult.id, stage, until, consult.news(), consult.version, sealed];
    tx.run(CHANGE, row).map(drop)
}

/// Seals what a row shows of a voice.
pub(crate) fn voice_face(site: &Site, (voice, key): (&Voice, &Key), chance: &mut Chance) -> Result<Vec<u8>, Fault> {
    face::seal(site, voice_at(voice), (voice, key), chance)
}
