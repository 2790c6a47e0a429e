//! The keyboard alone: moving by Tab, pressing keys, typing where the focus is.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use serde_json::Value;

use super::Browser;

/// Steps of Tab before a control counts as out of reach.
const STEPS_MAX: usize = 200;
/// Names the control that has the focus, as a screen reader would: its label, its words, its value.
const FOCUSED: &str = "const e = document.activeElement;
    if (!e || e === document.body) return '';
    const text = n => (n ? n.textContent.trim().replace(/\\s+/g, ' ') : '');
    const labelled = (e.getAttribute('aria-labelledby') || '').split(' ').map(id => text(document.getElementById(id))).join(' ').trim();
    const label = e.labels && e.labels.length ? text(e.labels[0]) : '';
    return e.getAttribute('aria-label') || labelled || label || text(e) || e.value || e.name || e.id || e.tagName;";

impl Browser {
    /// Presses and lets go a key.
    pub async fn press(&self, key: Key) {
        self.press_character(key.into()).await;
    }

    /// Presses a key while Shift is held.
    pub async fn press_with_shift(&self, key: Key) {
        let (shift, key): (char, char) = (Key::Shift.into(), key.into());
        let steps = [(shift, true), (key, true), (key, false), (shift, false)];
        self.strike(&steps).await;
    }

    /// Types text where the focus is.
    pub async fn type_text(&self, text: &str) {
        let steps: Vec<(char, bool)> = text.chars().flat_map(|c| [(c, true), (c, false)]).collect();
        self.strike(&steps).await;
    }

    /// Names what has the focus; empty when nothing has.
    pub async fn focused(&self) -> String {
        let name = self.execute(FOCUSED, Vec::new()).await.expect("the focus can be asked for");
        name.as_str().unwrap_or_default().to_owned()
    }

    /// Moves on by Tab until the focus is on a control whose name holds the words. Fails when none can be reached, and
    /// when the focus cannot be seen.
    pub async fn tab_to(&self, words: &str) {
        let mut passed = Vec::new();
        for _ in 0..STEPS_MAX {
            self.press(Key::Tab).await;
            let name = self.focused().await;
            if name.contains(words) {
                assert!(self.focus_is_seen().await, "the focus on “{name}” cannot be seen");
                return;
            }
            passed.push(name);
        }
        passed.dedup();
        panic!("“{words}” cannot be reached by Tab; passed: {}", passed.join(" | "));
    }

    /// Moves down a group of choices, or a list, until the chosen one holds the words.
    pub async fn choose(&self, words: &str) {
        let chosen = "const e = document.activeElement;
            return e.tagName === 'SELECT' ? e.selectedOptions[0].textContent : e.checked ? e.labels[0].textContent : '';";
        let mut passed = Vec::new();
        let list = self.execute("return document.activeElement.tagName === 'SELECT'", Vec::new()).await;
        if list.expect("the focus can be asked for") == Value::Bool(false) {
            self.press_character(' ').await;
        }
        for _ in 0..STEPS_MAX {
            let name = self.execute(chosen, Vec::new()).await.expect("the choice can be asked for");
            let name = name.as_str().unwrap_or_default().trim().to_owned();
            if name.contains(words) {
                return;
            }
            passed.push(name);
            self.press(Key::Down).await;
        }
        passed.dedup();
        panic!("“{words}” cannot be chosen by the arrow keys; passed: {}", passed.join(" | "));
    }

    async fn focus_is_seen(&self) -> bool {
        let script = "const ring = e => { const s = getComputedStyle(e), b = e.getBoundingClientRect();
                return ((s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none')
                    && b.width > 0 && b.height > 0 && b.bottom > 0 && b.top < innerHeight; };
            const e = document.activeElement, card = e.closest('label');
            return ring(e) || (card !== null && ring(card));";
        let seen = self.execute(script, Vec::new()).await.expect("the focus can be asked for");
        seen == Value::Bool(true)
    }

    async fn press_character(&self, key: char) {
        self.strike(&[(key, true), (key, false)]).await;
    }

    async fn strike(&self, steps: &[(char, bool)]) {
        let actions = steps.iter().fold(KeyActions::new("keys".to_owned()), |actions, (value, down)| {
            actions.then(if *down { KeyAction::Down { value: *value } } else { KeyAction::Up { value: *value } })
        });
        self.perform_actions(actions).await.expect("keys can be pressed");
    }
}
