//! Sheets of offices and a report in a browser, with the way down to items and the form of an objection; by an old telephone and at night.

use appeals::figures::Figures;
use appeals::report::{people, tables};
use civic::journal;
use db::Fault;
use oversight::edition::{self, New, Reason, Snapshot};
use testkit::browser::{Browser, View, run};
use testkit::county::TOWNSHIP_OFFICE;

use crate::desk::enter;
use crate::site::Site;

/// Publishes a month, as the nightly job does.
fn publish(site: &Site, period: &'static str) {
    let read = |tx: &mut db::Tx<'_>, own: &civic::site::Site| {
        let (size, _) = journal::head(tx, own.jurisdiction)?.unwrap();
        let mut figures = Figures::default();
        for entry in journal::entries(tx, own.jurisdiction, 0, size as u16)? {
            figures.read(&entry);
        }
        Ok::<_, Fault>(figures)
    };
    let figures = site.world.read(read).unwrap();
    let key = site.world.hall.site.keystore.take().unwrap();
    let publish = move |tx: &mut db::Tx<'_>, own: &civic::site::Site, by: (jiff::Timestamp, &mut civic::chance::Chance)| {
        let mut tables = tables(&figures, period);
        tables.extend(people(tx, own, period)?);
        let snapshot = Snapshot::of(own, tables, figures.entries);
        let new = New { period: period.to_owned(), reason: Reason::First, note: String::new(), snapshot };
        edition::publish(tx, own, by, (None, &new, &key))
    };
    assert!(site.world.write(publish).unwrap().is_some());
}

async fn look(view: View) {
    let site = Site::new();
    site.accounts();
    site.filed().await;
    site.world.clock.days(40);
    site.several().await;
    publish(&site, "2026-12");
    let browser = Browser::open(view).await;
    for page in ["/assessment", &format!("/assessment/{TOWNSHIP_OFFICE}"), "/reports", "/reports/2026-12"] {
        browser.visit(&site.at(page)).await;
        browser.assert_accessible().await;
    }
    enter(&site, &browser, "qiao").await;
    let sheet = format!("/desk/assessment/{TOWNSHIP_OFFICE}");
    for page in ["/desk/assessment".to_owned(), format!("{sheet}?period=2026-12"), format!("{sheet}/response?period=2026-12")] {
        browser.visit(&site.at(&page)).await;
        browser.assert_accessible().await;
    }
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn sheets_and_reports_on_an_old_telephone() {
    run(look(View::OLD_PHONE));
}

#[test]
fn sheets_and_reports_at_a_desk_at_night() {
    run(look(View::DESK.dark()));
}
