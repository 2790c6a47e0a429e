//! Queues: what an office, a person or the whole site has on its table, by what is due. Clear columns only; whoever is
//! close to a person behind a matter does not see it, nor is it counted for them.

use std::collections::BTreeSet;
use std::sync::Arc;

use civic::directory::{Directory, Staff};
use civic::journal;
use civic::permit::{Act, Who, may, near, only_near};
use civic::site::Site;
use data_encoding::HEXLOWER;
use db::{Fault, Question, Tx, Value, params, values};
use jiff::ToSpan;
use jiff::civil::Date;
use uuid::Uuid;

use crate::appeal::{Event, Stage, State};
use crate::store::{self, Loaded, Row, row_of};

/// Rows of one page.
pub const PAGE_ROWS_MAX: i64 = 50;

/// Longest title, in characters.
const TITLE_CHARS_MAX: usize = 40;

/// Matters that one count goes through at most; a page says so (`1000+`). Lists have no such end.
pub const COUNT_MAX: i64 = 1_000;

/// Says what is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// The whole site instead of the own office.
    pub whole: bool,
    /// Civil day of the site.
    pub today: Date,
    /// Last day that counts as soon.
    pub soon: Date,
    /// Matters that one count goes through at most.
    pub max: i64,
}

/// Says whose table is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// What the own office holds.
    Held,
    /// What I work on.
    Mine,
    /// What a colleague works on for whom I stand in.
    Of(Uuid),
    /// What others ask of the own office: offers, joint work, calls, reviews.
    Asked,
    /// What residents of the own office's matters have to be told by telephone.
    Calls,
    /// What the joint conference has to rule.
    Conference,
    /// The whole site.
    Site,
}

/// Narrows a queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Stage code.
    pub stage: Option<String>,
    /// Kind code.
    pub kind: Option<String>,
    /// Category code.
    pub category: Option<String>,
    /// Only what is due before this day.
    pub due_before: Option<String>,
    /// Only what still owes an answer (or does not).
    pub owes: Option<bool>,
    /// Finished matters instead of open ones.
    pub finished: bool,
    /// Rank and number of the last row of the page before.
    pub after: Option<(String, String)>,
    /// Rows wanted, when fewer than a whole page.
    pub rows_max: Option<i64>,
}

impl Filter {
    fn rows_max(&self) -> i64 {
        self.rows_max.map_or(PAGE_ROWS_MAX, |max| max.clamp(1, PAGE_ROWS_MAX))
    }

    /// Returns the stretches of ranks that hold all that fits: where each begins and before which it ends. A rank is what is
    /// owed and then the last day, so no list is gone through for a day that stands nowhere in it.
    fn spans(&self) -> Vec<(String, String)> {
        let owing = [store::RANK_DANGER, store::RANK_OWING].into_iter().filter(|_| self.owes != Some(false));
        let ranks = owing.chain(Some(store::RANK_ANSWERED).filter(|_| self.owes != Some(true)));
        // a day ends with a digit, so everything of a rank stands before the rank and a colon
        let span = |rank: char| (rank.to_string(), format!("{rank}{}", self.due_before.as_deref().unwrap_or(":")));
        let all: Vec<(String, String)> = ranks.map(span).collect();
        match (&self.due_before, all.first(), all.last()) {
            (None, Some((begin, _)), Some((_, end))) => vec![(begin.clone(), end.clone())],
            _ => all,
        }
    }
}

/// Counts a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Open in all.
    pub open: i64,
    /// An answer is owed.
    pub owing: i64,
    /// Past the legal last day.
    pub overdue: i64,
    /// Due within the days asked for.
    pub soon: i64,
    /// Life in danger.
    pub danger: i64,
    /// Not yet registered.
    pub fresh: i64,
    /// Others ask for something.
    pub asked: i64,
    /// Residents to be told something by telephone.
    pub calls: i64,
    /// Waiting for the joint conference.
    pub disputed: i64,
}

/// Is one page of a queue.
#[derive(Debug, Clone)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Row>,
    /// Where the next page begins; none on the last.
    pub next: Option<(String, String)>,
}

/// Reads one page.
pub fn page(tx: &mut Tx<'_>, site: &Site, staff: &Staff, (scope, filter): (Scope, &Filter)) -> Result<Page, Fault> {
    let hidden = hidden(tx, site, staff)?;
    page_from(tx, site, staff, (scope, filter, &hidden), None)
}

/// Reads one page, of which the first rows may be known, without what this person must not know of.
pub(crate) fn page_from(
    tx: &mut Tx<'_>,
    site: &Site,
    staff: &Staff,
    (scope, filter, hidden): (Scope, &Filter, &BTreeSet<Uuid>),
    mut first: Option<Vec<db::Row>>,
) -> Result<Page, Fault> {
    let rows_max = filter.rows_max() as usize;
    let directory = site.directory();
    let (mut rows, mut after) = (Vec::new(), filter.after.clone());
    let spans = match scope {
        // ranks of another kind, and nothing to narrow
        Scope::Asked | Scope::Calls | Scope::Conference => vec![(String::new(), ":".to_owned())],
        _ => filter.spans(),
    };
    let ahead = |(_, end): &(String, String)| filter.after.as_ref().is_none_or(|(rank, _)| rank < end);
    let mut spans = spans.into_iter().filter(ahead).peekable();
    while let Some((begin, end)) = spans.peek() {
        let from = after.clone().filter(|(rank, _)| rank >= begin).unwrap_or_else(|| (begin.clone(), String::new()));
        let told = match first.take() {
            Some(told) => told,
            None => fetch(tx, site, staff, (scope, filter, (&from, end)))?,
        };
        let found = told.iter().map(row_of).collect::<Result<Vec<Row>, Fault>>()?;
        if found.len() < rows_max {
            spans.next();
        }
        after = found.last().map(|row| (row.rank.clone(), row.number.clone())).or(after);
        let shown = |row: &Row| !hidden.contains(&row.id) && concerns(&directory, staff, (scope, row));
        let mut fresh: Vec<Row> = found.into_iter().filter(shown).collect();
        fresh.dedup_by(|a, b| a.id == b.id);
        rows.extend(fresh);
        if rows.len() >= rows_max {
            break;
        }
    }
    let more = spans.peek().is_some() || rows.len() > rows_max;
    rows.truncate(rows_max);
    let next = rows.last().filter(|_| more).map(|row| (row.rank.clone(), row.number.clone()));
    Ok(Page { rows, next })
}

/// Tells whether a row of a list concerns somebody: on tables of more than the own office the permit is asked, on the own
/// one whoever serves one place sees that place.
fn concerns(directory: &Directory, staff: &Staff, (scope, row): (Scope, &Row)) -> bool {
    let who = Who::Staff { id: staff.id, session: Uuid::nil() };
    match scope {
        Scope::Site => may(directory, &who, Act::See, &row.subject()).is_ok(),
        Scope::Conference => may(directory, &who, Act::Arbitrate, &row.subject()).is_ok(),
        _ => !only_near(staff) || near(directory, staff, &row.subject()),
    }
}

fn fetch(
    tx: &mut Tx<'_>,
    site: &Site,
    staff: &Staff,
    (scope, filter, (from, end)): (Scope, &Filter, (&(String, String), &str)),
) -> Result<Vec<db::Row>, Fault> {
    let (rank, number) = (from.0.as_str(), from.1.as_str());
    let (jurisdiction, max) = (site.jurisdiction, filter.rows_max());
    let (sql, params) = match scope {
        Scope::Asked => return asked(tx, site, staff, (rank, number)),
        Scope::Calls => (store::QUEUE_CALLS, values![jurisdiction, staff.office.as_str(), rank, number, max]),
        Scope::Conference => (store::QUEUE_DISPUTED, values![jurisdiction, rank, number, max]),
        Scope::Held | Scope::Mine | Scope::Of(_) | Scope::Site => listed(site, staff, (scope, filter, (from, end))),
    };
    tx.rows(sql, &params)
}

/// Returns the question whose answer the first page of the own table begins with.
pub(crate) fn first_held(site: &Site, staff: &Staff, filter: &Filter) -> Question<'static> {
    let (begin, end) = filter.spans().into_iter().next().unwrap_or_default();
    listed(site, staff, (Scope::Held, filter, (&(begin, String::new()), &end)))
}

/// Asks for a stretch of a list that can be narrowed.
fn listed(
    site: &Site,
    staff: &Staff,
    (scope, filter, ((rank, number), end)): (Scope, &Filter, (&(String, String), &str)),
) -> Question<'static> {
    let narrow: [Value; 5] =
        [filter.stage.clone().into(), filter.kind.clone().into(), filter.category.clone().into(), end.into(), filter.owes.into()];
    // what nobody registered yet is few among many: it has an index of its own
    let fresh = scope == Scope::Held && filter.stage.as_deref() == Some(Stage::Received.code());
    let (sql, whose): (_, Option<Value>) = match scope {
        Scope::Site => (store::QUEUE_SITE, None),
        Scope::Mine => (store::QUEUE_MINE, Some(staff.id.into())),
        Scope::Of(colleague) => (store::QUEUE_MINE, Some(colleague.into())),
        _ if fresh => (store::QUEUE_FRESH, Some(staff.office.as_str().into())),
        _ => (store::QUEUE_HELD, Some(staff.office.as_str().into())),
    };
    let mut all = vec![site.jurisdiction.into()];
    all.extend(whose);
    all.extend(values![!filter.finished, rank, number]);
    all.extend(narrow.into_iter().skip(usize::from(fresh)));
    all.push(filter.rows_max().into());
    (sql, all)
}

/// Lists what others ask of the own office, or asked of offices that it took over.
fn asked(tx: &mut Tx<'_>, site: &Site, staff: &Staff, (rank, number): (&str, &str)) -> Result<Vec<db::Row>, Fault> {
    let mut found: Vec<(String, String, db::Row)> = Vec::new();
    for code in site.directory().codes_of(&staff.office) {
        for row in tx.rows(store::QUEUE_ASKED, params![site.jurisdiction, code, rank, number, PAGE_ROWS_MAX])? {
            found.push((row.get("rank")?, row.get("number")?, row));
        }
    }
    found.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    Ok(found.into_iter().take(PAGE_ROWS_MAX as usize).map(|(_, _, row)| row).collect())
}

/// Is what another office asks of the own one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// `offered`, `co_handler`, `whistled`, `referral` or `reviewer`.
    pub what: String,
    /// Its own term: a day, or an instant for a whistle.
    pub until: String,
}

/// Lists what is asked of the own office with each matter of a page, and until when.
pub fn asks(tx: &mut Tx<'_>, site: &Site, staff: &Staff, rows: &[Row]) -> Result<Vec<Vec<Ask>>, Fault> {
    let directory = site.directory();
    let mut all = Vec::with_capacity(rows.len());
    for row in rows.iter().take(PAGE_ROWS_MAX as usize) {
        let mut of_row = Vec::new();
        for code in directory.codes_of(&staff.office) {
            for ask in tx.rows(store::ASKS, params![site.jurisdiction, row.id, code])? {
                of_row.push(Ask { what: ask.get("role")?, until: ask.get("until")? });
            }
        }
        all.push(of_row);
    }
    Ok(all)
}

/// Counts the own office's table, or the whole site's for those who may see it, as far as asked.
pub fn counts(tx: &mut Tx<'_>, site: &Site, staff: &Staff, reach: Reach) -> Result<Counts, Fault> {
    if only_near(staff) {
        return counts_near(tx, site, staff, reach);
    }
    let Reach { whole, today, soon, max: upto } = reach;
    let (jurisdiction, office) = (site.jurisdiction, staff.office.as_str());
    let hidden = hidden(tx, site, staff)?;
    // far enough that taking off what must not be known never shows
    let max = upto + 1 + hidden.len() as i64;
    let [a, b, c, d] = bounds(today, soon);
    let table = if whole {
        (store::COUNTS_SITE, values![jurisdiction, a, b, c, d, max])
    } else {
        (store::COUNTS_HELD, values![jurisdiction, office, a, b, c, d, max])
    };
    let mut questions = vec![
        table,
        (store::COUNT_CALLS, values![jurisdiction, office, max]),
        (store::COUNT_DISPUTED, values![jurisdiction, max]),
    ];
    let directory = site.directory();
    let codes = directory.codes_of(office);
    questions.extend(codes.iter().map(|code| (store::COUNT_ASKED, values![jurisdiction, *code, max])));
    let answers = tx.ask(&questions)?;
    let first = |at: usize| answers.get(at).and_then(|rows| rows.first()).ok_or_else(|| Fault::other("a count gave no row"));
    let row = first(0)?;
    let mut counts = Counts {
        open: row.get("open_all")?,
        owing: row.get("owing")?,
        overdue: row.get::<i64>("overdue_danger")? + row.get::<i64>("overdue_plain")?,
        soon: row.get::<i64>("soon_danger")? + row.get::<i64>("soon_plain")?,
        danger: row.get("danger")?,
        fresh: row.get("fresh")?,
        asked: 0,
        calls: first(1)?.get("calls")?,
        disputed: first(2)?.get("disputed")?,
    };
    for at in 0..codes.len() {
        counts.asked += first(3 + at)?.get::<i64>("asked")?;
    }
    let (today, soon) = (today.to_string(), soon.to_string());
    for id in hidden {
        for code in site.directory().codes_of(office) {
            counts.asked -= i64::from(tx.row(store::IS_ASKED, params![jurisdiction, id, code])?.is_some());
        }
        let call = tx.row(store::IS_CALL, params![jurisdiction, id])?;
        counts.calls -= i64::from(call.map_or(Ok(String::new()), |row| row.get("office"))? == office);
        if let Some(row) = store::row(tx, jurisdiction, id)?.filter(|row| row.open && (whole || row.owner == office)) {
            counts.put_on(&row, (&today, &soon), -1);
        }
    }
    Ok(counts)
}

/// Says for how much of the news on a table some matters stand.
pub(crate) fn news_of(
    tx: &mut Tx<'_>,
    site: &Site,
    staff: &Staff,
    (reach, matters): (Reach, &BTreeSet<Uuid>),
) -> Result<i64, Fault> {
    let (jurisdiction, directory) = (site.jurisdiction, site.directory());
    let codes = directory.codes_of(&staff.office);
    let mut questions: Vec<Question<'_>> = Vec::new();
    for id in matters {
        questions.push((store::GET, values![jurisdiction, *id]));
        questions.extend(codes.iter().map(|code| (store::IS_ASKED, values![jurisdiction, *id, *code])));
    }
    let answers = tx.ask(&questions)?;
    let (today, soon) = (reach.today.to_string(), reach.soon.to_string());
    let (mut counts, mut asked) = (Counts::default(), 0);
    for answers in answers.chunks(1 + codes.len()) {
        let row = answers.first().and_then(|rows| rows.first()).map(row_of).transpose()?;
        if let Some(row) = row.filter(|row| row.open && row.owner == staff.office) {
            counts.put_on(&row, (&today, &soon), 1);
        }
        asked += answers.iter().skip(1).filter(|rows| !rows.is_empty()).count() as i64;
    }
    Ok(counts.fresh + counts.soon + counts.overdue + asked)
}

/// Counts for somebody who serves one place: row by row, for their lists are short.
fn counts_near(tx: &mut Tx<'_>, site: &Site, staff: &Staff, reach: Reach) -> Result<Counts, Fault> {
    let (today, soon) = (reach.today.to_string(), reach.soon.to_string());
    let (mut counts, mut filter) = (Counts::default(), Filter::default());
    loop {
        let page = page(tx, site, staff, (Scope::Held, &filter))?;
        for row in &page.rows {
            counts.put_on(row, (&today, &soon), 1);
        }
        filter.after = page.next;
        if filter.after.is_none() || counts.open > reach.max {
            break;
        }
    }
    counts.asked = page(tx, site, staff, (Scope::Asked, &Filter::default()))?.rows.len() as i64;
    counts.calls = page(tx, site, staff, (Scope::Calls, &Filter::default()))?.rows.len() as i64;
    counts.disputed = 0;
    Ok(counts)
}

/// Returns the ranks at which due today begins, in danger and not, and the two behind the last soon day.
pub(crate) fn bounds(today: Date, soon: Date) -> [String; 4] {
    let behind = soon.saturating_add(1.day());
    let rank = |first: char, day: Date| format!("{first}{day}");
    [
        rank(store::RANK_DANGER, today),
        rank(store::RANK_OWING, today),
        rank(store::RANK_DANGER, behind),
        rank(store::RANK_OWING, behind),
    ]
}

impl Counts {
    /// Puts one matter on, or takes it off.
    fn put_on(&mut self, row: &Row, (today, soon): (&str, &str), one: i64) {
        let when = |holds: bool| if holds { one } else { 0 };
        self.open += one;
        self.owing += when(row.owes);
        self.overdue += when(row.owes && row.due.as_str() < today);
        self.soon += when(row.owes && (today..=soon).contains(&row.due.as_str()));
        self.danger += when(row.owes && row.danger);
        self.fresh += when(row.stage == Stage::Received);
        self.disputed += when(row.disputed);
    }
}

/// Says a count as it stands on a page: over what was asked for it is not counted to the end.
pub fn shown(count: i64, max: i64) -> String {
    if count > max { format!("{max}+") } else { count.to_string() }
}

/// Lists the open matters that a member of staff works on, in the order of their lists.
pub fn of_handler(tx: &mut Tx<'_>, jurisdiction: i64, staff: Uuid) -> Result<Vec<Uuid>, Fault> {
    tx.rows(store::OF_HANDLER, params![jurisdiction, staff])?.iter().map(|row| row.get("id")).collect()
}

/// Reads where the matters of a page stand, in its order: what a list says of each beyond its clear row.
pub fn states(tx: &mut Tx<'_>, site: &Site, rows: &[Row]) -> Result<Vec<Option<Arc<State>>>, Fault> {
    let rows = rows.iter().take(PAGE_ROWS_MAX as usize);
    rows.map(|row| Ok(store::opened(tx, site, row)?.map(|loaded| loaded.state))).collect()
}

/// Lists the matters a member of staff must not know of: those of declared contacts of their own.
pub(crate) fn hidden(tx: &mut Tx<'_>, site: &Site, staff: &Staff) -> Result<BTreeSet<Uuid>, Fault> {
    let questions = hidden_questions(site, staff)?;
    tx.ask(&questions)?.iter().flatten().map(|row| row.get("matter")).collect()
}

/// Lists the questions whose answers, each a `matter`, tell what [`hidden`] does: for whoever asks more with them.
pub(crate) fn hidden_questions(site: &Site, staff: &Staff) -> Result<Vec<Question<'static>>, Fault> {
    let directory = site.directory();
    let own = directory.relatives.iter().filter(|relative| relative.active && relative.staff == staff.id);
    let questions = own.map(|relative| {
        let contact = HEXLOWER.decode(relative.contact.as_bytes());
        let contact = contact.map_err(|_| Fault::other("a relative's contact is not hexadecimal"))?;
        Ok((store::OF_CONTACT, values![site.jurisdiction, contact]))
    });
    questions.collect()
}

/// Opens the beginnings of the texts of a page, for whoever may read each. The caller has logged one list reading.
pub fn titles(tx: &mut Tx<'_>, site: &Site, who: &Who, rows: &[Row]) -> Result<Vec<Option<String>>, Fault> {
    let directory = site.directory();
    let mut all = Vec::with_capacity(rows.len());
    for row in rows.iter().take(PAGE_ROWS_MAX as usize) {
        let loaded = store::opened(tx, site, row)?;
        let permitted = loaded.filter(|loaded| may(&directory, who, Act::ReadPersonal, &loaded.state.subject()).is_ok());
        all.push(permitted.as_ref().and_then(title));
    }
    Ok(all)
}

/// Opens the words of those rows that nobody has sorted or accepted yet, to suggest what they are about: for whoever may read each,
/// and not where its resident wants none to be read. The caller has logged one list reading.
pub fn unsorted(tx: &mut Tx<'_>, site: &Site, who: &Who, rows: &[Row]) -> Result<Vec<Option<String>>, Fault> {
    let directory = site.directory();
    let early = |row: &Row| matches!(row.stage, Stage::Received | Stage::Registered);
    let mut all = Vec::with_capacity(rows.len());
    for row in rows.iter().take(PAGE_ROWS_MAX as usize) {
        let loaded = if early(row) { store::opened(tx, site, row)? } else { None };
        let open = loaded.filter(|loaded| {
            let state = &loaded.state;
            !state.unread && state.sorted.is_none() && may(&directory, who, Act::ReadPersonal, &state.subject()).is_ok()
        });
        all.push(open.and_then(|loaded| match loaded.events.first() {
            Some((_, Event::Filed(filing))) => Some(filing.what.clone()),
            _ => None,
        }));
    }
    Ok(all)
}

/// Returns the beginning of an opened matter's text.
pub(crate) fn title(loaded: &Loaded) -> Option<String> {
    match loaded.events.first() {
        Some((_, Event::Filed(filing))) => Some(shortened(&filing.what, TITLE_CHARS_MAX)),
        _ => None,
    }
}

fn shortened(text: &str, max: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= max {
        return line;
    }
    let cut: String = line.chars().take(max).collect();
    format!("{cut}…")
}

/// Tells the size of the public log, for pages that show it.
pub fn log_size(tx: &mut Tx<'_>, site: &Site) -> Result<u64, Fault> {
    Ok(journal::head(tx, site.jurisdiction)?.map_or(0, |(size, _)| size))
}
