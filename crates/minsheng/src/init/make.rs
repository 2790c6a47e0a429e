//! Making the site: configuration, keys, then every entry as an event, in one commit.

use std::fs;
use std::path::Path;

use appeals::followup::draw;
use civic::account;
use civic::directory::{self, Entry};
use civic::hall::Hall;
use civic::journal::{self, Actor, Raw, SEALED_KIND};
use civic::vault::{KeyFiles, private_folder};
use db::{Context, Fault};

use super::county::County;
use super::supervisor::{self, Supervisor};
use crate::config::{Config, EXAMPLE, FILE_NAME, SiteSection};
use crate::{chance, house};

/// Reads the configuration that is given; without one writes it beside the data, once: the commented example with this
/// site's own identity.
pub(crate) fn configuration(given: Option<&Path>, data: Option<&Path>, site: &SiteSection) -> Result<Config, Fault> {
    let file = given.map_or_else(|| data.unwrap_or(Path::new("data")).join(FILE_NAME), Path::to_owned);
    if given.is_none() && !file.exists() {
        let data = file.parent().expect("a file lies in a folder");
        private_folder(data).context("while making the data folder")?;
        fs::write(&file, rendered(data, site)).context("while writing the configuration")?;
    }
    let config = Config::find(given, data)?;
    private_folder(&config.data).context("while making the data folder")?;
    let own = (&config.site.code, &config.site.origin, &config.site.zone);
    if own == (&site.code, &site.origin, &site.zone) {
        return Ok(config);
    }
    Err(Fault::other(format!("{} is for another site than the county file; they must say the same", file.display())))
}

fn rendered(data: &Path, site: &SiteSection) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let line = |line: &str| {
        let value = match line.split_once(" = ").map(|(key, _)| key) {
            Some("data") => data.to_string_lossy().into_owned(),
            Some("code") => site.code.clone(),
            Some("name") => site.name.clone(),
            Some("origin") => site.origin.clone(),
            Some("zone") => site.zone.clone(),
            _ => return format!("{line}\n"),
        };
        let (key, _) = line.split_once(" = ").expect("it was split above");
        format!("{key} = {}\n", quoted(&value))
    };
    EXAMPLE.lines().map(line).collect()
}

/// Makes keys and entries; returns the administrator's one-time code.
pub(crate) fn make(config: &Config, county: &County, supervisor: &Supervisor) -> Result<String, Fault> {
    let files = KeyFiles::at(config.keys());
    if !files.exist() {
        let recipient = supervisor::recipient(supervisor)?;
        files.make(&recipient, &mut chance::fresh()?)?;
        supervisor::remember(supervisor, &config.keys())?;
    }
    let hall = house::open(config)?;
    let (site, now) = (hall.site.clone(), hall.clock.now());
    let county = county.clone();
    hall.store.write_blocking(move |tx| {
        if !site.directory().places.is_empty() {
            return Err(Fault::other("there is a site in this folder already; further changes are made at the desk"));
        }
        let mut chance = site.chance();
        let entries = county.entries(now, &mut chance);
        for entry in &entries {
            directory::set(tx, &site, (now, &mut chance), Actor::System, (entry, "added"))?;
        }
        let administrator = entries.iter().find_map(|entry| match entry {
            Entry::Staff(staff) if staff.login == county.administrator => Some(staff),
            _ => None,
        });
        let administrator = administrator.ok_or_else(|| Fault::other("the county has no administrator"))?;
        account::invite(tx, &site, (now, &mut chance), administrator.id, &administrator.login)
    })
}

/// Kinds of events that a site without any matter has too.
const OWN_KINDS: &[&str] = &[directory::KIND, civic::rules::ANNOUNCED, SEALED_KIND, draw::SEALED, draw::OPENED];

/// Tells whether nothing but a directory made by the system, the rules, what months begin with and empty daily batches is in the journal.
pub(crate) fn is_untouched(hall: &Hall) -> Result<bool, Fault> {
    const PAGE_EVENTS: i64 = 1_000;
    let jurisdiction = hall.site.jurisdiction;
    hall.store.read_blocking(move |tx| {
        let mut after = 0;
        loop {
            let page = journal::page(tx, jurisdiction, after, PAGE_EVENTS)?;
            let Some(last) = page.last() else { return Ok(!appeals::sealed::any(tx, jurisdiction)?) };
            after = last.position;
            let system = Actor::System.to_string();
            let own = |raw: &Raw| OWN_KINDS.contains(&raw.kind.as_str()) && raw.actor == system;
            if !page.iter().all(own) {
                return Ok(false);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_configuration_is_the_site_s_own() {
        let folder = tempfile::tempdir().unwrap();
        let site = SiteSection {
            code: "990777".into(),
            name: "云岭\"县".into(),
            origin: "yunling.example/990777".into(),
            zone: "Asia/Urumqi".into(),
        };
        let config = configuration(None, Some(folder.path()), &site).unwrap();
        assert_eq!((config.site.name.as_str(), config.site.zone.as_str()), ("云岭\"县", "Asia/Urumqi"));
        assert_eq!(config.data, folder.path());
        let other = SiteSection { origin: "other.example/990777".into(), ..site };
        assert!(configuration(None, Some(folder.path()), &other).unwrap_err().to_string().contains("another site"));
    }
}
