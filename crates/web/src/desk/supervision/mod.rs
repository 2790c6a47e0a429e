//! Supervision at the desk (督查督办): the cards that hang on late matters, what climbs and what waits to be looked at.

mod cards;
mod take;

use axum::routing::get;
use civic::permit::{Act, Subject};
use civic::refusal::Refusal;
use civic::rules::RuleSet;

use super::frame::Desk;
use crate::kit::Tone;
use crate::route::Route;
use crate::words::Lang;

/// Lists the addresses.
pub const ROUTES: &[Route] = &[
    Route::staff("/desk/supervision", "GET", || get(cards::show)),
    Route::staff("/desk/supervision/take/{form}", "GET", || get(take::show)),
];

/// Says whose cards this person sees: of all offices (`None`), or of the own one.
pub fn sees(desk: &Desk) -> Result<Option<String>, Refusal> {
    if desk.permit(Act::JudgeEvidence, &Subject::site()).is_ok() || desk.permit(Act::SeeAccess, &Subject::site()).is_ok() {
        return Ok(None);
    }
    let own = desk.person().office.clone();
    desk.permit(Act::See, &Subject { owner: own.clone(), ..Subject::default() })?;
    Ok(Some(own))
}

/// Names a rung of the ladder.
pub fn rung(lang: Lang, rules: &RuleSet, level: u8) -> String {
    rules.rung(level).map_or_else(|| level.to_string(), |rung| lang.pick(&rung.zh, &rung.en).to_owned())
}

/// The first rung that is red.
const RED: u8 = 2;

/// Says what a rung means at a glance.
pub fn rung_tone(level: u8) -> Tone {
    if level >= RED { Tone::Late } else { Tone::Soon }
}
