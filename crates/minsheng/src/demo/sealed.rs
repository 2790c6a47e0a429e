//! The demo's handlers of accusations at work: what is some days old is accepted, what is some weeks old is looked into
//! and answered, and the newest wait for a visitor.

use appeals::sealed::room::{self, Handler};
use appeals::sealed::step::{Deed, Stage};
use civic::refusal::No;
use civic::site::Site;
use db::{Fault, Tx};
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};

/// Days after which an accusation is accepted.
const ACCEPTED_DAYS: i64 = 8;
/// Days after which the check is over.
const CONCLUDED_DAYS: i64 = 25;
/// Days after which it is answered.
const ANSWERED_DAYS: i64 = 30;
/// When in the afternoon they work.
const AT: SignedDuration = SignedDuration::from_hours(16);
/// What the accuser reads.
const ANSWER: &str = "您反映的情况,我们派人到现场看了账和名单,也同知情的人分别谈了话。属实的部分已经按规定处理,多收的钱正在退回。\
    谁反映的,没有对任何人说;以后还有情况,请继续用这里告诉我们。";

/// Does the work of a day.
pub fn work(tx: &mut Tx<'_>, site: &Site, day: Date, handler: &Handler) -> Result<(), Fault> {
    let midnight = day.to_zoned_datetime(site.zone.clone()).map_err(|_| Fault::other("a day has no beginning"))?.timestamp();
    let failed = |no: No| Fault::other(format!("a handler of the demo on {day}: {no}"));
    for one in room::list(tx, site, midnight + AT, handler).map_err(failed)? {
        let old = |days: i64| one.day.saturating_add(days.days()) <= day;
        let deed = match one.stage {
            Stage::Received if old(ACCEPTED_DAYS) => Deed::Accept,
            Stage::Accepted if old(CONCLUDED_DAYS) => Deed::Conclude,
            Stage::Concluded if old(ANSWERED_DAYS) => Deed::Answer { words: ANSWER.to_owned() },
            _ => continue,
        };
        for deed in [Deed::Read { purpose: "handle".to_owned() }, deed] {
            room::act(tx, site, (midnight + AT, &mut site.chance()), handler, (one.id, deed)).map_err(failed)?;
        }
    }
    Ok(())
}
