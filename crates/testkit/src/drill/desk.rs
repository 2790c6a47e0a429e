//! Somebody at the desk of a drill's site: the first administrator, who watches and handles too. They set up their account with the code that
//! `init` printed and sign in as staff do.

use std::process::Command;

use civic::account;
use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;

use super::house::{House, Output, Server};
use super::http::Answer;

/// The log-in name in the example county.
const LOGIN: &str = "admin";
/// A password that nobody guesses.
const PASSWORD: &str = "drill-of-the-old-locust-tree";
/// Stands before the secret of the second factor on the page of the setup.
const SECRET: &str = "<code class=\"code\">";

/// Stands before the version of a matter in the form of an act.
const SEEN: &str = "name=\"seen\" value=\"";

/// Is somebody who has signed in. The session outlives the program.
pub struct Desk {
    cookie: String,
}

impl Desk {
    /// Sets the account up and signs in.
    pub fn enter(house: &House, server: &Server) -> Result<Self, String> {
        let setup = house.setup.as_deref().ok_or("init printed no code for the administrator")?;
        let http = server.http();
        let page = http.form("/desk/setup", &format!("setup={setup}"), "");
        let page = page.ok_or("the page of the setup gives no answer")?;
        let secret = page.body.split(SECRET).nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default();
        let secret = BASE32_NOPAD
            .decode(secret.as_bytes())
            .map_err(|_| format!("no secret on the page of the setup ({})", page.status))?;
        let step = account::step_of(now()?);
        let finish =
            format!("setup={setup}&finish=1&password={PASSWORD}&again={PASSWORD}&code={}", account::code_at(&secret, step));
        is(303, http.form("/desk/setup", &finish, ""), "finishing the setup")?;
        // a code works once: the next one is good already
        let enter = format!("login={LOGIN}&password={PASSWORD}&code={}", account::code_at(&secret, step + 1));
        let entered = is(303, http.form("/desk/login", &enter, ""), "signing in")?;
        Ok(Self { cookie: entered.cookies })
    }

    /// Asks for a page of the desk.
    pub fn get(&self, server: &Server, path: &str) -> Result<String, String> {
        is(200, server.http().get_as(path, &self.cookie), path).map(|answer| answer.body)
    }

    /// Sends a form that leads on to another page.
    pub fn does(&self, server: &Server, path: &str, form: &str) -> Result<(), String> {
        is(303, server.http().form(path, form, &self.cookie), path).map(drop)
    }

    /// Does an act to a matter, as its form does.
    pub fn act(&self, server: &Server, (number, act): (&str, &str), fields: &str) -> Result<(), String> {
        let path = format!("/desk/matters/{number}/act/{act}");
        let page = self.get(server, &path)?;
        let seen = page.split(SEEN).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        is(303, server.http().form(&path, &format!("seen={seen}&{fields}"), &self.cookie), &path).map(drop)
    }
}

fn is(status: u16, answer: Option<Answer>, what: &str) -> Result<Answer, String> {
    match answer {
        Some(answer) if answer.status == status => Ok(answer),
        answer => Err(format!("{what} is answered with {}", answer.map_or(0, |answer| answer.status))),
    }
}

/// Asks the machine for the time, as a telephone with one-time codes does.
fn now() -> Result<Timestamp, String> {
    let told = Output::of(Command::new("date").arg("+%s")).words;
    let seconds = told.trim().parse().map_err(|_| format!("date says {told}"))?;
    Timestamp::from_second(seconds).map_err(|error| error.to_string())
}
