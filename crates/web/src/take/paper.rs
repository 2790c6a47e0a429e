//! Figures as paper (PDF): a contents page whose lines lead on, a chart and a table for each sheet, page numbers, and the letters that are used
//! embedded, Chinese ones too, so that it prints alike everywhere. They come from a font of the system; where it has none there is no paper,
//! and the page can be printed instead.

mod layout;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use chart::Sheet;
use civic::refusal::Refusal;
use db::Fault;
use krilla::Document;
use krilla::annotation::{LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::destination::{Destination, XyzDestination};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};
use tokio::task::spawn_blocking;

use self::layout::{HIGH, Mark, Tone, WIDE};
use crate::app::App;
use crate::error::Problem;
use crate::words::Lang;

/// Where systems keep a font with Chinese letters, and which of its faces has the simplified forms.
const FONTS: [(&str, u32); 8] = [
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/opentype/noto/NotoSansCJKsc-Regular.otf", 0),
    ("/usr/share/fonts/adobe-source-han-sans/SourceHanSansSC-Regular.otf", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
];
/// Largest font that is read, in bytes.
const FONT_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Seconds after which whoever was not let in may ask again.
const WAIT_SECONDS: u32 = 10;
/// Type of the answer.
const KIND: &str = "application/pdf";

/// Is a font of the system.
#[derive(Clone)]
struct Face {
    bytes: Arc<Vec<u8>>,
    index: u32,
}

/// Finds a font with Chinese letters. `None`: this machine has none of those that are known.
fn font() -> Option<Face> {
    FONTS.iter().find_map(|(path, index)| face(Path::new(path), *index))
}

fn face(path: &Path, index: u32) -> Option<Face> {
    let size = fs::metadata(path).ok()?.len();
    let bytes = (size <= FONT_BYTES_MAX).then(|| fs::read(path).ok()).flatten()?;
    FontRef::from_index(&bytes, index).ok()?;
    Some(Face { bytes: Arc::new(bytes), index })
}

/// Is what is put on paper.
pub(crate) struct Paper {
    pub(crate) lang: Lang,
    pub(crate) title: String,
    pub(crate) about: String,
    /// What is said in words; it stands before the sheets.
    pub(crate) chapters: Vec<Chapter>,
    pub(crate) sheets: Vec<Sheet>,
}

/// Is a part of a paper that is words: a heading, and paragraphs below it.
pub(crate) struct Chapter {
    pub(crate) title: String,
    pub(crate) words: Vec<String>,
}

/// Writes a paper beside other work, as many at once as the site has room for, and answers with it.
pub(crate) async fn of(app: &App, name: String, paper: Paper) -> Result<Response, Problem> {
    let later = || Problem::Refused(StatusCode::SERVICE_UNAVAILABLE, Refusal::new("paper_no_font").instead("print_page"));
    let full = |_| Refusal::new("slow_down").with("seconds", WAIT_SECONDS);
    let place = app.packs.clone().try_acquire_owned().map_err(full)?;
    let made = spawn_blocking(move || {
        let _place = place;
        let font = font().ok_or_else(later)?;
        answer(&name, &paper, &font)
    });
    made.await.map_err(|error| Fault::other("a paper was not written").caused_by(error))?
}

/// Answers with the file.
fn answer(name: &str, paper: &Paper, face: &Face) -> Result<Response, Problem> {
    super::file((name, KIND, "pdf"), write(paper, face)?)
}

/// Knows the letters of a font and how wide they are.
pub(super) struct Letters<'a> {
    font: Font,
    charmap: Charmap<'a>,
    metrics: GlyphMetrics<'a>,
    units: f32,
}

impl<'a> Letters<'a> {
    fn of(face: &'a Face) -> Result<Self, Fault> {
        let broken = || Fault::other("the font of the system cannot be read");
        let shape = FontRef::from_index(&face.bytes, face.index).map_err(|_| broken())?;
        let font = Font::new(Arc::clone(&face.bytes).into(), face.index).ok_or_else(broken)?;
        let metrics = shape.glyph_metrics(Size::unscaled(), LocationRef::default());
        Ok(Self { units: font.units_per_em(), font, charmap: shape.charmap(), metrics })
    }

    /// Returns the width of a letter, of its size.
    fn advance(&self, letter: char) -> f32 {
        let glyph = self.charmap.map(letter).unwrap_or_default();
        self.metrics.advance_width(glyph).unwrap_or_default() / self.units
    }

    /// Returns the width of a text at a size.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|letter| self.advance(letter)).sum::<f32>() * size
    }

    fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let glyph = |(at, letter): (usize, char)| KrillaGlyph {
            glyph_id: GlyphId::new(self.charmap.map(letter).unwrap_or_default().to_u32()),
            text_range: at..at + letter.len_utf8(),
            x_advance: self.advance(letter),
            x_offset: 0.0,
            y_offset: 0.0,
            y_advance: 0.0,
            location: None,
        };
        text.char_indices().map(glyph).collect()
    }
}

/// Writes the file: its pages were laid out before, so that the contents know where each sheet begins.
fn write(paper: &Paper, face: &Face) -> Result<Vec<u8>, Fault> {
    let letters = Letters::of(face)?;
    let laid = layout::lay(&letters, paper);
    let mut document = Document::new();
    let (mut outline, many) = (Outline::new(), laid.pages.len());
    for (at, marks) in laid.pages.iter().enumerate() {
        let settings = PageSettings::from_wh(WIDE, HIGH).ok_or_else(|| Fault::other("a page has no size"))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for mark in marks {
            draw(&mut surface, &letters, mark);
        }
        draw(&mut surface, &letters, &layout::foot(&letters, (at + 1, many)));
        surface.finish();
        for (rect, to) in laid.links.iter().filter(|(on, ..)| *on == at).map(|(_, rect, to)| (rect, to)) {
            let [left, top, right, bottom] = *rect;
            if let Some(area) = Rect::from_ltrb(left, top, right, bottom) {
                page.add_annotation(LinkAnnotation::new(area, Target::Destination(Destination::from(place(*to)))).into());
            }
        }
        page.finish();
    }
    for (title, to) in &laid.parts {
        outline.push_child(OutlineNode::new(title.clone(), place(*to)));
    }
    document.set_outline(outline);
    let language = paper.lang.tag().to_owned();
    document.set_metadata(Metadata::new().title(paper.title.clone()).language(language).creator("Minsheng".to_owned()));
    document.finish().map_err(|error| Fault::other(format!("a PDF cannot be written: {error:?}")))
}

fn place((page, y): (usize, f32)) -> XyzDestination {
    XyzDestination::new(page, Point::from_xy(0.0, y))
}

fn draw(surface: &mut Surface<'_>, letters: &Letters<'_>, mark: &Mark) {
    let color = match mark.tone() {
        Tone::Ink => rgb::Color::new(0x1e, 0x23, 0x26),
        Tone::Quiet => rgb::Color::new(0x56, 0x5f, 0x64),
        Tone::Line => rgb::Color::new(0xd9, 0xd5, 0xcc),
        Tone::Way => rgb::Color::new(0x1b, 0x5e, 0x6f),
        Tone::Done => rgb::Color::new(0x27, 0x67, 0x49),
    };
    surface.set_fill(Some(Fill { paint: color.into(), ..Fill::default() }));
    match mark {
        Mark::Text { at: (x, y), size, words, .. } => {
            let glyphs = letters.glyphs(words);
            surface.draw_glyphs(Point::from_xy(*x, *y), &glyphs, letters.font.clone(), words, *size, false);
        }
        Mark::Box { at: (x, y), wide, high, .. } => {
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(*x, *y, wide.max(0.1), *high) {
                path.push_rect(rect);
            }
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::take::tests::sheet;

    #[test]
    fn a_paper_has_contents_charts_and_its_letters_with_it() {
        // the build machine installs a font with Chinese letters, as pages need one in pictures
        let face = font().expect("a font with Chinese letters");
        let months = Sheet { name: "months-2026-11-1".into(), title: "十二个月".into(), ..sheet() };
        let many = chart::Line {
            name: "北渡镇人民政府".into(),
            cells: vec![chart::Cell::Number(3), chart::Cell::Share(1, 2), chart::Cell::Hidden],
            ..chart::Line::default()
        };
        let long = Sheet { lines: vec![many; 90], ..sheet() };
        let paper = Paper {
            lang: Lang::Zh,
            title: "2026年11月报告".into(),
            about: "第1版".repeat(60),
            chapters: Vec::new(),
            sheets: vec![months, long],
        };
        let bytes = write(&paper, &face).unwrap();
        assert!(bytes.starts_with(b"%PDF-") && bytes.len() < 400_000, "only the letters that are used: {}", bytes.len());
        let text = String::from_utf8_lossy(&bytes);
        for part in ["/FontFile3", "/Outlines", "/Annots", "/ToUnicode"] {
            assert!(text.contains(part), "{part}");
        }
        assert!(
            text.matches("/Type/Page/").count() + text.matches("/Type /Page\n").count() >= 3 || text.contains("/Count"),
            "several pages"
        );
        assert!(face_of_nothing().is_none());
    }

    #[test]
    fn a_paper_of_words_goes_on_as_long_as_they_do() {
        let face = font().expect("a font with Chinese letters");
        let words = vec!["几家都说不归自己的一件事。\n第二段。".repeat(40); 6];
        let chapters = vec![Chapter { title: "到会".into(), words: words.clone() }, Chapter { title: "第一件".into(), words }];
        let paper = Paper { lang: Lang::Zh, title: "会议纪要".into(), about: "第1号".into(), chapters, sheets: Vec::new() };
        let letters = Letters::of(&face).unwrap();
        let laid = layout::lay(&letters, &paper);
        assert!(laid.pages.len() > 2 && laid.links.is_empty(), "no contents: it is read from the beginning");
        assert_eq!(laid.parts.iter().map(|(title, _)| title.as_str()).collect::<Vec<_>>(), ["到会", "第一件"]);
        assert!(write(&paper, &face).unwrap().starts_with(b"%PDF-"));
    }

    fn face_of_nothing() -> Option<Face> {
        face(Path::new("/nowhere/font.ttc"), 0)
    }
}
