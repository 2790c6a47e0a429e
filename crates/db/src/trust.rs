//! Which certificates of others are believed, by everything here that speaks TLS on its own.

use std::fmt::Display;
use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::Fault;

/// Says what certificate a server must show: from the one root (PEM) that a setting names, else from one that this machine trusts.
/// Name and time are checked always. `setting` is what an error names.
pub fn trust(setting: &str, root: Option<&Path>) -> Result<ClientConfig, Fault> {
    let mut roots = RootCertStore::empty();
    if let Some(file) = root {
        let named = |error: &dyn Display| Fault::other(format!("{setting} {}: {error}", file.display()));
        for certificate in CertificateDer::pem_file_iter(file).map_err(|error| named(&error))? {
            roots.add(certificate.map_err(|error| named(&error))?).map_err(|error| named(&error))?;
        }
    } else {
        for certificate in rustls_native_certs::load_native_certs().certs {
            drop(roots.add(certificate));
        }
    }
    if roots.is_empty() {
        return Err(Fault::other(format!(
            "there is no certificate root, so the other side's certificate cannot be checked ({setting})"
        )));
    }
    Ok(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
}
