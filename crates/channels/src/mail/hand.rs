//! Handing mails over by LMTP (RFC 2033) as a mail server does, on a connection that stays open: for the load generator, drills and tests.

use std::net::SocketAddr;
use std::time::Duration;

use db::{Context, Fault};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Is a conversation with whoever takes mails.
pub struct Way {
    stream: BufStream<TcpStream>,
    wait: Duration,
}

impl Way {
    /// Connects and says who is there. `wait` is how long an answer may take.
    pub async fn open(at: SocketAddr, name: &str, wait: Duration) -> Result<Self, Fault> {
        let connected = timeout(wait, TcpStream::connect(at)).await.map_err(|_| Fault::other("nobody answers"))?;
        let mut way = Self { stream: BufStream::new(connected.context("while connecting")?), wait };
        way.answer().await?;
        way.ask(format!("LHLO {name}\r\n").as_bytes()).await?;
        Ok(way)
    }

    /// Hands a mail over and returns what was said to it: a line that begins with 2 is "taken". A mail that was refused before its words were
    /// asked for leaves the conversation as if it had not been.
    pub async fn hand_over(&mut self, (from, to): (&str, &str), mail: &[u8]) -> Result<String, Fault> {
        for line in [format!("MAIL FROM:<{from}>\r\n"), format!("RCPT TO:<{to}>\r\n"), "DATA\r\n".to_owned()] {
            let said = self.ask(line.as_bytes()).await?;
            if !said.starts_with(['2', '3']) {
                self.ask(b"RSET\r\n").await?;
                return Ok(said);
            }
        }
        self.ask(&stuffed(mail)).await
    }

    async fn ask(&mut self, words: &[u8]) -> Result<String, Fault> {
        self.stream.write_all(words).await.context("while writing")?;
        self.stream.flush().await.context("while writing")?;
        self.answer().await
    }

    /// Reads an answer to its last line.
    async fn answer(&mut self) -> Result<String, Fault> {
        loop {
            let mut line = String::new();
            let read = timeout(self.wait, self.stream.read_line(&mut line)).await;
            if read.map_err(|_| Fault::other("no answer came"))?.context("while reading")? == 0 {
                return Err(Fault::other("the other side closed the connection"));
            }
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok(line.trim_end().to_owned());
            }
        }
    }
}

/// Writes a mail as it goes over the wire (RFC 5321, 4.5.2): a dot at the beginning of a line gets another one, and one alone ends it.
fn stuffed(mail: &[u8]) -> Vec<u8> {
    let mut words = Vec::with_capacity(mail.len() + 8);
    for line in mail.split_inclusive(|byte| *byte == b'\n') {
        if line.first() == Some(&b'.') {
            words.push(b'.');
        }
        words.extend_from_slice(line);
    }
    if !words.ends_with(b"\r\n") {
        words.extend_from_slice(b"\r\n");
    }
    words.extend_from_slice(b".\r\n");
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_no_end() {
        for (mail, wire) in
            [("a\r\n.\r\n", "a\r\n..\r\n.\r\n"), (".a", "..a\r\n.\r\n"), ("", "\r\n.\r\n"), ("a.\r\n", "a.\r\n.\r\n")]
        {
            assert_eq!(stuffed(mail.as_bytes()), wire.as_bytes(), "{mail:?}");
        }
    }
}
