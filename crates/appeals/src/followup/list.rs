//! Lists of the follow-up: call-backs that are owed, and what was put before the supervisor. The permit is asked for every row, with all that is
//! known of its matter: whoever must not know of one does not meet it here either.

use std::sync::Arc;

use civic::journal;
use civic::permit::{Act, Permitted, Subject, Who, may};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use db::{Fault, Row, Tx, params};
use jiff::civil::Date;
use uuid::Uuid;

use super::draw;
use super::store::{CALLS, JUDGED, LIST, LIST_OF};
use crate::appeal::{Event, Identity, ReplyText, State, compute};
use crate::store;

/// Rows of one page.
pub const PAGE_MAX: usize = 50;
/// Stands behind every day and number.
const END: &str = "~";

/// Is one call-back that is owed.
#[derive(Debug, Clone)]
pub struct Owed {
    /// The matter.
    pub state: Arc<State>,
    /// Which it is.
    pub which: Which,
    /// Until when.
    pub until: Date,
    /// How often nobody was reached.
    pub tries: u32,
}

/// Is one bad rating in the list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The matter.
    pub state: Arc<State>,
    /// Number of the criticism within it.
    pub of: i64,
}

/// Is a place in a list of criticism: day, number, number within the matter.
pub type Place = (String, String, i64);

/// Lists the call-backs that somebody may make after bad ratings, the earliest first.
pub fn calls(tx: &mut Tx<'_>, site: &Site, who: &Who) -> Result<Vec<Owed>, Fault> {
    let (mut all, mut after) = (Vec::new(), (String::new(), String::new()));
    loop {
        let rows = tx.rows(CALLS, params![site.jurisdiction, after.0.as_str(), after.1.as_str(), PAGE_MAX as i64])?;
        let Some(last) = rows.last() else { return Ok(all) };
        after = (last.get("call_until")?, last.get("number")?);
        for row in &rows {
            let Some(state) = permitted(tx, site, (who, Act::CallBack), row)? else { continue };
            let of: i64 = row.get("of")?;
            if let Some(call) = state.followup.criticism(of).and_then(|one| one.call_due()) {
                let (until, tries) = (call.due.due.last, call.tries);
                all.push(Owed { state, which: Which::Criticism(of), until, tries });
            }
        }
        if all.len() >= PAGE_MAX || rows.len() < PAGE_MAX {
            return Ok(all);
        }
    }
}

/// Lists what was put before the supervisor, of one office or of all, the newest first; and where the next page begins.
pub fn criticisms(
    tx: &mut Tx<'_>,
    site: &Site,
    who: &Who,
    (office, after): (Option<&str>, Option<Place>),
) -> Result<(Vec<Listed>, Option<Place>), Fault> {
    let (mut all, mut after) = (Vec::new(), after.unwrap_or((END.to_owned(), END.to_owned(), i64::MAX)));
    loop {
        let (jurisdiction, max) = (site.jurisdiction, PAGE_MAX as i64);
        let rows = match office {
            Some(office) => tx.rows(LIST_OF, params![jurisdiction, office, after.0.as_str(), after.1.as_str(), after.2, max])?,
            None => tx.rows(LIST, params![jurisdiction, after.0.as_str(), after.1.as_str(), after.2, max])?,
        };
        for row in &rows {
            after = (row.get("day")?, row.get("number")?, row.get("of")?);
            let state = permitted(tx, site, (who, Act::See), row)?;
            all.extend(state.map(|state| Listed { state, of: after.2 }));
            if all.len() >= PAGE_MAX {
                return Ok((all, Some(after)));
            }
        }
        if rows.len() < PAGE_MAX {
            return Ok((all, None));
        }
    }
}

fn permitted(tx: &mut Tx<'_>, site: &Site, (who, act): (&Who, Act), row: &Row) -> Result<Option<Arc<State>>, Fault> {
    let id: Uuid = row.get("matter")?;
    let Some(known) = store::row(tx, site.jurisdiction, id)? else { return Ok(None) };
    let Some(loaded) = store::opened(tx, site, &known)? else { return Ok(None) };
    let may = may(&site.directory(), who, act, &loaded.state.subject());
    Ok(may.is_ok().then_some(loaded.state))
}

/// Lists objections that their residents were not heard about so far, for whoever may write down what they say.
pub fn objections(tx: &mut Tx<'_>, site: &Site, (who, today): (&Who, Date)) -> Result<Vec<Owed>, Fault> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let rows = tx.rows(JUDGED, params![site.jurisdiction, after.as_str(), PAGE_MAX as i64])?;
        let Some(last) = rows.last() else { return Ok(all) };
        after = last.get("number")?;
        for row in &rows {
            let state = permitted(tx, site, (who, Act::HearObjection), row)?;
            let known = |state: &Arc<State>| all.last().is_some_and(|last: &Owed| last.state.matter == state.matter);
            let owed = state.filter(|state| !known(state)).and_then(|state| unheard(state, today));
            all.extend(owed);
        }
        if all.len() >= PAGE_MAX || rows.len() < PAGE_MAX {
            return Ok(all);
        }
    }
}

/// Says which objection its resident may still answer.
fn unheard(state: Arc<State>, today: Date) -> Option<Owed> {
    let (one, objection) = state.followup.pending()?;
    let (of, until) = (one.version, objection.heard_until);
    let waits = !objection.heard && today <= until;
    waits.then_some(Owed { state, which: Which::Objection(of), until, tries: 0 })
}

/// Says which call-back is meant: one after a bad rating, by the number of its criticism, one of an answer that was drawn, by its leaf, or one
/// about an office's objection, by the number of the criticism that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// After a bad rating.
    Criticism(i64),
    /// Of an answer that was drawn.
    Drawn(i64),
    /// About an office's objection: what the resident says to it.
    Objection(i64),
}

impl Which {
    /// Reads it as an address holds it: `c7`, `d1234` or `o7`.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, number) = text.split_at_checked(1)?;
        let number = number.parse().ok().filter(|number| *number >= 0)?;
        match kind {
            "c" => Some(Self::Criticism(number)),
            "d" => Some(Self::Drawn(number)),
            "o" => Some(Self::Objection(number)),
            _ => None,
        }
    }

    /// Writes it for an address.
    pub fn text(self) -> String {
        match self {
            Self::Criticism(version) => format!("c{version}"),
            Self::Drawn(leaf) => format!("d{leaf}"),
            Self::Objection(version) => format!("o{version}"),
        }
    }
}

impl Owed {
    /// Returns the number of the criticism after which somebody is rung up.
    pub fn of(&self) -> Option<i64> {
        if let Which::Criticism(of) = self.which { Some(of) } else { None }
    }

    /// Returns the leaf of the answer that was drawn.
    pub fn drawn(&self) -> Option<i64> {
        if let Which::Drawn(leaf) = self.which { Some(leaf) } else { None }
    }

    /// Tells whether its resident gave a name and a way to be reached: only then somebody rings up.
    pub fn reachable(&self) -> bool {
        self.state.identity == Identity::Named && !self.state.contacts.is_empty()
    }
}

/// Lists the call-backs of answers that were drawn, for whoever may make them. Nothing of it is written anywhere before somebody rang up.
pub fn drawn(tx: &mut Tx<'_>, site: &Site, (who, today): (&Who, Date)) -> Result<Vec<Owed>, Fault> {
    let mut all = Vec::new();
    if may(&site.directory(), who, Act::CallBack, &Subject::site()).is_err() {
        return Ok(all);
    }
    for (leaf, _) in draw::drawn(tx, site, today)? {
        let Some(id) = journal::matter_at(tx, site.jurisdiction, leaf)? else { continue };
        let Some(row) = store::row(tx, site.jurisdiction, id)? else { continue };
        let Some(loaded) = store::opened(tx, site, &row)? else { continue };
        if may(&site.directory(), who, Act::CallBack, &loaded.state.subject()).is_ok() {
            all.extend(of_draw(tx, site, (loaded.state, leaf), today)?);
        }
    }
    Ok(all)
}

/// Says what is owed of an answer that was drawn: only who gave a name and a way to be reached is rung up, and once.
fn of_draw(tx: &mut Tx<'_>, site: &Site, (state, leaf): (Arc<State>, i64), today: Date) -> Result<Option<Owed>, Fault> {
    let own = journal::matter_at(tx, site.jurisdiction, leaf)? == Some(state.matter);
    let tried = state.followup.drawn.get(&leaf).copied().unwrap_or_default();
    let reachable = state.identity == Identity::Named && !state.contacts.is_empty();
    if !own || tried.over || !reachable {
        return Ok(None);
    }
    let day = draw::look(tx, site, leaf, today)?;
    let until = day.map(|day| compute(&site.rules(), &site.calendar(), "site.draw_call", day).due.last);
    Ok(until.map(|until| Owed { state, which: Which::Drawn(leaf), until, tries: tried.tries }))
}

/// Finds one call-back that somebody may make; none where there is no such matter, or nothing is owed of it.
pub fn find(
    tx: &mut Tx<'_>,
    site: &Site,
    (who, today): (&Who, Date),
    (number, which): (&str, Which),
) -> Result<(Owed, Permitted), No> {
    let row = store::by_number(tx, site.jurisdiction, number)?.ok_or(No::Absent)?;
    let state = store::opened(tx, site, &row)?.ok_or(No::Absent)?.state;
    let act = if matches!(which, Which::Objection(_)) { Act::HearObjection } else { Act::CallBack };
    let permit = may(&site.directory(), who, act, &state.subject())?;
    let owed = match which {
        Which::Criticism(of) => {
            let call = state.followup.criticism(of).and_then(|one| one.call_due()).map(|call| (call.due.due.last, call.tries));
            call.map(|(until, tries)| Owed { state, which, until, tries })
        }
        Which::Drawn(leaf) => of_draw(tx, site, (state, leaf), today)?,
        Which::Objection(_) => unheard(state, today).filter(|owed| owed.which == which),
    };
    let code = if act == Act::HearObjection { "no_objection_to_answer" } else { "no_call_back_due" };
    owed.map(|owed| (owed, permit)).ok_or_else(|| Refusal::new(code).instead("read_timeline").into())
}

/// Is whom to ring up, and what they were answered.
#[derive(Debug, Clone)]
pub struct Person {
    /// Name.
    pub name: String,
    /// Telephone.
    pub mobile: String,
    /// E-mail.
    pub email: String,
    /// What they asked for, in their own words.
    pub what: String,
    /// The newest answer.
    pub reply: Option<ReplyText>,
    /// Ground and words of the office's newest objection to a rating.
    pub objection: Option<(String, String)>,
}

/// Opens whom to ring up. An access entry of this session is durable already; the permit is the one of the call-back.
pub fn person(tx: &mut Tx<'_>, site: &Site, permit: &Permitted, owed: &Owed) -> Result<Option<Person>, Fault> {
    assert!(matches!(permit.act(), Act::CallBack | Act::HearObjection), "whom to ring up is read under its own permit");
    let Some(loaded) = store::load(tx, site, owed.state.matter)? else { return Ok(None) };
    let reply = loaded.events.iter().rev().find_map(|(_, event)| match event {
        Event::Replied { reply, .. } => Some(reply.clone()),
        _ => None,
    });
    let objection = loaded.events.iter().rev().find_map(|(_, event)| match event {
        Event::RatingObjected { ground, words, .. } => Some((ground.clone(), words.clone())),
        _ => None,
    });
    // who told it in confidence is not opened to whoever asks
    let open = |text: &String| if owed.reachable() { text.clone() } else { String::new() };
    Ok(loaded.events.first().and_then(|(_, event)| match event {
        Event::Filed(filing) => Some(Person {
            name: open(&filing.name),
            mobile: open(&filing.mobile),
            email: open(&filing.email),
            what: filing.what.clone(),
            reply,
            objection,
        }),
        _ => None,
    }))
}
