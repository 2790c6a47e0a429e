//! One issue: its warnings with the way to answer them, its figures, its course, its matters, and what a person can put right.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::permit::{Act, Subject};
use insight::board::Warning;
use insight::rules::{Choice, HotRules};
use jiff::{Timestamp, ToSpan};
use maud::{Markup, html};

use super::draw::{choice, name, parts, place, reason, span, trend};
use super::look::{self, Card, ROWS_MAX, Row, Title, Whole};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Path};
use crate::kit::Tone;
use crate::kit::errors::{Errors, summary};
use crate::kit::facts::facts;
use crate::kit::field::{Field, field, select};
use crate::kit::notice::notice;
use crate::kit::state::chip;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::track::story::office;
use crate::words::{Lang, day_short, moment};

/// Longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 40;
/// Longest number that is read, in characters.
const NUMBER_CHARS_MAX: usize = 60;

/// Shows an issue.
pub async fn show(desk: Desk, Path(number): Path<String>) -> Result<Response, Problem> {
    let whole = look::one(&desk, number).await?.ok_or(Problem::Absent)?;
    Ok(draw(&desk, &whole, (&Fields::default(), &Errors::default())))
}

/// Tells whether this person may put an issue right and answer for it.
pub fn handles(desk: &Desk, owner: &str) -> bool {
    desk.permit(Act::HandleIssue, &Subject { owner: owner.to_owned(), ..Subject::default() }).is_ok()
}

/// Draws an issue again with what was wrong in a form.
pub fn again(desk: &Desk, whole: &Whole, (typed, errors): (&Fields, &Errors)) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, draw(desk, whole, (typed, errors))).into_response()
}

fn draw(desk: &Desk, whole: &Whole, (typed, errors): (&Fields, &Errors)) -> Response {
    let (lang, rules, card) = (desk.lang(), HotRules::builtin(), &whole.card);
    let title = name(desk, card);
    let handles = handles(desk, &card.owner);
    let body = html! {
        p { a href=(link::ISSUES) { (lang.t("issue-back")) } }
        h1 { (title) }
        @if !matches!(card.title, Title::Named(_)) { p.quiet { (lang.t("issue-title-unseen")) } }
        (summary(lang, errors))
        @for (at, warning) in whole.warnings.iter().enumerate() {
            // an answer to the newest answers those before it
            (warned(desk, &rules, (whole, warning), (handles && at == 0, typed, errors)))
        }
        (figures(desk, card))
        h2 { (lang.t("issue-trend")) }
        (trend(lang, card))
        (weeks(desk, card))
        h2 { (lang.t("issue-why")) }
        (parts(lang, &rules, card))
        h2 { (lang.t("issue-matters")) }
        @if card.matters.0 > ROWS_MAX { p.quiet { (lang.say("issue-newest", &[("count", (ROWS_MAX as i64).into())])) } }
        (matters(desk, whole, handles))
        @if handles { (mend(desk, whole, (typed, errors))) }
    };
    desk.page(&title, &body)
}

fn figures(desk: &Desk, card: &Card) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let mut all = vec![
        (lang.t("issue-people"), html! { (card.facts.people) @if card.facts.joined > 0 { " + " (card.facts.joined) } }),
        (lang.t("issue-open-of"), html! { (card.matters.1) " / " (card.matters.0) }),
        (lang.t("issue-owner"), html! { (office(lang, &directory, &card.owner)) }),
        (lang.t("issue-when"), html! { (span(desk, card)) }),
    ];
    let places = card.places.iter().map(|(code, count)| format!("{} {count}", place(desk, code.as_deref())));
    all.push((lang.t("issue-places"), html! { (places.collect::<Vec<_>>().join(&lang.t("list-comma"))) }));
    let (given, bad) = card.rated;
    let rated = [("rated", (given as i64).into()), ("bad", (bad as i64).into())];
    all.push((
        lang.t("issue-rated"),
        html! { @if given == 0 { (lang.t("issue-unrated")) } @else { (lang.say("issue-ratings", &rated)) } },
    ));
    if !card.words.is_empty() {
        all.push((lang.t("issue-words"), html! { (card.words.join(&lang.t("list-comma"))) }));
    }
    facts(&all)
}

fn weeks(desk: &Desk, card: &Card) -> Markup {
    let (lang, today) = (desk.lang(), desk.app.today());
    let weeks = card.trend.len() as i64;
    let rows = card.trend.iter().enumerate().rev().map(|(at, count)| {
        let until = today.saturating_sub((7 * (weeks - 1 - at as i64)).days());
        vec![html! { (day_short(lang, until.saturating_sub(6.days()))) "–" (day_short(lang, until)) }, html! { (count) }]
    });
    let heads = ["issue-week", "issue-came"].map(|key| lang.t(key)).to_vec();
    html! {
        details {
            summary { (lang.t("issue-trend-table")) }
            (table(&Table { caption: lang.t("issue-trend"), heads, rows: rows.collect() }))
        }
    }
}

fn matters(desk: &Desk, whole: &Whole, handles: bool) -> Markup {
    let (lang, directory, site) = (desk.lang(), desk.directory(), &desk.app.hall.site);
    let row = |row: &Row| {
        html! {
            li {
                a.find href=(link::matter(&row.number)) data-row="" { (row.title.as_deref().unwrap_or(&row.number)) }
                p.quiet {
                    @if row.open { (chip(Tone::Way, &lang.t("issue-is-open"))) } @else { (chip(Tone::Done, &lang.t("issue-is-done"))) }
                    " " (place(desk, row.place.as_deref())) " · " (office(lang, &directory, &row.owner)) " · " (day_short(lang, site.day(row.at)))
                    @if row.title.is_some() { " · " span.code { (row.number) } }
                }
                @if handles && whole.card.matters.0 > 2 {
                    form.inline method="post" action=(link::issue(&whole.card.number)) {
                        input type="hidden" name="act" value="part";
                        button.second name="matter" value=(row.number) { (lang.t("issue-part")) }
                    }
                }
            }
        }
    };
    html! { ol.finds { @for one in &whole.rows { (row(one)) } } }
}

fn warned(
    desk: &Desk,
    rules: &HotRules,
    (whole, warning): (&Whole, &Warning),
    (handles, typed, errors): (bool, &Fields, &Errors),
) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let open = warning.is_open();
    let tone = if !open {
        Tone::Done
    } else if warning.answers.is_empty() {
        Tone::Late
    } else {
        Tone::Soon
    };
    let said = |answer: &insight::board::Answer| {
        let at = Timestamp::from_second(answer.at).unwrap_or_default();
        let all = if answer.answer == "acted" { &rules.measures } else { &rules.dismissals };
        let facts = [
            ("at", moment(lang, at, &desk.app.hall.site.zone).into()),
            ("office", office(lang, &directory, &answer.office).into()),
            ("what", choice(lang, all, &answer.ground).to_owned().into()),
        ];
        match answer.answer.as_str() {
            "acted" => lang.say("issue-answer-acted", &facts),
            "dismissed" => lang.say("issue-answer-dismissed", &facts),
            _ => lang.say("issue-answer-seen", &facts[..2]),
        }
    };
    let body = html! {
        p { (reason(desk, warning)) }
        @if !warning.proposal.is_empty() { p { (lang.t("issue-proposal")) (choice(lang, &rules.measures, &warning.proposal)) } }
        @for answer in &warning.answers { p { (said(answer)) } }
        @if open && handles { (answer_forms(desk, rules, (whole, warning), (typed, errors))) }
    };
    notice(tone, &lang.t(if open { "issue-warning-open" } else { "issue-warning-done" }), &body)
}

fn answer_forms(
    desk: &Desk,
    rules: &HotRules,
    (whole, warning): (&Whole, &Warning),
    (typed, errors): (&Fields, &Errors),
) -> Markup {
    let lang = desk.lang();
    let options = |all: &[Choice]| -> Vec<(String, String)> {
        all.iter().map(|choice| (choice.code.clone(), lang.pick(&choice.zh, &choice.en).to_owned())).collect()
    };
    let form = |act: &str, body: Markup| {
        html! {
            form method="post" action=(link::issue(&whole.card.number)) {
                input type="hidden" name="act" value=(act);
                input type="hidden" name="trigger" value=(warning.trigger);
                (body)
            }
        }
    };
    // an issue may be warned of for several reasons, each with an answer of its own
    let own = |name: &str| format!("{}-{name}", warning.trigger);
    let (measure, dismissal) = (own("measure"), own("dismissal"));
    let choice = |name, id, label| Field { name, id, label: lang.t(label), required: true, ..Field::default() };
    let measure = choice("measure", measure.as_str(), "issue-measure");
    let dismissal = choice("dismissal", dismissal.as_str(), "issue-dismissal");
    html! {
        @if warning.answers.is_empty() { (form("seen", html! { div.acts { button { (lang.t("issue-say-seen")) } } })) }
        details open[!errors.is_empty()] {
            summary { (lang.t("issue-say-acted")) }
            (form("acted", html! {
                (select(lang, &measure, &options(&rules.measures), typed, errors))
                div.acts { button { (lang.t("issue-say-acted")) } }
            }))
        }
        details open[!errors.is_empty()] {
            summary { (lang.t("issue-say-dismissed")) }
            (form("dismissed", html! {
                (select(lang, &dismissal, &options(&rules.dismissals), typed, errors))
                div.acts { button.second { (lang.t("issue-say-dismissed")) } }
            }))
        }
    }
}

/// Draws the forms that put an issue right: its title, another one that is the same, what can be taken back.
fn mend(desk: &Desk, whole: &Whole, (typed, errors): (&Fields, &Errors)) -> Markup {
    let lang = desk.lang();
    let to = link::issue(&whole.card.number);
    let mut filled = typed.clone();
    if typed.get("act") != "title" {
        filled.set("title", name(desk, &whole.card));
    }
    let title = Field {
        name: "title",
        label: lang.t("issue-title"),
        hint: lang.t("issue-title-hint"),
        required: true,
        chars_max: TITLE_CHARS_MAX,
        ..Field::default()
    };
    let other = Field {
        name: "other",
        label: lang.t("issue-other"),
        hint: lang.t("issue-other-hint"),
        required: true,
        chars_max: NUMBER_CHARS_MAX,
        ..Field::default()
    };
    html! {
        h2 { (lang.t("issue-mend")) }
        form method="post" action=(to) {
            input type="hidden" name="act" value="title";
            (field(lang, &title, &filled, errors))
            div.acts { button { (lang.t("issue-title-set")) } }
        }
        form method="post" action=(to) {
            input type="hidden" name="act" value="merge";
            (field(lang, &other, typed, errors))
            div.acts { button.second { (lang.t("issue-merge")) } }
        }
        @for (position, what) in &whole.undo { (take_back(lang, &to, (*position, what))) }
    }
}

fn take_back(lang: Lang, to: &str, (position, what): (i64, &str)) -> Markup {
    let key = match what {
        "title" => "issue-undo-title",
        "merge" => "issue-undo-merge",
        _ => "issue-undo-part",
    };
    html! {
        form.inline method="post" action=(to) {
            input type="hidden" name="act" value="undo";
            button.second name="position" value=(position) { (lang.t(key)) }
        }
    }
}
