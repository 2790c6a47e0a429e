//! Stories: what residents of the invented county tell, each in several voices, with the reply that fits.

use serde::Deserialize;

/// The files of stories.
const FILES: &[(&str, &str)] = &[
    ("01-danger-relief", include_str!("matters/01-danger-relief.toml")),
    ("02-supply-housing", include_str!("matters/02-supply-housing.toml")),
    ("03-health-food-care", include_str!("matters/03-health-food-care.toml")),
    ("04-work-order", include_str!("matters/04-work-order.toml")),
    ("05-nature-roads", include_str!("matters/05-nature-roads.toml")),
    ("06-market-land", include_str!("matters/06-market-land.toml")),
    ("07-town-school", include_str!("matters/07-town-school.toml")),
    ("08-neighbours-papers", include_str!("matters/08-neighbours-papers.toml")),
    ("09-village-conduct", include_str!("matters/09-village-conduct.toml")),
    ("10-ideas-other", include_str!("matters/10-ideas-other.toml")),
    ("11-crossroads", include_str!("matters/11-crossroads.toml")),
];

/// Is one story.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// Name within the demo.
    pub id: String,
    /// Kind of matter.
    pub kind: String,
    /// First-level category.
    pub category: String,
    /// `named`, `confidential` or `anonymous`.
    #[serde(default = "named")]
    pub identity: String,
    /// Names of the villages and communities it may happen in.
    pub places: Vec<String>,
    /// Where exactly, in free words.
    pub spot: Option<String>,
    /// Somebody may be hurt.
    #[serde(default)]
    pub danger: bool,
    /// All voices speak of the very same thing at the same time.
    #[serde(default)]
    pub group: bool,
    /// Months in which it can happen; none = all.
    #[serde(default)]
    pub months: Vec<i8>,
    /// Fewest and most days from the filing to the reply.
    pub takes: [i64; 2],
    /// What residents write: one text a voice.
    pub texts: Vec<String>,
    /// What the office asks for.
    pub asks: Option<String>,
    /// What the resident then adds.
    pub adds: Option<String>,
    /// The reply; accusations have none here.
    pub reply: Option<Answer>,
    /// Words of somebody who is content.
    pub good: Option<String>,
    /// Words of somebody who is not.
    pub bad: Option<String>,
    /// Words that open it again.
    pub reopened: Option<String>,
    /// The way it takes through the offices, where it is not the usual one.
    pub path: Option<String>,
    /// What is said on that way, in order.
    #[serde(default)]
    pub words: Vec<String>,
    /// Offices on that way, in order.
    #[serde(default)]
    pub offices: Vec<String>,
    /// Office that the joint conference rules to be the owner.
    pub ruler: Option<String>,
    /// Ground of an act on that way.
    pub ground: Option<String>,
    /// Days of an extension.
    pub days: Option<u32>,
    /// How many people stand behind it.
    pub people: Option<u32>,
    /// Grades for the departments that were called in.
    #[serde(default)]
    pub grades: Vec<u8>,
    /// Outcome of the reply, `support` unless it says otherwise.
    #[serde(default = "support")]
    pub outcome: String,
    /// The opinion of the office above.
    pub review: Option<Answer>,
}

/// Is the reply to a story.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// What was asked for.
    pub request: String,
    /// What was found, and why.
    pub facts: String,
    /// What is done, by whom, until when.
    pub opinion: String,
    /// Clauses, as `instrument:article`.
    pub basis: Vec<String>,
    /// The way on, where it differs from the usual one.
    pub way_on: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    matter: Vec<Story>,
}

/// Reads all stories.
pub fn all() -> Vec<Story> {
    let read = |(name, text): &(&str, &str)| {
        let file: File = toml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        file.matter
    };
    FILES.iter().flat_map(read).collect()
}

impl Story {
    /// Lists every text of the story.
    pub fn every_text(&self) -> impl Iterator<Item = &str> {
        let replies = self.reply.iter().chain(&self.review).flat_map(|reply| {
            [Some(&reply.request), Some(&reply.facts), Some(&reply.opinion), reply.way_on.as_ref()].into_iter().flatten()
        });
        let extras = [&self.spot, &self.asks, &self.adds, &self.good, &self.bad, &self.reopened];
        self.texts.iter().chain(&self.words).chain(replies).chain(extras.into_iter().flatten()).map(String::as_str)
    }
}

fn named() -> String {
    "named".to_owned()
}

fn support() -> String {
    "support".to_owned()
}

#[cfg(test)]
mod tests;
