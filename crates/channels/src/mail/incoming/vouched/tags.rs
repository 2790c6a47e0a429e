//! Lists of tags (`v=1; d=a.example`), as signatures, keys and policies are written (RFC 6376, 3.2), and how domains stand to each other.

/// Tags of one list, at most.
const TAGS_MAX: usize = 40;

/// Is a list of tags.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tags(Vec<(String, String)>);

impl Tags {
    /// Reads a list. Of a tag that stands twice nothing counts: nobody writes that by chance.
    pub(super) fn read(text: &str) -> Self {
        let pair = |part: &str| part.split_once('=').map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
        let all: Vec<(String, String)> = text.split(';').filter_map(pair).take(TAGS_MAX).collect();
        let twice = |name: &str| all.iter().filter(|(other, _)| other == name).count() > 1;
        Self(all.iter().filter(|(name, _)| !twice(name)).cloned().collect())
    }

    /// Finds the value of a tag.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Tells whether a domain is another one or lies under it. Both in small letters.
pub(super) fn under(domain: &str, other: &str) -> bool {
    domain == other || (other.contains('.') && domain.strip_suffix(other).is_some_and(|rest| rest.ends_with('.')))
}

/// Tells whether two domains have more than their last part in common, so that they may be of one house.
pub(super) fn akin(domain: &str, other: &str) -> bool {
    let both = domain.rsplit('.').zip(other.rsplit('.'));
    both.take_while(|(one, another)| one == another).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_and_those_that_stand_twice_are_not() {
        let tags = Tags::read(" v=1 ; b = a=b\r\n c;d=x; d=y;; no");
        assert_eq!((tags.get("v"), tags.get("b"), tags.get("d"), tags.get("no")), (Some("1"), Some("a=b\r\n c"), None, None));
    }

    #[test]
    fn domains_stand_to_each_other() {
        for (one, other, is_under, is_akin) in [
            ("a.example", "a.example", true, true),
            ("mail.a.example", "a.example", true, true),
            ("xa.example", "a.example", false, false),
            ("a.example", "example", false, false),
            ("b.a.example", "c.a.example", false, true),
        ] {
            assert_eq!((under(one, other), akin(one, other)), (is_under, is_akin), "{one} {other}");
        }
    }
}
