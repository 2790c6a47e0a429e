//! What stands over the form of a call: what has to be said, in plain words, until when, and the number to ring. The number
//! is a personal part: opening it is a reading with a purpose, noted first and shown to the resident.

use appeals::appeal::Untold;
use appeals::{Event, State};
use civic::access::Purpose;
use civic::permit::Act;
use maud::{Markup, html};

use crate::desk::frame::Desk;
use crate::desk::matter::{Matter, person};
use crate::kit::Tone;
use crate::kit::due;
use crate::kit::icon::icon;
use crate::kit::notice::notice;
use crate::link;
use crate::portal::track::story::{more, office, reply_text};
use crate::words::{Lang, day};

/// Draws what to say and whom to ring.
pub fn draw(desk: &Desk, matter: &Matter) -> Markup {
    let (lang, state) = (desk.lang(), &matter.state);
    html! {
        section.to-tell aria-labelledby="to-tell" {
            h2 #to-tell { (lang.t("call-say")) }
            ol.sayings {
                @for one in each(state) {
                    li {
                        p.saying { (sentence(desk, state, one)) }
                        (heard_by(lang, state, one))
                        p { (until(desk, one)) }
                        (words_of(desk, matter, one.version))
                    }
                }
            }
            @if state.calls > 0 { p.quiet { (lang.say("call-tries", &[("count", state.calls.into())])) } }
            h2 { (lang.t(if state.post_only() { "call-address" } else { "call-number" })) }
            (number(desk, matter))
            @if state.speakers.count > 1 { p { (lang.t("call-each")) } }
            @if state.post_only() {
                @if matter.words.is_some() { p { a.button.second href=(link::matter_letter(&state.number)) { (lang.t("letter-print")) } } }
                p.quiet { (lang.t("call-post-how")) }
            } @else { p.quiet { (lang.t("call-person-first")) } }
        }
    }
}

/// Says what a resident has to be told, one sentence each with the words of its step: for a letter.
pub fn plain_sentences(desk: &Desk, matter: &Matter) -> Vec<(String, Markup)> {
    let state = &matter.state;
    let say = |one: &Untold| (sentence(desk, state, one), words_of(desk, matter, one.version));
    each(state).into_iter().map(say).collect()
}

/// Draws in plain words what a resident has to be told, one sentence each, and until when; for lists.
pub fn sentences(desk: &Desk, state: &State) -> Markup {
    html! {
        ul.plain-list.sayings {
            @for one in each(state) { li { (sentence(desk, state, one)) br; (until(desk, one)) } }
        }
    }
}

/// Lists what has to be told, each once however many wait for it.
fn each(state: &State) -> Vec<&Untold> {
    let mut all: Vec<&Untold> = Vec::new();
    for one in &state.untold {
        if !all.iter().any(|known| known.version == one.version) {
            all.push(one);
        }
    }
    all
}

/// Names who waits for a call: whoever filed it, or somebody who speaks beside them.
pub fn whom(lang: Lang, speaker: Option<usize>) -> String {
    speaker.map_or_else(|| lang.t("call-first"), |at| lang.say("call-speaker", &[("place", (at + 2).into())]))
}

/// Says who still has to hear it, where several speak for many.
fn heard_by(lang: Lang, state: &State, of: &Untold) -> Markup {
    let waiting = state.untold.iter().filter(|one| one.version == of.version);
    let names: Vec<String> = waiting.map(|one| whom(lang, one.speaker)).collect();
    html! { @if state.speakers.count > 1 { p.quiet { (lang.say("call-whom", &[("names", names.join(&lang.t("list-comma")).into())])) } } }
}

fn sentence(desk: &Desk, state: &State, one: &Untold) -> String {
    let (lang, directory) = (desk.lang(), desk.directory());
    let until = state.last_word().and_then(|word| word.until.as_ref()).map(|until| day(lang, until.due.last));
    let facts = [
        ("office", office(lang, &directory, &state.owner).into()),
        ("day", day(lang, state.shown_due().due.last).into()),
        ("until", until.unwrap_or_default().into()),
    ];
    let promise = match (state.pending_review(), state.owes_reply()) {
        (Some(_), _) => lang.say("call-promise-review", &facts),
        (None, true) => lang.say("call-promise", &facts),
        (None, false) => String::new(),
    };
    let said = match one.template {
        "accepted" => lang.say("call-accepted", &facts),
        "not_accepted" => lang.t("call-not-accepted"),
        "extended" => lang.say("call-extended", &facts),
        "paused" => lang.t("call-paused"),
        "resumed" => lang.t("call-resumed"),
        "due_moved" => lang.say("call-due-moved", &facts),
        "word_moved" => lang.say("call-word-moved", &facts),
        "new_owner" => lang.say("call-new-owner", &facts),
        "handed_down" => lang.say("call-handed-down", &facts),
        "supplement_asked" => lang.t("call-supplement-asked"),
        "replied" => lang.t("call-replied"),
        "review_decided" => lang.t("call-review-decided"),
        "under_review" => lang.t("call-under-review"),
        "withdraw_asked" => lang.t("call-withdraw-asked"),
        "withdrawn" => lang.t("call-withdrawn"),
        "rectified" => lang.t("call-rectified"),
        "rating_objected" => lang.t("call-rating-objected"),
        "objection_decided" => lang.t("call-objection-decided"),
        "delegate_named" => lang.t("call-delegate-named"),
        _ => lang.t("call-closed"),
    };
    // until when they will hear again is said once, after the last step that promises it
    let promises = |one: &&Untold| matches!(one.template, "accepted" | "resumed" | "new_owner" | "under_review");
    let last = state.untold.iter().rfind(promises).map(|one| one.version);
    if last == Some(one.version) && !promise.is_empty() { format!("{said}{}{promise}", lang.pick("", " ")) } else { said }
}

/// Says until when it has to be told, and how far off that is.
fn until(desk: &Desk, one: &Untold) -> Markup {
    let (lang, site) = (desk.lang(), &desk.app.hall.site);
    let last = one.until(&site.rules(), &site.calendar());
    let tone = due::tone(site.calendar().left(desk.app.today(), last));
    let words = match tone {
        Tone::Late => lang.say("call-late", &[("day", day(lang, last).into())]),
        _ => lang.say("call-until", &[("day", day(lang, last).into())]),
    };
    html! { span class={ "due-words " (tone.class()) } { (icon(tone)) (words) } }
}

/// Draws the words of a step itself, by its number within the matter, while a reading is noted.
pub fn words_of(desk: &Desk, matter: &Matter, version: i64) -> Markup {
    let (lang, site) = (desk.lang(), &desk.app.hall.site);
    let step = matter.words.as_ref().and_then(|personal| personal.steps.iter().find(|step| step.version == version));
    if let Some(Event::Replied { reply, .. } | Event::ReviewDecided { reply, .. } | Event::RecheckDecided { reply, .. }) =
        step.map(|step| &step.event)
    {
        return reply_text(lang, &site.rules(), reply); // open, to be read out
    }
    html! { @if let Some(step) = step { (more(lang, site, (step, &link::matter_files(&matter.state.number)))) } }
}

fn number(desk: &Desk, matter: &Matter) -> Markup {
    let lang = desk.lang();
    if let Some(personal) = &matter.words {
        return person(desk, matter, personal);
    }
    html! {
        form.purpose method="post" action=(link::matter_read(&matter.state.number)) {
            input type="hidden" name="next" value=(Act::TellByPhone.code());
            (notice(Tone::Plain, &lang.t(if matter.state.post_only() { "call-closed-address" } else { "call-closed-number" }), &html! { p { (lang.t("personal-why")) } }))
            div.acts {
                button name="purpose" value=(Purpose::Tell.code()) data-key="0" { (lang.t(if matter.state.post_only() { "call-open-address" } else { "call-open" })) }
            }
        }
    }
}
