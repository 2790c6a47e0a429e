//! What goes to the receiving body: one page that opens offline and prints, alone or in one file with the attachments.

use appeals::appeal::{FileRef, Part};
use appeals::disclose::Ready;
use appeals::view::{Personal, Step};
use appeals::{Event, Identity};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use civic::vault::Key;
use maud::{Markup, html};

use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::files;
use crate::kit::facts::facts;
use crate::kit::paper::paper;
use crate::pack;
use crate::portal::track::story;
use crate::words::{day, moment};

/// Sends it.
pub fn send(desk: &Desk, ready: &Ready, personal: &Personal) -> Result<Response, Problem> {
    let page = page(desk, ready, personal);
    let name = ready.number.clone();
    if !ready.disclosure.parts.contains(&Part::Files) || attached(personal).next().is_none() {
        let head = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.html\"")),
        ];
        return Ok((head, page).into_response());
    }
    let key: Key = desk.app.hall.site.keystore.get(personal.state.key_id)?.ok_or(Problem::Absent)?;
    let files: Vec<(String, FileRef)> = attached(personal).map(|(path, file)| (path, file.clone())).collect();
    let app = desk.app.clone();
    files.iter().try_for_each(|(_, file)| files::checked(&app, &key, file))?;
    pack::answer(&desk.app, &name, move |pack| {
        pack.add("index.html", page.as_bytes())?;
        files.iter().try_for_each(|(path, file)| pack.add(path, &files::cleaned(&app, &key, file)?))
    })
}

/// Lists the attachments, each with its path in the file.
fn attached(personal: &Personal) -> impl Iterator<Item = (String, &FileRef)> {
    personal.steps.iter().flat_map(|step| {
        let path = move |(at, file)| (files::packed(step.version, at, file), file);
        step.event.files().iter().enumerate().map(path)
    })
}

fn page(desk: &Desk, ready: &Ready, personal: &Personal) -> String {
    let (lang, site, filing) = (desk.lang(), &desk.app.hall.site, &personal.filing);
    let has = |part| ready.disclosure.parts.contains(&part);
    let title = format!("{} {}", story::title(lang, personal.state.kind), ready.number);
    let filed = personal.steps.first().map_or_else(String::new, |step| day(lang, step.day));
    let now = moment(lang, desk.app.now(), &site.zone);
    let body = html! {
        p.quiet.code { (ready.number) }
        h1 { (lang.t("disclose-paper")) }
        (facts(&[
            (lang.t("disclose-matter"), html! { (title) }),
            (lang.t("disclose-filed"), html! { (filed) }),
        ]))
        (story::disclosed(lang, site, &ready.disclosure))
        @if has(Part::Words) {
            h2 { (lang.t("disclose-written")) }
            (story::quote(&filing.what))
            @if !filing.place_words.is_empty() { p { (lang.t("fact-place-words")) (filing.place_words) } }
            @for step in &personal.steps { (words(desk, step)) }
        }
        @if has(Part::Files) {
            h2 { (lang.t("part-files")) }
            ul {
                @for (path, file) in attached(personal) {
                    li { a href=(path) { (file.name) } br; small.quiet { "SHA-256 " (file.sha256) } }
                }
            }
            p.quiet { (lang.t("disclose-files-clean")) }
        }
        @if has(Part::Contact) {
            h2 { (lang.t("part-contact")) }
            @if filing.identity == Identity::Anonymous { p { (lang.t("person-anonymous")) } }
            @else {
                (facts(&[
                    (lang.t("person-name"), html! { (filing.name) }),
                    (lang.t("person-mobile"), html! { (filing.mobile) }),
                    (lang.t("person-email"), html! { (filing.email) }),
                ]))
            }
        }
        p.quiet { (lang.say("disclose-made", &[("name", desk.person().name.as_str().into()), ("moment", now.into())])) }
        p.quiet { (lang.t("disclose-purpose")) }
    };
    paper(lang, &title, &body)
}

/// Draws what the resident added and what was answered; who worked on it between is nobody's else.
fn words(desk: &Desk, step: &Step) -> Markup {
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    let head = || html! { h3 { (lang.code("event", step.event.kind())) } p.quiet { (day(lang, step.day)) } };
    match &step.event {
        Event::Supplemented { words, .. } => html! { (head()) (story::quote(words)) },
        Event::Replied { reply, .. } | Event::ReviewDecided { reply, .. } | Event::RecheckDecided { reply, .. } => {
            html! { (head()) (story::reply_text(lang, &rules, reply)) }
        }
        _ => html! {},
    }
}
