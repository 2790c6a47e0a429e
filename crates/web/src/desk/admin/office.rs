//! One office: what residents are told of it, whose matters it receives, its duties, and its end.

use appeals::tick;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::directory::{self, Duty, Entry, Office};
use civic::refusal::{No, Refusal};
use maud::{Markup, html};

use super::Administrator;
use super::offices::options;
use super::places::{name_fields, options as place_options};
use super::set::{fields as texts, mark, put, set, some, unchanged, wrong};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form, Path};
use crate::kit::Tone;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, field, select};
use crate::kit::notice::notice;
use crate::link;

/// Shows the office.
pub async fn show(Administrator(desk): Administrator, Path(code): Path<String>) -> Result<Response, Problem> {
    let office = desk.directory().offices.get(&code).cloned().ok_or(Problem::Absent)?;
    Ok(draw(&desk, &office, &typed(&office), &Errors::default()))
}

/// Changes the office as one of the page's forms asks.
pub async fn save(Administrator(desk): Administrator, Path(code): Path<String>, Form(fields): Form) -> Result<Response, Problem> {
    let office = desk.directory().offices.get(&code).cloned().ok_or(Problem::Absent)?;
    let seen = fields.get("seen");
    let answer = match fields.get("act") {
        "duty_add" => set(&desk, seen, Entry::Office(with_duty(&office, &fields)), "duty_added").await,
        "duty_remove" => set(&desk, seen, Entry::Office(without_duty(&office, &fields)), "duty_removed").await,
        "end" => end(&desk, &office, &fields).await,
        _ => set(&desk, seen, Entry::Office(edited(&desk, &office, &fields)), "edited").await,
    };
    match answer {
        Ok(()) => Ok(done(&link::admin_office(&office.code), "saved")),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            let shown = if fields.has("act") { typed(&office) } else { fields };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, &office, &shown, &errors)).into_response())
        }
    }
}

fn edited(desk: &Desk, office: &Office, fields: &Fields) -> Office {
    let text = |name: &str| fields.get(name).to_owned();
    let mut edited = Office {
        name: text("name"),
        name_en: text("name_en"),
        place: text("place"),
        superior: some(fields.get("superior")),
        phone: text("phone"),
        address: text("address"),
        hours: text("hours"),
        supervising: fields.has("supervising"),
        ..office.clone()
    };
    let known = desk.directory();
    edited.intake_for = fields.all("intake_for").filter(|code| known.places.contains_key(*code)).map(str::to_owned).collect();
    edited
}

fn with_duty(office: &Office, fields: &Fields) -> Office {
    let mut changed = office.clone();
    let places = fields.all("duty_places").filter(|code| !code.is_empty()).map(str::to_owned).collect();
    changed.duties.push(Duty { category: fields.get("category").to_owned(), places });
    changed
}

fn without_duty(office: &Office, fields: &Fields) -> Office {
    let mut changed = office.clone();
    changed.duties.retain(|duty| duty.category != fields.get("category"));
    changed
}

/// Ends the office: its duties, intake, people, offices below and every open matter go to the one that takes over, all in
/// one command.
async fn end(desk: &Desk, office: &Office, fields: &Fields) -> Result<(), No> {
    let change = if fields.get("manner") == "abolished" { "abolished" } else { "merged" };
    let (who, from, to) = (desk.staff.who(), office.code.clone(), fields.get("successor").to_owned());
    let seen = fields.get("seen").to_owned();
    desk.write(move |tx, site, (now, chance)| {
        let directory = site.directory();
        let (Some(from), Some(to)) = (directory.offices.get(&from), directory.offices.get(&to)) else {
            return Err(Refusal::new("merge_target").with("field", "successor").instead("correct_field").into());
        };
        unchanged(site, &Entry::Office(from.clone()), &seen)?;
        if !directory.open(from) || !directory.open(to) || from.code == to.code {
            return Err(Refusal::new("merge_target").with("field", "successor").instead("correct_field").into());
        }
        for (entry, change) in directory::absorb(&directory, from, to, change) {
            put(tx, site, (now, &mut *chance), &who, (&entry, change))?;
        }
        tick::reorganise(tx, site, now, (&from.code, change))?;
        Ok(())
    })
    .await
}

fn typed(office: &Office) -> Fields {
    let mut fields = texts(&[
        ("name", &office.name),
        ("name_en", &office.name_en),
        ("place", &office.place),
        ("superior", office.superior.as_deref().unwrap_or_default()),
        ("phone", &office.phone),
        ("address", &office.address),
        ("hours", &office.hours),
        ("supervising", if office.supervising { "1" } else { "" }),
    ]);
    for place in &office.intake_for {
        fields.push("intake_for", place);
    }
    fields
}

fn draw(desk: &Desk, office: &Office, typed: &Fields, errors: &Errors) -> Response {
    let lang = desk.lang();
    let title = lang.pick(&office.name, &office.name_en).to_owned();
    let body = html! {
        h1 { (title) }
        p.quiet { (office.code) }
        (summary(lang, errors))
        @if let Some(successor) = office.successor.as_ref().and_then(|code| desk.directory().offices.get(code).cloned()) {
            @let name = lang.pick(&successor.name, &successor.name_en).to_owned();
            (notice(Tone::Plain, &lang.say("office-ended", &[("office", name.into())]), &html! {}))
        } @else {
            p { a href=(link::admin_window(&office.code)) { (lang.t("window-sign")) } }
            (facts_form(desk, office, (typed, errors)))
            (duties(desk, office, errors))
            (end_form(desk, office, errors))
        }
    };
    desk.page(&title, &body)
}

fn hidden(office: &Office, act: &str) -> Markup {
    let seen = mark(Some(&Entry::Office(office.clone())));
    html! {
        input type="hidden" name="seen" value=(seen);
        @if !act.is_empty() { input type="hidden" name="act" value=(act); }
    }
}

fn facts_form(desk: &Desk, office: &Office, (typed, errors): (&Fields, &Errors)) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let [name, name_en] = name_fields(lang);
    let line = |name: &'static str, key: &str| Field { name, label: lang.t(key), ..Field::default() };
    let place = Field { required: true, ..line("place", "office-place") };
    let superior = Field { required: true, ..line("superior", "office-superior") };
    let places = place_options(lang, &directory);
    let list =
        places.iter().map(|(value, title)| Choice { value: value.clone(), title: title.trim().to_owned(), hint: String::new() });
    let intake = Choices {
        name: "intake_for",
        legend: lang.t("office-intake"),
        hint: lang.t("office-intake-hint"),
        list: list.collect(),
        several: true,
    };
    html! {
        form method="post" action=(link::admin_office(&office.code)) {
            (hidden(office, ""))
            @for one in [&name, &name_en, &line("phone", "office-phone"), &line("address", "office-address"), &line("hours", "office-hours")] {
                (field(lang, one, typed, errors))
            }
            (select(lang, &place, &places, typed, errors))
            (select(lang, &superior, &options(lang, &directory, (&office.code, Some("office-no-superior"))), typed, errors))
            details open[!office.intake_for.is_empty()] { summary { (lang.t("office-intake")) } (choices(&intake, typed, errors)) }
            label.check { input type="checkbox" name="supervising" value="1" checked[typed.has("supervising")]; (lang.t("office-supervising-long")) }
            @if let Some(error) = errors.of("supervising") { p.error { (error) } }
            div.acts { button { (lang.t("save")) } a.button.second href=(link::ADMIN_OFFICES) { (lang.t("back")) } }
        }
    }
}

fn duties(desk: &Desk, office: &Office, errors: &Errors) -> Markup {
    let (lang, directory, rules) = (desk.lang(), desk.directory(), desk.app.hall.site.rules());
    let category = |code: &str| rules.category(code).map_or(code.to_owned(), |own| lang.pick(&own.zh, &own.en).to_owned());
    let place =
        |code: &String| directory.places.get(code).map_or(code.clone(), |own| lang.pick(&own.name, &own.name_en).to_owned());
    let free: Vec<(String, String)> = rules
        .categories()
        .filter(|own| office.duties.iter().all(|duty| duty.category != own.code))
        .map(|own| (own.code.clone(), lang.pick(&own.zh, &own.en).to_owned()))
        .collect();
    let mut places = vec![(String::new(), lang.t("duty-everywhere"))];
    places.extend(place_options(lang, &directory));
    let picker = Field { name: "category", label: lang.t("duty-category"), required: true, ..Field::default() };
    let where_ = Field { name: "duty_places", label: lang.t("duty-places"), required: true, ..Field::default() };
    html! {
        h2 { (lang.t("office-duties")) }
        p { (lang.t("duties-why")) }
        @if office.duties.is_empty() { p.quiet { (lang.t("duties-none")) } }
        ul.plain-list {
            @for duty in &office.duties {
                @let places: Vec<String> = duty.places.iter().map(place).collect();
                li {
                    (category(&duty.category))
                    @if !places.is_empty() { " · " (places.join(&lang.t("list-comma"))) }
                    form.inline method="post" action=(link::admin_office(&office.code)) {
                        (hidden(office, "duty_remove"))
                        button.second name="category" value=(duty.category) { (lang.t("duty-remove")) }
                    }
                }
            }
        }
        form method="post" action=(link::admin_office(&office.code)) {
            (hidden(office, "duty_add"))
            (select(lang, &picker, &free, &Fields::default(), errors))
            (select(lang, &where_, &places, &Fields::default(), errors))
            div.acts { button.second { (lang.t("duty-add")) } }
        }
    }
}

fn end_form(desk: &Desk, office: &Office, errors: &Errors) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let others = options(lang, &directory, (&office.code, None));
    let successor = Field { name: "successor", label: lang.t("office-successor"), required: true, ..Field::default() };
    let manner = Field { name: "manner", label: lang.t("office-manner"), required: true, ..Field::default() };
    let manners =
        [("merged", "office-merged"), ("abolished", "office-abolished")].map(|(code, key)| (code.to_owned(), lang.t(key)));
    let people = directory.staff_of(&office.code).count();
    html! {
        h2 { (lang.t("office-end")) }
        p { (lang.say("office-end-why", &[("people", people.into())])) }
        form method="post" action=(link::admin_office(&office.code)) {
            (hidden(office, "end"))
            (select(lang, &manner, &manners, &Fields::default(), errors))
            (select(lang, &successor, &others, &Fields::default(), errors))
            div.acts { button.danger { (lang.t("office-end")) } }
        }
    }
}
