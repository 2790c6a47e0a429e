//! The words of a chat in English.

use super::Row;

/// Holds them by template.
pub(super) const ENGLISH: &[Row] = &[
    (
        "chat_what",
        "Hello, this is Minsheng. What happened? Just write; pictures are welcome.\nDo not accuse an officer here: use {track}, where it is sealed as you write it.",
    ),
    ("chat_again", "Good, from the beginning. What happened?"),
    ("chat_where", "Where? Town, village, road or house number.\n(RESTART to begin anew, CANCEL to let it be)"),
    (
        "chat_where_group",
        "We go on here with what you told in the group; nothing more of it is said there.\nWhere? Town, village, road or house number.\n(RESTART to begin anew, CANCEL to let it be)",
    ),
    (
        "chat_reach",
        "Would you leave a telephone number, for when it is urgent? Write it, or SKIP. You are answered here in any case.",
    ),
    ("chat_reach_odd", "That is no number we can call. Please write it once more, or SKIP."),
    (
        "chat_look",
        "Please have a look:\nWhat: {what}\nWhere: {place}\nTelephone: {reach}\nPictures: {pictures}\nSEND if it is right; write on to add something; RESTART to begin anew, CANCEL to let it be.",
    ),
    ("chat_picture", "The picture is here. Please say in a few words what it is about."),
    (
        "chat_no_picture",
        "That picture cannot be had from here. Please write what happened first; pictures can be added at {track} later.",
    ),
    ("chat_no_voice", "Voices, films and cards cannot be read here. Please write."),
    ("chat_cancelled", "Good, nothing is sent, and what you wrote is deleted. Write again whenever you like."),
    (
        "chat_expired",
        "Nothing was said for {minutes} minutes, so nothing was sent, and what you wrote is deleted. Just write again.",
    ),
    (
        "chat_elsewhere",
        "That sounds like an accusation, and this is no place for one: others may read a chat. Please use {track}, where it is sealed as you write it and only those in charge can open it. What you just wrote was not kept.\nIf it is none, write CONTINUE and say it again.",
    ),
    ("chat_danger", "If somebody is in danger, call 110, 119 or 120 now! What you wrote is noted, and somebody is being told."),
    ("chat_closed", "{short} is closed and takes no more words. If there is something new, just write it."),
    (
        "chat_progress",
        "{number}: {stage}. {office} is in charge; {promise}.\nThe query code is a key: give it to nobody, and never write it in a group.",
    ),
    ("chat_code_wrong", "Number and query code do not fit. Please look at your receipt and write: CX number code."),
    ("chat_code_page", "Please use {track} for this one; nothing of it is said here."),
    ("chat_wait", "That was wrong several times. Please wait some minutes."),
    ("chat_trial", "This is a trial. If you read it, it works. — Minsheng"),
    (
        "chat_group_help",
        "Mention me with what happened, or write to me alone; I go on with you alone, and nothing personal is said here.\nWrite HELP to me alone for more. Danger to life: call 110, 119, 120 first.",
    ),
    ("chat_group_private", "Please write that to me alone; nothing personal is said in a group."),
    (
        "chat_group_unknown",
        "Nothing is public of that number. If it is yours, write to me alone: CX number code. Never write the code in a group.",
    ),
    ("chat_group_progress", "{number}: {stage}, {office}, by {due}."),
    ("chat_group_danger", "If somebody is in danger, call 110, 119 or 120 now!"),
    (
        "chat_group_trial",
        "This is a trial: this group is linked to Minsheng, and what becomes public of {name} will be told here.",
    ),
    (
        "chat_group_round",
        "Opinion box {name} was opened on {day}: {cards}. When each is opened and what lay in it is public: {address}",
    ),
    (
        "chat_group_month",
        "The figures of {name} for {month} are out: what came in, what was done in time, who was satisfied: {address}",
    ),
    ("chat_group_post", "{office}: {title}: {address}"),
    ("chat_group_topic", "On the forum: {title} (asked: {office}): {address}"),
    (
        "sms_help",
        "Just write what happened; I ask one thing after the other.\nCX 0931: where it stands (your short number for 0931)\nCX number code: what you told on the pages or at a window\nBC 0931 words: add something\nDA 0931: the whole answer\nPJ 0931 5: rate, 5 best, 1 worst\nTD: no more messages\nDanger to life: call 110, 119, 120 first.",
    ),
    (
        "sms_greeting",
        "Hello, this is Minsheng. Just write what happened; I ask one thing after the other. HELP for what else you can write.",
    ),
    ("sms_money", "Money cannot be looked up here yet. Please ask {hotline} whether it was paid."),
    (
        "sms_unknown",
        "That matter was not found. Check the short number and use the account you wrote from; else write: CX number code.",
    ),
    ("sms_none", "There is no such matter from this account. If there is something new, just write it."),
    ("sms_which", "You have several matters: please add the short number, as in CX 0931. It is in our messages to you."),
    ("sms_rate_none", "No answer of ours waits for your rating now. We tell you here when there is one."),
    (
        "sms_stopped",
        "No more messages. Where it stands: {track}; where you left a telephone number, somebody will call with what is important. START for messages again.",
    ),
    ("sms_started", "Good: you get messages again."),
    ("sms_rate_page", "{short}: this one cannot be rated here. Please use {track}, or the window."),
];
