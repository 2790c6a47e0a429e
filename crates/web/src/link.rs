//! The addresses of the site, so that no page can point nowhere.

mod asked;
mod followup;
mod oversight;
mod report;

use civic::permit::Act;
use uuid::Uuid;

pub use asked::{
    CONSULT, CONSULT_FEED, CONSULT_OWN, DESK_CONSULT, DESK_CONSULT_NEW, TRACK_CONSULT, consult, consult_draft, consult_point,
    consult_record, desk_consult, desk_consult_voices,
};
pub use followup::*;
pub use oversight::*;
pub use report::*;

/// Opens the home page.
pub const HOME: &str = "/";
/// Opens the help page.
pub const HELP: &str = "/help";
/// Opens the privacy notice.
pub const PRIVACY: &str = "/privacy";
/// Opens the rules in force.
pub const RULES: &str = "/rules";
/// Opens the figures about offices.
pub const FIGURES: &str = "/figures";
/// Serves every figure about offices as a signed statement.
pub const STATEMENTS: &str = "/figures/statements";
/// Opens what may be published of what people asked for.
pub const FIGURES_PEOPLE: &str = "/figures/people";
/// Opens the page on checking a receipt.
pub const CHECK: &str = "/check";
/// Finds offices, places, duties and answers.
pub const SEARCH: &str = "/search";
/// Begins an appeal.
pub const FILE: &str = "/appeals/new";
/// Writes an appeal on the device while there is no network.
pub const OFFLINE: &str = "/offline";
/// Takes an appeal.
pub const APPEALS: &str = "/appeals";
/// Shows the receipt of an appeal just filed.
pub const RECEIPT: &str = "/appeals/receipt";
/// Opens the board.
pub const FORUM: &str = "/forum";
/// Begins a topic.
pub const FORUM_NEW: &str = "/forum/new";
/// Opens one's own post by its code.
pub const FORUM_OWN: &str = "/forum/own";
/// Lists what offices hid, closed and moved, and why.
pub const FORUM_MEASURES: &str = "/forum/moderation";
/// Tells programs what is new on the board.
pub const FORUM_FEED: &str = "/forum.atom";
/// Opens the posts of offices.
pub const BLOG: &str = "/blog";
/// Tells programs what offices wrote.
pub const BLOG_FEED: &str = "/blog.atom";
/// The board at the desk.
pub const DESK_FORUM: &str = "/desk/forum";
/// The own office's posts at the desk.
pub const DESK_BLOG: &str = "/desk/blog";
/// Begins a post of the own office.
pub const DESK_BLOG_NEW: &str = "/desk/blog/new";
/// Opens the reception days of leaders.
pub const DAYS: &str = "/reception";
/// Opens one's own booking by its pass.
pub const DAYS_OWN: &str = "/reception/own";
/// Tells calendars of the reception days.
pub const DAYS_FEED: &str = "/reception.ics";
/// The reception days at the desk.
pub const DESK_DAYS: &str = "/desk/days";
/// Plans a reception day.
pub const DESK_DAYS_NEW: &str = "/desk/days/new";
/// Follows a matter.
pub const TRACK: &str = "/track";
/// The page of one's own matter.
pub const TRACK_MATTER: &str = "/track/matter";
/// Ends a resident's session.
pub const TRACK_LEAVE: &str = "/track/leave";
/// Keeps language and print size.
pub const SETTINGS: &str = "/settings";
/// Opens the desk.
pub const DESK: &str = "/desk";
/// The board of the morning.
pub const BOARD: &str = "/desk/board";
/// What was asked for, by community and level of need.
pub const BOARD_NEEDS: &str = "/desk/board/needs";
/// How good a machine's suggestions are.
pub const READING: &str = "/desk/reading";
/// Lists issues, the hottest first.
pub const ISSUES: &str = "/desk/issues";
/// Asks for the erasure of a matter, and agrees to one.
pub const ERASE: &str = "/desk/erase";
/// Asks for a matter to be handed to a body that the law names, and agrees to it.
pub const DISCLOSE: &str = "/desk/disclose";
/// Fetches what two persons agreed to hand out.
pub const DISCLOSE_TAKE: &str = "/desk/disclose/take";
/// Who of the own office is away, and who stands in.
pub const LEAVE: &str = "/desk/leave";
/// Asks staff to sign in.
pub const DESK_LOGIN: &str = "/desk/login";
/// Ends a session of staff.
pub const DESK_LOGOUT: &str = "/desk/logout";
/// Sets up an account with a setup code.
pub const DESK_SETUP: &str = "/desk/setup";
/// Lists the demo's log-ins.
pub const DEMO: &str = "/demo";
/// Opens one's own account.
pub const ACCOUNT: &str = "/desk/account";
/// Ends one of the own sessions.
pub const ACCOUNT_END: &str = "/desk/account/end";
/// Notes that the news of one's own account were seen.
pub const ACCOUNT_SEEN: &str = "/desk/account/seen";
/// Changes the own password.
pub const ACCOUNT_PASSWORD: &str = "/desk/account/password";
/// Declares the own relatives.
pub const ACCOUNT_RELATIVES: &str = "/desk/account/relatives";
/// Files for a person present.
pub const COUNTER: &str = "/desk/counter";
/// Enters letters one after the other.
pub const LETTERS: &str = "/desk/letters";
/// Registers visits in person.
pub const RECEPTION: &str = "/desk/reception";
/// Opens the opinion boxes of the own office.
pub const BOXES: &str = "/desk/boxes";
/// Opens the register of letters and visits.
pub const REGISTER: &str = "/desk/register";
/// Takes a pile of the register along.
pub const REGISTER_TAKE: &str = "/desk/register/take";
/// The hotline's desk.
pub const HOTLINE: &str = "/desk/hotline";
/// Answers what is known about words.
pub const HOTLINE_KNOW: &str = "/desk/hotline/know";
/// Figures about the hotline's service.
pub const HOTLINE_FIGURES: &str = "/desk/hotline/figures";
/// Opens the room in which accusations are handled.
pub const SEALED: &str = "/desk/sealed";
/// Shows the way into that room the password and a code.
pub const SEALED_ENTER: &str = "/desk/sealed/enter";
/// Leaves that room.
pub const SEALED_LEAVE: &str = "/desk/sealed/leave";
/// Lets a colleague's key into that room.
pub const SEALED_ADMIT: &str = "/desk/sealed/admit";
/// Leads from a number to its matter.
pub const FIND: &str = "/desk/find";
/// Draws a slip, once.
pub const SLIP: &str = "/slip";
/// Opens administration.
pub const ADMIN: &str = "/desk/admin";
/// Keeps places.
pub const ADMIN_PLACES: &str = "/desk/admin/places";
/// Takes outlines of places, for maps.
pub const ADMIN_OUTLINES: &str = "/desk/admin/outlines";
/// Keeps offices.
pub const ADMIN_OFFICES: &str = "/desk/admin/offices";
/// Keeps staff.
pub const ADMIN_STAFF: &str = "/desk/admin/staff";
/// Keeps the relatives' register.
pub const ADMIN_RELATIVES: &str = "/desk/admin/relatives";
/// Keeps the calendar.
pub const ADMIN_CALENDAR: &str = "/desk/admin/calendar";
/// Shows the ways people come in, and what waits in them.
pub const ADMIN_CHANNELS: &str = "/desk/admin/channels";
/// Programs of others that send matters.
pub const ADMIN_CLIENTS: &str = "/desk/admin/clients";
/// Other sites that matters are handed to or come from.
pub const ADMIN_PEERS: &str = "/desk/admin/peers";
/// Keeps opinion boxes.
pub const ADMIN_BOXES: &str = "/desk/admin/boxes";
/// Prints signs and cards of boxes and places.
pub const ADMIN_SIGNS: &str = "/desk/admin/signs";
/// Shows the rules to administrators.
pub const ADMIN_RULES: &str = "/desk/admin/rules";
/// Serves the newest checkpoint of the public log.
pub const CHECKPOINT: &str = "/log/checkpoint";
/// Serves the key that checks the public log.
pub const VKEY: &str = "/log/vkey";
/// Opens the opinion boxes, for everybody.
pub const BOXES_PUBLIC: &str = "/boxes";
/// Tells programs that people read news with what is new.
pub const NEWS: &str = "/news.atom";
/// Serves the place tree.
pub const PLACES: &str = "/places.json";

/// Opens a call of the hotline.
pub fn hotline_call(call: Uuid) -> String {
    format!("{HOTLINE}/{call}")
}

/// Does something to a call of the hotline.
pub fn hotline_act(call: Uuid) -> String {
    format!("{HOTLINE}/{call}/act")
}

/// Looks for words among offices, places, duties and answers.
pub fn search(words: &str) -> String {
    format!("{SEARCH}?{}", form_urlencoded::Serializer::new(String::new()).append_pair("q", words).finish())
}

/// Asks for the query code of a number.
pub fn track_number(number: &str) -> String {
    format!("{TRACK}?number={number}")
}

/// Opens what may be published of what people asked for in a month.
pub fn figures_people(month: &str) -> String {
    format!("{FIGURES_PEOPLE}?month={month}")
}

/// Begins the addresses of published figures as files.
pub fn figures_table(name: &str) -> String {
    format!("{FIGURES}/table/{name}")
}

/// Opens a term on the page of rules.
pub fn rule(id: &str) -> String {
    format!("{RULES}#{id}")
}

/// Opens an instrument on the page of rules.
pub fn instrument(key: &str) -> String {
    format!("{RULES}#law-{key}")
}

/// Opens an issue, named by a matter of it.
pub fn issue(number: &str) -> String {
    format!("{ISSUES}/{number}")
}

/// Opens a matter at the desk.
pub fn matter(number: &str) -> String {
    format!("{DESK}/matters/{number}")
}

/// Notes a reading of a matter's personal part.
pub fn matter_read(number: &str) -> String {
    format!("{DESK}/matters/{number}/read")
}

/// Asks who told a matter in confidence, and agrees to that.
pub fn matter_unmask(number: &str) -> String {
    format!("{DESK}/matters/{number}/unmask")
}

/// Opens a matter's print view.
pub fn matter_print(number: &str) -> String {
    format!("{DESK}/matters/{number}/print")
}

/// Opens the letter that is posted to whoever left an address only.
pub fn matter_letter(number: &str) -> String {
    format!("{DESK}/matters/{number}/letter")
}

/// Opens the list of who read a matter.
pub fn matter_access(number: &str) -> String {
    format!("{DESK}/matters/{number}/access")
}

/// Begins the addresses of a matter's attachments for staff.
pub fn matter_files(number: &str) -> String {
    format!("{DESK}/matters/{number}/file")
}

/// Opens the form of an act.
pub fn matter_act(number: &str, act: Act) -> String {
    format!("{DESK}/matters/{number}/act/{}", act.code())
}

/// Opens the form that merges a matter into another one.
pub fn matter_merge(number: &str, main: &str) -> String {
    format!("{}?main={main}", matter_act(number, Act::Merge))
}

/// Opens an accusation in the room.
pub fn sealed(id: Uuid) -> String {
    format!("{SEALED}/{id}")
}

/// Notes a reading of an accusation.
pub fn sealed_read(id: Uuid) -> String {
    format!("{SEALED}/{id}/read")
}

/// Begins the addresses of an accusation's attachments for its handlers.
pub fn sealed_files(id: Uuid) -> String {
    format!("{SEALED}/{id}/file")
}

/// Takes an accusation out as a file, once two people agreed.
pub fn sealed_export(id: Uuid) -> String {
    format!("{SEALED}/{id}/take-out")
}

/// Opens the form of a step of an accusation.
pub fn sealed_act(id: Uuid, act: &str) -> String {
    format!("{SEALED}/{id}/act/{act}")
}

/// Opens the figures of an office.
pub fn board_office(code: &str) -> String {
    format!("{BOARD}/office/{code}")
}

/// Opens the figures of a place.
pub fn board_place(code: &str) -> String {
    format!("{BOARD}/place/{code}")
}

/// Opens the figures of a topic.
pub fn board_theme(code: &str) -> String {
    format!("{BOARD}/theme/{code}")
}

/// Opens the map of needs of a month or a quarter, below a place, on a level (0 for all).
pub fn board_needs(period: &str, place: &str, level: u8) -> String {
    format!("{BOARD_NEEDS}?period={period}&place={place}&level={level}")
}

/// Begins the addresses of a sheet's files.
pub fn board_table(name: &str) -> String {
    format!("{BOARD}/table/{name}")
}

/// Begins an appeal at the sign of a box or of a place, by its code.
pub fn at(code: &str) -> String {
    format!("/at/{code}")
}

/// Begins an appeal with what the sign of a box or of a place says.
pub fn file_at(code: &str) -> String {
    format!("{FILE}?at={code}")
}

/// Tells such programs what is new of a place.
pub fn news_of(place: &str) -> String {
    format!("/news/{place}.atom")
}

/// Opens an opinion box at the desk.
pub fn of_box(code: &str) -> String {
    format!("{BOXES}/{code}")
}

/// Opens a round of an opinion box.
pub fn box_round(code: &str, round: Uuid) -> String {
    format!("{BOXES}/{code}/{round}")
}

/// Shows a picture of a round.
pub fn box_photo(code: &str, round: Uuid, (step, at): (usize, usize)) -> String {
    format!("{BOXES}/{code}/{round}/photo/{step}/{at}")
}

/// Opens the register of a pile of letters.
pub fn register_pile(pile: Uuid) -> String {
    format!("{REGISTER}?book=letter&pile={pile}")
}

/// Opens an opinion box in administration.
pub fn admin_box(code: &str) -> String {
    format!("{ADMIN_BOXES}/{code}")
}

/// Prints the sign (`poster`) or the cards (`cards`) of a box or of a place.
pub fn admin_sign(code: &str, form: &str) -> String {
    format!("{ADMIN_SIGNS}?at={code}&form={form}")
}

/// Opens a place in administration.
pub fn admin_place(code: &str) -> String {
    format!("{ADMIN_PLACES}/{code}")
}

/// Opens an office in administration.
pub fn admin_office(code: &str) -> String {
    format!("{ADMIN_OFFICES}/{code}")
}

/// Opens a member of staff in administration.
pub fn admin_person(id: Uuid) -> String {
    format!("{ADMIN_STAFF}/{id}")
}

/// Tells programs what is new about a theme.
pub fn news_about(code: &str) -> String {
    format!("/news/theme/{code}.atom")
}

/// Opens a topic of the board.
pub fn topic(id: Uuid) -> String {
    format!("{FORUM}/{id}")
}

/// Opens a post of an office.
pub fn blog(id: Uuid) -> String {
    format!("{BLOG}/{id}")
}

/// Reports a post.
pub fn report_post(id: Uuid) -> String {
    format!("{FORUM}/report/{id}")
}

/// Opens the board with a filter, behind a place in it.
pub fn forum_list(pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() { FORUM.to_owned() } else { format!("{FORUM}?{query}") }
}

/// Tells programs what is new on the board at a place.
pub fn forum_feed_of_place(code: &str) -> String {
    format!("{FORUM}/place/{code}.atom")
}

/// Tells programs what is new on the board about a theme.
pub fn forum_feed_of_theme(code: &str) -> String {
    format!("{FORUM}/theme/{code}.atom")
}

/// Opens a reception day.
pub fn reception_day(id: Uuid) -> String {
    format!("{DAYS}/{id}")
}

/// Tells calendars of the reception days of an office.
pub fn reception_feed_of_office(code: &str) -> String {
    format!("{DAYS}/office/{code}.ics")
}

/// Opens a reception day at the desk.
pub fn desk_day(id: Uuid) -> String {
    format!("{DESK_DAYS}/{id}")
}

/// Books a reception day for somebody.
pub fn desk_day_book(id: Uuid) -> String {
    format!("{DESK_DAYS}/{id}/book")
}

/// Opens a topic at the desk.
pub fn desk_topic(id: Uuid) -> String {
    format!("{DESK_FORUM}/{id}")
}

/// Opens a post of the own office at the desk.
pub fn desk_blog(id: Uuid) -> String {
    format!("{DESK_BLOG}/{id}")
}

/// Asks staff to sign in and then go on to a page of the desk.
pub fn desk_login(then: &str) -> String {
    before(DESK_LOGIN, then)
}

/// Shows what happened to one's own account, and then leads on to a page of the desk.
pub fn account_news(then: &str) -> String {
    before(ACCOUNT, then)
}

fn before(address: &str, then: &str) -> String {
    let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("next", then).finish();
    format!("{address}?{query}")
}

/// Keeps a way back only when it stays on this site: a path, never another host.
pub fn local(path: &str) -> Option<&str> {
    let rest = path.strip_prefix('/')?;
    let foreign = rest.starts_with('/') || path.contains('\\') || path.chars().any(|c| c.is_control() || c.is_whitespace());
    (!foreign).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_back_never_leaves_the_site() {
        assert_eq!(local("/rules?a=1"), Some("/rules?a=1"));
        for bad in ["https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x", "rules", "", "/\t/evil"] {
            assert_eq!(local(bad), None, "{bad}");
        }
        assert_eq!(desk_login("/desk?x=1"), "/desk/login?next=%2Fdesk%3Fx%3D1");
    }
}
