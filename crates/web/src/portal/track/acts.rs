//! What the resident can do now, each with its form folded away, and why the rest is not possible now.

use appeals::decide::{Ctx, ready};
use appeals::followup::REASONS_MAX;
use appeals::view::Personal;
use civic::permit::Act;
use civic::refusal::Refusal;
use civic::rules::{Ground, RuleSet};
use maud::{Markup, html};

use crate::app::App;
use crate::extract::Fields;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::Errors;
use crate::kit::field::{Field, Input, field, select};
use crate::kit::refusal::{reason, way_on};
use crate::portal::file::ACCEPT;
use crate::session::Resident;
use crate::words::Lang;

/// The grades of an answer, the worst first (好差评).
const GRADES: std::ops::RangeInclusive<u8> = 1..=5;

/// Lists the acts of residents in the order in which they are offered.
pub const ACTS: &[Act] = &[
    Act::Rate,
    Act::MarkRectification,
    Act::AnswerObjection,
    Act::Supplement,
    Act::Reopen,
    Act::AskReview,
    Act::AskRecheck,
    Act::RevokeWithdraw,
    Act::AskWithdraw,
    Act::StopTexts,
    Act::NameDelegate,
    Act::RemoveDelegate,
];

/// Lists what may be said after an act: `done-CODE`.
pub const DONE: &[&str] = &[
    "rate",
    "mark_rectification",
    "answer_objection",
    "supplement",
    "reopen",
    "ask_review",
    "ask_recheck",
    "revoke_withdraw",
    "ask_withdraw",
    "stop_texts",
    "remove_delegate",
    "join",
];

/// Lists of reasons with the question that stands over each, the worst grades first.
pub const REASONS: [(&str, &str); 3] =
    [("rating_bad", "rating-why-bad"), ("rating_fair", "rating-why-fair"), ("rating_good", "rating-why-good")];
/// Marks beside a grade, with their labels.
pub const MARKS: [(&str, &str); 3] =
    [("measures", "rating-measures"), ("rectification", "rating-rectification"), ("effect", "rating-effect")];

/// Reads a grade that somebody came with.
pub fn grade(text: &str) -> Option<u8> {
    text.parse().ok().filter(|grade| GRADES.contains(grade))
}

/// Draws the acts; `chosen` is what was chosen of the grades before.
pub fn draw(app: &App, lang: Lang, resident: &Resident, (personal, chosen): (&Personal, Option<u8>)) -> Markup {
    let site = &app.hall.site;
    let mut typed = Fields::default();
    if let Some(grade) = chosen {
        typed.set("grade", grade.to_string());
    }
    let (rules, calendar, directory) = (site.rules(), site.calendar(), site.directory());
    let ctx = Ctx::new((app.now(), app.today()), (&rules, &calendar), &directory);
    let asked: Vec<(Act, Result<(), Refusal>)> = ACTS
        .iter()
        .filter(|act| !(resident.track.delegate && act.only_in_person()))
        .map(|act| (*act, ready(&personal.state, *act, &ctx)))
        .collect();
    html! {
        section.can {
            h2 { (lang.t("acts-title")) }
            @for (act, _) in asked.iter().filter(|(_, answer)| answer.is_ok()) {
                details.act id=(act.code()) open[matches!(act, Act::Rate | Act::MarkRectification | Act::AnswerObjection)] {
                    summary { (lang.code("do", act.code())) }
                    (form((lang, &rules), (*act, personal.state.version), (&typed, &Errors::default())))
                }
            }
            @if asked.iter().any(|(act, answer)| answer.is_err() && !SELDOM.contains(act)) {
                details { summary { (lang.t("acts-not-now")) } ul.reasons {
                    @for (act, refusal) in asked.iter().filter_map(|(act, answer)| answer.as_ref().err().filter(|_| !SELDOM.contains(act)).map(|refusal| (act, refusal))) {
                        li { strong { (lang.code("do", act.code())) } " — " (reason(lang, refusal)) " " (way_on(lang, refusal).unwrap_or_default()) }
                    }
                } }
            }
        }
    }
}

/// Acts of which nobody is told that they are not possible: most people never meet what they follow.
const SELDOM: &[Act] = &[Act::MarkRectification, Act::AnswerObjection, Act::StopTexts];

/// Draws the form of an act with what was typed and what is wrong.
pub fn form((lang, rules): (Lang, &RuleSet), (act, version): (Act, i64), (typed, errors): (&Fields, &Errors)) -> Markup {
    html! {
        form method="post" action="/track/act" enctype="multipart/form-data" data-once="" {
            input type="hidden" name="act" value=(act.code());
            input type="hidden" name="seen" value=(version);
            p { (lang.code("about", act.code())) }
            (fields((lang, rules), act, (typed, errors)))
            button { (lang.code("do", act.code())) }
        }
    }
}

fn fields((lang, rules): (Lang, &RuleSet), act: Act, (typed, errors): (&Fields, &Errors)) -> Markup {
    // several acts stand on one page, and most ask for words
    let own = |name: &str| format!("{}-{name}", act.code());
    let (words_id, files_id) = (own("words"), own("files"));
    let words = |required| Field {
        name: "words",
        id: &words_id,
        label: lang.code("words", act.code()),
        input: Input::Area(4),
        required,
        ..Field::default()
    };
    let line =
        |name, label, input, required| Field { name, label: lang.t(label), input, required, chars_max: 50, ..Field::default() };
    match act {
        Act::Rate => html! {
            (grades(lang, ("grade", "field-grade"), typed))
            (beside((lang, rules), typed))
            (field(lang, &words(false), typed, errors))
        },
        Act::MarkRectification => {
            html! { (grades(lang, ("mark", "field-mark"), typed)) (field(lang, &words(false), typed, errors)) }
        }
        Act::Supplement => {
            let files = Field {
                name: "files",
                id: &files_id,
                label: lang.t("field-files"),
                input: Input::Files,
                accept: ACCEPT,
                ..Field::default()
            };
            html! { (field(lang, &words(false), typed, errors)) (field(lang, &files, typed, errors)) }
        }
        Act::AnswerObjection | Act::Reopen | Act::AskReview | Act::AskRecheck => field(lang, &words(true), typed, errors),
        Act::AskWithdraw => field(lang, &words(false), typed, errors),
        Act::NameDelegate => html! {
            (field(lang, &line("name", "field-delegate-name", Input::Line, true), typed, errors))
            (field(lang, &line("mobile", "field-delegate-mobile", Input::Phone, false), typed, errors))
        },
        _ => html! {},
    }
}

/// Draws what may stand beside a grade: reasons by the grades they fit, and marks. All of it may be left out.
fn beside((lang, rules): (Lang, &RuleSet), typed: &Fields) -> Markup {
    let card =
        |row: &Ground| Choice { value: row.code.clone(), title: lang.pick(&row.zh, &row.en).to_owned(), hint: String::new() };
    let group = |(name, legend): (&'static str, &str)| {
        let list = rules.grounds(name).map(card).collect();
        choices(&Choices { name, legend: lang.t(legend), list, several: true, ..Choices::default() }, typed, &Errors::default())
    };
    let marks: Vec<(String, String)> = std::iter::once((String::new(), lang.t("rating-mark-none")))
        .chain(GRADES.rev().map(|grade| (grade.to_string(), lang.code("grade", &grade.to_string()))))
        .collect();
    let mark = |(name, label): (&'static str, &str)| {
        let described = Field { name, label: lang.t(label), ..Field::default() };
        select(lang, &described, &marks, typed, &Errors::default())
    };
    let told = REASONS.iter().chain(&MARKS).any(|(name, _)| typed.has(name));
    html! {
        details open[told] {
            summary { (lang.t("rating-more")) }
            p.hint { (lang.say("rating-more-how", &[("max", REASONS_MAX.into())])) }
            @for one in REASONS { (group(one)) }
            @for one in MARKS { (mark(one)) }
        }
    }
}

/// Draws the five grades, best first.
fn grades(lang: Lang, (name, legend): (&str, &str), typed: &Fields) -> Markup {
    let list = GRADES.rev().map(|grade: u8| Choice {
        value: grade.to_string(),
        title: lang.code("grade", &grade.to_string()),
        hint: String::new(),
    });
    let group = Choices { name, legend: lang.t(legend), list: list.collect(), ..Choices::default() };
    choices(&group, typed, &Errors::default())
}
