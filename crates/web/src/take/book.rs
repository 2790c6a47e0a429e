//! Figures as a workbook (Office Open XML, ECMA-376): one sheet, names as text, counts as numbers. Text is kept inline, so that no
//! program takes it for a formula.

use std::io::{Cursor, Write};

use chart::{Cell, Sheet};
use db::{Context, Fault};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::columns;

/// What every workbook of one sheet holds besides the sheet.
const PARTS: [(&str, &str); 4] = [
    (
        "[Content_Types].xml",
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
    ),
];
/// Begins each part.
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Writes a sheet.
pub(super) fn write(sheet: &Sheet) -> Result<Vec<u8>, Fault> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let own = ("xl/worksheets/sheet1.xml".to_owned(), rows(sheet));
    let parts = PARTS.map(|(name, text)| (name.to_owned(), text.to_owned()));
    for (name, text) in parts.into_iter().chain([own]) {
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
    // what XML cannot hold is left out
    let plain: String = words.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let safe = plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">{safe}</t></is></c>")
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
    fn columns_are_named_beyond_z() {
        assert_eq!([0, 25, 26, 27, 51, 52].map(letters), ["A", "Z", "AA", "AB", "AZ", "BA"]);
    }
}
