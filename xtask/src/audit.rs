//! `cargo x audit`: scanners from outside, each only where it is installed, against a site it starts itself. It fails on a
//! finding of medium or worse. It is no part of `cargo x test`: scanners take long and change with their data.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::demo::{Demo, program_of};
use crate::run::{Outcome, program, root, run, spelled};
use crate::tools::on_path;

/// Longest time for one scanner, in seconds.
const SCAN_SECONDS_MAX: u32 = 600;
/// Pages that a scanner of forms begins at.
const PAGES: &[&str] = &["/track", "/appeals/new", "/desk/login", "/desk/setup"];
/// What testssl says of the certificate made for tests, and of names that only a public host has.
const OF_THE_TEST_CERTIFICATE: &[&str] = &["cert", "DNS_CAA", "OCSP", "ssl_cert", "overall_grade", "scan", "engine_problem"];

/// Is what came of one scanner.
enum Came {
    /// It was not run, and why.
    Not(String),
    /// It was run; these were its findings of medium or worse.
    Findings(Vec<String>),
}

/// Runs every scanner there is and prints what came of each.
pub fn audit() -> Outcome {
    run(&mut program("cargo", &["build", "--package", "minsheng"]))?;
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let scanners: [(&str, Scanner); 6] = [
        ("cargo-deny", deny),
        ("cargo-audit", advisories),
        ("testssl", testssl),
        ("wapiti", wapiti),
        ("sqlmap", sqlmap),
        ("schemathesis", schemathesis),
    ];
    let (mut told, mut bad) = (Vec::new(), 0);
    for (name, scan) in scanners {
        told.push(match scan(folder.path())? {
            Came::Not(why) => format!("{name}: not run: {why}"),
            Came::Findings(found) if found.is_empty() => format!("{name}: nothing of medium or worse"),
            Came::Findings(found) => {
                bad += found.len();
                format!("{name}: {} findings\n  {}", found.len(), found.join("\n  "))
            }
        });
    }
    println!("\n{}", told.join("\n"));
    if bad == 0 { Ok(()) } else { Err(format!("{bad} findings of medium or worse")) }
}

type Scanner = fn(&Path) -> Outcome<Came>;

fn absent(name: &str) -> Came {
    Came::Not(format!("{name} is not installed"))
}

/// Asks cargo-deny, where an advisory database is given by `MINSHENG_ADVISORY_DB`.
fn deny(_: &Path) -> Outcome<Came> {
    let Some(database) = database() else { return Ok(Came::Not("no database given (MINSHENG_ADVISORY_DB)".to_owned())) };
    if on_path("cargo-deny").is_none() {
        return Ok(absent("cargo-deny"));
    }
    let mut command = program("cargo", &["deny", "--offline", "check", "advisories"]);
    let text = printed(command.env("CARGO_DENY_DB", database))?;
    Ok(Came::Findings(text.lines().filter(|line| line.starts_with("error")).map(str::to_owned).collect()))
}

/// Asks cargo-audit in the same way.
fn advisories(_: &Path) -> Outcome<Came> {
    let Some(database) = database() else { return Ok(Came::Not("no database given (MINSHENG_ADVISORY_DB)".to_owned())) };
    if on_path("cargo-audit").is_none() {
        return Ok(absent("cargo-audit"));
    }
    let text = printed(program("cargo", &["audit", "--no-fetch", "--json", "--db"]).arg(database))?;
    let told: Value = serde_json::from_str(&text).map_err(|error| format!("cargo-audit answers no JSON: {error}"))?;
    let list = told["vulnerabilities"]["list"].as_array().cloned().unwrap_or_default();
    Ok(Came::Findings(list.iter().map(|one| format!("{} {}", one["advisory"]["id"], one["package"]["name"])).collect()))
}

fn database() -> Option<PathBuf> {
    std::env::var_os("MINSHENG_ADVISORY_DB").map(PathBuf::from)
}

/// Looks at TLS as it is served, with the certificate that tests use.
fn testssl(folder: &Path) -> Outcome<Came> {
    let Some(tool) = on_path("testssl").or_else(|| on_path("testssl.sh")) else { return Ok(absent("testssl.sh")) };
    let data = folder.join("site");
    site_with_tls(folder, &data)?;
    let site = Demo::begin("debug", &["serve", "--data", &data.to_string_lossy()])?;
    let report = folder.join("testssl.json");
    let host = site.address.trim_start_matches("https://").replace("127.0.0.1", "localhost");
    let mut command = limited(&tool);
    command.args(["--quiet", "--color", "0", "--warnings", "off", "--severity", "MEDIUM", "--jsonfile"]).arg(&report).arg(host);
    printed(&mut command)?;
    Ok(read(&report, tls_findings))
}

/// Reads a report. One that is not there, or not whole, is a finding too: the scanner was ended before it was through.
fn read(report: &Path, findings: fn(&str) -> Outcome<Vec<String>>) -> Came {
    let text = fs::read_to_string(report).map_err(|error| error.to_string());
    let found = text.and_then(|text| findings(&text));
    Came::Findings(found.unwrap_or_else(|why| vec![format!("not through within {SCAN_SECONDS_MAX} s: {why}")]))
}

/// Reads testssl's report: what it calls medium or worse and does not say of the certificate.
fn tls_findings(report: &str) -> Outcome<Vec<String>> {
    let list: Vec<Value> = serde_json::from_str(report).map_err(|error| format!("testssl's report is no JSON: {error}"))?;
    let worse = |one: &&Value| ["MEDIUM", "HIGH", "CRITICAL", "FATAL"].contains(&one["severity"].as_str().unwrap_or_default());
    let ours =
        |one: &&Value| !OF_THE_TEST_CERTIFICATE.iter().any(|start| one["id"].as_str().unwrap_or_default().starts_with(start));
    Ok(list.iter().filter(worse).filter(ours).map(|one| format!("{}: {}", one["id"], one["finding"])).collect())
}

/// Makes a site of the example county that ends TLS itself.
fn site_with_tls(folder: &Path, data: &Path) -> Outcome {
    let minsheng = program_of("debug");
    let county = folder.join("county.toml");
    let example = printed(Command::new(&minsheng).args(["init", "--example"]))?;
    fs::write(&county, example).map_err(|error| error.to_string())?;
    printed(Command::new(&minsheng).arg("init").arg("--data").arg(data).arg("--file").arg(&county))?;
    let certificates = root().join("crates/minsheng/tests/door/tls");
    let (cert, key) = (certificates.join("first.pem"), certificates.join("first.key"));
    let file = data.join("minsheng.toml");
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let text = format!("{text}\n[tls]\ncert = \"{}\"\nkey = \"{}\"\n", cert.display(), key.display());
    fs::write(&file, text).map_err(|error| error.to_string())
}

/// Walks the demo and tries what wapiti knows.
fn wapiti(folder: &Path) -> Outcome<Came> {
    let Some(tool) = on_path("wapiti") else { return Ok(absent("wapiti")) };
    let demo = Demo::start("debug", &folder.join("wapiti-demo").to_string_lossy())?;
    let report = folder.join("wapiti.json");
    let mut command = limited(&tool);
    command.args(["--url", &format!("{}/", demo.address), "--scope", "folder", "--flush-session", "--no-bugreport"]);
    command.args(["--max-scan-time", &(SCAN_SECONDS_MAX - 60).to_string(), "--max-links-per-page", "20"]);
    command.args(["--format", "json", "--output"]).arg(&report);
    printed(&mut command)?;
    Ok(read(&report, page_findings))
}

/// Reads wapiti's report: what it rates 2 (medium) or higher.
fn page_findings(report: &str) -> Outcome<Vec<String>> {
    let told: Value = serde_json::from_str(report).map_err(|error| format!("wapiti's report is no JSON: {error}"))?;
    let kinds = told["vulnerabilities"].as_object().cloned().unwrap_or_default();
    let mut found = Vec::new();
    for (kind, list) in kinds {
        for one in list.as_array().into_iter().flatten().filter(|one| one["level"].as_u64().unwrap_or(0) >= 2) {
            found.push(format!("{kind}: {} {} {}", one["method"], one["path"], one["info"]));
        }
    }
    Ok(found)
}

/// Tries SQL in every field of the forms that strangers reach.
fn sqlmap(folder: &Path) -> Outcome<Came> {
    let Some(tool) = on_path("sqlmap") else { return Ok(absent("sqlmap")) };
    let demo = Demo::start("debug", &folder.join("sqlmap-demo").to_string_lossy())?;
    let mut found = Vec::new();
    for page in PAGES {
        let mut command = limited(&tool);
        command.args([
            "--url",
            &format!("{}{page}", demo.address),
            "--forms",
            "--batch",
            "--flush-session",
            "--disable-coloring",
        ]);
        command.args(["--level", "2", "--risk", "2", "--threads", "2", "--output-dir"]).arg(folder.join("sqlmap"));
        command.args(["--headers", "Sec-Fetch-Site: same-origin", "--ignore-code", "403,405,422,429"]);
        let text = printed(&mut command)?;
        found.extend(text.lines().filter(|line| line.starts_with("Parameter: ")).map(|line| format!("{page}: {line}")));
    }
    Ok(Came::Findings(found))
}

/// Asks everything that the description of the JSON API allows, and much that it forbids: as anybody, then as a resident.
///
/// What the description allows may still be refused by a rule over several fields, so that check is left out, and the one that tries
/// whether a token is ignored where it is only offered.
fn schemathesis(folder: &Path) -> Outcome<Came> {
    let Some(tool) = on_path("schemathesis").or_else(|| on_path("st")) else { return Ok(absent("schemathesis")) };
    let demo = Demo::start("debug", &folder.join("api-demo").to_string_lossy())?;
    let api = format!("{}/api/v1", demo.address);
    let token = session(&api)?;
    let mut found = Vec::new();
    for token in [None, Some(&token)] {
        let mut command = limited(&tool);
        command.args(["run", &format!("{api}/openapi.json"), "--no-color", "--continue-on-failure", "--max-examples", "40"]);
        command.args(["--checks", "all", "--exclude-checks", "positive_data_acceptance,ignored_auth"]);
        if let Some(token) = token {
            // whoever ends the session ends the test
            command.args(["--exclude-path", "/api/v1/session", "--header", &format!("Authorization: Bearer {token}")]);
        }
        let text = printed(&mut command)?;
        if !text.contains("Test cases:") {
            return Err(format!("schemathesis asked nothing: {text}"));
        }
        found.extend(text.lines().map(str::trim).filter(|line| line.starts_with("- ST")).map(str::to_owned));
    }
    Ok(Came::Findings(found))
}

/// Files a matter and opens it, as a resident's program does.
fn session(api: &str) -> Outcome<String> {
    let matter = r#"{"what":"枣林桥下积水，三轮车过不去","kind":"help","identity":"anonymous"}"#;
    let receipt = sent(&format!("{api}/matters"), matter)?;
    let shown = serde_json::json!({"number": receipt["number"], "query_code": receipt["query_code"]});
    let begun = sent(&format!("{api}/sessions"), &shown.to_string())?;
    begun["token"].as_str().map(str::to_owned).ok_or_else(|| format!("no session: {begun}"))
}

fn sent(to: &str, body: &str) -> Outcome<Value> {
    let headers = ["Content-Type: application/json", "Idempotency-Key: audit-0123456789abcdef"];
    let mut command = Command::new("curl");
    command.args(["--silent", "--header", headers[0], "--header", headers[1], "--data", body, to]);
    serde_json::from_str(&printed(&mut command)?).map_err(|error| format!("{to} answers no JSON: {error}"))
}

/// Starts a line for a scanner that is ended when it takes too long.
fn limited(tool: &Path) -> Command {
    let mut command = Command::new("timeout");
    command.arg(SCAN_SECONDS_MAX.to_string()).arg(tool);
    command
}

/// Runs a program to its end and returns what it printed; scanners that found something end with a code of their own.
fn printed(command: &mut Command) -> Outcome<String> {
    println!("\n$ {}", spelled(command));
    let output = command.output().map_err(|error| format!("{} cannot be started: {error}", spelled(command)))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if text.trim().is_empty() && !output.status.success() {
        return Err(format!("{} ended with {}: {}", spelled(command), output.status, String::from_utf8_lossy(&output.stderr)));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_read_and_what_is_slight_is_left() {
        let tls = r#"[{"id":"SSLv3","severity":"OK","finding":"not offered"},{"id":"BEAST","severity":"LOW","finding":"x"},
            {"id":"cert_trust","severity":"HIGH","finding":"self signed"},{"id":"RC4","severity":"HIGH","finding":"offered"}]"#;
        assert_eq!(tls_findings(tls).unwrap(), ["\"RC4\": \"offered\""]);
        let pages = r#"{"vulnerabilities":{"XSS":[],"SQL Injection":[{"level":3,"method":"POST","path":"/track","info":"number"}],
            "Cookie":[{"level":1,"method":"GET","path":"/","info":"x"}]}}"#;
        assert_eq!(page_findings(pages).unwrap(), ["SQL Injection: \"POST\" \"/track\" \"number\""]);
        assert!(tls_findings("nonsense").is_err() && page_findings("").is_err());
    }
}
