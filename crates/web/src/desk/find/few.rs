//! A few matters that words lead to, without a word of theirs: for whoever has a caller on the telephone.

use std::sync::Arc;

use appeals::find::{self, Question};
use search::{Typed, phrases};
use text::words::Words;

use crate::desk::frame::Desk;
use crate::error::Problem;
use crate::link;
use crate::portal::search::{Group, Item};
use crate::portal::track::story::office;

/// Words of a question that are looked for; more of them stand together in hardly any matter.
const PHRASES_MAX: usize = 3;

/// Finds matters that this person may see; number, kind, step and office only.
pub async fn few(desk: &Desk, words: &str, most: usize) -> Result<Group, Problem> {
    let (lang, directory, finder) = (desk.lang(), desk.directory(), Arc::clone(&desk.app.finder));
    let mut wanted = phrases(Words::shared(), &Typed::read(words, &[]));
    // the longest say the most
    wanted.sort_by_key(|phrase| std::cmp::Reverse(phrase.chars().count()));
    wanted.truncate(PHRASES_MAX);
    let title = lang.t("know-alike");
    if wanted.is_empty() {
        return Ok(Group { title, items: Vec::new() });
    }
    let question = Question { phrases: wanted, ..Question::default() };
    let person = Arc::clone(&desk.staff.person);
    let found = desk.read(move |tx, site, now| find::ask(tx, site, (&finder, &person, now), &question)).await?;
    let rows = found.map(|found| found.rows).unwrap_or_default();
    let item = |row: appeals::store::Row| Item {
        text: row.number.clone(),
        more: [lang.code("kind", row.kind.code()), lang.code("stage", row.stage.code()), office(lang, &directory, &row.owner)]
            .join(" · "),
        href: link::matter(&row.number),
    };
    Ok(Group { title, items: rows.into_iter().take(most).map(item).collect() })
}
