//! What must hold of any page's markup.

/// Lists the ids that stand more than once in a page: a label, a link or a hint would lead to the wrong one.
pub fn twice(page: &str) -> Vec<String> {
    let mut ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    ids.sort_unstable();
    let mut found: Vec<String> = ids.windows(2).filter(|two| two[0] == two[1]).map(|two| two[0].to_owned()).collect();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_stand_twice_are_found() {
        assert_eq!(twice(r#"<p id="a"></p><p id="b" class="c"></p>"#), Vec::<String>::new());
        assert_eq!(twice(r#"<p id="a"></p><i id="b"></i><p class="c" id="a"></p><p id="a"></p>"#), ["a"]);
    }
}
