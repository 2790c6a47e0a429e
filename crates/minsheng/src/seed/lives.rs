//! The lives of very many matters, a part of a day at a time: each is invented on the day it begins, and what is to happen
//! to it waits here until its day comes.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::mem;

use appeals::filing;
use civic::chance::{self, Chance};
use civic::site::Site;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use rand_core::SeedableRng;

use super::{Form, Plan, Work};
use crate::demo::cast::{self, Cast};
use crate::demo::course::{self, Deed, Step};
use crate::demo::play::Part;
use crate::demo::setting::Setting;
use crate::demo::story::Story;

/// Steps in one commit at most.
const PART_STEPS_MAX: usize = 2_000;
/// Days after its last act during which letters about a matter may still leave.
const LETTERS_DAYS: i64 = 40;
/// What the short form is told with.
const SHORT: &str = r#"
    id = "short"
    kind = "help"
    category = "11"
    identity = "anonymous"
    places = ["栗树湾村", "上碾村", "麦渡村"]
    takes = [1, 2]
    texts = ["村口的路灯不亮，请修。"]
"#;
/// Told apart from the chance that the house draws from.
const LIVES: u64 = 0x6c69_7665_735f_6f66;

/// Invents the lives of a plan.
pub(super) struct Lives<'a> {
    site: &'a Site,
    setting: &'a Setting,
    plan: Plan,
    usual: Vec<&'a Story>,
    short: Story,
    chance: Chance,
    /// The day that is being told, counted from the first.
    day: i64,
    /// What is still to happen, in the order of time, and of telling within one instant.
    waiting: BTreeMap<(Timestamp, usize, usize), Deed>,
    /// Steps to come of each matter.
    left: HashMap<usize, usize>,
    /// Matters whose last act is over, with the day after which no letter comes.
    over: VecDeque<(Date, usize)>,
    /// Parts of the day that is being told.
    parts: VecDeque<Work>,
}

impl<'a> Lives<'a> {
    pub(super) fn new(site: &'a Site, (setting, stories): (&'a Setting, &'a [Story]), plan: Plan) -> Self {
        Self {
            site,
            setting,
            plan,
            usual: stories.iter().filter(|story| cast::is_usual(story)).collect(),
            short: toml::from_str(SHORT).expect("the short story is part of the program and a test tells it"),
            chance: Chance::seed_from_u64(plan.seed ^ LIVES),
            day: 0,
            waiting: BTreeMap::new(),
            left: HashMap::new(),
            over: VecDeque::new(),
            parts: VecDeque::new(),
        }
    }

    fn days(&self) -> i64 {
        if self.plan.form == Form::Short { 1 } else { self.plan.days.max(1) }
    }

    /// Tells one day; the last one, on which nobody acts any more, has a night.
    fn tell(&mut self) {
        let (day, days) = (self.day, self.days());
        self.day += 1;
        let today = self.plan.until.saturating_sub((days - day).days());
        let upto = |day: i64| (self.plan.matters as i64 * day / days) as usize;
        let mut begin = Vec::new();
        for number in upto(day)..upto(day + 1).min(self.plan.matters) {
            begin.push((number, self.invent(number, today)));
        }
        let next = self.setting.midnight(today.saturating_add(1.day()));
        let later = self.waiting.split_off(&(next, 0, 0));
        let steps: Vec<Step> =
            mem::replace(&mut self.waiting, later).into_iter().map(|((at, matter, _), deed)| Step { at, matter, deed }).collect();
        self.cut(today, begin, steps);
    }

    /// Invents one matter and returns the name of its story.
    fn invent(&mut self, number: usize, today: Date) -> String {
        let seed = chance::bytes(&mut self.chance);
        let (own, steps): (Cast<'_>, _) = match self.plan.form {
            Form::Full => {
                let own = cast::any(self.setting, &self.usual, today, (number, &mut self.chance));
                let steps = course::usual(self.setting, (number, &own), Chance::from_seed(seed));
                (own, steps)
            }
            Form::Short => {
                let own = cast::any(self.setting, &[&self.short], today, (number, &mut self.chance)).nameless();
                let steps = course::short(self.setting, (number, &own), Chance::from_seed(seed));
                (own, steps)
            }
        };
        self.left.insert(number, steps.len());
        for (order, step) in steps.into_iter().enumerate() {
            self.waiting.insert((step.at, number, order), step.deed);
        }
        own.story.id.clone()
    }

    /// Makes a form ready here, beside the writer. One that is wrong is left to it, which says so.
    fn ready(&self, step: Step) -> Step {
        let deed = match step.deed {
            Deed::File(form, by) => match filing::prepare(self.site, &form) {
                Ok(ready) => Deed::FileReady(Box::new(ready), by),
                Err(_) => Deed::File(form, by),
            },
            deed => deed,
        };
        Step { deed, ..step }
    }

    /// Cuts a day into parts.
    fn cut(&mut self, day: Date, mut begin: Vec<(usize, String)>, steps: Vec<Step>) {
        let mut steps = steps.into_iter().peekable();
        let mut night = true;
        loop {
            let some: Vec<Step> = steps.by_ref().take(PART_STEPS_MAX).map(|step| self.ready(step)).collect();
            let mut aside = Vec::new();
            for step in &some {
                let left = self.left.entry(step.matter).or_default();
                *left = left.saturating_sub(1);
                if *left == 0 {
                    self.left.remove(&step.matter);
                    aside.push(step.matter);
                    self.over.push_back((day.saturating_add(LETTERS_DAYS.days()), step.matter));
                }
            }
            let mut strike = Vec::new();
            while let Some((_, number)) = self.over.pop_front_if(|(until, _)| *until < day) {
                strike.push(number);
            }
            self.parts.push_back(Work {
                begin: mem::take(&mut begin),
                part: Part { day, night, calls_before: None, steps: some },
                aside,
                strike,
            });
            night = false;
            if steps.peek().is_none() {
                return;
            }
        }
    }
}

impl Iterator for Lives<'_> {
    type Item = Work;

    fn next(&mut self) -> Option<Work> {
        if self.parts.is_empty() && self.day <= self.days() {
            self.tell();
        }
        self.parts.pop_front()
    }
}
