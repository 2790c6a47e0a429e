//! The address of a view: scope, filters, place in the list.

use appeals::queue::{Filter, Scope};
use appeals::{Kind, Stage};
use civic::permit::{Act, Subject};
use form_urlencoded::Serializer;
use jiff::ToSpan;
use jiff::civil::Date;
use worktime::Calendar;

use crate::desk::frame::Desk;
use crate::extract::Fields;
use crate::link;

/// Working days from which a matter counts as due soon.
const SOON_DAYS: i64 = 3;

/// Is a view of the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Whose table.
    pub scope: Scope,
    /// Narrowed how.
    pub filter: Filter,
    /// `late` or `soon`; empty for all.
    pub due: String,
}

impl View {
    /// Reads a view off an address. What cannot be read is left out.
    pub fn read(desk: &Desk, query: &Fields) -> Self {
        let scope = scopes(desk).into_iter().find(|(code, _)| code == query.get("scope")).map(|(_, scope)| scope);
        let scope = scope.or_else(|| scopes(desk).into_iter().next().map(|(_, scope)| scope)).unwrap_or(Scope::Held);
        let today = desk.app.today();
        let due = query.get("due").to_owned();
        let before = match due.as_str() {
            "late" => Some(today),
            "soon" => Some(soon(&desk.app.hall.site.calendar(), today).saturating_add(1.day())),
            _ => None,
        };
        let known = |name: &str, fits: &dyn Fn(&str) -> bool| Some(query.get(name).to_owned()).filter(|code| fits(code));
        let rules = desk.app.hall.site.rules();
        let filter = Filter {
            stage: known("stage", &|code| Stage::parse(code).is_some()),
            kind: known("kind", &|code| Kind::parse(code).is_some()),
            category: known("category", &|code| rules.category(code).is_some()),
            due_before: before.map(|day| day.to_string()),
            owes: (before.is_some() || query.get("owes") == "1").then_some(true),
            finished: query.get("finished") == "1",
            after: query.get("after").split_once('~').map(|(rank, number)| (rank.to_owned(), number.to_owned())),
            rows_max: None,
        };
        Self { scope, filter, due }
    }

    /// Writes the address of this view at a place in the list.
    pub fn address(&self, after: Option<&(String, String)>) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair("scope", &code(self.scope));
        let texts = [("stage", &self.filter.stage), ("kind", &self.filter.kind), ("category", &self.filter.category)];
        for (name, text) in texts {
            if let Some(text) = text {
                query.append_pair(name, text);
            }
        }
        if !self.due.is_empty() {
            query.append_pair("due", &self.due);
        }
        if self.filter.finished {
            query.append_pair("finished", "1");
        }
        if let Some((rank, number)) = after {
            query.append_pair("after", &format!("{rank}~{number}"));
        }
        format!("{}?{}", link::DESK, query.finish())
    }
}

/// Returns the code of a scope as it stands in addresses.
pub fn code(scope: Scope) -> String {
    match scope {
        Scope::Held => "held".into(),
        Scope::Mine => "mine".into(),
        Scope::Of(id) => format!("for-{id}"),
        Scope::Asked => "asked".into(),
        Scope::Calls => "calls".into(),
        Scope::Conference => "conference".into(),
        Scope::Site => "site".into(),
    }
}

/// Lists the tables this person may look at: asked from the permit, the own office's first.
pub fn scopes(desk: &Desk) -> Vec<(String, Scope)> {
    let office = &desk.person().office;
    let held = Subject { owner: office.clone(), ..Subject::default() };
    let asked = Subject { owner: String::new(), invited: vec![office.clone()], ..Subject::default() };
    let any = Subject::default();
    // a leader rules over, and looks at, the offices below the own one
    let directory = desk.directory();
    let below = directory.offices.values().find(|other| other.superior.as_ref() == Some(office));
    let below = below.map(|below| Subject { owner: below.code.clone(), ..Subject::default() });
    let may_below = |act: Act| below.as_ref().is_some_and(|below| desk.permit(act, below).is_ok());
    let may = |act: Act, subject: &Subject| desk.permit(act, subject).is_ok();
    let mut scopes = Vec::new();
    if may(Act::See, &held) {
        scopes.extend([Scope::Held, Scope::Mine]);
    }
    if may(Act::TellByPhone, &held) {
        scopes.push(Scope::Calls);
    }
    if may(Act::CoAnswer, &asked) || may(Act::DecideReview, &Subject { reviewer: Some(office.clone()), ..Subject::default() }) {
        scopes.push(Scope::Asked);
    }
    if may_below(Act::Arbitrate) {
        scopes.push(Scope::Conference);
    }
    if may(Act::See, &any) || may_below(Act::Arbitrate) {
        scopes.push(Scope::Site);
    }
    let today = desk.app.today();
    let away = directory.staff.values().filter(|staff| {
        staff.active && staff.office == *office && staff.deputy == Some(desk.person().id) && staff.away_on(today)
    });
    scopes.extend(away.map(|staff| Scope::Of(staff.id)));
    scopes.into_iter().map(|scope| (code(scope), scope)).collect()
}

/// Returns the address of the widest table this person may look at; what is in danger stands first in it.
pub fn everything(desk: &Desk) -> String {
    let scopes = scopes(desk);
    let widest = scopes.iter().find(|(_, scope)| *scope == Scope::Site).or(scopes.first());
    widest.map_or_else(|| link::DESK.to_owned(), |(code, _)| format!("{}?scope={code}", link::DESK))
}

/// Returns the last day that counts as soon.
pub fn soon(calendar: &Calendar, today: Date) -> Date {
    let (mut day, mut left) = (today, SOON_DAYS);
    while left > 0 && day < Date::MAX {
        day = day.saturating_add(1.day());
        left -= i64::from(calendar.is_working(day));
    }
    day
}
