//! What is done for a message: a talk goes on, a matter is filed or added to, a command is carried out and answered.

use appeals::appeal::{Channel, Kind, Sender};
use appeals::decide::WORDS_CHARS_MAX;
use appeals::filing::{self, Cabinet, Form, NotFiled, Prepared, Upload, WHAT_CHARS_MAX};
use appeals::followup::Way;
use appeals::store::Loaded;
use appeals::{Identity, number, shown, track};
use civic::directory::{Directory, Place};
use civic::guess::{self, GuessKey};
use civic::inbox::{self, Became};
use civic::refusal::No;
use db::{Fault, FaultKind};
use uuid::Uuid;

use super::picture;
use super::store;
use super::take::{Answer, Said, put_answer};
use super::talk::{Next, Talk, accuses};
use crate::made::Done;
use crate::own::{self, find, pieces, supplement};
use crate::sms::command::{self, Ask, Which, is_pressing};

/// Words before a number and its query code.
const QUERY: [&str; 4] = ["查询", "查", "进度", "cx"];

/// Answers what is said in a group. What is told there begins a talk with its teller alone; of a matter is said what everybody may see.
pub(super) fn group(said: &Said<'_>) -> Result<Option<Done>, Fault> {
    let nil = Uuid::nil();
    match command::read(&said.text) {
        Ask::Thanks => Ok(said.noted(Became::Done("thanks"), None, |_, _, _| Ok(()))?.then_some(Done::Aside)),
        Ask::Help | Ask::Greeting | Ask::Choice(_) => said.answered(Answer::Group("chat_group_help", nil)),
        Ask::Progress(Some(Which::Number(number))) => {
            let site = said.desk.hall.site.clone();
            let found = said.desk.hall.store.read_blocking(move |tx| shown::one(tx, &site, None, &number))?;
            let answer = found.map_or(("chat_group_unknown", nil), |shown| ("chat_group_progress", shown.matter));
            said.answered(Answer::Group(answer.0, answer.1))
        }
        Ask::Words if is_pressing(&said.text) => file_at_once(said, Answer::Group("chat_group_danger", nil)),
        Ask::Words if !accuses(&said.text) && talking(said)?.is_none() => begin(said, "chat_where_group"),
        // nothing that may point at somebody is said, not even why
        _ => said.answered(Answer::Group("chat_group_private", nil)),
    }
}

/// Answers what is said to us alone.
pub(super) fn private(said: &Said<'_>) -> Result<Option<Done>, Fault> {
    if let Some((number, code)) = query(&said.text) {
        return look_up(said, &number, &code);
    }
    let ask = command::read(&said.text);
    match (talking(said)?, ask) {
        (None, Ask::Words | Ask::Greeting) if said.has_picture || (said.has_more && said.text.is_empty()) => begin(said, ""),
        (None, Ask::Words) if is_pressing(&said.text) => file_at_once(said, Answer::Own("chat_danger", Uuid::nil())),
        (None, Ask::Words) => begin(said, ""),
        (None, Ask::Thanks) => Ok(said.noted(Became::Done("thanks"), None, |_, _, _| Ok(()))?.then_some(Done::Aside)),
        (talk, ask) => match (talk, ask) {
            // a command is one in the middle of a talk too, where nothing else can be meant
            (
                _,
                ask @ (Ask::Progress(_)
                | Ask::Answer(_)
                | Ask::Rate { .. }
                | Ask::Add { .. }
                | Ask::Stop
                | Ask::Start
                | Ask::Help),
            )
            | (None, ask) => carry_out(said, ask),
            (Some(talk), _) => go_on(said, talk),
        },
    }
}

/// Finds what this account is in the middle of telling.
fn talking(said: &Said<'_>) -> Result<Option<Talk>, Fault> {
    let (site, contact, now) = (said.desk.hall.site.clone(), said.contact.clone(), said.desk.hall.clock.now());
    said.desk.hall.store.read_blocking(move |tx| store::find(tx, &site, &contact, now))
}

/// Begins a talk; `first` is what is asked first where that is not what a talk asks by itself.
fn begin(said: &Said<'_>, first: &'static str) -> Result<Option<Done>, Fault> {
    step(said, Talk::default(), first)
}

fn go_on(said: &Said<'_>, talk: Talk) -> Result<Option<Done>, Fault> {
    step(said, talk, "")
}

/// Takes a word of a talk.
fn step(said: &Said<'_>, mut talk: Talk, first: &'static str) -> Result<Option<Done>, Fault> {
    let taken = said.has_picture && !picture::fetch(&said.desk.hub, &said.came.bytes).is_empty();
    let odd = (said.has_picture && !taken) || said.has_more;
    let old = talk.clone();
    let next = talk.hear(&said.text, taken.then_some(said.came.id));
    let (contact, id) = (said.contact.clone(), said.came.id);
    let answer = |template| Some(Answer::Own(template, Uuid::nil()));
    let noted = match next {
        Next::Send => return send(said, talk),
        Next::Elsewhere => return elsewhere(said, talk),
        Next::Cancel => said.noted(Became::Done("talk"), answer("chat_cancelled"), move |tx, site, _| {
            store::erase(tx, site, &contact, &old)?;
            // the one that said so may have brought a picture
            inbox::hollow(tx, site.jurisdiction, id)
        })?,
        Next::Ask(template) => {
            let asked = match (first, template) {
                ("", template) => template,
                (first, "chat_where") => first,
                (_, template) => template,
            };
            let template = match (odd, said.text.is_empty()) {
                (true, true) if said.has_picture => "chat_no_picture",
                (true, true) => "chat_no_voice",
                _ => asked,
            };
            said.noted(Became::Done("talk"), answer(template), move |tx, site, now| {
                if !taken {
                    inbox::hollow(tx, site.jurisdiction, id)?;
                }
                store::put(tx, (site, now), &contact, (&talk, id))
            })?
        }
    };
    Ok(noted.then_some(Done::Said))
}

/// Says where an accusation is to be told, and keeps nothing of its words, nor of what was told before.
fn elsewhere(said: &Said<'_>, talk: Talk) -> Result<Option<Done>, Fault> {
    let (contact, id) = (said.contact.clone(), said.came.id);
    let answer = Some(Answer::Own("chat_elsewhere", Uuid::nil()));
    let noted = said.noted(Became::Done("talk"), answer, move |tx, site, _| {
        store::erase(tx, site, &contact, &talk)?;
        inbox::hollow(tx, site.jurisdiction, id)
    })?;
    Ok(noted.then_some(Done::Said))
}

/// Files at once what waits for no question: somebody may be in danger.
fn file_at_once(said: &Said<'_>, answer: Answer) -> Result<Option<Done>, Fault> {
    let talk = Talk { what: said.text.clone(), ..Talk::default() };
    let has_picture = said.has_picture && !picture::fetch(&said.desk.hub, &said.came.bytes).is_empty();
    let talk = Talk { pictures: has_picture.then_some(said.came.id).into_iter().collect(), ..talk };
    file(said, talk, Some(answer))
}

fn send(said: &Said<'_>, talk: Talk) -> Result<Option<Done>, Fault> {
    file(said, talk, None)
}

/// Is what became of the pictures of a talk.
enum Kept {
    Files(Vec<Upload>, Vec<appeals::appeal::FileRef>),
    /// There was no time to look into one, or the scanner is away.
    Busy,
}

/// Looks into the pictures of a talk and keeps them; what is no picture, or must not be taken, is left out.
fn keep(said: &Said<'_>, talk: &Talk) -> Result<Kept, Fault> {
    let cabinet = Cabinet { files: &said.desk.files, decoder: &*said.desk.decoder, scanner: said.desk.scanner.as_deref() };
    let (mut uploads, mut files) = (Vec::new(), Vec::new());
    for message in &talk.pictures {
        let (jurisdiction, id) = (said.site().jurisdiction, *message);
        let row = said.desk.hall.store.read_blocking(move |tx| inbox::one(tx, jurisdiction, id))?;
        let came = row.map(|row| inbox::unseal(said.site(), &said.desk.files, &row)).transpose()?.flatten();
        let fetched = came.map(|came| picture::fetch(&said.desk.hub, &came.bytes)).unwrap_or_default();
        for bytes in fetched {
            if files.len() >= filing::FILES_MAX {
                break;
            }
            let one = [Upload { name: String::new(), bytes }];
            match cabinet.keep(said.site(), Some(&said.came.key.1), &one) {
                Ok(kept) => {
                    files.extend(kept);
                    uploads.extend(one);
                }
                Err(No::Failed(fault)) if fault.kind() == FaultKind::Busy => return Ok(Kept::Busy),
                Err(No::Refused(refusal)) if refusal.code == "file_unscanned" => return Ok(Kept::Busy),
                Err(No::Failed(fault)) => return Err(fault),
                Err(_) => {}
            }
        }
    }
    Ok(Kept::Files(uploads, files))
}

/// Files a talk as a matter, under the key of the message that said so, and forgets the talk.
fn file(said: &Said<'_>, talk: Talk, answer: Option<Answer>) -> Result<Option<Done>, Fault> {
    let (site, now, id) = (said.desk.hall.site.clone(), said.desk.hall.clock.now(), said.came.id);
    let Kept::Files(uploads, files) = keep(said, &talk)? else {
        return said.failed("there was no time to look into a picture");
    };
    let mut parts = pieces(&talk.what, WHAT_CHARS_MAX.min(WORDS_CHARS_MAX));
    if parts.is_empty() || !talk.what.chars().any(char::is_alphanumeric) {
        parts = vec!["（没有文字）".to_owned()];
    }
    let first = parts.remove(0);
    let form = form(said, first, &talk);
    let prepared = match filing::prepare_kept(&site, &form, (&uploads, files), said.came.key.clone()) {
        Ok(prepared) => prepared,
        Err(NotFiled::No(No::Failed(fault))) => return said.failed(&fault.to_string()),
        Err(no) => return said.failed(&format!("{no:?}")),
    };
    let (contact, answer) = (said.contact.clone(), said.may(answer));
    let filed = said.desk.hall.store.write_blocking(move |tx| {
        let (filed, _) = filing::file_prepared(tx, &site, now, Prepared::clone(&prepared), None).map_err(no)?;
        if !inbox::became(tx, site.jurisdiction, (id, now), (Became::Done("filed"), Some(filed.matter)))? {
            return Ok(false);
        }
        for words in &parts {
            supplement(tx, (&site, now), filed.matter, words)?;
        }
        store::erase(tx, &site, &contact, &talk)?;
        inbox::hollow(tx, site.jurisdiction, id)?;
        if let Some(answer) = answer {
            put_answer(tx, (&site, now), id, answer)?;
        }
        Ok(true)
    });
    match filed {
        Ok(first) => Ok(first.then_some(Done::Matter)),
        Err(No::Failed(fault)) => Err(fault),
        Err(no) => said.failed(&format!("{no:?}")),
    }
}

fn no(not: NotFiled) -> No {
    match not {
        NotFiled::No(no) => no,
        other => Fault::other(format!("a message of a chat was not filed: {other:?}")).into(),
    }
}

/// Fills in the form as far as a talk does: the chat vouches for the account.
fn form(said: &Said<'_>, what: String, talk: &Talk) -> Form {
    let is_chinese = what.chars().any(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}'));
    let place = place(&said.site().directory(), &talk.place).map_or_else(String::new, |place| place.code.clone());
    Form {
        what,
        place,
        place_words: talk.place.clone(),
        kind: Kind::Help.code().to_owned(),
        identity: Identity::Named.code().to_owned(),
        sender: Some(Sender::Verified),
        mobile: talk.reach.clone(),
        chat: said.contact.clone(),
        submit_key: said.came.submit_key(said.site()),
        language: if is_chinese { "zh-CN" } else { "en" }.to_owned(),
        channel: Channel::Chat,
        ..Form::default()
    }
}

/// Finds the lowest place that words name, where they name just one.
fn place<'d>(directory: &'d Directory, words: &str) -> Option<&'d Place> {
    let named = |place: &&Place| {
        let mut names = std::iter::once(&place.name).chain(&place.also);
        place.merged_into.is_none() && names.any(|name| !name.is_empty() && words.contains(name.as_str()))
    };
    let found: Vec<&Place> = directory.places.values().filter(named).collect();
    let level = found.iter().map(|place| place.level).max()?;
    let mut lowest = found.into_iter().filter(|place| place.level == level);
    lowest.next().filter(|_| lowest.next().is_none())
}

/// Reads a question that names a matter by number and query code.
fn query(text: &str) -> Option<(String, String)> {
    let rest = QUERY.iter().find_map(|word| {
        let begin = text.get(..word.len()).filter(|begin| begin.eq_ignore_ascii_case(word))?;
        Some(&text[begin.len()..])
    })?;
    let mut parts = rest.split(|c: char| c.is_whitespace() || "：:，,+".contains(c)).filter(|part| !part.is_empty());
    let number = number::parse(parts.next()?)?;
    let code: String = parts.collect();
    (!code.is_empty()).then_some((number, code))
}

/// Says where a matter stands to whoever knows its number and query code. Wrong tries have to wait, as on the page; an accusation is
/// looked at there alone.
fn look_up(said: &Said<'_>, number: &str, code: &str) -> Result<Option<Done>, Fault> {
    let (site, now) = (said.desk.hall.site.clone(), said.desk.hall.clock.now());
    let keys = GuessKey::number_from(&site, number, &said.contact);
    let (of, asked) = (site.clone(), (number.to_owned(), code.to_owned(), keys.clone()));
    let found = said.desk.hall.store.read_blocking(move |tx| {
        let (number, code, keys) = &asked;
        let waits = guess::waiting(tx, &of, now, keys)? > 0;
        Ok::<_, Fault>(if waits { None } else { Some(track::open(tx, &of, number, code)?) })
    })?;
    let (template, matter, wrong) = match found {
        None => ("chat_wait", Uuid::nil(), false),
        Some(None) => ("chat_code_wrong", Uuid::nil(), true),
        Some(Some(opened)) if opened.accusation => ("chat_code_page", Uuid::nil(), false),
        Some(Some(opened)) => ("chat_progress", opened.matter, false),
    };
    let noted = said.noted(Became::Done("command"), Some(Answer::Own(template, matter)), move |tx, site, now| {
        if wrong { guess::failed(tx, site, now, &keys) } else { Ok(()) }
    })?;
    Ok(noted.then_some(Done::Command))
}

/// Carries a command out and answers it.
fn carry_out(said: &Said<'_>, ask: Ask) -> Result<Option<Done>, Fault> {
    let nil = Uuid::nil();
    match ask {
        Ask::Help => said.answered(Answer::Own("sms_help", nil)),
        Ask::Money => said.answered(Answer::Own("sms_money", nil)),
        Ask::Progress(which) => about(said, which.as_ref(), "sms_progress"),
        Ask::Answer(which) => about(said, which.as_ref(), "sms_answer"),
        Ask::Stop | Ask::Start => stop(said, ask == Ask::Stop),
        Ask::Rate { grade, which, words } => rate(said, (grade, &words), which.as_ref()),
        Ask::Add { which, words } => add(said, &which, &words),
        _ => said.answered(Answer::Own("sms_greeting", nil)),
    }
}

/// Lists the matters that this account told here, newest first.
fn own_matters(said: &Said<'_>) -> Result<Vec<Loaded>, Fault> {
    let (site, contact) = (said.desk.hall.site.clone(), said.contact.clone());
    said.desk.hall.store.read_blocking(move |tx| own::all(tx, &site, (Channel::Chat, &contact)))
}

/// Answers a question about a matter; what stands there is read when the answer is written.
fn about(said: &Said<'_>, which: Option<&Which>, template: &'static str) -> Result<Option<Done>, Fault> {
    let fits = |loaded: &Loaded| if template == "sms_answer" { loaded.state.reply().is_some() } else { loaded.state.is_open() };
    said.answered(match find(said.site(), own_matters(said)?, which, fits) {
        Ok(loaded) => Answer::Own(template, loaded.state.matter),
        Err(why) => Answer::Own(why, Uuid::nil()),
    })
}

fn stop(said: &Said<'_>, stops: bool) -> Result<Option<Done>, Fault> {
    let contact = said.contact.clone();
    let answer = Answer::Own(if stops { "sms_stopped" } else { "sms_started" }, Uuid::nil());
    let noted = said.noted(Became::Done("command"), Some(answer), move |tx, site, now| {
        crate::sms::store::stop(tx, site, (&contact, stops), now)
    })?;
    Ok(noted.then_some(Done::Command))
}

fn rate(said: &Said<'_>, (grade, words): (u8, &str), which: Option<&Which>) -> Result<Option<Done>, Fault> {
    let nil = Uuid::nil();
    if !(1..=5).contains(&grade) {
        return said.answered(Answer::Own("sms_grade", nil));
    }
    let loaded = match find(said.site(), own_matters(said)?, which, own::waits_for_grade) {
        Ok(loaded) => loaded,
        Err("sms_none") => return said.answered(Answer::Own("sms_rate_none", nil)),
        Err(why) => return said.answered(Answer::Own(why, nil)),
    };
    let matter = loaded.state.matter;
    let (site, now, id) = (said.desk.hall.site.clone(), said.desk.hall.clock.now(), said.came.id);
    let words = words.to_owned();
    let done = said.desk.hall.store.write_blocking(move |tx| {
        if !inbox::became(tx, site.jurisdiction, (id, now), (Became::Done("rated"), Some(matter)))? {
            return Ok(false);
        }
        inbox::hollow(tx, site.jurisdiction, id)?;
        let template = own::rate(tx, (&site, now), &loaded, (grade, &words, Way::Chat))?;
        put_answer(tx, (&site, now), id, Answer::Own(template, matter))?;
        Ok(true)
    });
    match done {
        Ok(first) => Ok(first.then_some(Done::Command)),
        Err(No::Failed(fault)) => Err(fault),
        // the code was renewed at a window, or the matter takes no grade any more: the page says why
        Err(_) => said.answered(Answer::Own("sms_rate_page", matter)),
    }
}

/// Adds words to the matter that the sender names. Where it takes no more, they become a talk of their own.
fn add(said: &Said<'_>, which: &Which, words: &str) -> Result<Option<Done>, Fault> {
    let loaded = match find(said.site(), own_matters(said)?, Some(which), |_| false) {
        Ok(loaded) => loaded,
        Err(why) => return said.answered(Answer::Own(why, Uuid::nil())),
    };
    let (matter, words) = (loaded.state.matter, pieces(words, WORDS_CHARS_MAX));
    let (site, now, id) = (said.desk.hall.site.clone(), said.desk.hall.clock.now(), said.came.id);
    let answer = said.may(Some(Answer::Own("sms_added", matter)));
    let done = said.desk.hall.store.write_blocking(move |tx| {
        if !inbox::became(tx, site.jurisdiction, (id, now), (Became::Done("added"), Some(matter)))? {
            return Ok(false);
        }
        inbox::hollow(tx, site.jurisdiction, id)?;
        for words in &words {
            supplement(tx, (&site, now), matter, words)?;
        }
        answer.map_or(Ok(()), |answer| put_answer(tx, (&site, now), id, answer))?;
        Ok(true)
    });
    match done {
        Ok(first) => Ok(first.then_some(Done::Added)),
        Err(No::Failed(fault)) => Err(fault),
        Err(_) => said.answered(Answer::Own("chat_closed", matter)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_asked_about_with_its_code_and_words_are_not_taken_for_one() {
        assert_eq!(query("查一下我家的路灯 亮不亮"), None);
        assert_eq!(query("查"), None);
        assert_eq!(query("查0931"), None);
    }
}
