//! The forms of a question at the desk. What was typed and refused comes back in the form it was typed in.

use civic::rules::RuleSet;
use insight::consult::consultation::Outcome;
use insight::consult::decide::{ASIDE, COMMENT, DRAFT_CHARS_MAX, GATHER, LINE_CHARS_MAX, WORDS_CHARS_MAX, numbered, soonest};
use insight::consult::text::write;
use maud::{Markup, html};
use uuid::Uuid;

use super::show::Seen;
use crate::desk::frame::Desk;
use crate::extract::Fields;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::Errors;
use crate::kit::field::{Field, Input, field, select};
use crate::link;
use crate::words::Lang;

/// Is what every form of the page is drawn with.
pub(super) struct Form<'a> {
    /// The desk.
    pub desk: &'a Desk,
    /// The question.
    pub seen: &'a Seen,
    /// What was typed.
    pub typed: &'a Fields,
    /// What is wrong.
    pub errors: &'a Errors,
}

impl Form<'_> {
    fn lang(&self) -> Lang {
        self.desk.lang()
    }

    fn to(&self) -> String {
        link::desk_consult(self.seen.consult.number)
    }

    /// Returns what was typed into this form, and what is wrong there; nothing where another was sent.
    fn of(&self, act: &str, part: &str) -> (Fields, Errors) {
        let same = self.typed.get("act") == act && self.typed.get("part") == part;
        if same { (self.typed.clone(), self.errors.clone()) } else { (Fields::default(), Errors::default()) }
    }

    fn line<'a>(&self, (name, id): (&'a str, &'a str), key: &str) -> Field<'a> {
        Field { name, id, label: self.lang().t(key), required: true, chars_max: LINE_CHARS_MAX, ..Field::default() }
    }

    fn words<'a>(&self, (name, id): (&'a str, &'a str), key: &str) -> Field<'a> {
        Field { input: Input::Area(4), chars_max: WORDS_CHARS_MAX, ..self.line((name, id), key) }
    }

    fn until<'a>(&self, id: &'a str, (key, first): (&str, String)) -> Field<'a> {
        let hint = self.lang().say("ask-until-hint", &[("first", first.into())]);
        Field { input: Input::Day, chars_max: 0, hint, ..self.line(("until", id), key) }
    }

    fn rules(&self) -> std::sync::Arc<RuleSet> {
        self.desk.app.hall.site.rules()
    }
}

/// Asks where each of the next voices goes.
pub(super) fn sort(form: &Form<'_>) -> Markup {
    let (lang, consult) = (form.lang(), &form.seen.consult);
    let rules = form.rules();
    let points = numbered(consult).map(|(number, point)| {
        (format!("p{number}"), format!("{} {}", lang.say("point-number", &[("number", number.into())]), point.title))
    });
    let aside = rules.grounds(ASIDE).map(|ground| {
        (format!("g{}", ground.code), lang.say("sort-aside", &[("why", lang.pick(&ground.zh, &ground.en).to_owned().into())]))
    });
    let later = std::iter::once((String::new(), lang.t("sort-later")));
    let options: Vec<(String, String)> = later.chain(points).chain(aside).collect();
    html! {
        form method="post" action=(form.to()) {
            p.hint { (lang.t("sort-hint")) }
            ol.finds { @for row in &form.seen.waiting { @if let Some(voice) = &row.voice { li { (one(form, (row.id, voice), &options)) } } } }
            div.acts { button name="act" value="sort" { (lang.t("sort-send")) } }
        }
    }
}

fn one(form: &Form<'_>, (id, voice): (Uuid, &insight::consult::Voice), options: &[(String, String)]) -> Markup {
    let lang = form.lang();
    let (to, also, title) = (format!("to-{id}"), format!("also-{id}"), format!("title-{id}"));
    let depends = |name, label: &str| Field { name, label: lang.t(label), depends: true, ..Field::default() };
    let none = Errors::default();
    let more: Vec<(String, String)> = options.iter().filter(|(code, _)| !code.starts_with('g')).cloned().collect();
    html! {
        p.words { (voice.said.words) }
        p.quiet { (lang.say("voice-line-desk", &[("number", voice.said.seq.into()), ("day", voice.said.day.to_string().into()), ("way", lang.code("voice-by", voice.said.way.code()).into())])) }
        (select(lang, &depends(&to, "sort-to"), options, form.typed, &none))
        details {
            summary { (lang.t("sort-more")) }
            (field(lang, &Field { chars_max: LINE_CHARS_MAX, ..depends(&title, "sort-title") }, form.typed, &none))
            (select(lang, &depends(&also, "sort-also"), &more, form.typed, &none))
        }
    }
}

/// Asks what the office makes of a point.
pub(super) fn answer(form: &Form<'_>, (number, part): (u32, &str)) -> Markup {
    let (lang, consult) = (form.lang(), &form.seen.consult);
    let part = format!("{part}-{number}");
    let (mut typed, errors) = form.of("answer", &part);
    if typed.get("words").is_empty()
        && let Some(before) = consult.point(number).and_then(|point| point.answer())
    {
        typed.set("words", before.words.as_str());
        typed.set("outcome", before.outcome.code());
    }
    let options: Vec<(String, String)> = std::iter::once((String::new(), lang.t("answer-choose")))
        .chain(Outcome::ALL.iter().map(|outcome| (outcome.code().to_owned(), lang.code("point", outcome.code()))))
        .collect();
    let (outcome_id, words_id) = (format!("outcome-{part}"), format!("words-{part}"));
    let outcome = Field { chars_max: 0, ..form.line(("outcome", &outcome_id), "answer-outcome") };
    let words = Field { hint: lang.t("answer-words-hint"), ..form.words(("words", &words_id), "answer-words") };
    html! {
        form method="post" action=(form.to()) {
            @if part.starts_with("next") && let Some(point) = consult.point(number) { p { strong { (point.title) } " " a href=(link::consult_point(consult.number, number)) { (lang.t("answer-look")) } } }
            input type="hidden" name="part" value=(part);
            input type="hidden" name="point" value=(number);
            (select(lang, &outcome, &options, &typed, &errors))
            (field(lang, &words, &typed, &errors))
            div.acts { button name="act" value="answer" { (lang.t("answer-send")) } }
        }
    }
}

/// Asks for a new point, or for another title of one.
pub(super) fn point(form: &Form<'_>, own: Option<(u32, &str)>) -> Markup {
    let lang = form.lang();
    let part = own.map_or_else(|| "new".to_owned(), |(number, _)| number.to_string());
    let (mut typed, errors) = form.of("point", &part);
    if let Some((_, title)) = own
        && !typed.has("title")
    {
        typed.set("title", title);
    }
    let id = format!("title-{part}");
    let title = Field { hint: lang.t("point-title-hint"), ..form.line(("title", &id), "point-title") };
    html! {
        form method="post" action=(form.to()) {
            input type="hidden" name="part" value=(part);
            (field(lang, &title, &typed, &errors))
            div.acts { button.second name="act" value="point" { (lang.t("save")) } }
        }
    }
}

fn text_field(form: &Form<'_>, id: &'static str) -> Field<'static> {
    Field {
        name: "text",
        id,
        label: form.lang().t("draft-text"),
        hint: form.lang().t("draft-text-hint"),
        input: Input::Area(12),
        required: true,
        chars_max: DRAFT_CHARS_MAX,
        ..Field::default()
    }
}

/// Asks for a draft.
pub(super) fn draft(form: &Form<'_>) -> Markup {
    let (lang, consult, rules) = (form.lang(), &form.seen.consult, form.rules());
    let (mut typed, errors) = form.of("draft", "");
    if !typed.has("text") {
        typed.set("text", write(consult.lines()));
    }
    let first = soonest(&rules, form.desk.app.today(), COMMENT);
    if !typed.has("until") {
        typed.set("until", first.to_string());
    }
    let days = i64::from(rules.term(COMMENT).value);
    let until = Field {
        hint: lang.say("draft-until-hint", &[("days", days.into())]),
        ..form.until("draft-until", ("draft-until", first.to_string()))
    };
    let shorter = Field { required: false, ..form.line(("shorter", "draft-shorter"), "draft-shorter-why") };
    let words = Field { hint: lang.t("draft-words-hint"), ..form.words(("words", "draft-words"), "draft-words") };
    html! {
        form method="post" action=(form.to()) data-once="" {
            (field(lang, &text_field(form, "draft-text"), &typed, &errors))
            (field(lang, &words, &typed, &errors))
            (field(lang, &until, &typed, &errors))
            (field(lang, &shorter, &typed, &errors))
            div.acts { button name="act" value="draft" { (lang.t("draft-publish")) } }
        }
    }
}

/// Asks what is decided.
pub(super) fn decide(form: &Form<'_>) -> Markup {
    let (lang, consult) = (form.lang(), &form.seen.consult);
    let (mut typed, errors) = form.of("decide", "");
    if !typed.has("text") {
        typed.set("text", write(consult.lines()));
    }
    if !typed.has("adopted") {
        typed.set("adopted", "yes");
    }
    let choice = |value: &str, key: &str| Choice { value: value.to_owned(), title: lang.t(key), hint: String::new() };
    let adopted = Choices {
        name: "adopted",
        legend: lang.t("decide-adopted"),
        list: vec![choice("yes", "decide-yes"), choice("no", "decide-no")],
        ..Choices::default()
    };
    let words = Field { hint: lang.t("decide-words-hint"), ..form.words(("words", "decide-words"), "decide-words") };
    let text = Field { required: false, depends: true, ..text_field(form, "decide-text") };
    html! {
        form method="post" action=(form.to()) data-once="" {
            (choices(&adopted, &typed, &errors))
            (field(lang, &text, &typed, &errors))
            (field(lang, &words, &typed, &errors))
            div.acts { button name="act" value="decide" { (lang.t("decide-send")) } }
        }
    }
}

/// Asks how far it is.
pub(super) fn report(form: &Form<'_>) -> Markup {
    let lang = form.lang();
    let (typed, errors) = form.of("report", "");
    let words = Field { hint: lang.t("report-words-hint"), ..form.words(("words", "report-words"), "report-words") };
    html! {
        form method="post" action=(form.to()) data-once="" {
            (field(lang, &words, &typed, &errors))
            label.check { input type="checkbox" name="done" value="1" checked[typed.has("done")]; (lang.t("report-all-done")) }
            div.acts { button name="act" value="report" { (lang.t("report-send")) } }
        }
    }
}

/// Asks why it goes round again.
pub(super) fn again(form: &Form<'_>) -> Markup {
    let (lang, rules) = (form.lang(), form.rules());
    let (typed, errors) = form.of("again", "");
    let first = soonest(&rules, form.desk.app.today(), GATHER).to_string();
    html! {
        form method="post" action=(form.to()) data-once="" {
            (field(lang, &form.line(("why", "again-why"), "again-why"), &typed, &errors))
            (field(lang, &form.until("again-until", ("ask-until", first)), &typed, &errors))
            div.acts { button.second name="act" value="again" { (lang.t("desk-consult-again")) } }
        }
    }
}

/// Asks until when people have more time, and why.
pub(super) fn prolong(form: &Form<'_>) -> Markup {
    let lang = form.lang();
    let (typed, errors) = form.of("prolong", "");
    let first = form.seen.consult.until.tomorrow().unwrap_or(form.seen.consult.until).to_string();
    html! {
        form method="post" action=(form.to()) {
            (field(lang, &form.until("prolong-until", ("ask-until", first)), &typed, &errors))
            (field(lang, &form.line(("reason", "prolong-reason"), "consult-reason"), &typed, &errors))
            div.acts { button.second name="act" value="prolong" { (lang.t("desk-consult-prolong")) } }
        }
    }
}

/// Asks why it is stopped.
pub(super) fn stop(form: &Form<'_>) -> Markup {
    let lang = form.lang();
    let (typed, errors) = form.of("stop", "");
    html! {
        form method="post" action=(form.to()) {
            p.hint { (lang.t("stop-hint")) }
            (field(lang, &form.line(("reason", "stop-reason"), "consult-reason"), &typed, &errors))
            div.acts { button.danger name="act" value="stop" { (lang.t("desk-consult-stop")) } }
        }
    }
}

/// Asks for a post of the board.
pub(super) fn post(form: &Form<'_>) -> Markup {
    let lang = form.lang();
    let (typed, errors) = form.of("post", "");
    let post = Field { chars_max: 200, hint: lang.t("post-address-hint"), ..form.line(("post", "post"), "post-address") };
    html! {
        form method="post" action=(form.to()) {
            (field(lang, &post, &typed, &errors))
            div.acts { button.second name="act" value="post" { (lang.t("desk-consult-post")) } }
        }
    }
}
