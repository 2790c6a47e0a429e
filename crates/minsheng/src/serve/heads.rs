//! One reading of where a message ends. Two lengths in one head, or lines that only some programs take for lines, are how
//! a second request is smuggled past a proxy; hyper reads them one way, so they are looked for before it does.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Names of header fields are compared up to this length.
const NAME_BYTES_MAX: usize = "transfer-encoding".len();

/// Is what is known of the head that is read at the moment.
#[derive(Default)]
pub(super) struct Framing {
    ambiguous: AtomicBool,
    next: AtomicBool,
}

impl Framing {
    /// Tells whether the head that was read last may be understood in two ways.
    pub(super) fn is_ambiguous(&self) -> bool {
        self.ambiguous.load(Ordering::Acquire)
    }

    /// Says that a request was read to its end: what comes next is a head.
    pub(super) fn whole(&self) {
        self.next.store(true, Ordering::Release);
    }
}

/// Is a stream whose heads are looked at while they are read.
pub(super) struct Heads<S> {
    stream: S,
    framing: Arc<Framing>,
    scan: Option<Scan>,
}

impl<S> Heads<S> {
    /// Watches a stream; the framing tells what was found.
    pub(super) fn new(stream: S, framing: Arc<Framing>) -> Self {
        Self { stream, framing, scan: Some(Scan::default()) }
    }

    fn look(&mut self, bytes: &[u8]) {
        if self.framing.next.swap(false, Ordering::AcqRel) {
            self.scan = Some(Scan::default());
            self.framing.ambiguous.store(false, Ordering::Release);
        }
        if let Some(scan) = &mut self.scan
            && scan.take(bytes)
        {
            self.framing.ambiguous.store(scan.is_ambiguous(), Ordering::Release);
            self.scan = None; // a body follows
        }
    }
}

/// Looks through one head, byte by byte.
#[derive(Default)]
struct Scan {
    line: Vec<u8>,
    line_bytes: usize,
    last: u8,
    lengths: usize,
    encodings: usize,
    bare: bool,
}

impl Scan {
    /// Takes bytes and tells whether the head ended among them.
    fn take(&mut self, bytes: &[u8]) -> bool {
        bytes.iter().any(|byte| self.one(*byte))
    }

    fn one(&mut self, byte: u8) -> bool {
        let last = std::mem::replace(&mut self.last, byte);
        if byte == b'\n' {
            self.bare |= last != b'\r';
            let empty = self.line_bytes == 0 || (self.line_bytes == 1 && last == b'\r');
            self.name();
            (self.line_bytes, self.line) = (0, Vec::new());
            return empty;
        }
        self.bare |= last == b'\r';
        self.line_bytes += 1;
        if self.line.len() <= NAME_BYTES_MAX {
            self.line.push(byte.to_ascii_lowercase());
        }
        false
    }

    fn name(&mut self) {
        let name = self.line.split(|byte| *byte == b':').next().unwrap_or_default();
        match name.trim_ascii() {
            b"content-length" => self.lengths += 1,
            b"transfer-encoding" => self.encodings += 1,
            _ => {}
        }
    }

    fn is_ambiguous(&self) -> bool {
        self.bare || self.lengths + self.encodings > 1
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Heads<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        self.look(&buf.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Heads<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ambiguous(head: &str) -> bool {
        // in parts of every size: a head may come in any number of reads
        let found = (1..=head.len()).map(|size| {
            let mut heads = Heads::new((), Arc::default());
            head.as_bytes().chunks(size).for_each(|part| heads.look(part));
            assert!(heads.scan.is_none(), "the head ended");
            heads.framing.is_ambiguous()
        });
        let found: Vec<bool> = found.collect();
        assert!(found.iter().all(|one| *one == found[0]), "{head:?}");
        found[0]
    }

    #[test]
    fn two_lengths_and_lines_that_are_none_are_found() {
        for plain in [
            "GET / HTTP/1.1\r\nhost: x\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\na\nb\nc",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\nx-content-length: 5\r\n\r\n0\r\n\r\n",
            "POST /content-length:5 HTTP/1.1\r\ncontent-length: 5\r\n\r\n",
        ] {
            assert!(!ambiguous(plain), "{plain:?}");
        }
        for two in [
            "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\nhost: x\r\ncontent-length: 5\r\n\r\n",
            "POST / HTTP/1.1\r\ncontent-length: 5\r\ncontent-length: 5\r\n\r\n",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n",
            "GET / HTTP/1.1\r\nhost: x\nx: y\r\n\r\n",
            "GET / HTTP/1.1\nhost: x\n\n",
        ] {
            assert!(ambiguous(two), "{two:?}");
        }
    }

    #[test]
    fn the_next_head_is_looked_at_anew() {
        let mut heads = Heads::new((), Arc::default());
        heads.look(b"GET / HTTP/1.1\nhost: x\n\n");
        assert!(heads.framing.is_ambiguous());
        heads.framing.whole();
        heads.look(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n");
        assert!(!heads.framing.is_ambiguous());
    }
}
