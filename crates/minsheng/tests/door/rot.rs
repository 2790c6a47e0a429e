//! What the drill `rot` found silent: places that nobody reads for long, and that rot unseen unless somebody looks.

use std::fs;
use std::path::{Path, PathBuf};

use civic::vault::KEYSTORE_MIGRATIONS;
use db::{Migration, NoHooks, Options, Store, Target};

use crate::common::{Running, minsheng, site, text};

/// An accusation with a file: only a sealed copy names that file.
const ACCUSATION: &str = "--x\r\ncontent-disposition: form-data; name=\"what\"\r\n\r\n账目有假\r\n\
    --x\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\naccusation\r\n\
    --x\r\ncontent-disposition: form-data; name=\"identity\"\r\n\r\nanonymous\r\n\
    --x\r\ncontent-disposition: form-data; name=\"submit_key\"\r\n\r\nrot-1\r\n\
    --x\r\ncontent-disposition: form-data; name=\"files\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n\r\n--x--\r\n";

fn stopped(folder: &Path) -> PathBuf {
    let data = site(folder, "");
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    server.file("桥栏杆松了。");
    let head = format!("content-type: multipart/form-data; boundary=x\r\ncontent-length: {}", ACCUSATION.len());
    let filed = server.send(&format!(
        "POST /appeals HTTP/1.1\r\nhost: {}\r\nconnection: close\r\naccept: application/json\r\n{head}\r\n\r\n{ACCUSATION}",
        server.address
    ));
    assert_eq!(filed.status, 201, "{}", filed.body);
    assert!(server.stop().success());
    data
}

fn verify(data: &Path) -> (bool, String) {
    let output = minsheng(&["verify", "--database", "--data", data.to_str().unwrap()]);
    (output.status.success(), text(&output.stdout))
}

fn edit(file: PathBuf, migrations: &[Migration], sql: &'static str) {
    let store = Store::open(&Target::Sqlite(file), Options::default(), migrations, Box::new(NoHooks)).unwrap();
    assert_eq!(store.write_blocking(move |tx| tx.run(sql, &[])).unwrap(), 1);
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let below = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    below.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn a_file_that_only_a_sealed_copy_names_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let data = stopped(folder.path());
    assert!(verify(&data).0);
    let files = files(&data.join("files"));
    assert!(!files.is_empty());
    for file in files {
        let mut bytes = fs::read(&file).unwrap();
        bytes[10] ^= 1;
        fs::write(&file, &bytes).unwrap();
        let (holds, words) = verify(&data);
        assert!(!holds && words.contains("is not the one its address names"), "{words}");
        bytes[10] ^= 1;
        fs::write(&file, &bytes).unwrap();
    }
    assert!(verify(&data).0, "put back, it holds again");
}

#[test]
fn an_older_checkpoint_and_a_key_not_used_yet_are_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let data = stopped(folder.path());
    let migrations = testkit::migrations(&[
        appeals::MIGRATIONS,
        forum::MIGRATIONS,
        insight::MIGRATIONS,
        oversight::MIGRATIONS,
        channels::MIGRATIONS,
    ]);
    let other = "update checkpoint set note = (select max(note) from checkpoint where size > 0) where size = 0";
    edit(data.join("minsheng.db"), migrations, other);
    let (holds, words) = verify(&data);
    assert!(!holds && words.contains("checkpoint of size 0 does not state the entries under it"), "{words}");
    let other = "update matter_key set wrapped = (select wrapped from matter_key where id = 1001) where id = 1000";
    edit(data.join("keys.db"), KEYSTORE_MIGRATIONS, other);
    assert!(verify(&data).1.contains("key 1000 cannot be opened"));
}
