//! The conversation with a mail server that hands mail over: LMTP (RFC 2033) and SMTP (RFC 5321), a line at a time. Pure.

/// Longest address, in bytes (RFC 5321, 4.5.3.1.3, and what SMTPUTF8 adds).
const PATH_BYTES_MAX: usize = 1_024;

/// Says what to do after a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Say this and wait for the next line.
    Say(String),
    /// Say this and read a mail.
    Data(String),
    /// Say this and close.
    Close(String),
}

/// Is one conversation.
#[derive(Debug, Clone, Default)]
pub struct Session {
    lmtp: Option<bool>,
    from: Option<String>,
    to: Vec<String>,
    strangers: usize,
}

/// Says what of a mail was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Durable.
    Kept,
    /// Larger than the limit.
    Large,
    /// Lines that end as no mail's lines may: what one server takes for the end of a mail another does not.
    Odd,
    /// Not now; it is to be sent again.
    Later,
}

/// Is what a conversation may ask and has to keep to.
pub struct House<'a> {
    /// The name said in the greeting.
    pub name: &'a str,
    /// Largest mail, in bytes.
    pub bytes_max: usize,
    /// Most addresses of ours in one mail.
    pub to_max: usize,
    /// Most addresses that are not ours before the conversation ends.
    pub strangers_max: usize,
    /// Tells whether an address is ours.
    pub is_ours: &'a (dyn Fn(&str) -> bool + Sync),
}

impl Session {
    /// Returns the greeting.
    pub fn greeting(house: &House<'_>) -> String {
        format!("220 {} ready", house.name)
    }

    /// Returns the sender and the addresses of the mail that is being handed over.
    pub fn envelope(&self) -> (&str, &[String]) {
        (self.from.as_deref().unwrap_or_default(), &self.to)
    }

    /// Hears a line, without its end.
    pub fn hear(&mut self, line: &[u8], house: &House<'_>) -> Answer {
        let Ok(line) = std::str::from_utf8(line) else { return say("500 5.5.2 not UTF-8") };
        let (verb, rest) = line.split_once(' ').map_or((line, ""), |(verb, rest)| (verb, rest.trim()));
        match verb.to_ascii_uppercase().as_str() {
            "LHLO" => self.hello(true, house),
            "EHLO" => self.hello(false, house),
            "HELO" => {
                self.lmtp = Some(false);
                self.reset();
                say(&format!("250 {}", house.name))
            }
            "MAIL" => self.mail(rest, house),
            "RCPT" => self.rcpt(rest, house),
            "DATA" if self.to.is_empty() => say("503 5.5.1 no recipient"),
            "DATA" => Answer::Data("354 go ahead".to_owned()),
            "RSET" => {
                self.reset();
                say("250 2.0.0 reset")
            }
            "NOOP" => say("250 2.0.0 yes"),
            "VRFY" => say("252 2.5.2 send it and see"),
            "QUIT" => Answer::Close("221 2.0.0 bye".to_owned()),
            _ => say("502 5.5.1 not known here"),
        }
    }

    /// Answers a mail that was handed over, once for each recipient where that is the custom, and is ready for the next.
    pub fn taken(&mut self, taken: Taken) -> String {
        let answer = match taken {
            Taken::Kept => "250 2.0.0 kept",
            Taken::Large => "552 5.3.4 too large",
            Taken::Odd => "550 5.6.0 lines must end in CR LF",
            Taken::Later => "451 4.3.0 not now, send it again",
        };
        let times = if self.lmtp == Some(true) { self.to.len() } else { 1 };
        self.reset();
        vec![answer; times].join("\r\n")
    }

    fn hello(&mut self, lmtp: bool, house: &House<'_>) -> Answer {
        self.lmtp = Some(lmtp);
        self.reset();
        let (name, size) = (house.name, house.bytes_max);
        say(&format!(
            "250-{name}\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE {size}"
        ))
    }

    fn mail(&mut self, rest: &str, house: &House<'_>) -> Answer {
        if self.lmtp.is_none() {
            return say("503 5.5.1 say hello first");
        }
        if self.from.is_some() {
            return say("503 5.5.1 one sender is enough");
        }
        let Some((from, parameters)) = path(rest, "FROM:") else { return say("501 5.1.7 no such address") };
        for parameter in parameters.split_ascii_whitespace() {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match name.to_ascii_uppercase().as_str() {
                "SIZE" if value.parse::<usize>().is_ok_and(|size| size > house.bytes_max) => return say("552 5.3.4 too large"),
                "SIZE" | "BODY" | "SMTPUTF8" | "RET" | "ENVID" | "AUTH" => {}
                _ => return say("555 5.5.4 parameter not known"),
            }
        }
        self.from = Some(from.to_owned());
        say("250 2.1.0 yes")
    }

    fn rcpt(&mut self, rest: &str, house: &House<'_>) -> Answer {
        if self.from.is_none() {
            return say("503 5.5.1 a sender first");
        }
        let Some((to, _)) = path(rest, "TO:") else { return say("501 5.1.3 no such address") };
        if !(house.is_ours)(to) {
            self.strangers += 1;
            if self.strangers > house.strangers_max {
                return Answer::Close("421 4.7.0 too many that are not here".to_owned());
            }
            return say("550 5.1.1 nobody of that name here");
        }
        if self.to.len() >= house.to_max {
            return say("452 4.5.3 too many at once");
        }
        self.to.push(to.to_owned());
        say("250 2.1.5 yes")
    }

    fn reset(&mut self) {
        self.from = None;
        self.to.clear();
    }
}

fn say(line: &str) -> Answer {
    Answer::Say(line.to_owned())
}

/// Reads `FROM:<address> PARAMETERS`.
fn path<'l>(text: &'l str, word: &str) -> Option<(&'l str, &'l str)> {
    let start = text.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word))?;
    let rest = text[start.len()..].trim_start().strip_prefix('<')?;
    let (address, parameters) = rest.split_once('>')?;
    // a source route is out of use and is left out (RFC 5321, appendix C)
    let address = address.rsplit_once(':').filter(|_| address.starts_with('@')).map_or(address, |(_, address)| address);
    (address.len() <= PATH_BYTES_MAX && !address.contains(char::is_whitespace)).then_some((address, parameters))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk(lines: &[&str]) -> Vec<String> {
        let house = House {
            name: "mail.qinghe.example",
            bytes_max: 1_000,
            to_max: 2,
            strangers_max: 2,
            is_ours: &|address| address.ends_with("@qinghe.example"),
        };
        let mut session = Session::default();
        let heard = |line: &&str| match session.hear(line.as_bytes(), &house) {
            Answer::Say(text) => text,
            Answer::Data(text) => format!("{text}|{}", session.taken(Taken::Kept)),
            Answer::Close(text) => format!("{text}|closed"),
        };
        lines.iter().map(heard).collect()
    }

    #[test]
    fn a_mail_for_two_is_answered_twice_where_that_is_the_custom() {
        let same = [
            "MAIL FROM:<a@b.example> SIZE=10 BODY=8BITMIME",
            "RCPT TO:<x@qinghe.example>",
            "rcpt to: <y@qinghe.example>",
            "DATA",
        ];
        let lmtp = talk(&[&["LHLO mx"], &same[..]].concat());
        assert_eq!(lmtp.last().unwrap(), "354 go ahead|250 2.0.0 kept\r\n250 2.0.0 kept");
        let smtp = talk(&[&["EHLO mx"], &same[..]].concat());
        assert_eq!(smtp.last().unwrap(), "354 go ahead|250 2.0.0 kept");
        assert!(smtp[0].contains("250-8BITMIME") && smtp[0].ends_with("250 SIZE 1000"));
    }

    #[test]
    fn what_is_out_of_order_or_not_ours_is_refused() {
        let table: &[(&[&str], &str)] = &[
            (&["MAIL FROM:<a@b.example>"], "503 5.5.1 say hello first"),
            (&["HELO x", "RCPT TO:<x@qinghe.example>"], "503 5.5.1 a sender first"),
            (&["HELO x", "MAIL FROM:<>", "DATA"], "503 5.5.1 no recipient"),
            (&["HELO x", "MAIL FROM:<>", "MAIL FROM:<>"], "503 5.5.1 one sender is enough"),
            (&["HELO x", "MAIL FROM:<a@b.example> SIZE=1001"], "552 5.3.4 too large"),
            (&["HELO x", "MAIL FROM:a@b.example"], "501 5.1.7 no such address"),
            (&["HELO x", "MAIL FROM:<a@b.example> X=1"], "555 5.5.4 parameter not known"),
            (&["HELO x", "MAIL FROM:<>", "RCPT TO:<x@else.example>"], "550 5.1.1 nobody of that name here"),
            (
                &["HELO x", "MAIL FROM:<>", "RCPT TO:<a@e>", "RCPT TO:<b@e>", "RCPT TO:<c@e>"],
                "421 4.7.0 too many that are not here|closed",
            ),
            (
                &[
                    "HELO x",
                    "MAIL FROM:<>",
                    "RCPT TO:<a@qinghe.example>",
                    "RCPT TO:<b@qinghe.example>",
                    "RCPT TO:<c@qinghe.example>",
                ],
                "452 4.5.3 too many at once",
            ),
            (&["BDAT 10"], "502 5.5.1 not known here"),
            (&["QUIT"], "221 2.0.0 bye|closed"),
        ];
        for (lines, last) in table {
            assert_eq!(talk(lines).last().unwrap(), last, "{lines:?}");
        }
    }

    #[test]
    fn an_old_route_is_left_out() {
        assert_eq!(path("TO:<@a.example,@b.example:x@qinghe.example>", "TO:"), Some(("x@qinghe.example", "")));
        assert_eq!(path("TO:<x@qinghe.example> NOTIFY=NEVER", "TO:"), Some(("x@qinghe.example", " NOTIFY=NEVER")));
    }
}
