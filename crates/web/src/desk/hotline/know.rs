//! What is known about what the caller asks, while they speak: what it may be about and whose duty it is, answers and rules by their words,
//! and matters like it that this person may see. Nothing is kept of the question.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde_json::json;
use uuid::Uuid;

use super::permitted;
use crate::desk::find;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::link;
use crate::portal::file::danger_calls;
use crate::portal::search::{Known, known, told};

/// Shortest question that is looked for, in characters.
const WORDS_CHARS_MIN: usize = 2;
/// Longest question that is looked for, in characters: the last words count, for they were said last.
const WORDS_CHARS_MAX: usize = 200;
/// Matters like it that are shown at most.
const ALIKE_MAX: usize = 5;

/// Answers a question: for the script as data, without one as a page.
pub async fn answer(desk: Desk, Form(fields): Form) -> Result<Response, Problem> {
    permitted(&desk)?;
    let found = look(&desk, fields.get("what")).await?;
    if desk.visit.json {
        return Ok(([(header::CONTENT_TYPE, "application/json")], data(&desk, &found).to_string()).into_response());
    }
    let lang = desk.lang();
    let back: Option<Uuid> = fields.get("call").parse().ok();
    let body = html! {
        h1 { (lang.t("know-title")) }
        p.saying { (fields.get("what")) }
        @if found.danger { (notice(Tone::Late, &lang.t("danger-title"), &danger_calls(lang))) }
        (groups(desk.lang(), &found))
        @if let Some(call) = back { p { a.button href=(link::hotline_call(call)) { (lang.t("call-back")) } } }
    };
    Ok(desk.page(&lang.t("know-title"), &body))
}

async fn look(desk: &Desk, words: &str) -> Result<Known, Problem> {
    let chars: Vec<char> = words.trim().chars().collect();
    if chars.len() < WORDS_CHARS_MIN {
        return Ok(Known::default());
    }
    let words: String = chars[chars.len().saturating_sub(WORDS_CHARS_MAX)..].iter().collect();
    let mut found = known(&desk.app, desk.lang(), &words);
    found.groups.extend(told(&desk.app, desk.lang(), &words).await?);
    let alike = find::few(desk, &words, ALIKE_MAX).await?;
    if !alike.items.is_empty() {
        found.groups.push(alike);
    }
    Ok(found)
}

fn data(desk: &Desk, found: &Known) -> serde_json::Value {
    let groups: Vec<_> = found
        .groups
        .iter()
        .map(|group| {
            let items: Vec<_> =
                group.items.iter().map(|item| json!({"text": item.text, "more": item.more, "href": item.href})).collect();
            json!({"title": group.title, "items": items})
        })
        .collect();
    let danger = found.danger.then(|| desk.lang().t("know-danger"));
    json!({"danger": danger, "groups": groups, "none": desk.lang().t("know-none")})
}

fn groups(lang: crate::words::Lang, found: &Known) -> Markup {
    html! {
        @if found.groups.is_empty() { p.quiet { (lang.t("know-none")) } }
        @for group in &found.groups {
            h3 { (group.title) }
            ul.plain {
                @for item in &group.items {
                    li {
                        @if item.href.is_empty() { (item.text) } @else { a href=(item.href) target="_blank" rel="noopener" { (item.text) } }
                        @if !item.more.is_empty() { br; span.quiet { (item.more) } }
                    }
                }
            }
        }
    }
}

/// Draws the place beside the form: the script fills it while the operator types; without one a button asks.
pub fn place(desk: &Desk, call: Uuid, typed: &Fields) -> Markup {
    let lang = desk.lang();
    html! {
        section.know aria-labelledby="know" {
            h2 #know { (lang.t("know-title")) }
            p.quiet { (lang.t("know-why")) }
            form method="post" action=(link::HOTLINE_KNOW) data-know="what" {
                input type="hidden" name="call" value=(call);
                div.field {
                    label for="know-what" { (lang.t("know-ask")) }
                    input #know-what type="text" name="what" value=(typed.get("what").chars().take(WORDS_CHARS_MAX).collect::<String>())
                        maxlength=(WORDS_CHARS_MAX) autocomplete="off";
                }
                button.second accesskey="k" { (lang.t("know-look")) " " kbd { "Alt+K" } }
            }
            div #known aria-live="polite" {}
        }
    }
}
