//! What people may try.

use appeals::appeal::{Command, Kind, Outcome, ReplyText, Suggested};
use uuid::Uuid;

/// Number of different commands.
pub const COMMANDS: usize = 43;

/// Makes a command; those that name a matter or a colleague get theirs from the bench.
pub fn command(number: usize, office: &str) -> Command {
    let words = || "因为这样".to_owned();
    let text = || ReplyText {
        request: words(),
        facts: words(),
        opinion: words(),
        basis: vec!["xf:32".into()],
        way_on: words(),
        ..ReplyText::default()
    };
    match number {
        0 => Command::Register { category: "14".into() },
        1 | 2 => Command::Accept { category: "14".into() },
        3 => Command::Simplify,
        4 => Command::Assign { to: office.into(), words: String::new() },
        5 | 6 => Command::TakeOver,
        7 => Command::Return { ground: "competence".into(), words: words() },
        8 => Command::Arbitrate { to: office.into(), words: words() },
        9 => Command::CallIn { offices: vec![office.into()], words: words() },
        10 => Command::CoAnswer { words: words() },
        11 => Command::Extend { ground: "complex".into(), days: 30, words: words() },
        12 | 13 => Command::Pause { ground: "hearing".into(), words: words() },
        14 => Command::Resume,
        15..=17 => Command::Reply { reply: text(), outcome: Outcome::Explain },
        18 => Command::Open,
        19 => Command::Reopen { words: words() },
        20 => Command::AskWithdraw { words: words() },
        21 => Command::RevokeWithdraw,
        22 | 23 => Command::AskReview { words: words() },
        24 => Command::AskRecheck { words: words() },
        25 => Command::DecideReview { reply: text(), outcome: Outcome::Explain },
        26 => Command::DecideRecheck { reply: text(), outcome: Outcome::Explain },
        27 => Command::Whistle { offices: vec![office.into()], words: words() },
        28 => Command::AskSupplement { words: words() },
        29 => Command::Supplement { words: words(), files: Vec::new() },
        30 => Command::NotAccept { ground: "litigation".into(), words: words() },
        31 => Command::NotAccept { ground: "in_hand".into(), words: words() },
        32..=34 => Command::Merge { into: Uuid::nil(), number: String::new() },
        35 => Command::Unmerge,
        37 => Command::TellByPhone { reached: true, words: words(), otherwise: false, speaker: None },
        38 => Command::TellByPhone { reached: false, words: words(), otherwise: false, speaker: Some(0) },
        39 => Command::Sort { to: "140301".into(), said: None },
        40 => Command::Sort { to: "03".into(), said: Some(Suggested { code: "030101".into(), sure: 812 }) },
        41 => Command::Join { subject: "14".into() },
        42 => Command::NameKind {
            to: if office.len().is_multiple_of(2) { Kind::Consultation } else { Kind::Suggestion },
            said: None,
        },
        36 => Command::HandOver { to: Uuid::nil() },
        _ => Command::ReportReferral { office: office.into(), words: words() },
    }
}
