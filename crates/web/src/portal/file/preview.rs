//! The preview: everything that was typed, who will see what, attachments, and the button that sends it.

use appeals::{Identity, Kind};
use civic::directory::Directory;
use maud::{Markup, html};

use super::attach;
use super::device;
use super::draft::Typed;
use super::steps::Step;
use crate::app::App;
use crate::kit::Tone;
use crate::kit::errors::Errors;
use crate::kit::facts::facts;
use crate::kit::notice::notice;
use crate::kit::shell::FORM;
use crate::link;
use crate::portal::joined;
use crate::reading::{because, path, read};
use crate::visit::Visit;
use crate::words::Lang;

/// Draws the preview.
pub fn draw(app: &App, visit: &Visit, typed: &Typed, wrong: &Errors) -> Markup {
    let lang = visit.lang;
    let directory = app.hall.site.directory();
    html! {
        (facts(&rows(lang, &directory, typed)))
        form id=(FORM) method="post" action=(link::APPEALS) enctype="multipart/form-data" data-once="" data-draft=(device::copy(typed)) {
            @for name in Step::TYPED.iter().flat_map(|step| step.fields()) { @if typed.fields.has(name) { input type="hidden" name=(name) value=(typed.fields.get(name)); } }
            input type="hidden" name="submit_key" value=(typed.submit_key);
            input type="hidden" name="draft" value="1";
            input type="hidden" name="attached" value=(typed.files.len());
            (suggestion(app, lang, typed))
            (many(app, lang, typed))
            (attach::section(lang, typed, wrong))
            (who_sees(lang, &directory, typed))
            p { (lang.t("file-ground")) " " a href=(link::PRIVACY) { (lang.t("foot-privacy")) } }
            div.acts { button { (lang.t("file-send")) } button.second name="go" value=(Step::Who.code()) formaction=(attach::ADD) { (lang.t("file-before")) } }
        }
        (device::kept(lang))
        form method="post" action="/appeals/new/erase" data-draft-erase="" { button.plain-button { (lang.t("file-erase")) } }
    }
}

fn rows(lang: Lang, directory: &Directory, typed: &Typed) -> Vec<(String, Markup)> {
    let fields = &typed.fields;
    // buttons of the one form, so that a file that is chosen and not yet sent comes along
    let change = |step: Step| html! { button.plain-button.change form=(FORM) name="change" value=(step.code()) formaction=(attach::ADD) { (lang.t("file-change")) span.unseen { (lang.t(step_name(step))) } } };
    let place = directory.places.get(fields.get("place")).map(|place| lang.pick(&place.name, &place.name_en).to_owned());
    let place = place.unwrap_or_else(|| lang.t("field-place-unknown"));
    let mut rows = vec![
        (
            lang.t("field-what"),
            html! { span.words { (fields.get("what")) } @if fields.has("danger") { p { strong { (lang.t("field-danger")) } } } (change(Step::What)) },
        ),
        (
            lang.t("field-place"),
            html! { (place) @if fields.has("place_words") { " · " (fields.get("place_words")) } (change(Step::Where)) },
        ),
        (lang.t("label-kind"), html! { (lang.code("kind", fields.get("kind"))) (people(lang, typed)) (change(Step::Kind)) }),
        (lang.t("label-identity"), html! { (lang.code("identity", fields.get("identity"))) (change(Step::Who)) }),
    ];
    if fields.get("identity") != Identity::Anonymous.code() {
        let contact: Vec<&str> =
            ["name", "mobile", "email"].iter().map(|name| fields.get(name)).filter(|text| !text.is_empty()).collect();
        rows.push((lang.t("label-contact"), html! { (contact.join(" · ")) (change(Step::Who)) }));
    }
    rows
}

/// Says what a machine takes it for, and asks whether that may be; of an accusation nothing is read.
fn suggestion(app: &App, lang: Lang, typed: &Typed) -> Markup {
    let (fields, rules) = (&typed.fields, app.hall.site.rules());
    let unread = fields.has("unread");
    let Some(kind) = Kind::parse(fields.get("kind")).filter(|kind| *kind != Kind::Accusation) else { return html! {} };
    let read = read(app, (kind, unread), (fields.get("what"), Some(fields.get("place"))));
    let danger = read.as_ref().and_then(|read| read.pressing.as_ref()).filter(|own| own.level == 1 && !fields.has("danger"));
    let accuses = read.as_ref().and_then(|read| read.kind.as_ref()).filter(|own| own.code == Kind::Accusation.code());
    html! {
        @if let Some(accuses) = accuses {
            (notice(Tone::Soon, &lang.t("suggest-accusation-ask"), &html! {
                p { (because(lang, &accuses.because)) " " (lang.t("suggest-accusation-way")) }
                button.second form=(FORM) name="change" value=(Step::Kind.code()) formaction=(attach::ADD) { (lang.t("suggest-accusation-go")) }
            }))
        }
        @if let Some(danger) = danger {
            (notice(Tone::Late, &lang.t("suggest-danger-ask"), &html! {
                p { (because(lang, &danger.because)) " " (lang.t("suggest-danger-tick")) }
                button.second form=(FORM) name="change" value=(Step::What.code()) formaction=(attach::ADD) { (lang.t("suggest-danger-go")) }
            }))
        }
        section.suggest {
            h2 { (lang.t("suggest-title")) }
            @if unread { p { (lang.t("suggest-refused")) } }
            @else if let Some(subject) = read.as_ref().and_then(|read| read.subject.as_ref()) {
                p { (lang.t("suggest-looks")) strong { (path(lang, &rules, &subject.code)) } }
                p { (because(lang, &subject.because)) }
            } @else { p { (lang.t("suggest-unknown")) } }
            p.quiet { (lang.t("suggest-why")) }
            label.check { input type="checkbox" name="unread" value="1" checked[unread]; span { (lang.t("suggest-refuse")) } }
        }
    }
}

/// Draws what many said of the place, with the press that sends and joins.
fn many(app: &App, lang: Lang, typed: &Typed) -> Markup {
    let Some(found) = &typed.joined else { return html! {} };
    let press = html! { button.second name="joins" value=(found.subject) { (lang.t("joined-send")) } };
    joined::draw(app, lang, (found, typed.fields.get("place")), (&lang.t("joined-why"), &press))
}

fn people(lang: Lang, typed: &Typed) -> Markup {
    let people = typed.fields.get("people").parse::<u32>().unwrap_or(1);
    html! { @if people > 1 { " · " (lang.say("file-people", &[("people", people.into())])) } }
}

fn step_name(step: Step) -> &'static str {
    match step {
        Step::What => "step-what",
        Step::Where => "step-where",
        Step::Kind => "step-kind",
        Step::Who => "step-who",
        Step::Check => "step-check",
    }
}

/// Says in three short lists what the office, everybody and nobody will see.
fn who_sees(lang: Lang, directory: &Directory, typed: &Typed) -> Markup {
    let accusation = typed.fields.get("kind") == Kind::Accusation.code();
    let identity = Identity::parse(typed.fields.get("identity")).unwrap_or(Identity::Anonymous);
    let place = Some(typed.fields.get("place")).filter(|code| !code.is_empty());
    let office = if accusation {
        directory.supervising()
    } else {
        directory.intake(place.or(directory.root().map(|root| root.code.as_str())).unwrap_or_default())
    };
    let office = office.map_or_else(String::new, |office| lang.pick(&office.name, &office.name_en).to_owned());
    let person = match identity {
        Identity::Named => "sees-person-named",
        Identity::Confidential => "sees-person-confidential",
        Identity::Anonymous => "sees-person-anonymous",
    };
    let list = |title: String, keys: &[&str]| {
        html! { section { h3 { (title) } ul { @for key in keys { li { (lang.t(key)) } } } } }
    };
    html! {
        section.sees {
            h2 { (lang.t("sees-title")) }
            @if accusation {
                (list(lang.say("sees-office", &[("office", office.into())]), &["sees-accusation-office", person]))
                (list(lang.t("sees-all"), &["sees-accusation-all"]))
                (list(lang.t("sees-nobody"), &["sees-accusation-nobody", "sees-metadata"]))
            } @else {
                (list(lang.say("sees-office", &[("office", office.into())]), &["sees-words", person]))
                (list(lang.t("sees-all"), &["sees-log", "sees-figures"]))
                (list(lang.t("sees-nobody"), &["sees-outsiders", "sees-metadata"]))
            }
        }
    }
}
