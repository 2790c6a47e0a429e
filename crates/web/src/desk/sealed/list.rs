//! What a handler may open, and colleagues who wait to be let in. No word of an accusation stands here.

use appeals::sealed::Body;
use appeals::sealed::keys::{self, Kept};
use appeals::sealed::room::{self, Handler, Listed};
use appeals::sealed::step::Stage;
use axum::response::Response;
use civic::refusal::No;
use civic::site::Site;
use db::Tx;
use maud::{Markup, html};
use uuid::Uuid;

use super::{door, handler, id};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Form, Query};
use crate::kit::Tone;
use crate::kit::due;
use crate::kit::empty::empty;
use crate::kit::notice::notice;
use crate::kit::pager::{Pager, pager};
use crate::kit::state::chip;
use crate::kit::table::{Table, table};
use crate::link;
use crate::words::{Lang, day};

/// Accusations on one page of the list.
const ROWS_MAX: usize = 50;

/// Shows the list, or the door.
pub async fn show(desk: Desk, Query(query): Query) -> Result<Response, Problem> {
    let Some(handler) = handler(&desk)? else { return Ok(door::ask_again(&desk, link::SEALED)) };
    let staff = handler.staff;
    let (listed, all) = look(&desk, &handler).await?;
    let lang = desk.lang();
    let own = all.iter().find(|kept| kept.staff == staff);
    let body = html! {
        h1 { (lang.t("nav-sealed")) }
        p.lead { (lang.t("sealed-room-lead")) }
        @match own {
            Some(own) if own.admitted => {
                (waiting(&desk, (&all, &handler)))
                (late(lang, &listed))
                @if listed.is_empty() { (empty(&lang.t("sealed-none"), &lang.t("sealed-none-why"), &html! {})) }
                @else { (rows(&desk, &listed, query.get("page").parse().unwrap_or(1))) }
            }
            Some(own) => (notice(Tone::Soon, &lang.t("sealed-not-admitted"), &html! {
                p { (lang.say("sealed-not-admitted-why", &[("sign", own.sign().into())])) }
            })),
            None => (notice(Tone::Late, &lang.t("sealed-key-gone"), &html! { p { (lang.t("sealed-key-gone-why")) } })),
        }
        form method="post" action=(link::SEALED_LEAVE) { div.acts { button.second { (lang.t("sealed-leave")) } } }
        p.quiet { (lang.t("sealed-room-rules")) }
    };
    Ok(desk.page(&lang.t("nav-sealed"), &body))
}

async fn look(desk: &Desk, handler: &Handler) -> Result<(Vec<Listed>, Vec<Kept>), Problem> {
    let (asked, by) = (handler.clone(), handler.clone());
    let read = move |tx: &mut Tx<'_>, site: &Site, now| Ok::<_, No>((room::list(tx, site, now, &asked)?, keys::every(tx, site)?));
    let (listed, all) = desk.read(read).await?;
    if listed.iter().any(|one| one.unnoted) {
        desk.write(move |tx, site, at| room::note_late(tx, site, at, &by)).await?;
    }
    Ok((listed, all))
}

fn rows(desk: &Desk, listed: &[Listed], page: usize) -> Markup {
    let lang = desk.lang();
    let pages = listed.len().div_ceil(ROWS_MAX);
    let page = page.clamp(1, pages.max(1));
    let shown = listed.iter().skip((page - 1) * ROWS_MAX).take(ROWS_MAX);
    let at = |page: usize| format!("{}?page={page}", link::SEALED);
    let leaf = Pager {
        before: (page > 1).then(|| at(page - 1)),
        after: (page < pages).then(|| at(page + 1)),
        here: format!("{page} / {pages}"),
    };
    let heads = ["receipt-number", "sealed-came", "sealed-stage", "sealed-until"].map(|key| lang.t(key)).to_vec();
    let row = |one: &Listed| {
        vec![
            html! {
                a.code href=(link::sealed(one.id)) data-row="" { (one.number) }
                @if one.pressed { " " (chip(Tone::Soon, &lang.t("sealed-pressed"))) }
            },
            html! { (day(lang, one.day)) },
            stage(lang, one.stage),
            until(desk, one),
        ]
    };
    html! {
        (table(&Table { caption: lang.t("sealed-list"), heads, rows: shown.map(row).collect() }))
        (pager(lang, &leaf))
    }
}

/// Draws how far an accusation has come.
pub fn stage(lang: Lang, stage: Stage) -> Markup {
    let tone = match stage {
        Stage::Received | Stage::Concluded => Tone::Soon,
        Stage::Answered => Tone::Done,
        _ => Tone::Plain,
    };
    chip(tone, &lang.code("sealed-stage", stage.code()))
}

/// Says until when the accuser is to hear something: whether it is accepted, or what came of it.
fn until(desk: &Desk, one: &Listed) -> Markup {
    let Some(due) = &one.due else { return html! { "–" } };
    let (lang, last) = (desk.lang(), due.due.last);
    let left = desk.app.hall.site.calendar().left(desk.app.today(), last);
    html! { span class={ "due-words " (due::tone(left).class()) } { (crate::kit::icon::icon(due::tone(left))) (due::sentence(lang, left, last)) } }
}

/// Says how many are past their day: the whole room sees it, first of all, until the accuser has heard.
fn late(lang: Lang, listed: &[Listed]) -> Markup {
    let count = listed.iter().filter(|one| one.late).count();
    html! {
        @if count > 0 {
            (notice(Tone::Late, &lang.say("sealed-late-title", &[("count", count.into())]), &html! { p { (lang.t("sealed-late-why")) } }))
        }
    }
}

/// Draws who waits to be let in: two people compare the signs of the key, so that nobody else's slips in.
fn waiting(desk: &Desk, (all, handler): (&[Kept], &Handler)) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let colleague = |staff| staff != handler.staff && Body::of(&directory, staff) == Body::of(&directory, handler.staff);
    let new: Vec<&Kept> = all.iter().filter(|kept| !kept.admitted && colleague(kept.staff)).collect();
    html! {
        @for kept in new {
            @let name = directory.staff.get(&kept.staff).map_or("", |staff| staff.name.as_str());
            (notice(Tone::Soon, &lang.say("sealed-admit-title", &[("name", name.into())]), &html! {
                p { (lang.say("sealed-admit-why", &[("sign", kept.sign().into())])) }
                form method="post" action=(link::SEALED_ADMIT) {
                    input type="hidden" name="staff" value=(kept.staff);
                    input type="hidden" name="public" value=(kept.public);
                    div.acts { button.second { (lang.say("sealed-admit", &[("name", name.into())])) } }
                }
            }))
        }
    }
}

/// Lets a colleague's key in.
pub async fn admit(desk: Desk, Form(fields): Form) -> Result<Response, Problem> {
    let Some(handler) = handler(&desk)? else { return Ok(door::ask_again(&desk, link::SEALED)) };
    let (staff, public): (Uuid, String) = (id(fields.get("staff"))?, fields.get("public").to_owned());
    desk.write(move |tx, site, (now, _)| room::admit(tx, site, now, &handler, (staff, &public))).await?;
    tracing::info!(%staff, by = %desk.person().id, "a handler's key was let in");
    Ok(done(link::SEALED, "admitted"))
}
