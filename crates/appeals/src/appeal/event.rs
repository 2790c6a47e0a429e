//! The events of an appeal. They hold codes and arguments, never rendered sentences; version 1 is readable for ever.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::disclosed::Disclosure;
use super::due::DueDate;
use super::handed::{Manner, Step};
use super::kind::{Channel, Identity, Kind, Outcome, Sender};
use super::origin::{Origin, Spokesperson};
use crate::followup::{Detail, Owing, Spoken, Way};

/// Names an attachment as the event keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// File name as it came, for display only.
    pub name: String,
    /// Type by content, such as `image/jpeg`.
    pub media: String,
    /// Bytes as received.
    pub size: u64,
    /// SHA-256 of the bytes as received, hexadecimal.
    pub sha256: String,
    /// Address of the sealed original.
    pub original: String,
    /// Address of the sealed copy without metadata; the same as `original` where nothing had to be removed.
    pub cleaned: String,
    /// The key it alone is sealed with, hexadecimal; none where that is the matter's own. A file with a key of its own can be
    /// handed to other matters by naming it there: the body that holds this key is sealed under each matter's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// True where the scanner could not be reached when it came in: it is looked into each time before others are shown it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unscanned: bool,
}

/// Is what a resident filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filing {
    /// The matter's number.
    pub number: String,
    /// What happened, in the resident's own words.
    pub what: String,
    /// Place code; none for "I don't know".
    pub place: Option<String>,
    /// The place in the resident's own words.
    pub place_words: String,
    /// What the resident wants.
    pub kind: Kind,
    /// Who may know who the resident is.
    pub identity: Identity,
    /// Name; empty when anonymous.
    pub name: String,
    /// Telephone; empty when none.
    pub mobile: String,
    /// E-mail; empty when none.
    pub email: String,
    /// True where the resident says that somebody's life is in danger.
    pub danger: bool,
    /// How many people stand behind it; 1 unless it is a group appeal.
    pub people: u32,
    /// Language of the answers, `zh-CN` or `en`.
    pub language: String,
    /// The way it came in.
    pub channel: Channel,
    /// Attachments.
    pub files: Vec<FileRef>,
    /// Office that holds it first.
    pub owner: String,
    /// First due date.
    pub due: DueDate,
    /// Keyed hash of the query code, hexadecimal.
    pub code: String,
    /// Keyed hash of the submit key, hexadecimal.
    pub submit: String,
    /// SHA-256 of the form as sent, hexadecimal.
    pub form: String,
    /// Public half of the rating key, base64.
    pub rating_key: String,
    /// Blind indexes of the contacts, hexadecimal.
    pub contacts: Vec<String>,
    /// Version of the rules in force.
    pub rules: String,
    /// True where the resident wants no machine to read it for a suggestion.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
    /// Category or topic of what many said of the same place, where the resident says that theirs is the same; no matter is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joins: Option<String>,
    /// What the channel found out about who wrote, where it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
    /// The program of somebody else that sent it, and what it said along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
    /// True where the resident agrees that steps and dates, without the person, are shown to everybody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub agreed: bool,
    /// Where an answer by post goes; empty when none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// The account of a chat that they wrote from, where they came that way; empty when none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub chat: String,
    /// Who else speaks for the others, where many came with a common matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spokespersons: Vec<Spokesperson>,
    /// What is known of how it came, where a person typed it in or the sign of a box led here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// Is what a program of somebody else says along with a matter it sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Via {
    /// The program, by its id in the directory.
    pub client: Uuid,
    /// What the resident says it is about: the code of a category or topic.
    pub topic: String,
}

/// Is what a machine had suggested when a person said what a matter is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggested {
    /// Code of the category or topic.
    pub code: String,
    /// How sure it was, of a thousand.
    pub sure: u16,
}

/// Is the text of a reply (处理意见书): the parts the law names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyText {
    /// The resident's request, as understood.
    pub request: String,
    /// Facts and reasons.
    pub facts: String,
    /// The opinion: what is done, by whom, until when.
    pub opinion: String,
    /// Clauses it rests on, `instrument:article`.
    pub basis: Vec<String>,
    /// The lawful way on.
    pub way_on: String,
    /// Papers and pictures that belong to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileRef>,
}

/// Is anything that happens to an appeal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields repeat the words of the variant that documents them")]
#[expect(clippy::large_enum_variant, reason = "events are few at a time and live shortly")]
pub enum Event {
    /// A resident filed it.
    Filed(Filing),
    /// The holder registered it and chose a category.
    Registered { category: String },
    /// The holder accepted it; the handling term begins.
    Accepted { category: String, due: DueDate },
    /// Somebody of the holder said what it is about, on three levels; a machine may have suggested something before.
    Sorted {
        to: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<Suggested>,
    },
    /// Somebody of the holder said which kind it is, where the resident did not; a due date only where it comes sooner.
    KindNamed {
        to: Kind,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<DueDate>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<Kind>,
    },
    /// The holder declined it with a ground.
    NotAccepted { ground: String, words: String },
    /// It was put under the simplified track.
    Simplified { due: DueDate },
    /// The holder offered it to another office, which has until a day to object.
    Assigned { to: String, words: String, until: Date },
    /// The other office took it, or did not object in time.
    Taken { office: String, silent: bool },
    /// The other office returned it with a ground; the sender holds it as before.
    Returned { office: String, ground: String, words: String, count: u32 },
    /// It goes to the joint conference.
    Disputed { office: String, ground: String, words: String },
    /// The joint conference ruled who owns it.
    Arbitrated { to: String, words: String },
    /// Co-handling offices were called in, each with a term.
    CalledIn { offices: Vec<String>, words: String, until: Date },
    /// A co-handling office answered.
    CoAnswered { office: String, words: String },
    /// A village or street called departments in (吹哨).
    Whistled { offices: Vec<String>, words: String, until: Timestamp },
    /// A called department reported in (报到).
    WhistleAnswered { office: String, words: String, late: bool },
    /// The caller rated the coming.
    WhistleGraded { office: String, grade: u8 },
    /// A desk noted that the person was sent on by word of mouth.
    ReferralReported { office: String, words: String },
    /// The sender confirmed or answered that.
    ReferralAnswered { office: String, admitted: bool, words: String },
    /// The handling term was extended.
    Extended { ground: String, words: String, due: DueDate },
    /// The clock stands still.
    Paused { ground: String, words: String },
    /// The clock runs again.
    Resumed { due: Option<DueDate> },
    /// The resident was asked for more.
    SupplementAsked { words: String, until: Date },
    /// The resident added something.
    Supplemented { words: String, files: Vec<FileRef> },
    /// A reply was given.
    Replied { reply: ReplyText, outcome: Outcome, shared_from: Option<Uuid> },
    /// The reply (or a review's opinion) reached the resident; the time to ask for a review begins.
    Delivered {
        manner: String,
        proof: String,
        until: Option<DueDate>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
    },
    /// Staff rang the resident up to tell what happened, or told it otherwise: `of` names the events by their numbers within the matter.
    Phoned {
        of: Vec<i64>,
        reached: bool,
        words: String,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        otherwise: bool,
        /// Who was rung up: the place of somebody who speaks beside whoever filed it; none for whoever did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        speaker: Option<usize>,
    },
    /// A letter to the resident about the event with this number within the matter was given up: a person tells it.
    LetterFailed { of: i64 },
    /// The resident was asked whether it helped.
    FollowedUp { words: String, satisfied: bool },
    /// It was closed on a ground.
    Closed {
        ground: String,
        words: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileRef>,
    },
    /// It was merged into another matter; it keeps its own answer.
    Merged { into: Uuid, number: String },
    /// The merge was undone.
    Unmerged { from: Uuid },
    /// The spokespersons of a group were noted.
    SpokespersonsNamed { names: Vec<String> },
    /// It was handed to a colleague.
    HandedOver { to: Uuid },
    /// A reorganisation moved it to the office that took over.
    Moved { to: String, change: String },
    /// The resident says that it is the same as what many said of its place; `subject` is a category or topic, and no matter is named.
    Joined { subject: String },
    /// The resident asked to withdraw; in force at an instant unless taken back.
    WithdrawAsked { words: String, until: Timestamp },
    /// The resident took the withdrawal back.
    WithdrawRevoked,
    /// The withdrawal came into force.
    Withdrawn,
    /// The resident rated the reply; the signature is made with the rating key.
    Rated {
        grade: u8,
        of: i64,
        words: String,
        signature: String,
        #[serde(default, skip_serializing_if = "Detail::is_empty")]
        detail: Detail,
    },
    /// Somebody told a grade by a way that signs nothing: a short message, a chat, an independent call-back.
    GradeTold { grade: u8, of: i64, words: String, way: Way },
    /// Whoever holds the telephone that the matter names asked, from that telephone, for short messages about it.
    TextsWanted,
    /// The resident wants no more of them.
    TextsStopped,
    /// A bad grade was put before the supervisor; until when somebody rings up, and until when something is put right.
    Criticised { grade: u8, of: i64, call: Option<DueDate>, rectify: DueDate },
    /// An office of another line rang up: after a bad rating (`of`), or because the answer was drawn (its leaf).
    CalledBack { of: Option<i64>, drawn: Option<i64>, reached: bool, over: bool, words: String },
    /// The holder showed what was put right.
    Rectified { of: i64, words: String, files: Vec<FileRef>, late: bool },
    /// The resident rated what was put right; the signature is made with the rating key.
    RectificationRated { grade: u8, of: i64, words: String, signature: String },
    /// The holder objects to a rating; an office of another line decides, after the resident was heard.
    RatingObjected { of: i64, rating: i64, ground: String, words: String, judge: String, heard_until: Date, due: DueDate },
    /// The resident answered that.
    ObjectionAnswered {
        of: i64,
        words: String,
        /// How they told it, where a member of staff of another line wrote it down.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        spoken: Option<Spoken>,
    },
    /// It was decided; the rating stays in the log, set aside or not.
    ObjectionDecided { of: i64, rating: i64, judge: String, upheld: bool, words: String },
    /// A supervisor answered criticism.
    CriticismAnswered { of: i64, words: String },
    /// What a bad rating set in motion was not there by its day: whoever owes it was told, or the leaders above.
    FollowupLate { of: i64, rating: i64, what: Owing, step: u8, office: String, to: String, last: Date, next: Option<Date> },
    /// The resident reopened it.
    Reopened { words: String, due: DueDate },
    /// The resident came so often with it, the filing counted, that the leaders of an office above were told; it counts against the
    /// office.
    CameAgain { times: u32, office: String, to: String },
    /// The resident asked the next higher office for a review (复查).
    ReviewAsked { office: String, words: String, due: DueDate },
    /// The review was decided.
    ReviewDecided { reply: ReplyText, outcome: Outcome },
    /// The resident asked for a re-review (复核).
    RecheckAsked { office: String, words: String, due: DueDate },
    /// The re-review was decided.
    RecheckDecided { reply: ReplyText, outcome: Outcome },
    /// The resident named who may act for them (代办).
    DelegateNamed { name: String, mobile: String, code: String },
    /// The resident took that back.
    DelegateRemoved,
    /// A new query code was given at a window; the old one is dead.
    CodeReissued { code: String, rating_key: String, shown: String, second: Uuid },
    /// A loaded or corrected calendar changed a date; `before` is the last day until then.
    DueRecomputed {
        due: DueDate,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Date>,
    },
    /// The last day passed without the promised word: the late office's head, or the leaders above it, were told.
    Escalated {
        level: u8,
        office: String,
        to: String,
        term: String,
        last: Date,
        next: Option<Date>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        card: bool,
    },
    /// The holder showed what was done about a matter that has a card.
    EvidenceShown { of: i64, words: String, files: Vec<FileRef> },
    /// A supervisor of another line said whether that is enough; if not, when the ladder goes on.
    EvidenceJudged { of: i64, enough: bool, words: String, next: Option<Date> },
    /// A supervisor noted that a talk was held, a notice given, or the matter listed.
    MeasureTaken { of: i64, rung: u8, words: String },
    /// A life may be in danger and nobody opened the matter: it was told again, and how far up.
    Alarmed { level: u8 },
    /// Somebody of an office opened a matter of danger to life for the first time.
    AlarmAnswered { office: String },
    /// It was handed to a body that the law names; the resident is told with this event.
    Disclosed(Disclosure),
    /// Two persons opened to the first of them, for a time, who told it in confidence.
    Unmasked { ground: String, first: Uuid, second: Uuid, until: Timestamp },
    /// The holder handed it down to another site, which works on it; the holder holds it as before.
    HandedDown { peer: Uuid, manner: Manner, back: Option<Date>, words: String },
    /// The holder took it back from there.
    TakenBack { peer: Uuid, words: String },
    /// The holder pressed for it there.
    Reminded { words: String },
    /// The holder says to the site above that it is not its business.
    SentBack { ground: String, words: String },
    /// The other site told a step of it: `of` is its number there.
    Heard { peer: Uuid, of: i64, mark: String, step: Step },
}

impl Event {
    /// Lists the files that came with it.
    pub fn files(&self) -> &[FileRef] {
        match self {
            Self::Filed(filing) => &filing.files,
            Self::Supplemented { files, .. }
            | Self::Delivered { files, .. }
            | Self::Closed { files, .. }
            | Self::Rectified { files, .. }
            | Self::EvidenceShown { files, .. } => files,
            Self::Replied { reply, .. }
            | Self::ReviewDecided { reply, .. }
            | Self::RecheckDecided { reply, .. }
            | Self::Heard { step: Step::Answered { reply, .. }, .. } => &reply.files,
            _ => &[],
        }
    }

    /// Tells which other site told it, and the code of what it told; none where people or the passing of time did it.
    pub fn heard(&self) -> Option<(Uuid, &'static str)> {
        if let Self::Heard { peer, step, .. } = self { Some((*peer, step.code())) } else { None }
    }

    /// Returns the kind code that stands in the journal.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Filed(_) => "filed",
            Self::Registered { .. } => "registered",
            Self::Accepted { .. } => "accepted",
            Self::Sorted { .. } => "sorted",
            Self::KindNamed { .. } => "kind_named",
            Self::NotAccepted { .. } => "not_accepted",
            Self::Simplified { .. } => "simplified",
            Self::Assigned { .. } => "assigned",
            Self::Taken { .. } => "taken",
            Self::Returned { .. } => "returned",
            Self::Disputed { .. } => "disputed",
            Self::Arbitrated { .. } => "arbitrated",
            Self::CalledIn { .. } => "called_in",
            Self::CoAnswered { .. } => "co_answered",
            Self::Whistled { .. } => "whistled",
            Self::WhistleAnswered { .. } => "whistle_answered",
            Self::WhistleGraded { .. } => "whistle_graded",
            Self::ReferralReported { .. } => "referral_reported",
            Self::ReferralAnswered { .. } => "referral_answered",
            Self::Extended { .. } => "extended",
            Self::Paused { .. } => "paused",
            Self::Resumed { .. } => "resumed",
            Self::SupplementAsked { .. } => "supplement_asked",
            Self::Supplemented { .. } => "supplemented",
            Self::Replied { .. } => "replied",
            Self::Delivered { .. } => "delivered",
            Self::Phoned { .. } => "phoned",
            Self::LetterFailed { .. } => "letter_failed",
            Self::FollowedUp { .. } => "followed_up",
            Self::Closed { .. } => "closed",
            Self::Merged { .. } => "merged",
            Self::Unmerged { .. } => "unmerged",
            Self::SpokespersonsNamed { .. } => "spokespersons_named",
            Self::HandedOver { .. } => "handed_over",
            Self::Moved { .. } => "moved",
            Self::Joined { .. } => "joined",
            Self::WithdrawAsked { .. } => "withdraw_asked",
            Self::WithdrawRevoked => "withdraw_revoked",
            Self::Withdrawn => "withdrawn",
            Self::Rated { .. } => "rated",
            Self::Reopened { .. } => "reopened",
            Self::CameAgain { .. } => "came_again",
            Self::ReviewAsked { .. } => "review_asked",
            Self::ReviewDecided { .. } => "review_decided",
            Self::RecheckAsked { .. } => "recheck_asked",
            Self::RecheckDecided { .. } => "recheck_decided",
            Self::DelegateNamed { .. } => "delegate_named",
            Self::DelegateRemoved => "delegate_removed",
            Self::CodeReissued { .. } => "code_reissued",
            Self::DueRecomputed { .. } => "due_recomputed",
            Self::Escalated { .. } => "escalated",
            Self::Alarmed { .. } => "alarmed",
            Self::AlarmAnswered { .. } => "alarm_answered",
            Self::Disclosed(_) => "disclosed",
            Self::Unmasked { .. } => "unmasked",
            Self::HandedDown { .. } => "handed_down",
            Self::TakenBack { .. } => "taken_back",
            Self::Reminded { .. } => "reminded",
            Self::SentBack { .. } => "sent_back",
            other => other.kind_later(),
        }
    }

    fn kind_later(&self) -> &'static str {
        match self {
            Self::GradeTold { .. } => "grade_told",
            Self::TextsWanted => "texts_wanted",
            Self::TextsStopped => "texts_stopped",
            Self::Criticised { .. } => "criticised",
            Self::CalledBack { .. } => "called_back",
            Self::Rectified { .. } => "rectified",
            Self::RectificationRated { .. } => "rectification_rated",
            Self::RatingObjected { .. } => "rating_objected",
            Self::ObjectionAnswered { .. } => "objection_answered",
            Self::ObjectionDecided { .. } => "objection_decided",
            Self::CriticismAnswered { .. } => "criticism_answered",
            Self::FollowupLate { .. } => "followup_late",
            Self::EvidenceShown { .. } => "evidence_shown",
            Self::EvidenceJudged { .. } => "evidence_judged",
            Self::MeasureTaken { .. } => "measure_taken",
            _ => "heard",
        }
    }
}
