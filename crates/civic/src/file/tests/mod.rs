mod corpus;

use corpus::TELLING;
use proptest::prelude::*;

use super::*;

fn has(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

fn cleaned(kind: FileType, bytes: &[u8]) -> Vec<u8> {
    match clean(kind, bytes).unwrap() {
        Cleaned::Clean(copy) => copy,
        Cleaned::AsReceived => panic!("{kind:?} was not cleaned"),
    }
}

fn code(bytes: &[u8]) -> &'static str {
    inspect(bytes).unwrap_err().code
}

#[test]
fn every_type_is_known_by_its_content_and_by_its_code() {
    for kind in FileType::ALL {
        assert_eq!(inspect(&corpus::of(*kind)), Ok(*kind));
        assert_eq!(FileType::parse(kind.code()), Some(*kind));
    }
    assert_eq!(inspect(b"#!AMR-WB\n\x040123456789"), Ok(FileType::Amr));
}

#[test]
fn what_tells_about_a_person_is_gone_and_the_picture_is_still_the_picture() {
    for kind in FileType::ALL {
        let received = corpus::of(*kind);
        if !kind.is_always_cleaned() && *kind != FileType::Heic {
            assert_eq!(clean(*kind, &received), Ok(Cleaned::AsReceived), "{kind:?}");
            continue;
        }
        assert!(TELLING.iter().any(|word| has(&received, word)), "{kind:?} tells something before");
        let copy = cleaned(*kind, &received);
        for word in TELLING {
            assert!(!has(&copy, word), "{kind:?} still holds {}", String::from_utf8_lossy(word));
        }
        let is_named_in_structure = *kind == FileType::Heic; // the item stays, blank
        assert!(is_named_in_structure || !has(&copy, b"Exif\0\0"), "{kind:?}");
        assert_eq!(inspect(&copy), Ok(*kind), "{kind:?}");
        assert_eq!(cleaned(*kind, &copy), copy, "{kind:?}: cleaning twice changes nothing");
    }
}

#[test]
fn a_photo_keeps_its_colours_its_scans_and_the_way_up_and_nothing_more() {
    let copy = cleaned(FileType::Jpeg, &corpus::jpeg(6, (40, 30)));
    assert!(has(&copy, b"ICC_PROFILE\0\x01\x01colours"));
    assert!(has(&copy, &[0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56]) && has(&copy, &[0x78, 0xff, 0xd9]));
    assert!(has(&copy, b"Exif\0\0MM\0\x2a") && !has(&copy, b"GPS"));
    assert_eq!(jpeg::size(&copy), Some((40, 30)));
    assert_eq!(copy.iter().rev().take(2).copied().collect::<Vec<_>>(), [0xd9, 0xff]);
    for copy in [cleaned(FileType::Png, &corpus::png(8, (4, 2))), cleaned(FileType::Webp, &corpus::webp(8))] {
        assert!(has(&copy, &[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 8]) && !has(&copy, b"GPS"));
    }
}

#[test]
fn a_film_in_a_gif_still_runs_and_sound_still_sounds() {
    let copy = cleaned(FileType::Gif, &corpus::gif());
    assert!(has(&copy, b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0!\xf9\x04") && copy.ends_with(b"\x02D\x01\0;"));
    assert_eq!(cleaned(FileType::Gif, &copy[..copy.len() - 1]), copy, "a last byte that was forgotten is put there");
    let copy = cleaned(FileType::Mp3, &corpus::mp3());
    assert!(copy.len() == 834 && copy.starts_with(&[0xff, 0xfb]) && copy[417..].starts_with(&[0xff, 0xfb]));
    let copy = cleaned(FileType::Wav, &corpus::wav());
    assert!(copy.ends_with(b"data\x03\0\0\0\x07\x08\x09\0") && copy.len() == 12 + 24 + 12);
    let cut = [&copy[..copy.len() - 8], &[0xff; 4], b"sound"].concat();
    assert!(cleaned(FileType::Wav, &cut).ends_with(b"data\x05\0\0\0sound\0"), "a recording that was cut off");
    for (first, content) in [(*b"JUNK", &[0; 28][..]), (*b"bext", TELLING[3]), (*b"LIST", TELLING[0]), (*b"abcd", b"odd")] {
        let taken = corpus::wav_behind(first, content);
        assert_eq!(inspect(&taken), Ok(FileType::Wav), "{}", String::from_utf8_lossy(&first));
        assert!(cleaned(FileType::Wav, &taken) == copy, "nothing but the sound is left");
        for end in 0..taken.len() {
            drop(inspect(&taken[..end]));
        }
    }
    assert_eq!(code(b"RIFF\x10\0\0\0WAVEJUNK\xff\xff\xff\xff.."), "file_damaged", "a chunk longer than the file");
    assert_eq!(clean(FileType::Mp3, b"ID3\x04\0\0\0\0\0\x7fshort").unwrap_err().code, "file_damaged");
    assert_eq!(clean(FileType::Gif, b"GIF89a\x04\0\x02\0\0\0\0!\xfe\x09short").unwrap_err().code, "file_damaged");
    assert_eq!(clean(FileType::Wav, b"RIFF\x10\0\0\0WAVEfmt \x02\0\0\0ab").unwrap_err().code, "file_damaged");
}

#[test]
fn what_is_empty_too_large_unknown_or_lies_is_refused_with_a_way_on() {
    let mut large = corpus::of(FileType::Jpeg);
    large.resize(FILE_BYTES_MAX + 1, 0);
    assert_eq!(code(&[]), "file_empty");
    assert_eq!(code(&large), "file_large");
    large.truncate(FILE_BYTES_MAX);
    assert_eq!(inspect(&large), Ok(FileType::Jpeg));
    for unknown in [&b"MZ\x90\0program"[..], b"<html><script>", b"\x7fELF", b"PK\x03\x04", b"text", b"BM1234567890123456"] {
        assert_eq!(code(unknown), "file_type", "{}", String::from_utf8_lossy(unknown));
    }
    let lies: [&[u8]; 9] = [
        b"\xff\xd8\xff\xe0<script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n<script>",
        b"RIFF\x10\0\0\0WEBPVP8 <script>",
        b"GIF89a\0\0\0\0",
        b"%PDF-1.7 and then something else",
        b"RIFF\x10\0\0\0WAVELIST",
        b"\0\0\0\x10ftypisom\0\0\0\0<html>",
        b"\xff\xfb\x90\x00 this is no frame",
        b"\0\0\0\x10ftypheic\0\0\0\0",
    ];
    for lie in lies {
        let refusal = inspect(lie).unwrap_err();
        assert!(refusal.way_on.is_some());
        assert!(matches!(refusal.code, "file_damaged" | "file_type"), "{}", String::from_utf8_lossy(lie));
    }
    assert_eq!(inspect_count(9), Ok(()));
    assert_eq!(inspect_count(10).unwrap_err().code, "file_many");
}

#[test]
fn a_picture_that_would_fill_a_telephone_is_refused_by_its_head_alone() {
    for bomb in [
        corpus::jpeg(1, (10_001, 10_000)),
        corpus::png(1, (u32::MAX, u32::MAX)),
        corpus::heic((10_001, 10_000)),
        b"GIF89a\xff\xff\xff\xff\0\0\0;".to_vec(),
    ] {
        assert_eq!(code(&bomb), "file_pixels");
    }
    assert_eq!(inspect(&corpus::jpeg(1, (10_000, 10_000))), Ok(FileType::Jpeg));
}

proptest! {
    #[test]
    fn parser_of_files(bytes: Vec<u8>) {
        drop(inspect(&bytes));
        for kind in FileType::ALL {
            drop(clean(*kind, &bytes));
        }
    }

    #[test]
    fn parser_of_bent_files(places: [prop::sample::Index; 2], byte: u8, cut: bool) {
        let [at, bent] = places;
        let bodies = FileType::ALL.iter().map(|kind| corpus::of(*kind));
        let bodies: Vec<Vec<u8>> = bodies.chain([corpus::wav_behind(*b"JUNK", &[0; 28]), corpus::wav_behind(*b"bext", b"odd")]).collect();
        let mut bytes = bodies[at.index(bodies.len())].clone();
        let place = bent.index(bytes.len());
        if cut {
            bytes.truncate(place);
        } else {
            bytes[place] = byte;
        }
        if let Ok(kind) = inspect(&bytes) && let Ok(Cleaned::Clean(copy)) = clean(kind, &bytes) {
            prop_assert!(copy.len() <= bytes.len() + 64);
        }
    }
}
