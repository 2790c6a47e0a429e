//! Bodies under a clock: a request's body must keep its pace, an answer's must be taken within the whole request's time.

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::heads::Framing;
use super::pace::Pace;

type Boxed = Box<dyn Error + Send + Sync>;

/// Is a request's body as it comes in.
pub(super) struct Upload {
    body: Incoming,
    pace: Pace,
    too_slow: Arc<AtomicBool>,
    framing: Arc<Framing>,
}

impl Upload {
    /// Watches a body; the flag turns true when it was too slow, and the framing hears when it was read to its end.
    pub(super) fn new(body: Incoming, pace: Pace, (too_slow, framing): (Arc<AtomicBool>, Arc<Framing>)) -> Self {
        if body.is_end_stream() {
            framing.whole();
        }
        Self { body, pace, too_slow, framing }
    }
}

impl HttpBody for Upload {
    type Data = Bytes;
    type Error = Boxed;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Boxed>>> {
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.pace.moved(frame.data_ref().map_or(0, Bytes::len));
                if self.body.is_end_stream() {
                    self.framing.whole();
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => {
                self.framing.whole();
                Poll::Ready(None)
            }
            Poll::Pending => {
                ready!(self.pace.poll_too_slow(cx));
                self.too_slow.store(true, Ordering::Release);
                Poll::Ready(Some(Err("the body comes too slowly".into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Is an answer's body, given up when the whole request has taken too long.
pub(super) struct Answer {
    body: Body,
    until: Pin<Box<Sleep>>,
}

impl Answer {
    /// Puts a body under a deadline.
    pub(super) fn new(body: Body, until: Instant) -> Self {
        Self { body, until: Box::pin(sleep_until(until)) }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = Boxed;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Boxed>>> {
        if self.until.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Some(Err("the answer was not taken in time".into())));
        }
        Pin::new(&mut self.body).poll_frame(cx).map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
