//! What is done for a message: it becomes a matter, joins one, or is a command that is carried out and answered.

use appeals::Identity;
use appeals::appeal::{Channel, Kind, Sender};
use appeals::decide::WORDS_CHARS_MAX;
use appeals::filing::{self, Form, NotFiled, Prepared, WHAT_CHARS_MAX};
use appeals::followup::Way;
use appeals::store::Loaded;
use civic::inbox::{self, Became};
use civic::refusal::No;
use civic::site::Site;
use db::{Fault, Tx};
use jiff::SignedDuration;
use oversight::reception::book::{self, ABOUT_CHARS_MAX, New};
use oversight::reception::booking::{Person, Way as Came};
use oversight::reception::list;
use uuid::Uuid;

use super::command::{Ask, Which, is_pressing};
use super::number::Caller;
use super::store::{self, Asked};
use super::take::{ASKED_SECONDS, Said, put_answer};
use crate::made::Done;
use crate::own::{self, find, pieces, supplement, to_follow};

/// Figures at the end of a number by which whoever booked is called in.
const TAIL_DIGITS: usize = 4;

/// Lists the matters that came by short message from a telephone, newest first.
fn own(tx: &mut Tx<'_>, site: &Site, number: &str) -> Result<Vec<Loaded>, Fault> {
    own::all(tx, site, (Channel::Sms, number))
}

/// Carries a command out and answers it.
pub(super) fn command(said: &Said<'_>, ask: Ask) -> Result<Option<Done>, Fault> {
    let answered = |template, matter| Ok(said.noted(Became::Done("command"), Some((template, matter)))?.then_some(Done::Command));
    match ask {
        Ask::Help => answered("sms_help", Uuid::nil()),
        Ask::Money => answered("sms_money", Uuid::nil()),
        Ask::Progress(which) => about(said, which.as_ref(), "sms_progress"),
        Ask::Answer(which) => about(said, which.as_ref(), "sms_answer"),
        Ask::Stop | Ask::Start => stop(said, ask == Ask::Stop),
        Ask::Follow(which) => follow(said, &which),
        Ask::Rate { grade, which, words } => rate(said, (grade, &words), which.as_ref()),
        Ask::Add { which, words } => add(said, &which, &words),
        Ask::Book { day: None, .. } => answered("sms_days", Uuid::nil()),
        Ask::Book { day: Some(day), words } => reserve(said, day, &words),
        _ => answered("sms_greeting", Uuid::nil()),
    }
}

/// Answers a question about a matter; what stands there is read when the answer is written.
fn about(said: &Said<'_>, which: Option<&Which>, template: &'static str) -> Result<Option<Done>, Fault> {
    let (site, number) = (said.desk.hall.site.clone(), said.number().to_owned());
    let all = said.desk.hall.store.read_blocking(move |tx| own(tx, &site, &number))?;
    let fits = |loaded: &Loaded| if template == "sms_answer" { loaded.state.reply().is_some() } else { loaded.state.is_open() };
    let answer = match find(said.site(), all, which, fits) {
        Ok(loaded) => (template, loaded.state.matter),
        Err(why) => (why, Uuid::nil()),
    };
    Ok(said.noted(Became::Done("command"), Some(answer))?.then_some(Done::Command))
}

fn stop(said: &Said<'_>, stops: bool) -> Result<Option<Done>, Fault> {
    let (site, now, id) = (said.desk.hall.site.clone(), said.desk.hall.clock.now(), said.came.id);
    let number = said.number().to_owned();
    let first = said.desk.hall.store.write_blocking(move |tx| {
        if !inbox::became(tx, site.jurisdiction, (id, now), (Became::Done("command"), None))? {
            return Ok(false);
        }
        store::stop(tx, &site, (&number, stops), now)?;
        let template = if stops { "sms_stopped" } else { "sms_started" };
        put_answer(tx, (&site, now), id, (template, Uuid::nil()))?;
        Ok::<_, Fault>(true)
    })?;
    Ok(first.then_some(Done::Command))
}

/// Has word of a matter sent to the telephone that asks, if the matter names it; that it asks shows whose telephone it is.
fn follow(said: &Said<'_>, which: &Which) -> Result<Option<Done>, Fault> {
    let answered = |template, matter| Ok(said.noted(Became::Done("command"), Some((template, matter)))?.then_some(Done::Command));
    let (site, number) = (said.desk.hall.site.clone(), said.number().to_owned());
    let (told, all) = said
        .desk
        .hall
        .store
        .read_blocking(move |tx| Ok::<_, Fault>((own(tx, &site, &number)?, to_follow(tx, &site, &number)?)))?;
    let Ok(loaded) = find(said.site(), all, Some(which), |_| false) else {
        // what came by short message is told so anyway
        return match find(said.site(), told, Some(which), |_| false) {
            Ok(loaded) => answered("sms_followed", loaded.state.matter),
            Err(why) => answered(why, Uuid::nil()),
        };
    };
    let (site, now, id, matter) = (said.desk.hall.site.clone(), said.desk.hall.clock.now(), said.came.id, loaded.state.matter);
    let number = said.number().to_owned();
    let done = said.desk.hall.store.write_blocking(move |tx| {
        if !inbox::became(tx, site.jurisdiction, (id, now), (Became::Done("command"), Some(matter)))? {
            return Ok(false);
        }
        // whoever asks for word wants messages again
        store::stop(tx, &site, (&number, false), now)?;
        let template = own::follow(tx, (&site, now), &loaded)?;
        put_answer(tx, (&site, now), id, (template, matter))?;
        Ok(true)
    });
    match done {
        Ok(first) => Ok(first.then_some(Done::Command)),
        Err(No::Failed(fault)) => Err(fault),
        Err(_) => answered("sms_progress", matter),
    }
}

/// Books a time of a reception day, in the transaction that takes the message; the booking's own message says when to come.
fn reserve(said: &Said<'_>, number: i64, words: &str) -> Result<Option<Done>, Fault> {
    let answered = |template| Ok(said.noted(Became::Done("command"), Some((template, Uuid::nil())))?.then_some(Done::Command));
    if words.is_empty() {
        return answered("sms_day_words");
    }
    let (site, now, id) = (said.desk.hall.site.clone(), said.desk.hall.clock.now(), said.came.id);
    let found = said.desk.hall.store.read_blocking({
        let site = site.clone();
        move |tx| list::day_by_number(tx, &site, number)
    })?;
    let Some(row) = found else { return answered("sms_day_none") };
    let mobile = said.number().to_owned();
    let last: String = mobile.chars().skip(mobile.chars().count().saturating_sub(TAIL_DIGITS)).collect();
    let about = words.chars().take(ABOUT_CHARS_MAX).collect();
    let person = Person { name: format!("手机尾号{last}"), mobile, about, language: "zh-CN".to_owned(), ..Person::default() };
    let new = New { day: row.day.id, slot: None, way: Came::Sms, person, submit_key: id.to_string() };
    let ready = match book::prepare(&site, new) {
        Ok(ready) => ready,
        Err(No::Failed(fault)) => return Err(fault),
        Err(_) => return answered("sms_day_none"),
    };
    let first = said.desk.hall.store.write_blocking(move |tx| {
        if !inbox::became(tx, site.jurisdiction, (id, now), (Became::Done("command"), None))? {
            return Ok(false);
        }
        let mut chance = site.chance();
        match book::book(tx, &site, (now, &mut chance), (&ready, None)) {
            Ok(_) => {}
            Err(No::Failed(fault)) => return Err(fault),
            Err(_) => put_answer(tx, (&site, now), id, ("sms_day_full", Uuid::nil()))?,
        }
        Ok::<_, Fault>(true)
    })?;
    Ok(first.then_some(Done::Command))
}

/// Rates an answer.
fn rate(said: &Said<'_>, (grade, words): (u8, &str), which: Option<&Which>) -> Result<Option<Done>, Fault> {
    let answered = |template, matter| Ok(said.noted(Became::Done("command"), Some((template, matter)))?.then_some(Done::Command));
    if !(1..=5).contains(&grade) {
        return answered("sms_grade", Uuid::nil());
    }
    let (site, number) = (said.desk.hall.site.clone(), said.number().to_owned());
    let all = said.desk.hall.store.read_blocking(move |tx| own(tx, &site, &number))?;
    let loaded = match find(said.site(), all, which, own::waits_for_grade) {
        Ok(loaded) => loaded,
        Err("sms_none") => return answered("sms_rate_none", Uuid::nil()),
        Err(why) => return answered(why, Uuid::nil()),
    };
    let matter = loaded.state.matter;
    if loaded.state.reply().is_none() {
        return answered("sms_rate_none", matter);
    }
    let (site, now, id) = (said.desk.hall.site.clone(), said.desk.hall.clock.now(), said.came.id);
    let words = words.to_owned();
    let done = said.desk.hall.store.write_blocking(move |tx| {
        if !inbox::became(tx, site.jurisdiction, (id, now), (Became::Done("rated"), Some(matter)))? {
            return Ok(false);
        }
        let template = own::rate(tx, (&site, now), &loaded, (grade, &words, Way::Sms))?;
        put_answer(tx, (&site, now), id, (template, matter))?;
        Ok(true)
    });
    match done {
        Ok(first) => Ok(first.then_some(Done::Command)),
        Err(No::Failed(fault)) => Err(fault),
        // the code was renewed at a window, or the matter takes no grade any more: the page says why
        Err(_) => answered("sms_rate_page", matter),
    }
}

/// Adds words to the matter that the sender names.
fn add(said: &Said<'_>, which: &Which, words: &str) -> Result<Option<Done>, Fault> {
    let (site, number) = (said.desk.hall.site.clone(), said.number().to_owned());
    let all = said.desk.hall.store.read_blocking(move |tx| own(tx, &site, &number))?;
    match find(said.site(), all, Some(which), |_| false) {
        Ok(loaded) => join(said, loaded.state.matter, (words, None)),
        Err(why) => Ok(said.noted(Became::Done("command"), Some((why, Uuid::nil())))?.then_some(Done::Command)),
    }
}

/// Hears words without a command. Where a matter of this telephone is open, it is asked where they belong; nobody but their sender
/// knows.
pub(super) fn words(said: &Said<'_>, asked: &[Asked]) -> Result<Option<Done>, Fault> {
    if said.came.sure || is_pressing(&said.text) {
        return file(said, None);
    }
    let (site, number) = (said.desk.hall.site.clone(), said.number().to_owned());
    let open = said.desk.hall.store.read_blocking(move |tx| {
        let all = own(tx, &site, &number)?;
        Ok::<_, Fault>(all.into_iter().find(|loaded| loaded.state.is_open()).map(|loaded| loaded.state.matter))
    })?;
    let Some(matter) = open else { return file(said, None) };
    let (site, now, id) = (said.desk.hall.site.clone(), said.desk.hall.clock.now(), said.came.id);
    let number = said.number().to_owned();
    let first_of_several = !asked.iter().any(|asked| asked.choice.is_empty());
    let until = now + SignedDuration::from_secs(ASKED_SECONDS);
    said.desk.hall.store.write_blocking(move |tx| {
        if !inbox::wait(tx, site.jurisdiction, id, until)? {
            return Ok::<_, Fault>(None);
        }
        store::put_asked(tx, &site, (&number, id, matter), now)?;
        if first_of_several {
            put_answer(tx, (&site, now), id, ("sms_where", matter))?;
        }
        Ok(Some(Done::Asked))
    })
}

/// Takes the answer to where words belong. Nothing was asked: then it is no command.
pub(super) fn choice(said: &Said<'_>, joins: bool, asked: &[Asked]) -> Result<Option<Done>, Fault> {
    let open: Vec<Asked> = asked.iter().filter(|asked| asked.choice.is_empty()).cloned().collect();
    let Some(first) = open.first().cloned() else {
        return Ok(said.noted(Became::Done("command"), Some(("sms_greeting", Uuid::nil())))?.then_some(Done::Command));
    };
    let (site, now, id) = (said.desk.hall.site.clone(), said.desk.hall.clock.now(), said.came.id);
    let number = said.number().to_owned();
    let first_one = said.desk.hall.store.write_blocking(move |tx| {
        if !inbox::became(tx, site.jurisdiction, (id, now), (Became::Done("command"), None))? {
            return Ok::<_, Fault>(false);
        }
        store::chosen(tx, &site, &number, (if joins { "join" } else { "new" }, first.matter))?;
        for one in &open {
            inbox::wait(tx, site.jurisdiction, one.message, now)?;
        }
        Ok(true)
    })?;
    Ok(first_one.then_some(Done::Command))
}

/// Puts words where their sender said, or, where nothing was said in time, into a matter of their own.
pub(super) fn placed(said: &Said<'_>, asked: &Asked) -> Result<Option<Done>, Fault> {
    if asked.choice == "join" { join(said, asked.matter, (&said.text.clone(), Some(asked))) } else { file(said, Some(asked)) }
}

/// Files words as a matter. What else was asked about at the same time belongs to it.
fn file(said: &Said<'_>, asked: Option<&Asked>) -> Result<Option<Done>, Fault> {
    let (site, now) = (said.desk.hall.site.clone(), said.desk.hall.clock.now());
    let (first, rest) = account(said);
    let form = form(said, first);
    let prepared = match filing::prepare_kept(&site, &form, (&[], Vec::new()), said.came.key.clone()) {
        Ok(prepared) => prepared,
        Err(NotFiled::No(No::Failed(fault))) => return said.failed(&fault.to_string()),
        Err(no) => return said.failed(&format!("{no:?}")),
    };
    let (id, asked, number) = (said.came.id, asked.cloned(), said.number().to_owned());
    let filed = said.desk.hall.store.write_blocking(move |tx| {
        let (filed, _) = filing::file_prepared(tx, &site, now, Prepared::clone(&prepared), None).map_err(no)?;
        if !inbox::became(tx, site.jurisdiction, (id, now), (Became::Done("filed"), Some(filed.matter)))? {
            return Ok(false);
        }
        for words in &rest {
            supplement(tx, (&site, now), filed.matter, words)?;
        }
        if let Some(asked) = &asked {
            store::settled(tx, &site, (&number, asked.message))?;
            for other in store::asked(tx, &site, &number)? {
                inbox::wait(tx, site.jurisdiction, other.message, now)?;
            }
            store::chosen(tx, &site, &number, ("join", filed.matter))?;
        }
        Ok(true)
    });
    match filed {
        Ok(first) => Ok(first.then_some(Done::Matter)),
        Err(No::Failed(fault)) => Err(fault),
        Err(no) => said.failed(&format!("{no:?}")),
    }
}

/// Adds words to a matter. Where it takes no more, they become a new one.
fn join(said: &Said<'_>, matter: Uuid, (words, asked): (&str, Option<&Asked>)) -> Result<Option<Done>, Fault> {
    let (site, now, id) = (said.desk.hall.site.clone(), said.desk.hall.clock.now(), said.came.id);
    let words: Vec<String> = pieces(words, WORDS_CHARS_MAX);
    let (number, settled) = (said.number().to_owned(), asked.cloned());
    let answers = said.desk.counts(said.number(), true);
    let done = said.desk.hall.store.write_blocking(move |tx| {
        if !inbox::became(tx, site.jurisdiction, (id, now), (Became::Done("added"), Some(matter)))? {
            return Ok(false);
        }
        for words in &words {
            supplement(tx, (&site, now), matter, words)?;
        }
        if let Some(asked) = &settled {
            store::settled(tx, &site, (&number, asked.message))?;
        }
        if answers {
            put_answer(tx, (&site, now), id, ("sms_added", matter))?;
        }
        Ok(true)
    });
    match done {
        Ok(first) => Ok(first.then_some(Done::Added)),
        Err(No::Failed(fault)) => Err(fault),
        // closed, or in a state that takes no words: the resident wrote all the same, and is heard
        Err(_) => file(said, asked),
    }
}

fn no(not: NotFiled) -> No {
    match not {
        NotFiled::No(no) => no,
        other => Fault::other(format!("a short message was not filed: {other:?}")).into(),
    }
}

/// Writes what the matter says; what is longer than one step goes on in further ones.
fn account(said: &Said<'_>) -> (String, Vec<String>) {
    let mut whole = said.text.trim().to_owned();
    if said.missing > 0 {
        whole.push_str("\n\n(短信没有收全，少了几段)");
    }
    if let Caller::Abroad(number) = &said.caller {
        whole = format!("{whole}\n\n(境外号码 {number} 发来，短信回不到)");
    }
    if !whole.chars().any(char::is_alphanumeric) {
        whole.push_str("(短信没有文字)");
    }
    let mut parts = pieces(&whole, WHAT_CHARS_MAX.min(WORDS_CHARS_MAX));
    (parts.remove(0), parts)
}

/// Fills in the form as far as a short message does: the carrier vouches for the number.
fn form(said: &Said<'_>, what: String) -> Form {
    let mobile = if let Caller::Here(number) = &said.caller { number.clone() } else { String::new() };
    let identity = if mobile.is_empty() { Identity::Anonymous } else { Identity::Named };
    let is_chinese = what.chars().any(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}'));
    Form {
        what,
        kind: Kind::Help.code().to_owned(),
        identity: identity.code().to_owned(),
        sender: (!mobile.is_empty()).then_some(Sender::Verified),
        mobile,
        submit_key: said.came.submit_key(said.site()),
        language: if is_chinese { "zh-CN" } else { "en" }.to_owned(),
        channel: Channel::Sms,
        ..Form::default()
    }
}
