//! The steps of an accusation, for those who may open it, newest first.

use appeals::sealed::about::Accused;
use appeals::sealed::step::{Deed, Step};
use civic::directory::Directory;
use maud::{Markup, html};

use crate::desk::frame::Desk;
use crate::kit::Tone;
use crate::kit::timeline::{self, timeline};
use crate::portal::track::story::quote;
use crate::words::{Lang, day, moment};

/// Draws the steps.
pub fn draw(desk: &Desk, steps: &[Step]) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let draw = |step: &Step| timeline::Step {
        at: step.at.to_string(),
        when: moment(lang, step.at, &desk.app.hall.site.zone),
        who: who(lang, &directory, step),
        what: what(lang, &step.deed),
        tone: tone(&step.deed),
        more: more(desk, &directory, &step.deed),
    };
    timeline(&steps.iter().rev().map(draw).collect::<Vec<_>>())
}

fn who(lang: Lang, directory: &Directory, step: &Step) -> String {
    match (&step.deed, directory.staff.get(&step.by)) {
        (_, Some(staff)) => staff.name.clone(),
        (Deed::Late { .. }, None) => lang.t("who-system"),
        (_, None) => lang.t("sealed-escrow-holders"),
    }
}

/// Names a step.
pub fn what(lang: Lang, deed: &Deed) -> String {
    lang.code("sealed-step", deed.code())
}

/// Says what a step means.
pub fn tone(deed: &Deed) -> Tone {
    match deed {
        Deed::Answer { .. } => Tone::Done,
        Deed::Late { .. } => Tone::Late,
        Deed::Name { .. } | Deed::Ask { .. } | Deed::Agree { .. } | Deed::Escrow { .. } => Tone::Soon,
        _ => Tone::Plain,
    }
}

fn more(desk: &Desk, directory: &Directory, deed: &Deed) -> Markup {
    let lang = desk.lang();
    match deed {
        Deed::Name { accused } => html! { ul { @for one in accused { li { (named(lang, directory, one)) } } } },
        Deed::Ask { what, words } => html! { p { (lang.code("sealed-exception", what.code())) } (quote(words)) },
        other => told(lang, &desk.app.hall.site, other),
    }
}

/// Draws what a step says, as its accuser may read it too.
pub fn told(lang: Lang, site: &civic::site::Site, deed: &Deed) -> Markup {
    let rules = site.rules();
    match deed {
        Deed::Read { purpose } => {
            html! { p { (lang.say("sealed-purpose", &[("purpose", lang.code("purpose", purpose).into())])) } }
        }
        Deed::Refer { to, words } => html! { p { strong { (to) } } (quote(words)) },
        Deed::Decline { ground, words } => html! {
            @if let Some(ground) = rules.ground(appeals::sealed::step::GROUNDS, ground) {
                p { (lang.pick(&ground.zh, &ground.en)) }
                p { (lang.pick(ground.route_zh.as_str(), ground.route_en.as_str())) }
            }
            (quote(words))
        },
        Deed::Answer { words } => quote(words),
        Deed::Late { last, .. } => html! { p { (lang.say("sealed-late-last", &[("day", day(lang, *last).into())])) } },
        Deed::Agree { what, words, .. } => html! { p { (lang.code("sealed-exception", what.code())) } (quote(words)) },
        _ => html! {},
    }
}

fn named(lang: Lang, directory: &Directory, one: &Accused) -> String {
    match one {
        Accused::Person(id) => {
            directory.staff.get(id).map_or_else(String::new, |staff| format!("{} · {}", staff.name, staff.title))
        }
        Accused::Office(code) => {
            directory.offices.get(code).map_or_else(String::new, |office| lang.pick(&office.name, &office.name_en).to_owned())
        }
    }
}
