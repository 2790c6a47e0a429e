//! From a form to a command. What is missing or wrong is refused in the room, or here where it cannot even be read.

use appeals::appeal::{FileRef, Manner, Outcome, ReplyText};
use appeals::filing::hides;
use appeals::{Command, Kind, number};
use civic::permit::Act;
use civic::refusal::Refusal;
use uuid::Uuid;

use crate::extract::Fields;

/// Reads the command of an act. `main` is the matter that a merge leads into.
pub fn command(act: Act, (fields, files): (&Fields, Vec<FileRef>), main: Option<Uuid>) -> Result<Command, Refusal> {
    if fields.iter().any(|(_, text)| text.chars().any(hides)) {
        return Err(Refusal::new("hidden_characters").instead("type_anew"));
    }
    let text = |name: &str| fields.get(name).to_owned();
    let (words, ground) = (text("words"), text("ground"));
    Ok(match act {
        Act::Register => Command::Register { category: text("category") },
        Act::Accept => Command::Accept { category: text("category") },
        Act::Sort => Command::Sort { to: text("subject"), said: None },
        Act::NameKind => {
            let to = Kind::parse(fields.get("kind")).ok_or_else(|| Refusal::new("choice_missing").instead("choose_one"))?;
            Command::NameKind { to, said: None }
        }
        Act::NotAccept => Command::NotAccept { ground, words },
        Act::Simplify => Command::Simplify,
        Act::Assign => Command::Assign { to: text("office"), words },
        Act::TakeOver => Command::TakeOver,
        Act::Return => Command::Return { ground, words },
        Act::Arbitrate => Command::Arbitrate { to: text("office"), words },
        Act::HandOver => Command::HandOver { to: person(fields, "colleague")? },
        Act::Merge => {
            let into = main.ok_or_else(|| Refusal::new("unknown_main").instead("choose_main"))?;
            Command::Merge { into, number: number::parse(fields.get("main")).unwrap_or_default() }
        }
        Act::Unmerge => Command::Unmerge,
        other => return later(other, (fields, files), (words, ground)),
    })
}

fn later(act: Act, (fields, files): (&Fields, Vec<FileRef>), (words, ground): (String, String)) -> Result<Command, Refusal> {
    let text = |name: &str| fields.get(name).to_owned();
    let offices = || fields.all("offices").map(str::to_owned).collect();
    Ok(match act {
        Act::CallIn => Command::CallIn { offices: offices(), words },
        Act::CoAnswer => Command::CoAnswer { words },
        Act::Whistle => Command::Whistle { offices: offices(), words },
        Act::AnswerWhistle => Command::AnswerWhistle { words },
        Act::GradeWhistle => Command::GradeWhistle { office: text("came"), grade: grade(fields)? },
        Act::ReportReferral => Command::ReportReferral { office: text("office"), words },
        Act::AnswerReferral => Command::AnswerReferral { admitted: yes(fields, "admitted")?, words },
        Act::Extend => Command::Extend { ground, days: fields.get("days").parse().unwrap_or_default(), words },
        Act::Pause => Command::Pause { ground, words },
        Act::Resume => Command::Resume,
        Act::AskSupplement => Command::AskSupplement { words },
        Act::Reply => Command::Reply { reply: reply(fields, files), outcome: outcome(fields)? },
        Act::DecideReview => Command::DecideReview { reply: reply(fields, files), outcome: outcome(fields)? },
        Act::DecideRecheck => Command::DecideRecheck { reply: reply(fields, files), outcome: outcome(fields)? },
        Act::RecordDelivery => Command::RecordDelivery { manner: ground, proof: text("proof"), files },
        Act::TellByPhone => {
            let otherwise = fields.get("reached") == OTHERWISE;
            let speaker = fields.get("speaker").parse().ok();
            Command::TellByPhone { reached: otherwise || yes(fields, "reached")?, words, otherwise, speaker }
        }
        Act::Rectify => Command::Rectify { words, files },
        Act::ShowEvidence => Command::ShowEvidence { words, files },
        Act::JudgeEvidence => Command::JudgeEvidence { enough: yes(fields, "enough")?, words },
        Act::NoteMeasure => Command::NoteMeasure { words },
        Act::ObjectRating => Command::ObjectRating { ground, words },
        Act::DecideObjection => Command::DecideObjection { upheld: yes(fields, "upheld")?, words },
        Act::AnswerCriticism => Command::AnswerCriticism { words },
        Act::FollowUp => Command::FollowUp { words, satisfied: yes(fields, "satisfied")? },
        Act::Close => Command::Close { ground, words, files },
        Act::NameSpokespersons => Command::NameSpokespersons { names: fields.get("names").lines().map(str::to_owned).collect() },
        Act::HandDown => hand_down(fields, words)?,
        Act::TakeBack => Command::TakeBack { words },
        Act::Remind => Command::Remind { words },
        Act::SendBack => Command::SendBack { ground, words },
        Act::ReissueCode => Command::ReissueCode { shown: text("shown"), second: person(fields, "second")? },
        _ => return Err(Refusal::new("not_your_role").with("act", act.code()).instead("ask_office_head")),
    })
}

fn hand_down(fields: &Fields, words: String) -> Result<Command, Refusal> {
    let peer = fields.get("site").parse().map_err(|_| Refusal::new("unknown_site").instead("choose_site"))?;
    let manner = Manner::parse(fields.get("manner")).ok_or_else(|| Refusal::new("choice_missing").instead("choose_one"))?;
    let back = match fields.get("back").trim() {
        "" => None,
        day => Some(day.parse().map_err(|_| Refusal::new("back_missing").instead("choose_back"))?),
    };
    Ok(Command::HandDown { peer, manner, back, words })
}

fn reply(fields: &Fields, files: Vec<FileRef>) -> ReplyText {
    let text = |name: &str| fields.get(name).to_owned();
    ReplyText {
        request: text("request"),
        facts: text("facts"),
        opinion: text("opinion"),
        basis: fields.all("basis").map(str::to_owned).collect(),
        way_on: text("way_on"),
        files,
    }
}

fn outcome(fields: &Fields) -> Result<Outcome, Refusal> {
    Outcome::parse(fields.get("outcome")).ok_or_else(|| Refusal::new("choice_missing").instead("choose_one"))
}

/// Says in a form that the resident was told otherwise than by telephone.
pub(super) const OTHERWISE: &str = "otherwise";

fn yes(fields: &Fields, name: &str) -> Result<bool, Refusal> {
    match fields.get(name) {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(Refusal::new("choice_missing").instead("choose_one")),
    }
}

fn grade(fields: &Fields) -> Result<u8, Refusal> {
    fields.get("grade").parse().map_err(|_| Refusal::new("grade_unknown").instead("choose_grade"))
}

fn person(fields: &Fields, name: &str) -> Result<Uuid, Refusal> {
    fields.get(name).parse().map_err(|_| Refusal::new("not_a_colleague").instead("choose_colleague"))
}
