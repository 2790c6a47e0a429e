//! How a post looks: who speaks, when, the words; of one that was hidden who did it, when and why, never its words.

use appeals::shown::Linked;
use civic::directory::Directory;
use civic::rules::RuleSet;
use forum::post::{Measure, State};
use forum::words::{TEXT_CHARS_MAX, TITLE_CHARS_MAX};
use forum::{Kind, Post, Standing};
use maud::{Markup, html};

use crate::app::App;
use crate::kit::Tone;
use crate::kit::field::{Field, Input};
use crate::kit::icon::icon;
use crate::kit::state::chip;
use crate::link;
use crate::portal::track::stage;
use crate::portal::track::story::{office, title};
use crate::reading::path;
use crate::visit::Visit;
use crate::words::{Lang, day, moment};

/// Is what a post is drawn for.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// Site, rules, zone.
    pub app: &'a App,
    /// Language.
    pub lang: Lang,
    /// True at the desk, where what waits is shown too.
    pub desk: bool,
    /// Matters whose numbers are shown, as everybody may see them.
    pub linked: &'a [Linked],
}

impl<'a> Seen<'a> {
    /// Draws for a visitor.
    pub fn by(app: &'a App, visit: &Visit) -> Self {
        Self { app, lang: visit.lang, desk: false, linked: &[] }
    }

    fn directory(&self) -> std::sync::Arc<Directory> {
        self.app.hall.site.directory()
    }
}

/// Describes the two fields of a post: its title, and its words with what helps to write them and how many lines are shown.
pub fn fields(lang: Lang, (hint, lines): (&str, u8)) -> [Field<'static>; 2] {
    let title = Field {
        name: "title",
        label: lang.t("forum-topic-title"),
        required: true,
        chars_max: TITLE_CHARS_MAX,
        ..Field::default()
    };
    let text = Field {
        name: "text",
        label: lang.t("forum-topic-text"),
        hint: lang.t(hint),
        input: Input::Area(lines),
        required: true,
        chars_max: TEXT_CHARS_MAX,
        ..Field::default()
    };
    [title, text]
}

/// Says who speaks: an office, its head, a pen name, or somebody.
pub fn speaker(lang: Lang, directory: &Directory, state: &State) -> String {
    if state.kind.is_of_office() {
        let name = office(lang, directory, &state.office);
        return if state.head { lang.say("forum-head", &[("office", name.into())]) } else { name };
    }
    if state.words.pen.is_empty() { lang.t("forum-somebody") } else { state.words.pen.clone() }
}

/// Says who did something to a post, when, and for which reason.
pub fn reason_line(seen: Seen<'_>, (key, list, measure): (&str, &str, &Measure)) -> Markup {
    let (lang, rules) = (seen.lang, seen.app.hall.site.rules());
    let facts = [("office", office(lang, &seen.directory(), &measure.office).into()), ("day", day(lang, measure.day).into())];
    html! {
        p { (icon(Tone::Plain)) " " (lang.say(key, &facts)) }
        p { (lang.t("forum-reason")) (ground(lang, &rules, (list, &measure.ground))) }
        @if !measure.words.is_empty() { p.words { (measure.words) } }
    }
}

/// Says a reason of the rules.
pub fn ground(lang: Lang, rules: &RuleSet, (list, code): (&str, &str)) -> String {
    rules.ground(list, code).map_or_else(|| code.to_owned(), |ground| lang.pick(&ground.zh, &ground.en).to_owned())
}

impl Seen<'_> {
    /// Draws a post, with what can be done to it.
    pub fn post(self, post: &Post, acts: &Markup) -> Markup {
        let id = format!("p-{}", post.id.simple());
        match (&post.state, post.standing) {
            (Some(state), Standing::Public) => self.public(&id, state, acts),
            (Some(state), Standing::Held) if self.desk => self.public(&id, state, acts),
            (Some(state), Standing::Hidden) => self.hidden(&id, state, acts),
            (Some(_), Standing::Held) => {
                html! { article.post.gone id=(id) { p { (icon(Tone::Plain)) " " (self.lang.t("forum-held")) } } }
            }
            _ => html! { article.post.gone id=(id) { p { (icon(Tone::Plain)) " " (self.lang.t("forum-withdrawn")) } } },
        }
    }

    fn public(self, id: &str, state: &State, acts: &Markup) -> Markup {
        let (lang, zone) = (self.lang, &self.app.hall.site.zone);
        let at = state.shown.unwrap_or(state.written);
        let edited = state.kind.is_of_office() && !state.editions.is_empty();
        html! {
            article.post.office-post[state.kind.is_of_office()] id=(id) {
                header.post-head {
                    strong { (speaker(lang, &self.directory(), state)) }
                    @if state.kind == Kind::Answer { " " (chip(Tone::Done, &lang.t("forum-answer"))) }
                    @if state.standing == Standing::Held { " " (chip(Tone::Soon, &lang.t("forum-waits"))) }
                    " " a.quiet href={ "#" (id) } { time datetime=(at) { (moment(lang, at, zone)) } }
                }
                div.words { (state.words.text) }
                @if state.words.covered > 0 { p.quiet { (lang.say("forum-covered", &[("count", state.words.covered.into())])) } }
                @if !state.number.is_empty() { (self.matter(&state.number)) }
                @if let Some(measure) = &state.moved { (reason_line(self, ("forum-moved-by", forum::post::MOVE, measure))) }
                @if edited { (self.editions(state)) }
                (acts)
            }
        }
    }

    /// Names the matter that was made of a post, what it is about and where it stands.
    fn matter(self, number: &str) -> Markup {
        let (lang, rules, directory) = (self.lang, self.app.hall.site.rules(), self.directory());
        let found = self.linked.iter().find(|one| one.number == number);
        html! {
            section.linked {
                p { (lang.t("forum-matter")) " " span.code { (number) } }
                @if let Some(one) = found {
                    @let about = one.category.as_ref().map(|code| path(lang, &rules, code)).unwrap_or_default();
                    p {
                        strong { (title(lang, one.kind)) @if !about.is_empty() { " · " (about) } } " " (stage(lang, one.stage))
                    }
                    @if one.is_open && let Ok(due) = one.due.parse() {
                        p.quiet { (lang.say("forum-matter-stands", &[("office", office(lang, &directory, &one.owner).into()), ("day", day(lang, due).into())])) }
                    }
                }
            }
        }
    }

    /// Draws earlier editions of what an office wrote: what was corrected can still be read.
    fn editions(self, state: &State) -> Markup {
        let lang = self.lang;
        html! {
            details.editions {
                summary { (lang.say("forum-editions", &[("count", state.editions.len().into())])) }
                @for edition in state.editions.iter().rev() {
                    h3 { (lang.say("forum-edition-until", &[("day", day(lang, edition.until).into())])) }
                    p { (lang.t("forum-edition-why")) (edition.reason) }
                    @if !edition.words.title.is_empty() { p { strong { (edition.words.title) } } }
                    div.words { (edition.words.text) }
                }
            }
        }
    }

    fn hidden(self, id: &str, state: &State, acts: &Markup) -> Markup {
        let lang = self.lang;
        html! {
            article.post.gone id=(id) {
                @if let Some(hiding) = &state.hiding { (reason_line(self, ("forum-hidden-by", forum::post::HIDE, hiding))) }
                @match &state.objection {
                    Some(objection) => {
                        @match &objection.decided {
                            Some(decided) => {
                                p { (lang.say("forum-decided-stays", &[("office", office(lang, &self.directory(), &decided.office).into()), ("day", day(lang, decided.day).into())])) }
                                p.words { (decided.words) }
                            }
                            None => p { (lang.say("forum-objected", &[("day", day(lang, objection.day).into())])) }
                        }
                    }
                    None => {}
                }
                @if self.desk {
                    details { summary { (lang.t("forum-hidden-words")) } div.words { (state.words.title) "\n" (state.words.text) } }
                }
                (acts)
            }
        }
    }
}

/// Returns the address of a post below its topic.
pub fn address(post: &Post) -> String {
    let base = if post.kind == Kind::Blog { link::blog(post.id) } else { link::topic(post.topic) };
    if post.id == post.topic { base } else { format!("{base}#p-{}", post.id.simple()) }
}
