//! A topic as staff see it: what waits below it too, and beside each post what this person may do to it.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::permit::{Act, may};
use civic::session;
use db::Fault;
use forum::board::{self, Cursor};
use forum::post::{HIDE, LOCK, MOVE, SAID_CHARS_MAX, State};
use forum::words::TEXT_CHARS_MAX;
use forum::{Kind, Post, Standing, run};
use maud::{Markup, html};
use uuid::Uuid;

use super::{own, permitted};
use crate::desk::admin::place_options;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Path, Query};
use crate::kit::Tone;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, Input, field, select};
use crate::kit::notice::notice;
use crate::kit::pager::{Pager, pager};
use crate::kit::shell::FORM;
use crate::link;
use crate::portal::forum::{Seen, reason_line, theme_options};
use crate::portal::track::story::office;
use crate::words::Lang;

/// Is what a topic's page is drawn of.
struct Whole {
    posts: Vec<Post>,
    held: Vec<Post>,
    next: Option<Cursor>,
    /// Posts that this person may moderate.
    mine: Vec<Uuid>,
}

/// Shows it.
pub async fn show(desk: Desk, Path(id): Path<Uuid>, Query(query): Query) -> Result<Response, Problem> {
    let mut typed = Fields::default();
    typed.set("submit_key", session::token(&mut desk.app.chance()));
    draw(&desk, (id, Cursor::parse(query.get("after"))), (&typed, &Errors::default())).await
}

async fn read(desk: &Desk, id: Uuid, after: Option<Cursor>) -> Result<Option<Whole>, Problem> {
    permitted(desk)?;
    let who = desk.staff.who();
    let found = desk.read(move |tx, site, _| {
        let Some(first) = forum::get(tx, site, id)?.filter(|post| post.kind.is_first()) else { return Ok(None) };
        let page = board::below(tx, site, (first.id, after))?;
        let held = board::held_below(tx, site, first.id)?;
        let directory = site.directory();
        let Some(topic) = first.state.clone() else { return Ok(None) };
        let posts: Vec<Post> = std::iter::once(first).chain(page.posts).collect();
        let states = posts.iter().chain(&held).filter_map(|post| post.state.as_ref());
        let may = |state: &&State| {
            may(&directory, &who, Act::Moderate, &run::subject(&directory, (state, &topic), Act::Moderate)).is_ok()
        };
        let mine = states.filter(may).map(|state| state.id).collect();
        Ok::<_, Fault>(Some(Whole { posts, held, next: page.next, mine }))
    });
    Ok(found.await?)
}

/// Draws it with what was typed and what is wrong with that.
pub(super) async fn draw(
    desk: &Desk,
    (id, after): (Uuid, Option<Cursor>),
    (typed, errors): (&Fields, &Errors),
) -> Result<Response, Problem> {
    let whole = read(desk, id, after).await?.ok_or(Problem::Absent)?;
    let lang = desk.lang();
    let state = whole.posts.first().and_then(|post| post.state.clone()).ok_or(Problem::Absent)?;
    let asked = state.office == desk.person().office;
    let seen = Seen { app: &desk.app, lang, desk: true, linked: &[] };
    let moderates = whole.mine.contains(&id);
    // what waits is shown to those who may let it through, and to the office that is asked
    let (visible, waiting): (Vec<&Post>, usize) = {
        let mine: Vec<&Post> = whole.held.iter().filter(|post| asked || whole.mine.contains(&post.id)).collect();
        (mine, whole.held.len())
    };
    if state.standing == Standing::Held && !(moderates || asked) {
        return Err(Problem::Absent);
    }
    // hidden words are for those who may decide about them
    let sight = |post: &Post| Seen { desk: post.standing != Standing::Hidden || whole.mine.contains(&post.id), ..seen };
    let acts = |post: &Post| acts(desk, (post, asked, whole.mine.contains(&post.id)), (typed, errors));
    // what was typed into another form of the page is none of the new answer's
    let (of_new, clean) = (["", "answer"].contains(&typed.get("act")), Errors::default());
    let mut new = if of_new { typed.clone() } else { Fields::default() };
    if new.get("submit_key").is_empty() {
        new.set("submit_key", session::token(&mut desk.app.chance()));
    }
    let to = link::desk_topic(id);
    let pages = Pager {
        before: after.map(|_| to.clone()),
        after: whole.next.map(|cursor| format!("{to}?after={cursor}")),
        here: String::new(),
    };
    let title = state.words.title.clone();
    let body = html! {
        h1 { (title) }
        p.quiet { (lang.say(if state.answered { "forum-answered-by" } else { "forum-asks" }, &[("office", office(lang, &desk.directory(), &state.office).into())])) " · " a href=(if state.kind == Kind::Blog { link::blog(id) } else { link::topic(id) }) { (lang.t("desk-forum-public")) } }
        @if asked && !moderates { (notice(Tone::Plain, &lang.t("desk-forum-about-you"), &html! { p { (lang.t("desk-forum-about-you-why")) } })) }
        (summary(lang, errors))
        @for post in &whole.posts { (sight(post).post(post, &acts(post))) }
        (pager(lang, &pages))
        @if waiting > 0 {
            h2 { (lang.say("desk-forum-waits", &[("count", waiting.into())])) }
            @for post in visible { (seen.post(post, &acts(post))) }
        }
        @if let Some(lock) = &state.lock { section.notice.plain { (reason_line(seen, ("forum-locked-by", LOCK, lock))) } }
        @if state.standing == Standing::Public && state.lock.is_none() && desk.permit(Act::AnswerPost, &own(desk)).is_ok() {
            (answer(lang, (&to, asked), (&new, if of_new { errors } else { &clean })))
        }
        p { a href=(link::DESK_FORUM) { (lang.t("back")) } }
    };
    let page = desk.form_page(&title, (to.clone(), &body));
    Ok(if errors.is_empty() { page } else { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() })
}

fn answer(lang: Lang, (to, asked): (&str, bool), (typed, errors): (&Fields, &Errors)) -> Markup {
    let text = Field {
        name: "text",
        label: lang.t(if asked { "desk-forum-answer" } else { "desk-forum-say" }),
        hint: lang.t("desk-forum-answer-hint"),
        input: Input::Area(6),
        required: true,
        chars_max: TEXT_CHARS_MAX,
        ..Field::default()
    };
    html! {
        section #answer {
            h2 { (lang.t(if asked { "desk-forum-answer" } else { "desk-forum-say" })) }
            form.broad id=(FORM) method="post" action=(to) data-once="" {
                input type="hidden" name="submit_key" value=(typed.get("submit_key"));
                (field(lang, &text, typed, errors))
                label.check { input type="checkbox" name="head" value="1" checked[typed.has("head")]; (lang.t("desk-forum-head")) }
                div.acts { button name="act" value="answer" { (lang.t("desk-forum-send")) } }
            }
        }
    }
}

/// Draws what this person may do to a post now.
fn acts(desk: &Desk, (post, asked, mine): (&Post, bool, bool), shown: (&Fields, &Errors)) -> Markup {
    let lang = desk.lang();
    let Some(state) = &post.state else { return html! {} };
    let (public, held) = (state.standing == Standing::Public, state.standing == Standing::Held);
    let publishes = held && !state.kind.is_of_office() && (mine || asked);
    html! {
        @if publishes { (bare(desk, (post, "publish"))) }
        @if public && corrects(desk, post) { (correct(desk, (post, state), shown)) }
        @if mine && public && state.reports > 0 {
            p { (lang.say("desk-forum-reports", &[("count", state.reports.into())])) }
            (bare(desk, (post, "leave")))
        }
        @if mine && (public || held) { (why(desk, (post, "hide", HIDE), shown, &html! {})) }
        @if mine && state.objects() { (decide(desk, post, shown)) }
        @if mine && public && state.kind.is_first() {
            @if state.lock.is_none() { (why(desk, (post, "lock", LOCK), shown, &html! {})) } @else { (bare(desk, (post, "unlock"))) }
        }
        @if mine && public && state.kind == Kind::Topic { (why(desk, (post, "move", MOVE), shown, &elsewhere(desk, state))) }
    }
}

/// Tells whether it is an answer of the own office, which this person may correct.
fn corrects(desk: &Desk, post: &Post) -> bool {
    post.kind == Kind::Answer && post.office == desk.person().office && desk.permit(Act::AnswerPost, &own(desk)).is_ok()
}

/// Asks for other words of an answer, and why.
fn correct(desk: &Desk, (post, state): (&Post, &State), shown: (&Fields, &Errors)) -> Markup {
    let lang = desk.lang();
    let clean = Errors::default();
    let again = tried(post, "correct", shown);
    let (mut typed, errors) = again.map_or_else(|| (Fields::default(), &clean), |(typed, errors)| (typed.clone(), errors));
    if again.is_none() {
        typed.set("text", state.words.text.as_str());
    }
    let (of_text, of_words) = (format!("correct-text-{}", post.id.simple()), format!("correct-words-{}", post.id.simple()));
    let line = |name, id, key: &str, rows, chars_max| Field {
        name,
        id,
        label: lang.t(key),
        input: Input::Area(rows),
        required: true,
        chars_max,
        ..Field::default()
    };
    let text = line("text", of_text.as_str(), "desk-forum-answer", 6, TEXT_CHARS_MAX);
    let reason = Field {
        hint: lang.t("desk-blog-reason-hint"),
        ..line("words", of_words.as_str(), "desk-blog-reason", 2, SAID_CHARS_MAX)
    };
    html! {
        details.act open[again.is_some()] {
            summary { (lang.t("desk-forum-correct")) }
            form.broad method="post" action=(link::desk_topic(post.topic)) {
                input type="hidden" name="post" value=(post.id);
                input type="hidden" name="seen" value=(post.version);
                (field(lang, &text, &typed, errors))
                (field(lang, &reason, &typed, errors))
                div.acts { button name="act" value="correct" { (lang.t("desk-blog-correct-send")) } }
            }
        }
    }
}

/// Draws a button alone.
fn bare(desk: &Desk, (post, act): (&Post, &str)) -> Markup {
    let lang = desk.lang();
    html! {
        form method="post" action=(link::desk_topic(post.topic)) {
            input type="hidden" name="post" value=(post.id);
            input type="hidden" name="seen" value=(post.version);
            div.acts { button.second name="act" value=(act) { (lang.code("desk-post", act)) } }
        }
    }
}

/// Says what is wrong where it was this post and this act that was tried.
fn tried<'a>(post: &Post, act: &str, (typed, errors): (&'a Fields, &'a Errors)) -> Option<(&'a Fields, &'a Errors)> {
    (typed.get("act") == act && typed.get("post") == post.id.to_string()).then_some((typed, errors))
}

/// Draws an act that needs a reason of the rules and own words.
fn why(desk: &Desk, (post, act, list): (&Post, &str, &str), shown: (&Fields, &Errors), more: &Markup) -> Markup {
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    let (none, clean) = (Fields::default(), Errors::default());
    let again = tried(post, act, shown);
    let (typed, errors) = again.unwrap_or((&none, &clean));
    let mut grounds = vec![(String::new(), lang.t("forum-choose"))];
    grounds.extend(rules.grounds(list).map(|ground| (ground.code.clone(), lang.pick(&ground.zh, &ground.en).to_owned())));
    let (of_ground, of_words) = (format!("{act}-ground-{}", post.id.simple()), format!("{act}-words-{}", post.id.simple()));
    let ground =
        Field { name: "ground", id: &of_ground, label: lang.t("forum-reason-choose"), required: true, ..Field::default() };
    let words = Field {
        name: "words",
        id: &of_words,
        label: lang.t("desk-forum-words"),
        hint: lang.t("desk-forum-words-hint"),
        input: Input::Area(3),
        required: true,
        chars_max: SAID_CHARS_MAX,
        ..Field::default()
    };
    html! {
        details.act open[again.is_some()] {
            summary { (lang.code("desk-post", act)) }
            form method="post" action=(link::desk_topic(post.topic)) {
                input type="hidden" name="post" value=(post.id);
                input type="hidden" name="seen" value=(post.version);
                (select(lang, &ground, &grounds, typed, errors))
                (more)
                (field(lang, &words, typed, errors))
                div.acts { button name="act" value=(act) { (lang.code("desk-post", act)) } }
            }
        }
    }
}

fn elsewhere(desk: &Desk, state: &State) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let mut typed = Fields::default();
    typed.set("place", state.place.as_str());
    typed.set("theme", state.theme.as_str());
    typed.set("to", state.office.as_str());
    let open = directory.offices.values().filter(|office| directory.open(office));
    let offices: Vec<(String, String)> =
        open.map(|office| (office.code.clone(), lang.pick(&office.name, &office.name_en).to_owned())).collect();
    let pick = |name, key: &str| Field { name, label: lang.t(key), required: true, ..Field::default() };
    let none = Errors::default();
    html! {
        (select(lang, &pick("place", "forum-place"), &place_options(lang, &directory), &typed, &none))
        (select(lang, &pick("theme", "forum-theme"), &theme_options(lang, &desk.app.hall.site.rules()), &typed, &none))
        (select(lang, &pick("to", "forum-office"), &offices, &typed, &none))
    }
}

fn decide(desk: &Desk, post: &Post, shown: (&Fields, &Errors)) -> Markup {
    let lang = desk.lang();
    let objection = post.state.as_ref().and_then(|state| state.objection.clone());
    let (none, clean) = (Fields::default(), Errors::default());
    let (typed, errors) = tried(post, "decide", shown).unwrap_or((&none, &clean));
    let id = format!("decide-words-{}", post.id.simple());
    let words = Field {
        name: "words",
        id: &id,
        label: lang.t("desk-forum-decide-words"),
        input: Input::Area(3),
        required: true,
        chars_max: SAID_CHARS_MAX,
        ..Field::default()
    };
    html! {
        details.act open {
            summary { (lang.t("desk-forum-decide")) }
            form method="post" action=(link::desk_topic(post.topic)) {
                @if let Some(objection) = objection { p.words { (objection.words) } }
                input type="hidden" name="post" value=(post.id);
                input type="hidden" name="seen" value=(post.version);
                input type="hidden" name="act" value="decide";
                (field(lang, &words, typed, errors))
                div.acts {
                    button name="stays" value="0" { (lang.t("desk-forum-restore")) }
                    button.second name="stays" value="1" { (lang.t("desk-forum-stays")) }
                }
            }
        }
    }
}
