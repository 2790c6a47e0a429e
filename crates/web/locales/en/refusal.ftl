refusal-method = This address does not take this kind of request.
refusal-not-utf8 = The text is not UTF-8; we cannot read it and stored nothing. Please fill in the form with an ordinary browser.
refusal-too-many-fields = Too many fields at once (at most { $max }); nothing was stored.
refusal-field-name = A field has a wrong name; nothing was stored.
refusal-field-long = One text is too long (at most { $max } bytes); nothing was stored.
refusal-body-large = What was sent is too large (at most { $max } bytes); nothing was stored.
refusal-body-kind = We do not know this kind of content; nothing was stored.
refusal-body-broken = What was sent is incomplete, perhaps the connection broke; nothing was stored. Please try again.
refusal-query-long = The address is too long.
refusal-cross-site = This request came from another site; to protect you it was not carried out.
refusal-show-code = Please enter number and query code first.
refusal-too-many = Too many were sent within this hour; please try again in { $minutes } minutes. What you typed is still here.
refusal-file-many = At most { $max } files at once.
refusal-file-large = A file may have { $max_mib } MB at most.
refusal-slow-down = That was too fast; please try again in { $seconds } seconds.
refusal-code-wrong = Number or query code is wrong.
refusal-key-reused = This form was sent before, with other content; nothing was registered a second time.
refusal-hidden-characters = The text holds control characters that cannot be read (often from pasting; shown as “�” where they stood); please delete them or type it anew.
refusal-sealed-matter = Accusations are kept apart by the supervising body; this cannot be done here.

refusal-not-yours = This is not the matter you are looking at.
refusal-only-in-person = Only the person concerned can do this, not somebody acting for them.
refusal-sign-in = Please sign in first.
refusal-account-closed = This account is closed.
refusal-recused = You are close to a person in this matter and must stand aside: you can neither see nor handle it.
refusal-other-office = This matter is not with your office; you cannot do this: { $act }.
refusal-administrators-only = Only administrators can do this: { $act }.
refusal-not-your-role = Your role cannot do this: { $act }.
refusal-password-short = The password is too short: at least { $min } characters.
refusal-password-long = The password is too long: at most { $max } characters.
refusal-password-common = This password is too common and easy to guess; please choose another.

way-ask-resident = Ask the person concerned to do it with their own query code.
way-track = Open the matter again with number and query code.
way-sign-in = After signing in you come back to the page you wanted.
way-ask-administrator = Please turn to your administrator.
way-hand-to-colleague = Please hand it to a colleague who is not close to it.
way-ask-office-head = If it is really needed, ask the head of your office.
way-open-here = Open a page of this site and try again from there.
way-later-or-counter = If it is urgent, please call or go to the nearest counter.
way-check-slip = Please compare with your slip; the letter O and the digit 0, the letter I and the digit 1 are taken as the same.
way-begin-anew = To change something, start from the first step; what was filed stays as it is.
way-type-anew = Please type this part anew instead of pasting it.
way-ask-supervising = Please turn to the supervising body directly.
refusal-pressed-often = You have told it { $max } times; all of it is there, and the supervising body can read it.
refusal-pressed-supervising = The supervising body itself has or had this matter, and does not look into itself.
way-turn-higher = Please turn to the supervising body above it; if you are in danger, call 110 now.

kept-title = It took too long and the session ended; your words are still here
kept-why = Show who you are again and go on; nothing has to be typed anew. The words are on this page only and were stored nowhere.
kept-offer-title = What you wrote has not been sent yet
kept-offer-lead = Look it over, then send it.
kept-send = Send it now
kept-drop = Do not send it
kept-no-files = Please choose the files once more.
refusal-number-unknown = This is no complete number.
way-check-number = Please compare it with the slip and type it again.

# What needs two persons
refusal-second-asked = Somebody has asked for this already; it waits for the second person.
refusal-second-same = Whoever asked cannot agree: it takes two persons, and another session or device is not another person.
refusal-second-over = This request was used, declined, or is out of time.
way-second-wait = Another colleague who may do this reads the ground and decides; or whoever asked takes it back.
way-second-colleague = Another colleague who may do this decides, signed in as themselves.
way-second-ask-again = If it is still needed, ask again and state the ground.

# A file that cannot be opened
refusal-disclosures-day = One office may have { $max } matters handed out on a day, and today it has.
refusal-file-infected = A virus was found in this file, so it was not kept. Your device may have it too; please have it checked.
refusal-file-unscanned = Files cannot be checked for viruses at this moment, so this one was not taken.
refusal-file-infected-kept = A virus was found in this attachment; it cannot be opened.
refusal-file-unscanned-kept = This attachment was not checked for viruses yet, and the scanner does not answer; it cannot be opened now.
refusal-file-unreadable = This file could not be opened here: it may be damaged, or no ordinary photo, recording or film. It was not kept.

# Erasing
refusal-erase-open = This matter is not finished; it cannot be erased.
refusal-erase-merged = Other matters are merged into this one; it cannot go first.
refusal-erase-review = Until { $day } the resident may ask for a review; before that nothing is erased.
refusal-erase-early = It is kept until { $day }.
refusal-erase-many = { $count } were erased today; one more would be above one in a hundred of all matters, so it stops here.
way-erase-close-first = Finish it first; then its time of keeping begins.
way-erase-merged-first = See to the merged matters first.
way-erase-wait = Please ask again after that day.
way-erase-many-agree = Check the server's clock first. If it is right, two persons can agree to more for today.
refusal-erase-untold = What it says was disclosed to another body by law, and the resident is not yet told; it cannot go first.
refusal-archive-large = The attachments together are above { $max_mib } MB, too much for one archive.
way-save-one-by-one = Please save them one by one on this page, and the receipt.
refusal-disclose-withdrawn = The resident withdrew this matter; it is not handed out any more.
refusal-not-masked = This matter was not told in confidence; there is nothing to open.
refusal-disclose-part = The chosen ground does not call for this part.
refusal-disclose-nothing = Please say what goes.
refusal-disclose-at-once = With the chosen ground the resident is told at once.
refusal-body-missing = Please write the full name of the receiving body (at most { $max } characters).
way-disclose-ask-resident = Let them ask the person directly.
way-choose-parts = Please choose only what the ground needs.
way-disclose-tell = Please choose “at once”.
way-name-body = Name the very unit.
