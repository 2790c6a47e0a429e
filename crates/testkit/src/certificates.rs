//! Certificates made for one test by `openssl`: good ones, and each that must be refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A certificate that ran out long ago.
const OVER: [&str; 2] = ["20200101000000Z", "20200201000000Z"];
/// A certificate that is good while this program is in use.
const GOOD: [&str; 2] = ["20200101000000Z", "20600101000000Z"];

/// What `openssl ca` wants to know.
const OWN: &str = "[ca]\ndefault_ca = own\n[own]\ndatabase = index.txt\nnew_certs_dir = .\nserial = serial\ndefault_md = sha256\n\
    policy = any\nunique_subject = no\n[any]\ncommonName = supplied\n";

/// Is an authority of its own, which nobody trusts by itself.
pub struct Authority {
    folder: TempDir,
}

/// Is a certificate with its private key, in files (PEM).
#[derive(Debug, Clone)]
pub struct Certified {
    /// The certificate.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Authority {
    /// Makes an authority.
    #[expect(clippy::new_without_default, reason = "making one costs a process")]
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("certificates-").tempdir().expect("a temporary folder can be made");
        for (name, text) in [("ca.cnf", OWN), ("index.txt", ""), ("serial", "01\n")] {
            fs::write(folder.path().join(name), text).expect("a temporary folder can be written to");
        }
        let own = Self { folder };
        let subject = ["-subj", "/CN=root", "-addext", "basicConstraints=critical,CA:TRUE"];
        own.run(
            &[&["req", "-x509", "-nodes", "-days", "9000", "-keyout", "root.key", "-out", "root.pem"], NEW, &subject].concat(),
        );
        own
    }

    /// Returns the root's certificate, which whoever trusts this authority is given.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }

    /// Makes a good certificate for a host's name.
    pub fn good(&self, host: &str) -> Certified {
        self.issue(host, GOOD)
    }

    /// Makes one that ran out.
    pub fn expired(&self, host: &str) -> Certified {
        self.issue(host, OVER)
    }

    /// Makes one that nobody vouches for but itself.
    pub fn self_signed(&self, host: &str) -> Certified {
        let certified = self.certified("self");
        let (key, certificate) = (text(&certified.key), text(&certified.certificate));
        let (subject, name) = (format!("/CN={host}"), format!("subjectAltName=DNS:{host}"));
        let own = ["req", "-x509", "-nodes", "-days", "9000", "-keyout", key, "-out", certificate, "-subj", &subject];
        self.run(&[&own[..], &["-addext", &name, "-addext", "basicConstraints=critical,CA:FALSE"], NEW].concat());
        certified
    }

    fn issue(&self, host: &str, [from, until]: [&str; 2]) -> Certified {
        let certified = self.certified(&format!("{host}-{until}"));
        let (key, certificate) = (text(&certified.key), text(&certified.certificate));
        let subject = format!("/CN={host}");
        self.run(&[&["req", "-nodes", "-keyout", key, "-out", "asked.csr", "-subj", &subject], NEW].concat());
        let extensions = format!("subjectAltName = DNS:{host}\nbasicConstraints = critical, CA:FALSE\n");
        fs::write(self.folder.path().join("leaf.cnf"), extensions).expect("a temporary folder can be written to");
        let by = ["ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", "root.pem", "-keyfile", "root.key"];
        let what = ["-in", "asked.csr", "-out", certificate, "-extfile", "leaf.cnf", "-startdate", from, "-enddate", until];
        self.run(&[&by[..], &what].concat());
        certified
    }

    fn certified(&self, name: &str) -> Certified {
        let at = |ending: &str| self.folder.path().join(format!("{name}.{ending}"));
        Certified { certificate: at("pem"), key: at("key") }
    }

    fn run(&self, words: &[&str]) {
        let mut openssl = Command::new("openssl");
        openssl.args(words).current_dir(self.folder.path()).stdin(Stdio::null());
        let made = openssl.output().expect("openssl: `cargo x test` installs it");
        assert!(made.status.success(), "openssl {words:?}: {}", String::from_utf8_lossy(&made.stderr));
    }
}

/// Keys are small and quick to make.
const NEW: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];

fn text(path: &Path) -> &str {
    path.to_str().expect("the names of temporary files are plain")
}
