//! The ways people come in: which of them work, what waits, what could not be taken and why, and a letter to try.

use appeals::filing::phone;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::hotline::{self, Last};
use civic::inbox::{self, Standing, Stuck};
use civic::lease::Lease;
use civic::outbox::{self, CHAT, MAIL, Message, SMS, TRIAL, Trouble};
use civic::source::{self, Source};
use civic::{chance, refusal::Refusal, site::Site};
use db::{Fault, Tx};
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use uuid::Uuid;

use super::{Administrator, chat, paper};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::Tone;
use crate::kit::errors::{Errors, summary};
use crate::kit::facts::facts;
use crate::kit::field::{Field, Input, field};
use crate::kit::notice::notice;
use crate::kit::table::{Table, table};
use crate::link;
use crate::words::{Lang, moment};

/// The job of the process that is bound to the carrier of short messages.
const SMS_JOB: &str = "sms";
/// States of letters that are shown, in the order in which somebody asks for them.
const LETTERS: [&str; 4] = ["waiting", "failed", "returned", "unreachable"];
/// Messages listed of each state that waits for a person.
const STUCK_SHOWN_MAX: i64 = 20;
/// Digits of a number that takes short messages.
const MOBILE_DIGITS: usize = 11;
/// The field of the number that a trial goes to.
const MOBILE: &str = "mobile";
/// Reasons for lying aside for which a person may have a message taken all the same.
const MAY_BE_TAKEN: [&str; 5] = ["auto_reply", "list", "empty", "machine", "flood"];

/// Lists what the page has words for: what messages become or why they lie aside, and the states of letters.
pub const CODES: &[(&str, &[&str])] = &[
    (
        "inbox",
        &[
            "filed",
            "added",
            "returned",
            "delayed",
            "auto_reply",
            "list",
            "loop",
            "returned_odd",
            "empty",
            "shredded",
            "command",
            "rated",
            "thanks",
            "machine",
            "flood",
            "no_call",
            "no_matter",
            "closed_matter",
            "no_sound",
            "no_shelf",
            "odd_reference",
            "recording_gone",
            "recording_large",
            "talk",
        ],
    ),
    ("letters", &LETTERS),
    ("out-trouble", &["unreachable", "certificate", "silent", "pause", "address"]),
    ("chat-trouble", &["unreachable", "certificate", "login", "silent", "clock", "refused"]),
    ("trouble", &["unreachable", "certificate", "login", "folder", "silent", "clock", "signature"]),
];

/// Is what the page shows of one channel.
pub(super) struct Seen {
    /// Which one.
    of: &'static str,
    letters: Vec<(&'static str, i64, Option<Timestamp>)>,
    /// Why something does not go out.
    trouble: Option<Trouble>,
    stands: Vec<Standing>,
    failed: Vec<Stuck>,
    aside: Vec<Stuck>,
    pub(super) sources: Vec<Source>,
    /// Whether some process is bound to the carrier, or linked to the other end of the chat.
    pub(super) bound: bool,
}

/// Shows the page.
pub async fn show(Administrator(desk): Administrator) -> Result<Response, Problem> {
    draw(&desk, (&Fields::default(), &Errors::default())).await
}

/// Draws the page; a group that could not be bound, and a number that is none, stand in their form as they were typed.
pub(super) async fn draw(desk: &Desk, typed: (&Fields, &Errors)) -> Result<Response, Problem> {
    let (blank, well) = (Fields::default(), Errors::default());
    let (of_text, of_group) = if typed.1.of(MOBILE).is_some() { (typed, (&blank, &well)) } else { ((&blank, &well), typed) };
    let looked = desk.read(|tx, site, now| {
        let (mail, sms) = (look(tx, (site, now), MAIL)?, look(tx, (site, now), SMS)?);
        let chat = (look(tx, (site, now), CHAT)?, chat::look(tx, site)?);
        let recordings = look(tx, (site, now), hotline::CHANNEL)?;
        Ok::<_, Fault>((mail, sms, chat, (recordings, hotline::last(tx, site, now - SignedDuration::from_hours(24))?)))
    });
    let (mail, sms, chat, hotline) = looked.await?;
    let (lang, paper) = (desk.lang(), paper::draw(desk).await?);
    let body = html! {
        h1 { (lang.t("admin-channels")) }
        p.quiet { (lang.t("channels-intro")) }
        section { h2 { (lang.t("channels-in")) } (coming(desk, &mail)) }
        section { h2 { (lang.t("channels-out")) } (going(desk, &mail)) }
        section { h2 { (lang.t("channels-sms")) } (texts(desk, &sms, of_text)) }
        section { h2 { (lang.t("channels-chat")) } (chat::draw(desk, &chat, of_group)) }
        section { h2 { (lang.t("channels-hotline")) } (calls(desk, &hotline)) }
        section { h2 { (lang.t("channels-paper")) } (paper) }
    };
    Ok(desk.page(&lang.t("admin-channels"), &body))
}

fn look(tx: &mut Tx<'_>, (site, now): (&Site, Timestamp), channel: &'static str) -> Result<Seen, Fault> {
    let jurisdiction = site.jurisdiction;
    let mut letters = Vec::new();
    for state in LETTERS {
        let (many, last) = outbox::in_state(tx, jurisdiction, (channel, state))?;
        letters.push((state, many, last));
    }
    Ok(Seen {
        of: channel,
        letters,
        trouble: outbox::trouble(tx, jurisdiction, channel)?,
        stands: inbox::stands(tx, jurisdiction, channel)?,
        failed: inbox::stuck(tx, jurisdiction, (channel, "failed"), STUCK_SHOWN_MAX)?,
        aside: inbox::stuck(tx, jurisdiction, (channel, "aside"), STUCK_SHOWN_MAX)?,
        sources: source::all(tx, site, channel)?,
        bound: match channel {
            SMS => Lease::is_held(tx, jurisdiction, SMS_JOB, now)?,
            CHAT => Lease::is_held(tx, jurisdiction, civic::chat::JOB, now)?,
            _ => false,
        },
    })
}

/// Has a letter to try written, or a message looked into once more.
pub async fn act(Administrator(desk): Administrator, Form(fields): Form) -> Result<Response, Problem> {
    match fields.get("act") {
        "trial" => trial(&desk).await,
        "ring" => ring(&desk).await,
        "text" => text(&desk, &fields).await,
        "bind" | "unbind" | "try-group" => chat::act(&desk, &fields).await,
        _ => again(&desk, &fields).await,
    }
}

/// Writes a letter to whoever presses, so that they see it arrive.
async fn trial(desk: &Desk) -> Result<Response, Problem> {
    if !desk.app.writes_letters {
        return Err(Refusal::new("no_letters").instead("set_smtp").into());
    }
    if desk.person().email.is_none() {
        return Err(Refusal::new("own_address_missing").instead("set_own_address").into());
    }
    let recipient = format!("staff:{}", desk.person().id);
    desk.write(move |tx, site, (now, chance)| {
        let message = Message { matter: Uuid::nil(), event: 0, recipient, template: TRIAL, channel: MAIL };
        Ok(outbox::put(tx, site.jurisdiction, (chance::id_ordered(chance, now), now), &message)?)
    })
    .await?;
    Ok(done(link::ADMIN_CHANNELS, "trial"))
}

/// Writes a short message to the telephone that whoever presses has in hand.
async fn text(desk: &Desk, fields: &Fields) -> Result<Response, Problem> {
    if desk.app.sms_number.is_none() {
        return Err(Problem::Absent);
    }
    let Some(mobile) = phone(fields.get(MOBILE)).filter(|digits| digits.len() == MOBILE_DIGITS) else {
        let mut errors = Errors::default();
        errors.add(MOBILE, desk.lang().t("refusal-post-mobile"));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(desk, (fields, &errors)).await?).into_response());
    };
    desk.write(move |tx, site, (now, chance)| {
        let id = chance::id_ordered(chance, now);
        let recipient = outbox::to_number(site, id, &mobile, chance);
        let message = Message { matter: Uuid::nil(), event: 0, recipient, template: TRIAL, channel: SMS };
        Ok(outbox::put(tx, site.jurisdiction, (id, now), &message)?)
    })
    .await?;
    Ok(done(link::ADMIN_CHANNELS, "texted"))
}

/// Has a call without a number ring at the hotline's desk, so that whoever presses sees it come.
async fn ring(desk: &Desk) -> Result<Response, Problem> {
    let directory = desk.directory();
    let named = desk.app.hotline.as_ref().map(|hotline| hotline.office.clone()).filter(|office| !office.is_empty());
    let office =
        named.or_else(|| directory.root().and_then(|root| directory.intake(&root.code)).map(|office| office.code.clone()));
    let office = office.ok_or(Problem::Absent)?;
    desk.write(move |tx, site, by| Ok(hotline::ring(tx, site, by, &office)?)).await?;
    Ok(done(link::ADMIN_CHANNELS, "rung"))
}

async fn again(desk: &Desk, fields: &Fields) -> Result<Response, Problem> {
    let id: Uuid = fields.get("message").parse().map_err(|_| Problem::Absent)?;
    let state = if fields.get("act") == "take" { "aside" } else { "failed" };
    let known = desk.write(move |tx, site, (now, _)| Ok(inbox::again(tx, site.jurisdiction, (id, state), now)?)).await?;
    if !known {
        return Err(Problem::Absent);
    }
    Ok(done(link::ADMIN_CHANNELS, "again"))
}

/// Draws what comes in by mail.
fn coming(desk: &Desk, seen: &Seen) -> Markup {
    let lang = desk.lang();
    let Some(address) = &desk.app.mail_address else {
        return notice(Tone::Plain, &lang.t("channels-mail-none"), &html! { p { (lang.t("channels-mail-none-way")) } });
    };
    came(desk, seen, vec![(lang.t("channels-mail-address"), html! { (address) })])
}

/// Draws short messages, both ways, and how to try them.
fn texts(desk: &Desk, seen: &Seen, (typed, errors): (&Fields, &Errors)) -> Markup {
    let lang = desk.lang();
    let Some(number) = &desk.app.sms_number else {
        return notice(Tone::Plain, &lang.t("channels-sms-none"), &html! { p { (lang.t("channels-sms-none-way")) } });
    };
    let line = if seen.bound { lang.t("channels-sms-bound") } else { lang.t("channels-sms-unbound") };
    let mobile =
        Field { name: MOBILE, label: lang.t("channels-sms-mobile"), required: true, input: Input::Phone, ..Field::default() };
    let rows = vec![(lang.t("channels-sms-number"), html! { (number) }), (lang.t("channels-sms-line"), html! { (line) })];
    html! {
        @if !seen.bound { (notice(Tone::Late, &lang.t("channels-sms-unbound"), &html! { p { (lang.t("channels-sms-unbound-why")) } })) }
        (came(desk, seen, rows))
        (sent(desk, seen, &lang.t("channels-texts")))
        (summary(lang, errors))
        form method="post" action=(link::ADMIN_CHANNELS) {
            (field(lang, &mobile, typed, errors))
            div.acts { button.second name="act" value="text" { (lang.t("channels-sms-try")) } }
        }
        p.hint { (lang.say("channels-sms-trial", &[("number", number.as_str().into())])) }
    }
}

/// Draws the hotline: when a call last came, what stands in the way, recordings that wait, and a call to try.
fn calls(desk: &Desk, (seen, last): &(Seen, Last)) -> Markup {
    let (lang, zone) = (desk.lang(), &desk.app.hall.site.zone);
    let Some(hotline) = &desk.app.hotline else {
        return notice(Tone::Plain, &lang.t("channels-hotline-none"), &html! { p { (lang.t("channels-hotline-none-way")) } });
    };
    let at = last.at.map_or_else(|| lang.t("channels-never"), |at| moment(lang, at, zone));
    let rows = vec![
        (lang.t("channels-hotline-number"), html! { (hotline.number) }),
        (lang.t("channels-hotline-last"), html! { (at) }),
        (lang.t("channels-hotline-day"), html! { (last.calls) }),
    ];
    html! {
        @if hotline.heard { (came(desk, seen, rows)) } @else {
            (facts(&rows))
            (notice(Tone::Plain, &lang.t("channels-hotline-unheard"), &html! { p { (lang.t("channels-hotline-unheard-why")) } }))
        }
        form method="post" action=(link::ADMIN_CHANNELS) {
            div.acts { button.second name="act" value="ring" { (lang.t("channels-hotline-trial")) } }
        }
        p.hint { (lang.t("channels-hotline-trial-why")) }
    }
}

/// Draws what came in, below what is said of the channel.
pub(super) fn came(desk: &Desk, seen: &Seen, mut rows: Vec<(String, Markup)>) -> Markup {
    let (lang, zone) = (desk.lang(), &desk.app.hall.site.zone);
    let last = seen.stands.iter().map(|stand| stand.last).max();
    let many = |state: &str| seen.stands.iter().filter(|stand| stand.state == state).map(|stand| stand.many).sum::<i64>();
    rows.push((
        lang.t("channels-last"),
        last.map_or_else(|| html! { (lang.t("channels-never")) }, |last| html! { (moment(lang, last, zone)) }),
    ));
    rows.push((lang.t("channels-waiting"), html! { (many("waiting")) }));
    let became = seen.stands.iter().filter(|stand| stand.state == "done");
    let became: Vec<Vec<Markup>> =
        became.map(|stand| vec![html! { (word(lang, "inbox", &stand.outcome)) }, html! { (stand.many) }]).collect();
    html! {
        (facts(&rows))
        @if seen.of != CHAT { (sources(desk, &seen.sources)) }
        @if !became.is_empty() {
            (table(&Table { caption: lang.t("channels-became"), heads: vec![lang.t("channels-what"), lang.t("channels-many")], rows: became }))
        }
        @if !seen.failed.is_empty() {
            (notice(Tone::Late, &lang.t("channels-failed"), &html! { p { (lang.t("channels-failed-why")) } }))
            (stuck(desk, (&lang.t("channels-failed"), "retry"), &seen.failed))
        }
        @if !seen.aside.is_empty() { (stuck(desk, (&lang.t("channels-aside"), "take"), &seen.aside)) p.hint { (lang.t("channels-aside-why")) } }
    }
}

/// Draws the places that messages are fetched from: when each was last reached, and what stands in the way.
fn sources(desk: &Desk, all: &[Source]) -> Markup {
    let (lang, zone) = (desk.lang(), &desk.app.hall.site.zone);
    html! {
        @for source in all {
            @let reached = source.reached_at.map_or_else(|| lang.t("channels-never"), |at| moment(lang, at, zone));
            (facts(&[(lang.t("channels-source"), html! { (source.name) }), (lang.t("channels-reached"), html! { (reached) })]))
            @if let Some((code, since)) = &source.trouble {
                (notice(Tone::Late, &word(lang, "trouble", code), &html! {
                    p { (lang.say("channels-trouble-since", &[("since", moment(lang, *since, zone).into())])) }
                }))
            }
        }
    }
}

/// Draws the messages that wait for a person; nothing of their words.
fn stuck(desk: &Desk, (caption, act): (&str, &str), all: &[Stuck]) -> Markup {
    let (lang, zone) = (desk.lang(), &desk.app.hall.site.zone);
    let why = |stuck: &Stuck| if stuck.outcome.is_empty() { stuck.detail.clone() } else { word(lang, "inbox", &stuck.outcome) };
    let rows = all.iter().map(|stuck| {
        let may = act == "retry" || MAY_BE_TAKEN.contains(&stuck.outcome.as_str());
        let button = html! {
            @if may {
                form.inline method="post" action=(link::ADMIN_CHANNELS) {
                    input type="hidden" name="message" value=(stuck.id);
                    button.second name="act" value=(act) { (label(lang, act)) }
                }
            }
        };
        vec![html! { (moment(lang, stuck.came_at, zone)) }, html! { (why(stuck)) }, button]
    });
    let heads = vec![lang.t("channels-came"), lang.t("channels-why"), lang.t("channels-act")];
    table(&Table { caption: caption.to_owned(), heads, rows: rows.collect() })
}

/// Says a code of another crate; one that is newer than this page is shown as it is.
pub(super) fn word(lang: Lang, family: &'static str, code: &str) -> String {
    let known = CODES.iter().any(|(own, codes)| *own == family && codes.contains(&code));
    if known { lang.code(family, code) } else { code.to_owned() }
}

fn label(lang: Lang, act: &str) -> String {
    if act == "retry" { lang.t("channels-retry") } else { lang.t("channels-take") }
}

/// Draws the letters that go out.
fn going(desk: &Desk, seen: &Seen) -> Markup {
    let lang = desk.lang();
    if !desk.app.writes_letters {
        return notice(Tone::Soon, &lang.t("channels-letters-none"), &html! { p { (lang.t("channels-letters-none-way")) } });
    }
    html! {
        (sent(desk, seen, &lang.t("channels-letters")))
        form method="post" action=(link::ADMIN_CHANNELS) {
            div.acts { button name="act" value="trial" { (lang.t("channels-trial")) } }
        }
    }
}

/// Draws the messages that have not arrived.
pub(super) fn sent(desk: &Desk, seen: &Seen, caption: &str) -> Markup {
    let (lang, zone) = (desk.lang(), &desk.app.hall.site.zone);
    let row = |(state, many, last): &(&'static str, i64, Option<Timestamp>)| {
        let last = last.map_or_else(|| lang.t("channels-never"), |last| moment(lang, last, zone));
        vec![html! { (word(lang, "letters", state)) }, html! { (many) }, html! { (last) }]
    };
    let heads = vec![lang.t("channels-what"), lang.t("channels-many"), lang.t("channels-last")];
    html! {
        (table(&Table { caption: caption.to_owned(), heads, rows: seen.letters.iter().map(row).collect() }))
        @if let Some(trouble) = &seen.trouble { (hindered(desk, trouble)) }
    }
}

/// Says why something does not go out, and what happens next.
fn hindered(desk: &Desk, trouble: &Trouble) -> Markup {
    let (lang, zone) = (desk.lang(), &desk.app.hall.site.zone);
    let times = ("times", trouble.attempts.into());
    let title = lang.say("channels-out-trouble", &[("why", why_not_sent(lang, &trouble.why).into())]);
    match trouble.next_at {
        Some(next) => {
            let next = [times, ("moment", moment(lang, next, zone).into())];
            notice(Tone::Late, &title, &html! { p { (lang.say("channels-out-again", &next)) } })
        }
        None => notice(Tone::Soon, &title, &html! { p { (lang.say("channels-out-given-up", &[times])) } }),
    }
}

/// Puts into words what a worker noted of a message that was not taken.
fn why_not_sent(lang: Lang, noted: &str) -> String {
    let says = |parts: &[&str]| parts.iter().any(|part| noted.contains(part));
    let code = match noted {
        _ if says(&["certificate"]) => "certificate",
        _ if says(&["cannot be reached", "away", "ended"]) => "unreachable",
        _ if says(&["in time", "no answer"]) => "silent",
        _ if says(&["pause"]) => "pause",
        _ if says(&["address"]) => "address",
        _ => {
            let code = noted.rsplit(' ').next().unwrap_or_default();
            return lang.say("channels-out-answered", &[("code", code.into())]);
        }
    };
    word(lang, "out-trouble", code)
}
