//! The words of short messages in English.

use super::Row;

/// Holds them by template.
pub(super) const ENGLISH: &[Row] = &[
    (
        "filed",
        "We have it: short number {short}, number {number}, query code {code}. {office} is in charge; {promise}. Text CX {short} to see where it stands, HELP for more.",
    ),
    ("accepted", "{short}: accepted. {office} works on it; {promise}."),
    ("not_accepted", "{short}: not accepted. Why, and where to go: {track}, with number and query code, or at the window."),
    ("extended", "{short}: this takes longer, until {due}. Why: {track}."),
    ("paused", "{short}: the clock is stopped for a lawful reason. We tell you when it runs again."),
    ("resumed", "{short}: the clock runs again; {promise}."),
    ("due_moved", "{short}: holidays were moved, so the day was reckoned anew: {promise}."),
    ("word_moved", "{short}: your last day to ask for a review is a day of rest and moves to {until}."),
    ("new_owner", "{short}: {office} is in charge now, by the same day; {promise}."),
    ("handed_down", "{short}: the site of a lower level works on it; {office} stays in charge, by the same day; {promise}."),
    ("stays", "{short}: passed on and given back; {office} is still in charge, by the same day; {promise}."),
    ("supplement_asked", "{short}: {office} asks you: {words}\nText BC {short} and your words."),
    (
        "replied",
        "{short}: {office} has answered: {opinion}\nText DA {short} for all of it, PJ {short} 5 to rate it, 5 best, 1 worst, and why if you like.",
    ),
    ("invite_rating", "{short}: was the answer good? Text PJ {short} 5, 5 best, 1 worst. We will not ask again."),
    ("under_review", "{short}: your request for a review is here; {promise}."),
    ("review_decided", "{short}: the review is decided. See {track}, with number and query code, or ask at the window."),
    ("withdraw_asked", "{short}: withdrawal asked for, in force in 72 hours. Not you? Call us or come to the window now."),
    ("withdrawn", "{short}: withdrawn as you asked. Write again if there is something new."),
    ("code_reissued", "{short}: somebody with proof of identity got a new query code at a window. Not you? Call us now."),
    ("delegate_named", "{short}: somebody may act for you: see and add, not withdraw and not rate."),
    ("closed", "{short}: closed. Why: {track}. If you do not agree, bring it again in time."),
    ("rectified", "{short}: after your rating {office} put something right. See and rate it: {track}."),
    ("rating_objected", "{short}: {office} objects to your rating; another office decides. Say how it was: {track}."),
    ("objection_heard", "{short}: what you said to the objection was noted. Not you? Ring us up at once."),
    ("objection_decided", "{short}: the objection to your rating was decided. Why: {track}."),
    ("disclosed", "{short}: given to another authority as the law asks. To whom and why: {track}."),
    (
        "sms_help",
        "Just write what happened and where.\nCX 0931: where it stands (your short number for 0931)\nBC 0931 words: add something\nDA 0931: the whole answer\nPJ 0931 5: rate, 5 best, 1 worst\nYUE: see a leader\nTD: no more texts\nDanger to life: call 110, 119, 120 first.",
    ),
    ("sms_greeting", "Hello. Write what happened, where and when. Text HELP for what else you can send."),
    ("sms_money", "Money cannot be looked up by text yet. Please ask {hotline} whether it was paid."),
    ("sms_unknown", "That matter was not found. Check the short number and use the phone you wrote from, or see {track}."),
    ("sms_none", "There is no such matter from this phone. If there is something new, just write it."),
    ("sms_which", "You have several matters: please add the short number, as in CX 0931. It is in our texts to you."),
    (
        "sms_where",
        "Does this belong to {short}, or is it something else? Text 1: it belongs to {short}; 2: something else. After 10 minutes we take it as something else.",
    ),
    ("sms_added", "Added to {short}; {office} can read it."),
    ("sms_progress", "{short}: {stage}. {office} is in charge; {promise}."),
    ("sms_answer", "{short}, {office}:\n{reply}"),
    ("sms_grade", "Rate from 1 to 5: 5 best, 1 worst, as in PJ 5, and why if you like."),
    ("sms_rated", "{short}: your rating is kept, and no office can change it. Thank you."),
    ("sms_rate_none", "No answer of ours waits for your rating now. We text you when there is one."),
    ("sms_rate_page", "{short}: this one cannot be rated by text. Please use {track}, or the window."),
    ("sms_stopped", "No more texts. Whatever is important, somebody will call. Text START for texts again."),
    ("sms_followed", "Good: news of {short} comes to this phone. CX {short} tells where it stands; STOP ends it."),
    ("sms_started", "Good: you get texts again."),
    (
        "hotline_code",
        "You are on the phone with the hotline. Code {code}, good for {minutes} minutes. Tell it to nobody but the operator; if you did not call, ignore this.",
    ),
    ("forum_code", "Code {code} for your post on the forum, good for {minutes} minutes. If you wrote none, ignore this."),
    (
        "booking_made",
        "Booked: {leader} receives you, {due}, {words}. Your number is {number}; come ten minutes early. If you cannot come, give it back online with your code, or ring us.",
    ),
    ("booking_waits", "All times with {leader} ({due}) are taken. You wait as no. {number}; you hear as soon as one is free."),
    (
        "booking_given",
        "A time is free: {leader} receives you, {due}, {words}. Your number is {number}; come ten minutes early. If you cannot come, give it back online with your code.",
    ),
    (
        "sms_days",
        "Reception days:\n{words}\nTo book, send YUE, the number before the day and what it is about, like YUE 12 the bridge. If none is listed none is planned; write to us at any time.",
    ),
    ("sms_day_words", "Please add what it is about, like YUE 12 the bridge, so that the leader knows beforehand."),
    ("sms_day_none", "There is no such day, or this number cannot book. Send YUE to see which there are."),
    (
        "sms_day_full",
        "This day takes nobody any more: full, over or called off. Send YUE to see others, or write to us; we deal with it all the same.",
    ),
    (
        "consult_draft",
        "There is a draft for \"{words}\", where you spoke. Comment until {due}. Your code shows where your words went.",
    ),
    (
        "consult_decided",
        "\"{words}\", where you spoke, is decided. Your code shows where your words went, what was taken up, what was not, and why.",
    ),
    (
        "booking_off",
        "Your time with {leader} ({due}) is called off: {words}. Please book another day, or write to us; we deal with it all the same.",
    ),
    ("trial", "This is a trial message. It has arrived, so messages go out. No answer is needed. Questions go to {hotline}."),
];
