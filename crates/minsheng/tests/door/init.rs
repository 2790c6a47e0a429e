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
    for warning in ["Office jw takes matters in, but nobody", "No leader:", "2 people have no e-mail"] {
        assert!(shown.lines().any(|line| line.starts_with("注意 warning: ") && line.contains(warning)), "{warning}: {shown}");
    }
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
    assert!(left.iter().all(|name| name == "files"), "{left:?}");
    let again = minsheng(&["init", "--file", &file, "--data", data]);
    assert!(again.status.success(), "what was taken back can be made anew: {}", text(&again.stderr));
}

#[test]
fn a_key_of_another_site_is_not_overwritten_and_not_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (county(folder.path()), folder.path().join("data"));
    let (data, key) = (data.to_str().unwrap(), folder.path().join("supervisor.key"));
    fs::write(&key, "kept").unwrap();
    let named = ["init", "--file", &file, "--data", data, "--supervisor-key", key.to_str().unwrap()];
    let refused = minsheng(&named);
    assert!(text(&refused.stderr).contains("is there already"), "{}", text(&refused.stderr));
    fs::remove_file(&key).unwrap();
    assert!(minsheng(&named).status.success());
    fs::write(&key, "another").unwrap();
    assert!(minsheng(&["init", "--data", data, "--undo"]).status.success());
    assert_eq!(fs::read_to_string(&key).unwrap(), "another");
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

#[test]
fn staff_come_from_a_table_too() {
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (county(folder.path()), folder.path().join("data"));
    fs::write(folder.path().join("staff.xlsx"), include_bytes!("staff.xlsx")).unwrap();
    let with_table = fs::read_to_string(&file).unwrap().replace("#: staff_file", "staff_file");
    fs::write(&file, with_table).unwrap();
    let shown = minsheng(&["init", "--file", &file, "--data", data.to_str().unwrap(), "--dry-run"]);
    let words = text(&shown.stdout) + &text(&shown.stderr);
    assert!(words.contains("共 3 个地方、3 个单位、6 人") && words.contains("范临溪") && words.contains("郝行简"), "{words}");
}

#[test]
fn the_wizard_asks_shows_and_makes_only_what_was_agreed_to() {
    let answers = "990778\n石桥区\nShiqiao District\nshiqiao.example\n\n\n\n水务局\n3\n\n东渡镇\n\n渡口村\n\n\n\n\n\n\
        沈一舟\nshen\n1\n\n\n\n";
    for (agreed, made) in [("n\n", false), ("y\n", true)] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let (shown, well) = crate::common::talk(&["init", "--data", data.to_str().unwrap()], &format!("{answers}{agreed}"));
        assert!(well && shown.contains("共 3 个地方、4 个单位、2 人"), "{shown}");
        assert!(shown.contains("Office t100 takes matters in, but nobody"), "the town has no staff: {shown}");
        assert_eq!(data.join("minsheng.db").exists(), made, "{shown}");
        assert!(data.join("county.toml").exists(), "the answers are kept");
    }
}

#[test]
fn a_configuration_elsewhere_is_followed_and_must_be_of_the_same_site() {
    let folder = tempfile::tempdir().unwrap();
    let (file, etc, data) = (county(folder.path()), folder.path().join("etc.toml"), folder.path().join("elsewhere"));
    let config = |code: &str| {
        let text =
            format!("data = {data:?}\n[site]\ncode = \"{code}\"\nname = \"云岭县\"\norigin = \"yunling.example/990777\"\n");
        fs::write(&etc, text).unwrap();
        minsheng(&["init", "--file", &file, "--config", etc.to_str().unwrap()])
    };
    assert!(text(&config("990778").stderr).contains("another site"));
    let made = config("990777");
    assert!(made.status.success() && data.join("minsheng.db").exists(), "{}", text(&made.stderr));
    let server = Running::start(&["serve", "--config", etc.to_str().unwrap()]);
    assert_eq!(server.get("/readyz").status, 200);
}

#[test]
fn a_file_of_outlines_beside_the_county_gives_places_their_shape_or_says_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (county(folder.path()), folder.path().join("data"));
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("#: outlines_file = \"county.geojson\""));
    fs::write(&file, text.replace("#: outlines_file", "outlines_file")).unwrap();
    let outlines = folder.path().join("county.geojson");
    let make = |more: &[&str]| minsheng(&[&["init", "--file", &file, "--data", data.to_str().unwrap()], more].concat());
    assert!(text_of(&make(&[])).contains("county.geojson"), "a file that is named and not there is a mistake");
    let feature = |code: &str| {
        let ring = "[[105.0,30.0],[105.1,30.0],[105.1,30.1],[105.0,30.0]]";
        format!(
            "{{\"features\":[{{\"type\":\"Feature\",\"properties\":{{\"code\":\"{code}\"}},\"geometry\":{{\"type\":\"Polygon\",\
             \"coordinates\":[{ring}]}}}}]}}"
        )
    };
    for (wrong, why) in [(feature("990777999999"), "no place has the code 990777999999"), ("{}".to_owned(), "county.geojson: ")] {
        fs::write(&outlines, wrong).unwrap();
        let refused = make(&[]);
        assert!(!refused.status.success() && text_of(&refused).contains(why), "{}", text_of(&refused));
        assert!(!data.join("minsheng.db").exists(), "nothing half");
    }
    fs::write(&outlines, feature("990777100201")).unwrap();
    let made = make(&[]);
    assert!(made.status.success(), "{}", text_of(&made));
    let target = db::Target::Sqlite(data.join("minsheng.db"));
    let migrations = testkit::migrations(&[
        appeals::MIGRATIONS,
        forum::MIGRATIONS,
        insight::MIGRATIONS,
        oversight::MIGRATIONS,
        channels::MIGRATIONS,
    ]);
    let store = db::Store::open(&target, db::Options::default(), migrations, Box::new(db::NoHooks)).unwrap();
    let sql = "select cast(count(*) as bigint) as many from directory where doc like '%30100000%'";
    let many: i64 = store.read_blocking(move |tx| tx.row(sql, &[])?.unwrap().get("many")).unwrap();
    assert_eq!(many, 1, "one place has its outline, in millionths of a degree");
}

fn text_of(output: &std::process::Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}
