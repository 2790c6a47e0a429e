//! The files: sealed, guarded, gone when they shall be.

use std::fs;
use std::path::Path;

use search::{Change, Shape};

use super::{document, filled, found, open, try_open};

/// Another version of the same.
static OTHER: Shape = Shape { version: "2", ..super::SHAPE };

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let all = fs::read_dir(folder).expect("folder").map(|entry| entry.expect("entry").path());
    let mut all: Vec<_> = all.filter(|path| path.file_name().is_some_and(|name| name != "lock")).collect();
    all.sort();
    all
}

fn anywhere(folder: &Path, canary: &str) -> bool {
    files(folder).iter().any(|path| fs::read(path).expect("read").windows(canary.len()).any(|part| part == canary.as_bytes()))
}

#[test]
fn nothing_in_the_files_can_be_read() {
    let folder = tempfile::tempdir().expect("folder");
    let index = filled(folder.path());
    assert!(files(folder.path()).len() > 4);
    for part in ["停水", "水三", "自来", "owner", "water", "segment", "key"] {
        assert!(!anywhere(folder.path(), part), "{part}");
    }
    drop(index);
    let again = open(folder.path(), 1);
    assert_eq!((found(&again, &["停水"]), again.view().mark()), (vec![1, 4], "5"));
}

#[test]
fn another_key_another_shape_and_every_turned_bit_lead_to_an_empty_index() {
    let folder = tempfile::tempdir().expect("folder");
    drop(filled(folder.path()));
    for path in files(folder.path()) {
        let whole = fs::read(&path).expect("read");
        let mut turned = whole.clone();
        let middle = turned.len() / 2;
        turned[middle] ^= 1;
        fs::write(&path, turned).expect("written");
        // a file that is opened piece by piece is noticed when it is asked
        let noticed = {
            let copy = tempfile::tempdir().expect("folder");
            for file in files(folder.path()) {
                fs::copy(&file, copy.path().join(file.file_name().expect("named"))).expect("copied");
            }
            let index = open(copy.path(), 1);
            index.view().mark().is_empty()
                || ["停水", "王家坳"].iter().any(|words| index.view().find(&super::ask(&[words])).is_err())
        };
        let asked = path.extension().is_none_or(|end| end != "store");
        assert!(noticed || !asked, "{}", path.display());
        fs::write(&path, whole).expect("written");
    }
    assert_eq!(try_open(folder.path(), 1, &OTHER).expect("opens").view().documents(), 0);
    drop(filled(folder.path()));
    assert_eq!(open(folder.path(), 2).view().documents(), 0);
}

#[test]
fn two_cannot_have_one_folder() {
    let folder = tempfile::tempdir().expect("folder");
    let _first = filled(folder.path());
    assert!(try_open(folder.path(), 1, &super::SHAPE).is_err());
}

#[test]
fn what_is_dropped_is_purged_from_the_files() {
    let folder = tempfile::tempdir().expect("folder");
    let index = filled(folder.path());
    let before = index.bytes().expect("measured");
    let many = (10..400).map(|key| Change::Put(document(key, &format!("第{key}件事情各有各的说法"), "town"))).collect();
    index.take(many).expect("taken");
    index.commit("400").expect("committed");
    let full = index.bytes().expect("measured");
    index.take((11..400).map(Change::Drop).collect()).expect("taken");
    index.commit("400").expect("committed");
    assert!((0..50).any(|_| index.purge().expect("purged")));
    let after = index.bytes().expect("measured");
    assert!(after < before + (full - before) / 4, "{before} {full} {after}");
    assert_eq!(found(&index, &["停水"]), [1, 4]);
}
