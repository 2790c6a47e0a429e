//! The help of every command, as an operator reads it. A surprise shows up as a diff.

use crate::common::{minsheng, text};

const COMMANDS: &[&str] = &[
    "demo", "init", "serve", "config", "doctor", "backup", "restore", "verify", "rebuild", "key", "migrate", "worker", "witness",
    "load", "seed", "learn", "insight",
];

#[test]
fn the_help_is_as_committed() {
    let mut all = text(&minsheng(&["--help"]).stdout);
    for command in COMMANDS {
        all += "\n===== minsheng ";
        all += command;
        all += " --help\n\n";
        all += &text(&minsheng(&[command, "--help"]).stdout);
    }
    insta::assert_snapshot!("help", all);
}

#[test]
fn every_command_of_the_help_is_in_the_list() {
    let help = text(&minsheng(&["--help"]).stdout);
    let commands = help.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    let named: Vec<&str> = commands.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next()).collect();
    for name in named.into_iter().filter(|name| *name != "help" && name.is_ascii()) {
        assert!(COMMANDS.contains(&name), "{name} is not in the snapshot");
    }
}

#[test]
fn a_worker_beside_sqlite_and_pending_steps_are_told_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let data = crate::common::site(folder.path(), "");
    let data = data.to_str().unwrap();
    let refused = minsheng(&["worker", "--data", data]);
    assert!(text(&refused.stderr).contains("use `minsheng serve`"));
    for args in [&["migrate", "--check", "--data", data][..], &["migrate", "--data", data]] {
        assert_eq!(text(&minsheng(args).stdout), "0 步 steps\n");
    }
    let checked = minsheng(&["config", "--check", &format!("{data}/minsheng.toml")]);
    assert!(text(&checked.stdout).contains("Nothing is wrong"), "{}", text(&checked.stderr));
}
