//! Letters to staff about what is kept here: who is called to a conference, who has to answer, what was answered, what was decided, what was
//! published. A letter names nothing of it: mail is read on its way, and what it is about stands at the desk alone.

use std::collections::BTreeSet;

use civic::chance::{self, Chance};
use civic::directory::Directory;
use civic::outbox::{self, Message};
use civic::site::Site;
use db::{Fault, Tx};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::dossier::state::{Dossier, Event, What};

/// An office is called to a joint conference.
pub const CALLED: &str = "conference_called";
/// A leader has a personal case.
pub const CASE: &str = "case_given";
/// An office got a suggestion that it answers in writing.
pub const ADVISED: &str = "advice_given";
/// Somebody is held to account and may reply.
pub const HELD: &str = "account_step";
/// The day of a file passed.
pub const OVERDUE: &str = "dossier_overdue";
/// An office answered.
pub const ANSWERED: &str = "dossier_answered";
/// An office objects to an item of its sheet.
pub const OBJECTED: &str = "assessment_objected";
/// Such an objection was decided.
pub const DECIDED: &str = "assessment_decided";
/// A report and the sheets of offices were published.
pub const PUBLISHED: &str = "edition_published";
/// They were corrected.
pub const CORRECTED: &str = "edition_corrected";
/// Lists the templates.
pub const TEMPLATES: [&str; 10] = [CALLED, CASE, ADVISED, HELD, OVERDUE, ANSWERED, OBJECTED, DECIDED, PUBLISHED, CORRECTED];

/// Is who is written to.
pub(crate) type People = BTreeSet<Uuid>;

/// Lists who of some offices is told.
pub(crate) fn of_offices<'a>(directory: &Directory, offices: impl IntoIterator<Item = &'a String>, today: Date) -> People {
    offices.into_iter().flat_map(|office| directory.on_duty(office, today).map(|staff| staff.id).collect::<Vec<_>>()).collect()
}

/// Writes to people.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    site: &Site,
    (now, chance): (Timestamp, &mut Chance),
    (people, template): (People, &'static str),
) -> Result<(), Fault> {
    for id in people {
        let recipient = format!("staff:{id}");
        let message = Message { matter: Uuid::nil(), event: 0, recipient, template, channel: outbox::MAIL };
        outbox::put(tx, site.jurisdiction, (chance::id_ordered(chance, now), now), &message)?;
    }
    Ok(())
}

/// Says who is written to because of what happened to a file, and what; `file` is as it was before. The offices that a campaign looks at hear
/// nothing: who was drawn is not warned.
pub(crate) fn of_file(directory: &Directory, (file, event): (&Dossier, &Event), today: Date) -> Option<(People, &'static str)> {
    let opening = &file.opening;
    let own = |more: &[Uuid]| {
        let mut people = of_offices(directory, [&opening.office], today);
        people.extend(more);
        people
    };
    match (event, &opening.what) {
        (Event::Opened { .. }, What::Conference { members, chair, .. }) => {
            let mut people = of_offices(directory, members, today);
            people.insert(*chair);
            Some((people, CALLED))
        }
        (Event::Opened { .. }, What::Case { leader, .. }) => Some((People::from([*leader]), CASE)),
        (Event::Opened { .. }, What::Advice { .. }) => Some((own(&[]), ADVISED)),
        (Event::Stepped { .. }, What::Account { person, .. }) => Some((own(person.as_slice()), HELD)),
        (Event::Late { .. }, What::Conference { .. } | What::Task { .. }) => Some((People::from([file.by]), OVERDUE)),
        (Event::Late { .. }, What::Case { leader, .. }) => Some((People::from([file.by, *leader]), OVERDUE)),
        (Event::Late { .. }, _) => Some((own(&[file.by]), OVERDUE)),
        (Event::Answered { .. }, _) => Some((People::from([file.by]), ANSWERED)),
        _ => None,
    }
}
