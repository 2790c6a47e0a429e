//! The acts that need a permit.

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $code:literal),+ $(,)?) => {
        /// Names everything that somebody can do to or with a matter, or to the site.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Act { $($(#[$doc])* $name),+ }

        impl Act {
            /// Lists all acts in a fixed order, for the matrix and for tests.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Returns the code that word files use (`act-CODE`).
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// Reads a code.
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|act| act.code() == code)
            }
        }
    };
}

acts! {
    /// See that the matter exists, its clear columns and its steps.
    See = "see",
    /// Read the personal part; logged and shown to the resident.
    ReadPersonal = "read_personal",
    /// Register it.
    Register = "register",
    /// Accept it.
    Accept = "accept",
    /// Say what it is about, on three levels.
    Sort = "sort",
    /// Say which kind it is, where the resident did not.
    NameKind = "name_kind",
    /// Decline it with ground and route.
    NotAccept = "not_accept",
    /// Put it under the simplified track.
    Simplify = "simplify",
    /// Give it to an office or a handler.
    Assign = "assign",
    /// Call in co-handling offices.
    CallIn = "call_in",
    /// Answer as co-handler.
    CoAnswer = "co_answer",
    /// Return it with a ground.
    Return = "return",
    /// Take what another office offered.
    TakeOver = "take_over",
    /// Rule who owns it (joint conference).
    Arbitrate = "arbitrate",
    /// Extend its term.
    Extend = "extend",
    /// Pause a clock.
    Pause = "pause",
    /// Start a paused clock again.
    Resume = "resume",
    /// Ask the resident for more.
    AskSupplement = "ask_supplement",
    /// Reply.
    Reply = "reply",
    /// Record that the reply was delivered.
    RecordDelivery = "record_delivery",
    /// Note that the resident was told by telephone, or was not reached.
    TellByPhone = "tell_by_phone",
    /// Follow up with the resident.
    FollowUp = "follow_up",
    /// Close it.
    Close = "close",
    /// Merge it into another.
    Merge = "merge",
    /// Undo a merge.
    Unmerge = "unmerge",
    /// Note the spokespersons of a group appeal.
    NameSpokespersons = "name_spokespersons",
    /// Register that a resident was sent on by word of mouth.
    ReportReferral = "report_referral",
    /// Confirm or answer such a report.
    AnswerReferral = "answer_referral",
    /// Call a department in (吹哨).
    Whistle = "whistle",
    /// Report in after a whistle (报到).
    AnswerWhistle = "answer_whistle",
    /// Rate how a department came.
    GradeWhistle = "grade_whistle",
    /// Hand it to a colleague.
    HandOver = "hand_over",
    /// Decide a review (复查).
    DecideReview = "decide_review",
    /// Decide a re-review (复核).
    DecideRecheck = "decide_recheck",
    /// Hand it down to another site.
    HandDown = "hand_down",
    /// Take it back from there.
    TakeBack = "take_back",
    /// Press for it there.
    Remind = "remind",
    /// Say to the site above that it is not our business.
    SendBack = "send_back",
    /// Ask a resident how it went, for an office of another line.
    CallBack = "call_back",
    /// Show what was put right after a bad rating.
    Rectify = "rectify",
    /// Object to a rating that is mistaken or malicious.
    ObjectRating = "object_rating",
    /// Write down what a resident says to such an objection, at a counter or on the telephone, for an office of another line.
    HearObjection = "hear_objection",
    /// Decide such an objection, as an office of another line.
    DecideObjection = "decide_objection",
    /// Answer criticism that was put before the supervisor.
    AnswerCriticism = "answer_criticism",
    /// Show what was done about a matter that was missed, so that its card is lifted.
    ShowEvidence = "show_evidence",
    /// Say whether that is enough, as a supervisor of another line.
    JudgeEvidence = "judge_evidence",
    /// Note that a talk was held, a notice given, or a matter listed.
    NoteMeasure = "note_measure",
    /// File for a person at the counter.
    FileForPerson = "file_for_person",
    /// Take a call of the hotline.
    TakeCall = "take_call",
    /// Give a new query code at the counter.
    ReissueCode = "reissue_code",
    /// Open an opinion box whose key the own office holds, and note what was in it.
    OpenBox = "open_box",
    /// See the register of letters and visits of the own office, print it and take it along.
    SeeRegister = "see_register",
    /// See who read what.
    SeeAccess = "see_access",
    /// Open accusations, and see to them, behind a key of one's own.
    HandleAccusation = "handle_accusation",
    /// Ask for the erasure of a matter, or agree to it.
    Erase = "erase",
    /// Ask for a matter to be handed to a body that the law names, or agree to it.
    Disclose = "disclose",
    /// Ask to see who told it in confidence, or agree to that.
    Unmask = "unmask",
    /// Name an issue, put two together, take a matter out, answer an early warning.
    HandleIssue = "handle_issue",
    /// Answer on the board under the own office's name.
    AnswerPost = "answer_post",
    /// Write and correct posts of the own office.
    WriteBlog = "write_blog",
    /// Let posts of the board through, hide, close, move them, and decide about objections.
    Moderate = "moderate",
    /// Publish reception days of a leader of the own office, and call them off.
    PlanReception = "plan_reception",
    /// Receive people: see who booked, call them in, write down what was said and promised.
    HoldReception = "hold_reception",
    /// Book a reception for a person at the counter or on the telephone.
    BookReception = "book_reception",
    /// Say what became of what was promised on a reception day.
    AnswerPromise = "answer_promise",
    /// Object to an item of the own office's assessment.
    ObjectAssessment = "object_assessment",
    /// Decide such an objection, as an office of another line.
    DecideAssessment = "decide_assessment",
    /// Publish a corrected edition of a report, with the reason.
    PublishReport = "publish_report",
    /// Sort what people said to a question of the own office, sum it up in points, answer them, say how far it is.
    KeepConsultation = "keep_consultation",
    /// Put a question to everybody for the own office, publish a draft, decide.
    DecideConsultation = "decide_consultation",
    /// Type in what people said who were asked on visits, at meetings, by telephone, at a counter.
    TakeVoice = "take_voice",
    /// Open, keep and end files of supervision about other offices.
    Supervise = "supervise",
    /// Lead a joint conference and rule there; keep a personal case as its leader.
    LeadSupervision = "lead_supervision",
    /// Answer a suggestion of supervision, or reply to being held to account.
    AnswerSupervision = "answer_supervision",
    /// See files of supervision that are addressed to the own office, or to those below.
    SeeSupervision = "see_supervision",
    /// Change places, offices, staff, calendar.
    Administer = "administer",
    /// Follow one's own matter.
    Track = "track",
    /// Add to it.
    Supplement = "supplement",
    /// Say that it is the same as what many said of its place.
    Join = "join",
    /// Ask to withdraw it.
    AskWithdraw = "ask_withdraw",
    /// Take the withdrawal back.
    RevokeWithdraw = "revoke_withdraw",
    /// Rate the reply.
    Rate = "rate",
    /// Tell a grade by a way that signs nothing: a short message, a chat.
    TellGrade = "tell_grade",
    /// Have word of it sent to the telephone that asks for it, which the matter names.
    FollowByText = "follow_by_text",
    /// Have no more short messages about it.
    StopTexts = "stop_texts",
    /// Rate what was put right.
    MarkRectification = "mark_rectification",
    /// Answer an office's objection to one's own rating.
    AnswerObjection = "answer_objection",
    /// Reopen it.
    Reopen = "reopen",
    /// Ask for a review (复查).
    AskReview = "ask_review",
    /// Ask for a re-review (复核).
    AskRecheck = "ask_recheck",
    /// Name who may act for the resident (代办).
    NameDelegate = "name_delegate",
    /// Take that back.
    RemoveDelegate = "remove_delegate",
    /// Tell the supervising body that somebody is put under pressure because of it.
    ReportPressure = "report_pressure",
    /// Change one's own post of the board, take it back, object.
    KeepPost = "keep_post",
    /// See one's own booking of a reception and give it back.
    KeepBooking = "keep_booking",
    /// Carry one's own matter into a question to everybody; see where one's own words went, take them back.
    KeepVoice = "keep_voice",
}

impl Act {
    /// Tells whether the act belongs to residents alone.
    pub fn is_for_residents(self) -> bool {
        matches!(
            self,
            Self::Track
                | Self::Supplement
                | Self::Join
                | Self::AskWithdraw
                | Self::RevokeWithdraw
                | Self::Rate
                | Self::TellGrade
                | Self::FollowByText
                | Self::StopTexts
                | Self::MarkRectification
                | Self::AnswerObjection
                | Self::Reopen
                | Self::AskReview
                | Self::AskRecheck
                | Self::NameDelegate
                | Self::RemoveDelegate
                | Self::ReportPressure
                | Self::KeepPost
                | Self::KeepBooking
                | Self::KeepVoice
        )
    }

    /// Tells whether a delegate is kept out: withdrawing, rating and naming delegates stay with the person.
    pub fn only_in_person(self) -> bool {
        matches!(
            self,
            Self::AskWithdraw
                | Self::RevokeWithdraw
                | Self::Rate
                | Self::TellGrade
                | Self::FollowByText
                | Self::StopTexts
                | Self::MarkRectification
                | Self::NameDelegate
                | Self::RemoveDelegate
                | Self::KeepVoice
        )
    }

    /// Tells whether whoever has, or had, to do with the matter is kept out by construction, and their line with them: what a resident
    /// says of an office is taken, and judged, by another one.
    pub fn is_independent(self) -> bool {
        matches!(
            self,
            Self::CallBack | Self::HearObjection | Self::DecideObjection | Self::DecideAssessment | Self::JudgeEvidence
        )
    }
}
