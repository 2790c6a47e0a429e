//! Which offices may moderate a post: those that take in what is said at its place, and those above them; never one that it is about.
//! Criticism of an office is not put away by that office, nor by one that took it over or was taken over by it.

use civic::directory::{Directory, Office};

use crate::post::State;

/// Lists the offices that may moderate a post, the nearest first. `topic` is the post it stands below, or itself.
pub fn moderators(directory: &Directory, state: &State, topic: &State) -> Vec<String> {
    let about = about(state, topic);
    let is_about = |office: &Office| about.iter().any(|code| directory.is_now(code, &office.code));
    let mut found: Vec<String> = Vec::new();
    for office in candidates(directory, &topic.place) {
        if directory.open(office) && !is_about(office) && !found.contains(&office.code) {
            found.push(office.code.clone());
        }
    }
    found
}

/// Lists the offices that a post is about: whoever is asked or wrote above it, and whoever is named, in it or in its topic.
pub fn about<'a>(state: &'a State, topic: &'a State) -> Vec<&'a str> {
    let named = state.words.named.iter().chain(&topic.words.named).map(String::as_str);
    [state.office.as_str(), topic.office.as_str()].into_iter().chain(named).collect()
}

/// Walks up: whoever takes in matters of the place, of those above it, the offices above these, at last whoever watches offices.
fn candidates<'a>(directory: &'a Directory, place: &str) -> Vec<&'a Office> {
    let path = directory.path(place);
    let mut all: Vec<&Office> = path.iter().filter_map(|place| directory.intake(&place.code)).collect();
    let mut at = all.last().copied();
    for _ in 0..directory.offices.len() {
        at = at.and_then(|office| office.superior.as_deref()).and_then(|code| directory.acting(code));
        match at {
            Some(office) if !all.iter().any(|own| own.code == office.code) => all.push(office),
            _ => break,
        }
    }
    all.extend(directory.supervising());
    all.extend(directory.above_supervising());
    all
}
