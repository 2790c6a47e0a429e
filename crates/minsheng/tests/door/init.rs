//! Making a site: nothing half, nothing twice, and back again while nothing has happened.

use std::fs;
use std::path::Path;

use crate::common::{Running, minsheng, text};

fn county(folder: &Path) -> String {
    let file = folder.join("county.toml");
    fs::write(&file, minsheng(&["init", "--example"]).stdout).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn a_dry_run_shows_everything_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (county(folder.path()), folder.path().join("data"));
    let shown = minsheng(&["init", "--file", &file, "--data", data.to_str().unwrap(), "--dry-run"]);
    assert!(shown.status.success());
    let shown = text(&shown.stdout);
    assert!(shown.contains("    990777100201 竹溪村　收件 intake：青石镇人民政府"), "{shown}");
    assert!(shown.contains("共 3 个地方、3 个单位、3 人"), "{shown}");
    assert!(!data.exists());
}

#[test]
fn a_site_is_made_once_served_and_taken_back_only_while_nothing_has_happened() {
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (county(folder.path()), folder.path().join("data"));
    let data = data.to_str().unwrap();
    let made = minsheng(&["init", "--file", &file, "--data", data]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert!(text(&made.stdout).contains("一次性代码"));
    let key = fs::metadata(Path::new(data).join("supervisor.key")).unwrap();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&key.permissions()) & 0o777, 0o600);
    let twice = minsheng(&["init", "--file", &file, "--data", data]);
    assert!(text(&twice.stderr).contains("there is a site in this folder already"), "{}", text(&twice.stderr));
    let server = Running::start(&["serve", "--data", data]);
    assert!(server.get("/places.json").body.contains("竹溪村"));
    let held = minsheng(&["init", "--data", data, "--undo"]);
    assert!(text(&held.stderr).contains("another process serves"));
    assert!(server.stop().success());
    let undone = minsheng(&["init", "--data", data, "--undo"]);
    assert!(undone.status.success(), "{}", text(&undone.stderr));
    let left: Vec<_> = fs::read_dir(data).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name == "supervisor.key" || name == "files"), "{left:?}");
}

#[test]
fn a_site_with_a_matter_is_not_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = crate::common::site(folder.path(), "");
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    server.file("路灯坏了。");
    drop(server);
    let kept = minsheng(&["init", "--data", data.to_str().unwrap(), "--undo"]);
    assert!(text(&kept.stderr).contains("what has happened is not taken back"), "{}", text(&kept.stderr));
}

#[test]
fn everything_wrong_is_said_at_once_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (county(folder.path()), folder.path().join("data"));
    let wrong =
        fs::read_to_string(&file).unwrap().replace("supervising = true", "").replace("login = \"tao\"", "login = \"mei\"");
    fs::write(&file, wrong).unwrap();
    let refused = minsheng(&["init", "--file", &file, "--data", data.to_str().unwrap()]);
    assert!(!refused.status.success());
    let words = text(&refused.stderr);
    assert!(
        words.contains("mei stands there twice") && words.contains("supervising") && words.contains("2 things must be"),
        "{words}"
    );
    assert!(!data.exists());
}
