//! TLS by rustls. Certificate and key are read again when their files change; a renewal needs no restart.

use std::fs;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use civic::clock::SharedClock;
use db::Fault;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::stop;
use crate::config::TlsSection;
use crate::expiry;

/// When each file was last written.
type Written = [Option<SystemTime>; 2];

/// Holds the certificate of this moment.
#[derive(Debug)]
pub(super) struct Certificates {
    files: TlsSection,
    current: RwLock<Arc<CertifiedKey>>,
}

impl Certificates {
    /// Reads certificate and key; both must be there and fit.
    pub(super) fn read(files: &TlsSection) -> Result<Arc<Self>, Fault> {
        let current = RwLock::new(Arc::new(load(files)?));
        Ok(Arc::new(Self { files: files.clone(), current }))
    }

    /// Makes what ends TLS on a connection.
    pub(super) fn acceptor(self: &Arc<Self>) -> Result<TlsAcceptor, Fault> {
        let versions =
            ServerConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions();
        let builder = versions.map_err(|error| Fault::other("TLS cannot be set up").caused_by(error))?.with_no_client_auth();
        let mut config = builder.with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        // the strongest suite that both know, not the one the visitor names first
        config.ignore_client_order = true;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Looks at the files from time to time, until told to stop.
    pub(super) async fn watch(self: Arc<Self>, every: Duration, clock: SharedClock, mut stop: watch::Receiver<bool>) {
        let (mut known, mut warned) = (written(&self.files), None);
        loop {
            let now = written(&self.files);
            if now != known {
                self.renew();
                (known, warned) = (now, None);
            }
            let stage = self.stage(&clock);
            if let Some((days, stage)) = stage
                && warned != Some(stage)
            {
                tracing::warn!(days, "the certificate expires soon");
                warned = Some(stage);
            }
            tokio::select! { () = tokio::time::sleep(every) => {}, () = stop::wait(&mut stop) => return }
        }
    }

    /// Puts the new certificate in place. One that cannot be read leaves the old one, and the log says so.
    fn renew(&self) {
        match load(&self.files) {
            Ok(fresh) => {
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
                tracing::info!("the certificate was read again");
            }
            Err(fault) => tracing::error!(error = %fault, "the new certificate cannot be read; the old one stays"),
        }
    }

    fn stage(&self, clock: &SharedClock) -> Option<(i64, i64)> {
        let current = Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner));
        let days = expiry::days_left(current.cert.first()?, clock.now())?;
        expiry::stage(days).map(|stage| (days, stage))
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn written(files: &TlsSection) -> Written {
    [&files.cert, &files.key].map(|file| fs::metadata(file).and_then(|about| about.modified()).ok())
}

fn load(files: &TlsSection) -> Result<CertifiedKey, Fault> {
    let chain = CertificateDer::pem_file_iter(&files.cert).and_then(Iterator::collect).map_err(unreadable(&files.cert))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(unreadable(&files.key))?;
    CertifiedKey::from_der(chain, key, &ring::default_provider())
        .map_err(|error| Fault::other("certificate and key do not belong together").caused_by(error))
}

fn unreadable(file: &Path) -> impl Fn(pem::Error) -> Fault {
    move |error| Fault::other(format!("{} cannot be read as PEM", file.display())).caused_by(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_strong_suites_are_offered() {
        let suites: Vec<String> =
            ring::default_provider().cipher_suites.iter().map(|suite| format!("{:?}", suite.suite())).collect();
        assert!(suites.len() > 3);
        for suite in suites {
            let fresh_key = suite.starts_with("TLS13_") || suite.starts_with("TLS_ECDHE_");
            let authenticated = suite.contains("_GCM_") || suite.contains("POLY1305");
            assert!(fresh_key && authenticated, "{suite}");
        }
    }
}
