//! The state of an appeal, folded from its events. It holds no personal text.

use std::collections::BTreeMap;

use civic::outbox;
use civic::permit::Subject;
use civic::vault::KeyId;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;
use worktime::Pause;

use super::due::DueDate;
use super::event::{Suggested, Via};
use super::handed::Handed;
use super::kind::{Channel, Identity, Kind, Outcome, Sender, Stage};
use super::noted::Noted;
use super::origin::Origin;
use super::telling::Untold;
use crate::followup::Followup;
use crate::supervise::Supervision;

/// Is what a person said a matter is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sorting {
    /// The day on which somebody first said so.
    pub day: Date,
    /// Code of the category or topic, as it was said last.
    pub to: String,
    /// What a machine had suggested before somebody first said so.
    pub said: Option<Suggested>,
}

/// Is an offer of the matter to another office, not yet taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The office it is offered to.
    pub to: String,
    /// Last day to object; after it, it counts as taken.
    pub until: Date,
}

/// Is a co-handling office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoHandler {
    /// Its own last day.
    pub until: Date,
    /// True once it answered.
    pub answered: bool,
}

/// Is a department that was called in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whistle {
    /// When it must have reported in.
    pub until: Timestamp,
    /// Set once it did: true = late.
    pub came_late: Option<bool>,
    /// How the caller rated its coming.
    pub grade: Option<u8>,
}

/// Is a report that an office sent the person on by word of mouth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// The office.
    pub office: String,
    /// Set once it answered: true = it admitted.
    pub admitted: Option<bool>,
}

/// Is a reply or the opinion of a review, as far as clocks and ratings need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its place in the public log.
    pub leaf: i64,
    /// The day it was given.
    pub day: Date,
    /// The day it reached the resident.
    pub delivered: Option<Date>,
    /// Until when the next step may be asked for.
    pub until: Option<DueDate>,
}

/// Is a review or re-review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// The office that decides.
    pub office: String,
    /// Its term.
    pub due: DueDate,
    /// Past pauses of its term.
    pub pauses: Vec<Pause>,
    /// First day of a running pause.
    pub paused: Option<Date>,
    /// The decision.
    pub decided: Option<Reply>,
}

/// Is how far a missed last day was told upwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// The last day that was missed.
    pub last: Date,
    /// The step taken.
    pub level: u8,
    /// Last day before the next step; none after the last.
    pub next: Option<Date>,
}

/// Is how often, and how far up, danger to life was told again that nobody opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alarm {
    /// When it was told last.
    pub at: Timestamp,
    /// The step taken.
    pub level: u8,
    /// How often it was told again.
    pub times: u32,
}

/// Is the newest rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grade {
    /// 1 to 5; 5 is best.
    pub grade: u8,
    /// Leaf of the reply that was rated.
    pub of: i64,
}

/// Is where an appeal stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The matter.
    pub matter: Uuid,
    /// Number of its newest event.
    pub version: i64,
    /// Position of the filing event, for its title.
    pub filed_position: i64,
    /// The matter's key.
    pub key_id: KeyId,
    /// Its number.
    pub number: String,
    /// What the resident wants.
    pub kind: Kind,
    /// Who may know who the resident is.
    pub identity: Identity,
    /// How it came in.
    pub channel: Channel,
    /// What is known of how it came.
    pub came: Came,
    /// Language of its answers.
    pub language: String,
    /// Where it stands.
    pub stage: Stage,
    /// The one office that holds it.
    pub owner: String,
    /// The member of staff who works on it.
    pub handler: Option<Uuid>,
    /// Place code.
    pub place: Option<String>,
    /// First-level category, once registered.
    pub category: Option<String>,
    /// What a person said it is about, on three levels.
    pub sorted: Option<Sorting>,
    /// True where the resident wants no machine to read it for a suggestion.
    pub unread: bool,
    /// Category or topic of what many said of its place, where its resident says that it is the same.
    pub joins: Option<String>,
    /// True where steps and dates may be shown to everybody.
    pub agreed: bool,
    /// When something last happened.
    pub changed_at: Timestamp,
    /// True under the simplified track.
    pub simplified: bool,
    /// True where a life may be in danger.
    pub danger: bool,
    /// How many people stand behind it.
    pub people: u32,
    /// When it came in.
    pub received_at: Timestamp,
    /// The day it came in.
    pub received: Date,
    /// The running due date of the office.
    pub due: DueDate,
    /// The day it was accepted.
    pub accepted: Option<Date>,
    /// An offer to another office.
    pub offer: Option<Offer>,
    /// How often it was returned.
    pub returns: u32,
    /// True while the joint conference has to rule.
    pub disputed: bool,
    /// True once it ruled; the ruling binds.
    pub arbitrated: bool,
    /// Co-handling offices.
    pub co_handlers: BTreeMap<String, CoHandler>,
    /// Departments called in.
    pub whistles: BTreeMap<String, Whistle>,
    /// Reports of being sent on.
    pub referrals: Vec<Referral>,
    /// True once extended.
    pub extended: bool,
    /// Past pauses of the running term.
    pub pauses: Vec<Pause>,
    /// First day of a running pause.
    pub paused: Option<Date>,
    /// To whom two persons opened who told it in confidence, and until when.
    pub unmasked: Option<(Uuid, Timestamp)>,
    /// How far missed last days were told upwards, and the cards that hang on it because of them.
    pub supervision: Supervision,
    /// How danger to life was told again; none before the first time.
    pub alarm: Option<Alarm>,
    /// True once somebody of an office opened it or acted on it, where a life may be in danger.
    pub alarm_answered: bool,
    /// Until when the resident was asked to add something.
    pub supplement_until: Option<Date>,
    /// How often the resident came with it: the filing, and each reopening.
    pub appeals: u32,
    /// Who of the staff answered it.
    pub answered: Vec<Uuid>,
    /// Replies, oldest first.
    pub replies: Vec<Reply>,
    /// Set once followed up since the newest reply: true = the resident said that it helped.
    pub followed_up: Option<bool>,
    /// What follows its ratings.
    pub followup: Followup,
    /// The newest rating.
    pub rating: Option<Grade>,
    /// Public half of the rating key.
    pub rating_key: String,
    /// When an asked withdrawal comes into force.
    pub withdraw_until: Option<Timestamp>,
    /// The matter it was merged into.
    pub merged_into: Option<Uuid>,
    /// The review.
    pub review: Option<Review>,
    /// The re-review.
    pub recheck: Option<Review>,
    /// True while somebody may act for the resident.
    pub delegate: bool,
    /// Who speaks for many.
    pub speakers: Speakers,
    /// Offices that held it before.
    pub former: Vec<String>,
    /// Blind indexes of the contacts, hexadecimal.
    pub contacts: Vec<String>,
    /// How they are told of what happens.
    pub hears: Hears,
    /// What has to be told by telephone, oldest first.
    pub untold: Vec<Untold>,
    /// What was lately written to them by letter, oldest first: a letter that is given up is told by telephone.
    pub written: Vec<Untold>,
    /// Calls since the resident was last reached.
    pub calls: u32,
    /// Keyed hash of the submit key, hexadecimal.
    pub submit: String,
    /// What figures count, oldest first.
    pub noted: Vec<Noted>,
    /// The last day that strangers were told last: by it a reply is in time or not.
    pub due_told: Date,
    /// What the newest reply or opinion came to.
    pub outcome: Option<Outcome>,
    /// How it stands with other sites.
    pub handed: Handed,
}

/// Is what is known of how a matter came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Came {
    /// What the channel found out about who wrote, where it can.
    pub sender: Option<Sender>,
    /// Box, pile, days and register, where a person typed it in or the sign of a box led here.
    pub origin: Option<Origin>,
    /// The program of somebody else that sent it.
    pub via: Option<Via>,
}

/// Is who speaks for many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Speakers {
    /// How many were noted, whoever filed it among them; 0 where they came alone.
    pub count: usize,
    /// Which of those beside whoever filed it are written to by e-mail, by their places.
    pub written: Vec<usize>,
    /// Which of them left a telephone number only, by their places: each is rung up.
    pub called: Vec<usize>,
}

/// Says how a person tells a resident what no machine can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByHand {
    /// They left a telephone number that they did not write from, and no e-mail address: somebody rings up.
    Call,
    /// They left nothing but an address: somebody writes to them on paper.
    Post,
}

/// Is how a resident is told of what happens, beside the way they came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hears {
    /// How a person tells them what no machine can; none where they are written to, or look by themselves.
    pub by_hand: Option<ByHand>,
    /// The telephone that the matter names asked for short messages about it.
    pub texts: bool,
}

impl State {
    /// Tells whether a person has to ring up.
    pub fn phone_only(&self) -> bool {
        self.hears.by_hand == Some(ByHand::Call) && !self.hears.texts
    }

    /// Tells whether a person has to write on paper.
    pub fn post_only(&self) -> bool {
        self.hears.by_hand == Some(ByHand::Post)
    }

    /// Tells whether what happens is told by short message: it came so, or the telephone that it names asked for that.
    pub fn is_texted(&self) -> bool {
        self.channel == Channel::Sms || self.hears.texts
    }

    /// Names the channel by which the resident is written to: the one they came by, unless their telephone asked for short messages.
    pub fn way(&self) -> &'static str {
        match self.channel {
            _ if self.is_texted() => outbox::SMS,
            Channel::Chat => outbox::CHAT,
            _ => outbox::MAIL,
        }
    }

    /// Tells whether something is still owed.
    pub fn is_open(&self) -> bool {
        !self.stage.is_final()
    }

    /// Returns the newest reply.
    pub fn reply(&self) -> Option<&Reply> {
        self.replies.last()
    }

    /// Returns a review that waits for its decision, the re-review first.
    pub fn pending_review(&self) -> Option<&Review> {
        [&self.recheck, &self.review].into_iter().flatten().find(|review| review.decided.is_none())
    }

    /// Returns the newest reply or opinion, whichever came last.
    pub fn last_word(&self) -> Option<&Reply> {
        let recheck = self.recheck.as_ref().and_then(|review| review.decided.as_ref());
        let review = self.review.as_ref().and_then(|review| review.decided.as_ref());
        recheck.or(review).or(self.reply())
    }

    /// Tells whether the clock that is shown stands still.
    pub fn clock_paused(&self) -> bool {
        self.pending_review().map_or(self.paused, |review| review.paused).is_some()
    }

    pub(crate) fn last_word_mut(&mut self) -> Option<&mut Reply> {
        let recheck = self.recheck.as_mut().and_then(|review| review.decided.as_mut());
        let review = self.review.as_mut().and_then(|review| review.decided.as_mut());
        recheck.or(review).or(self.replies.last_mut())
    }

    /// Returns the due date that is shown: the reviewer's while a review runs, else the holder's.
    pub fn shown_due(&self) -> &DueDate {
        self.pending_review().map_or(&self.due, |review| &review.due)
    }

    /// Returns the due date that presses most: of a holder who owes a reply and a reviewer, the earlier one.
    pub fn pressing_due(&self) -> &DueDate {
        let shown = self.shown_due();
        if self.owes_reply() && self.due.due.last < shown.due.last { &self.due } else { shown }
    }

    /// Tells whether the office still owes a reply.
    pub fn owes_reply(&self) -> bool {
        self.is_open() && !matches!(self.stage, Stage::Replied | Stage::FollowedUp)
    }

    /// Tells whether a life may be in danger and nobody opened the matter so far.
    pub fn unheard(&self) -> bool {
        self.danger && !self.alarm_answered && self.stage == Stage::Received && self.merged_into.is_none()
    }

    /// Lists who owes a word by which day while the clock runs: the holder, and the office that reviews.
    pub fn promised(&self) -> Vec<(&str, &DueDate)> {
        let holder = (self.owes_reply() && self.paused.is_none()).then_some((self.owner.as_str(), &self.due));
        let reviewer = self.pending_review().filter(|review| review.paused.is_none());
        holder.into_iter().chain(reviewer.map(|review| (review.office.as_str(), &review.due))).collect()
    }

    /// Tells whether an office or a reviewer still owes a word: only then the due date presses.
    pub fn owes_word(&self) -> bool {
        self.owes_reply() || self.pending_review().is_some()
    }

    /// Describes the matter to the permit.
    pub fn subject(&self) -> Subject {
        let mut invited: Vec<String> = self.offer.iter().map(|offer| offer.to.clone()).collect();
        invited.extend(self.co_handlers.keys().chain(self.whistles.keys()).cloned());
        invited.extend(self.referrals.iter().map(|referral| referral.office.clone()));
        let reviewer = [&self.recheck, &self.review].into_iter().flatten().next().map(|review| review.office.clone());
        Subject {
            matter: self.matter,
            owner: self.owner.clone(),
            invited,
            former: self.former.clone(),
            reviewer,
            judge: self.followup.judge().map(str::to_owned),
            contacts: self.contacts.clone(),
            place: self.place.clone(),
            handler: self.handler,
            guarded: guarded(self.kind, self.identity),
        }
    }
}

/// Tells whether a matter may be about the very people who serve its place: then only those above them handle it.
pub fn guarded(kind: Kind, identity: Identity) -> bool {
    matches!(kind, Kind::Complaint | Kind::Accusation) || identity == Identity::Confidential
}
