//! `cargo x loc`: short files, short functions, and no word that has no place in the code.

mod scan;

use std::fs;
use std::path::Path;

use crate::run::Outcome;
use crate::source;

/// Longest file, in lines.
const FILE_LINES_MAX: usize = 500;
/// Largest median of all files, in lines.
const FILE_LINES_MEDIAN_MAX: usize = 120;
/// Longest function from its first line to its closing brace, in lines.
const FUNCTION_LINES_MAX: usize = 70;

/// Checks every Rust file of the workspace and lists what breaks a rule.
pub fn check(root: &Path) -> Outcome {
    let (mut lengths, mut functions, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for path in source::files(&root.join("crates"))?.into_iter().chain(source::files(&root.join("xtask"))?) {
        let text = fs::read_to_string(&path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        let name = path.strip_prefix(root).unwrap_or(&path);
        let lines = text.lines().count();
        if lines > FILE_LINES_MAX {
            wrong.push(format!("{}: {lines} lines, {FILE_LINES_MAX} are allowed", name.display()));
        }
        lengths.push(lines);
        let found = scan::scan(&text, is_test_file(name));
        for function in &found.functions {
            if function.lines > FUNCTION_LINES_MAX {
                let (line, title, lines) = (function.line, &function.name, function.lines);
                wrong.push(format!("{}:{line}: fn {title} has {lines} lines, {FUNCTION_LINES_MAX} are allowed", name.display()));
            }
        }
        functions.extend(found.functions.into_iter().map(|function| function.lines));
        wrong.extend(found.faults.into_iter().map(|(line, what)| format!("{}:{line}: {what}", name.display())));
    }
    let (file, function) = (median(&mut lengths), median(&mut functions));
    if file > FILE_LINES_MEDIAN_MAX {
        wrong.push(format!("half of all files are longer than {file} lines, {FILE_LINES_MEDIAN_MAX} are allowed"));
    }
    if wrong.is_empty() {
        let total: usize = lengths.iter().sum();
        let longest = lengths.last().copied().unwrap_or_default();
        println!("loc: {} files, {total} lines, median {file}, longest {longest}; functions: median {function}", lengths.len());
        return Ok(());
    }
    Err(format!("cargo x loc:\n  {}\n{} rule(s) broken", wrong.join("\n  "), wrong.len()))
}

/// Tells whether a whole file is test code, by its place.
fn is_test_file(path: &Path) -> bool {
    let in_folder = path.parent().is_some_and(|folder| folder.iter().any(|part| part == "tests" || part == "benches"));
    in_folder || path.file_stem().is_some_and(|stem| stem == "tests")
}

fn median(lengths: &mut [usize]) -> usize {
    lengths.sort_unstable();
    lengths.get(lengths.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(text: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in ["crates/a/src", "xtask/src"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        fs::write(folder.path().join("crates/a/src/lib.rs"), text).unwrap();
        folder
    }

    #[test]
    fn a_clean_workspace_passes_and_every_broken_rule_is_named() {
        assert!(check(workspace("fn a() {}\n").path()).is_ok());
        let long_file = "// line\n".repeat(FILE_LINES_MAX + 1);
        assert!(check(workspace(&long_file).path()).unwrap_err().contains("501 lines"));
        let long_function = format!("fn a() {{\n{}}}\n", "a();\n".repeat(FUNCTION_LINES_MAX - 1));
        assert!(check(workspace(&long_function).path()).unwrap_err().contains("fn a has 71 lines"));
        let many = "// line\n".repeat(FILE_LINES_MEDIAN_MAX + 1);
        assert!(check(workspace(&many).path()).unwrap_err().contains("half of all files"));
    }

    #[test]
    fn test_files_are_known_by_their_place() {
        assert!(is_test_file(Path::new("crates/a/tests/b.rs")));
        assert!(is_test_file(Path::new("crates/a/src/permit/tests.rs")));
        assert!(!is_test_file(Path::new("crates/a/src/contests.rs")));
    }
}
