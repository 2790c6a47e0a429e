//! Figures about the running program for Prometheus: counts and times by route, never by person or address.

use std::fmt::Error;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use civic::hall::Hall;
use civic::{journal, outbox};
use db::Fault;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use web::{Peer, network};

use crate::watch::Watch;

type Labels = Vec<(&'static str, String)>;
type Number = Gauge<i64, AtomicI64>;

/// Time of the fastest bucket, in seconds; each further one is twice as long.
const FIRST_BUCKET_SECONDS: f64 = 0.001;
/// Buckets of the histogram: up to about 16 seconds.
const BUCKETS: u16 = 15;

/// Holds every figure.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Family<Labels, Histogram>,
    connections: Number,
    writes_waiting: Number,
    outbox_waiting: Number,
    log_entries: Number,
    log_entries_published: Number,
    witnesses_cosigned: Number,
    witnesses_required: Number,
    takes_writes: Number,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("minsheng");
        let requests = Family::<Labels, Counter>::default();
        registry.register("requests", "Requests answered, by route and status", requests.clone());
        let histogram: fn() -> Histogram = || Histogram::new(exponential_buckets(FIRST_BUCKET_SECONDS, 2.0, BUCKETS));
        let seconds = Family::<Labels, Histogram>::new_with_constructor(histogram);
        registry.register_with_unit("request", "Time to an answer's head, by route", Unit::Seconds, seconds.clone());
        let mut gauge = |name: &str, help: &str| {
            let gauge = Number::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        Self {
            connections: gauge("connections", "Connections to the pages at this moment"),
            writes_waiting: gauge("writes_waiting", "Commands that wait for the writer"),
            outbox_waiting: gauge("outbox_waiting", "Messages that wait to be sent"),
            log_entries: gauge("log_entries", "Entries of the public log"),
            log_entries_published: gauge("log_entries_published", "Entries under the published checkpoint"),
            witnesses_cosigned: gauge("witnesses_cosigned", "Witnesses that cosigned at the last round"),
            witnesses_required: gauge("witnesses_required", "Cosignatures that a published checkpoint needs"),
            takes_writes: gauge("takes_writes", "1 while the store takes writes"),
            registry,
            requests,
            seconds,
        }
    }
}

impl Metrics {
    /// Renders everything for one scrape.
    pub(super) async fn render(&self, hall: Option<&Hall>, connections: usize, watch: &Watch) -> Response {
        self.connections.set(connections as i64);
        self.witnesses_cosigned.set(watch.cosigned().map_or(0, |cosigned| cosigned.by) as i64);
        if let Some(hall) = hall
            && let Err(fault) = self.look(hall).await
        {
            tracing::warn!(error = %fault, "figures from the database are missing in this scrape");
        }
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => {
                ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response()
            }
            Err(Error) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }

    async fn look(&self, hall: &Hall) -> Result<(), Fault> {
        self.writes_waiting.set(hall.store.waiting() as i64);
        self.takes_writes.set(hall.takes_writes().into());
        let (site, now) = (Arc::clone(&hall.site), hall.clock.now());
        self.witnesses_required.set(site.witnesses_required as i64);
        let (waiting, size, published) = hall
            .store
            .read(move |tx| {
                let size = journal::head(tx, site.jurisdiction)?.map_or(0, |(size, _)| size);
                let published = journal::published(tx, &site)?.map_or(0, |(size, _)| size);
                Ok::<_, Fault>((outbox::count_waiting(tx, site.jurisdiction, now)?, size, published))
            })
            .await?;
        self.outbox_waiting.set(waiting);
        self.log_entries.set(size as i64);
        self.log_entries_published.set(published as i64);
        Ok(())
    }
}

/// Counts, times and logs one request. The route stands for the address: numbers and codes in it never reach a log.
pub(super) async fn observe(
    State(metrics): State<Arc<Metrics>>,
    matched: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let method = request.method().as_str().to_owned();
    let network = request.extensions().get::<Peer>().map(|peer| network(peer.address));
    let response = next.run(request).await;
    let taken = began.elapsed();
    let route = matched.map_or_else(|| "none".to_owned(), |matched| matched.as_str().to_owned());
    let status = response.status().as_u16();
    tracing::info!(
        method,
        route,
        status,
        duration_ms = taken.as_millis() as u64,
        network = network.map(tracing::field::display),
        "answered a request"
    );
    let labels = vec![("method", method), ("route", route.clone()), ("status", status.to_string())];
    metrics.requests.get_or_create(&labels).inc();
    metrics.seconds.get_or_create(&vec![("route", route)]).observe(taken.as_secs_f64());
    response
}
