//! Courses with a way of their own: declined, returned, ruled, whistled, co-handled, extended, withdrawn, reviewed.

use appeals::appeal::{Command, Outcome};
use jiff::{SignedDuration, Timestamp};

use super::county::staff_id;
use super::course::Course;
use super::slots::below;

/// Minutes in an hour.
const HOUR: u32 = 60;
/// Minutes in a day.
const DAY: u32 = 24 * 60;

/// When on its day the main matter of many is passed on: after those of the night were merged into it.
const MAIN_PASSED_ON: SignedDuration = SignedDuration::from_mins(9 * 60 + 50);
/// How long the first desk needs to merge one of many.
const MERGING: SignedDuration = SignedDuration::from_mins(8);
/// How long after that later ones follow.
const AFTER_MAIN: SignedDuration = SignedDuration::from_mins(4 * 60 + 30);

/// When, from now, somebody asked to withdraw who can still take it back.
const ASKED_YESTERDAY: SignedDuration = SignedDuration::from_hours(-30);

/// Walks the way a story names.
pub fn walk(course: &mut Course<'_>, path: &str) {
    course.register();
    match path {
        "not_accepted" => declined(course),
        "conference" | "conference_open" | "returned_twice" | "returned_once" => returned(course, path),
        "whistle" => whistled(course),
        "co" => co_handled(course),
        "referral" => sent_on(course),
        "withdrawn" | "withdrawing" | "withdraw_revoked" => withdrawn(course, path),
        other => with_office(course, other),
    }
}

/// Says the words of the story with a place in its list.
fn said(course: &mut Course<'_>, at: usize) -> String {
    let words = course.cast.story.words.get(at).cloned().unwrap_or_default();
    course.text(&words)
}

fn finish(course: &mut Course<'_>) {
    course.reply();
    course.end();
}

fn declined(course: &mut Course<'_>) {
    let ground = course.cast.story.ground.clone().unwrap_or_default();
    let words = said(course, 0);
    let minutes = if course.cast.story.danger { (1, 3) } else { (2 * HOUR, DAY) };
    course.desk(minutes, Command::NotAccept { ground, words });
}

/// The first of many who tell the same thing: their matters are merged into this one, which is then passed on.
pub fn first_of_many(course: &mut Course<'_>) {
    course.register();
    let morning = course.setting.hours().office(course.at, (0, 1), &mut course.chance);
    course.at = course.setting.midnight(course.setting.day(morning)).saturating_add(MAIN_PASSED_ON).unwrap_or(morning);
    let office = course.setting.responsible(&course.cast.story.category, &course.cast.place);
    course.offer_to(&office, (0, 1));
    course.officer(&office, (20, HOUR), Command::TakeOver);
    course.owner = office;
    course.accept();
    finish(course);
}

/// One of many: merged at the first desk when it came in the night, else by the office that has the main matter. The
/// reply to all comes at an instant that is known from the main matter.
pub fn one_of_many(course: &mut Course<'_>, (main, passed_on, replied): (usize, Timestamp, Option<Timestamp>)) {
    let at_desk = course.setting.hours().office(course.at, (0, 1), &mut course.chance);
    if at_desk.saturating_add(MERGING).unwrap_or(at_desk) < passed_on {
        course.at = at_desk;
        course.merge((0, 5), main);
    } else {
        course.register();
        course.at = course.at.max(passed_on.saturating_add(AFTER_MAIN).unwrap_or(passed_on));
        let office = course.setting.responsible(&course.cast.story.category, &course.cast.place);
        course.offer_to(&office, (6, 40));
        course.officer(&office, (5, HOUR), Command::TakeOver);
        course.owner = office;
        course.merge((3, 20), main);
    }
    if let Some(replied) = replied {
        course.at = replied;
        super::verdict::of_many(course);
    }
}

/// Offered in turn; the last office keeps it, or the joint conference rules.
fn returned(course: &mut Course<'_>, path: &str) {
    let offices = course.cast.story.offices.clone();
    let returns = if path.starts_with("conference") { offices.len() } else { offices.len() - 1 };
    for (at, office) in offices.iter().take(returns).enumerate() {
        course.offer_to(office, (6, 90));
        let ground = if at % 2 == 0 { "competence" } else { "other_power" }.to_owned();
        let words = said(course, at);
        course.officer(office, (4 * HOUR, DAY), Command::Return { ground, words });
    }
    if path == "conference_open" {
        return;
    }
    if let Some(to) = course.cast.story.ruler.clone() {
        let words = said(course, returns);
        let leader = course.setting.county_leader();
        course.staff(leader, (2 * DAY, 3 * DAY), Command::Arbitrate { to: to.clone(), words });
        course.owner = to;
    } else if let Some(last) = offices.last() {
        course.hand_to(last);
    }
    course.accept();
    finish(course);
}

/// The town calls departments in; each comes and is rated.
fn whistled(course: &mut Course<'_>) {
    let (offices, grades) = (course.cast.story.offices.clone(), course.cast.story.grades.clone());
    course.accept();
    let words = said(course, 0);
    let head = course.setting.head(&course.owner);
    course.staff(head, (10, HOUR), Command::Whistle { offices: offices.clone(), words });
    for (at, office) in offices.iter().enumerate() {
        let words = said(course, at + 1);
        course.officer(office, (2 * HOUR, 5 * HOUR), Command::AnswerWhistle { words });
    }
    for (office, grade) in offices.into_iter().zip(grades) {
        course.staff(head, (5, 20), Command::GradeWhistle { office, grade });
    }
    finish(course);
}

fn co_handled(course: &mut Course<'_>) {
    let offices = course.cast.story.offices.clone();
    let lead = course.setting.responsible(&course.cast.story.category, &course.cast.place);
    course.hand_to(&lead);
    course.accept();
    let words = said(course, 0);
    course.desk((HOUR, 4 * HOUR), Command::CallIn { offices: offices.clone(), words });
    for (at, office) in offices.iter().enumerate() {
        let words = said(course, at + 1);
        course.officer(office, (DAY, 3 * DAY), Command::CoAnswer { words });
    }
    finish(course);
}

/// A desk notes that the person was sent on by word of mouth; the sender answers.
fn sent_on(course: &mut Course<'_>) {
    let office = course.cast.story.offices[(course.cast.voice - 1) % course.cast.story.offices.len()].clone();
    let words = said(course, 0);
    course.desk((5, 30), Command::ReportReferral { office: office.clone(), words });
    course.accept();
    let words = said(course, 1);
    course.officer(&office, (DAY / 2, 2 * DAY), Command::AnswerReferral { admitted: true, words });
    finish(course);
}

fn withdrawn(course: &mut Course<'_>, path: &str) {
    let office = course.setting.responsible(&course.cast.story.category, &course.cast.place);
    course.hand_to(&office);
    course.accept();
    let words = said(course, 0);
    if path == "withdrawing" {
        // asked yesterday, so that it can still be taken back today
        course.at = course.at.max(course.setting.now.saturating_add(ASKED_YESTERDAY).unwrap_or(course.at));
    }
    course.resident((HOUR, 4 * HOUR), Command::AskWithdraw { words });
    if path == "withdraw_revoked" {
        course.resident((10 * HOUR, 2 * DAY), Command::RevokeWithdraw);
        finish(course);
    }
}

/// Ways that begin when the responsible office has accepted.
fn with_office(course: &mut Course<'_>, path: &str) {
    let office = course.setting.responsible(&course.cast.story.category, &course.cast.place);
    course.hand_to(&office);
    course.accept();
    match path {
        "extended" => {
            let (ground, days) = (course.cast.story.ground.clone().unwrap_or_default(), course.cast.story.days.unwrap_or(15));
            let (words, head) = (said(course, 0), course.setting.head(&course.owner));
            course.staff(head, (38 * DAY, 40 * DAY), Command::Extend { ground, days, words });
            finish(course);
        }
        "asked" => {
            let words = said(course, 0);
            course.desk((HOUR, DAY), Command::AskSupplement { words });
        }
        "spokespersons" => {
            let names = course.cast.story.words.clone();
            course.desk((HOUR, DAY), Command::NameSpokespersons { names });
            finish(course);
        }
        "handover" => {
            let day = course.setting.day(course.at);
            let colleagues = course.setting.directory.staff_of(&course.owner);
            let to = colleagues.filter(|staff| !staff.away_on(day)).map(|staff| staff.id).max();
            course.desk((HOUR, DAY), Command::HandOver { to: to.unwrap_or_else(|| course.setting.head(&office)) });
            finish(course);
        }
        "simple" => {
            course.desk((5, 30), Command::Simplify);
            finish(course);
        }
        other => with_reply(course, other),
    }
}

fn with_reply(course: &mut Course<'_>, path: &str) {
    match path {
        "delegate" => {
            let (name, mobile) = (said(course, 0), format!("15430{:06}", below(&mut course.chance, 1_000_000)));
            course.resident((HOUR, DAY), Command::NameDelegate { name, mobile });
            finish(course);
        }
        "code_lost" => {
            let (window, beside) = (staff_id("shangxiaohe"), staff_id("taohanmei"));
            let shown = "居民身份证".to_owned();
            course.staff(window, (2 * DAY, 4 * DAY), Command::ReissueCode { shown, second: beside });
            finish(course);
        }
        _ => reviewed(course, path),
    }
}

fn reviewed(course: &mut Course<'_>, path: &str) {
    course.reply();
    course.resident((3 * HOUR, 2 * DAY), Command::Open);
    if let Some(words) = course.cast.story.bad.clone() {
        let words = course.text(&words);
        course.rate(1, words);
    }
    let words = said(course, 0);
    course.resident((HOUR, 2 * DAY), Command::AskReview { words });
    let Some(answer) = &course.cast.story.review else { return };
    if path == "review" {
        let reviewer = staff_id("luzhiyuan");
        course.at = course.setting.hours().office(course.at, (8 * DAY, 12 * DAY), &mut course.chance);
        let reply = course.reply_text(answer);
        course.staff(reviewer, (0, 1), Command::DecideReview { reply, outcome: Outcome::Support });
        course.resident((HOUR, 2 * DAY), Command::Open);
    }
}
