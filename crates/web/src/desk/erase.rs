//! Erasing matters whose time is over, by two persons of those who watch and hold none: one asks with a ground, another
//! agrees. Nothing of a matter's words is shown here; whoever decides opens its page first.

use appeals::{erase, number, store};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::permit::{self, Act, Subject};
use civic::refusal::{No, Refusal};
use civic::second::{self, Asked, Deed};
use civic::site::Site;
use db::{Fault, Tx};
use insight::consult::run as consult;
use insight::consult::speak::Source;
use jiff::Timestamp;
use maud::{Markup, html};
use uuid::Uuid;

use super::admin::wrong;
use super::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::Tone;
use crate::kit::errors::{Errors, summary};
use crate::kit::field::{Field, field, select};
use crate::kit::notice::notice;
use crate::kit::table::{Table, table};
use crate::link;
use crate::words::moment;

/// Longest number that is read, in characters.
const NUMBER_CHARS_MAX: usize = 60;
/// Ground of a request for more on one day: the list of grounds is about matters.
const MANY: &str = "time_over";

/// Shows what waits and the form.
pub async fn show(desk: Desk) -> Result<Response, Problem> {
    desk.permit(Act::Erase, &Subject::site())?;
    draw(&desk, &Fields::default(), &Errors::default()).await
}

/// Asks, agrees, or says no.
pub async fn run(desk: Desk, Form(fields): Form) -> Result<Response, Problem> {
    desk.permit(Act::Erase, &Subject::site())?;
    match act(&desk, fields.clone()).await {
        Ok(()) => Ok(done(link::ERASE, "saved")),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, &fields, &errors).await?).into_response())
        }
    }
}

async fn act(desk: &Desk, fields: Fields) -> Result<(), No> {
    let (who, by, today) = (desk.staff.who(), desk.staff.person.id, desk.app.today());
    desk.write(move |tx, site, (now, chance)| match fields.get("act") {
        "many" => second::ask(tx, site, (now, chance), by, (Deed::EraseMany, &today.to_string(), MANY)).map(drop),
        "ask" => {
            let ground = fields.get("ground").to_owned();
            let unknown = || Refusal::new("number_unknown").with("field", "number").instead("check_number");
            let number = number::parse(fields.get("number")).ok_or_else(unknown)?;
            let row = store::by_number(tx, site.jurisdiction, &number)?.ok_or_else(unknown)?;
            checked(tx, site, now, (&who, row.id, &ground))?;
            second::ask(tx, site, (now, chance), by, (Deed::Erase, &row.id.to_string(), &ground)).map(drop)
        }
        "decline" => second::decline(tx, site, now, asked(&fields)?).map(drop),
        "agree" => {
            let (id, deed) = asked(&fields)?;
            let agreed = second::agree(tx, site, now, by, (id, deed))?;
            if deed == Deed::EraseMany {
                return erase::allow_many(tx, site, &agreed);
            }
            let matter = agreed.asked().subject.parse().map_err(|_| No::Absent)?;
            checked(tx, site, now, (&who, matter, &agreed.asked().ground))?;
            erase::erase(tx, site, (now, &mut *chance), &agreed)?;
            // what was carried into a question from it goes with it
            consult::follow(tx, site, (now, chance), Source::Matter(matter))
        }
        _ => Err(No::Absent),
    })
    .await
}

/// Asks the permit for this very matter, so that nobody erases a relative's, and whether it may be erased at all.
fn checked(tx: &mut Tx<'_>, site: &Site, now: Timestamp, (who, matter, ground): (&permit::Who, Uuid, &str)) -> Result<(), No> {
    let loaded = store::load(tx, site, matter)?.ok_or(No::Absent)?;
    permit::may(&site.directory(), who, Act::Erase, &loaded.state.subject())?;
    erase::ready(tx, site, now, (&loaded, ground))
}

/// Reads which request is meant.
fn asked(fields: &Fields) -> Result<(Uuid, Deed), No> {
    let id = fields.get("id").parse().map_err(|_| No::Absent)?;
    Ok((id, if fields.get("deed") == Deed::EraseMany.code() { Deed::EraseMany } else { Deed::Erase }))
}

/// Is a request with the number of its matter.
type Waiting = (Asked, Option<String>);

fn waiting(tx: &mut Tx<'_>, site: &Site, now: Timestamp) -> Result<Vec<Waiting>, Fault> {
    let mut all = Vec::new();
    for deed in [Deed::EraseMany, Deed::Erase] {
        for asked in second::waiting(tx, site, now, deed)? {
            let matter: Option<Uuid> = asked.subject.parse().ok();
            let row = matter.map(|matter| store::row(tx, site.jurisdiction, matter)).transpose()?.flatten();
            all.push((asked, row.map(|row| row.number)));
        }
    }
    Ok(all)
}

async fn draw(desk: &Desk, typed: &Fields, errors: &Errors) -> Result<Response, Problem> {
    let lang = desk.lang();
    let all = desk.read(waiting).await?;
    let rows: Vec<Vec<Markup>> = all.iter().map(|one| row(desk, one)).collect();
    let heads = ["erase-what", "piece-ground", "erase-who", "erase-until", "erase-decide"].map(|key| lang.t(key)).to_vec();
    let rules = desk.app.hall.site.rules();
    // none is chosen beforehand: a matter is gone for good, and why is for whoever asks to say
    let mut grounds = vec![(String::new(), lang.t("piece-choose"))];
    grounds
        .extend(rules.grounds(erase::GROUNDS).map(|ground| (ground.code.clone(), lang.pick(&ground.zh, &ground.en).to_owned())));
    let number =
        Field { name: "number", label: lang.t("field-number"), required: true, chars_max: NUMBER_CHARS_MAX, ..Field::default() };
    let ground = Field { name: "ground", label: lang.t("piece-ground"), required: true, ..Field::default() };
    let body = html! {
        h1 { (lang.t("nav-erase")) }
        (notice(Tone::Plain, &lang.t("erase-notice"), &html! { p { (lang.t("erase-notice-why")) } }))
        (summary(lang, errors))
        h2 { (lang.t("erase-waiting")) }
        @if rows.is_empty() { p.quiet { (lang.t("erase-none")) } }
        @else { (table(&Table { caption: lang.t("erase-waiting"), heads, rows })) }
        h2 { (lang.t("erase-ask")) }
        form method="post" action=(link::ERASE) {
            input type="hidden" name="act" value="ask";
            (field(lang, &number, typed, errors))
            (select(lang, &ground, &grounds, typed, errors))
            div.acts { button { (lang.t("erase-ask")) } }
        }
        h2 { (lang.t("erase-many")) }
        p { (lang.t("erase-many-why")) }
        form method="post" action=(link::ERASE) {
            input type="hidden" name="act" value="many";
            div.acts { button.second { (lang.t("erase-many")) } }
        }
    };
    Ok(desk.page(&lang.t("nav-erase"), &body))
}

fn row(desk: &Desk, (asked, number): &Waiting) -> Vec<Markup> {
    let (lang, directory, site) = (desk.lang(), desk.directory(), &desk.app.hall.site);
    let rules = site.rules();
    let ground = rules.ground(erase::GROUNDS, &asked.ground).map_or("", |ground| lang.pick(&ground.zh, &ground.en));
    let button = |act: &str, key: &str, second: bool| {
        html! {
            form.inline method="post" action=(link::ERASE) {
                input type="hidden" name="act" value=(act);
                input type="hidden" name="deed" value=(asked.deed.code());
                button.second[second] name="id" value=(asked.id) { (lang.t(key)) }
            }
        }
    };
    let own = asked.by == desk.staff.person.id;
    vec![
        html! {
            @if let Some(number) = number { a href=(link::matter(number)) { (number) } }
            @else { (lang.t("erase-many")) " " (asked.subject) }
        },
        html! { (ground) },
        html! { (directory.staff.get(&asked.by).map_or("", |staff| staff.name.as_str())) },
        html! { (moment(lang, asked.until, &site.zone)) },
        html! {
            div {
                @if own { (button("decline", "erase-take-back", true)) }
                @else { (button("agree", "erase-agree", false)) " " (button("decline", "erase-decline", true)) }
            }
        },
    ]
}
