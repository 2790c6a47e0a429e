//! Writing: the form, a look at what would be published, and sending. What would be published has no personal data in it any more, and the
//! writer sees what was covered. Words that read like an accusation go nowhere: the guarded way is shown instead.

use appeals::Kind as Said;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::refusal::No;
use civic::rules::RuleSet;
use civic::session;
use forum::Kind;
use forum::post::{Contact, Words};
use forum::words::{PEN_CHARS_MAX, Typed};
use forum::write::{self, Done, New, Ready};
use maud::{Markup, html};
use uuid::Uuid;

use super::draw::fields;
use super::topic;
use crate::app::App;
use crate::desk::admin::{place_options, wrong};
use crate::error::Problem;
use crate::extract::{Fields, Form, Path, Query};
use crate::kit::Tone;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::kit::notice::notice;
use crate::kit::shell::{FORM, Filled, Page};
use crate::link;
use crate::portal::file::Step;
use crate::portal::within::{self, Taken};
use crate::reading::read;
use crate::visit::Visit;
use crate::words::Lang;

/// The category of accusations, which is no theme of the board.
const ACCUSATIONS: &str = "21";
/// Fields of the form that are carried through the preview.
const CARRIED: &[&str] = &["submit_key", "title", "text", "pen", "place", "theme", "office", "mobile", "email"];

/// Shows the form of a topic.
pub async fn begin(State(app): State<App>, visit: Visit, Query(query): Query) -> Response {
    let mut typed = Fields::default();
    typed.set("submit_key", session::token(&mut app.chance()));
    for name in ["place", "theme"] {
        typed.set(name, query.get(name));
    }
    if !typed.has("place") {
        typed.set("place", app.hall.site.directory().root().map(|root| root.code.clone()).unwrap_or_default());
    }
    form(&app, &visit, (&typed, &Errors::default()))
}

/// Takes the form of a topic: a look at it first, then the post.
pub async fn send(State(app): State<App>, visit: Visit, Form(sent): Form) -> Result<Response, Problem> {
    let new = new_of(&app, &visit, (Kind::Topic, None), &sent);
    if visit.switched || sent.get("step") == "change" {
        return Ok(form(&app, &visit, (&sent, &Errors::default())));
    }
    match taken(&app, &visit, (&sent, new), link::FORUM_NEW).await? {
        Ok(page) => Ok(page),
        Err(errors) => Ok((StatusCode::UNPROCESSABLE_ENTITY, form(&app, &visit, (&sent, &errors))).into_response()),
    }
}

/// Takes a reply: a look at it first, then the post.
pub async fn reply(State(app): State<App>, visit: Visit, Path(id): Path<Uuid>, Form(sent): Form) -> Result<Response, Problem> {
    let new = new_of(&app, &visit, (Kind::Reply, Some(id)), &sent);
    if visit.switched || sent.get("step") == "change" {
        return topic::draw(&app, &visit, (id, None), (&sent, &Errors::default())).await;
    }
    let to = visit.path.split('?').next().unwrap_or(link::FORUM).to_owned();
    match taken(&app, &visit, (&sent, new), &to).await? {
        Ok(page) => Ok(page),
        Err(errors) => topic::draw(&app, &visit, (id, None), (&sent, &errors)).await,
    }
}

/// Puts fields into the form of the room.
fn new_of(app: &App, visit: &Visit, (kind, topic): (Kind, Option<Uuid>), sent: &Fields) -> New {
    let text = |name: &str| sent.get(name).to_owned();
    let typed = Typed { title: text("title"), text: text("text"), pen: text("pen") };
    let accuses = accuses(app, &typed);
    New {
        kind,
        topic,
        place: text("place"),
        theme: text("theme"),
        office: text("office"),
        head: false,
        typed,
        contact: Contact { mobile: text("mobile"), email: text("email"), language: visit.lang.tag().to_owned() },
        submit_key: text("submit_key"),
        accuses,
    }
}

/// Tells whether words read like an accusation of a person.
pub(crate) fn accuses(app: &App, typed: &Typed) -> bool {
    let words = format!("{}\n{}", typed.title, typed.text);
    let read = read(app, (Said::Help, false), (&words, None));
    read.and_then(|read| read.kind).is_some_and(|kind| kind.code == Said::Accusation.code())
}

/// Takes a form. A form sent twice makes one post and gives the same answer.
async fn taken(app: &App, visit: &Visit, (sent, new): (&Fields, New), to: &str) -> Result<Result<Response, Errors>, Problem> {
    let lang = visit.lang;
    if new.accuses {
        return Ok(Ok(guarded(visit, &new.typed, link::FORUM_NEW)));
    }
    let words = match write::preview(&app.hall.site.directory(), &app.hall.site.rules(), &new) {
        Ok(words) => words,
        Err(refusal) => return Ok(Err(wrong(lang, refusal.into())?)),
    };
    if sent.get("step") != "send" {
        return Ok(Ok(preview(app, visit, (sent, &words), to)));
    }
    let done = take(app, visit, new).await;
    match done {
        Ok(done) => Ok(Ok(sent_page(visit, &done))),
        Err(No::Refused(refusal)) if refusal.facts.iter().any(|(name, _)| *name == "field") => {
            Ok(Err(wrong(lang, refusal.into())?))
        }
        Err(no) => Err(no.into()),
    }
}

/// Says how a post is taken.
const POST: Taken<New, Ready, Done> =
    Taken { name: "post", prepare: write::prepare, write: write::write, repeated: |done| done.repeated };

/// Takes a post within the limits.
pub(crate) async fn take(app: &App, visit: &Visit, new: New) -> Result<Done, No> {
    within::take(app, visit, &POST, new).await
}

/// Shows the guarded way instead of a post. Nothing of it is kept here: the words go along only if whoever wrote them presses.
pub(crate) fn guarded(visit: &Visit, typed: &Typed, back: &str) -> Response {
    let lang = visit.lang;
    let body = html! {
        h1 { (lang.t("forum-guarded-title")) }
        (notice(Tone::Soon, &lang.t("forum-guarded-kept"), &html! { p { (lang.t("forum-guarded-why")) } }))
        form method="post" action=(link::FILE) {
            input type="hidden" name="step" value=(Step::What.code());
            input type="hidden" name="what" value={ (typed.title) "\n" (typed.text) };
            p { (lang.t("forum-guarded-how")) }
            div.acts { button { (lang.t("forum-guarded-go")) } a.button.second href=(back) { (lang.t("forum-guarded-back")) } }
        }
        p.quiet { (lang.t("forum-guarded-wrong")) }
    };
    (StatusCode::UNPROCESSABLE_ENTITY, Page::new(visit, &lang.t("forum-guarded-title")).show(&body)).into_response()
}

fn preview(app: &App, visit: &Visit, (sent, words): (&Fields, &Words), to: &str) -> Response {
    let lang = visit.lang;
    let pen = if words.pen.is_empty() { lang.t("forum-somebody") } else { words.pen.clone() };
    let body = html! {
        h1 { (lang.t("forum-preview-title")) }
        @if words.covered > 0 { (notice(Tone::Soon, &lang.say("forum-preview-covered", &[("count", words.covered.into())]), &html! { p { (lang.t("forum-preview-covered-why")) } })) }
        @else { p { (lang.t("forum-preview-clean")) } }
        article.post {
            header.post-head { strong { (pen) } }
            @if !words.title.is_empty() { h2 { (words.title) } }
            div.words { (words.text) }
        }
        p { (hold_words(app, lang)) }
        form id=(FORM) method="post" action=(to) data-once="" {
            @for name in CARRIED { @if sent.has(name) { input type="hidden" name=(name) value=(sent.get(name)); } }
            div.acts {
                button name="step" value="send" { (lang.t("forum-send")) }
                button.second name="step" value="change" { (lang.t("forum-change")) }
            }
        }
    };
    Page::new(visit, &lang.t("forum-preview-title")).form(Filled { to: to.to_owned(), files: false }).show(&body)
}

/// Says what happens to a post of somebody nobody knows.
pub(super) fn hold_words(app: &App, lang: Lang) -> String {
    lang.t(if app.hall.site.rules().term("forum.hold").value > 0 { "forum-hold" } else { "forum-no-hold" })
}

/// Shows what became of it, with the code, once.
fn sent_page(visit: &Visit, done: &Done) -> Response {
    let lang = visit.lang;
    let code = done.code.as_ref().map(forum::code::Code::shown).unwrap_or_default();
    let body = html! {
        h1 { (lang.t(if done.held { "forum-sent-held" } else { "forum-sent" })) }
        section.slip {
            h2 { (lang.t("forum-code")) }
            p.big.code { (code) }
            p { (lang.t("forum-code-why")) }
        }
        @if done.asked {
            form method="post" action=(link::FORUM_OWN) {
                input type="hidden" name="code" value=(code);
                input type="hidden" name="act" value="prove";
                (field(lang, &proof(lang), &Fields::default(), &Errors::default()))
                div.acts { button { (lang.t("forum-prove")) } }
            }
        } @else if done.held { p { (lang.t("forum-waits-why")) } }
        p { a href=(link::topic(done.topic)) { (lang.t(if done.held { "forum-to-board" } else { "forum-to-post" })) } }
    };
    Page::new(visit, &lang.t("forum-sent")).show(&body)
}

pub(super) fn proof(lang: Lang) -> Field<'static> {
    Field {
        name: "said",
        label: lang.t("forum-proof"),
        hint: lang.t("forum-proof-hint"),
        input: Input::Digits,
        complete: "one-time-code",
        required: true,
        chars_max: 12,
        ..Field::default()
    }
}

/// Lists the themes of the board: categories, all but that of accusations.
pub(crate) fn theme_options(lang: Lang, rules: &RuleSet) -> Vec<(String, String)> {
    let themes = rules.categories().filter(|row| row.code != ACCUSATIONS);
    themes.map(|row| (row.code.clone(), lang.pick(&row.zh, &row.en).to_owned())).collect()
}

pub(super) fn pen(lang: Lang, (typed, errors): (&Fields, &Errors)) -> Markup {
    let pen = Field {
        name: "pen",
        label: lang.t("forum-pen"),
        hint: lang.t("forum-pen-hint"),
        chars_max: PEN_CHARS_MAX,
        ..Field::default()
    };
    field(lang, &pen, typed, errors)
}

/// Draws the fields of a contact, folded away: nobody has to leave one.
pub(super) fn contact(lang: Lang, (typed, errors): (&Fields, &Errors)) -> Markup {
    let line = |name, key: &str, input| Field { name, label: lang.t(key), input, chars_max: 254, ..Field::default() };
    let open = typed.has("mobile") || typed.has("email") || errors.of("mobile").is_some() || errors.of("email").is_some();
    html! {
        details open[open] {
            summary { (lang.t("forum-contact")) }
            p.hint { (lang.t("forum-contact-hint")) }
            (field(lang, &Field { complete: "tel", ..line("mobile", "person-mobile", Input::Phone) }, typed, errors))
            (field(lang, &Field { complete: "email", ..line("email", "forum-email", Input::Email) }, typed, errors))
        }
    }
}

fn form(app: &App, visit: &Visit, (typed, errors): (&Fields, &Errors)) -> Response {
    let (lang, directory) = (visit.lang, app.hall.site.directory());
    let [title, text] = fields(lang, ("forum-text-hint", 8));
    let pick = |name, key: &str, required| Field { name, label: lang.t(key), required, ..Field::default() };
    let places = place_options(lang, &directory);
    let mut themes = vec![(String::new(), lang.t("forum-choose"))];
    themes.extend(theme_options(lang, &app.hall.site.rules()));
    let mut offices = vec![(String::new(), lang.t("forum-office-find"))];
    let open = directory.offices.values().filter(|office| directory.open(office));
    offices.extend(open.map(|office| (office.code.clone(), lang.pick(&office.name, &office.name_en).to_owned())));
    let body = html! {
        h1 { (lang.t("forum-begin")) }
        p { (lang.t("forum-begin-lead")) " " a href=(link::FILE) { (lang.t("forum-begin-file")) } }
        (summary(lang, errors))
        form id=(FORM) method="post" action=(link::FORUM_NEW) {
            input type="hidden" name="submit_key" value=(typed.get("submit_key"));
            (field(lang, &title, typed, errors))
            (field(lang, &text, typed, errors))
            (select(lang, &pick("place", "forum-place", true), &places, typed, errors))
            (select(lang, &pick("theme", "forum-theme", true), &themes, typed, errors))
            (select(lang, &Field { hint: lang.t("forum-office-hint"), ..pick("office", "forum-office", false) }, &offices, typed, errors))
            (pen(lang, (typed, errors)))
            (contact(lang, (typed, errors)))
            p.hint { (hold_words(app, lang)) }
            div.acts { button name="step" value="preview" { (lang.t("forum-preview")) } }
        }
    };
    Page::new(visit, &lang.t("forum-begin")).form(Filled { to: link::FORUM_NEW.to_owned(), files: false }).show(&body)
}
