//! Taking what somebody without an account sends, within the limits of their network: a post of the board, a voice, a booking. Whoever sends one
//! again that was taken gets its answer, also when the limit for new ones is reached.

use civic::chance::Chance;
use civic::permit::Who;
use civic::refusal::No;
use civic::site::Site;
use db::Tx;
use jiff::Timestamp;

use crate::app::App;
use crate::throttle::network;
use crate::visit::Visit;

/// Writes what was prepared.
type Write<Ready, Done> = fn(&mut Tx<'_>, &Site, (Timestamp, &mut Chance), (&Ready, Option<&Who>)) -> Result<Done, No>;

/// Is one kind of what is taken.
pub(crate) struct Taken<New, Ready, Done> {
    /// Under which name it is counted.
    pub name: &'static str,
    /// Looks at it outside the writer.
    pub prepare: fn(&Site, New) -> Result<Ready, No>,
    /// Writes it.
    pub write: Write<Ready, Done>,
    /// Tells whether it had been taken before.
    pub repeated: fn(&Done) -> bool,
}

/// Takes one.
pub(crate) async fn take<New, Ready, Done>(
    app: &App,
    visit: &Visit,
    kind: &'static Taken<New, Ready, Done>,
    new: New,
) -> Result<Done, No>
where
    New: 'static,
    Ready: Send + 'static,
    Done: Send + 'static,
{
    let (network, name) = (network(visit.peer.address), kind.name);
    let (fresh, idle) = (format!("{name}|{network}"), format!("idle-{name}|{network}"));
    if !visit.peer.unlimited {
        app.throttle.check(app.now(), &idle, app.limits.idle_sendings_of_address_hour_max)?;
    }
    let ready = (kind.prepare)(&app.hall.site, new)?;
    let (site, now, limited) = (app.hall.site.clone(), app.now(), !visit.peer.unlimited);
    let refused = app.throttle.check(now, &fresh, app.limits.posts_of_address_hour_max).err().filter(|_| limited);
    let written = app.hall.store.write(move |tx| {
        let mut chance = site.chance();
        let done = (kind.write)(tx, &site, (now, &mut chance), (&ready, None))?;
        match refused {
            Some(refusal) if !(kind.repeated)(&done) => Err(No::from(refusal)),
            _ => Ok(done),
        }
    });
    let done = written.await;
    app.throttle.note(now, if done.as_ref().is_ok_and(|done| !(kind.repeated)(done)) { &fresh } else { &idle });
    done
}
