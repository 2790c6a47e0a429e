//! The timeline of a matter: when, who, what, why.

use maud::{Markup, html};

use super::Tone;
use super::icon::icon;

/// Is one step.
pub struct Step {
    /// Machine-readable time.
    pub at: String,
    /// The time in words.
    pub when: String,
    /// Who did it.
    pub who: String,
    /// What happened, as a short heading.
    pub what: String,
    /// What it means.
    pub tone: Tone,
    /// Words, files, reasons.
    pub more: Markup,
}

/// Draws a timeline in the order given: newest last for residents, newest first for staff.
pub fn timeline(steps: &[Step]) -> Markup {
    html! {
        ol.timeline {
            @for step in steps {
                li class=(step.tone.class()) {
                    span.dot { (icon(step.tone)) }
                    div {
                        h3 { (step.what) }
                        p.quiet { time datetime=(step.at) { (step.when) } " · " (step.who) }
                        (step.more)
                    }
                }
            }
        }
    }
}
