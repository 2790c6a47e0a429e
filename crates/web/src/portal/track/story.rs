//! The steps of a matter put into words: who did what, and why, as the resident may read it.

use appeals::appeal::{Disclosure, FileRef, ReplyText, Step as Passed};
use appeals::decide::{HEAD, LEADERS};
use appeals::view::Step;
use appeals::{Event, Kind, disclose, unmask};
use civic::directory::Directory;
use civic::journal::Actor;
use civic::rules::RuleSet;
use civic::site::Site;
use maud::{Markup, html};
use uuid::Uuid;

use super::followed::{self, follows};
use crate::files;
use crate::kit::Tone;
use crate::kit::refusal::clause_link;
use crate::kit::timeline;
use crate::reading::path;
use crate::words::{Lang, day, moment};

/// Begins the addresses of a resident's own attachments.
pub const OWN_FILES: &str = "/track/file";

/// Is a step in words.
pub struct Told {
    /// Who did it.
    pub who: String,
    /// What happened, in a few words.
    pub what: String,
    /// What it means.
    pub tone: Tone,
}

/// Tells a step.
pub fn tell(lang: Lang, site: &Site, step: &Step) -> Told {
    let directory = site.directory();
    let (who, what) = match step.event.heard() {
        Some((peer, told)) => (site_name(lang, &directory, peer), lang.code("step", told)),
        None => (who(lang, &directory, step.actor), lang.code("event", step.event.kind())),
    };
    Told { who, what, tone: tone(&step.event) }
}

/// Says who acted: the resident, who acts for them, a person with their office, or the passing of time.
pub fn who(lang: Lang, directory: &Directory, actor: Actor) -> String {
    match actor {
        Actor::Resident => lang.t("who-you"),
        Actor::Delegate => lang.t("who-delegate"),
        Actor::System => lang.t("who-system"),
        Actor::Staff(id) => match directory.staff.get(&id) {
            Some(staff) => format!("{} {}", office(lang, directory, &staff.office), staff.name),
            None => lang.t("who-staff"),
        },
    }
}

/// Names an office, also one that no longer exists.
pub fn office(lang: Lang, directory: &Directory, code: &str) -> String {
    directory.offices.get(code).map_or_else(|| code.to_owned(), |office| lang.pick(&office.name, &office.name_en).to_owned())
}

/// Says what an event means.
pub fn tone(event: &Event) -> Tone {
    match event {
        Event::NotAccepted { .. }
        | Event::Disputed { .. }
        | Event::ReferralReported { .. }
        | Event::Escalated { .. }
        | Event::CameAgain { .. }
        | Event::Alarmed { .. }
        | Event::Criticised { .. }
        | Event::FollowupLate { .. }
        | Event::EvidenceJudged { enough: false, .. }
        | Event::MeasureTaken { .. }
        | Event::SentBack { .. } => Tone::Late,
        Event::Disclosed(_)
        | Event::SupplementAsked { .. }
        | Event::WithdrawAsked { .. }
        | Event::RatingObjected { .. }
        | Event::Paused { .. }
        | Event::Extended { .. } => Tone::Soon,
        Event::Replied { .. }
        | Event::Closed { .. }
        | Event::ReviewDecided { .. }
        | Event::RecheckDecided { .. }
        | Event::Rated { .. }
        | Event::GradeTold { .. }
        | Event::Rectified { .. }
        | Event::EvidenceJudged { enough: true, .. }
        | Event::RectificationRated { .. } => Tone::Done,
        Event::Withdrawn | Event::DueRecomputed { .. } | Event::HandedOver { .. } => Tone::Plain,
        _ => Tone::Way,
    }
}

/// Draws the steps, newest last.
pub fn draw(lang: Lang, site: &Site, steps: &[Step]) -> Markup {
    let drawn: Vec<timeline::Step> = steps
        .iter()
        .map(|step| {
            let told = tell(lang, site, step);
            let at = step.at.to_string();
            timeline::Step {
                at,
                when: moment(lang, step.at, &site.zone),
                who: told.who,
                what: told.what,
                tone: told.tone,
                more: more(lang, site, (step, OWN_FILES)),
            }
        })
        .collect();
    timeline::timeline(&drawn)
}

/// Draws what belongs to a step: words, ground, offices, days, files. `files` begins the addresses of attachments.
pub fn more(lang: Lang, site: &Site, (step, files_at): (&Step, &str)) -> Markup {
    // what came with the filing stands beside its words already
    let files = if matches!(step.event, Event::Filed(_)) { &[] } else { step.event.files() };
    html! { (told_of(lang, site, step)) (attachments(lang, (files_at, step.version), files)) }
}

/// Draws what belongs to a step without its files: words, ground, offices, days.
pub fn told_of(lang: Lang, site: &Site, step: &Step) -> Markup {
    let (directory, rules) = (site.directory(), site.rules());
    let named = |code: &str| office(lang, &directory, code);
    let list = |codes: &[String]| codes.iter().map(|code| named(code)).collect::<Vec<_>>().join(lang.t("list-comma").as_str());
    match &step.event {
        Event::Registered { category } | Event::Accepted { category, .. } => {
            let name = rules.category(category).map(|row| lang.pick(&row.zh, &row.en).to_owned());
            html! { @if let Some(name) = name { p { (lang.say("story-category", &[("category", name.into())])) } } }
        }
        Event::Sorted { to, said } => html! {
            p { (lang.say("story-category", &[("category", path(lang, &rules, to).into())])) }
            @if let Some(said) = said.as_ref().filter(|said| said.code != *to) {
                p.quiet { (lang.say("story-suggested", &[("category", path(lang, &rules, &said.code).into())])) }
            }
        },
        Event::KindNamed { to, due, .. } => html! {
            p { (lang.say("story-kind", &[("kind", lang.code("kind", to.code()).into())])) }
            @if let Some(due) = due { p { (lang.say("story-until", &[("day", day(lang, due.due.last).into())])) } }
        },
        Event::NotAccepted { ground, words } => html! { (ground_words(lang, &rules, ("not_accept", ground))) (quote(words)) },
        Event::Returned { office, ground, words, .. } | Event::Disputed { office, ground, words } => {
            html! { p { (named(office)) } (ground_words(lang, &rules, ("return", ground))) (quote(words)) }
        }
        Event::Extended { ground, words, due } => html! {
            (ground_words(lang, &rules, ("extend", ground)))
            (quote(words))
            p { (lang.say("story-until", &[("day", day(lang, due.due.last).into())])) }
        },
        Event::Paused { ground, words } => html! { (ground_words(lang, &rules, ("pause", ground))) (quote(words)) },
        Event::Closed { ground, words, .. } => html! { (ground_words(lang, &rules, ("close", ground))) (quote(words)) },
        Event::Assigned { to, words, until } => html! {
            p { (lang.say("story-assigned", &[("office", named(to).into()), ("day", day(lang, *until).into())])) }
            (quote(words))
        },
        Event::Taken { office, .. } => html! { p { (named(office)) } },
        Event::Arbitrated { to, words } => {
            html! { p { (lang.say("story-ruled", &[("office", named(to).into())])) } (quote(words)) }
        }
        Event::Moved { to, .. } => html! { p { (lang.say("story-ruled", &[("office", named(to).into())])) } },
        Event::CalledIn { offices, words, .. } | Event::Whistled { offices, words, .. } => {
            html! { p { (list(offices)) } (quote(words)) }
        }
        Event::SupplementAsked { words, until } => html! {
            (quote(words))
            p { (lang.say("story-until", &[("day", day(lang, *until).into())])) }
        },
        Event::Supplemented { words, .. } => quote(words),
        Event::Joined { subject } => {
            html! { p { (lang.say("story-category", &[("category", path(lang, &rules, subject).into())])) } }
        }
        Event::Replied { reply, .. } | Event::ReviewDecided { reply, .. } | Event::RecheckDecided { reply, .. } => {
            html! { details { summary { (lang.t("story-whole")) } (reply_text(lang, &rules, reply)) } }
        }
        other => fewer(lang, site, other),
    }
}

fn fewer(lang: Lang, site: &Site, event: &Event) -> Markup {
    let directory = site.directory();
    let named = |code: &str| office(lang, &directory, code);
    match event {
        Event::HandedDown { .. }
        | Event::TakenBack { .. }
        | Event::Reminded { .. }
        | Event::SentBack { .. }
        | Event::Heard { .. } => exchanged(lang, site, event),
        Event::CoAnswered { office, words }
        | Event::WhistleAnswered { office, words, .. }
        | Event::ReferralReported { office, words }
        | Event::ReferralAnswered { office, words, .. } => html! { p { (named(office)) } (quote(words)) },
        Event::Delivered { until: Some(until), .. } => {
            html! { p { (lang.say("story-review-until", &[("day", day(lang, until.due.last).into())])) } }
        }
        Event::FollowedUp { words, .. } => quote(words),
        Event::AlarmAnswered { office } => html! { p { (named(office)) } },
        Event::WithdrawAsked { words, until } => html! {
            (quote(words))
            p { (lang.say("story-withdraw-until", &[("moment", moment(lang, *until, &site.zone).into())])) }
        },
        Event::Reopened { words, due } => html! {
            (quote(words))
            p { (lang.say("story-until", &[("day", day(lang, due.due.last).into())])) }
        },
        Event::ReviewAsked { office, words, due } | Event::RecheckAsked { office, words, due } => html! {
            p { (named(office)) }
            (quote(words))
            p { (lang.say("story-until", &[("day", day(lang, due.due.last).into())])) }
        },
        Event::DelegateNamed { name, .. } => html! { p { (name) } },
        Event::DueRecomputed { due, before } => {
            let last = day(lang, due.due.last);
            let moved = before.filter(|before| *before != due.due.last).map(|before| {
                lang.say("story-recomputed", &[("before", day(lang, before).into()), ("day", last.as_str().into())])
            });
            let until = || lang.say("story-until", &[("day", last.as_str().into())]);
            html! { p { (moved.unwrap_or_else(until)) } }
        }
        Event::CodeReissued { shown, second, .. } => {
            let second = directory.staff.get(second).map_or_else(String::new, |staff| staff.name.clone());
            html! { p { (lang.say("story-reissued", &[("shown", shown.as_str().into()), ("second", second.into())])) } }
        }
        Event::Disclosed(disclosure) => disclosed(lang, site, disclosure),
        Event::Unmasked { ground, first, second, until } => {
            let name = |id: &Uuid| directory.staff.get(id).map_or_else(String::new, |staff| staff.name.clone());
            let until = moment(lang, *until, &site.zone);
            let args = [("first", name(first).into()), ("second", name(second).into()), ("moment", until.into())];
            html! { p { (lang.say("story-unmasked", &args)) } (ground_words(lang, &site.rules(), (unmask::GROUNDS, ground))) }
        }
        other if follows(other) => followed::told(lang, site, other),
        other => told_by_people(lang, &directory, other),
    }
}

/// Names another site, also one that nothing goes to any more.
pub fn site_name(lang: Lang, directory: &Directory, peer: Uuid) -> String {
    directory.peers.get(&peer).map_or_else(String::new, |peer| lang.pick(&peer.name, &peer.name_en).to_owned())
}

/// Draws what went to another site, or came from there.
fn exchanged(lang: Lang, site: &Site, event: &Event) -> Markup {
    let (directory, rules) = (site.directory(), site.rules());
    let named = |peer: &Uuid| site_name(lang, &directory, *peer);
    match event {
        Event::HandedDown { peer, manner, back, words } => html! {
            p { (lang.say("story-handed-down", &[("site", named(peer).into()), ("manner", lang.code("manner", manner.code()).into())])) }
            @if let Some(back) = back { p { (lang.say("story-back", &[("day", day(lang, *back).into())])) } }
            (quote(words))
        },
        Event::TakenBack { peer, words } => html! { p { (named(peer)) } (quote(words)) },
        Event::Reminded { words } => quote(words),
        Event::SentBack { ground, words } => html! { (ground_words(lang, &rules, ("return", ground))) (quote(words)) },
        Event::Heard { step, .. } => heard(lang, &rules, step),
        _ => html! {},
    }
}

/// Draws what another site told. An answer that went on to the resident stands in full at its own step.
fn heard(lang: Lang, rules: &RuleSet, step: &Passed) -> Markup {
    match step {
        Passed::Received { number } => html! { p { (lang.say("story-their-number", &[("number", number.as_str().into())])) } },
        Passed::Accepted { last } => html! { p { (lang.say("story-until", &[("day", day(lang, *last).into())])) } },
        Passed::Extended { last, words } => {
            html! { (quote(words)) p { (lang.say("story-until", &[("day", day(lang, *last).into())])) } }
        }
        Passed::Asked { words, until } => {
            html! { (quote(words)) p { (lang.say("story-until", &[("day", day(lang, *until).into())])) } }
        }
        Passed::NotAccepted { ground, words } => html! { (ground_words(lang, rules, ("not_accept", ground))) (quote(words)) },
        Passed::SentBack { ground, words } => html! { (ground_words(lang, rules, ("return", ground))) (quote(words)) },
        Passed::Answered { reply, outcome } => html! {
            p { (lang.code("outcome", outcome.code())) }
            details { summary { (lang.t("story-whole")) } (reply_text(lang, rules, reply)) }
        },
        Passed::Rated { grade, words } => html! { p { (lang.code("grade", &grade.to_string())) } (quote(words)) },
        Passed::Handed { words }
        | Passed::Supplemented { words }
        | Passed::Reopened { words }
        | Passed::Reminded { words }
        | Passed::TakenBack { words } => quote(words),
        Passed::Ended { stage } => html! { p { (lang.code("stage", stage.code())) } },
        Passed::Closed => html! {},
    }
}

/// Draws how it was told: to the resident by a person, or further up.
fn told_by_people(lang: Lang, directory: &Directory, event: &Event) -> Markup {
    let named = |code: &str| office(lang, directory, code);
    match event {
        Event::Phoned { reached, words, otherwise, .. } => html! {
            p { (lang.t(match (otherwise, reached) {
                (true, _) => "story-told-otherwise",
                (false, true) => "story-phoned",
                (false, false) => "story-phoned-nobody",
            })) }
            (quote(words))
        },
        Event::LetterFailed { .. } => html! { p { (lang.t("story-letter-failed")) } },
        Event::Escalated { level, to, last, .. } => {
            let id = if *level == HEAD { "story-escalated-1" } else { "story-escalated-2" };
            html! { p { (lang.say(id, &[("day", day(lang, *last).into()), ("office", named(to).into())])) } }
        }
        Event::CameAgain { times, to, .. } => {
            html! { p { (lang.say("story-came-again", &[("times", i64::from(*times).into()), ("office", named(to).into())])) } }
        }
        Event::Alarmed { level } => {
            let id = match *level {
                HEAD => "story-alarmed-1",
                LEADERS => "story-alarmed-2",
                _ => "story-alarmed-0",
            };
            html! { p { (lang.t(id)) } }
        }
        _ => html! {},
    }
}

/// Draws what was handed to whom, on which ground, and since when it could not be told.
pub fn disclosed(lang: Lang, site: &Site, disclosure: &Disclosure) -> Markup {
    let (rules, directory) = (site.rules(), site.directory());
    let parts: Vec<String> = disclosure.parts.iter().map(|part| lang.code("part", part.code())).collect();
    let names = [disclosure.first, disclosure.second].into_iter().filter_map(|id| directory.staff.get(&id));
    let names: Vec<&str> = names.map(|staff| staff.name.as_str()).collect();
    let comma = lang.t("list-comma");
    html! {
        p { (lang.say("disclosed-to", &[
            ("body", disclosure.body.as_str().into()),
            ("day", day(lang, disclosure.day).into()),
            ("parts", parts.join(&comma).into()),
        ])) }
        (ground_words(lang, &rules, (disclose::GROUNDS, &disclosure.ground)))
        (quote(&disclosure.words))
        @if let Some(later) = &disclosure.held {
            p { (lang.t("disclosed-later")) }
            (ground_words(lang, &rules, (disclose::LATER, later)))
        }
        @if names.len() == 2 { p.quiet { (lang.say("disclosed-by", &[("names", names.join(&comma).into())])) } }
    }
}

/// Draws words somebody typed, line breaks kept.
pub fn quote(words: &str) -> Markup {
    html! { @if !words.is_empty() { p.words { (words) } } }
}

/// Draws a ground with its clause, and where it leads.
pub fn ground_words(lang: Lang, rules: &RuleSet, (list, code): (&str, &str)) -> Markup {
    let Some(ground) = rules.ground(list, code) else { return html! {} };
    let route = lang.pick(&ground.route_zh, &ground.route_en);
    html! {
        p { (lang.pick(&ground.zh, &ground.en)) " " span.quiet { (clause_link(lang, rules, &ground.clause)) } }
        @if !route.is_empty() { p { (route) } }
    }
}

/// Draws the newest reply or opinion in full: what the resident came for.
pub fn last_word(lang: Lang, rules: &RuleSet, steps: &[Step]) -> Markup {
    let word = steps.iter().rev().find_map(|step| match &step.event {
        Event::Replied { reply, .. } | Event::ReviewDecided { reply, .. } | Event::RecheckDecided { reply, .. } => {
            Some((step, reply))
        }
        _ => None,
    });
    html! {
        @if let Some((step, reply)) = word {
            section {
                h2 { (lang.code("event", step.event.kind())) }
                p.quiet { (day(lang, step.day)) }
                (reply_text(lang, rules, reply))
            }
        }
    }
}

/// Draws a written opinion with the parts the law names.
pub fn reply_text(lang: Lang, rules: &RuleSet, reply: &ReplyText) -> Markup {
    html! {
        dl.opinion {
            @for (head, text) in [("reply-request", &reply.request), ("reply-facts", &reply.facts), ("reply-opinion", &reply.opinion)] {
                dt { (lang.t(head)) }
                dd.words { (text) }
            }
            dt { (lang.t("reply-basis")) }
            @for clause in &reply.basis { dd { (clause_link(lang, rules, clause)) } }
            dt { (lang.t("reply-way-on")) }
            dd.words { (reply.way_on) }
        }
    }
}

/// Draws links to the attachments of a step; their addresses begin with `files_at`.
pub fn attachments(lang: Lang, (files_at, version): (&str, i64), files: &[FileRef]) -> Markup {
    html! {
        @if !files.is_empty() {
            ul.attachments {
                @for (at, file) in files.iter().enumerate() {
                    li { a href={ (files_at) "/" (version) "/" (at) } { (file.name) } (as_it_came(lang, file)) }
                }
            }
        }
    }
}

/// Warns of a file that could not be cleaned.
pub fn as_it_came(lang: Lang, file: &FileRef) -> Markup {
    html! { @if files::is_as_it_came(file) { br; small.quiet { (lang.t("file-as-it-came")) } } }
}

/// Says what kind of matter it is, as a title.
pub fn title(lang: Lang, kind: Kind) -> String {
    lang.code("kind", kind.code())
}
