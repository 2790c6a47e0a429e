//! Closed lists whose members have a code in data, in word files and in the public log.

/// Declares an enum whose members carry a fixed code, with `ALL`, `code` and `parse`, and the code as its serde form.
macro_rules! coded {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $member:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $code)] $member),+ }

        impl $name {
            /// Lists all members in a fixed order.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];

            /// Returns the code that data and word files use.
            pub fn code(self) -> &'static str {
                match self { $(Self::$member => $code),+ }
            }

            /// Reads a code.
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|member| member.code() == code)
            }
        }
    };
}

pub(crate) use coded;
