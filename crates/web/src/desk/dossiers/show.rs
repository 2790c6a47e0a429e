//! One file: what it is about, what happened, and what this person can do to it now.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use maud::{Markup, html};
use oversight::dossier::decide::{WORDS_CHARS_MAX, drawn};
use oversight::dossier::state::{Note, Ruling};
use oversight::dossier::{Dossier, Kind, To, What, list as files, run};
use uuid::Uuid;

use super::begin::offices;
use super::list::{standing, until};
use super::{known, minutes, paper, ways};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Path};
use crate::kit::Tone;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::{Errors, summary};
use crate::kit::facts::facts;
use crate::kit::field::{Field, Input, field, select};
use crate::kit::print::slip;
use crate::kit::state::chip;
use crate::link;
use crate::portal::track::story::office;
use crate::words::day;

/// Shows it.
pub async fn show(desk: Desk, Path((kind, number)): Path<(String, i64)>) -> Result<Response, Problem> {
    draw(&desk, (known(&kind)?, number), (&Fields::default(), &Errors::default())).await
}

/// Draws it with what was typed.
pub(super) async fn draw(
    desk: &Desk,
    (kind, number): (Kind, i64),
    (typed, errors): (&Fields, &Errors),
) -> Result<Response, Problem> {
    let lang = desk.lang();
    let read = desk.read(move |tx, site, _| files::one(tx, site, (kind, number)));
    let one = read.await?.ok_or(Problem::Absent)?.dossier;
    run::sees(&desk.directory(), &desk.staff.who(), &one)?;
    let title = one.opening.title.clone();
    let paper = html! {
        h1 { (title) }
        p { (standing(desk, &one)) " " (until(desk, &one)) }
        (facts(&about(desk, &one)))
        p.words { (one.opening.words) }
        (happened(desk, &one))
    };
    let body = html! {
        (ways(desk))
        (summary(lang, errors))
        (slip(lang, &title, &paper))
        @if kind == Kind::Conference { (minutes::ways(lang, number)) }
        (forms(desk, &one, (typed, errors)))
        p { a href=(link::dossiers(kind)) { (lang.t("dossier-back")) } }
    };
    let page = desk.page(&title, &body);
    Ok(if errors.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() })
}

/// Names somebody with their office.
pub(super) fn name(desk: &Desk, id: Uuid) -> String {
    let (lang, directory) = (desk.lang(), desk.directory());
    let named = |staff: &civic::directory::Staff| format!("{} {}", office(lang, &directory, &staff.office), staff.name);
    directory.staff.get(&id).map_or_else(|| lang.t("who-staff"), named)
}

fn matter(number: &str) -> Markup {
    html! { a.code href=(link::matter(number)) { (number) } }
}

fn ground(desk: &Desk, (list, code): (&str, &str)) -> String {
    let rules = desk.app.hall.site.rules();
    rules.ground(list, code).map_or_else(|| code.to_owned(), |row| desk.lang().pick(&row.zh, &row.en).to_owned())
}

/// Lists what it was opened with.
fn about(desk: &Desk, one: &Dossier) -> Vec<(String, Markup)> {
    let (lang, directory) = (desk.lang(), desk.directory());
    let mut list = vec![
        (
            lang.t("dossier-file"),
            html! { (lang.code("dossier-kind", one.kind().code())) " " (lang.say("dossier-number", &[("number", one.number.into()), ("day", day(lang, one.day).into())])) },
        ),
        (lang.t("dossier-by"), html! { (name(desk, one.by)) }),
        (lang.t("dossier-office"), html! { (office(lang, &directory, &one.opening.office)) }),
    ];
    let mut put = |key: &str, value: Markup| list.push((lang.t(key), value));
    match &one.opening.what {
        What::Task { special, filter, seed, of, drawn } => {
            put("dossier-sort", html! { (lang.t(if *special { "dossier-special" } else { "dossier-regular" })) });
            put("dossier-filter", html! { (filter_words(desk, filter)) });
            put(
                "dossier-drawn",
                html! { (lang.say("dossier-drawn-of", &[("count", drawn.len().into()), ("of", i64::from(*of).into())])) },
            );
            put("dossier-seed", html! { span.code { (seed) } " " span.quiet { (lang.t("dossier-seed-why")) } });
        }
        What::Case { leader, matter: of } => {
            put("dossier-leader", html! { (name(desk, *leader)) });
            put("dossier-matter", matter(&of.number));
        }
        What::Advice { ground: code, matter: of } => {
            put("dossier-which", html! { (ground(desk, ("advice", code))) });
            if let Some(of) = of {
                put("dossier-matter", matter(&of.number));
            }
        }
        What::Account { ground: code, person, matter: of } => {
            put("dossier-trigger", html! { (ground(desk, ("account_trigger", code))) });
            put(
                "dossier-person",
                html! { @match person { Some(id) => (name(desk, *id)), None => (lang.t("dossier-whole-office")) } },
            );
            if let Some(of) = of {
                put("dossier-matter", matter(&of.number));
            }
        }
        What::Conference { date, time, venue, chair, members, .. } => {
            put(
                "dossier-date",
                html! { (day(lang, *date)) @if let Some(time) = time { " " (time.strftime("%H:%M")) } " · " (venue) },
            );
            put("dossier-chair", html! { (name(desk, *chair)) });
            let named: Vec<String> = members.iter().map(|code| office(lang, &directory, code)).collect();
            put("dossier-members", html! { (named.join(&lang.t("list-comma"))) });
            put("dossier-came", html! { (paper::quorum(desk, one)) });
        }
    }
    list
}

fn filter_words(desk: &Desk, filter: &oversight::dossier::state::Filter) -> String {
    let (lang, directory, rules) = (desk.lang(), desk.directory(), desk.app.hall.site.rules());
    let category = rules.category(&filter.category).map(|row| lang.pick(&row.zh, &row.en).to_owned());
    let place = directory.places.get(&filter.place).map(|place| lang.pick(&place.name, &place.name_en).to_owned());
    let of = (!filter.office.is_empty()).then(|| office(lang, &directory, &filter.office));
    let all = [category, place, of].into_iter().flatten().collect::<Vec<_>>().join(&lang.t("list-comma"));
    let days = lang.say("dossier-days", &[("from", day(lang, filter.from).into()), ("to", day(lang, filter.to).into())]);
    if all.is_empty() { days } else { format!("{all} · {days}") }
}

fn note(desk: &Desk, note: &Note) -> Markup {
    let lang = desk.lang();
    html! {
        p.quiet { (day(lang, note.day)) " · " (name(desk, note.by)) @if !note.matter.is_empty() { " · " (matter(&note.matter)) } }
        p.words { (note.words) }
    }
}

/// Draws what happened.
fn happened(desk: &Desk, one: &Dossier) -> Markup {
    let lang = desk.lang();
    html! {
        @if let What::Task { drawn, .. } = &one.opening.what {
            h2 { (lang.t("dossier-to-look-at")) }
            ul.finds {
                @for named in drawn {
                    @let seen: Vec<&Note> = one.notes.iter().filter(|note| note.matter == named.number).collect();
                    li {
                        (matter(&named.number)) " "
                        @match seen.last() {
                            Some(last) if last.good => (chip(Tone::Done, &lang.t("dossier-found-good"))),
                            Some(_) => (chip(Tone::Late, &lang.t("dossier-found-bad"))),
                            None => (chip(Tone::Soon, &lang.t("dossier-not-seen"))),
                        }
                        @for own in seen { (note(desk, own)) }
                    }
                }
            }
        }
        @for own in one.notes.iter().filter(|note| note.matter.is_empty()) { (note(desk, own)) }
        @if let Some(answer) = &one.answer {
            h2 { (lang.t("dossier-answer")) }
            p { (chip(if answer.good { Tone::Done } else { Tone::Soon }, &lang.t(if answer.good { "dossier-adopted" } else { "dossier-not-adopted" }))) }
            (note(desk, answer))
        }
        @for step in &one.steps {
            h2 { (ground(desk, ("account_step", &step.code))) }
            p.quiet { (lang.say("dossier-step-until", &[("day", day(lang, step.day).into()), ("due", day(lang, step.due).into())])) }
            p.words { (step.words) }
            @match &step.reply {
                Some(reply) => { p { strong { (lang.t("dossier-reply")) } } (note(desk, reply)) }
                None => { p.quiet { (lang.t("dossier-no-reply")) } }
            }
        }
        @if one.kind() == Kind::Conference { (paper::agenda(desk, one)) }
        @if let Some((words, on)) = &one.ended { h2 { (lang.say("dossier-ended", &[("day", day(lang, *on).into())])) } p.words { (words) } }
    }
}

/// Is a form of the page: which act, and which of several.
struct Part<'a> {
    desk: &'a Desk,
    one: &'a Dossier,
    typed: &'a Fields,
    errors: &'a Errors,
}

impl Part<'_> {
    /// Asks whether this person may do something to it at all.
    fn may(&self, command: &To) -> bool {
        run::does(&self.desk.directory(), &self.desk.staff.who(), (self.one, command)).is_ok()
    }

    /// Draws a form that is folded away until it is wanted; what was typed into it comes back.
    fn form(&self, (act, at, key): (&str, Option<(&str, usize)>, &str), fields: impl Fn(&Fields, &Errors) -> Markup) -> Markup {
        let lang = self.desk.lang();
        let mine = self.typed.get("act") == act && at.is_none_or(|(name, at)| self.typed.get(name) == at.to_string());
        let none = (Fields::default(), Errors::default());
        let (typed, errors) = if mine { (self.typed, self.errors) } else { (&none.0, &none.1) };
        html! {
            details open[mine] {
                summary { (lang.t(key)) @if let Some((_, at)) = at { " " (at + 1) } }
                form method="post" action=(link::dossier(self.one.kind(), self.one.number)) data-once="" {
                    @if let Some((name, at)) = at { input type="hidden" name=(name) value=(at); }
                    (fields(typed, errors))
                    div.acts { button name="act" value=(act) { (lang.t(key)) } }
                }
            }
        }
    }

    fn words(&self, (act, at): (&str, Option<usize>), label: &str, (typed, errors): (&Fields, &Errors)) -> Markup {
        let lang = self.desk.lang();
        let id = format!("{act}-{}", at.unwrap_or_default());
        let words = Field {
            name: "words",
            id: &id,
            label: lang.t(label),
            input: Input::Area(4),
            required: true,
            chars_max: WORDS_CHARS_MAX,
            ..Field::default()
        };
        field(lang, &words, typed, errors)
    }

    fn either(&self, (legend, yes, no): (&str, &str, &str), (typed, errors): (&Fields, &Errors)) -> Markup {
        let lang = self.desk.lang();
        let card = |value: &str, key: &str| Choice { value: value.to_owned(), title: lang.t(key), hint: String::new() };
        let group = Choices {
            name: "good",
            legend: lang.t(legend),
            hint: String::new(),
            list: vec![card("yes", yes), card("no", no)],
            several: false,
        };
        choices(&group, typed, errors)
    }
}

/// Draws what this person can do to it.
fn forms(desk: &Desk, one: &Dossier, (typed, errors): (&Fields, &Errors)) -> Markup {
    let part = Part { desk, one, typed, errors };
    let (lang, open) = (desk.lang(), one.ended.is_none());
    let note = To::Note { words: String::new(), matter: String::new(), good: true };
    let answer = To::Answer { adopted: true, words: String::new() };
    let step = To::Step { words: String::new() };
    let end = To::End { words: String::new(), settled: true };
    html! {
        div.no-print {
            @if open && matches!(one.kind(), Kind::Task | Kind::Case) && part.may(&note) { (note_form(&part)) }
            @if open && one.kind() == Kind::Advice && one.answer.is_none() && part.may(&answer) {
                (part.form(("answer", None, "dossier-do-answer"), |typed, errors| html! {
                    p.hint { (lang.t("dossier-answer-hint")) }
                    (part.either(("dossier-adopt", "dossier-adopted", "dossier-not-adopted"), (typed, errors)))
                    (part.words(("answer", None), "dossier-answer-words", (typed, errors)))
                }))
            }
            @if open && one.steps.last().is_some_and(|step| step.reply.is_none()) && part.may(&answer) {
                (part.form(("answer", None, "dossier-do-reply"), |typed, errors| part.words(("answer", None), "dossier-reply", (typed, errors))))
            }
            @if open && one.kind() == Kind::Account && part.may(&step) {
                (part.form(("step", None, "dossier-do-step"), |typed, errors| html! {
                    p.hint { (lang.t("dossier-step-hint")) }
                    (part.words(("step", None), "dossier-step-words", (typed, errors)))
                }))
            }
            @if one.kind() == Kind::Conference { (meeting(&part)) }
            @if open && part.may(&end) && (one.kind() != Kind::Advice || one.answer.is_some()) {
                (part.form(("end", None, "dossier-do-end"), |typed, errors| html! {
                    p.hint { (lang.code("dossier-end-hint", one.kind().code())) }
                    (part.words(("end", None), "dossier-result", (typed, errors)))
                }))
            }
        }
    }
}

fn note_form(part: &Part<'_>) -> Markup {
    let lang = part.desk.lang();
    let whole = (String::new(), lang.t("dossier-about-whole"));
    let numbers: Vec<(String, String)> =
        std::iter::once(whole).chain(drawn(part.one).map(|number| (number.to_owned(), number.to_owned()))).collect();
    let which = Field { name: "matter", label: lang.t("dossier-matter"), depends: true, ..Field::default() };
    let task = part.one.kind() == Kind::Task;
    part.form(("note", None, if task { "dossier-do-look" } else { "dossier-do-note" }), |typed, errors| {
        html! {
            @if task {
                (select(lang, &which, &numbers, typed, errors))
                (part.either(("dossier-found", "dossier-found-good", "dossier-found-bad"), (typed, errors)))
            }
            (part.words(("note", None), if task { "dossier-look-words" } else { "dossier-note-words" }, (typed, errors)))
        }
    })
}

/// Draws what is done before, in and after a conference.
fn meeting(part: &Part<'_>) -> Markup {
    let (one, desk) = (part.one, part.desk);
    let (lang, directory, open) = (desk.lang(), desk.directory(), one.ended.is_none());
    let ruling = Ruling {
        item: 0,
        to: String::new(),
        words: String::new(),
        day: one.day,
        due: one.day,
        route: None,
        binds: true,
        follow: Vec::new(),
    };
    let today = desk.app.today();
    let sits = matches!(&one.opening.what, What::Conference { date, .. } if *date <= today);
    let rules = part.may(&To::Rule(ruling));
    let members = || {
        one.members()
            .iter()
            .map(|code| Choice { value: code.clone(), title: office(lang, &directory, code), hint: String::new() })
            .collect()
    };
    html! {
        @if open && part.may(&To::Attend { offices: Vec::new() }) {
            @for (at, _) in one.agenda().iter().enumerate() {
                (part.form(("prepare", Some(("item", at)), "dossier-do-prepare"), |typed, errors| {
                    let id = format!("papers-{at}");
                    let papers = Field { name: "papers", id: &id, label: lang.t("dossier-papers"), hint: lang.t("dossier-papers-hint"), input: Input::Area(4), required: true, chars_max: WORDS_CHARS_MAX, ..Field::default() };
                    field(lang, &papers, typed, errors)
                }))
            }
            @if sits {
                (part.form(("attend", None, "dossier-do-attend"), |typed, errors| {
                    choices(&Choices { name: "offices", legend: lang.t("dossier-who-came"), hint: String::new(), list: members(), several: true }, typed, errors)
                }))
            }
        }
        @if open && sits && rules {
            @for (at, item) in one.agenda().iter().enumerate().filter(|(at, _)| !one.rulings.iter().any(|known| known.item == *at)) {
                (part.form(("rule", Some(("item", at)), "dossier-do-rule"), |typed, errors| rule_fields(part, (at, &item.matter.number), (typed, errors))))
            }
        }
        @for (at, ruling) in one.rulings.iter().enumerate().filter(|(_, ruling)| !ruling.kept()) {
            @if part.may(&To::Follow { ruling: at, kept: true, words: String::new() }) {
                (part.form(("follow", Some(("ruling", at)), "dossier-do-follow"), |typed, errors| html! {
                    p.quiet { (ruling.words) }
                    (part.either(("dossier-carried", "dossier-kept", "dossier-not-yet"), (typed, errors)))
                    (part.words(("follow", Some(at)), "dossier-follow-words", (typed, errors)))
                }))
            }
        }
    }
}

fn rule_fields(part: &Part<'_>, (at, number): (usize, &str), (typed, errors): (&Fields, &Errors)) -> Markup {
    let (lang, desk) = (part.desk.lang(), part.desk);
    let ids = ["to", "due", "route"].map(|name| format!("{name}-{at}"));
    let to = Field { name: "to", id: &ids[0], label: lang.t("dossier-ruled-to"), required: true, ..Field::default() };
    let due = Field {
        name: "due",
        id: &ids[1],
        label: lang.t("dossier-ruled-due"),
        input: Input::Day,
        required: true,
        ..Field::default()
    };
    let route = Field {
        name: "route",
        id: &ids[2],
        label: lang.t("dossier-route"),
        hint: lang.t("dossier-route-hint"),
        input: Input::Day,
        ..Field::default()
    };
    html! {
        p { (matter(number)) }
        (select(lang, &to, &offices(desk, "piece-choose"), typed, errors))
        (part.words(("rule", Some(at)), "dossier-ruled-words", (typed, errors)))
        (field(lang, &due, typed, errors))
        (field(lang, &route, typed, errors))
    }
}

/// Tells whether a day is over, for those who read lists.
pub(super) fn passed(desk: &Desk, date: Date) -> bool {
    date < desk.app.today()
}
