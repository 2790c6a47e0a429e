//! The plainest of HTTP clients: one connection a request, and "no answer" where nobody can say what became of it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::oracle::Act;

/// Longest wait for an answer, in seconds.
const WAIT_SECONDS: u64 = 60;

/// Is an answer that came whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Body as bytes.
    pub bytes: Vec<u8>,
    /// Body as text.
    pub body: String,
    /// What it lets a browser keep, as that sends it back.
    pub cookies: String,
}

/// Points at a server.
#[derive(Debug, Clone, Copy)]
pub struct Http(pub SocketAddr);

impl Http {
    /// Asks for a path. `None` = no whole answer.
    pub fn get(&self, path: &str) -> Option<Answer> {
        self.send(format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.0).as_bytes())
    }

    /// Sends a form and asks for JSON.
    pub fn post_json(&self, path: &str, form: &str) -> Option<Answer> {
        self.post(path, ("application/x-www-form-urlencoded", form.as_bytes()))
    }

    /// Files an act and asks for JSON.
    pub fn file(&self, act: &Act) -> Option<Answer> {
        let (kind, body) = act.body();
        self.post("/appeals", (&kind, &body))
    }

    /// Asks for a path as somebody who has signed in.
    pub fn get_as(&self, path: &str, cookies: &str) -> Option<Answer> {
        self.send(format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncookie: {cookies}\r\n\r\n", self.0).as_bytes())
    }

    /// Sends a form as a browser does.
    pub fn form(&self, path: &str, body: &str, cookies: &str) -> Option<Answer> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\nsec-fetch-site: same-origin\r\ncookie: {cookies}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            self.0,
            body.len()
        );
        self.send(head.as_bytes())
    }

    fn post(&self, path: &str, (kind, body): (&str, &[u8])) -> Option<Answer> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\naccept: application/json\r\ncontent-type: {kind}\r\n\
             content-length: {}\r\n\r\n",
            self.0,
            body.len()
        );
        self.send(&[head.as_bytes(), body].concat())
    }

    fn send(&self, request: &[u8]) -> Option<Answer> {
        let mut stream = TcpStream::connect(self.0).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(WAIT_SECONDS))).ok()?;
        // a server that answers before it has read everything is still heard
        drop(stream.write_all(request));
        let mut bytes = Vec::new();
        drop(stream.read_to_end(&mut bytes));
        parse(&bytes)
    }
}

/// Reads an answer whose length is stated; one that was cut off is none.
fn parse(bytes: &[u8]) -> Option<Answer> {
    let at = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let fields = head.lines().filter_map(|line| line.split_once(": "));
    let named = |name: &'static str| fields.clone().filter(move |(of, _)| of.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let length: usize = named("content-length").next()?.trim().parse().ok()?;
    let cookies: Vec<&str> = named("set-cookie").filter_map(|cookie| cookie.split(';').next()).collect();
    let cookies = cookies.join("; ");
    let bytes = bytes.get(at + 4..at + 4 + length)?.to_vec();
    Some(Answer { status, body: String::from_utf8_lossy(&bytes).into_owned(), bytes, cookies })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_answer_that_was_cut_off_is_none() {
        let whole = b"HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nfour";
        assert_eq!(parse(whole).map(|answer| (answer.status, answer.body)), Some((201, "four".to_owned())));
        for end in 0..whole.len() {
            assert!(parse(&whole[..end]).is_none());
        }
    }
}
