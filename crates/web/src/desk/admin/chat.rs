//! Chats on the page of channels: whether the other end is there, what came of messages, and the groups that are told what is published.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::chat::{self, TRIAL, Told};
use civic::directory::{ChatGroup, Directory, Entry, NAME_CHARS_MAX};
use civic::outbox::{self, CHAT, Message};
use civic::refusal::Refusal;
use civic::{chance, site::Site};
use db::{Fault, Tx};
use maud::{Markup, html};
use uuid::Uuid;

use super::channels::{Seen, came, sent, word};
use super::places::options;
use super::set::{mark, set, wrong};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::Fields;
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::errors::{Errors, summary};
use crate::kit::facts::facts;
use crate::kit::field::{Field, field, select};
use crate::kit::notice::notice;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::forum::theme_options;
use crate::words::{Lang, moment};

/// Digits of the longest number of a group.
const NUMBER_CHARS_MAX: usize = 18;

/// Is a group with how far it was told.
pub(super) type Group = (ChatGroup, Option<Told>);

/// Looks how far each group was told.
pub(super) fn look(tx: &mut Tx<'_>, site: &Site) -> Result<Vec<Group>, Fault> {
    let groups: Vec<ChatGroup> = site.directory().groups.values().filter(|group| group.active).cloned().collect();
    groups.into_iter().map(|group| Ok((group.clone(), chat::told(tx, site, &group.code)?))).collect()
}

/// Binds a group, lets it go, or has something said in it to try.
pub(super) async fn act(desk: &Desk, fields: &Fields) -> Result<Response, Problem> {
    let code = fields.get("code").trim().to_owned();
    let standing = desk.directory().groups.get(&code).cloned();
    match fields.get("act") {
        "bind" => {
            let text = |name: &str| fields.get(name).trim().to_owned();
            let maybe = |name: &str| Some(text(name)).filter(|text| !text.is_empty());
            let theme = maybe("theme").filter(|code| desk.app.hall.site.rules().category(code).is_some());
            let (office, topics) = (maybe("office"), fields.get("topics") == "yes");
            let group = ChatGroup { code, name: text("name"), place: text("place"), theme, office, topics, active: true };
            let (seen, change) = match &standing {
                Some(old) if old.active => return Err(Refusal::new("group_bound").instead("unbind_first").into()),
                Some(old) => (mark(Some(&Entry::Group(old.clone()))), "edited"),
                None => (mark(None), "added"),
            };
            match set(desk, &seen, Entry::Group(group), change).await {
                Ok(()) => Ok(done(link::ADMIN_CHANNELS, "group_bound")),
                Err(no) => {
                    let errors = wrong(desk.lang(), no)?;
                    let page = super::channels::draw(desk, (fields, &errors)).await?;
                    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
                }
            }
        }
        "unbind" => {
            let old = standing.filter(|group| group.active).ok_or(Problem::Absent)?;
            let seen = mark(Some(&Entry::Group(old.clone())));
            set(desk, &seen, Entry::Group(ChatGroup { active: false, ..old }), "ended").await?;
            Ok(done(link::ADMIN_CHANNELS, "group_unbound"))
        }
        _ => {
            standing.filter(|group| group.active).ok_or(Problem::Absent)?;
            let recipient = format!("bound:{code}");
            desk.write(move |tx, site, (now, chance)| {
                let message = Message { matter: Uuid::nil(), event: 0, recipient, template: TRIAL, channel: CHAT };
                Ok(outbox::put(tx, site.jurisdiction, (chance::id_ordered(chance, now), now), &message)?)
            })
            .await?;
            Ok(done(link::ADMIN_CHANNELS, "group_trial"))
        }
    }
}

/// Draws the chat.
pub(super) fn draw(desk: &Desk, (seen, groups): &(Seen, Vec<Group>), typed: (&Fields, &Errors)) -> Markup {
    let lang = desk.lang();
    let Some(own) = &desk.app.chat else {
        return notice(Tone::Plain, &lang.t("channels-chat-none"), &html! { p { (lang.t("channels-chat-none-way")) } });
    };
    let line = if seen.bound { lang.t("channels-chat-bound") } else { lang.t("channels-chat-unbound") };
    let rows = vec![
        (lang.t("channels-chat-account"), html! { (own.name) " " (own.account) }),
        (lang.t("channels-chat-line"), html! { (line) }),
    ];
    html! {
        @if !seen.bound { (notice(Tone::Late, &lang.t("channels-chat-unbound"), &html! { p { (lang.t("channels-chat-unbound-why")) } })) }
        (came(desk, seen, rows))
        (ways(desk, seen))
        (sent(desk, seen, &lang.t("channels-chats")))
        p.hint { (lang.say("channels-chat-trial", &[("name", own.name.as_str().into()), ("account", own.account.as_str().into())])) }
        h3 { (lang.t("channels-groups")) }
        p.quiet { (lang.t("channels-groups-why")) }
        @if groups.is_empty() { (empty(&lang.t("channels-groups-none"), &lang.t("channels-groups-none-why"), &html! {})) }
        @else { (list(desk, groups)) }
        (form(desk, typed))
    }
}

/// Draws the ways to the other end: when each last stood, and what is in the way.
fn ways(desk: &Desk, seen: &Seen) -> Markup {
    let (lang, zone) = (desk.lang(), &desk.app.hall.site.zone);
    html! {
        @for source in &seen.sources {
            @if let Some((code, since)) = &source.trouble {
                @let facts = [("name", way(lang, &source.name).into()), ("since", moment(lang, *since, zone).into())];
                (notice(Tone::Late, &word(lang, "chat-trouble", code), &html! { p { (lang.say("channels-chat-since", &facts)) } }))
            } @else if let Some(reached) = source.reached_at {
                (facts(&[(lang.t("channels-chat-way"), html! { (way(lang, &source.name)) }), (lang.t("channels-reached"), html! { (moment(lang, reached, zone)) })]))
            }
        }
    }
}

/// Says which way it is: by its address, where we go there.
fn way(lang: Lang, name: &str) -> String {
    match name {
        "reverse" => lang.t("channels-chat-reverse"),
        "reverse event" => lang.t("channels-chat-reverse-event"),
        "reverse api" => lang.t("channels-chat-reverse-api"),
        "messages" => lang.t("channels-chat-messages"),
        "heard" => lang.t("channels-chat-heard"),
        address => address.to_owned(),
    }
}

fn list(desk: &Desk, groups: &[Group]) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let heads = ["channels-group", "channels-group-place", "channels-group-told", "channels-act"].map(|key| lang.t(key)).to_vec();
    let rows = groups.iter().map(|group| row(desk, &directory, group)).collect();
    table(&Table { caption: lang.t("channels-groups"), heads, rows })
}

fn row(desk: &Desk, directory: &Directory, (group, told): &Group) -> Vec<Markup> {
    let (lang, zone) = (desk.lang(), &desk.app.hall.site.zone);
    let place = directory.places.get(&group.place).map_or("", |place| lang.pick(&place.name, &place.name_en));
    let rules = desk.app.hall.site.rules();
    let theme = group.theme.as_ref().and_then(|code| rules.category(code)).map(|row| lang.pick(&row.zh, &row.en).to_owned());
    let office = group.office.as_ref().and_then(|code| directory.offices.get(code)).map(|own| lang.pick(&own.name, &own.name_en));
    let last = told.as_ref().and_then(|told| told.told_at);
    let trouble = told.as_ref().and_then(|told| told.trouble.as_ref());
    let button = |act: &str, label: &str| {
        html! {
            form.inline method="post" action=(link::ADMIN_CHANNELS) {
                input type="hidden" name="code" value=(group.code);
                button.second name="act" value=(act) { (lang.t(label)) span.unseen { (group.name) } }
            }
        }
    };
    vec![
        html! { div { (group.name) br; span.quiet { (group.code) } } },
        html! { div {
            (place)
            @if let Some(theme) = theme { br; (theme) }
            @if let Some(office) = office { br; (office) }
            @if group.topics { br; span.quiet { (lang.t("channels-group-topics-yes")) } }
        } },
        html! { div {
            (last.map_or_else(|| lang.t("channels-group-untold"), |at| moment(lang, at, zone)))
            @if let Some((code, _)) = trouble { br; span.quiet { (word(lang, "chat-trouble", code)) } }
        } },
        html! { div { (button("try-group", "channels-group-try")) (button("unbind", "channels-group-unbind")) } },
    ]
}

/// Asks for a group and its place.
fn form(desk: &Desk, (typed, errors): (&Fields, &Errors)) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    html! {
        h3 { (lang.t("channels-group-bind")) }
        (summary(lang, errors))
        form method="post" action=(link::ADMIN_CHANNELS) {
            @for own in [number(lang), name(lang)] { (field(lang, &own, typed, errors)) }
            (select(lang, &place(lang), &options(lang, &directory), typed, errors))
            @for (own, list) in about(desk, &directory) { (select(lang, &own, &list, typed, errors)) }
            div.acts { button name="act" value="bind" { (lang.t("channels-group-bind")) } }
        }
    }
}

/// Asks what a group is about beside its place: a theme, an office, and whether topics of the board are told.
fn about(desk: &Desk, directory: &Directory) -> [(Field<'static>, Vec<(String, String)>); 3] {
    let lang = desk.lang();
    let line = |name, label: &str, hint: &str| Field {
        name,
        label: lang.t(label),
        hint: lang.t(hint),
        depends: true,
        ..Field::default()
    };
    let every = |key: &str| std::iter::once((String::new(), lang.t(key)));
    let open = directory.offices.values().filter(|office| directory.open(office));
    let offices = open.map(|own| (own.code.clone(), lang.pick(&own.name, &own.name_en).to_owned()));
    let themes = theme_options(lang, &desk.app.hall.site.rules());
    let topics =
        vec![(String::new(), lang.t("channels-group-topics-no")), ("yes".to_owned(), lang.t("channels-group-topics-yes"))];
    [
        (line("theme", "channels-group-theme", "channels-group-theme-hint"), every("forum-everything").chain(themes).collect()),
        (
            line("office", "channels-group-office", "channels-group-office-hint"),
            every("channels-group-every").chain(offices).collect(),
        ),
        (line("topics", "channels-group-topics", "channels-group-topics-hint"), topics),
    ]
}

fn number(lang: Lang) -> Field<'static> {
    let (label, hint) = (lang.t("channels-group-number"), lang.t("channels-group-number-hint"));
    Field { name: "code", label, hint, required: true, chars_max: NUMBER_CHARS_MAX, ..Field::default() }
}

fn name(lang: Lang) -> Field<'static> {
    let (label, hint) = (lang.t("channels-group-name"), lang.t("channels-group-name-hint"));
    Field { name: "name", label, hint, required: true, chars_max: NAME_CHARS_MAX, ..Field::default() }
}

fn place(lang: Lang) -> Field<'static> {
    let (label, hint) = (lang.t("channels-group-place"), lang.t("channels-group-place-hint"));
    Field { name: "place", label, hint, required: true, ..Field::default() }
}
