//! One link to the other end, whoever made it: what comes is kept before more is read; what is asked goes out; silence ends it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{FutureExt, SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Bytes, Message as Frame};

use super::event::{Heard, Message};
use super::hub::{Peer, Role};
use super::keep::Ear;

/// Silence after which the other end is asked whether it is there, and after as much again given up.
const QUIET: Duration = Duration::from_mins(1);
/// How long a frame may take to go out.
const WAIT: Duration = Duration::from_secs(20);
/// Largest message, in bytes: nine pictures would be too much, one is not.
const MESSAGE_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Bytes read at a time: what each silent link costs.
const READ_BYTES: usize = 4 * 1024;
/// Bytes that wait to go out on one link, at most.
const WRITE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Messages kept in one write, at most.
const BATCH_MAX: usize = 256;
/// Frames in a row that say nothing, after which a link is closed: nothing of OneBot speaks there.
const RUBBISH_MAX: usize = 100;

/// Returns how a link is spoken over: small buffers, for many may be silent.
pub(super) fn manner() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(READ_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BYTES_MAX)
        .max_message_size(Some(MESSAGE_BYTES_MAX))
        .max_frame_size(Some(MESSAGE_BYTES_MAX))
}

/// Says how a link ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// The other end closed it, or it broke.
    Closed,
    /// Nothing came for too long.
    Silent,
    /// What came could not be kept, so nothing more is read.
    Full,
    /// What came is no OneBot.
    Rubbish,
}

/// Speaks over a link until it ends.
pub(super) async fn speak<S>(socket: WebSocketStream<S>, (ear, role): (Arc<Ear>, Role)) -> Ended
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let (peer, out) = ear.hub.join(role);
    let mut link = Link { socket, ear: Arc::clone(&ear), peer: Arc::clone(&peer), rubbish: 0 };
    let ended = link.run(out).await;
    ear.hub.leave(&peer);
    drop(tokio::time::timeout(WAIT, link.socket.close(None)).await);
    ended
}

struct Link<S> {
    socket: WebSocketStream<S>,
    ear: Arc<Ear>,
    peer: Arc<Peer>,
    rubbish: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Link<S> {
    async fn run(&mut self, mut out: mpsc::Receiver<String>) -> Ended {
        let mut asked = false;
        loop {
            tokio::select! {
                frame = tokio::time::timeout(QUIET, self.socket.next()) => match frame {
                    Err(_) if asked => return Ended::Silent,
                    Err(_) => {
                        asked = true;
                        if !self.send(Frame::Ping(Bytes::new())).await {
                            return Ended::Closed;
                        }
                    }
                    Ok(Some(Ok(frame))) => {
                        asked = false;
                        // apart from the rest, so that a silent link costs nothing of it
                        if let Some(ended) = Box::pin(self.heard(frame)).await {
                            return ended;
                        }
                    }
                    Ok(_) => return Ended::Closed,
                },
                frame = out.recv() => {
                    let Some(frame) = frame else { return Ended::Closed };
                    if !self.send(Frame::text(frame)).await {
                        return Ended::Closed;
                    }
                }
            }
        }
    }

    async fn send(&mut self, frame: Frame) -> bool {
        matches!(tokio::time::timeout(WAIT, self.socket.send(frame)).await, Ok(Ok(())))
    }

    /// Takes a frame and those that are there already, and keeps what they bring together.
    async fn heard(&mut self, first: Frame) -> Option<Ended> {
        let (mut next, mut messages, mut ended) = (Some(first), Vec::new(), None);
        while let Some(frame) = next {
            match frame {
                Frame::Text(text) => self.take(text.as_bytes(), &mut messages).await,
                Frame::Binary(bytes) => self.take(&bytes, &mut messages).await,
                Frame::Close(_) => ended = Some(Ended::Closed),
                _ => {}
            }
            if self.rubbish >= RUBBISH_MAX {
                ended = Some(Ended::Rubbish);
            }
            next = if ended.is_some() || messages.len() >= BATCH_MAX {
                None
            } else {
                match self.socket.next().now_or_never() {
                    Some(Some(Ok(frame))) => Some(frame),
                    Some(_) => {
                        ended = Some(Ended::Closed);
                        None
                    }
                    None => None,
                }
            };
        }
        // what came is kept, however the link ended
        if self.ear.keep_surely(messages).await.is_err() { Some(Ended::Full) } else { ended }
    }

    async fn take(&mut self, bytes: &[u8], messages: &mut Vec<Message>) {
        let heard = serde_json::from_slice::<Value>(bytes).map(|said| self.ear.read(&said));
        if heard.is_ok() {
            self.rubbish = 0;
        }
        match heard {
            Ok(Heard::Message(message)) => messages.push(*message),
            Ok(Heard::Answer(echo, answer)) => self.peer.answered(&echo, answer),
            Ok(Heard::Beat(well)) => self.ear.hub.beat(well),
            Ok(Heard::Odd) => self.ear.odd().await,
            Ok(Heard::Nothing) => {}
            Err(_) => self.rubbish += 1,
        }
    }
}
