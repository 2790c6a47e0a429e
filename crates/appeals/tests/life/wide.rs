//! Statements that read a whole table on purpose.

/// Statements that are meant to read everything, with the reason.
pub const READ_ALL: &[(&str, &str)] = &[
    ("DUMP", "compares rebuilt tables, row by row; so do those of further tables"),
    ("HEAD", "one row in a jurisdiction"),
    ("WALK", "the same"),
    ("ANY", "stops at the first row"),
    ("SEALS", "the tally counts all that came in before a day, once a day"),
    ("ROWS", "the check of what is kept looks at all"),
    ("MATTERS", "counts as far as a hundred times what was erased that day"),
    ("ACT_SEALS", "the tally counts all that was done before a day, once a day"),
    ("ACTS", "the check of what is kept looks at all"),
    ("MARKS", "what came in within a quarter is counted once, when it is over"),
    ("FIRST_BATCH", "stops at the first row"),
    ("LESSONS", "goes back from the newest as far as its limit, by night"),
    ("CLEAR_COUNTS", "counters are emptied before the tables are built anew"),
    ("COUNT_ALL", "and counted anew afterwards"),
    ("STANDING", "an office's days on which something is due, which are few, of all offices: a board shows each"),
    ("STANDING_ALL", "the check looks at all of these"),
    ("FILLING", "one row in a jurisdiction"),
    ("FILL_FROM", "the same"),
    ("FILLED", "the same"),
    ("FILL_OVER", "the same"),
    ("CLEAR_TALLY", "counters are emptied before everything is counted anew"),
    ("CLEAR_STANDING", "the same"),
    ("EVERY", "the keys of handlers, of whom a county has a handful"),
];
