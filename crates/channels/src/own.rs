//! Matters of one telephone, or of one account of a chat, and what its holder does to them by the commands of [`crate::sms::command`]:
//! shared by the channels in which people say a few words.

use appeals::appeal::Channel;
use appeals::decide::WORDS_CHARS_MAX;
use appeals::followup::Way;
use appeals::run::{self, Request};
use appeals::store::{self as matters, Loaded};
use appeals::{Command, Event, State, texted};
use civic::directory::normal_contact;
use civic::permit::Who;
use civic::refusal::No;
use civic::site::Site;
use db::{Fault, Tx};
use jiff::Timestamp;
use uuid::Uuid;

use crate::sms::command::Which;
use crate::sms::short;

/// Matters of one telephone or account that are looked at.
const OF_CONTACT_MAX: i64 = 20;

/// Lists the matters of which a telephone or an account is told by its channel, newest first.
pub(crate) fn all(tx: &mut Tx<'_>, site: &Site, (channel, contact): (Channel, &str)) -> Result<Vec<Loaded>, Fault> {
    let told = |state: &State| state.channel == channel || (channel == Channel::Sms && state.is_texted());
    some(tx, site, contact, told)
}

/// Lists the matters that name a telephone and came by another way, whether they are told by it or not: what its holder may ask to be told of.
pub(crate) fn to_follow(tx: &mut Tx<'_>, site: &Site, mobile: &str) -> Result<Vec<Loaded>, Fault> {
    let other = |state: &State| !matches!(state.channel, Channel::Sms | Channel::Chat | Channel::Above);
    let mut all = some(tx, site, mobile, other)?;
    // whoever speaks beside the first of many is told by their own way
    all.retain(
        |loaded| matches!(loaded.events.first(), Some((_, Event::Filed(filing))) if normal_contact(&filing.mobile) == mobile),
    );
    Ok(all)
}

fn some(tx: &mut Tx<'_>, site: &Site, contact: &str, is_meant: impl Fn(&State) -> bool) -> Result<Vec<Loaded>, Fault> {
    let mut all = Vec::new();
    for id in texted::of_contact(tx, site, contact, OF_CONTACT_MAX)? {
        all.extend(matters::load(tx, site, id)?.filter(|loaded| is_meant(&loaded.state)));
    }
    Ok(all)
}

/// Finds the matter that is meant among those of a telephone or an account; where none is named, the one that fits, if there is just one.
/// Where there is none it says by which template.
pub(crate) fn find(
    site: &Site,
    all: Vec<Loaded>,
    which: Option<&Which>,
    fits: impl Fn(&Loaded) -> bool,
) -> Result<Loaded, &'static str> {
    let named = |loaded: &Loaded| match which {
        Some(Which::Short(own)) => short(site, loaded.state.matter) == *own,
        Some(Which::Number(number)) => loaded.state.number == *number,
        Some(Which::Odd) => false,
        None => fits(loaded),
    };
    let mut found: Vec<Loaded> = all.into_iter().filter(named).collect();
    match (found.len(), which) {
        (0, Some(_)) => Err("sms_unknown"),
        (0, None) => Err("sms_none"),
        (1, _) | (_, Some(_)) => Ok(found.swap_remove(0)),
        (_, None) => Err("sms_which"),
    }
}

/// Tells whether the newest answer to a matter waits for its grade.
pub(crate) fn waits_for_grade(loaded: &Loaded) -> bool {
    loaded.state.reply().is_some() && loaded.state.graded().is_none()
}

/// Notes the grade of an answer, as this telephone or account told it. Nobody signs it: it is told apart from the ratings that residents sign
/// (decision 0053). Returns the template of the answer.
pub(crate) fn rate(
    tx: &mut Tx<'_>,
    (site, now): (&Site, Timestamp),
    loaded: &Loaded,
    (grade, words, way): (u8, &str, Way),
) -> Result<&'static str, No> {
    let matter = loaded.state.matter;
    if loaded.state.reply().is_none() {
        return Ok("sms_rate_none");
    }
    let words: String = words.chars().take(WORDS_CHARS_MAX).collect();
    let command = Command::TellGrade { grade, words, way };
    run::execute(tx, site, now, &Request { who: Who::Resident { matter }, matter, seen: None, command })?;
    Ok("sms_rated")
}

/// Adds words to a matter as its resident does.
pub(crate) fn supplement(tx: &mut Tx<'_>, (site, now): (&Site, Timestamp), matter: Uuid, words: &str) -> Result<(), No> {
    let command = Command::Supplement { words: words.to_owned(), files: Vec::new() };
    run::execute(tx, site, now, &Request { who: Who::Resident { matter }, matter, seen: None, command }).map(drop)
}

/// Has word of a matter sent to the telephone that asks, which the matter names. Returns the template of the answer.
pub(crate) fn follow(tx: &mut Tx<'_>, (site, now): (&Site, Timestamp), loaded: &Loaded) -> Result<&'static str, No> {
    if !loaded.state.hears.texts {
        let matter = loaded.state.matter;
        let request = Request { who: Who::Resident { matter }, matter, seen: None, command: Command::FollowByText };
        run::execute(tx, site, now, &request)?;
    }
    Ok("sms_followed")
}

/// Cuts words into pieces of so many characters at most.
pub(crate) fn pieces(words: &str, most: usize) -> Vec<String> {
    let chars: Vec<char> = words.chars().collect();
    chars.chunks(most).map(|part| part.iter().collect::<String>().trim().to_owned()).filter(|part| !part.is_empty()).collect()
}
