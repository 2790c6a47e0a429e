//! The tables of calls and their statements.

use db::Migration;

/// Builds the tables.
pub const MIGRATION: Migration = Migration {
    name: "0330_hotline",
    sql: "create table hotline_call (
            jurisdiction bigint not null,
            id uuid not null,
            seen bytea not null,
            way text not null,
            office text not null,
            caller bytea not null,
            number bytea not null,
            began_at bigint not null,
            answered_at bigint,
            ended_at bigint,
            state text not null,
            staff uuid,
            matter uuid,
            hushed bigint not null,
            wrapup text not null,
            again text not null,
            code_at bigint,
            code_tries bigint not null,
            proved_at bigint,
            primary key (jurisdiction, id));
          create unique index hotline_call_seen on hotline_call (jurisdiction, seen);
          create index hotline_call_live on hotline_call (jurisdiction, state, began_at);
          create index hotline_call_again on hotline_call (jurisdiction, again, began_at);
          create index hotline_call_number on hotline_call (jurisdiction, number, began_at);
          create index hotline_call_began on hotline_call (jurisdiction, began_at);
          create index hotline_call_matter on hotline_call (jurisdiction, matter);
          create table hotline_step (
            jurisdiction bigint not null,
            call uuid not null,
            name bytea not null,
            what text not null,
            at bigint not null,
            staff uuid,
            office text not null,
            primary key (jurisdiction, call, name));
          create index hotline_step_at on hotline_step (jurisdiction, at);",
    sql_postgres: None,
};

db::statements! {
    pub(super) PUT = "insert into hotline_call (jurisdiction, id, seen, way, office, caller, number, began_at, state, staff, hushed,
            wrapup, again, code_tries) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, '', '', 0)
        on conflict (jurisdiction, seen) do nothing";
    pub(super) ID = "select id, office from hotline_call where jurisdiction = $1 and seen = $2";
    pub(super) STEP = "insert into hotline_step (jurisdiction, call, name, what, at, staff, office) values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (jurisdiction, call, name) do nothing";
    pub(super) BEGAN = "update hotline_call set began_at = case when $3 < began_at then $3 else began_at end
        where jurisdiction = $1 and id = $2";
    pub(super) ANSWERED = "update hotline_call set answered_at = case when answered_at is null or $3 < answered_at then $3 else answered_at end
        where jurisdiction = $1 and id = $2";
    pub(super) ENDED = "update hotline_call set ended_at = case when ended_at is null or $3 > ended_at then $3 else ended_at end
        where jurisdiction = $1 and id = $2";
    pub(super) CALLER = "update hotline_call set caller = $3, number = $4 where jurisdiction = $1 and id = $2
        and length(caller) = 0 and hushed = 0";
    pub(super) SETTLE = "update hotline_call set
            state = case when ended_at is null and answered_at is null then 'ringing' when ended_at is null then 'talking'
                when answered_at is null then 'missed' else 'ended' end,
            again = case when again = 'done' then 'done'
                when ended_at is not null and answered_at is null and length(number) > 0 then 'wanted' else '' end
        where jurisdiction = $1 and id = $2";
    pub(super) REACHED = "update hotline_call set again = 'done' where jurisdiction = $1 and number = $2 and began_at <= $3
        and again = 'wanted'";
    pub(super) TALKS = "select number, began_at from hotline_call where jurisdiction = $1 and id = $2 and answered_at is not null
        and length(number) > 0";
    pub(super) ONE = "select id, way, office, caller, number, began_at, answered_at, ended_at, state, staff, matter, hushed, wrapup, again,
            code_at, code_tries, proved_at from hotline_call where jurisdiction = $1 and id = $2";
    pub(super) IN_STATE = "select id, way, office, caller, number, began_at, answered_at, ended_at, state, staff, matter, hushed, wrapup,
            again, code_at, code_tries, proved_at from hotline_call
        where jurisdiction = $1 and state = $2 and office = $3 order by began_at, id limit $4";
    pub(super) OPEN_OF = "select id, way, office, caller, number, began_at, answered_at, ended_at, state, staff, matter, hushed, wrapup,
            again, code_at, code_tries, proved_at from hotline_call
        where jurisdiction = $1 and state = 'ended' and began_at > $2 and staff = $3 and wrapup = '' order by began_at, id limit $4";
    pub(super) AGAIN = "select id, way, office, caller, number, began_at, answered_at, ended_at, state, staff, matter, hushed, wrapup, again,
            code_at, code_tries, proved_at from hotline_call
        where jurisdiction = $1 and again = 'wanted' and office = $2 order by began_at, id limit $3";
    pub(super) STEPS = "select what, at, staff, office from hotline_step where jurisdiction = $1 and call = $2";
    pub(super) TAKE = "update hotline_call set staff = $3 where jurisdiction = $1 and id = $2 and (staff is null or staff = $3)";
    pub(super) PASS = "update hotline_call set staff = $3, office = $4, code_at = null, proved_at = null
        where jurisdiction = $1 and id = $2";
    pub(super) WRAP = "update hotline_call set wrapup = $3, ended_at = coalesce(ended_at, $4), again = case when again = 'wanted'
            then 'done' else again end, code_at = null, proved_at = null where jurisdiction = $1 and id = $2 and wrapup = ''";
    pub(super) SETTLED = "update hotline_call set again = 'done' where jurisdiction = $1 and id = $2 and again = 'wanted'";
    pub(super) FILED = "update hotline_call set matter = $3, again = case when again = 'wanted' then 'done' else again end
        where jurisdiction = $1 and id = $2 and matter is null";
    pub(super) HUSH = "update hotline_call set hushed = 1, caller = $3, number = $3, matter = null, again = '', code_at = null,
            proved_at = null where jurisdiction = $1 and id = $2";
    pub(super) DROP_STEPS = "delete from hotline_step where jurisdiction = $1 and call = $2";
    pub(super) CODES = "select cast(count(*) as bigint) as many from hotline_step join hotline_call on
            hotline_call.jurisdiction = hotline_step.jurisdiction and hotline_call.id = hotline_step.call
        where hotline_call.jurisdiction = $1 and hotline_call.number = $2 and hotline_call.began_at > $3 and hotline_step.what = 'code'";
    pub(super) CODE = "update hotline_call set code_at = $3, code_tries = 0, proved_at = null where jurisdiction = $1 and id = $2";
    pub(super) TRIED = "update hotline_call set code_tries = code_tries + 1 where jurisdiction = $1 and id = $2";
    pub(super) PROVED = "update hotline_call set proved_at = $3, code_at = null where jurisdiction = $1 and id = $2";
    pub(super) OF_MATTER = "update hotline_call set hushed = 1, caller = $3, number = $3, matter = null where jurisdiction = $1 and matter = $2";
    pub(super) FADE = "update hotline_call set caller = $3, number = $3, again = '', staff = null where jurisdiction = $1 and began_at < $2
        and (length(caller) > 0 or staff is not null)";
    pub(super) FADE_STEPS = "delete from hotline_step where jurisdiction = $1 and at < $2";
    pub(super) LOST = "update hotline_call set ended_at = $3, state = case when answered_at is null then 'missed' else 'ended' end,
            again = case when answered_at is null and length(number) > 0 then 'wanted' else again end
        where jurisdiction = $1 and began_at < $2 and ended_at is null";
    pub(super) HOURS = "select (began_at - $3) / 3600000000 as hour, cast(count(*) as bigint) as many,
            cast(sum(case when answered_at is not null then 1 else 0 end) as bigint) as answered,
            cast(sum(case when answered_at - began_at <= $5 then 1 else 0 end) as bigint) as soon,
            cast(sum(case when answered_at is not null then answered_at - began_at else 0 end) as bigint) as waited
        from hotline_call where jurisdiction = $1 and began_at >= $3 and began_at < $4 and way = 'exchange' and office = $2
        group by (began_at - $3) / 3600000000 order by 1";
    pub(super) WRAPS = "select wrapup, cast(count(*) as bigint) as many from hotline_call
        where jurisdiction = $1 and began_at >= $3 and began_at < $4 and office = $2 and wrapup <> ''
        group by wrapup order by wrapup";
    pub(super) LAST = "select max(began_at) as last, cast(count(*) as bigint) as many from hotline_call
        where jurisdiction = $1 and way = 'exchange' and began_at > $2";
}

/// Lists the statements, so that a test prepares each on both engines.
pub const STATEMENTS: &[(&str, &str)] = ALL;
