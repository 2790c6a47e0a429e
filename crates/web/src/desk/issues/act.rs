//! What a person does to an issue and to its warnings. Each is an event; the board follows it.

use std::sync::Arc;

use appeals::number;
use axum::response::Response;
use civic::permit::{self, Act, Subject};
use civic::refusal::{No, Refusal};
use insight::board::Answer;
use insight::deed::{self, Deed};
use insight::rules::{Choice, HotRules};
use insight::title::title;

use super::look::{self, Whole};
use super::page::again;
use crate::desk::admin::wrong;
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form, Path};
use crate::link;

/// Does what a form asks for.
pub async fn run(desk: Desk, Path(named): Path<String>, Form(fields): Form) -> Result<Response, Problem> {
    let whole = look::one(&desk, named).await?.ok_or(Problem::Absent)?;
    desk.permit(Act::HandleIssue, &of(&whole.card.owner))?;
    match act(&desk, &whole, &fields).await {
        Ok(number) => {
            follow(&desk).await?;
            Ok(done(&link::issue(&number), "saved"))
        }
        Err(no) => Ok(again(&desk, &whole, (&fields, &wrong(desk.lang(), no)?))),
    }
}

/// Says whose issue is to be handled.
fn of(owner: &str) -> Subject {
    Subject { owner: owner.to_owned(), ..Subject::default() }
}

/// Does it and returns by which number the issue is found afterwards.
async fn act(desk: &Desk, whole: &Whole, fields: &Fields) -> Result<String, No> {
    let number = whole.card.number.clone();
    match fields.get("act") {
        "title" => change(desk, whole, Deed::Title { matter: whole.position, title: named(fields.get("title"))? }).await?,
        "part" => {
            let matter = whole.rows.iter().find(|row| row.number == fields.get("matter")).ok_or(No::Absent)?;
            change(desk, whole, Deed::Part { matter: matter.position }).await?;
            let rest = whole.rows.iter().rev().find(|row| row.number != matter.number);
            return Ok(if matter.number == number { rest.map_or(number, |row| row.number.clone()) } else { number });
        }
        "merge" => {
            let other = other(desk, whole, fields.get("other")).await?;
            change(desk, whole, Deed::Merge { matter: other.position, into: whole.position }).await?;
        }
        "undo" => {
            let position = fields.get("position").parse().map_err(|_| No::Absent)?;
            whole.undo.iter().find(|(known, _)| *known == position).ok_or(No::Absent)?;
            change(desk, whole, Deed::Undo { position }).await?;
        }
        answer @ ("seen" | "acted" | "dismissed") => self::answer(desk, whole, (answer, fields)).await?,
        _ => return Err(No::Absent),
    }
    Ok(number)
}

/// Reads a title: what is personal in it is taken out.
fn named(typed: &str) -> Result<String, No> {
    let title = title(typed, "").as_str().to_owned();
    if title.is_empty() {
        return Err(Refusal::new("issue_title_empty").with("field", "title").instead("issue_title_words").into());
    }
    Ok(title)
}

/// Finds the issue that is to become one with this; this person has to answer for it as well.
async fn other(desk: &Desk, whole: &Whole, typed: &str) -> Result<Whole, No> {
    let unknown = || No::from(Refusal::new("issue_unknown").with("field", "other").instead("check_number"));
    let number = number::parse(typed).ok_or_else(unknown)?;
    let found = look::one(desk, number).await.map_err(|_| unknown())?.ok_or_else(unknown)?;
    if found.position == whole.position {
        return Err(unknown());
    }
    desk.permit(Act::HandleIssue, &of(&found.card.owner))?;
    Ok(found)
}

async fn change(desk: &Desk, whole: &Whole, deed: Deed) -> Result<(), No> {
    let (staff, who, owner) = (desk.person().id, desk.staff.who(), whole.card.owner.clone());
    desk.write(move |tx, site, (now, chance)| {
        permit::may(&site.directory(), &who, Act::HandleIssue, &of(&owner))?;
        Ok(deed::change(tx, site, (now, chance), (staff, &deed))?)
    })
    .await
}

/// Answers a warning of this issue: that it was seen, what was done, or why nothing is.
async fn answer(desk: &Desk, whole: &Whole, (answer, fields): (&str, &Fields)) -> Result<(), No> {
    let trigger: i64 = fields.get("trigger").parse().map_err(|_| No::Absent)?;
    let warning = whole.warnings.iter().find(|warning| warning.trigger == trigger).ok_or(No::Absent)?;
    if !warning.is_open() || answer == "seen" && !warning.answers.is_empty() {
        return Err(Refusal::new("issue_answered").instead("issue_look_again").into());
    }
    let rules = HotRules::builtin();
    let (field, all): (&'static str, &[Choice]) = match answer {
        "acted" => ("measure", &rules.measures),
        _ => ("dismissal", &rules.dismissals),
    };
    let ground = if answer == "seen" { "" } else { fields.get(field) };
    if answer != "seen" && all.iter().all(|choice| choice.code != ground) {
        return Err(Refusal::new("unknown_ground").with("field", field).instead("choose_ground").into());
    }
    let (who, staff, owner) = (desk.staff.who(), desk.person().id, whole.card.owner.clone());
    let (at, office) = (desk.app.now().as_second(), desk.person().office.clone());
    let answer = Answer { at, office, answer: answer.to_owned(), ground: ground.to_owned() };
    desk.write(move |tx, site, (now, chance)| {
        permit::may(&site.directory(), &who, Act::HandleIssue, &of(&owner))?;
        Ok(deed::answer(tx, site, (now, chance), (staff, trigger, &answer))?)
    })
    .await
}

/// Lets the board follow at once, so that the next page shows what was done.
async fn follow(desk: &Desk) -> Result<(), Problem> {
    let hearing = Arc::clone(&desk.app.hearing);
    Ok(desk.read(move |tx, site, _| hearing.catch_up(tx, site)).await?)
}
