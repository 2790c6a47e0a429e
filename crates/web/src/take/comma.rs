//! Figures as comma-separated values (RFC 4180), with a byte order mark so that Excel reads Chinese, and so written that no program
//! takes a name for a formula.

use chart::{Cell, Sheet};

use super::columns;

/// Tells programs that the text is UTF-8.
const MARK: char = '\u{feff}';
/// Characters that begin a formula.
const FORMULAS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Writes a sheet.
pub(super) fn write(sheet: &Sheet) -> String {
    let columns = columns(sheet);
    let mut heads = vec![field(sheet.heads.first().map_or("", String::as_str))];
    for column in &columns {
        let head = sheet.heads.get(column.at + 1).map_or("", String::as_str);
        heads.push(field(head));
        heads.extend(column.share.then(|| field(&format!("{head} /"))));
    }
    let mut text = format!("{MARK}{}\r\n", heads.join(","));
    for line in sheet.told() {
        let mut fields = vec![field(&line.name)];
        for column in &columns {
            let (first, second) = match line.cells.get(column.at).copied().unwrap_or(Cell::Hidden) {
                Cell::Number(count) => (count.to_string(), String::new()),
                Cell::About(count) => (count.to_string(), String::new()),
                Cell::Share(part, of) => (part.to_string(), of.to_string()),
                Cell::Hidden => (field(&sheet.hidden), String::new()),
            };
            fields.push(first);
            fields.extend(column.share.then_some(second));
        }
        text.push_str(&fields.join(","));
        text.push_str("\r\n");
    }
    text
}

/// Writes rows of texts.
pub(super) fn rows(rows: &[Vec<String>]) -> String {
    let lines = rows.iter().map(|row| row.iter().map(|text| field(text)).collect::<Vec<_>>().join(","));
    format!("{MARK}{}\r\n", lines.collect::<Vec<_>>().join("\r\n"))
}

fn field(text: &str) -> String {
    let plain = if text.starts_with(FORMULAS) { format!("'{text}") } else { text.to_owned() };
    if plain.contains([',', '"', '\n', '\r']) { format!("\"{}\"", plain.replace('"', "\"\"")) } else { plain }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::take::tests::sheet;

    #[test]
    fn names_are_no_formulas_and_shares_have_two_columns() {
        let lines =
            "\u{feff}单位,收到,按时,按时 /,约\r\n\"'=HYPERLINK(\"\"x\"\")\",3,1,2,15\r\n\"水,务\"\"站\",-1,0,0,不公布\r\n";
        assert_eq!(write(&sheet()), lines);
    }
}
