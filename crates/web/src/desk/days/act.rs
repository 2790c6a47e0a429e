//! Doing on a day what was pressed: come, called, heard, not come; somebody at the door; a promise and what became of it; the result.
//! What was said can become a matter with one press: it is filed like any other, and whoever came takes its slip home.

use appeals::filing::{self, Form as Filing, NotFiled};
use appeals::{Identity, Kind};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::permit::{Act, Subject};
use civic::refusal::{No, Refusal};
use maud::{Markup, html};
use oversight::reception::book::{self, New};
use oversight::reception::booking::Way;
use oversight::reception::decide::{RECORD_CHARS_MAX, ToBooking, ToDay};
use oversight::reception::store::DayRow;
use oversight::reception::{Booking, list, plan, run};
use uuid::Uuid;

use super::show::{draw, find};
use crate::desk::admin::wrong;
use crate::desk::frame::{Desk, done};
use crate::desk::slip;
use crate::error::Problem;
use crate::extract::{Fields, Form, Path};
use crate::files;
use crate::kit::errors::Errors;
use crate::kit::field::{Field, Input, field};
use crate::link;
use crate::portal::file::{FiledCopy, sentence};
use crate::portal::reception::{read_person, taken};
use crate::words::Lang;

/// Does it.
pub async fn act(desk: Desk, Path(id): Path<Uuid>, Form(sent): Form) -> Result<Response, Problem> {
    let row = find(&desk, id).await?;
    if desk.visit.switched {
        return draw(&desk, id, (&sent, &Errors::default())).await;
    }
    let answer = match sent.get("act") {
        "door" => return door(&desk, &row, &sent).await,
        "file" => return file(&desk, &row, &sent).await,
        "promise" | "kept" | "open" | "post" | "off" => of_day(&desk, id, &sent).await,
        _ => of_booking(&desk, &sent).await,
    };
    match answer {
        Ok(()) => Ok(done(&link::desk_day(id), "day_noted")),
        Err(no) => refused(&desk, id, (&sent, no)).await,
    }
}

async fn refused(desk: &Desk, id: Uuid, (sent, no): (&Fields, No)) -> Result<Response, Problem> {
    match no {
        No::Refused(refusal) if refusal.facts.iter().any(|(name, _)| *name == "field") => {
            let errors = wrong(desk.lang(), refusal.into())?;
            draw(desk, id, (sent, &errors)).await
        }
        no => Err(no.into()),
    }
}

async fn of_day(desk: &Desk, id: Uuid, sent: &Fields) -> Result<(), No> {
    let text = |name: &str| sent.get(name).to_owned();
    let amiss = |code: &'static str, field: &str| No::from(Refusal::new(code).with("field", field).instead("correct_field"));
    let received = desk.read(move |tx, site, _| list::counts(tx, site, id)).await?.heard;
    let command = match sent.get("act") {
        "promise" => {
            let due = sent.get("due").parse().map_err(|_| amiss("reception_due", "due"))?;
            ToDay::Promise { words: text("words"), office: text("office"), due }
        }
        "post" => ToDay::Post { words: text("result"), received: u32::try_from(received).unwrap_or_default() },
        "off" => ToDay::Cancel { reason: text("reason") },
        kept => ToDay::Answer {
            promise: sent.get("promise").parse().map_err(|_| No::Absent)?,
            kept: kept == "kept",
            words: text("words"),
        },
    };
    let who = desk.staff.who();
    desk.write(move |tx, site, by| plan::execute(tx, site, by, (&who, id, command)).map(drop)).await
}

async fn of_booking(desk: &Desk, sent: &Fields) -> Result<(), No> {
    let booking: Uuid = sent.get("booking").parse().map_err(|_| No::Absent)?;
    let command = match sent.get("act") {
        "arrive" => ToBooking::Arrive,
        "call" => ToBooking::Call,
        "miss" => ToBooking::Miss,
        "cancel" => ToBooking::Cancel { office: true, reason: sent.get("reason").to_owned() },
        "heard" => ToBooking::Hear {
            words: sent.get("record").to_owned(),
            number: appeals::number::parse(sent.get("number")).unwrap_or_default(),
        },
        _ => return Err(No::Absent),
    };
    let who = desk.staff.who();
    desk.write(move |tx, site, by| run::execute(tx, site, by, (&who, booking, command)).map(drop)).await
}

/// Takes whoever comes by, and shows the slip with the number.
async fn door(desk: &Desk, row: &DayRow, sent: &Fields) -> Result<Response, Problem> {
    let person = read_person(desk.lang(), sent);
    let new = New { day: row.day.id, slot: None, way: Way::Door, person, submit_key: sent.get("submit_key").to_owned() };
    let booked = async {
        let ready = book::prepare(&desk.app.hall.site, new)?;
        let who = desk.staff.who();
        desk.write(move |tx, site, by| book::book(tx, site, by, (&ready, Some(&who)))).await
    };
    match booked.await {
        Ok(booked) => Ok(taken(&desk.visit, &booked)),
        Err(no) => refused(desk, row.day.id, (sent, no)).await,
    }
}

/// Files what was said as a matter, notes it as heard, and offers the slip.
async fn file(desk: &Desk, row: &DayRow, sent: &Fields) -> Result<Response, Problem> {
    let permit = desk.permit(Act::FileForPerson, &Subject::site())?;
    let id: Uuid = sent.get("booking").parse().map_err(|_| Problem::Absent)?;
    let found = desk.read(move |tx, site, _| list::booking(tx, site, id)).await?.filter(|booking| booking.day == row.day.id);
    let booking = found.and_then(|row| row.booking).ok_or(Problem::Absent)?;
    let record = sent.get("record").trim().to_owned();
    let form = Filing {
        channel: appeals::appeal::Channel::Reception,
        what: [booking.person.about.as_str(), record.as_str()].join("\n").trim().to_owned(),
        place: row.day.plan.place.clone(),
        kind: Kind::Help.code().to_owned(),
        identity: Identity::Named.code().to_owned(),
        name: booking.person.name.clone(),
        mobile: booking.person.mobile.clone(),
        // the same booking makes one matter, however often it is pressed
        submit_key: format!("booking-{id}"),
        language: desk.lang().tag().to_owned(),
        ..Filing::default()
    };
    let keeper = desk.app.clone();
    let keep = move |key: &_, uploads: &[_]| files::keep(&keeper, key, uploads);
    match filing::file(&desk.app.hall, &form, &[], Some(&permit), keep).await {
        Ok(filed) => {
            let number = filed.number.clone();
            let copy = FiledCopy::new(&desk.app, (&form, String::new()), filed);
            let (who, heard) = (desk.staff.who(), number.clone());
            let words = if record.is_empty() { desk.lang().t("booking-filed") } else { record };
            desk.write(move |tx, site, by| {
                run::execute(tx, site, by, (&who, id, ToBooking::Hear { words, number: heard })).map(drop)
            })
            .await?;
            let ticket = slip::keep_filed(desk, copy, Vec::new()).await?;
            Ok(slip::offer(
                desk,
                (&number, &ticket),
                &html! { p { a href=(link::desk_day(row.day.id)) { (desk.lang().t("desk-day-on")) } } },
            ))
        }
        Err(NotFiled::OtherForm) => Err(Refusal::new("key_reused").instead("begin_anew").into()),
        Err(NotFiled::Fields(list)) => {
            let mut errors = Errors::default();
            for error in &list {
                errors.add("record", sentence(desk.lang(), error));
            }
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(desk, row.day.id, (sent, &errors)).await?).into_response())
        }
        Err(NotFiled::No(no)) => Err(no.into()),
    }
}

/// Asks what was said and answered.
pub(super) fn heard_form(lang: Lang, (day, booking): (Uuid, &Booking), (typed, errors): (&Fields, &Errors)) -> Markup {
    let again = typed.get("booking") == booking.id.to_string() && matches!(typed.get("act"), "heard" | "file");
    let (mut typed, errors) = if again { (typed.clone(), errors.clone()) } else { (Fields::default(), Errors::default()) };
    if !again {
        typed.set("number", booking.number.as_str());
    }
    let (record_id, number_id) = (format!("record-{}", booking.id), format!("number-{}", booking.id));
    let record = Field {
        name: "record",
        id: &record_id,
        label: lang.t("booking-record"),
        hint: lang.t("desk-record-hint"),
        input: Input::Area(4),
        required: true,
        chars_max: RECORD_CHARS_MAX,
        ..Field::default()
    };
    let number = Field {
        name: "number",
        id: &number_id,
        label: lang.t("booking-number"),
        chars_max: book::NUMBER_CHARS_MAX,
        ..Field::default()
    };
    html! {
        details open[again || booking.standing == oversight::reception::Standing::Called] {
            summary { (lang.t("desk-day-heard")) }
            form method="post" action=(link::desk_day(day)) {
                input type="hidden" name="booking" value=(booking.id);
                (field(lang, &record, &typed, &errors))
                (field(lang, &number, &typed, &errors))
                div.acts {
                    button name="act" value="file" { (lang.t("desk-day-file")) }
                    button.second name="act" value="heard" { (lang.t("desk-day-heard")) }
                }
            }
        }
    }
}
