//! What people ask for. A command becomes events or a refusal in `decide`.

use civic::permit::Act;
use jiff::civil::Date;
use uuid::Uuid;

use super::event::{FileRef, ReplyText, Suggested};
use super::handed::Manner;
use super::kind::{Kind, Outcome};
use crate::followup::{Detail, Spoken, Way};

/// Is something somebody wants to do with a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields repeat the words of the variant that documents them")]
pub enum Command {
    /// Register it under a category.
    Register { category: String },
    /// Accept it.
    Accept { category: String },
    /// Say what it is about, on three levels; `said` is what a machine had suggested.
    Sort { to: String, said: Option<Suggested> },
    /// Say which kind it is, where the resident did not; `said` is what a machine had suggested.
    NameKind { to: Kind, said: Option<Kind> },
    /// Decline it with a ground.
    NotAccept { ground: String, words: String },
    /// Put it under the simplified track.
    Simplify,
    /// Offer it to another office.
    Assign { to: String, words: String },
    /// Take what was offered.
    TakeOver,
    /// Return what was offered, or dispute what is held.
    Return { ground: String, words: String },
    /// Rule who owns it.
    Arbitrate { to: String, words: String },
    /// Call in co-handling offices.
    CallIn { offices: Vec<String>, words: String },
    /// Answer as a co-handling office.
    CoAnswer { words: String },
    /// Call departments in (吹哨).
    Whistle { offices: Vec<String>, words: String },
    /// Report in (报到).
    AnswerWhistle { words: String },
    /// Rate how a department came.
    GradeWhistle { office: String, grade: u8 },
    /// Note that the person was sent on by word of mouth by an office.
    ReportReferral { office: String, words: String },
    /// Confirm or answer that.
    AnswerReferral { admitted: bool, words: String },
    /// Extend the handling term.
    Extend { ground: String, days: u32, words: String },
    /// Stop the clock on a legal ground.
    Pause { ground: String, words: String },
    /// Start it again.
    Resume,
    /// Ask the resident for more.
    AskSupplement { words: String },
    /// Reply.
    Reply { reply: ReplyText, outcome: Outcome },
    /// Record that the reply reached the resident.
    RecordDelivery { manner: String, proof: String, files: Vec<FileRef> },
    /// Note a call that tells the resident what happened, or that reached nobody; or that they were told otherwise.
    TellByPhone { reached: bool, words: String, otherwise: bool, speaker: Option<usize> },
    /// Note what the resident said when asked whether it helped.
    FollowUp { words: String, satisfied: bool },
    /// Close it on a ground.
    Close { ground: String, words: String, files: Vec<FileRef> },
    /// Merge it into another matter.
    Merge { into: Uuid, number: String },
    /// Undo a merge.
    Unmerge,
    /// Note the spokespersons of a group.
    NameSpokespersons { names: Vec<String> },
    /// Hand it to a colleague.
    HandOver { to: Uuid },
    /// Give a new query code; a second member of staff stands beside.
    ReissueCode { shown: String, second: Uuid },
    /// Decide a review.
    DecideReview { reply: ReplyText, outcome: Outcome },
    /// Decide a re-review.
    DecideRecheck { reply: ReplyText, outcome: Outcome },
    /// Note that the resident opened the reply.
    Open,
    /// Add words or files.
    Supplement { words: String, files: Vec<FileRef> },
    /// Say that it is the same as what many said of its place about a subject.
    Join { subject: String },
    /// Ask to withdraw.
    AskWithdraw { words: String },
    /// Take the withdrawal back.
    RevokeWithdraw,
    /// Rate the reply, signed with the rating key.
    Rate { grade: u8, words: String, signature: String, detail: Detail },
    /// Tell a grade by a way that signs nothing.
    TellGrade { grade: u8, words: String, way: Way },
    /// Have word of it sent to the telephone that asks for it.
    FollowByText,
    /// Have no more short messages about it.
    StopTexts,
    /// Note an independent call-back: of a bad rating (its number within the matter), or of an answer that was drawn (its leaf).
    CallBack { of: Option<i64>, drawn: Option<i64>, reached: bool, words: String, grade: Option<u8> },
    /// Show what was put right after a bad rating.
    Rectify { words: String, files: Vec<FileRef> },
    /// Rate what was put right, signed with the rating key.
    MarkRectification { grade: u8, words: String, signature: String },
    /// Object to a rating.
    ObjectRating { ground: String, words: String },
    /// Answer such an objection as the resident.
    AnswerObjection { words: String },
    /// Write down what the resident says to it, at a counter or on the telephone, as staff of another line.
    HearObjection { words: String, spoken: Spoken },
    /// Decide it.
    DecideObjection { upheld: bool, words: String },
    /// Answer criticism as the supervisor.
    AnswerCriticism { words: String },
    /// Show what was done about a matter that has a card.
    ShowEvidence { words: String, files: Vec<FileRef> },
    /// Say whether that is enough.
    JudgeEvidence { enough: bool, words: String },
    /// Note that a talk was held, a notice given, or the matter listed.
    NoteMeasure { words: String },
    /// Reopen.
    Reopen { words: String },
    /// Ask for a review.
    AskReview { words: String },
    /// Ask for a re-review.
    AskRecheck { words: String },
    /// Name who may act for the resident.
    NameDelegate { name: String, mobile: String },
    /// Take that back.
    RemoveDelegate,
    /// Hand it down to another site.
    HandDown { peer: Uuid, manner: Manner, back: Option<Date>, words: String },
    /// Take it back from there.
    TakeBack { words: String },
    /// Press for it there.
    Remind { words: String },
    /// Say to the site above that it is not our business.
    SendBack { ground: String, words: String },
}

impl Command {
    /// Returns the act whose permit the command needs.
    pub fn act(&self) -> Act {
        match self {
            Self::Register { .. } => Act::Register,
            Self::Accept { .. } => Act::Accept,
            Self::Sort { .. } => Act::Sort,
            Self::NameKind { .. } => Act::NameKind,
            Self::NotAccept { .. } => Act::NotAccept,
            Self::Simplify => Act::Simplify,
            Self::Assign { .. } => Act::Assign,
            Self::TakeOver => Act::TakeOver,
            Self::Return { .. } => Act::Return,
            Self::Arbitrate { .. } => Act::Arbitrate,
            Self::CallIn { .. } => Act::CallIn,
            Self::CoAnswer { .. } => Act::CoAnswer,
            Self::Whistle { .. } => Act::Whistle,
            Self::AnswerWhistle { .. } => Act::AnswerWhistle,
            Self::GradeWhistle { .. } => Act::GradeWhistle,
            Self::ReportReferral { .. } => Act::ReportReferral,
            Self::AnswerReferral { .. } => Act::AnswerReferral,
            Self::Extend { .. } => Act::Extend,
            Self::Pause { .. } => Act::Pause,
            Self::Resume => Act::Resume,
            Self::AskSupplement { .. } => Act::AskSupplement,
            Self::Reply { .. } => Act::Reply,
            Self::RecordDelivery { .. } => Act::RecordDelivery,
            Self::TellByPhone { .. } => Act::TellByPhone,
            Self::FollowUp { .. } => Act::FollowUp,
            Self::Close { .. } => Act::Close,
            Self::Merge { .. } => Act::Merge,
            Self::Unmerge => Act::Unmerge,
            Self::NameSpokespersons { .. } => Act::NameSpokespersons,
            Self::HandOver { .. } => Act::HandOver,
            Self::ReissueCode { .. } => Act::ReissueCode,
            Self::DecideReview { .. } => Act::DecideReview,
            Self::DecideRecheck { .. } => Act::DecideRecheck,
            Self::Open => Act::Track,
            Self::Supplement { .. } => Act::Supplement,
            Self::Join { .. } => Act::Join,
            Self::AskWithdraw { .. } => Act::AskWithdraw,
            Self::RevokeWithdraw => Act::RevokeWithdraw,
            Self::Rate { .. } => Act::Rate,
            Self::TellGrade { .. } => Act::TellGrade,
            Self::FollowByText => Act::FollowByText,
            Self::StopTexts => Act::StopTexts,
            Self::CallBack { .. } => Act::CallBack,
            Self::Rectify { .. } => Act::Rectify,
            Self::MarkRectification { .. } => Act::MarkRectification,
            Self::ObjectRating { .. } => Act::ObjectRating,
            Self::AnswerObjection { .. } => Act::AnswerObjection,
            Self::HearObjection { .. } => Act::HearObjection,
            Self::DecideObjection { .. } => Act::DecideObjection,
            Self::AnswerCriticism { .. } => Act::AnswerCriticism,
            Self::ShowEvidence { .. } => Act::ShowEvidence,
            Self::JudgeEvidence { .. } => Act::JudgeEvidence,
            Self::NoteMeasure { .. } => Act::NoteMeasure,
            Self::Reopen { .. } => Act::Reopen,
            Self::AskReview { .. } => Act::AskReview,
            Self::AskRecheck { .. } => Act::AskRecheck,
            Self::NameDelegate { .. } => Act::NameDelegate,
            Self::RemoveDelegate => Act::RemoveDelegate,
            Self::HandDown { .. } => Act::HandDown,
            Self::TakeBack { .. } => Act::TakeBack,
            Self::Remind { .. } => Act::Remind,
            Self::SendBack { .. } => Act::SendBack,
        }
    }
}
