//! What an event does to the state. Total: whatever stands in the journal can be folded.

use civic::journal::{Actor, Stored};
use civic::rules::category_of;
use civic::vault::KeyId;
use jiff::civil::Date;
use worktime::Pause;

use super::event::{Event, Filing};
use super::handed::{Above, Handed, Heard};
use super::kind::{Channel, Stage};
use super::state::{
    Alarm, ByHand, Came, CoHandler, Escalation, Grade, Hears, Offer, Referral, Reply, Review, Sorting, Speakers, State, Whistle,
};
use crate::followup::Followup;

/// Tells whether an event shows that a person has the matter before their eyes.
fn hears(event: &Event) -> bool {
    matches!(
        event,
        Event::AlarmAnswered { .. }
            | Event::Registered { .. }
            | Event::Sorted { .. }
            | Event::KindNamed { .. }
            | Event::Accepted { .. }
            | Event::NotAccepted { .. }
            | Event::Assigned { .. }
            | Event::CalledIn { .. }
            | Event::Whistled { .. }
            | Event::SupplementAsked { .. }
            | Event::Replied { .. }
            | Event::Merged { .. }
            | Event::HandedDown { .. }
    )
}

/// Says how a person tells what no machine can: whoever filed it, or somebody who speaks beside them, left a telephone number only; or they
/// left nothing but an address.
fn by_hand(filing: &Filing) -> Option<ByHand> {
    let Filing { email, mobile, address, .. } = filing;
    // the site above tells them
    if filing.channel == Channel::Above {
        return None;
    }
    let writes = matches!(filing.channel, Channel::Sms | Channel::Chat);
    let first = email.is_empty() && !mobile.is_empty() && !writes;
    if first || filing.spokespersons.iter().any(|one| one.email.is_empty()) {
        return Some(ByHand::Call);
    }
    (email.is_empty() && mobile.is_empty() && !address.is_empty()).then_some(ByHand::Post)
}

/// Says which site handed it down; none where it came from people.
fn above(filing: &Filing) -> Option<Above> {
    let sent = filing.origin.as_ref()?.above.clone()?;
    Some(Above { sent, heard: Heard::default(), over: false, sent_back: false, reminders: 0, grade: None })
}

/// Says who speaks for many; nobody where they came alone.
fn speakers(filing: &Filing) -> Speakers {
    let (written, called) = (0..filing.spokespersons.len()).partition(|at| !filing.spokespersons[*at].email.is_empty());
    let count = if filing.spokespersons.is_empty() { 0 } else { filing.spokespersons.len() + 1 };
    Speakers { count, written, called }
}

impl State {
    /// Begins a state from its filing.
    pub fn begin(filing: &Filing, stored: &Stored) -> Self {
        Self {
            matter: stored.matter,
            version: stored.version,
            filed_position: stored.position,
            key_id: stored.key_id as KeyId,
            number: filing.number.clone(),
            kind: filing.kind,
            identity: filing.identity,
            channel: filing.channel,
            came: Came { sender: filing.sender, origin: filing.origin.clone(), via: filing.via.clone() },
            language: filing.language.clone(),
            stage: Stage::Received,
            owner: filing.owner.clone(),
            handler: None,
            place: filing.place.clone(),
            category: None,
            sorted: None,
            unread: filing.unread,
            joins: filing.joins.clone(),
            agreed: filing.agreed,
            changed_at: stored.at,
            simplified: false,
            danger: filing.danger,
            people: filing.people,
            received_at: stored.at,
            received: stored.day,
            due: filing.due.clone(),
            accepted: None,
            offer: None,
            returns: 0,
            disputed: false,
            arbitrated: false,
            co_handlers: std::collections::BTreeMap::new(),
            whistles: std::collections::BTreeMap::new(),
            referrals: Vec::new(),
            extended: false,
            pauses: Vec::new(),
            paused: None,
            unmasked: None,
            supervision: crate::supervise::Supervision::default(),
            alarm: None,
            alarm_answered: false,
            supplement_until: None,
            appeals: 1,
            answered: Vec::new(),
            replies: Vec::new(),
            followed_up: None,
            followup: Followup::default(),
            rating: None,
            rating_key: filing.rating_key.clone(),
            withdraw_until: None,
            merged_into: None,
            review: None,
            recheck: None,
            delegate: false,
            speakers: speakers(filing),
            former: Vec::new(),
            contacts: filing.contacts.clone(),
            hears: Hears { by_hand: by_hand(filing), texts: false },
            untold: Vec::new(),
            written: Vec::new(),
            calls: 0,
            submit: filing.submit.clone(),
            noted: Vec::new(),
            due_told: filing.due.due.last,
            outcome: None,
            handed: Handed { above: above(filing), below: None },
        }
    }

    /// Applies a later event.
    pub fn apply(&mut self, event: &Event, stored: &Stored) {
        self.version = stored.version;
        self.changed_at = stored.at;
        self.note_figures(event, stored);
        self.note_call(event, stored);
        self.apply_followup(event, stored);
        self.apply_cards(event, stored);
        self.alarm_answered |= self.danger && hears(event);
        match event {
            Event::Filed(_) => {}
            Event::Alarmed { level } => {
                let times = self.alarm.map_or(0, |alarm| alarm.times).saturating_add(1);
                self.alarm = Some(Alarm { at: stored.at, level: *level, times });
            }
            Event::Registered { .. }
            | Event::Sorted { .. }
            | Event::KindNamed { .. }
            | Event::Accepted { .. }
            | Event::NotAccepted { .. }
            | Event::Simplified { .. }
            | Event::Extended { .. }
            | Event::Paused { .. }
            | Event::Resumed { .. }
            | Event::DueRecomputed { .. }
            | Event::Escalated { .. } => self.apply_clock(event, stored.day),
            Event::Assigned { .. }
            | Event::Taken { .. }
            | Event::Returned { .. }
            | Event::Disputed { .. }
            | Event::Arbitrated { .. }
            | Event::Moved { .. }
            | Event::HandedOver { .. } => self.apply_owner(event),
            Event::CalledIn { .. }
            | Event::CoAnswered { .. }
            | Event::Whistled { .. }
            | Event::WhistleAnswered { .. }
            | Event::WhistleGraded { .. }
            | Event::ReferralReported { .. }
            | Event::ReferralAnswered { .. } => self.apply_joint(event),
            Event::Replied { .. }
            | Event::Delivered { .. }
            | Event::FollowedUp { .. }
            | Event::Closed { .. }
            | Event::Rated { .. }
            | Event::Reopened { .. }
            | Event::CameAgain { .. } => self.apply_reply(event, stored),
            Event::ReviewAsked { .. }
            | Event::ReviewDecided { .. }
            | Event::RecheckAsked { .. }
            | Event::RecheckDecided { .. } => {
                self.apply_review(event, stored);
            }
            Event::HandedDown { .. }
            | Event::TakenBack { .. }
            | Event::SentBack { .. }
            | Event::Reminded { .. }
            | Event::Heard { .. } => self.apply_handed(event, stored.day),
            other => self.apply_resident(other),
        }
    }

    /// Sets the category. What was said below another one holds no more.
    fn file_under(&mut self, category: &str) {
        self.category = Some(category.to_owned());
        self.sorted = self.sorted.take().filter(|sorted| category_of(&sorted.to) == category);
    }

    fn apply_clock(&mut self, event: &Event, day: Date) {
        match event {
            Event::Registered { category } => {
                self.file_under(category);
                self.stage = Stage::Registered;
            }
            Event::Sorted { to, said } => {
                self.category = Some(category_of(to).to_owned());
                // the first suggestion and its day stay: a later correction says what would have been right
                let (day, said) = self.sorted.take().map_or((day, said.clone()), |first| (first.day, first.said));
                self.sorted = Some(Sorting { day, to: to.clone(), said });
            }
            Event::KindNamed { to, due, .. } => {
                self.kind = *to;
                if let Some(due) = due {
                    self.due = due.clone();
                }
            }
            Event::Accepted { category, due } => {
                self.file_under(category);
                self.accepted = Some(day);
                self.stage = if self.offer.is_some() { Stage::Assigned } else { Stage::Handling };
                self.start_clock(due);
            }
            Event::NotAccepted { .. } => {
                self.stage = Stage::NotAccepted;
                self.offer = None;
            }
            Event::Simplified { due } => {
                self.simplified = true;
                self.due = due.clone();
            }
            Event::Extended { due, .. } => {
                self.extended = true;
                self.due = due.clone();
            }
            Event::Paused { .. } => *self.running_clock().0 = Some(day),
            Event::Resumed { due: date } => {
                let (paused, pauses, due) = self.running_clock();
                if let Some(from) = paused.take() {
                    pauses.push(Pause { from, to: day });
                }
                if let Some(date) = date {
                    due.clone_from(date);
                }
            }
            Event::DueRecomputed { due, .. } => self.date_of_term(&due.term).clone_from(due),
            Event::Escalated { level, term, last, next, .. } => {
                self.supervision.escalated.insert(term.clone(), Escalation { last: *last, level: *level, next: *next });
            }
            _ => {}
        }
    }

    /// Finds the clock that runs: that of a pending review, else the holder's.
    fn running_clock(&mut self) -> (&mut Option<Date>, &mut Vec<Pause>, &mut super::due::DueDate) {
        let pending = [&mut self.recheck, &mut self.review].into_iter().flatten().find(|review| review.decided.is_none());
        match pending {
            Some(review) => (&mut review.paused, &mut review.pauses, &mut review.due),
            None => (&mut self.paused, &mut self.pauses, &mut self.due),
        }
    }

    /// Finds the date that a term gave: that of a pending review, the time to ask for the next step, else the holder's.
    fn date_of_term(&mut self, term: &str) -> &mut super::due::DueDate {
        if self.pending_review().is_some_and(|review| review.due.term == term) {
            return self.running_clock().2;
        }
        if self.last_word().and_then(|word| word.until.as_ref()).is_some_and(|until| until.term == term) {
            let word = self.last_word_mut().and_then(|word| word.until.as_mut());
            return word.expect("the word was just seen");
        }
        &mut self.due
    }

    /// A new term starts: what belonged to the old one is over.
    fn start_clock(&mut self, due: &super::due::DueDate) {
        self.due = due.clone();
        self.extended = false;
        self.pauses.clear();
        self.paused = None;
    }

    fn apply_owner(&mut self, event: &Event) {
        match event {
            Event::Assigned { to, until, .. } => {
                self.offer = Some(Offer { to: to.clone(), until: *until });
                self.stage = Stage::Assigned;
            }
            Event::Taken { office, .. } => self.own(office),
            Event::Arbitrated { to, .. } => {
                self.own(to);
                self.disputed = false;
                self.arbitrated = true;
            }
            Event::Returned { count, .. } => {
                self.offer = None;
                self.returns = *count;
                self.stage = self.stage_of_holder();
            }
            Event::Disputed { .. } => {
                self.offer = None;
                self.disputed = true;
                self.returns += 1;
                self.stage = self.stage_of_holder();
            }
            Event::Moved { to, .. } => {
                // the people go over with it
                let (stage, handler) = (self.stage, self.handler);
                self.own(to);
                (self.stage, self.handler) = (stage, handler);
            }
            Event::HandedOver { to } => self.handler = Some(*to),
            _ => {}
        }
    }

    fn own(&mut self, office: &str) {
        if self.owner != office {
            let last = std::mem::replace(&mut self.owner, office.to_owned());
            if !self.former.contains(&last) {
                self.former.push(last);
            }
            self.handler = None;
        }
        self.offer = None;
        self.stage = self.stage_of_holder();
    }

    /// Says where a matter stands that its holder has in hand without a reply.
    fn stage_of_holder(&self) -> Stage {
        match (self.accepted, &self.category) {
            (Some(_), _) => Stage::Handling,
            (None, Some(_)) => Stage::Registered,
            (None, None) => Stage::Received,
        }
    }

    fn apply_joint(&mut self, event: &Event) {
        match event {
            Event::CalledIn { offices, until, .. } => {
                for office in offices {
                    self.co_handlers.insert(office.clone(), CoHandler { until: *until, answered: false });
                }
            }
            Event::CoAnswered { office, .. } => {
                if let Some(co) = self.co_handlers.get_mut(office) {
                    co.answered = true;
                }
            }
            Event::Whistled { offices, until, .. } => {
                for office in offices {
                    self.whistles.insert(office.clone(), Whistle { until: *until, came_late: None, grade: None });
                }
            }
            Event::WhistleAnswered { office, late, .. } => {
                if let Some(whistle) = self.whistles.get_mut(office) {
                    whistle.came_late = Some(*late);
                }
            }
            Event::WhistleGraded { office, grade } => {
                if let Some(whistle) = self.whistles.get_mut(office) {
                    whistle.grade = Some(*grade);
                }
            }
            Event::ReferralReported { office, .. } => {
                self.referrals.push(Referral { office: office.clone(), admitted: None });
                self.returns += 1;
            }
            Event::ReferralAnswered { office, admitted, .. } => {
                let open = self.referrals.iter_mut().find(|referral| referral.office == *office && referral.admitted.is_none());
                if let Some(referral) = open {
                    referral.admitted = Some(*admitted);
                }
            }
            _ => {}
        }
    }

    fn apply_reply(&mut self, event: &Event, stored: &Stored) {
        match event {
            Event::Replied { .. } => {
                if let Actor::Staff(id) = stored.actor
                    && !self.answered.contains(&id)
                {
                    self.answered.push(id);
                }
                self.replies.push(Reply { leaf: stored.leaf, day: stored.day, delivered: None, until: None });
                self.stage = Stage::Replied;
                self.followed_up = None;
                self.offer = None;
                self.supplement_until = None;
            }
            Event::Delivered { until, .. } => {
                if let Some(word) = self.last_word_mut() {
                    word.delivered = Some(stored.day);
                    word.until.clone_from(until);
                }
            }
            Event::FollowedUp { satisfied, .. } => {
                self.followed_up = Some(*satisfied);
                self.stage = Stage::FollowedUp;
            }
            Event::Closed { .. } => self.stage = Stage::Closed,
            Event::Rated { grade, of, .. } => self.rating = Some(Grade { grade: *grade, of: *of }),
            Event::Reopened { due, .. } => {
                self.appeals = self.appeals.saturating_add(1);
                self.stage = Stage::Handling;
                self.accepted = Some(stored.day);
                self.withdraw_until = None;
                self.start_clock(due);
                if let Some(below) = &mut self.handed.below {
                    below.answered = false;
                }
            }
            // it lies before the whole office again: whoever answered it hands it on
            Event::CameAgain { .. } => self.handler = self.handler.filter(|id| !self.answered.contains(id)),
            _ => {}
        }
    }

    fn apply_review(&mut self, event: &Event, stored: &Stored) {
        let asked = |office: &String, due: &super::due::DueDate| {
            Some(Review { office: office.clone(), due: due.clone(), pauses: Vec::new(), paused: None, decided: None })
        };
        let decided = Some(Reply { leaf: stored.leaf, day: stored.day, delivered: None, until: None });
        match event {
            Event::ReviewAsked { office, due, .. } => {
                self.review = asked(office, due);
                self.keep_or_answer();
            }
            Event::RecheckAsked { office, due, .. } => {
                self.recheck = asked(office, due);
                self.keep_or_answer();
            }
            Event::ReviewDecided { .. } => {
                self.settle();
                if let Some(review) = &mut self.review {
                    review.decided = decided;
                }
            }
            Event::RecheckDecided { .. } => {
                self.settle();
                if let Some(review) = &mut self.recheck {
                    review.decided = decided;
                }
            }
            _ => {}
        }
    }

    /// A review opens what was closed. A holder who still owes a reply, because the matter was reopened, owes it as before:
    /// asking the office above ends nothing.
    fn keep_or_answer(&mut self) {
        if !self.owes_reply() {
            self.stage = Stage::Replied;
        }
    }

    /// The opinion of the office above answers the matter, also where the holder still owed a reply.
    fn settle(&mut self) {
        if self.owes_reply() {
            self.stage = Stage::Replied;
            self.offer = None;
            self.disputed = false;
            self.supplement_until = None;
        }
    }

    fn apply_resident(&mut self, event: &Event) {
        match event {
            Event::SupplementAsked { until, .. } => self.supplement_until = Some(*until),
            Event::Supplemented { .. } => self.supplement_until = None,
            Event::Joined { subject } => self.joins = Some(subject.clone()),
            Event::Unmasked { first, until, .. } => self.unmasked = Some((*first, *until)),
            Event::Merged { into, .. } => self.merged_into = Some(*into),
            Event::Unmerged { .. } => self.merged_into = None,
            Event::SpokespersonsNamed { names } => self.speakers.count = names.len(),
            Event::WithdrawAsked { until, .. } => self.withdraw_until = Some(*until),
            Event::WithdrawRevoked => self.withdraw_until = None,
            Event::TextsWanted => self.hears.texts = true,
            Event::TextsStopped => self.hears.texts = false,
            Event::Withdrawn => {
                self.withdraw_until = None;
                self.offer = None;
                self.stage = Stage::Withdrawn;
            }
            Event::DelegateNamed { .. } => self.delegate = true,
            Event::DelegateRemoved => self.delegate = false,
            Event::CodeReissued { rating_key, .. } => self.rating_key.clone_from(rating_key),
            _ => {}
        }
    }
}
