//! Figures as files: exactly the sheet that the page draws, for other programs. Counts only; whoever may see the page may take it.

mod book;
mod comma;
pub(crate) mod paper;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chart::{Cell, Sheet};
use db::Fault;
use maud::{Markup, html};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::error::Problem;
use crate::words::Lang;

/// The forms in which figures are taken: the end of an address, the type, the file's ending.
const FORMS: [(&str, &str, &str); 3] = [
    ("comma", "text/csv; charset=utf-8", "csv"),
    ("data", "application/json", "json"),
    ("book", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
];

/// Answers with a sheet as a file of a form.
pub fn answer(sheet: &Sheet, form: &str) -> Result<Response, Problem> {
    let (code, kind, ending) = FORMS.into_iter().find(|(code, ..)| *code == form).ok_or(Problem::Absent)?;
    let bytes = match code {
        "comma" => comma::write(sheet).into_bytes(),
        "data" => {
            serde_json::to_vec(&figures(sheet)).map_err(|error| Fault::other("figures cannot be written").caused_by(error))?
        }
        _ => book::write(sheet)?,
    };
    file((&sheet.name, kind, ending), bytes)
}

/// Answers with several sheets as one workbook; behind them stands one of plain texts under a name.
pub fn book(name: &str, sheets: &[Sheet], texts: (&str, &[Vec<String>])) -> Result<Response, Problem> {
    let bytes = book::several(sheets, texts)?;
    let (_, kind, ending) = FORMS[2];
    file((name, kind, ending), bytes)
}

/// Answers with rows of texts, heads first, as a file: a table of commas, or a workbook.
pub fn texts((name, title): (&str, &str), rows: &[Vec<String>], form: &str) -> Result<Response, Problem> {
    let (code, kind, ending) = FORMS.into_iter().find(|(code, ..)| *code == form && *code != "data").ok_or(Problem::Absent)?;
    let bytes = if code == "comma" { comma(rows).into_bytes() } else { book::several(&[], (title, rows))? };
    file((name, kind, ending), bytes)
}

/// Draws the links to the files of a list; `address` begins them.
pub fn text_links(lang: Lang, address: &str) -> Markup {
    html! {
        p.take.no-print {
            (lang.t("take-as"))
            @for (form, key) in [("comma", "take-comma"), ("book", "take-book")] { " " a href=(format!("{address}/{form}")) { (lang.t(key)) } }
        }
    }
}

/// Answers with bytes as a file.
fn file((name, kind, ending): (&str, &'static str, &str), bytes: Vec<u8>) -> Result<Response, Problem> {
    let name = format!("attachment; filename=\"{name}.{ending}\"");
    let name = HeaderValue::try_from(name).map_err(|_| Fault::other("a sheet has no plain name"))?;
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, bytes).into_response())
}

/// Figures as the page draws them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Figures {
    /// What they are of.
    title: String,
    /// What is counted, and how.
    about: String,
    /// Heads of the columns, the first of them that of the names.
    heads: Vec<String>,
    /// The rows; what is summed up stands last.
    rows: Vec<FiguresRow>,
}

/// A row of figures.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiguresRow {
    /// What it is of.
    name: String,
    /// Its code, where it has one.
    #[serde(skip_serializing_if = "String::is_empty")]
    code: String,
    /// A number, `{"about": n}` where it is rounded, `{"part": n, "of": m}` for a share, `null` where it is not told.
    #[schema(value_type = Vec<Value>)]
    cells: Vec<Value>,
}

/// Writes rows of texts as comma-separated values, as sheets are written.
pub fn comma(rows: &[Vec<String>]) -> String {
    comma::rows(rows)
}

/// Writes a sheet for programs.
pub fn figures(sheet: &Sheet) -> Figures {
    let cell = |cell: &Cell| match cell {
        Cell::Number(count) => json!(count),
        Cell::About(count) => json!({"about": count}),
        Cell::Share(part, of) => json!({"part": part, "of": of}),
        Cell::Hidden => Value::Null,
    };
    let row = |line: &chart::Line| FiguresRow {
        name: line.name.clone(),
        code: line.code.clone(),
        cells: line.cells.iter().map(cell).collect(),
    };
    Figures {
        title: sheet.title.clone(),
        about: sheet.about.clone(),
        heads: sheet.heads.clone(),
        rows: sheet.told().map(row).collect(),
    }
}

/// Draws the links to the files of a sheet; `address` begins them, `query` ends them.
pub fn links(lang: Lang, (address, query): (&str, &str)) -> Markup {
    let words = ["take-comma", "take-data", "take-book"].map(|key| lang.t(key));
    html! {
        p.take.no-print {
            (lang.t("take-as"))
            @for ((form, ..), words) in FORMS.iter().zip(&words) { " " a href=(format!("{address}/{form}{query}")) { (words) } }
        }
    }
}

/// Returns the cells of a line as a table of files has them: a share takes two columns.
fn columns(sheet: &Sheet) -> Vec<Column> {
    let share = |at: usize| sheet.lines.iter().any(|line| matches!(line.cells.get(at), Some(Cell::Share(..))));
    (0..sheet.heads.len().saturating_sub(1)).map(|at| Column { at, share: share(at) }).collect()
}

/// Is a column of a sheet.
struct Column {
    at: usize,
    share: bool,
}

#[cfg(test)]
pub(crate) mod tests {
    use chart::Line;

    use super::*;

    pub(crate) fn sheet() -> Sheet {
        let line = |name: &str, cells: [Cell; 3]| Line { name: name.into(), code: "1".into(), link: None, cells: cells.to_vec() };
        Sheet {
            name: "offices".into(),
            title: "各单位".into(),
            about: "近四周".into(),
            heads: ["单位", "收到", "按时", "约"].map(str::to_owned).to_vec(),
            lines: vec![
                line("=HYPERLINK(\"x\")", [Cell::Number(3), Cell::Share(1, 2), Cell::About(15)]),
                line("水,务\"站", [Cell::Number(-1), Cell::Share(0, 0), Cell::Hidden]),
            ],
            hidden: "不公布".into(),
            ..Sheet::default()
        }
    }

    #[test]
    fn programs_read_every_cell_and_null_where_nothing_is_told() {
        let told = serde_json::to_value(figures(&sheet())).unwrap();
        assert_eq!(told["rows"][0]["cells"], json!([3, {"part": 1, "of": 2}, {"about": 15}]));
        assert_eq!(told["rows"][1]["cells"][2], Value::Null);
    }

    #[test]
    fn a_form_nobody_knows_is_not_there() {
        assert!(matches!(answer(&sheet(), "exe"), Err(Problem::Absent)));
        for (form, kind, ending) in FORMS {
            let answer = answer(&sheet(), form).unwrap();
            assert_eq!(answer.headers()[header::CONTENT_TYPE], kind);
            assert!(answer.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().ends_with(&format!("offices.{ending}\"")));
        }
    }
}
