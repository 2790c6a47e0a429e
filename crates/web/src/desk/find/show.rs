//! The page of what was found: how many, narrowed by one press, each with the words it was found by.

use std::sync::Arc;

use appeals::find::{self, FACETS, Found, Named, Progress, Question, Shown, Sort};
use appeals::store::Row;
use axum::response::{IntoResponse, Redirect, Response};
use civic::access;
use civic::refusal::Refusal;
use db::Fault;
use form_urlencoded::Serializer;
use maud::{Markup, html};
use search::{Cursor, phrases};
use text::words::Words;
use uuid::Uuid;

use super::number;
use super::read::{Read, read};
use crate::desk::frame::Desk;
use crate::desk::matter::due_words;
use crate::desk::queue::{listing, note_titles};
use crate::error::Problem;
use crate::extract::{Fields, Query};
use crate::kit::Tone;
use crate::kit::empty::empty;
use crate::kit::notice::notice;
use crate::kit::pager::{Pager, pager};
use crate::kit::state::chip;
use crate::link;
use crate::portal::track::stage;
use crate::portal::track::story::office;
use crate::words::{Lang, day_short};

/// Values of one facet shown at most.
const FACET_VALUES_MAX: usize = 8;
/// Longest input, in characters.
const INPUT_CHARS_MAX: usize = 200;

/// Leads from a number to its matter, or shows what was found by words.
pub async fn go(desk: Desk, Query(query): Query) -> Result<Response, Problem> {
    let (typed, act) = (query.get("number"), query.get("act"));
    if !typed.is_empty() || !act.is_empty() {
        let unknown = || Refusal::new("number_unknown").instead("check_number");
        return Ok(Redirect::to(&number::leads(typed, act).ok_or_else(unknown)?).into_response());
    }
    let words: String = query.get("q").trim().chars().take(INPUT_CHARS_MAX).collect();
    if let Some(to) = number::leads(&words, "") {
        return Ok(Redirect::to(&to).into_response());
    }
    let lang = desk.lang();
    let search = View::of(&words, &query);
    let body = match answer(&desk, &search).await? {
        _ if words.is_empty() => html! { h1 { (lang.t("search-title")) } (hints(lang)) },
        Answered::Not(progress) => html! { h1 { (lang.t("search-title")) } (filling(lang, progress)) },
        Answered::Found(read, found) => html! {
            h1 { (lang.say("search-found", &[("words", words.as_str().into()), ("count", found.total.cast_signed().into())])) }
            (list(&desk, &search, (&read, &found)))
        },
    };
    Ok(desk.page(&lang.t("search-title"), &body))
}

/// Is an address of the page.
#[derive(Debug, Clone)]
struct View {
    words: String,
    sort: Sort,
    after: Option<Cursor>,
}

impl View {
    fn of(words: &str, query: &Fields) -> Self {
        let after = query.get("after").split_once('~');
        let after = after.and_then(|(rank, key)| Some(Cursor { rank: rank.parse().ok()?, key: key.parse().ok()? }));
        let sort = if query.get("sort") == "new" { Sort::Newest } else { Sort::Fit };
        Self { words: words.to_owned(), sort, after }
    }

    fn address(&self) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair("q", &self.words);
        if self.sort == Sort::Newest {
            query.append_pair("sort", "new");
        }
        if let Some(Cursor { rank, key }) = self.after {
            query.append_pair("after", &format!("{rank}~{key}"));
        }
        format!("{}?{}", link::FIND, query.finish())
    }

    /// Narrows it further, from its first page.
    fn with(&self, filter: &str) -> Self {
        Self { words: format!("{} {filter}", self.words), after: None, sort: self.sort }
    }
}

enum Answered {
    Not(Progress),
    Found(Box<Read>, Box<Found>),
}

async fn answer(desk: &Desk, view: &View) -> Result<Answered, Problem> {
    let finder = Arc::clone(&desk.app.finder);
    let (directory, rules) = (desk.directory(), desk.app.hall.site.rules());
    let read = read(&view.words, (&directory, &rules), desk.app.today());
    let question = Question {
        phrases: phrases(Words::shared(), &read.typed),
        without: read.typed.without.clone(),
        narrow: read.narrow.clone(),
        sort: view.sort,
        after: view.after,
    };
    let (asked, person, reading) = (Arc::clone(&finder), Arc::clone(&desk.staff.person), listing(desk));
    let answered = desk.read(move |tx, site, now| {
        let Some(found) = find::ask(tx, site, (&asked, &person, now), &question)? else { return Ok(None) };
        let shown = found.rows.iter().zip(&found.shown).filter(|(_, shown)| shown.is_some()).map(|(row, _)| row.id);
        let shown: Vec<Uuid> = shown.collect();
        let noted = shown.is_empty() || access::covers_list(tx, site, now, (&reading, &shown))?;
        Ok::<_, Fault>(Some((found, (!noted).then_some(shown))))
    });
    let Some((found, fresh)) = answered.await? else { return Ok(Answered::Not(finder.progress())) };
    if let Some(fresh) = fresh {
        note_titles(desk, fresh).await?;
    }
    Ok(Answered::Found(Box::new(read), Box::new(found)))
}

/// Says what can be typed, with examples that are links.
fn hints(lang: Lang) -> Markup {
    let examples =
        ["search-example-words", "search-example-name", "search-example-late", "search-example-due", "search-example-time"];
    html! {
        p { (lang.t("search-hint")) }
        ul.plain {
            @for key in examples {
                @let words = lang.t(key);
                li { a href=(View { words: words.clone(), sort: Sort::Fit, after: None }.address()) { (words) } }
            }
        }
        p.quiet { (lang.t("search-only-yours")) }
    }
}

/// Says that the index is being filled, and how far it is.
fn filling(lang: Lang, progress: Progress) -> Markup {
    let (done, of) = match progress {
        Progress::Ready => (0, 0),
        Progress::Filling(done, of) => (done, of),
    };
    notice(
        Tone::Plain,
        &lang.t("search-filling"),
        &html! {
            @if of > 0 {
                progress max=(of) value=(done.min(of)) aria-label=(lang.t("search-filling")) {}
                p { (lang.say("search-filling-far", &[("done", done.min(of).cast_signed().into()), ("all", of.cast_signed().into())])) }
            }
            p { (lang.t("search-filling-why")) }
        },
    )
}

fn list(desk: &Desk, view: &View, (read, found): (&Read, &Found)) -> Markup {
    let lang = desk.lang();
    html! {
        (meant(desk, view, read))
        @for (name, value) in &read.unknown {
            p.quiet { (lang.say("search-unknown", &[("name", name.as_str().into()), ("value", value.as_str().into())])) }
        }
        @if found.loose && found.total > 0 { p.quiet { (lang.t("search-loose")) } }
        @if found.total == 0 {
            (empty(&lang.t("search-nothing"), &lang.t("search-nothing-why"), &html! {}))
        } @else {
            (sorts(lang, view, read))
            div.found {
                (facets(desk, view, found))
                div {
                    ol.finds { @for (row, shown) in found.rows.iter().zip(&found.shown) { li { (one(desk, row, shown.as_ref())) } } }
                    (pager(lang, &pages(view, found)))
                }
            }
        }
    }
}

fn pages(view: &View, found: &Found) -> Pager {
    let at = |after: Option<Cursor>| View { after, ..view.clone() }.address();
    Pager { before: view.after.map(|_| at(None)), after: found.next.map(|next| at(Some(next))), here: String::new() }
}

/// Offers the offices and places that a word may mean.
fn meant(desk: &Desk, view: &View, read: &Read) -> Markup {
    let (lang, directory) = (desk.lang(), desk.directory());
    let named: Vec<Named> = read.typed.words.iter().flat_map(|word| Named::of(&directory, word)).collect();
    html! {
        @if !named.is_empty() {
            p.meant {
                (lang.t("search-meant"))
                @for named in &named {
                    @let (field, name) = match named {
                        Named::Office(code) => (lang.t("search-field-office"), office(lang, &directory, code)),
                        Named::Place(code) => (lang.t("search-field-place"), place_name(desk, code)),
                    };
                    " " a.chip href=(narrowed(view, read, (&field, &name))) { (field) " " (name) }
                }
            }
        }
    }
}

/// Takes the words that meant an office or a place out, and narrows to it instead.
fn narrowed(view: &View, read: &Read, (field, name): (&str, &str)) -> String {
    let letters = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase());
    let kept: Vec<&str> = view.words.split_whitespace().filter(|word| read.typed.words.len() > 1 && !letters(word)).collect();
    let filter = format!("{field}:{}", name.replace(' ', ""));
    View { words: format!("{} {filter}", kept.join(" ")).trim().to_owned(), sort: view.sort, after: None }.address()
}

fn place_name(desk: &Desk, code: &str) -> String {
    let place = desk.directory().places.get(code).map(|place| desk.lang().pick(&place.name, &place.name_en).to_owned());
    place.unwrap_or_else(|| code.to_owned())
}

/// Draws the two orders.
fn sorts(lang: Lang, view: &View, read: &Read) -> Markup {
    let ordered = [(Sort::Fit, "search-sort-fit"), (Sort::Newest, "search-sort-new")];
    html! {
        @if !read.typed.words.is_empty() || !read.typed.quoted.is_empty() {
            nav.tabs aria-label=(lang.t("search-sort")) {
                @for (sort, key) in ordered {
                    a href=(View { sort, after: None, ..view.clone() }.address()) aria-current=[(sort == view.sort).then_some("page")] { (lang.t(key)) }
                }
            }
        }
    }
}

/// Draws the counts of the whole answer; each narrows to what it counts.
fn facets(desk: &Desk, view: &View, found: &Found) -> Markup {
    let lang = desk.lang();
    let drawn = FACETS.iter().zip(&found.facets).filter(|(_, values)| values.len() > 1);
    html! {
        aside.facets aria-label=(lang.t("search-narrow")) {
            @for (facet, values) in drawn {
                details open[*facet == "owner" || *facet == "stage"] {
                    summary { (field(lang, facet)) }
                    ul.plain {
                        @for (code, count) in values.iter().take(FACET_VALUES_MAX) {
                            @let name = value(desk, facet, code);
                            li { a href=(view.with(&format!("{}:{}", field(lang, facet), name.replace(' ', ""))).address()) { (name) } " " span.quiet { (count) } }
                        }
                        @if values.len() > FACET_VALUES_MAX {
                            li.quiet { (lang.say("search-facet-more", &[("count", (values.len() - FACET_VALUES_MAX).cast_signed().into())])) }
                        }
                    }
                }
            }
        }
    }
}

/// Names the filter of a facet, as it is typed.
fn field(lang: Lang, facet: &str) -> String {
    lang.t(match facet {
        "owner" => "search-field-office",
        "stage" => "search-field-status",
        "kind" => "search-field-kind",
        "category" => "search-field-category",
        _ => "search-field-place",
    })
}

fn value(desk: &Desk, facet: &str, code: &str) -> String {
    let (lang, rules) = (desk.lang(), desk.app.hall.site.rules());
    match facet {
        "owner" => office(lang, &desk.directory(), code),
        "stage" => lang.code("stage", code),
        "kind" => lang.code("kind", code),
        "category" => rules.category(code).map_or_else(|| code.to_owned(), |row| lang.pick(&row.zh, &row.en).to_owned()),
        _ => place_name(desk, code),
    }
}

fn one(desk: &Desk, row: &Row, shown: Option<&Shown>) -> Markup {
    let (lang, directory, rules) = (desk.lang(), desk.directory(), desk.app.hall.site.rules());
    let category = row.category.as_ref().and_then(|code| rules.category(code));
    let received = row.received.parse().map_or_else(|_| row.received.clone(), |day| day_short(lang, day));
    html! {
        a.find href=(link::matter(&row.number)) data-row="" {
            @match shown {
                Some(Shown { parts, answer }) => { @if *answer { span.quiet { (lang.t("search-answered")) } } @for part in parts { @if part.found { mark { (part.text) } } @else { (part.text) } } }
                None => { (lang.code("kind", row.kind.code())) }
            }
        }
        p.quiet {
            (stage(lang, row.stage)) " "
            @if row.danger { (chip(Tone::Late, &lang.t("press-danger"))) " " }
            @if row.open && row.owes { (due_words(desk, row)) " · " }
            (lang.code("kind", row.kind.code()))
            @if let Some(category) = category { " · " (lang.pick(&category.zh, &category.en)) }
            @if let Some(place) = &row.place { " · " (place_name(desk, place)) }
            " · " (office(lang, &directory, &row.owner)) " · " (received) " · " span.code { (row.number) }
        }
    }
}
