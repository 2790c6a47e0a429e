//! The types of files that are taken.

/// Says what a file is for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// A photo or drawing.
    Photo,
    /// A document.
    Document,
    /// A recording of sound.
    Audio,
    /// A recording of moving pictures.
    Video,
}

impl Group {
    /// Returns the code that word files use.
    pub fn code(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Document => "document",
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }
}

macro_rules! types {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $mime:literal, $group:ident);+ $(;)?) => {
        /// Names every type of file that is taken.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum FileType { $($(#[$doc])* $name),+ }

        impl FileType {
            /// Lists all types, for the form and for tests.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Returns the code that data uses; it is the file ending as well.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// Returns the media type it is served as.
            pub fn mime(self) -> &'static str {
                match self { $(Self::$name => $mime),+ }
            }

            /// Returns what it is for a person.
            pub fn group(self) -> Group {
                match self { $(Self::$name => Group::$group),+ }
            }

            /// Tells whether every file of this type is shown as a cleaned copy. Of HEIC some cannot be.
            pub fn is_always_cleaned(self) -> bool {
                !matches!(self, Self::Heic | Self::Pdf | Self::Amr | Self::Ogg | Self::Webm)
            }

            /// Reads a code.
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.code() == code)
            }
        }
    };
}

types! {
    /// JPEG photo.
    Jpeg = "jpg", "image/jpeg", Photo;
    /// PNG picture.
    Png = "png", "image/png", Photo;
    /// WebP picture.
    Webp = "webp", "image/webp", Photo;
    /// HEIC photo, as newer telephones take them.
    Heic = "heic", "image/heic", Photo;
    /// GIF picture.
    Gif = "gif", "image/gif", Photo;
    /// PDF document.
    Pdf = "pdf", "application/pdf", Document;
    /// MP3 sound.
    Mp3 = "mp3", "audio/mpeg", Audio;
    /// MPEG-4 sound.
    M4a = "m4a", "audio/mp4", Audio;
    /// AMR sound, narrow or wide band.
    Amr = "amr", "audio/amr", Audio;
    /// WAV sound.
    Wav = "wav", "audio/wav", Audio;
    /// Ogg sound.
    Ogg = "ogg", "audio/ogg", Audio;
    /// MPEG-4 video.
    Mp4 = "mp4", "video/mp4", Video;
    /// WebM video.
    Webm = "webm", "video/webm", Video;
    /// Video of older telephones.
    ThreeGp = "3gp", "video/3gpp", Video;
    /// QuickTime video.
    Mov = "mov", "video/quicktime", Video;
}
