use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use civic::journal::Hooks;
use civic::vault::{KEYSTORE_GUARDS, KEYSTORE_MIGRATIONS};
use db::{BatchHooks, Context, Fault, NoHooks, Store, Target};

use super::Which;
use crate::config::Config;
use crate::house;

/// 升级数据表（先自动备份）；启动服务时也会自动进行。 Brings the tables up to this version, after a copy; `serve` does the same.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 只列出尚未进行的升级。 Only lists what is still to be done.
    #[arg(long)]
    check: bool,
    /// 只用于 PostgreSQL：文件的第一行是表的所有者的地址（密钥库另有所有者时，写在第二行）。由所有者建表，并授予
    /// 配置中的服务角色所需的权限：只能追加，不能更改或删除已发生的事。
    /// PostgreSQL only: a file whose first line is the address of the tables' owner (a second line: of the key store's,
    /// where it is another). The owner makes the tables and grants the role that serves what it needs: it can add to the
    /// past and not change it.
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    owner: Option<PathBuf>,
    /// 只用于装有 citus 扩展的 PostgreSQL：把各表按辖区分布到多台机器。
    /// Only on PostgreSQL with the extension citus: spreads the tables over several machines by jurisdiction.
    #[arg(long, conflicts_with = "check")]
    distributed: bool,
    #[command(flatten)]
    which: Which,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Fault> {
    let config = args.which.read()?;
    let mut steps = db::pending(&config.data_target(), &house::migrations())?.unwrap_or_default();
    steps.extend(db::pending(&config.keystore_target(), KEYSTORE_MIGRATIONS)?.unwrap_or_default());
    match &args.owner {
        Some(file) => as_owner(&config, file)?,
        None if args.check => {}
        None => drop(house::open(&config)?),
    }
    for step in &steps {
        println!("{step}");
    }
    println!("{} 步 steps", steps.len());
    if args.distributed {
        distribute(&config, args.owner.as_deref())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The column by which tables are spread: it begins every key of a matter's tables.
const BY: &str = "jurisdiction";

/// Spreads the tables over several machines, as their owner where there is one.
fn distribute(config: &Config, owner: Option<&Path>) -> Result<(), Fault> {
    let owners = owner.map(owners).transpose()?;
    for (target, owner) in [
        (config.data_target(), owners.as_ref().map(|both| &both.0)),
        (config.keystore_target(), owners.as_ref().map(|both| &both.1)),
    ] {
        let target = match (target, owner) {
            (Target::Postgres { schema, .. }, Some(url)) => Target::Postgres { url: url.clone(), schema },
            (target, _) => target,
        };
        for statement in Store::distribute(&target, BY)? {
            println!("{statement}");
        }
    }
    Ok(())
}

/// Reads the addresses of the owners of the data and of the key store.
fn owners(file: &Path) -> Result<(String, String), Fault> {
    let text = fs::read_to_string(file).context(format!("while reading {}", file.display()))?;
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let data = lines.next().ok_or_else(|| Fault::other(format!("{} holds no address", file.display())))?;
    Ok((data.to_owned(), lines.next().unwrap_or(data).to_owned()))
}

/// Makes the tables as their owner and grants the role that serves what it needs.
fn as_owner(config: &Config, file: &Path) -> Result<(), Fault> {
    let (data, keys) = owners(file)?;
    let all = house::migrations();
    // what a step does to data that is there already needs the site's keys
    let there = db::pending(&config.data_target(), &all)?.is_some();
    let mut hooks: Box<dyn BatchHooks> = if there { Box::new(Hooks::new(house::look(config)?.site)) } else { Box::new(NoHooks) };
    for (target, owner, (migrations, hooks), guards) in [
        (config.data_target(), &data, (all.as_slice(), hooks.as_mut()), house::guards()),
        (config.keystore_target(), &keys, (KEYSTORE_MIGRATIONS, &mut NoHooks as &mut dyn BatchHooks), KEYSTORE_GUARDS),
    ] {
        let Target::Postgres { schema, .. } = &target else { continue };
        let role = target.role()?.ok_or_else(|| Fault::other("the configured address of the database names no user"))?;
        let owner = Target::Postgres { url: owner.clone(), schema: schema.clone() };
        if owner.role()?.as_ref() == Some(&role) {
            return Err(Fault::other(format!("{role} serves the site, so it must not own the tables: give the owner's address")));
        }
        Store::grant(&owner, (migrations, hooks), &role, guards)?;
        println!("{role}：权限已授予。 {role} was granted what it needs.");
    }
    Ok(())
}
