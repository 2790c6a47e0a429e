//! The page of one matter: the queue at the left, the matter in the middle, what can be done at the right; one column on
//! narrow screens, what can be done right under the head.

use appeals::Identity;
use appeals::appeal::Filing;
use appeals::unmask::shows;
use appeals::view::Personal;
use axum::response::Response;
use civic::access;
use civic::permit::{Act, Relation};
use maud::{Markup, html};

use super::load::{Matter, find_page};
use super::read::purposes;
use super::{acts, facts, likely, story, strip, suggestion, unmask};
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::extract::Path;
use crate::kit::Tone;
use crate::kit::facts::facts as fact_list;
use crate::kit::notice::notice;
use crate::kit::refusal::{reason, way_on};
use crate::link;
use crate::portal::track::story::{attachments, last_word, quote};
use crate::portal::track::{messages, readings, stage};
use crate::words::Lang;

/// Shows the matter.
pub async fn show(desk: Desk, Path(number): Path<String>) -> Result<Response, Problem> {
    let (matter, rows, look) = find_page(&desk, &number).await?;
    let (lang, state) = (desk.lang(), &matter.state);
    let title = format!("{} {}", lang.code("kind", state.kind.code()), state.number);
    let strip = strip::draw(&desk, rows.as_deref(), &state.number);
    let likely = likely::draw(&desk, state, look).await?;
    let body = html! {
        div.three {
            div.three-head { (head(&desk, &matter)) }
            div.three-acts { (acts::draw(&desk, state)) }
            div.three-body {
                (words(&desk, &matter))
                (suggestion::draw(&desk, &matter))
                (likely)
                @if let Some(personal) = &matter.words {
                    (last_word(lang, &desk.app.hall.site.rules(), &personal.steps))
                }
                h2 { (lang.t("fact-title")) }
                (facts::list(&desk, state))
                (merged(&desk, &matter))
                h2 { (lang.t("track-steps")) }
                (story::draw(&desk, &matter))
                @if let Some(personal) = &matter.words {
                    h2 { (lang.t("readings-staff")) }
                    (readings(lang, &desk.app.hall.site, (&personal.readings, &personal.elsewhere)))
                    h2 { (lang.t("messages-staff")) }
                    (messages(lang, &desk.app, &personal.messages))
                }
                @if desk.permit(Act::SeeAccess, &state.subject()).is_ok() {
                    p.no-print { a href=(link::matter_access(&state.number)) { (lang.code("act", Act::SeeAccess.code())) } }
                }
                p.no-print {
                    a href=(link::matter_print(&state.number)) { (lang.t("print-view")) }
                    @if matter.words.as_ref().is_some_and(|personal| !personal.filing.address.is_empty()) {
                        " · " a href=(link::matter_letter(&state.number)) { (lang.t("letter-print")) }
                    }
                }
            }
            div.three-strip { (strip) }
        }
    };
    Ok(desk.page(&title, &body))
}

/// Lists the matters merged into this one: each has its own resident and gets its own answer.
fn merged(desk: &Desk, matter: &Matter) -> Markup {
    let lang = desk.lang();
    html! {
        @if !matter.merged.is_empty() {
            h2 #merged { (lang.say("merged-title", &[("count", matter.merged.len().into())])) }
            p.quiet { (lang.t("merged-why")) }
            ul.plain-list.merged-numbers {
                @for (number, open) in &matter.merged {
                    li { a.code href=(link::matter(number)) { (number) } @if !open { " " span.quiet { (lang.t("merged-over")) } } }
                }
            }
        }
    }
}

fn head(desk: &Desk, matter: &Matter) -> Markup {
    let (lang, state) = (desk.lang(), &matter.state);
    html! {
        p.quiet.code { (state.number) }
        h1 { (lang.code("kind", state.kind.code())) " " (stage(lang, state.stage)) }
        (facts::owner_and_due(desk, state))
        (facts::pressing(desk, state))
    }
}

/// Draws the personal part, or the way to it, or why it stays closed.
fn words(desk: &Desk, matter: &Matter) -> Markup {
    match (&matter.words, &matter.closed) {
        (Some(personal), _) => personal_part(desk, matter, personal),
        (None, Some(refusal)) => html! {
            h2 #personal { (desk.lang().t("personal-title")) }
            (notice(Tone::Plain, &reason(desk.lang(), refusal), &html! { p { (way_on(desk.lang(), refusal).unwrap_or_default()) } }))
        },
        (None, None) => door(desk, matter),
    }
}

/// Draws the choice of a purpose, one press each.
fn door(desk: &Desk, matter: &Matter) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let all = purposes(&directory, desk.person(), &matter.state);
    html! {
        h2 #personal { (lang.t("personal-title")) }
        form.purpose method="post" action=(link::matter_read(&matter.state.number)) {
            p { (lang.t("personal-why")) }
            div.acts {
                @for (at, purpose) in all.iter().enumerate() {
                    button.second[at > 0] name="purpose" value=(purpose.code()) data-key=[(at == 0).then_some("0")] {
                        (lang.say("personal-open", &[("purpose", lang.code("purpose", purpose.code()).into())]))
                    }
                }
            }
        }
    }
}

fn personal_part(desk: &Desk, matter: &Matter, personal: &Personal) -> Markup {
    let lang = desk.lang();
    let filing = &personal.filing;
    let purpose = matter.purpose.map_or_else(String::new, |purpose| lang.code("purpose", purpose.code()));
    let first = personal.steps.first().map_or(1, |step| step.version);
    let minutes = access::covered_for(&desk.app.hall.site).as_mins();
    html! {
        h2 #personal { (lang.t("personal-title")) }
        p.quiet { (lang.say("personal-noted", &[("purpose", purpose.into()), ("minutes", minutes.into())])) }
        (quote(&filing.what))
        (attachments(lang, (&link::matter_files(&filing.number), first), &filing.files))
        @if !filing.place_words.is_empty() { p { (lang.t("fact-place-words")) (filing.place_words) } }
        (person(desk, matter, personal))
    }
}

/// Draws who it is: where the resident asked for confidence, to whom two persons of the holder opened it, for as long as that
/// holds; nobody where anonymous.
pub fn person(desk: &Desk, matter: &Matter, personal: &Personal) -> Markup {
    let (lang, filing) = (desk.lang(), &personal.filing);
    match filing.identity {
        Identity::Anonymous => html! { p { (lang.t("person-anonymous")) } },
        _ if !sees_person(desk, matter, filing) => unmask::masked(desk, matter),
        _ => fact_list(&contact(lang, filing)),
    }
}

/// Tells whether this person sees who it is, while the words are open.
pub fn sees_person(desk: &Desk, matter: &Matter, filing: &Filing) -> bool {
    let relation = civic::permit::relation(&desk.directory(), desk.person(), &matter.state.subject());
    let open = shows(&matter.state, (desk.person().id, desk.app.now()));
    open && (relation == Relation::Holder || filing.identity != Identity::Confidential)
}

/// Lists who it is and how they are reached: whoever filed it, and those who speak beside them.
fn contact(lang: Lang, filing: &Filing) -> Vec<(String, Markup)> {
    let phone = |number: &str| html! { @if !number.is_empty() { a href={ "tel:" (number) } { (number) } } };
    let mut list = vec![
        (lang.t("person-name"), html! { (filing.name) }),
        (lang.t("person-mobile"), phone(&filing.mobile)),
        (lang.t("person-email"), html! { (filing.email) }),
    ];
    if let Some(account) = filing.chat.strip_prefix("chat:") {
        list.push((lang.t("person-chat"), html! { (account) }));
    }
    if !filing.address.is_empty() {
        list.push((lang.t("letter-address"), html! { (filing.address) }));
    }
    list.extend(filing.spokespersons.iter().enumerate().map(|(at, one)| {
        (lang.say("call-speaker", &[("place", (at + 2).into())]), html! { (one.name) " " (phone(&one.mobile)) " " (one.email) })
    }));
    list
}

/// Draws what stands beside the form of an act: head and, while an entry covers it, the words; else the door to them, where
/// the form has none of its own.
pub fn aside(desk: &Desk, (matter, door): (&Matter, bool)) -> Markup {
    html! { (head(desk, matter)) @if door || matter.words.is_some() { (words(desk, matter)) } h2 { (desk.lang().t("fact-title")) } (facts::list(desk, &matter.state)) }
}
