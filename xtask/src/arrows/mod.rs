//! `cargo x arrows`: arrows point down only, engines are named in one crate, clocks and the environment at the door.

mod floors;
mod manifest;
mod words;

use std::fs;
use std::path::Path;

use crate::run::Outcome;
use crate::source;
use manifest::Manifest;

/// Checks every crate of the workspace against the table of floors.
pub fn check(root: &Path) -> Outcome {
    let mut wrong = Vec::new();
    let folder = root.join("crates");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?
        .flatten()
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let (mut arrows, mut files) = (0, 0);
    for name in names.iter().map(String::as_str).chain(["xtask"]) {
        let home = if name == "xtask" { root.join(name) } else { folder.join(name) };
        let manifest = Manifest::read(&home)?;
        if manifest.name != name {
            wrong.push(format!("the folder {name} holds the crate {}: they must have one name", manifest.name));
        }
        let ours = |dependency: &&String| names.contains(dependency);
        arrows += manifest.dependencies.iter().filter(ours).count();
        wrong.extend(floors::faults(&manifest, &names));
        for path in source::files(&home)? {
            let text = fs::read_to_string(&path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
            let shown = path.strip_prefix(root).unwrap_or(&path).display();
            wrong.extend(words::faults(name, &text).into_iter().map(|(line, what)| format!("{shown}:{line}: {what}")));
            files += 1;
        }
    }
    if wrong.is_empty() {
        println!(
            "arrows: {} crates, {arrows} arrows, all downwards; {files} files name no engine, clock or environment",
            names.len()
        );
        return Ok(());
    }
    Err(format!("cargo x arrows:\n  {}\n{} rule(s) broken", wrong.join("\n  "), wrong.len()))
}
