//! The clear facts of a matter: who has it and until when first, then what everybody who may see it may know.

use appeals::State;
use appeals::appeal::{Promised, Review, Sender};
use civic::directory::Directory;
use civic::site::Site;
use maud::{Markup, html};
use uuid::Uuid;

use crate::desk::frame::Desk;
use crate::kit::Tone;
use crate::kit::due::{DueView, answered_line, due_line};
use crate::kit::facts::facts;
use crate::kit::notice::notice;
use crate::portal::track::below_term;
use crate::portal::track::story::{office, site_name};
use crate::reading::path;
use crate::words::{Lang, day, moment};

/// Draws who has it now and until when, with the arithmetic.
pub fn owner_and_due(desk: &Desk, state: &State) -> Markup {
    let (lang, site) = (desk.lang(), &desk.app.hall.site);
    let (directory, rules, shown) = (site.directory(), site.rules(), state.shown_due());
    let left = site.calendar().left(desk.app.today(), shown.due.last);
    let view = DueView { rules: &rules, due: &shown.due, left, rule: rules.find_term(&shown.term) };
    let handler = state.handler.and_then(|id| directory.staff.get(&id)).map(|staff| staff.name.clone());
    html! {
        p.owner {
            (lang.t("owner-now")) strong { (office(lang, &directory, &state.owner)) }
            (lang.t("owner-holds"))
            @if let Some(handler) = handler { (lang.say("fact-handler", &[("name", handler.into())])) }
        }
        @if let Some(word) = state.last_word().filter(|_| state.is_open() && !state.owes_word()) {
            (answered_line(lang, word.day))
        } @else if state.is_open() {
            (due_line(lang, &view))
            (owed(lang, site, state))
            (below_term(lang, site, state))
            (wanted_above(lang, site, state))
        }
        @if state.clock_paused() { p.quiet { (lang.t("fact-paused")) } }
    }
}

/// Says by when the site above wants to hear of a matter that it handed down.
fn wanted_above(lang: Lang, site: &Site, state: &State) -> Markup {
    let above = state.above().filter(|_| state.owes_reply());
    let Some((above, back)) = above.and_then(|above| Some((above, above.sent.back?))) else { return html! {} };
    let name = site_name(lang, &site.directory(), above.sent.peer);
    html! { p { (lang.say("above-back", &[("site", name.into()), ("day", day(lang, back).into())])) } }
}

/// Says to staff what the office owes the resident by that day.
fn owed(lang: Lang, site: &Site, state: &State) -> Markup {
    let (rules, directory) = (site.rules(), site.directory());
    let Some(promise) = state.promise(&rules) else { return html! {} };
    let key = match promise.what {
        Promised::Acceptance => "owed-acceptance",
        Promised::Answer => "owed-answer",
        Promised::Review => "owed-review",
        Promised::Recheck => "owed-recheck",
    };
    let office = office(lang, &directory, promise.office);
    html! { p { (lang.say(key, &[("office", office.into()), ("day", day(lang, promise.due.due.last).into())])) } }
}

/// Draws what presses: danger, an offer, a ruling to come, a withdrawal to come, a review that waits.
pub fn pressing(desk: &Desk, state: &State) -> Markup {
    let (lang, site) = (desk.lang(), &desk.app.hall.site);
    let directory = site.directory();
    html! {
        @if state.danger && state.owes_reply() { (notice(Tone::Late, &lang.t("press-danger"), &html! { p { (lang.t("press-danger-why")) } })) }
        @if let Some(offer) = &state.offer {
            @let to = office(lang, &directory, &offer.to);
            (notice(Tone::Soon, &lang.say("press-offer", &[("office", to.into())]), &html! { p { (lang.say("press-offer-until", &[("day", day(lang, offer.until).into())])) } }))
        }
        @if state.disputed { (notice(Tone::Soon, &lang.t("press-disputed"), &html! {})) }
        @if let Some(until) = state.withdraw_until {
            (notice(Tone::Soon, &lang.t("press-withdraw"), &html! { p { (lang.say("story-withdraw-until", &[("moment", moment(lang, until, &site.zone).into())])) } }))
        }
        @if let Some(until) = state.supplement_until {
            (notice(Tone::Soon, &lang.t("press-supplement"), &html! { p { (lang.say("story-until", &[("day", day(lang, until).into())])) } }))
        }
        @if state.below().is_some_and(|below| below.sent_back) {
            (notice(Tone::Soon, &lang.t("press-sent-back"), &html! { p { (lang.t("press-sent-back-why")) } }))
        }
        @if state.owes_reply() && state.below().is_some_and(|below| below.answered) {
            (notice(Tone::Way, &lang.t("press-reported"), &html! { p { (lang.t("press-reported-why")) } }))
        }
        @if state.owes_reply() && state.above().is_some_and(|above| above.reminders > 0) {
            (notice(Tone::Soon, &lang.t("press-reminded"), &html! { p { (lang.t("press-reminded-why")) } }))
        }
        @if let Some(review) = state.pending_review() { (waiting(lang, &directory, review)) }
        @if state.came.sender == Some(Sender::Forged) {
            (notice(Tone::Soon, &lang.t("sender-forged"), &html! { p { (lang.t("fact-sender-forged-why")) } }))
        }
        @if state.merged_into.is_some() { (notice(Tone::Way, &lang.t("press-merged"), &html! {})) }
    }
}

fn waiting(lang: Lang, directory: &Directory, review: &Review) -> Markup {
    let title = lang.say("press-review", &[("office", office(lang, directory, &review.office).into())]);
    notice(Tone::Soon, &title, &html! { p { (lang.say("story-until", &[("day", day(lang, review.due.due.last).into())])) } })
}

/// Draws the list of clear facts.
pub fn list(desk: &Desk, state: &State) -> Markup {
    let (lang, site) = (desk.lang(), &desk.app.hall.site);
    let (directory, rules) = (site.directory(), site.rules());
    let place = state.place.as_ref().and_then(|code| directory.places.get(code));
    let place = place.map_or_else(|| lang.t("field-place-unknown"), |place| lang.pick(&place.name, &place.name_en).to_owned());
    let category = state.category.as_ref().and_then(|code| rules.category(code));
    let category = category.map_or_else(|| lang.t("fact-no-category"), |row| lang.pick(&row.zh, &row.en).to_owned());
    let category = state.sorted.as_ref().map_or(category, |sorted| path(lang, &rules, &sorted.to));
    let need = state.sorted.as_ref().map(|sorted| sorted.to.as_str()).or(state.category.as_deref());
    let need = need.and_then(|code| rules.need_of(code));
    let mut rows = vec![
        (lang.t("fact-kind"), html! { (lang.code("kind", state.kind.code())) }),
        (lang.t("fact-category"), html! { (category) }),
        (lang.t("fact-place"), html! { (place) }),
        (
            lang.t("fact-received"),
            html! {
                (moment(lang, state.received_at, &site.zone)) " · " (lang.code("channel", state.channel.code()))
                @if let Some(sender) = state.came.sender { " · " (lang.code("sender", sender.code())) }
            },
        ),
        (lang.t("fact-identity"), html! { (lang.code("identity", state.identity.code())) }),
    ];
    if let Some(via) = &state.came.via {
        let whose = directory.clients.values().find(|client| client.id == via.client).map_or("", |client| client.name.as_str());
        let named = rules.subject(&via.topic).map_or("", |(zh, en)| lang.pick(zh, en));
        rows.push((
            lang.t("fact-via"),
            html! { (lang.say("fact-via-topic", &[("whose", whose.into()), ("topic", named.into())])) },
        ));
    }
    rows.extend(elsewhere(lang, site, state));
    if let Some(need) = need {
        rows.insert(2, (lang.t("fact-need"), html! { (lang.pick(&need.zh, &need.en)) }));
    }
    if state.people > 1 {
        rows.push((
            lang.t("fact-people"),
            html! { (state.people) " · " (lang.say("fact-spokespersons", &[("count", state.speakers.count.into())])) },
        ));
    }
    rows.extend(together(lang, site, state));
    if state.returns > 0 {
        rows.push((lang.t("fact-returns"), html! { (state.returns) }));
    }
    if let Some(rating) = state.rating {
        rows.push((lang.t("fact-rating"), html! { (lang.code("grade", &rating.grade.to_string())) }));
    }
    facts(&rows)
}

/// Lists where it came from and where it went, of other sites.
fn elsewhere(lang: Lang, site: &Site, state: &State) -> Vec<(String, Markup)> {
    let directory = site.directory();
    let named = |peer: Uuid| site_name(lang, &directory, peer);
    let mut rows = Vec::new();
    if let Some(above) = &state.handed.above {
        let sent = &above.sent;
        let manner = lang.code("manner", sent.manner.code());
        let facts = [("site", named(sent.peer).into()), ("manner", manner.into()), ("number", sent.number.as_str().into())];
        rows.push((
            lang.t("fact-above"),
            html! {
                (lang.say("fact-above-from", &facts))
                @if let Some(back) = sent.back { br; (lang.say("story-back", &[("day", day(lang, back).into())])) }
                @if let Some(grade) = above.grade { br; (lang.say("fact-above-grade", &[("grade", lang.code("grade", &grade.to_string()).into())])) }
                @if above.reminders > 0 { br; (lang.say("fact-reminders", &[("count", above.reminders.into())])) }
                @if above.over { br; span.quiet { (lang.t("fact-above-over")) } }
            },
        ));
    }
    if let Some(below) = state.below() {
        let stands = below.stands.map_or_else(|| lang.t("fact-below-sent"), |step| lang.code("step", step));
        rows.push((
            lang.t("fact-below"),
            html! {
                (named(below.peer)) " · " (lang.code("manner", below.manner.code())) " · " (day(lang, below.day))
                br; (stands)
                @if let Some(number) = &below.number { " · " (lang.say("story-their-number", &[("number", number.as_str().into())])) }
                @if let Some(last) = below.last { br; (lang.say("story-until", &[("day", day(lang, last).into())])) }
                @if let Some(back) = below.back { br; (lang.say("story-back", &[("day", day(lang, back).into())])) }
            },
        ));
    }
    rows
}

/// Lists the offices that work on it beside the holder.
fn together(lang: Lang, site: &Site, state: &State) -> Vec<(String, Markup)> {
    let directory = site.directory();
    let mut rows = Vec::new();
    if !state.co_handlers.is_empty() {
        let all = state.co_handlers.iter().map(|(code, co)| {
            let standing =
                if co.answered { lang.t("co-answered") } else { lang.say("co-until", &[("day", day(lang, co.until).into())]) };
            html! { li { (office(lang, &directory, code)) " · " (standing) } }
        });
        rows.push((lang.t("fact-together"), html! { ul.plain-list { @for one in all { (one) } } }));
    }
    if !state.whistles.is_empty() {
        let all = state.whistles.iter().map(|(code, whistle)| {
            let standing = match (whistle.came_late, whistle.grade) {
                (None, _) => lang.say("whistle-until", &[("moment", moment(lang, whistle.until, &site.zone).into())]),
                (Some(true), None) => lang.t("whistle-late"),
                (Some(false), None) => lang.t("whistle-came"),
                (Some(_), Some(grade)) => lang.code("grade", &grade.to_string()),
            };
            html! { li { (office(lang, &directory, code)) " · " (standing) } }
        });
        rows.push((lang.t("fact-whistled"), html! { ul.plain-list { @for one in all { (one) } } }));
    }
    rows
}
