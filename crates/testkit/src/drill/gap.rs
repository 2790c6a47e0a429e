//! A gap in the line between the program and its database: what goes there arrives, what comes back is swallowed for a while,
//! and then the line is dead. So a commit is taken and nobody hears of it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::crowd::pause;

/// How long answers are swallowed before the line is dead, in milliseconds.
const SWALLOW_MILLIS: u64 = 300;

/// Is the line with its gap.
pub struct Gap {
    port: u16,
    /// Counts how often the gap was opened; a line that began before is dead.
    opened: Arc<AtomicU64>,
}

impl Gap {
    /// Listens on a port of its own and hands everything on to a socket.
    pub fn before(socket: PathBuf) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (port, opened) = (listener.local_addr()?.port(), Arc::new(AtomicU64::new(0)));
        let count = Arc::clone(&opened);
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                if let Ok(far) = UnixStream::connect(&socket) {
                    drop(line(near, far, &count));
                }
            }
        });
        Ok(Self { port, opened })
    }

    /// Returns its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Swallows what comes back on every line there is, and then kills these lines.
    pub fn open(&self) {
        self.opened.fetch_add(1, Ordering::SeqCst);
        pause(SWALLOW_MILLIS);
        self.opened.fetch_add(1, Ordering::SeqCst);
    }
}

/// Carries bytes both ways on threads of their own.
fn line(near: TcpStream, far: UnixStream, opened: &Arc<AtomicU64>) -> std::io::Result<()> {
    let (mut near_in, mut near_out, mut far_in, mut far_out) = (near.try_clone()?, near, far.try_clone()?, far);
    let (begun, opened) = (opened.load(Ordering::SeqCst), Arc::clone(opened));
    thread::spawn(move || {
        drop(std::io::copy(&mut near_in, &mut far_out));
        drop(far_out.shutdown(Shutdown::Both));
    });
    thread::spawn(move || {
        let mut bytes = vec![0; 65_536];
        far_in.set_read_timeout(Some(std::time::Duration::from_millis(SWALLOW_MILLIS)))?;
        loop {
            let read = far_in.read(&mut bytes);
            let missed = opened.load(Ordering::SeqCst) - begun;
            match read {
                _ if missed > 1 => break,
                Ok(0) => break,
                Ok(count) if missed == 0 => near_out.write_all(&bytes[..count])?,
                Ok(_) => {}
                Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
                Err(_) => break,
            }
        }
        near_out.shutdown(Shutdown::Both)
    });
    Ok(())
}
