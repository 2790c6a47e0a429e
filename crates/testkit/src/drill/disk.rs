//! A disk of the drill's own: mounted where only the program under drill sees it, as root or in a user namespace.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::crowd::pause;
use super::house::{House, Output, copy};

/// Time between two looks whether the disk is mounted, in milliseconds.
const LOOK_MILLIS: u64 = 10;
/// Looks before it is given up.
const LOOKS_MAX: u32 = 1_000;
/// Size of an image with a file system of its own, in bytes; it is sparse.
const IMAGE_BYTES: u64 = 4 << 30;

/// Is what a disk is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// Memory, with mount options: small, and full when it shall be. Needs root or user namespaces.
    Memory(&'static str),
    /// A file with a file system of its own, that can lose its power. Needs root and loop devices.
    Image(FileSystem),
}

/// Is a file system that can be cut off from its disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileSystem {
    /// XFS.
    Xfs,
    /// Ext4; it turns read-only when it meets an error of its own.
    Ext4,
}

impl FileSystem {
    /// Returns its name, as it is mounted.
    pub fn name(self) -> &'static str {
        match self {
            Self::Xfs => "xfs",
            Self::Ext4 => "ext4",
        }
    }

    fn make(self, image: &Path) -> Result<(), String> {
        let file = File::create(image).map_err(|error| error.to_string())?;
        file.set_len(IMAGE_BYTES).map_err(|error| error.to_string())?;
        let words: &[&str] = match self {
            Self::Xfs => &["mkfs.xfs", "-q"],
            Self::Ext4 => &["mkfs.ext4", "-q", "-e", "remount-ro"],
        };
        let made = Command::new(words[0]).args(&words[1..]).arg(image).output();
        match made {
            Ok(made) if made.status.success() => Ok(()),
            Ok(made) => Err(format!("{}: {}", words[0], String::from_utf8_lossy(&made.stderr))),
            Err(error) => Err(format!("{}: {error}", words[0])),
        }
    }
}

/// Is a mounted disk; it goes when this goes.
pub struct Disk {
    holder: Child,
    data: PathBuf,
    image: Option<PathBuf>,
    enter: Vec<String>,
}

impl Disk {
    /// Puts a house's data onto a disk of its own. `None` where this machine lets nobody mount such a disk.
    pub fn under(house: &mut House, medium: Medium) -> Result<Option<Self>, String> {
        let own: &[&str] = match (may(&["--mount"]), medium) {
            (true, _) => &["--mount"],
            (false, Medium::Memory(_)) if may(&["--user", "--map-root-user", "--mount"]) => {
                &["--user", "--map-root-user", "--mount"]
            }
            (false, _) => return Ok(None),
        };
        let (data, kept) = (house.data(), house.beside("kept"));
        let (image, options, what) = match medium {
            Medium::Memory(options) => (None, format!("tmpfs,{options}"), PathBuf::from("tmpfs")),
            Medium::Image(system) => {
                let image = house.beside("disk.img");
                system.make(&image)?;
                (Some(image.clone()), system.name().to_owned(), image)
            }
        };
        copy(&data, &kept)?;
        let script = "case \"$3\" in tmpfs,*) mount -t tmpfs -o \"${3#tmpfs,}\" tmpfs \"$1\";; \
            *) mount -t \"$3\" -o loop \"$4\" \"$1\";; esac && cp -a \"$2/.\" \"$1/\" && sync -f \"$1\" && touch \"$1/mounted\" \
            && exec sleep infinity";
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "unshare"]).args(own).args(["--propagation", "private", "sh", "-c", script, "disk"]);
        command.args([&data, &kept]).arg(options).arg(what);
        let holder = command.spawn().map_err(|error| error.to_string())?;
        let number = holder.id().to_string();
        let mut enter = vec!["nsenter", "--target", &number, "--mount"];
        if own.len() > 1 {
            enter.extend(["--user", "--preserve-credentials"]);
        }
        let enter = enter.into_iter().map(str::to_owned).collect();
        let mut disk = Self { holder, data, image, enter };
        for _ in 0..LOOKS_MAX {
            if disk.path("mounted").exists() {
                house.before.clone_from(&disk.enter);
                return Ok(Some(disk));
            }
            if disk.holder.try_wait().is_ok_and(|ended| ended.is_some()) {
                return Ok(None);
            }
            pause(LOOK_MILLIS);
        }
        Err("the disk was not mounted".to_owned())
    }

    /// Returns a path on the disk, as it is reached from outside.
    pub fn path(&self, name: &str) -> PathBuf {
        let inside = self.data.strip_prefix("/").unwrap_or(Path::new(""));
        PathBuf::from(format!("/proc/{}/root", self.holder.id())).join(inside).join(name)
    }

    /// Cuts the file system off from its disk at once: what was not synced by now is gone.
    pub fn cut(&self) -> Result<(), String> {
        let data = self.data.display().to_string();
        self.within(&["xfs_io", "-x", "-c", "shutdown", &data])
    }

    /// Lets the file system meet an error of its own, upon which it turns read-only. Ext4 only.
    pub fn spoil(&self) -> Result<(), String> {
        let data = self.data.display().to_string();
        let found = self.run(&["findmnt", "--noheadings", "--output", "SOURCE", "--target", &data]);
        let device = found.words.trim().rsplit('/').next().unwrap_or_default().to_owned();
        fs::write(format!("/sys/fs/ext4/{device}/trigger_fs_error"), "1").map_err(|error| format!("{device}: {error}"))
    }

    /// Mounts it anew, as a machine does that starts again; nothing may have a file of it open.
    pub fn again(&self) -> Result<(), String> {
        let Some(image) = &self.image else { return Err("memory does not outlive a cut".to_owned()) };
        let (data, image) = (self.data.display().to_string(), image.display().to_string());
        self.within(&["umount", &data])?;
        // ext4 remembers that it met an error, and is looked at as every start does
        if self.run(&["blkid", "-s", "TYPE", "-o", "value", &image]).words.trim() == "ext4" {
            let looked = self.run(&["e2fsck", "-p", &image]);
            if looked.words.contains("UNEXPECTED INCONSISTENCY") {
                return Err(format!("e2fsck: {}", looked.words));
            }
        }
        self.within(&["mount", "-o", "loop", &image, &data])
    }

    fn within(&self, words: &[&str]) -> Result<(), String> {
        let output = self.run(words);
        if output.success { Ok(()) } else { Err(format!("{}: {}", words[0], output.words)) }
    }

    fn run(&self, words: &[&str]) -> Output {
        Output::of(Command::new(&self.enter[0]).args(&self.enter[1..]).args(words).stdin(Stdio::null()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(self.holder.kill());
        drop(self.holder.wait());
    }
}

fn may(words: &[&str]) -> bool {
    Command::new("unshare").args(words).arg("true").stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
