//! The table of staff, CSV or XLSX: one person a row, the columns found by their headings in either language.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::Path;

use calamine::Reader;
use civic::directory::Role;

use super::county::Person;

/// Largest table, in bytes.
const TABLE_BYTES_MAX: usize = 8 << 20;
/// Rows that are read at most.
const ROWS_MAX: usize = 20_000;
/// Columns that are read at most.
const COLUMNS_MAX: usize = 64;

/// What the columns may be called.
const LOGIN: &[&str] = &["登录名", "用户名", "login"];
const NAME: &[&str] = &["姓名", "name"];
const TITLE: &[&str] = &["职务", "title"];
const OFFICE: &[&str] = &["单位", "单位代码", "office"];
const ROLES: &[&str] = &["角色", "roles"];
const EMAIL: &[&str] = &["邮箱", "电子邮箱", "email"];
const PLACE: &[&str] = &["地点代码", "地点", "place"];

/// Chinese names of roles, as people write them in tables.
pub(crate) const ROLE_NAMES: &[(&str, Role)] = &[
    ("经办人", Role::Officer),
    ("单位负责人", Role::OfficeHead),
    ("领导", Role::Leader),
    ("督查", Role::Supervisor),
    ("审计", Role::Auditor),
    ("管理员", Role::Administrator),
    ("窗口", Role::WindowOperator),
    ("热线", Role::HotlineOperator),
    ("村干部", Role::VillageCadre),
    ("网格员", Role::GridWorker),
    ("调解员", Role::Mediator),
    ("检举控告经办人", Role::AccusationHandler),
];

/// Reads a table by its ending.
pub(crate) fn read(file: &Path) -> Result<Vec<Person>, String> {
    let name = file.display();
    let bytes = || fs::read(file).map_err(|error| error.to_string()).and_then(bounded);
    let rows = match file.extension().and_then(|ending| ending.to_str()).map(str::to_lowercase).as_deref() {
        Some("csv") => bytes().and_then(|bytes| csv_rows(&bytes)),
        Some("xlsx") => bytes().and_then(|bytes| xlsx_rows(&bytes)),
        _ => Err("a table of staff ends in .csv or .xlsx".to_owned()),
    };
    rows.and_then(|rows| people(&rows)).map_err(|error| format!("{name}: {error}"))
}

/// Reads the cells of a CSV file in UTF-8.
pub(crate) fn csv_rows(bytes: &[u8]) -> Result<Vec<Vec<String>>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8: save it as “CSV UTF-8”, or as .xlsx")?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records().take(ROWS_MAX) {
        rows.push(record.map_err(|error| error.to_string())?.iter().map(str::to_owned).collect());
    }
    Ok(rows)
}

fn bounded(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    let most = TABLE_BYTES_MAX >> 20;
    if bytes.len() <= TABLE_BYTES_MAX { Ok(bytes) } else { Err(format!("it is larger than {most} MiB")) }
}

fn xlsx_rows(bytes: &[u8]) -> Result<Vec<Vec<String>>, String> {
    // the reader counts columns without looking for an overflow, and panics on some damaged sheets
    let read = std::panic::catch_unwind(|| xlsx_cells(bytes));
    read.unwrap_or_else(|_| Err("the sheet is damaged".to_owned()))
}

/// Reads cell by cell: a sheet that names one cell far away must not become a table of all cells before it.
fn xlsx_cells(bytes: &[u8]) -> Result<Vec<Vec<String>>, String> {
    let wrong = |error: calamine::XlsxError| error.to_string();
    let mut book = calamine::Xlsx::new(Cursor::new(bytes)).map_err(wrong)?;
    let name = book.sheet_names().first().cloned().ok_or("it has no sheet")?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(wrong)?;
    let mut rows: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    while let Some(cell) = cells.next_cell().map_err(wrong)? {
        let (row, column) = cell.get_position();
        let (row, column) = (row as usize, column as usize);
        if row >= ROWS_MAX || column >= COLUMNS_MAX {
            continue;
        }
        let text = calamine::Data::from(cell.get_value().clone()).to_string().trim().to_owned();
        let own = rows.entry(row).or_default();
        own.resize(own.len().max(column + 1), String::new());
        own[column] = text;
    }
    // rows between that hold nothing stay, so that an error names the row a person sees
    let (first, last) = (rows.keys().next().copied().unwrap_or(0), rows.keys().next_back().copied().unwrap_or(0));
    Ok((first..=last).map(|row| rows.remove(&row).unwrap_or_default()).collect())
}

/// Turns rows into people. The first row holds the headings; empty rows are passed over.
fn people(rows: &[Vec<String>]) -> Result<Vec<Person>, String> {
    let (head, rows) = rows.split_first().ok_or("it is empty")?;
    let column = |names: &[&str]| head.iter().position(|cell| names.contains(&cell.to_lowercase().as_str()));
    let needed = |names: &[&str]| column(names).ok_or_else(|| format!("it has no column {}", names.join(" / ")));
    let (login, name, office, roles) = (needed(LOGIN)?, needed(NAME)?, needed(OFFICE)?, needed(ROLES)?);
    let (title, email, place) = (column(TITLE), column(EMAIL), column(PLACE));
    let mut people = Vec::new();
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.iter().any(|cell| !cell.is_empty())) {
        let cell = |at: usize| row.get(at).cloned().unwrap_or_default();
        let roles: Result<Vec<Role>, String> =
            cell(roles).split(['、', '，', ',', ';', '；', ' ']).filter(|role| !role.is_empty()).map(role).collect();
        people.push(Person {
            login: cell(login),
            name: cell(name),
            title: title.map(cell).unwrap_or_default(),
            office: cell(office),
            roles: roles.map_err(|error| format!("row {}: {error}", at + 2))?,
            place: place.map(cell).filter(|place| !place.is_empty()),
            email: email.map(cell).filter(|email| !email.is_empty()),
        });
    }
    Ok(people)
}

fn role(text: &str) -> Result<Role, String> {
    let named = ROLE_NAMES.iter().find(|(name, _)| *name == text).map(|(_, role)| *role);
    named.or_else(|| Role::parse(text)).ok_or_else(|| format!("there is no role {text}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::Index;
    use testkit::hostile::{bent_bytes, changes};

    use super::*;

    const TABLE: &str = "\u{feff}姓名,登录名,职务,单位,角色,邮箱\n梅望舒,mei,镇长,qs,单位负责人、经办人,mei@yunling.example\n,,,,,\n\
        \"管, 知远\",admin,,xf,administrator,\n";

    #[test]
    fn a_csv_of_either_language_gives_people() {
        let people = people(&csv_rows(TABLE.as_bytes()).unwrap()).unwrap();
        assert_eq!(people.len(), 2);
        assert_eq!(people[0].roles, [Role::OfficeHead, Role::Officer]);
        assert_eq!((people[1].name.as_str(), people[1].email.as_deref()), ("管, 知远", None));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_row() {
        for (from, to, word) in
            [("登录名", "号码", "no column 登录名"), ("administrator", "皇帝", "row 4: there is no role 皇帝")]
        {
            let error = csv_rows(TABLE.replace(from, to).as_bytes()).and_then(|rows| people(&rows)).unwrap_err();
            assert!(error.contains(word), "{error}");
        }
        assert!(csv_rows(b"\xd0\xd5\xc3\xfb").unwrap_err().contains("UTF-8"));
        assert!(read(Path::new("staff.ods")).unwrap_err().contains(".xlsx"));
    }

    /// A good sheet: its bytes are bent, as a disk or a stranger would.
    const SHEET: &[u8] = include_bytes!("../../tests/door/staff.xlsx");

    #[test]
    fn a_sheet_gives_people() {
        assert_eq!(people(&xlsx_rows(SHEET).unwrap()).unwrap().len(), 3);
    }

    proptest! {
        #[test]
        fn parser_of_staff_sheets(flips in prop::collection::vec((any::<Index>(), any::<u8>()), 0..6), end: Index, cut: bool, changes in changes()) {
            let mut bytes = SHEET.to_vec();
            for (at, byte) in flips {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if cut {
                bytes.truncate(end.index(SHEET.len()));
            }
            drop(xlsx_rows(&bytes).and_then(|rows| people(&rows)));
            drop(xlsx_rows(&bent_bytes(SHEET, &changes)).and_then(|rows| people(&rows)));
        }

        #[test]
        fn parser_of_staff_tables(bytes: Vec<u8>, text: String) {
            drop(csv_rows(&bytes).and_then(|rows| people(&rows)));
            drop(csv_rows(text.as_bytes()).and_then(|rows| people(&rows)));
        }
    }
}
