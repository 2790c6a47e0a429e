//! The screen of one call: what the caller says goes into one form; beside it stands what helps while they wait.

use std::collections::BTreeSet;
use std::sync::Arc;

use appeals::filing::{NAME_CHARS_MAX, PLACE_CHARS_MAX, WHAT_CHARS_MAX};
use appeals::{Identity, Kind, State as Matter};
use axum::response::Response;
use civic::access;
use civic::hotline::{self, Call, Step};
use civic::session;
use maud::{Markup, html};
use uuid::Uuid;

use super::know;
use super::list::{number, state};
use super::own;
use crate::desk::admin::place_options;
use crate::desk::find;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Path, Query};
use crate::kit::Tone;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::{Errors, summary};
use crate::kit::facts::facts;
use crate::kit::field::{Field, Input, field, select};
use crate::kit::notice::notice;
use crate::kit::shell::FORM;
use crate::link;
use crate::portal::file::{danger_calls, danger_line};
use crate::portal::track::story::office;
use crate::words::{Lang, moment};

/// Is what the screen is drawn of.
pub(super) struct Seen {
    pub call: Call,
    steps: Vec<Step>,
    /// Whether the number may be shown: its reading is noted.
    open: bool,
    own: Option<Vec<Arc<Matter>>>,
    /// Number of the matter that was filed in it, where this person sees it.
    filed: Option<String>,
    /// Whether the form is wanted though a matter was filed.
    pub more: bool,
}

/// Reads a call as far as this person may see it now.
pub(super) async fn read(desk: &Desk, id: Uuid) -> Result<Seen, Problem> {
    let (who, session) = (desk.staff.who(), desk.staff.session.id);
    let seen = desk.read(move |tx, site, now| {
        let call = hotline::read(tx, site, &who, id)?;
        let steps = hotline::steps(tx, site, id)?;
        let open = access::covers(tx, site, now, (session, id))?.is_some();
        let filed = match call.matter {
            Some(matter) => appeals::store::load(tx, site, matter)?.map(|loaded| loaded.state),
            None => None,
        };
        let sees =
            |state: &Arc<Matter>| civic::permit::may(&site.directory(), &who, civic::permit::Act::See, &state.subject()).is_ok();
        let filed = filed.filter(sees).map(|state| state.number.clone());
        Ok::<_, civic::refusal::No>(Seen { call, steps, open, own: None, filed, more: false })
    });
    let mut seen = seen.await?;
    seen.open &= seen.call.staff == Some(desk.person().id);
    if seen.open {
        seen.own = own::read(desk, &seen.call, desk.app.now()).await?;
    }
    Ok(seen)
}

/// Shows it with an empty form.
pub async fn show(desk: Desk, Path(id): Path<Uuid>, Query(query): Query) -> Result<Response, Problem> {
    let mut seen = read(&desk, id).await?;
    seen.more = query.has("more");
    let mut typed = Fields::default();
    typed.set("submit_key", session::token(&mut desk.app.chance()));
    typed.set("kind", Kind::Help.code());
    typed.set("identity", Identity::Named.code());
    if seen.open {
        typed.set("mobile", seen.call.caller.clone());
    }
    Ok(draw(&desk, &seen, (&typed, &Errors::default())))
}

/// Draws the screen with what was typed and what is wrong.
pub(super) fn draw(desk: &Desk, seen: &Seen, (typed, errors): (&Fields, &Errors)) -> Response {
    let (lang, call, now) = (desk.lang(), &seen.call, desk.app.now());
    let title = lang.t("call-title");
    let head = html! {
        p { a href=(link::HOTLINE) { (lang.t("hotline-title")) } }
        h1 { (title) " " (state(lang, call)) }
        (facts(&about(desk, seen)))
    };
    if !seen.open {
        let body = html! { (head) (closed(desk, call)) (story(desk, &seen.steps)) };
        return desk.page(&title, &body);
    }
    let body = html! {
        (head)
        (danger_line(lang))
        div.two.talk {
            div {
                (summary(lang, errors))
                @if call.hushed { (notice(Tone::Done, &lang.t("call-hushed"), &html! { p { (lang.t("call-hushed-why")) } })) }
                @else if call.wrapup.is_empty() && (call.matter.is_none() || seen.more) { (form(desk, call, (typed, errors))) }
                (wrap(desk, call))
                @if call.wrapup.is_empty() && call.matter.is_some() && !seen.more {
                    p { a href={ (link::hotline_call(call.id)) "?more=1" } { (lang.t("call-more")) } }
                }
            }
            div {
                (know::place(desk, call.id, typed))
                section { h2 { (lang.t("call-number-named")) } (find::form(desk, ("field-number", "find-open"), None)) }
                (own::draw(desk, call, seen.own.as_deref(), now))
                (pass(desk, call))
                (story(desk, &seen.steps))
            }
        }
    };
    desk.form_page(&title, (link::hotline_call(call.id), &body))
}

fn about(desk: &Desk, seen: &Seen) -> Vec<(String, Markup)> {
    let (lang, call, directory) = (desk.lang(), &seen.call, desk.directory());
    let shown = if seen.open && !call.caller.is_empty() {
        html! { a.big-number href={ "tel:" (call.caller) } { (call.caller) } }
    } else {
        html! { (number(lang, call)) }
    };
    let mut rows = vec![
        (lang.t("hotline-caller"), shown),
        (lang.t("hotline-came"), html! { (moment(lang, call.began_at, &desk.app.hall.site.zone)) }),
    ];
    if let Some(by) = call.staff.and_then(|id| directory.staff.get(&id)) {
        rows.push((lang.t("hotline-by"), html! { (by.name) }));
    }
    if let Some(filed) = &seen.filed {
        rows.push((lang.t("call-filed"), html! { a.code href=(link::matter(filed)) { (filed) } }));
    }
    if let Some(word) = desk.app.hall.site.rules().ground("wrapup", &call.wrapup) {
        rows.push((lang.t("call-wrapup"), html! { (lang.pick(&word.zh, &word.en)) }));
    }
    rows
}

/// Draws what stands there before somebody took it, or once the reading of the number is noted no more.
fn closed(desk: &Desk, call: &Call) -> Markup {
    let lang = desk.lang();
    let other = call.staff.filter(|id| *id != desk.person().id).and_then(|id| desk.directory().staff.get(&id).cloned());
    html! {
        @if let Some(other) = other {
            (notice(Tone::Plain, &lang.say("call-has", &[("name", other.name.into())]), &html! { p { (lang.t("call-has-why")) } }))
        } @else {
            form.purpose method="post" action=(link::hotline_act(call.id)) {
                (notice(Tone::Plain, &lang.t("call-shut"), &html! { p { (lang.t("call-shut-why")) } }))
                div.acts { button name="act" value="take" autofocus { (lang.t("hotline-take")) } }
            }
        }
    }
}

fn card(lang: Lang, family: &str, code: &str) -> Choice {
    Choice { value: code.to_owned(), title: lang.code(family, code), hint: String::new() }
}

/// Draws the form: what, where, who; the rest is chosen already.
fn form(desk: &Desk, call: &Call, (typed, errors): (&Fields, &Errors)) -> Markup {
    let lang = desk.lang();
    let group = |name: &'static str, legend: &str, list| Choices { name, legend: lang.t(legend), list, ..Choices::default() };
    let line = |name: &'static str, key: &str, input, chars_max| Field {
        name,
        label: lang.t(key),
        input,
        chars_max,
        ..Field::default()
    };
    // "unknown" is an answer: browsers would not send it from a list that has to be filled in
    let place = Field { name: "place", label: lang.t("fact-place"), depends: true, ..Field::default() };
    let mut options = vec![(String::new(), lang.t("field-place-unknown"))];
    options.extend(place_options(lang, &desk.directory()));
    let kinds = Kind::ALL.iter().map(|kind| card(lang, "kind", kind.code())).collect();
    let identities = Identity::ALL.iter().map(|own| card(lang, "identity", own.code())).collect();
    let what = Field {
        hint: lang.t("call-what-hint"),
        required: true,
        focus: errors.is_empty(),
        ..line("what", "call-what", Input::Area(5), WHAT_CHARS_MAX)
    };
    html! {
        h2 { (lang.t("call-form")) }
        form id=(FORM) method="post" action=(link::hotline_call(call.id)) data-once="" {
            input type="hidden" name="submit_key" value=(typed.get("submit_key"));
            (field(lang, &what, typed, errors))
            (select(lang, &place, &options, typed, errors))
            (field(lang, &line("place_words", "counter-place-words", Input::Line, PLACE_CHARS_MAX), typed, errors))
            (field(lang, &Field { depends: true, ..line("name", "person-name", Input::Line, NAME_CHARS_MAX) }, typed, errors))
            (field(lang, &Field { depends: true, ..line("mobile", "person-mobile", Input::Phone, 20) }, typed, errors))
            (choices(&group("kind", "fact-kind", kinds), typed, errors))
            (choices(&group("identity", "fact-identity", identities), typed, errors))
            div.acts {
                button accesskey="s" { (lang.t("call-file")) " " kbd { "Alt+S" } }
                button.second name="urgent" value="1" accesskey="u" { (lang.t("call-urgent")) " " kbd { "Alt+U" } }
            }
            details.urgent open[typed.has("danger")] {
                summary { (lang.t("call-urgent-what")) }
                (danger_calls(lang))
                p { (urgent_to(desk)) }
            }
        }
    }
}

/// Says who gets what is urgent.
fn urgent_to(desk: &Desk) -> String {
    let (lang, directory) = (desk.lang(), desk.directory());
    let duty = desk.app.hotline.as_ref().map_or("", |hotline| hotline.on_duty.as_str());
    match directory.offices.get(duty).filter(|own| own.code != desk.person().office) {
        Some(own) => lang.say("call-urgent-to", &[("office", office(lang, &directory, &own.code).into())]),
        None => lang.t("call-urgent-here"),
    }
}

/// Draws the end of the work: one word, and ready for the next call.
pub(super) fn wrap(desk: &Desk, call: &Call) -> Markup {
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    if !call.wrapup.is_empty() {
        return html! { p { a.button href=(link::HOTLINE) { (lang.t("call-next")) } } };
    }
    let filed = call.matter.is_some() || call.hushed;
    let mut options: Vec<(String, String)> =
        rules.grounds("wrapup").map(|word| (word.code.clone(), lang.pick(&word.zh, &word.en).to_owned())).collect();
    if !filed {
        options.insert(0, (String::new(), lang.t("call-wrapup-choose")));
    }
    let word = Field { name: "wrapup", label: lang.t("call-wrapup"), required: true, focus: filed, ..Field::default() };
    html! {
        section.wrap aria-labelledby="wrap" {
            h2 #wrap { (lang.t("call-end")) }
            form method="post" action=(link::hotline_act(call.id)) data-once="" {
                (select(lang, &word, &options, &Fields::default(), &Errors::default()))
                div.acts { button.second[!filed] name="act" value="wrap" accesskey="e" { (lang.t("call-wrap")) " " kbd { "Alt+E" } } }
            }
            @if call.again == "wanted" {
                form method="post" action=(link::hotline_act(call.id)) {
                    div.acts { button.second name="act" value="unreached" { (lang.t("call-not-reached")) } }
                }
            }
        }
    }
}

/// Draws the way to hand a call on: to a colleague who takes calls, or to another office's desk.
fn pass(desk: &Desk, call: &Call) -> Markup {
    if !call.is_live() {
        return html! {};
    }
    let (lang, directory, own) = (desk.lang(), desk.directory(), desk.person());
    let takes: BTreeSet<&str> = directory
        .staff
        .values()
        .filter(|staff| staff.active && staff.id != own.id && super::act::takes(&directory, staff))
        .map(|staff| staff.office.as_str())
        .collect();
    let mut options = vec![(String::new(), lang.t("call-pass-choose"))];
    let colleagues = directory.staff.values().filter(|staff| staff.active && staff.id != own.id && staff.office == own.office);
    for staff in colleagues.filter(|staff| super::act::takes(&directory, staff)) {
        options.push((format!("staff:{}", staff.id), format!("{} {}", staff.name, staff.title)));
    }
    for office in directory.offices.values().filter(|office| office.code != own.office && directory.open(office)) {
        if takes.contains(office.code.as_str()) {
            options.push((format!("office:{}", office.code), lang.pick(&office.name, &office.name_en).to_owned()));
        }
    }
    let to =
        Field { name: "to", label: lang.t("call-pass-to"), hint: lang.t("call-pass-hint"), required: true, ..Field::default() };
    html! {
        section {
            h2 { (lang.t("call-pass")) }
            form method="post" action=(link::hotline_act(call.id)) data-once="" {
                (select(lang, &to, &options, &Fields::default(), &Errors::default()))
                button.second name="act" value="pass" accesskey="t" { (lang.t("call-pass-do")) " " kbd { "Alt+T" } }
            }
        }
    }
}

/// Draws what happened to the call.
fn story(desk: &Desk, steps: &[Step]) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    html! {
        @if !steps.is_empty() {
            details {
                summary { (lang.t("call-story")) }
                ol.plain {
                    @for step in steps {
                        li {
                            (lang.code("call-step", &step.what)) " " span.quiet {
                                (moment(lang, step.at, &desk.app.hall.site.zone))
                                @if let Some(by) = step.staff.and_then(|id| directory.staff.get(&id)) { " · " (by.name) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Lists what the page has words for.
pub const CODES: &[(&str, &[&str])] = &[
    ("call-state", &["ringing", "talking", "ended", "missed"]),
    (
        "call-step",
        &[
            "ringing",
            "answered",
            "ended",
            "typed",
            "taken",
            "passed",
            "wrapped",
            "filed",
            "code",
            "proved",
            "rung_back",
            "not_reached",
            "urgent",
        ],
    ),
];
