//! What the site has learned from its own decided matters: made anew once a day, sealed in a file of the data folder. It holds
//! nothing that is not in the events, so it may be deleted at any time; the next day makes it anew.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use appeals::sorting::{self, Lesson};
use civic::hall::Hall;
use civic::vault;
use db::{Context, Fault};
use insight::reading::lessons::learn;
use jiff::civil::Date;
use learn::model::Model;
use learn::train::Settings;
use uuid::Uuid;
use web::Readings;

use crate::config::Config;

/// The file in the data folder.
const FILE: &str = "learned.sealed";
/// Matters that are learned from at most, the newest.
const LESSONS_MAX: usize = 20_000;
/// Bytes of a day as it stands before the model.
const DAY_BYTES: usize = "2026-11-29".len();

/// Keeps what was learned.
pub(crate) struct Lessons {
    hall: Hall,
    path: PathBuf,
    readings: Arc<Readings>,
    /// The day on which it was learned last, or tried.
    day: Option<Date>,
    /// When the file was written that is in use.
    written: Option<SystemTime>,
}

impl Lessons {
    /// Begins with whatever lies in the data folder.
    pub(crate) fn begin(config: &Config, hall: &Hall, readings: &Arc<Readings>) -> Self {
        let (hall, readings) = (hall.clone(), Arc::clone(readings));
        Self { hall, path: path(config), readings, day: None, written: None }
    }

    /// Takes over a file that somebody wrote or deleted, and learns once a day.
    pub(crate) fn round(&mut self) -> Result<(), Fault> {
        let written = fs::metadata(&self.path).and_then(|file| file.modified()).ok();
        if written != self.written {
            self.written = written;
            let kept = read(&self.hall, &self.path);
            self.day = kept.as_ref().map(|(day, _)| *day).or(self.day);
            self.readings.learn(kept.map(|(_, model)| model));
        }
        let today = self.hall.site.day(self.hall.clock.now());
        if self.day != Some(today) {
            self.day = Some(today);
            make(&self.hall, &self.path)?;
        }
        Ok(())
    }
}

/// Returns where it lies.
pub(crate) fn path(config: &Config) -> PathBuf {
    config.data.join(FILE)
}

/// Learns from the newest decided matters and writes the file. None where there are too few.
pub(crate) fn make(hall: &Hall, path: &PathBuf) -> Result<Option<Model>, Fault> {
    let (mut all, mut before) = (Vec::<Lesson>::new(), Some(Uuid::max()));
    while let Some(at) = before.filter(|_| all.len() < LESSONS_MAX) {
        let site = Arc::clone(&hall.site);
        let (some, next) = hall.store.read_blocking(move |tx| sorting::lessons(tx, &site, at))?;
        all.extend(some);
        before = next;
    }
    let lessons: Vec<(&str, &str)> = all.iter().map(|lesson| (lesson.text.as_str(), lesson.subject.as_str())).collect();
    let Some(model) = learn(&lessons, &hall.site.rules(), Settings::default()) else { return Ok(None) };
    let day = hall.site.day(hall.clock.now()).to_string();
    let plain = [day.as_bytes(), &model.to_bytes()].concat();
    let sealed = vault::seal(&hall.site.keys.site_wide, &context(hall), &plain, &mut hall.site.chance());
    let beside = path.with_extension("new");
    fs::write(&beside, sealed).context("while keeping what was learned")?;
    fs::rename(&beside, path).context("while keeping what was learned")?;
    tracing::info!(texts = model.texts(), labels = model.labels().len(), "learned from what people decided");
    Ok(Some(model))
}

/// Reads the file. One that does not open, or was made by another version, is as good as none: it is made anew.
fn read(hall: &Hall, path: &PathBuf) -> Option<(Date, Model)> {
    let sealed = fs::read(path).ok()?;
    let plain = vault::open(&hall.site.keys.site_wide, &context(hall), &sealed).ok()?;
    let (day, model) = plain.split_at_checked(DAY_BYTES)?;
    Some((std::str::from_utf8(day).ok()?.parse().ok()?, Model::from_bytes(model).ok()?))
}

/// Binds the file to its site and its use.
fn context(hall: &Hall) -> String {
    format!("{}|learned|model|1", hall.site.jurisdiction)
}
