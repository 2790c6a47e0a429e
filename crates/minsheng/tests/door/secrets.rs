//! Secrets lie in files of their owner alone, and nowhere that other users of the machine can look.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::common::{Running, site};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn secrets_stand_in_no_command_line_and_no_environment() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "");
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    server.file("路灯不亮。");
    let process = server.inside(Path::new("/"));
    let process = process.parent().unwrap();
    let shown = ["cmdline", "environ", "comm", "status"].map(|name| fs::read(process.join(name)).unwrap()).concat();
    let shown = String::from_utf8_lossy(&shown).into_owned();
    assert!(shown.contains("serve"), "{shown}");
    let mut secrets = 0;
    for entry in fs::read_dir(data.join("keys")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "key") {
            let secret = fs::read_to_string(&path).unwrap();
            assert!(secret.trim().len() >= 64 && !shown.contains(secret.trim()), "{}", path.display());
            assert_eq!(mode(&path), 0o600, "{}", path.display());
            secrets += 1;
        }
    }
    assert!(secrets >= 4, "{secrets}");
    for private in [data.join("keys"), data.join("files")] {
        assert_eq!(mode(&private), 0o700, "{}", private.display());
    }
}
