//! Where a test's data lies: a folder of its own and, on PostgreSQL, schemas of its own.

use std::path::Path;

use db::Target;
use tempfile::TempDir;

use crate::surroundings::address;

/// Names the engine a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, in a file.
    Sqlite,
    /// PostgreSQL, in the private cluster that `cargo x` starts.
    Postgres,
}

/// Is the ground of one test. The folder goes away with it; the cluster goes away with the run.
pub struct Ground {
    engine: Engine,
    folder: TempDir,
}

impl Ground {
    /// Takes new ground.
    pub fn new(engine: Engine) -> Self {
        let folder = tempfile::Builder::new().prefix("world-").tempdir().expect("a temporary folder can be made");
        Self { engine, folder }
    }

    /// Returns the folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the engine.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Names a database on this ground; the same name is the same database.
    pub fn target(&self, name: &str) -> Target {
        match self.engine {
            Engine::Sqlite => Target::Sqlite(self.path().join(format!("{name}.db"))),
            Engine::Postgres => {
                let own = self.path().file_name().expect("a temporary folder has a name").to_string_lossy();
                Target::Postgres { url: address("MINSHENG_TEST_POSTGRES"), schema: Some(format!("{own}-{name}")) }
            }
        }
    }
}
