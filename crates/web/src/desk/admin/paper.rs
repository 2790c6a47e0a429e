//! What comes on paper and in person, for whoever runs the site: which boxes should have been opened, and when each office last entered a
//! letter or a visit. Numbers and days; nothing of a matter.

use appeals::appeal::Channel;
use appeals::register::{self, Book};
use db::Fault;
use maud::{Markup, html};

use crate::desk::boxes;
use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::kit::table::{Table, table};
use crate::link;
use crate::portal::track::story::office;
use crate::words::moment;

/// The ways that have a register.
const BOOKS: [Channel; 2] = [Channel::Letter, Channel::Reception];

/// Draws the state of boxes and registers.
pub async fn draw(desk: &Desk) -> Result<Markup, Problem> {
    let (lang, directory) = (desk.lang(), desk.directory());
    let standing = boxes::standing(desk, |_, _| true).await?;
    let late = standing.iter().filter(|one| one.is_overdue()).count();
    let heads = ["entry-name", "box-where", "box-last", "box-next", "box-came"].map(|key| lang.t(key)).to_vec();
    let rows: Vec<Vec<Markup>> = standing.iter().map(|one| boxes::row(desk, (one, &link::admin_box(one.code())))).collect();
    let registers = registers(desk).await?;
    Ok(html! {
        @if rows.is_empty() { p { (lang.t("box-none")) " " a href=(link::ADMIN_BOXES) { (lang.t("box-add")) } } }
        @else {
            @if late > 0 { (notice(Tone::Soon, &lang.say("paper-late", &[("count", late.into())]), &html! { p { (lang.t("paper-late-why")) } })) }
            (table(&Table { caption: lang.t("admin-boxes"), heads, rows }))
        }
        @if registers.is_empty() { p { (lang.t("paper-none")) } }
        @else {
            (table(&Table {
                caption: lang.t("paper-registers"),
                heads: ["channels-what", "paper-office", "paper-many", "channels-last"].map(|key| lang.t(key)).to_vec(),
                rows: registers.iter().map(|(book, many, last)| vec![
                    html! { (lang.code("channel", book.channel.code())) },
                    html! { (office(lang, &directory, &book.office)) },
                    html! { (many) },
                    html! { (last.map_or_else(|| lang.t("channels-never"), |at| moment(lang, at, &desk.app.hall.site.zone))) },
                ]).collect(),
            }))
        }
    })
}

/// Lists the registers of this year that hold something.
async fn registers(desk: &Desk) -> Result<Vec<(Book, i64, Option<jiff::Timestamp>)>, Problem> {
    let directory = desk.directory();
    let offices: Vec<String> = directory.offices.values().filter(|own| directory.open(own)).map(|own| own.code.clone()).collect();
    let found = desk.read(move |tx, site, now| {
        let mut all = Vec::new();
        for office in offices {
            for channel in BOOKS {
                let book = Book { office: office.clone(), channel, year: site.day(now).year() };
                let (many, last) = register::counted(tx, site, &book)?;
                if many > 0 {
                    all.push((book, many, last));
                }
            }
        }
        Ok::<_, Fault>(all)
    });
    Ok(found.await?)
}
