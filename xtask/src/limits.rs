//! `cargo x limits`: writes `docs/limits.md` from the limits that stand in the code, each with its sentence.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::run::Outcome;
use crate::source;

/// Where the list is written.
const PAGE: &str = "docs/limits.md";
/// What stands before the list.
const HEAD: &str = "# Limits\n\nEvery limit that stands in the code, with its unit last in its name. `cargo x limits` writes this page; do not edit\n\
    it. Limits that an operator may change stand in the table `[limits]` of the configuration (`minsheng config --example` prints it\n\
    with all defaults). Terms of law are no limits: they are data in `rules/`.\n";

/// Is one limit as it stands in a file.
#[derive(Debug, PartialEq, Eq)]
struct Limit {
    name: String,
    value: String,
    sentence: String,
}

/// Writes the page.
pub fn write(root: &Path) -> Outcome {
    let page = render(root)?;
    fs::write(root.join(PAGE), page).map_err(|error| format!("{PAGE} cannot be written: {error}"))
}

fn render(root: &Path) -> Outcome<String> {
    let mut page = HEAD.to_owned();
    let mut last = String::new();
    for path in source::files(&root.join("crates"))? {
        let name = path.strip_prefix(root.join("crates")).unwrap_or(&path).to_owned();
        let mut parts = name.iter().filter_map(|part| part.to_str());
        let krate = parts.next().unwrap_or_default().to_owned();
        if parts.next() != Some("src") || krate == "testkit" {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        for limit in limits(&text) {
            if krate != last {
                write!(page, "\n## {krate}\n\n| limit | value | what | where |\n|---|---|---|---|\n")
                    .expect("writing to a string");
                last.clone_from(&krate);
            }
            let place: Vec<&str> = name.iter().skip(2).filter_map(|part| part.to_str()).collect();
            let Limit { name, value, sentence } = limit;
            writeln!(page, "| `{name}` | `{value}` | {sentence} | `{}` |", place.join("/")).expect("writing to a string");
        }
    }
    Ok(page)
}

/// Finds the limits of one file: constants whose names end in a word for a limit. Test code stands last and is left out.
fn limits(text: &str) -> Vec<Limit> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let (mut found, mut sentence) = (Vec::new(), Vec::new());
    for line in code.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("///") {
            sentence.push(words.trim());
            continue;
        }
        let words = line.split_once("const ").filter(|(before, _)| before.is_empty() || before.starts_with("pub"));
        let parts = words.and_then(|(_, rest)| rest.strip_suffix(';')?.split_once(": "));
        if let Some((name, (_, value))) = parts.and_then(|(name, rest)| Some((name, rest.split_once(" = ")?)))
            && ["_MAX", "_MIN", "_LEAST"].iter().any(|end| name.ends_with(end))
        {
            found.push(Limit { name: name.to_owned(), value: value.to_owned(), sentence: sentence.join(" ") });
        }
        sentence.clear();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_found_with_their_sentences_and_nothing_else_is() {
        let text = "/// Longest account,\n/// in characters.\npub const WHAT_CHARS_MAX: usize = 5_000;\nconst NAME: &str = \"x\";\n\
            /// Least.\npub(crate) const A_MIN: u8 = 1;\nlet x = 1;\n#[cfg(test)]\nconst B_MAX: u8 = 2;\n";
        let limit = |name: &str, value: &str, sentence: &str| Limit {
            name: name.to_owned(),
            value: value.to_owned(),
            sentence: sentence.to_owned(),
        };
        assert_eq!(
            limits(text),
            [limit("WHAT_CHARS_MAX", "5_000", "Longest account, in characters."), limit("A_MIN", "1", "Least.")]
        );
    }
}
