//! What residents do with a reply: rate it, say it on the phone, open it again, let it be closed.

use appeals::appeal::Command;

use super::course::Course;
use super::slots::below;

/// Minutes in a day.
const DAY: u32 = 24 * 60;

/// Draws a verdict once the reply has arrived.
pub fn follows(course: &mut Course<'_>) {
    let story = course.cast.story;
    let drawn = below(&mut course.chance, 100);
    if let (Some(words), true) = (&story.reopened, drawn < 60) {
        let words = course.text(words);
        return course.resident((5 * DAY, 9 * DAY), Command::Reopen { words });
    }
    match drawn {
        0..74 => rated(course),
        74..86 => called(course, true),
        _ => {}
    }
}

/// One of many opens the shared reply, and some rate it.
pub fn of_many(course: &mut Course<'_>) {
    if below(&mut course.chance, 10) >= 7 {
        return;
    }
    course.resident((20, 2 * DAY), Command::Open);
    if below(&mut course.chance, 10) < 6 {
        let grade = if below(&mut course.chance, 4) == 0 { 2 } else { 5 };
        let words = spoken(course, grade);
        course.rate(grade, words);
    }
}

fn rated(course: &mut Course<'_>) {
    let claims = ["help", "complaint"].contains(&course.cast.story.kind.as_str());
    let grade = match below(&mut course.chance, 100) {
        0..46 => 5,
        46..70 => 4,
        _ if !claims => 5,
        70..82 => 3,
        82..92 => 2,
        _ => 1,
    };
    let words = spoken(course, grade);
    course.rate(grade, words);
    if grade >= 3 {
        close(course, "satisfied");
    } else {
        called(course, false);
        criticised(course, grade);
    }
}

/// What follows a bad grade: most people are called back by whoever supervises, who answers some of it. The rest is still owed.
fn criticised(course: &mut Course<'_>, grade: u8) {
    if course.cast.story.identity == "named" && below(&mut course.chance, 4) < 3 {
        let words = course.setting.words.followed_bad.clone();
        let words = course.words(&words);
        course.call_back(words, grade);
    }
    if below(&mut course.chance, 2) == 0 {
        let supervisor = course.setting.supervisor();
        let words = course.setting.words.answered_criticism.clone();
        let words = course.words(&words);
        course.staff(supervisor, (2 * 60, 2 * DAY), Command::AnswerCriticism { words });
    }
}

/// Finds what is said beside a grade; some say nothing.
fn spoken(course: &mut Course<'_>, grade: u8) -> String {
    let (own, drawn) = (
        match grade {
            4 | 5 => course.cast.story.good.clone(),
            1 | 2 => course.cast.story.bad.clone(),
            _ => None,
        },
        below(&mut course.chance, 100),
    );
    let pool = course.setting.words.rated[&grade.to_string()].clone();
    match own {
        Some(words) if drawn < 70 && !course.text(&words).is_empty() => course.text(&words),
        _ if drawn < 85 => course.words(&pool),
        _ => String::new(),
    }
}

/// Rings the resident up; nobody can ring somebody anonymous.
fn called(course: &mut Course<'_>, satisfied: bool) {
    if course.cast.story.identity == "anonymous" {
        return;
    }
    let words = if satisfied { &course.setting.words.followed_good } else { &course.setting.words.followed_bad }.clone();
    let words = course.words(&words);
    course.desk((DAY / 2, 3 * DAY), Command::FollowUp { words, satisfied });
}

fn close(course: &mut Course<'_>, ground: &str) {
    let answered = ["suggestion", "praise", "consultation"].contains(&course.cast.story.kind.as_str());
    let (ground, words) =
        if answered { ("answered", &course.setting.words.close_answered) } else { (ground, &course.setting.words.close_good) };
    let words = words.clone();
    let words = course.words(&words);
    course.desk((60, 3 * DAY), Command::Close { ground: ground.to_owned(), words, files: Vec::new() });
}
