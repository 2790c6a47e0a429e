//! Backups of a site that is being served, and what comes back from them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use civic::vault::{KEYSTORE_MIGRATIONS, KeyStore};
use db::{NoHooks, Options, Store, Target};
use tlog::checkpoint::Checkpoint;

use crate::common::{Running, minsheng, site, text, until};

/// Takes a backup and returns its folder.
fn backup(data: &Path, to: &Path, more: &[&str]) -> PathBuf {
    let args = ["backup", "--data", data.to_str().unwrap(), "--to", to.to_str().unwrap()];
    let output = minsheng(&[&args, more].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    PathBuf::from(text(&output.stdout).lines().next().unwrap())
}

fn restore(from: &Path, to: &Path, more: &[&str]) -> (bool, String) {
    let args = ["restore", "--from", from.to_str().unwrap(), "--data", to.to_str().unwrap()];
    let output = minsheng(&[&args, more].concat());
    (output.status.success(), text(&output.stdout) + &text(&output.stderr))
}

#[test]
fn a_backup_of_a_served_site_comes_back_whole_and_is_served_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "");
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    let before = server.file("备份之前的事。");
    let taken = backup(&data, &folder.path().join("backups"), &[]);
    server.file("备份之后的事。");
    assert!(!taken.join("keys/supervisor.key").exists() && taken.join("keys/master.key").exists());
    drop(server);
    let back = folder.path().join("back");
    let (whole, words) = restore(&taken, &back, &[]);
    assert!(whole, "{words}");
    let mode = fs::metadata(back.join("keys/master.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let server = Running::start(&["serve", "--data", back.to_str().unwrap()]);
    let form = format!("number={}&query_code={}", before["number"].as_str().unwrap(), before["query_code"].as_str().unwrap());
    let answer = server.post("/track", &form);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body.contains("备份之前的事。"));
    let receipt = folder.path().join("receipt.txt");
    fs::write(&receipt, before["receipt"].as_str().unwrap()).unwrap();
    let url = format!("http://{}", server.address);
    assert!(minsheng(&["verify", &url, "--receipt", receipt.to_str().unwrap()]).status.success());
}

#[test]
fn a_sealed_backup_opens_with_its_key_only() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "");
    let (right, wrong) = (age::x25519::Identity::generate(), age::x25519::Identity::generate());
    let taken = backup(&data, &folder.path().join("backups"), &["--recipient", &right.to_public().to_string()]);
    assert!(taken.join("minsheng.db.age").exists() && !taken.join("minsheng.db").exists());
    assert!(!taken.join("keys/master.key").exists(), "no key lies there in the clear");
    let key = |identity: &age::x25519::Identity, name: &str| {
        let file = folder.path().join(name);
        fs::write(&file, age::secrecy::ExposeSecret::expose_secret(&identity.to_string())).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let (whole, words) = restore(&taken, &folder.path().join("none"), &[]);
    assert!(!whole && words.contains("--identity"), "{words}");
    let (whole, words) = restore(&taken, &folder.path().join("wrong"), &["--identity", &key(&wrong, "wrong.key")]);
    assert!(!whole && words.contains("does not open"), "{words}");
    let (whole, words) = restore(&taken, &folder.path().join("right"), &["--identity", &key(&right, "right.key")]);
    assert!(whole, "{words}");
}

#[test]
fn a_changed_backup_and_a_full_folder_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "");
    let taken = backup(&data, &folder.path().join("backups"), &[]);
    let (whole, words) = restore(&taken, &data, &[]);
    assert!(!whole && words.contains("never overwrites"), "{words}");
    fs::write(taken.join("keys/code.key"), "another").unwrap();
    let (whole, words) = restore(&taken, &folder.path().join("back"), &[]);
    assert!(!whole && words.contains("keys/code.key is not the file that was backed up"), "{words}");
    fs::remove_file(taken.join("backup.json")).unwrap();
    let (whole, words) = restore(&taken, &folder.path().join("back"), &[]);
    assert!(!whole && words.contains("is this a whole backup?"), "{words}");
}

#[test]
fn what_was_erased_after_a_backup_is_erased_again_when_it_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "");
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    let filed = server.file("以后会被抹除的事。");
    server.file("留下来的事。");
    assert!(server.stop().success());
    let taken = backup(&data, &folder.path().join("backups"), &[]);
    shred(&data, filed["number"].as_str().unwrap());
    let back = folder.path().join("back");
    let (whole, words) = restore(&taken, &back, &["--newer", data.to_str().unwrap()]);
    assert!(whole && words.contains("1 erasures done again"), "{words}");
    let server = Running::start(&["serve", "--data", back.to_str().unwrap()]);
    let form = format!("number={}&query_code={}", filed["number"].as_str().unwrap(), filed["query_code"].as_str().unwrap());
    assert!(!server.post("/track", &form).body.contains("以后会被抹除的事"));
    let url = format!("http://{}", server.address);
    assert!(minsheng(&["verify", &url]).status.success(), "the log stays whole after an erasure");
    assert!(server.stop().success());
    for words in [&["verify", "--database"][..], &["rebuild", "--check"]] {
        let output = minsheng(&[words, &["--data", back.to_str().unwrap()]].concat());
        assert!(output.status.success(), "after an erasure too: {words:?}: {}", text(&output.stdout));
    }
}

#[test]
fn a_restore_that_is_behind_names_what_was_published() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "[limits]\njobs_seconds = 1");
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    server.file("备份之前的事。");
    let taken = backup(&data, &folder.path().join("backups"), &[]);
    server.file("备份之后的事。");
    let newest = Checkpoint::peek(&server.get("/log/checkpoint").body).unwrap();
    let mark = data.join("keys/published.txt");
    until(|| fs::read_to_string(&mark).is_ok_and(|note| Checkpoint::peek(&note).unwrap() == newest));
    assert!(server.stop().success());
    let back = folder.path().join("back");
    let (whole, words) = restore(&taken, &back, &["--newer", data.to_str().unwrap()]);
    assert!(whole, "{words}");
    let look = Store::look(&Target::Sqlite(back.join("minsheng.db")), 1).unwrap();
    let row = look.read_blocking(|tx| tx.row("select fact from event where kind = 'restored'", &[])).unwrap();
    let (fact, root) = (row.unwrap().get::<String>("fact").unwrap(), data_encoding::HEXLOWER.encode(&newest.root));
    assert!(fact.contains(&format!("\"lost\":{},\"root\":\"{root}\",\"size\":{}", newest.size, newest.size - 1)), "{fact}");
    assert!(Running::start(&["serve", "--data", back.to_str().unwrap()]).stop().success(), "then it serves");
}

/// Shreds the key of a matter.
fn shred(data: &Path, number: &str) {
    let look = Store::look(&Target::Sqlite(data.join("minsheng.db")), 1).unwrap();
    let number = number.to_owned();
    let row = look.read_blocking(move |tx| tx.row("select key_id from matter where number = $1", db::params![number])).unwrap();
    let keys = Target::Sqlite(data.join("keys.db"));
    let keys = Store::open(&keys, Options::default(), KEYSTORE_MIGRATIONS, Box::new(NoHooks)).unwrap();
    KeyStore::new(keys, 990_777, Vec::new(), [0; 32]).shred(row.unwrap().get("key_id").unwrap()).unwrap();
}
