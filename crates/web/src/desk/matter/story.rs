//! The steps of a matter for staff, newest first on the screen: with their words while an access entry covers them, bare otherwise.

use appeals::view::{BareStep, Personal};
use civic::directory::Directory;
use civic::journal::Actor;
use maud::{Markup, html};
use uuid::Uuid;

use super::load::Matter;
use crate::desk::frame::Desk;
use crate::kit::Tone;
use crate::kit::timeline::{Step, timeline};
use crate::link;
use crate::portal::track::story;
use crate::words::{Lang, moment};

/// Draws the steps, newest first.
pub fn draw(desk: &Desk, matter: &Matter) -> Markup {
    let mut steps = steps(desk, matter);
    steps.reverse();
    timeline(&steps)
}

/// Draws the steps in the order in which they happened, as a file on paper is read.
pub fn in_order(desk: &Desk, matter: &Matter) -> Markup {
    timeline(&steps(desk, matter))
}

fn steps(desk: &Desk, matter: &Matter) -> Vec<Step> {
    let directory = desk.directory();
    match &matter.words {
        Some(personal) => told(desk, personal),
        None => matter.bare.iter().map(|step| bare(desk.lang(), desk, (&directory, step))).collect(),
    }
}

fn told(desk: &Desk, personal: &Personal) -> Vec<Step> {
    let (lang, site) = (desk.lang(), &desk.app.hall.site);
    let (directory, files) = (site.directory(), link::matter_files(&personal.state.number));
    let draw = |step: &appeals::view::Step| Step {
        at: step.at.to_string(),
        when: moment(lang, step.at, &site.zone),
        who: who(lang, &directory, (step.actor, step.event.heard())),
        what: what(lang, step.event.kind(), step.event.heard()),
        tone: story::tone(&step.event),
        more: story::more(lang, site, (step, &files)),
    };
    personal.steps.iter().map(draw).collect()
}

fn bare(lang: Lang, desk: &Desk, (directory, step): (&Directory, &BareStep)) -> Step {
    Step {
        at: step.at.to_string(),
        when: moment(lang, step.at, &desk.app.hall.site.zone),
        who: who(lang, directory, (step.actor, step.heard)),
        what: what(lang, &step.kind, step.heard),
        tone: Tone::Plain,
        more: html! {},
    }
}

/// Names a step as staff say it: some differ from what the resident is told.
fn what(lang: Lang, kind: &str, heard: Option<(Uuid, &'static str)>) -> String {
    match kind {
        "heard" => heard.map_or_else(String::new, |(_, step)| lang.code("step", step)),
        "referral_reported" => lang.t("step-referral-reported"),
        "phoned" => lang.t("step-phoned"),
        "supplement_asked" => lang.t("step-supplement-asked"),
        _ => lang.code("event", kind),
    }
}

/// Says who acted.
fn who(lang: Lang, directory: &Directory, (actor, heard): (Actor, Option<(Uuid, &'static str)>)) -> String {
    if let Some((peer, _)) = heard {
        return story::site_name(lang, directory, peer);
    }
    match actor {
        Actor::Resident => lang.t("who-resident"),
        other => story::who(lang, directory, other),
    }
}

/// Draws what happened after a version, for somebody who has seen that one: newest first, without words.
pub fn bare_since(desk: &Desk, matter: &Matter, version: i64) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let seen = usize::try_from(version).unwrap_or_default();
    let mut steps: Vec<Step> = matter.bare.iter().skip(seen).map(|step| bare(lang, desk, (&directory, step))).collect();
    steps.reverse();
    timeline(&steps)
}
