//! What an event does to a post.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::event::{Event, Written};
use super::{Decided, Edition, Measure, Objection, Standing, State};

impl State {
    /// Begins a post.
    pub fn begin(id: Uuid, written: &Written, at: Timestamp) -> Self {
        let Written { kind, topic, place, theme, office, head, words, contact, held, .. } = written.clone();
        Self {
            id,
            kind,
            topic,
            place,
            theme,
            office,
            head,
            standing: if held { Standing::Held } else { Standing::Public },
            words,
            editions: Vec::new(),
            contact,
            written: at,
            shown: (!held).then_some(at),
            changed: at,
            reports: 0,
            hiding: None,
            objection: None,
            lock: None,
            moved: None,
            answered: false,
            number: String::new(),
            version: 1,
        }
    }

    /// Goes on with an event.
    pub fn apply(&mut self, event: &Event, (at, day): (Timestamp, Date)) {
        self.version += 1;
        let measure = |office: &String, ground: &String, words: &String| {
            Some(Measure { office: office.clone(), ground: ground.clone(), words: words.clone(), day })
        };
        match event {
            Event::Written(_) => {}
            Event::Published { .. } => {
                self.standing = Standing::Public;
                self.shown = self.shown.or(Some(at));
                self.changed = at;
            }
            Event::Edited { words, reason } => {
                let before = std::mem::replace(&mut self.words, words.clone());
                if self.kind.is_of_office() && self.standing == Standing::Public {
                    self.editions.push(Edition { until: day, words: before, reason: reason.clone() });
                }
                self.changed = at;
            }
            Event::Withdrawn => {
                self.standing = Standing::Withdrawn;
                self.words = super::Words::default();
                self.contact = super::Contact::default();
                self.reports = 0;
            }
            Event::Reported { .. } => self.reports = self.reports.saturating_add(1),
            Event::Left { .. } => self.reports = 0,
            Event::Hidden { office, ground, words } => {
                self.standing = Standing::Hidden;
                self.hiding = measure(office, ground, words);
                self.objection = None;
                self.reports = 0;
            }
            Event::Objected { words } => self.objection = Some(Objection { day, words: words.clone(), decided: None }),
            Event::Decided { office, stays, words } => {
                if let Some(objection) = &mut self.objection {
                    objection.decided = Some(Decided { office: office.clone(), stays: *stays, words: words.clone(), day });
                }
                if !stays {
                    self.standing = Standing::Public;
                    self.shown = self.shown.or(Some(at));
                    self.changed = at;
                }
            }
            Event::Locked { office, ground, words, on } => self.lock = measure(office, ground, words).filter(|_| *on),
            Event::Moved { office, ground, words, place, theme, to } => {
                self.moved = measure(office, ground, words);
                (self.place, self.theme, self.office) = (place.clone(), theme.clone(), to.clone());
                self.answered = false;
            }
            Event::Answered { .. } => {
                self.answered = true;
                self.changed = at;
            }
            Event::Matter { number } => self.number.clone_from(number),
        }
    }
}
