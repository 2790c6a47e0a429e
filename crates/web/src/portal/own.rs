//! Opening something of one's own by its pass: a post of the board, a booking. The same steps are taken whether there is one or not, and
//! wrong passes slow down by address.

use civic::guess::{self, GuessKey};
use civic::refusal::{No, Refusal};
use civic::site::Site;
use db::{Fault, Tx};

use crate::app::App;
use crate::error::Problem;
use crate::visit::Visit;

/// Finds what a pass opens; `find` looks for it.
pub(super) async fn open<T, F>(app: &App, visit: &Visit, find: F) -> Result<Option<T>, Problem>
where
    T: Send + 'static,
    F: FnOnce(&mut Tx<'_>, &Site) -> Result<Option<T>, Fault> + Send + 'static,
{
    let keys = [GuessKey::address(&app.hall.site, visit.peer.address)];
    let (site, now, asked, unlimited) = (app.hall.site.clone(), app.now(), keys.clone(), visit.peer.unlimited);
    let found = app.hall.store.read(move |tx| {
        let seconds = if unlimited { 0 } else { guess::waiting(tx, &site, now, &asked)? };
        let found = find(tx, &site)?;
        match seconds {
            0 => Ok(found),
            seconds => Err(No::from(Refusal::new("slow_down").with("seconds", seconds).instead("check_slip"))),
        }
    });
    let found = found.await?;
    if found.is_none() {
        let (site, now) = (app.hall.site.clone(), app.now());
        app.hall.store.write(move |tx| guess::failed(tx, &site, now, &keys)).await?;
    }
    Ok(found)
}
