//! The page of what was found for a resident.

use appeals::{Kind, number};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use civic::directory::{Directory, Office, Place};
use civic::rules::{Clause, Instrument, TermRule, above};
use insight::reading::Suggestion;
use maud::{Markup, html};
use uuid::Uuid;

use super::hits::{self, Asked};
use super::said::{Hit, Said, said};
use crate::app::App;
use crate::error::Problem;
use crate::extract::Query;
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::notice::notice;
use crate::kit::shell::Page;
use crate::link;
use crate::portal::consult::asked_by;
use crate::portal::file::{Step, danger_calls};
use crate::portal::forum::{address, cells};
use crate::portal::help::QUESTIONS;
use crate::portal::rules::quantity;
use crate::reading::{because, path, read};
use crate::visit::Visit;
use crate::words::{Lang, article_words, cite};

/// Longest input, in characters.
const INPUT_CHARS_MAX: usize = 200;
/// Entries of one kind shown at most; how many more there are is said.
const SHOWN_MAX: usize = 6;
/// Offices shown at most for one kind of matter.
const ON_DUTY_MAX: usize = 3;
/// Shortest text that may be a matter itself, in characters.
const MATTER_CHARS_MIN: usize = 5;
/// How pressing a text is where a life may be in danger.
pub(super) const DANGER: u8 = 1;

/// Shows what fits the words; a number leads to where its query code is asked for.
pub async fn show(State(app): State<App>, visit: Visit, Query(query): Query) -> Result<Response, Problem> {
    let words: String = query.get("q").trim().chars().take(INPUT_CHARS_MAX).collect();
    if let Some(number) = number::parse(&words) {
        return Ok(Redirect::to(&link::track_number(&number)).into_response());
    }
    let lang = visit.lang;
    let before: Option<Uuid> = query.get("before").parse().ok();
    let said = if words.is_empty() { Said::default() } else { said(&app, Asked::read(&words), before).await? };
    let title = lang.t("ask-title");
    let body = html! {
        h1 { (title) }
        @if words.is_empty() { (hints(lang)) }
        @else if before.is_some() { (further(&app, lang, (&words, &said))) }
        @else { (answers(&app, lang, (&words, &said))) }
    };
    Ok(Page::new(&visit, &title).show(&body))
}

/// Says what can be typed, with examples that are links.
fn hints(lang: Lang) -> Markup {
    html! {
        p { (lang.t("ask-hint")) }
        ul.plain {
            @for key in ["ask-example-office", "ask-example-matter", "ask-example-rule"] {
                @let words = lang.t(key);
                li { a href=(link::search(&words)) { (words) } }
            }
        }
        p.quiet { (lang.t("ask-nobody")) }
    }
}

fn answers(app: &App, lang: Lang, (words, board): (&str, &Said)) -> Markup {
    let (directory, rules) = (app.hall.site.directory(), app.hall.site.rules());
    let asked = Asked::read(words);
    let (offices, places) = (hits::offices(&directory, &asked), hits::places(&directory, &asked));
    let said = read(app, (Kind::Help, false), (words, None));
    let danger = said.as_ref().and_then(|said| said.pressing.as_ref()).is_some_and(|pressing| pressing.level == DANGER);
    let duties = duties(app, (lang, &directory), (said, &asked));
    let (questions, terms) = (hits::questions(lang, QUESTIONS, &asked), hits::terms(&rules, &asked));
    let clauses = hits::clauses(&rules, &asked);
    let none = offices.is_empty() && places.is_empty() && duties.is_empty();
    let none =
        none && board.hits.is_empty() && board.asked.is_empty() && questions.is_empty() && terms.is_empty() && clauses.is_empty();
    let mark = |text: &str| marked(text, asked.parts());
    html! {
        @if danger { (notice(Tone::Late, &lang.t("danger-title"), &danger_calls(lang))) }
        @if words.chars().count() >= MATTER_CHARS_MIN || none { (go_on(lang, words)) }
        @if none { (empty(&lang.say("ask-nothing", &[("words", words.into())]), &lang.t("ask-nothing-why"), &html! {})) }
        (section(lang, "ask-duties", &duties, Clone::clone))
        (section(lang, "ask-offices", &offices, |office| card(lang, &directory, office)))
        (section(lang, "ask-places", &places, |place| place_row(lang, &directory, place)))
        (section(lang, "ask-consults", &board.asked, |one| html! {
            a.find href=(link::consult(one.number)) { strong { (mark(&one.plan.title)) } }
            p.quiet { (asked_by(app, lang, one)) }
        }))
        (section(lang, "ask-posts", &board.hits, |hit| post(app, lang, hit)))
        (looked(lang, (words, board)))
        (section(lang, "ask-questions", &questions, |(question, answer)| html! {
            strong { (mark(&lang.t(question))) } p { (mark(&lang.t(answer))) }
        }))
        (section(lang, "ask-terms", &terms, |rule| term(lang, rule, mark)))
        (section(lang, "ask-clauses", &clauses, |(law, one)| clause(lang, (law, one), mark)))
    }
}

/// Shows a further stretch of the board.
fn further(app: &App, lang: Lang, (words, board): (&str, &Said)) -> Markup {
    html! {
        p { a href=(link::search(words)) { (lang.t("ask-from-the-first")) } }
        @if board.hits.is_empty() { p { (lang.t("ask-posts-none")) } }
        (section(lang, "ask-posts", &board.hits, |hit| post(app, lang, hit)))
        (looked(lang, (words, board)))
    }
}

/// Draws a post; what stands below another is named by that one.
fn post(app: &App, lang: Lang, hit: &Hit) -> Markup {
    let below = html! { a.find href=(address(&hit.post)) { strong { (lang.say("ask-posts-below", &[("title", hit.title.as_str().into())])) } } };
    if hit.post.id == hit.post.topic { cells(app, lang, &hit.post).unwrap_or_default() } else { below }
}

/// Says how far the board was looked through, and leads on where there is more.
fn looked(lang: Lang, (words, board): (&str, &Said)) -> Markup {
    let Some(next) = board.next else { return html! {} };
    html! {
        p.quiet {
            (lang.say("ask-posts-looked", &[("count", board.looked.cast_signed().into())])) " "
            a href={ (link::search(words)) "&before=" (next) } { (lang.t("ask-posts-further")) }
        }
    }
}

/// Draws one kind of answers: the first of them, and the others folded away, so that none is left out.
fn section<T>(lang: Lang, title: &str, all: &[T], draw: impl Fn(&T) -> Markup) -> Markup {
    let (first, more) = all.split_at(all.len().min(SHOWN_MAX));
    html! {
        @if !all.is_empty() {
            section.answers {
                h2 { (lang.t(title)) }
                ul.plain { @for one in first { li { (draw(one)) } } }
                @if !more.is_empty() {
                    details {
                        summary { (lang.say("ask-more", &[("count", more.len().cast_signed().into())])) }
                        ul.plain { @for one in more { li { (draw(one)) } } }
                    }
                }
            }
        }
    }
}

/// Takes what was typed along to the form, where it is the matter itself.
fn go_on(lang: Lang, words: &str) -> Markup {
    html! {
        form.go-on method="post" action=(link::FILE) {
            input type="hidden" name="step" value=(Step::What.code());
            input type="hidden" name="what" value=(words);
            p { (lang.t("ask-go-on")) }
            button { (lang.t("ask-go-on-button")) }
        }
    }
}

/// Says whose duty it is: what the words are read as, and the categories that are called like them.
fn duties(app: &App, (lang, directory): (Lang, &Directory), (said, asked): (Option<Suggestion>, &Asked)) -> Vec<Markup> {
    let rules = app.hall.site.rules();
    let (subject, others) = said.map(|said| (said.subject, said.others)).unwrap_or_default();
    let read: Vec<(String, Vec<String>)> =
        subject.map(|own| (own.code, own.because)).into_iter().chain(others.into_iter().map(|code| (code, vec![]))).collect();
    let named = hits::categories(&rules, asked).into_iter().map(|row| (row.code.clone(), vec![]));
    let mut all = read;
    for (code, why) in named {
        if !all.iter().any(|(known, _)| top(known) == code) {
            all.push((code, why));
        }
    }
    all.into_iter()
        .map(|(code, why)| {
            let row = rules.category(top(&code));
            let offices = hits::on_duty(directory, top(&code));
            html! {
                strong { (path(lang, &rules, &code)) }
                p.quiet { (because(lang, &why)) }
                @if let Some(row) = row { p { (lang.say("ask-duty", &[("office", lang.pick(&row.duty, &row.duty_en).into())])) } }
                @if !offices.is_empty() {
                    @for office in offices.iter().take(ON_DUTY_MAX) { p { (lang.pick(&office.name, &office.name_en)) " " (phone(office)) } }
                }
            }
        })
        .collect()
}

/// Returns the category above a code of any level.
pub(super) fn top(mut code: &str) -> &str {
    while above(code) != code && !above(code).is_empty() {
        code = above(code);
    }
    code
}

fn phone(office: &Office) -> Markup {
    html! { @if !office.phone.is_empty() { a href={ "tel:" (office.phone) } { (office.phone) } } }
}

fn card(lang: Lang, directory: &Directory, office: &Office) -> Markup {
    let place = directory.places.get(&office.place).map(|place| lang.pick(&place.name, &place.name_en));
    html! {
        strong { (lang.pick(&office.name, &office.name_en)) }
        p {
            @if !office.phone.is_empty() { (lang.t("ask-phone")) (phone(office)) br; }
            @if !office.address.is_empty() { (lang.t("ask-address")) (office.address) br; }
            @if !office.hours.is_empty() { (lang.t("ask-hours")) (office.hours) br; }
            @if let Some(place) = place { (lang.t("ask-serves")) (place) }
        }
    }
}

/// Names a place with those above it, and who takes in what is said there.
fn place_row(lang: Lang, directory: &Directory, place: &Place) -> Markup {
    let mut above: Vec<&str> = directory.path(&place.code).iter().map(|at| lang.pick(&at.name, &at.name_en)).collect();
    above.reverse();
    let office = directory.intake(&place.code);
    html! {
        strong { (above.join(" › ")) }
        @if let Some(office) = office {
            p { (lang.say("ask-takes", &[("office", lang.pick(&office.name, &office.name_en).into())])) " " (phone(office)) }
        }
    }
}

fn term(lang: Lang, rule: &TermRule, mark: impl Fn(&str) -> Markup) -> Markup {
    html! {
        a href=(link::rule(&rule.id)) { (mark(lang.pick(&rule.zh, &rule.en))) }
        " " strong { (quantity(lang, rule.value, rule.unit)) }
        @if rule.unsure() { " " span.unsure { (lang.t("unsure")) } }
    }
}

fn clause(lang: Lang, (law, clause): (&Instrument, &Clause), mark: impl Fn(&str) -> Markup) -> Markup {
    let article = article_words(lang, &clause.article).unwrap_or_default();
    html! {
        a href=(link::instrument(&law.key)) { (cite(lang, lang.pick(&law.name, &law.name_en), "")) " " (article) }
        p { (mark(lang.pick(&clause.zh, &clause.en))) }
    }
}

/// Marks words in a text, where they stand in it as they were typed.
fn marked(text: &str, words: &[String]) -> Markup {
    let mut spans: Vec<(usize, usize)> =
        words.iter().flat_map(|word| text.match_indices(word.as_str()).map(|(at, hit)| (at, at + hit.len()))).collect();
    spans.sort_unstable();
    let mut parts = Vec::new();
    let mut from = 0;
    for (start, end) in spans {
        if start >= from {
            parts.push((&text[from..start], &text[start..end]));
            from = end;
        }
    }
    html! {
        @for (plain, hit) in &parts { (plain) mark { (hit) } }
        (&text[from..])
    }
}
