//! The wizard: what a site begins with, question by question. It writes a county file; more is added to that file, or
//! later at the desk.

use std::fs;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use civic::directory::Role;
use civic::rules::RuleSet;
use db::Fault;

use super::answers::{Answers, INTAKE};
use super::county::Person;
use super::staff;

/// Categories that the first office answers for unless something else is said.
const INTAKE_DUTIES: &str = "20 99";

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
    pub(crate) fn county(&mut self, rules: &RuleSet) -> Result<String, Fault> {
        self.say("民声建站。方括号里是默认值，直接回车即采用。\nMaking a site. Enter takes what stands in brackets.\n")?;
        let code = self.code()?;
        let name = self.line("县（区）名 Name of the county", "")?;
        let name_en = self.line("英文名 English name", &name)?;
        let domain = self.line("本站域名 Domain of the site", "localhost")?;
        let mut answers = Answers::begin(&code, (&name, &name_en), &domain);
        self.offices(rules, &name, &mut answers)?;
        self.towns(rules, &mut answers)?;
        self.people(&mut answers)?;
        answers.to_toml()
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

    /// Asks for the offices of the county, each with the categories it answers for.
    fn offices(&mut self, rules: &RuleSet, county: &str, answers: &mut Answers) -> Result<(), Fault> {
        self.say("\n诉求的类别（后面按编号选）：\nCategories of matters, chosen by number below:\n")?;
        for category in rules.categories() {
            self.say(&format!("  {} {} {}\n", category.code, category.zh, category.en))?;
        }
        let intake = self.line("首先接收诉求的单位 Office that receives matters first", &format!("{county}信访局"))?;
        let duties = self.duties(rules, INTAKE_DUTIES)?;
        answers.intake(&intake, duties);
        let supervising = self.line("受理检举控告的单位 Office that receives accusations", &format!("{county}纪委监委"))?;
        answers.supervising(&supervising);
        while let Some(name) = self.more("其他县级单位名，没有了就直接回车 Another office of the county, or Enter when done")?
        {
            let duties = self.duties(rules, "")?;
            answers.office(&name, duties);
        }
        Ok(())
    }

    fn duties(&mut self, rules: &RuleSet, default: &str) -> Result<Vec<String>, Fault> {
        loop {
            let answer = self.line("  负责的类别编号，用空格隔开 Its categories, by number", default)?;
            let codes: Vec<String> = words(&answer).map(|word| format!("{word:0>2}")).collect();
            match codes.iter().find(|code| rules.category(code).is_none()) {
                None => return Ok(codes),
                Some(code) => self.say(&format!("没有编号 {code} 的类别。There is no category {code}.\n"))?,
            }
        }
    }

    /// Asks for townships until an empty answer, each with its villages; its government takes in what comes from there.
    fn towns(&mut self, rules: &RuleSet, answers: &mut Answers) -> Result<(), Fault> {
        while let Some(name) = self.more("乡镇（街道）名，没有了就直接回车 Township, or Enter when done")? {
            let duties = self.duties(rules, "")?;
            let town = answers.town(&name, duties)?;
            self.villages(&town, answers)?;
        }
        Ok(())
    }

    fn villages(&mut self, town: &str, answers: &mut Answers) -> Result<(), Fault> {
        const QUESTION: &str =
            "  村（社区）名，或列有村名的 CSV 文件，没有了就直接回车 Village, or a CSV file of villages, or Enter when done";
        while let Some(answer) = self.more(QUESTION)? {
            if !answer.to_lowercase().ends_with(".csv") {
                answers.village(town, (&answer, &answer))?;
                continue;
            }
            match village_names(Path::new(&answer)) {
                Ok(names) => {
                    for (name, name_en) in &names {
                        answers.village(town, (name, name_en))?;
                    }
                    self.say(&format!("  读到 {n} 个村（社区）。{n} villages were read.\n", n = names.len()))?;
                }
                Err(wrong) => self.say(&format!("  {wrong}\n"))?,
            }
        }
        Ok(())
    }

    fn people(&mut self, answers: &mut Answers) -> Result<(), Fault> {
        let name = self.line("首位管理员姓名 Name of the first administrator", "系统管理员")?;
        let login = self.line("其登录名 Log-in name", "admin")?;
        let title = "系统管理员".to_owned();
        let office = INTAKE.to_owned();
        answers.administrator(Person { title, ..person((login, name), office, vec![Role::Administrator]) });
        let offices = answers.offices();
        self.say("\n单位 Offices:\n")?;
        for (at, (code, name)) in offices.iter().enumerate() {
            self.say(&format!("  {} {name}（{code}）\n", at + 1))?;
        }
        while let Some(file) = self.more("人员名单（CSV 或 XLSX 文件），没有就直接回车 Table of staff, or Enter for none")?
        {
            let file = PathBuf::from(file);
            match staff::read(&file).and_then(|people| Ok((people, std::path::absolute(&file).map_err(|e| e.to_string())?))) {
                Ok((people, file)) => {
                    self.say(&format!("  读到 {n} 人。{n} people were read.\n", n = people.len()))?;
                    answers.table(file);
                    break;
                }
                Err(wrong) => self.say(&format!("  {wrong}\n"))?,
            }
        }
        while let Some(name) = self.more("人员姓名，没有了就直接回车 Member of staff, or Enter when done")? {
            let person = self.person(name, &offices)?;
            answers.person(person);
        }
        Ok(())
    }

    fn person(&mut self, name: String, offices: &[(String, String)]) -> Result<Person, Fault> {
        let login = self.line("  登录名 Log-in name", "")?;
        let office = self.one_of("  单位编号 Office, by number", offices.len())?;
        self.say("  角色 Roles:\n")?;
        for (at, (name, role)) in staff::ROLE_NAMES.iter().enumerate() {
            self.say(&format!("    {} {name} {}\n", at + 1, role.code()))?;
        }
        let roles = loop {
            let answer = self.line("  角色编号，用空格隔开 Roles, by number", "1")?;
            let roles: Option<Vec<Role>> = words(&answer)
                .map(|word| staff::ROLE_NAMES.get(word.parse::<usize>().ok()?.checked_sub(1)?).map(|(_, role)| *role))
                .collect();
            match roles.filter(|roles| !roles.is_empty()) {
                Some(roles) => break roles,
                None => self.say("没有这个编号。There is no such number.\n")?,
            }
        };
        let email = self.line("  邮箱，没有就直接回车 E-mail, or Enter for none", "")?;
        let email = Some(email).filter(|email| !email.is_empty());
        let bound = roles.iter().any(|role| role.is_bound_to_a_place());
        let place = if bound { self.more("  所在村、社区或网格的代码 Code of the village or grid")? } else { None };
        Ok(Person { place, email, ..person((login, name), offices[office].0.clone(), roles) })
    }

    /// Asks for one of some numbered things; returns its index.
    fn one_of(&mut self, question: &str, count: usize) -> Result<usize, Fault> {
        loop {
            let number = self.line(question, "1")?.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            if let Some(at) = number.filter(|at| *at < count) {
                return Ok(at);
            }
            self.say("没有这个编号。There is no such number.\n")?;
        }
    }

    /// Asks for one more of a list; nothing ends it.
    fn more(&mut self, question: &str) -> Result<Option<String>, Fault> {
        Ok(Some(self.line(question, "")?).filter(|answer| !answer.is_empty()))
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

fn words(answer: &str) -> impl Iterator<Item = &str> {
    answer.split([' ', '、', '，', ',', ';', '；']).filter(|word| !word.is_empty())
}

fn person((login, name): (String, String), office: String, roles: Vec<Role>) -> Person {
    Person { login, name, title: String::new(), office, roles, email: None, place: None }
}

/// Reads the names of villages, one a row, with an English name beside it or not. A heading is passed over.
fn village_names(file: &Path) -> Result<Vec<(String, String)>, String> {
    let rows = fs::read(file).map_err(|error| error.to_string()).and_then(|bytes| staff::csv_rows(&bytes));
    let rows = rows.map_err(|error| format!("{}: {error}", file.display()))?;
    let heading = |name: &str| matches!(name, "名称" | "村名" | "村（社区）" | "name");
    let names = rows.into_iter().filter_map(|row| {
        let name = row.first().filter(|name| !name.is_empty() && !heading(name))?.clone();
        let name_en = row.get(1).filter(|name| !name.is_empty()).unwrap_or(&name).clone();
        Some((name, name_en))
    });
    Ok(names.collect())
}

#[cfg(test)]
mod tests {
    use super::super::{check, county::County};
    use super::*;

    #[test]
    fn the_answers_make_a_whole_county() {
        let folder = tempfile::tempdir().unwrap();
        let (villages, table) = (folder.path().join("villages.csv"), folder.path().join("staff.csv"));
        fs::write(&villages, "村名,name\n东村,East Village\n西村\n").unwrap();
        fs::write(&table, "姓名,登录名,单位,角色\n舒望北,shu,东渡镇人民政府,单位负责人\n").unwrap();
        let (villages, table) = (villages.display(), table.display());
        let answers = format!(
            "12\n990778\n石桥\"区\n\nshiqiao.example\n\n\n\n水务局\n3 77\n3、7\n住建局\n\n\n\
             东渡镇\n\n渡口村\n新桥社区\n\n西渡镇\n2\nnowhere.csv\n{villages}\n\n\n\
             \n\n{table}.no\n{table}\n沈一舟\nshen\n9\n1\n1 2\nshen@shiqiao.example\n\n"
        );
        let mut asked = Vec::new();
        let text = Ask::over(answers.as_bytes(), &mut asked).county(&RuleSet::builtin()).unwrap();
        let county = County::parse(&text, Path::new(".")).unwrap();
        let none: [String; 0] = [];
        assert_eq!(check::problems(&county, &RuleSet::builtin()), none, "{text}");
        assert_eq!((county.places.len(), county.offices.len(), county.site.origin.as_str()), (7, 6, "shiqiao.example/990778"));
        let duties = |at: usize| county.offices[at].duties.iter().map(|duty| duty.category.as_str()).collect::<Vec<_>>();
        assert_eq!((duties(0), duties(2), duties(5)), (vec!["20", "99"], vec!["03", "07"], vec!["02"]));
        let people: Vec<_> = county.people.iter().map(|p| (p.login.as_str(), p.office.as_str(), p.roles.len())).collect();
        assert_eq!(people, [("admin", "intake", 1), ("shen", "intake", 2), ("shu", "t100", 1)]);
        assert!(county.places.iter().any(|place| place.code == "990778101202" && place.name == "西村"));
        let asked = String::from_utf8(asked).unwrap();
        for words in ["要六位数字", "没有编号 77 的类别", "读到 2 个村", "nowhere.csv: ", "读到 1 人", "没有这个编号"]
        {
            assert!(asked.contains(words), "{words}: {asked}");
        }
        let early = Ask::over(&b"990778\n"[..], Vec::new()).county(&RuleSet::builtin());
        assert!(early.is_err(), "answers that end early make nothing");
    }
}
