//! A small disk of the drill's own: mounted where only the program under drill sees it, as root or in a user namespace.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::crowd::pause;
use super::house::{House, copy};

/// Time between two looks whether the disk is mounted, in milliseconds.
const LOOK_MILLIS: u64 = 10;
/// Looks before it is given up.
const LOOKS_MAX: u32 = 1_000;

/// Is a mounted disk; it goes when this goes.
pub struct SmallDisk {
    holder: Child,
    data: PathBuf,
}

impl SmallDisk {
    /// Puts a house's data onto a disk of its own. `None` where this machine lets nobody mount anything.
    pub fn under(house: &mut House, options: &str) -> Result<Option<Self>, String> {
        let may = |words: &[&str]| {
            Command::new("unshare").args(words).arg("true").stderr(Stdio::null()).status().is_ok_and(|s| s.success())
        };
        let own: &[&str] = match (may(&["--mount"]), may(&["--user", "--map-root-user", "--mount"])) {
            (true, _) => &["--mount"],
            (false, true) => &["--user", "--map-root-user", "--mount"],
            (false, false) => return Ok(None),
        };
        let (data, kept) = (house.data(), house.beside("kept"));
        copy(&data, &kept)?;
        let script =
            "mount -t tmpfs -o \"$3\" tmpfs \"$1\" && cp -a \"$2/.\" \"$1/\" && touch \"$1/mounted\" && exec sleep infinity";
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "unshare"]).args(own).args(["--propagation", "private", "sh", "-c", script, "disk"]);
        let holder = command.args([&data, &kept]).arg(options).spawn().map_err(|error| error.to_string())?;
        let disk = Self { holder, data };
        for _ in 0..LOOKS_MAX {
            if disk.path("mounted").exists() {
                let number = disk.holder.id().to_string();
                let mut enter = vec!["nsenter", "--target", &number, "--mount"];
                if own.len() > 1 {
                    enter.extend(["--user", "--preserve-credentials"]);
                }
                house.before = enter.into_iter().map(str::to_owned).collect();
                return Ok(Some(disk));
            }
            pause(LOOK_MILLIS);
        }
        Err("the small disk was not mounted".to_owned())
    }

    /// Returns a path on the disk, as it is reached from outside.
    pub fn path(&self, name: &str) -> PathBuf {
        let inside = self.data.strip_prefix("/").unwrap_or(Path::new(""));
        PathBuf::from(format!("/proc/{}/root", self.holder.id())).join(inside).join(name)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(self.holder.kill());
        drop(self.holder.wait());
    }
}
