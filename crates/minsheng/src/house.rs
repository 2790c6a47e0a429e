//! The whole house put together: the hall and the rooms over one database, as the configuration says.

use std::path::Path;
use std::sync::LazyLock;

use civic::hall::{Hall, Place};
use civic::rules::RuleSet;
use civic::vault::{KEYSTORE_MIGRATIONS, KeyFiles, private_folder};
use db::{Context, Fault, Guard, Guards, Migration, Store, Target};

use crate::config::Config;
use crate::{chance, clock, gap};

/// Lists the migrations of the hall, the rooms and the faces, in the order of the floors.
pub(crate) fn migrations() -> Vec<Migration> {
    [
        civic::hall::MIGRATIONS,
        appeals::MIGRATIONS,
        forum::MIGRATIONS,
        insight::MIGRATIONS,
        oversight::MIGRATIONS,
        channels::MIGRATIONS,
    ]
    .concat()
}

/// Lists what the serving connections are held to, in the order of the floors.
pub(crate) fn guards() -> Guards {
    static ALL: LazyLock<Vec<&'static [Guard]>> =
        LazyLock::new(|| [civic::hall::GUARDS, &[appeals::GUARDS, forum::GUARDS, insight::GUARDS, oversight::GUARDS]].concat());
    &ALL
}

/// Reads the rules: the ones that ship and, over them, the site's own folder.
pub(crate) fn rules(config: &Config) -> Result<RuleSet, Fault> {
    match &config.rules {
        Some(folder) => RuleSet::with_local(folder).map_err(|error| Fault::other(error.to_string()).caused_by(error)),
        None => Ok(RuleSet::builtin()),
    }
}

/// Opens the house for serving: takes the lock, brings the data up to this version, starts the writer, and makes the rules
/// in force public.
pub(crate) fn open(config: &Config) -> Result<Hall, Fault> {
    let hall = unannounced(config)?;
    announce(&hall)?;
    Ok(hall)
}

/// Opens the house for serving and tells in the log file what the role that serves could do to the past.
pub(crate) fn serving(config: &Config) -> Result<Hall, Fault> {
    let hall = open(config)?;
    for excess in hall.store.excess(guards())? {
        tracing::warn!(excess, "the database lets the serving role do more than it must; see `minsheng migrate --owner`");
    }
    Ok(hall)
}

/// Makes the rules in force public, once.
pub(crate) fn announce(hall: &Hall) -> Result<(), Fault> {
    let (site, now) = (hall.site.clone(), hall.clock.now());
    hall.store.write_blocking(move |tx| {
        let mut chance = site.chance();
        civic::rules::announce(tx, &site, now, &mut chance).map(drop)
    })
}

/// Opens the house without writing anything to its log: the demo begins its own in the past. Refuses data that is behind
/// what was published.
pub(crate) fn unannounced(config: &Config) -> Result<Hall, Fault> {
    let hall = unchecked(config)?;
    gap::check(config, &hall)?;
    Ok(hall)
}

/// Opens the house whatever was published before: for who is about to say what is lost.
pub(crate) fn unchecked(config: &Config) -> Result<Hall, Fault> {
    if !KeyFiles::at(config.keys()).exist() {
        let text = format!("no keys in {}: make the site first with `minsheng init`", config.keys().display());
        return Err(Fault::other(text));
    }
    save_before_upgrade(config)?;
    let keys = config.keys();
    let place = Place { data: config.data_target(), keystore: config.keystore_target(), keys: &keys, guards: Some(guards()) };
    let own = (clock::system(), chance::seed()?);
    Hall::open(&place, config.to_civic(), rules(config)?, &migrations(), own)
}

/// Opens the house for looking only, beside the process that serves it or when nobody does.
pub(crate) fn look(config: &Config) -> Result<Hall, Fault> {
    let keys = config.keys();
    let place = Place { data: config.data_target(), keystore: config.keystore_target(), keys: &keys, guards: None };
    Hall::look(&place, config.to_civic(), rules(config)?, (clock::system(), chance::seed()?))
}

/// Copies SQLite data into `before-upgrade/` when this version changes its tables: an upgrade that goes wrong is undone
/// by putting the copies back. PostgreSQL has its own tools for this; the log says so.
fn save_before_upgrade(config: &Config) -> Result<(), Fault> {
    let all = migrations();
    let data = save(&config.data_target(), &all, &config.data, "minsheng.db")?;
    let keys = save(&config.keystore_target(), KEYSTORE_MIGRATIONS, &config.data, "keys.db")?;
    if data || keys {
        tracing::info!(folder = %config.data.join("before-upgrade").display(), "the data was copied before its upgrade");
    }
    Ok(())
}

fn save(target: &Target, migrations: &[Migration], data: &Path, name: &str) -> Result<bool, Fault> {
    let lacking = db::pending(target, migrations)?.unwrap_or_default();
    let (false, Target::Sqlite(_)) = (lacking.is_empty(), target) else { return Ok(false) };
    let folder = data.join("before-upgrade");
    private_folder(&folder).context("while making the folder before-upgrade")?;
    Store::look(target, 1)?.backup(&folder.join(name)).context("while copying the data before its upgrade")?;
    Ok(true)
}
