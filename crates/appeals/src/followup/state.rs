//! Where the follow-up of a matter stands, folded from its events. It holds no personal text.

use std::collections::BTreeMap;

use civic::journal::Stored;
use jiff::civil::Date;

use super::Way;
use super::late::{Climbed, Owing};
use crate::appeal::{DueDate, Event, Grade, State};

/// Is all that follows the ratings of a matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Followup {
    /// The newest grade that nobody signed, and how it came.
    pub told: Option<(Grade, Way)>,
    /// What was put before the supervisor, oldest first. Nothing is taken out of it.
    pub criticisms: Vec<Criticism>,
    /// Call-backs of answers that were drawn, by the leaf that was drawn.
    pub drawn: BTreeMap<i64, Tried>,
    /// Leaf of the newest rating, and whether it was signed.
    rated: Option<(i64, bool)>,
}

/// Is one bad grade and what it set in motion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criticism {
    /// Number of its event within the matter.
    pub version: i64,
    /// The day it came.
    pub day: Date,
    /// 1 or 2.
    pub grade: u8,
    /// Leaf of what was rated.
    pub of: i64,
    /// Leaf of the rating.
    pub rating: i64,
    /// True where the resident signed it.
    pub signed: bool,
    /// The office that was rated.
    pub office: String,
    /// The call-back that is owed; none where nobody can be rung up.
    pub call: Option<Call>,
    /// Until when something is put right.
    pub rectify: DueDate,
    /// What was put right.
    pub rectified: Option<Rectified>,
    /// The office's objection.
    pub objection: Option<Objection>,
    /// How often it was answered.
    pub answers: u32,
    /// How far what is late was told upwards.
    pub late: BTreeMap<Owing, Climbed>,
}

/// Is a call-back that is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Until when.
    pub due: DueDate,
    /// How often nobody was reached.
    pub tries: u32,
    /// Set once it is over: true = somebody was reached.
    pub reached: Option<bool>,
}

/// Is how it stands with the call-back of an answer that was drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tried {
    /// How often somebody rang up.
    pub tries: u32,
    /// True once somebody was reached, or nobody was for the last time.
    pub over: bool,
}

/// Is something that was put right and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rectified {
    /// Its place in the public log.
    pub leaf: i64,
    /// Number of its event within the matter.
    pub version: i64,
    /// The day.
    pub day: Date,
    /// True where it came late.
    pub late: bool,
    /// The resident's mark of it, signed.
    pub mark: Option<u8>,
}

/// Is an office's objection to a rating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// The office of another line that decides.
    pub judge: String,
    /// Last day on which the resident answers it.
    pub heard_until: Date,
    /// True once they did.
    pub heard: bool,
    /// Until when it is decided.
    pub due: DueDate,
    /// Set once it is: true = the rating is set aside.
    pub upheld: Option<bool>,
}

impl Criticism {
    /// Tells whether another office set the rating aside.
    pub fn set_aside(&self) -> bool {
        self.objection.as_ref().is_some_and(|objection| objection.upheld == Some(true))
    }

    /// Returns the call-back that is still to be made.
    pub fn call_due(&self) -> Option<&Call> {
        self.call.as_ref().filter(|call| call.reached.is_none() && !self.set_aside())
    }

    /// Tells whether the office still owes something put right.
    pub fn owes_rectification(&self) -> bool {
        self.rectified.is_none() && !self.set_aside()
    }

    /// Returns an objection that waits for its decision.
    pub fn pending(&self) -> Option<&Objection> {
        self.objection.as_ref().filter(|objection| objection.upheld.is_none())
    }
}

impl Followup {
    /// Finds the criticism whose event has a number within the matter.
    pub fn criticism(&self, version: i64) -> Option<&Criticism> {
        self.criticisms.iter().find(|one| one.version == version)
    }

    /// Finds the oldest bad rating after which nothing was put right so far.
    pub fn to_rectify(&self) -> Option<&Criticism> {
        self.criticisms.iter().find(|one| one.owes_rectification())
    }

    /// Finds the newest thing that was put right and waits for the resident's mark.
    pub fn to_mark(&self) -> Option<&Rectified> {
        self.criticisms.iter().rev().find_map(|one| one.rectified.as_ref().filter(|done| done.mark.is_none()))
    }

    /// Finds an objection that waits for its decision.
    pub fn pending(&self) -> Option<(&Criticism, &Objection)> {
        self.criticisms.iter().find_map(|one| one.pending().map(|objection| (one, objection)))
    }

    /// Finds the newest criticism to which nobody objected.
    pub fn to_object(&self) -> Option<&Criticism> {
        self.criticisms.last().filter(|one| one.objection.is_none())
    }

    /// Names the office that decides, or decided last, about an objection.
    pub fn judge(&self) -> Option<&str> {
        let judges = self.criticisms.iter().rev().filter_map(|one| one.objection.as_ref());
        judges.map(|objection| objection.judge.as_str()).next()
    }

    fn find(&mut self, version: i64) -> Option<&mut Criticism> {
        self.criticisms.iter_mut().find(|one| one.version == version)
    }
}

impl State {
    /// Returns the newest grade of what was answered last, signed or told.
    pub fn graded(&self) -> Option<u8> {
        let of = self.reply().map(|reply| reply.leaf)?;
        let signed = self.rating.filter(|rating| rating.of == of);
        let told = self.followup.told.map(|(grade, _)| grade).filter(|grade| grade.of == of);
        signed.or(told).map(|grade| grade.grade)
    }

    /// Applies what belongs to the follow-up.
    pub(crate) fn apply_followup(&mut self, event: &Event, stored: &Stored) {
        let office = self.owner.clone();
        let follow = &mut self.followup;
        match event {
            Event::Rated { .. } => follow.rated = Some((stored.leaf, true)),
            Event::GradeTold { grade, of, way, .. } => {
                follow.rated = Some((stored.leaf, false));
                follow.told = Some((Grade { grade: *grade, of: *of }, *way));
            }
            Event::Criticised { grade, of, call, rectify } => {
                let (rating, signed) = follow.rated.unwrap_or((stored.leaf, false));
                follow.criticisms.push(Criticism {
                    version: stored.version,
                    day: stored.day,
                    grade: *grade,
                    of: *of,
                    rating,
                    signed,
                    office,
                    call: call.clone().map(|due| Call { due, tries: 0, reached: None }),
                    rectify: rectify.clone(),
                    rectified: None,
                    objection: None,
                    answers: 0,
                    late: BTreeMap::new(),
                });
            }
            Event::CalledBack { of, drawn, reached, over, .. } => {
                if let Some(leaf) = drawn {
                    let tried = follow.drawn.entry(*leaf).or_default();
                    (tried.tries, tried.over) = (tried.tries + 1, *reached || *over);
                }
                if let Some(call) = of.and_then(|of| follow.find(of)).and_then(|one| one.call.as_mut()) {
                    call.tries += 1;
                    call.reached = (*reached || *over).then_some(*reached);
                }
            }
            Event::Rectified { of, late, .. } => {
                let done = Rectified { leaf: stored.leaf, version: stored.version, day: stored.day, late: *late, mark: None };
                if let Some(one) = follow.find(*of) {
                    one.rectified = Some(done);
                }
            }
            Event::RectificationRated { grade, of, .. } => {
                follow.rated = Some((stored.leaf, true));
                let all = follow.criticisms.iter_mut().filter_map(|one| one.rectified.as_mut());
                all.filter(|done| done.leaf == *of).for_each(|done| done.mark = Some(*grade));
            }
            Event::FollowupLate { of, what, step, next, .. } => {
                let climbed = Climbed { step: *step, day: stored.day, next: *next };
                if let Some(one) = follow.find(*of) {
                    one.late.insert(*what, climbed);
                }
            }
            other => follow.apply_later(other),
        }
    }
}

impl Followup {
    fn apply_later(&mut self, event: &Event) {
        match event {
            Event::RatingObjected { of, judge, heard_until, due, .. } => {
                let (judge, due) = (judge.clone(), due.clone());
                let objection = Objection { judge, heard_until: *heard_until, heard: false, due, upheld: None };
                if let Some(one) = self.find(*of) {
                    one.objection = Some(objection);
                }
            }
            Event::ObjectionAnswered { of, .. } => {
                if let Some(objection) = self.find(*of).and_then(|one| one.objection.as_mut()) {
                    objection.heard = true;
                }
            }
            Event::ObjectionDecided { of, upheld, .. } => {
                if let Some(objection) = self.find(*of).and_then(|one| one.objection.as_mut()) {
                    objection.upheld = Some(*upheld);
                }
            }
            Event::CriticismAnswered { of, .. } => {
                if let Some(one) = self.find(*of) {
                    one.answers += 1;
                }
            }
            _ => {}
        }
    }
}
