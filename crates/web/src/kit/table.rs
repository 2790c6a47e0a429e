//! A table that turns into cards on a narrow screen: each cell then carries its heading.

use maud::{Markup, html};

/// Is a table; the first cell of a row is its heading.
#[derive(Default)]
pub struct Table {
    /// What the table shows.
    pub caption: String,
    /// Headings of the columns.
    pub heads: Vec<String>,
    /// Rows of as many cells.
    pub rows: Vec<Vec<Markup>>,
}

/// Draws a table.
pub fn table(table: &Table) -> Markup {
    html! {
        table.cards {
            caption { (table.caption) }
            thead { tr { @for head in &table.heads { th scope="col" { (head) } } } }
            tbody {
                @for row in &table.rows {
                    tr {
                        @for (at, cell) in row.iter().enumerate() {
                            @let head = table.heads.get(at).map_or("", String::as_str);
                            @if at == 0 { th scope="row" data-head=(head) { (cell) } }
                            @else { td data-head=(head) { (cell) } }
                        }
                    }
                }
            }
        }
    }
}
