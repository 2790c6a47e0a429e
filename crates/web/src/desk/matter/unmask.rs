//! Asking who it is that told a matter in confidence, and agreeing to that: two persons, and the resident reads it.

use appeals::unmask;
use axum::response::Response;
use civic::permit::{Act, Relation, relation};
use civic::refusal::{No, Refusal};
use civic::second::{self, Asked, Deed};
use maud::{Markup, html};
use uuid::Uuid;

use super::load::{Matter, find};
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Form, Path};
use crate::kit::Tone;
use crate::kit::notice::notice;
use crate::link;
use crate::portal::track::story::ground_words;
use crate::words::moment;

/// Asks, agrees, or says no.
pub async fn run(desk: Desk, Path(number): Path<String>, Form(fields): Form) -> Result<Response, Problem> {
    let matter = find(&desk, &number).await?;
    let subject = matter.state.subject();
    desk.permit(Act::Unmask, &subject)?;
    let (by, holds) = (desk.person().id, relation(&desk.directory(), desk.person(), &subject) == Relation::Holder);
    let (id, ground) = (matter.state.matter, fields.get("ground").to_owned());
    let asked = fields.get("id").parse::<Uuid>();
    let act = fields.get("act").to_owned();
    desk.write(move |tx, site, (now, chance)| match (act.as_str(), asked) {
        // whoever watches may agree, and never asks for a name themselves
        ("ask", _) if holds => unmask::ask(tx, site, (now, chance), by, (id, &ground)).map(drop),
        ("ask", _) => Err(Refusal::new("other_office").with("act", Act::Unmask.code()).instead("ask_office_head").into()),
        ("decline", Ok(asked)) => second::decline(tx, site, now, (asked, Deed::Unmask)).map(drop),
        ("agree", Ok(asked)) => {
            let agreed = second::agree(tx, site, now, by, (asked, Deed::Unmask))?;
            if agreed.asked().subject != id.to_string() {
                return Err(No::Absent);
            }
            unmask::agree(tx, site, (now, chance), &agreed)
        }
        _ => Err(No::Absent),
    })
    .await?;
    Ok(done(&link::matter(&number), "saved"))
}

/// Draws that the name is hidden, and the way to it: the request that waits, or the grounds to ask on.
pub fn masked(desk: &Desk, matter: &Matter) -> Markup {
    let lang = desk.lang();
    let subject = matter.state.subject();
    let holds = relation(&desk.directory(), desk.person(), &subject) == Relation::Holder;
    let may = desk.permit(Act::Unmask, &subject).is_ok();
    let body = html! {
        p { (lang.t("unmask-why")) }
        @if let Some(asked) = matter.unmask.as_ref().filter(|_| may) { (waiting(desk, matter, asked)) }
        @else if may && holds { (grounds(desk, matter)) }
    };
    html! { div #who { (notice(Tone::Plain, &lang.t("person-confidential"), &body)) } }
}

fn waiting(desk: &Desk, matter: &Matter, asked: &Asked) -> Markup {
    let (lang, site) = (desk.lang(), &desk.app.hall.site);
    let button = |act: &str, key: &str, second: bool| {
        html! {
            form.inline method="post" action=(link::matter_unmask(&matter.state.number)) {
                input type="hidden" name="act" value=(act);
                button.second[second] name="id" value=(asked.id) { (lang.t(key)) }
            }
        }
    };
    let directory = desk.directory();
    let name = directory.staff.get(&asked.by).map_or("", |staff| staff.name.as_str());
    let until = moment(lang, asked.until, &site.zone);
    html! {
        p { (lang.say("unmask-asked", &[("name", name.into()), ("moment", until.into())])) }
        (ground_words(lang, &site.rules(), (unmask::GROUNDS, &asked.ground)))
        div.acts {
            @if asked.by == desk.person().id { (button("decline", "erase-take-back", true)) }
            @else { (button("agree", "unmask-agree", false)) (button("decline", "erase-decline", true)) }
        }
    }
}

fn grounds(desk: &Desk, matter: &Matter) -> Markup {
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    html! {
        form method="post" action=(link::matter_unmask(&matter.state.number)) {
            input type="hidden" name="act" value="ask";
            div.acts {
                @for ground in rules.grounds(unmask::GROUNDS) {
                    button.second name="ground" value=(ground.code) {
                        (lang.say("unmask-ask", &[("ground", lang.pick(&ground.zh, &ground.en).into())]))
                    }
                }
            }
        }
    }
}
