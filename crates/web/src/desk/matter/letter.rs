//! The letter on paper to whoever left an address and nothing else: what happened to their matter, or the answer with all its parts, ready to
//! be folded and posted. Printing it says nothing yet; that it was posted is noted with the act of telling.

use appeals::Event;
use appeals::view::Personal;
use axum::response::{IntoResponse, Redirect, Response};
use civic::permit::Act;
use maud::{Markup, html};

use super::load::{Matter, find};
use super::page::sees_person;
use crate::desk::act::{plain_sentences, words_of};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::Path;
use crate::kit::print::slip;
use crate::link;
use crate::portal::track::story::office;
use crate::words::day;

/// Shows the letter, while a reading of the words is noted and its reader sees who it is; else leads to where that is opened.
pub async fn show(desk: Desk, Path(number): Path<String>) -> Result<Response, Problem> {
    let matter = find(&desk, &number).await?;
    let open = |personal: &Personal| sees_person(&desk, &matter, &personal.filing) && !personal.filing.address.is_empty();
    if !matter.words.as_ref().is_some_and(open) {
        return Ok(Redirect::to(&link::matter_act(&matter.state.number, Act::TellByPhone)).into_response());
    }
    let lang = desk.lang();
    let title = lang.t("letter-print");
    let body = html! {
        h1.no-print { (title) }
        p.no-print { (lang.t("letter-print-how")) }
        (slip(lang, &title, &paper(&desk, &matter)))
        @if !matter.state.untold.is_empty() {
            p.no-print { a.button href=(link::matter_act(&matter.state.number, Act::TellByPhone)) { (lang.t("letter-posted-note")) } }
        }
        p.no-print { a href=(link::matter(&matter.state.number)) { (lang.t("back")) } }
    };
    Ok(desk.page(&title, &body))
}

fn paper(desk: &Desk, matter: &Matter) -> Markup {
    let (lang, directory, state) = (desk.lang(), desk.directory(), &matter.state);
    let Some(personal) = &matter.words else { return html! {} };
    let filing = &personal.filing;
    let own = directory.offices.get(&state.owner);
    let facts = [
        ("day", day(lang, state.received).into()),
        ("number", state.number.as_str().into()),
        ("name", filing.name.as_str().into()),
    ];
    let reply = personal.steps.iter().rev().find(|step| matches!(step.event, Event::Replied { .. }));
    html! {
        div.letter {
            p.letter-to { (filing.address) br; (lang.say("letter-to", &facts)) }
            p { (lang.say("letter-dear", &facts)) }
            p { (lang.say("letter-about", &facts)) }
            @if state.untold.is_empty() { @if let Some(step) = reply { (words_of(desk, matter, step.version)) } }
            @for (said, words) in plain_sentences(desk, matter) { p { (said) } (words) }
            p { (lang.t("letter-follow")) }
            p.letter-from {
                (office(lang, &directory, &state.owner)) br;
                @if let Some(own) = own { (own.address) br; (lang.t("owner-phone")) (own.phone) br; }
                (day(lang, desk.app.today()))
            }
        }
    }
}
