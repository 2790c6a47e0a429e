//! Small files made by hand for tests: each is whole, and those that can carry a place carry one.

use img_parts::png::PngChunk;

use crate::file::FileType;

/// Words that must be gone after cleaning.
pub(super) const TELLING: &[&[u8]] =
    &[b"GPS-31.2304", b"http://ns.adobe.com/xap", b"Photoshop 3.0", b"taken by Wang", b"THUMB", b"SECONDPICTURE"];

/// Builds an EXIF block (little-endian) with an orientation and a place.
pub(super) fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II\x2a\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend_from_slice(&[0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    tiff.extend_from_slice(&[0x25, 0x88, 4, 0, 1, 0, 0, 0, 0x26, 0, 0, 0]);
    tiff.extend_from_slice(&[0, 0, 0, 0]);
    tiff.extend_from_slice(b"GPS-31.2304");
    tiff
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], content].concat()
}

/// Builds a JPEG that carries everything a telephone and a photo editor put in.
pub(super) fn jpeg(orientation: u8, (width, height): (u16, u16)) -> Vec<u8> {
    let frame = [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[1, 1, 0x11, 0]].concat();
    [
        vec![0xff, 0xd8],
        segment(0xe0, b"JFIF\0\x01\x02\0\0\x48\0\x48\x01\x01THUMB"),
        segment(0xe1, &[b"Exif\0\0", &exif(orientation)[..]].concat()),
        segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
        segment(0xe2, b"ICC_PROFILE\0\x01\x01colours"),
        segment(0xed, b"Photoshop 3.0\x008BIM"),
        segment(0xfe, b"taken by Wang"),
        segment(0xdb, &[0; 65]),
        segment(0xc0, &frame),
        segment(0xc4, &[0; 29]),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        vec![0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56],
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        vec![0x78, 0xff, 0xd9],
        b"\xff\xd8\xff\xe1SECONDPICTURE GPS-31.2304".to_vec(),
    ]
    .concat()
}

fn chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    PngChunk::new(kind, content.to_vec().into()).encoder().bytes().to_vec()
}

/// Builds a PNG.
pub(super) fn png(orientation: u8, (width, height): (u32, u32)) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(*b"IHDR", &head),
        chunk(*b"eXIf", &exif(orientation)),
        chunk(*b"tEXt", b"Author\0taken by Wang"),
        chunk(*b"IDAT", b"\x78\x9c"),
        chunk(*b"IEND", b""),
        b"SECONDPICTURE".to_vec(),
    ]
    .concat()
}

fn riff(kind: [u8; 4], chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut body = kind.to_vec();
    for (id, content) in chunks {
        body.extend_from_slice(&id[..]);
        body.extend_from_slice(&u32::try_from(content.len()).unwrap().to_le_bytes());
        body.extend_from_slice(content);
        body.resize(body.len() + content.len() % 2, 0);
    }
    [b"RIFF", &u32::try_from(body.len()).unwrap().to_le_bytes()[..], &body].concat()
}

/// Builds an extended WebP.
pub(super) fn webp(orientation: u8) -> Vec<u8> {
    let head = vec![0b0000_1100, 0, 0, 0, 3, 0, 0, 1, 0, 0];
    let picture = b"\x30\x01\0\x9d\x01\x2a\x04\0\x02\0..".to_vec();
    riff(*b"WEBP", &[(b"VP8X", head), (b"VP8 ", picture), (b"EXIF", exif(orientation)), (b"XMP ", TELLING[1].to_vec())])
}

fn bmff(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len() + 8).unwrap().to_be_bytes()[..], &kind, body].concat()
}

/// Builds a moving picture with a comment, a program's notes and something behind its end.
pub(super) fn gif() -> Vec<u8> {
    let block = |words: &[u8]| [&[u8::try_from(words.len()).unwrap()], words, &[0]].concat();
    [
        &b"GIF89a\x04\0\x02\0\x80\0\0\0\0\0\xff\xff\xff"[..],
        b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0",
        b"!\xff\x0bNETSCAPE2.0",
        &block(TELLING[4]),
        b"!\xff\x0bXMP DataXMP",
        &block(TELLING[1]),
        b"!\xfe",
        &block(TELLING[3]),
        b"!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x04\0\x02\0\0\x02\x02D\x01\0;",
        TELLING[5],
    ]
    .concat()
}

/// Builds a sound with a tag of every kind at its ends.
pub(super) fn mp3() -> Vec<u8> {
    let mut frame = vec![0xff, 0xfb, 0x90, 0x00];
    frame.resize(417, 0);
    let id3 = |flags: u8| [b"ID3\x04\0", &[flags, 0, 0, 0, u8::try_from(TELLING[3].len()).unwrap()][..], TELLING[3]].concat();
    let ape = |flags: u32| {
        let size = u32::try_from(TELLING[0].len() + 32).unwrap().to_le_bytes();
        [b"APETAGEX\xd0\x07\0\0", &size[..], &[1, 0, 0, 0], &flags.to_le_bytes(), &[0; 8]].concat()
    };
    let lyrics = [b"LYRICSBEGIN", TELLING[4]].concat();
    let lyrics = [&lyrics[..], format!("{:06}LYRICS200", lyrics.len()).as_bytes()].concat();
    let foot = [b"3DI\x04\0", &[0x10, 0, 0, 0, u8::try_from(TELLING[3].len()).unwrap()][..]].concat();
    let mut old = b"TAG".to_vec();
    old.extend_from_slice(TELLING[2]);
    old.resize(128, 0);
    let tail = [ape(0xa000_0000), TELLING[0].to_vec(), ape(0x8000_0000), lyrics, id3(0x10), foot, old];
    [id3(0), id3(0), frame.repeat(2), tail.concat()].concat()
}

/// Builds a sound with who made it, in three places.
pub(super) fn wav() -> Vec<u8> {
    riff(
        *b"WAVE",
        &[
            (b"fmt ", vec![1; 16]),
            (b"bext", TELLING[3].to_vec()),
            (b"LIST", TELLING[0].to_vec()),
            (b"data", vec![7, 8, 9]),
            (b"id3 ", TELLING[1].to_vec()),
        ],
    )
}

/// Builds a film with a place in three boxes.
pub(super) fn film(brand: [u8; 4]) -> Vec<u8> {
    let place = bmff(*b"udta", &bmff(*b"\xa9xyz", b"GPS-31.2304"));
    let track = bmff(*b"trak", &[bmff(*b"tkhd", &[0; 20]), place.clone()].concat());
    let movie = [bmff(*b"mvhd", &[0; 20]), track, place, bmff(*b"meta", b"\0\0\0\0taken by Wang")].concat();
    [
        bmff(*b"ftyp", &[brand, [0, 0, 2, 0], brand].concat()),
        bmff(*b"moov", &movie),
        bmff(*b"uuid", b"http://ns.adobe.com/xap"),
        bmff(*b"mdat", b"picture and sound"),
    ]
    .concat()
}

/// Builds a HEIC photo whose EXIF lies at the end of the file.
pub(super) fn heic((width, height): (u32, u32)) -> Vec<u8> {
    let info = |id: u8, kind: [u8; 4]| bmff(*b"infe", &[&[2, 0, 0, 0, 0, id, 0, 0], &kind[..], &[0]].concat());
    let infos = bmff(*b"iinf", &[vec![0, 0, 0, 0, 0, 2], info(1, *b"hvc1"), info(2, *b"Exif")].concat());
    let size = bmff(*b"ispe", &[&[0; 4], &width.to_be_bytes()[..], &height.to_be_bytes()].concat());
    let properties = bmff(*b"iprp", &bmff(*b"ipco", &size));
    let telling = b"\0\0\0\x06Exif\0\0GPS-31.2304";
    let build = |at: usize| {
        let place = |id: u8, at: usize, length: usize| {
            let (at, length) = (u32::try_from(at).unwrap().to_be_bytes(), u32::try_from(length).unwrap().to_be_bytes());
            [&[0, id, 0, 0, 0, 1], &at[..], &length].concat()
        };
        let head = vec![0, 0, 0, 0, 0x44, 0, 0, 2];
        let places = bmff(*b"iloc", &[head, place(1, at, 7), place(2, at + 7, telling.len())].concat());
        let meta = bmff(*b"meta", &[vec![0; 4], infos.clone(), places, properties.clone()].concat());
        [bmff(*b"ftyp", b"heic\0\0\0\0mif1heic"), meta].concat()
    };
    let at = build(0).len() + 8;
    [build(at), bmff(*b"mdat", &[b"PICTURE", &telling[..]].concat())].concat()
}

/// Builds a sound as recorders do that put something before how it is coded.
pub(super) fn wav_behind(first: [u8; 4], content: &[u8]) -> Vec<u8> {
    riff(*b"WAVE", &[(&first, content.to_vec()), (b"fmt ", vec![1; 16]), (b"data", vec![7, 8, 9])])
}

/// Builds a whole file of each type.
pub(super) fn of(kind: FileType) -> Vec<u8> {
    match kind {
        FileType::Jpeg => jpeg(1, (4, 2)),
        FileType::Png => png(1, (4, 2)),
        FileType::Webp => webp(1),
        FileType::Heic => heic((4, 2)),
        FileType::Gif => gif(),
        FileType::Pdf => b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n9\n%%EOF\n".to_vec(),
        FileType::Mp3 => mp3(),
        FileType::M4a => film(*b"M4A "),
        FileType::Amr => b"#!AMR\n\x3c0123456789".to_vec(),
        FileType::Wav => wav(),
        FileType::Ogg => b"OggS\0\x02............".to_vec(),
        FileType::Mp4 => film(*b"isom"),
        FileType::Webm => {
            let mut bytes = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm".to_vec();
            bytes.resize(300, 0);
            bytes
        }
        FileType::ThreeGp => film(*b"3gp5"),
        FileType::Mov => film(*b"qt  "),
    }
}
