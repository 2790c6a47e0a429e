//! The example county as a site on either engine, with its database's administrator beside it.

use std::fs;
use std::path::PathBuf;

use db::{FromValue, NoHooks, Options, Store, Target};
use testkit::{Engine, Ground};

use crate::common::{Running, minsheng, text};

/// Is a site and its ground.
pub struct Town {
    ground: Ground,
    target: Target,
    etc: PathBuf,
}

impl Town {
    /// Makes the site; `extra` is put at the end of its configuration.
    pub fn new(engine: Engine, extra: &str) -> Self {
        let ground = Ground::new(engine);
        let (etc, data) = (ground.path().join("etc.toml"), ground.path().join("data"));
        let (target, places) = match ground.target("site") {
            Target::Postgres { url, schema: Some(schema) } => {
                let places = format!("database = {url:?}\nkeystore = {url:?}\nschema = {schema:?}\n");
                (Target::Postgres { url, schema: Some(schema) }, places)
            }
            _ => (Target::Sqlite(data.join("minsheng.db")), String::new()),
        };
        let town = Self { ground, target, etc };
        town.configure(&format!("data = {:?}\n{places}", data.to_str().unwrap()), extra);
        fs::write(town.path("county.toml"), minsheng(&["init", "--example"]).stdout).unwrap();
        let (well, words) = town.run(&["init", "--file", town.path("county.toml").to_str().unwrap()]);
        assert!(well, "{words}");
        town
    }

    fn configure(&self, places: &str, extra: &str) {
        let site = "[site]\ncode = \"990777\"\nname = \"云岭县\"\norigin = \"yunling.example/990777\"\n";
        fs::write(&self.etc, format!("{places}{site}\n{extra}\n")).unwrap();
    }

    /// Puts something at the end of the configuration.
    pub fn add(&self, extra: &str) {
        let text = fs::read_to_string(&self.etc).unwrap();
        fs::write(&self.etc, format!("{text}\n{extra}\n")).unwrap();
    }

    /// Replaces something in the configuration.
    pub fn change(&self, from: &str, to: &str) {
        let text = fs::read_to_string(&self.etc).unwrap();
        assert!(text.contains(from), "{from}: {text}");
        fs::write(&self.etc, text.replace(from, to)).unwrap();
    }

    /// Names a file beside the data.
    pub fn path(&self, name: &str) -> PathBuf {
        self.ground.path().join(name)
    }

    /// Writes a file beside the data and names it.
    pub fn keep(&self, name: &str, content: &str) -> String {
        fs::write(self.path(name), content).unwrap();
        self.path(name).to_str().unwrap().to_owned()
    }

    /// Returns the file beside the keys that tells what was published.
    pub fn mark(&self) -> PathBuf {
        self.path("data/keys/published.txt")
    }

    /// Returns the key that signs the log, as a thief has it.
    pub fn stolen_key(&self) -> tlog::note::Signer {
        let text = fs::read_to_string(self.path("data/keys/log.key")).unwrap();
        let seed = data_encoding::HEXLOWER.decode(text.trim().as_bytes()).unwrap();
        tlog::note::Signer::new("yunling.example/990777", seed.try_into().unwrap())
    }

    /// Runs a command on this site.
    pub fn run(&self, args: &[&str]) -> (bool, String) {
        let output = minsheng(&[args, &["--config", self.etc.to_str().unwrap()]].concat());
        (output.status.success(), text(&output.stdout) + &text(&output.stderr))
    }

    /// Serves it.
    pub fn serve(&self) -> Running {
        Running::start(&["serve", "--config", self.etc.to_str().unwrap()])
    }

    /// Tries to serve it; returns why it was refused.
    pub fn refused(&self) -> String {
        let (well, words) = self.run(&["serve", "--listen", "127.0.0.1:0"]);
        assert!(!well);
        words
    }

    /// Looks at the database with the operator's tool; returns its findings, or that everything holds.
    pub fn verify_database(&self) -> Vec<String> {
        let (_, words) = self.run(&["verify", "--database"]);
        let mut lines: Vec<String> = words.lines().map(str::to_owned).collect();
        lines.pop().unwrap().parse::<u64>().unwrap_or_else(|_| panic!("{words}"));
        lines
    }

    /// Opens the database as its administrator.
    pub fn admin(&self) -> Store {
        let migrations = testkit::migrations(&[
            appeals::MIGRATIONS,
            forum::MIGRATIONS,
            insight::MIGRATIONS,
            oversight::MIGRATIONS,
            channels::MIGRATIONS,
        ]);
        Store::open(&self.target, Options::default(), migrations, Box::new(NoHooks)).unwrap()
    }

    /// Does something to the database as its administrator: statements one after another.
    pub fn edit(&self, sql: &str) {
        let sql = sql.to_owned();
        self.admin().write_blocking(move |tx| tx.batch(&sql)).unwrap();
    }

    /// Asks the database for one value, in the column `it`; also while it is served.
    pub fn ask<T: FromValue>(&self, sql: &str) -> T {
        let sql = sql.to_owned();
        let row = Store::look(&self.target, 1).unwrap().read_blocking(move |tx| tx.row(&sql, &[])).unwrap();
        row.unwrap().get("it").unwrap()
    }

    /// Finds the position of a matter's filing.
    pub fn position(&self, number: &str) -> i64 {
        self.ask(&format!("select position as it from matter where number = '{number}'"))
    }

    /// Keeps the database as it is, under a name. Nobody serves it.
    pub fn save(&self, name: &str) {
        match &self.target {
            Target::Postgres { schema: Some(schema), .. } => {
                let saved = format!("{schema}-{name}");
                let tables = self.tables(schema);
                let copy = |table: &String| format!("create table \"{saved}\".{table} as table \"{schema}\".{table};");
                self.edit(&format!("create schema \"{saved}\";{}", tables.iter().map(copy).collect::<String>()));
            }
            _ => self.copy("minsheng.db", name),
        }
    }

    /// Puts a kept database back. Nobody serves it.
    pub fn put_back(&self, name: &str) {
        match &self.target {
            Target::Postgres { schema: Some(schema), .. } => {
                let saved = format!("{schema}-{name}");
                let copy = |table: &String| {
                    format!("truncate \"{schema}\".{table}; insert into \"{schema}\".{table} select * from \"{saved}\".{table};")
                };
                self.edit(&self.tables(schema).iter().map(copy).collect::<String>());
            }
            _ => self.copy(name, "minsheng.db"),
        }
    }

    fn tables(&self, schema: &str) -> Vec<String> {
        let sql = format!("select tablename from pg_catalog.pg_tables where schemaname = '{schema}' order by tablename");
        let rows = self.admin().read_blocking(move |tx| tx.rows(&sql, &[])).unwrap();
        rows.iter().map(|row| row.get("tablename").unwrap()).collect()
    }

    fn copy(&self, from: &str, to: &str) {
        for ending in ["", "-wal", "-shm"] {
            let (from, to) = (self.path(&format!("data/{from}{ending}")), self.path(&format!("data/{to}{ending}")));
            drop(fs::remove_file(&to));
            if from.exists() {
                fs::copy(from, to).unwrap();
            }
        }
    }
}
