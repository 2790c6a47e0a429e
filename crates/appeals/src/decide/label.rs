//! Words that label a person have no place in what staff write (guard rule E2). What somebody else said may be quoted.

use civic::refusal::Refusal;

use crate::appeal::{Command, ReplyText};

/// Words that label whoever comes, instead of saying what happened.
const LABELS: &[&str] = &[
    "缠访",
    "闹访",
    "无理访",
    "重点人员",
    "重点稳控",
    "稳控对象",
    "维稳对象",
    "上访户",
    "上访专业户",
    "上访老户",
    "刁民",
    "钉子户",
];
/// Marks between which somebody is quoted.
const QUOTES: &[(char, char)] = &[('“', '”'), ('「', '」'), ('『', '』'), ('"', '"')];

/// Refuses a label in what staff write into a matter.
pub(super) fn check(command: &Command) -> Result<(), Refusal> {
    texts(command).into_iter().try_for_each(words)
}

/// Refuses a label in words of staff.
pub fn words(text: &str) -> Result<(), Refusal> {
    let refuse = |label| Refusal::new("labels_a_person").with("label", label).instead("say_what_happened");
    labelled(text).map_or(Ok(()), |label| Err(refuse(label)))
}

/// Finds the first label that is not quoted.
fn labelled(text: &str) -> Option<&'static str> {
    let (mut own, mut until) = (String::new(), None);
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        match until {
            Some(end) if c == end => until = None,
            Some(_) => {}
            None => match QUOTES.iter().find(|(begin, _)| *begin == c) {
                Some((_, end)) => until = Some(*end),
                None => own.push(c),
            },
        }
    }
    LABELS.iter().copied().find(|label| own.contains(label))
}

/// Lists the words of a command.
fn texts(command: &Command) -> Vec<&str> {
    match command {
        Command::NotAccept { words, .. }
        | Command::Assign { words, .. }
        | Command::Return { words, .. }
        | Command::Arbitrate { words, .. }
        | Command::CallIn { words, .. }
        | Command::CoAnswer { words }
        | Command::Whistle { words, .. }
        | Command::AnswerWhistle { words }
        | Command::ReportReferral { words, .. }
        | Command::AnswerReferral { words, .. }
        | Command::Extend { words, .. }
        | Command::Pause { words, .. }
        | Command::AskSupplement { words }
        | Command::TellByPhone { words, .. }
        | Command::FollowUp { words, .. }
        | Command::Rectify { words, .. }
        | Command::ObjectRating { words, .. }
        | Command::DecideObjection { words, .. }
        | Command::AnswerCriticism { words }
        | Command::ShowEvidence { words, .. }
        | Command::JudgeEvidence { words, .. }
        | Command::NoteMeasure { words }
        | Command::HandDown { words, .. }
        | Command::TakeBack { words }
        | Command::Remind { words }
        | Command::SendBack { words, .. }
        | Command::Close { words, .. } => vec![words],
        Command::RecordDelivery { proof, .. } => vec![proof],
        Command::Reply { reply, .. } | Command::DecideReview { reply, .. } | Command::DecideRecheck { reply, .. } => {
            let ReplyText { request, facts, opinion, way_on, basis: _, files: _ } = reply;
            vec![request, facts, opinion, way_on]
        }
        Command::NameSpokespersons { names } => names.iter().map(String::as_str).collect(),
        Command::ReissueCode { shown, .. } => vec![shown],
        Command::Register { .. }
        | Command::Accept { .. }
        | Command::Sort { .. }
        | Command::NameKind { .. }
        | Command::Simplify
        | Command::TakeOver
        | Command::GradeWhistle { .. }
        | Command::Resume
        | Command::Merge { .. }
        | Command::Unmerge
        | Command::HandOver { .. }
        // what a resident writes is theirs
        | Command::Open
        | Command::Supplement { .. }
        | Command::Join { .. }
        | Command::AskWithdraw { .. }
        | Command::RevokeWithdraw
        | Command::Rate { .. }
        | Command::TellGrade { .. }
        | Command::FollowByText
        | Command::StopTexts
        | Command::MarkRectification { .. }
        | Command::AnswerObjection { .. }
        // what is noted of a call-back, or for somebody at a counter, is what the resident said
        | Command::CallBack { .. }
        | Command::HearObjection { .. }
        | Command::Reopen { .. }
        | Command::AskReview { .. }
        | Command::AskRecheck { .. }
        | Command::NameDelegate { .. }
        | Command::RemoveDelegate => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_write_what_happened_and_no_label_on_a_person() {
        let reply = |opinion: &str| Command::Reply {
            reply: ReplyText { opinion: opinion.into(), ..ReplyText::default() },
            outcome: crate::appeal::Outcome::Explain,
        };
        for text in ["此人系缠 访人员", "已列为重点\n人员", "“您好”，他是钉子户"] {
            let refusal = check(&reply(text)).unwrap_err();
            assert_eq!(refusal.code, "labels_a_person", "{text}");
            assert_eq!(
                check(&Command::Return { ground: String::new(), words: text.into() }).unwrap_err().code,
                "labels_a_person"
            );
        }
        for text in ["来信说自己被当作“重点人员”，已核实没有这回事", "水管已经修好，今天通水", "该公司被列入失信黑名单"]
        {
            assert_eq!(check(&reply(text)), Ok(()), "{text}");
        }
        let resident = Command::Supplement { words: "村里说我是钉子户".into(), files: Vec::new() };
        assert_eq!(check(&resident), Ok(()), "residents write as they like");
    }
}
