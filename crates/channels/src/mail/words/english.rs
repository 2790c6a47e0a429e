//! The words of letters in English.

use super::Row;

/// Holds them by template.
pub(super) const ENGLISH: &[Row] = &[
    (
        "filed",
        "Received, number {number}",
        "Hello,\n\nyour matter has been received under number {number}. {office} has it now; {promise}.\n\nTo follow it, open {track} with the number and your query code. The code was shown to you once; if it is lost, a service window gives you a new one.",
    ),
    (
        "filed_by_mail",
        "We have your letter: {number}",
        "Hello,\n\nyour letter has arrived. Its number is {number}, its query code {code}. It is now with {office}; {promise}.\n\nTo follow it, and to rate the answer, open {track} and type number and query code. The code is in this letter: please do not forward it. If you did not write to us, just answer and say so.",
    ),
    ("accepted", "{number} was accepted", "Hello,\n\nyour matter {number} was accepted by {office}; {promise}."),
    (
        "not_accepted",
        "{number} was not accepted; what you can do",
        "Hello,\n\nyour matter {number} was not accepted. Why, and where it can be solved, stands on the tracking page.",
    ),
    (
        "extended",
        "More time for {number}",
        "Hello,\n\nyour matter {number} needs more time, until {due}. The reason stands on the tracking page.",
    ),
    (
        "paused",
        "The clock of {number} stands still",
        "Hello,\n\nthe clock of your matter {number} stands still for a legal reason, told on the tracking page.",
    ),
    (
        "resumed",
        "The clock of {number} runs again",
        "Hello,\n\nthe clock of your matter {number} runs again; {promise}. How it was computed stands on the tracking page.",
    ),
    (
        "due_moved",
        "The last day of {number} was computed anew",
        "Hello,\n\nthe official calendar was published or corrected, and other days are days off now; so the last day of your matter {number} was computed anew: {promise}. The old and the new day stand on the tracking page.",
    ),
    (
        "word_moved",
        "{number}: more time to ask for a review",
        "Hello,\n\nthe official calendar was published or corrected; the last day to ask for a review of {number} falls on a day off and moves on to {until}.",
    ),
    (
        "new_owner",
        "{office} has {number} now",
        "Hello,\n\nyour matter {number} is with {office} now. The last day has not changed: {promise}.",
    ),
    (
        "handed_down",
        "{number} is worked on by another site; {office} stays in charge",
        "Hello,\n\nyour matter {number} was handed to the site of a lower level, which works on it. You need not go anywhere: {office} stays in charge, and the last day has not changed: {promise}. Each step there shows on the tracking page.",
    ),
    (
        "stays",
        "{number} was returned and stays with {office}",
        "Hello,\n\nyour matter {number} was passed to another office, which holds that it is not its own and returned it; the reason \
         stands on the tracking page. It stays with {office}, and you need not go anywhere. The last day has not changed: {promise}.",
    ),
    (
        "supplement_asked",
        "{number}: something more is needed",
        "Hello,\n\n{office} needs something more for your matter {number}. What and until when stands on the tracking page.",
    ),
    (
        "replied",
        "An answer to {number}",
        "Hello,\n\n{office} has answered your matter {number}. Please open {track}, enter the number and your query code, read it, and rate it: whether it is good is for you to say. If you do not agree you can ask for a review in time.",
    ),
    (
        "replied_by_mail",
        "{number} has an answer",
        "Hello,\n\n{office} answers your letter ({number}):\n\n{reply}\n\nWhether it helped is for you to say: open {track}, type number and query code, see the answer with its files, and rate it. If you do not agree, you may ask for a review in time.",
    ),
    (
        "invite_rating",
        "{number}: please rate the answer",
        "Hello,\n\n{office} answered your matter {number} some days ago, and you have not rated it yet. Open {track}, enter the number and your query code, and choose one of five grades; it takes a minute. No office can change what you say.\n\nIf you do not want to, ignore this letter; we will not ask again.",
    ),
    (
        "under_review",
        "Your request for a review of {number}",
        "Hello,\n\nyour request for a review of {number} has been received; {promise}.",
    ),
    (
        "review_decided",
        "The review of {number} is decided",
        "Hello,\n\nthe review of your matter {number} is decided. Please read it on the tracking page.",
    ),
    (
        "withdraw_asked",
        "You asked to withdraw {number}",
        "Hello,\n\nyou asked to withdraw {number}. This takes effect in 72 hours and can be taken back until then on the tracking page. If it was not you, take it back at once.",
    ),
    (
        "withdrawn",
        "{number} was withdrawn",
        "Hello,\n\nyour matter {number} was withdrawn as you asked. New facts can be filed anew.",
    ),
    (
        "code_reissued",
        "A new query code for {number}",
        "Hello,\n\nsomebody showed identity papers at a window and got a new query code for {number}; the old one is dead. If it was not you, please call us at once.",
    ),
    (
        "delegate_named",
        "Somebody may act for you in {number}",
        "Hello,\n\nyou named somebody who may follow and supplement {number}, but not withdraw or rate it. You can take this back at any time.",
    ),
    (
        "disclosed",
        "Your matter {number} was disclosed to another body",
        "Hello,\n\nyour matter {number} was disclosed to another body by law. To whom, on which clause, and what went stands on the tracking page.",
    ),
    ("closed", "{number} is closed", "Hello,\n\nyour matter {number} is closed. The reason stands on the tracking page."),
    (
        "new_matter",
        "New: {number}, by {due}",
        "{office},\n\na new matter has come in: {number}, due {due}. Please open the desk.",
    ),
    (
        "danger",
        "DANGER TO LIFE: {number}, act at once",
        "{office},\n\n{number} says that a life is in danger. Open the desk at once and contact 110, 119, 120.",
    ),
    (
        "danger_again",
        "DANGER TO LIFE: nobody has opened {number}",
        "{office},\n\n{number} says that a life is in danger. It is with {owner}, and nobody has opened it so far. Open it at the desk at once and contact 110, 119, 120; if you cannot open it yourself, call whoever is on duty there. These notices do not end until somebody opens it.",
    ),
    (
        "returned",
        "{number} came back",
        "{office},\n\n{number} was returned to you; it is yours as before, due {due}. The reason stands at the desk.",
    ),
    (
        "rectified",
        "Something was put right: {number}",
        "Hello,\n\nafter your rating of {number} the office put something right and showed proof. Whether it is, you say: on the tracking page.",
    ),
    (
        "rating_objected",
        "The office objects to your rating: {number}",
        "Hello,\n\nthe office says that your rating of {number} is mistaken. An office of another line decides and wants to hear you first: on the tracking page. Until then the rating counts, and it is never deleted.",
    ),
    (
        "objection_heard",
        "{number}: what you said to the objection was noted",
        "Hello,\n\nwhat you said at a counter or on the telephone to the objection about {number} was written down by somebody who is not of the office that was rated, and is with the office that decides. Please look at the tracking page whether it is right. If it was not you, ring us up at once.",
    ),
    (
        "objection_decided",
        "The objection to your rating was decided: {number}",
        "Hello,\n\nthe objection to your rating of {number} was decided. The reasons stand on the tracking page.",
    ),
    (
        "criticised",
        "A bad rating: {number}",
        "{office},\n\nthe resident of {number} is not satisfied. Please put it right in time and show proof. Somebody of another line calls back; please do not turn to the resident because of the rating.",
    ),
    (
        "criticism",
        "Criticism of residents: {number}",
        "{office},\n\nthe resident of {number} is not satisfied. It stands in the list of criticism, and nobody can take it out.",
    ),
    (
        "objection",
        "An objection to a rating: {number}",
        "{office},\n\nthe office that handles {number} objects to a rating; you decide. Please hear the resident first.",
    ),
    ("review_asked", "A review is asked for: {number}", "{office},\n\na review of {number} is asked for; you decide by {due}."),
    ("supplemented", "{number} was supplemented", "{office},\n\nthe resident added something to {number}. Please open the desk."),
    (
        "heard_above",
        "Word from the site above: {number}",
        "{office},\n\n{number} came from the site above, which presses for it, took it back, or has ended it. Please look at the desk.",
    ),
    (
        "heard_below",
        "Word from the site below: {number}",
        "{office},\n\n{number} was handed down, and the site below answered, did not accept it, or asks to give it back. Please look at the desk. Your last day has not changed: {due}.",
    ),
    ("reopened", "{number} was reopened", "{office},\n\nthe resident reopened {number}; answer by {due}."),
    (
        "came_again",
        "The same matter again: {number}",
        "{office},\n\nthe resident of {number} came with it again: the answers so far did not solve it. {owner} handles it anew, due {due}, and somebody who has not answered it yet answers. Please look into it at the desk.",
    ),
    (
        "followup_late",
        "What has to follow a bad rating is late: {number}",
        "{office},\n\nthe resident of {number} is not satisfied. What {holder} had to do next (a call-back, something put right, or the decision about an objection) was due on {missed} and was not done. See under Criticism at the desk which it is, and do it today.",
    ),
    (
        "conference_called",
        "Your office is called to a joint conference",
        "{office},\n\nyour office is called to a joint conference. Day, place, agenda and what to prepare stand at the desk, under Supervision, Joint conference, with a file for your calendar. Tell whoever called it early if you cannot come: without more than half nothing can be ruled.",
    ),
    (
        "case_given",
        "A personal case for you",
        "{office},\n\na matter is yours to see through. Which one and by when stands at the desk, under Supervision, Personal cases.",
    ),
    (
        "advice_given",
        "A suggestion to answer in writing",
        "{office},\n\nsupervision made a suggestion to your office. Answer it in writing, adopted or not; the answer is public. See Supervision, Suggestions at the desk.",
    ),
    (
        "account_step",
        "Held to account: you may reply",
        "{office},\n\na step of holding to account was taken. Why, with what evidence, and until when you may reply stands at the desk, under Supervision. No next step is taken before your reply or the end of that time.",
    ),
    (
        "dossier_overdue",
        "A file of supervision is late",
        "{office},\n\nthe day of a file of supervision passed. See which at the desk, under Supervision, and see to it today.",
    ),
    (
        "dossier_answered",
        "A file of supervision was answered",
        "{office},\n\na file that you opened was answered in writing. See Supervision at the desk.",
    ),
    (
        "assessment_objected",
        "An objection to an assessment to decide",
        "{office},\n\nan office objects to an item of its sheet and waits for a supervisor of another line. See Assessment at the desk. Decision and reasons are public.",
    ),
    (
        "assessment_decided",
        "An objection to an assessment was decided",
        "{office},\n\nthe objection of your office was decided; the reasons stand at the desk, under Assessment. If it holds, a corrected edition follows.",
    ),
    (
        "edition_published",
        "Report and sheets were published",
        "{office},\n\na report and the sheets of all offices were published. See under Assessment at the desk how each item of yours was counted, and object in time to what is wrong.",
    ),
    (
        "edition_corrected",
        "A report was corrected",
        "{office},\n\na report that was published has a corrected edition; the one before stays. What changed and why stands under Reports on the site and Assessment at the desk.",
    ),
    (
        "evidence",
        "Evidence to look at: {number}",
        "{office},\n\nthe office showed evidence for {number}, which has a card. Please look at the desk whether it is enough. Until then nothing climbs.",
    ),
    (
        "evidence_wanted",
        "Not enough, please show more: {number}",
        "{office},\n\nthe supervisor finds the evidence for {number} not enough; the card stays and climbs on. See at the desk what is missing.",
    ),
    (
        "objection_ruled",
        "An objection to a rating was decided: {number}",
        "{office},\n\nthe objection of your office to the rating of {number} was decided; the reasons stand at the desk. If it does not hold, please put it right in time.",
    ),
    (
        "unmerged",
        "{number} is to be handled by itself",
        "{office},\n\n{number} was merged into another matter and is now yours to handle by itself, by {due}. Please open the desk.",
    ),
    (
        "withdraw_revoked",
        "{number} is not withdrawn after all",
        "{office},\n\nthe resident took the withdrawal of {number} back. Please go on.",
    ),
    (
        "referral",
        "A resident says you sent them away: {number}",
        "{office},\n\nthe resident of {number} says that your office sent them elsewhere by word of mouth. Please confirm or answer at the desk.",
    ),
    (
        "overdue",
        "No answer in time: {number}",
        "{office},\n\n{number} is with {holder}; its last day, {missed}, passed without the promised answer. The resident's page says that this was reported. Please open the desk and act today.",
    ),
    (
        "called_in",
        "Help is asked of you: {number}, by {report_by}",
        "{office},\n\nyou are asked to work on {number} together; answer by {report_by}. What is asked stands at the desk.",
    ),
    (
        "whistled",
        "CALLED IN: {number}, report in by {report_by}",
        "{office},\n\n{number} calls your office in; report in by {report_by}. Where and what for stands at the desk.",
    ),
    (
        "disputed",
        "{number}: please rule who handles it",
        "{office},\n\nwho handles {number} is in dispute and yours to rule. Until then it stays with its holder, due {due}. Please open the desk.",
    ),
    (
        "digest",
        "Today: {overdue} overdue, {soon} due soon, {asked} others wait for",
        "{office},\n\nyour office has {overdue} matters overdue and {soon} due within three working days; others wait for {asked} that you were asked for. Please open the desk and begin with the most urgent.",
    ),
    (
        "issue_warned",
        "Early warning: more people than usual report one thing",
        "{office},\n\nmany people have reported one thing of late, far more than usual. How many, where, and what is proposed stands at the desk under \"Hot issues\". Please look, and say that you have seen it; if you acted, or see no need, say that too. The public log will show this warning and its answer, and nothing about anybody.",
    ),
    (
        "glass_broken",
        "Two people opened what is closed",
        "Two people together opened what is closed to each of them; an entry of the public log says so. What it was, and about whom, is not told here. Please check under your rules whether this was to happen; if it was not, turn to the supervising body at once.",
    ),
    (
        "room_letter",
        "Please look into the room of accusations",
        "Hello,\n\nthere may be something for you in the room of accusations, or nothing. Please open the desk and look in; what is past its day comes first.\n\nThis letter goes to everybody who handles accusations on fixed days, in the same words, whether there is anything or not: nothing can be read from it.",
    ),
    (
        "account_new_device",
        "Your account was used on a new device",
        "Hello,\n\non {at} somebody signed in to your account at the desk on a device not used for it before.\n\nIf it was you, there is nothing to do. If not, change your password under \"My account\" at once (every other session ends with it) and tell the administrator.\n\nNo letter of ours asks for your password or a code, or wants you to open an address.",
    ),
    (
        "account_setup_code",
        "A new setup code for your account",
        "Hello,\n\non {at} an administrator made a new setup code for your account at the desk. The old password and authenticator work no more, and every session has ended.\n\nIf you asked for it, set a new password with the code. If not, tell the head of your office at once.\n\nThe code is handed over in person and never written in a letter.",
    ),
    (
        "account_set_up",
        "Your account has a new password and authenticator",
        "Hello,\n\non {at} somebody set a new password and authenticator for your account at the desk with a setup code.\n\nIf it was you, there is nothing to do. If not, tell the administrator at once, and have a new setup code made.",
    ),
    (
        "account_password",
        "Your password was changed",
        "Hello,\n\non {at} the password of your account at the desk was changed; every other session has ended.\n\nIf it was you, there is nothing to do. If not, tell the administrator at once, and have a new setup code made.",
    ),
    (
        "account_address",
        "The address for your letters was changed",
        "Hello,\n\non {at} an administrator changed the address for letters about your account at the desk to this one.\n\nIf that is wrong, please tell the administrator.",
    ),
    (
        "forum_code",
        "The code for your post",
        "Hello,\n\nthe code for your post on the forum is {code}. It is good for {minutes} minutes; type it on the page you wrote on.\n\nIf you wrote none, please ignore this letter.",
    ),
    (
        "trial",
        "Minsheng: a trial letter",
        "Hello,\n\nyou asked for a trial letter on the page of channels. It has arrived, so letters go out and your address takes them.\n\nPlease see whether the address in it is right: {track}.",
    ),
];
