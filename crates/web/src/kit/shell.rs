//! The shell around every page: skip link, one line of navigation, print size and language, who is signed in.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use crate::visit::{LARGE, SMALL, SWITCH, Signed, Visit};
use crate::words::Lang;
use crate::{assets, link};

/// Is a link of the navigation: address and words.
pub type Way = (String, String);

/// Is a page about to be drawn.
pub struct Page<'a> {
    visit: &'a Visit,
    title: &'a str,
    wide: bool,
    ways: Option<Vec<Way>>,
    form: Option<Filled>,
    search: &'static str,
    script: Option<String>,
}

/// Longest input of the box for searching, in characters.
const SEARCH_CHARS_MAX: usize = 200;

/// Is the id of the form whose words the switches keep.
pub const FORM: &str = "typed";

/// Says where the switches send the form of a page, so that what was typed comes back in the other language or size.
#[derive(Debug, Clone)]
pub struct Filled {
    /// Address without query; a handler that sees [`Visit::switched`] shows the form again and does nothing else.
    pub to: String,
    /// True where chosen files are kept there too.
    pub files: bool,
}

impl<'a> Page<'a> {
    /// Begins a page for a visit.
    pub fn new(visit: &'a Visit, title: &'a str) -> Self {
        Self { visit, title, wide: false, ways: None, form: None, search: link::SEARCH, script: None }
    }

    /// Uses the whole width: for tables and the desk.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// Puts other links into the navigation: for the desk.
    #[must_use]
    pub fn ways(mut self, ways: Vec<Way>) -> Self {
        self.ways = Some(ways);
        self
    }

    /// Makes the switches keep what was typed in the page's form, whose id is [`FORM`].
    #[must_use]
    pub fn form(mut self, form: Filled) -> Self {
        self.form = Some(form);
        self
    }

    /// Makes the box for searching in the head of the page ask another address: at the desk.
    #[must_use]
    pub fn search(mut self, to: &'static str) -> Self {
        self.search = to;
        self
    }

    /// Lets the page bring a script of its own.
    #[must_use]
    pub fn script(mut self, address: String) -> Self {
        self.script = Some(address);
        self
    }

    /// Draws the page around a body.
    pub fn show(self, body: &Markup) -> Response {
        let text = self.draw(body).into_string();
        ([(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], text).into_response()
    }

    fn draw(&self, body: &Markup) -> Markup {
        let (visit, lang) = (self.visit, self.visit.lang);
        html! {
            (DOCTYPE)
            html lang=(lang.tag()) class=[visit.large.then_some("large")] {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · " (lang.t("site-name")) }
                    link rel="stylesheet" href=(assets::style());
                    link rel="icon" type="image/svg+xml" href=(assets::mark());
                    link rel="manifest" href=(assets::MANIFEST);
                    script type="module" src=(assets::extra()) {}
                    @if let Some(script) = &self.script { script type="module" src=(script) {} }
                }
                body.wide[self.wide] {
                    a.skip href="#main-part" { (lang.t("skip")) }
                    @if visit.demo {
                        section.demo aria-label=(lang.t("demo-banner")) {
                            (lang.t("demo-banner")) " " a href=(link::DEMO) { (lang.t("demo-banner-link")) }
                        }
                    }
                    (self.top())
                    main #main-part tabindex="-1" { (body) }
                    (foot(visit))
                }
            }
        }
    }

    fn top(&self) -> Markup {
        let (visit, lang) = (self.visit, self.visit.lang);
        let ways = self.ways.clone().unwrap_or_else(|| ways(visit));
        html! {
            header.top {
                div.top-in {
                    a.brand href=(link::HOME) { (lang.t("site-name")) @if !visit.site.is_empty() { small { (visit.site) } } }
                    nav aria-label=(lang.t("nav-label")) {
                        @for (address, words) in &ways {
                            a href=(address) aria-current=[here(visit, address).then_some("page")] { (words) }
                        }
                    }
                    (search(visit, self.search))
                    (settings(visit, self.form.as_ref()))
                    (signed(visit))
                }
            }
        }
    }
}

/// Tells whether a link leads to this very page.
fn here(visit: &Visit, address: &str) -> bool {
    visit.path.split('?').next() == Some(address)
}

fn ways(visit: &Visit) -> Vec<Way> {
    let lang = visit.lang;
    let residents = [
        (link::FILE, "nav-file"),
        (link::TRACK, "nav-track"),
        (link::FORUM, "nav-forum"),
        (link::RULES, "nav-rules"),
        (link::HELP, "nav-help"),
    ];
    let mut ways: Vec<Way> = residents.iter().map(|(address, key)| ((*address).to_owned(), lang.t(key))).collect();
    if matches!(visit.signed, Signed::Staff { .. }) {
        ways.push((link::DESK.to_owned(), lang.t("nav-desk")));
    }
    ways
}

/// Draws the box for searching, with what was looked for where this is the page of the answer.
fn search(visit: &Visit, to: &str) -> Markup {
    let lang = visit.lang;
    let query = visit.path.strip_prefix(to).and_then(|rest| rest.strip_prefix('?')).unwrap_or_default();
    let asked = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q").map(|(_, words)| words.into_owned());
    let words = lang.t(if to == link::SEARCH { "ask-box" } else { "search-box" });
    html! {
        form.search role="search" method="get" action=(to) {
            input #search type="search" name="q" value=[asked] maxlength=(SEARCH_CHARS_MAX) aria-label=(words) placeholder=(words) enterkeyhint="search";
            button { (lang.t("search-button")) }
        }
    }
}

/// Draws the two switches. They work without script; one press, and the same page comes back, with what was typed: on a
/// page with a form they are buttons of that form. The first of these is what Enter in a field presses, so one that only
/// sends the form stands before the switches, unseen.
fn settings(visit: &Visit, form: Option<&Filled>) -> Markup {
    let lang = visit.lang;
    let other = if lang == Lang::Zh { Lang::En } else { Lang::Zh };
    let size = if visit.large { SMALL } else { LARGE };
    if let Some(Filled { to, files }) = form {
        let kind = (!files).then_some("application/x-www-form-urlencoded");
        let switch = |to_what: &str| format!("{to}?{SWITCH}={to_what}");
        return html! {
            div.settings {
                button.unseen form=(FORM) tabindex="-1" aria-hidden="true" {}
                button form=(FORM) formaction=(switch(size)) formenctype=[kind] formnovalidate aria-pressed=(visit.large) { (lang.t("switch-large")) }
                button form=(FORM) formaction=(switch(other.tag())) formenctype=[kind] formnovalidate lang=(other.tag()) { (other.t("switch-own-name")) }
            }
        };
    }
    html! {
        form.settings method="post" action=(link::SETTINGS) {
            input type="hidden" name="back" value=(visit.path);
            button name="large" value=(if visit.large { "0" } else { "1" }) aria-pressed=(visit.large) { (lang.t("switch-large")) }
            button name="lang" value=(other.tag()) lang=(other.tag()) { (other.t("switch-own-name")) }
        }
    }
}

fn signed(visit: &Visit) -> Markup {
    let lang = visit.lang;
    html! {
        @match &visit.signed {
            Signed::Nobody => {}
            Signed::Resident => {
                form.signed method="post" action=(link::TRACK_LEAVE) { button { (lang.t("leave")) } }
            }
            Signed::Staff { name, office } => {
                form.signed method="post" action=(link::DESK_LOGOUT) {
                    span { (lang.say("signed-staff", &[("name", name.as_str().into()), ("office", office.as_str().into())])) }
                    button { (lang.t("sign-out")) }
                }
            }
        }
    }
}

fn foot(visit: &Visit) -> Markup {
    let lang = visit.lang;
    let links = [
        (link::PRIVACY, "foot-privacy"),
        (link::RULES, "nav-rules"),
        (link::FIGURES, "foot-figures"),
        (link::CHECK, "foot-check"),
        (link::DESK, "foot-desk"),
    ];
    html! {
        footer.foot {
            div.foot-in {
                p.emergency { (lang.t("foot-emergency")) }
                nav aria-label=(lang.t("foot-label")) {
                    @for (address, key) in links { a href=(address) { (lang.t(key)) } }
                }
            }
        }
    }
}
