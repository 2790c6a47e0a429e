//! Reporting a post to those who may moderate it. Nobody has to say who they are.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::permit::Who;
use civic::refusal::No;
use forum::post::{Command, REPORTS, SAID_CHARS_MAX};
use forum::run::{self, Request};
use forum::{Post, Standing};
use maud::html;
use uuid::Uuid;

use super::draw::{Seen, address};
use crate::app::App;
use crate::desk::admin::wrong;
use crate::error::Problem;
use crate::extract::{Fields, Form, Path};
use crate::kit::Tone;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field};
use crate::kit::notice::flash;
use crate::kit::shell::{FORM, Filled, Page};
use crate::link;
use crate::throttle::network;
use crate::visit::Visit;

/// Shows the form.
pub async fn show(State(app): State<App>, visit: Visit, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let post = find(&app, id).await?;
    Ok(draw(&app, &visit, &post, (&Fields::default(), &Errors::default())))
}

async fn find(app: &App, id: Uuid) -> Result<Post, Problem> {
    let site = app.hall.site.clone();
    let post = app.hall.store.read(move |tx| forum::get(tx, &site, id)).await?;
    post.filter(|post| post.standing == Standing::Public).ok_or(Problem::Absent)
}

/// Takes the report.
pub async fn send(State(app): State<App>, visit: Visit, Path(id): Path<Uuid>, Form(sent): Form) -> Result<Response, Problem> {
    let post = find(&app, id).await?;
    if visit.switched {
        return Ok(draw(&app, &visit, &post, (&sent, &Errors::default())));
    }
    let (site, now) = (app.hall.site.clone(), app.now());
    let counter = format!("report|{}", network(visit.peer.address));
    if !visit.peer.unlimited {
        app.throttle.check(now, &counter, app.limits.posts_of_address_hour_max)?;
    }
    app.throttle.note(now, &counter);
    let command = Command::Report { ground: sent.get("ground").to_owned(), words: sent.get("words").to_owned() };
    let request = Request { who: Who::Anyone, post: id, seen: None, command };
    let done = app.hall.store.write(move |tx| {
        let mut chance = site.chance();
        run::execute(tx, &site, (now, &mut chance), &request)
    });
    match done.await {
        Ok(_) => Ok(told(&visit, &post)),
        Err(No::Refused(refusal)) => {
            let errors = wrong(visit.lang, refusal.into())?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&app, &visit, &post, (&sent, &errors))).into_response())
        }
        Err(no) => Err(no.into()),
    }
}

fn told(visit: &Visit, post: &Post) -> Response {
    let lang = visit.lang;
    let body = html! {
        h1 { (lang.t("forum-report")) }
        (flash(Tone::Done, &lang.t("forum-report-done")))
        p { a href=(address(post)) { (lang.t("forum-to-post")) } " · " a href=(link::FORUM_MEASURES) { (lang.t("measures-title")) } }
    };
    Page::new(visit, &lang.t("forum-report")).show(&body)
}

fn draw(app: &App, visit: &Visit, post: &Post, (typed, errors): (&Fields, &Errors)) -> Response {
    let (lang, rules) = (visit.lang, app.hall.site.rules());
    let card = |ground: &civic::rules::Ground| Choice {
        value: ground.code.clone(),
        title: lang.pick(&ground.zh, &ground.en).to_owned(),
        hint: String::new(),
    };
    let why = Choices {
        name: "ground",
        legend: lang.t("forum-report-why"),
        hint: lang.t("forum-report-hint"),
        list: rules.grounds(REPORTS).map(card).collect(),
        several: false,
    };
    let words = Field {
        name: "words",
        label: lang.t("forum-report-words"),
        input: Input::Area(3),
        chars_max: SAID_CHARS_MAX,
        ..Field::default()
    };
    let to = link::report_post(post.id);
    let body = html! {
        h1 { (lang.t("forum-report")) }
        (Seen::by(app, visit).post(post, &html! {}))
        (summary(lang, errors))
        form id=(FORM) method="post" action=(to) data-once="" {
            (choices(&why, typed, errors))
            (field(lang, &words, typed, errors))
            div.acts { button { (lang.t("forum-report-send")) } }
        }
        p { a href=(address(post)) { (lang.t("back")) } }
    };
    Page::new(visit, &lang.t("forum-report")).form(Filled { to: to.clone(), files: false }).show(&body)
}
