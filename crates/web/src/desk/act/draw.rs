//! The form of an act.

use appeals::appeal::{Manner, Outcome};
use appeals::{Kind, State};
use civic::directory::{Directory, Staff};
use civic::permit::Act;
use civic::rules::RuleSet;
use jiff::civil::Date;
use maud::{Markup, html};

use super::command::OTHERWISE;
use super::pieces::{Piece, pieces};
use crate::desk::frame::Desk;
use crate::extract::Fields;
use crate::kit::choice::{Choice, Choices, choices};
use crate::kit::errors::Errors;
use crate::kit::field::{Field, Input, field, select};
use crate::portal::file::ACCEPT;
use crate::words::{Lang, cite, day};

/// Longest words in one field, in characters.
const WORDS_CHARS_MAX: usize = appeals::decide::WORDS_CHARS_MAX;

/// Set where files were chosen that a browser cannot be given back.
pub const CHOSEN: &str = "chosen_files";

/// The category of accusations.
const CATEGORY_SEALED: &str = "21";

/// Holds what drawing a form needs.
pub struct Form<'a> {
    /// The request.
    pub desk: &'a Desk,
    /// The matter.
    pub state: &'a State,
    /// The act.
    pub act: Act,
    /// What was typed so far.
    pub typed: &'a Fields,
}

/// Draws every piece of the form.
pub fn fields(form: &Form<'_>) -> Markup {
    html! { @for one in pieces(form.act) { (piece(form, *one)) } }
}

fn piece(form: &Form<'_>, piece: Piece) -> Markup {
    let lang = form.desk.lang();
    match piece {
        Piece::Category => pick(form, ("category", "piece-category"), &categories(form)),
        Piece::Subject => pick(form, ("subject", "piece-subject"), &subjects(form)),
        Piece::Kind => kinds(form),
        Piece::Ground(list) => grounds(form, list),
        Piece::Words => area(form, "words", (&lang.code("words", form.act.code()), true)),
        Piece::Note => area(form, "words", (&lang.t("piece-note"), false)),
        Piece::Office => pick(form, ("office", "piece-office"), &offices(form, Some(&form.desk.person().office))),
        Piece::AnyOffice => pick(form, ("office", "piece-office"), &offices(form, None)),
        Piece::Offices => several(form),
        Piece::Colleague => pick(form, ("colleague", "piece-colleague"), &colleagues(form, |_| true)),
        Piece::Days => days(form),
        Piece::Reply => reply(form),
        Piece::Proof => area(form, "proof", (&lang.t("piece-proof"), true)),
        Piece::Files => {
            let files = Field {
                name: "files",
                label: lang.t("piece-files"),
                hint: lang.t("piece-files-hint"),
                input: Input::Files,
                accept: ACCEPT,
                ..Field::default()
            };
            let mut errors = Errors::default();
            if form.typed.has(CHOSEN) {
                errors.add("files", lang.t("files-again"));
            }
            field(lang, &files, form.typed, &errors)
        }
        Piece::Speaker => speaker(form),
        Piece::Reached => reached(form),
        Piece::Satisfied => either(form, ("satisfied", "piece-satisfied"), ("piece-satisfied-yes", "piece-satisfied-no")),
        Piece::Upheld => either(form, ("upheld", "piece-upheld"), ("piece-upheld-yes", "piece-upheld-no")),
        Piece::Enough => either(form, ("enough", "piece-enough"), ("piece-enough-yes", "piece-enough-no")),
        Piece::Admitted => either(form, ("admitted", "piece-admitted"), ("piece-admitted-yes", "piece-admitted-no")),
        Piece::Main => line(form, "main", ("piece-main", "piece-main-hint")),
        Piece::Names => area(form, "names", (&lang.t("piece-names"), true)),
        Piece::Shown => line(form, "shown", ("piece-shown", "piece-shown-hint")),
        Piece::Second => second(form),
        Piece::Came => pick(form, ("came", "piece-came"), &came(form)),
        Piece::Grade => grades(form),
        Piece::Site => pick(form, ("site", "piece-site"), &sites(form)),
        Piece::Manner => manners(form),
        Piece::Back => back(form),
    }
}

fn pick(form: &Form<'_>, (name, label): (&str, &str), options: &[(String, String)]) -> Markup {
    let lang = form.desk.lang();
    let described = Field { name, label: lang.t(label), required: true, ..Field::default() };
    select(lang, &described, options, form.typed, &Errors::default())
}

fn area(form: &Form<'_>, name: &str, (label, required): (&str, bool)) -> Markup {
    let described =
        Field { name, label: label.to_owned(), input: Input::Area(5), required, chars_max: WORDS_CHARS_MAX, ..Field::default() };
    field(form.desk.lang(), &described, form.typed, &Errors::default())
}

fn line(form: &Form<'_>, name: &str, (label, hint): (&str, &str)) -> Markup {
    let lang = form.desk.lang();
    let described = Field { name, label: lang.t(label), hint: lang.t(hint), required: true, ..Field::default() };
    field(lang, &described, form.typed, &Errors::default())
}

fn cards(form: &Form<'_>, (name, legend): (&str, &str), list: Vec<Choice>, several: bool) -> Markup {
    let group = Choices { name, legend: form.desk.lang().t(legend), hint: String::new(), list, several };
    choices(&group, form.typed, &Errors::default())
}

fn card(value: &str, title: String, hint: String) -> Choice {
    Choice { value: value.to_owned(), title, hint }
}

fn categories(form: &Form<'_>) -> Vec<(String, String)> {
    let (lang, rules) = (form.desk.lang(), form.desk.app.hall.site.rules());
    let empty = (String::new(), lang.t("piece-choose"));
    let all = rules.categories().map(|row| (row.code.clone(), format!("{} {}", row.code, lang.pick(&row.zh, &row.en))));
    std::iter::once(empty).chain(all).collect()
}

/// Lists what a matter may be about, each level further in; accusations have a compartment of their own.
fn subjects(form: &Form<'_>) -> Vec<(String, String)> {
    let (lang, rules) = (form.desk.lang(), form.desk.app.hall.site.rules());
    let mut all = categories(form);
    all.retain(|(code, _)| code != CATEGORY_SEALED);
    let below = rules.topics().map(|row| {
        let further = "\u{3000}".repeat(row.code.len() / 2 - 1);
        (row.code.clone(), format!("{further}{} {}", row.code, lang.pick(&row.zh, &row.en)))
    });
    all.extend(below);
    all.sort();
    all
}

/// Lists the kinds a matter may be named; accusations have a compartment of their own.
fn kinds(form: &Form<'_>) -> Markup {
    let lang = form.desk.lang();
    let all = Kind::ALL.iter().filter(|kind| **kind != Kind::Accusation && **kind != form.state.kind);
    let list = all.map(|kind| card(kind.code(), lang.code("kind", kind.code()), lang.code("kind-hint", kind.code())));
    cards(form, ("kind", "piece-kind"), list.collect(), false)
}

fn grounds(form: &Form<'_>, list: &str) -> Markup {
    let (lang, rules) = (form.desk.lang(), form.desk.app.hall.site.rules());
    // that the resident opened the reply is noted by the page itself, never by staff
    // and that it ended above, by what the site above tells
    let all = rules.grounds(list).filter(|ground| !matches!(ground.code.as_str(), "opened" | "ended_above"));
    let shown = all.map(|ground| {
        card(&ground.code, lang.pick(&ground.zh, &ground.en).to_owned(), lang.pick(&ground.route_zh, &ground.route_en).to_owned())
    });
    cards(form, ("ground", "piece-ground"), shown.collect(), false)
}

/// Lists the offices, those whose duties fit category and place first.
fn offices(form: &Form<'_>, without: Option<&str>) -> Vec<(String, String)> {
    let (lang, directory) = (form.desk.lang(), form.desk.directory());
    let fitting = fitting((form.state, form.desk.app.today()), &directory);
    let open = directory.offices.values().filter(|office| directory.open(office) && Some(office.code.as_str()) != without);
    let mut all: Vec<(usize, String, String)> = open
        .map(|office| {
            let name = lang.pick(&office.name, &office.name_en).to_owned();
            match fitting.iter().position(|code| *code == office.code) {
                Some(at) => (at, office.code.clone(), lang.say("piece-office-fits", &[("office", name.into())])),
                None => (usize::MAX, office.code.clone(), name),
            }
        })
        .collect();
    all.sort();
    let empty = (String::new(), lang.t("piece-choose"));
    std::iter::once(empty).chain(all.into_iter().map(|(_, code, name)| (code, name))).collect()
}

fn fitting((state, today): (&State, Date), directory: &Directory) -> Vec<String> {
    let (Some(category), Some(place)) = (&state.category, &state.place) else { return Vec::new() };
    // what the joint conference ruled comes first
    let ruled = directory.ruled(category, place, today).map(|ruling| ruling.office.clone());
    ruled.into_iter().chain(directory.responsible(category, place).into_iter().map(|office| office.code.clone())).collect()
}

fn several(form: &Form<'_>) -> Markup {
    let all = offices(form, Some(&form.desk.person().office));
    let list = all.into_iter().filter(|(code, _)| !code.is_empty()).map(|(code, name)| card(&code, name, String::new()));
    cards(form, ("offices", "piece-offices"), list.collect(), true)
}

fn colleagues(form: &Form<'_>, fits: impl Fn(&Staff) -> bool) -> Vec<(String, String)> {
    let (lang, directory) = (form.desk.lang(), form.desk.directory());
    let empty = (String::new(), lang.t("piece-choose"));
    let own = &form.desk.person().office;
    let all = directory.staff_of(own).filter(|staff| fits(staff));
    std::iter::once(empty).chain(all.map(|staff| (staff.id.to_string(), format!("{} · {}", staff.name, staff.title)))).collect()
}

fn second(form: &Form<'_>) -> Markup {
    let lang = form.desk.lang();
    let own = form.desk.person().id;
    let code = Field {
        name: "second_code",
        label: lang.t("piece-second-code"),
        hint: lang.t("piece-second-code-hint"),
        input: Input::Digits,
        required: true,
        ..Field::default()
    };
    html! {
        (pick(form, ("second", "piece-second"), &colleagues(form, |staff| staff.id != own)))
        (field(lang, &code, form.typed, &Errors::default()))
    }
}

fn days(form: &Form<'_>) -> Markup {
    let (lang, rules) = (form.desk.lang(), form.desk.app.hall.site.rules());
    let max = rules.find_term(&form.state.due.term).and_then(|term| term.extension.as_ref()).map_or(0, |more| more.value);
    let described = Field {
        name: "days",
        label: lang.t("piece-days"),
        hint: lang.say("piece-days-hint", &[("max", max.into())]),
        input: Input::Digits,
        required: true,
        ..Field::default()
    };
    field(lang, &described, form.typed, &Errors::default())
}

fn either(form: &Form<'_>, (name, legend): (&str, &str), (yes, no): (&str, &str)) -> Markup {
    let lang = form.desk.lang();
    let list = vec![card("yes", lang.t(yes), String::new()), card("no", lang.t(no), String::new())];
    cards(form, (name, legend), list, false)
}

/// Asks who was rung up, where several wait for it.
fn speaker(form: &Form<'_>) -> Markup {
    let lang = form.desk.lang();
    let mut waiting: Vec<Option<usize>> = form.state.untold.iter().map(|one| one.speaker).collect();
    waiting.sort_unstable();
    waiting.dedup();
    let of = |at: &Option<usize>| at.map_or_else(|| "first".to_owned(), |at| at.to_string());
    match waiting.as_slice() {
        [] | [None] => html! {},
        [one] => html! { input type="hidden" name="speaker" value=(of(one)); },
        all => {
            let list = all.iter().map(|one| card(&of(one), super::call::whom(lang, *one), String::new())).collect();
            cards(form, ("speaker", "piece-speaker"), list, false)
        }
    }
}

fn reached(form: &Form<'_>) -> Markup {
    let lang = form.desk.lang();
    let list = [("yes", "piece-reached-yes"), (OTHERWISE, "piece-reached-otherwise"), ("no", "piece-reached-no")];
    let list = list.map(|(value, title)| card(value, lang.t(title), String::new())).to_vec();
    cards(form, ("reached", "piece-reached"), list, false)
}

fn came(form: &Form<'_>) -> Vec<(String, String)> {
    let (lang, directory) = (form.desk.lang(), form.desk.directory());
    let open = form.state.whistles.iter().filter(|(_, whistle)| whistle.came_late.is_some() && whistle.grade.is_none());
    open.map(|(code, _)| (code.clone(), crate::portal::track::story::office(lang, &directory, code))).collect()
}

fn grades(form: &Form<'_>) -> Markup {
    let lang = form.desk.lang();
    let list = (1..=5).rev().map(|grade: u8| card(&grade.to_string(), lang.code("grade", &grade.to_string()), String::new()));
    cards(form, ("grade", "piece-grade"), list.collect(), false)
}

/// Lists the sites below.
fn sites(form: &Form<'_>) -> Vec<(String, String)> {
    let (lang, directory) = (form.desk.lang(), form.desk.directory());
    let empty = (String::new(), lang.t("piece-choose"));
    let all = directory.below().into_iter().map(|peer| (peer.id.to_string(), lang.pick(&peer.name, &peer.name_en).to_owned()));
    std::iter::once(empty).chain(all).collect()
}

fn manners(form: &Form<'_>) -> Markup {
    let lang = form.desk.lang();
    let one = |own: &Manner| card(own.code(), lang.code("manner", own.code()), lang.code("manner-hint", own.code()));
    cards(form, ("manner", "piece-manner"), Manner::ALL.iter().map(one).collect(), false)
}

fn back(form: &Form<'_>) -> Markup {
    let lang = form.desk.lang();
    let last = day(lang, form.state.due.due.last);
    let described = Field {
        name: "back",
        label: lang.t("piece-back"),
        hint: lang.say("piece-back-hint", &[("day", last.into())]),
        input: Input::Day,
        ..Field::default()
    };
    field(lang, &described, form.typed, &Errors::default())
}

fn reply(form: &Form<'_>) -> Markup {
    let (lang, rules) = (form.desk.lang(), form.desk.app.hall.site.rules());
    let outcomes = Outcome::ALL.iter().map(|own| card(own.code(), lang.code("outcome", own.code()), String::new())).collect();
    html! {
        (cards(form, ("outcome", "piece-outcome"), outcomes, false))
        (area(form, "request", (&lang.t("piece-request"), true)))
        (area(form, "facts", (&lang.t("piece-facts"), true)))
        (area(form, "opinion", (&lang.t("piece-opinion"), true)))
        details open[form.typed.has("basis")] { summary { (lang.t("piece-basis")) } (clauses(form, lang, &rules)) }
        (area(form, "way_on", (&lang.t("piece-way-on"), false)))
    }
}

fn clauses(form: &Form<'_>, lang: Lang, rules: &RuleSet) -> Markup {
    let all = rules.instruments().flat_map(|law| law.clauses.iter().map(move |clause| (law, clause)));
    let list = all.map(|(law, clause)| {
        let title = cite(lang, lang.pick(&law.name, &law.name_en), &clause.article);
        card(&format!("{}:{}", law.key, clause.article), title, lang.pick(&clause.zh, &clause.en).to_owned())
    });
    cards(form, ("basis", "piece-basis-pick"), list.collect(), true)
}
