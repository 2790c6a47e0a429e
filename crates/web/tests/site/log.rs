//! The public log seen from outside: a stranger's client rebuilds the tree from tiles and bundles alone.

use crate::world::Site;
use axum::http::StatusCode;
use civic::directory::{CalendarYear, Entry};
use tlog::checkpoint::Checkpoint;
use tlog::note::Verifier;
use tlog::{HashSource, leaf_hash};

/// Serves tiles that were fetched before.
struct Fetched(Vec<Vec<tlog::Hash>>);

impl HashSource for Fetched {
    type Error = ();

    fn tile(&mut self, level: u8, _index: u64) -> Result<Vec<tlog::Hash>, ()> {
        self.0.get(usize::from(level)).cloned().ok_or(())
    }
}

#[test]
fn checkpoint_tiles_and_entries_agree() {
    let site = Site::sqlite();
    let vkey = site.get("/log/vkey");
    assert_eq!(vkey.header("content-type"), "text/plain; charset=utf-8");
    let note = site.get("/log/checkpoint");
    assert_eq!(note.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(note.header("cache-control"), "public, max-age=1");
    let checkpoint = Checkpoint::open(&note.text(), &Verifier::parse(&vkey.text()).unwrap()).unwrap();
    let size = checkpoint.size;
    let entries = site.get(&format!("/log/tile/entries/000.p/{size}"));
    assert_eq!(entries.header("content-type"), "application/octet-stream");
    assert!(entries.header("cache-control").contains("immutable"));
    let leaves: Vec<tlog::Hash> = tlog::bundle::decode(&entries.bytes).unwrap().iter().map(|entry| leaf_hash(entry)).collect();
    let tile = site.get(&format!("/log/tile/0/000.p/{size}"));
    assert_eq!(tile.bytes, leaves.concat());
    assert_eq!(tlog::root(size, &mut Fetched(vec![leaves.clone()])).unwrap(), checkpoint.root);
    for width in 1..=size {
        let partial = site.get(&format!("/log/tile/0/000.p/{width}"));
        assert_eq!(partial.bytes, leaves[..width as usize].concat(), "every published width stays");
    }
    for absent in [
        format!("0/000.p/{}", size + 1),
        "0/000".into(),
        "0/000.p/0".into(),
        "1/000.p/1".into(),
        "0/001.p/1".into(),
        "64/000.p/1".into(),
        "entries/000".into(),
        "0/0.p/1".into(),
    ] {
        assert_eq!(site.get(&format!("/log/tile/{absent}")).status, StatusCode::NOT_FOUND, "{absent}");
    }
}

#[test]
fn an_empty_log_has_a_signed_checkpoint_and_no_tile() {
    let site = Site::empty();
    let verifier = Verifier::parse(&site.get("/log/vkey").text()).unwrap();
    let checkpoint = Checkpoint::open(&site.get("/log/checkpoint").text(), &verifier).unwrap();
    assert_eq!((checkpoint.size, checkpoint.root), (0, tlog::EMPTY_ROOT));
    for absent in ["0/000", "0/000.p/1", "entries/000", "entries/000.p/1"] {
        assert_eq!(site.get(&format!("/log/tile/{absent}")).status, StatusCode::NOT_FOUND, "{absent}");
    }
}

#[test]
fn full_tiles_and_the_level_above_are_served() {
    let site = Site::sqlite();
    for number in 0..260 {
        let year = CalendarYear { year: 2_100 + number, text: String::new() };
        site.world.set(Entry::Calendar(year), "loaded");
    }
    let full = site.get("/log/tile/0/000");
    assert_eq!((full.status, full.bytes.len()), (StatusCode::OK, 8_192));
    assert_eq!(site.get("/log/tile/1/000.p/1").bytes.len(), 32);
    assert_eq!(tlog::bundle::decode(&site.get("/log/tile/entries/000").bytes).unwrap().len(), 256);
    assert_eq!(site.get("/log/tile/0/000.p/7").bytes, full.bytes[..224]);
}

#[test]
fn figures_of_a_long_log_are_computed_beside_and_pages_say_so_meanwhile() {
    let site = Site::sqlite();
    site.world
        .write(|tx, own, (now, chance)| {
            (0..5_000).try_for_each(|_| civic::journal::append_sealed(tx, own, now, chance, None))?;
            Ok::<_, db::Fault>(())
        })
        .unwrap();
    let counting = "正在从公开日志里逐条算出来";
    let home = site.get("/");
    assert_eq!(home.status, StatusCode::OK);
    assert!(home.text().contains(counting), "a page does not wait for thousands of entries");
    let until = |path: &str| (0..10_000).map(|_| site.get(path).text()).find(|page| !page.contains(counting));
    assert!(until("/figures").unwrap().contains('5'), "the page says how many entries it rests on");
    assert!(until("/").is_some());
}
