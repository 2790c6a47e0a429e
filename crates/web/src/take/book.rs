//! Figures as a workbook (Office Open XML, ECMA-376): one sheet, names as text, counts as numbers. Text is kept inline, so that no
//! program takes it for a formula.

use std::io::{Cursor, Write};

use chart::{Cell, Sheet};
use db::{Context, Fault};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::columns;

/// What every workbook holds besides its sheets and the lists of them.
const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
/// Longest name of a sheet, in characters; and what may not stand in one.
const NAME_CHARS_MAX: usize = 31;
const NAME_NOT: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];
/// Begins each part.
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Writes a sheet.
pub(super) fn write(sheet: &Sheet) -> Result<Vec<u8>, Fault> {
    pack(&[("1".to_owned(), rows(sheet))])
}

/// Writes several sheets, and behind them one of plain texts under a name.
pub(super) fn several(sheets: &[Sheet], (name, texts): (&str, &[Vec<String>])) -> Result<Vec<u8>, Fault> {
    let own = sheets.iter().enumerate().map(|(at, sheet)| (named(at, &sheet.title), rows(sheet)));
    let lines: Vec<Vec<String>> = texts.iter().map(|row| row.iter().map(|words| text(words)).collect()).collect();
    let last = (named(sheets.len(), name), placed(&lines));
    pack(&own.chain([last]).collect::<Vec<_>>())
}

/// Makes a name that programs take for a sheet; no two are the same, for each begins with its place.
fn named(at: usize, title: &str) -> String {
    let plain = title.chars().filter(|c| !NAME_NOT.contains(c) && !c.is_control());
    format!("{} ", at + 1).chars().chain(plain).take(NAME_CHARS_MAX).collect()
}

/// Puts sheets, each with its name, into one file.
fn pack(sheets: &[(String, String)]) -> Result<Vec<u8>, Fault> {
    let each = |write: &dyn Fn(usize, &str) -> String| -> String {
        sheets.iter().enumerate().map(|(at, (name, _))| write(at + 1, name)).collect()
    };
    let types = each(&|at, _| {
        format!(
            r#"<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#
        )
    });
    let list = each(&|at, name| format!(r#"<sheet name="{}" sheetId="{at}" r:id="r{at}"/>"#, safe(name).replace('"', "&quot;")));
    let ways = each(&|at, _| {
        format!(
            r#"<Relationship Id="r{at}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{at}.xml"/>"#
        )
    });
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{types}</Types>"#
            ),
        ),
        ("_rels/.rels", ROOT.to_owned()),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{list}</sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{ways}</Relationships>"#
            ),
        ),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let own = sheets.iter().enumerate().map(|(at, (_, text))| (format!("xl/worksheets/sheet{}.xml", at + 1), text.clone()));
    for (name, text) in parts.into_iter().map(|(name, text)| (name.to_owned(), text)).chain(own) {
        zip.start_file(name, plain).map_err(std::io::Error::from).context("while writing a workbook")?;
        zip.write_all(format!("{HEAD}{text}").as_bytes()).context("while writing a workbook")?;
    }
    Ok(zip.finish().map_err(std::io::Error::from).context("while writing a workbook")?.into_inner())
}

fn rows(sheet: &Sheet) -> String {
    let columns = columns(sheet);
    let mut heads = vec![text(sheet.heads.first().map_or("", String::as_str))];
    for column in &columns {
        let head = sheet.heads.get(column.at + 1).map_or("", String::as_str);
        heads.push(text(head));
        heads.extend(column.share.then(|| text(&format!("{head} /"))));
    }
    let mut all = vec![vec![text(&sheet.title)], vec![text(&sheet.about)], heads];
    for line in sheet.told() {
        let mut cells = vec![text(&line.name)];
        for column in &columns {
            let (first, second) = match line.cells.get(column.at).copied().unwrap_or(Cell::Hidden) {
                Cell::Number(count) => (number(count), String::new()),
                Cell::About(count) => (number(count.cast_signed()), String::new()),
                Cell::Share(part, of) => (number(part), number(of)),
                Cell::Hidden => (text(&sheet.hidden), String::new()),
            };
            cells.push(first);
            cells.extend(column.share.then_some(second));
        }
        all.push(cells);
    }
    placed(&all)
}

/// Writes cells, each in its place, as the part of a sheet.
fn placed(all: &[Vec<String>]) -> String {
    let row = |(at, cells): (usize, &Vec<String>)| {
        let placed = cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
        let placed = placed.map(|(column, cell)| cell.replacen("<c", &format!("<c r=\"{}{}\"", letters(column), at + 1), 1));
        format!("<row r=\"{}\">{}</row>", at + 1, placed.collect::<String>())
    };
    let rows: String = all.iter().enumerate().map(row).collect();
    format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    )
}

/// Names a column: A to Z, then AA.
fn letters(column: usize) -> String {
    let letter = |at: usize| char::from(b'A' + (at % 26) as u8);
    if column < 26 { letter(column).to_string() } else { format!("{}{}", letter(column / 26 - 1), letter(column)) }
}

fn number(count: i64) -> String {
    format!("<c><v>{count}</v></c>")
}

fn text(words: &str) -> String {
    format!("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>", safe(words))
}

fn safe(words: &str) -> String {
    // what XML cannot hold is left out
    let plain: String = words.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::take::tests::sheet;

    #[test]
    fn a_workbook_holds_names_as_text_and_counts_as_numbers() {
        let bytes = write(&sheet()).unwrap();
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        assert_eq!(zip.len(), 5);
        let mut rows = String::new();
        zip.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut rows).unwrap();
        assert!(
            rows.contains("<c r=\"B4\"><v>3</v></c><c r=\"C4\"><v>1</v></c><c r=\"D4\"><v>2</v></c><c r=\"E4\"><v>15</v></c>"),
            "{rows}"
        );
        assert!(rows.contains("=HYPERLINK(\"x\")</t>") && !rows.contains("<f>"), "{rows}");
        assert!(rows.contains("不公布"));
    }

    #[test]
    fn several_sheets_stand_in_one_book_under_names_that_programs_take() {
        let long = Sheet { title: "一[二]/三\"四 & 五".repeat(9), ..sheet() };
        let bytes = several(&[sheet(), long], ("字典", &[vec!["<栏>".to_owned()]])).unwrap();
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut read = |name: &str| {
            let mut text = String::new();
            zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            text
        };
        let list = read("xl/workbook.xml");
        assert_eq!(list.matches("<sheet ").count(), 3);
        assert!(
            list.contains("name=\"1 各单位\"")
                && list.contains("name=\"2 一二三&quot;四 &amp; 五")
                && list.contains("name=\"3 字典\""),
            "{list}"
        );
        assert!(read("xl/worksheets/sheet3.xml").contains("&lt;栏&gt;"));
        assert_eq!(named(9, &"长".repeat(60)).chars().count(), NAME_CHARS_MAX);
    }

    #[test]
    fn columns_are_named_beyond_z() {
        assert_eq!([0, 25, 26, 27, 51, 52].map(letters), ["A", "Z", "AA", "AB", "AZ", "BA"]);
    }
}
