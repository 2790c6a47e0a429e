//! The sheet: what is drawn, what stands in the table below, and what is taken away.

use maud::{Markup, html};

/// Is one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// A count.
    Number(i64),
    /// So many of so many.
    Share(i64, i64),
    /// A count that was rounded before it was published.
    About(u64),
    /// Not told: too few people stand behind it, or it would give another one away.
    Hidden,
}

impl Cell {
    /// Returns what is drawn of it; nothing where it is not told.
    pub fn value(self) -> Option<i64> {
        match self {
            Self::Number(count) => Some(count),
            Self::Share(part, of) => (of > 0).then_some(part),
            Self::About(count) => Some(count.cast_signed()),
            Self::Hidden => None,
        }
    }

    /// Writes it; `hidden` is the word for what is not told.
    pub fn text(self, hidden: &str) -> String {
        match self {
            Self::Number(count) => count.to_string(),
            // with the numbers it rests on: a percentage of three would claim too much
            Self::Share(_, 0) => "—".to_owned(),
            Self::Share(part, of) => format!("{part} / {of}"),
            Self::About(count) => format!("≈ {count}"),
            Self::Hidden => hidden.to_owned(),
        }
    }
}

/// Is one row: a day, an office, a place, a topic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// What it is about.
    pub name: String,
    /// The code of that, for files and maps.
    pub code: String,
    /// Where the matters behind it are found, for whoever may see them.
    pub link: Option<String>,
    /// The cells, one under each heading but the first.
    pub cells: Vec<Cell>,
}

/// Is a table of figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// A name for addresses, such as `offices`.
    pub name: String,
    /// What it shows, in a few words.
    pub title: String,
    /// The same in a sentence, with what is easily misread.
    pub about: String,
    /// Headings: what the rows are, then each column.
    pub heads: Vec<String>,
    /// Rows.
    pub lines: Vec<Line>,
    /// The sum of the rows, where it is shown; nothing is drawn of it.
    pub total: Option<Line>,
    /// The word for what is not told.
    pub hidden: String,
    /// What is said where there is nothing.
    pub empty: String,
}

impl Sheet {
    /// Lists the rows and then the sum, as files carry them.
    pub fn told(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().chain(&self.total)
    }

    /// Returns the values of a column.
    pub(crate) fn column(&self, at: usize) -> impl Iterator<Item = Option<i64>> + '_ {
        self.lines.iter().map(move |line| line.cells.get(at).and_then(|cell| cell.value()))
    }

    /// Returns the greatest value of some columns, 0 at least.
    pub(crate) fn greatest(&self, columns: &[usize]) -> i64 {
        columns.iter().flat_map(|at| self.column(*at)).flatten().max().unwrap_or(0).max(0)
    }
}

/// Columns that fit a telephone side by side; a wider table turns into cards there.
const NARROW_MAX: usize = 3;

/// Draws the table. It turns into cards on a narrow screen, as every table of the site.
pub fn table(sheet: &Sheet) -> Markup {
    marked(sheet, |_, cell| html! { (cell.text(&sheet.hidden)) })
}

/// Draws the table with something of one's own in each cell.
pub(crate) fn marked(sheet: &Sheet, draw: impl Fn(usize, Cell) -> Markup) -> Markup {
    let head = |at: usize| sheet.heads.get(at).map_or("", String::as_str);
    html! {
        @if sheet.lines.is_empty() { p.quiet { (sheet.empty) } }
        @else {
            table.figures.cards[sheet.heads.len() > NARROW_MAX] {
                caption { (sheet.title) }
                thead { tr { @for head in &sheet.heads { th scope="col" { (head) } } } }
                @if let Some(total) = &sheet.total {
                    tfoot {
                        tr {
                            th scope="row" data-head=(head(0)) { (total.name) }
                            @for (at, cell) in total.cells.iter().enumerate() { td data-head=(head(at + 1)) { (cell.text(&sheet.hidden)) } }
                        }
                    }
                }
                tbody {
                    @for line in &sheet.lines {
                        tr {
                            th scope="row" data-head=(head(0)) {
                                @if let Some(link) = &line.link { a href=(link) { (line.name) } } @else { (line.name) }
                            }
                            @for (at, cell) in line.cells.iter().enumerate() { td data-head=(head(at + 1)) { (draw(at, *cell)) } }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_written_with_what_it_rests_on_and_hidden_ones_have_a_word() {
        let told =
            [Cell::Number(7), Cell::Share(3, 4), Cell::Share(0, 0), Cell::About(15), Cell::Hidden].map(|cell| cell.text("不足"));
        assert_eq!(told, ["7", "3 / 4", "—", "≈ 15", "不足"]);
        assert_eq!((Cell::Share(0, 0).value(), Cell::Hidden.value()), (None, None));
    }

    #[test]
    fn a_table_says_every_cell_under_its_heading_and_an_empty_one_has_words() {
        let line =
            Line { name: "水<务>站".into(), link: Some("/x?a=1&b=2".into()), cells: vec![Cell::Number(3)], ..Line::default() };
        let sheet = Sheet { heads: vec!["单位".into(), "收到".into()], lines: vec![line], ..Sheet::default() };
        let drawn = table(&sheet).into_string();
        assert!(
            drawn.contains("data-head=\"收到\">3<") && drawn.contains("水&lt;务&gt;站") && drawn.contains("?a=1&amp;b=2"),
            "{drawn}"
        );
        let nothing = table(&Sheet { empty: "还没有".into(), ..Sheet::default() }).into_string();
        assert!(nothing.contains("还没有") && !nothing.contains("<table"));
    }
}
