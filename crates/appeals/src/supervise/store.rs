//! Cards, one row each: a consequence of events like every derived table. And the day on which the ladder was climbed last, by which a clock
//! that ran ahead is noticed before every open matter has a card.

use civic::site::Site;
use db::{Fault, Keep, Migration, Tx, Value, params};
use jiff::civil::Date;

use super::Card;
use crate::appeal::State;

/// Builds the tables.
pub const MIGRATION: Migration = Migration {
    name: "0440_supervised",
    sql: "create table supervised (
            jurisdiction bigint not null,
            matter uuid not null,
            of bigint not null,
            number text not null,
            office text not null,
            standing text not null,
            rank text not null,
            rung bigint not null,
            primary key (jurisdiction, matter, of));
          create index supervised_standing on supervised (jurisdiction, standing, rank, number, of);
          create index supervised_office on supervised (jurisdiction, office, standing, rank, number, of);
          create table ladder_day (jurisdiction bigint not null primary key, day text not null, held boolean not null);",
    sql_postgres: None,
};

/// Guards the day of the ladder.
pub(crate) const GUARD: db::Guard = db::Guard { table: "ladder_day", keep: Keep::Kept };

db::statements! {
    pub(crate) PUT_SUPERVISED = "insert into supervised (jurisdiction, matter, of, number, office, standing, rank, rung)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (jurisdiction, matter, of) do update set office = excluded.office, standing = excluded.standing,
            rank = excluded.rank, rung = excluded.rung";
    pub(crate) DUMP_SUPERVISED = "select matter, of, number, office, standing, rank, rung from supervised
        where jurisdiction = $1 and (matter, of) > ($2, $3) order by matter, of limit $4";
    /// Of an erased matter nothing is left to be read; its entries in the log stay.
    pub(crate) DROP_SUPERVISED = "delete from supervised where jurisdiction = $1 and matter = $2";
    pub(super) LIST = "select matter, of, number, rank from supervised
        where jurisdiction = $1 and standing = $2 and (rank, number, of) > ($3, $4, $5) order by rank, number, of limit $6";
    pub(super) LIST_OF = "select matter, of, number, rank from supervised
        where jurisdiction = $1 and office = $2 and standing = $3 and (rank, number, of) > ($4, $5, $6)
        order by rank, number, of limit $7";
    pub(super) COUNTS = "select office, standing, rung, cast(count(*) as bigint) as many from supervised
        where jurisdiction = $1 and standing < 'lifted' group by office, standing, rung";
    /// Lists matters in the order of their numbers, which begin with the day of filing.
    pub(super) FILED = "select id, number from matter where jurisdiction = $1 and number > $2 and number < $3 order by number limit $4";
    LAST_DAY = "select day, held from ladder_day where jurisdiction = $1";
    NOTE_LADDER = "insert into ladder_day (jurisdiction, day, held) values ($1, $2, $3)
        on conflict (jurisdiction) do update set day = excluded.day, held = excluded.held";
    WAITING = "select id from matter where jurisdiction = $1 and wake is not null and wake <= $2 order by wake, number limit $3";
}

/// Says how a card stands: its row's own word. In this order they are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ladder {
    /// Hangs, and climbs.
    Climbs,
    /// The office showed something, and a supervisor has to look.
    Evidence,
    /// Was taken away.
    Lifted,
}

impl Ladder {
    /// Lists all of them.
    pub const ALL: [Self; 3] = [Self::Evidence, Self::Climbs, Self::Lifted];

    /// Returns the code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Climbs => "climbs",
            Self::Evidence => "evidence",
            Self::Lifted => "lifted",
        }
    }

    /// Says how a card stands.
    pub fn of(card: &Card) -> Self {
        if card.lifted.is_some() {
            Self::Lifted
        } else if card.shown.is_some() {
            Self::Evidence
        } else {
            Self::Climbs
        }
    }
}

/// Writes the rows of a matter that changed.
pub(crate) fn put(tx: &mut Tx<'_>, jurisdiction: i64, before: Option<&State>, after: &State) -> Result<(), Fault> {
    let same = |before: &State| before.supervision.cards == after.supervision.cards && unowned(before) == unowned(after);
    if after.supervision.cards.is_empty() || before.is_some_and(same) {
        return Ok(());
    }
    rows(jurisdiction, after).iter().try_for_each(|row| tx.later(PUT_SUPERVISED, row))
}

/// Tells whether no office wants it, or one gave it back: these come first.
fn unowned(state: &State) -> bool {
    state.disputed || state.offer.is_some() || state.returns > 0
}

/// Writes the rows of a matter.
pub(crate) fn rows(jurisdiction: i64, state: &State) -> Vec<Vec<Value>> {
    let (first, number) = (u8::from(!unowned(state)), state.number.as_str());
    let row = |card: &Card| {
        // unowned and returned ones first, then those that climbed highest, then those that are late longest
        let rank = format!("{first}{}{}", 9 - card.rung.min(9), card.last);
        let (office, standing) = (card.office.as_str(), Ladder::of(card).code());
        params![jurisdiction, state.matter, card.version, number, office, standing, rank, i64::from(card.rung)].to_vec()
    };
    state.supervision.cards.iter().map(row).collect()
}

/// Tells whether the ladder stands still today: where nothing ran for days and then far more is due than on any day, a clock went wrong, or
/// the program stood still. The first day is left to notice it; a clock that is set right the same day leaves no card behind.
pub(crate) fn held(tx: &mut Tx<'_>, site: &Site, today: Date) -> Result<bool, Fault> {
    let (rules, jurisdiction) = (site.rules(), site.jurisdiction);
    let last = match tx.row(LAST_DAY, params![jurisdiction])? {
        Some(row) => Some((row.get::<String>("day")?, row.get::<bool>("held")?)),
        None => None,
    };
    let (day, text) = (last.as_ref().and_then(|(day, _)| day.parse::<Date>().ok()), today.to_string());
    if let Some((_, held)) = last.filter(|(day, _)| *day == text) {
        return Ok(held);
    }
    let gap = day.and_then(|day| today.since(day).ok()).map_or(0, |gap| gap.get_days());
    let mut held = false;
    if gap > i32::try_from(rules.term("site.ladder_gap").value).unwrap_or(i32::MAX) {
        let bulk = i64::from(rules.term("site.ladder_bulk").value);
        held = tx.rows(WAITING, params![jurisdiction, text.as_str(), bulk])?.len() as i64 >= bulk;
    }
    tx.run(NOTE_LADDER, params![jurisdiction, text, held])?;
    Ok(held)
}
