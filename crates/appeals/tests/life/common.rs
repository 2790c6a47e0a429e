//! What the tests of this room share: a town whose people file, act and wait.

use appeals::appeal::{Command, Outcome, ReplyText, State};
use appeals::filing::{Filed, Form, NotFiled, file};
use appeals::run::{Done, Request, act};
use appeals::{store, tick};
use civic::directory::{self, Entry, Relative, Role, contact_index};
use civic::journal::{self, Actor};
use civic::permit::Who;
use civic::refusal::No;
use db::Fault;
use jiff::civil::Date;
use testkit::{Engine, World, county};
use uuid::Uuid;
use worktime::Calendar;

/// A world with the tables of this room.
pub struct Town {
    pub world: World,
}

/// Runs a future to its end; the store's threads do the work.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

impl Town {
    pub fn new(engine: Engine) -> Self {
        Self { world: World::with(engine, testkit::migrations(&[appeals::MIGRATIONS])) }
    }

    pub fn file(&self, form: &Form) -> Result<Filed, NotFiled> {
        wait(file(&self.world.hall, form, &[], None, |_, _| Ok(Vec::new())))
    }

    pub fn run(&self, request: Request) -> Result<Done, No> {
        wait(act(&self.world.hall, request))
    }

    pub fn act(&self, login: &str, filed: &Filed, command: Command) -> Result<Done, No> {
        self.act_on(login, filed.matter, command)
    }

    pub fn act_on(&self, login: &str, matter: Uuid, command: Command) -> Result<Done, No> {
        self.run(Request { who: who(login), matter, seen: None, command })
    }

    pub fn resident(&self, filed: &Filed, command: Command) -> Result<Done, No> {
        self.run(Request { who: Who::Resident { matter: filed.matter }, matter: filed.matter, seen: None, command })
    }

    pub fn state(&self, filed: &Filed) -> State {
        let matter = filed.matter;
        self.world.read(move |tx, site| store::load(tx, site, matter)).unwrap().unwrap().state.as_ref().clone()
    }

    pub fn pseudonym(&self, filed: &Filed) -> String {
        let matter = filed.matter;
        self.world.read(move |tx, site| store::load(tx, site, matter)).unwrap().map(|l| journal::pseudonym(&l.key)).unwrap()
    }

    /// Files, accepts and replies.
    pub fn replied(&self, key: &str) -> Filed {
        self.replied_to(&form(key))
    }

    pub fn replied_to(&self, form: &Form) -> Filed {
        let filed = self.file(form).unwrap();
        self.act("gu", &filed, Command::Accept { category: "14".into() }).unwrap();
        self.act("gu", &filed, reply()).unwrap();
        filed
    }

    /// Merges matters into a main one, at the desk of the township.
    pub fn merge<'a>(&self, main: &Filed, others: impl IntoIterator<Item = &'a Filed>) {
        for other in others {
            self.act("gu", other, Command::Merge { into: main.matter, number: main.number.clone() }).unwrap();
        }
    }

    /// Lists the kinds of events of a matter.
    pub fn kinds(&self, filed: &Filed) -> Vec<String> {
        let matter = filed.matter;
        let loaded = self.world.read(move |tx, site| store::load(tx, site, matter)).unwrap().unwrap();
        loaded.events.iter().map(|(stored, _)| stored.kind.clone()).collect()
    }

    /// Lists the events of a matter.
    pub fn events(&self, filed: &Filed) -> Vec<appeals::Event> {
        let matter = filed.matter;
        let loaded = self.world.read(move |tx, site| store::load(tx, site, matter)).unwrap().unwrap();
        loaded.events.iter().map(|(_, event)| event.clone()).collect()
    }

    /// Lists the templates of the letters to the resident of a matter, by name.
    pub fn letters(&self, filed: &Filed) -> Vec<String> {
        let matter = filed.matter;
        let all = self.world.read(move |tx, site| civic::outbox::of_matter(tx, site.jurisdiction, matter)).unwrap();
        let own = all.into_iter().filter(|letter| letter.recipient == "resident");
        let mut templates: Vec<String> = own.map(|letter| letter.template).collect();
        templates.sort();
        templates
    }

    pub fn tick(&self) {
        while self.world.write(|tx, site, (now, _)| tick::tick(tx, site, now)).unwrap() > 0 {}
    }

    /// Lists what another calendar would move, page by page.
    pub fn preview(&self, calendar: &Calendar, today: Date) -> Vec<tick::Shift> {
        let (mut all, mut after) = (Vec::new(), Some(String::new()));
        while let Some(from) = after {
            let calendar = calendar.clone();
            let page = self.world.read(move |tx, site| tick::preview(tx, site, (&calendar, today), &from)).unwrap();
            assert!(page.looked <= 200, "a page is a page");
            all.extend(page.shifts);
            after = page.next;
        }
        all
    }

    pub fn staff_as(&self, login: &str, role: Role) {
        let mut staff = self.world.hall.site.directory().staff[&county::staff_id(login)].clone();
        staff.roles.push(role);
        self.world.set(Entry::Staff(staff), "roles");
    }

    pub fn declare_relative(&self, login: &str, contact: &str) {
        let contact = data_encoding::HEXLOWER.encode(&contact_index(&self.world.hall.site.keys.index, contact));
        let relation = directory::Relation::Sibling;
        let id = Uuid::from_u128(77);
        self.world
            .set(Entry::Relative(Relative { id, staff: county::staff_id(login), relation, contact, active: true }), "declared");
    }

    pub fn abolish(&self, office: &str, successor: &str) {
        let mut entry = self.world.hall.site.directory().offices[office].clone();
        entry.successor = Some(successor.to_owned());
        let office = office.to_owned();
        self.world
            .write(move |tx, site, (now, chance)| {
                directory::set(tx, site, (now, chance), Actor::System, (&Entry::Office(entry), "abolished"))?;
                tick::reorganise(tx, site, now, (&office, "abolished")).map_err(|no| Fault::other(no.to_string()))
            })
            .unwrap();
    }
}

pub fn form(key: &str) -> Form {
    Form {
        what: "村口的路灯坏了三天,晚上孩子放学看不见路".into(),
        place: county::VILLAGE.into(),
        kind: "help".into(),
        identity: "named".into(),
        name: "田小满".into(),
        mobile: "139 0000 0001".into(),
        submit_key: key.into(),
        ..Form::default()
    }
}

pub fn text() -> ReplyText {
    ReplyText {
        request: "修好村口的路灯".into(),
        facts: "11 月 24 日到现场查看,线路接头烧断".into(),
        opinion: "11 月 25 日更换接头,当晚恢复照明".into(),
        basis: vec!["xf:32".into()],
        way_on: "不服本意见,可以在收到之日起 30 日内申请复查".into(),
        files: Vec::new(),
    }
}

pub fn reply() -> Command {
    Command::Reply { reply: text(), outcome: Outcome::Support }
}

/// Returns the code of a refusal.
pub fn code<T: std::fmt::Debug>(answer: Result<T, No>) -> &'static str {
    match answer {
        Err(No::Refused(refusal)) => refusal.code,
        other => panic!("a refusal was expected, not {other:?}"),
    }
}

pub fn who(login: &str) -> Who {
    Who::Staff { id: county::staff_id(login), session: Uuid::from_u128(1) }
}
