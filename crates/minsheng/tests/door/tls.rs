//! TLS of our own, with certificates that are replaced under way.

use std::fs;
use std::io::{Read, Write};

use crate::common::{Running, minsheng, read_answer, site};
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

const FIRST: [&[u8]; 2] = [include_bytes!("tls/first.pem"), include_bytes!("tls/first.key")];
const SECOND: [&[u8]; 2] = [include_bytes!("tls/second.pem"), include_bytes!("tls/second.key")];

/// Trusts one certificate and nothing else.
fn trusting(certificate: &[u8]) -> Agent {
    let roots = RootCerts::new_with_certs(&[Certificate::from_pem(certificate).unwrap()]);
    let tls = TlsConfig::builder().root_certs(roots).build();
    Agent::config_builder().tls_config(tls).max_idle_connections(0).build().into()
}

#[test]
fn a_renewed_certificate_is_used_without_a_restart_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let put = |[certificate, private]: [&[u8]; 2]| {
        fs::write(&key, private).unwrap();
        fs::write(&cert, certificate).unwrap();
    };
    put(FIRST);
    let tls = format!("\n[tls]\ncert = {cert:?}\nkey = {key:?}\n\n[limits]\ncertificate_seconds = 1\n");
    let data = site(folder.path(), &tls);
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    let url = format!("https://localhost:{}/healthz", server.address.port());
    let (first, second) = (trusting(FIRST[0]), trusting(SECOND[0]));
    assert_eq!(first.get(&url).call().unwrap().status(), 200);
    assert!(second.get(&url).call().is_err(), "another certificate is not trusted");
    put(SECOND);
    while second.get(&url).call().is_err() {}
    assert!(trusting(FIRST[0]).get(&url).call().is_err(), "a new visitor gets the new certificate");
    put([b"nonsense", b"nonsense"]);
    assert_eq!(second.get(&url).call().unwrap().status(), 200, "the old certificate stays");
}

/// A greeting as TLS 1.0 and 1.1 began with it: one suite of that time, no extensions.
fn greeting(version: u8) -> Vec<u8> {
    let mut hello = vec![3, version];
    hello.extend([7; 32]); // chance
    hello.extend([0, 0, 4, 0xc0, 0x13, 0x00, 0x2f, 1, 0]); // no session; ECDHE-RSA-AES128-CBC-SHA and RSA-AES128-CBC-SHA
    let mut message = vec![1, 0, 0, hello.len() as u8];
    message.extend(hello);
    let mut record = vec![22, 3, 1, 0, message.len() as u8];
    record.extend(message);
    record
}

#[test]
fn an_older_tls_than_1_2_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    fs::write(&cert, FIRST[0]).unwrap();
    fs::write(&key, FIRST[1]).unwrap();
    let data = site(folder.path(), &format!("\n[tls]\ncert = {cert:?}\nkey = {key:?}\n"));
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    for version in [1, 2] {
        let mut stream = server.connect();
        stream.write_all(&greeting(version)).unwrap();
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer));
        assert!(answer.len() <= 7 && answer.first().is_none_or(|kind| *kind == 21), "an alert and nothing else: {answer:?}");
    }
    let url = format!("https://localhost:{}/healthz", server.address.port());
    assert_eq!(trusting(FIRST[0]).get(&url).call().unwrap().status(), 200);
}

#[test]
fn plain_http_on_a_tls_listener_and_missing_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    fs::write(&cert, FIRST[0]).unwrap();
    fs::write(&key, FIRST[1]).unwrap();
    let data = site(folder.path(), &format!("\n[tls]\ncert = {cert:?}\nkey = {key:?}\n\n[limits]\nhead_seconds_max = 1\n"));
    let server = Running::start(&["serve", "--data", data.to_str().unwrap()]);
    assert_ne!(server.get("/healthz").status, 200);
    assert_eq!(read_answer(&mut server.connect()).status, 0, "a silent connection is closed during the handshake too");
    drop(server);
    fs::write(&key, SECOND[1]).unwrap();
    let wrong = minsheng(&["serve", "--data", data.to_str().unwrap(), "--listen", "127.0.0.1:0"]);
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("do not belong together"));
}
