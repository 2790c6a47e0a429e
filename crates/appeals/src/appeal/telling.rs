//! What a resident has to be told, and what of it only a call can tell: whoever left nothing but a telephone number is
//! written to by nobody, so a person rings up. The same of what a letter told that was given up.

use civic::journal::Stored;
use civic::rules::RuleSet;
use jiff::civil::Date;
use worktime::Calendar;

use super::due::compute;
use super::event::Event;
use super::kind::Kind;
use super::state::State;

/// Steps written to the resident that are kept in mind: a letter is given up within hours.
const WRITTEN_MAX: usize = 16;

/// Is something a resident has to be told by telephone, or is told by letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    /// Who has to hear it: the place of somebody who speaks beside whoever filed it; none for whoever did.
    pub speaker: Option<usize>,
    /// Number of its event within the matter.
    pub version: i64,
    /// Place of its event in the journal.
    pub position: i64,
    /// The day it happened.
    pub day: Date,
    /// Template code of the message.
    pub template: &'static str,
    /// The legal last day of the step itself, where it has one: it was given to be told by then.
    pub legal: Option<Date>,
}

impl Untold {
    /// Returns the day by which it must be told: some working days after it happened (`site.tell_by_phone`), and never
    /// later than the legal last day.
    pub fn until(&self, rules: &RuleSet, calendar: &Calendar) -> Date {
        let own = compute(rules, calendar, "site.tell_by_phone", self.day).due.last;
        self.legal.map_or(own, |legal| legal.min(own))
    }

    /// Returns what lists sort by, known without any rule: what is late by law first, then what waits longest.
    pub(crate) fn rank(&self) -> Date {
        self.legal.map_or(self.day, |legal| legal.min(self.day))
    }
}

/// Names the message that an event is to the resident; none where it is no news to them.
pub fn message(event: &Event) -> Option<&'static str> {
    Some(match event {
        Event::Filed(_) => "filed",
        Event::Accepted { .. } => "accepted",
        Event::NotAccepted { .. } => "not_accepted",
        Event::Extended { .. } => "extended",
        Event::Paused { .. } => "paused",
        Event::Resumed { .. } => "resumed",
        Event::Taken { .. } | Event::Arbitrated { .. } | Event::Moved { .. } => "new_owner",
        Event::Returned { .. } => "stays",
        Event::SupplementAsked { .. } => "supplement_asked",
        Event::Replied { .. } => "replied",
        Event::ReviewDecided { .. } | Event::RecheckDecided { .. } => "review_decided",
        Event::ReviewAsked { .. } | Event::RecheckAsked { .. } => "under_review",
        Event::DueRecomputed { due, before: Some(before) } if *before != due.due.last => match due.term.as_str() {
            "xf.review_request" | "xf.recheck_request" => "word_moved",
            _ => "due_moved",
        },
        Event::WithdrawAsked { .. } => "withdraw_asked",
        Event::Withdrawn => "withdrawn",
        Event::CodeReissued { .. } => "code_reissued",
        Event::DelegateNamed { .. } => "delegate_named",
        Event::Closed { .. } => "closed",
        Event::Disclosed(_) => "disclosed",
        Event::HandedDown { .. } => "handed_down",
        Event::Rectified { .. } => "rectified",
        Event::RatingObjected { .. } => "rating_objected",
        Event::ObjectionAnswered { spoken: Some(_), .. } => "objection_heard",
        Event::ObjectionDecided { .. } => "objection_decided",
        _ => return None,
    })
}

/// Names the message that has to be told by telephone. Who files, or gets a new code, holds it in their hands already; and
/// nobody is rung up to hear that nothing changed, or what they said themselves a moment ago.
pub fn call(event: &Event) -> Option<&'static str> {
    message(event).filter(|template| !matches!(*template, "filed" | "code_reissued" | "stays" | "objection_heard"))
}

impl State {
    /// Notes what has to be told by telephone, and what a call has told. Called before the event changes the clock: the last
    /// day that ran until now is the one by which the step had to be told.
    pub(super) fn note_call(&mut self, event: &Event, stored: &Stored) {
        match event {
            Event::Phoned { of, reached, speaker, .. } => {
                self.calls += 1;
                if *reached {
                    self.untold.retain(|one| one.speaker != *speaker || !of.contains(&one.version));
                    self.calls = 0;
                }
            }
            Event::LetterFailed { of } => {
                let at = self.written.iter().position(|one| one.version == *of);
                self.untold.extend(at.map(|at| self.written.remove(at)));
                self.untold.sort_by_key(|one| one.version);
            }
            // whoever opened their page has read what was written to them
            Event::Delivered { manner, .. } if manner == "opened" => self.written.clear(),
            _ => self.note_told(event, stored),
        }
    }

    fn note_told(&mut self, event: &Event, stored: &Stored) {
        let reachable = self.kind != Kind::Accusation && (!self.contacts.is_empty() || self.post_only());
        let by_phone = self.phone_only() || self.post_only();
        let Some(template) = call(event).filter(|_| reachable) else { return };
        let legal = match event {
            Event::Accepted { .. }
            | Event::NotAccepted { .. }
            | Event::Extended { .. }
            | Event::Replied { .. }
            | Event::ReviewDecided { .. }
            | Event::RecheckDecided { .. } => Some(self.shown_due().due.last),
            Event::SupplementAsked { until, .. } | Event::RatingObjected { heard_until: until, .. } => Some(*until),
            _ => None,
        };
        let (version, position, day) = (stored.version, stored.position, stored.day);
        let one = Untold { speaker: None, version, position, day, template, legal };
        // whoever speaks beside them and left a number only is rung up too, however the first of them is told
        let beside = self.speakers.called.iter().map(|at| Untold { speaker: Some(*at), ..one.clone() }).collect::<Vec<_>>();
        if by_phone {
            self.untold.push(one);
            self.untold.extend(beside);
            return;
        }
        self.untold.extend(beside);
        if self.written.len() >= WRITTEN_MAX {
            self.written.remove(0);
        }
        self.written.push(one);
    }
}
