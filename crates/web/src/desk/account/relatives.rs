//! Declaring one's own near relatives (近亲属备案): everybody declares for themselves; taking one back needs an administrator.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use civic::directory::{self, Entry, Relative};
use civic::journal::Actor;
use civic::refusal::No;
use maud::{Markup, html};

use crate::desk::admin::relatives::{contact_field, from_form, relation_field, relation_words};
use crate::desk::admin::wrong;
use crate::desk::frame::{Desk, done};
use crate::error::Problem;
use crate::extract::{Fields, Form};
use crate::kit::Tone;
use crate::kit::errors::{Errors, summary};
use crate::kit::notice::notice;
use crate::link;

/// Shows the own declarations and the form.
pub async fn show(desk: Desk) -> Response {
    draw(&desk, &Fields::default(), &Errors::default())
}

/// Adds a declaration.
pub async fn declare(desk: Desk, Form(fields): Form) -> Result<Response, Problem> {
    match try_declare(&desk, &fields).await {
        Ok(()) => Ok(done(link::ACCOUNT_RELATIVES, "saved")),
        Err(no) => {
            let errors = wrong(desk.lang(), no)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, draw(&desk, &fields, &errors)).into_response())
        }
    }
}

async fn try_declare(desk: &Desk, fields: &Fields) -> Result<(), No> {
    let own = desk.person().id;
    let entry = Entry::Relative(from_form(desk, own, fields)?);
    desk.write(move |tx, site, by| {
        directory::check(&site.directory(), &site.rules(), &entry)?;
        directory::set(tx, site, by, Actor::Staff(own), (&entry, "declared"))?;
        Ok(())
    })
    .await
}

fn draw(desk: &Desk, typed: &Fields, errors: &Errors) -> Response {
    let (lang, directory, own) = (desk.lang(), desk.directory(), desk.person().id);
    let mine: Vec<&Relative> = directory.relatives.iter().filter(|relative| relative.active && relative.staff == own).collect();
    let list: Markup = html! { ul { @for relative in &mine { li { (relation_words(lang, relative.relation)) } } } };
    let body = html! {
        h1 { (lang.t("own-relatives")) }
        (notice(Tone::Plain, &lang.t("own-relatives-why"), &html! { p { (lang.t("relative-notice-why")) } }))
        @if mine.is_empty() { p.quiet { (lang.t("relative-none")) } } @else { (list) }
        (summary(lang, errors))
        form method="post" action=(link::ACCOUNT_RELATIVES) {
            (relation_field(lang, typed, errors))
            (contact_field(lang, typed, errors))
            div.acts { button { (lang.t("relative-add")) } a.button.second href=(link::ACCOUNT) { (lang.t("back")) } }
        }
    };
    desk.page(&lang.t("own-relatives"), &body)
}
