//! The accept loop. `axum::serve` lets silent and half-sent connections sit for ever; this one does not.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use db::Fault;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use web::{Mode, network};

use super::connection;
use super::crowd::{Crowd, Place};
use super::front::Front;
use super::peer::Peers;
use super::stop;
use super::tls::Certificates;
use crate::config::{Config, Limits};

/// Pause after the system could not accept, for example for want of file handles, in milliseconds.
const ACCEPT_PAUSE_MILLIS: u64 = 100;
/// Answer to a connection over the limits.
const FULL: &str = "HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\n\
    content-type: text/plain; charset=utf-8\r\nx-content-type-options: nosniff\r\ncache-control: no-store\r\n\r\n\
    现在连接的人太多，请几秒后再试。\nToo many are connected now; please try again in a few seconds.\n";
/// Answer to plain http from elsewhere than a listed proxy.
const PLAIN: &str = "HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n\
    x-content-type-options: nosniff\r\ncache-control: no-store\r\n\r\n\
    本服务只通过其前置代理以加密方式访问。\nThis service is reached through its proxy only, over TLS.\n";

/// Decides who may connect, and hands requests on.
pub(super) struct Gate {
    /// The limits of a connection.
    pub limits: Limits,
    /// Tells who is on the other side.
    pub peers: Peers,
    /// Ends TLS, where the listener speaks it.
    pub tls: Option<TlsAcceptor>,
    crowd: Arc<Crowd>,
    pages: Box<dyn Fn() -> Router + Send + Sync>,
}

impl Gate {
    /// Makes the gate before the pages.
    pub(super) fn pages(
        config: &Config,
        mode: Mode,
        (front, tls): (Arc<Front>, Option<Arc<Certificates>>),
    ) -> Result<Arc<Self>, Fault> {
        Ok(Arc::new(Self {
            limits: config.limits.clone(),
            peers: Peers::new(config, mode),
            tls: tls.map(|certificates| certificates.acceptor()).transpose()?,
            crowd: Arc::clone(&front.crowd),
            pages: Box::new(move || front.pages()),
        }))
    }

    /// Makes the gate before the metrics.
    pub(super) fn metrics(config: &Config, front: Arc<Front>) -> Arc<Self> {
        let crowd = Crowd::new(config.limits.connections_max, config.limits.connections_per_address_max);
        Arc::new(Self {
            limits: config.limits.clone(),
            peers: Peers::local(),
            tls: None,
            crowd,
            pages: Box::new(move || Arc::clone(&front).metrics_page()),
        })
    }

    /// Makes the gate before a router that anybody may reach.
    pub(super) fn plain(limits: Limits, router: Router) -> Arc<Self> {
        let crowd = Crowd::new(limits.connections_max, limits.connections_per_address_max);
        Arc::new(Self { limits, peers: Peers::local(), tls: None, crowd, pages: Box::new(move || router.clone()) })
    }

    /// Returns the present router: the starting page first, then the site.
    pub(super) fn router(&self) -> Router {
        (self.pages)()
    }

    fn enter(&self, address: IpAddr) -> Result<Place, &'static str> {
        if self.peers.plain_from_outside(address) {
            return Err(PLAIN);
        }
        self.crowd.enter(address, self.peers.exempt(address)).ok_or(FULL)
    }
}

/// Accepts until told to stop; then running requests have the shutdown limit left.
pub(super) async fn run(listener: TcpListener, gate: Arc<Gate>, mut stop: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, from)) => drop(connections.spawn(one(stream, from, Arc::clone(&gate), stop.clone()))),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(ACCEPT_PAUSE_MILLIS)).await;
                }
            },
            Some(_) = connections.join_next() => {}
            () = stop::wait(&mut stop) => break,
        }
    }
    drop(listener);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(gate.limits.shutdown(), drained).await.is_err() {
        tracing::warn!(connections = connections.len(), "connections were cut off: they did not end in time");
    }
}

async fn one(mut stream: TcpStream, from: SocketAddr, gate: Arc<Gate>, stop: watch::Receiver<bool>) {
    match gate.enter(from.ip()) {
        Ok(_place) => connection::serve(stream, from.ip(), gate, stop).await,
        Err(words) => {
            tracing::debug!(network = %network(from.ip()), "a connection was turned away");
            // a courtesy: over TLS, or to one who does not read, it is lost
            drop(tokio::time::timeout(gate.limits.head(), stream.write_all(words.as_bytes())).await);
            drop(stream.shutdown().await);
        }
    }
}
