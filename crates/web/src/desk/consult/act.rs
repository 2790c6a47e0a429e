//! Doing on a question what was pressed: sorting voices, points and their answers, drafts, decisions, reports, another round.

use axum::response::Response;
use civic::refusal::{No, Refusal};
use insight::consult::consultation::Outcome;
use insight::consult::decide::Command;
use insight::consult::run::{self, Sort};
use insight::consult::speak::{self, New, Source};
use insight::consult::voice::Way;
use insight::consult::{Consultation, ask};
use jiff::civil::Date;
use uuid::Uuid;

use super::show::{draw, find};
use crate::desk::admin::wrong;
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form, Path};
use crate::kit::errors::Errors;
use crate::link;
use crate::portal::forum::accuses;

/// Does it.
pub async fn act(desk: Desk, Path(number): Path<i64>, Form(sent): Form) -> Result<Response, Problem> {
    let seen = find(&desk, number).await?;
    if desk.visit.switched {
        return draw(&desk, number, (&sent, &Errors::default())).await;
    }
    let id = seen.consult.id;
    let answer = match sent.get("act") {
        "sort" => sort(&desk, (&seen.consult, &sent)).await,
        "post" => post(&desk, (id, &sent)).await,
        _ => command(&desk, (id, &sent)).await,
    };
    match answer {
        Ok(()) => Ok(done(&link::desk_consult(number), "consult_noted")),
        Err(No::Refused(refusal)) => {
            let errors = wrong(desk.lang(), refusal.into())?;
            draw(&desk, number, (&sent, &errors)).await
        }
        Err(no) => Err(no.into()),
    }
}

fn amiss(code: &'static str, field: &str) -> No {
    Refusal::new(code).with("field", field).instead("correct_field").into()
}

/// Makes a command of what was sent.
fn read(sent: &Fields) -> Result<Command, No> {
    let text = |name: &str| sent.get(name).to_owned();
    let until = || sent.get("until").parse::<Date>().map_err(|_| amiss("consult_date", "until"));
    Ok(match sent.get("act") {
        "point" => Command::Point { point: sent.get("part").parse().ok(), title: text("title") },
        "answer" => Command::Answer {
            point: sent.get("point").parse().map_err(|_| No::Absent)?,
            outcome: Outcome::parse(sent.get("outcome")).ok_or_else(|| amiss("consult_outcome", "outcome"))?,
            words: text("words"),
        },
        "draft" => Command::Draft { text: text("text"), words: text("words"), until: until()?, shorter: text("shorter") },
        "decide" => Command::Decide { adopted: sent.get("adopted") != "no", text: text("text"), words: text("words") },
        "report" => Command::Report { done: sent.has("done"), words: text("words") },
        "again" => Command::Again { why: text("why"), until: until()? },
        "prolong" => Command::Prolong { until: until()?, reason: text("reason") },
        "stop" => Command::Stop { reason: text("reason") },
        _ => return Err(No::Absent),
    })
}

async fn command(desk: &Desk, (id, sent): (Uuid, &Fields)) -> Result<(), No> {
    let (command, who) = (read(sent)?, desk.staff.who());
    desk.write(move |tx, site, by| ask::execute(tx, site, by, (&who, id, command)).map(drop)).await
}

/// Is where one voice goes, as it was chosen.
struct Chosen {
    voice: Uuid,
    points: Vec<u32>,
    ground: String,
    title: String,
}

/// Sorts every voice for which something was chosen, in one transaction.
async fn sort(desk: &Desk, (consult, sent): (&Consultation, &Fields)) -> Result<(), No> {
    let voices = sent.iter().filter_map(|(name, _)| name.strip_prefix("to-")?.parse::<Uuid>().ok());
    let chosen: Vec<Chosen> = voices.filter_map(|voice| choice(sent, voice)).collect();
    if chosen.is_empty() {
        return Err(Refusal::new("sort_nothing").instead("sort_choose").into());
    }
    let (who, id) = (desk.staff.who(), consult.id);
    desk.write(move |tx, site, (now, chance)| {
        for mut one in chosen {
            if !one.title.is_empty() {
                let point = Command::Point { point: None, title: one.title };
                let consult = ask::execute(tx, site, (now, &mut *chance), (&who, id, point))?;
                one.points.push(u32::try_from(consult.points.len()).unwrap_or(u32::MAX));
                one.ground.clear();
            }
            let sort = Sort { voice: one.voice, points: one.points, ground: one.ground };
            run::sort(tx, site, (now, &mut *chance), (&who, sort))?;
        }
        Ok(())
    })
    .await
}

/// Reads what was chosen for a voice; nothing where it waits on.
fn choice(sent: &Fields, voice: Uuid) -> Option<Chosen> {
    let (to, also) = (sent.get(&format!("to-{voice}")).to_owned(), sent.get(&format!("also-{voice}")).to_owned());
    let title = sent.get(&format!("title-{voice}")).trim().to_owned();
    let points: Vec<u32> = [&to, &also].iter().filter_map(|code| code.strip_prefix('p')?.parse().ok()).collect();
    let ground = to.strip_prefix('g').unwrap_or_default().to_owned();
    let ground = if points.is_empty() { ground } else { String::new() };
    let chosen = !(points.is_empty() && ground.is_empty() && title.is_empty());
    chosen.then_some(Chosen { voice, points, ground, title })
}

/// Brings a post of the board in, as everybody reads it there.
async fn post(desk: &Desk, (consult, sent): (Uuid, &Fields)) -> Result<(), No> {
    let address = sent.get("post").trim().trim_end_matches('/');
    let last = address.rsplit('/').next().unwrap_or_default();
    let id: Uuid = last.split(['?', '#']).next().unwrap_or_default().parse().map_err(|_| amiss("voice_post", "post"))?;
    let found = desk.read(move |tx, site, _| forum::get(tx, site, id)).await?;
    let public = found.filter(|post| post.standing == forum::Standing::Public && !post.kind.is_of_office());
    let state = public.and_then(|post| post.state).ok_or_else(|| amiss("voice_post", "post"))?;
    let words = [state.words.title.as_str(), state.words.text.as_str()];
    let words = words.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("\n");
    let typed = forum::words::Typed { text: words.clone(), ..forum::words::Typed::default() };
    let new = New {
        consult,
        way: Way::Post,
        words: words.chars().take(speak::VOICE_CHARS_MAX).collect(),
        day: None,
        present: 0,
        mobile: String::new(),
        language: desk.lang().tag().to_owned(),
        submit_key: format!("post-{}", civic::session::token(&mut desk.app.chance())),
        source: Some(Source::Post(id)),
        accuses: accuses(&desk.app, &typed),
    };
    let ready = speak::prepare(&desk.app.hall.site, new)?;
    let who = desk.staff.who();
    desk.write(move |tx, site, by| speak::speak(tx, site, by, (&ready, Some(&who))).map(drop)).await
}
