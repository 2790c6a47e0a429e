//! PostgreSQL over TLS: a server of the test's own, with good certificates and each that must be refused.

use std::fs;
use std::path::Path;

use db::{Fault, NoHooks, Options, Store, Target};
use testkit::certificates::{Authority, Certified};
use testkit::drill::cluster::{Cluster, End};

const HOST: &str = "db.qinghe.example";

/// Has the server show a certificate from its next start on, and starts it.
fn show(cluster: &mut Cluster, shown: &Certified) {
    cluster.end(End::Fast);
    let file = |name: &str, from: &Path| cluster.give(name, &fs::read(from).unwrap()).unwrap();
    let (certificate, key) = (file("server.crt", &shown.certificate), file("server.key", &shown.key));
    let lines = [
        "ssl = on".to_owned(),
        format!("ssl_cert_file = '{}'", certificate.display()),
        format!("ssl_key_file = '{}'", key.display()),
    ];
    for line in &lines {
        cluster.set(line).unwrap();
    }
    cluster.start().unwrap();
}

#[test]
fn postgresql_is_spoken_to_only_where_its_certificate_leads_to_the_named_root() {
    let (ours, others) = (Authority::new(), Authority::new());
    let mut cluster = Cluster::make().unwrap().expect("PostgreSQL: `cargo x test` installs it");
    // one address of this machine for each run; the name is what the certificate must say
    let pid = std::process::id();
    let address = format!("127.{}.{}.9", 1 + (pid >> 8) % 250, pid % 250);
    cluster.set(&format!("listen_addresses = '{address}'")).unwrap();
    let url = |root: &Path| {
        let port = cluster.port();
        let from = format!("host={HOST} hostaddr={address} port={port} user=minsheng dbname=postgres connect_timeout=20");
        format!("{from} sslmode=verify-full sslrootcert={}", root.display())
    };
    let (trusting, strange) = (url(&ours.root()), url(&others.root()));
    let open = |url: &str| {
        let target = Target::Postgres { url: url.to_owned(), schema: Some("tls".to_owned()) };
        Store::open(&target, Options::default(), &[], Box::new(NoHooks))
    };
    show(&mut cluster, &ours.good(HOST));
    let store = open(&trusting).unwrap();
    let sql = "select cast(ssl as text) as used from pg_stat_ssl where pid = pg_backend_pid()";
    let used = store.read_blocking(move |tx| tx.rows(sql, &[])?[0].get::<String>("used")).unwrap();
    assert_eq!(used, "true", "and the line is encrypted");
    drop(store);
    let why = |url: &str| open(url).err().map(|fault: Fault| format!("{:?}", std::error::Error::source(&fault)));
    let told = |url: &str, word: &str| {
        let why = why(url).unwrap_or_else(|| panic!("a server with a wrong certificate was spoken to: {word}"));
        assert!(why.contains(word), "{why}");
    };
    told(&strange, "BadSignature");
    told(&trusting.replace(HOST, "other.qinghe.example"), "NotValidForName");
    show(&mut cluster, &ours.expired(HOST));
    told(&trusting, "Expired");
    show(&mut cluster, &ours.self_signed(HOST));
    told(&trusting, "UnknownIssuer");
    let nowhere = format!("{trusting}.nowhere");
    assert!(open(&nowhere).err().unwrap().to_string().contains("sslrootcert"));
}
