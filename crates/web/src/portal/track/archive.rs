//! Everything of one's own in one file (带走我的全部资料): a page that opens offline, the same as data, attachments, receipt and
//! proofs, the key, a plain word on how a stranger checks it, and a signature over the sums of all of it.

use appeals::appeal::FileRef;
use appeals::archive::{self, Sums};
use appeals::sealed::Own;
use appeals::sealed::room::Told;
use appeals::view::{Personal, Step};
use appeals::{sealed as accusation, view};
use axum::extract::State;
use axum::response::Response;
use civic::exchange::reads::Elsewhere;
use civic::journal;
use civic::refusal::Refusal;
use civic::vault::Key;
use db::{Fault, Tx};
use jiff::civil::Date;
use maud::{Markup, html};
use serde_json::{Value, json};

use super::load::{Found, Reported, load, permit};
use super::page::{messages, place, readings, stage};
use super::{sealed, story};
use crate::app::App;
use crate::error::Problem;
use crate::files;
use crate::kit::facts::facts;
use crate::kit::paper::paper;
use crate::kit::timeline;
use crate::pack::{self, Pack};
use crate::session::Resident;
use crate::visit::Visit;
use crate::words::{Lang, moment};

/// Largest attachments of one archive together, in bytes; above that they are saved one by one.
pub const ARCHIVE_BYTES_MAX: u64 = 2_147_483_648;

/// Is what goes into an archive, attachments apart.
struct Kept {
    number: String,
    day: Date,
    page: String,
    data: Value,
    receipt: String,
    /// Names and texts of what proves later steps, and reports of pressure.
    proofs: Vec<(String, String)>,
    checkpoint: String,
    key: Key,
    files: Vec<(String, FileRef)>,
}

/// Sends the archive.
pub async fn take(State(app): State<App>, visit: Visit, resident: Resident) -> Result<Response, Problem> {
    let kept = match load(&app, &resident).await? {
        Found::Matter(personal, reports, _) => of_matter(&app, visit.lang, &resident, (&personal, reports)).await?,
        Found::Sealed(own, told, reports) => of_accusation(&app, visit.lang, (*own, &told), &reports).await?,
    };
    let bytes: u64 = kept.files.iter().map(|(_, file)| file.size).sum();
    if bytes > ARCHIVE_BYTES_MAX {
        return Err(Refusal::new("archive_large").with("max_mib", ARCHIVE_BYTES_MAX >> 20).instead("save_one_by_one").into());
    }
    let own = app.clone();
    pack::answer(&app, &format!("minsheng-{}", kept.number), move |pack| write(pack, &own, &kept))
}

fn write(pack: &mut Pack, app: &App, kept: &Kept) -> Result<(), Fault> {
    let (site, mut sums) = (&app.hall.site, Sums::default());
    let mut add = |pack: &mut Pack, name: &str, bytes: &[u8]| {
        sums.note(name, bytes);
        pack.add(name, bytes)
    };
    let readme: Vec<String> = Lang::ALL.iter().map(|lang| readme(*lang, &site.vkey(), kept)).collect();
    add(pack, "README.txt", readme.join("\n\n").as_bytes())?;
    add(pack, "index.html", kept.page.as_bytes())?;
    add(pack, "matter.json", format!("{:#}\n", kept.data).as_bytes())?;
    add(pack, archive::RECEIPT, kept.receipt.as_bytes())?;
    for (name, proof) in &kept.proofs {
        add(pack, name, proof.as_bytes())?;
    }
    add(pack, archive::CHECKPOINT, kept.checkpoint.as_bytes())?;
    add(pack, archive::VKEY, format!("{}\n", site.vkey()).as_bytes())?;
    for (path, file) in &kept.files {
        add(pack, path, &files::cleaned(app, &kept.key, file)?)?;
    }
    pack.add(archive::SUMS, sums.text().as_bytes())?;
    pack.add(archive::SIGNED, sums.sign(site, (&kept.number, kept.day)).as_bytes())
}

fn readme(lang: Lang, vkey: &str, kept: &Kept) -> String {
    let args = [("number", kept.number.as_str().into()), ("vkey", vkey.into())];
    let parts =
        ["archive-readme-what", "archive-readme-files", "archive-readme-check", "archive-readme-shows", "archive-readme-care"];
    parts.map(|part| lang.say(part, &args)).join("\n\n") + "\n"
}

async fn of_matter(
    app: &App,
    lang: Lang,
    resident: &Resident,
    (personal, reports): (&Personal, Vec<Reported>),
) -> Result<Kept, Problem> {
    let (site, matter) = (app.hall.site.clone(), resident.track.matter);
    let permit = permit(app, &resident.who(), matter)?;
    let page = paper(lang, &personal.state.number, &page(app, lang, (personal, &reports)));
    let data = data(app, lang, (personal, &reports));
    let read = move |tx: &mut Tx<'_>| -> Result<_, Fault> {
        let receipt = view::receipt(tx, &site, &permit, matter)?.unwrap_or_default();
        let proofs = archive::proofs(tx, &site, &permit, matter)?;
        let mut proofs: Vec<_> =
            proofs.into_iter().map(|(version, proof)| (format!("{}{version}.txt", archive::PROOFS), proof)).collect();
        for (at, (own, _)) in reports.iter().enumerate() {
            proofs.push((format!("{}{}.txt", archive::REPORTS, at + 1), accusation::receipt(tx, &site, own)?));
        }
        Ok((receipt, proofs, newest(tx, site.jurisdiction)?))
    };
    let (receipt, proofs, checkpoint) = app.hall.store.read(read).await?;
    let number = personal.state.number.clone();
    let key = app.hall.site.keystore.get(personal.state.key_id)?.ok_or(Problem::Absent)?;
    let of_step = |step: &Step| {
        let version = step.version;
        let named = step.event.files().iter().enumerate().map(move |(at, file)| (files::packed(version, at, file), file.clone()));
        named.collect::<Vec<_>>()
    };
    Ok(Kept {
        day: app.today(),
        page,
        data,
        receipt,
        proofs,
        checkpoint,
        key,
        files: personal.steps.iter().flat_map(of_step).collect(),
        number,
    })
}

fn newest(tx: &mut Tx<'_>, jurisdiction: i64) -> Result<String, Fault> {
    Ok(journal::head(tx, jurisdiction)?.map_or_else(String::new, |(_, note)| note))
}

fn page(app: &App, lang: Lang, (personal, reports): (&Personal, &[Reported])) -> Markup {
    let (site, state, filing) = (&app.hall.site, &personal.state, &personal.filing);
    let step = |step: &Step| {
        let told = story::tell(lang, site, step);
        let more = html! { (story::told_of(lang, site, step)) (links(lang, step)) };
        let (at, when) = (step.at.to_string(), moment(lang, step.at, &site.zone));
        timeline::Step { at, when, who: told.who, what: told.what, tone: told.tone, more }
    };
    let steps: Vec<timeline::Step> = personal.steps.iter().map(step).collect();
    html! {
        p.quiet.code { (state.number) }
        h1 { (story::title(lang, state.kind)) " " (stage(lang, state.stage)) }
        (made(app, lang))
        (story::last_word(lang, &site.rules(), &personal.steps))
        h2 { (lang.t("track-words")) }
        (story::quote(&filing.what))
        (facts(&[
            (lang.t("field-place"), html! { (place(lang, app, personal)) }),
            (lang.t("label-identity"), html! { (lang.code("identity", filing.identity.code())) }),
            (lang.t("label-contact"), html! { (filing.name) " " (filing.mobile) " " (filing.email) }),
        ]))
        h2 { (lang.t("track-steps")) }
        (timeline::timeline(&steps))
        h2 { (lang.t("track-readings")) }
        (readings(lang, site, (&personal.readings, &personal.elsewhere)))
        h2 { (lang.t("track-messages")) }
        (messages(lang, app, &personal.messages))
        (pressure(app, lang, reports))
    }
}

/// Draws what was told of being put under pressure, and what became of it.
fn pressure(app: &App, lang: Lang, reports: &[Reported]) -> Markup {
    html! {
        @if !reports.is_empty() { h2 { (lang.t("pressed-title")) } }
        @for (own, told) in reports {
            (story::quote(&own.filing.what))
            (sealed::promised(app, lang, (own, told)))
            (sealed::done(app, lang, (own, told)))
        }
    }
}

fn made(app: &App, lang: Lang) -> Markup {
    let now = moment(lang, app.now(), &app.hall.site.zone);
    html! { p.quiet { (lang.say("archive-made", &[("moment", now.into()), ("origin", app.hall.site.origin.as_str().into())])) } }
}

/// Draws links to the attachments of a step, beside the page in the same archive.
fn links(lang: Lang, step: &Step) -> Markup {
    html! {
        @if !step.event.files().is_empty() {
            ul.attachments {
                @for (at, file) in step.event.files().iter().enumerate() {
                    li { a href=(files::packed(step.version, at, file)) { (file.name) } (story::as_it_came(lang, file)) }
                }
            }
        }
    }
}

/// Tells the same as data: codes and words, as the page shows them.
fn data(app: &App, lang: Lang, (personal, reports): (&Personal, &[Reported])) -> Value {
    let (site, state, filing) = (&app.hall.site, &personal.state, &personal.filing);
    let directory = site.directory();
    let step = |step: &Step| {
        let told = story::tell(lang, site, step);
        let event = serde_json::to_value(&step.event).unwrap_or_default();
        let reply = event.get("reply").cloned().map(|mut reply| {
            reply.as_object_mut().and_then(|reply| reply.remove("files"));
            reply
        });
        let file = |(at, file): (usize, &FileRef)| json!({"path": files::packed(step.version, at, file), "name": file.name, "media": file.media, "sha256_as_received": file.sha256});
        let files: Vec<Value> = step.event.files().iter().enumerate().map(file).collect();
        json!({
            "number": step.version, "at": step.at.to_string(), "day": step.day.to_string(), "kind": step.event.kind(), "leaf": step.leaf,
            "who": told.who, "what": told.what, "words": event.get("words"), "reply": reply, "files": files,
        })
    };
    let reading = |entry: &civic::access::Entry| {
        let name = directory.staff.get(&entry.staff).map(|staff| staff.name.as_str());
        json!({"at": entry.at.to_string(), "office": entry.office, "name": name, "purpose": entry.purpose})
    };
    let told = |told: &Elsewhere| {
        let (seen, by) = (&told.seen, directory.peers.get(&told.peer).map(|peer| peer.name.as_str()));
        let site = Some(seen.site.as_str()).filter(|site| !site.is_empty()).or(by);
        json!({"at": seen.at.to_string(), "site": site, "office": seen.office, "role": seen.role, "purpose": seen.purpose})
    };
    let letters = personal.messages.iter().filter(|message| message.recipient == "resident");
    let letter = |message: &civic::outbox::Waiting| json!({"at": message.made_at.to_string(), "template": message.template, "state": message.state});
    json!({
        "number": state.number, "kind": state.kind.code(), "state": state.stage.code(), "owner": state.owner,
        "what": filing.what, "place": filing.place, "place_words": filing.place_words, "identity": filing.identity.code(),
        "name": filing.name, "mobile": filing.mobile, "email": filing.email, "language": filing.language,
        "steps": personal.steps.iter().map(step).collect::<Vec<_>>(),
        "readings": personal.readings.iter().map(reading).collect::<Vec<_>>(),
        "readings_elsewhere": personal.elsewhere.iter().map(told).collect::<Vec<_>>(),
        "letters": letters.map(letter).collect::<Vec<_>>(),
        "pressure": reports.iter().map(|(own, told)| reported(own, told)).collect::<Vec<_>>(),
    })
}

/// Tells as data what only the supervising body handles, and what its author is told.
fn reported(own: &Own, told: &[Told]) -> Value {
    let steps: Vec<Value> = told.iter().map(|told| json!({"day": told.day.to_string(), "deed": told.deed})).collect();
    let filing = &own.filing;
    json!({
        "number": filing.number, "kind": filing.kind.code(), "day": own.day.to_string(), "what": filing.what,
        "place_words": filing.place_words, "name": filing.name, "mobile": filing.mobile, "email": filing.email, "steps": steps,
    })
}

/// Puts an accusation together: the own copy that only the code opens, and what its author is told.
async fn of_accusation(app: &App, lang: Lang, (own, told): (Own, &[Told]), reports: &[Reported]) -> Result<Kept, Problem> {
    let files =
        own.filing.files.iter().enumerate().map(|(at, file)| (files::packed(1, at, file), file.clone())).collect::<Vec<_>>();
    let links = html! {
        ul.attachments { @for (path, file) in &files { li { a href=(path) { (file.name) } (story::as_it_came(lang, file)) } } }
    };
    let page = html! {
        p.quiet.code { (own.filing.number) }
        h1 { (story::title(lang, own.filing.kind)) }
        (made(app, lang))
        (sealed::promised(app, lang, (&own, told)))
        h2 { (lang.t("track-words")) }
        (story::quote(&own.filing.what))
        @if !files.is_empty() { (links) }
        h2 { (lang.t("sealed-told-title")) }
        (sealed::done(app, lang, (&own, told)))
        (pressure(app, lang, reports))
    };
    let mut data = reported(&own, told);
    data["pressure"] = reports.iter().map(|(own, told)| reported(own, told)).collect();
    let (number, key) = (own.filing.number.clone(), own.files_key()?);
    let page = paper(lang, &number, &page);
    let site = app.hall.site.clone();
    let read = move |tx: &mut Tx<'_>| -> Result<_, Fault> {
        Ok((accusation::receipt(tx, &site, &own)?, newest(tx, site.jurisdiction)?))
    };
    let (receipt, checkpoint) = app.hall.store.read(read).await?;
    Ok(Kept { number, day: app.today(), page, data, receipt, proofs: Vec::new(), checkpoint, key, files })
}
