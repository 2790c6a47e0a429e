//! Whether a form is complete, field by field. Pure.

use civic::directory::Directory;

use super::form::{Form, Upload};
use crate::appeal::{Channel, Identity, Kind, Origin, Sender, Spokesperson, Via};

/// Longest account, in characters.
pub const WHAT_CHARS_MAX: usize = 5_000;
/// Longest place in own words, in characters.
pub const PLACE_CHARS_MAX: usize = 200;
/// Longest name, in characters.
pub const NAME_CHARS_MAX: usize = 50;
/// Longest e-mail address, in characters.
pub const EMAIL_CHARS_MAX: usize = 120;
/// Longest address for an answer by post, in characters.
pub const ADDRESS_CHARS_MAX: usize = 200;
/// Longest account of a chat, in characters.
pub const CHAT_CHARS_MAX: usize = 64;
/// Attachments of one filing.
pub const FILES_MAX: usize = 9;
/// Largest attachment, in bytes.
pub const FILE_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Most people a group appeal may state.
pub const PEOPLE_MAX: u32 = 100_000;

/// Digits of a category, and of a topic.
const SUBJECT_DIGITS: [usize; 2] = [2, 4];

/// Names what is wrong with one field; pages put it into words as `field-CODE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field.
    pub field: &'static str,
    /// Code of the sentence.
    pub code: &'static str,
    /// The limit that was passed, where there is one.
    pub max: Option<usize>,
}

impl FieldError {
    pub(super) fn new(field: &'static str, code: &'static str) -> Self {
        Self { field, code, max: None }
    }
}

/// Is a complete form.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the filing event")]
pub struct Checked {
    pub what: String,
    pub place: Option<String>,
    pub place_words: String,
    pub kind: Kind,
    pub identity: Identity,
    pub name: String,
    pub mobile: String,
    pub email: String,
    pub danger: bool,
    pub people: u32,
    pub language: String,
    pub channel: Channel,
    pub unread: bool,
    pub joins: Option<String>,
    pub sender: Option<Sender>,
    pub via: Option<Via>,
    pub agreed: bool,
    pub address: String,
    pub chat: String,
    pub spokespersons: Vec<Spokesperson>,
    pub origin: Option<Origin>,
}

/// Checks a form; every wrong field is named at once.
pub fn check(form: &Form, uploads: &[Upload], directory: &Directory) -> Result<Checked, Vec<FieldError>> {
    let mut wrong = Wrong::default();
    let what = wrong.text("what", &form.what, WHAT_CHARS_MAX);
    wrong.need(what.chars().any(shows), "what", "what_missing");
    let place_words = wrong.text("place_words", &form.place_words, PLACE_CHARS_MAX);
    let place = Some(form.place.trim().to_owned()).filter(|code| !code.is_empty());
    let known = place.as_ref().is_none_or(|code| directory.places.get(code).is_some_and(|place| place.merged_into.is_none()));
    wrong.need(known, "place", "place_unknown");
    let kind = Kind::parse(form.kind.trim());
    wrong.need(kind.is_some(), "kind", "kind_missing");
    let identity = Identity::parse(form.identity.trim());
    wrong.need(identity.is_some(), "identity", "identity_missing");
    let people = people(&form.people);
    wrong.need(people.is_some(), "people", "people_wrong");
    wrong.files(uploads);
    let contact = match identity {
        // nothing that names a person is kept, whatever a page sent
        Some(Identity::Anonymous) | None => Contact::default(),
        Some(identity) => wrong.contact(form, identity),
    };
    let spokespersons = wrong.spokespersons(form);
    match (kind, identity, people) {
        (Some(kind), Some(identity), Some(people)) if wrong.0.is_empty() => Ok(Checked {
            what,
            place,
            place_words,
            kind,
            identity,
            name: contact.name,
            mobile: contact.mobile,
            email: contact.email,
            danger: form.danger,
            // whoever speaks is one of them
            people: people.max(1 + spokespersons.len() as u32),
            language: if form.language == "en" { "en" } else { "zh-CN" }.to_owned(),
            channel: channel(form, directory),
            unread: form.unread,
            joins: joins(&form.joins, kind),
            sender: form.sender,
            via: form.via.clone(),
            // nothing of an accusation is shown to anybody
            agreed: form.agreed && kind != Kind::Accusation,
            address: contact.address,
            chat: contact.chat,
            // whoever stays unnamed is not told apart by those beside them
            spokespersons: if identity == Identity::Anonymous { Vec::new() } else { spokespersons },
            origin: origin(form, kind, directory),
        }),
        _ => Err(wrong.0),
    }
}

/// Takes the category or topic of what is joined. What is no code is left out, for it is a hint for the office and no field of the form; an
/// accusation joins nothing.
fn joins(code: &str, kind: Kind) -> Option<String> {
    let sound = SUBJECT_DIGITS.contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
    (sound && kind != Kind::Accusation).then(|| code.to_owned())
}

/// Says by which way it came: a sign of no box leads to the form like any address.
fn channel(form: &Form, directory: &Directory) -> Channel {
    match form.channel {
        Channel::Box if of_box(form, directory).is_none() => Channel::Web,
        channel => channel,
    }
}

fn of_box(form: &Form, directory: &Directory) -> Option<String> {
    let code = form.origin.as_ref()?.of_box.as_ref()?;
    directory.boxes.get(code).map(|own| own.code.clone())
}

/// Takes what is known of how it came. An accusation stands in no register, pile or round: those who keep them learn nothing of it.
fn origin(form: &Form, kind: Kind, directory: &Directory) -> Option<Origin> {
    let own = form.origin.as_ref()?;
    let open = kind != Kind::Accusation;
    let origin = Origin {
        of_box: of_box(form, directory),
        round: own.round.filter(|_| open),
        pile: own.pile.filter(|_| open),
        entry: None,
        ..own.clone()
    };
    (origin != Origin::default()).then_some(origin)
}

#[derive(Default)]
struct Contact {
    name: String,
    mobile: String,
    email: String,
    address: String,
    chat: String,
}

#[derive(Default)]
struct Wrong(Vec<FieldError>);

impl Wrong {
    fn need(&mut self, holds: bool, field: &'static str, code: &'static str) {
        if !holds && !self.0.iter().any(|known| known.field == field) {
            self.0.push(FieldError::new(field, code));
        }
    }

    /// Takes a text: trimmed, not too long, without characters that hide or turn other characters.
    fn text(&mut self, field: &'static str, text: &str, max: usize) -> String {
        let text = text.replace("\r\n", "\n").trim().to_owned();
        if text.chars().count() > max {
            self.0.push(FieldError { field, code: "too_long", max: Some(max) });
        }
        self.need(!text.chars().any(hides), field, "hidden_characters");
        text
    }

    fn contact(&mut self, form: &Form, identity: Identity) -> Contact {
        let name = self.text("name", &form.name, NAME_CHARS_MAX);
        // whoever writes a mail or a short message has said from where, and often no more
        // or left a voice mail: then there is something to say of the number, and no name
        let spoken = form.channel == Channel::Hotline && form.sender.is_some();
        let carried = matches!(form.channel, Channel::Mail | Channel::Sms | Channel::Chat | Channel::Above);
        let signed = !name.is_empty() || spoken || carried;
        self.need(signed || identity != Identity::Named, "name", "name_missing");
        let mobile = phone(&form.mobile);
        self.need(mobile.is_some(), "mobile", "mobile_wrong");
        let email = self.text("email", &form.email, EMAIL_CHARS_MAX);
        self.need(email.is_empty() || email_fits(&email), "email", "email_wrong");
        let address = self.text("address", &form.address, ADDRESS_CHARS_MAX);
        // only the channel itself says which account somebody wrote from
        let chat = if form.channel == Channel::Chat { self.text("chat", &form.chat, CHAT_CHARS_MAX) } else { String::new() };
        let none = form.mobile.trim().is_empty() && email.is_empty() && address.is_empty() && chat.is_empty();
        // whoever stands there has the slip with the query code, and gets the answer by hand or by post
        // and whoever wrote to the site above gets the answer from there
        let present = (form.channel.in_person() && !name.is_empty()) || form.channel == Channel::Above;
        self.need(!none || present, "mobile", "contact_missing");
        Contact { name, mobile: mobile.unwrap_or_default(), email, address, chat }
    }

    /// Takes those who speak beside whoever filed: rows left empty are none.
    fn spokespersons(&mut self, form: &Form) -> Vec<Spokesperson> {
        let mut all = Vec::new();
        for one in &form.spokespersons {
            let name = self.text("spokespersons", &one.name, NAME_CHARS_MAX);
            let mobile = phone(&one.mobile);
            self.need(mobile.is_some(), "spokespersons", "mobile_wrong");
            let (mobile, email) = (mobile.unwrap_or_default(), self.text("spokespersons", &one.email, EMAIL_CHARS_MAX));
            self.need(email.is_empty() || email_fits(&email), "spokespersons", "email_wrong");
            if name.is_empty() && mobile.is_empty() && email.is_empty() {
                continue;
            }
            self.need(!name.is_empty(), "spokespersons", "name_missing");
            self.need(!(mobile.is_empty() && email.is_empty()), "spokespersons", "contact_missing");
            all.push(Spokesperson { name, mobile, email });
        }
        all
    }

    fn files(&mut self, uploads: &[Upload]) {
        if uploads.len() > FILES_MAX {
            self.0.push(FieldError { field: "files", code: "files_many", max: Some(FILES_MAX) });
        }
        if uploads.iter().any(|upload| upload.bytes.len() > FILE_BYTES_MAX) {
            self.0.push(FieldError { field: "files", code: "file_large", max: Some(FILE_BYTES_MAX / 1024 / 1024) });
        }
    }
}

/// Tells whether a character is a letter or figure that a person sees; the fillers of Hangul count as letters and show nothing.
fn shows(c: char) -> bool {
    c.is_alphanumeric() && !matches!(c, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}')
}

/// Tells whether a character hides or reorders what a person reads: controls, bidirectional overrides, zero width. U+FFFD
/// stands where a control character was taken out.
pub fn hides(c: char) -> bool {
    let control = c.is_control() && !matches!(c, '\n' | '\t');
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{061c}');
    // U+200C and U+200D stay: scripts and emoji are written with them
    control
        || turns
        || matches!(c, '\u{fffd}' | '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}' | '\u{e0000}'..='\u{e007f}')
}

fn people(text: &str) -> Option<u32> {
    match text.trim() {
        "" => Some(1),
        text => text.parse().ok().filter(|people| (1..=PEOPLE_MAX).contains(people)),
    }
}

/// Reads a telephone number of mainland China, mobile or land line; empty is allowed here.
pub fn phone(text: &str) -> Option<String> {
    let fold = |c: char| match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xfee0),
        c if c.is_ascii_digit() => Some(c),
        c if c.is_whitespace() || matches!(c, '-' | '－' | '(' | ')' | '（' | '）') => None,
        _ => Some('x'),
    };
    let text = text.trim();
    let digits: String = text.strip_prefix("+86").unwrap_or(text).chars().filter_map(fold).collect();
    let mobile = digits.len() == 11 && digits.starts_with('1') && digits.as_bytes()[1] >= b'3';
    let landline = (10..=12).contains(&digits.len()) && digits.starts_with('0');
    let local = (7..=8).contains(&digits.len()) && !digits.starts_with('0') && !digits.starts_with('1');
    let known = digits.bytes().all(|byte| byte.is_ascii_digit()) && (mobile || landline || local);
    (known || digits.is_empty()).then_some(digits)
}

fn email_fits(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let plain =
        |part: &str| !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control() || "@<>,;\"\\".contains(c));
    plain(name) && plain(host) && host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Form {
        Form {
            what: "路灯坏了三天".into(),
            kind: "help".into(),
            identity: "named".into(),
            name: "田小满".into(),
            mobile: "139 0000 0001".into(),
            ..Form::default()
        }
    }

    fn wrong(form: &Form) -> Vec<(&'static str, &'static str)> {
        check(form, &[], &Directory::default()).err().unwrap_or_default().iter().map(|e| (e.field, e.code)).collect()
    }

    #[test]
    fn only_who_stands_there_and_is_named_may_leave_neither_telephone_nor_mail() {
        let county = Directory::default();
        let without = |channel, name: &str| {
            let form = Form { channel, name: name.into(), mobile: String::new(), email: String::new(), ..form() };
            check(&form, &[], &county).map_err(|wrong| wrong[0].code)
        };
        for channel in [Channel::Window, Channel::Visit, Channel::Reception] {
            assert!(without(channel, "田小满").is_ok());
            assert_eq!(without(channel, "").unwrap_err(), "name_missing");
        }
        for channel in [Channel::Web, Channel::Hotline] {
            assert_eq!(without(channel, "田小满").unwrap_err(), "contact_missing");
        }
    }

    #[test]
    fn a_complete_form_passes_and_is_cleaned() {
        let checked = check(&form(), &[], &Directory::default()).unwrap();
        assert_eq!((checked.mobile.as_str(), checked.people), ("13900000001", 1));
    }

    #[test]
    fn words_that_nobody_sees_are_none() {
        for blank in ["\u{200d}", " \u{200c}\u{200d} ", "\u{3164}\u{3164}", "……。！", "\u{2800}"] {
            assert_eq!(wrong(&Form { what: blank.into(), ..form() }), [("what", "what_missing")], "{blank:?}");
        }
        for seen in ["水", "a", "३", "👨\u{200d}👩\u{200d}👧 家里停水"] {
            assert_eq!(wrong(&Form { what: seen.into(), ..form() }), [], "{seen}");
        }
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        assert_eq!(
            wrong(&Form { place: "990199".into(), people: "0".into(), ..Form::default() }),
            [
                ("what", "what_missing"),
                ("place", "place_unknown"),
                ("kind", "kind_missing"),
                ("identity", "identity_missing"),
                ("people", "people_wrong")
            ]
        );
        for (bad, field, code) in [
            (Form { mobile: "12".into(), ..form() }, "mobile", "mobile_wrong"),
            (Form { mobile: String::new(), ..form() }, "mobile", "contact_missing"),
            (Form { email: "a@b".into(), ..form() }, "email", "email_wrong"),
            (Form { name: String::new(), ..form() }, "name", "name_missing"),
            (Form { what: "a\u{202e}b".into(), ..form() }, "what", "hidden_characters"),
            (Form { what: "a\0b".into(), ..form() }, "what", "hidden_characters"),
            (Form { what: "长".repeat(WHAT_CHARS_MAX + 1), ..form() }, "what", "too_long"),
        ] {
            assert_eq!(wrong(&bad), [(field, code)]);
        }
    }

    #[test]
    fn nothing_that_names_a_person_is_kept_when_anonymous() {
        let checked = check(&Form { identity: "anonymous".into(), ..form() }, &[], &Directory::default()).unwrap();
        assert_eq!((checked.name.as_str(), checked.mobile.as_str(), checked.email.as_str()), ("", "", ""));
    }
}
