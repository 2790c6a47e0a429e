//! One link to the other end, whoever made it: what comes is kept before more is read; what is asked goes out; silence ends it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{FutureExt, SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Bytes, Message as Frame};

use super::event::{Heard, Message};
use super::history;
use super::hub::{Peer, Role};
use super::keep::Ear;

/// Silence after which the other end is asked whether it is there, and after as much again given up.
const QUIET: Duration = Duration::from_mins(1);
/// Heartbeats that may be missing before a link is given up.
const BEATS_MISSED_MAX: u32 = 3;
/// Longest promise of a heartbeat that is held to, in milliseconds.
const BEAT_MILLIS_MAX: u64 = 600_000;
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
    let since = ear.heard_until().await;
    let (peer, out) = ear.hub.join(role);
    if let Some(since) = since.filter(|_| ear.hub.asks()) {
        tokio::spawn(history::fetch(Arc::clone(&ear), since));
    }
    let mut link = Link { socket, ear: Arc::clone(&ear), peer: Arc::clone(&peer), rubbish: 0, promised: None };
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
    /// By when the other end has to say again that it is well, where it promised to.
    promised: Option<Instant>,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Link<S> {
    async fn run(&mut self, mut out: mpsc::Receiver<String>) -> Ended {
        let mut asked = false;
        loop {
            // a program whose account hangs may still answer pings
            let (now, promised) = (Instant::now(), self.promised);
            if promised.is_some_and(|promised| promised <= now) {
                return Ended::Silent;
            }
            let wait = promised.map_or(QUIET, |promised| QUIET.min(promised - now));
            tokio::select! {
                frame = tokio::time::timeout(wait, self.socket.next()) => match frame {
                    Err(_) if wait < QUIET => {}
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
            self.ear.heard().await;
        }
        match heard {
            Ok(Heard::Message(message)) => messages.push(*message),
            Ok(Heard::Answer(echo, answer)) => self.peer.answered(&echo, answer),
            Ok(Heard::Beat(well, again)) => {
                self.ear.hub.beat(well);
                if let Some(millis) = again.filter(|millis| *millis <= BEAT_MILLIS_MAX) {
                    let patience = QUIET.max(Duration::from_millis(millis) * BEATS_MISSED_MAX);
                    self.promised = Some(Instant::now() + patience);
                }
            }
            Ok(Heard::Odd) => self.ear.odd().await,
            Ok(Heard::Nothing) => {}
            Err(_) => self.rubbish += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use civic::file::FileStore;
    use serde_json::json;
    use testkit::{Engine, World};
    use tokio::io::DuplexStream;
    use tokio_tungstenite::tungstenite::protocol::Role as Side;

    use super::super::hub::Hub;
    use super::*;

    /// Makes a link to somebody in this process, and the other end of it.
    async fn linked(world: &World, folder: &std::path::Path) -> (tokio::task::JoinHandle<Ended>, WebSocketStream<DuplexStream>) {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let files = FileStore::open(folder).unwrap();
        let known = ("10001", "an-example-token-of-nobody".to_owned(), String::new());
        let ear = Arc::new(Ear::new((world.hall.clone(), files), Arc::new(Hub::new(None)), known));
        let ours = WebSocketStream::from_raw_socket(ours, Side::Server, Some(manner())).await;
        let theirs = WebSocketStream::from_raw_socket(theirs, Side::Client, None).await;
        (tokio::spawn(speak(ours, (ear, Role::Universal))), theirs)
    }

    fn world() -> (World, tempfile::TempDir) {
        let all = testkit::migrations(&[appeals::MIGRATIONS, forum::MIGRATIONS, crate::MIGRATIONS]);
        (World::with(Engine::Sqlite, all), tempfile::tempdir().unwrap())
    }

    fn beat(interval: u64) -> Frame {
        let said = json!({"time": 1, "self_id": 10_001, "post_type": "meta_event", "meta_event_type": "heartbeat", "interval": interval,
            "status": {"online": true, "good": true}});
        Frame::text(said.to_string())
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_says_nothing_for_a_minute_is_asked_and_after_another_given_up() {
        let (world, folder) = world();
        let (link, theirs) = linked(&world, folder.path()).await;
        let begun = Instant::now();
        // the other end is there and reads nothing, so it answers no ping
        assert_eq!(link.await.unwrap(), Ended::Silent);
        assert!((QUIET * 2..QUIET * 2 + WAIT * 2).contains(&begun.elapsed()), "{:?}", begun.elapsed());
        drop(theirs);
    }

    #[tokio::test(start_paused = true)]
    async fn a_program_that_answers_pings_but_whose_heartbeat_stops_is_given_up() {
        let (world, folder) = world();
        let (link, mut theirs) = linked(&world, folder.path()).await;
        for _ in 0..10 {
            tokio::time::sleep(Duration::from_secs(30)).await;
            theirs.send(beat(30_000)).await.unwrap();
        }
        let stopped = Instant::now();
        // it goes on reading, and so answers pings; only its heart stands still
        let mut pings = 0;
        while let Some(Ok(frame)) = theirs.next().await {
            pings += usize::from(frame.is_ping());
        }
        assert_eq!(link.await.unwrap(), Ended::Silent);
        assert!(pings >= 1 && stopped.elapsed() < Duration::from_mins(2), "{pings} pings, {:?}", stopped.elapsed());
    }
}
