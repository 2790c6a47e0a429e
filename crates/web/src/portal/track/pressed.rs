//! Telling the supervising body that somebody is put under pressure because of the matter, and what became of it. It is folded
//! away under the same few words whether anything was told or not, so that a glance at the screen shows nothing; and it goes
//! to the address that everything else goes to, so that no log line does.

use appeals::Event;
use appeals::sealed::Body;
use appeals::sealed::pressed::{self, Because, Report, WORDS_CHARS_MAX};
use appeals::view::Personal;
use axum::response::{IntoResponse, Response};
use civic::permit::{Act, Subject, may};
use civic::refusal::Refusal;
use maud::{Markup, html};

use super::load::{Found, Reported, seed};
use super::{sealed, story};
use crate::app::App;
use crate::error::{Problem, status};
use crate::extract::Fields;
use crate::kit::due::cite_rule;
use crate::kit::errors::Errors;
use crate::kit::field::{Field, Input, field};
use crate::kit::refusal::{reason, refusal_block, way_on};
use crate::kit::shell::Page;
use crate::session::Resident;
use crate::visit::Visit;
use crate::words::{Lang, day};

/// Draws it, folded away.
pub fn draw(
    app: &App,
    lang: Lang,
    (ready, reports): (Result<Body, Refusal>, &[Reported]),
    (typed, errors): (&Fields, &Errors),
) -> Markup {
    html! {
        details.act {
            summary { (lang.t("pressed-title")) }
            @for (own, told) in reports {
                section {
                    h3 { (lang.say("pressed-told", &[("day", day(lang, own.day).into())])) }
                    (story::quote(&own.filing.what))
                    (sealed::promised(app, lang, (own, told)))
                    (sealed::done(app, lang, (own, told)))
                }
            }
            @match ready {
                Ok(body) => (form(lang, &office(app, lang, body), reports.len(), (typed, errors))),
                Err(refusal) => p { (reason(lang, &refusal)) " " (way_on(lang, &refusal).unwrap_or_default()) },
            }
        }
    }
}

/// Draws, for each disclosure, one press that has the supervising body look into it. It goes the same way as a report of
/// pressure, to the same address; nobody who had a hand in it learns of it.
pub fn questions(app: &App, lang: Lang, (personal, reports): (&Personal, &[Reported])) -> Markup {
    let disclosures = personal.steps.iter().filter_map(|step| match &step.event {
        Event::Disclosed(disclosure) => Some(disclosure),
        _ => None,
    });
    let disclosures: Vec<_> = disclosures.collect();
    if disclosures.is_empty() {
        return html! {};
    }
    let looks = pressed::ready(&app.hall.site, &personal.state).ok();
    html! {
        p.quiet { (lang.t("disclosed-doubt")) }
        @if let Some(looks) = looks {
            @let office = office(app, lang, looks);
            @for disclosure in disclosures {
                @let facts = [("day", day(lang, disclosure.day).into()), ("body", disclosure.body.as_str().into())];
                form method="post" action="/track/act" enctype="multipart/form-data" data-once="" {
                    input type="hidden" name="act" value=(Act::ReportPressure.code());
                    input type="hidden" name="reports" value=(reports.len());
                    input type="hidden" name="pressed_words" value=(lang.say("disclosed-question", &facts));
                    div.acts { button.second { (lang.say("disclosed-ask", &[("body", disclosure.body.as_str().into()), ("office", office.as_str().into())])) } }
                }
            }
        }
    }
}

fn office(app: &App, lang: Lang, body: Body) -> String {
    let directory = app.hall.site.directory();
    body.office(&directory).map_or_else(String::new, |office| lang.pick(&office.name, &office.name_en).to_owned())
}

fn form(lang: Lang, office: &str, seen: usize, (typed, errors): (&Fields, &Errors)) -> Markup {
    let words = Field {
        name: "pressed_words", // other acts of the page have their own
        label: lang.t("pressed-words"),
        hint: lang.t("pressed-words-hint"),
        input: Input::Area(3),
        chars_max: WORDS_CHARS_MAX,
        ..Field::default()
    };
    html! {
        form method="post" action="/track/act" enctype="multipart/form-data" data-once="" {
            input type="hidden" name="act" value=(Act::ReportPressure.code());
            input type="hidden" name="reports" value=(seen);
            @if seen == 0 {
                p { (lang.say("pressed-why", &[("office", office.into())])) }
                p { (lang.t("pressed-who-sees")) }
            } @else {
                p { (lang.t("pressed-again")) }
            }
            (field(lang, &words, typed, errors))
            button { (lang.say("pressed-send", &[("office", office.into())])) }
        }
    }
}

/// Sends it. The answer names it in the page and not in an address.
pub async fn send(app: &App, visit: &Visit, resident: &Resident, found: &Found, fields: &Fields) -> Result<Response, Problem> {
    let seen = fields.get("reports").parse().map_err(|_| Problem::bad("field_name"))?;
    let (ready, reports) = match found {
        Found::Matter(personal, reports, _) => (pressed::ready(&app.hall.site, &personal.state), reports),
        Found::Sealed(own, _, reports) => (Ok(own.body()), reports),
    };
    match tell(app, resident, found, (seen, fields.get("pressed_words"))).await {
        Ok(()) => Ok(sent(app, visit, ready.unwrap_or(Body::Supervising))),
        Err(Problem::Refused(_, refusal)) => Ok(refused(app, visit, ((ready.ok(), reports), fields), &refusal)),
        Err(problem) => Err(problem),
    }
}

/// Tells it, because of the matter or the accusation that was found; `seen` reports had been told before.
pub async fn tell(app: &App, resident: &Resident, found: &Found, (seen, words): (usize, &str)) -> Result<(), Problem> {
    let matter = resident.track.matter;
    let because = match found {
        Found::Matter(..) => Because::Matter(matter),
        Found::Sealed(own, ..) => Because::Accusation(matter, own.clone()),
    };
    let subject = Subject { matter, ..Subject::default() };
    let permit = may(&app.hall.site.directory(), &resident.who(), Act::ReportPressure, &subject)?;
    let report = Report { permit, because, seed: seed(resident)?, seen, words: words.to_owned() };
    Ok(pressed::send(&app.hall, report).await?)
}

fn sent(app: &App, visit: &Visit, body: Body) -> Response {
    let (lang, site) = (visit.lang, &app.hall.site);
    let office = office(app, lang, body);
    let (rules, due) = (site.rules(), pressed::due(site, app.today()));
    let rule = rules.find_term(&due.term).map(|rule| cite_rule(lang, &rules, rule));
    let title = lang.say("pressed-sent", &[("office", office.into())]);
    let body = html! {
        h1 { (title) }
        p.lead { (lang.say("pressed-sent-why", &[("day", day(lang, due.due.last).into())])) }
        @if let Some(rule) = rule { p.quiet { (rule) } }
        p { (lang.t("pressed-sent-look")) }
        div.acts { a.button href="/track/matter" { (lang.t("track-back")) } }
    };
    Page::new(visit, &title).show(&body)
}

/// Shows why not, with the words that were typed.
fn refused(
    app: &App,
    visit: &Visit,
    ((ready, reports), sent): ((Option<Body>, &[Reported]), &Fields),
    refusal: &Refusal,
) -> Response {
    let lang = visit.lang;
    let title = lang.t("refused-rule-title");
    let body = html! {
        h1 { (title) }
        (refusal_block(lang, &app.hall.site.rules(), refusal))
        @if let Some(body) = ready {
            h2 { (lang.t("words-kept")) }
            (form(lang, &office(app, lang, body), reports.len(), (sent, &Errors::default())))
        }
        div.acts { a.button href="/track/matter" { (lang.t("track-back")) } }
    };
    (status(refusal.code), Page::new(visit, &title).show(&body)).into_response()
}
