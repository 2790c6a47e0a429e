//! Publishing a day of a leader: who, where, when, for how many; at home or going down.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::directory::{Role, Staff};
use civic::permit::Act;
use civic::refusal::{No, Refusal};
use jiff::civil::Date;
use maud::{Markup, html};
use oversight::reception::day::{Going, Plan};
use oversight::reception::decide::{GROUNDS, LINE_CHARS_MAX, MINUTES, SLOTS};
use oversight::reception::plan::{self, first_day, subject};

use super::permitted;
use crate::desk::admin::{place_options, wrong};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::kit::shell::FORM;
use crate::link;
use crate::portal::track::story::office;

/// Shows an empty form.
pub async fn begin(desk: Desk) -> Result<Response, Problem> {
    permitted(&desk)?;
    let mut typed = Fields::default();
    for (name, value) in [("from", "09:00"), ("minutes", "15"), ("slots", "12")] {
        typed.set(name, value);
    }
    typed.set("place", desk.directory().root().map(|root| root.code.clone()).unwrap_or_default());
    Ok(draw(&desk, (&typed, &Errors::default())))
}

/// Publishes it.
pub async fn send(desk: Desk, Form(sent): Form) -> Result<Response, Problem> {
    permitted(&desk)?;
    if desk.visit.switched {
        return Ok(draw(&desk, (&sent, &Errors::default())));
    }
    let planned = async {
        let plan_of = read(&desk, &sent)?;
        let (who, key) = (desk.staff.who(), desk.app.hall.site.keystore.take()?);
        desk.write(move |tx, site, by| plan::plan(tx, site, by, (&who, plan_of, &key))).await
    };
    match planned.await {
        Ok(day) => Ok(done(&link::desk_day(day.id), "day_planned")),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, (&sent, &errors))).into_response())
        }
    }
}

fn read(desk: &Desk, sent: &Fields) -> Result<Plan, No> {
    let amiss = |code: &'static str, field: &str| No::from(Refusal::new(code).with("field", field).instead("correct_field"));
    let directory = desk.directory();
    let leader: Option<&Staff> = sent.get("leader").parse().ok().and_then(|id| directory.staff.get(&id));
    let leader = leader.ok_or_else(|| amiss("reception_leader", "leader"))?;
    let time = sent.get("from").replace('：', ":");
    let (hour, minute) = time.split_once(':').ok_or_else(|| amiss("reception_time", "from"))?;
    let (hour, minute) = (hour.trim().parse::<u16>().ok(), minute.trim().parse::<u16>().ok());
    let from = hour.zip(minute).filter(|(hour, minute)| *hour < 24 && *minute < 60).map(|(hour, minute)| hour * 60 + minute);
    let going = sent
        .has("going")
        .then(|| Going { ground: sent.get("ground").to_owned(), table: sent.all("table").map(str::to_owned).collect() });
    Ok(Plan {
        leader: leader.id,
        name: leader.name.clone(),
        post: leader.title.clone(),
        duty: sent.get("duty").to_owned(),
        office: leader.office.clone(),
        going,
        place: sent.get("place").to_owned(),
        venue: sent.get("venue").to_owned(),
        date: sent.get("date").parse::<Date>().map_err(|_| amiss("reception_date", "date"))?,
        from: from.ok_or_else(|| amiss("reception_time", "from"))?,
        minutes: sent.get("minutes").trim().parse().unwrap_or_default(),
        slots: sent.get("slots").trim().parse().unwrap_or_default(),
    })
}

/// Lists the leaders whose calendar this person keeps.
fn leaders(desk: &Desk) -> Vec<(String, String)> {
    let (directory, lang) = (desk.directory(), desk.lang());
    let mine = |staff: &&Staff| {
        let plan_of = sample(staff, desk.app.today());
        let leads = staff.active && (staff.is(Role::Leader) || staff.is(Role::OfficeHead));
        leads && desk.permit(Act::PlanReception, &subject(&directory, &plan_of, Act::PlanReception)).is_ok()
    };
    let name = |staff: &Staff| format!("{} {} · {}", staff.name, staff.title, office(lang, &directory, &staff.office));
    let mut list: Vec<&Staff> = directory.staff.values().filter(mine).collect();
    list.sort_by_key(|staff| (!staff.is(Role::Leader), staff.office.clone(), staff.name.clone()));
    list.into_iter().map(|staff| (staff.id.to_string(), name(staff))).collect()
}

/// Is a plan that only asks who may make it.
fn sample(staff: &Staff, date: Date) -> Plan {
    Plan {
        leader: staff.id,
        name: String::new(),
        post: String::new(),
        duty: String::new(),
        office: staff.office.clone(),
        going: None,
        place: String::new(),
        venue: String::new(),
        date,
        from: 0,
        minutes: *MINUTES.start(),
        slots: *SLOTS.start(),
    }
}

fn draw(desk: &Desk, (typed, errors): (&Fields, &Errors)) -> Response {
    let lang = desk.lang();
    let first = first_day(&desk.app.hall.site, desk.app.today());
    let title = lang.t("desk-days-new");
    let line =
        |name, key: &str| Field { name, label: lang.t(key), required: true, chars_max: LINE_CHARS_MAX, ..Field::default() };
    let hint = |mut field: Field<'static>, hint: String| {
        field.hint = hint;
        field
    };
    let date = Field {
        input: Input::Day,
        chars_max: 0,
        ..hint(line("date", "plan-date"), lang.say("plan-date-hint", &[("first", first.to_string().into())]))
    };
    let digits = |name, key: &str| Field { input: Input::Digits, chars_max: 3, ..line(name, key) };
    let body = html! {
        h1 { (title) }
        p.lead { (lang.t("plan-lead")) }
        (summary(lang, errors))
        form.broad id=(FORM) method="post" action=(link::DESK_DAYS_NEW) data-once="" {
            div.beside {
                section {
                    (select(lang, &Field { chars_max: 0, ..line("leader", "plan-leader") }, &leaders(desk), typed, errors))
                    (field(lang, &hint(line("duty", "plan-duty"), lang.t("plan-duty-hint")), typed, errors))
                    (select(lang, &Field { chars_max: 0, ..line("place", "plan-place") }, &place_options(lang, &desk.directory()), typed, errors))
                    (field(lang, &hint(line("venue", "plan-venue"), lang.t("plan-venue-hint")), typed, errors))
                }
                section {
                    (field(lang, &date, typed, errors))
                    (field(lang, &Field { chars_max: 5, ..hint(line("from", "plan-from"), lang.t("plan-from-hint")) }, typed, errors))
                    (field(lang, &digits("minutes", "plan-minutes"), typed, errors))
                    (field(lang, &digits("slots", "plan-slots"), typed, errors))
                }
            }
            (going(desk, (typed, errors)))
            div.acts { button { (lang.t("plan-publish")) } a.button.second href=(link::DESK_DAYS) { (lang.t("back")) } }
        }
    };
    desk.form_page(&title, (link::DESK_DAYS_NEW.to_owned(), &body))
}

/// Asks whether the leader goes down, why there, and who sits at the table.
fn going(desk: &Desk, (typed, errors): (&Fields, &Errors)) -> Markup {
    let (lang, directory, rules) = (desk.lang(), desk.directory(), desk.app.hall.site.rules());
    let grounds: Vec<(String, String)> =
        rules.grounds(GROUNDS).map(|ground| (ground.code.clone(), lang.pick(&ground.zh, &ground.en).to_owned())).collect();
    let ground = Field { name: "ground", label: lang.t("day-why"), depends: true, ..Field::default() };
    let open = directory.offices.values().filter(|office| directory.open(office));
    let list = open.map(|office| Choice {
        value: office.code.clone(),
        title: lang.pick(&office.name, &office.name_en).to_owned(),
        hint: String::new(),
    });
    let table = Choices {
        name: "table",
        legend: lang.t("day-table"),
        hint: lang.t("plan-table-hint"),
        list: list.collect(),
        several: true,
    };
    html! {
        details open[typed.has("going")] {
            summary { (lang.t("plan-going")) }
            label.check { input type="checkbox" name="going" value="1" checked[typed.has("going")]; (lang.t("plan-going-check")) }
            (select(lang, &ground, &grounds, typed, errors))
            (choices(&table, typed, errors))
        }
    }
}
