//! Two sites that hand matters down and report back, while either of them dies, answers get lost on the way, and one is down for a day.
//!
//! Whatever happens: every matter that was handed down is one matter below, every step is heard once on the other side, nothing waits in the
//! end and nothing is refused. The day is the machine's own, moved under both programs (libfaketime), where that is there.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use civic::chance::{self, Chance};
use rand_core::SeedableRng;
use serde_json::Value;

use super::crowd::pause;
use super::desk::Desk;
use super::house::{House, Server};
use super::{Drill, Report, time};

/// Matters handed down in each round.
const MATTERS: u64 = 2;
/// Longest time between acts and death, in milliseconds.
const LIFE_MILLIS_MAX: u64 = 1_500;
/// Answers lost in a round, at most.
const LOST_MAX: u64 = 4;
/// Longest time until both sides know everything, in seconds.
const SETTLED_SECONDS: u64 = 120;
/// Time between two looks, in milliseconds.
const LOOK_MILLIS: u64 = 250;
/// How long the side that is left tries on after the day has come, in milliseconds.
const DAY_MILLIS: u64 = 4_000;
/// The page of the other sites.
const PEERS: &str = "/desk/admin/peers";
/// Characters of a key, base64.
const KEY_CHARS: usize = 44;

const OWED: &str = "select cast(count(*) as bigint) as many from exchange_out where sent_at is null";
const TOLD: &str = "select cast(count(*) as bigint) as many from exchange_out where sent_at is not null";
const REFUSED: &str = "select cast(count(*) as bigint) as many from exchange_out where trouble <> ''";
const FILED: &str = "select cast(count(*) as bigint) as many from event where kind = 'filed'";
const HEARD: &str = "select cast(count(*) as bigint) as many from event where kind = 'heard'";
const NUMBERS: &str = "select number from matter order by number";

/// Hands matters down in `count` rounds, with a strike in each, and one side down for a day in the end.
pub fn run(drill: &Drill) -> Result<Report, String> {
    let mut chance = Chance::seed_from_u64(drill.seed);
    let (mut above, mut below) = (Side::open(&drill.binary, "above")?, Side::open(&drill.binary, "below")?);
    let (key_above, key_below) = (above.key()?, below.key()?);
    above.connect(("below", &below, &key_below), "")?;
    below.connect(("above", &above, &key_above), "xf")?;
    let mut done = Done::default();
    for round in 0..drill.count {
        let drawn: [u8; 8] = chance::bytes(&mut chance);
        above.way.lose(u64::from(drawn[0]) % LOST_MAX);
        below.way.lose(u64::from(drawn[1]) % LOST_MAX);
        work((&above, &below), &mut done)?;
        pause(20 + u64::from(u16::from_be_bytes([drawn[2], drawn[3]])) % LIFE_MILLIS_MAX);
        match drawn[4] % 3 {
            0 => above.die_and_start()?,
            1 => below.die_and_start()?,
            _ => {
                above.kill();
                below.die_and_start()?;
                above.die_and_start()?;
            }
        }
        done.deaths += 1 + u64::from(drawn[4] % 3 == 2);
        above.try_now()?;
        below.try_now()?;
        drill.tell(round, &format!("{} matters handed down", done.handed));
    }
    let day = day((&mut above, &mut below), &mut done)?;
    let mut report = Report { findings: settled((&above, &below), &done)?, ..Report::default() };
    let told = above.house.many(TOLD)? + below.house.many(TOLD)?;
    let lost = above.way.lost() + below.way.lost();
    for side in [above, below] {
        report.findings.extend(side.check());
    }
    report.told = format!(
        "{} deaths, {lost} answers lost, {} matters handed down, {told} steps told and each heard once; {day}",
        done.deaths, done.handed
    );
    Ok(report)
}

/// Is what was done so far.
#[derive(Default)]
struct Done {
    deaths: u64,
    handed: u64,
    /// Steps of matters that were there already: what the site above said, and the one below.
    said: (u64, u64),
    /// Matters above of which nobody was reminded, and those accepted below.
    quiet: Vec<String>,
    accepted: BTreeSet<String>,
}

/// Does what both sites do in a round: hands matters down, presses for an older one, accepts one below.
fn work((above, below): (&Side, &Side), done: &mut Done) -> Result<(), String> {
    let older = done.quiet.pop();
    for _ in 0..MATTERS {
        let number = above.file(done.handed)?;
        above.act((&number, "register"), "category=11")?;
        above.act((&number, "hand_down"), &format!("site={}&manner=forwarded&words=a{}", above.peer, done.handed))?;
        done.handed += 1;
        done.quiet.insert(0, number);
    }
    if let Some(number) = older {
        above.act((&number, "remind"), "words=please")?;
        done.said.0 += 1;
    }
    let open = below.house.numbers(NUMBERS)?.into_iter().find(|number| !done.accepted.contains(number));
    if let Some(number) = open {
        below.act((&number, "accept"), "category=11")?;
        done.accepted.insert(number);
        done.said.1 += 1;
    }
    Ok(())
}

/// Lets the site below be down for a day, while the one above goes on, and says whether the clock could be moved.
fn day((above, below): (&mut Side, &mut Side), done: &mut Done) -> Result<&'static str, String> {
    work((above, below), done)?;
    below.kill();
    let clocks = [above.house.beside(CLOCK), below.house.beside(CLOCK)];
    let jump = |to: &str| clocks.iter().try_for_each(|clock| time::set(clock, to));
    if above.house.environment.is_empty() {
        pause(DAY_MILLIS);
        below.start()?;
        above.try_now()?;
        below.try_now()?;
        return Ok("no day was gone by, for libfaketime is not there");
    }
    jump("+86400")?;
    pause(DAY_MILLIS);
    below.start()?;
    // and past the longest pause after a failure
    jump("+90000")?;
    Ok("one of them down for a day by both clocks")
}

/// Waits until nothing waits, and compares what both sides have with what was done.
fn settled((above, below): (&Side, &Side), done: &Done) -> Result<Vec<String>, String> {
    let begun = Instant::now();
    let (heard_above, heard_below) = (done.handed + done.said.1, done.handed + done.said.0);
    loop {
        let counts = [
            ("steps wait above", above.house.many(OWED)?, 0),
            ("steps wait below", below.house.many(OWED)?, 0),
            ("steps are refused above", above.house.many(REFUSED)?, 0),
            ("steps are refused below", below.house.many(REFUSED)?, 0),
            ("matters were made below", below.house.many(FILED)?, done.handed),
            ("steps were heard above", above.house.many(HEARD)?, heard_above),
            ("steps were heard below", below.house.many(HEARD)?, heard_below),
        ];
        let wrong: Vec<String> = counts
            .iter()
            .filter(|(_, many, due)| many != due)
            .map(|(what, many, due)| format!("{many} {what} instead of {due}"))
            .collect();
        if wrong.is_empty() || begun.elapsed() > Duration::from_secs(SETTLED_SECONDS) {
            return Ok(wrong);
        }
        pause(LOOK_MILLIS);
    }
}

/// The file that says where the clock of a site stands.
const CLOCK: &str = "clock";

/// Is one of the two sites, with the way by which the other one reaches it.
struct Side {
    house: House,
    config: PathBuf,
    server: Option<Server>,
    desk: Desk,
    way: Way,
    /// The id of the other site here, once it is known.
    peer: String,
}

impl Side {
    fn open(binary: &Path, name: &str) -> Result<Self, String> {
        let library = time::library();
        let house = House::make_within(binary, |house| {
            let Some(library) = library else { return Ok(Vec::new()) };
            time::set(&house.beside(CLOCK), "+0")?;
            Ok(time::environment(&library, &house.beside(CLOCK)))
        })?;
        let config = house.with_more(name, "jobs_seconds = 1\n")?;
        let server = house.start_at(&config)?;
        let (desk, way) = (Desk::enter(&house, &server)?, Way::open()?);
        way.lead(server.http().0);
        Ok(Self { house, config, server: Some(server), desk, way, peer: String::new() })
    }

    fn server(&self) -> Result<&Server, String> {
        self.server.as_ref().ok_or_else(|| "this side is down".to_owned())
    }

    fn kill(&mut self) {
        if let Some(server) = self.server.take() {
            server.kill();
        }
    }

    fn start(&mut self) -> Result<(), String> {
        let server = self.house.start_at(&self.config)?;
        self.way.lead(server.http().0);
        self.server = Some(server);
        Ok(())
    }

    fn die_and_start(&mut self) -> Result<(), String> {
        self.kill();
        self.start()
    }

    /// Reads the key that it shows to its administrator.
    fn key(&self) -> Result<String, String> {
        let page = self.desk.get(self.server()?, PEERS)?;
        let keys = page.split("<code>").filter_map(|rest| rest.split_once("</code>")).map(|(key, _)| key);
        keys.filter(|key| key.len() == KEY_CHARS && key.ends_with('='))
            .map(str::to_owned)
            .next()
            .ok_or_else(|| "no key".to_owned())
    }

    /// Has its administrator type in the other site, which is reached by its way, and learns under which id.
    fn connect(&mut self, (side, other, key): (&str, &Self, &str), office: &str) -> Result<(), String> {
        let key = key.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        let address = format!("http://127.0.0.1:{}", other.way.port);
        self.desk.does(
            self.server()?,
            PEERS,
            &format!("act=add&name={side}&side={side}&office={office}&address={address}&key={key}"),
        )?;
        let page = self.desk.get(self.server()?, PEERS)?;
        let id = page.split("name=\"peer\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        id.ok_or("the other site does not stand on the page")?.clone_into(&mut self.peer);
        Ok(())
    }

    /// Has its administrator try the other site at once, whatever pause it is in.
    fn try_now(&self) -> Result<(), String> {
        self.desk.does(self.server()?, PEERS, &format!("act=try&peer={}", self.peer))
    }

    fn file(&self, at: u64) -> Result<String, String> {
        let form = format!("what=lamp+{at}&kind=help&identity=anonymous&place=990777&submit_key=key-of-lamp-{at:08}");
        let answer = self.server()?.http().post_json("/appeals", &form).ok_or("a form gets no answer")?;
        let value: Value =
            serde_json::from_str(&answer.body).map_err(|_| format!("a form is answered with {}", answer.status))?;
        value["number"].as_str().map(str::to_owned).ok_or_else(|| format!("a form is answered with {}", answer.body))
    }

    fn act(&self, what: (&str, &str), fields: &str) -> Result<(), String> {
        self.desk.act(self.server()?, what, fields)
    }

    /// Has the program's own tools look at its data.
    fn check(mut self) -> Vec<String> {
        self.kill();
        let tools = [&["verify", "--database"][..], &["rebuild", "--check"]].map(|tool| (tool, self.house.tool(tool)));
        let wrong = tools.iter().filter(|(_, output)| !output.success);
        wrong.map(|(tool, output)| format!("I4: minsheng {}: {}", tool.join(" "), output.words)).collect()
    }
}

/// Is the way to a site: the same address whatever becomes of the site, and answers that get lost on it.
struct Way {
    port: u16,
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    to: Mutex<Option<SocketAddr>>,
    to_lose: AtomicU64,
    lost: AtomicU64,
}

impl Way {
    fn open() -> Result<Self, String> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
        let port = listener.local_addr().map_err(|error| error.to_string())?.port();
        let inner = Arc::<Inner>::default();
        let shared = Arc::clone(&inner);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let inner = Arc::clone(&shared);
                thread::spawn(move || inner.carry(stream));
            }
        });
        Ok(Self { port, inner })
    }

    fn lead(&self, to: SocketAddr) {
        *self.inner.to.lock().unwrap_or_else(PoisonError::into_inner) = Some(to);
    }

    /// Loses the next so many answers.
    fn lose(&self, many: u64) {
        self.inner.to_lose.store(many, Ordering::Release);
    }

    fn lost(&self) -> u64 {
        self.inner.lost.load(Ordering::Acquire)
    }
}

impl Inner {
    /// Carries one connection. Whatever breaks it ends it.
    fn carry(&self, near: TcpStream) -> Option<()> {
        let to = (*self.to.lock().unwrap_or_else(PoisonError::into_inner))?;
        let far = TcpStream::connect(to).ok()?;
        let (mut asks, mut asked) = (near.try_clone().ok()?, far.try_clone().ok()?);
        thread::spawn(move || {
            // the other side hears that nothing more is asked
            drop(std::io::copy(&mut asks, &mut asked));
            drop(asked.shutdown(Shutdown::Write));
        });
        let (mut answers, mut hears, mut part) = (far, near, vec![0; 16 * 1024]);
        loop {
            let count = answers.read(&mut part).ok().filter(|count| *count > 0);
            let loses = count.is_some()
                && self.to_lose.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(1)).is_ok();
            self.lost.fetch_add(u64::from(loses), Ordering::AcqRel);
            let carried = count.filter(|_| !loses).and_then(|count| hears.write_all(&part[..count]).ok());
            if carried.is_none() {
                drop(hears.shutdown(Shutdown::Both));
                drop(answers.shutdown(Shutdown::Both));
                return None;
            }
        }
    }
}
