//! The slowest pace at which the other side may send or take bytes.
//!
//! Only time spent waiting for the other side counts: what a handler takes its time for is not held against a visitor.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::config::Limits;

/// Measures the pace of one direction.
pub(super) struct Pace {
    window: Duration,
    bytes_min: u64,
    bytes: u64,
    waited: Duration,
    since: Option<Instant>,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Pace {
    /// Starts measuring.
    pub(super) fn new(limits: &Limits) -> Self {
        let window = Duration::from_secs(limits.progress_seconds);
        let bytes_min = limits.progress_bytes_per_second_min * limits.progress_seconds;
        Self { window, bytes_min, bytes: 0, waited: Duration::ZERO, since: None, alarm: None }
    }

    /// Notes that bytes moved; the waiting is over for now.
    pub(super) fn moved(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
        if let Some(since) = self.since.take() {
            self.waited += since.elapsed();
        }
    }

    /// Is polled while nothing moves. Ready once a whole window of waiting has gone by with too few bytes.
    pub(super) fn poll_too_slow(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let now = Instant::now();
            if self.since.is_none() {
                self.since = Some(now);
                let left = self.window.saturating_sub(self.waited);
                match &mut self.alarm {
                    Some(alarm) => alarm.as_mut().reset(now + left),
                    None => self.alarm = Some(Box::pin(sleep_until(now + left))),
                }
            }
            let alarm = self.alarm.as_mut().expect("it was set when the waiting began");
            ready!(alarm.as_mut().poll(cx));
            if self.bytes < self.bytes_min {
                return Poll::Ready(());
            }
            (self.bytes, self.waited, self.since) = (0, Duration::ZERO, None);
        }
    }
}

/// Is a connection whose other side must take what is sent to it.
pub(super) struct Paced<S> {
    stream: S,
    pace: Pace,
}

impl<S> Paced<S> {
    /// Watches a stream's writing.
    pub(super) fn new(stream: S, limits: &Limits) -> Self {
        Self { stream, pace: Pace::new(limits) }
    }

    fn watch<T>(
        &mut self,
        cx: &mut Context<'_>,
        done: Poll<io::Result<T>>,
        bytes: impl FnOnce(&T) -> usize,
    ) -> Poll<io::Result<T>> {
        match done {
            Poll::Ready(Ok(value)) => {
                self.pace.moved(bytes(&value));
                Poll::Ready(Ok(value))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                ready!(self.pace.poll_too_slow(cx));
                Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the other side reads too slowly")))
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.watch(cx, done, |bytes| *bytes)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.watch(cx, done, |bytes| *bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.stream).poll_flush(cx);
        self.watch(cx, done, |()| 0)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.watch(cx, done, |()| 0)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    fn limits() -> Limits {
        Limits { progress_seconds: 15, progress_bytes_per_second_min: 1_000, ..Limits::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_is_cut_off_after_one_window() {
        let (near, _far) = duplex(100);
        let (mut near, began) = (Paced::new(near, &limits()), Instant::now());
        let error = near.write_all(&[0; 1_000]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(began.elapsed().as_secs(), 15);
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_a_little_is_cut_off_too_and_who_takes_enough_is_not() {
        for (bytes, lasts) in [(100, false), (2_000, true)] {
            let (near, mut far) = duplex(100);
            let reader = tokio::spawn(async move {
                let mut taken = vec![0; bytes];
                while far.read_exact(&mut taken).await.is_ok() {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            });
            let written = Paced::new(near, &limits()).write_all(&vec![0; 100_000]).await;
            assert_eq!(written.is_ok(), lasts, "{bytes} bytes a second");
            reader.await.unwrap();
        }
    }
}
