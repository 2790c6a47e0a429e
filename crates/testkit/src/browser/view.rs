//! How a browser sees pages: size, colours, with or without scripts.

/// Says how pages are seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// Width of the page in CSS pixels.
    pub width: u32,
    /// Height of the page in CSS pixels.
    pub height: u32,
    /// Device pixels for one CSS pixel.
    pub zoom: f64,
    /// True when the person asked for dark colours.
    pub dark: bool,
    /// False when scripts are switched off.
    pub script: bool,
}

impl View {
    /// An old telephone: 320 pixels wide, the narrowest that pages must fit.
    pub const OLD_PHONE: Self = Self { width: 320, height: 640, zoom: 1.0, dark: false, script: true };
    /// A usual telephone.
    pub const PHONE: Self = Self { width: 390, height: 844, zoom: 1.0, dark: false, script: true };
    /// A screen on a desk.
    pub const DESK: Self = Self { width: 1280, height: 800, zoom: 1.0, dark: false, script: true };

    /// Asks for dark colours.
    #[must_use]
    pub fn dark(self) -> Self {
        Self { dark: true, ..self }
    }

    /// Switches scripts off.
    #[must_use]
    pub fn without_script(self) -> Self {
        Self { script: false, ..self }
    }
}
