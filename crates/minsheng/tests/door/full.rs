//! A disk without room, or without leave to write: seen before the first resident meets it, and over when room is back.

use std::fs::{self, File};
use std::io::Write;

use crate::common::{Running, site};

/// Room on the test's disk, in MiB: a fresh site and a little more.
const DISK_MIB: u32 = 16;

#[test]
fn a_full_disk_is_not_ready_refuses_with_words_and_recovers_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let data = site(folder.path(), "");
    let server = Running::on_small_disk(&data, DISK_MIB);
    assert_eq!(server.get("/readyz").status, 200);
    let kept = server.file("断电三天。");
    let filler = server.inside(&data).join("filler");
    let mut file = File::create(&filler).unwrap();
    while file.write_all(&[0; 4_096]).is_ok() {}
    drop(file);
    while server.get("/readyz").status == 200 {}
    assert!(server.get("/readyz").body.contains("the disk: "), "{}", server.get("/readyz").body);
    assert_eq!(server.get("/healthz").status, 200, "a full disk is no reason to kill the process");
    let form = format!("number={}&query_code={}", kept["number"].as_str().unwrap(), kept["query_code"].as_str().unwrap());
    let refused = (0..10_000).find(|n| {
        // small writes may still find room inside SQLite's own files
        let fields = format!("what={}&kind=help&identity=anonymous&place=990777100201&submit_key=full-{n}", "x".repeat(2_000));
        let answer = server.post("/appeals", &fields);
        assert!(matches!(answer.status, 201 | 507), "{}", answer.body);
        answer.status == 507
    });
    assert!(refused.is_some());
    assert_eq!(server.get("/log/checkpoint").status, 200, "reading goes on");
    fs::remove_file(&filler).unwrap();
    while server.get("/readyz").status != 200 {}
    server.file("又有地方了。");
    assert!(server.post("/track", &form).body.contains("断电三天。"));
}
