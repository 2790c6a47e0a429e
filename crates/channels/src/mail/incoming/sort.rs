//! What a mail is to become. Pure.

use uuid::Uuid;

use super::address::To;
use super::read::{Auto, Mail};

/// Says what a mail is to become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A matter.
    Matter,
    /// Words and files added to this matter.
    Added(Uuid),
    /// Word that this letter of ours did not arrive.
    Returned(Uuid),
    /// Nothing: for this reason it lies aside, where a person may still have it taken.
    Aside(&'static str),
    /// Nothing, and nothing to look at: word that a letter is late, which it may say often.
    Idle(&'static str),
}

/// Sorts a mail by the addresses of ours it was sent to. `sure` says that a person has looked and wants it taken.
pub fn sort(mail: &Mail, to: &[To], sure: bool) -> What {
    let returned = to.iter().find_map(|to| if let To::Returned(letter) = to { Some(*letter) } else { None });
    let answer = to.iter().find_map(|to| if let To::Answer(matter) = to { Some(*matter) } else { None });
    if mail.is_ours {
        // taking one's own letters would answer them, and so on for ever
        return What::Aside("loop");
    }
    match (mail.auto, returned) {
        (Some(Auto::Failed), Some(letter)) => return What::Returned(letter),
        (Some(Auto::Delayed), _) => return What::Idle("delayed"),
        (_, Some(_)) | (Some(Auto::Failed), None) => return What::Aside("returned_odd"),
        (Some(Auto::Reply), None) if !sure => return What::Aside("auto_reply"),
        (Some(Auto::List), None) if !sure => return What::Aside("list"),
        _ => {}
    }
    if mail.text.trim().is_empty() && mail.subject.trim().is_empty() && mail.files.is_empty() {
        return What::Aside("empty");
    }
    answer.map_or(What::Matter, What::Added)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mail_becomes_one_thing() {
        let (matter, letter) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let words = Mail { text: "路灯坏了".into(), ..Mail::default() };
        let auto = |auto| Mail { auto: Some(auto), ..words.clone() };
        let (intake, answer, back) = (To::Intake, To::Answer(matter), To::Returned(letter));
        let table: &[(&Mail, &[To], What)] = &[
            (&words, &[intake], What::Matter),
            (&words, &[intake, answer], What::Added(matter)),
            (&words, &[back], What::Aside("returned_odd")),
            (&Mail { is_ours: true, ..words.clone() }, &[answer], What::Aside("loop")),
            (&auto(Auto::Failed), &[back], What::Returned(letter)),
            (&auto(Auto::Failed), &[intake], What::Aside("returned_odd")),
            (&auto(Auto::Delayed), &[back], What::Idle("delayed")),
            (&auto(Auto::Reply), &[answer], What::Aside("auto_reply")),
            (&auto(Auto::Reply), &[back], What::Aside("returned_odd")),
            (&auto(Auto::List), &[intake], What::Aside("list")),
            (&Mail::default(), &[intake], What::Aside("empty")),
        ];
        for (mail, to, what) in table {
            assert_eq!(sort(mail, to, false), *what, "{to:?}");
        }
    }

    #[test]
    fn a_person_may_have_taken_what_a_machine_wrote_but_no_letter_of_ours() {
        let words = Mail { text: "路灯坏了".into(), auto: Some(Auto::Reply), ..Mail::default() };
        assert_eq!(sort(&words, &[To::Intake], true), What::Matter);
        let ours = Mail { is_ours: true, ..words };
        assert_eq!(sort(&ours, &[To::Intake], true), What::Aside("loop"));
    }
}
