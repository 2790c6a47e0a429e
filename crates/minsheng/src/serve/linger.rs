//! Leaving a connection without a slam: who is still sending when the answer comes must be able to read it.
//!
//! A socket closed with unread bytes in it resets the connection, and the other side loses what it had not read yet: the
//! page that says "too large". So our half is closed first, and what still comes is thrown away, within bounds.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// Longest time for which bytes are thrown away before the end, in seconds.
const LINGER_SECONDS_MAX: u64 = 5;
/// Longest silence during it, in milliseconds.
const LINGER_SILENCE_MILLIS_MAX: u64 = 1_000;
/// Most bytes thrown away before the end.
const LINGER_BYTES_MAX: usize = 64 * 1_048_576;
/// Bytes thrown away at once.
const PART_BYTES: usize = 16_384;

/// Is a stream that reads on for a while after its own half was closed.
pub(super) struct Linger<S> {
    stream: S,
    after: Option<After>,
}

/// Is what is left once our half is closed.
struct After {
    until: Instant,
    silence: Pin<Box<Sleep>>,
    bytes_left: usize,
}

impl<S> Linger<S> {
    /// Wraps a stream.
    pub(super) fn new(stream: S) -> Self {
        Self { stream, after: None }
    }
}

impl After {
    fn begin() -> Self {
        let now = Instant::now();
        let silence = Box::pin(sleep_until(now + Duration::from_millis(LINGER_SILENCE_MILLIS_MAX)));
        Self { until: now + Duration::from_secs(LINGER_SECONDS_MAX), silence, bytes_left: LINGER_BYTES_MAX }
    }

    /// Throws away what comes. Ready when the other side is done or a bound is reached.
    fn poll_drained<S: AsyncRead + Unpin>(&mut self, stream: &mut S, cx: &mut Context<'_>) -> Poll<()> {
        let mut part = [0; PART_BYTES];
        loop {
            let mut buf = ReadBuf::new(&mut part);
            match Pin::new(&mut *stream).poll_read(cx, &mut buf) {
                Poll::Ready(Ok(())) if !buf.filled().is_empty() => {}
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return self.silence.as_mut().poll(cx),
            }
            let now = Instant::now();
            self.bytes_left = self.bytes_left.saturating_sub(buf.filled().len());
            if self.bytes_left == 0 || now >= self.until {
                return Poll::Ready(());
            }
            self.silence.as_mut().reset((now + Duration::from_millis(LINGER_SILENCE_MILLIS_MAX)).min(self.until));
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Linger<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Linger<S> {
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
        let this = &mut *self;
        if this.after.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
        }
        this.after.get_or_insert_with(After::begin).poll_drained(&mut this.stream, cx).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_still_sends_reads_the_answer_first() {
        let (near, mut far) = duplex(100);
        let sender = tokio::spawn(async move {
            let (mut read, mut write) = tokio::io::split(&mut far);
            write.write_all(&vec![0; 100_000]).await.unwrap();
            write.shutdown().await.unwrap();
            let mut answer = String::new();
            read.read_to_string(&mut answer).await.unwrap();
            answer
        });
        let mut near = Linger::new(near);
        near.write_all(b"too large").await.unwrap();
        let began = Instant::now();
        near.shutdown().await.unwrap();
        assert_eq!(began.elapsed(), Duration::ZERO);
        assert_eq!(sender.await.unwrap(), "too large");
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_silent_is_left_after_a_second_and_who_never_ends_after_five() {
        for (pause, seconds) in [(60, 1), (0, 5)] {
            let (near, mut far) = duplex(100);
            let sender = tokio::spawn(async move {
                while far.write_all(&[0; 10]).await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(100 + pause * 1_000)).await;
                }
            });
            let (mut near, began) = (Linger::new(near), Instant::now());
            near.shutdown().await.unwrap();
            assert_eq!(began.elapsed().as_secs(), seconds);
            drop(near);
            sender.await.unwrap();
        }
    }
}
