//! One member of staff: roles and office, leave and deputy, a new setup code, leaving with a hand-over.

use appeals::sealed::keys;
use appeals::{queue, tick};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::account::news::{self, News};
use civic::directory::{Entry, Staff};
use civic::journal::Actor;
use civic::refusal::{No, Refusal};
use civic::{account, session};
use jiff::Timestamp;
use maud::{Markup, html};
use uuid::Uuid;

use super::Administrator;
use super::people::{handed, person_fields, roles};
use super::set::{allowed, day, fields as texts, mark, put, some, unchanged, wrong};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form, Path};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::link;

/// Shows the person.
pub async fn show(Administrator(desk): Administrator, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let staff = desk.directory().staff.get(&id).cloned().ok_or(Problem::Absent)?;
    draw(&desk, &staff, (&typed(&staff), &Errors::default())).await
}

/// Changes the person as one of the page's forms asks.
pub async fn save(Administrator(desk): Administrator, Path(id): Path<Uuid>, Form(fields): Form) -> Result<Response, Problem> {
    let staff = desk.directory().staff.get(&id).cloned().ok_or(Problem::Absent)?;
    let answer = match fields.get("act") {
        "away" => away(&desk, &staff, &fields).await,
        "setup" => match renew(&desk, &staff).await {
            Ok(code) => return Ok(handed(&desk, &staff, &code)),
            Err(no) => Err(no),
        },
        "hand_over" => hand_over(&desk, &staff, &fields).await,
        "leave" => leave(&desk, &staff, &fields).await,
        _ => edit(&desk, &staff, &fields).await,
    };
    match answer {
        Ok(()) => Ok(done(&link::admin_person(staff.id), "saved")),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            let mut shown = typed(&staff);
            for (name, text) in fields.iter() {
                shown.set(name, text);
            }
            let page = draw(&desk, &staff, (&shown, &errors)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// Sets the person anew after checking that nobody changed the entry meanwhile, and that no matter would lose its hand.
async fn change(desk: &Desk, changed: Staff, (seen, change): (&str, &'static str)) -> Result<(), No> {
    let (who, seen) = (desk.staff.who(), seen.to_owned());
    desk.write(move |tx, site, (now, chance)| {
        unchanged(site, &Entry::Staff(changed.clone()), &seen)?;
        let before = site.directory().staff.get(&changed.id).cloned().ok_or(No::Absent)?;
        let goes = before.office != changed.office || !changed.active;
        if goes && !queue::of_handler(tx, site.jurisdiction, changed.id)?.is_empty() {
            return Err(Refusal::new("has_matters").with("field", "to").instead("hand_over_first").into());
        }
        put(tx, site, (now, &mut *chance), &who, (&Entry::Staff(changed.clone()), change))?;
        if before.email != changed.email {
            news::note(tx, site.jurisdiction, (now, &mut *chance), changed.id, (News::Address, ""))?;
        }
        if !changed.active {
            account::close(tx, site, changed.id)?;
            session::end_others(tx, site.jurisdiction, changed.id, Uuid::nil())?;
        }
        Ok(())
    })
    .await
}

async fn edit(desk: &Desk, staff: &Staff, fields: &Fields) -> Result<(), No> {
    let mut changed = Staff {
        name: fields.get("name").to_owned(),
        title: fields.get("title").to_owned(),
        office: fields.get("office").to_owned(),
        roles: roles(fields),
        place: some(fields.get("place")),
        email: some(fields.get("email")),
        ..staff.clone()
    };
    if changed.office != staff.office {
        (changed.deputy, changed.away) = (None, None);
    }
    change(desk, changed, (fields.get("seen"), "edited")).await
}

async fn away(desk: &Desk, staff: &Staff, fields: &Fields) -> Result<(), No> {
    let missing = |field: &str| Refusal::new("day_missing").with("field", field).instead("correct_field");
    let day = |name: &'static str| day(fields, name, desk.app.today());
    let days = match (day("away_from")?, day("away_until")?) {
        (Some(first), Some(last)) => Some((first, last)),
        (None, None) => None,
        (None, Some(_)) => return Err(missing("away_from").into()),
        (Some(_), None) => return Err(missing("away_until").into()),
    };
    let deputy = match fields.get("deputy") {
        "" => None,
        text => Some(text.parse().map_err(|_| Refusal::new("deputy_unknown").with("field", "deputy").instead("correct_field"))?),
    };
    change(desk, Staff { away: days, deputy, ..staff.clone() }, (fields.get("seen"), "away")).await
}

/// Makes a new setup code: password and second factor begin anew, running sessions end. Whoever holds the code can act as
/// this person, so it is an event: the public log shows that it happened, the journal who did it to whom.
async fn renew(desk: &Desk, staff: &Staff) -> Result<String, No> {
    let (staff, who) = (staff.clone(), desk.staff.who());
    desk.write(move |tx, site, (now, chance)| {
        if !staff.active {
            return Err(Refusal::new("staff_left").with("field", "").instead("invite_anew").into());
        }
        put(tx, site, (now, &mut *chance), &who, (&Entry::Staff(staff.clone()), "setup_renewed"))?;
        session::end_others(tx, site.jurisdiction, staff.id, Uuid::nil())?;
        // a key that the old password opened is lost with it
        keys::forget(tx, site, staff.id)?;
        news::forget_devices(tx, site.jurisdiction, staff.id, Timestamp::UNIX_EPOCH)?;
        news::note(tx, site.jurisdiction, (now, &mut *chance), staff.id, (News::SetupCode, ""))?;
        Ok(account::invite(tx, site, (now, chance), staff.id, &staff.login)?)
    })
    .await
}

fn successor(fields: &Fields) -> Result<Uuid, Refusal> {
    fields.get("to").parse().map_err(|_| Refusal::new("not_a_colleague").with("field", "to").instead("choose_colleague"))
}

/// Hands all open matters of the person to a colleague.
async fn hand_over(desk: &Desk, staff: &Staff, fields: &Fields) -> Result<(), No> {
    let (from, to, who) = (staff.id, successor(fields)?, desk.staff.who());
    desk.write(move |tx, site, (now, _)| {
        let by = Actor::Staff(allowed(site, &who)?);
        tick::hand_over(tx, site, now, by, (from, to)).map(drop)
    })
    .await
}

/// Closes the account for good; what the person worked on goes to a colleague first, in the same command.
async fn leave(desk: &Desk, staff: &Staff, fields: &Fields) -> Result<(), No> {
    let (who, by) = (desk.staff.who(), Actor::Staff(desk.person().id));
    if desk.person().id == staff.id {
        return Err(Refusal::new("not_oneself").with("field", "").instead("ask_administrator").into());
    }
    let to = if fields.has("to") { Some(successor(fields)?) } else { None };
    let (seen, staff) = (fields.get("seen").to_owned(), staff.clone());
    desk.write(move |tx, site, (now, chance)| {
        unchanged(site, &Entry::Staff(staff.clone()), &seen)?;
        if let Some(to) = to {
            tick::hand_over(tx, site, now, by, (staff.id, to))?;
        } else if !queue::of_handler(tx, site.jurisdiction, staff.id)?.is_empty() {
            return Err(Refusal::new("has_matters").with("field", "to").instead("hand_over_first").into());
        }
        let left = Staff { active: false, deputy: None, away: None, ..staff.clone() };
        put(tx, site, (now, &mut *chance), &who, (&Entry::Staff(left), "left"))?;
        account::close(tx, site, staff.id)?;
        session::end_others(tx, site.jurisdiction, staff.id, Uuid::nil())?;
        Ok(())
    })
    .await
}

fn typed(staff: &Staff) -> Fields {
    let mut fields = texts(&[
        ("name", &staff.name),
        ("title", &staff.title),
        ("office", &staff.office),
        ("email", staff.email.as_deref().unwrap_or_default()),
        ("place", staff.place.as_deref().unwrap_or_default()),
    ]);
    for role in &staff.roles {
        fields.push("roles", role.code());
    }
    if let Some((first, last)) = staff.away {
        fields.set("away_from", first.to_string());
        fields.set("away_until", last.to_string());
    }
    if let Some(deputy) = staff.deputy {
        fields.set("deputy", deputy.to_string());
    }
    fields
}

async fn draw(desk: &Desk, staff: &Staff, (typed, errors): (&Fields, &Errors)) -> Result<Response, Problem> {
    let (lang, directory, id) = (desk.lang(), desk.directory(), staff.id);
    let held = desk.read(move |tx, site, _| queue::of_handler(tx, site.jurisdiction, id)).await?.len();
    let body = html! {
        h1 { (staff.name) }
        p.quiet { (staff.login) " · " (staff.title) @if !staff.active { " · " (lang.t("staff-left")) } }
        (summary(lang, errors))
        form method="post" action=(link::admin_person(id)) {
            (hidden(staff, ""))
            (person_fields(lang, &directory, (typed, errors)))
            div.acts { button { (lang.t("save")) } a.button.second href=(link::ADMIN_STAFF) { (lang.t("back")) } }
        }
        @if staff.active {
            (away_form(desk, staff, (typed, errors)))
            h2 { (lang.t("staff-setup")) }
            p { (lang.t("staff-setup-why")) }
            form method="post" action=(link::admin_person(id)) { (hidden(staff, "setup")) button.second { (lang.t("staff-setup")) } }
            (leave_forms(desk, staff, (held, errors)))
        }
    };
    Ok(desk.page(&staff.name, &body))
}

fn hidden(staff: &Staff, act: &str) -> Markup {
    let seen = mark(Some(&Entry::Staff(staff.clone())));
    html! {
        input type="hidden" name="seen" value=(seen);
        @if !act.is_empty() { input type="hidden" name="act" value=(act); }
    }
}

fn colleagues(desk: &Desk, staff: &Staff) -> Vec<(String, String)> {
    let directory = desk.directory();
    let others = directory.staff_of(&staff.office).filter(|other| other.id != staff.id);
    let none = (String::new(), desk.lang().t("staff-nobody"));
    std::iter::once(none).chain(others.map(|other| (other.id.to_string(), other.name.clone()))).collect()
}

fn away_form(desk: &Desk, staff: &Staff, (typed, errors): (&Fields, &Errors)) -> Markup {
    let lang = desk.lang();
    let day = |name: &'static str, key: &str| Field { name, label: lang.t(key), input: Input::Day, ..Field::default() };
    let deputy = Field { name: "deputy", label: lang.t("staff-deputy"), hint: lang.t("staff-deputy-hint"), ..Field::default() };
    html! {
        h2 { (lang.t("staff-leave")) }
        form method="post" action=(link::admin_person(staff.id)) {
            (hidden(staff, "away"))
            (field(lang, &day("away_from", "staff-away-from"), typed, errors))
            (field(lang, &day("away_until", "staff-away-until"), typed, errors))
            (select(lang, &deputy, &colleagues(desk, staff), typed, errors))
            div.acts { button.second { (lang.t("save")) } }
        }
    }
}

fn leave_forms(desk: &Desk, staff: &Staff, (held, errors): (usize, &Errors)) -> Markup {
    let lang = desk.lang();
    let to = Field { name: "to", label: lang.t("staff-to"), ..Field::default() };
    html! {
        h2 { (lang.t("staff-go")) }
        p { (lang.say("staff-holds", &[("count", held.into())])) }
        form method="post" action=(link::admin_person(staff.id)) {
            (hidden(staff, ""))
            (select(lang, &to, &colleagues(desk, staff), &Fields::default(), errors))
            div.acts {
                button.second name="act" value="hand_over" { (lang.t("staff-hand-over")) }
                button.danger name="act" value="leave" { (lang.t("staff-go")) }
            }
        }
    }
}
