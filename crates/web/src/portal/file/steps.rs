//! The steps and how each is drawn.

use appeals::filing::{EMAIL_CHARS_MAX, NAME_CHARS_MAX, PLACE_CHARS_MAX, WHAT_CHARS_MAX};
use appeals::{Identity, Kind};
use axum::response::Response;
use civic::directory::{Directory, Place};
use civic::session;
use maud::{Markup, html};

use super::attach;
use super::device;
use super::draft::Typed;
use super::preview;
use super::sign;
use crate::app::App;
use crate::kit::Tone;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, described, field};
use crate::kit::icon::icon;
use crate::kit::notice::notice;
use crate::kit::shell::{FORM, Filled, Page};
use crate::kit::steps::steps;
use crate::link;
use crate::visit::Visit;
use crate::words::Lang;

/// Names a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// What happened.
    What,
    /// Where.
    Where,
    /// What kind of matter it is.
    Kind,
    /// Who writes.
    Who,
    /// Preview and sending.
    Check,
}

impl Step {
    /// Lists the steps at which something is typed.
    pub const TYPED: [Self; 4] = [Self::What, Self::Where, Self::Kind, Self::Who];
    const ALL: [Self; 5] = [Self::What, Self::Where, Self::Kind, Self::Who, Self::Check];

    /// Returns the code in addresses and forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::What => "what",
            Self::Where => "where",
            Self::Kind => "kind",
            Self::Who => "who",
            Self::Check => "check",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.code() == code)
    }

    /// Lists the fields asked for at a step.
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::What => &["what", "danger", "at"],
            Self::Where => &["place", "place_words"],
            Self::Kind => &["kind", "people"],
            Self::Who => &["identity", "name", "mobile", "email"],
            Self::Check => &["files", "submit_key"],
        }
    }

    /// Finds the step that asks for a field.
    pub fn of(field: &str) -> Self {
        Self::ALL.into_iter().find(|step| step.fields().contains(&field)).unwrap_or(Self::Check)
    }

    /// Returns the step after this one.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|step| *step == self).unwrap_or_default();
        Self::ALL.get(at + 1).copied().unwrap_or(Self::Check)
    }

    fn before(self) -> Option<Self> {
        let at = Self::ALL.iter().position(|step| *step == self)?;
        at.checked_sub(1).map(|before| Self::ALL[before])
    }

    /// Returns the address of the step.
    pub fn address(self) -> String {
        format!("{}?step={}", link::FILE, self.code())
    }
}

/// Says which step is drawn, and whether it leads back to the preview.
#[derive(Debug, Clone, Copy)]
pub struct At {
    /// The step.
    pub step: Step,
    /// True where the person came from the preview to change something.
    pub again: bool,
    /// True where the draft is gone and only what came with this request is there.
    pub lost: bool,
}

/// Draws a step with what was typed and what is wrong.
pub fn draw(app: &App, visit: &Visit, at: At, typed: &Typed, wrong: &Errors) -> Response {
    let (lang, step) = (visit.lang, at.step);
    let titles = ["step-what", "step-where", "step-kind", "step-who", "step-check"].map(|key| lang.t(key));
    let number = Step::ALL.iter().position(|own| *own == step).unwrap_or_default();
    let body = html! {
        (steps(lang, &titles, number))
        h1 { (lang.t(heading(step))) }
        @if at.lost { (notice(Tone::Soon, &lang.t("draft-lost"), &html! { p { (lang.t("draft-lost-why")) } })) }
        (summary(lang, wrong))
        @if step == Step::Check { (preview::draw(app, visit, typed, wrong)) } @else { (asking(app, lang, at, typed, wrong)) }
    };
    // the preview's switches keep chosen files, as every button there does
    let check = step == Step::Check;
    let form = Filled { to: if check { attach::ADD } else { link::FILE }.to_owned(), files: check };
    Page::new(visit, &lang.t(heading(step))).form(form).show(&body)
}

fn heading(step: Step) -> &'static str {
    match step {
        Step::What => "file-what",
        Step::Where => "file-where",
        Step::Kind => "file-kind",
        Step::Who => "file-who",
        Step::Check => "file-check",
    }
}

fn asking(app: &App, lang: Lang, At { step, again, lost }: At, typed: &Typed, wrong: &Errors) -> Markup {
    html! {
        @if lost || typed.is_empty() { (device::offer(lang)) }
        form id=(FORM) method="post" action=(link::FILE) data-draft=(device::copy(typed)) {
            input type="hidden" name="step" value=(step.code());
            input type="hidden" name="submit_key" value=(submit_key(app, typed));
            @if !typed.submit_key.is_empty() { input type="hidden" name="began" value="1"; }
            @if again { input type="hidden" name="then" value="check"; }
            @match step {
                Step::What => {
                    (sign::said(app, lang, typed.fields.get("at")))
                    (what(lang, typed, wrong))
                },
                Step::Where => (place(lang, &app.hall.site.directory(), typed, wrong)),
                Step::Kind => (kind(lang, typed, wrong)),
                Step::Who | Step::Check => (who(lang, typed, wrong)),
            }
            div.acts {
                button { (lang.t(if again { "file-back-to-check" } else { "file-next" })) }
                @if let Some(before) = step.before() { button.second name="go" value=(before.code()) formnovalidate { (lang.t("file-before")) } }
            }
        }
        p.quiet { (lang.t("file-kept")) }
        (device::kept(lang))
    }
}

fn what(lang: Lang, typed: &Typed, wrong: &Errors) -> Markup {
    let area = Field {
        name: "what",
        label: lang.t("field-what"),
        hint: lang.t("field-what-hint"),
        input: Input::Area(8),
        required: true,
        chars_max: WHAT_CHARS_MAX,
        ..Field::default()
    };
    html! {
        (notice(Tone::Late, &lang.t("danger-title"), &danger_calls(lang)))
        (field(lang, &area, &typed.fields, wrong))
        (danger_box(lang, typed.fields.has("danger")))
    }
}

/// Returns the key of this draft, or a new one of 256 random bits.
fn submit_key(app: &App, typed: &Typed) -> String {
    if typed.submit_key.is_empty() { session::token(&mut app.chance()) } else { typed.submit_key.clone() }
}

/// Draws whom to call first, as links a telephone dials.
pub fn danger_calls(lang: Lang) -> Markup {
    html! { p { (calls(lang)) } p { (lang.t("danger-why")) } }
}

/// Draws the same on one line, for the home page.
pub fn danger_line(lang: Lang) -> Markup {
    html! { p.danger-line { span { (icon(Tone::Late)) " " (lang.t("danger-title")) } (calls(lang)) } }
}

fn calls(lang: Lang) -> Markup {
    let calls = [("110", "call-police"), ("119", "call-fire"), ("120", "call-ambulance")];
    html! { @for (number, words) in calls { a.call href={ "tel:" (number) } { strong { (number) } " " (lang.t(words)) } } }
}

/// Draws the box that puts a matter first, day or night.
pub fn danger_box(lang: Lang, ticked: bool) -> Markup {
    html! {
        label.check for="danger" {
            input #danger type="checkbox" name="danger" value="1" checked[ticked];
            span { (lang.t("field-danger")) }
        }
    }
}

fn place(lang: Lang, directory: &Directory, typed: &Typed, wrong: &Errors) -> Markup {
    let words = Field {
        name: "place_words",
        label: lang.t("field-place-words"),
        hint: lang.t("field-place-words-hint"),
        chars_max: PLACE_CHARS_MAX,
        ..Field::default()
    };
    html! {
        div.field.wrong[wrong.of("place").is_some()] {
            label for="place" { (lang.t("field-place")) }
            p.hint #place-hint { (lang.t("field-place-hint")) }
            select #place name="place" aria-describedby=[described("place", true, wrong.of("place").is_some())] {
                option value="" selected[!typed.fields.has("place")] { (lang.t("field-place-unknown")) }
                @if let Some(root) = directory.root() { (tree(lang, directory, root, typed.fields.get("place"))) }
            }
            @if let Some(message) = wrong.of("place") { p.error #place-error { (icon(Tone::Late)) span { (message) } } }
        }
        (field(lang, &words, &typed.fields, wrong))
    }
}

/// Draws the county itself, then each township as a group with its villages.
pub(crate) fn tree(lang: Lang, directory: &Directory, root: &Place, picked: &str) -> Markup {
    let option = |place: &Place| {
        html! { option value=(place.code) selected[place.code == picked] { (lang.pick(&place.name, &place.name_en)) } }
    };
    let living = |place: &&Place| place.merged_into.is_none();
    html! {
        (option(root))
        @for township in directory.children(&root.code).filter(living) {
            optgroup label=(lang.pick(&township.name, &township.name_en)) {
                (option(township))
                @for village in below(directory, township) { (option(village)) }
            }
        }
    }
}

/// Lists everything below a township that still exists, in the order of its codes.
fn below<'a>(directory: &'a Directory, township: &'a Place) -> Vec<&'a Place> {
    let mut found = Vec::new();
    for place in directory.children(&township.code).filter(|place| place.merged_into.is_none()) {
        found.push(place);
        found.extend(below(directory, place));
    }
    found
}

fn kind(lang: Lang, typed: &Typed, wrong: &Errors) -> Markup {
    let list = Kind::ALL.iter().map(|kind| Choice {
        value: kind.code().to_owned(),
        title: lang.code("kind", kind.code()),
        hint: lang.code("kind-hint", kind.code()),
    });
    let cards = Choices { name: "kind", legend: lang.t("field-kind"), list: list.collect(), ..Choices::default() };
    let people = Field {
        name: "people",
        label: lang.t("field-people"),
        hint: lang.t("field-people-hint"),
        input: Input::Digits,
        chars_max: 6,
        ..Field::default()
    };
    html! { (choices(&cards, &typed.fields, wrong)) (field(lang, &people, &typed.fields, wrong)) }
}

fn who(lang: Lang, typed: &Typed, wrong: &Errors) -> Markup {
    let list = Identity::ALL.iter().map(|identity| Choice {
        value: identity.code().to_owned(),
        title: lang.code("identity", identity.code()),
        hint: lang.code("identity-hint", identity.code()),
    });
    let cards = Choices { name: "identity", legend: lang.t("field-identity"), list: list.collect(), ..Choices::default() };
    let line = |name, label, hint, input, complete, chars_max| Field {
        name,
        label: lang.t(label),
        hint: lang.t(hint),
        input,
        complete,
        chars_max,
        depends: true,
        ..Field::default()
    };
    let name = line("name", "field-name", "field-name-hint", Input::Line, "name", NAME_CHARS_MAX);
    let mobile = line("mobile", "field-mobile", "field-mobile-hint", Input::Phone, "tel", 20);
    let email = line("email", "field-email", "field-email-hint", Input::Email, "email", EMAIL_CHARS_MAX);
    html! {
        (choices(&cards, &typed.fields, wrong))
        fieldset.choices.contact {
            legend { (lang.t("field-contact")) }
            p.hint { (lang.t("field-contact-hint")) }
            (field(lang, &name, &typed.fields, wrong))
            (field(lang, &mobile, &typed.fields, wrong))
            (field(lang, &email, &typed.fields, wrong))
        }
        p { (lang.t("file-privacy")) " " a href=(link::PRIVACY) { (lang.t("foot-privacy")) } }
    }
}
