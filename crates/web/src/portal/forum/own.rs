//! The page of one's own post: whoever shows its code can prove a contact, change it for a while, take it back, object where it was
//! hidden, make a matter of it, and have that matter's number shown. The code is typed, or goes along in the form, and stands in no address.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use civic::permit::Who;
use civic::refusal::{No, Refusal};
use db::{Fault, Tx};
use forum::post::{Command, State as Said};
use forum::run::{self, Request};
use forum::words::{Typed as Wrote, publishable};
use forum::{Kind, Post, Standing, proof};
use insight::consult::run as consult;
use insight::consult::speak::Source;
use maud::{Markup, html};

use super::draw::{Seen, address, fields};
use super::write::{accuses, proof as proof_field};
use crate::app::App;
use crate::desk::admin::wrong;
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::Tone;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field};
use crate::kit::notice::{flash, notice};
use crate::kit::shell::Page;
use crate::link;
use crate::portal::file::{Step, Typed};
use crate::portal::{own, track};
use crate::visit::Visit;
use crate::words::{Lang, day};

/// Asks for the code.
pub async fn ask(visit: Visit) -> Response {
    code_form(&visit, None)
}

/// Says how its pass is asked for.
const ASKED: own::Asked =
    own::Asked { title: "forum-own-title", field: ("code", "forum-code", "forum-own-hint"), to: link::FORUM_OWN };

fn code_form(visit: &Visit, wrong: Option<&str>) -> Response {
    let lang = visit.lang;
    let below = html! { p { a href=(link::FORUM) { (lang.t("forum-back")) } } };
    own::ask(visit, &ASKED, (&html! { p { (lang.t("forum-own-lead")) } }, &below), wrong)
}

/// Opens one's own post, and does what was pressed.
pub async fn act(State(app): State<App>, visit: Visit, matter: Typed, Form(sent): Form) -> Result<Response, Problem> {
    let lang = visit.lang;
    let code = own::typed(&sent, "code");
    let Some(post) = open(&app, &visit, &code).await? else {
        return Ok(code_form(&visit, Some("forum-code-wrong")));
    };
    match sent.get("act") {
        "" => Ok(show(&app, &visit, (&code, &post), (&sent, &Errors::default(), ""))),
        "file" => file(&app, &visit, (matter, &post)).await,
        what => match done(&app, &visit, (&post, &sent), what).await {
            Ok((post, said)) => Ok(show(&app, &visit, (&code, &post), (&sent, &Errors::default(), said))),
            Err(No::Refused(refusal)) => {
                let errors = wrong(lang, refusal.into())?;
                let page = show(&app, &visit, (&code, &post), (&sent, &errors, ""));
                Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
            }
            Err(no) => Err(no.into()),
        },
    }
}

/// Finds the post of a code; wrong ones slow down by address.
async fn open(app: &App, visit: &Visit, code: &str) -> Result<Option<Post>, Problem> {
    let typed = code.to_owned();
    own::open(app, visit, move |tx, site| run::by_code(tx, site, &typed)).await
}

/// Does it, and returns the post as it is then, with what is said about it.
async fn done(app: &App, visit: &Visit, (post, sent): (&Post, &Fields), what: &str) -> Result<(Post, &'static str), No> {
    let id = post.id;
    let said = match what {
        "prove" => {
            let (site, now, post, said) = (app.hall.site.clone(), app.now(), post.clone(), sent.get("said").to_owned());
            let right = app.hall.store.write(move |tx| {
                let mut chance = site.chance();
                proof::prove(tx, &site, (now, &mut chance), (&post, &said))
            });
            if !right.await? {
                return Err(Refusal::new("post_code_wrong").with("field", "said").instead("correct_field").into());
            }
            "forum-done-proved"
        }
        "edit" => {
            let wrote = Wrote { title: sent.get("title").to_owned(), text: sent.get("text").to_owned(), pen: pen(post) };
            let words = publishable(&app.hall.site.directory(), &wrote, post.kind.is_first())?;
            let accuses = accuses(app, &wrote);
            command(app, id, Command::Edit { words, reason: String::new(), accuses }).await?;
            "forum-done-edited"
        }
        "withdraw" => {
            command(app, id, Command::Withdraw).await?;
            let hall = app.hall.clone();
            // the key goes once the withdrawal is durable; a job goes on where this does not come to it
            let keys = move || run::finish(&hall).and_then(|_| consult::finish(&hall));
            let gone = tokio::task::spawn_blocking(keys).await;
            gone.map_err(|_| Fault::other("the key of a post was not destroyed"))??;
            "forum-done-withdrawn"
        }
        "object" => {
            command(app, id, Command::Object { words: sent.get("words").to_owned() }).await?;
            "forum-done-objected"
        }
        "matter" => {
            let found = track::look(app, visit, sent).await.map_err(|problem| match problem {
                Problem::Failed(fault) => No::Failed(fault),
                Problem::Refused(_, refusal) => No::Refused(refusal),
                _ => No::Absent,
            })?;
            let number = appeals::number::parse(sent.get("number"));
            // of an accusation no number is ever shown
            let number = found.filter(|(opened, _)| !opened.accusation).and(number);
            let number =
                number.ok_or_else(|| Refusal::new("post_matter_wrong").with("field", "number").instead("correct_field"))?;
            command(app, id, Command::Matter { number }).await?;
            "forum-done-matter"
        }
        _ => return Err(No::Absent),
    };
    let site = app.hall.site.clone();
    let post = app.hall.store.read(move |tx: &mut Tx<'_>| forum::get(tx, &site, id)).await?;
    Ok((post.ok_or(No::Absent)?, said))
}

fn pen(post: &Post) -> String {
    post.state.as_ref().map(|state| state.words.pen.clone()).unwrap_or_default()
}

async fn command(app: &App, post: uuid::Uuid, command: Command) -> Result<Said, No> {
    let (site, now) = (app.hall.site.clone(), app.now());
    let request = Request { who: Who::Resident { matter: post }, post, seen: None, command };
    app.hall
        .store
        .write(move |tx| {
            let mut chance = site.chance();
            let said = run::execute(tx, &site, (now, &mut chance), &request)?;
            if said.standing == Standing::Withdrawn {
                // taken back here, it is said nowhere any longer
                consult::follow(tx, &site, (now, &mut chance), Source::Post(post))?;
            }
            Ok(said)
        })
        .await
}

/// Takes the words of a post along to the form of a matter.
async fn file(app: &App, visit: &Visit, (mut matter, post): (Typed, &Post)) -> Result<Response, Problem> {
    let state = post.state.as_ref().ok_or(Problem::Absent)?;
    let mut fields = Fields::default();
    let words = [state.words.title.as_str(), state.words.text.as_str()];
    fields.set("what", words.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("\n"));
    fields.set("place", state.place.as_str());
    for step in [Step::What, Step::Where] {
        matter.keep_step(app, step.code(), step.fields(), &fields).await?;
    }
    let cookie = AppendHeaders([(header::SET_COOKIE, matter.cookie(app, visit.peer))]);
    Ok((cookie, Redirect::to(&Step::What.address())).into_response())
}

fn show(app: &App, visit: &Visit, (code, post): (&str, &Post), (sent, errors, said): (&Fields, &Errors, &str)) -> Response {
    let (lang, seen) = (visit.lang, Seen { desk: true, ..Seen::by(app, visit) });
    let body = html! {
        h1 { (lang.t("forum-own-title")) }
        @if !said.is_empty() { (flash(Tone::Done, &lang.t(said))) }
        (summary(lang, errors))
        @if let Some(state) = &post.state {
            @if !state.words.title.is_empty() { h2 { (state.words.title) } }
            (seen.post(post, &html! {}))
            (ways(app, lang, (code, state), (sent, errors)))
        } @else { (seen.post(post, &html! {})) }
        p { a href=(address(post)) { (lang.t("forum-to-post")) } " · " a href=(link::FORUM) { (lang.t("forum-back")) } }
    };
    Page::new(visit, &lang.t("forum-own-title")).show(&body)
}

/// Draws what can be done to one's own post now.
fn ways(app: &App, lang: Lang, (code, state): (&str, &Said), (sent, errors): (&Fields, &Errors)) -> Markup {
    let site = &app.hall.site;
    let since = app.now().duration_since(state.shown.unwrap_or(state.written));
    let time = forum::post::edit_time(&site.rules());
    let editable = state.standing != Standing::Hidden && since <= time;
    let until = run::object_until(site, state).filter(|until| app.today() <= *until && state.objection.is_none());
    let begin = |act: &str| html! { input type="hidden" name="code" value=(code); input type="hidden" name="act" value=(act); };
    html! {
        @if state.standing == Standing::Held {
            (notice(Tone::Soon, &lang.t("forum-waits"), &html! { p { (lang.t("forum-waits-why")) } }))
            form method="post" action=(link::FORUM_OWN) {
                (begin("prove"))
                (field(lang, &proof_field(lang), &Fields::default(), errors))
                div.acts { button { (lang.t("forum-prove")) } }
            }
        }
        @if let Some(until) = until {
            details.act open {
                summary { (lang.t("forum-object")) }
                form method="post" action=(link::FORUM_OWN) {
                    (begin("object"))
                    p { (lang.say("forum-object-until", &[("day", day(lang, until).into())])) }
                    (said_field(lang, "words", "forum-object-words", (sent, errors)))
                    div.acts { button { (lang.t("forum-object")) } }
                }
            }
        }
        @if editable { (edit_form(lang, (code, state), (sent, errors))) }
        details.act {
            summary { (lang.t("forum-make-matter")) }
            form method="post" action=(link::FORUM_OWN) {
                (begin("file"))
                p { (lang.t("forum-make-matter-why")) }
                div.acts { button { (lang.t("forum-make-matter")) } }
            }
            form method="post" action=(link::FORUM_OWN) {
                (begin("matter"))
                p { (lang.t("forum-show-matter-why")) }
                (field(lang, &line(lang, "number", "field-number"), sent, errors))
                (field(lang, &line(lang, "query_code", "field-query-code"), &Fields::default(), errors))
                div.acts { button.second { (lang.t("forum-show-matter")) } }
            }
        }
        details.act {
            summary { (lang.t("forum-withdraw")) }
            form method="post" action=(link::FORUM_OWN) {
                (begin("withdraw"))
                p { (lang.t("forum-withdraw-why")) }
                div.acts { button.danger { (lang.t("forum-withdraw")) } }
            }
        }
    }
}

fn line<'a>(lang: Lang, name: &'a str, key: &str) -> Field<'a> {
    Field { name, label: lang.t(key), required: true, chars_max: own::PASS_CHARS_MAX, ..Field::default() }
}

fn said_field(lang: Lang, name: &str, key: &str, (sent, errors): (&Fields, &Errors)) -> Markup {
    let words = Field {
        name,
        label: lang.t(key),
        input: Input::Area(4),
        required: true,
        chars_max: forum::post::SAID_CHARS_MAX,
        ..Field::default()
    };
    field(lang, &words, sent, errors)
}

fn edit_form(lang: Lang, (code, state): (&str, &Said), (sent, errors): (&Fields, &Errors)) -> Markup {
    let mut typed = Fields::default();
    let again = sent.get("act") == "edit" && !errors.is_empty();
    typed.set("title", if again { sent.get("title") } else { &state.words.title });
    typed.set("text", if again { sent.get("text") } else { &state.words.text });
    let [title, text] = fields(lang, ("forum-text-hint", 6));
    html! {
        details.act open[again] {
            summary { (lang.t("forum-edit")) }
            form method="post" action=(link::FORUM_OWN) {
                input type="hidden" name="code" value=(code);
                input type="hidden" name="act" value="edit";
                p { (lang.t("forum-edit-why")) }
                @if state.kind == Kind::Topic { (field(lang, &title, &typed, errors)) }
                (field(lang, &text, &typed, errors))
                div.acts { button { (lang.t("forum-edit")) } }
            }
        }
    }
}
