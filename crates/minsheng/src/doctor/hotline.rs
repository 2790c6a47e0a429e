//! Whether the hotline can be told of calls: a signed request goes to the site's own door, as an exchange sends it.

use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use super::Finding;
use crate::config::HotlineSection;
use crate::{chance, clock};

/// Longest time to wait for an answer, in seconds.
const SECONDS_MAX: u64 = 5;
/// Where an exchange tells of calls.
const EVENTS: &str = "/hotline/v1/events";

/// Tries the hotline.
pub(super) fn look(hotline: &HotlineSection) -> Finding {
    let number = &hotline.number;
    let Some(listen) = hotline.listen else {
        return Finding::good(
            format!("热线 {number}：没有接电话交换机，话务员自己按“来了一个电话”。"),
            format!("Hotline {number}: no exchange is set; operators say themselves that a call came."),
        );
    };
    let tried = ask(hotline, listen).and_then(|()| shelf(hotline));
    match tried {
        Ok(()) => Finding::good(
            format!("热线 {number}：{listen} 收得到签名的来电通知。"),
            format!("Hotline {number}: {listen} takes signed news of calls."),
        ),
        Err(why) => {
            Finding::bad(format!("热线 {number} 收不到来电通知：{why}"), format!("Hotline {number} hears of no calls: {why}"))
        }
    }
}

/// Sends the site a test, as an exchange would.
fn ask(hotline: &HotlineSection, listen: SocketAddr) -> Result<(), String> {
    let secret = hotline.secret().map_err(|fault| fault.to_string())?;
    let nonce = civic::chance::bytes(&mut chance::fresh().map_err(|fault| fault.to_string())?);
    let body = br#"{"call":"","state":"test"}"#;
    let signed = secret.sign(EVENTS, body, (clock::system().now(), nonce));
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(SECONDS_MAX)))
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .into();
    let asked = agent
        .post(format!("http://{listen}{EVENTS}"))
        .header("X-Minsheng-Key", &signed.id)
        .header("X-Minsheng-Time", &signed.time)
        .header("X-Minsheng-Nonce", &signed.nonce)
        .header("X-Minsheng-Signature", &signed.signature)
        .send(&body[..]);
    match asked.map(|answer| answer.status().as_u16()) {
        Ok(200) => Ok(()),
        Ok(status) => Err(format!("{listen} answers {status}")),
        Err(_) => Err(format!("nobody listens at {listen}; does the site run?")),
    }
}

/// Looks whether the place of recordings is there.
fn shelf(hotline: &HotlineSection) -> Result<(), String> {
    let Some(base) = &hotline.recordings else { return Ok(()) };
    let (scheme, rest) = base.split_once("://").unwrap_or_default();
    let host = rest.split('/').next().unwrap_or_default();
    let port = if scheme == "https" { 443 } else { 80 };
    let named = host.rsplit(':').next().is_some_and(|port| port.parse::<u16>().is_ok());
    let address = if named { host.to_owned() } else { format!("{host}:{port}") };
    let away = |error: std::io::Error| format!("{address}: {error}");
    let first = address.to_socket_addrs().map_err(away)?.next().ok_or_else(|| format!("{address}: the name has no address"))?;
    TcpStream::connect_timeout(&first, Duration::from_secs(SECONDS_MAX)).map(drop).map_err(away)
}
