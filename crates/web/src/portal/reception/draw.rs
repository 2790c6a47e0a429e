//! How a reception day looks: who, where, when, how many times are free; what was promised and what became of it.

use civic::directory::Directory;
use jiff::civil::Date;
use maud::{Markup, html};
use oversight::reception::day::{Plan, Promise};
use oversight::reception::often::Duty;
use oversight::reception::{Day, Held};

use crate::app::App;
use crate::kit::Tone;
use crate::kit::state::chip;
use crate::link;
use crate::portal::track::story::office;
use crate::words::{Lang, cite, day, month_name};

/// Minutes of an hour.
const HOUR: u16 = 60;

/// Writes minutes since midnight as a time of day.
pub fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / HOUR, minutes % HOUR)
}

/// Names the leader with post.
fn leader(plan: &Plan) -> String {
    format!("{} {}", plan.name, plan.post)
}

/// Says where it is: the place and the spot.
fn place(lang: Lang, directory: &Directory, plan: &Plan) -> String {
    let place = directory.places.get(&plan.place).map(|place| lang.pick(&place.name, &place.name_en).to_owned());
    [place.unwrap_or_default(), plan.venue.clone()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// Draws a day as a list shows it. `free`: how many times are free, where people can still book.
pub fn face(app: &App, lang: Lang, (shown, to, free): (&Day, &str, Option<usize>)) -> Markup {
    let (directory, plan) = (app.hall.site.directory(), &shown.plan);
    let kept = shown.promises.iter().filter(|promise| promise.kept()).count();
    let broken = shown.promises.iter().filter(|promise| promise.broken(app.today())).count();
    html! {
        a.find href=(to) { strong { (day(lang, plan.date)) " " (clock(plan.from)) "–" (clock(plan.ends())) } }
        p { (leader(plan)) " · " (place(lang, &directory, plan)) }
        p.quiet { (plan.duty) }
        p {
            @if plan.going.is_some() { (chip(Tone::Plain, &lang.t("day-going"))) " " }
            @match (shown.held, free) {
                (Held::Cancelled, _) => { (chip(Tone::Late, &lang.t("day-off"))) " " span.quiet { (shown.reason) } }
                (_, Some(0)) => { (chip(Tone::Soon, &lang.t("day-full"))) }
                (_, Some(free)) => { (chip(Tone::Done, &lang.say("day-free", &[("count", free.into())]))) }
                (Held::Posted, None) => { (chip(Tone::Done, &lang.say("day-received", &[("count", i64::from(shown.received).into())]))) }
                (Held::Planned, None) => { (chip(Tone::Plain, &lang.t("day-over"))) }
            }
            @if !shown.promises.is_empty() {
                " " span.quiet { (lang.say("day-promises", &[("all", shown.promises.len().into()), ("kept", kept.into())])) }
                @if broken > 0 { " " (chip(Tone::Late, &lang.say("day-broken", &[("count", broken.into())]))) }
            }
        }
    }
}

/// Lists what is published of a day.
pub fn facts(app: &App, lang: Lang, shown: &Day) -> Markup {
    let (directory, rules, plan) = (app.hall.site.directory(), app.hall.site.rules(), &shown.plan);
    let ground = |code: &str| {
        let found = rules.ground(oversight::reception::decide::GROUNDS, code);
        found.map_or_else(|| code.to_owned(), |ground| lang.pick(&ground.zh, &ground.en).to_owned())
    };
    html! {
        dl.facts {
            div { dt { (lang.t("day-who")) } dd { (leader(plan)) } }
            div { dt { (lang.t("day-duty")) } dd { (plan.duty) } }
            div { dt { (lang.t("day-when")) } dd { time datetime=(plan.date) { (day(lang, plan.date)) " " (clock(plan.from)) "–" (clock(plan.ends())) } } }
            div { dt { (lang.t("day-where")) } dd { (place(lang, &directory, plan)) } }
            div { dt { (lang.t("day-office")) } dd { (office(lang, &directory, &plan.office)) } }
            @if let Some(going) = &plan.going {
                div { dt { (lang.t("day-why")) } dd { (ground(&going.ground)) } }
                @if !going.table.is_empty() {
                    div { dt { (lang.t("day-table")) } dd { (going.table.iter().map(|code| office(lang, &directory, code)).collect::<Vec<_>>().join(lang.pick("、", ", "))) } }
                }
            }
            div { dt { (lang.t("day-number")) } dd { (shown.number) } }
        }
    }
}

/// Lists what was promised, and what became of it.
pub fn promises(app: &App, lang: Lang, shown: &[Promise]) -> Markup {
    let (directory, today) = (app.hall.site.directory(), app.today());
    html! {
        ol.finds {
            @for promise in shown {
                li {
                    p.words { (promise.words) }
                    p.quiet { (lang.say("promise-line", &[("office", office(lang, &directory, &promise.office).into()), ("made", day(lang, promise.made).into()), ("due", day(lang, promise.due).into())])) }
                    p { (standing(lang, (promise, today))) }
                    @for answer in &promise.answers { p { (day(lang, answer.day)) " " (lang.t(if answer.kept { "promise-kept" } else { "promise-not-yet" })) (lang.pick("：", ": ")) (answer.words) } }
                }
            }
        }
    }
}

fn standing(lang: Lang, (promise, today): (&Promise, Date)) -> Markup {
    if promise.kept() {
        chip(Tone::Done, &lang.t("promise-kept"))
    } else if promise.broken(today) {
        chip(Tone::Late, &lang.t("promise-broken"))
    } else {
        chip(Tone::Soon, &lang.t("promise-open"))
    }
}

/// Says which leaders did not sit as often as they have to, with the rule; and who has no day planned yet.
pub fn duty_words(app: &App, lang: Lang, duties: &[Duty]) -> Markup {
    let (directory, rules) = (app.hall.site.directory(), app.hall.site.rules());
    let term = rules.term(oversight::reception::often::COUNTY);
    let name = |duty: &Duty| {
        directory.staff.get(&duty.leader).map(|staff| format!("{} {}", staff.name, staff.title)).unwrap_or_default()
    };
    let period = |duty: &Duty| {
        if duty.months == 1 {
            return month_name(lang, &duty.last.first.to_string()[..7]);
        }
        let last = duty.last.next.yesterday().unwrap_or(duty.last.next);
        lang.say("duty-from-to", &[("first", day(lang, duty.last.first).into()), ("last", day(lang, last).into())])
    };
    let missed: Vec<&Duty> = duties.iter().filter(|duty| duty.missed).collect();
    let unplanned: Vec<String> = duties.iter().filter(|duty| duty.planned.is_none()).map(name).collect();
    html! {
        @if !missed.is_empty() {
            section.notice.late {
                h2 { (lang.t("duty-missed")) }
                ul { @for duty in missed { li { (lang.say("duty-missed-line", &[("name", name(duty).into()), ("period", period(duty).into())])) } } }
                p.quiet { (lang.say("duty-rule", &[("months", i64::from(term.value).into())])) " " a href=(link::RULES) { (cite(lang, &term.instrument, &term.article)) } }
            }
        }
        @if !unplanned.is_empty() { p.quiet { (lang.say("duty-unplanned", &[("names", unplanned.join(lang.pick("、", ", ")).into())])) } }
    }
}
