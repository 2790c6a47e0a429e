//! Who else looks at the public log, and the alarm where one of them saw another one: drawn by the program itself on the pages that state
//! figures. Nobody at the site can put it away.

use civic::exchange::anchor::{self, Anchored};
use civic::journal::{self, OWN, Verdict, Watcher};
use db::{Fault, Tx};
use maud::{Markup, html};

use crate::app::App;
use crate::error::Problem;
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::kit::state::chip;
use crate::kit::table::{Table, table};
use crate::words::{Lang, moment};

/// Reads how it stands with everybody who looks.
pub async fn watchers(app: &App) -> Result<Vec<Watcher>, Problem> {
    let jurisdiction = app.hall.site.jurisdiction;
    Ok(app.hall.store.read(move |tx| journal::watchers(tx, jurisdiction)).await?)
}

/// Is the head of a lower site's log as it was entered here, with the site's name in both languages.
pub struct Lower {
    name: (String, String),
    head: Anchored,
}

/// Reads which heads of lower logs stand in this one.
pub async fn lower(app: &App) -> Result<Vec<Lower>, Problem> {
    let site = app.hall.site.clone();
    let read = move |tx: &mut Tx<'_>| {
        let directory = site.directory();
        let mut all = Vec::new();
        for peer in directory.peers.values().filter(|peer| !peer.above) {
            let name = (peer.name.clone(), peer.name_en.clone());
            all.extend(anchor::newest(tx, &site, peer.id)?.map(|head| Lower { name, head }));
        }
        Ok::<_, Fault>(all)
    };
    Ok(app.hall.store.read(read).await?)
}

/// Draws them; nothing where no site stands below.
pub fn draw_lower(app: &App, lang: Lang, lower: &[Lower]) -> Markup {
    if lower.is_empty() {
        return html! {};
    }
    let heads = ["anchor-site", "anchor-head", "anchor-says"].map(|key| lang.t(key)).to_vec();
    let row = |Lower { name: (zh, en), head }: &Lower| {
        let at = moment(lang, head.at, &app.hall.site.zone);
        let facts = [("size", head.size.to_string().into()), ("at", at.into())];
        let (tone, says) = if head.differs { (Tone::Late, "anchor-differs") } else { (Tone::Done, "anchor-seen") };
        vec![
            html! { (lang.pick(zh, en)) br; span.code.quiet { (head.origin) } },
            html! { (lang.say("watch-agreed-at", &facts)) },
            html! { (chip(tone, &lang.t(says))) },
        ]
    };
    let rows = lower.iter().map(row).collect();
    html! {
        section #lower {
            h2 { (lang.t("anchor-title")) }
            p { (lang.t("anchor-why")) }
            (table(&Table { caption: lang.t("anchor-caption"), heads, rows }))
        }
    }
}

/// Draws the alarm: for each that saw another log who and since when, and what to do. Nothing where all is well.
pub fn alarm(app: &App, lang: Lang, watchers: &[Watcher]) -> Markup {
    let differing: Vec<&Watcher> = watchers.iter().filter(|one| one.verdict == Verdict::Differs).collect();
    if differing.is_empty() {
        return html! {};
    }
    let line = |one: &Watcher| {
        let since = moment(lang, one.since, &app.hall.site.zone);
        if one.name == OWN {
            lang.say("watch-alarm-own", &[("since", since.into())])
        } else {
            lang.say("watch-alarm-witness", &[("witness", one.name.as_str().into()), ("since", since.into())])
        }
    };
    let body = html! {
        @for one in differing { p { (line(one)) } }
        p { (lang.t("watch-alarm-do")) }
    };
    notice(Tone::Late, &lang.t("watch-alarm"), &body)
}

/// Draws who looks, how far they agreed and when.
pub fn draw(app: &App, lang: Lang, watchers: &[Watcher]) -> Markup {
    let heads = ["watch-name", "watch-says", "watch-agreed"].map(|key| lang.t(key)).to_vec();
    let rows: Vec<Vec<Markup>> = watchers.iter().filter(|one| one.name != OWN).map(|one| row(app, lang, one)).collect();
    html! {
        section #watch {
            h2 { (lang.t("watch-title")) }
            p { (lang.t("watch-why")) }
            @if rows.is_empty() { p.quiet { (lang.t("watch-none")) } }
            @else { (table(&Table { caption: lang.t("watch-caption"), heads, rows })) }
        }
    }
}

fn row(app: &App, lang: Lang, one: &Watcher) -> Vec<Markup> {
    let zone = &app.hall.site.zone;
    let tone = match one.verdict {
        Verdict::Agrees => Tone::Done,
        Verdict::Silent => Tone::Soon,
        Verdict::Differs => Tone::Late,
    };
    let agreed = one.agreed.map_or_else(
        || lang.t("watch-never"),
        |(size, at)| lang.say("watch-agreed-at", &[("size", size.to_string().into()), ("at", moment(lang, at, zone).into())]),
    );
    vec![
        html! { span.code { (one.name) } },
        html! {
            (chip(tone, &lang.code("watch", one.verdict.code()))) " "
            span.quiet { (lang.say("watch-since", &[("since", moment(lang, one.since, zone).into())])) }
        },
        html! { (agreed) },
    ]
}
