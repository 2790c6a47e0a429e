//! Files of one JSON object a line: read one by one, a bad line named by its number.

use std::io::{self, BufRead};

use serde::de::DeserializeOwned;

/// Says which line cannot be read, and why. Lines count from 1.
#[derive(Debug, thiserror::Error)]
pub enum BadLine {
    /// The line is no object, or a field of it is of another kind.
    #[error("line {0}: {1}")]
    Json(usize, serde_json::Error),
    /// The line can be read and lacks something.
    #[error("line {0}: {1}")]
    Content(usize, &'static str),
    /// The file could not be read on.
    #[error("line {0}: {1}")]
    Read(usize, io::Error),
}

impl BadLine {
    /// Says what a line lacks.
    pub fn content(line: usize, why: &'static str) -> Self {
        Self::Content(line, why)
    }
}

/// Reads a file line by line, each with its number; empty lines are passed over.
pub fn read<T: DeserializeOwned>(file: impl BufRead) -> impl Iterator<Item = (usize, Result<T, BadLine>)> {
    file.lines().enumerate().filter_map(|(at, line)| match line {
        Ok(line) if line.trim().is_empty() => None,
        Ok(line) => Some((at + 1, serde_json::from_str(&line).map_err(|why| BadLine::Json(at + 1, why)))),
        Err(why) => Some((at + 1, Err(BadLine::Read(at + 1, why)))),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn lines_keep_their_numbers() {
        let lines: Vec<(usize, Result<Value, BadLine>)> = read(b"1\n\n[\n\xff\n{}\n".as_slice()).collect();
        assert_eq!(
            lines.iter().map(|(number, read)| (*number, read.is_ok())).collect::<Vec<_>>(),
            [(1, true), (3, false), (4, false), (5, true)]
        );
        assert!(lines[1].1.as_ref().unwrap_err().to_string().starts_with("line 3: "));
        assert_eq!(BadLine::content(7, "no label").to_string(), "line 7: no label");
    }

    proptest! {
        #[test]
        fn parser_of_files_of_lines(file in "(\\PC{0,20}\n){0,4}") {
            let count = read::<Value>(file.as_bytes()).count();
            prop_assert_eq!(count, file.lines().filter(|line| !line.trim().is_empty()).count());
        }
    }
}
