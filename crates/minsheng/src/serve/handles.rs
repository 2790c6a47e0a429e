//! File handles: each connection takes one, and the system gives a process only so many.

use std::fs;

/// Handles kept for the database, attachments, the log and whatever else is open.
const KEPT: usize = 256;
/// Where Linux tells a process its own limits.
const LIMITS: &str = "/proc/self/limits";

/// Lowers a number of connections to what the system's limit allows, with a warning.
pub(super) fn within(connections_max: usize) -> usize {
    let given = fs::read_to_string(LIMITS).ok().and_then(|text| soft(&text));
    match given {
        Some(handles) if handles < connections_max + KEPT => {
            let lowered = handles.saturating_sub(KEPT).max(1);
            tracing::warn!(handles, connections = lowered, "the system gives few file handles; raise LimitNOFILE or ulimit -n");
            lowered
        }
        _ => connections_max,
    }
}

/// Finds the soft limit. `None` = unlimited, or not told.
fn soft(limits: &str) -> Option<usize> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_is_found() {
        let line =
            |soft: &str| format!("Max processes   1  2 processes\nMax open files            {soft}      1048576     files\n");
        assert_eq!(soft(&line("1024")), Some(1_024));
        assert_eq!(soft(&line("unlimited")), None);
        assert_eq!(soft(""), None);
    }
}
