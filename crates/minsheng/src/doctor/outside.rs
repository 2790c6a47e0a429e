//! What the site needs from outside: its certificate, the mail server and the scanner.

use std::io::{BufRead, BufReader};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use channels::sms::Way;
use channels::sms::smpp::Link;
use db::{Context, Fault};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::{Finding, chat, hotline, names};
use crate::check::remote::Remote;
use crate::config::{
    Config, DkimSection, ImapSection, LogCopySection, MailSection, SmsSection, SmtpSection, SmtpTls, TlsSection,
};
use crate::{clock, expiry, logs};

/// Longest time to wait for the mail server, in seconds.
const SMTP_SECONDS_MAX: u64 = 5;
/// Longest time to wait for the mailbox, log-in and all, in seconds.
const IMAP_SECONDS_MAX: u64 = 20;

/// Looks outside.
pub(super) fn look(config: &Config) -> Vec<Finding> {
    let mail = config.smtp.as_ref().map_or_else(
        || {
            Finding::warning(
                "没有配置发信；只有网页上能看到回复，危及生命的急件也只在工作台上亮红条。",
                "No mail goes out: [smtp] is not set; replies are seen on the page only, and danger to life on the desk only.",
            )
        },
        smtp,
    );
    config
        .tls
        .as_ref()
        .map(certificate)
        .into_iter()
        .chain([mail, scanner(config), as_strangers(config)])
        .chain(in_clear(config))
        .chain(config.smtp.as_ref().and_then(|smtp| smtp.dkim.as_ref()).map(signature))
        .chain(config.mail.as_ref().and_then(mail_in))
        .chain(config.mail.iter().flat_map(names::look))
        .chain(config.mail.as_ref().and_then(|mail| mail.imap.as_ref()).map(mailbox))
        .chain(config.sms.as_ref().map(|sms| carrier(config, sms)))
        .chain(config.chat.iter().flat_map(chat::look))
        .chain(config.hotline.as_ref().map(hotline::look))
        .chain(config.log_copy.as_ref().map(copied))
        .collect()
}

/// Asks the site's own address for its log as a stranger does, who trusts what browsers trust.
fn as_strangers(config: &Config) -> Finding {
    let pages = config.smtp.as_ref().map_or("", |smtp| smtp.pages.as_str());
    if !pages.starts_with("https://") {
        return Finding::warning(
            "没有写明本站的 https 网址（smtp.pages），没法像外人那样看一眼证书。",
            "smtp.pages names no https address, so nobody looked at the certificate as a stranger does.",
        );
    }
    match Remote::within(pages, Duration::from_secs(SMTP_SECONDS_MAX)).checkpoint() {
        Ok(note) if note.starts_with(&format!("{}\n", config.site.origin)) => Finding::good(
            format!("{pages} 用的是浏览器信任的证书，公开日志取得到。"),
            format!("{pages} has a certificate that browsers trust, and its log can be fetched."),
        ),
        Ok(_) => Finding::warning(format!("{pages} 答复的不是本站。"), format!("{pages} is answered by another site.")),
        Err(fault) => {
            let why = std::error::Error::source(&fault).map_or_else(|| fault.to_string(), ToString::to_string);
            Finding::warning(
                format!("从本机像外人那样打不开 {pages}（证书不受浏览器信任，或者没有开通）：{why}"),
                format!(
                    "From here a stranger cannot open {pages} (browsers do not trust its certificate, or nothing answers): {why}"
                ),
            )
        }
    }
}

/// Reaches the machine that takes the copy of the log.
fn copied(section: &LogCopySection) -> Finding {
    let reached =
        logs::Way::new(section).map_err(|fault| fault.to_string()).and_then(|way| way.reach().map_err(|error| error.to_string()));
    match reached {
        Ok(_) => Finding::good(
            format!("技术日志抄送到 {}：连得上，证书可信。", section.to),
            format!("The log is copied to {}: reached, and its certificate is trusted.", section.to),
        ),
        Err(why) => Finding::bad(
            format!("技术日志抄送不到 {}：{why}", section.to),
            format!("The log cannot be copied to {}: {why}", section.to),
        ),
    }
}

/// Says what is spoken in the clear with other machines, on the operator's word that the network is guarded.
fn in_clear(config: &Config) -> Option<Finding> {
    let open = config.in_clear().join(", ");
    (!open.is_empty()).then(|| {
        Finding::warning(
            format!("按 guarded_network，与别的机器之间不加密：{open}。请确认之间的网络另有加密。"),
            format!(
                "By guarded_network this is spoken in the clear with other machines: {open}. See that the network is encrypted."
            ),
        )
    })
}

/// Asks the scanner whether it is there.
fn scanner(config: &Config) -> Finding {
    let (Some(clamd), Some(at)) = (config.files.clamd(), &config.files.scanner) else {
        return Finding::warning(
            "没有配置附件查毒（[files] scanner）。",
            "Files are not scanned for viruses: [files] scanner is not set.",
        );
    };
    match clamd.ping() {
        Err(fault) => {
            Finding::bad(format!("查毒程序 {at} 连不上：{fault}"), format!("The scanner {at} does not answer: {fault}"))
        }
        Ok(()) if clamd.is_here() => Finding::good(format!("查毒程序 {at} 可以用。"), format!("The scanner {at} answers.")),
        Ok(()) => Finding::warning(
            format!("查毒程序 {at} 不在本机，附件以明文经过网络；请移到本机，或者只走受保护的网络。"),
            format!(
                "The scanner {at} is not on this machine: files go to it in clear. Move it here, or keep that network guarded."
            ),
        ),
    }
}

fn certificate(tls: &TlsSection) -> Finding {
    if let Err(fault) = crate::serve::check_certificate(tls) {
        return Finding::bad(format!("证书不能用：{fault}"), format!("The certificate cannot be used: {fault}"));
    }
    let first = CertificateDer::from_pem_file(&tls.cert).ok();
    match first.and_then(|first| expiry::days_left(&first, clock::system().now())) {
        Some(days) if days < 0 => Finding::bad("证书已过期。", "The certificate has expired."),
        Some(days) if expiry::stage(days).is_some() => {
            Finding::warning(format!("证书还有 {days} 天到期。"), format!("The certificate expires in {days} days."))
        }
        Some(days) => Finding::good(format!("证书还有 {days} 天到期。"), format!("The certificate is good for {days} days.")),
        None => Finding::warning("看不出证书何时到期。", "It cannot be told when the certificate expires."),
    }
}

fn smtp(smtp: &SmtpSection) -> Finding {
    let at = format!("{}:{}", smtp.host, smtp.port);
    match reach(smtp) {
        Ok(()) => Finding::good(format!("发信服务器 {at} 可以连上。"), format!("The mail server {at} answers.")),
        Err(why) => {
            Finding::bad(format!("发信服务器 {at} 连不上：{why}"), format!("The mail server {at} does not answer: {why}"))
        }
    }
}

/// Says what the domain has to publish for the signature of letters.
fn signature(dkim: &DkimSection) -> Finding {
    match dkim.read() {
        Ok(key) => Finding::good(
            format!("发信签名（DKIM）：域名里要有 TXT 记录 {}，内容 {}", key.name(), key.record()),
            format!("Letters are signed (DKIM); publish TXT {} with: {}", key.name(), key.record()),
        ),
        Err(why) => Finding::bad(format!("发信签名（DKIM）用不了：{why}"), format!("Letters cannot be signed (DKIM): {why}")),
    }
}

/// Asks the site's own listener for mail whether it is there.
fn mail_in(mail: &MailSection) -> Option<Finding> {
    let listen = mail.listen?;
    let wait = Duration::from_secs(SMTP_SECONDS_MAX);
    let greeted =
        TcpStream::connect_timeout(&listen, wait).map_err(|error| error.to_string()).and_then(|stream| greets(stream, wait));
    Some(match greeted {
        Ok(()) => Finding::good(
            format!("来信：{listen} 上有人收，写给 {}。", mail.address),
            format!("Mail in: {listen} takes letters to {}.", mail.address),
        ),
        Err(why) => Finding::warning(
            format!("来信：{listen} 上没有人收（平台没有运行？）：{why}"),
            format!("Mail in: nobody takes letters at {listen} (is the site running?): {why}"),
        ),
    })
}

/// Goes into the mailbox that mail is fetched from.
fn mailbox(imap: &ImapSection) -> Finding {
    let at = format!("{}:{}", imap.host, imap.port);
    let looked = || {
        let mailbox = imap.mailbox()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("while starting the runtime")?;
        let wait = Duration::from_secs(IMAP_SECONDS_MAX);
        let looked = runtime.block_on(async { tokio::time::timeout(wait, mailbox.look()).await });
        looked.map_err(|_| Fault::other("it does not answer in time"))?.map_err(|hindered| hindered.why)
    };
    match looked() {
        Ok(there) => Finding::good(
            format!("取信：{at} 可以登录，{} 里现有 {there} 封信。", imap.folder),
            format!("Mail is fetched from {at}: {} holds {there} letters.", imap.folder),
        ),
        Err(why) => Finding::bad(format!("取信：{at} 取不了：{why}"), format!("Mail cannot be fetched from {at}: {why}")),
    }
}

/// Binds to the carrier of short messages, as the site does, or looks whether its gateway is there.
fn carrier(config: &Config, sms: &SmsSection) -> Finding {
    let number = &sms.number;
    let tried = match config.sms_way() {
        Ok(Some(Way::Smpp(carrier))) => match Link::open(&carrier) {
            Ok(link) => {
                link.close();
                Ok(carrier.at)
            }
            // a carrier that allows one connection has it with the site that runs
            Err(why) if why.is_elsewhere() => Ok(carrier.at),
            Err(why) => Err(format!("{}: {why}", carrier.at)),
        },
        Ok(Some(Way::Http(_))) => gateway(sms),
        Ok(None) => Err("nothing is configured".to_owned()),
        Err(fault) => Err(fault.to_string()),
    };
    match tried {
        Ok(at) => Finding::good(
            format!("短信：{at} 连得上、认得我们，群众发到 {number}。"),
            format!("Short messages: {at} answers and knows us; residents text to {number}."),
        ),
        Err(why) => Finding::bad(format!("短信发不出也收不到：{why}"), format!("Short messages neither go nor come: {why}")),
    }
}

/// Looks whether somebody is there where messages are handed over.
fn gateway(sms: &SmsSection) -> Result<String, String> {
    let url = sms.http.as_ref().map_or("", |http| http.url.as_str());
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let host = rest.split('/').next().unwrap_or_default();
    let port = if scheme == "https" { 443 } else { 80 };
    let address = if host.rsplit(':').next().is_some_and(|port| port.parse::<u16>().is_ok()) {
        host.to_owned()
    } else {
        format!("{host}:{port}")
    };
    let named = |error: std::io::Error| format!("{address}: {error}");
    let mut found = address.to_socket_addrs().map_err(named)?;
    let first = found.next().ok_or_else(|| format!("{address}: the name has no address"))?;
    TcpStream::connect_timeout(&first, Duration::from_secs(SMTP_SECONDS_MAX)).map_err(named)?;
    Ok(address)
}

/// Connects and, where the server speaks first in the clear, reads its greeting.
fn reach(smtp: &SmtpSection) -> Result<(), String> {
    let wait = Duration::from_secs(SMTP_SECONDS_MAX);
    let mut addresses = (smtp.host.as_str(), smtp.port).to_socket_addrs().map_err(|error| error.to_string())?;
    let address = addresses.next().ok_or("the name has no address")?;
    let stream = TcpStream::connect_timeout(&address, wait).map_err(|error| error.to_string())?;
    if smtp.tls == SmtpTls::Tls {
        return Ok(());
    }
    greets(stream, wait)
}

/// Reads the greeting of a mail server.
fn greets(stream: TcpStream, wait: Duration) -> Result<(), String> {
    stream.set_read_timeout(Some(wait)).map_err(|error| error.to_string())?;
    let mut greeting = String::new();
    BufReader::new(stream).read_line(&mut greeting).map_err(|error| error.to_string())?;
    if greeting.starts_with("220") { Ok(()) } else { Err(format!("it greets with {:?}", greeting.trim())) }
}
