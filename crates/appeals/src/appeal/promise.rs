//! What a resident is promised by a day. A page or letter that shows a date says with it what will have happened by then.

use civic::rules::RuleSet;

use super::due::DueDate;
use super::state::State;
use crate::coded::coded;

coded! {
    /// Says what will have happened.
    Promised {
        /// 告诉您是否受理 (《信访工作条例》第二十二、二十三条): the first fifteen days are for that, not for the answer.
        Acceptance = "acceptance",
        /// 给您书面答复
        Answer = "answer",
        /// 作出复查意见
        Review = "review",
        /// 作出复核意见
        Recheck = "recheck",
    }
}

/// Is what is promised, by whom, until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise<'a> {
    /// What will have happened.
    pub what: Promised,
    /// The office that promises it: the holder, or the office that reviews.
    pub office: &'a str,
    /// The day, with its arithmetic.
    pub due: &'a DueDate,
}

impl State {
    /// Says what the resident is promised now; nothing where nobody owes a word. A review that runs goes before all else.
    pub fn promise(&self, rules: &RuleSet) -> Option<Promise<'_>> {
        let pending = |review: &Option<super::state::Review>| review.as_ref().is_some_and(|review| review.decided.is_none());
        let what = match (pending(&self.recheck), pending(&self.review)) {
            (true, _) => Promised::Recheck,
            (false, true) => Promised::Review,
            (false, false) if !self.owes_reply() => return None,
            (false, false) => self.next_word(rules),
        };
        let office = self.pending_review().map_or(self.owner.as_str(), |review| review.office.as_str());
        Some(Promise { what, office, due: self.shown_due() })
    }

    /// Before acceptance only a kind with a single term is promised an answer.
    fn next_word(&self, rules: &RuleSet) -> Promised {
        let track = rules.track(self.kind.code());
        if self.accepted.is_none() && track.first != track.handle { Promised::Acceptance } else { Promised::Answer }
    }
}
