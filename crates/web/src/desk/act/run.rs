//! Showing the form of an act and doing it. The version that was seen travels with the form: who comes second sees what
//! changed meanwhile and loses no typed word.

use appeals::appeal::{FileRef, Suggested};
use appeals::decide::carries;
use appeals::filing::hides;
use appeals::run::{self, Done, Request};
use appeals::{Command, Identity, Kind, State, number, store};
use axum::response::{IntoResponse, Response};
use civic::account;
use civic::permit::Act;
use civic::refusal::{No, Refusal};
use db::Tx;
use jiff::Timestamp;
use maud::{Markup, html};

use super::call;
use super::command::command;
use super::draw::{CHOSEN, Form as Drawn, fields as draw_fields};
use super::pieces::{Piece, pieces};
use crate::desk::frame::{Desk, done, done_away};
use crate::desk::matter::{ACTS, Matter, aside, asked, bare_since, find_for, said, said_kind};
use crate::desk::slip;
use crate::error::{Problem, status};
use crate::extract::{Fields, File, Path, Query, Upload};
use crate::files;
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::kit::refusal::refusal_block;
use crate::kit::shell::FORM;
use crate::link;
use crate::portal::file::room;

/// Shows the form, or why the act is not possible now.
pub async fn show(desk: Desk, Path((number, act)): Path<(String, String)>, Query(query): Query) -> Result<Response, Problem> {
    let act = known(&act)?;
    let matter = find_for(&desk, &number, act).await?;
    let answer = asked(&desk, &matter.state).into_iter().find(|(own, _, _)| *own == act).map(|(_, _, answer)| answer);
    match answer {
        Some(Err(refusal)) => {
            let page = refused(&desk, (&matter, act), &refusal);
            Ok((status(refusal.code), page).into_response())
        }
        Some(Ok(())) => Ok(draw(&desk, (&matter, act), (&prefilled(&desk, &matter, (act, &query)), None))),
        None => Err(Problem::Absent),
    }
}

/// Does the act, or shows the form again with the reason and every word.
pub async fn run(desk: Desk, Path((number, act)): Path<(String, String)>, upload: Upload) -> Result<Response, Problem> {
    let (whole, chosen) = (upload.whole(), !(upload.files.is_empty() && upload.refused.is_empty()));
    let Upload { fields, files, .. } = upload;
    let act = known(&act)?;
    let matter = find_for(&desk, &number, act).await?;
    if desk.visit.switched {
        let mut typed = fields;
        let chosen = typed.get("files").to_owned();
        typed.set(CHOSEN, chosen);
        return Ok(draw(&desk, (&matter, act), (&typed, None)));
    }
    let ran = match whole.and_then(|()| legible(&fields)) {
        Ok(()) => try_run(&desk, (&matter, act), (&fields, files)).await,
        Err(refusal) => Err(refusal.into()),
    };
    match ran {
        Ok(done) => after(&desk, act, done).await,
        Err(No::Refused(refusal)) => {
            let matter = find_for(&desk, &number, act).await?;
            let mut typed = fields;
            typed.set("second_code", "");
            typed.set(CHOSEN, if chosen { "1" } else { "" });
            Ok((status(refusal.code), draw(&desk, (&matter, act), (&typed, Some(&refusal)))).into_response())
        }
        Err(no) => Err(no.into()),
    }
}

/// Refuses words with characters that hide, or that could not be read; they come back marked.
fn legible(fields: &Fields) -> Result<(), Refusal> {
    let hidden = fields.iter().any(|(_, text)| text.chars().any(hides));
    if hidden { Err(Refusal::new("hidden_characters").instead("type_anew")) } else { Ok(()) }
}

fn known(code: &str) -> Result<Act, Problem> {
    let act = Act::parse(code).filter(|act| ACTS.iter().any(|(own, _)| own == act));
    act.ok_or(Problem::Absent)
}

async fn try_run(desk: &Desk, (matter, act): (&Matter, Act), (fields, files): (&Fields, Vec<File>)) -> Result<Done, No> {
    desk.permit(act, &matter.state.subject())?;
    let files = if pieces(act).contains(&Piece::Files) { keep(desk, (matter, act), files)? } else { Vec::new() };
    let said = suggested(desk, (matter, act));
    let matter = matter.state.matter;
    let (who, seen, fields) = (desk.staff.who(), fields.get("seen").parse().ok(), fields.clone());
    let (jurisdiction, now) = (desk.app.hall.site.jurisdiction, desk.app.now());
    let (typed, second) = (fields.clone(), fields);
    let ask = move |tx: &mut Tx<'_>| {
        let main = match number::parse(typed.get("main")) {
            Some(number) => store::by_number(tx, jurisdiction, &number)?.map(|row| row.id),
            None => None,
        };
        let mut command = command(act, (&typed, files.clone()), main)?;
        // what the page says was suggested is read anew: a form cannot claim it
        match (&mut command, &said) {
            (Command::Sort { said, .. }, (subject, _)) => said.clone_from(subject),
            (Command::NameKind { said, .. }, (_, kind)) => *said = *kind,
            _ => {}
        }
        Ok(Request { who, matter, seen, command })
    };
    let after = move |tx: &mut Tx<'_>, site: &civic::site::Site| match act {
        Act::ReissueCode => beside(tx, site, now, &second),
        _ => Ok(()),
    };
    run::act_with(&desk.app.hall, ask, after).await
}

/// Says what a machine suggests to somebody who decides just that.
fn suggested(desk: &Desk, (matter, act): (&Matter, Act)) -> (Option<Suggested>, Option<Kind>) {
    match act {
        Act::Sort => (said(desk, matter), None),
        Act::NameKind => (None, said_kind(desk, matter)),
        _ => (None, None),
    }
}

/// Keeps the files of an act sealed, before the act itself: an act never names a file that is not there. A reply goes to
/// those merged into the matter too, and who these are is known only in the writer: so its files have keys of their own.
fn keep(desk: &Desk, (matter, act): (&Matter, Act), sent: Vec<File>) -> Result<Vec<FileRef>, No> {
    if act == Act::Reply {
        return files::keep_to_share(&desk.app, &room(sent));
    }
    let key = desk.app.hall.site.keystore.get(matter.state.key_id)?.ok_or(No::Absent)?;
    files::keep(&desk.app, &key, &room(sent))
}

/// Checks that the second member of staff stands beside: with a one-time code of their own. A wrong one undoes the act.
fn beside(tx: &mut Tx<'_>, site: &civic::site::Site, now: Timestamp, fields: &Fields) -> Result<(), No> {
    let wrong = || Refusal::new("second_code_wrong").instead("second_code_again");
    let second = fields.get("second").parse().map_err(|_| wrong())?;
    let known = account::by_staff(tx, site, second)?.filter(|known| !known.closed).ok_or_else(wrong)?;
    let step = account::verify_code(&known.secret, fields.get("second_code"), now, known.last_step).ok_or_else(wrong)?;
    if account::passed(tx, site, second, step)? { Ok(()) } else { Err(wrong().into()) }
}

/// Leads back to the matter, or to the queue whoever gave it out of sight; a new query code goes onto a slip, never onto a page of this session.
async fn after(desk: &Desk, act: Act, made: Done) -> Result<Response, Problem> {
    match (act, made.code) {
        (Act::ReissueCode, Some(code)) => {
            let ticket = slip::keep(desk, (&made.state.number, &code.shown())).await?;
            Ok(slip::offer(desk, (&made.state.number, &ticket), &html! {}))
        }
        _ if desk.permit(Act::See, &made.state.subject()).is_err() => Ok(done_away(act, &made.state.number)),
        _ => Ok(done(&link::matter(&made.state.number), "acted")),
    }
}

/// Fills in what is known already.
fn prefilled(desk: &Desk, matter: &Matter, (act, query): (Act, &Fields)) -> Fields {
    let (lang, state, mut typed) = (desk.lang(), &matter.state, Fields::default());
    if let Some(category) = &state.category {
        typed.set("category", category.as_str());
    }
    if let Some(subject) = state.sorted.as_ref().map(|sorted| sorted.to.as_str()).or(state.category.as_deref()) {
        typed.set("subject", subject);
    }
    if let Some(main) = number::parse(query.get("main")).filter(|_| act == Act::Merge) {
        typed.set("main", main);
    }
    if act == Act::Reply {
        let directory = desk.directory();
        let above = directory.offices.get(&state.owner).and_then(|office| office.superior.as_ref());
        if let Some(above) = above.and_then(|code| directory.acting(code)) {
            let name = lang.pick(&above.name, &above.name_en);
            typed.set("way_on", lang.say("piece-way-on-default", &[("office", name.into())]));
        }
    }
    typed
}

fn draw(desk: &Desk, (matter, act): (&Matter, Act), (typed, refusal): (&Fields, Option<&Refusal>)) -> Response {
    let (lang, state) = (desk.lang(), &matter.state);
    let title = lang.code("act", act.code());
    let form = Drawn { desk, state, act, typed };
    let changed = refusal.filter(|refusal| refusal.code == "changed_meanwhile").map(|_| typed.get("seen").parse().unwrap_or(0));
    // a form that is only switched keeps the version its reader saw
    let version = typed.get("seen").parse().ok().filter(|_| desk.visit.switched).unwrap_or(state.version);
    let body = html! {
        div.two {
            div.two-form {
                p.quiet.code { (state.number) }
                h1 { (title) }
                p { (lang.code("about", act.code())) }
                (for_all(desk, matter, act))
                @if unreached(&matter.state) { (notice(Tone::Soon, &lang.t("unreached-person"), &html! { p { (lang.t("unreached-person-why")) } })) }
                @if act == Act::TellByPhone { (call::draw(desk, matter)) }
                @if let Some(refusal) = refusal { (refusal_block(lang, &desk.app.hall.site.rules(), refusal)) }
                @if let Some(seen) = changed.filter(|_| matter.seen) {
                    h2 { (lang.t("changed-title")) }
                    (bare_since(desk, matter, seen))
                }
                form id=(FORM) method="post" action=(link::matter_act(&state.number, act)) data-once="" enctype=[pieces(act).contains(&Piece::Files).then_some("multipart/form-data")] {
                    input type="hidden" name="seen" value=(version);
                    (draw_fields(&form))
                    div.acts {
                        button { @if act == Act::TellByPhone { (lang.t("call-note")) } @else { (title) } }
                        a.button.second href=(back(matter)) { (lang.t("back")) }
                    }
                }
            }
            @if matter.seen { aside.two-aside { (aside(desk, (matter, act != Act::TellByPhone))) } }
        }
    };
    desk.form_page(&title, (link::matter_act(&state.number, act), &body))
}

/// Tells whether a named resident left neither telephone nor mail: no letter leaves, and nobody can ring up.
fn unreached(state: &State) -> bool {
    state.identity != Identity::Anonymous && state.kind != Kind::Accusation && state.contacts.is_empty() && !state.post_only()
}

/// Says before an act on a main matter whom else it tells, and where they stand by number.
fn for_all(desk: &Desk, matter: &Matter, act: Act) -> Markup {
    let open = matter.merged.iter().filter(|(_, open)| *open).count();
    if open == 0 || !carries(act) {
        return html! {};
    }
    let lang = desk.lang();
    let count = [("count", open.into())];
    let told = pieces(act).iter().any(|piece| matches!(piece, Piece::Words | Piece::Reply));
    let title = if told { lang.say("merged-told", &count) } else { lang.say("merged-done", &count) };
    let personal = (act == Act::NotAccept).then(|| lang.t("merged-personal"));
    notice(
        Tone::Soon,
        &title,
        &html! {
            @if act == Act::Reply { p { (lang.t("merged-files")) } }
            @if let Some(personal) = personal { p { (personal) } }
            p { a href={ (link::matter(&matter.state.number)) "#merged" } { (lang.t("merged-who")) } }
        },
    )
}

/// Leads back to the matter, or to the counter for somebody who does not see it.
fn back(matter: &Matter) -> String {
    if matter.seen { link::matter(&matter.state.number) } else { link::COUNTER.to_owned() }
}

fn refused(desk: &Desk, (matter, act): (&Matter, Act), refusal: &Refusal) -> Response {
    let lang = desk.lang();
    let title = lang.code("act", act.code());
    let number = &matter.state.number;
    // the way on is often another act: one press leads there
    let instead = refusal.way_on.and_then(Act::parse).filter(|way| ACTS.iter().any(|(own, _)| own == way));
    let ways: Markup = html! {
        div.acts {
            @if let Some(way) = instead { a.button href=(link::matter_act(number, way)) { (lang.code("act", way.code())) } }
            a.button.second[instead.is_some()] href=(back(matter)) { (lang.t("back")) }
        }
    };
    let body = html! { h1 { (title) } (refusal_block(lang, &desk.app.hall.site.rules(), refusal)) (ways) };
    desk.page(&title, &body)
}
