//! Slots in the demo's texts, so that one story told twice reads as two.
//!
//! `{place}` and the like stand for what the scene knows; `{d-3}` is a day as people say it, counted from the filing,
//! `{f+1}` the same as offices write it, `{r-2}` counted from the reply, `{m-3}` a month; `{3..9}` draws a number,
//! `{red|white}` one of several, and `{x=…}` remembers what was drawn for a later `{x}`. A part `[13:…]` of a reply is
//! there only when it answers the first or third voice of its story.

use std::collections::BTreeMap;

use civic::chance::Chance;
use jiff::ToSpan;
use jiff::civil::Date;
use rand_core::Rng;

/// Is what a text may speak about.
#[derive(Debug, Clone)]
pub struct Scene {
    /// Village or community.
    pub place: String,
    /// Town or township.
    pub town: String,
    /// Name of the one who writes.
    pub name: String,
    /// Office that decides a review.
    pub above: String,
    /// Day of filing.
    pub filed: Date,
    /// Day of the reply.
    pub replied: Date,
}

/// Remembers what was drawn for a story, so that question and answer agree.
#[derive(Debug, Clone, Default)]
pub struct Drawn {
    known: BTreeMap<String, String>,
    drafts: BTreeMap<String, String>,
}

impl Drawn {
    /// Collects the definitions of a story's texts: a slot may be defined in one and used in another.
    pub fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut drawn = Self::default();
        for text in texts {
            for (name, body) in parts(text).filter_map(|part| part.slot).filter_map(|slot| slot.split_once('=')) {
                drawn.drafts.entry(name.to_owned()).or_insert_with(|| body.to_owned());
            }
        }
        drawn
    }
}

/// Fills a text. The error names the slot that means nothing.
pub fn fill(text: &str, scene: &Scene, drawn: &mut Drawn, chance: &mut Chance) -> Result<String, String> {
    let mut out = String::new();
    for part in parts(text) {
        out.push_str(part.plain);
        if let Some(slot) = part.slot {
            out.push_str(&value(slot, scene, drawn, chance).ok_or_else(|| format!("{{{slot}}} means nothing in: {text}"))?);
        }
    }
    Ok(out)
}

/// Keeps what answers one voice (counted from 1) and drops the parts that answer others.
pub fn voice(text: &str, number: usize) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        let Some(((voices, part), tail)) = after.split_once(']').and_then(|(part, tail)| Some((part.split_once(':')?, tail)))
        else {
            out.push('[');
            rest = after;
            continue;
        };
        if voices.contains(&number.to_string()) {
            out.push_str(part);
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Is a run of plain text and the slot after it.
struct Part<'a> {
    plain: &'a str,
    slot: Option<&'a str>,
}

fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let found = text.split_once('{').and_then(|(plain, after)| Some((plain, after.split_once('}')?)));
        match found {
            Some((plain, (slot, after))) => {
                rest = Some(after);
                Some(Part { plain, slot: Some(slot) })
            }
            None => Some(Part { plain: text, slot: None }),
        }
    })
}

fn value(slot: &str, scene: &Scene, drawn: &mut Drawn, chance: &mut Chance) -> Option<String> {
    if let Some((name, body)) = slot.split_once('=') {
        return remember(name, body, drawn, chance);
    }
    if let Some(known) = drawn.known.get(slot) {
        return Some(known.clone());
    }
    if let Some(body) = drawn.drafts.get(slot).cloned() {
        return remember(slot, &body, drawn, chance);
    }
    match slot {
        "place" => Some(scene.place.clone()),
        "town" => Some(scene.town.clone()),
        "gov" => Some(if scene.town.ends_with('镇') { "镇里" } else { "乡里" }.to_owned()),
        "name" => Some(scene.name.clone()),
        "above" => Some(scene.above.clone()),
        _ => day(slot, scene).or_else(|| draw(slot, chance)),
    }
}

fn remember(name: &str, body: &str, drawn: &mut Drawn, chance: &mut Chance) -> Option<String> {
    if let Some(known) = drawn.known.get(name) {
        return Some(known.clone());
    }
    let made = draw(body, chance)?;
    drawn.known.insert(name.to_owned(), made.clone());
    Some(made)
}

/// Reads `d`, `f`, `r` or `m` with an offset.
fn day(slot: &str, scene: &Scene) -> Option<String> {
    let letter = slot.chars().next().filter(char::is_ascii_lowercase)?;
    let offset: i64 = if slot.len() == 1 { 0 } else { slot[1..].parse().ok()? };
    let base = if letter == 'r' { scene.replied } else { scene.filed };
    let at = if letter == 'm' { base.checked_add(offset.months()) } else { base.checked_add(offset.days()) }.ok()?;
    match letter {
        'd' => Some(format!("{}月{}号", at.month(), at.day())),
        'f' | 'r' => Some(format!("{}月{}日", at.month(), at.day())),
        'm' => Some(format!("{}月", at.month())),
        _ => None,
    }
}

/// Draws from `3..9` or `red|white`.
fn draw(body: &str, chance: &mut Chance) -> Option<String> {
    if let Some((low, high)) = body.split_once("..").and_then(|(a, b)| Some((a.parse::<u32>().ok()?, b.parse::<u32>().ok()?))) {
        return (low <= high).then(|| (low + below(chance, high - low + 1)).to_string());
    }
    let choices: Vec<&str> = body.split('|').collect();
    (choices.len() > 1).then(|| choices[below(chance, choices.len() as u32) as usize].to_owned())
}

/// Draws a number below a bound.
pub fn below(chance: &mut Chance, bound: u32) -> u32 {
    ((u64::from(chance.next_u32()) * u64::from(bound)) >> 32) as u32
}

/// Draws one of a list.
pub fn one<'a, T>(chance: &mut Chance, list: &'a [T]) -> &'a T {
    &list[below(chance, list.len() as u32) as usize]
}

#[cfg(test)]
mod tests {
    use rand_core::SeedableRng;

    use super::*;

    fn scene() -> Scene {
        Scene {
            place: "栗树湾村".into(),
            town: "棠坪镇".into(),
            name: "某某".into(),
            above: "清禾县人民政府".into(),
            filed: Date::constant(2026, 11, 2),
            replied: Date::constant(2026, 11, 12),
        }
    }

    fn filled(text: &str) -> Result<String, String> {
        fill(text, &scene(), &mut Drawn::of([text].into_iter()), &mut Chance::seed_from_u64(5))
    }

    #[test]
    fn days_months_and_names_come_from_the_scene() {
        let text = "{place}在{town}，{gov}{d-3}来过，{f}登记，{r+1}开工，{m-3}起停发";
        assert_eq!(filled(text).unwrap(), "栗树湾村在棠坪镇，镇里10月30号来过，11月2日登记，11月13日开工，8月起停发");
    }

    #[test]
    fn what_was_drawn_once_stays_also_when_it_is_used_before_it_is_defined() {
        let text = filled("{n}户，{n=4..9}户，{n}户，{x=甲|乙}{x}").unwrap();
        let first = text.split('，').next().unwrap();
        assert_eq!(text.matches(first).count(), 3, "{text}");
        assert!(text.ends_with("甲甲") || text.ends_with("乙乙"), "{text}");
    }

    #[test]
    fn a_part_for_other_voices_is_left_out() {
        let text = "您问[1:灯][23:鱼]，[2:还有水，]{r}答复";
        assert_eq!(voice(text, 1), "您问灯，{r}答复");
        assert_eq!(voice(text, 2), "您问鱼，还有水，{r}答复");
        assert_eq!(voice("没有分段[", 1), "没有分段[");
    }

    #[test]
    fn a_slot_that_means_nothing_is_named() {
        for text in ["{nobody}", "{9..3}", "{d+x}", "{}"] {
            assert!(filled(text).unwrap_err().contains(text), "{text}");
        }
    }
}
