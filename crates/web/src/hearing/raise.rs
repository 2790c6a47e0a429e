//! Telling early: an issue beyond its season goes to the office that holds most of it and to those who lead it, once.

use std::sync::{Arc, PoisonError};

use appeals::alarm;
use civic::chance;
use civic::hall::Hall;
use civic::lease::Lease;
use civic::outbox::{self, Message};
use civic::permit::Subject;
use db::Fault;
use insight::board::{Board, Warning};
use insight::deed;
use insight::warn::{Alert, tenths};
use jiff::Timestamp;
use uuid::Uuid;

use super::{Course, DAY_SECONDS, Hearing};

/// The job's name: of several processes one tells.
const JOB: &str = "issues";

impl Hearing {
    /// Tells of what waits, unless it was told, or is older than a day. Returns how many warnings were told.
    pub(super) fn raise(&self, hall: &Hall, holder: Uuid, course: &mut Course) -> Result<usize, Fault> {
        let now = hall.clock.now();
        let mut told = 0;
        for (trigger, alert) in std::mem::take(&mut course.waiting) {
            if now.as_second() - alert.at >= DAY_SECONDS {
                continue;
            }
            let board = self.board.read().unwrap_or_else(PoisonError::into_inner);
            let Some((warning, subject)) = board.as_ref().and_then(|board| warning(board, (trigger, alert), now)) else {
                continue;
            };
            drop(board);
            if write(hall, holder, (warning, subject))? {
                told += 1;
                // what is told of an issue keeps the next alert of it quiet
                while self.follow(hall, course)? {}
            }
        }
        Ok(told)
    }
}

/// Words an alert, with the matter that stands for all: the newest that the told office holds; whoever may not see it hears nothing.
/// None where its issue was told of lately.
fn warning(board: &Board, (trigger, alert): (i64, Alert), now: Timestamp) -> Option<(Warning, Subject)> {
    let Alert { at, hours, people, expected, .. } = alert;
    if board.is_told(trigger, (at, people)) {
        return None;
    }
    let seen = board.around(trigger, |_| true, now.as_second())?;
    let office = seen.owner().to_owned();
    let subject = seen.matters.iter().rev().find(|matter| matter.subject.owner == office)?.subject.clone();
    let usual_tenths = tenths(expected);
    let proposal = board.rules().proposal(people).map_or_else(String::new, |proposal| proposal.code.clone());
    Some((Warning { trigger, at: now.as_second(), hours, people, usual_tenths, office, proposal, answers: Vec::new() }, subject))
}

/// Writes the warning and the letters in one commit. Tells whether it was not there yet, and this process's to tell.
fn write(hall: &Hall, holder: Uuid, (warning, subject): (Warning, Subject)) -> Result<bool, Fault> {
    let now = hall.clock.now();
    let site = Arc::clone(&hall.site);
    hall.store.write_blocking(move |tx| {
        if Lease::take(tx, site.jurisdiction, (JOB, holder), now)?.is_none() {
            return Ok(false);
        }
        let mut chance = site.chance();
        let Some(position) = deed::warn(tx, &site, (now, &mut chance), &warning)? else { return Ok(false) };
        let directory = site.directory();
        for staff in alarm::leading(&directory, &subject) {
            let recipient = format!("staff:{}", staff.id);
            let message =
                Message { matter: Uuid::nil(), event: position, recipient, template: deed::WARNED, channel: outbox::MAIL };
            outbox::put(tx, site.jurisdiction, (chance::id_ordered(&mut chance, now), now), &message)?;
        }
        Ok(true)
    })
}
