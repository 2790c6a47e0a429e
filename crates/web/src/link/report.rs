//! Addresses of the sheets of offices and of reports.

/// The sheets of offices (考核).
pub const ASSESSMENT: &str = "/assessment";
/// The same at the desk.
pub const DESK_ASSESSMENT: &str = "/desk/assessment";
/// Monthly and yearly reports.
pub const REPORTS: &str = "/reports";
/// Publishes a corrected edition of a report.
pub const DESK_REPORTS: &str = "/desk/reports";

/// Opens the sheet of an office.
pub fn assessment_of(office: &str) -> String {
    format!("{ASSESSMENT}/{office}")
}

/// Opens the sheet of an office in a month or year.
pub fn assessment(office: &str, period: &str) -> String {
    format!("{ASSESSMENT}/{office}?period={period}")
}

/// Opens the sheet of an office at the desk.
pub fn desk_assessment_of(office: &str) -> String {
    format!("{DESK_ASSESSMENT}/{office}")
}

/// Opens the sheet of an office in a month or year at the desk.
pub fn desk_assessment(office: &str, period: &str) -> String {
    format!("{DESK_ASSESSMENT}/{office}?period={period}")
}

/// Opens what a measure of an office is made of.
pub fn desk_assessment_items((office, measure): (&str, &str), period: &str) -> String {
    format!("{DESK_ASSESSMENT}/{office}/{measure}?period={period}")
}

/// Opens a report: an edition of it, or the newest.
pub fn report(period: &str, edition: Option<i64>) -> String {
    edition.map_or_else(|| format!("{REPORTS}/{period}"), |edition| format!("{REPORTS}/{period}?edition={edition}"))
}

/// Takes an edition of a report as a file.
pub fn report_as(period: &str, form: &str, edition: i64) -> String {
    format!("{REPORTS}/{period}/{form}?edition={edition}")
}

/// Begins the address of a sheet of a report as a file.
pub fn report_table(period: &str, name: &str) -> String {
    format!("{REPORTS}/{period}/table/{name}")
}
