//! What each act asks for.

use civic::permit::Act;

/// Is one thing a form asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    /// A first-level category.
    Category,
    /// What it is about, on three levels.
    Subject,
    /// Which kind it is.
    Kind,
    /// A ground of a list.
    Ground(&'static str),
    /// Words that must be there.
    Words,
    /// Words that may be missing.
    Note,
    /// One other office.
    Office,
    /// Whether an objection to a rating holds.
    Upheld,
    /// Whether what was shown is enough.
    Enough,
    /// Several other offices.
    Offices,
    /// Any open office, the own one too.
    AnyOffice,
    /// A colleague of the own office.
    Colleague,
    /// Days of an extension.
    Days,
    /// The parts of a written reply, and what it comes to.
    Reply,
    /// What proves the delivery.
    Proof,
    /// Papers and pictures that belong to it.
    Files,
    /// Who was rung up, where several wait for a call.
    Speaker,
    /// Whether a call reached the resident.
    Reached,
    /// Whether the resident says it is solved.
    Satisfied,
    /// Whether the own office admits having sent the person on.
    Admitted,
    /// The number of the main matter.
    Main,
    /// The names of spokespersons.
    Names,
    /// The paper that was shown.
    Shown,
    /// The second member of staff, with their own one-time code.
    Second,
    /// A department that came.
    Came,
    /// A grade.
    Grade,
    /// A site below.
    Site,
    /// How it is handed down.
    Manner,
    /// The day by which the site below reports.
    Back,
}

/// Lists what an act asks for, in the order of its form.
pub fn pieces(act: Act) -> &'static [Piece] {
    match act {
        Act::Register | Act::Accept => &[Piece::Category],
        Act::Sort => &[Piece::Subject],
        Act::NameKind => &[Piece::Kind],
        Act::NotAccept => &[Piece::Ground("not_accept"), Piece::Words],
        Act::Assign => &[Piece::Office, Piece::Note],
        Act::Return | Act::SendBack => &[Piece::Ground("return"), Piece::Words],
        Act::Arbitrate => &[Piece::AnyOffice, Piece::Words],
        Act::CallIn | Act::Whistle => &[Piece::Offices, Piece::Words],
        Act::CoAnswer | Act::AskSupplement | Act::TakeBack | Act::Remind | Act::AnswerCriticism | Act::NoteMeasure => {
            &[Piece::Words]
        }
        Act::AnswerWhistle => &[Piece::Note],
        Act::GradeWhistle => &[Piece::Came, Piece::Grade],
        Act::ReportReferral => &[Piece::Office, Piece::Words],
        Act::AnswerReferral => &[Piece::Admitted, Piece::Words],
        Act::Extend => &[Piece::Ground("extend"), Piece::Days, Piece::Words],
        Act::Pause => &[Piece::Ground("pause"), Piece::Words],
        Act::Reply | Act::DecideReview | Act::DecideRecheck => &[Piece::Reply, Piece::Files],
        Act::RecordDelivery => &[Piece::Ground("delivery"), Piece::Proof, Piece::Files],
        Act::TellByPhone => &[Piece::Speaker, Piece::Reached, Piece::Words],
        Act::FollowUp => &[Piece::Satisfied, Piece::Words],
        Act::Rectify | Act::ShowEvidence => &[Piece::Words, Piece::Files],
        Act::JudgeEvidence => &[Piece::Enough, Piece::Words],
        Act::ObjectRating => &[Piece::Ground("rating_objection"), Piece::Words],
        Act::DecideObjection => &[Piece::Upheld, Piece::Words],
        Act::Close => &[Piece::Ground("close"), Piece::Words, Piece::Files],
        Act::Merge => &[Piece::Main],
        Act::NameSpokespersons => &[Piece::Names],
        Act::HandOver => &[Piece::Colleague],
        Act::HandDown => &[Piece::Site, Piece::Manner, Piece::Back, Piece::Note],
        Act::ReissueCode => &[Piece::Shown, Piece::Second],
        _ => &[],
    }
}
