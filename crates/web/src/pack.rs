//! One file of many (ZIP), made while it is sent: a piece at a time, never whole in memory.
//!
//! What fails on the way breaks the answer off, so that nobody takes half a file for a whole one. A reader who stands still is
//! cut off by the door's own limit for a request.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use civic::refusal::Refusal;
use db::{Context, Fault};
use http_body_util::Channel;
use http_body_util::channel::Sender;
use tokio::runtime::Handle;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use crate::app::App;
use crate::error::Problem;

/// Bytes that leave at once.
const PIECE_BYTES: usize = 65_536;
/// Pieces that wait for a slow reader.
const PIECES_WAITING_MAX: usize = 4;
/// Files of many that are made at once; one more is asked to wait.
pub const PACKS_AT_ONCE_MAX: usize = 4;
/// Seconds after which whoever was asked to wait may try again.
const WAIT_SECONDS: u32 = 10;

/// Is a file of many under way.
pub struct Pack {
    zip: ZipWriter<StreamWriter<Pipe>>,
}

impl Pack {
    /// Adds a file. Nothing is squeezed: pictures and papers are already, and any tool opens it.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), Fault> {
        let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        self.zip.start_file(name, plain).map_err(io::Error::from).context("while adding a file")?;
        self.zip.write_all(bytes).context("while adding a file")
    }
}

/// Answers with a file of many that `fill` writes.
pub fn answer(
    app: &App,
    name: &str,
    fill: impl FnOnce(&mut Pack) -> Result<(), Fault> + Send + 'static,
) -> Result<Response, Problem> {
    let full = |_| Refusal::new("slow_down").with("seconds", WAIT_SECONDS);
    let place = app.packs.clone().try_acquire_owned().map_err(full)?;
    let (sender, body) = Channel::<Bytes, io::Error>::new(PIECES_WAITING_MAX);
    let failed = Arc::new(AtomicBool::new(false));
    let pipe = Pipe { sender: Some(sender), runtime: Handle::current(), waiting: Vec::new(), failed: Arc::clone(&failed) };
    tokio::task::spawn_blocking(move || {
        let _place = place;
        let mut pack = Pack { zip: ZipWriter::new_stream(pipe) };
        let filled = fill(&mut pack);
        failed.store(filled.is_err(), Ordering::Release);
        if let Err(fault) = filled.and_then(|()| close(pack)) {
            tracing::warn!(error = %fault, "a file of many was not sent to its end");
        }
    });
    let disposition = format!("attachment; filename=\"{name}.zip\"");
    let head = [(header::CONTENT_TYPE, "application/zip".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((head, Body::new(body)).into_response())
}

fn close(pack: Pack) -> Result<(), Fault> {
    let stream = pack.zip.finish().map_err(io::Error::from).context("while closing a file of many")?;
    stream.into_inner().end().context("while sending a file of many")
}

/// Writes into the body of an answer. Only [`Pipe::end`] ends it well: dropped before, it breaks the answer off.
struct Pipe {
    sender: Option<Sender<Bytes, io::Error>>,
    runtime: Handle,
    waiting: Vec<u8>,
    /// True once something failed: what a writer adds to close itself goes nowhere.
    failed: Arc<AtomicBool>,
}

impl Pipe {
    fn send(&mut self) -> io::Result<()> {
        let piece = Bytes::from(std::mem::take(&mut self.waiting));
        let sender = self.sender.as_mut().filter(|_| !piece.is_empty());
        let sent = sender.map_or(Ok(()), |sender| self.runtime.block_on(sender.send_data(piece)));
        sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
    }

    fn end(mut self) -> io::Result<()> {
        self.send()?;
        self.sender = None;
        Ok(())
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.failed.load(Ordering::Acquire) {
            self.waiting.extend_from_slice(bytes);
        }
        if self.waiting.len() >= PIECE_BYTES {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        if let Some(sender) = self.sender.take() {
            sender.abort(io::Error::other("a file of many was not finished"));
        }
    }
}
