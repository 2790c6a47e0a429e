//! Staff of the invented county, with accounts, at the site's door.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use civic::account::{self, Cost, Credential};
use db::Fault;
use testkit::county;

use crate::world::{Answer, Site, form};

/// Opens every account of [`accounts`].
pub const PASSWORD: &str = "liuwan-demo";

/// Gives every member of staff an account.
pub fn accounts(site: &Site) {
    site.world
        .write(|tx, site, (now, chance)| {
            let phc = account::hash(PASSWORD, Cost::CHEAP, chance)?;
            for staff in site.directory().staff.values() {
                account::invite(tx, site, (now, chance), staff.id, &staff.login)?;
                account::finish_setup(tx, site, staff.id, &phc, 0)?;
            }
            Ok::<_, Fault>(())
        })
        .unwrap();
}

/// Reads an account.
pub fn credential(site: &Site, login: &'static str) -> Credential {
    site.world.read(move |tx, site| account::by_login(tx, site, login)).unwrap().unwrap()
}

/// Returns a one-time code that is good now: the next unused one.
pub fn code(site: &Site, login: &'static str) -> String {
    let known = credential(site, login);
    account::code_at(&known.secret, account::step_of(site.world.now()).max(known.last_step + 1))
}

/// Writes what the log-in form sends.
pub fn login_form(login: &str, password: &str, code: &str) -> String {
    format!("login={login}&password={password}&code={code}")
}

/// Signs somebody in and returns the cookie.
pub fn enter(site: &Site, login: &'static str) -> String {
    let answer = site.post("/desk/login", login_form(login, PASSWORD, &code(site, login)));
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{login}: {}", answer.visible());
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

impl Site {
    pub fn get_as(&self, cookie: &str, path: &str) -> Answer {
        self.ask(Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap())
    }

    pub fn post_as(&self, cookie: &str, path: &str, body: impl Into<Body>) -> Answer {
        let mut request = form(Method::POST, path, body);
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        self.ask(request)
    }
}

/// Returns the id of somebody of the county.
pub fn id(login: &str) -> uuid::Uuid {
    county::staff_id(login)
}
