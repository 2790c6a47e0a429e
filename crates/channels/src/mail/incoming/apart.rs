//! Reading mails somewhere apart: in a closed child that has nothing to lose. What goes to it is a mail; what comes back is an answer in
//! bytes, which is not trusted: nothing but words of bounded length and files that are no larger than the mail is read out of it.

use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use db::Fault;
use serde::{Deserialize, Serialize};

use super::MAIL_BYTES_MAX;
use super::read::{Attached, Auto, Mail, parse};

/// Longest part of an answer that holds the words, in bytes.
const WORDS_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Reads mails, wherever it does that.
pub trait Reader: Send + Sync {
    /// Reads a mail. `None`: it cannot be read, whoever tried died of it. A busy fault: there was no time for it.
    fn parse(&self, mail: &[u8]) -> Result<Option<Mail>, Fault>;
}

/// Reads mails in this process: for tests.
#[derive(Debug, Clone, Copy, Default)]
pub struct Here;

impl Reader for Here {
    fn parse(&self, mail: &[u8]) -> Result<Option<Mail>, Fault> {
        Ok(catch_unwind(AssertUnwindSafe(|| parse(mail))).ok())
    }
}

/// Is an answer without the files' bytes, which follow it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    from: String,
    name: String,
    subject: String,
    text: String,
    files: Vec<(String, usize)>,
    left_out: Vec<String>,
    auto: Option<Auto>,
}

/// Reads mails and answers, one after another, until nobody asks any more.
pub fn serve(input: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    while let Some(length) = begun(input)? {
        let mail = bytes(input, length, MAIL_BYTES_MAX)?;
        answer(output, parse(&mail))?;
        output.flush()?;
    }
    Ok(())
}

/// Asks what a mail says.
pub fn ask(output: &mut impl Write, mail: &[u8]) -> io::Result<()> {
    part(output, mail)?;
    output.flush()
}

/// Writes what a mail says.
fn answer(output: &mut impl Write, mail: Mail) -> io::Result<()> {
    let files: Vec<Attached> = mail.files;
    let told = Told {
        from: mail.from,
        name: mail.name,
        subject: mail.subject,
        text: mail.text,
        files: files.iter().map(|file| (file.name.clone(), file.bytes.len())).collect(),
        left_out: mail.left_out,
        auto: mail.auto,
    };
    part(output, &serde_json::to_vec(&told)?)?;
    files.iter().try_for_each(|file| output.write_all(&file.bytes))
}

/// Hears an answer.
pub fn hear(input: &mut impl Read) -> io::Result<Mail> {
    let length = begun(input)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    let told: Told = serde_json::from_slice(&bytes(input, length, WORDS_BYTES_MAX)?)?;
    let (mut files, mut left) = (Vec::new(), MAIL_BYTES_MAX);
    for (name, length) in told.files {
        files.push(Attached { name, bytes: bytes(input, length, left)? });
        left -= length;
    }
    let (from, name, subject, text) = (told.from, told.name, told.subject, told.text);
    Ok(Mail { from, name, subject, text, files, left_out: told.left_out, auto: told.auto, ..Mail::default() }.bounded())
}

/// Writes a part: how long it is, and it.
fn part(output: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    output.write_all(&length.to_be_bytes())?;
    output.write_all(bytes)
}

/// Reads how long the next part is; `None` at the end.
fn begun(input: &mut impl Read) -> io::Result<Option<usize>> {
    let mut length = [0; 4];
    let first = loop {
        match input.read(&mut length[..1]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => break other?,
        }
    };
    if first == 0 {
        return Ok(None);
    }
    input.read_exact(&mut length[1..])?;
    Ok(Some(u32::from_be_bytes(length) as usize))
}

/// Reads so many bytes, and no more than may come.
fn bytes(input: &mut impl Read, length: usize, most: usize) -> io::Result<Vec<u8>> {
    if length > most {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = Vec::new();
    let read = input.take(length as u64).read_to_end(&mut bytes)?;
    if read == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LETTER: &[u8] = b"From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
        Content-Type: text/plain; charset=utf-8\r\n\r\n\xe5\x81\x9c\xe6\xb0\xb4\r\n--b\r\nContent-Type: image/gif; name=a.gif\r\n\r\nGIF89a\r\n--b--\r\n";

    fn answered(mails: &[&[u8]]) -> Vec<u8> {
        let (mut asked, mut said) = (Vec::new(), Vec::new());
        for mail in mails {
            ask(&mut asked, mail).unwrap();
        }
        serve(&mut asked.as_slice(), &mut said).unwrap();
        said
    }

    #[test]
    fn what_is_heard_is_what_a_mail_says() {
        let mails: [&[u8]; 4] = [LETTER, b"", b"no head at all", b"From: a@b.example\r\nPrecedence: bulk\r\n\r\nx\r\n"];
        let said = answered(&mails);
        let mut said = said.as_slice();
        for mail in mails {
            assert_eq!(hear(&mut said).unwrap(), parse(mail));
        }
        assert!(said.is_empty() && !parse(LETTER).files.is_empty());
    }

    #[test]
    fn an_answer_that_is_cut_or_promises_too_much_is_none() {
        let whole = answered(&[LETTER]);
        for cut in 0..whole.len() {
            assert!(hear(&mut &whole[..cut]).is_err(), "{cut}");
        }
        let file = |length: usize| {
            format!(
                "{{\"from\":\"\",\"name\":\"\",\"subject\":\"\",\"text\":\"\",\"files\":[[\"a\",{length}]],\"left_out\":[],\"auto\":null}}"
            )
        };
        for words in [file(MAIL_BYTES_MAX + 1), file(usize::MAX), "{}".to_owned(), "null".to_owned()] {
            let mut said = Vec::new();
            part(&mut said, words.as_bytes()).unwrap();
            assert!(hear(&mut said.as_slice()).is_err(), "{words}");
        }
        assert!(hear(&mut &u32::MAX.to_be_bytes()[..]).is_err());
    }

    proptest! {
        #[test]
        fn parser_of_mail_answers(said in proptest::collection::vec(any::<u8>(), 0..400), cut in 0usize..400, at in 0usize..400) {
            drop(hear(&mut said.as_slice()));
            let mut bent = answered(&[LETTER]);
            if let Some(byte) = bent.get_mut(at) {
                *byte = byte.wrapping_add(said.first().copied().unwrap_or(1));
            }
            bent.truncate(cut.max(8));
            if let Ok(mail) = hear(&mut bent.as_slice()) {
                prop_assert_eq!(&mail.clone().bounded(), &mail);
            }
        }
    }
}
