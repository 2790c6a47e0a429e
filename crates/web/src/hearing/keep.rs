//! Keeping issues between two runs of the program, in a sealed file.

use std::fs;

use civic::hall::Hall;
use civic::vault;
use db::{Context, Fault};
use insight::board::Board;
use insight::rules::HotRules;

use super::{Course, Hearing};

/// Seconds between two times of writing it down.
const KEEP_SECONDS: i64 = 600;

impl Hearing {
    /// Writes it down when that is due, or something was erased.
    pub(super) fn keep(&self, hall: &Hall, course: &mut Course, now: i64) -> Result<(), Fault> {
        let Some(file) = self.file.as_ref().filter(|_| course.erased || now - course.kept >= KEEP_SECONDS) else { return Ok(()) };
        let marks = (course.mark, course.tidied);
        let Some(plain) = self.with(|board| board.to_bytes(marks)) else { return Ok(()) };
        let sealed = vault::seal(&hall.site.keys.search, &context(hall), &plain, &mut hall.site.chance());
        let beside = file.with_extension("new");
        fs::write(&beside, sealed).context("while keeping the issues")?;
        fs::rename(&beside, file).context("while keeping the issues")?;
        (course.kept, course.erased) = (now, false);
        Ok(())
    }

    /// Reads what was kept. What does not open, or another version wrote, is as good as none: it is formed anew.
    pub(super) fn read(&self, hall: &Hall, rules: &HotRules) -> Option<(Board, (i64, i64))> {
        let sealed = fs::read(self.file.as_ref()?).ok()?;
        let plain = vault::open(&hall.site.keys.search, &context(hall), &sealed).ok()?;
        Board::from_bytes(&plain, rules.clone())
    }
}

/// Binds the file to its site and its use.
fn context(hall: &Hall) -> String {
    format!("{}|issues|board|1", hall.site.jurisdiction)
}
