//! Counting a table of matters without reading all of it: over indexes only, and never further than the asker says.

use db::Migration;

/// Adds what counting and the lists of other offices go by.
pub const MIGRATION: Migration = Migration {
    name: "0103_count",
    sql: "create index matter_fresh on matter (jurisdiction, is_open, stage, owner) where stage = 'received';
          create index matter_disputed on matter (jurisdiction, is_open, disputed, rank, number) where disputed = true;
          create index matter_provisional on matter (jurisdiction, is_open, provisional, number) where provisional = true;
          drop index matter_merged;
          create index matter_merged on matter (jurisdiction, merged_into, number) where merged_into is not null;
          alter table matter_party add column live boolean not null default false;
          alter table matter_party add column rank text not null default '';
          alter table matter_party add column number text not null default '';
          update matter_party set
            live = (done = false and exists (select 1 from matter m where m.jurisdiction = matter_party.jurisdiction
              and m.id = matter_party.matter and m.is_open = true)),
            rank = (select m.rank from matter m where m.jurisdiction = matter_party.jurisdiction and m.id = matter_party.matter),
            number = (select m.number from matter m where m.jurisdiction = matter_party.jurisdiction and m.id = matter_party.matter);
          create index matter_party_live on matter_party (jurisdiction, office, live, rank, number, matter) where live = true;",
    sql_postgres: None,
};

/// Lets what nobody has registered yet be listed by rank, within the index that counts it.
pub const FRESH_MIGRATION: Migration = Migration {
    name: "0171_fresh",
    sql: "drop index matter_fresh;
          create index matter_fresh on matter (jurisdiction, is_open, owner, rank, number) where stage = 'received';",
    sql_postgres: None,
};

// $3 to $6: the rank at which due today begins and the one behind the last soon day, each for what is in danger and not.
db::statements! {
    pub(crate) COUNTS_HELD = "select
            (select count(*) from (select 1 as one from matter where jurisdiction = $1 and owner = $2 and is_open = true
                limit $7) as part) as open_all,
            (select count(*) from (select 1 as one from matter where jurisdiction = $1 and owner = $2 and is_open = true
                and rank < '2' limit $7) as part) as owing,
            (select count(*) from (select 1 as one from matter where jurisdiction = $1 and owner = $2 and is_open = true
                and rank < '1' limit $7) as part) as danger,
            (select count(*) from (select 1 as one from matter where jurisdiction = $1 and owner = $2 and is_open = true
                and rank < $3 limit $7) as part) as overdue_danger,
            (select count(*) from (select 1 as one from matter where jurisdiction = $1 and owner = $2 and is_open = true
                and rank >= '1' and rank < $4 limit $7) as part) as overdue_plain,
            (select count(*) from (select 1 as one from matter where jurisdiction = $1 and owner = $2 and is_open = true
                and rank >= $3 and rank < $5 limit $7) as part) as soon_danger,
            (select count(*) from (select 1 as one from matter where jurisdiction = $1 and owner = $2 and is_open = true
                and rank >= $4 and rank < $6 limit $7) as part) as soon_plain,
            (select count(*) from (select 1 as one from matter where jurisdiction = $1 and owner = $2 and is_open = true
                and stage = 'received' limit $7) as part) as fresh";
    pub(crate) COUNTS_SITE = "select
            (select count(*) from (select 1 as one from matter where jurisdiction = $1 and is_open = true
                and number > '' limit $6) as part) as open_all,
            (select count(*) from (select 1 as one from matter where jurisdiction = $1 and is_open = true
                and number > '' and rank < '2' limit $6) as part) as owing,
            (select count(*) from (select 1 as one from matter where jurisdiction = $1 and is_open = true
                and number > '' and rank < '1' limit $6) as part) as danger,
            (select count(*) from (select 1 as one from matter where jurisdiction = $1 and is_open = true
                and number > '' and rank < $2 limit $6) as part) as overdue_danger,
            (select count(*) from (select 1 as one from matter where jurisdiction = $1 and is_open = true
                and number > '' and rank >= '1' and rank < $3 limit $6) as part) as overdue_plain,
            (select count(*) from (select 1 as one from matter where jurisdiction = $1 and is_open = true
                and number > '' and rank >= $2 and rank < $4 limit $6) as part) as soon_danger,
            (select count(*) from (select 1 as one from matter where jurisdiction = $1 and is_open = true
                and number > '' and rank >= $3 and rank < $5 limit $6) as part) as soon_plain,
            (select count(*) from (select 1 as one from matter where jurisdiction = $1 and is_open = true
                and stage = 'received' limit $6) as part) as fresh";
    /// Counts what wants somebody on an office's table, no further than $5: late or due soon, in danger and not, and not yet
    /// registered. $3 and $4: the ranks behind the last soon day.
    pub(crate) NEWS_HELD = "select count(*) as news from (
            select 1 as one from (select 1 as one from matter where jurisdiction = $1 and owner = $2 and is_open = true
                and rank < $3 limit $5) as part
            union all select 1 as one from (select 1 as one from matter where jurisdiction = $1 and owner = $2 and is_open = true
                and rank >= '1' and rank < $4 limit $5) as part
            union all select 1 as one from (select 1 as one from matter where jurisdiction = $1 and owner = $2 and is_open = true
                and stage = 'received' limit $5) as part
            limit $5) as part";
    pub(crate) NEWS_ASKED = "select count(*) as news from (select distinct rank, number from matter_party
        where jurisdiction = $1 and office = $2 and live = true limit $3) as part";
    pub(crate) COUNT_ASKED = "select count(*) as asked from (select distinct rank, number from matter_party
        where jurisdiction = $1 and office = $2 and live = true limit $3) as part";
    pub(crate) IS_ASKED = "select 1 as one from matter_party
        where jurisdiction = $1 and matter = $2 and office = $3 and live = true limit 1";
    pub(crate) COUNT_DISPUTED = "select count(*) as disputed from (select 1 as one from matter
        where jurisdiction = $1 and disputed = true and is_open = true limit $2) as part";
    pub(crate) ASKS = "select role, until from matter_party
        where jurisdiction = $1 and matter = $2 and office = $3 and live = true order by until, role";
    /// The queue of an office, of one stage: in an office of hundreds of thousands few are of it, and its rows are found by an
    /// index of their own. Parameters as those of `QUEUE_HELD`, without the stage.
    pub(crate) QUEUE_FRESH = concat!("select ", row!(""), " from matter
        where jurisdiction = $1 and owner = $2 and is_open = $3 and stage = 'received' and (rank, number) > ($4, $5)
            and (cast($6 as text) is null or kind = $6) and (cast($7 as text) is null or category = $7) and rank < $8
            and (cast($9 as boolean) is null or owes = $9)
        order by rank, number limit $10");
    pub(crate) QUEUE_ASKED = concat!("select ", row!("m."), " from matter_party p
        join matter m on m.jurisdiction = p.jurisdiction and m.id = p.matter
        where p.jurisdiction = $1 and p.office = $2 and p.live = true and (p.rank, p.number) > ($3, $4)
        order by p.rank, p.number limit $5");
}
