use std::path::PathBuf;
use std::process::ExitCode;

use db::Fault;

use crate::config::{Config, EXAMPLE};

/// 打印带说明的配置示例，或检查一个配置文件。 Prints the commented example, or checks a configuration file.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// 打印示例（不带参数时也是）。 Prints the example; without any option too.
    #[arg(long, conflicts_with = "check")]
    example: bool,
    /// 检查文件。 Checks a file.
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Result<ExitCode, Fault> {
    match &args.check {
        None => print!("{EXAMPLE}"),
        Some(file) => {
            let config = Config::read(file)?;
            config.check_listen()?;
            print!("{}", summary(&config));
            println!("{}：没有问题。 Nothing is wrong.", file.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Says in few lines what the file means.
fn summary(config: &Config) -> String {
    let site = &config.site;
    let mut lines = vec![format!("{} {}，日志 log {}，时区 zone {}", site.code, site.name, site.origin, site.zone)];
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    lines.push(format!("网页 pages {scheme}://{}，数据 data {}", config.listen, config.data.display()));
    if let Some(smtp) = &config.smtp {
        let user = smtp.user.as_deref().unwrap_or("-");
        let password = match (&smtp.password_file, &smtp.password_env) {
            (Some(_), _) => "file",
            (None, Some(_)) => "environment",
            (None, None) => "-",
        };
        let tls = format!("{:?}", smtp.tls).to_lowercase();
        lines.push(format!("发信 mail {}:{} {tls} user {user} password {password} from {}", smtp.host, smtp.port, smtp.from));
    }
    if let Some(mail) = &config.mail {
        let listen = mail.listen.map_or_else(|| "-".to_owned(), |listen| listen.to_string());
        lines.push(format!("来信 mail in {} listen {listen} trusted {}", mail.address, mail.trusted.as_deref().unwrap_or("-")));
        if let Some(imap) = &mail.imap {
            let tls = format!("{:?}", imap.tls).to_lowercase();
            lines.push(format!("取信 mailbox {}:{} {tls} user {} folder {}", imap.host, imap.port, imap.user, imap.folder));
        }
    }
    if let Some(sms) = &config.sms {
        let smpp = sms.smpp.as_ref().map(|smpp| format!("smpp {}:{} system_id {}", smpp.host, smpp.port, smpp.system_id));
        let http = sms.http.as_ref().map(|http| format!("http {} key {}", http.url, http.key));
        lines.push(format!("短信 sms {} {}", sms.number, smpp.or(http).unwrap_or_default()));
    }
    if let Some(chat) = &config.chat {
        let connect = chat.connect.as_deref().unwrap_or("-");
        let listen = chat.listen.map_or_else(|| "-".to_owned(), |listen| listen.to_string());
        let api = chat.api.as_deref().unwrap_or("-");
        lines.push(format!("群聊 chat {} {} connect {connect} listen {listen} api {api}", chat.name, chat.account));
    }
    if let Some(hotline) = &config.hotline {
        let listen = hotline.listen.map_or_else(|| "-".to_owned(), |listen| listen.to_string());
        let recordings = hotline.recordings.as_deref().unwrap_or("-");
        lines.push(format!("热线 hotline {} listen {listen} key {} recordings {recordings}", hotline.number, hotline.key));
    }
    lines.join("\n") + "\n"
}
