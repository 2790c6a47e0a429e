//! A mail server that keeps what it takes and can strike just when it has taken a letter: before its "taken" is said, or after,
//! with the program standing still so that it cannot have noted it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::oracle::Oracle;

/// Strikes at a letter that was taken; it is given what says so to the program, to be called when the strike wants it.
pub type Strike = Box<dyn FnOnce(&mut dyn FnMut()) + Send>;

/// Is a letter that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Through which of the server's doors it came: each process of the program has one of its own.
    pub door: usize,
    /// Recipient.
    pub to: String,
    /// Its `Message-ID`.
    pub id: String,
}

/// Is the mail server.
#[derive(Clone, Default)]
pub struct Post {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    taken: Vec<Taken>,
    strike: Option<(usize, u64, Strike)>,
}

impl Post {
    /// Opens a door and returns its port.
    pub fn door(&self, door: usize) -> Result<u16, String> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
        let port = listener.local_addr().map_err(|error| error.to_string())?.port();
        let post = self.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let post = post.clone();
                thread::spawn(move || post.talk(door, stream));
            }
        });
        Ok(port)
    }

    /// Strikes when another `letters` have come through a door: at the last of them, once it is taken.
    pub fn strike_at(&self, door: usize, letters: u64, strike: Strike) {
        self.inner().strike = Some((door, letters, strike));
    }

    /// Tells whether a strike is still to come.
    pub fn waits(&self) -> bool {
        self.inner().strike.is_some()
    }

    /// Takes a strike back. Tells whether it had not happened.
    pub fn relent(&self) -> bool {
        self.inner().strike.take().is_some()
    }

    /// Returns everything taken so far.
    pub fn taken(&self) -> Vec<Taken> {
        self.inner().taken.clone()
    }

    /// Checks that every acknowledged matter with an address was written to, under one `Message-ID`, and that no more letters
    /// came twice than there were strikes.
    pub fn check(&self, oracle: &Oracle, strikes: usize) -> Vec<String> {
        let (mut findings, mut repeats) = (Vec::new(), 0);
        let mut letters: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for taken in self.taken() {
            letters.entry(taken.to).or_default().push(taken.id);
        }
        for at in oracle.heard() {
            let Some(email) = oracle.entry(at).act.email else { continue };
            let ids = letters.get(&email).map(Vec::as_slice).unwrap_or_default();
            match ids {
                [] => findings.push(format!("F32: {email} was never written to")),
                [first, more @ ..] => {
                    repeats += more.len();
                    if more.iter().any(|id| id != first) {
                        findings.push(format!("F32: {email} was written to under several ids"));
                    }
                }
            }
        }
        if repeats > strikes {
            findings.push(format!("F32: {repeats} letters came twice after {strikes} strikes"));
        }
        findings
    }

    /// Counts the letters that came more than once.
    pub fn repeats(&self) -> usize {
        let taken = self.taken();
        let ids: std::collections::BTreeSet<&str> = taken.iter().map(|taken| taken.id.as_str()).collect();
        taken.len() - ids.len()
    }

    /// Holds one conversation. Whatever breaks it ends it.
    fn talk(&self, door: usize, stream: TcpStream) -> Option<()> {
        let (mut out, mut lines) = (stream.try_clone().ok()?, BufReader::new(stream).lines());
        let mut to = String::new();
        out.write_all(b"220 drill.example ESMTP\r\n").ok()?;
        while let Some(Ok(line)) = lines.next() {
            let word = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            let answer = match word.as_str() {
                "EHLO" => "250-drill.example\r\n250 8BITMIME\r\n",
                "QUIT" => "221 bye\r\n",
                "DATA" => {
                    out.write_all(b"354 go on\r\n").ok()?;
                    let id = message_id(&mut lines)?;
                    let strike = self.take(Taken { door, to: to.clone(), id });
                    let mut say = || drop(out.write_all(b"250 taken\r\n"));
                    match strike {
                        Some(strike) => strike(&mut say),
                        None => say(),
                    }
                    continue;
                }
                _ => "250 ok\r\n",
            };
            if word == "RCPT" {
                line.split_once('<')?.1.split('>').next()?.clone_into(&mut to);
            }
            out.write_all(answer.as_bytes()).ok()?;
        }
        Some(())
    }

    /// Keeps a letter and returns the strike that was waiting for it.
    fn take(&self, taken: Taken) -> Option<Strike> {
        let mut inner = self.inner();
        let door = taken.door;
        inner.taken.push(taken);
        match inner.strike.take() {
            Some((at, 0 | 1, strike)) if at == door => return Some(strike),
            Some((at, letters, strike)) => inner.strike = Some((at, if at == door { letters - 1 } else { letters }, strike)),
            None => {}
        }
        None
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a letter to its end and returns its id.
fn message_id(lines: &mut impl Iterator<Item = std::io::Result<String>>) -> Option<String> {
    let mut id = None;
    loop {
        let line = lines.next()?.ok()?;
        if line == "." {
            return Some(id.unwrap_or_default());
        }
        if let Some(found) = line.strip_prefix("Message-ID: ") {
            id = id.or_else(|| Some(found.to_owned()));
        }
    }
}
