//! The wizard: the few questions without which there is no site. It writes a county file; more is added to that file, or
//! later at the desk.

use std::io::{BufRead, Write};

use db::Fault;

/// Asks one question after another.
pub(crate) struct Ask<R, W> {
    input: R,
    output: W,
}

impl<R: BufRead, W: Write> Ask<R, W> {
    /// Talks over the given ends.
    pub(crate) fn over(input: R, output: W) -> Self {
        Self { input, output }
    }

    /// Asks everything and returns the text of a county file.
    pub(crate) fn county(&mut self) -> Result<String, Fault> {
        self.say("民声建站。方括号里是默认值，直接回车即采用。\nMaking a site. Enter takes what stands in brackets.\n")?;
        let code = self.code()?;
        let name = self.line("县（区）名 Name of the county", "")?;
        let name_en = self.line("英文名 English name", &name)?;
        let domain = self.line("本站域名 Domain of the site", "localhost")?;
        let intake = self.line("首先接收诉求的单位 Office that receives matters first", &format!("{name}信访局"))?;
        let supervising = self.line("受理检举控告的单位 Office that receives accusations", &format!("{name}纪委监委"))?;
        let admin = self.line("首位管理员姓名 Name of the first administrator", "系统管理员")?;
        let login = self.line("其登录名 Log-in name", "admin")?;
        let text = Answers { code, name, name_en, domain, intake, supervising, admin, login }.to_toml();
        self.towns(text)
    }

    /// Asks yes or no; no answer is a no.
    pub(crate) fn agreed(&mut self, question: &str) -> Result<bool, Fault> {
        let answer = self.line(&format!("{question} (y/n)"), "n")?;
        Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes" | "是"))
    }

    fn code(&mut self) -> Result<String, Fault> {
        loop {
            let code = self.line("六位区划代码 Six-digit code", "")?;
            if code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()) {
                return Ok(code);
            }
            self.say("要六位数字。Six digits, please.\n")?;
        }
    }

    /// Asks for townships until an empty answer; each has its government as intake office.
    fn towns(&mut self, mut text: String) -> Result<String, Fault> {
        let county = toml::from_str::<toml::Table>(&text).map_err(|error| Fault::other(error.to_string()))?;
        let county = county["site"]["code"].as_str().unwrap_or_default().to_owned();
        for number in 100_u32.. {
            let name = self.line("乡镇（街道）名，没有了就直接回车 Township, or Enter when done", "")?;
            if name.is_empty() {
                break;
            }
            text += &town(&county, number, &name);
        }
        Ok(text)
    }

    fn line(&mut self, question: &str, default: &str) -> Result<String, Fault> {
        let shown = if default.is_empty() { String::new() } else { format!(" [{default}]") };
        self.say(&format!("{question}{shown}: "))?;
        let mut answer = String::new();
        if self.input.read_line(&mut answer)? == 0 {
            return Err(Fault::other("the answers ended; nothing was made"));
        }
        let answer = answer.trim();
        Ok(if answer.is_empty() { default.to_owned() } else { answer.to_owned() })
    }

    fn say(&mut self, text: &str) -> Result<(), Fault> {
        self.output.write_all(text.as_bytes())?;
        Ok(self.output.flush()?)
    }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn town(county: &str, number: u32, name: &str) -> String {
    let (place, office, name) = (format!("{county}{number}"), quoted(&format!("{name}人民政府")), quoted(name));
    let head = format!("\n[[place]]\ncode = \"{place}\"\nname = {name}\nname_en = {name}\nparent = \"{county}\"\n");
    let own = format!("level = \"township\"\n\n[[office]]\ncode = \"t{number}\"\nname = {office}\nname_en = {office}\n");
    let duty = format!("place = \"{place}\"\nsuperior = \"intake\"\nintake_for = [\"{place}\"]\n");
    [head, own, duty].concat()
}

struct Answers {
    code: String,
    name: String,
    name_en: String,
    domain: String,
    intake: String,
    supervising: String,
    admin: String,
    login: String,
}

impl Answers {
    fn to_toml(&self) -> String {
        let (code, login) = (quoted(&self.code), quoted(&self.login));
        let office = |own: &str, name: &str, more: &str| {
            let name = quoted(name);
            format!("\n[[office]]\ncode = \"{own}\"\nname = {name}\nname_en = {name}\nplace = {code}\n{more}\n")
        };
        [
            format!("administrator = {login}\n\n[site]\ncode = {code}\nname = {}\n", quoted(&self.name)),
            format!("origin = {}\n", quoted(&format!("{}/{}", self.domain, self.code))),
            format!("\n[[place]]\ncode = {code}\nname = {}\n", quoted(&self.name)),
            format!("name_en = {}\nlevel = \"county\"\n", quoted(&self.name_en)),
            office("intake", &self.intake, &format!("intake_for = [{code}]\nduties = [\"20\", \"99\"]")),
            office("supervising", &self.supervising, "supervising = true"),
            format!("\n[[staff]]\nlogin = {login}\nname = {}\n", quoted(&self.admin)),
            "title = \"系统管理员\"\noffice = \"intake\"\nroles = [\"administrator\"]\n".to_owned(),
        ]
        .concat()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use civic::rules::RuleSet;

    use super::super::{check, county::County};
    use super::*;

    #[test]
    fn the_answers_make_a_whole_county() {
        let answers = "12\n990778\n石桥\"区\n\nshiqiao.example\n\n\n\n\n东渡镇\n西渡镇\n\n";
        let mut asked = Vec::new();
        let text = Ask::over(answers.as_bytes(), &mut asked).county().unwrap();
        let county = County::parse(&text, Path::new(".")).unwrap();
        assert_eq!(check::problems(&county, &RuleSet::builtin()), Vec::<String>::new());
        assert_eq!((county.places.len(), county.offices.len(), county.site.origin.as_str()), (3, 4, "shiqiao.example/990778"));
        assert!(String::from_utf8(asked).unwrap().contains("要六位数字"));
        assert!(Ask::over(&b"990778\n"[..], Vec::new()).county().is_err(), "answers that end early make nothing");
    }
}
