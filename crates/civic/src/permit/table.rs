//! The table of grants: which role may do which act in which relation. Its rendering is a committed snapshot.

use super::act::Act;
use super::who::Relation;
use crate::directory::Role;

/// Lets a role do an act when it stands in a relation to the matter (`Unrelated` = in any).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The relation it needs.
    pub relation: Relation,
}

const fn grant(role: Role, relation: Relation) -> Grant {
    Grant { role, relation }
}

use Relation::{Former, Holder, Invited, Reviewer, Superior, Unrelated};
use Role::{
    AccusationHandler, Administrator, Auditor, GridWorker, HotlineOperator, Leader, Mediator, OfficeHead, Officer, Supervisor,
    VillageCadre, WindowOperator,
};

/// Staff who handle matters of the holding office.
const HANDLERS: &[Grant] = &[
    grant(Officer, Holder),
    grant(OfficeHead, Holder),
    grant(WindowOperator, Holder),
    grant(VillageCadre, Holder),
    grant(GridWorker, Holder),
];

/// Everybody who has to do with a matter, and those who watch offices.
const SEERS: &[Grant] = &[
    grant(Officer, Holder),
    grant(OfficeHead, Holder),
    grant(WindowOperator, Holder),
    grant(HotlineOperator, Holder),
    grant(VillageCadre, Holder),
    grant(GridWorker, Holder),
    grant(Mediator, Holder),
    grant(Leader, Holder),
    grant(Officer, Invited),
    grant(OfficeHead, Invited),
    grant(VillageCadre, Invited),
    grant(Mediator, Invited),
    grant(Officer, Reviewer),
    grant(OfficeHead, Reviewer),
    grant(OfficeHead, Superior),
    grant(Leader, Superior),
    grant(Officer, Former),
    grant(OfficeHead, Former),
    grant(WindowOperator, Former),
    grant(HotlineOperator, Former),
    grant(Supervisor, Unrelated),
    grant(Auditor, Unrelated),
];

/// Everybody who needs the personal part to do the work in hand, and the two who check.
const READERS: &[Grant] = &[
    grant(Officer, Holder),
    grant(OfficeHead, Holder),
    grant(WindowOperator, Holder),
    grant(VillageCadre, Holder),
    grant(GridWorker, Holder),
    grant(Mediator, Holder),
    grant(Officer, Invited),
    grant(OfficeHead, Invited),
    grant(VillageCadre, Invited),
    grant(Mediator, Invited),
    grant(Officer, Reviewer),
    grant(OfficeHead, Reviewer),
    grant(Supervisor, Unrelated),
    grant(Auditor, Unrelated),
];

const INVITED: &[Grant] = &[grant(Officer, Invited), grant(OfficeHead, Invited), grant(VillageCadre, Invited)];
/// The office that was asked to take it, and the holder who disputes it before the joint conference.
const RETURNERS: &[Grant] = &[
    grant(Officer, Invited),
    grant(OfficeHead, Invited),
    grant(VillageCadre, Invited),
    grant(Officer, Holder),
    grant(OfficeHead, Holder),
    grant(VillageCadre, Holder),
];
/// The holder for its own term, the reviewer for the term of the review; the state says whose clock runs.
const PAUSERS: &[Grant] = &[
    grant(Officer, Holder),
    grant(OfficeHead, Holder),
    grant(VillageCadre, Holder),
    grant(Officer, Reviewer),
    grant(OfficeHead, Reviewer),
];
const HEADS: &[Grant] = &[grant(OfficeHead, Holder)];
const REVIEWERS: &[Grant] = &[grant(Officer, Reviewer), grant(OfficeHead, Reviewer)];
/// Rules between offices: a leader above both, never one of the two sides nor of another county or township.
const CONFERENCE: &[Grant] = &[grant(Leader, Superior)];
const COUNTER: &[Grant] = &[
    grant(WindowOperator, Unrelated),
    grant(HotlineOperator, Unrelated),
    grant(VillageCadre, Unrelated),
    grant(GridWorker, Unrelated),
    grant(Officer, Unrelated),
    grant(OfficeHead, Unrelated),
];
/// Those who keep the register of an office, and those who check it.
const REGISTRARS: &[Grant] = &[
    grant(Officer, Holder),
    grant(OfficeHead, Holder),
    grant(WindowOperator, Holder),
    grant(Supervisor, Unrelated),
    grant(Auditor, Unrelated),
];
/// Whoever answers the telephone at the desk to which a call came, or was handed on.
const OPERATORS: &[Grant] =
    &[grant(HotlineOperator, Holder), grant(WindowOperator, Holder), grant(Officer, Holder), grant(OfficeHead, Holder)];
/// Whoever handles it, and whoever took the call: what is urgent is handed on while the caller still talks.
const SENDERS: &[Grant] = &[
    grant(Officer, Holder),
    grant(OfficeHead, Holder),
    grant(WindowOperator, Holder),
    grant(HotlineOperator, Holder),
    grant(VillageCadre, Holder),
    grant(GridWorker, Holder),
];
const WHISTLERS: &[Grant] = &[grant(OfficeHead, Holder), grant(VillageCadre, Holder), grant(Leader, Holder)];
const REFERRERS: &[Grant] = &[
    grant(Officer, Holder),
    grant(OfficeHead, Holder),
    grant(WindowOperator, Holder),
    grant(VillageCadre, Holder),
    grant(GridWorker, Holder),
    grant(HotlineOperator, Holder),
];
const ACCESS: &[Grant] = &[grant(Auditor, Unrelated), grant(Supervisor, Unrelated)];
/// Those whom the supervising body named; which accusations one of them may open, the keys say.
const ACCUSATIONS: &[Grant] = &[grant(AccusationHandler, Holder)];
/// Those who watch and hold no matter; two of them together. Whoever handles a matter can neither erase it nor hand it out.
const WATCHERS: &[Grant] = &[grant(Auditor, Unrelated), grant(Supervisor, Unrelated)];
/// Whoever handles it asks; a colleague who handles it too, or somebody who watches, agrees.
const UNMASKERS: &[Grant] = &[
    grant(Officer, Holder),
    grant(OfficeHead, Holder),
    grant(WindowOperator, Holder),
    grant(VillageCadre, Holder),
    grant(GridWorker, Holder),
    grant(Auditor, Unrelated),
    grant(Supervisor, Unrelated),
];
/// Whoever leads or works in the office that holds most of an issue, and whoever leads above it.
const ISSUE_HANDLERS: &[Grant] = &[
    grant(Officer, Holder),
    grant(OfficeHead, Holder),
    grant(Leader, Holder),
    grant(OfficeHead, Superior),
    grant(Leader, Superior),
];
/// Whoever handles matters of an office answers for it on the board.
const SPEAKERS: &[Grant] =
    &[grant(Officer, Holder), grant(OfficeHead, Holder), grant(Leader, Holder), grant(VillageCadre, Holder)];
/// Whoever speaks for an office in posts of its own.
const AUTHORS: &[Grant] = &[grant(Officer, Holder), grant(OfficeHead, Holder), grant(Leader, Holder)];
/// Whoever works in an office that may moderate a post: the nearest holds it, those further up stand beside.
const MODERATORS: &[Grant] = &[
    grant(Officer, Holder),
    grant(OfficeHead, Holder),
    grant(Leader, Holder),
    grant(Supervisor, Holder),
    grant(Officer, Invited),
    grant(OfficeHead, Invited),
    grant(Leader, Invited),
    grant(Supervisor, Invited),
];
/// Whoever asks residents how it went: those who watch, and whoever answers telephones. Their office is of another line than the
/// holder's ([`Act::is_independent`]).
const CALLERS: &[Grant] = &[grant(Supervisor, Unrelated), grant(Auditor, Unrelated), grant(HotlineOperator, Unrelated)];
/// Whoever writes down what a resident says to an objection: those who call back, and whoever sits at a counter of another line.
const HEARERS: &[Grant] = &[
    grant(Supervisor, Unrelated),
    grant(Auditor, Unrelated),
    grant(HotlineOperator, Unrelated),
    grant(WindowOperator, Unrelated),
];
/// Whoever answers what was put before the supervisor, and decides what an office says against its assessment.
const SUPERVISORS: &[Grant] = &[grant(Supervisor, Unrelated)];
/// Whoever keeps the calendar of a leader's office, and the office that takes in what people say there.
const PLANNERS: &[Grant] = &[
    grant(Officer, Holder),
    grant(OfficeHead, Holder),
    grant(WindowOperator, Holder),
    grant(Leader, Holder),
    grant(Officer, Invited),
    grant(OfficeHead, Invited),
    grant(WindowOperator, Invited),
];
/// Whoever receives people on a reception day: the leader's office, and those at the table where leaders go down.
const RECEIVERS: &[Grant] = &[
    grant(Officer, Holder),
    grant(OfficeHead, Holder),
    grant(WindowOperator, Holder),
    grant(Leader, Holder),
    grant(Officer, Invited),
    grant(OfficeHead, Invited),
    grant(WindowOperator, Invited),
    grant(VillageCadre, Invited),
];
/// Whoever receives, and whoever has to do what was promised.
const PROMISERS: &[Grant] = &[
    grant(Officer, Holder),
    grant(OfficeHead, Holder),
    grant(Leader, Holder),
    grant(Officer, Invited),
    grant(OfficeHead, Invited),
    grant(VillageCadre, Invited),
];
/// Whoever works for an office on what it asked everybody.
const ASKERS: &[Grant] = &[grant(Officer, Holder), grant(OfficeHead, Holder), grant(Leader, Holder), grant(VillageCadre, Holder)];
/// Whoever binds an office: a question, a draft and a decision are its head's, or a leader's; in a village the cadre's.
const DECIDERS: &[Grant] = &[grant(OfficeHead, Holder), grant(Leader, Holder), grant(VillageCadre, Holder)];
/// Leaders above the office that a file is addressed to, of that office itself, or named in it.
const FILE_LEADERS: &[Grant] = &[grant(Leader, Holder), grant(Leader, Invited), grant(Leader, Superior)];
/// Those who watch, leaders, and the offices that a file is addressed to or invites.
const FILE_SEERS: &[Grant] = &[
    grant(Supervisor, Unrelated),
    grant(Auditor, Unrelated),
    grant(Leader, Holder),
    grant(Leader, Invited),
    grant(Leader, Superior),
    grant(OfficeHead, Holder),
    grant(OfficeHead, Invited),
    grant(Officer, Holder),
    grant(Officer, Invited),
    grant(VillageCadre, Holder),
];
const ADMINISTRATORS: &[Grant] = &[grant(Administrator, Unrelated)];

/// Lists the grants of an act. Acts of residents have none: no role reaches them.
pub fn grants(act: Act) -> &'static [Grant] {
    match act {
        Act::See => SEERS,
        Act::ReadPersonal => READERS,
        Act::Register
        | Act::Accept
        | Act::Sort
        | Act::NameKind
        | Act::NotAccept
        | Act::Simplify
        | Act::CallIn
        | Act::AskSupplement
        | Act::Reply
        | Act::RecordDelivery
        | Act::TellByPhone
        | Act::FollowUp
        | Act::Close
        | Act::Merge
        | Act::Unmerge
        | Act::NameSpokespersons
        | Act::OpenBox
        | Act::HandDown
        | Act::TakeBack
        | Act::Remind
        | Act::SendBack
        | Act::Rectify
        | Act::ShowEvidence
        | Act::HandOver => HANDLERS,
        Act::Assign => SENDERS,
        Act::Pause | Act::Resume => PAUSERS,
        Act::Extend | Act::ObjectRating | Act::ObjectAssessment => HEADS,
        Act::CallBack => CALLERS,
        Act::HearObjection => HEARERS,
        Act::AnswerCriticism
        | Act::DecideAssessment
        | Act::PublishReport
        | Act::JudgeEvidence
        | Act::NoteMeasure
        | Act::Supervise => SUPERVISORS,
        Act::CoAnswer | Act::TakeOver | Act::AnswerReferral | Act::AnswerWhistle => INVITED,
        Act::Arbitrate => CONFERENCE,
        Act::ReportReferral => REFERRERS,
        Act::Return => RETURNERS,
        Act::Whistle | Act::GradeWhistle => WHISTLERS,
        Act::DecideReview | Act::DecideRecheck | Act::DecideObjection => REVIEWERS,
        Act::FileForPerson | Act::ReissueCode | Act::BookReception | Act::TakeVoice => COUNTER,
        Act::SeeRegister => REGISTRARS,
        Act::TakeCall => OPERATORS,
        Act::SeeAccess => ACCESS,
        Act::Erase | Act::Disclose => WATCHERS,
        Act::Unmask => UNMASKERS,
        Act::HandleIssue => ISSUE_HANDLERS,
        Act::AnswerPost | Act::AnswerSupervision => SPEAKERS,
        Act::WriteBlog => AUTHORS,
        Act::Moderate => MODERATORS,
        Act::Administer => ADMINISTRATORS,
        other => grants_later(other),
    }
}

/// Lists the grants of an act of a reception day, about what an office asked everybody, of a file of supervision, or of the room of
/// accusations; acts of residents have none.
fn grants_later(act: Act) -> &'static [Grant] {
    match act {
        Act::PlanReception => PLANNERS,
        Act::HoldReception => RECEIVERS,
        Act::AnswerPromise => PROMISERS,
        Act::KeepConsultation => ASKERS,
        Act::DecideConsultation => DECIDERS,
        Act::HandleAccusation => ACCUSATIONS,
        Act::LeadSupervision => FILE_LEADERS,
        Act::SeeSupervision => FILE_SEERS,
        _ => &[],
    }
}
