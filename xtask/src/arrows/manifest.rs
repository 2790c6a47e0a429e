//! Reading what a crate depends on.

use std::fs;
use std::path::Path;

use toml::{Table, Value};

use crate::run::Outcome;

/// Is a crate's name and what it depends on, by package name.
#[derive(Debug)]
pub struct Manifest {
    /// Name of the package.
    pub name: String,
    /// Dependencies of the code and of its build script, for every platform.
    pub dependencies: Vec<String>,
    /// Dependencies of its tests.
    pub dev_dependencies: Vec<String>,
}

impl Manifest {
    /// Reads the manifest in a folder.
    pub fn read(folder: &Path) -> Outcome<Self> {
        let path = folder.join("Cargo.toml");
        let text = fs::read_to_string(&path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        Self::parse(&text).map_err(|why| format!("{}: {why}", path.display()))
    }

    fn parse(text: &str) -> Outcome<Self> {
        let table: Table = toml::from_str(text).map_err(|error| error.to_string())?;
        let name = table.get("package").and_then(|package| package.get("name")).and_then(Value::as_str);
        let name = name.ok_or("no package name")?.to_owned();
        let mut manifest = Self { name, dependencies: Vec::new(), dev_dependencies: Vec::new() };
        manifest.collect(&table);
        for platform in table.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values) {
            manifest.collect(platform.as_table().ok_or("a target that is no table")?);
        }
        Ok(manifest)
    }

    fn collect(&mut self, table: &Table) {
        let names = |key: &str| {
            let entries = table.get(key).and_then(Value::as_table).into_iter().flatten();
            entries.map(|(name, how)| how.get("package").and_then(Value::as_str).unwrap_or(name).to_owned())
        };
        self.dependencies.extend(names("dependencies").chain(names("build-dependencies")));
        self.dev_dependencies.extend(names("dev-dependencies"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_dependency_is_found_under_its_real_name() {
        let text = "[package]\nname = \"a\"\n[dependencies]\nb.workspace = true\nother = { package = \"c\", version = \"1\" }\n\
                    [build-dependencies]\nd = \"1\"\n[dev-dependencies]\ne = \"1\"\n[target.'cfg(unix)'.dependencies]\nf = \"1\"\n";
        let manifest = Manifest::parse(text).unwrap();
        assert_eq!((manifest.name.as_str(), manifest.dependencies.join(" ").as_str()), ("a", "b c d f"));
        assert_eq!(manifest.dev_dependencies, ["e"]);
    }
}
