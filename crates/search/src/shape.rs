//! What a document is made of.

/// Says which texts, facets and figures documents have. Names are the filler's own; a document refers to them by their place.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Version of what the filler puts in: another one than the index was filled with means filling it anew.
    pub version: &'static str,
    /// Texts that are searched, with what a word found there counts.
    pub texts: &'static [(&'static str, f32)],
    /// Facets: one value a document, counted.
    pub facets: &'static [&'static str],
    /// Figures: one whole number a document, for ranges and order.
    pub figures: &'static [&'static str],
}

/// Is one document. Where a text, facet or figure is left out, it has none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// What it is called; a later one of the same key takes its place.
    pub key: u64,
    /// Texts in the order of the shape.
    pub texts: Vec<String>,
    /// Marks that filters ask for, such as `owner:wsz`.
    pub marks: Vec<String>,
    /// Values of the facets in the order of the shape; none where it has none.
    pub facets: Vec<Option<String>>,
    /// Figures in the order of the shape.
    pub figures: Vec<i64>,
}
