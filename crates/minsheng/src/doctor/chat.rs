//! Whether the chat can be spoken with: the program that holds the account is gone to, or our own door is knocked at as it would.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::Finding;
use crate::config::ChatSection;

/// Longest time to wait for an answer, in seconds.
const SECONDS_MAX: u64 = 5;

/// Tries the chat.
pub(super) fn look(chat: &ChatSection) -> Vec<Finding> {
    let tried = [chat.connect.as_ref().map(|_| ("connect", go(chat))), chat.listen.map(|listen| ("listen", knock(chat, listen)))];
    let (name, account) = (&chat.name, &chat.account);
    let finding = |(way, tried): (&str, Result<String, String>)| match tried {
        Ok(at) => {
            Finding::good(format!("{name} {account}：{at} 通（{way}）。"), format!("Chat {name} {account}: {at} works ({way})."))
        }
        Err(why) => Finding::bad(
            format!("{name} {account} 不通（{way}）：{why}"),
            format!("Chat {name} {account} does not work ({way}): {why}"),
        ),
    };
    tried.into_iter().flatten().map(finding).collect()
}

/// Makes a link as the site does, and ends it.
fn go(chat: &ChatSection) -> Result<String, String> {
    let way = chat.forward().map_err(|fault| fault.to_string())?.ok_or("nothing is configured")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    let looked = runtime.block_on(async { tokio::time::timeout(Duration::from_secs(SECONDS_MAX), way.look()).await });
    match looked.unwrap_or(Err("silent")) {
        Ok(()) => Ok(way.name()),
        Err("login") => Err(format!("{} does not take our token", way.name())),
        Err("certificate") => Err(format!("the certificate of {} is not trusted", way.name())),
        Err("silent") => Err(format!("{} does not answer in time", way.name())),
        Err(_) => Err(format!("{} cannot be reached", way.name())),
    }
}

/// Asks our own listener for a link, with our token.
fn knock(chat: &ChatSection, listen: SocketAddr) -> Result<String, String> {
    let token = chat.token().map_err(|fault| fault.to_string())?;
    let wait = Duration::from_secs(SECONDS_MAX);
    let mut stream =
        TcpStream::connect_timeout(&listen, wait).map_err(|_| format!("nobody listens at {listen}; does the site run?"))?;
    let failed = |error: std::io::Error| format!("{listen}: {error}");
    stream.set_read_timeout(Some(wait)).map_err(failed)?;
    let account = &chat.account;
    // no key of a WebSocket: whoever knows the token hears that one is wanted, and no link is made
    let request = format!(
        "GET /onebot/v11/ws HTTP/1.1\r\nHost: {listen}\r\nX-Self-ID: {account}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).map_err(failed)?;
    let mut head = [0_u8; 12];
    stream.read_exact(&mut head).map_err(failed)?;
    let status = String::from_utf8_lossy(&head[9..]).into_owned();
    match status.as_str() {
        "426" => Ok(listen.to_string()),
        "400" => Err(format!("{listen} belongs to another account: the site runs with another configuration")),
        "403" => Err(format!("{listen} knows another token: the site runs with another configuration")),
        other => Err(format!("{listen} answers {other}")),
    }
}
