//! Where everything stands on paper: contents first, then each sheet with its chart and table. Pure but for the widths of letters.

use chart::{Cell, Line, Sheet};

use super::{Chapter, Letters, Paper};

/// A page (A4), in points.
pub(super) const WIDE: f32 = 595.0;
/// Its height.
pub(super) const HIGH: f32 = 842.0;
/// Room around what is written.
const EDGE: f32 = 56.0;
/// Room between a table's columns.
const GAP: f32 = 8.0;
/// Room between lines, of their size.
const LEADING: f32 = 1.5;
/// Sizes of letters: of the title, of a heading, of text, of small print.
const TITLE: f32 = 20.0;
const HEADING: f32 = 14.0;
const BODY: f32 = 10.5;
const TEXT: f32 = 9.5;
const SMALL: f32 = 8.0;
/// Columns from which on a table is set small.
const MANY_COLUMNS: usize = 7;
/// Which part of the width the first column takes.
const FIRST: f32 = 0.34;
/// Height of a bar, and of the drawing of months.
const BAR: f32 = 3.0;
const CHART: f32 = 110.0;
/// Months that fill the drawing; where there are fewer, they stand as wide as these would.
const YEAR: usize = 12;
/// Begins the name of the sheet that is drawn over time.
const MONTHS: &str = "months";

/// Says what a colour means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Ink,
    Quiet,
    Line,
    Way,
    Done,
}

/// Is something on a page: its place is counted from the left and from the top.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    Text { at: (f32, f32), size: f32, words: String, tone: Tone },
    Box { at: (f32, f32), wide: f32, high: f32, tone: Tone },
}

impl Mark {
    pub(super) fn tone(&self) -> Tone {
        match self {
            Self::Text { tone, .. } | Self::Box { tone, .. } => *tone,
        }
    }
}

/// Is a place: a page and how far down.
type Place = (usize, f32);

/// Is all pages, with what leads where.
#[derive(Default)]
pub(super) struct Laid {
    pub(super) pages: Vec<Vec<Mark>>,
    /// Page, area, and where it leads.
    pub(super) links: Vec<(usize, [f32; 4], Place)>,
    /// What the outline lists.
    pub(super) parts: Vec<(String, Place)>,
}

/// Is a hand that writes down a page and goes on with the next.
struct Hand<'a> {
    letters: &'a Letters<'a>,
    pages: Vec<Vec<Mark>>,
    y: f32,
}

/// Lays out a paper of words alone: no contents, it is read from the beginning.
fn spoken(letters: &Letters<'_>, paper: &Paper) -> Laid {
    let mut hand = Hand { letters, pages: vec![Vec::new()], y: EDGE };
    hand.words(&paper.title, (TITLE, Tone::Ink));
    hand.words(&paper.about, (TEXT, Tone::Quiet));
    let parts = paper.chapters.iter().map(|chapter| hand.chapter(chapter)).collect();
    Laid { pages: hand.pages, links: Vec::new(), parts }
}

/// Lays everything out.
pub(super) fn lay(letters: &Letters<'_>, paper: &Paper) -> Laid {
    if paper.sheets.is_empty() {
        return spoken(letters, paper);
    }
    let mut body = Hand { letters, pages: vec![Vec::new()], y: EDGE };
    let mut starts = Vec::new();
    for chapter in &paper.chapters {
        starts.push(body.chapter(chapter));
    }
    for sheet in &paper.sheets {
        body.room(HEADING * LEADING + CHART);
        starts.push((sheet.title.clone(), (body.pages.len() - 1, body.y)));
        body.sheet(sheet);
    }
    let mut front = Hand { letters, pages: vec![Vec::new()], y: EDGE };
    front.words(&paper.title, (TITLE, Tone::Ink));
    front.words(&paper.about, (TEXT, Tone::Quiet));
    front.y += HEADING;
    front.words(&paper.lang.t("report-contents"), (HEADING, Tone::Ink));
    // how long the contents are says where the first sheet begins, and every line of it is one line high
    let ahead = front.pages.len() + front.overflow(starts.len());
    let mut laid = Laid::default();
    for (title, (page, y)) in starts {
        let to = (page + ahead, y);
        let (on, area) = front.entry(&title, page + ahead + 1);
        laid.links.push((on, area, to));
        laid.parts.push((title, to));
    }
    while front.pages.len() < ahead {
        front.pages.push(Vec::new());
    }
    laid.pages = front.pages.into_iter().chain(body.pages).collect();
    laid
}

/// Writes the number of a page at its foot.
pub(super) fn foot(letters: &Letters<'_>, (at, many): (usize, usize)) -> Mark {
    let words = format!("{at} / {many}");
    let x = WIDE - EDGE - letters.width(&words, SMALL);
    Mark::Text { at: (x, HIGH - EDGE / 2.0), size: SMALL, words, tone: Tone::Quiet }
}

impl Hand<'_> {
    fn put(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    fn text(&mut self, at: (f32, f32), (size, tone): (f32, Tone), words: &str) {
        self.put(Mark::Text { at, size, words: words.to_owned(), tone });
    }

    /// Goes on with the next page where there is less room than this.
    fn room(&mut self, high: f32) -> bool {
        if self.y + high <= HIGH - EDGE {
            return false;
        }
        self.pages.push(Vec::new());
        self.y = EDGE;
        true
    }

    /// Cuts a text into lines that fit; Chinese is cut anywhere, other words at blanks where that is possible.
    fn fit(&self, text: &str, (size, wide): (f32, f32)) -> Vec<String> {
        let (mut lines, mut line) = (Vec::new(), String::new());
        for letter in text.chars() {
            line.push(letter);
            if self.letters.width(&line, size) <= wide || line.chars().count() == 1 {
                continue;
            }
            let cut = line.rfind(' ').filter(|at| letter.is_ascii_graphic() && *at > 0).unwrap_or(line.len() - letter.len_utf8());
            let rest = line.split_off(cut).trim_start().to_owned();
            lines.push(std::mem::replace(&mut line, rest));
        }
        lines.push(line);
        lines
    }

    fn words(&mut self, text: &str, (size, tone): (f32, Tone)) {
        for line in self.fit(text, (size, WIDE - 2.0 * EDGE)) {
            self.room(size * LEADING);
            self.y += size * LEADING;
            self.text((EDGE, self.y), (size, tone), &line);
        }
        self.y += size / 2.0;
    }

    /// Writes a part that is words, and returns its title and where it begins.
    fn chapter(&mut self, chapter: &Chapter) -> (String, Place) {
        self.y += HEADING;
        self.room(HEADING * LEADING * 3.0);
        let place = (self.pages.len() - 1, self.y);
        self.words(&chapter.title, (HEADING, Tone::Ink));
        for line in chapter.words.iter().flat_map(|words| words.lines()).filter(|line| !line.trim().is_empty()) {
            self.words(line, (BODY, Tone::Ink));
        }
        (chapter.title.clone(), place)
    }

    /// Counts the pages that so many lines of contents need beyond this one.
    fn overflow(&self, lines: usize) -> usize {
        let high = TEXT * 2.0;
        let here = ((HIGH - EDGE - self.y) / high).floor().max(0.0) as usize;
        let each = (((HIGH - 2.0 * EDGE) / high).floor() as usize).max(1);
        lines.saturating_sub(here).div_ceil(each)
    }

    /// Writes a line of the contents, and returns where it can be pressed.
    fn entry(&mut self, title: &str, page: usize) -> (usize, [f32; 4]) {
        self.room(TEXT * 2.0);
        let top = self.y;
        self.y += TEXT * 2.0;
        let line = self.fit(title, (TEXT, WIDE - 2.0 * EDGE - 60.0)).swap_remove(0);
        let number = page.to_string();
        let right = WIDE - EDGE - self.letters.width(&number, TEXT);
        self.text((EDGE, self.y - TEXT * 0.6), (TEXT, Tone::Way), &line);
        self.text((right, self.y - TEXT * 0.6), (TEXT, Tone::Way), &number);
        self.put(Mark::Box { at: (EDGE, self.y), wide: WIDE - 2.0 * EDGE, high: 0.5, tone: Tone::Line });
        (self.pages.len() - 1, [EDGE, top, WIDE - EDGE, self.y])
    }

    fn sheet(&mut self, sheet: &Sheet) {
        self.words(&sheet.title, (HEADING, Tone::Ink));
        self.words(&sheet.about, (SMALL, Tone::Quiet));
        if sheet.name.starts_with(MONTHS) {
            self.columns(sheet);
        }
        let most = sheet.lines.iter().filter_map(|line| value(line.cells.first())).max().unwrap_or(0);
        self.head(sheet);
        for line in &sheet.lines {
            self.row(sheet, (line, most));
        }
        if let Some(total) = &sheet.total {
            self.row(sheet, (total, 0));
        }
        self.y += HEADING * LEADING;
    }

    /// Draws the first two columns as upright bars beside each other, a pair for each row.
    fn columns(&mut self, sheet: &Sheet) {
        let most = sheet.lines.iter().flat_map(|line| line.cells.iter().take(2)).filter_map(|cell| value(Some(cell))).max();
        let Some(most) = most.filter(|most| *most > 0) else { return };
        self.room(CHART + SMALL * 4.0);
        let (bottom, count) = (self.y + CHART, many(sheet.lines.len().max(YEAR)));
        let step = (WIDE - 2.0 * EDGE) / count;
        for (at, line) in sheet.lines.iter().enumerate() {
            let left = EDGE + step * many(at);
            for (column, tone) in [(0, Tone::Way), (1, Tone::Done)] {
                let high = part(value(line.cells.get(column)).unwrap_or(0), most) * (CHART - SMALL * 2.0);
                let x = left + step * (0.15 + 0.35 * many(column));
                self.put(Mark::Box { at: (x, bottom - high), wide: step * 0.3, high: high.max(0.5), tone });
            }
            let short = line.code.rsplit('-').next().unwrap_or_default().to_owned();
            self.text((left + step * 0.3, bottom + SMALL * 1.3), (SMALL, Tone::Quiet), &short);
        }
        self.put(Mark::Box { at: (EDGE, bottom), wide: WIDE - 2.0 * EDGE, high: 0.5, tone: Tone::Line });
        let mut x = EDGE;
        for (column, tone) in [(1, Tone::Way), (2, Tone::Done)] {
            let words = sheet.heads.get(column).cloned().unwrap_or_default();
            self.put(Mark::Box { at: (x, bottom + SMALL * 2.2), wide: SMALL, high: SMALL, tone });
            self.text((x + SMALL * 1.5, bottom + SMALL * 3.0), (SMALL, Tone::Ink), &words);
            x += SMALL * 4.0 + self.letters.width(&words, SMALL);
        }
        self.y = bottom + SMALL * 4.5;
    }

    fn size(sheet: &Sheet) -> f32 {
        if sheet.heads.len() > MANY_COLUMNS { SMALL - 1.0 } else { SMALL }
    }

    /// Returns where a column of a sheet begins and how wide it is; 0 is that of the names.
    fn column(sheet: &Sheet, at: usize) -> (f32, f32) {
        let whole = WIDE - 2.0 * EDGE;
        let first = whole * FIRST;
        let each = (whole - first) / many(sheet.heads.len().saturating_sub(1).max(1));
        if at == 0 { (EDGE, first - GAP) } else { (EDGE + first + each * many(at - 1), each - GAP) }
    }

    fn head(&mut self, sheet: &Sheet) {
        let size = Self::size(sheet);
        let cells: Vec<Vec<String>> =
            sheet.heads.iter().enumerate().map(|(at, head)| self.fit(head, (size, Self::column(sheet, at).1))).collect();
        let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
        self.room(size * LEADING * (many(lines) + 2.0));
        self.cells(sheet, (&cells, lines), Tone::Quiet);
        self.put(Mark::Box { at: (EDGE, self.y), wide: WIDE - 2.0 * EDGE, high: 0.8, tone: Tone::Quiet });
    }

    fn row(&mut self, sheet: &Sheet, (line, most): (&Line, i64)) {
        let size = Self::size(sheet);
        let texts = std::iter::once(line.name.clone()).chain(line.cells.iter().map(|cell| cell.text(&sheet.hidden)));
        let cells: Vec<Vec<String>> =
            texts.enumerate().map(|(at, text)| self.fit(&text, (size, Self::column(sheet, at).1))).collect();
        let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
        if self.room(size * LEADING * many(lines) + BAR * 2.0) {
            self.head(sheet);
        }
        self.cells(sheet, (&cells, lines), Tone::Ink);
        let first = value(line.cells.first()).filter(|_| most > 0 && sheet.heads.len() <= MANY_COLUMNS);
        if let Some(first) = first {
            let (x, wide) = Self::column(sheet, 1);
            if first > 0 {
                let wide = wide * part(first, most);
                self.put(Mark::Box { at: (x, self.y - BAR / 2.0), wide, high: BAR, tone: Tone::Way });
            }
            self.y += BAR;
        }
        self.put(Mark::Box { at: (EDGE, self.y + 1.0), wide: WIDE - 2.0 * EDGE, high: 0.4, tone: Tone::Line });
        self.y += 2.0;
    }

    /// Writes a row of cells, each of some lines.
    fn cells(&mut self, sheet: &Sheet, (cells, lines): (&[Vec<String>], usize), tone: Tone) {
        let size = Self::size(sheet);
        let top = self.y;
        for (at, cell) in cells.iter().enumerate() {
            let (x, _) = Self::column(sheet, at);
            for (line, words) in cell.iter().enumerate() {
                self.text((x, top + size * LEADING * many(line + 1)), (size, tone), words);
            }
        }
        self.y = top + size * LEADING * many(lines) + BAR;
    }
}

/// Counts what stands on paper: never so many that a place would be lost.
fn many(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

/// Returns which part of the most something is, between nothing and one, to the thousandth.
fn part(value: i64, most: i64) -> f32 {
    let thousandths = i128::from(value.clamp(0, most.max(0))) * 1_000 / i128::from(most.max(1));
    f32::from(u16::try_from(thousandths).unwrap_or(1_000)) / 1_000.0
}

fn value(cell: Option<&Cell>) -> Option<i64> {
    cell.and_then(|cell| cell.value())
}
